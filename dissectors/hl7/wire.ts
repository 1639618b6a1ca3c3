/**
 * HL7 v2 encoding rules ("ER7", HL7 v2.5.1 §2.5–2.7, §2.16) as bytes → values. Pure: nothing here knows of flows,
 * events or packets. Fields are numbered as the standard does: MSH-1 is the field separator itself.
 */
import { latin1 } from '../../src/core/bytes.ts';

/** MLLP block characters (HL7 transport specification: MLLP release 1 and 2). */
export const START_BLOCK = 0x0b;
export const END_BLOCK = 0x1c;
export const COMMIT_ACK = 0x06;
export const COMMIT_NAK = 0x15;

export const CR = 0x0d;
export const LF = 0x0a;
const ESC = 0x1b;
const SPACE = 0x20;
const QUOTE = 0x22;

/** Bytes of one field that are looked at. Longer ones (documents in OBX-5) are cut, wherever they stood. */
export const FIELD_LIMIT = 512;
/** Fields of one segment that are told apart; what follows belongs to the last one. */
export const MAX_FIELDS = 63;
/** Longest value that is turned into text for an event. */
const TEXT_LIMIT = 200;

/** What MSH-1 and MSH-2 declare (§2.5.4). A character that is not declared is -1, which no byte equals. */
export interface Delimiters {
  readonly field: number;
  readonly component: number;
  readonly repetition: number;
  readonly escape: number;
  readonly subcomponent: number;
  /** Since v2.7 (§2.5.5.2). */
  readonly truncation: number;
  /** All of them the usual `|^~\&`: then values may be looked up in caches keyed by bytes alone. */
  readonly standard: boolean;
}

/**
 * Reads MSH-1 and MSH-2, standing at `[at, end)` right after the segment's name. Null when they cannot be
 * delimiters. One to five encoding characters are taken: the standard wants four, with a fifth since v2.7.
 */
export function readDelimiters(bytes: Uint8Array, at: number, end: number): Delimiters | null {
  if (at >= end) return null;
  const field = bytes[at];
  if (!isDelimiter(field)) return null;
  let stop = at + 1;
  while (stop < end && bytes[stop] !== field) stop++;
  const count = stop - at - 1;
  if (count < 1 || count > 5) return null;
  for (let i = at + 1; i < stop; i++) {
    if (!isDelimiter(bytes[i])) return null;
    for (let j = at + 1; j < i; j++) if (bytes[i] === bytes[j]) return null;
  }
  const character = (n: number) => (n <= count ? bytes[at + n] : -1);
  const [component, repetition, escapeCode, subcomponent] = [1, 2, 3, 4].map(character);
  const standard =
    field === 0x7c &&
    component === 0x5e &&
    repetition === 0x7e &&
    escapeCode === 0x5c &&
    subcomponent === 0x26;
  return {
    field,
    component,
    repetition,
    escape: escapeCode,
    subcomponent,
    truncation: character(5),
    standard,
  };
}

/** Printable ASCII that is neither letter nor digit nor space. */
export function isDelimiter(byte: number): boolean {
  return byte > SPACE && byte < 0x7f && !isAlphanumeric(byte);
}

function isAlphanumeric(byte: number): boolean {
  const letter = byte & 0xdf;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x41 && letter <= 0x5a);
}

/** The three characters of a segment's name as one number; letter case is ignored, as careless senders do. */
export function segmentId(bytes: Uint8Array, at: number): number {
  return ((bytes[at] & 0xdf) << 16) | ((bytes[at + 1] & 0xdf) << 8) | (bytes[at + 2] & 0xdf);
}

/** `segmentId` of a name in a program's text. */
export function idOf(name: string): number {
  return segmentId(Uint8Array.of(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2)), 0);
}

export function isSegmentName(bytes: Uint8Array, at: number): boolean {
  return isAlphanumeric(bytes[at]) && isAlphanumeric(bytes[at + 1]) && isAlphanumeric(bytes[at + 2]);
}

/**
 * The fields of one segment, as offsets into its bytes. One instance is used again and again, so that nothing is
 * allocated per segment. `begin`, then `scan` until the segment's end is found, then `finish`.
 */
export class Fields {
  readonly #starts = new Int32Array(MAX_FIELDS + 2);
  #separator = -1;
  /** Number of the last field present. */
  last = 0;

  /**
   * A segment is to be scanned from `start`, where at least four bytes are. The separator is the byte behind the
   * segment's name, whatever the message declared: where they differ it is no segment.
   */
  begin(bytes: Uint8Array, start: number): void {
    const separator = bytes[start + 3];
    this.#separator = separator > END_BLOCK ? separator : -1;
    this.last = isHeader(bytes, start) ? 1 : 0;
  }

