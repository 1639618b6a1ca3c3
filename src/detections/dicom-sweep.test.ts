import { describe, expect, test } from 'vitest';
import type { Association } from '../../dissectors/dicom/events.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { associate, association, Run, rejection } from '../testing/analysis/run.ts';
import { Baseline, type Known } from '../trackers/baseline.ts';

const ID = 'dicom.sweep';
const PC = '10.0.0.9';
const ECHO = {
  outcome: 'released',
  messages: { 'C-ECHO-RQ': 1, 'C-ECHO-RSP': 1 },
  statuses: { 'C-ECHO-RSP': { '0000': 1 } },
} as const;

/** One association with each of so many servers, so many seconds apart. */
function sweep(
  count: number,
  make: (i: number) => Association,
  { run = new Run(), every = 2, from = 0, source = PC } = {},
): Run {
  for (let i = 0; i < count; i++)
    associate(run, flow(source, `10.0.${1 + (i >> 8)}.${i & 255}`), make(i), at(from + i * every));
  return run;
}
const rejected = () => association('ANY-SCP', { rejection: rejection() });
const stored = (i: number) =>
  association(`WS${i}`, {
    accepted: true,
    outcome: 'released',
    messages: { 'C-STORE-RQ': 3, 'C-STORE-RSP': 3 },
  });

