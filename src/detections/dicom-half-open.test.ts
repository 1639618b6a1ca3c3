import { describe, expect, test } from 'vitest';
import type { Flow } from '../core/flow.ts';
import { at, flow, service } from '../testing/analysis/facts.ts';
import { association, Run } from '../testing/analysis/run.ts';

const ID = 'dicom.half-open';
const PC = '10.0.0.9';
const PACS = '10.0.0.2';
const IDLE = { bytesToServer: 0, bytesToClient: 0 };

/** Connections that are established and say nothing; `then` tells what becomes of each. */
function connect(
  count: number,
  then: (run: Run, on: Flow, seconds: number) => void = () => {},
  { run = new Run(), port = 104, from = 0, more = {} as object, client = PC } = {},
): Run {
  for (let i = 0; i < count; i++) {
    const on = flow(client, PACS, port, { ...IDLE, ...more });
    const seconds = from + i / 10;
    run.fact({ fact: 'flow', state: 'established' }, on, at(seconds));
    then(run, on, seconds);
  }
  return run;
}

/** Time goes on by an unrelated packet. */
const wait = (run: Run, until: number): Run =>
  run.fact({ fact: 'flow', state: 'open' }, flow(PC, '10.0.7.7', 80), at(until));

describe(ID, () => {
  test('fifty connections that ask for nothing', () => {
    const run = connect(50);
    expect(wait(run, 29).told).toEqual([]);
    expect(wait(run, 36).findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 50,
        source: { ip: PC },
        destination: { ip: PACS, port: 104 },
        data: { connections_without_request: 50, requests_without_answer: 0 },
      },
    ]);
    expect(run.findings(ID)[0].summary).toContain(
      'opened 50 connections without asking for anything in 30 s to 10.0.0.2:104',
    );
  });

  test('49 are none', () => {
    expect(wait(connect(49), 60).findings(ID)).toEqual([]);
  });

  test('a health check closes what it opens', () => {
    const run = connect(200, (to, on, seconds) =>
      to.fact({ fact: 'flow', state: 'end', how: 'fin' }, on, at(seconds)),
    );
    expect(wait(run, 60).findings(ID)).toEqual([]);
  });

  test('who asks is not half open', () => {
    const run = connect(200, (to, on, seconds) =>
      to.event({ type: 'dicom.requested', association: association('PACS') }, on, at(seconds)),
    );
    expect(wait(run, 60).findings(ID)).toEqual([]);
  });

  test.each([
    ['joined in the middle', { midstream: true }],
    ['of which the capture missed bytes', { missedBytes: 100 }],
    ['where the server speaks', { bytesToClient: 40 }],
    ['of another protocol', { protocol: 'tls' }],
  ])('silent about connections %s', (_what, more) => {
    expect(wait(connect(60, undefined, { more }), 60).findings(ID)).toEqual([]);
  });

  test('on other ports, where DICOM was answered', () => {
    expect(wait(connect(60, undefined, { port: 5000 }), 60).findings(ID)).toEqual([]);
    const asked = new Run().fact(service('asked'), flow('10.0.0.3', PACS, 5000));
    expect(wait(connect(60, undefined, { port: 5000, run: asked }), 60).findings(ID)).toEqual([]);
    const answered = new Run().fact(service('answered'), flow('10.0.0.3', PACS, 5000));
    expect(wait(connect(60, undefined, { port: 5000, run: answered }), 60).findings(ID)).toHaveLength(1);
  });

  test('a slow trickle in ten minutes is none', () => {
    const run = new Run();
    for (let i = 0; i < 60; i++) wait(connect(1, undefined, { run, from: i * 60 }), i * 60 + 40);
    expect(run.findings(ID)).toEqual([]);
  });

  test('it goes on in one case', () => {
    const run = wait(connect(60), 60);
    wait(connect(10, undefined, { run, from: 70 }), 120);
    expect(run.findings(ID)).toMatchObject([{ count: 70 }]);
  });

  test('requests that nobody answers', () => {
    const unanswered = (run: Run, on: Flow, seconds: number) => {
      const one = association('PACS', { outcome: 'unanswered' });
      run.event({ type: 'dicom.requested', association: one }, on, at(seconds));
      run.event({ type: 'dicom.association', association: one }, on, at(seconds));
    };
    const run = connect(50, unanswered);
    expect(run.findings(ID)).toMatchObject([{ data: { requests_without_answer: 50 } }]);
    expect(connect(49, unanswered).findings(ID)).toEqual([]);
    // A capture of one side shows no answers.
    expect(connect(90, unanswered, { more: { bothSides: false } }).findings(ID)).toEqual([]);
  });

  test('connections, servers and sources are bounded', () => {
    const run = new Run();
    for (let i = 0; i < 5000; i++)
      run.fact(service('answered'), flow('10.0.0.3', `10.9.${i >> 8}.${i & 255}`, 5000));
    for (let i = 0; i < 6000; i++) {
      const one = association('PACS', { outcome: 'unanswered' });
      const on = flow(`10.8.${i >> 8}.${i & 255}`, PACS);
      run.event({ type: 'dicom.association', association: one }, on, at(1));
    }
    expect(run.findings(ID)).toEqual([]);
    const flood = connect(70_000, undefined, { run });
    wait(flood, 7100);
    expect(flood.findings(ID)[0].count).toBeLessThanOrEqual(70_000);
  });
});