  /**
   * Goes on until a byte that may end the segment: CR, LF, a start or an end block; or to `end`. `wide`: the
   * message's character set has two-byte characters whose second byte may look like a delimiter.
   */
  scan(bytes: Uint8Array, at: number, end: number, wide: boolean): number {
    const starts = this.#starts;
    const separator = this.#separator;
    let field = this.last;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === separator) {
        if (field < MAX_FIELDS) starts[++field] = at + 1;
      } else if (byte <= END_BLOCK) {
        if (byte === CR || byte === LF || byte === END_BLOCK || byte === START_BLOCK) break;
        if (byte === ESC) at = skipShift(bytes, at, end);
      } else if (byte > 0x80 && wide && at + 1 < end && bytes[at + 1] >= 0x30) at++;
    }
    this.last = field;
    return at;
  }

  /** The segment ends at `end`. */
  finish(end: number): void {
    this.#starts[this.last + 1] = end + 1;
  }

  start(field: number): number {
    return field <= this.last ? this.#starts[field] : 0;
  }

  /** One past the field's last byte; equal to `start` for a field that is empty or absent. */
  end(field: number): number {
    if (field > this.last) return 0;
    const end = this.#starts[field + 1] - 1;
    const limit = this.#starts[field] + FIELD_LIMIT;
    return end < limit ? end : limit;
  }

  /** The field is longer than what is looked at. */
  isCut(field: number): boolean {
    return field <= this.last && this.#starts[field + 1] - 1 - this.#starts[field] > FIELD_LIMIT;
  }
}

/** Whether MSH, FHS or BHS stands at `at`: in these, field 1 is the separator itself. */
function isHeader(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  if (first === 0x4d) return bytes[at + 1] === 0x53 && bytes[at + 2] === 0x48;
  return (first === 0x46 || first === 0x42) && bytes[at + 1] === 0x48 && bytes[at + 2] === 0x53;
}

/**
 * ISO 2022 (MSH-18 `ISO IR87` and the like): between `ESC $ …` and the next escape sequence stand two-byte
 * characters made of printable ASCII codes, delimiters among them. Gives the last byte of that stretch.
 */
function skipShift(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end || bytes[at + 1] !== 0x24) return at;
  let stop = at + 2;
  while (stop < end && bytes[stop] > ESC + 1) stop++;
  return stop - 1;
}

/** Where a component stands; filled again by every `component` call. */
export class Range {
  start = 0;
  end = 0;

  get empty(): boolean {
    return this.start >= this.end;
  }

  /** Narrows to component `number` (from 1) of the first repetition of `[start, end)`; empty when absent. */
  component(bytes: Uint8Array, start: number, end: number, number: number, delimiters: Delimiters): this {
    const { component, repetition } = delimiters;
    let at = start;
    for (let n = 1; n < number; n++) {
      while (at < end && bytes[at] !== component && bytes[at] !== repetition) at++;
      if (at >= end || bytes[at] === repetition) {
        this.start = this.end = at;
        return this;
      }
      at++;
    }
    let stop = at;
    while (stop < end && bytes[stop] !== component && bytes[stop] !== repetition) stop++;
    this.start = at;
    this.end = stop;
    return this;
  }

  /** Narrows to the first subcomponent and takes surrounding blanks off. */
  trim(bytes: Uint8Array, subcomponent: number): this {
    let stop = this.start;
    while (stop < this.end && bytes[stop] !== subcomponent) stop++;
    while (this.start < stop && bytes[this.start] === SPACE) this.start++;
    while (stop > this.start && bytes[stop - 1] === SPACE) stop--;
    this.end = stop;
    return this;
  }
}

/** Where the repetition that starts at `start` ends. */
export function repetitionEnd(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): number {
  const { repetition } = delimiters;
  let stop = start;
  while (stop < end && bytes[stop] !== repetition) stop++;
  return stop;
}

/**
 * Whether one of the components in `wanted` (bit n for component n, of any repetition) has a value. Blanks and
 * the two quotes that mean "delete" (§2.5.3) are none.
 */
export function hasComponent(
  bytes: Uint8Array,
  start: number,
  end: number,
  wanted: number,
  delimiters: Delimiters,
): boolean {
  const { component, repetition, subcomponent } = delimiters;
  let number = 1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === component) number++;
    else if (byte === repetition) number = 1;
    else if (byte > SPACE && byte !== QUOTE && byte !== subcomponent && number < 31) {
      if ((wanted >>> number) & 1) return true;
    }
  }
  return false;
}

export function startsWith(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start < word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}

const scratch = new Range();

/** Whether an entity identifier's universal id (third component) is an EUI-64, a device's hardware address. */
export function isEui64(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): boolean {
  if (start >= end) return false;
  scratch.component(bytes, start, end, 4, delimiters);
  return startsWith(bytes, scratch.start, scratch.end, 'EUI-64');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A short value as text for an event: escape sequences resolved, control characters shown as `\xNN`, at most
 * 200 characters. Bytes beyond ASCII are UTF-8 where they can be, else ISO 8859-1.
 */
export function text(bytes: Uint8Array, start: number, end: number, escapeCode: number): string {
  if (start >= end) return '';
  if (end - start > TEXT_LIMIT) end = start + TEXT_LIMIT;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte < SPACE || byte >= 0x7f || byte === escapeCode)
      return unusualText(bytes, start, end, escapeCode);
  }
  return latin1(bytes, start, end);
}

