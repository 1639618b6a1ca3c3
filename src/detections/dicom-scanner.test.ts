import { describe, expect, test } from 'vitest';
import type { Association } from '../../dissectors/dicom/events.ts';
import type { FlowEnd } from '../core/flow.ts';
import { at, flow, START } from '../testing/analysis/facts.ts';
import { associate, association, Run, rejection } from '../testing/analysis/run.ts';
import { Baseline } from '../trackers/baseline.ts';

const ID = 'dicom.scanner';
const VERIFICATION = '1.2.840.10008.1.1';
const PC = '10.0.0.9';
const PACS = '10.0.0.2';

const context = (abstractSyntax: string, id = 1) => ({
  id,
  abstractSyntax,
  transferSyntaxes: ['1.2.840.10008.1.2'],
  result: 0,
  transferSyntax: '1.2.840.10008.1.2',
  inferred: false,
});
const NMAP = {
  calling: 'ECHOSCU',
  client: { classUid: '1.2.276.0.7230010.3.0.3.6.2', versionName: 'OFFIS_DCMTK_362' },
  contexts: [context(VERIFICATION)],
};
const NO_RELEASE: Partial<Association> = {
  accepted: true,
  outcome: 'cut',
  contexts: [context(VERIFICATION)],
};

/** One association on its own connection, which ends as said. */
function visit(
  run: Run,
  one: Association,
  seconds = 0,
  { client = PC, server = PACS, how = 'fin' as FlowEnd, missedBytes = 0 } = {},
): Run {
  const on = flow(client, server, 104, { missedBytes });
  associate(run, on, one, at(seconds));
  return run.fact({ fact: 'flow', state: 'end', how }, on, at(seconds));
}

