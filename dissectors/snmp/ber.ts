/**
 * A value of the Basic Encoding Rules (X.690): one-byte tags and definite lengths, which is all that SNMP has. The reader
 * goes from value to value inside a stretch of bytes; the caller enters a constructed value by reading its content.
 */
export class Ber {
  /** The value read last: its tag, and its content at `bytes[start, end)`. */
  tag = -1;
  start = 0;
  end = 0;
  readonly bytes: Uint8Array;
  #at: number;
  readonly #limit: number;

  constructor(bytes: Uint8Array, at: number, limit: number) {
    this.bytes = bytes;
    this.#at = at;
    this.#limit = limit;
  }

  /** Nothing is left. */
  get done(): boolean {
    return this.#at === this.#limit;
  }

  /** Reads the next value; false when there is none that is whole. */
  next(): boolean {
    const { bytes } = this;
    const limit = this.#limit;
    let at = this.#at;
    if (limit - at < 2) return false;
    const tag = bytes[at++];
    if ((tag & 0x1f) === 0x1f) return false;
    let length = bytes[at++];
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 4 || limit - at < count) return false;
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + bytes[at++];
    }
    if (length > limit - at) return false;
    this.tag = tag;
    this.start = at;
    this.end = at + length;
    this.#at = this.end;
    return true;
  }

  /** Reads the next value where it has this tag. */
  expect(tag: number): boolean {
    return this.next() && this.tag === tag;
  }

  /** The values inside the one read last. */
  inside(): Ber {
    return new Ber(this.bytes, this.start, this.end);
  }

  /** The value read last as an integer of at most 32 bits; NaN for a longer one. */
  integer(): number {
    const length = this.end - this.start;
    if (length < 1 || length > 4) return Number.NaN;
    let value = (this.bytes[this.start] << 24) >> 24;
    for (let i = this.start + 1; i < this.end; i++) value = value * 256 + this.bytes[i];
    return value;
  }

  /** The value read last as an object identifier, `1.3.6.1…`; '' for none that is sound. */
  oid(): string {
    const { bytes, start, end } = this;
    if (start >= end || end - start > OID_BYTES || bytes[end - 1] >= 0x80) return '';
    const arcs: number[] = [];
    let arc = 0;
    for (let i = start; i < end; i++) {
      arc = arc * 128 + (bytes[i] & 0x7f);
      if (arc > 0xffffffff) return '';
      if (bytes[i] >= 0x80) continue;
      // The first two arcs share a value: 40 times the first, and the second (X.690 §8.19.4).
      if (arcs.length === 0)
        arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2));
      else arcs.push(arc);
      arc = 0;
    }
    return arcs.join('.');
  }
}

/** RFC 3416 §3.5: at most 128 arcs. */
const OID_BYTES = 256;
