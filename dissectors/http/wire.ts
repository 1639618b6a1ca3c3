import { latin1 } from '../../src/core/bytes.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, type Verdict } from '../../src/core/dissector.ts';

/** HTTP/1.x as bytes (RFC 9112): start lines, field lines, chunk sizes. Pure. */

export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const TAB = 0x09;
const COLON = 0x3a;
const SLASH = 0x2f;

/**
 * Methods registered with IANA that are seen on networks, those of WebDAV (RFC 4918, 3253, 5323, 3744) and of UPnP
 * eventing (GENA) included.
 */
const METHODS: ReadonlySet<string> = new Set(
  (
    'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY ' +
    'PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH REPORT ACL BIND REBIND UNBIND LINK UNLINK ' +
    'CHECKIN CHECKOUT UNCHECKOUT LABEL MERGE MKACTIVITY MKCALENDAR MKREDIRECTREF MKWORKSPACE ORDERPATCH ' +
    'BASELINE-CONTROL UPDATE UPDATEREDIRECTREF VERSION-CONTROL NOTIFY SUBSCRIBE UNSUBSCRIBE'
  ).split(' '),
);
const LONGEST_METHOD = 17;
/** A probe has to have answered by then. */
const PROBE_LENGTH = 64;

/** What HTTP/2 with prior knowledge begins with (RFC 9113 §3.4). */
const HTTP2_PREFACE = bytesOf('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const HTTP2_PREFACE_LENGTH = HTTP2_PREFACE.length;

const VERSION = bytesOf('HTTP/1.');
/** `HTTP/1.1 200` and what follows it. */
const STATUS_LENGTH = 13;

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Whether `text` begins at `at`; as far as there are bytes. */
function matches(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  const length = Math.min(text.length, bytes.length - at);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

function isUpper(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || byte === 0x2d || byte === 0x5f;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** A character of a token (RFC 9110 §5.6.2). */
const TOKEN = new Uint8Array(128);
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  TOKEN[character.charCodeAt(0)] = 1;

/** What the first bytes of a direction are, see `StreamDissector.probe`. */
export function probe(head: Uint8Array): Verdict {
  const { length } = head;
  if (length === 0) return MORE;
  if (!isUpper(head[0]) || head[0] < 0x41) return NO;
  if (matches(head, 0, VERSION)) {
    if (length < STATUS_LENGTH) return statusFits(head, 0) ? MORE : NO;
    return isStatus(head, 0) ? FROM_SERVER : NO;
  }
  if (matches(head, 0, HTTP2_PREFACE)) return length < HTTP2_PREFACE.length ? MORE : FROM_CLIENT;
  return probeRequest(head);
}

function statusFits(bytes: Uint8Array, at: number): boolean {
  const last = bytes.length - at;
  if (last > 7 && (bytes[at + 7] < 0x30 || bytes[at + 7] > 0x31)) return false;
  if (last > 8 && bytes[at + 8] !== SP) return false;
  for (let i = 9; i < Math.min(12, last); i++) if (!isDigit(bytes[at + i])) return false;
  return true;
}

/** `HTTP/1.x NNN` and a space or a line end at `at`. */
function isStatus(bytes: Uint8Array, at: number): boolean {
  if (bytes.length - at < STATUS_LENGTH || !matches(bytes, at, VERSION) || !statusFits(bytes, at))
    return false;
  const behind = bytes[at + 12];
  return bytes[at + 9] >= 0x31 && bytes[at + 9] <= 0x39 && (behind === SP || behind === CR || behind === LF);
}

function probeRequest(head: Uint8Array): Verdict {
  const { length } = head;
  let end = 0;
  while (end < length && isUpper(head[end])) end++;
  if (end > LONGEST_METHOD || (end < length && head[end] !== SP)) return NO;
  if (end === length) return MORE;
  const known = METHODS.has(latin1(head, 0, end));
  const from = end + 1;
  if (from < length && !isTargetStart(head, from, length)) return NO;
  const line = head.indexOf(LF, from);
  if (line < 0) {
    for (let at = from; at < length; at++) if (head[at] < SP && head[at] !== CR) return NO;
    // A target may be longer than a probe sees: then the method must be one that is known.
    if (length < PROBE_LENGTH) return MORE;
    return known ? FROM_CLIENT : NO;
  }
  const stop = head[line - 1] === CR ? line - 1 : line;
  // Targets with blanks in them are no targets, and are sent all the same.
  return readRequestLine(head, 0, stop) === null ? NO : FROM_CLIENT;
}

/** `HTTP/1.x` with a line end behind. */
function isVersionEnd(bytes: Uint8Array, at: number): boolean {
  return isDigit(bytes[at + 7]) && (bytes[at + 8] === CR || bytes[at + 8] === LF);
}

/**
 * Origin form, absolute form of HTTP, authority form, asterisk (RFC 9112 §3.2). `rtsp:` and `sip:` have the same
 * methods, and another protocol behind.
 */
function isTargetStart(bytes: Uint8Array, from: number, end: number): boolean {
  const first = bytes[from] | 0x20;
  if (bytes[from] === SLASH || bytes[from] === 0x2a) return true;
  // `http:`, `https:`, `ws:`; a host or an address, which CONNECT has.
  for (let at = from; at < end && at < from + 8; at++) {
    if (bytes[at] !== COLON) continue;
    const scheme = latin1(bytes, from, at).toLowerCase();
    return (
      scheme === 'http' || scheme === 'https' || scheme === 'ws' || (at + 1 < end && isDigit(bytes[at + 1]))
    );
  }
  return (first >= 0x61 && first <= 0x7a) || isDigit(bytes[from]) || bytes[from] === 0x5b;
}

export function isHttp2Preface(bytes: Uint8Array): boolean {
  return bytes.length >= HTTP2_PREFACE.length && matches(bytes, 0, HTTP2_PREFACE);
}

/** A SETTINGS frame on stream 0, which a server of HTTP/2 sends first (RFC 9113 §3.4, §6.5). */
export const HTTP2_FRAME_HEADER = 9;
export function isSettingsFrame(bytes: Uint8Array): boolean {
  if (bytes.length < HTTP2_FRAME_HEADER) return false;
  const length = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
  return (
    length % 6 === 0 && bytes[3] === 4 && bytes[4] <= 1 && bytes[5] + bytes[6] + bytes[7] + bytes[8] === 0
  );
}

/** Longest start line that is looked for in the middle of a stream. */
export const SEARCH_LINE = 4096;
const MAJOR = 0x48;

export const NOT_FOUND = -1;

/**
 * Where a message soundly starts: a whole start line with a field line behind. A line of a text that quotes one, in
 * the middle of a document, is taken for it too; what follows then fails. -1 when there is none.
 */
export function findStart(bytes: Uint8Array): number {
  const { length } = bytes;
  let at = bytes.indexOf(MAJOR);
  while (at >= 0 && at + STATUS_LENGTH <= length) {
    if (bytes[at + 4] === SLASH && matches(bytes, at, VERSION)) {
      if (isStatus(bytes, at)) {
        const line = bytes.indexOf(LF, at + 12);
        if (line > 0 && line - at < SEARCH_LINE && isFieldLine(bytes, line + 1)) return at;
      } else if (at >= 3 && bytes[at - 1] === SP && isVersionEnd(bytes, at)) {
        const start = requestStart(bytes, at - 1);
        const line = bytes[at + 8] === LF ? at + 8 : at + 9;
        if (start >= 0 && bytes[line] === LF && isFieldLine(bytes, line + 1)) return start;
      }
    }
    at = bytes.indexOf(MAJOR, at + 1);
  }
  return NOT_FOUND;
}

/** The start of the request line whose target ends at `end`; -1. */
function requestStart(bytes: Uint8Array, end: number): number {
  let at = end - 1;
  while (at >= 0 && end - at < SEARCH_LINE && bytes[at] > SP && bytes[at] < 0x7f) at--;
  if (at < 1 || bytes[at] !== SP || at + 1 === end || !isTargetStart(bytes, at + 1, end)) return NOT_FOUND;
  let start = at;
  while (start > 0 && at - start <= LONGEST_METHOD && isUpper(bytes[start - 1])) start--;
  return METHODS.has(latin1(bytes, start, at)) ? start : NOT_FOUND;
}

/** A field line, whole: a name, a colon, a line end. */
function isFieldLine(bytes: Uint8Array, start: number): boolean {
  const colon = fieldNameEnd(bytes, start, Math.min(bytes.length, start + 64));
  return colon > start && bytes.indexOf(LF, colon) > 0;
}

/** Offset of the colon of a field line; -1 when what is before it is no token. */
export function fieldNameEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === COLON) return at > start ? at : NOT_FOUND;
    if (byte > 127 || TOKEN[byte] === 0) return NOT_FOUND;
  }
  return NOT_FOUND;
}

