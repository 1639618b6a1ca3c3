/** Mail bodies (RFC 2045, RFC 2046, RFC 5322), line by line as they go by: each part's contents, decoded, to a reader of its own. */
import { latin1 } from '../../src/core/bytes.ts';
import type { ContentReader } from '../../src/core/contents/reader.ts';

/** What the lines that go by are. */
const HEADERS = 0;
const BODY = 1;
/** Before the first and behind the last part of a multipart. */
const BETWEEN = 2;

type Encoding = 'as is' | 'base64' | 'quoted-printable';

/** A header field with its continuations, as far as it is read. */
const FIELD_LIMIT = 2048;
/** Multiparts in multiparts. */
const DEPTH = 8;
/** RFC 2046 §5.1.1: 70 characters, between hyphens. */
const DELIMITER_LIMIT = 80;
const HYPHEN = 0x2d;

/** One mail. Keeps a header field and its boundaries. */
export class MimeReader {
  readonly #open: () => ContentReader;
  #state = HEADERS;
  #field = '';
  #type = '';
  #encoding: Encoding = 'as is';
  readonly #boundaries: string[] = [];
  #part: ContentReader | null = null;
  /** Of base64: bits of characters that make no whole byte yet. */
  #bits = 0;
  #bitCount = 0;

  /** `open`: makes the reader of a part. */
  constructor(open: () => ContentReader) {
    this.#open = open;
  }

  /** A line is `bytes[start, end)`, its end `bytes[end, next)`. `first`: a line's beginning, and not the rest of a long one. */
  line(bytes: Uint8Array, start: number, end: number, next: number, first: boolean): void {
    if (first && this.#isDelimiter(bytes, start, end)) return;
    if (this.#state === HEADERS) this.#header(bytes, start, end);
    else if (this.#state === BODY) this.#body(bytes, start, end, next);
  }

  end(): void {
    this.#part?.end();
    this.#part = null;
  }

  #isDelimiter(bytes: Uint8Array, start: number, end: number): boolean {
    const { length } = this.#boundaries;
    if (length === 0 || bytes[start] !== HYPHEN || bytes[start + 1] !== HYPHEN) return false;
    if (end - start > DELIMITER_LIMIT) return false;
    const text = latin1(bytes, start + 2, end).trimEnd();
    for (let n = length - 1; n >= 0; n--) {
      const boundary = this.#boundaries[n];
      const closes = text === `${boundary}--`;
      if (!closes && text !== boundary) continue;
      this.end();
      this.#boundaries.length = closes ? n : n + 1;
      if (closes) this.#state = BETWEEN;
      else this.#startHeaders();
      return true;
    }
    return false;
  }

  #startHeaders(): void {
    this.#state = HEADERS;
    this.#field = '';
    this.#type = '';
    this.#encoding = 'as is';
  }

  #header(bytes: Uint8Array, start: number, end: number): void {
    if (end === start) {
      this.#fieldOver();
      this.#startBody();
      return;
    }
    const text = latin1(bytes, start, Math.min(end, start + FIELD_LIMIT));
    if (/^[ \t]/.test(text)) {
      if (this.#field.length + text.length <= FIELD_LIMIT) this.#field += text;
      return;
    }
    this.#fieldOver();
    // Others are of no use, and may be long.
    this.#field = /^content-t/i.test(text) ? text : '';
  }

  #fieldOver(): void {
    const match = /^content-(type|transfer-encoding)[ \t]*:[ \t]*(.*)$/i.exec(this.#field);
    this.#field = '';
    if (match === null) return;
    if (match[1].toLowerCase() === 'type') this.#type = match[2];
    else {
      const name = /^[\w-]*/.exec(match[2])![0].toLowerCase();
      this.#encoding = name === 'base64' || name === 'quoted-printable' ? name : 'as is';
    }
  }

  #startBody(): void {
    const type = /^[\w.+/-]*/.exec(this.#type)![0].toLowerCase();
    if (type.startsWith('multipart/')) {
      const match = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(this.#type);
      const boundary = match?.[1] ?? match?.[2] ?? '';
      if (boundary !== '' && this.#boundaries.length < DEPTH) this.#boundaries.push(boundary.trimEnd());
      this.#state = BETWEEN;
    } else if (type === 'message/rfc822') this.#startHeaders();
    else {
      this.#state = BODY;
      this.#bits = this.#bitCount = 0;
      this.#part = this.#open();
    }
  }

  #body(bytes: Uint8Array, start: number, end: number, next: number): void {
    const part = this.#part;
    if (part === null || !part.wanted) return;
    if (this.#encoding === 'as is') part.read(bytes, start, next);
    else {
      const length =
        this.#encoding === 'base64'
          ? this.#base64(bytes, start, end)
          : quotedPrintable(bytes, start, end, next);
      part.read(decoded, 0, length);
    }
  }

  /** RFC 2045 §6.8: what is no character of it is passed over. */
  #base64(bytes: Uint8Array, start: number, end: number): number {
    let length = 0;
    for (let at = start; at < end; at++) {
      const value = BASE64[bytes[at]];
      if (value < 0) continue;
      this.#bits = ((this.#bits << 6) | value) & 0xffff;
      this.#bitCount += 6;
      if (this.#bitCount < 8) continue;
      this.#bitCount -= 8;
      decoded[length++] = (this.#bits >>> this.#bitCount) & 255;
    }
    return length;
  }
}

/** Bytes of a line that are handed on at once; longer ones come in pieces. */
export const PIECE_LIMIT = 4096;
/** Used again for every line: readers copy what they keep. A line and its end. */
const decoded = new Uint8Array(PIECE_LIMIT + 2);

const BASE64 = new Int8Array(256).fill(-1);
for (const [value, character] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  BASE64[character.charCodeAt(0)] = value;

/** RFC 2045 §6.7 */
function quotedPrintable(bytes: Uint8Array, start: number, end: number, next: number): number {
  let length = 0;
  let stop = end;
  // Blanks at the end were added on the way.
  while (next > end && stop > start && (bytes[stop - 1] === 0x20 || bytes[stop - 1] === 0x09)) stop--;
  const isSoft = stop > start && bytes[stop - 1] === EQUALS;
  if (isSoft) stop--;
  for (let at = start; at < stop; at++) {
    const isCode = bytes[at] === EQUALS && at + 2 < stop;
    const high = isCode ? hexDigit(bytes[at + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[at + 2]);
    if (low < 0) decoded[length++] = bytes[at];
    else {
      decoded[length++] = high * 16 + low;
      at += 2;
    }
  }
  if (!isSoft) for (let at = end; at < next; at++) decoded[length++] = bytes[at];
  return length;
}
const EQUALS = 0x3d;

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte & 0xdf;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x41 + 10 : -1;
}
