import { latin1 } from '../../src/core/bytes.ts';
import { SP, TAB } from './wire.ts';

/**
 * Texts of field values. The heads of a network repeat the same few: looking at the bytes is cheaper than decoding them
 * again, and the same text is the same object. Direct-mapped, so bounded; what collides is decoded again.
 */
const SLOTS = 1024;
const LONGEST = 192;

const keys = new Uint8Array(SLOTS * LONGEST);
const texts = new Array<string>(SLOTS).fill('');

/** `bytes[start, end)` without blanks around, as latin-1. */
export function textOfValue(bytes: Uint8Array, start: number, end: number): string {
  while (start < end && (bytes[start] === SP || bytes[start] === TAB)) start++;
  while (end > start && bytes[end - 1] <= SP) end--;
  const length = end - start;
  if (length === 0) return '';
  if (length > LONGEST) return latin1(bytes, start, end);
  let hash = length;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const key = slot * LONGEST;
  if (texts[slot].length === length) {
    let i = 0;
    while (i < length && keys[key + i] === bytes[start + i]) i++;
    if (i === length) return texts[slot];
  }
  const text = latin1(bytes, start, end);
  for (let i = 0; i < length; i++) keys[key + i] = bytes[start + i];
  texts[slot] = text;
  return text;
}
