import { describe, expect, test } from 'vitest';
import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Flow } from '../core/flow.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { association, dimse, Run } from '../testing/analysis/run.ts';
import type { Known } from '../trackers/baseline.ts';
import { Baseline } from '../trackers/baseline.ts';

const ID = 'dicom.bulk-retrieve';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const inside = () => flow('10.0.0.9', '10.0.0.2');

class Retrieval {
  readonly run: Run;
  readonly flow: Flow;
  readonly association: Association;

  constructor(one: Flow = inside(), run = new Run()) {
    this.flow = one;
    this.run = run;
    const roles = [{ sopClass: CT, scu: false, scp: true }];
    this.association = association('PACS', { calling: 'GETSCU', accepted: true, roles });
  }

  say(more: Partial<DimseMessage>, seconds = 1): this {
    this.run.event(dimse(this.association, more), this.flow, at(seconds));
    return this;
  }

  /** A C-GET by which an object of each patient comes. */
  get(patients: readonly number[], seconds = 1, bytes = 500_000): this {
    this.say({ command: 'C-GET-RQ' }, seconds);
    for (const patient of patients)
      this.say({ command: 'C-STORE-RQ', from: 'server', patient, dataSetBytes: bytes }, seconds);
    return this.say({ command: 'C-GET-RSP', from: 'server', statusClass: 'success' }, seconds);
  }

  move(completed: number, seconds = 1): this {
    const subOperations = { remaining: 0, completed, failed: 0, warning: 0 };
    this.say({ command: 'C-MOVE-RQ' }, seconds);
    return this.say(
      { command: 'C-MOVE-RSP', from: 'server', statusClass: 'success', subOperations },
      seconds,
    );
  }

  get findings() {
    return this.run.findings(ID);
  }
}

const learned = (value: string, most: number): Run => {
  const known: Known = {
    behaviour: 'retrieve',
    source: '10.0.0.9',
    destination: '10.0.0.2',
    value,
    count: 3,
    firstSeen: 0,
    lastSeen: 0,
    most,
  };
  return new Run({ baseline: new Baseline({ known: [known] }) });
};

describe(ID, () => {
  test('any C-GET from outside is critical', () => {
    expect(new Retrieval(flow('203.0.113.7', '10.0.0.2')).get([1, 2]).findings).toMatchObject([
      {
        severity: 'critical',
        count: 1,
        summary:
          '203.0.113.7 (IR) as "GETSCU" retrieves from 10.0.0.2:104, from outside: 1 C-GET, by which 2 objects (1.0 MB) of 2 patients came.',
        data: { objects: 2, bytes: 1e6, patients: 2, storage_provider_role: true, reasons: ['outside'] },
      },
    ]);
  });

  test('inside, without a baseline, a few studies are nothing', () => {
    const reader = new Retrieval();
    for (let n = 0; n < 19; n++) reader.get([n, n, n], n * 10);
    expect(reader.get([1, 2, 3, 4], 300).findings).toEqual([]);
  });

  test('five patients by one C-GET are not', () => {
    expect(new Retrieval().get([1, 1, 2, 3, 4, 5, 6]).findings).toMatchObject([
      {
        severity: 'high',
        count: 1,
        data: { reasons: ['patients-at-once'], objects: 7, patients: 6, bytes: 3.5e6 },
      },
    ]);
  });

  test('nor twenty one after the other, but over a day they are', () => {
    const fast = new Retrieval();
    const slow = new Retrieval();
    for (let n = 0; n < 25; n++) {
      fast.get([n], n * 20);
      slow.get([n], n * 3600);
    }
    expect(fast.findings).toMatchObject([
      { count: 6, data: { reasons: ['patients'], gets: 6, patients: 6 } },
    ]);
    expect(slow.findings).toEqual([]);
  });

  test('nor very much at once', () => {
    expect(new Retrieval().get([1, 1], 1, 10.1e9).findings).toMatchObject([{ data: { reasons: ['bytes'] } }]);
    expect(new Retrieval().get([1, 1], 1, 9e9).findings).toEqual([]);
  });

  test('with a baseline, who never fetched before, and who fetches far more', () => {
    const other = new Retrieval(flow('10.0.0.8', '10.0.0.2'), learned('C-GET', 200e6));
    expect(other.get([1]).findings).toMatchObject([{ severity: 'high', data: { reasons: ['new'] } }]);
    const usual = new Retrieval(inside(), learned('C-GET', 200e6));
    expect(usual.get([1, 2, 3, 4, 5, 6], 1, 330e6).findings).toEqual([]);
    expect(usual.get([7], 2, 330e6).findings).toMatchObject([{ data: { reasons: ['above-usual'] } }]);
    const small = new Retrieval(inside(), learned('C-GET', 1e6));
    expect(small.get([1, 2], 1, 400e6).findings).toEqual([]);
  });

  test('C-MOVE by the hundreds', () => {
    const some = new Retrieval();
    for (let n = 0; n < 199; n++) some.move(10);
    expect(some.findings).toEqual([]);
    expect(some.move(10).move(10).findings).toMatchObject([
      { severity: 'high', count: 201, data: { reasons: ['moves'], moves: 201, moved_objects: 2010 } },
    ]);
    const prefetch = new Retrieval(inside(), learned('C-MOVE', 500));
    for (let n = 0; n < 300; n++) prefetch.move(10);
    expect(prefetch.findings).toEqual([]);
  });

  test('objects that a client stores are not fetched', () => {
    const sender = new Retrieval();
    for (let n = 0; n < 50; n++) sender.say({ command: 'C-STORE-RQ', patient: n, dataSetBytes: 1e9 });
    expect(sender.findings).toEqual([]);
  });

  test('its tables have limits', () => {
    const run = new Run();
    for (let n = 0; n < 5000; n++) new Retrieval(flow(`10.1.${n >> 8}.${n & 255}`, '10.0.0.2'), run).get([1]);
    const many = new Retrieval(flow('203.0.113.7', '10.0.0.2'), run);
    many.get(Array.from({ length: 2000 }, (_, n) => n));
    expect(many.findings).toMatchObject([{ data: { patients: 1024, objects: 2000 } }]);
    expect(many.findings[0].summary).toContain('of at least 1,024 patients');
  });

  describe('by somebody who has just listed everybody', () => {
    const listed = (run: Run) =>
      new Retrieval(inside(), run).say({
        command: 'C-FIND-RQ',
        universalQuery: true,
        sopClass: '1.2.840.10008.5.1.4.1.2.2.1',
      });

    test('one study is enough, by C-GET or C-MOVE, and is part of the incident', () => {
      const [found] = listed(new Run()).get([1], 60).move(4, 90).findings;
      expect(found).toMatchObject({
        severity: 'high',
        count: 2,
        data: { reasons: ['suspect'], gets: 1, moves: 1, moved_objects: 4 },
        incident: { step: 2, steps: 2 },
      });
    });

    test('not an hour later, and not where the baseline knows it', () => {
      expect(listed(new Run()).get([1], 3700).findings).toEqual([]);
      expect(listed(learned('C-GET', 1e9)).get([1], 60).findings).toEqual([]);
    });
  });
});
