import { describe, expect, test } from 'vitest';
import type { DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Flow } from '../core/flow.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { association, dimse, Run } from '../testing/analysis/run.ts';
import { Baseline } from '../trackers/baseline.ts';
import { type KnownTitle, NO_POLICY, type PolicyView } from '../trackers/policy.ts';

const ID = 'dicom.unexpected-move-destination';
const PACS = '10.0.0.2';

const control = association('PACS', { calling: 'READER', accepted: true });
const ask = (title: string, messageId = 1): DimseMessage =>
  dimse(control, { command: 'C-MOVE-RQ', moveDestination: title, messageId });
const answer = (more: Partial<DimseMessage> = {}): DimseMessage =>
  dimse(control, { command: 'C-MOVE-RSP', from: 'server', ...more });
const counts = (completed: number, remaining = 0) => ({ remaining, completed, failed: 0, warning: 0 });
const refused = answer({ status: 'A801', statusClass: 'failure' });
const failed = answer({ status: 'C000', statusClass: 'failure', subOperations: counts(0) });
const reader = () => flow('10.0.0.9', PACS);
/** The archive opens an association to the title. */
const follow = (run: Run, title: string, server: string, seconds: number, from = PACS): Run =>
  run.event({ type: 'dicom.requested', association: association(title) }, flow(from, server), at(seconds));

function policy(titles: Record<string, Partial<KnownTitle>>): PolicyView {
  const known = (title: string): KnownTitle | null =>
    title in titles ? { hosts: [], moveDestinations: null, ...titles[title] } : null;
  return { ...NO_POLICY, knowsTitles: true, title: known };
}

