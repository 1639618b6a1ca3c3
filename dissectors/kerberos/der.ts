/**
 * The little of DER (ITU-T X.690) that Kerberos is written in (RFC 4120 §5): elements with a length that is known, and
 * tags of one octet. What is read is a place in the bytes; nothing is built, and nothing calls itself.
 */
export interface Element {
  /** Identifier octet. */
  readonly tag: number;
  /** Contents are `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

export const INTEGER = 0x02;
export const OCTET_STRING = 0x04;
export const GENERAL_STRING = 0x1b;
export const SEQUENCE = 0x30;

/** The element at `at`, all of which is before `limit`; null when there is none. */
export function elementAt(bytes: Uint8Array, at: number, limit: number): Element | null {
  if (at + 2 > limit) return null;
  const tag = bytes[at];
  if ((tag & 0x1f) === 0x1f) return null;
  let start = at + 2;
  let length = bytes[at + 1];
  if (length >= 0x80) {
    const octets = length & 0x7f;
    // Indefinite length, or one that no message has.
    if (octets === 0 || octets > 4 || start + octets > limit) return null;
    length = 0;
    for (let n = 0; n < octets; n++) length = length * 256 + bytes[start + n];
    start += octets;
  }
  return start + length <= limit ? { tag, start, end: start + length } : null;
}

/** The one element that `[start, end)` consists of, if it has this tag. */
export function only(bytes: Uint8Array, start: number, end: number, tag: number): Element | null {
  const element = elementAt(bytes, start, end);
  return element !== null && element.tag === tag && element.end === end ? element : null;
}

/** At most this many elements of a sequence are read. */
const MOST = 64;

/** The elements that `[start, end)` consists of; null when they do not fill it, or are too many. */
export function elements(bytes: Uint8Array, start: number, end: number): readonly Element[] | null {
  const all: Element[] = [];
  let at = start;
  while (at < end) {
    const element = elementAt(bytes, at, end);
    if (element === null || all.length >= MOST) return null;
    all.push(element);
    at = element.end;
  }
  return all;
}

/**
 * Contents of the explicitly tagged fields of the SEQUENCE that `[start, end)` consists of, by number: null when it is
 * none, or its tags do not ascend.
 */
export function fields(bytes: Uint8Array, start: number, end: number): ReadonlyMap<number, Element> | null {
  const sequence = only(bytes, start, end, SEQUENCE);
  const all = sequence === null ? null : elements(bytes, sequence.start, sequence.end);
  if (all === null) return null;
  const byNumber = new Map<number, Element>();
  let last = -1;
  for (const element of all) {
    const number = element.tag - 0xa0;
    if (number <= last || number > 30) return null;
    byNumber.set(number, element);
    last = number;
  }
  return byNumber;
}

/** An INTEGER that four octets without sign, or with one, can hold, as a field's content; null when it is none. */
export function integerIn(bytes: Uint8Array, field: Element | undefined): number | null {
  if (field === undefined) return null;
  const integer = only(bytes, field.start, field.end, INTEGER);
  if (integer === null) return null;
  const { start, end } = integer;
  // Without sign, the highest ones have a zero before them (X.690 §8.3.3).
  if (end === start || end - start > (bytes[start] === 0 ? 5 : 4)) return null;
  let value = bytes[start] >= 0x80 ? -1 : 0;
  for (let at = start; at < end; at++) value = value * 256 + bytes[at];
  return value;
}

/** A string's characters; what is not ASCII is replaced by what no name has. */
export function textOf(bytes: Uint8Array, { start, end }: Element): string {
  let text = '';
  const stop = Math.min(end, start + 256);
  for (let at = start; at < stop; at++) text += bytes[at] < 0x80 ? String.fromCharCode(bytes[at]) : '\ufffd';
  return text;
}
