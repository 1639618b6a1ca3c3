import { performance } from 'node:perf_hooks';
import { createGunzip, type Gunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { InputError } from './source.ts';

export type Compression = 'gzip' | 'zstd';

/** How `bytes` are compressed, by the first four of them; null when they are not. */
export function compressionOf(bytes: Uint8Array, length: number): Compression | null {
  if (length < 4) return null;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) return 'gzip';
  const magic = (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
  return magic === ZSTD_MAGIC || isSkippable(magic) ? 'zstd' : null;
}

/** Decompresses a stream given in pieces and hands on what comes out; that is valid during the call only. */
export interface Inflater {
  /** Throws `InputError` when the stream is damaged, and whatever `deliver` threw. */
  write(bytes: Uint8Array): Promise<void> | void;
  /** The stream ends here. Throws `InputError` when it cannot. */
  end(): Promise<void> | void;
  close(): void;
}

export function createInflater(compression: Compression, deliver: (bytes: Uint8Array) => void): Inflater {
  return compression === 'gzip' ? new GzipInflater(deliver) : new ZstdInflater(deliver);
}

/**
 * What a stream gives is handed on in pieces of this size. Each costs a trip to a thread and back: with
 * zlib's usual 16 KiB a well compressed capture takes seven times as long.
 */
const OUTPUT_PIECE = 128 * 1024;

/**
 * gzip (RFC 1952) of any number of members, by zlib, which checks their sums. What zlib's failing call had
 * put out before it met the damage is lost: give a damaged stream byte by byte to get that too.
 */
class GzipInflater implements Inflater {
  readonly #gunzip: Gunzip;
  #failure: InputError | null = null;
  /** What `deliver` threw: kept from the stream's machinery and thrown to the caller. */
  #thrown: { error: unknown } | null = null;
  #wake: () => void = () => {};

  constructor(deliver: (bytes: Uint8Array) => void) {
    this.#gunzip = createGunzip({ chunkSize: OUTPUT_PIECE });
    this.#gunzip.on('data', (bytes: Uint8Array) => {
      if (this.#thrown !== null) return;
      try {
        deliver(bytes);
      } catch (error) {
        this.#thrown = { error };
      }
    });
    this.#gunzip.on('error', (error: NodeJS.ErrnoException) => {
      const cut = error.code === 'Z_BUF_ERROR';
      this.#failure = new InputError(
        cut
          ? 'the gzip stream ends too early (cut, or still being written)'
          : `the gzip stream is damaged: ${error.message}`,
      );
      this.#wake();
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#gunzip.write(bytes, () => resolve());
    });
    this.#check();
  }

  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#gunzip.once('end', resolve);
      this.#gunzip.end();
    });
    this.#check();
  }

  close(): void {
    this.#gunzip.destroy();
  }

  #check(): void {
    if (this.#thrown !== null) throw this.#thrown.error;
    if (this.#failure !== null) throw this.#failure;
  }
}

const ZSTD_MAGIC = 0xfd2fb528;
/** Frames that carry other data than compressed: pzstd and the seekable format write them. */
function isSkippable(magic: number): boolean {
  return magic >>> 4 === 0x184d2a5;
}

/** What `zstd` itself accepts without `--long`. A window is memory that the sender chooses. */
const LONGEST_WINDOW = 128 * 1024 * 1024;
const LONGEST_BLOCK = 128 * 1024;
/** Milliseconds of decompression without letting the event loop run. */
const LONGEST_TURN = 20;

/** Bytes of the dictionary id and content size fields by their flags (RFC 8878 §3.1.1.1). */
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

/**
 * zstd (RFC 8878), which Node 20's zlib does not have. fzstd decompresses blocks; frames and blocks are
 * walked here, because fzstd trusts the window and block sizes a stream states, recurses once a frame and
 * misreads a stream cut between frames. Content checksums are not verified: fzstd has no XXH64. It also moves
 * the whole window for every block of 128 KiB, so a capture packed with a window of 128 MiB (`--long`) is
 * read faster through a pipe from `zstd -dc`.
 */
class ZstdInflater implements Inflater {
  readonly #deliver: (bytes: Uint8Array) => void;
  #held = new Uint8Array(2 * LONGEST_BLOCK);
  #length = 0;
  /** Offset in the stream of `#held[0]`, for messages. */
  #base = 0;
  #skip = 0;
  #frame: Decompress | null = null;
  #hasChecksum = false;
  #blocksOver = false;
  #thrown: { error: unknown } | null = null;

