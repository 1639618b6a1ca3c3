/**
 * TLS on the wire (RFC 8446, RFC 5246; SSL 3.0 in RFC 6101) as bytes → values. Pure. Hello messages are read with
 * every length checked against what encloses it; what does not add up is left out, never guessed.
 */
import { copyOf } from '../../src/core/bytes.ts';

/** Content types of a record (RFC 8446 §5.1). */
export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
export const APPLICATION_DATA = 23;
const HEARTBEAT = 24;

export const RECORD_HEADER = 5;
/** 2^14 and the expansion that TLS 1.2 allows (RFC 5246 §6.2.3). */
const MAX_RECORD = 16_384 + 2_048;

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const CERTIFICATE = 11;
export const SERVER_HELLO_DONE = 14;

/** The record's length when a record header stands at `at`, with five bytes there; -1 when it is none. */
export function recordLength(bytes: Uint8Array, at: number): number {
  const type = bytes[at];
  if (type < CHANGE_CIPHER_SPEC || type > HEARTBEAT) return -1;
  if (bytes[at + 1] !== 3 || bytes[at + 2] > 4) return -1;
  const length = uint16(bytes, at + 3);
  return length > MAX_RECORD || (length === 0 && type !== APPLICATION_DATA) ? -1 : length;
}

export function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

export function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
}

/** `TLS 1.2`, …; '' for a number that names no version. */
export function versionName(version: number): string {
  switch (version) {
    case 0x0002:
      return 'SSL 2.0';
    case 0x0300:
      return 'SSL 3.0';
    case 0x0301:
      return 'TLS 1.0';
    case 0x0302:
      return 'TLS 1.1';
    case 0x0303:
      return 'TLS 1.2';
    case 0x0304:
      return 'TLS 1.3';
  }
  // Drafts of TLS 1.3 (RFC 8446's predecessors) are still spoken by embedded stacks.
  return version >>> 8 === 0x7f ? 'TLS 1.3' : '';
}

/** What a ClientHello says; lists as they were sent, GREASE (RFC 8701) included. */
export interface ClientHello {
  /** legacy_version (RFC 8446 §4.1.2). */
  readonly legacyVersion: number;
  /** The highest of supported_versions, where that extension is; else legacy_version. */
  readonly version: number;
  readonly cipherSuites: readonly number[];
  /** Types, in the order they came. */
  readonly extensions: readonly number[];
  /** supported_groups (RFC 8446 §4.2.7). */
  readonly groups: readonly number[];
  /** ec_point_formats (RFC 8422 §5.1.2). */
  readonly pointFormats: readonly number[];
  /** signature_algorithms (RFC 8446 §4.2.3). */
  readonly signatureAlgorithms: readonly number[];
  readonly sni: string;
  /** Protocols offered (RFC 7301). */
  readonly alpn: readonly string[];
  /** The first of them as bytes; empty. */
  readonly firstAlpn: Uint8Array;
}

export interface ServerHello {
  readonly legacyVersion: number;
  /** legacy_version, or the one of supported_versions. */
  readonly version: number;
  readonly cipherSuite: number;
  /** Types, in the order they came. */
  readonly extensions: readonly number[];
  /** The protocol chosen; '' when not said in clear. */
  readonly alpn: string;
  /** The server wants another ClientHello (RFC 8446 §4.1.4). */
  readonly retry: boolean;
}

const SERVER_NAME = 0;
const SUPPORTED_GROUPS = 10;
const POINT_FORMATS = 11;
const SIGNATURE_ALGORITHMS = 13;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;
/** Extensions looked at in one hello; clients send about twenty. */
const EXTENSIONS_LIMIT = 256;
const ALPN_LIMIT = 16;

/** The body of a ClientHello (RFC 8446 §4.1.2); null when it is none. */
export function readClientHello(body: Uint8Array): ClientHello | null {
  if (body.length < 35 || body[0] !== 3) return null;
  const legacyVersion = uint16(body, 0);
  let at = 34;
  at += 1 + body[at];
  if (at + 2 > body.length) return null;
  const ciphersEnd = at + 2 + uint16(body, at);
  if (ciphersEnd + 1 > body.length) return null;
  const cipherSuites = words(body, at + 2, ciphersEnd);
  at = ciphersEnd + 1 + body[ciphersEnd];
  if (at > body.length) return null;
  const extensions: number[] = [];
  let version = legacyVersion;
  let groups: number[] = [];
  let pointFormats: number[] = [];
  let signatureAlgorithms: number[] = [];
  let sni = '';
  let alpn: string[] = [];
  let firstAlpn = new Uint8Array(0);
  forEachExtension(body, at, (type, start, end) => {
    extensions.push(type);
    switch (type) {
      case SERVER_NAME:
        sni = readServerName(body, start, end);
        break;
      case SUPPORTED_GROUPS:
        groups = words(body, start + 2, Math.min(end, start + 2 + uint16(body, start)));
        break;
      case POINT_FORMATS:
        if (end > start) pointFormats = [...body.subarray(start + 1, Math.min(end, start + 1 + body[start]))];
        break;
      case SIGNATURE_ALGORITHMS:
        signatureAlgorithms = words(body, start + 2, Math.min(end, start + 2 + uint16(body, start)));
        break;
      case ALPN:
        alpn = readProtocols(body, start, end);
        if (alpn.length > 0) firstAlpn = copyOf(body, start + 3, start + 3 + body[start + 2]);
        break;
      case SUPPORTED_VERSIONS:
        version = highestVersion(body, start, end) || version;
        break;
    }
  });
  return {
    legacyVersion,
    version,
    cipherSuites,
    extensions,
    groups,
    pointFormats,
    signatureAlgorithms,
    sni,
    alpn,
    firstAlpn,
  };
}

