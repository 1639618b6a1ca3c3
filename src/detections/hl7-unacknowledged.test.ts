import { describe, expect, test } from 'vitest';
import { SECOND } from '../core/time.ts';
import { at, flow, START } from '../testing/analysis/facts.ts';
import { acknowledgement, EHR, ENGINE, unacknowledged } from '../testing/analysis/hl7.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'hl7.unacknowledged';

describe(ID, () => {
  test('what is left when the connection is closed, at once', () => {
    const f = flow(EHR, ENGINE, 2575);
    const run = new Run().event(unacknowledged('M2', SECOND), f).event(unacknowledged('M3', 0), f, at(1));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'low',
        count: 2,
        source: { ip: EHR },
        destination: { ip: ENGINE, port: 2575 },
        summary: '10.0.0.2:2575 did not acknowledge 2 messages from 10.0.0.5 (the first has MSH-10 "M2").',
        data: { never_acknowledged: 2, message_types: { 'ADT^A01': 2 }, control_ids: ['M2', 'M3'] },
      },
    ]);
  });

  test('after thirty seconds where it is open, or the capture ends', () => {
    const silent = new Run()
      .event(unacknowledged('M1', 29 * SECOND, 'cut'), flow(EHR, ENGINE, 2575))
      .event(unacknowledged('M2', 29 * SECOND, null), flow(EHR, ENGINE, 2575));
    expect(silent.findings(ID)).toEqual([]);
    const run = new Run()
      .event(unacknowledged('M1', 30 * SECOND, 'cut'), flow(EHR, ENGINE, 2575))
      .event(unacknowledged('M2', 301 * SECOND, null), flow(EHR, ENGINE, 2575));
    expect(run.findings(ID)).toMatchObject([{ count: 2 }]);
  });

  test('an acknowledgement that comes late is none', () => {
    const f = flow(EHR, ENGINE, 2575);
    const run = new Run().event(acknowledgement('AA', 'M1', 30 * SECOND), f);
    expect(run.findings(ID)).toEqual([]);
    run.event(acknowledgement('AA', 'M2', 45 * SECOND), f);
    expect(run.findings(ID)).toMatchObject([
      {
        count: 1,
        source: { ip: EHR },
        destination: { ip: ENGINE, port: 2575 },
        summary: '10.0.0.2:2575 acknowledged 1 message after up to 45 s from 10.0.0.5.',
        data: { acknowledged_late: 1, longest_seconds: 45 },
      },
    ]);
  });

  test('a site may have more patience', () => {
    const run = new Run({ settings: { [ID]: { thresholds: { patience: 60 } } } });
    run.event(acknowledgement('AA', 'M2', 45 * SECOND), flow(EHR, ENGINE, 2575));
    expect(run.findings(ID)).toEqual([]);
  });

  test('is not judged where the capture has gaps, or one direction only', () => {
    const run = new Run()
      .event(unacknowledged('M1', 99 * SECOND), flow(EHR, ENGINE, 2575, { missedBytes: 1 }))
      .event(unacknowledged('M1', 99 * SECOND), flow(EHR, ENGINE, 2575, { bothSides: false }))
      .event(acknowledgement('AA', 'M1', 99 * SECOND), flow(EHR, ENGINE, 2575, { missedBytes: 1 }));
    expect(run.findings(ID)).toEqual([]);
  });

  test('types and ids are bounded', () => {
    const f = flow(EHR, ENGINE, 2575);
    const run = new Run();
    for (let i = 0; i < 100; i++)
      run.event({ ...unacknowledged(`M${i}`, SECOND), messageType: `ZZ${i}` }, f, START);
    const [{ data, count }] = run.findings(ID);
    expect(count).toBe(100);
    expect(Object.keys(data.message_types as object)).toHaveLength(32);
    expect(data.control_ids).toHaveLength(10);
  });
});
