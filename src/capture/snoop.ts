import { Frame, type FrameSink } from '../core/frame.ts';
import { type CaptureDecoder, LONGEST_FRAME } from './decoder.ts';

/** Data-link types of RFC 1761 §3 to LINKTYPE_ values. */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [0, 1], // IEEE 802.3
  [2, 6], // IEEE 802.5 token ring
  [4, 1], // Ethernet
  [8, 10], // FDDI
]);

/** "snoop" and three zeros: 8 bytes. */
export function isSnoop(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 8 && [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0].every((byte, i) => bytes[at + i] === byte);
}

/** Solaris snoop files, version 2 (RFC 1761): big-endian, records padded to a length they state. */
export class SnoopDecoder implements CaptureDecoder {
  readonly format = 'snoop';
  packets = 0;
  bytes = 0;
  /** Counted by the writer from the capture's start, and repeated in every record. */
  dropped = 0;
  damage: string | null = null;
  readonly unfinished = false;

  readonly #sink: FrameSink;
  readonly #frame = new Frame();
  #started = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  decode(bytes: Uint8Array, at: number, end: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let position = at;
    if (!this.#started) {
      if (end - at < 16) return at;
      this.#fileHeader(view, at);
      if (!this.#started) return at;
      position += 16;
    }
    const frame = this.#frame;
    frame.bytes = bytes;
    while (end - position >= 24) {
      const wire = view.getUint32(position);
      const captured = view.getUint32(position + 4);
      const record = view.getUint32(position + 8);
      if (captured > LONGEST_FRAME || record < 24 + captured || record > 2 * LONGEST_FRAME) {
        this.damage = `a record of ${record} bytes claims ${captured} captured ones`;
        break;
      }
      if (end - position < record) break;
      this.dropped = view.getUint32(position + 12);
      frame.offset = position + 24;
      frame.captured = captured;
      frame.wire = wire > captured ? wire : captured;
      frame.time = view.getUint32(position + 16) * 1e6 + view.getUint32(position + 20);
      this.packets++;
      this.bytes += captured;
      this.#sink.frame(frame);
      position += record;
    }
    return position;
  }

  #fileHeader(view: DataView, at: number): void {
    const version = view.getUint32(at + 8);
    const link = view.getUint32(at + 12);
    const linkType = LINK_TYPES.get(link);
    if (version !== 2) this.damage = `snoop version ${version}, of which only 2 is known`;
    else if (linkType === undefined) this.damage = `snoop link type ${link}, which is not known`;
    else {
      this.#frame.linkType = linkType;
      this.#started = true;
    }
  }
}
