/** NTLM messages ([MS-NLMP] §2.2.1), as far as they say which computer speaks. Users are never read. */
import { windowsOf } from './builds.ts';
import { oem, u16, u32, utf16 } from './wire.ts';

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
export const NEGOTIATE = 1;
export const CHALLENGE = 2;
export const AUTHENTICATE = 3;

/** Negotiate flags ([MS-NLMP] §2.2.2.5). */
const UNICODE = 0x0000_0001;
const DOMAIN_SUPPLIED = 0x0000_1000;
const WORKSTATION_SUPPLIED = 0x0000_2000;
const VERSION = 0x0200_0000;

/** AvId ([MS-NLMP] §2.2.2.1). */
const AV_END = 0;
const AV_NETBIOS_COMPUTER = 1;
const AV_NETBIOS_DOMAIN = 2;
const AV_DNS_COMPUTER = 3;
const AV_DNS_DOMAIN = 4;
/** More pairs than are defined. */
const MOST_PAIRS = 32;

/** '' and null for what was not said. */
export interface Challenge {
  readonly type: typeof CHALLENGE;
  netbiosComputer: string;
  netbiosDomain: string;
  dnsComputer: string;
  dnsDomain: string;
  os: string | null;
}

/** NEGOTIATE and AUTHENTICATE. */
export interface Client {
  readonly type: typeof NEGOTIATE | typeof AUTHENTICATE;
  workstation: string;
  domain: string;
  os: string | null;
}

/** The NTLM message in a security buffer: bare, or in the token of SPNEGO (RFC 4178 §4.2). Null when there is none. */
export function readNtlm(buffer: Uint8Array): Challenge | Client | null {
  // The wrapper has no other place where eight such octets could stand but the token.
  const at = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length).indexOf(SIGNATURE);
  if (at < 0) return null;
  const message = buffer.subarray(at);
  if (message.length < 12) return null;
  const type = u32(message, 8);
  if (type === CHALLENGE) return readChallenge(message);
  if (type === NEGOTIATE || type === AUTHENTICATE) return readClient(message, type);
  return null;
}

function readChallenge(message: Uint8Array): Challenge | null {
  if (message.length < 32) return null;
  const challenge: Challenge = {
    type: CHALLENGE,
    netbiosComputer: '',
    netbiosDomain: '',
    dnsComputer: '',
    dnsDomain: '',
    os: message.length >= 56 && (u32(message, 20) & VERSION) !== 0 ? versionAt(message, 48) : null,
  };
  const info = message.length >= 48 ? field(message, 40) : EMPTY;
  let at = 0;
  for (let pairs = 0; pairs < MOST_PAIRS && at + 4 <= info.length; pairs++) {
    const id = u16(info, at);
    const end = at + 4 + u16(info, at + 2);
    if (id === AV_END || end > info.length) break;
    const value = utf16(info, at + 4, Math.min(end, at + 4 + LONGEST));
    if (id === AV_NETBIOS_COMPUTER) challenge.netbiosComputer = value;
    else if (id === AV_NETBIOS_DOMAIN) challenge.netbiosDomain = value;
    else if (id === AV_DNS_COMPUTER) challenge.dnsComputer = value;
    else if (id === AV_DNS_DOMAIN) challenge.dnsDomain = value;
    at = end;
  }
  return challenge;
}

function readClient(message: Uint8Array, type: Client['type']): Client | null {
  const negotiates = type === NEGOTIATE;
  const flagsAt = negotiates ? 12 : 60;
  if (message.length < (negotiates ? 16 : 64)) return null;
  const flags = u32(message, flagsAt);
  const client: Client = { type, workstation: '', domain: '', os: null };
  if (negotiates) {
    // The code page's characters, before Unicode is agreed upon ([MS-NLMP] §2.2.1.1).
    if (message.length >= 32) {
      if ((flags & DOMAIN_SUPPLIED) !== 0) client.domain = text(field(message, 16), false);
      if ((flags & WORKSTATION_SUPPLIED) !== 0) client.workstation = text(field(message, 24), false);
    }
  } else {
    client.domain = text(field(message, 28), (flags & UNICODE) !== 0);
    client.workstation = text(field(message, 44), (flags & UNICODE) !== 0);
  }
  const at = negotiates ? 32 : 64;
  if ((flags & VERSION) !== 0 && message.length >= at + 8) client.os = versionAt(message, at);
  return client;
}

const EMPTY = new Uint8Array(0);
/** Octets of a value that are looked at; a name that is longer is none. */
const LONGEST = 1024;

/** What the length and offset at `at` point to; nothing when that is not inside the message. */
function field(message: Uint8Array, at: number): Uint8Array {
  const length = u16(message, at);
  const offset = u32(message, at + 4);
  return offset + length <= message.length ? message.subarray(offset, offset + length) : EMPTY;
}

function text(bytes: Uint8Array, unicode: boolean): string {
  const end = Math.min(bytes.length, LONGEST);
  return unicode ? utf16(bytes, 0, end) : oem(bytes, 0, end);
}

/** [MS-NLMP] §2.2.2.10. */
function versionAt(message: Uint8Array, at: number): string | null {
  return windowsOf(message[at], message[at + 1], u16(message, at + 2));
}
