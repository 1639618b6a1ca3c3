import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Swept } from './sweep.ts';
import { tool } from './tools.ts';

const folder = tool('captures', 'every real capture is replayed without exception, hang or growth');

/** Files of the medical kind outside `medical/`, and what they truly hold. */
const TRULY_MEDICAL: readonly RegExp[] = [/^medical\//];

/** What all files together may leave behind: shared tables, compiled code. */
const GROWTH_LIMIT = 16 << 20;

describe.runIf(folder)('real captures, one after another in one process', () => {
  let swept: Swept[] = [];
  let seconds = 0;
  let stderr = '';
  let code: number | null = null;

  beforeAll(async () => {
    const start = performance.now();
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/testing/sweep.ts', folder!], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const lines: Swept[] = [];
    for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line) as Swept);
    code = await ended;
    swept = lines;
    seconds = (performance.now() - start) / 1000;
  }, 300_000);

  test('all of them, to the end, without a hang', () => {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(swept.length).toBeGreaterThan(2_900);
    expect(seconds).toBeLessThan(240);
  });

  test('no exception', () => {
    const thrown = swept.filter(({ exception }) => exception !== null);
    expect(thrown.map(({ file, exception }) => `${file}: ${exception}`)).toEqual([]);
  });

  test('none takes long', () => {
    expect(swept.filter(({ ms }) => ms > 5_000).map(({ file, ms }) => `${file}: ${ms} ms`)).toEqual([]);
  });

  test('memory does not grow from file to file', () => {
    const measured = swept.flatMap(({ live }) => (live === undefined ? [] : [live]));
    expect(measured.length).toBeGreaterThan(10);
    // The first measurement precedes some of what is loaded once.
    expect(measured.at(-1)! - measured[1]).toBeLessThan(GROWTH_LIMIT);
  });

  test('most files hold packets that are read', () => {
    const read = swept.filter(({ packets }) => packets > 0);
    expect(read.length / swept.length).toBeGreaterThan(0.95);
  });

  test('nothing but medical traffic is called DICOM or HL7', () => {
    const wrong = swept
      .filter(({ file }) => !TRULY_MEDICAL.some((pattern) => pattern.test(file)))
      .filter(
        ({ events, services }) =>
          Object.keys(events).some((type) => /^(dicom|hl7)\./.test(type)) ||
          services.some((service) => /^(dicom|hl7) /.test(service)),
      );
    expect(wrong.map(({ file, events, services }) => ({ file, events, services }))).toEqual([]);
  });

  test('medical traffic is', () => {
    const medical = swept.filter(({ file }) => /^medical\/(HL7|dicom|ct_to_pacs)/.test(file));
    expect(medical.length).toBeGreaterThan(3);
    for (const { file, events } of medical)
      expect(
        Object.keys(events).filter((type) => /^(dicom|hl7)\./.test(type)),
        file,
      ).not.toEqual([]);
  });
});