describe(ID, () => {
  test("nmap's print, rejected: nothing is there to be released", () => {
    const run = visit(new Run(), association('ANY-SCP', { ...NMAP, rejection: rejection() }));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 1,
        source: { ip: PC },
        destination: { ip: PACS, port: 104 },
        summary:
          '10.0.0.9 scanned 10.0.0.2:104 for DICOM: 1 association as "ECHOSCU", as nmap\'s DICOM scripts send them; none was accepted.',
        data: { signs: ['print'], called_ae_titles: ['ANY-SCP'] },
      },
    ]);
  });

  test('the same from outside is high', () => {
    const run = visit(new Run(), association('ANY-SCP', { ...NMAP, rejection: rejection() }), 0, {
      client: '203.0.113.7',
    });
    expect(run.findings(ID)).toMatchObject([{ severity: 'high' }]);
  });

  test('echoscu of DCMTK 3.6.2 has the same print and releases', () => {
    const run = visit(new Run(), association('ANY-SCP', { ...NMAP, accepted: true, outcome: 'released' }));
    expect(run.findings(ID)).toEqual([]);
  });

  test('one that asks for an echo and forgets to release is no nmap', () => {
    const echoed = { ...NMAP, ...NO_RELEASE, messages: { 'C-ECHO-RQ': 1, 'C-ECHO-RSP': 1 } };
    const run = visit(new Run(), association('ANY-SCP', { ...echoed, calling: 'ECHOSCU' }));
    expect(run.findings(ID)).toMatchObject([{ data: { signs: ['probe'] } }]);
  });

  test('under other titles it takes several rejected ones', () => {
    const run = new Run();
    const guess = (i: number) => visit(run, association(`PACS${i}`, { ...NMAP, rejection: rejection() }), i);
    for (let i = 0; i < 4; i++) guess(i);
    expect(run.findings(ID)).toEqual([]);
    guess(4);
    expect(run.findings(ID)).toMatchObject([{ count: 1 }]);
  });

  test('tools that say who they are', () => {
    const run = visit(new Run(), association('PACS', { calling: 'NMAP-INFO', rejection: rejection() }));
    expect(run.findings(ID)).toMatchObject([{ data: { signs: ['title'] } }]);
  });

  test('Verification alone, closed without release, from a host that does nothing else', () => {
    const run = visit(new Run(), association('PACS', NO_RELEASE));
    expect(run.fact({ fact: 'flow', state: 'open' }, flow(PC, PACS, 80), at(299)).told).toEqual([]);
    run.fact({ fact: 'flow', state: 'open' }, flow(PC, PACS, 80), at(301));
    expect(run.told).toHaveLength(1);
    expect(run.findings(ID)).toMatchObject([
      { count: 1, firstSeen: START, data: { signs: ['probe'], accepted: 1 } },
    ]);
  });

  test.each([
    ['it releases', association('PACS', { ...NO_RELEASE, outcome: 'released' }), {}],
    [
      'more is proposed',
      association('PACS', { ...NO_RELEASE, contexts: [context(VERIFICATION), context('1.2', 3)] }),
      {},
    ],
    ['the capture ended first', association('PACS', NO_RELEASE), { how: 'cut' as const }],
    ['the release may have been missed', association('PACS', NO_RELEASE), { missedBytes: 20 }],
    [
      'the server closed it',
      association('PACS', {
        ...NO_RELEASE,
        outcome: 'aborted',
        abort: { source: 2, reason: 0, text: '', by: 'server' },
      }),
      {},
    ],
    [
      'it was rejected',
      association('PACS', { contexts: [context(VERIFICATION)], rejection: rejection() }),
      {},
    ],
  ])('silent when %s', (_why, one, options) => {
    expect(visit(new Run(), one, 0, options).findings(ID)).toEqual([]);
  });

  test('a host that does other DICOM, before or after, only forgot to release', () => {
    const work = () => association('PACS', { accepted: true, outcome: 'cut', messages: { 'C-STORE-RQ': 1 } });
    const before = visit(visit(new Run(), work()), association('PACS', NO_RELEASE), 10);
    expect(before.findings(ID)).toEqual([]);
    const after = visit(visit(new Run(), association('PACS', NO_RELEASE)), work(), 200);
    expect(after.findings(ID)).toEqual([]);
    const server = visit(new Run(), association('PACS', NO_RELEASE));
    visit(server, association('WS', { accepted: true, outcome: 'released' }), 60, {
      client: PACS,
      server: PC,
    });
    expect(server.findings(ID)).toEqual([]);
  });

  test('a health check repeats itself', () => {
    const run = new Run();
    for (let i = 0; i < 5; i++) visit(run, association('PACS', NO_RELEASE), 30 * i);
    expect(run.findings(ID)).toEqual([]);
    // Of several servers, and it goes on: what comes after the last full round is one too.
    const many = new Run();
    for (let i = 0; i < 60; i++)
      for (let j = 0; j < 6; j++) visit(many, association(`PACS${j}`, NO_RELEASE), 10 * i + j);
    visit(many, association('PACS0', NO_RELEASE), 900);
    expect(many.findings(ID)).toEqual([]);
    const few = new Run();
    for (let i = 0; i < 4; i++) visit(few, association('PACS', NO_RELEASE), 30 * i);
    expect(few.findings(ID)).toMatchObject([{ count: 4 }]);
  });

  test('what the baseline knows is none', () => {
    const known = (value: string) =>
      new Run({
        baseline: new Baseline({
          known: [
            {
              behaviour: 'association',
              source: PC,
              destination: PACS,
              value,
              count: 9,
              firstSeen: 0,
              lastSeen: 0,
              most: 0,
            },
          ],
        }),
      });
    expect(visit(known('SCU>PACS'), association('PACS', NO_RELEASE)).findings(ID)).toEqual([]);
    expect(visit(known('SCU>OTHER'), association('PACS', NO_RELEASE)).findings(ID)).toHaveLength(1);
  });

  test('sources and what is kept of each are bounded', () => {
    const run = new Run();
    for (let i = 0; i < 9_000; i++)
      visit(run, association(`T${i}`, NO_RELEASE), 0, { client: `10.1.${i >> 8}.${i & 255}` });
    expect(run.findings(ID).length).toBe(8191);
    const one = new Run();
    for (let i = 0; i < 100; i++) visit(one, association(`T${i}`, NO_RELEASE), i);
    expect(one.findings(ID)).toMatchObject([{ count: 16 }]);
  });
});
