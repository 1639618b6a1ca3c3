import { type Micros, SECOND } from '../core/time.ts';
import type { Segment } from './segment.ts';

/** RFC 791 lets a host wait 15 s, RFC 8200 §4.5 60 s; hosts wait 30 s. */
const TIMEOUT: Micros = 30 * SECOND;
/** The most that IPv4's total length or a fragment offset can describe. */
const LARGEST = 65_535;
const BLOCK = 8;
const SMALLEST_BUFFER = 4096;

/** A datagram being put together. Its data is in blocks of eight bytes, the unit of fragment offsets. */
export class Datagram {
  bytes = new Uint8Array(SMALLEST_BUFFER);
  /** One bit for each block that came. */
  readonly blocks = new Uint32Array((LARGEST + 1) / BLOCK / 32);
  key = 0;
  family: 4 | 6 = 4;
  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  id = 0;
  /** What the first fragment says its payload starts with. */
  protocol = 0;
  started: Micros = 0;
  fragments = 0;
  /** Blocks that came. */
  have = 0;
  /** Furthest byte seen. */
  furthest = 0;
  /** Length of the whole, -1 until the last fragment came. */
  total = -1;
  /** Up to where the bytes were captured: less than `total` when a snap length cut a fragment. */
  whole = LARGEST;

  reset(): void {
    this.blocks.fill(0);
    this.fragments = 0;
    this.have = 0;
    this.furthest = 0;
    this.total = -1;
    this.whole = LARGEST;
    this.protocol = 0;
  }
}

export interface FragmentLimits {
  /** Datagrams being put together at one time. */
  datagrams: number;
  /** Bytes of buffers of all of them. */
  bytes: number;
}

/**
 * Puts IPv4 and IPv6 fragments together. What came first stays when fragments overlap (Linux and Windows
 * drop such datagrams, others differ; whatever the choice, it is counted). Bounded in number, bytes and
 * packet time; the oldest goes first.
 */
export class Fragments {
  /** In order of their first fragment, so the front is always the oldest. */
  readonly #datagrams = new Map<number, Datagram>();
  readonly #free: Datagram[] = [];
  readonly #limits: FragmentLimits;
  #bytes = 0;
  /** Fragments that overlapped others with new or different bytes. */
  overlaps = 0;
  /** Fragments that never became a datagram: `timedOut + overLimit + malformed`. */
  timedOut = 0;
  overLimit = 0;
  malformed = 0;

  constructor(limits: FragmentLimits) {
    this.#limits = limits;
  }

