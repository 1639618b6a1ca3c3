import { MORE, NO, type Verdict, YES } from '../../src/core/dissector.ts';

/**
 * ASTM E1381 (CLSI LIS1) frames and ASTM E1394 (CLSI LIS2) records as bytes → values. Pure.
 */

export const STX = 0x02;
export const ETX = 0x03;
export const EOT = 0x04;
export const ENQ = 0x05;
export const ACK = 0x06;
export const NAK = 0x15;
export const ETB = 0x17;
export const CR = 0x0d;
export const LF = 0x0a;
const H = 0x48;
const BAR = 0x7c;

/** Types of records (LIS2-A2 §6): comment, header, terminator, manufacturer, order, patient, query, result, scientific. */
const TYPES = new Set([...'CHLMOPQRS'].map((letter) => letter.charCodeAt(0)));

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Punctuation that may delimit: no letter, no digit, nothing that ends a record or frame. */
function isDelimiter(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && !isDigit(byte) && !((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}

/** Whether a direction of a connection begins like this protocol. Both sides may: neither is told client by it. */
export function probe(head: Uint8Array): Verdict {
  let at = 0;
  // A sender asks, a receiver acknowledges, again and again: only a frame or a record is proof.
  while (at < head.length && isControl(head[at])) at++;
  if (at === head.length) return MORE;
  if (head[at] === STX) return isFrame(head, at + 1);
  return at === 0 ? isHeader(head, 0, true) : NO;
}

function isControl(byte: number): boolean {
  return byte === ENQ || byte === ACK || byte === NAK || byte === EOT;
}

/** Behind STX: frame number, and the start of a record. Some senders leave the number out. */
function isFrame(head: Uint8Array, start: number): Verdict {
  if (start >= head.length) return MORE;
  const at = head[start] >= 0x30 && head[start] <= 0x37 ? start + 1 : start;
  if (at >= head.length) return MORE;
  if (head[at] === H) return isHeader(head, at, false);
  if (at === start || !TYPES.has(head[at])) return NO;
  // `2P|1|…`: taken up in the middle, past the header that says what the delimiters are.
  if (head.length > at + 1 && head[at + 1] !== BAR) return NO;
  if (head.length > at + 2) return isDigit(head[at + 2]) ? YES : NO;
  return MORE;
}

/** `H|\^&` and what ends a field or record. `bare`: without a frame around it, only the usual field delimiter will do. */
function isHeader(head: Uint8Array, at: number, bare: boolean): Verdict {
  if (head[at] !== H) return NO;
  for (let n = 1; n <= 4; n++) {
    if (at + n >= head.length) return MORE;
    const byte = head[at + n];
    if (!isDelimiter(byte) || (n === 1 && bare && byte !== BAR)) return NO;
    for (let m = 1; m < n; m++) if (head[at + m] === byte) return NO;
  }
  if (at + 5 >= head.length) return MORE;
  const next = head[at + 5];
  if (next !== head[at + 1] && next !== CR) return NO;
  return YES;
}

/** Where in a stream taken up midway a frame or a header stands; -1 for nowhere. */
export function find(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(STX); at >= 0 && at + 4 < bytes.length; at = bytes.indexOf(STX, at + 1))
    if (isFrame(bytes, at + 1) === YES) return at;
  // `H|\^&|`: the backslash is the rarest of its characters.
  for (let at = bytes.indexOf(0x5c); at >= 0; at = bytes.indexOf(0x5c, at + 1))
    if (at >= 2 && isHeader(bytes, at - 2, true) === YES) return at - 2;
  return -1;
}

/** The value of a checksum's digit; -1 for what is none. LIS1 wants capitals; not every sender does. */
export function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

/** What an H record says delimits (LIS2-A2 §5.4.2). */
export interface Delimiters {
  readonly field: string;
  readonly repeat: string;
  readonly component: string;
}

/** As they are in all the standard's examples, and in practice. */
export const USUAL: Delimiters = { field: '|', repeat: '\\', component: '^' };

export function delimitersOf(header: string): Delimiters {
  return header.length < 4 ? USUAL : { field: header[1], repeat: header[2], component: header[3] };
}

/** Fields of a record beyond those that are read; a result's value may hold the rest of a file. */
const FIELDS_LIMIT = 40;

/** A record, its fields by the standard's numbers. */
export class RecordFields {
  readonly #fields: readonly string[];
  readonly #delimiters: Delimiters;

  constructor(record: string, delimiters: Delimiters) {
    this.#fields = record.split(delimiters.field, FIELDS_LIMIT);
    this.#delimiters = delimiters;
  }

  /** Field n, the first being the record's type; '' when there is none. */
  field(n: number): string {
    return this.#fields[n - 1]?.trim() ?? '';
  }

  /** The components of a field's first repetition. */
  components(n: number): string[] {
    const first = this.field(n).split(this.#delimiters.repeat, 1)[0];
    return first.split(this.#delimiters.component, FIELDS_LIMIT).map((component) => component.trim());
  }

  /** Whether a field holds anything but delimiters and marks for "nothing". */
  has(n: number): boolean {
    return /[\p{L}\p{N}]/u.test(this.field(n));
  }
}
