import { describe, expect, test } from 'vitest';
import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Flow } from '../core/flow.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { association, dimse, Run } from '../testing/analysis/run.ts';

const ID = 'dicom.patient-enumeration';
const FIND = '1.2.840.10008.5.1.4.1.2.2.1';
const WORKLIST = '1.2.840.10008.5.1.4.31';
const inside = () => flow('10.0.0.9', '10.0.0.2');

class Queries {
  readonly run = new Run();
  readonly flow: Flow;
  readonly association: Association;

  constructor(one: Flow = inside()) {
    this.flow = one;
    this.association = association('PACS', { calling: 'FINDSCU', accepted: true });
  }

  ask(messageId: number, more: Partial<DimseMessage> = {}, seconds = messageId): this {
    const request = { command: 'C-FIND-RQ', sopClass: FIND, queryLevel: 'STUDY', messageId, ...more };
    this.run.event(dimse(this.association, request), this.flow, at(seconds));
    return this;
  }

  answer(messageId: number, count: number, last: 'success' | 'failure' | null = 'success'): this {
    const response = { command: 'C-FIND-RSP', sopClass: FIND, messageId, from: 'server' } as const;
    const pending = dimse(this.association, { ...response, statusClass: 'pending' });
    for (let i = 0; i < count; i++) this.run.event(pending, this.flow, at(messageId));
    if (last !== null)
      this.run.event(dimse(this.association, { ...response, statusClass: last }), this.flow, at(messageId));
    return this;
  }

  get findings() {
    return this.run.findings(ID);
  }
}

describe(ID, () => {
  test('a query for everybody, with what came of it', () => {
    const asked = new Queries()
      .ask(1, { universalQuery: true })
      .answer(1, 3)
      .ask(2, { universalQuery: true });
    expect(asked.answer(2, 2).findings).toMatchObject([
      {
        severity: 'high',
        count: 2,
        source: { ip: '10.0.0.9' },
        destination: { ip: '10.0.0.2', port: 104 },
        summary:
          '10.0.0.9 as "FINDSCU" asked 10.0.0.2:104 for everybody (2 C-FINDs with nothing but wildcards); ' +
          '5 patients or studies were listed.',
        data: { universal_queries: 2, answers: 5, most_answers: 3, query_levels: ['STUDY'] },
      },
    ]);
  });

  test('one that was refused was asked all the same', () => {
    expect(new Queries().ask(1, { universalQuery: true }).answer(1, 0, 'failure').findings).toMatchObject([
      { severity: 'high', count: 1, data: { answers: 0, refused: 1 } },
    ]);
  });

  test('from outside it is critical', () => {
    const asked = new Queries(flow('203.0.113.7', '10.0.0.2')).ask(1, { universalQuery: true });
    expect(asked.findings).toMatchObject([{ severity: 'critical', data: { source_country: 'IR' } }]);
  });

  test('more than 500 answers to one request, whatever it asked', () => {
    expect(new Queries().ask(1).answer(1, 500).findings).toEqual([]);
    expect(new Queries().ask(1).answer(1, 501).findings).toMatchObject([
      { count: 1, data: { universal_queries: 0, large_answers: 1, answers: 501, most_answers: 501 } },
    ]);
  });

  test.each<[string, Partial<DimseMessage>]>([
    ['a list of today', { queryDays: 1 }],
    ['a list of a month', { queryDays: 31 }],
    ['the images of a series', { queryLevel: 'IMAGE' }],
    ['a common name', { identifiers: ['patient-name'] }],
    ['a worklist', { sopClass: WORKLIST, queryLevel: '' }],
  ])('%s may have as many answers as it likes', (_, more) => {
    expect(new Queries().ask(1, more).answer(1, 2000).findings).toEqual([]);
  });

  test('a list of a year may not', () => {
    expect(new Queries().ask(1, { queryDays: 366 }).answer(1, 501).findings).toHaveLength(1);
  });

  const prefix = (key: number): Partial<DimseMessage> => ({
    prefixQuery: true,
    queryKey: key,
    identifiers: ['patient-name'],
  });

  test('ten beginnings in a row, all of them counted', () => {
    const asked = new Queries();
    for (let n = 1; n <= 9; n++) asked.ask(n, prefix(n));
    expect(asked.findings).toEqual([]);
    asked.ask(10, prefix(10)).answer(10, 4);
    expect(asked.findings).toMatchObject([
      { severity: 'high', count: 10, data: { prefix_queries: 10, answers: 4 } },
    ]);
    asked.ask(11, prefix(11)).ask(12, prefix(11));
    expect(asked.findings).toMatchObject([{ count: 11, data: { prefix_queries: 11 } }]);
  });

  test('a name as it is typed is one beginning, and as many as are typed within two minutes', () => {
    const typed = (first: number, length: number) => {
      const parts = [1, 2, 3].map((n) => (n <= length ? first * 10 + n : 0));
      return prefix(parts.reduce((key, part) => key * 2 ** 17 + part, 0));
    };
    const names = (count: number) => {
      const asked = new Queries();
      let n = 0;
      for (let name = 1; name <= count; name++)
        for (const length of [1, 2, 3, 2, 3]) asked.ask(++n, typed(name, length));
      return asked.findings;
    };
    expect(names(9)).toEqual([]);
    expect(names(10)).toHaveLength(1);
    // Beginnings of two letters that have the first in common are as many as they are.
    const pairs = new Queries();
    for (let n = 1; n <= 10; n++) pairs.ask(n, prefix((7 * 2 ** 17 + n) * 2 ** 17));
    expect(pairs.findings).toHaveLength(1);
  });

  test('the same beginning again, or one every twenty seconds, is nothing', () => {
    const same = new Queries();
    for (let n = 1; n <= 30; n++) same.ask(n, prefix(n % 9));
    expect(same.findings).toEqual([]);
    const slow = new Queries();
    for (let n = 1; n <= 30; n++) slow.ask(n, prefix(n), n * 20);
    expect(slow.findings).toEqual([]);
  });

  test('its tables have limits', () => {
    const asked = new Queries();
    for (let n = 0; n < 5000; n++) {
      const one = flow(`10.1.${n >> 8}.${n & 255}`, '10.0.0.2');
      asked.run.event(
        dimse(asked.association, { command: 'C-FIND-RQ', sopClass: FIND, ...prefix(n) }),
        one,
        at(1),
      );
    }
    for (let n = 0; n < 100; n++) asked.ask(n);
    // The oldest of so many unanswered requests is forgotten, the latest is not.
    expect(asked.answer(1, 600).findings).toEqual([]);
    expect(asked.answer(99, 600).findings).toHaveLength(1);
  });
});
