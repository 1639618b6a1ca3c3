import { describe, expect, test } from 'vitest';
import { at, flow } from '../testing/analysis/facts.ts';
import { association, Run } from '../testing/analysis/run.ts';

const ID = 'dicom.association-flood';
const PC = '10.0.0.9';
const PACS = '10.0.0.2';

/** Requests at an even rate. */
function ask(
  perSecond: number,
  seconds: number,
  { run = new Run(), from = 0, stored = false, source = PC } = {},
): Run {
  const on = flow(source, PACS);
  for (let i = 0; i < perSecond * seconds; i++) {
    const one = association('PACS', stored ? { accepted: true, messages: { 'C-STORE-RSP': 1 } } : {});
    const time = at(from + i / perSecond);
    run.event({ type: 'dicom.requested', association: one }, on, time);
    if (stored) run.event({ type: 'dicom.association', association: one }, on, time);
  }
  return run;
}

describe(ID, () => {
  test('thirty a second for three seconds', () => {
    expect(ask(30, 3).findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 90,
        source: { ip: PC },
        destination: { ip: PACS, port: 104 },
        summary: '10.0.0.9 flooded 10.0.0.2:104 with 90 association requests in 3 s, up to 30 in one second.',
      },
    ]);
  });

  test('two seconds are none, nor are twenty a second', () => {
    expect(ask(30, 2).findings(ID)).toEqual([]);
    expect(ask(20, 30).findings(ID)).toEqual([]);
  });

  test('three seconds that do not follow one another are none', () => {
    const run = new Run();
    for (const from of [0, 5, 10]) ask(30, 1, { run, from });
    expect(run.findings(ID)).toEqual([]);
  });

  test('every source by itself', () => {
    const run = new Run();
    for (let i = 0; i < 60; i++)
      for (let source = 0; source < 3; source++)
        run.event(
          { type: 'dicom.requested', association: association('PACS') },
          flow(`10.0.1.${source}`, PACS),
          at(i / 12),
        );
    expect(run.findings(ID)).toEqual([]);
  });

  test('it is told while it goes on, and when it stops', () => {
    const run = ask(30, 3);
    expect(run.told).toHaveLength(0);
    run.fact({ fact: 'flow', state: 'open' }, flow(PC, PACS), at(4));
    expect(run.told).toHaveLength(1);
    ask(30, 4, { run, from: 10 });
    expect(run.findings(ID)).toMatchObject([{ count: 210 }]);
  });

  test('an association for each image is work', () => {
    expect(ask(30, 10, { stored: true }).findings(ID)).toEqual([]);
  });

  test('a clock that goes back begins anew', () => {
    const run = ask(30, 2, { from: 100 });
    ask(30, 2, { run, from: 0 });
    expect(run.findings(ID)).toEqual([]);
  });

  test('sources are bounded', () => {
    const run = new Run();
    for (let i = 0; i < 20_000; i++) ask(1, 1, { run, source: `10.9.${i >> 8}.${i & 255}` });
    expect(ask(30, 3, { run, from: 10 }).findings(ID)).toHaveLength(1);
  });
});