function unusualText(bytes: Uint8Array, start: number, end: number, escapeCode: number): string {
  let value: string;
  try {
    value = utf8.decode(bytes.subarray(start, end));
  } catch {
    value = latin1(bytes, start, end);
  }
  const resolved = escapeCode > 0 ? resolveEscapes(value, escapeCode, USUAL) : value;
  return resolved.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

const USUAL: Delimiters = {
  field: 0x7c,
  component: 0x5e,
  repetition: 0x7e,
  escape: 0x5c,
  subcomponent: 0x26,
  truncation: -1,
  standard: true,
};

/**
 * Resolves escape sequences (§2.7): delimiters, `\Xhh…\` bytes, `\.br\` and its kin as line breaks, highlighting
 * taken out. Others, and an escape character that closes nothing, stay as they are.
 */
export function resolveEscapes(value: string, escapeCode: number, delimiters: Delimiters): string {
  const mark = String.fromCharCode(escapeCode);
  let from = value.indexOf(mark);
  if (from < 0) return value;
  let out = '';
  let copied = 0;
  while (from >= 0) {
    const to = value.indexOf(mark, from + 1);
    if (to < 0) break;
    const meaning = escapeMeaning(value.slice(from + 1, to), mark, delimiters);
    if (meaning === null) {
      from = to;
      continue;
    }
    out += value.slice(copied, from) + meaning;
    copied = to + 1;
    from = value.indexOf(mark, copied);
  }
  return out + value.slice(copied);
}

function escapeMeaning(sequence: string, mark: string, delimiters: Delimiters): string | null {
  const character = (code: number) => (code > 0 ? String.fromCharCode(code) : '');
  switch (sequence) {
    case 'F':
      return character(delimiters.field);
    case 'S':
      return character(delimiters.component);
    case 'T':
      return character(delimiters.subcomponent);
    case 'R':
      return character(delimiters.repetition);
    case 'E':
      return mark;
    case 'P':
      return character(delimiters.truncation) || null;
    case 'H':
    case 'N':
      return '';
  }
  if (/^\.(br|sp|ce)/.test(sequence)) return '\n';
  if (/^\.(fi|nf|in|ti|sk)/.test(sequence)) return ' ';
  // Single- and multi-byte character set switches (§2.7.3): without their meaning the text still reads.
  if (/^(C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4,6})$/.test(sequence)) return '';
  if (/^X([0-9A-Fa-f]{2})+$/.test(sequence)) return Buffer.from(sequence.slice(1), 'hex').toString('latin1');
  return null;
}

/** HL7 table 0211 in the words of the Encoding Standard. */
const CHARSETS: Readonly<Record<string, string>> = {
  '': 'utf-8',
  ASCII: 'utf-8',
  UNICODE: 'utf-8',
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  'UNICODE UTF-16': 'utf-16be',
  'ISO IR6': 'utf-8',
  'ISO IR14': 'shift_jis',
  'ISO IR87': 'iso-2022-jp',
  'ISO IR159': 'iso-2022-jp',
  'GB 18030-2000': 'gb18030',
  'GB 18030': 'gb18030',
  GB18030: 'gb18030',
  'KS X 1001': 'euc-kr',
  'BIG-5': 'big5',
  BIG5: 'big5',
};

/** The Encoding Standard's name for a value of MSH-18; '' for one that is not known. */
export function encodingOf(charset: string): string {
  const name = charset.trim().toUpperCase();
  const known = CHARSETS[name];
  if (known !== undefined) return known;
  const latin = /^(?:ISO[ -]?)?8859[/-](\d{1,2})$/.exec(name);
  return latin ? `iso-8859-${Number(latin[1])}` : '';
}

/** Character sets whose second bytes reach into ASCII, where the delimiters are. */
export function isWide(charset: string): boolean {
  const encoding = encodingOf(charset);
  return encoding === 'gb18030' || encoding === 'big5' || encoding === 'shift_jis';
}

/**
 * A whole field as its sender meant it to be read: by the character set of MSH-18, escapes resolved. Slow: for
 * revealed identifiers only.
 */
export function fieldText(
  bytes: Uint8Array,
  start: number,
  end: number,
  charset: string,
  delimiters: Delimiters,
): string {
  const part = bytes.subarray(start, end);
  // Japanese messages name ISO IR87 second, and switch to it with an escape sequence.
  const encoding = part.includes(ESC) ? 'iso-2022-jp' : encodingOf(charset);
  return resolveEscapes(decode(part, encoding), delimiters.escape, delimiters);
}

function decode(part: Uint8Array, encoding: string): string {
  if (encoding === 'utf-8' || encoding === '') {
    try {
      return utf8.decode(part);
    } catch {
      return latin1(part, 0, part.length);
    }
  }
  try {
    return new TextDecoder(encoding).decode(part);
  } catch {
    return latin1(part, 0, part.length);
  }
}
