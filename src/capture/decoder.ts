import type { Frame } from '../core/frame.ts';

export type CaptureFormat = 'pcap' | 'pcapng' | 'snoop';

/**
 * A file format, decoded a chunk at a time. A decoder is pure: it keeps what the format's headers said and
 * the counts, never bytes. Whoever drives it keeps the partial record at the end of a chunk.
 */
export interface CaptureDecoder {
  readonly format: CaptureFormat;
  /** Packets delivered. */
  readonly packets: number;
  /** Captured bytes of the packets delivered, as their records state them. */
  readonly bytes: number;
  /** Packets the capturing side says it lost. */
  readonly dropped: number;
  /** What is wrong with the record at the position `decode` returned; null while all is well. */
  readonly damage: string | null;
  /** The end of the last record is still to come, though no byte of it was left over. */
  readonly unfinished: boolean;
  /**
   * Delivers every whole record of `bytes[at, end)` and returns the position of the first byte it did not
   * deal with; that and what follows it must be offered again with more behind it. A position past `end`
   * says how far to skip unseen. With at least `LONGEST_LOOK` bytes offered, there is always progress.
   */
  decode(bytes: Uint8Array, at: number, end: number): number;
}

/**
 * The most of one record that is looked at; a longer one is skipped by count beyond it. It leaves room for
 * the longest frame and its options, and bounds the buffer that holds a partial record.
 */
export const LONGEST_LOOK = 512 * 1024;

/** libpcap's MAXIMUM_SNAPLEN: no record of an ordinary link type holds more. A longer length is damage. */
export const LONGEST_FRAME = 262_144;

const LONGEST_BULK_FRAME = 128 * 1024 * 1024;

/** D-Bus, USB and EBHSCR messages exceed every snap length and libpcap lets them. */
const BULK_LINK_TYPES: ReadonlySet<number> = new Set([189, 220, 231, 249, 266, 279, 288, 293, 294, 295]);

/** The longest captured length that a record of this link type can state. */
export function longestCaptured(linkType: number): number {
  return BULK_LINK_TYPES.has(linkType) ? LONGEST_BULK_FRAME : LONGEST_FRAME;
}

/** Takes the frame check sequence off: the last `length` bytes of the wire's, as far as they were captured. */
export function dropFrameCheck(frame: Frame, length: number): void {
  if (frame.wire < length) return;
  frame.wire -= length;
  if (frame.captured > frame.wire) frame.captured = frame.wire;
}
