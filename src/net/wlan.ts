import { u16le, u32le, word } from './bytes.ts';

/** Headers that monitor-mode captures put before an 802.11 frame. -1 stands for «not that header». */

export const RADIOTAP_FCS = 0x10;
export const RADIOTAP_PADDED = 0x20;
export const RADIOTAP_BAD_FCS = 0x40;

/** Length of a radiotap header (https://www.radiotap.org): version 0, little-endian length. */
export function radiotapLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8 || bytes[at] !== 0) return -1;
  const length = u16le(bytes, at + 2);
  return length >= 8 && at + length <= end ? length : -1;
}

/** The flags field (bit 1) of a radiotap header of `length` bytes; 0 when it has none. */
export function radiotapFlags(bytes: Uint8Array, at: number, length: number): number {
  const present = u32le(bytes, at + 4);
  if ((present & 2) === 0) return 0;
  let field = at + 8;
  // Bit 31 announces one more bitmap behind this one.
  for (let bitmap = present; bitmap >>> 31 === 1; field += 4) {
    if (field + 4 > at + length) return 0;
    bitmap = u32le(bytes, field);
  }
  // The time stamp (bit 0) before it is eight bytes, aligned to eight from the start of the header.
  if ((present & 1) !== 0) field = at + (((field - at + 7) & ~7) + 8);
  return field < at + length ? bytes[field] : 0;
}

/** Length of an AVS header (its version word is 0x8021100x, all big-endian). */
export function avsLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8 || word(bytes, at) >>> 8 !== 0x802110) return -1;
  const length = word(bytes, at + 4) >>> 0;
  return length >= 8 && length <= end - at ? length : -1;
}

/** Length of a Prism header: message code 0x41 or 0x44 and length, in the order of the host that wrote it. */
export function prismLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8) return -1;
  const little = u32le(bytes, at);
  const big = word(bytes, at);
  const length =
    little === 0x41 || little === 0x44
      ? u32le(bytes, at + 4)
      : big === 0x41 || big === 0x44
        ? word(bytes, at + 4)
        : -1;
  return length >= 8 && length <= end - at ? length : -1;
}
