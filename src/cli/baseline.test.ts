import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConfigFile } from '../config/shape.ts';
import type { BehaviourFact } from '../core/facts.ts';
import { HOUR, SECOND } from '../core/time.ts';
import { baselineText } from '../sinks/baseline-file.ts';
import { OutputError } from '../sinks/output-error.ts';
import type { Results } from '../sinks/results.ts';
import { finding, flow, results, T0 } from '../sinks/samples.ts';
import { type BaselineOptions, ReplayBaseline } from './baseline.ts';
import { UsageError } from './complain.ts';

let base = '';
const at = (name: string) => join(base, name);
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'auscult-baseline-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const DETECTIONS = [
  { meta: { id: 'dicom.malformed' } },
  { meta: { id: 'dicom.new-association', baseline: 'needed' } },
  { meta: { id: 'dicom.bulk-retrieve', baseline: 'more' } },
  { meta: { id: 'dicom.sweep', baseline: 'less' } },
  { meta: { id: 'hl7.unexpected-message-type', baseline: 'needed' } },
] as const;
const open = (options: BaselineOptions, config: ConfigFile = {}) =>
  ReplayBaseline.open(options, config, DETECTIONS);

const one = flow(1, '10.0.0.5', '10.0.0.9', 104);
const association = (value: string): BehaviourFact => ({
  fact: 'behaviour',
  side: 'client',
  behaviour: 'association',
  value,
});

/** Results of a capture with nothing found. */
const quiet = (more: Partial<Results> = {}): Results => results({ findings: () => [], ...more });

/** A baseline of one association, as a run writes it. */
async function teach(name: string, value: string, given?: string): Promise<void> {
  const run = await open({ writeBaseline: at(name), baseline: given === undefined ? undefined : at(given) });
  run.baseline.fact(association(value), one, T0);
  await run.conclude(quiet());
}

const valuesIn = (name: string): string[] =>
  JSON.parse(readFileSync(at(name), 'utf8')).behaviours.map(({ value }: { value: string }) => value);

describe('writing one', () => {
  test('what was learned, whole and under its name only at the end', async () => {
    const run = await open({ writeBaseline: at('normal.json') });
    run.baseline.fact(association('A>B'), one, T0);
    expect(readdirSync(base)).toEqual([`.normal.json.${process.pid}.tmp`]);
    await run.conclude(quiet());
    expect(readdirSync(base)).toEqual(['normal.json']);
    expect(valuesIn('normal.json')).toEqual(['A>B']);
    expect(run.warnings(quiet(), false)).toEqual([]);
  });

  test('nothing stays when the run fails, and the one from before is as it was', async () => {
    await teach('normal.json', 'A>B');
    const run = await open({ writeBaseline: at('normal.json') });
    run.baseline.fact(association('C>D'), one, T0);
    run.discard();
    expect(readdirSync(base)).toEqual(['normal.json']);
    expect(valuesIn('normal.json')).toEqual(['A>B']);
  });

  test('the same twice is the same bytes', async () => {
    await teach('one.json', 'A>B');
    await teach('two.json', 'A>B');
    expect(readFileSync(at('one.json'))).toEqual(readFileSync(at('two.json')));
  });

  test('adds to a given one, also in its place, and says how much was new', async () => {
    await teach('normal.json', 'A>B');
    await teach('normal.json', 'C>D', 'normal.json');
    expect(valuesIn('normal.json')).toEqual(['A>B', 'C>D']);
    const { learned } = JSON.parse(readFileSync(at('normal.json'), 'utf8'));
    const once = results().net();
    expect(learned.seconds).toBeCloseTo((2 * (once.last - once.first)) / SECOND);

    const run = await open({ writeBaseline: at('more.json'), baseline: at('normal.json') });
    for (const value of ['A>B', 'E>F']) run.baseline.fact(association(value), one, T0);
    expect(run.notes(quiet())[0]).toMatch(
      /^all was learned as normal into .*more\.json \(3 behaviours, 1 of them new\), so it was not judged: dicom\.new-association, hl7\.unexpected-message-type; in part dicom\.bulk-retrieve$/,
    );
    expect(run.baseline.state).toBe('learning');
    run.discard();
  });

  test('through a link: the file that it points to', async () => {
    await teach('normal.json', 'A>B');
    symlinkSync(at('normal.json'), at('link.json'));
    await teach('link.json', 'C>D');
    expect(valuesIn('normal.json')).toEqual(['C>D']);
  });

  test('whatever is there and is no baseline stays', async () => {
    writeFileSync(at('day.pcap'), Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0));
    writeFileSync(at('empty'), '');
    mkdirSync(at('folder'));
    for (const path of [at('day.pcap'), '/dev/null', ''])
      await expect(open({ writeBaseline: path })).rejects.toThrow(UsageError);
    await expect(open({ writeBaseline: at('folder') })).rejects.toThrow(OutputError);
    await expect(open({ writeBaseline: at('none/normal.json') })).rejects.toThrow(/there is no such folder$/);
    await expect(open({ writeBaseline: at('empty/normal.json') })).rejects.toThrow(
      /a part of the path is a file$/,
    );
    (await open({ writeBaseline: at('empty') })).discard();
    expect(readdirSync(base).sort()).toEqual(['day.pcap', 'empty', 'folder']);
  });

  test('what makes it worth less is told', async () => {
    const run = await open({ writeBaseline: at('normal.json') });
    const view = quiet({
      findings: () => [finding({ severity: 'critical' }), finding({ severity: 'medium' })],
    });
    expect(run.warnings(view, true)).toEqual([
      expect.stringMatching(
        /normal\.json: what was done there was learned as normal too: phi\.cleartext-dicom 10\.0\.0\.5 → 10\.0\.0\.9$/,
      ),
      expect.stringMatching(/learned only from what could be read$/),
      expect.stringMatching(/nothing was learned: by this baseline everything is new$/),
    ]);
    for (let i = 0; i < 20_000; i++) run.baseline.fact(association(`A${i}>B`), one, T0);
    expect(run.warnings(quiet(), false)).toEqual([
      expect.stringMatching(/: 3,616 behaviours found no room among 65,536: they will be new$/),
    ]);
    run.discard();
  });
});

