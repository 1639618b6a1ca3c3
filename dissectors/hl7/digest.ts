import type { KeyedHash } from '../../src/core/hash.ts';
import type { Delimiters, Fields } from './wire.ts';
import { FIELD_LIMIT } from './wire.ts';

/**
 * Digests that say «the same again?» of bodies and results within one process. Not `KeyedHash`, which takes as long as
 * reading the message did: four bytes are mixed in with one multiplication. They start from a seed that is keyed, so
 * that nobody who saw one could find its text by trying.
 */

const PRIME = 0x9e3779b1;
const OTHER_PRIME = 0x85ebca6b;
/** Fields of a long segment that are mixed in. */
const FIELDS = 60;

export interface Seeds {
  readonly low: number;
  readonly high: number;
}

const seeds = new WeakMap<KeyedHash, Seeds>();
let last: { readonly hash: KeyedHash; readonly seeds: Seeds } | null = null;

/** The seeds that belong to a key. */
export function seedsOf(hash: KeyedHash): Seeds {
  if (last !== null && last.hash === hash) return last.seeds;
  let known = seeds.get(hash);
  if (known === undefined) {
    hash.update(Uint8Array.of(0x68, 0x6c, 0x37), 0, 3);
    known = { low: hash.low | 0, high: hash.high | 0 };
    seeds.set(hash, known);
  }
  last = { hash, seeds: known };
  return known;
}

function mix(digest: number, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  // Two chains, so that one multiplication does not wait for the other.
  let other = Math.imul(digest ^ (end - start), OTHER_PRIME);
  for (const whole = end - 7; at < whole; at += 8) {
    digest ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    other ^= bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24);
    digest = Math.imul(digest, PRIME);
    other = Math.imul(other, OTHER_PRIME);
    digest ^= digest >>> 15;
    other ^= other >>> 15;
  }
  for (; at < end; at++) {
    digest = Math.imul(digest ^ bytes[at], PRIME);
    digest ^= digest >>> 15;
  }
  digest = Math.imul(digest ^ (other >>> 7) ^ (other << 25), PRIME);
  return digest ^ (digest >>> 13);
}

/**
 * Mixes a segment into a digest: all of it, or of a long one as much of each field as is kept of a segment that TCP
 * cut, so that it is the same wherever TCP cut it.
 */
export function mixSegment(
  digest: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  fields: Fields,
): number {
  if (end - start <= FIELD_LIMIT) return mix(digest, bytes, start, end);
  let mixed = mix(digest, bytes, start, start + FIELD_LIMIT);
  const count = Math.min(fields.last, FIELDS);
  for (let field = 1; field <= count; field++)
    mixed = mix(mixed, bytes, fields.start(field), fields.end(field));
  return mixed;
}

/** The digest of a part as people read it, whatever its letters' case. */
export function partDigest(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let digest = seed;
  for (let at = start; at < end; at++) {
    // Marks that differ in this bit only are none that names have.
    digest = Math.imul(digest ^ (bytes[at] | 0x20), PRIME);
    digest ^= digest >>> 15;
  }
  return Math.imul(digest ^ (end - start), OTHER_PRIME);
}

/** Two digests of the same thing, from different seeds, in the 53 bits that a number holds exactly. */
export function keyOf(low: number, high: number): number {
  return ((high ^ (high >>> 16)) >>> 11) * 2 ** 32 + ((low ^ (low >>> 16)) >>> 0);
}

function folded(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function step(digest: number, byte: number): number {
  const mixed = Math.imul(digest ^ byte, PRIME);
  return mixed ^ (mixed >>> 15);
}

const ZERO = 0x30;
const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isComparator = (byte: number) => byte >= 0x3c && byte <= 0x3e;

/**
 * The digest of a number, whichever way it is written: `5.0`, `5`, `+05,0 `, and `^5` as SN has it are one; null for
 * what is no number. A comparator before it counts: `<5` is another result than `5`.
 */
export function numberDigest(
  seed: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  { component }: Delimiters,
): number | null {
  let at = skip(bytes, start, end, component);
  let digest = seed;
  if (isComparator(bytes[at])) {
    while (at < end && isComparator(bytes[at])) digest = step(digest, bytes[at++]);
    at = skip(bytes, at, end, component);
  }
  if (bytes[at] === 0x2b) at++;
  else if (bytes[at] === 0x2d) digest = step(digest, bytes[at++]);
  const first = at;
  while (at < end && bytes[at] === ZERO) at++;
  for (; at < end && isDigit(bytes[at]); at++) digest = step(digest, bytes[at]);
  let digits = at - first;
  if (at < end && (bytes[at] === 0x2e || bytes[at] === 0x2c)) {
    const point = at++;
    let stop = at;
    for (; at < end && isDigit(bytes[at]); at++) if (bytes[at] !== ZERO) stop = at + 1;
    digits += at - point - 1;
    if (stop > point + 1)
      for (let i = point; i < stop; i++) digest = step(digest, i === point ? 0x2e : bytes[i]);
  }
  at = skip(bytes, at, end, component);
  return at >= end && digits > 0 ? step(digest, ZERO) : null;
}

/** Past blanks and component separators. */
function skip(bytes: Uint8Array, at: number, end: number, component: number): number {
  while (at < end && (bytes[at] === 0x20 || bytes[at] === component)) at++;
  return at;
}

/** The digest of a short text, whatever its letters' case and however wide its blanks; null for blanks alone. */
export function textDigest(seed: number, bytes: Uint8Array, start: number, end: number): number | null {
  let digest = step(seed, 0x74);
  let blank = false;
  let empty = true;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte <= 0x20) {
      blank = true;
      continue;
    }
    if (blank && !empty) digest = step(digest, 0x20);
    blank = false;
    empty = false;
    digest = step(digest, folded(byte));
  }
  return empty ? null : digest;
}
