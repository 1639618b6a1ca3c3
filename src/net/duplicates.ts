import type { Micros } from '../core/time.ts';
import { word } from './bytes.ts';
import { FIN, RST, type Segment, SYN } from './segment.ts';

/** A packet with an IPv4 identification (or a fragment's) is the same one when it comes again this soon. */
const WINDOW_WITH_ID: Micros = 20_000;
/** Without one, only what a mirror port does in its own time counts: a host needs longer to repeat itself. */
const WINDOW_WITHOUT_ID: Micros = 2_000;

/** A mirror port's copies lie a few packets apart; 64 kB of table stay in a processor's second-level cache. */
const ENTRIES = 1024;
const ENTRY_WORDS = 16;
/** The double in an entry's last two words: when it was seen. */
const TIME_AT = 7;
/** Bytes of a packet without ports, or of a datagram without identification, that are compared. */
const BOUND = 512;

/**
 * Recognises what a SPAN port delivers twice: the same packet mirrored on its way in and on its way out, with
 * another VLAN, MAC addresses and time to live when a router lies between. What a router changes (link
 * header, TTL, DSCP, IP checksum) is not compared; what a host changes when it sends again (identification,
 * TCP timestamps through the checksum) is. The table holds the compared words themselves, not a hash of them,
 * so two different packets are never taken for one; a collision merely forgets the older.
 *
 * Direct-mapped: one entry, one cache line, for each packet.
 */
export class Duplicates {
  readonly #words = new Int32Array(ENTRIES * ENTRY_WORDS);
  readonly #times = new Float64Array(this.#words.buffer);

  constructor() {
    for (let i = TIME_AT; i < this.#times.length; i += ENTRY_WORDS >> 1)
      this.#times[i] = Number.NEGATIVE_INFINITY;
  }

  /**
   * True when this TCP segment was seen just now. `at` is its header in the bytes, `id` the IP identification
   * or 0, `length` the transport's length by the IP header. A segment without identification that carries
   * neither data nor a state change may well be sent twice (a duplicate acknowledgement) and is never one.
   */
  tcp(segment: Segment, at: number, id: number, length: number): boolean {
    const window = id !== 0 ? WINDOW_WITH_ID : WINDOW_WITHOUT_ID;
    if (id === 0 && segment.payloadWire === 0 && (segment.flags & (SYN | FIN | RST)) === 0) return false;
    const bytes = segment.bytes;
    const from = segment.payloadOffset;
    const size = segment.payloadLength;
    // Of the payload the start is enough, the sequence number saying whose bytes they are; its end lies in
    // memory that nothing else touches when bulk is skipped.
    const head = size >= 4 ? word(bytes, from) : size > 0 ? bytes[from] : 0;
    return this.#seen(
      segment,
      window,
      6 | (length << 8),
      sourceWord(segment),
      destinationWord(segment),
      id,
      word(bytes, at),
      word(bytes, at + 4),
      word(bytes, at + 8),
      word(bytes, at + 12),
      word(bytes, at + 16),
      head,
      0,
    );
  }

