import type { DEVICE_CLASSES } from '../../src/core/facts.ts';
import { unpadded } from './netbios.ts';

/** An announcement of the browser service ([MS-BRWS] §2.2.1, §2.2.6, §2.2.10). */
export interface Announcement {
  readonly what: 'host' | 'domain';
  /** Of the host, or of the domain or workgroup. */
  readonly name: string;
  /** SV_TYPE bits ([MS-BRWS] §2.2.1). */
  readonly serverType: number;
  /** `Windows NT 6.1`; null when it does not run Windows NT. */
  readonly windows: string | null;
  readonly comment: string;
}

/** [MS-CIFS] §2.2.3.1: the header of a message; then come the words of the transaction (§2.2.4.33.1). */
const SMB_HEADER = 32;
const TRANSACTION = 0x25;
const WORDS = SMB_HEADER + 1;
/** Words of a write to a mailslot: 14, and three of set-up ([MS-MAIL] §2.2.1). */
const WORD_COUNT = 17;
const NAME = WORDS + WORD_COUNT * 2 + 2;
const MAILSLOT = '\\MAILSLOT\\BROWSE\0';

const HOST_ANNOUNCEMENT = 0x01;
const DOMAIN_ANNOUNCEMENT = 0x0c;
const LOCAL_MASTER_ANNOUNCEMENT = 0x0f;
/** Up to the comment. */
const FIXED = 32;

const UNIX = 0x0800;
const NT = 0x1000;
const DOMAIN_CONTROLLER = 0x0008 | 0x0010;
const SERVER_NT = 0x8000;

/** The announcement in the user data of a datagram, which begins at `start`; null when it holds none. */
export function readAnnouncement(bytes: Uint8Array, start: number): Announcement | null {
  const u16 = (at: number): number => bytes[at] | (bytes[at + 1] << 8);
  if (start + NAME + MAILSLOT.length > bytes.length) return null;
  if (bytes[start] !== 0xff || bytes[start + 1] !== 0x53 || bytes[start + 2] !== 0x4d) return null;
  if (bytes[start + 4] !== TRANSACTION || bytes[start + SMB_HEADER] !== WORD_COUNT) return null;
  for (let n = 0; n < MAILSLOT.length; n++)
    // Samba writes it in capitals, Windows too; the case does not count.
    if ((bytes[start + NAME + n] & ~0x20) !== (MAILSLOT.charCodeAt(n) & ~0x20)) return null;
  const length = u16(start + WORDS + 22);
  const at = start + u16(start + WORDS + 24);
  const end = Math.min(bytes.length, at + length);
  if (end - at < FIXED) return null;
  const opcode = bytes[at];
  if (opcode !== HOST_ANNOUNCEMENT && opcode !== DOMAIN_ANNOUNCEMENT && opcode !== LOCAL_MASTER_ANNOUNCEMENT)
    return null;
  const serverType = (u16(at + 24) | (u16(at + 26) << 16)) >>> 0;
  const isWindows = (serverType & NT) !== 0 && (serverType & UNIX) === 0;
  return {
    what: opcode === DOMAIN_ANNOUNCEMENT ? 'domain' : 'host',
    name: unpadded(latin1(bytes, at + 6, at + 22)),
    serverType,
    windows: isWindows ? `Windows NT ${bytes[at + 22]}.${bytes[at + 23]}` : null,
    comment: unpadded(latin1(bytes, at + FIXED, end)),
  };
}

/** What a host says it is; null when it does not. */
export function serverClass(serverType: number): (typeof DEVICE_CLASSES)[number] | null {
  if ((serverType & (DOMAIN_CONTROLLER | SERVER_NT)) !== 0) return 'server';
  return (serverType & NT) !== 0 && (serverType & UNIX) === 0 ? 'workstation' : null;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 64)));
}
