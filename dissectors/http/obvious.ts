import { type Found, ObviousReader } from '../../src/core/obvious.ts';
import type { Kind } from './bodies.ts';

const PERCENT = 0x25;
const PLUS = 0x2b;
const BLANK = 0x20;

/**
 * Patients who are named in a body of no medical format: the fields of a form, somebody's own JSON or XML, a page. In
 * pages an HL7 segment is an example.
 */
export function readUnknown(kind: Kind, isForm: boolean, body: Uint8Array, found: Found): void {
  const text = isForm ? formText(body) : body;
  new ObviousReader(found, { segments: kind !== 'html' }).read(text, 0, text.length, true);
}

/** The text of a form's fields (WHATWG URL, «application/x-www-form-urlencoded»). */
export function formText(body: Uint8Array): Uint8Array {
  const text = new Uint8Array(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    let value = byte === PLUS ? BLANK : byte;
    if (byte === PERCENT && at + 2 < body.length) {
      const high = digitOf(body[at + 1]);
      const low = digitOf(body[at + 2]);
      if (high >= 0 && low >= 0) {
        value = high * 16 + low;
        at += 2;
      }
    }
    text[length++] = value;
  }
  return text.subarray(0, length);
}

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