  constructor(deliver: (bytes: Uint8Array) => void) {
    this.#deliver = deliver;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(this.#held.length - this.#length, bytes.length - at);
      this.#held.set(bytes.subarray(at, at + taken), this.#length);
      this.#length += taken;
      at += taken;
      // A few bytes can ask for a great deal of work: signals must get their turn within a piece, too.
      while (!this.#walk(performance.now() + LONGEST_TURN))
        await new Promise((resolve) => setImmediate(resolve));
    }
  }

  end(): void {
    if (this.#length > 0 || this.#skip > 0 || this.#frame !== null) {
      throw new InputError('the zstd stream ends too early (cut, or still being written)');
    }
  }

  close(): void {
    this.#frame = null;
  }

  /** Deals with the whole headers and blocks held; false when it ran out of time before it ran out of them. */
  #walk(until: number): boolean {
    let at = 0;
    let done = false;
    while (!done && performance.now() < until) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, this.#length - at);
        this.#skip -= skipped;
        at += skipped;
      }
      const used = this.#step(at);
      done = used === 0;
      at += used;
    }
    this.#held.copyWithin(0, at, this.#length);
    this.#length -= at;
    this.#base += at;
    return done;
  }

  /** Deals with what starts at `at`; the bytes it took, 0 when it is not whole. */
  #step(at: number): number {
    const left = this.#length - at;
    if (this.#frame === null) return this.#frameHeader(at, left);
    if (this.#blocksOver) {
      const size = this.#hasChecksum ? 4 : 0;
      if (left < size) return 0;
      this.#feed(this.#frame, at, size, true);
      this.#frame = null;
      // A frame without checksum ends without a byte: go on with what follows it.
      return size > 0 ? size : this.#step(at);
    }
    if (left < 3) return 0;
    const header = this.#held[at] | (this.#held[at + 1] << 8) | (this.#held[at + 2] << 16);
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    if (type === 3 || size > LONGEST_BLOCK) throw this.#damaged(at, 'a block header');
    const whole = 3 + (type === 1 ? 1 : size);
    if (left < whole) return 0;
    this.#feed(this.#frame, at, whole, false);
    this.#blocksOver = (header & 1) === 1;
    return whole;
  }

  #frameHeader(at: number, left: number): number {
    if (left < 6) return 0;
    const view = new DataView(this.#held.buffer, at);
    const magic = view.getUint32(0, true);
    if (isSkippable(magic)) {
      if (left < 8) return 0;
      this.#skip = view.getUint32(4, true);
      return 8;
    }
    if (magic !== ZSTD_MAGIC) throw this.#damaged(at, 'a frame header');
    const descriptor = this.#held[at + 4];
    const single = (descriptor & 0x20) !== 0;
    const dictionary = DICTIONARY_BYTES[descriptor & 3];
    const flag = descriptor >>> 6;
    const contentSize = flag === 0 && single ? 1 : CONTENT_SIZE_BYTES[flag];
    const size = 5 + (single ? 0 : 1) + dictionary + contentSize;
    if (left < size) return 0;
    let window: number;
    if (single) {
      const field = size - contentSize;
      window =
        contentSize === 1
          ? view.getUint8(field)
          : contentSize === 2
            ? view.getUint16(field, true) + 256
            : view.getUint32(field, true) +
              (contentSize === 8 ? view.getUint32(field + 4, true) * 2 ** 32 : 0);
    } else {
      const base = 2 ** (10 + (this.#held[at + 5] >>> 3));
      window = base + (base / 8) * (this.#held[at + 5] & 7);
    }
    if (window > LONGEST_WINDOW) {
      throw new InputError(
        `the zstd stream needs a window of ${window} bytes; at most ${LONGEST_WINDOW} are given`,
      );
    }
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#blocksOver = false;
    this.#frame = new Decompress((bytes) => this.#handOn(bytes));
    this.#feed(this.#frame, at, size, false);
    return size;
  }

  #feed(frame: Decompress, at: number, length: number, last: boolean): void {
    try {
      // A copy: fzstd keeps what it cannot use yet.
      frame.push(this.#held.slice(at, at + length), last);
    } catch (error) {
      if (this.#thrown !== null) throw this.#thrown.error;
      throw this.#damaged(at, error instanceof Error ? error.message : String(error));
    }
  }

  #handOn(bytes: Uint8Array): void {
    try {
      this.#deliver(bytes);
    } catch (error) {
      this.#thrown = { error };
      throw error;
    }
  }

  #damaged(at: number, what: string): InputError {
    return new InputError(`the zstd stream is damaged at byte ${this.#base + at} of the file: ${what}`);
  }
}
