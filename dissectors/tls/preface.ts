/**
 * What may go by in clear before TLS begins in the same connection, where that is short and settles that TLS follows:
 * SOCKS (RFC 1928, RFC 1929, SOCKS 4A), PostgreSQL's SSLRequest (PostgreSQL documentation, «Message Formats») and RDP's
 * negotiation (MS-RDPBCGR §2.2.1.1, in a TPKT of RFC 1006). Pure.
 */
import type { Direction } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { uint16 } from './wire.ts';

export type Preface = 'socks' | 'postgresql' | 'rdp';

/** How many bytes stand before what follows the preface. */
export interface Prefaced {
  readonly name: Preface;
  readonly length: number;
}

/** `bytes` is the beginning of a preface that has no end yet. */
export const UNFINISHED = 'unfinished';

/** What a direction begins with before TLS; null for none. */
export function readPreface(bytes: Uint8Array, direction: Direction): Prefaced | typeof UNFINISHED | null {
  if (bytes.length === 0) return null;
  const read = (direction === TO_SERVER ? CLIENT : SERVER)[bytes[0]];
  if (read === undefined) return null;
  const { name, end } = read;
  const length = end(bytes);
  if (length === NONE) return null;
  return length === MORE ? UNFINISHED : { name, length };
}

const NONE = -1;
const MORE = -2;

interface Reader {
  readonly name: Preface;
  /** Where it ends; NONE; MORE. */
  end(bytes: Uint8Array): number;
}

/** By the first byte that the client sends. */
const CLIENT: Readonly<Record<number, Reader>> = {
  0: { name: 'postgresql', end: postgresqlRequest },
  3: { name: 'rdp', end: (bytes) => x224(bytes, 0xe0) },
  4: { name: 'socks', end: socks4Request },
  5: { name: 'socks', end: socks5Request },
};

/** By the first byte that the server sends. */
const SERVER: Readonly<Record<number, Reader>> = {
  0: { name: 'socks', end: socks4Reply },
  3: { name: 'rdp', end: (bytes) => x224(bytes, 0xd0) },
  5: { name: 'socks', end: socks5Reply },
  83: { name: 'postgresql', end: () => 1 },
};

/** CONNECT: 04 01 port(2) address(4) user NUL, and a name with NUL when the address is 0.0.0.x. */
function socks4Request(bytes: Uint8Array): number {
  if (bytes.length > 1 && bytes[1] !== 1) return NONE;
  if (bytes.length < 9) return MORE;
  const user = bytes.indexOf(0, 8);
  if (user < 0) return MORE;
  if (bytes[4] !== 0 || bytes[5] !== 0 || bytes[6] !== 0) return user + 1;
  const name = bytes.indexOf(0, user + 1);
  return name < 0 ? MORE : name + 1;
}

function socks4Reply(bytes: Uint8Array): number {
  if (bytes.length > 1 && bytes[1] !== 90) return NONE;
  return bytes.length < 8 ? MORE : 8;
}

/** Methods offered, name and password where they are asked for, CONNECT. */
function socks5Request(bytes: Uint8Array): number {
  if (bytes.length < 2) return MORE;
  if (bytes[1] === 0) return NONE;
  let at = 2 + bytes[1];
  if (at < bytes.length && bytes[at] === 1) {
    at += 2 + bytes[at + 1];
    if (at < bytes.length) at += 1 + bytes[at];
  }
  return socks5Address(bytes, at, 1);
}

function socks5Reply(bytes: Uint8Array): number {
  if (bytes.length < 2) return MORE;
  if (bytes[1] !== 0 && bytes[1] !== 2) return NONE;
  let at = 2;
  if (bytes[1] === 2) {
    if (bytes.length > 3 && (bytes[2] !== 1 || bytes[3] !== 0)) return NONE;
    at = 4;
  }
  return socks5Address(bytes, at, 0);
}

/** 05, command or reply (1), 00, type of address (1), address, port (2). */
function socks5Address(bytes: Uint8Array, at: number, second: number): number {
  const head = [5, second, 0];
  for (let n = 0; n < 3; n++) if (at + n < bytes.length && bytes[at + n] !== head[n]) return NONE;
  if (!(at + 4 < bytes.length)) return MORE;
  const type = bytes[at + 3];
  const size = type === 1 ? 4 : type === 4 ? 16 : type === 3 ? 1 + bytes[at + 4] : -1;
  if (size < 0) return NONE;
  const end = at + 4 + size + 2;
  return end > bytes.length ? MORE : end;
}

const SSL_REQUEST = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

function postgresqlRequest(bytes: Uint8Array): number {
  for (let n = 0; n < 8 && n < bytes.length; n++) if (bytes[n] !== SSL_REQUEST[n]) return NONE;
  return bytes.length < 8 ? MORE : 8;
}

/** TPKT: 03 00 length(2); X.224: length (1), code. */
function x224(bytes: Uint8Array, code: number): number {
  if (bytes.length > 1 && bytes[1] !== 0) return NONE;
  if (bytes.length < 6) return MORE;
  const length = uint16(bytes, 2);
  if (bytes[5] !== code || length < 11 || bytes[4] !== length - 5) return NONE;
  return bytes.length < length ? MORE : length;
}
