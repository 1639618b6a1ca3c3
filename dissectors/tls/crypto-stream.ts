import { CLIENT_HELLO, SERVER_HELLO, uint24 } from './wire.ts';

/** Longest message that is put together. */
const LIMIT = 16_384;
/** Parts that wait for what stands between them. */
const PARTS_LIMIT = 64;
const HEADER = 4;

/**
 * Puts the first handshake message of a QUIC connection's CRYPTO frames together (RFC 9000 §19.6), in whatever order
 * and overlap they come.
 */
export class CryptoStream {
  #bytes = new Uint8Array(0);
  /** What is there: start and end of each part, ascending, none touching another. */
  #parts: [number, number][] = [];

  add(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (bytes.length === 0 || end > LIMIT) return;
    // The first copy of a byte wins: a part that is there already is not written again.
    const merged: [number, number][] = [];
    let from = offset;
    let to = end;
    const gaps: [number, number][] = [];
    let at = offset;
    for (const part of this.#parts) {
      if (part[1] < offset || part[0] > end) {
        merged.push(part);
        continue;
      }
      if (part[0] > at) gaps.push([at, part[0]]);
      at = Math.max(at, part[1]);
      from = Math.min(from, part[0]);
      to = Math.max(to, part[1]);
    }
    if (at < end) gaps.push([at, end]);
    merged.push([from, to]);
    if (merged.length > PARTS_LIMIT) return;
    merged.sort((a, b) => a[0] - b[0]);
    this.#reserve(end);
    for (const [start, stop] of gaps) this.#bytes.set(bytes.subarray(start - offset, stop - offset), start);
    this.#parts = merged;
  }

  /** The body of the hello, once it is whole; null. */
  hello(): Uint8Array | null {
    const there = this.#parts.length > 0 && this.#parts[0][0] === 0 ? this.#parts[0][1] : 0;
    if (there < HEADER) return null;
    const type = this.#bytes[0];
    const end = HEADER + uint24(this.#bytes, 1);
    if ((type !== CLIENT_HELLO && type !== SERVER_HELLO) || end > there) return null;
    return this.#bytes.subarray(HEADER, end);
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.min(LIMIT, Math.max(length, 2 * this.#bytes.length, 2048)));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
