/** Negotiation and session setup of SMB1 ([MS-CIFS] §2.2.4.52–53, [MS-SMB] §2.2.4.5–6). Account names are never read. */
import { oem, SMB1_HEADER, u16, u32, utf16 } from './wire.ts';

export const SMB1_NEGOTIATE = 0x72;
export const SMB1_SESSION_SETUP = 0x73;

const UNICODE = 0x8000;
const CAP_EXTENDED_SECURITY = 0x8000_0000;
/** DialectIndex when the server takes none of them. */
const NO_DIALECT = 0xffff;
const EMPTY = new Uint8Array(0);

export interface NegotiateReply {
  readonly refused: boolean;
  readonly domain: string;
  readonly server: string;
}

export interface SessionSetup {
  readonly blob: Uint8Array;
  readonly domain: string;
  readonly nativeOs: string;
  readonly nativeLanManager: string;
}

/** Words and data of a message that begins with its header; null when the counts go beyond it. */
function parts(smb: Uint8Array): { words: number; count: number; data: number; end: number } | null {
  if (smb.length < SMB1_HEADER + 3) return null;
  const count = smb[SMB1_HEADER];
  const words = SMB1_HEADER + 1;
  const data = words + count * 2 + 2;
  if (data > smb.length) return null;
  const end = data + u16(smb, data - 2);
  return end > smb.length ? null : { words, count, data, end };
}

/** Null when it holds nothing that is read. */
export function readNegotiateReply(smb: Uint8Array): NegotiateReply | null {
  const all = parts(smb);
  if (all === null || all.count === 0) return null;
  const { words, count, data, end } = all;
  if (u16(smb, words) === NO_DIALECT) return { refused: true, domain: '', server: '' };
  if (count !== 17 || (u32(smb, words + 19) & CAP_EXTENDED_SECURITY) !== 0)
    return { refused: false, domain: '', server: '' };
  // After the challenge, and unlike everything else not aligned ([MS-CIFS] §2.2.4.52.2).
  const start = data + smb[words + 33];
  // Samba writes Unicode here before it is agreed upon, when no flag says so yet.
  const looksWide = start + 4 <= end && smb[start] !== 0 && smb[start + 1] === 0;
  const strings = new Strings(smb, start, end, isUnicode(smb) || looksWide, false);
  return { refused: false, domain: strings.next(), server: strings.next() };
}

export function readSessionSetupRequest(smb: Uint8Array): SessionSetup | null {
  const all = parts(smb);
  if (all === null) return null;
  const { words, count, data, end } = all;
  if (count === 12) {
    const blob = u16(smb, words + 14);
    if (data + blob > end) return null;
    const strings = new Strings(smb, data + blob, end, isUnicode(smb), true);
    return setup(smb.subarray(data, data + blob), strings, false);
  }
  if (count !== 13 && count !== 10) return null;
  const passwords = u16(smb, words + 14) + (count === 13 ? u16(smb, words + 16) : 0);
  const strings = new Strings(smb, data + passwords, end, isUnicode(smb), true);
  strings.pass();
  const domain = strings.next();
  return { blob: EMPTY, domain, nativeOs: strings.next(), nativeLanManager: strings.next() };
}

export function readSessionSetupReply(smb: Uint8Array): SessionSetup | null {
  const all = parts(smb);
  if (all === null) return null;
  const { words, count, data, end } = all;
  if (count !== 3 && count !== 4) return null;
  const blob = count === 4 ? u16(smb, words + 6) : 0;
  if (data + blob > end) return null;
  const strings = new Strings(smb, data + blob, end, isUnicode(smb), true);
  return setup(smb.subarray(data, data + blob), strings, true);
}

function setup(blob: Uint8Array, strings: Strings, hasDomain: boolean): SessionSetup {
  const nativeOs = strings.next();
  const nativeLanManager = strings.next();
  return { blob, nativeOs, nativeLanManager, domain: hasDomain ? strings.next() : '' };
}

function isUnicode(smb: Uint8Array): boolean {
  return (u16(smb, 10) & UNICODE) !== 0;
}

/** Strings one after the other, each ending with a null character or with the data. */
class Strings {
  readonly #smb: Uint8Array;
  #at: number;
  readonly #end: number;
  readonly #unicode: boolean;

  /** Unicode ones begin at an even offset from the header ([MS-CIFS] §2.2.1.1), if they are aligned. */
  constructor(smb: Uint8Array, at: number, end: number, unicode: boolean, aligned: boolean) {
    this.#smb = smb;
    this.#at = unicode && aligned ? at + (at & 1) : at;
    this.#end = end;
    this.#unicode = unicode;
  }

  next(): string {
    const start = this.#at;
    this.pass();
    // Without the null; a last one that lacks it has all of its characters.
    const width = this.#unicode ? 2 : 1;
    const stop = this.#terminated ? this.#at - width : this.#at;
    if (start >= stop) return '';
    return this.#unicode ? utf16(this.#smb, start, stop) : oem(this.#smb, start, stop);
  }

  #terminated = false;

  /** Goes past a string. */
  pass(): void {
    const smb = this.#smb;
    this.#terminated = false;
    const width = this.#unicode ? 2 : 1;
    let at = this.#at;
    while (at + width <= this.#end) {
      const isNull = smb[at] === 0 && (width === 1 || smb[at + 1] === 0);
      at += width;
      if (!isNull) continue;
      this.#terminated = true;
      break;
    }
    this.#at = at;
  }
}
