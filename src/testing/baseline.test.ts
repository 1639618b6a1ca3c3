import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HOUR } from '../core/time.ts';
import type { Finding } from '../detections/finding.ts';
import { DETECTIONS } from '../detections/index.ts';
import { baselineText, parseBaseline } from '../sinks/baseline-file.ts';
import { Baseline, type BaselineOptions, MOST_BEHAVIOURS } from '../trackers/baseline.ts';
import { EventRecorder } from './record.ts';
import { openAnalysis, readInto } from './replay.ts';

/** A good day teaches, and what comes after is judged by it: through the whole product, over the traces. */
const DAY = 'pcaps/hospital-day.pcap';

async function replay(
  paths: readonly string[],
  options: BaselineOptions,
): Promise<{ baseline: Baseline; findings: readonly Finding[] }> {
  const baseline = new Baseline(options);
  const analysis = openAnalysis(new EventRecorder(), { baseline });
  for (const path of paths) await readInto(path, analysis);
  analysis.end();
  return { baseline, findings: analysis.findings() };
}

async function taught(...paths: string[]): Promise<string> {
  const { baseline } = await replay(paths, { learn: Number.POSITIVE_INFINITY });
  return baselineText({ learned: { from: null, to: null, seconds: 0 }, ...baseline.learned() });
}

function by(text: string): BaselineOptions {
  const { behaviours, leases } = parseBaseline(Buffer.from(text), MOST_BEHAVIOURS);
  return { known: behaviours, leases };
}

const NEEDED = new Set(
  DETECTIONS.filter(({ meta }) => meta.baseline === 'needed').map(({ meta }) => meta.id),
);
const needing = (findings: readonly Finding[]) =>
  findings.filter(({ detection }) => NEEDED.has(detection)).map(({ summary }) => summary);

describe('a day that teaches', () => {
  test('is judged to have nothing new in it, and without it nothing is judged', async () => {
    const text = await taught(DAY);
    const { baseline, findings } = await replay([DAY], by(text));
    expect(baseline.judged.times).toBeGreaterThan(30);
    expect(baseline.judged.fresh).toBe(0);
    expect(needing(findings)).toEqual([]);
    const without = await replay([DAY], {});
    expect(without.baseline.judged.times).toBe(0);
    expect(needing(without.findings)).toEqual([]);
  });

  test('is written the same however often it is learned', async () => {
    expect(await taught(DAY)).toBe(await taught(DAY));
  });

  test('an ordinary retrieve is known by it, and an office computer that asks for everyone is not', async () => {
    const text = await taught(DAY);
    const ordinary = await replay(['pcaps/dicom/move.pcap'], by(text));
    expect(ordinary.baseline.judged.times).toBeGreaterThan(0);
    expect(ordinary.baseline.judged.fresh).toBe(0);
    const odd = await replay(['pcaps/dicom/find-everyone.pcap'], by(text));
    expect(odd.baseline.judged.fresh).toBeGreaterThan(0);
    const both = await replay([DAY, 'pcaps/dicom/find-everyone.pcap'], by(text));
    expect(both.baseline.judged.fresh).toBe(odd.baseline.judged.fresh);
  });

  test('learned together and one upon the other, two captures give the same behaviours', async () => {
    const other = 'pcaps/dicom/find-everyone.pcap';
    const together = await taught(DAY, other);
    const first = await taught(DAY);
    const { baseline } = await replay([other], { ...by(first), learn: Number.POSITIVE_INFINITY });
    const names = (text: string) =>
      JSON.parse(text).behaviours.map(
        ({ behaviour, source, destination, value }: Record<string, unknown>) =>
          `${behaviour} ${source} ${destination} ${value}`,
      );
    const upon = baselineText({ learned: { from: null, to: null, seconds: 0 }, ...baseline.learned() });
    expect(names(upon)).toEqual(names(together));
    expect(names(upon).length).toBeGreaterThan(names(first).length);
  });

  test('the first hours of it teach, the rest is judged', async () => {
    const whole = await replay([DAY], { learn: Number.POSITIVE_INFINITY });
    const { baseline } = await replay([DAY], { learn: 2 * HOUR });
    expect(baseline.state).toBe('judging');
    expect(baseline.size).toBeGreaterThan(0);
    expect(baseline.size).toBeLessThan(whole.baseline.size);
    expect(baseline.judged.fresh).toBeGreaterThan(0);
    expect((await replay([DAY], { learn: 11 * HOUR })).baseline.state).toBe('learning');
  });
});

describe('a quiet day that teaches', () => {
  const judged = async (trace: string) => {
    const { findings } = await replay([trace], by(await taught('pcaps/quiet-day.pcap')));
    return needing(findings);
  };

  test('makes nothing new of another day’s work, but what is planted in it', async () => {
    expect(await judged(DAY)).toEqual([
      'New from 84.205.75.66 (NL) to PACS 10.20.2.10:104 since the baseline was learned: an association of "ECHOSCU" calling "ARCHIVE1" and 1 more, "C-ECHO 1.2.840.10008.1.1" and "C-FIND 1.2.840.10008.5.1.4.1.2.2.1".',
      'New from 10.20.5.99 to PACS 10.20.2.10:104 since the baseline was learned: an association of "ECHOSCU" calling "ARCHIVE1" and "C-ECHO 1.2.840.10008.1.1".',
    ]);
  });

  test('knows the types that a sender sends: documents of the same sender are another', async () => {
    expect(await judged('pcaps/hl7/adt.pcap')).toEqual([]);
    expect(await judged('pcaps/hl7/large.pcap')).toEqual([
      '10.20.3.20 sent "MDM^T02" as "ZZSCAN|ZZTESTHOSP" to integration engine 10.20.3.10:2575: while the baseline was learned it never sent it that.',
    ]);
  });
});

test('a detection that asks the baseline says so, for the page that tells what was not judged', () => {
  const asks = DETECTIONS.filter(({ meta }) => {
    const file = `src/detections/${meta.id.replaceAll('.', '-')}.ts`;
    return /\bbaseline\.(judge|most|destinations|state)\b/.test(readFileSync(file, 'utf8'));
  });
  const says = DETECTIONS.filter(({ meta }) => meta.baseline !== undefined);
  expect(says.map(({ meta }) => meta.id)).toEqual(asks.map(({ meta }) => meta.id));
});
