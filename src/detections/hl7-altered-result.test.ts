import { describe, expect, test } from 'vitest';
import { at, flow } from '../testing/analysis/facts.ts';
import { EHR, ENGINE, LAB, result, results, send } from '../testing/analysis/hl7.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'hl7.altered-result';
const TEXT = { numeric: false } as const;

describe(ID, () => {
  test('an engine sends another value than it got', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], results('L1', result(1, 41), result(2, 92), result(3, 9)));
    send(
      run,
      [ENGINE, EHR],
      results('E1', result(1, 79), result(2, 92), result(3, 10, { observation: '2345-7' })),
      at(2),
    );
    send(run, [LAB, ENGINE], results('L2', result(4, 41)), at(60));
    send(run, [ENGINE, EHR], results('E2', result(4, 79)), at(62));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'critical',
        count: 3,
        source: { ip: ENGINE },
        destination: { ip: EHR, port: 2575 },
        summary:
          '10.0.0.2 sent 3 results to 10.0.0.5:2575 with another value than they came with from 10.0.0.9: OBX-3 "2823-3" and "2345-7", in 2 messages (the first has MSH-10 "E1").',
        data: { origin: LAB, numeric: 3, messages: 2, statuses: ['F'], control_ids: ['E1', 'E2'] },
      },
    ]);
  });

  test('as many as there are gaps in the capture may have come that way, unseen', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], results('L1', result(1, 41)));
    const gap = flow(LAB, ENGINE, 2575, { missedBytes: 300 });
    run.fact({ fact: 'flow', state: 'end' }, gap, at(1));
    run.fact({ fact: 'flow', state: 'end' }, gap, at(1));
    // Of hosts that exchange no HL7 it does not matter.
    run.fact({ fact: 'flow', state: 'end' }, flow('10.0.0.77', ENGINE, 80, { missedBytes: 9 }), at(1));
    send(run, [ENGINE, EHR], results('E1', result(1, 79)), at(2));
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium', count: 1 }]);
    send(run, [LAB, ENGINE], results('L2', result(2, 41)), at(3));
    send(run, [ENGINE, EHR], results('E2', result(2, 79)), at(4));
    expect(run.findings(ID)).toMatchObject([{ severity: 'critical', count: 2 }]);
  });

  test('results that are passed on as they are, through a chain', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], results('L1', result(1, 41)));
    send(run, [ENGINE, '10.0.0.3'], results('E1', result(1, 41)), at(1));
    send(run, ['10.0.0.3', EHR], results('F1', result(1, 41)), at(2));
    expect(run.findings(ID)).toEqual([]);
  });

  test('whoever comes after the one that changed them is not blamed', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], results('L1', result(1, 41)));
    send(run, [ENGINE, '10.0.0.3'], results('E1', result(1, 79)), at(1));
    send(run, ['10.0.0.3', EHR], results('F1', result(1, 79)), at(2));
    expect(run.findings(ID)).toMatchObject([{ count: 1, source: { ip: ENGINE } }]);
  });

  test('a correction by the laboratory, passed on late', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], results('L1', result(1, 41)));
    send(run, [LAB, ENGINE], results('L2', result(1, 43, { status: 'C' })), at(1));
    send(run, [LAB, ENGINE], results('L3', result(1, 44)), at(2));
    send(run, [ENGINE, EHR], results('E1', result(1, 41)), at(3));
    send(run, [ENGINE, EHR], results('E2', result(1, 43, { status: 'C' })), at(4));
    send(run, [ENGINE, EHR], results('E3', result(1, 44)), at(5));
    expect(run.findings(ID)).toEqual([]);
    send(run, [ENGINE, EHR], results('E4', result(1, 99, { status: 'C' })), at(6));
    expect(run.findings(ID)).toMatchObject([{ data: { statuses: ['C'] } }]);
  });

  test('a correction by whoever passes it on says that it is one', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], results('L1', result(1, 41)));
    send(run, [ENGINE, EHR], results('E1', result(1, 43, { status: 'C' })), at(3));
    expect(run.findings(ID)).toEqual([]);
  });

  test('observations of others, and what its sender never received, are not compared', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], results('L1', result(1, 41)));
    send(run, [ENGINE, EHR], results('E1', result(2, 43)), at(1));
    send(run, ['10.0.0.3', EHR], results('F1', result(1, 43)), at(2));
    send(run, [LAB, EHR], results('L2', result(1, 44)), at(2));
    expect(run.findings(ID)).toEqual([]);
  });

  test('after a day it is another observation', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], results('L1', result(1, 41)));
    send(run, [ENGINE, EHR], results('E1', result(1, 43)), at(86_401));
    expect(run.findings(ID)).toEqual([]);
  });

  test('what is measured again and again under one number may be thinned out and averaged', () => {
    const run = new Run();
    for (let i = 0; i < 20; i++) send(run, [LAB, ENGINE], results(`L${i}`, result(1, i)), at(i));
    send(run, [ENGINE, EHR], results('E1', result(1, 999)), at(30));
    expect(run.findings(ID)).toEqual([]);
  });

  test('texts count where they are passed on as they are, and not where they are translated', () => {
    const run = new Run();
    for (let i = 0; i < 10; i++) {
      send(run, [LAB, ENGINE], results(`L${i}`, result(i, i, TEXT)), at(i));
      send(run, [ENGINE, EHR], results(`E${i}`, result(i, 100 + i, TEXT)), at(i));
    }
    expect(run.findings(ID)).toEqual([]);
    const kept = new Run();
    for (let i = 0; i < 3; i++) {
      send(kept, [LAB, ENGINE], results(`L${i}`, result(i, i, TEXT)), at(i));
      send(kept, [ENGINE, EHR], results(`E${i}`, result(i, i === 2 ? 7 : i, TEXT)), at(i));
    }
    expect(kept.findings(ID)).toMatchObject([{ count: 1, data: { numeric: 0 } }]);
  });

  test('results for a host that passes none on are not kept for ever', () => {
    const run = new Run();
    for (let i = 0; i < 51; i++) send(run, [LAB, EHR], results(`L${i}`, result(i, i)), at(i), '');
    send(run, [EHR, ENGINE], results('E0', result(50, 7)), at(2000));
    expect(run.findings(ID)).toEqual([]);
    // From its first own result on it is another matter.
    send(run, [LAB, EHR], results('L2000', result(2000, 1)), at(2001));
    send(run, [EHR, ENGINE], results('E1', result(2000, 7)), at(2002));
    expect(run.findings(ID)).toHaveLength(1);
  });

  test('observations are bounded', () => {
    const run = new Run();
    send(run, [ENGINE, EHR], results('E', result(-1, 1)));
    for (let i = 0; i < 33_000; i++) send(run, [LAB, ENGINE], results('L', result(i, 1)), at(1), '');
    send(run, [ENGINE, EHR], results('E1', result(0, 7)), at(2));
    expect(run.findings(ID)).toEqual([]);
    send(run, [ENGINE, EHR], results('E2', result(32_999, 7)), at(2));
    expect(run.findings(ID)).toHaveLength(1);
  });

  test('what a case keeps is bounded', () => {
    const run = new Run();
    for (let i = 0; i < 100; i++) {
      send(run, [LAB, ENGINE], results(`L${i}`, result(i, 1)), at(i));
      send(run, [ENGINE, EHR], results(`E${i}`, result(i, 2, { observation: `O${i}` })), at(i));
    }
    const [{ data, count, summary }] = run.findings(ID);
    expect(count).toBe(100);
    expect(data.observations).toHaveLength(16);
    expect(data.control_ids).toHaveLength(10);
    expect(summary).toContain('12 more');
  });
});
