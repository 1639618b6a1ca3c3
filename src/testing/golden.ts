/**
 * `npm run golden`: compares what auscult says of every trace under `pcaps` with the events kept beside it,
 * and tells the differences. `npm run golden -- --update [NAME…]` writes them anew: read the diff before it
 * is committed. NAME is any part of a trace's path.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { recordEvents } from './record.ts';
import { sourceFiles } from './sources.ts';
import { goldenOf, traces } from './traces.ts';

/** Differences shown before the rest is only counted. */
const SHOWN = 12;

/** Golden files that belong to no trace. */
export function orphans(): string[] {
  const wanted = new Set(traces().map(goldenOf));
  return sourceFiles('.events.jsonl').filter((path) => !wanted.has(path));
}

/** What differs between the golden events and `actual`, for a reader; [] when they are the same. */
export function difference(golden: readonly string[], actual: readonly string[]): string[] {
  let start = 0;
  while (start < golden.length && start < actual.length && golden[start] === actual[start]) start++;
  let goldenEnd = golden.length;
  let actualEnd = actual.length;
  while (goldenEnd > start && actualEnd > start && golden[goldenEnd - 1] === actual[actualEnd - 1]) {
    goldenEnd--;
    actualEnd--;
  }
  if (start === goldenEnd && start === actualEnd) return [];
  const told: string[] = [];
  let more = 0;
  const tell = (lines: string[]): void => {
    if (told.length < SHOWN * 3) told.push(...lines);
    else more++;
  };
  // An event that only moved, or that one more precedes, is not a difference of its own.
  const missing = count(golden.slice(start, goldenEnd));
  const extra: string[] = [];
  for (const line of actual.slice(start, actualEnd)) {
    const left = missing.get(line) ?? 0;
    if (left > 0) missing.set(line, left - 1);
    else extra.push(line);
  }
  const gone = [...missing].flatMap(([line, times]) => Array<string>(times).fill(line));
  const successors = new Map<string, string[]>();
  for (const line of extra) {
    const key = identity(line);
    successors.set(key, [...(successors.get(key) ?? []), line]);
  }
  for (const line of gone) {
    const successor = successors.get(identity(line))?.shift();
    if (successor !== undefined) tell(changes(line, successor));
    else tell([`- ${line}`]);
  }
  for (const line of [...successors.values()].flat()) tell([`+ ${line}`]);
  if (gone.length === 0 && extra.length === 0)
    told.push(`the same events in another order from line ${start + 1}`);
  if (more > 0) told.push(`… and ${more} more`);
  return told;
}

function count(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** Two lines of one identity tell of the same thing, perhaps in different words. */
function identity(line: string): string {
  const value = parse(line);
  if (value === null) return line;
  return 'end' in value ? 'end' : `${value.time} ${value.flow} ${value.type ?? value.fact}`;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Field by field, where two events of one identity differ. */
function changes(before: string, after: string): string[] {
  const lines = [`~ ${identity(before)}`];
  const walk = (path: string, from: unknown, to: unknown): void => {
    if (JSON.stringify(from) === JSON.stringify(to)) return;
    if (isRecord(from) && isRecord(to)) {
      for (const key of new Set([...Object.keys(from), ...Object.keys(to)]))
        walk(`${path}.${key}`, from[key], to[key]);
      return;
    }
    lines.push(`    ${path.slice(1)}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`);
  };
  walk('', parse(before), parse(after));
  return lines;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The lines of a golden file; null when there is none. */
export function readGolden(path: string): string[] | null {
  if (!existsSync(path)) return null;
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const update = args.includes('--update');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const chosen = traces().filter((trace) => names.length === 0 || names.some((name) => trace.includes(name)));
  let differing = 0;
  for (const trace of chosen) {
    const path = goldenOf(trace);
    const actual = await recordEvents(trace);
    const golden = readGolden(path);
    const told = golden === null ? [`${path} does not exist`] : difference(golden, actual);
    if (told.length === 0) continue;
    differing++;
    print(`${trace}:`);
    for (const line of told) print(`  ${line}`);
    if (update) {
      writeFileSync(path, `${actual.join('\n')}\n`);
      print(`  written: ${path}, ${actual.length} lines`);
    }
  }
  for (const path of orphans()) {
    print(`${path} belongs to no trace${update ? ': removed' : ''}`);
    if (update) rmSync(path);
    else differing++;
  }
  print(`${chosen.length} traces, ${differing} ${update ? 'updated' : 'differing'}`);
  if (differing > 0 && !update) {
    print('If the new events are right: npm run golden -- --update');
    process.exitCode = 1;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
