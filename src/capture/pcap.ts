import { Frame, type FrameSink } from '../core/frame.ts';
import { withFraction } from './clock.ts';
import { type CaptureDecoder, dropFrameCheck, LONGEST_FRAME, longestCaptured } from './decoder.ts';

interface Variant {
  /** Bytes of the file header and of each record's header. */
  fileHeader: number;
  recordHeader: number;
  nanoseconds: boolean;
}

/**
 * Magic numbers in the wild, as the writer's byte order reads them. `a1b2cd34` is Alexey Kuznetzov's patched
 * libpcap (Linux 2.x distributions, FRITZ!Box): its records add interface index, protocol and packet type.
 * The Ixia ones add a length to the file header.
 */
const VARIANTS: ReadonlyMap<number, Variant> = new Map([
  [0xa1b2c3d4, { fileHeader: 24, recordHeader: 16, nanoseconds: false }],
  [0xa1b23c4d, { fileHeader: 24, recordHeader: 16, nanoseconds: true }],
  [0xa1b2cd34, { fileHeader: 24, recordHeader: 24, nanoseconds: false }],
  [0x1c0001ab, { fileHeader: 28, recordHeader: 16, nanoseconds: false }],
  [0x1c0001ac, { fileHeader: 28, recordHeader: 16, nanoseconds: true }],
]);

/** True when the four bytes at `at` start a classic pcap file of either byte order. */
export function isPcap(bytes: Uint8Array, at: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 4);
  return VARIANTS.has(view.getUint32(0, true)) || VARIANTS.has(view.getUint32(0, false));
}

const NEVER = 0;
const ALWAYS = 1;
const IF_GREATER = 2;

/**
 * Classic pcap (https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/): a header of 24 bytes, then records
 * of 16 (seconds, fraction, captured, wire) and the frame. The snap length of the header decides nothing
 * here: it is 0, negative or too small in many files.
 */
export class PcapDecoder implements CaptureDecoder {
  readonly format = 'pcap';
  packets = 0;
  bytes = 0;
  readonly dropped = 0;
  damage: string | null = null;
  readonly unfinished = false;

  readonly #sink: FrameSink;
  readonly #frame = new Frame();
  #started = false;
  #little = true;
  #recordHeader = 16;
  #nanoseconds = false;
  /** Writers before version 2.3 put the wire length first; 2.3 did either (libpcap, sf-pcap.c). */
  #swapped: 0 | 1 | 2 = NEVER;
  #frameCheck = 0;
  #longest = LONGEST_FRAME;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  decode(bytes: Uint8Array, at: number, end: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let position = at;
    if (!this.#started) {
      position += this.#fileHeader(view, at, end);
      if (!this.#started) return at;
    }
    const sink = this.#sink;
    const frame = this.#frame;
    const little = this.#little;
    const header = this.#recordHeader;
    const longest = this.#longest;
    frame.bytes = bytes;
    let packets = 0;
    let total = 0;
    while (end - position >= header) {
      const seconds = view.getUint32(position, little);
      const fraction = view.getUint32(position + 4, little);
      let captured = view.getUint32(position + 8, little);
      let wire = view.getUint32(position + 12, little);
      if (this.#swapped === ALWAYS || (this.#swapped === IF_GREATER && captured > wire)) {
        const first = captured;
        captured = wire;
        wire = first;
      }
      if (captured > longest) {
        this.damage = `a record claims ${captured} captured bytes, of at most ${longest}`;
        break;
      }
      const kept = captured > LONGEST_FRAME ? LONGEST_FRAME : captured;
      if (end - position < header + kept) break;
      frame.offset = position + header;
      frame.captured = kept;
      // Some writers leave the wire length 0, or smaller than what they captured.
      frame.wire = wire > captured ? wire : captured;
      frame.time = this.#nanoseconds
        ? withFraction(seconds * 1e6 + Math.floor(fraction / 1000), (fraction % 1000) / 1000)
        : seconds * 1e6 + fraction;
      if (this.#frameCheck > 0) dropFrameCheck(frame, this.#frameCheck);
      packets++;
      total += captured;
      sink.frame(frame);
      position += header + captured;
    }
    this.packets += packets;
    this.bytes += total;
    return position;
  }

  /** Bytes of the file header, 0 while it is not whole. */
  #fileHeader(view: DataView, at: number, end: number): number {
    if (end - at < 4) return 0;
    this.#little = VARIANTS.has(view.getUint32(at, true));
    const variant = VARIANTS.get(view.getUint32(at, this.#little));
    if (variant === undefined) {
      this.damage = 'no pcap file header';
      return 0;
    }
    if (end - at < variant.fileHeader) return 0;
    const major = view.getUint16(at + 4, this.#little);
    const minor = view.getUint16(at + 6, this.#little);
    // 543 is DG/UX, which wrote the old order.
    if (major === 543 || (major === 2 && minor < 3)) this.#swapped = ALWAYS;
    else if (major === 2 && minor === 3) this.#swapped = IF_GREATER;
    // Link type in the low 16 bits; bit 26 says that the top four count the frame check sequence in 16-bit words.
    const link = view.getUint32(at + 20, this.#little);
    this.#frame.linkType = link & 0xffff;
    if (link & 0x0400_0000) this.#frameCheck = (link >>> 28) * 2;
    this.#longest = longestCaptured(this.#frame.linkType);
    this.#recordHeader = variant.recordHeader;
    this.#nanoseconds = variant.nanoseconds;
    this.#started = true;
    return variant.fileHeader;
  }
}
