import { describe, expect, test } from 'vitest';
import type { Association } from '../../dissectors/dicom/events.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { association, Run, rejection } from '../testing/analysis/run.ts';

const ID = 'dicom.failure-ratio';
const PC = '10.0.0.9';
const PACS = '10.0.0.2';

const released = () => association('PACS', { accepted: true, outcome: 'released' });
const rejected = () =>
  association('PACS', { outcome: 'rejected', rejection: { ...rejection(), text: 'rejected-transient' } });
const aborted = (more: Partial<Association> = {}) =>
  association('PACS', {
    accepted: true,
    outcome: 'aborted',
    abort: { source: 2, reason: 0, text: 'service-provider', by: 'server' },
    ...more,
  });

function over(run: Run, ones: readonly Association[], { from = 0, every = 10, source = PC } = {}): Run {
  ones.forEach((one, i) => {
    run.event({ type: 'dicom.association', association: one }, flow(source, PACS), at(from + i * every));
  });
  return run;
}
const times = (count: number, make: () => Association) => Array.from({ length: count }, make);

describe(ID, () => {
  test('five of twenty', () => {
    const run = over(new Run(), [...times(15, released), ...times(3, rejected), ...times(2, aborted)]);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'low',
        count: 5,
        source: { ip: PC },
        destination: { ip: PACS, port: 104 },
        summary:
          'Of 20 associations of 10.0.0.9 with 10.0.0.2:104 within 15 min, 3 rejected and 2 aborted, the last for "service-provider".',
        data: { associations: 20, rejected: 3, aborted: 2 },
      },
    ]);
  });

  test('four of twenty are none, nor are nineteen of nineteen', () => {
    expect(over(new Run(), [...times(16, released), ...times(4, rejected)]).findings(ID)).toEqual([]);
    expect(over(new Run(), times(19, rejected)).findings(ID)).toEqual([]);
  });

  test('what is longer ago than a quarter of an hour does not count', () => {
    const run = over(new Run(), times(15, released));
    over(run, times(10, rejected), { from: 1000 });
    expect(run.findings(ID)).toEqual([]);
    const slow = over(new Run(), times(40, rejected), { every: 60 });
    expect(slow.findings(ID)).toEqual([]);
  });

  test('successes bring it down before it is told, and are not counted after', () => {
    const run = over(new Run(), [...times(80, released), ...times(20, rejected)], { every: 5 });
    expect(run.findings(ID)).toEqual([]);
    const told = over(new Run(), [...times(20, rejected), ...times(5, released)], { every: 5 });
    expect(told.findings(ID)).toMatchObject([{ count: 20 }]);
  });

  test('a program that resets when it is done has not failed', () => {
    const done = () => aborted({ abort: null, messages: { 'C-STORE-RQ': 2, 'C-STORE-RSP': 2 } });
    const broken = () => aborted({ abort: null, messages: { 'C-STORE-RQ': 2, 'C-STORE-RSP': 1 } });
    expect(over(new Run(), times(30, done)).findings(ID)).toEqual([]);
    expect(over(new Run(), times(30, broken)).findings(ID)).toHaveLength(1);
  });

  test('sources are judged apart, and bounded', () => {
    const run = new Run();
    for (let i = 0; i < 30; i++) over(run, [rejected()], { source: `10.0.2.${i}`, from: i });
    for (let i = 0; i < 6000; i++) over(run, [rejected()], { source: `10.9.${i >> 8}.${i & 255}`, from: 40 });
    expect(run.findings(ID)).toEqual([]);
  });
});