  /** As `tcp`, for a UDP datagram. Without identification the payload is compared by a hash of up to 512 bytes. */
  udp(segment: Segment, at: number, id: number, length: number): boolean {
    const bytes = segment.bytes;
    const from = segment.payloadOffset;
    const size = segment.payloadLength;
    if (id === 0 && size === 0) return false;
    let head = 0;
    let tail = 0;
    if (id === 0) {
      const until = from + (size < BOUND ? size : BOUND);
      head = hash(bytes, from, until, 1);
      tail = hash(bytes, from, until, 2);
    } else if (size >= 4) {
      head = word(bytes, from);
      tail = word(bytes, from + size - 4);
    } else if (size > 0) {
      head = bytes[from];
      tail = bytes[from + size - 1];
    }
    const window = id !== 0 ? WINDOW_WITH_ID : WINDOW_WITHOUT_ID;
    return this.#seen(
      segment,
      window,
      17 | (length << 8),
      sourceWord(segment),
      destinationWord(segment),
      id,
      word(bytes, at),
      word(bytes, at + 4),
      0,
      0,
      0,
      head,
      tail,
    );
  }

  /**
   * As `tcp`, for a fragment or an IP packet of another protocol: `bytes[at, end)` is what follows the IP
   * header, `extra` its place among the fragments.
   */
  other(
    segment: Segment,
    bytes: Uint8Array,
    at: number,
    end: number,
    id: number,
    length: number,
    extra: number,
  ): boolean {
    if (end <= at) return false;
    const until = end - at < BOUND ? end : at + BOUND;
    const window = id !== 0 ? WINDOW_WITH_ID : WINDOW_WITHOUT_ID;
    return this.#seen(
      segment,
      window,
      (segment.proto & 255) | (length << 8),
      sourceWord(segment),
      destinationWord(segment),
      id,
      hash(bytes, at, until, 1),
      hash(bytes, at, until, 2),
      extra,
      0,
      0,
      0,
      0,
    );
  }

  /** As `tcp`, for a frame without IP (ARP): the whole of `bytes[at, end)` up to 512 bytes. */
  link(segment: Segment, bytes: Uint8Array, at: number, end: number): boolean {
    const until = end - at < BOUND ? end : at + BOUND;
    return this.#seen(
      segment,
      WINDOW_WITHOUT_ID,
      0xff,
      hash(bytes, at, until, 1),
      hash(bytes, at, until, 2),
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    );
  }

  /** `segment` brings the time: a double passed to a function would be boxed, and allocate, for every packet. */
  #seen(
    segment: Segment,
    window: Micros,
    kind: number,
    source: number,
    destination: number,
    id: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    head: number,
    tail: number,
  ): boolean {
    // Products that do not wait for one another: the multiplier is kept busy instead of the packet waiting.
    let mix =
      Math.imul(kind ^ id, 0x9e3779b1) ^
      Math.imul(source + destination, 0x85ebca77) ^
      Math.imul(a ^ head, 0xc2b2ae3d) ^
      Math.imul(b + tail, 0x27d4eb2f) ^
      Math.imul(c ^ e, 0x165667b1);
    mix ^= mix >>> 15;
    mix = Math.imul(mix, 0x2c1b3c6d);
    mix ^= mix >>> 13;
    const entry = mix & (ENTRIES - 1);
    const words = this.#words;
    const i = entry * ENTRY_WORDS;
    const times = this.#times;
    const time = segment.time;
    const t = entry * (ENTRY_WORDS >> 1) + TIME_AT;
    if (
      words[i] === kind &&
      words[i + 1] === source &&
      words[i + 2] === destination &&
      words[i + 3] === id &&
      words[i + 4] === a &&
      words[i + 5] === b &&
      words[i + 6] === c &&
      words[i + 7] === d &&
      words[i + 8] === e &&
      words[i + 9] === head &&
      words[i + 10] === tail
    ) {
      const age = time - times[t];
      if (age <= window && age >= -window) return true;
      times[t] = time;
      return false;
    }
    words[i] = kind;
    words[i + 1] = source;
    words[i + 2] = destination;
    words[i + 3] = id;
    words[i + 4] = a;
    words[i + 5] = b;
    words[i + 6] = c;
    words[i + 7] = d;
    words[i + 8] = e;
    words[i + 9] = head;
    words[i + 10] = tail;
    times[t] = time;
    return false;
  }
}

/** IPv4 addresses as they are; of IPv6 a mixture that tells hosts of one network apart. */
function sourceWord(segment: Segment): number {
  return segment.family === 4
    ? segment.src3
    : mixture(segment.src0, segment.src1, segment.src2, segment.src3);
}

function destinationWord(segment: Segment): number {
  return segment.family === 4
    ? segment.dst3
    : mixture(segment.dst0, segment.dst1, segment.dst2, segment.dst3);
}

function mixture(w0: number, w1: number, w2: number, w3: number): number {
  return (
    Math.imul(w0, 0x9e3779b1) ^
    Math.imul(w1, 0x85ebca77) ^
    Math.imul(w2, 0xc2b2ae3d) ^
    Math.imul(w3, 0x27d4eb2f)
  );
}

/** FNV-1a's shape with a seed: two seeds make 64 bits of it. */
function hash(bytes: Uint8Array, at: number, end: number, seed: number): number {
  let value = 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1);
  for (let i = at; i < end; i++) {
    value = Math.imul(value ^ bytes[i], 0x01000193);
    value ^= value >>> (11 + seed);
  }
  return value | 0;
}