/** The body of a ServerHello (RFC 8446 §4.1.3), HelloRetryRequest included; null when it is none. */
export function readServerHello(body: Uint8Array): ServerHello | null {
  if (body.length < 38 || body[0] !== 3) return null;
  const legacyVersion = uint16(body, 0);
  let version = legacyVersion;
  let at = 34;
  at += 1 + body[at];
  if (at + 3 > body.length) return null;
  const cipherSuite = uint16(body, at);
  const extensions: number[] = [];
  let alpn = '';
  forEachExtension(body, at + 3, (type, start, end) => {
    extensions.push(type);
    if (type === ALPN) alpn = readProtocols(body, start, end)[0] ?? '';
    else if (type === SUPPORTED_VERSIONS && end - start === 2) version = uint16(body, start);
  });
  const retry = RETRY.every((byte, n) => body[2 + n] === byte);
  return { legacyVersion, version, cipherSuite, extensions, alpn, retry };
}

/** The beginning of SHA-256("HelloRetryRequest"), which such a message has for its random. */
const RETRY = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];

/** GREASE (RFC 8701) reserves 0x0a0a, 0x1a1a, … for nonsense that servers must pass over. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}

/** Two-byte numbers of `body[start, end)`; what is left over at the end is none. */
function words(body: Uint8Array, start: number, end: number): number[] {
  const all: number[] = [];
  for (let at = start; at + 1 < end; at += 2) all.push(uint16(body, at));
  return all;
}

function forEachExtension(
  body: Uint8Array,
  at: number,
  visit: (type: number, start: number, end: number) => void,
): void {
  if (at + 2 > body.length) return;
  const limit = Math.min(at + 2 + uint16(body, at), body.length);
  at += 2;
  for (let n = 0; n < EXTENSIONS_LIMIT && at + 4 <= limit; n++) {
    const end = at + 4 + uint16(body, at + 2);
    if (end > limit) return;
    visit(uint16(body, at), at + 4, end);
    at = end;
  }
}

/** RFC 6066 §3: the first host name of the list. */
function readServerName(body: Uint8Array, start: number, end: number): string {
  if (start + 5 > end || body[start + 2] !== 0) return '';
  const length = uint16(body, start + 3);
  return start + 5 + length <= end ? printable(body, start + 5, start + 5 + length) : '';
}

/** RFC 7301 §3.1 */
function readProtocols(body: Uint8Array, start: number, end: number): string[] {
  const names: string[] = [];
  let at = start + 2;
  while (at < end && names.length < ALPN_LIMIT) {
    const stop = at + 1 + body[at];
    if (stop > end) break;
    names.push(printable(body, at + 1, stop));
    at = stop;
  }
  return names;
}

function highestVersion(body: Uint8Array, start: number, end: number): number {
  let highest = 0;
  for (let at = start + 1; at + 1 < end; at += 2) {
    const version = uint16(body, at);
    if (version >>> 8 === 3 && version > highest) highest = version;
  }
  return highest;
}

const NAME_LIMIT = 255;

/** ASCII as it is, anything else as `\xNN`. */
export function printable(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end && at < start + NAME_LIMIT; at++) {
    const byte = bytes[at];
    text +=
      byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

/**
 * The length of an SSL 2.0 style ClientHello at `at` (RFC 5246 Appendix E.2), which old stacks open with even to
 * speak TLS; -1 when it is none. Wants 11 bytes.
 */
export function ssl2HelloLength(bytes: Uint8Array, at: number): number {
  if ((bytes[at] & 0x80) === 0 || bytes[at + 2] !== CLIENT_HELLO) return -1;
  const version = uint16(bytes, at + 3);
  if (version !== 0x0002 && (version < 0x0300 || version > 0x0303)) return -1;
  const length = uint16(bytes, at) & 0x7fff;
  const ciphers = uint16(bytes, at + 5);
  const session = uint16(bytes, at + 7);
  const challenge = uint16(bytes, at + 9);
  if (ciphers === 0 || ciphers % 3 !== 0 || challenge < 16 || challenge > 32) return -1;
  return 9 + ciphers + session + challenge === length ? length + 2 : -1;
}
