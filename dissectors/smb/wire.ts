/**
 * The frame around SMB: NetBIOS session packets (RFC 1002 §4.3.1), which Direct TCP has kept ([MS-SMB2] §2.1), and the
 * fixed part of each kind of SMB header.
 */

/** Session packet type (RFC 1002 §4.3.1). */
export const SESSION_MESSAGE = 0x00;
export const SESSION_REQUEST = 0x81;
export const POSITIVE_RESPONSE = 0x82;
export const NEGATIVE_RESPONSE = 0x83;
export const RETARGET_RESPONSE = 0x84;
export const KEEP_ALIVE = 0x85;

export const SESSION_HEADER = 4;
/** Called and calling name, each 32 letters between a length and the root (RFC 1002 §4.3.2). */
export const SESSION_REQUEST_LENGTH = 68;

/** First octet of the protocol identifier, before `SMB`. */
export const SMB1 = 0xff;
export const SMB2 = 0xfe;
/** [MS-SMB2] §2.2.41: encrypted. */
export const TRANSFORM = 0xfd;
/** [MS-SMB2] §2.2.42: compressed. */
export const COMPRESSED = 0xfc;

export const SMB1_HEADER = 32;
export const SMB2_HEADER = 64;
/** The header, a word count and a byte count ([MS-CIFS] §2.2.3). */
const SMB1_SHORTEST = SMB1_HEADER + 3;
const TRANSFORM_HEADER = 52;
const COMPRESSED_HEADER = 16;

const SHORTEST = new Map([
  [SMB1, SMB1_SHORTEST],
  [SMB2, SMB2_HEADER],
  [TRANSFORM, TRANSFORM_HEADER],
  [COMPRESSED, COMPRESSED_HEADER],
]);

/** Session header and as much of any SMB header as says what it is and who sent it. */
export const HEAD = SESSION_HEADER + 20;

export function u16(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

export function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

/** Length of what follows a session header: three octets in Direct TCP; NetBIOS uses the low 17 bits of them. */
export function sessionLength(bytes: Uint8Array, at: number): number {
  return (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

/** First octet of the protocol identifier at `at`, or 0 when there is none. */
export function identifierAt(bytes: Uint8Array, at: number): number {
  const kind = bytes[at];
  if (kind < COMPRESSED || bytes[at + 1] !== 0x53 || bytes[at + 2] !== 0x4d || bytes[at + 3] !== 0x42)
    return 0;
  return kind;
}

/** Shortest message with this identifier. */
export function shortest(kind: number): number {
  return SHORTEST.get(kind) ?? SMB2_HEADER;
}

/** Whether `HEAD` octets at `at` begin a session message that holds an SMB header. */
export function isMessage(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== SESSION_MESSAGE) return false;
  const kind = identifierAt(bytes, at + SESSION_HEADER);
  if (kind === 0 || sessionLength(bytes, at) < shortest(kind)) return false;
  // StructureSize ([MS-SMB2] §2.2.1).
  return kind !== SMB2 || u16(bytes, at + SESSION_HEADER + 4) === SMB2_HEADER;
}

/** True for what a server sent, false for a client's, null where the header does not say. `smb`: where that is. */
export function isReply(bytes: Uint8Array, smb: number): boolean | null {
  const kind = bytes[smb];
  // An oplock break is a request of the server ([MS-CIFS] §2.2.4.32).
  if (kind === SMB1) return bytes[smb + 4] === OPLOCK_BREAK ? null : (bytes[smb + 9] & 0x80) !== 0;
  if (kind === SMB2) return (bytes[smb + 16] & 1) !== 0;
  return null;
}
const OPLOCK_BREAK = 0x24;

/**
 * Where a message begins in bytes from the middle of a connection, or -1. When the next one ought to begin in the
 * bytes too, it has to.
 */
export function findMessage(bytes: Uint8Array): number {
  let at = bytes.indexOf(0x53);
  while (at >= 0) {
    const start = at - SESSION_HEADER - 1;
    if (start >= 0 && start + HEAD <= bytes.length && isMessage(bytes, start)) {
      const next = start + SESSION_HEADER + sessionLength(bytes, start);
      if (next + HEAD > bytes.length || isMessage(bytes, next) || bytes[next] === KEEP_ALIVE) return start;
    }
    at = bytes.indexOf(0x53, at + 1);
  }
  return -1;
}

/** UTF-16LE; an odd octet at the end is left. */
export function utf16(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at + 1 < end; at += 2) text += String.fromCharCode(u16(bytes, at));
  return text;
}

/** One octet for a character: the code page is not told, and names that need one are no names to us. */
export function oem(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += bytes[at] < 0x80 ? String.fromCharCode(bytes[at]) : '\ufffd';
  return text;
}