describe('using one', () => {
  test('judges from the first packet on, whatever learn: says', async () => {
    await teach('normal.json', 'A>B');
    const run = await open({ baseline: at('normal.json') }, { learn: '7d' });
    expect(run.baseline.state).toBe('judging');
    run.baseline.fact(association('A>B'), one, T0);
    run.baseline.fact(association('C>D'), one, T0);
    expect(run.baseline.judged).toEqual({ times: 2, fresh: 1, familiar: true });
    expect(run.warnings(quiet(), false)).toEqual([]);
    expect(run.notes(quiet())).toEqual([]);
  });

  test('one that does not fit the capture is told of', async () => {
    await teach('normal.json', 'A>B');
    const run = await open({ baseline: at('normal.json') });
    run.baseline.fact(association('C>D'), flow(2, '10.7.0.5', '10.7.0.9', 104), T0);
    const net = { ...results().net(), first: results().net().first - HOUR };
    expect(run.warnings(quiet({ net: () => net }), false)).toEqual([
      expect.stringMatching(/none of the addresses that were seen is in it: is it of another network\?$/),
      expect.stringMatching(
        /learned from 20\S+Z on, and the capture begins before: what ended until then is new$/,
      ),
    ]);
  });

  test('an empty one is told of', async () => {
    writeFileSync(
      at('none.json'),
      baselineText({ learned: { from: null, to: null, seconds: 0 }, behaviours: [], leases: new Map() }),
    );
    const run = await open({ baseline: at('none.json') });
    expect(run.baseline.state).toBe('judging');
    expect(run.warnings(quiet(), false)).toEqual([
      expect.stringMatching(/none\.json: nothing was learned: everything is new$/),
    ]);
  });

  test('one that cannot be used is named, with what is wrong', async () => {
    writeFileSync(at('broken.json'), '{"version":1,"behaviours":[1],"learned":{}}');
    writeFileSync(at('later.json'), '{"version":7,"behaviours":[]}');
    for (const [path, message] of [
      [at('missing.json'), /^cannot read the baseline .*missing\.json: there is no such file$/],
      [base, /^cannot read the baseline .*: it is a folder$/],
      [
        at('broken.json'),
        /broken\.json cannot be used as a baseline: learned\.from: expected a time; and \d more$/,
      ],
      [
        at('later.json'),
        /later\.json cannot be used as a baseline: it has version 7, which a later auscult wrote/,
      ],
    ] as const) {
      await expect(open({ baseline: path })).rejects.toThrow(UsageError);
      await expect(open({ baseline: path })).rejects.toThrow(message);
    }
    // The other file was not begun.
    await expect(open({ baseline: at('later.json'), writeBaseline: at('new.json') })).rejects.toThrow();
    expect(readdirSync(base).sort()).toEqual(['broken.json', 'later.json']);
  });
});