  get pending(): number {
    return this.#datagrams.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes one fragment: the addresses in `segment`, `length` bytes by the IP header at `offset` of the
   * datagram, `captured` of them at `at`. Answers the datagram when this completes it; the caller then hands
   * it back with `release`. Returns null while it is incomplete or when the fragment is worthless.
   */
  add(
    segment: Segment,
    id: number,
    protocol: number,
    offset: number,
    more: boolean,
    bytes: Uint8Array,
    at: number,
    length: number,
    captured: number,
  ): Datagram | null {
    this.expire(segment.time);
    const end = offset + length;
    if (length === 0 || end > LARGEST || (more && length % BLOCK !== 0)) {
      this.malformed++;
      return null;
    }
    const datagram = this.#find(segment, id, protocol);
    if (
      datagram.total >= 0
        ? end > datagram.total || (!more && end !== datagram.total)
        : !more && end < datagram.furthest
    ) {
      // It disagrees about where the datagram ends: a teardrop, or an attempt to hide something.
      this.overlaps++;
      this.malformed++;
      return null;
    }
    if (!this.#reserve(datagram, end)) return null;
    datagram.fragments++;
    if (!more) datagram.total = end;
    if (end > datagram.furthest) datagram.furthest = end;
    if (captured < length && offset + captured < datagram.whole) datagram.whole = offset + captured;
    if (offset === 0) datagram.protocol = protocol;
    this.#copy(datagram, offset, bytes, at, length, captured);
    if (datagram.total < 0 || datagram.have < Math.ceil(datagram.total / BLOCK)) return null;
    this.#forget(datagram);
    return datagram;
  }

  /** Gives back a datagram that `add` answered. */
  release(datagram: Datagram): void {
    if (this.#free.length < 16 && datagram.bytes.length <= 16_384) this.#free.push(datagram);
  }

  /** Drops what waited too long at packet time `now`; a clock that jumped back by as much counts as well. */
  expire(now: Micros): void {
    for (const datagram of this.#datagrams.values()) {
      if (Math.abs(now - datagram.started) <= TIMEOUT) return;
      this.timedOut += datagram.fragments;
      this.#forget(datagram);
      this.release(datagram);
    }
  }

  /** Gives up everything unfinished, at the end of a capture. */
  close(): void {
    for (const datagram of this.#datagrams.values()) this.timedOut += datagram.fragments;
    this.#datagrams.clear();
    this.#bytes = 0;
  }

  #find(segment: Segment, id: number, protocol: number): Datagram {
    // RFC 791 also tells datagrams apart by protocol; in IPv6 only the first fragment need name it.
    const own = segment.family === 4 ? protocol : 0;
    const key = keyOf(segment, id, own);
    const found = this.#datagrams.get(key);
    if (found !== undefined) {
      if (isSame(found, segment, id) && (segment.family === 6 || found.protocol === protocol)) return found;
      // Another datagram with the same key, by accident or on purpose: the older one goes.
      this.overLimit += found.fragments;
      this.#forget(found);
      this.release(found);
    }
    if (this.#datagrams.size >= this.#limits.datagrams) this.#dropOldest();
    const datagram = this.#free.pop() ?? new Datagram();
    datagram.reset();
    datagram.key = key;
    datagram.family = segment.family;
    datagram.src0 = segment.src0;
    datagram.src1 = segment.src1;
    datagram.src2 = segment.src2;
    datagram.src3 = segment.src3;
    datagram.dst0 = segment.dst0;
    datagram.dst1 = segment.dst1;
    datagram.dst2 = segment.dst2;
    datagram.dst3 = segment.dst3;
    datagram.id = id;
    datagram.protocol = protocol;
    datagram.started = segment.time;
    this.#datagrams.set(key, datagram);
    this.#bytes += datagram.bytes.length;
    return datagram;
  }

  /** Makes room for `end` bytes, at the cost of older datagrams if need be. */
  #reserve(datagram: Datagram, end: number): boolean {
    let size = datagram.bytes.length;
    if (end > size) {
      while (size < end) size *= 2;
      const larger = new Uint8Array(size);
      larger.set(datagram.bytes);
      this.#bytes += size - datagram.bytes.length;
      datagram.bytes = larger;
    }
    while (this.#bytes > this.#limits.bytes && this.#datagrams.size > 1) {
      if (this.#dropOldest() === datagram) {
        this.overLimit++;
        return false;
      }
    }
    return true;
  }

  #dropOldest(): Datagram | null {
    for (const datagram of this.#datagrams.values()) {
      this.overLimit += datagram.fragments;
      this.#forget(datagram);
      return datagram;
    }
    return null;
  }

  #forget(datagram: Datagram): void {
    this.#datagrams.delete(datagram.key);
    this.#bytes -= datagram.bytes.length;
  }

  #copy(
    datagram: Datagram,
    offset: number,
    bytes: Uint8Array,
    at: number,
    length: number,
    captured: number,
  ): void {
    const { blocks, bytes: into } = datagram;
    const first = offset / BLOCK;
    const last = Math.ceil((offset + length) / BLOCK);
    let added = 0;
    let differs = false;
    for (let block = first; block < last; block++) {
      const start = (block - first) * BLOCK;
      const stop = Math.min(start + BLOCK, captured);
      const bit = 1 << (block & 31);
      if ((blocks[block >> 5] & bit) === 0) {
        blocks[block >> 5] |= bit;
        added++;
        for (let i = start; i < stop; i++) into[offset + i] = bytes[at + i];
      } else if (!differs) {
        for (let i = start; i < stop; i++) if (into[offset + i] !== bytes[at + i]) differs = true;
      }
    }
    datagram.have += added;
    // The same fragment again is a retransmission of the network, not an overlap.
    if (differs || (added > 0 && added < last - first)) this.overlaps++;
  }
}

function isSame(datagram: Datagram, segment: Segment, id: number): boolean {
  return (
    datagram.family === segment.family &&
    datagram.id === id &&
    datagram.src3 === segment.src3 &&
    datagram.dst3 === segment.dst3 &&
    datagram.src0 === segment.src0 &&
    datagram.src1 === segment.src1 &&
    datagram.src2 === segment.src2 &&
    datagram.dst0 === segment.dst0 &&
    datagram.dst1 === segment.dst1 &&
    datagram.dst2 === segment.dst2
  );
}

function keyOf(segment: Segment, id: number, protocol: number): number {
  let key = Math.imul(id ^ (protocol << 24) ^ segment.family, 0x9e3779b1);
  key = Math.imul(key ^ segment.src0 ^ (key >>> 15), 0x85ebca77);
  key = Math.imul(key ^ segment.src1 ^ (key >>> 13), 0xc2b2ae3d);
  key = Math.imul(key ^ segment.src2 ^ (key >>> 15), 0x27d4eb2f);
  key = Math.imul(key ^ segment.src3 ^ (key >>> 13), 0x9e3779b1);
  key = Math.imul(key ^ segment.dst0 ^ (key >>> 15), 0x85ebca77);
  key = Math.imul(key ^ segment.dst1 ^ (key >>> 13), 0xc2b2ae3d);
  key = Math.imul(key ^ segment.dst2 ^ (key >>> 15), 0x27d4eb2f);
  key = Math.imul(key ^ segment.dst3 ^ (key >>> 13), 0x9e3779b1);
  return key ^ (key >>> 16);
}
