import type { FrameSink } from '../core/frame.ts';
import { type CaptureDecoder, type CaptureFormat, LONGEST_LOOK } from './decoder.ts';
import { isPcap, PcapDecoder } from './pcap.ts';
import { isPcapng, PcapngDecoder } from './pcapng.ts';
import { isSnoop, SnoopDecoder } from './snoop.ts';

/**
 * A chunk that stays in a processor's second-level cache is decoded and dissected from there; the packet
 * path gets slower with larger ones. It must exceed what a decoder may need at once.
 */
export const CHUNK = 2 * LONGEST_LOOK;

const CUT = '(cut, or still being written)';

/**
 * Turns the bytes of one capture, arriving in pieces of any size, into frames: recognises the format, holds
 * the partial record between pieces, and words what is wrong with its offset. Whoever has bytes either
 * writes them to `buffer` at `held` and calls `filled` (files), or calls `push` (pipes).
 */
export class CaptureReader {
  /** Where frames lie. May be shared by readers used one after the other; at least `CHUNK` bytes. */
  readonly buffer: Uint8Array;
  /** Bytes of `buffer` that wait for what follows them. */
  held = 0;
  /** What is wrong with the capture; nothing is decoded after it. */
  error: string | null = null;
  /** The bytes are not a capture at all: `error` says what they are. */
  isCapture = true;
  /** Words behind an offset, such as ` of the decompressed stream`. */
  offsetsOf = '';

  readonly #sink: FrameSink;
  #decoder: CaptureDecoder | null = null;
  /** Offset in the stream of `buffer[0]`. */
  #base = 0;
  /** Bytes of the stream, from `#base` on, to drop unseen. */
  #skip = 0;

  constructor(sink: FrameSink, buffer: Uint8Array = new Uint8Array(CHUNK)) {
    this.#sink = sink;
    this.buffer = buffer;
  }

  get format(): CaptureFormat | null {
    return this.#decoder?.format ?? null;
  }

  get packets(): number {
    return this.#decoder?.packets ?? 0;
  }

  /** Captured bytes of the packets delivered. */
  get bytes(): number {
    return this.#decoder?.bytes ?? 0;
  }

  /** Packets the capture says its writer lost. */
  get dropped(): number {
    return this.#decoder?.dropped ?? 0;
  }

  /** Room in `buffer` behind `held`: never 0 between calls. */
  get room(): number {
    return this.buffer.length - this.held;
  }

  /** `length` bytes were written to `buffer` at `held`. Delivers what is whole; false once there is an error. */
  filled(length: number): boolean {
    if (this.error !== null) return false;
    const buffer = this.buffer;
    const end = this.held + length;
    let at = 0;
    if (this.#skip > 0) {
      at = Math.min(this.#skip, end);
      this.#skip -= at;
    }
    if (this.#decoder === null && !this.#recognise(end)) {
      this.held = end;
      return this.error === null;
    }
    const decoder = this.#decoder;
    if (decoder !== null && at < end) at = decoder.decode(buffer, at, end);
    if (decoder !== null && decoder.damage !== null) {
      this.error = `${decoder.damage}, at byte ${this.#base + at}${this.offsetsOf}`;
      return false;
    }
    this.#keep(at, end);
    return true;
  }

  /** As `filled`, with the bytes copied from elsewhere. */
  push(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      const length = Math.min(this.room, bytes.length - at);
      this.buffer.set(bytes.subarray(at, at + length), this.held);
      if (!this.filled(length)) return false;
      at += length;
    }
    return this.error === null;
  }

  /** No bytes follow. Sets `error` when that is not where a capture can end. */
  end(): void {
    if (this.error !== null) return;
    const at = this.#base + this.held;
    if (this.#decoder === null) this.#notCapture(this.held);
    else if (this.#skip > 0) {
      this.error = `the file ends at byte ${at}${this.offsetsOf}, inside a record that goes on to byte ${at + this.#skip} ${CUT}`;
    } else if (this.held > 0 || this.#decoder.unfinished) {
      const record = this.#base === 0 ? 'the file header' : 'a record';
      this.error = `the file ends inside ${record} at byte ${this.#base}${this.offsetsOf}, ${this.held} bytes into it ${CUT}`;
    }
  }

  /** No more bytes can be had, for a reason that lies with whoever brings them. */
  fail(reason: string): void {
    this.error ??= `${reason}, at byte ${this.#base + this.held}${this.offsetsOf}`;
  }

  /** Moves what was not dealt with to the front. */
  #keep(at: number, end: number): void {
    if (at < end) {
      if (at > 0) this.buffer.copyWithin(0, at, end);
      this.held = end - at;
      this.#base += at;
    } else {
      this.held = 0;
      this.#base += end;
      this.#skip += at - end;
    }
  }

  /** True once the decoder is chosen. */
  #recognise(end: number): boolean {
    const bytes = this.buffer;
    if (end < 4) return false;
    if (isPcap(bytes, 0)) this.#decoder = new PcapDecoder(this.#sink);
    else if (isPcapng(bytes, 0)) this.#decoder = new PcapngDecoder(this.#sink);
    else if (isSnoop(bytes, 0, end)) this.#decoder = new SnoopDecoder(this.#sink);
    else if (end >= 8) this.#notCapture(end);
    return this.#decoder !== null;
  }

  #notCapture(length: number): void {
    this.isCapture = false;
    // Four bytes and no more: enough to tell a format, too few to tell a name.
    const start = Buffer.from(this.buffer.subarray(0, Math.min(4, length))).toString('hex');
    this.error =
      length === 0
        ? `not a capture file: it is empty${this.offsetsOf && ' once decompressed'}`
        : `not a capture file: starts with ${start}${this.offsetsOf}; expected pcap, pcapng or snoop, plain or compressed with gzip or zstd`;
  }
}
