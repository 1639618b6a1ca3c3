/**
 * QUIC's long header packets (RFC 9000 §17.2, RFC 9369 §3.2 for version 2) and the frames of Initial packets (§19) as
 * bytes → values. Pure.
 */
import { uint16 } from './wire.ts';

export const INITIAL = 0;
export const ZERO_RTT = 1;
export const HANDSHAKE_PACKET = 2;
export const RETRY = 3;
export const VERSION_NEGOTIATION = 4;

export interface LongHeader {
  readonly type: number;
  readonly version: QuicVersion | null;
  /** Destination Connection ID is `bytes[idStart, idEnd)`. */
  readonly idStart: number;
  readonly idEnd: number;
  /** Where the packet number stands, protected. */
  readonly number: number;
  /** Where the packet ends; past the end of bytes that were cut. */
  readonly end: number;
}

export interface QuicVersion {
  readonly name: string;
  /** Salt of the initial secret, and what HKDF labels begin with (RFC 9001 §5.2, RFC 9369 §3.3). */
  readonly salt: Uint8Array;
  readonly label: string;
  /** What the type bits of a long header are in version 1 for those of this one. */
  readonly types: readonly number[];
}

const VERSION_1_TYPES = [INITIAL, ZERO_RTT, HANDSHAKE_PACKET, RETRY];

const VERSION_1: QuicVersion = {
  name: '1',
  salt: Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex'),
  label: 'quic ',
  types: VERSION_1_TYPES,
};
const VERSION_2: QuicVersion = {
  name: '2',
  salt: Buffer.from('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'hex'),
  label: 'quicv2 ',
  types: [RETRY, INITIAL, ZERO_RTT, HANDSHAKE_PACKET],
};
const SALT_29 = Buffer.from('afbfec289993d24c9e9786f19c6111e04390a899', 'hex');
const SALT_23 = Buffer.from('c3eef712c72ebb5a11a7d2432bb46365bef9f502', 'hex');

const VERSIONS = new Map<number, QuicVersion>([
  [1, VERSION_1],
  [0x6b3343cf, VERSION_2],
]);
// draft-ietf-quic-tls of these numbers, which browsers of 2020 and 2021 spoke.
for (let draft = 23; draft <= 32; draft++)
  VERSIONS.set(0xff000000 + draft, {
    name: `draft-${draft}`,
    salt: draft < 29 ? SALT_23 : SALT_29,
    label: 'quic ',
    types: VERSION_1_TYPES,
  });

const ID_LIMIT = 20;

/** The long header packet at `at`; null when there is none, or its version is not known. */
export function readLongHeader(bytes: Uint8Array, at: number): LongHeader | null {
  if (at + 7 > bytes.length || (bytes[at] & 0x80) === 0) return null;
  const number = uint16(bytes, at + 1) * 65_536 + uint16(bytes, at + 3);
  const idStart = at + 6;
  const idEnd = idStart + bytes[at + 5];
  if (idEnd >= bytes.length || bytes[at + 5] > ID_LIMIT || bytes[idEnd] > ID_LIMIT) return null;
  const rest = idEnd + 1 + bytes[idEnd];
  if (number === 0)
    return { type: VERSION_NEGOTIATION, version: null, idStart, idEnd, number: rest, end: bytes.length };
  const version = VERSIONS.get(number);
  // The fixed bit (RFC 9000 §17.2).
  if (version === undefined || (bytes[at] & 0x40) === 0) return null;
  const type = version.types[(bytes[at] >>> 4) & 3];
  if (type === RETRY) return { type, version, idStart, idEnd, number: rest, end: bytes.length };
  let next = rest;
  if (type === INITIAL) {
    const token = readVarint(bytes, next);
    if (token < 0) return null;
    next += varintSize(bytes, next) + token;
  }
  const length = readVarint(bytes, next);
  if (length < 0) return null;
  next += varintSize(bytes, next);
  return { type, version, idStart, idEnd, number: next, end: next + length };
}

/** A variable-length integer (RFC 9000 §16); -1 when it is cut, or larger than any length is. */
export function readVarint(bytes: Uint8Array, at: number): number {
  if (at < 0 || at >= bytes.length || at + varintSize(bytes, at) > bytes.length) return -1;
  const first = bytes[at] & 0x3f;
  switch (bytes[at] >>> 6) {
    case 0:
      return first;
    case 1:
      return first * 256 + bytes[at + 1];
    case 2:
      return (first * 256 + bytes[at + 1]) * 65_536 + uint16(bytes, at + 2);
  }
  const high = (first * 256 + bytes[at + 1]) * 65_536 + uint16(bytes, at + 2);
  return high > 0xffff ? -1 : high * 2 ** 32 + uint16(bytes, at + 4) * 65_536 + uint16(bytes, at + 6);
}

export function varintSize(bytes: Uint8Array, at: number): number {
  return 1 << (bytes[at] >>> 6);
}

const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
const CRYPTO = 0x06;
const CONNECTION_CLOSE = 0x1c;
/** Of one packet. */
const FRAMES_LIMIT = 512;
const ACK_RANGES_LIMIT = 256;

export interface FrameHandler {
  crypto(offset: number, bytes: Uint8Array): void;
  closed(): void;
}

/** The frames that an Initial packet may hold (RFC 9000 §12.4); reading ends at any other. */
export function readFrames(bytes: Uint8Array, handler: FrameHandler): void {
  let at = 0;
  for (let n = 0; n < FRAMES_LIMIT; n++) {
    while (at < bytes.length && bytes[at] === PADDING) at++;
    if (at >= bytes.length) return;
    const type = bytes[at++];
    if (type === PING) continue;
    if (type === ACK || type === ACK_ECN) at = skipAck(bytes, at, type === ACK_ECN);
    else if (type === CRYPTO) at = crypto(bytes, at, handler);
    else {
      if (type === CONNECTION_CLOSE) handler.closed();
      return;
    }
    if (at < 0) return;
  }
}

/** Returns where the frame ends; -1 when it is cut. */
function crypto(bytes: Uint8Array, at: number, handler: FrameHandler): number {
  const offset = readVarint(bytes, at);
  if (offset < 0) return -1;
  at += varintSize(bytes, at);
  const length = readVarint(bytes, at);
  if (length < 0) return -1;
  at += varintSize(bytes, at);
  if (at + length > bytes.length) return -1;
  handler.crypto(offset, bytes.subarray(at, at + length));
  return at + length;
}

/** Largest acknowledged, delay, number of further ranges, first range; two for each range; three counts. */
function skipAck(bytes: Uint8Array, at: number, ecn: boolean): number {
  let left = 4;
  for (let n = 0; n < left; n++) {
    const value = readVarint(bytes, at);
    if (value < 0) return -1;
    at += varintSize(bytes, at);
    if (n === 2) {
      if (value > ACK_RANGES_LIMIT) return -1;
      left += 2 * value + (ecn ? 3 : 0);
    }
  }
  return at;
}
