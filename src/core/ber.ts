/**
 * Reads ASN.1 in BER (ITU-T X.690): tag, length, content. It walks, it never builds a tree, and it never goes deeper by
 * itself: who wants what is inside an element asks for a reader of it. Indefinite lengths (§8.1.3.6) and tag numbers
 * above 30 are refused: no protocol read with this has them.
 */

/** Class bits of an identifier octet (§8.1.2), with the bit of a constructed encoding. */
export const CONTEXT = 0xa0;
export const APPLICATION = 0x60;

export const INTEGER = 0x02;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const OBJECT_IDENTIFIER = 0x06;
export const ENUMERATED = 0x0a;
export const SEQUENCE = 0x30;
export const SET = 0x31;

/** An element as a place in the bytes: its content is `[start, end)`. */
export interface Element {
  /** Identifier octet. */
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The element at `at`, all of which is before `limit`; null when there is none. */
export function elementAt(bytes: Uint8Array, at: number, limit: number): Element | null {
  const reader = new BerReader(bytes, at, limit);
  if (!reader.next() || !reader.whole) return null;
  return { tag: reader.tag, start: reader.start, end: reader.stop };
}

/** The elements that stand one after another from `at` on, at most `most` of them, as far as they are whole. */
export function elementsAt(bytes: Uint8Array, at: number, limit: number, most: number): Element[] {
  const all: Element[] = [];
  while (at < limit && all.length < most) {
    const element = elementAt(bytes, at, limit);
    if (element === null) break;
    all.push(element);
    at = element.end;
  }
  return all;
}

/** Sub-identifiers of an object identifier that are read; SMIv2 allows 128 (RFC 2578 §3.5). */
const ARCS = 128;

export class BerReader {
  readonly bytes: Uint8Array;
  /** Identifier octet of the element read last: class, constructed bit and number. */
  tag = 0;
  /** Its content is `bytes[start, stop)`, both inside what is read. */
  start = 0;
  stop = 0;
  /** The content ends inside what was captured. What is inside a cut one may still be read. */
  whole = true;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Goes to the next element; false at the end, and where no element stands. */
  next(): boolean {
    const { bytes } = this;
    let at = this.#at;
    if (at + 2 > this.#end) return false;
    const tag = bytes[at];
    if ((tag & 0x1f) === 0x1f) return false;
    let length = bytes[at + 1];
    at += 2;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      // Four octets are more than any message has; zero would be an indefinite length.
      if (octets === 0 || octets > 4 || at + octets > this.#end) return false;
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + bytes[at + i];
      at += octets;
    }
    this.tag = tag;
    this.start = at;
    this.whole = at + length <= this.#end;
    this.stop = this.whole ? at + length : this.#end;
    this.#at = this.stop;
    return true;
  }

  /** Goes to the next element if it is a whole one with this tag. */
  expect(tag: number): boolean {
    return this.next() && this.tag === tag && this.whole;
  }

  /** Goes to the next element, which may be cut, and reads what is inside; null when it has another tag. */
  enter(tag: number): BerReader | null {
    return this.next() && this.tag === tag ? this.inside() : null;
  }

  /** Reads what is inside the element read last. */
  inside(): BerReader {
    return new BerReader(this.bytes, this.start, this.stop);
  }

  get length(): number {
    return this.stop - this.start;
  }

  /** Nothing is left to read. */
  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** The content as an integer of up to six octets (§8.3); NaN for one that is longer or empty. */
  integer(): number {
    const { length } = this;
    if (length === 0 || length > 6) return Number.NaN;
    let value = this.bytes[this.start] >= 0x80 ? -1 : 0;
    for (let at = this.start; at < this.stop; at++) value = value * 256 + this.bytes[at];
    return value;
  }

  /** A view of the content; as valid as the bytes. */
  content(): Uint8Array {
    return this.bytes.subarray(this.start, this.stop);
  }

  /** The content as an object identifier in dotted form (§8.19); '' when it is none. */
  objectIdentifier(): string {
    const { bytes, start, stop } = this;
    if (start === stop || bytes[stop - 1] >= 0x80) return '';
    let text = '';
    let arc = 0;
    let arcs = 0;
    for (let at = start; at < stop; at++) {
      arc = arc * 128 + (bytes[at] & 0x7f);
      if (arc > 0xffff_ffff) return '';
      if (bytes[at] >= 0x80) continue;
      if (++arcs > ARCS) return '';
      // The first two arcs share a sub-identifier (§8.19.4).
      if (arcs === 1) {
        const root = Math.min(2, Math.floor(arc / 40));
        text = `${root}.${arc - root * 40}`;
      } else text += `.${arc}`;
      arc = 0;
    }
    return text;
  }
}