describe(ID, () => {
  test('a destination that the archive does not know', () => {
    const run = new Run().event(ask('NOWHERE'), reader(), at(1)).event(refused, reader(), at(2));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 1,
        source: { ip: '10.0.0.9' },
        destination: { ip: PACS, port: 104 },
        summary:
          '10.0.0.9 as "READER" asked 10.0.0.2:104 1 time to send objects to "NOWHERE" (unknown to the archive).',
        data: { destinations: [{ ae_title: 'NOWHERE', address: null, reasons: ['refused'] }] },
      },
    ]);
  });

  test('one that it only fails to process, at once and always, is medium', () => {
    const run = new Run().event(ask('NOWHERE'), reader()).event(failed, reader());
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium', count: 1 }]);
    // It is told when none went well within a minute.
    const early = new Run().event(ask('NOWHERE'), reader(), at(0)).event(failed, reader(), at(1));
    early.fact({ fact: 'flow', state: 'open' }, reader(), at(60));
    expect(early.told).toEqual([]);
    early.fact({ fact: 'flow', state: 'open' }, reader(), at(62));
    expect(early.told).toHaveLength(1);
    const late = answer({ status: 'C000', statusClass: 'failure', subOperations: counts(0, 3) });
    expect(new Run().event(ask('READER'), reader()).event(late, reader()).findings(ID)).toEqual([]);
    const done = answer({ status: '0000', statusClass: 'success', subOperations: counts(5) });
    const known = new Run().event(ask('READER'), reader()).event(done, reader());
    expect(known.event(ask('READER'), reader()).event(failed, reader()).findings(ID)).toEqual([]);
    // A study that the archive has not got, before one that it has.
    const before = new Run().event(ask('READER'), reader()).event(failed, reader());
    expect(before.event(ask('READER'), reader()).event(done, reader()).findings(ID)).toEqual([]);
    const many = new Run();
    for (let i = 0; i < 100; i++) many.event(ask('NOWHERE'), reader()).event(failed, reader());
    expect(many.findings(ID)).toMatchObject([{ count: 16 }]);
  });

  test('one outside is critical, and its address is told', () => {
    const run = new Run().event(ask('CLOUD'), reader(), at(1));
    follow(run, 'OTHER', '203.0.113.7', 2);
    follow(run, 'CLOUD', '203.0.113.7', 2, '10.0.0.7');
    expect(run.findings(ID)).toEqual([]);
    follow(run, 'CLOUD', '203.0.113.7', 3);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'critical',
        count: 1,
        data: {
          destinations: [{ ae_title: 'CLOUD', address: '203.0.113.7', country: 'IR', reasons: ['outside'] }],
        },
      },
    ]);
  });

  test('the association must follow within a minute of the last word on the move', () => {
    const late = new Run().event(ask('CLOUD'), reader(), at(1));
    expect(follow(late, 'CLOUD', '203.0.113.7', 62).findings(ID)).toEqual([]);
    const long = new Run().event(ask('CLOUD'), reader(), at(1));
    long.event(answer({ statusClass: 'pending', status: 'FF00' }), reader(), at(50));
    expect(follow(long, 'CLOUD', '203.0.113.7', 100).findings(ID)).toHaveLength(1);
  });

  test('an archive of several hosts says for whom it stores', () => {
    const run = new Run().event(ask('CLOUD'), reader(), at(1));
    const stored = dimse(association('CLOUD', { calling: 'PACS2' }), {
      command: 'C-STORE-RQ',
      moveOriginator: 'READER',
    });
    const from = flow('10.0.0.3', '203.0.113.7');
    expect(run.event(stored, from, at(2)).event(stored, from, at(3)).findings(ID)).toMatchObject([
      { severity: 'critical', count: 1, destination: { ip: PACS } },
    ]);
  });

  test('who asks from outside makes it critical', () => {
    const outside: Flow = flow('203.0.113.7', PACS);
    const run = new Run().event(ask('NOWHERE'), outside).event(refused, outside);
    expect(run.findings(ID)).toMatchObject([{ severity: 'critical' }]);
  });

  test('to an inside workstation, without a policy or a baseline, is nothing', () => {
    const run = new Run().event(ask('READER'), reader(), at(1));
    follow(run, 'READER', '10.0.0.9', 2);
    const done = answer({ status: '0000', statusClass: 'success', subOperations: counts(5) });
    expect(run.event(done, reader(), at(3)).findings(ID)).toEqual([]);
  });

  test('what the site says', () => {
    const site = policy({
      READER: { moveDestinations: new Set(['REVIEW']) },
      REVIEW: {},
      PACS: {},
    });
    const judged = (title: string) => {
      const run = new Run({ policy: site }).event(ask(title), reader(), at(1));
      return run.findings(ID).map(({ data, severity }) => [severity, data.destinations]);
    };
    expect(judged('STRANGER')).toMatchObject([['high', [{ reasons: ['unknown-title'] }]]]);
    expect(judged('PACS')).toMatchObject([['high', [{ reasons: ['not-allowed'] }]]]);
    expect(judged('REVIEW')).toEqual([]);
    expect(judged('READER')).toEqual([]);
  });

  test('a destination outside that is where the site says is none', () => {
    const site = { ...policy({ CLOUD: {}, READER: {} }), isHome: () => true };
    const run = new Run({ policy: site }).event(ask('CLOUD'), reader(), at(1));
    expect(follow(run, 'CLOUD', '203.0.113.7', 2).findings(ID)).toEqual([]);
  });

  test('what was learned', () => {
    const known = {
      behaviour: 'move-destination' as const,
      source: '10.0.0.9',
      destination: PACS,
      value: 'READER',
      count: 1,
      firstSeen: 0,
      lastSeen: 0,
      most: 0,
    };
    const run = new Run({ baseline: new Baseline({ known: [known] }) }).event(ask('READER'), reader(), at(1));
    expect(run.findings(ID)).toEqual([]);
    follow(run.event(ask('REVIEW'), reader(), at(2)), 'REVIEW', '10.0.0.8', 3);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        data: { destinations: [{ ae_title: 'REVIEW', address: '10.0.0.8', reasons: ['new'] }] },
      },
    ]);
  });

  test('its tables have limits', () => {
    const run = new Run();
    for (let n = 0; n < 5000; n++) run.event(ask(`AE${n}`, n), reader(), at(1));
    follow(run, 'AE0', '203.0.113.7', 2);
    expect(run.findings(ID)).toEqual([]);
    for (let n = 4900; n < 5000; n++) follow(run, `AE${n}`, '203.0.113.7', 2);
    expect(run.findings(ID)).toMatchObject([{ count: 100, data: { destinations: { length: 16 } } }]);
  });
});
