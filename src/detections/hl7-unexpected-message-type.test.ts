import { describe, expect, test } from 'vitest';
import type { BehaviourFact } from '../core/facts.ts';
import { HOUR } from '../core/time.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { ENGINE, LAB, PC } from '../testing/analysis/hl7.ts';
import { Run } from '../testing/analysis/run.ts';
import { Baseline } from '../trackers/baseline.ts';

const ID = 'hl7.unexpected-message-type';
const PUMP = '10.0.0.40';
const sent = (value: string): BehaviourFact => ({
  fact: 'behaviour',
  side: 'client',
  behaviour: 'message-type',
  value,
});
const learned = () =>
  new Run({ baseline: new Baseline({ learn: HOUR }) })
    .fact(sent('PLUM|ICU ORU^R01'), flow(PUMP, ENGINE, 2575))
    .fact(sent('PLUM|ICU ORU^R01'), flow(PUMP, ENGINE, 2575), at(3600));

describe(ID, () => {
  test('a pump that merges patients', () => {
    const run = learned().fact(sent('PLUM|ICU ADT^A40'), flow(PUMP, ENGINE, 2575), at(3700));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 1,
        source: { ip: PUMP },
        destination: { ip: ENGINE, port: 2575 },
        summary:
          '10.0.0.40 sent "ADT^A40" as "PLUM|ICU" to 10.0.0.2:2575: while the baseline was learned it never sent it that.',
        data: { message_types: ['ADT^A40'], senders: ['PLUM|ICU'], new_sender: false },
      },
    ]);
  });

  test('not what it sent before, nor while it is learned', () => {
    expect(
      learned()
        .fact(sent('PLUM|ICU ORU^R01'), flow(PUMP, ENGINE, 2575), at(3700))
        .findings(ID),
    ).toEqual([]);
    const run = new Run({ baseline: new Baseline({ learn: HOUR }) });
    run.fact(sent('PLUM|ICU ORU^R01'), flow(PUMP, ENGINE, 2575));
    run.fact(sent('PLUM|ICU ADT^A40'), flow(PUMP, ENGINE, 2575), at(60));
    expect(run.findings(ID)).toEqual([]);
  });

  test('nor without a baseline, nor behaviour of another kind', () => {
    expect(new Run().fact(sent('PLUM|ICU ADT^A40'), flow(PUMP, ENGINE, 2575)).findings(ID)).toEqual([]);
    const run = learned().fact(
      { ...sent('CT1>ARCHIVE'), behaviour: 'association' },
      flow(PUMP, ENGINE, 104),
      at(3700),
    );
    expect(run.findings(ID)).toEqual([]);
  });

  test('a sender that is new itself is called so', () => {
    const run = learned().fact(sent('ADMIT|WEST ADT^A01'), flow(PC, ENGINE, 2575), at(3700));
    expect(run.findings(ID)).toMatchObject([
      { source: { ip: PC }, severity: 'medium', data: { new_sender: true } },
    ]);
  });

  test('what the server sends is from the server', () => {
    const run = learned().fact(
      { ...sent('ENGINE|EAST ORM^O01'), side: 'server' },
      flow(LAB, ENGINE, 2575),
      at(3700),
    );
    expect(run.findings(ID)).toMatchObject([
      { source: { ip: ENGINE }, destination: { ip: LAB, port: null } },
    ]);
  });

  test('types are bounded', () => {
    const run = learned();
    for (let i = 0; i < 100; i++)
      run.fact(sent(`PLUM|ICU ADT^Z${i}`), flow(PUMP, ENGINE, 2575), at(3700 + i));
    const [{ data, summary }] = run.findings(ID);
    expect(data.message_types).toHaveLength(16);
    expect(summary).toContain('11 other types');
  });
});
