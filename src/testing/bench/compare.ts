import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program under measurement: `{file}` and `{out}` (a fresh folder) in its arguments are filled in. */
export interface Program {
  readonly name: string;
  readonly argv: readonly string[];
}

export interface Sample {
  /** Wall clock of the whole process, seconds. */
  readonly seconds: number;
  /** Peak resident memory in megabytes (10^6 bytes); null where GNU time is not installed. */
  readonly megabytes: number | null;
}

export interface Result {
  readonly program: Program;
  readonly samples: readonly Sample[];
  /** Why there are no samples: not installed, or what it said when it failed. */
  readonly missing: string | null;
}

const TIME = '/usr/bin/time';
const TIMEOUT = 600_000;

/** Runs every program `runs` times on the file in turn (A B C A B C …), so that a slow spell hits them all. */
export function compare(programs: readonly Program[], file: string, runs: number): Result[] {
  const samples = programs.map(() => [] as Sample[]);
  const missing = programs.map((program): string | null =>
    installed(program.argv[0]) ? null : 'not installed',
  );
  warm(file);
  for (let run = 0; run < runs; run++) {
    programs.forEach((program, index) => {
      if (missing[index] !== null) return;
      const outcome = once(program, file);
      if (typeof outcome === 'string') missing[index] = outcome;
      else samples[index].push(outcome);
    });
  }
  return programs.map((program, index) => ({ program, samples: samples[index], missing: missing[index] }));
}

function once(program: Program, file: string): Sample | string {
  const folder = mkdtempSync(join(tmpdir(), 'auscult-run-'));
  try {
    const report = join(folder, 'time');
    const argv = program.argv.map((part) =>
      part.replace('{file}', file).replace('{out}', join(folder, 'out')),
    );
    const timed = existsSync(TIME) ? [TIME, '-f', '%M', '-o', report, ...argv] : argv;
    const start = process.hrtime.bigint();
    const child = spawnSync(timed[0], timed.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: TIMEOUT,
      maxBuffer: 64 << 20,
    });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (child.status !== 0) {
      const said = child.stderr.toString().trim().split('\n').at(-1) ?? '';
      return `failed (${child.signal ?? `exit ${child.status}`}): ${said}`;
    }
    const kilobytes = existsSync(report)
      ? Number(readFileSync(report, 'utf8').trim().split('\n').at(-1))
      : Number.NaN;
    return { seconds, megabytes: Number.isFinite(kilobytes) ? (kilobytes * 1024) / 1e6 : null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads the file once, so that the first program measured does not pay for the disk. */
function warm(file: string): void {
  const handle = openSync(file, 'r');
  const chunk = Buffer.allocUnsafe(4 << 20);
  while (readSync(handle, chunk) > 0);
  closeSync(handle);
}

export function installed(command: string): boolean {
  if (command.includes('/')) return existsSync(command);
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, command)));
}

/** The first `packets` packets of a classic little-endian pcap as a file of its own, made once. */
export function prefix(file: string, packets: number): string {
  const path = `${file}.first-${packets}.pcap`;
  if (existsSync(path)) return path;
  const handle = openSync(file, 'r');
  try {
    const header = Buffer.alloc(16);
    let at = 24;
    for (let i = 0; i < packets && readSync(handle, header, 0, 16, at) === 16; i++)
      at += 16 + header.readUInt32LE(8);
    const content = Buffer.allocUnsafe(at);
    const length = readSync(handle, content, 0, at, 0);
    writeFileSync(path, content.subarray(0, length));
  } finally {
    closeSync(handle);
  }
  return path;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Medians as a table; the last column says how many times the first program's time each took. */
export function table(results: readonly Result[]): string {
  const reference = results[0].samples.length
    ? median(results[0].samples.map((sample) => sample.seconds))
    : null;
  const rows = [['', 'seconds', 'spread', 'peak MB', `${results[0].program.name} is`]];
  for (const { program, samples, missing } of results) {
    if (samples.length === 0) {
      rows.push([program.name, missing ?? 'no runs', '', '', '']);
      continue;
    }
    const seconds = samples.map((sample) => sample.seconds);
    const memory = samples.flatMap((sample) => sample.megabytes ?? []);
    const time = median(seconds);
    rows.push([
      program.name,
      time.toFixed(2),
      `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}`,
      memory.length ? median(memory).toFixed(0) : '–',
      reference === null || program === results[0].program ? '' : ratio(reference, time),
    ]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How a time relates to another's: `0.55 × its time` below three times, else `312 × faster`. */
function ratio(time: number, other: number): string {
  return other > 3 * time
    ? `${(other / time).toFixed(other > 10 * time ? 0 : 1)} × faster`
    : `${(time / other).toFixed(2)} × its time`;
}
