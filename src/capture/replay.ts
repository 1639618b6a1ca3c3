import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import type { Frame, FrameSink } from '../core/frame.ts';
import type { Micros } from '../core/time.ts';
import type { CaptureFormat } from './decoder.ts';
import type { Compression } from './inflate.ts';
import { type Input, listInputs } from './inputs.ts';
import { CaptureReader, CHUNK } from './reader.ts';
import {
  type ByteSource,
  FileSource,
  InputError,
  openStandardInput,
  openStream,
  StreamSource,
} from './source.ts';
import { type Conductor, transfer } from './transfer.ts';

export { UnreadablePath } from './inputs.ts';

/** What came of one input. */
export interface InputReport {
  /** As given, or as found in a folder. `-` is standard input. */
  path: string;
  /** null for what is not a capture. */
  format: CaptureFormat | null;
  compression: Compression | null;
  packets: number;
  /** Captured bytes of those packets, without the file's own headers. */
  bytes: number;
  /** Packets that the capture itself says its writer lost (pcapng statistics, snoop). */
  dropped: number;
  /** Why it was not read to its end, with the byte offset; null when it was. */
  error: string | null;
  /** Why something in a folder was left out (it is no capture); null when it was not. */
  skipped: string | null;
}

export interface ReplayProgress {
  /** The input being read. */
  path: string;
  /** Bytes read of all inputs so far, as they lie on disk. */
  read: number;
  /** Bytes of all inputs; null when one is a pipe. A file that grows while read makes `read` pass it. */
  total: number | null;
  packets: number;
}

export interface ReplayOptions {
  /** Called about every 100 ms, and when an input is finished. */
  onProgress?(progress: ReplayProgress): void;
  /** Stops after the chunk being read, or waited for; the input gets an error that says so, and those after it too. */
  signal?: AbortSignal;
  /** What `-` reads; standard input when absent. */
  stdin?: Readable;
}

/** Milliseconds. */
const YIELD_AFTER = 20;
const PROGRESS_EVERY = 100;

/**
 * Delivers every packet of the inputs that `paths` name: files, folders of them, `-`. Inputs are read one
 * after the other in the order of their first packets' times; reports come in the order of `paths`, and
 * within a folder in the order read. Throws `UnreadablePath` before the first packet when a path cannot be
 * read at all, and whatever the sink throws.
 */
export async function replayPaths(
  paths: readonly string[],
  sink: FrameSink,
  options: ReplayOptions = {},
): Promise<InputReport[]> {
  const inputs = listInputs(paths);
  const buffer = new Uint8Array(CHUNK);
  const ordered = await inTimeOrder(inputs, buffer);
  const pace = new Pace(inputs, options);
  const reports: { argument: number; report: InputReport }[] = [];
  for (const input of ordered) {
    reports.push({ argument: input.argument, report: await readInput(input, sink, buffer, pace, options) });
  }
  reports.sort((a, b) => a.argument - b.argument);
  return reports.map((each) => each.report);
}

async function readInput(
  input: Input,
  sink: FrameSink,
  buffer: Uint8Array,
  pace: Pace,
  options: ReplayOptions,
): Promise<InputReport> {
  const reader = new CaptureReader(sink, buffer);
  const report: InputReport = {
    path: input.path,
    format: null,
    compression: null,
    packets: 0,
    bytes: 0,
    dropped: 0,
    error: input.error,
    skipped: input.skipped,
  };
  if (input.error !== null || input.skipped !== null) return report;
  if (pace.stop) {
    report.error = 'not read: stopped by request';
    return report;
  }
  pace.start(input, reader);
  let source: ByteSource | null = null;
  const interrupt = () => source?.interrupt();
  options.signal?.addEventListener('abort', interrupt);
  try {
    source = open(input, options);
    report.compression = await transfer(source, reader, CHUNK, pace);
    report.error = reader.error;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    report.error = error.message;
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
  }
  report.format = reader.format;
  report.packets = reader.packets;
  report.bytes = reader.bytes;
  report.dropped = reader.dropped;
  if (!reader.isCapture && input.found) {
    report.skipped = report.error;
    report.error = null;
  }
  pace.finish();
  return report;
}

function open(input: Input, options: ReplayOptions): ByteSource {
  if (input.path === '-') return options.stdin ? new StreamSource(options.stdin) : openStandardInput();
  return input.size === null ? openStream(input.path) : new FileSource(input.path);
}

/** Enough of a file, nearly always, to see its first packet. */
const PEEK = 64 * 1024;

/** Files by their first packet's time; those without one, and pipes, which cannot be peeked into, last. */
async function inTimeOrder(inputs: readonly Input[], buffer: Uint8Array): Promise<Input[]> {
  if (inputs.length < 2) return [...inputs];
  const timed: { input: Input; time: Micros }[] = [];
  for (const input of inputs) {
    const peekable = input.error === null && input.skipped === null && input.size !== null;
    timed.push({ input, time: peekable ? await firstTime(input.path, buffer) : Number.POSITIVE_INFINITY });
  }
  // The sort is stable: equal times keep the order given, and by name within a folder.
  timed.sort((a, b) => (a.time === b.time ? 0 : a.time - b.time));
  return timed.map((each) => each.input);
}

async function firstTime(path: string, buffer: Uint8Array): Promise<Micros> {
  const first = new FirstFrame();
  try {
    await transfer(new FileSource(path), new CaptureReader(first, buffer), PEEK, first);
  } catch (error) {
    // It will be met again, and reported, when the file is read.
    if (!(error instanceof InputError)) throw error;
  }
  return first.time;
}

/** Takes the time of the first packet and then has enough. */
class FirstFrame implements FrameSink, Conductor {
  time: Micros = Number.POSITIVE_INFINITY;
  stop = false;

  frame(frame: Frame): void {
    if (this.stop) return;
    this.time = frame.time;
    this.stop = true;
  }

  moved(): undefined {}
}

/** Lets the event loop run between chunks, so that signals work, and shows progress. */
class Pace implements Conductor {
  readonly #options: ReplayOptions;
  readonly #total: number | null;
  #path = '';
  #reader: CaptureReader | null = null;
  #read = 0;
  #packetsBefore = 0;
  #yielded = performance.now();
  #shown = performance.now();

  constructor(inputs: readonly Input[], options: ReplayOptions) {
    this.#options = options;
    const read = inputs.filter((input) => input.error === null && input.skipped === null);
    this.#total = read.some((input) => input.size === null)
      ? null
      : read.reduce((sum, input) => sum + (input.size ?? 0), 0);
  }

  get stop(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  start(input: Input, reader: CaptureReader): void {
    this.#path = input.path;
    this.#reader = reader;
  }

  moved(bytes: number): Promise<void> | undefined {
    this.#read += bytes;
    const now = performance.now();
    if (now - this.#shown >= PROGRESS_EVERY) this.#show(now);
    if (now - this.#yielded < YIELD_AFTER) return undefined;
    this.#yielded = now;
    return new Promise((resolve) => setImmediate(resolve));
  }

  finish(): void {
    this.#show(performance.now());
    this.#packetsBefore += this.#reader?.packets ?? 0;
    this.#reader = null;
  }

  #show(now: number): void {
    this.#shown = now;
    this.#options.onProgress?.({
      path: this.#path,
      read: this.#read,
      total: this.#total,
      packets: this.#packetsBefore + (this.#reader?.packets ?? 0),
    });
  }
}
