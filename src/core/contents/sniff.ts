/** Which of the documents that name patients a file is, by its beginning. */
import { latin1 } from '../bytes.ts';
import { executableAt } from './executable.ts';

export type DocumentKind = 'dicom' | 'hl7' | 'cda';

/** Length of a DICOM file's preamble (PS3.10 §7.1). */
export const PREAMBLE = 128;
/** Preamble and `DICM`. */
export const PART10_HEAD = PREAMBLE + 4;
/** In so many bytes an XML document has come to its root. */
export const SNIFF_LIMIT = 4096;

/** Whether a Part 10 file starts at `start`: `DICM` behind the preamble. */
export function isPart10(bytes: Uint8Array, start: number, end: number): boolean {
  if (start + PART10_HEAD > end) return false;
  for (let n = 0; n < DICM.length; n++) if (bytes[start + PREAMBLE + n] !== DICM[n]) return false;
  return true;
}
const DICM = [0x44, 0x49, 0x43, 0x4d];

/**
 * What kind of document begins in `bytes`; null for none that is known, 'more' when more bytes would tell. `sure`: only a
 * preamble as programs write it, zeros or the header of another format, is worth waiting for `DICM` behind it.
 */
export function sniff(bytes: Uint8Array, sure: boolean): DocumentKind | 'more' | null {
  const { length } = bytes;
  if (length === 0) return 'more';
  if (isPart10(bytes, 0, length)) return 'dicom';
  const hl7 = isHl7File(bytes);
  if (hl7 === true) return 'hl7';
  const cda = hl7 === 'more' ? 'more' : isCda(bytes);
  if (cda === true) return 'cda';
  if (hl7 === 'more' || cda === 'more') return 'more';
  if (length >= PART10_HEAD) return null;
  return !sure || isPreamble(bytes) ? 'more' : null;
}

/** Zeros, a TIFF header (PS3.10 §7.1, dual-personality files), or that of a program. */
function isPreamble(bytes: Uint8Array): boolean {
  const { length } = bytes;
  switch (bytes[0]) {
    case 0:
      // A few zeros begin many things.
      return bytes.every((byte, n) => byte === (n < PREAMBLE ? 0 : DICM[n - PREAMBLE]));
    case 0x49:
      return startsWith(bytes, TIFF_LITTLE);
    case 0x4d:
      return startsWith(bytes, TIFF_BIG) || length < 2 || bytes[1] === 0x5a;
    default:
      return executableAt(bytes, 0, length) !== null || (length < 4 && executableStart(bytes[0]));
  }
}
const TIFF_LITTLE = [0x49, 0x49, 0x2a, 0];
const TIFF_BIG = [0x4d, 0x4d, 0, 0x2a];

function executableStart(byte: number): boolean {
  return byte === 0x7f || byte === 0x23;
}

/** Whether all of `bytes` that there is agrees with `start`. */
function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  for (let at = 0; at < Math.min(bytes.length, start.length); at++) if (bytes[at] !== start[at]) return false;
  return true;
}

const HL7_STARTS = [
  [0x4d, 0x53, 0x48],
  [0x46, 0x48, 0x53],
  [0x42, 0x48, 0x53],
];
/** MSH, FHS or BHS, four or five delimiters, and the first of them again (v2.5.1 §2.10.3, v2.7 §2.5.4). */
const HL7_HEAD = 10;

function isHl7File(bytes: Uint8Array): boolean | 'more' {
  // MLLP's start block, which some write to files too; a byte order mark.
  const at = bytes[0] === 0x0b ? 1 : bytes[0] === 0xef ? 3 : 0;
  if (at === 3 && !startsWith(bytes, BYTE_ORDER_MARK)) return false;
  const first = bytes[at];
  if (first !== undefined && first !== 0x4d && first !== 0x46 && first !== 0x42) return false;
  const head = bytes.subarray(at, at + HL7_HEAD);
  if (!HL7_STARTS.some((start) => startsWith(head, start))) return false;
  const field = head[3];
  for (let n = 3; n < Math.min(8, head.length); n++) {
    // Delimiters are no letters or digits, and none is another.
    if (!isDelimiter(head[n]) || (n > 3 && n < 7 && head.subarray(3, n).includes(head[n]))) return false;
  }
  if (head.length < HL7_HEAD) return 'more';
  return head[7] === field || head[8] === field;
}
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

function isDelimiter(byte: number): boolean {
  if (byte <= 0x20 || byte >= 0x7f) return false;
  const letter = byte | 0x20;
  return !(byte >= 0x30 && byte <= 0x39) && !(letter >= 0x61 && letter <= 0x7a);
}

/** Whether the root element is a CDA document's. */
function isCda(bytes: Uint8Array): boolean | 'more' {
  const hasMark = bytes[0] === 0xef;
  if (hasMark && !startsWith(bytes, BYTE_ORDER_MARK)) return false;
  let at = hasMark ? Math.min(3, bytes.length) : 0;
  while (at < bytes.length && at < 16 && isBlank(bytes[at])) at++;
  if (at < bytes.length && bytes[at] !== 0x3c) return false;
  const text = latin1(bytes, at, Math.min(bytes.length, SNIFF_LIMIT));
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', open + 1)) {
    const second = text[open + 1];
    if (second === '?' || second === '!') {
      const close = text.indexOf(text.startsWith('<!--', open) ? '-->' : '>', open);
      if (close < 0) break;
      open = close;
      continue;
    }
    const name = /^<(?:[\w.-]{1,16}:)?([\w.-]+)(?=[\s/>])/.exec(text.slice(open, open + 64));
    if (name !== null) return name[1] === 'ClinicalDocument';
    if (text.length - open >= 64) return false;
    break;
  }
  return bytes.length < SNIFF_LIMIT ? 'more' : false;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
