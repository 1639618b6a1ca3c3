import { type Element, elementAt, elementsAt, INTEGER, SEQUENCE } from '../../src/core/ber.ts';

/** What Kerberos makes of DER (RFC 4120 §5). What is read is a place in the bytes; nothing is built. */
export const GENERAL_STRING = 0x1b;

/** The one element that `[start, end)` consists of, if it has this tag. */
export function only(bytes: Uint8Array, start: number, end: number, tag: number): Element | null {
  const element = elementAt(bytes, start, end);
  return element !== null && element.tag === tag && element.end === end ? element : null;
}

/** At most this many elements of a sequence are read. */
const MOST = 64;

/** The elements that `[start, end)` consists of; null when they do not fill it, or are too many. */
export function elements(bytes: Uint8Array, start: number, end: number): readonly Element[] | null {
  const all = elementsAt(bytes, start, end, MOST);
  return (all.at(-1)?.end ?? start) === end ? all : null;
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
