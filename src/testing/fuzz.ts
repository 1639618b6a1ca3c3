/**
 * `npm run fuzz -- [--seed N] [--iterations M] [--seconds S] [--only I] [FILE…]`: damages the committed
 * traces (or the captures named), as files, as packets and as streams, and feeds them to the whole pipeline. An
 * exception, an iteration that takes too long or memory that grows is a failure; the input of a failing
 * iteration is left in `out/fuzz` as a capture.
 * The same seed does the same on every machine; `--only I` repeats one iteration of it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { liveBytes } from './heap.ts';
import { mutateBytes, mutatePackets, mutateStream } from './mutate.ts';
import { feed, type Packet, PacketKeeper, pcapFile, type Stream, streamsOf } from './packets.ts';
import { Random } from './random.ts';
import { openAnalysis, readBytes, readInto } from './replay.ts';
import { traces } from './traces.ts';
import { Watchdog } from './watchdog.ts';

/** Packets of a trace that are used at once, so that iterations stay short. */
const WINDOW = 250;
/** Bytes of a capture file that are damaged and read again. */
const FILE_LIMIT = 100_000;
/** An iteration takes milliseconds; this is far beyond any garbage collection or busy neighbour. */
const SLOW_MS = 3_000;
const HANG_MS = 20_000;
/** What a fresh pipeline per iteration may leave behind after all of them. */
const GROWTH_LIMIT = 24 << 20;
/** Iterations before memory is first measured: code compiled, tables of shared constants filled. */
const WARM_UP = 200;

export interface Corpus {
  readonly name: string;
  /** The capture as it lies on disk, its first part when it is long. */
  readonly file: Uint8Array;
  readonly packets: readonly Packet[];
  readonly streams: readonly Stream[];
}

export async function loadCorpus(paths: readonly string[]): Promise<Corpus[]> {
  const corpus: Corpus[] = [];
  for (const name of paths) {
    const keeper = new PacketKeeper(20_000);
    await readInto(name, keeper);
    const streams = streamsOf(keeper.packets).filter((stream) => stream.clientToServer.length > 0);
    if (keeper.packets.length > 0)
      corpus.push({
        name,
        file: readFileSync(name).subarray(0, FILE_LIMIT),
        packets: keeper.packets,
        streams,
      });
  }
  return corpus;
}

/** What one iteration feeds: packets, or the bytes of a capture file in pieces. */
export type Input = { packets: Packet[] } | { pieces: Uint8Array[] };

/** The input of one iteration: decided by seed and number alone. */
export function iteration(corpus: readonly Corpus[], seed: number, number: number): Input {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ number);
  // The first numbers of neighbouring seeds resemble each other.
  random.below(2);
  const entry = random.pick(corpus);
  const other = random.pick(corpus);
  if (random.oneIn(8)) return { pieces: piecesOf(mutateBytes(entry.file, random), random) };
  if (random.oneIn(2) && entry.streams.length > 0) {
    const stream = random.pick(entry.streams);
    const another = other.streams.length > 0 ? random.pick(other.streams) : stream;
    return { packets: mutateStream(stream, another, random) };
  }
  const start = random.below(Math.max(1, entry.packets.length - WINDOW / 2));
  return { packets: mutatePackets(entry.packets.slice(start, start + WINDOW), other.packets, random) };
}

/** Cut at a few places, as a pipe delivers. */
function piecesOf(bytes: Uint8Array, random: Random): Uint8Array[] {
  const cuts = Array.from({ length: random.below(6) }, () => random.below(bytes.length + 1)).sort(
    (a, b) => a - b,
  );
  return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index] ?? bytes.length));
}

/** The whole pipeline, fresh, over this input. Throws what it throws. */
export function runInput(input: Input): void {
  const analysis = openAnalysis({ close: async () => {} });
  if ('pieces' in input) readBytes(input.pieces, analysis);
  else feed(input.packets, analysis);
  analysis.end();
}

export interface FuzzOptions {
  seed: number;
  iterations: number;
  /** Ends sooner when the time is up. */
  seconds: number;
  only?: number;
}

/** Returns failures in words; [] when all is well. */
export async function fuzz(
  corpus: readonly Corpus[],
  options: FuzzOptions,
): Promise<{ ran: number; failures: string[] }> {
  const { seed, iterations, seconds, only } = options;
  const watchdog = new Watchdog(HANG_MS);
  const failures: string[] = [];
  const deadline = performance.now() + seconds * 1000;
  let baseline = 0;
  let ran = 0;
  try {
    const first = only ?? 0;
    const end = only === undefined ? iterations : only + 1;
    for (let number = first; number < end && performance.now() < deadline && failures.length < 5; number++) {
      watchdog.at(`fuzz --seed ${seed} --only ${number}`);
      const input = iteration(corpus, seed, number);
      const start = performance.now();
      let problem: string | null = null;
      try {
        runInput(input);
      } catch (error) {
        problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      }
      const ms = performance.now() - start;
      if (problem === null && ms > SLOW_MS) problem = `took ${Math.round(ms)} ms`;
      if (problem !== null) failures.push(tell(seed, number, input, problem));
      ran++;
      if (ran === WARM_UP) baseline = await liveBytes();
    }
    if (ran > WARM_UP) {
      const growth = (await liveBytes()) - baseline;
      if (growth > GROWTH_LIMIT)
        failures.push(`memory grew by ${Math.round(growth / 1024)} KiB in ${ran} iterations`);
    }
  } finally {
    await watchdog.stop();
  }
  return { ran, failures };
}

function tell(seed: number, number: number, input: Input, problem: string): string {
  const path = `out/fuzz/${seed}-${number}.pcap`;
  mkdirSync('out/fuzz', { recursive: true });
  writeFileSync(path, 'pieces' in input ? Buffer.concat(input.pieces) : pcapFile(input.packets));
  return `seed ${seed}, iteration ${number} (npm run fuzz -- --seed ${seed} --only ${number}; input in ${path}):\n${problem}`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      iterations: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '300' },
      only: { type: 'string' },
    },
  });
  const corpus = await loadCorpus(positionals.length > 0 ? positionals : traces());
  const start = performance.now();
  const { ran, failures } = await fuzz(corpus, {
    seed: Number(values.seed),
    iterations: Number(values.iterations),
    seconds: Number(values.seconds),
    only: values.only === undefined ? undefined : Number(values.only),
  });
  const seconds = (performance.now() - start) / 1000;
  for (const failure of failures) process.stdout.write(`${failure}\n\n`);
  process.stdout.write(
    `seed ${values.seed}: ${ran} iterations over ${corpus.length} traces in ${seconds.toFixed(1)} s, ${failures.length} failed\n`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
