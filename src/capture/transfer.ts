import { type Compression, compressionOf, createInflater } from './inflate.ts';
import type { CaptureReader } from './reader.ts';
import { type ByteSource, InputError } from './source.ts';

/** Watches a transfer between its pieces. */
export interface Conductor {
  /** `bytes` more were read and delivered. A promise is waited for before the next piece. */
  moved(bytes: number): Promise<void> | undefined;
  /** True ends the transfer before the next piece. */
  readonly stop: boolean;
}

/** Compressed bytes are given to the decompressor in pieces of at most this. */
const COMPRESSED_PIECE = 32 * 1024;

/**
 * Moves the bytes of `source` to `reader` in pieces of at most `piece`, through a decompressor when their
 * content asks for one, until the end, the reader's first error or the conductor's word; then closes the
 * source. What is wrong with the bytes is left in `reader.error`; throws what the frame sink throws.
 */
export async function transfer(
  source: ByteSource,
  reader: CaptureReader,
  piece: number,
  conductor: Conductor,
): Promise<Compression | null> {
  let compression: Compression | null = null;
  try {
    const head = await readHead(source, reader);
    compression = compressionOf(reader.buffer, head);
    const ended =
      compression === null
        ? await plain(source, reader, head, piece, conductor)
        : await compressed(source, reader, head, compression, conductor);
    if (ended && !conductor.stop) reader.end();
    else if (reader.error === null && conductor.stop) reader.fail('stopped by request');
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    reader.fail(error.message);
  } finally {
    source.close();
  }
  return compression;
}

/** The first bytes, left in the reader's buffer: at least the four that tell what they are, if there are four. */
async function readHead(source: ByteSource, reader: CaptureReader): Promise<number> {
  let length = 0;
  while (length < 4) {
    const got = await source.read(reader.buffer, length, COMPRESSED_PIECE - length);
    if (got === 0) break;
    length += got;
  }
  return length;
}

/** True when the source came to its end. */
async function plain(
  source: ByteSource,
  reader: CaptureReader,
  head: number,
  piece: number,
  conductor: Conductor,
): Promise<boolean> {
  let length = head;
  while (length > 0) {
    const sound = reader.filled(length);
    // A promise only when there is one to wait for: a turn of the event loop a chunk would add up.
    const wait = conductor.moved(length);
    if (wait !== undefined) await wait;
    if (!sound || conductor.stop) return false;
    const got = source.read(reader.buffer, reader.held, Math.min(piece, reader.room));
    length = typeof got === 'number' ? got : await got;
  }
  return true;
}

async function compressed(
  source: ByteSource,
  reader: CaptureReader,
  head: number,
  compression: Compression,
  conductor: Conductor,
): Promise<boolean> {
  reader.offsetsOf = ' of the decompressed stream';
  const piece = reader.buffer.slice(0, COMPRESSED_PIECE);
  let delivered = 0;
  const inflater = createInflater(compression, (bytes) => {
    delivered += bytes.length;
    reader.push(bytes);
  });
  let before = 0;
  try {
    let length = head;
    while (length > 0) {
      await inflater.write(piece.subarray(0, length));
      const wait = conductor.moved(length);
      if (wait !== undefined) await wait;
      if (reader.error !== null || conductor.stop) return false;
      before += length;
      length = await source.read(piece, 0, piece.length);
    }
    // Interrupted, it has no end that could be right or wrong.
    if (!conductor.stop) await inflater.end();
    return true;
  } catch (error) {
    const again = compression === 'gzip' && error instanceof InputError ? source.again() : null;
    if (again !== null) await salvage(again, before, delivered, reader);
    throw error;
  } finally {
    inflater.close();
  }
}

/**
 * Delivers what a damaged gzip stream holds between what was delivered and the damage. `sound`: compressed
 * bytes before the piece that failed, which are decompressed again; then single bytes, so that zlib hands
 * out all it can before it fails.
 */
async function salvage(
  source: ByteSource,
  sound: number,
  delivered: number,
  reader: CaptureReader,
): Promise<void> {
  let known = delivered;
  const inflater = createInflater('gzip', (bytes) => {
    const skipped = Math.min(known, bytes.length);
    known -= skipped;
    reader.push(bytes.subarray(skipped));
  });
  const piece = new Uint8Array(COMPRESSED_PIECE);
  try {
    for (let at = 0; at < sound + COMPRESSED_PIECE; ) {
      const most = at < sound ? Math.min(COMPRESSED_PIECE, sound - at) : COMPRESSED_PIECE;
      const length = await source.read(piece, 0, most);
      if (length === 0) break;
      const step = at < sound ? length : 1;
      for (let from = 0; from < length; from += step) await inflater.write(piece.subarray(from, from + step));
      at += length;
    }
  } catch (error) {
    // The damage, as expected.
    if (!(error instanceof InputError)) throw error;
  } finally {
    inflater.close();
    source.close();
  }
}
