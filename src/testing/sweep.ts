/**
 * `tsx src/testing/sweep.ts FOLDER [PART…]`: every capture under a folder (those whose path contains a PART)
 * through the whole pipeline, in one process, so that memory kept from file to file shows. Prints one JSON line a file:
 * what was seen and what went wrong. `samples` holds messages and objects, not captures. A file that hangs ends the process with its name on stderr.
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { AnyEvent } from '../../dissectors/index.ts';
import type { Sink } from '../sinks/sink.ts';
import { liveBytes } from './heap.ts';
import { openAnalysis, readInto } from './replay.ts';
import { Watchdog } from './watchdog.ts';

/** The largest file takes a fraction of a second. */
const HANG_MS = 15_000;
/** Files between two measurements of memory, which cost a collection each. */
const MEASURE_EVERY = 250;

const CAPTURE = /\.(pcap|pcapng|cap|snoop|dump|ntar)(\.gz|\.zst)?$|\.(gz|zst)$/i;

export interface Swept {
  file: string;
  ms: number;
  packets: number;
  /** Events by type. */
  events: Record<string, number>;
  /** Services seen, such as `dicom 104 answered`. */
  services: string[];
  /** The reader's own error: a damaged file. */
  error: string | null;
  /** An exception that should not have been. */
  exception: string | null;
  /** Bytes alive, where they were measured. */
  live?: number;
}

class Counter implements Sink {
  readonly events: Record<string, number> = {};
  readonly services = new Set<string>();

  event(event: AnyEvent): void {
    this.events[event.type] = (this.events[event.type] ?? 0) + 1;
  }

  fact: Sink['fact'] = (fact, flow) => {
    if (fact.fact === 'service') this.services.add(`${fact.protocol} ${flow?.server.port} ${fact.state}`);
  };

  async close(): Promise<void> {}
}

function captures(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'samples' ? [] : captures(path);
      return CAPTURE.test(entry.name) ? [path] : [];
    });
}

async function sweep(path: string, name: string): Promise<Swept> {
  const start = performance.now();
  const counter = new Counter();
  const analysis = openAnalysis(counter);
  let error: string | null = null;
  let exception: string | null = null;
  try {
    error = await readInto(path, analysis);
    analysis.end();
  } catch (thrown) {
    exception = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  return {
    file: name,
    ms: Math.round(performance.now() - start),
    packets: analysis.net().packets,
    events: counter.events,
    services: [...counter.services],
    error,
    exception,
  };
}

const [folder, ...parts] = process.argv.slice(2);
const watchdog = new Watchdog(HANG_MS);
const files = captures(folder).filter(
  (path) => parts.length === 0 || parts.some((part) => path.includes(part)),
);
for (const [index, path] of files.entries()) {
  const name = relative(folder, path);
  watchdog.at(name);
  const swept = await sweep(path, name);
  if (index % MEASURE_EVERY === 0 || index === files.length - 1) swept.live = await liveBytes();
  process.stdout.write(`${JSON.stringify(swept)}\n`);
}
await watchdog.stop();
