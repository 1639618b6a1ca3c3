import { describe, expect, test } from 'vitest';
import type { Behaviour, BehaviourFact, Side } from '../core/facts.ts';
import { HOUR } from '../core/time.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';
import { Baseline } from '../trackers/baseline.ts';

const ID = 'dicom.new-association';
const CT = '10.0.0.5';
const PACS = '10.0.0.2';

const does = (behaviour: Behaviour, value: string, side: Side = 'client'): BehaviourFact => ({
  fact: 'behaviour',
  side,
  behaviour,
  value,
});
const TITLES = does('association', 'CT_1>ARCHIVE');
const STORE = does('operation', 'C-STORE 1.2.840.10008.5.1.4.1.1.2');
const FIND = does('operation', 'C-FIND 1.2.840.10008.5.1.4.1.2.2.1');

/** An hour in which the CT stores; judged from then on. */
function learned(): Run {
  const run = new Run({ baseline: new Baseline({ learn: HOUR }) });
  return run.fact(TITLES, flow(CT, PACS), at(0)).fact(STORE, flow(CT, PACS), at(1));
}

describe(ID, () => {
  test('an operation that was not learned', () => {
    const run = learned().fact(FIND, flow(CT, PACS), at(4000)).fact(FIND, flow(CT, PACS), at(5000));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'low',
        count: 1,
        source: { ip: CT },
        destination: { ip: PACS, port: 104 },
        summary:
          'New from 10.0.0.5 to 10.0.0.2:104 since the baseline was learned: "C-FIND 1.2.840.10008.5.1.4.1.2.2.1".',
      },
    ]);
  });

  test('what was learned is known', () => {
    const run = learned().fact(TITLES, flow(CT, PACS), at(4000)).fact(STORE, flow(CT, PACS), at(4001));
    expect(run.findings(ID)).toEqual([]);
  });

  test('while it is learned nothing is new', () => {
    expect(learned().fact(FIND, flow(CT, PACS), at(3000)).findings(ID)).toEqual([]);
  });

  test('without a baseline nothing is', () => {
    expect(new Run().fact(FIND, flow(CT, PACS), at(4000)).findings(ID)).toEqual([]);
  });

  test('a new pair is one finding that lists all of it', () => {
    const on = flow('10.0.0.99', PACS);
    const run = learned().fact(TITLES, on, at(4000)).fact(FIND, on, at(4001));
    run.fact(does('association', 'CT_1>"x\\'), on, at(4002));
    expect(run.findings(ID)).toMatchObject([
      { count: 3, data: { operations: ['C-FIND 1.2.840.10008.5.1.4.1.2.2.1'] } },
    ]);
    expect(run.findings(ID)[0].summary).toContain(
      'an association of "CT_1" calling "ARCHIVE" and 1 more and "C-FIND',
    );
  });

  test('a server that asks is another role', () => {
    const run = learned().fact(does('operation', STORE.value, 'server'), flow(CT, PACS), at(4000));
    expect(run.findings(ID)).toMatchObject([{ source: { ip: PACS }, destination: { ip: CT, port: null } }]);
  });

  test('other behaviour is for others to judge', () => {
    const run = learned().fact(does('message-type', 'LAB ORU^R01'), flow(CT, PACS), at(4000));
    expect(run.findings(ID)).toEqual([]);
  });

  test('what is listed is bounded', () => {
    const run = learned();
    for (let i = 0; i < 500; i++) run.fact(does('operation', `C-STORE 1.${i}`), flow(CT, PACS), at(4000));
    expect(run.findings(ID)).toMatchObject([{ count: 64 }]);
    expect(run.findings(ID)[0].summary.length).toBeLessThan(400);
  });
});
