import type { KeyedHash } from '../../src/core/hash.ts';
import { keyOf, numberDigest, partDigest, type Seeds, seedsOf, textDigest } from './digest.ts';
import type { Hl7Result } from './events.ts';
import { wordOf } from './messages.ts';
import { type Delimiters, type Fields, idOf, Range, segmentId } from './wire.ts';

export const OBR = idOf('OBR');
export const OBX = idOf('OBX');

export const NO_RESULTS: readonly Hl7Result[] = Object.freeze([]);
const RESULTS_LIMIT = 64;
/** Longer texts are reports, which are broken into lines and put together again on their way. */
const TEXT_LIMIT = 64;

const range = new Range();

/** Data types (OBX-2) whose values are compared: numbers, short texts and codes. */
const NUMBER_OR_TEXT = 1;
const CODED = 2;
const TYPES = new Map([
  [word('NM'), NUMBER_OR_TEXT],
  [word('SN'), NUMBER_OR_TEXT],
  [word('ST'), NUMBER_OR_TEXT],
  [idOf('CWE'), CODED],
  [idOf('CNE'), CODED],
  [word('CE'), CODED],
]);

/** A name of two characters as `segmentId` would have it with a delimiter behind. */
function word(name: string): number {
  return (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8);
}

/**
 * What the OBX segments of one message say, as digests that can be compared with another message's and with nothing
 * else. Segments come in order: an OBX belongs to the OBR before it.
 */
export class ResultReader {
  readonly #seeds: Seeds;
  #ordered = false;
  #low = 0;
  #high = 0;
  #results: Hl7Result[] | null = null;

  constructor(hash: KeyedHash) {
    this.#seeds = seedsOf(hash);
  }

  clear(): void {
    this.#ordered = false;
    this.#results = null;
  }

  get results(): readonly Hl7Result[] {
    return this.#results ?? NO_RESULTS;
  }

  /** OBR-2 the placer's order number, without one OBR-3 the filler's. */
  order(bytes: Uint8Array, fields: Fields, delimiters: Delimiters): void {
    first(bytes, fields, 2, delimiters);
    if (range.empty) first(bytes, fields, 3, delimiters);
    this.#ordered = !range.empty;
    if (!this.#ordered) return;
    this.#low = partDigest(this.#seeds.low, bytes, range.start, range.end);
    this.#high = partDigest(this.#seeds.high, bytes, range.start, range.end);
  }

  /** OBX: what was observed is OBX-3 and OBX-4 in the unit OBX-6, its value OBX-5. */
  observation(bytes: Uint8Array, fields: Fields, delimiters: Delimiters, patient: number | null): void {
    if (!this.#ordered || (this.#results !== null && this.#results.length >= RESULTS_LIMIT)) return;
    const start = fields.start(5);
    const end = fields.end(5);
    if (start >= end || fields.isCut(5)) return;
    const type = typeOf(bytes, fields);
    if (type === 0) return;
    const numeric = type === CODED ? null : numberDigest(this.#seeds.low, bytes, start, end, delimiters);
    const value = numeric ?? this.#text(bytes, start, end, type === CODED, delimiters);
    if (value === null) return;
    first(bytes, fields, 3, delimiters);
    if (range.empty) return;
    let low = this.#low ^ ((patient ?? 0) | 0);
    let high = this.#high ^ (((patient ?? 0) / 2 ** 32) | 0);
    low = partDigest(low, bytes, range.start, range.end);
    high = partDigest(high, bytes, range.start, range.end);
    for (let field = 4; field <= 6; field += 2) {
      first(bytes, fields, field, delimiters);
      low = partDigest(low, bytes, range.start, range.end);
      high = partDigest(high, bytes, range.start, range.end);
    }
    const result: Hl7Result = {
      key: keyOf(low, high),
      observation: wordOf(bytes, fields.start(3), fields.end(3), delimiters),
      value,
      numeric: numeric !== null,
      status: wordOf(bytes, fields.start(11), fields.end(11), delimiters),
    };
    if (this.#results === null) this.#results = [result];
    else this.#results.push(result);
  }

  #text(
    bytes: Uint8Array,
    start: number,
    end: number,
    coded: boolean,
    delimiters: Delimiters,
  ): number | null {
    if (coded) {
      range.component(bytes, start, end, 1, delimiters);
      if (range.empty) range.component(bytes, start, end, 2, delimiters);
      ({ start, end } = range);
    }
    if (start >= end || end - start > TEXT_LIMIT) return null;
    // What is escaped here may stand there as it is; `""` deletes a value.
    if (bytes[start] === 0x22) return null;
    for (let at = start; at < end; at++) if (bytes[at] === delimiters.escape) return null;
    return textDigest(this.#seeds.high, bytes, start, end);
  }
}

function typeOf(bytes: Uint8Array, fields: Fields): number {
  const start = fields.start(2);
  const length = fields.end(2) - start;
  if (length !== 2 && length !== 3) return 0;
  if (length === 2 && bytes[start] === 0x4e && bytes[start + 1] === 0x4d) return NUMBER_OR_TEXT;
  const id = segmentId(bytes, start);
  return TYPES.get(length === 2 ? id & 0xffff00 : id) ?? 0;
}

/** The first component of a field, without blanks around it. */
function first(bytes: Uint8Array, fields: Fields, field: number, delimiters: Delimiters): void {
  range
    .component(bytes, fields.start(field), fields.end(field), 1, delimiters)
    .trim(bytes, delimiters.subcomponent);
}
