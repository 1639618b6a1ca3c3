import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  type ReadStream,
  readSync,
  statSync,
} from 'node:fs';
import type { Readable } from 'node:stream';

/** Bytes cannot be had, or cannot be what they claim; the text says what and where. Not a bug. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Bytes of an input, as they lie on disk or come through a pipe. */
export interface ByteSource {
  /** Writes up to `length` bytes to `into` at `at`. Returns how many, 0 at the end. Throws `InputError`. */
  read(into: Uint8Array, at: number, length: number): number | Promise<number>;
  /** The same bytes from the start once more; null where they come only once. */
  again(): ByteSource | null;
  /** A `read` that waits for bytes, and every later one, gives 0. */
  interrupt(): void;
  close(): void;
}

/**
 * Reads a regular file. Synchronous: out of the page cache a chunk takes less time than a turn of the event
 * loop. What is appended while it is read is read too, up to the first time that nothing is left.
 */
export class FileSource implements ByteSource {
  readonly #path: string | number;
  readonly #fd: number;
  #position = 0;

  /** `path`: or the descriptor of a file that is open already, which is read from where it stands. */
  constructor(path: string | number) {
    this.#path = path;
    try {
      this.#fd = typeof path === 'number' ? path : openSync(path, 'r');
    } catch (error) {
      throw new InputError(`cannot be opened: ${systemError(error)}`);
    }
  }

  read(into: Uint8Array, at: number, length: number): number {
    try {
      const got = readSync(this.#fd, into, at, length, null);
      this.#position += got;
      return got;
    } catch (error) {
      throw new InputError(`cannot be read on from byte ${this.#position}: ${systemError(error)}`);
    }
  }

  again(): ByteSource | null {
    return typeof this.#path === 'number' ? null : new FileSource(this.#path);
  }

  /** Nothing waits here. */
  interrupt(): void {}

  close(): void {
    if (typeof this.#path !== 'number') closeSync(this.#fd);
  }
}

/** Reads a pipe or another stream, which gives what has arrived. */
export class StreamSource implements ByteSource {
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  #position = 0;
  #interrupted = false;
  /** Ends the wait for the next chunk; null when nothing waits. */
  #giveUp: (() => void) | null = null;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.#interrupted) return 0;
    while (this.#rest.length === 0) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await this.#next();
      } catch (error) {
        throw new InputError(`cannot be read on from byte ${this.#position}: ${systemError(error)}`);
      }
      if (next.done) return 0;
      this.#rest = next.value;
    }
    const taken = Math.min(length, this.#rest.length);
    into.set(this.#rest.subarray(0, taken), at);
    this.#rest = this.#rest.subarray(taken);
    this.#position += taken;
    return taken;
  }

  again(): null {
    return null;
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#giveUp?.();
  }

  /** One promise a chunk: racing against one that lives as long as the stream would keep them all. */
  #next(): Promise<IteratorResult<Uint8Array>> {
    return new Promise((resolve, reject) => {
      this.#giveUp = () => resolve({ done: true, value: undefined });
      this.#chunks.next().then(resolve, reject);
    });
  }

  close(): void {
    this.#stream.destroy();
  }
}

/** Standard input: read as the file it was redirected from, if it was. */
export function openStandardInput(): ByteSource {
  let isFile = false;
  try {
    isFile = fstatSync(0).isFile();
  } catch (error) {
    throw new InputError(`cannot be opened: ${systemError(error)}`);
  }
  return isFile ? new FileSource(0) : new StreamSource(process.stdin);
}

/** A named pipe or device, such as the `/dev/fd/63` that a shell makes of `<(…)`. */
export function openStream(path: string): ByteSource {
  return new PathStreamSource(path);
}

class PathStreamSource extends StreamSource {
  readonly #path: string;
  readonly #file: ReadStream;

  constructor(path: string) {
    const file = createReadStream(path);
    super(file);
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opening a named pipe waits for a writer, cannot be called off and would keep the process from ending: so
   * one end is opened for writing, with which the opening is done. Nothing is written.
   */
  override interrupt(): void {
    super.interrupt();
    if (!this.#file.pending) return;
    try {
      if (statSync(this.#path).isFIFO())
        closeSync(openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch {
      // Not ours to write to, or somebody opened it meanwhile.
    }
  }
}

/** What the system said, in its own words: `EACCES: permission denied`. */
export function systemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.split(',')[0];
}
