import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AnyEvent } from '../../dissectors/index.ts';
import { CaptureReader } from '../capture/reader.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Finding, FindingChange } from '../detections/finding.ts';
import { baselineText } from '../sinks/baseline-file.ts';
import { assetDocuments, findingDocument, sortedFindings } from '../sinks/documents.ts';
import { EveLog } from '../sinks/eve/eve.ts';
import { Exporter } from '../sinks/metrics/exporter.ts';
import { jsonDocument } from '../sinks/printable.ts';
import type { Sink } from '../sinks/sink.ts';
import { summarize } from '../sinks/summary.ts';
import { Tally } from '../sinks/tally.ts';
import { Baseline, type Learned } from '../trackers/baseline.ts';
import { feed, PacketKeeper } from './packets.ts';
import { Random } from './random.ts';
import { type Analysis, openAnalysis, readBytes, readInto } from './replay.ts';
import { traces } from './traces.ts';

/**
 * What a replay writes is the same to the byte however the packets came and however often they are read: every trace
 * with medical traffic, with detections that judge by a baseline too.
 */
const TRACES = traces().filter((path) => /^pcaps\/(hospital-day|(dicom|hl7|external)\/)/.test(path));

/** Writes down in memory what a folder of `--out` would hold. */
class Writer implements Sink {
  readonly tally = new Tally();
  readonly #eve: EveLog;
  readonly #lines: Buffer[] = [];
  /** What was told of findings while the packets came, in this order. */
  readonly #told: string[] = [];

  constructor() {
    this.#eve = new EveLog((bytes) => this.#lines.push(Buffer.from(bytes)));
  }

  event(event: AnyEvent, flow: Flow, time: number): void {
    this.tally.event(event, flow);
    this.#eve.event(event, flow, time);
  }

  fact(fact: Fact, flow: Flow | null, time: number): void {
    this.#eve.fact(fact, flow, time);
  }

  finding(finding: Finding, change: FindingChange, flow: Flow | null, time: number): void {
    this.#told.push(JSON.stringify([change, time, flow?.id ?? null, findingDocument(finding)]));
    this.#eve.finding(finding, change, flow, time);
  }

  async files(analysis: Analysis, error: string | null): Promise<Record<string, string>> {
    const summary = summarize(analysis, this.tally, []);
    const assets = assetDocuments(analysis.assets());
    const { last } = analysis.net();
    for (const asset of assets) this.#eve.asset(asset, last);
    this.#eve.stats(summary, last);
    this.#eve.flush();
    const exporter = new Exporter({
      results: analysis,
      tally: this.tally,
      inputs: [],
      version: '',
      maxAssets: 100,
    });
    return {
      'eve.json': Buffer.concat(this.#lines).toString('latin1'),
      'findings.json': jsonDocument(sortedFindings(analysis.findings()).map(findingDocument)),
      'order of findings': jsonDocument(analysis.findings().map(findingDocument)),
      told: this.#told.join('\n'),
      'assets.json': jsonDocument(assets),
      'summary.json': jsonDocument(summary),
      'metrics.prom': await exporter.text(),
      error: String(error),
    };
  }

  async close(): Promise<void> {}
}

type Delivery = (target: Analysis) => string | null | Promise<string | null>;

async function written(baseline: Baseline, deliver: Delivery): Promise<Record<string, string>> {
  const writer = new Writer();
  const analysis = openAnalysis(writer, { baseline });
  const error = await deliver(analysis);
  analysis.end();
  return {
    ...(await writer.files(analysis, error)),
    'normal.json': baselineText({
      learned: { from: null, to: null, seconds: 0 },
      ...baseline.learned(),
    }),
  };
}

/** The first line in which each of the files differs. */
function differences(a: Record<string, string>, b: Record<string, string>): string[] {
  return Object.keys(a).flatMap((name) => {
    if (a[name] === b[name]) return [];
    const other = b[name].split('\n');
    const index = a[name].split('\n').findIndex((line, i) => line !== other[i]);
    return [`${name}: line ${index + 1}: ${other[index]?.slice(0, 400)}`];
  });
}

/** Pieces of 1 to 9,000 bytes, small ones as often as large ones. */
function* pieces(bytes: Uint8Array, seed: number): Generator<Uint8Array> {
  const random = new Random(seed);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(random.oneIn(2) ? 9_000 : 20);
    yield bytes.slice(at, at + size);
    at += size;
  }
}

function keptPackets(bytes: Uint8Array): PacketKeeper {
  const keeper = new PacketKeeper();
  const reader = new CaptureReader(keeper);
  if (reader.push(bytes)) reader.end();
  return keeper;
}

let day: Learned;
beforeAll(async () => {
  const teacher = new Baseline({ learn: Number.POSITIVE_INFINITY });
  await written(teacher, (target) => readInto('pcaps/hospital-day.pcap', target));
  day = teacher.learned();
});

const BASELINES = {
  'learning all': () => new Baseline({ learn: Number.POSITIVE_INFINITY }),
  'judging by the day': () => new Baseline({ known: day.behaviours, leases: day.leases }),
  'judging by nothing': () => new Baseline({ known: [] }),
};

describe.each(TRACES)('%s', (path) => {
  test.each(Object.entries(BASELINES))('%s', async (_name, baseline) => {
    const bytes = readFileSync(path);
    const fromFile = await written(baseline(), (target) => readInto(path, target));
    const again = await written(baseline(), (target) => readInto(path, target));
    expect(differences(fromFile, again), 'read twice').toEqual([]);
    for (const seed of [1, 2]) {
      const piped = await written(baseline(), (target) => readBytes(pieces(bytes, seed), target));
      expect(differences(fromFile, piped), `through a pipe, seed ${seed}`).toEqual([]);
    }
    const { packets } = keptPackets(bytes);
    const live = await written(baseline(), (target) => {
      for (const packet of packets) feed([packet], target);
      return null;
    });
    expect(differences({ ...fromFile, error: 'null' }, live), 'packet by packet').toEqual([]);
    expect(fromFile['eve.json'].length).toBeGreaterThan(0);
  });
});

test('the day has findings, so that there is something to compare', async () => {
  const files = await written(new Baseline(), (target) => readInto('pcaps/hospital-day.pcap', target));
  expect(JSON.parse(files['findings.json']).length).toBeGreaterThan(10);
  expect(files.told.split('\n').length).toBeGreaterThan(10);
  expect(TRACES.length).toBeGreaterThan(70);
});
