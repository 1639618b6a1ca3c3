import { TimerWheel } from '../core/wheel.ts';
import type { Segment } from '../net/segment.ts';

/** Words of a key: source and destination address, both ports in one word, protocol and family. */
const KEY_WORDS = 10;
const FIRST_CAPACITY = 1024;

/**
 * Finds the flow of a segment. Open addressing over typed arrays keyed by the address words: a look-up
 * allocates nothing and, in traffic that comes in runs, touches one entry. Both directions of a flow share
 * one entry; which way a segment goes is told by `forward` after a look-up.
 */
export class FlowTable<F> {
  readonly limit: number;
  size = 0;
  /** After `find`: whether the segment's source is the end that the flow was added with as source. */
  forward = true;
  readonly wheel: TimerWheel;
  #capacity = FIRST_CAPACITY;
  #keys = new Int32Array(FIRST_CAPACITY * KEY_WORDS);
  #hashes = new Int32Array(FIRST_CAPACITY);
  #flows: (F | null)[] = new Array(FIRST_CAPACITY).fill(null);
  #free: number[] = [];
  #used = 0;
  /** Entry + 1, or 0 for an empty bucket. Twice the capacity, so that at most half is taken. */
  #buckets = new Int32Array(FIRST_CAPACITY * 2);
  #last = 0;

  constructor(limit: number, wheelSeconds: number) {
    this.limit = limit;
    this.wheel = new TimerWheel(wheelSeconds, FIRST_CAPACITY);
  }

  get full(): boolean {
    return this.size >= this.limit;
  }

  /** The entry number of the segment's flow, or -1. Sets `forward`. */
  find(segment: Segment): number {
    // Bulk transfers come in runs of one flow's packets.
    if (this.#flows[this.#last] !== null && this.#matches(this.#last, segment)) return this.#last;
    const mask = this.#buckets.length - 1;
    for (let bucket = hashOf(segment) & mask; ; bucket = (bucket + 1) & mask) {
      const entry = this.#buckets[bucket] - 1;
      if (entry < 0) return -1;
      if (this.#matches(entry, segment)) {
        this.#last = entry;
        return entry;
      }
    }
  }

  get(entry: number): F | null {
    return this.#flows[entry];
  }

  /** Adds a flow with the segment's source as its forward end. The caller makes room first when `full`. */
  add(segment: Segment, flow: F): number {
    if (this.size === this.#capacity) this.#grow();
    const entry = this.#free.pop() ?? this.#used++;
    const at = entry * KEY_WORDS;
    const keys = this.#keys;
    keys[at] = segment.src0;
    keys[at + 1] = segment.src1;
    keys[at + 2] = segment.src2;
    keys[at + 3] = segment.src3;
    keys[at + 4] = segment.dst0;
    keys[at + 5] = segment.dst1;
    keys[at + 6] = segment.dst2;
    keys[at + 7] = segment.dst3;
    keys[at + 8] = (segment.srcPort << 16) | segment.dstPort;
    keys[at + 9] = (segment.proto << 4) | segment.family;
    const hash = hashOf(segment);
    this.#hashes[entry] = hash;
    this.#flows[entry] = flow;
    this.#insert(hash, entry);
    this.#last = entry;
    this.size++;
    this.forward = true;
    return entry;
  }

  remove(entry: number): void {
    if (this.#flows[entry] === null) return;
    this.wheel.remove(entry);
    this.#flows[entry] = null;
    this.#free.push(entry);
    this.size--;
    const mask = this.#buckets.length - 1;
    let hole = this.#hashes[entry] & mask;
    while (this.#buckets[hole] !== entry + 1) hole = (hole + 1) & mask;
    // Linear probing without tombstones: entries that probed past the hole move back into it.
    for (let next = (hole + 1) & mask; this.#buckets[next] !== 0; next = (next + 1) & mask) {
      const home = this.#hashes[this.#buckets[next] - 1] & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        this.#buckets[hole] = this.#buckets[next];
        hole = next;
      }
    }
    this.#buckets[hole] = 0;
  }

  /** What `hashOf` gave for the flow's first segment, and gives for all its segments. */
  hash(entry: number): number {
    return this.#hashes[entry];
  }

  /** Entry numbers ever used; those without a flow are free. */
  get entries(): number {
    return this.#used;
  }

  #matches(entry: number, segment: Segment): boolean {
    const keys = this.#keys;
    const at = entry * KEY_WORDS;
    if (keys[at + 9] !== ((segment.proto << 4) | segment.family)) return false;
    const ports = keys[at + 8];
    if (
      ports === ((segment.srcPort << 16) | segment.dstPort) &&
      keys[at + 3] === segment.src3 &&
      keys[at + 7] === segment.dst3 &&
      keys[at] === segment.src0 &&
      keys[at + 1] === segment.src1 &&
      keys[at + 2] === segment.src2 &&
      keys[at + 4] === segment.dst0 &&
      keys[at + 5] === segment.dst1 &&
      keys[at + 6] === segment.dst2
    ) {
      this.forward = true;
      return true;
    }
    if (
      ports === ((segment.dstPort << 16) | segment.srcPort) &&
      keys[at + 3] === segment.dst3 &&
      keys[at + 7] === segment.src3 &&
      keys[at] === segment.dst0 &&
      keys[at + 1] === segment.dst1 &&
      keys[at + 2] === segment.dst2 &&
      keys[at + 4] === segment.src0 &&
      keys[at + 5] === segment.src1 &&
      keys[at + 6] === segment.src2
    ) {
      this.forward = false;
      return true;
    }
    return false;
  }

  #insert(hash: number, entry: number): void {
    const mask = this.#buckets.length - 1;
    let bucket = hash & mask;
    while (this.#buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
    this.#buckets[bucket] = entry + 1;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    const keys = new Int32Array(capacity * KEY_WORDS);
    keys.set(this.#keys);
    this.#keys = keys;
    const hashes = new Int32Array(capacity);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    for (let i = this.#capacity; i < capacity; i++) this.#flows.push(null);
    this.#capacity = capacity;
    this.wheel.grow(capacity);
    this.#buckets = new Int32Array(capacity * 2);
    for (let entry = 0; entry < this.#used; entry++) {
      if (this.#flows[entry] !== null) this.#insert(this.#hashes[entry], entry);
    }
  }
}

/** The same for both directions: the two ends are combined by sum, which does not know their order. */
export function hashOf(segment: Segment): number {
  const a = endHash(segment.src0, segment.src1, segment.src2, segment.src3, segment.srcPort);
  const b = endHash(segment.dst0, segment.dst1, segment.dst2, segment.dst3, segment.dstPort);
  return mixed((a + b + segment.proto) | 0);
}

function endHash(w0: number, w1: number, w2: number, w3: number, port: number): number {
  let hash = Math.imul(w3 ^ Math.imul(port, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 15;
  // IPv4 has constants here; one multiplication keeps IPv6 neighbours apart.
  return Math.imul(hash ^ w0 ^ Math.imul(w1, 0x27d4eb2f) ^ Math.imul(w2, 0x165667b1), 0xc2b2ae35);
}

function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  return hash;
}