describe('without one', () => {
  test('what is not judged is named, but for what does not run', async () => {
    const run = await open({}, { detections: { 'dicom.new-association': { enabled: false } } });
    expect(run.baseline.state).toBe('none');
    expect(run.warnings(quiet(), false)).toEqual([]);
    expect(run.notes(quiet())).toEqual([
      'not judged, for want of a baseline: hl7.unexpected-message-type; in part dicom.bulk-retrieve. A capture of days that you trust teaches one: replay it with --write-baseline normal.json, then others with --baseline normal.json',
    ]);
    expect((await ReplayBaseline.open({}, {}, [])).notes(quiet())).toEqual([]);
  });

  test('learn: a capture shorter than it is not judged, which is said; a longer one is', async () => {
    const short = await open({}, { learn: '7d' });
    short.baseline.tick(T0);
    expect(short.notes(quiet())[0]).toMatch(
      /^not judged, for the capture ends after 90 s and learn: asks for 7 d: dicom\.new-association, /,
    );
    const long = await open({}, { learn: '1h' });
    long.baseline.tick(T0);
    long.baseline.tick(T0 + HOUR);
    expect(long.baseline.state).toBe('judging');
    expect(long.notes(quiet())[0]).toMatch(
      /^learned for 1 h, and not judged until then: dicom\.new-association/,
    );
    expect((await open({}, { learn: '0s' })).baseline.state).toBe('none');
  });
});

describe('on the command line', () => {
  function auscult(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'src/main.ts', 'replay', ...args],
      { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
    );
    return { status, stdout, stderr };
  }
  const TRACE = 'pcaps/dicom/echo.pcap';

  test('one run teaches, the next judges; summary and exit status are none of its business', () => {
    const plain = auscult('--format', 'json', '--quiet', TRACE);
    const taught = auscult('--format', 'json', '--quiet', '--write-baseline', at('normal.json'), TRACE);
    const judged = auscult('--format', 'json', '--quiet', '--baseline', at('normal.json'), TRACE);
    for (const run of [taught, judged]) expect(run).toEqual(plain);
    expect(JSON.parse(readFileSync(at('normal.json'), 'utf8'))).toMatchObject({
      version: 1,
      learned: { from: JSON.parse(plain.stdout).capture.first },
    });
  });

  test("of a damaged capture it is written and told, and the status is the capture's", () => {
    writeFileSync(at('cut.pcap'), readFileSync(TRACE).subarray(0, 900));
    const run = auscult('--write-baseline', at('normal.json'), at('cut.pcap'));
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/warning: .*normal\.json: learned only from what could be read\n/);
    expect(run.stdout).toContain('all was learned as normal into');
    expect(existsSync(at('normal.json'))).toBe(true);
  });

  test('of a capture that is not there nothing is written, nor of a folder that cannot be', () => {
    for (const wrong of [['/no/such/file'], ['--out', '/proc/x', TRACE]]) {
      const run = auscult('--write-baseline', at('normal.json'), ...wrong);
      expect(run.status).toBe(2);
      expect(readdirSync(base)).toEqual([]);
    }
  });

  test('a capture typed in the place of the file is not lost', () => {
    writeFileSync(at('day.pcap'), readFileSync(TRACE));
    const run = auscult('--write-baseline', at('day.pcap'), TRACE);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/day\.pcap: that is there and is no baseline; it stays as it is\n/);
    expect(readFileSync(at('day.pcap'))).toEqual(readFileSync(TRACE));
  });
});