describe(ID, () => {
  test('five servers asked', () => {
    expect(sweep(5, rejected).findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 5,
        source: { ip: PC },
        destination: { ip: '10.0.1.0', port: 104 },
        summary:
          '10.0.0.9 asked 5 DICOM servers in 8 s, 10.0.1.0 first (all as "ANY-SCP"); 0 associations were accepted.',
        data: { servers: 5, called_ae_titles: ['ANY-SCP'] },
      },
    ]);
  });

  test('four are none, nor are five in more than five minutes', () => {
    expect(sweep(4, rejected).findings(ID)).toEqual([]);
    expect(sweep(5, rejected, { every: 80 }).findings(ID)).toEqual([]);
  });

  test('one server asked ten times is none', () => {
    const run = new Run();
    for (let i = 0; i < 10; i++) associate(run, flow(PC, '10.0.1.1'), rejected(), at(i));
    expect(run.findings(ID)).toEqual([]);
  });

  test('it goes on in one case, and begins anew after a pause', () => {
    const run = sweep(8, rejected);
    sweep(6, rejected, { run, from: 4000 });
    expect(run.findings(ID)).toMatchObject([{ count: 14, data: { servers: 8 } }]);
  });

  test('echoes that are answered are a sweep too, from a host that does nothing else', () => {
    const echo = (i: number) => association(`WS${i}`, { accepted: true, ...ECHO });
    // A monitoring system knows each by its name.
    expect(sweep(5, echo).findings(ID)).toMatchObject([{ severity: 'medium' }]);
    expect(sweep(5, echo, { source: '203.0.113.7' }).findings(ID)).toMatchObject([{ severity: 'high' }]);
    const anyScp = () => association('ANY-SCP', { accepted: true, ...ECHO });
    expect(sweep(5, anyScp).findings(ID)).toMatchObject([{ severity: 'high' }]);
    // One that hangs was known before; a lost packet and a capture of one direction show nothing.
    const hung = (i: number) => (i === 2 ? association('WS2', { accepted: true }) : echo(i));
    expect(sweep(5, hung).findings(ID)).toMatchObject([{ severity: 'high' }]);
    const before = sweep(4, echo);
    expect(sweep(5, hung, { run: before, from: 20 }).findings(ID)).toMatchObject([{ severity: 'medium' }]);
    const lost = new Run();
    for (let i = 0; i < 6; i++) {
      const on = flow(
        PC,
        `10.0.1.${i}`,
        104,
        i === 2 ? { missedBytes: 9 } : i === 3 ? { bothSides: false } : {},
      );
      associate(lost, on, i === 2 || i === 3 ? association(`WS${i}`) : echo(i), at(i));
    }
    expect(lost.findings(ID)).toMatchObject([{ severity: 'medium' }]);
    const one = (i: number) => (i === 2 ? association('WS2', { rejection: rejection() }) : echo(i));
    expect(sweep(5, one).findings(ID)).toMatchObject([{ severity: 'high' }]);
  });

  const proposing = (i: number) =>
    association(`WS${i}`, {
      accepted: true,
      outcome: 'released',
      contexts: [
        {
          id: 1,
          abstractSyntax: '1.2.840.10008.5.1.4.1.1.2',
          transferSyntaxes: [],
          result: 0,
          transferSyntax: '',
          inferred: false,
        },
      ],
    });

  test('proposing storage hides nothing, when nothing is stored and nothing ever was', () => {
    expect(sweep(5, proposing).findings(ID)).toMatchObject([{ severity: 'high' }]);
    const archive = new Run();
    associate(archive, flow(PC, '10.0.9.1'), stored(0), at(0));
    expect(sweep(9, proposing, { run: archive, from: 1 }).findings(ID)).toEqual([]);
    const lost = new Run();
    for (let i = 0; i < 9; i++)
      associate(lost, flow(PC, `10.0.1.${i}`, 104, { missedBytes: 9 }), proposing(i), at(i));
    expect(lost.findings(ID)).toEqual([]);
  });

  const queried = () => association('ANY', { accepted: true, messages: { 'C-FIND-RQ': 1, 'C-FIND-RSP': 1 } });

  test('queries of many servers are none, but by who guesses titles', () => {
    expect(sweep(9, queried).findings(ID)).toEqual([]);
    const guessing = new Run();
    for (let i = 0; i < 5; i++)
      associate(guessing, flow(PC, '10.0.9.1'), association(`G${i}`, { rejection: rejection() }), at(i));
    expect(sweep(5, queried, { run: guessing, from: 10 }).findings(ID)).toMatchObject([{ severity: 'high' }]);
    expect(sweep(9, stored, { run: new Run() }).findings(ID)).toEqual([]);
  });

  test('an archive that forwards images, or fails to, is none', () => {
    expect(sweep(9, stored).findings(ID)).toEqual([]);
    const storage = [
      {
        id: 1,
        abstractSyntax: '1.2.840.10008.5.1.4.1.1.2',
        transferSyntaxes: [],
        result: null,
        transferSyntax: '',
        inferred: false,
      },
    ];
    expect(sweep(9, (i) => association(`WS${i}`, { contexts: storage })).findings(ID)).toEqual([]);
  });

  test('an archive looks whether those it knows are up', () => {
    const run = new Run();
    associate(run, flow(PC, '10.0.9.9'), stored(0), at(0));
    sweep(9, (i) => association(`WS${i}`, { accepted: true, ...ECHO }), { run, from: 10 });
    expect(run.findings(ID)).toEqual([]);
    // Who asks all by one name does not know them.
    sweep(9, () => association('ANY-SCP', { accepted: true, ...ECHO }), { run, from: 600 });
    expect(run.findings(ID)).toHaveLength(1);
  });

  test('the baseline decides where there is one', () => {
    const known = (i: number): Known => ({
      behaviour: 'association',
      source: PC,
      destination: `10.0.1.${i}`,
      value: 'SCU>ANY-SCP',
      count: 1,
      firstSeen: 0,
      lastSeen: 0,
      most: 0,
    });
    const baseline = () => new Baseline({ known: [0, 1, 2].map(known) });
    expect(sweep(7, rejected, { run: new Run({ baseline: baseline() }) }).findings(ID)).toEqual([]);
    expect(sweep(8, rejected, { run: new Run({ baseline: baseline() }) }).findings(ID)).toMatchObject([
      { data: { servers: 5 } },
    ]);
    const query = (i: number) =>
      association(`A${i}`, { accepted: true, outcome: 'released', messages: { 'C-FIND-RQ': 1 } });
    expect(sweep(5, query).findings(ID)).toEqual([]);
    expect(sweep(5, query, { run: new Run({ baseline: baseline() }) }).findings(ID)).toHaveLength(1);
    expect(sweep(9, stored, { run: new Run({ baseline: baseline() }) }).findings(ID)).toEqual([]);
  });

  test('names and sources are bounded', () => {
    const [found] = sweep(2000, (i) => association(`T${i}`), { every: 0.1 }).findings(ID);
    expect(found.count).toBe(2000);
    expect(found.data.servers).toBe(256);
    expect(JSON.stringify(found.data).length).toBeLessThan(2000);
    const run = new Run();
    for (let i = 0; i < 10_000; i++) sweep(1, rejected, { run, source: `10.9.${i >> 8}.${i & 255}` });
    expect(run.findings(ID)).toEqual([]);
  });
});