export interface RequestLine {
  readonly method: string;
  /** Latin-1, at most 4 kB. */
  readonly target: string;
}

const TARGET_LIMIT = 4096;

/** `method SP request-target SP HTTP-version`; null when it is none. `end`: of the line, without its end. */
export function readRequestLine(bytes: Uint8Array, start: number, end: number): RequestLine | null {
  const version = end - 8;
  if (version < start + 4 || bytes[version - 1] !== SP || !matches(bytes, version, VERSION)) return null;
  if (!isDigit(bytes[end - 1])) return null;
  let space = start;
  while (space < version && bytes[space] <= 127 && TOKEN[bytes[space]] === 1) space++;
  if (space === start || bytes[space] !== SP || space + 1 >= version) return null;
  const target = latin1(bytes, space + 1, Math.min(version - 1, space + 1 + TARGET_LIMIT));
  return { method: latin1(bytes, start, space), target };
}

/** The status code of a status line; -1 when it is none. */
export function readStatusLine(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 12 || !matches(bytes, start, VERSION)) return -1;
  if (!isDigit(bytes[start + 7]) || bytes[start + 8] !== SP) return -1;
  if (end - start > 12 && bytes[start + 12] !== SP) return -1;
  let status = 0;
  for (let at = start + 9; at < start + 12; at++) {
    if (!isDigit(bytes[at])) return -1;
    status = status * 10 + bytes[at] - 0x30;
  }
  return status >= 100 ? status : -1;
}

/** Content-Length; the same number several times is one (RFC 9110 §8.6). -1 when it is no such number. */
export function readLength(value: string): number {
  let length = -1;
  for (const part of value.split(',')) {
    const digits = part.trim();
    if (!/^0{0,64}\d{1,15}$/.test(digits) || (length >= 0 && Number(digits) !== length)) return -1;
    length = Number(digits);
  }
  return length;
}

/** Beyond this a size is no size. */
const SIZE_LIMIT = 2 ** 48;

/** The size that a chunk's line says (RFC 9112 §7.1), extensions left aside; -1 when it says none. */
export function readChunkSize(bytes: Uint8Array, start: number, end: number): number {
  let size = 0;
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at];
    const lower = byte | 0x20;
    const digit = isDigit(byte) ? byte - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
    if (digit < 0) break;
    size = size * 16 + digit;
    if (size > SIZE_LIMIT) return -1;
  }
  if (at === start) return -1;
  return at === end || bytes[at] === 0x3b || bytes[at] === SP || bytes[at] === TAB ? size : -1;
}
