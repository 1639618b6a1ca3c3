import { closeSync, openSync, renameSync, writeSync } from 'node:fs';

/** One end of a synthetic TCP connection: where it is and what its stack would put in its headers. */
export interface Endpoint {
  /** Six bytes. */
  readonly mac: Uint8Array;
  /** IPv4 as a 32-bit word. */
  readonly ip: number;
  readonly port: number;
  /** Next sequence number to send, modulo 2^32. */
  seq: number;
  /** IPv4 identification, one up for each packet. */
  ipId: number;
  /** The window field as the peer sees it. */
  window: number;
  /** Offset of this host's TCP timestamp clock (RFC 7323), milliseconds. */
  readonly tsOffset: number;
  /** The peer's last timestamp, echoed. */
  tsEcho: number;
}

export const FIN = 0x01;
export const SYN = 0x02;
export const PSH = 0x08;
export const ACK = 0x10;

const LINK_ETHERNET = 1;
const RECORD = 16;
const ETHERNET = 14;
const IP = 20;
const BUFFER = 4 << 20;
const LARGEST = 64 << 10;

/**
 * Writes a classic little-endian microsecond pcap of Ethernet/IPv4/TCP packets with right checksums. The file
 * appears under its name when `close` was called, so a file that is there is whole.
 */
export class CaptureWriter {
  packets = 0;
  bytes = 24;
  readonly #path: string;
  readonly #file: number;
  readonly #out = Buffer.allocUnsafe(BUFFER + LARGEST);
  #at = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(`${path}.part`, 'w');
    this.#out.writeUInt32LE(0xa1b2c3d4, 0);
    this.#out.writeUInt16LE(2, 4);
    this.#out.writeUInt16LE(4, 6);
    this.#out.writeInt32LE(0, 8);
    this.#out.writeUInt32LE(0, 12);
    this.#out.writeUInt32LE(262_144, 16);
    this.#out.writeUInt32LE(LINK_ETHERNET, 20);
    this.#at = 24;
  }

  /**
   * One packet from `from` to `to` carrying `payload[start, end)`; advances `from`'s sequence number. `time` is in
   * microseconds since the epoch. SYN packets carry the options Linux sends, all others its timestamps.
   */
  tcp(
    time: number,
    from: Endpoint,
    to: Endpoint,
    flags: number,
    payload: Uint8Array,
    start: number,
    end: number,
  ): void {
    const out = this.#out;
    const syn = (flags & SYN) !== 0;
    const tcpHeader = syn ? 40 : 32;
    const length = end - start;
    const ipLength = IP + tcpHeader + length;
    const frame = ETHERNET + ipLength;
    let at = this.#at;

    const seconds = Math.floor(time / 1e6);
    out.writeUInt32LE(seconds, at);
    out.writeUInt32LE(Math.floor(time - seconds * 1e6), at + 4);
    out.writeUInt32LE(frame, at + 8);
    out.writeUInt32LE(frame, at + 12);
    at += RECORD;

    out.set(to.mac, at);
    out.set(from.mac, at + 6);
    out.writeUInt16BE(0x0800, at + 12);
    at += ETHERNET;

    out.writeUInt16BE(0x4500, at);
    out.writeUInt16BE(ipLength, at + 2);
    out.writeUInt16BE(from.ipId, at + 4);
    from.ipId = (from.ipId + 1) & 0xffff;
    out.writeUInt16BE(0x4000, at + 6);
    out.writeUInt16BE(0x4006, at + 8);
    out.writeUInt16BE(0, at + 10);
    out.writeUInt32BE(from.ip >>> 0, at + 12);
    out.writeUInt32BE(to.ip >>> 0, at + 16);
    out.writeUInt16BE(checksum(out, at, at + IP, 0), at + 10);
    // The pseudo header of RFC 9293 §3.1: both addresses, protocol 6, length.
    const pseudo = sum(out, at + 12, at + 20) + 6 + tcpHeader + length;
    at += IP;

    const tcp = at;
    out.writeUInt16BE(from.port, at);
    out.writeUInt16BE(to.port, at + 2);
    out.writeUInt32BE(from.seq, at + 4);
    out.writeUInt32BE((flags & ACK) !== 0 ? to.seq : 0, at + 8);
    out[at + 12] = tcpHeader << 2;
    out[at + 13] = flags;
    out.writeUInt16BE(syn ? 64_240 : from.window, at + 14);
    out.writeUInt32BE(0, at + 16);
    at += 20;
    if (syn) {
      out.writeUInt32BE(0x020405b4, at); // MSS 1460
      out.writeUInt16BE(0x0402, at + 4); // SACK permitted
      at += 6;
    } else {
      out.writeUInt16BE(0x0101, at);
      at += 2;
    }
    const clock = (Math.floor(time / 1000) + from.tsOffset) >>> 0;
    out.writeUInt16BE(0x080a, at);
    out.writeUInt32BE(clock, at + 2);
    out.writeUInt32BE((flags & ACK) !== 0 ? from.tsEcho : 0, at + 6);
    to.tsEcho = clock;
    at += 10;
    if (syn) {
      out.writeUInt32BE(0x0103030a, at); // window scale 10
      at += 4;
    }
    if (length > 0) {
      out.set(payload.subarray(start, end), at);
      at += length;
    }
    out.writeUInt16BE(checksum(out, tcp, at, pseudo), tcp + 16);

    from.seq = (from.seq + length + (syn ? 1 : 0) + (flags & FIN)) >>> 0;
    this.#at = at;
    this.packets++;
    this.bytes += RECORD + frame;
    if (at >= BUFFER) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
    renameSync(`${this.#path}.part`, this.#path);
  }

  #flush(): void {
    let done = 0;
    while (done < this.#at) done += writeSync(this.#file, this.#out, done, this.#at - done);
    this.#at = 0;
  }
}

/** The sum of big-endian 16-bit words of at most 64 KB, not folded. */
function sum(bytes: Uint8Array, start: number, end: number): number {
  let total = 0;
  const last = end - 1;
  let at = start;
  for (; at < last; at += 2) total += (bytes[at] << 8) | bytes[at + 1];
  if (at < end) total += bytes[at] << 8;
  return total;
}

/** RFC 1071. */
function checksum(bytes: Uint8Array, start: number, end: number, initial: number): number {
  let total = initial + sum(bytes, start, end);
  total = (total & 0xffff) + (total >>> 16);
  total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}

/** Marsaglia's xorshift with 32 bits: the same numbers on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return Math.floor(((x >>> 0) / 0x1_0000_0000) * limit);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }
}

/** A vendor's MAC prefix (three bytes) completed with the low bytes of `host`. */
export function mac(prefix: number, host: number): Uint8Array {
  return Uint8Array.of(prefix >>> 16, prefix >>> 8, prefix, host >>> 16, host >>> 8, host);
}
