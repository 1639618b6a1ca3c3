import { describe, expect, test } from 'vitest';
import { at, flow } from '../testing/analysis/facts.ts';
import { EHR, ENGINE, hl7, LAB, PC, send } from '../testing/analysis/hl7.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'hl7.replayed-message';

describe(ID, () => {
  test('from another address', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [PC, ENGINE], hl7('M1'), at(600));
    send(run, [PC, ENGINE], hl7('M1'), at(601));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 2,
        source: { ip: PC },
        destination: { ip: ENGINE, port: 2575 },
        summary:
          '10.0.0.66 sent 2 messages again as "ADMIT|WEST": MSH-10 "M1", which 10.0.0.2:2575 had accepted from 10.0.0.5 10 min before.',
        data: { from_another_address: 2, with_another_body: 0, first_sources: [EHR], control_ids: ['M1'] },
      },
    ]);
  });

  test('another body where the capture has gaps may be a counter that began anew', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    run.fact({ fact: 'flow', state: 'end' }, flow(EHR, ENGINE, 2575, { missedBytes: 300 }), at(30));
    send(run, [EHR, ENGINE], hl7('M1', { digest: 2 }), at(60));
    send(run, [EHR, ENGINE], hl7('M2', { digest: 3 }), at(61));
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium', count: 1 }]);
    send(run, [PC, ENGINE], hl7('M2', { digest: 3 }), at(62));
    expect(run.findings(ID)).toMatchObject([
      { severity: 'high', source: { ip: PC } },
      { severity: 'medium', source: { ip: EHR } },
    ]);
  });

  test('with another body from another address, once the next message shows it to be no counter', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [PC, ENGINE], hl7('M1', { digest: 2 }), at(60));
    expect(run.findings(ID)).toMatchObject([{ source: { ip: PC }, data: { from_another_address: 1 } }]);
  });

  test('with another body from the same address', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [EHR, ENGINE], hl7('M1', { digest: 2 }), at(60));
    expect(run.told).toEqual([]);
    send(run, [EHR, ENGINE], hl7('M2', { digest: 3 }), at(61));
    expect(run.told).toMatchObject([{ finding: { severity: 'high' } }]);
    expect(run.findings(ID)).toMatchObject([
      {
        count: 1,
        source: { ip: EHR },
        summary:
          '10.0.0.5 sent 1 message again as "ADMIT|WEST": MSH-10 "M1", which 10.0.0.2:2575 had accepted with another body 60 s before.',
        data: { with_another_body: 1, first_sources: [] },
      },
    ]);
  });

  test('the sender’s next message is not waited for for ever', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [EHR, ENGINE], hl7('M1', { digest: 2 }), at(60));
    send(run, [LAB, ENGINE], hl7('L1', { sendingApplication: 'LAB' }), at(700));
    expect(run.told).toHaveLength(1);
  });

  test('not when it is sent again as it was, nor in place of one that was refused or never accepted', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [EHR, ENGINE], hl7('M1'), at(5));
    send(run, [EHR, ENGINE], hl7('M2', { digest: 2 }), at(10), 'AE');
    send(run, [EHR, ENGINE], hl7('M2', { digest: 3 }), at(15));
    send(run, [EHR, ENGINE], hl7('M3', { digest: 4 }), at(20), '');
    send(run, [EHR, ENGINE], hl7('M3', { digest: 5 }), at(25));
    // Another node of the cluster sends what got no answer.
    send(run, [EHR, ENGINE], hl7('M4', { digest: 6 }), at(30), '');
    send(run, [PC, ENGINE], hl7('M4', { digest: 6 }), at(35));
    expect(run.findings(ID)).toEqual([]);
  });

  test('an engine sends messages on, to several, changed for each', () => {
    const run = new Run();
    for (let i = 0; i < 5; i++) {
      send(run, [EHR, ENGINE], hl7(`M${i}`, { digest: i }), at(10 * i));
      send(run, [ENGINE, LAB], hl7(`M${i}`, { digest: 100 + i }), at(10 * i + 1));
      send(run, [ENGINE, PC], hl7(`M${i}`, { digest: 200 + i }), at(10 * i + 2));
      send(run, [LAB, '10.0.0.30'], hl7(`M${i}`, { digest: 300 + i }), at(10 * i + 3));
    }
    expect(run.findings(ID)).toEqual([]);
  });

  test('who gets a message from both of two that are connected', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M0', { digest: 9 }));
    send(run, [EHR, LAB], hl7('M1'), at(1));
    send(run, [ENGINE, LAB], hl7('M1'), at(2));
    expect(run.findings(ID)).toEqual([]);
  });

  test('devices that begin to count anew, or never count', () => {
    const run = new Run();
    for (let day = 0; day < 3; day++)
      for (let i = 0; i < 5; i++)
        send(run, [LAB, ENGINE], hl7(`${i}`, { digest: 10 * day + i }), at(600 * day + i));
    for (let i = 0; i < 5; i++)
      send(run, [PC, ENGINE], hl7('1', { digest: i, sendingApplication: 'CONSTANT' }), at(i));
    for (let i = 0; i < 5; i++) send(run, [EHR, ENGINE], hl7('', { digest: i }), at(i));
    expect(run.findings(ID)).toEqual([]);
  });

  test('ids made of the time to the second', () => {
    const run = new Run();
    send(run, [LAB, ENGINE], hl7('L20260302081500'));
    send(run, [LAB, ENGINE], hl7('L20260302081500', { digest: 2 }), at(0.4));
    send(run, [LAB, ENGINE], hl7('L20260302081502', { digest: 3 }), at(2));
    expect(run.findings(ID)).toEqual([]);
  });

  test('after an hour another body is a counter that came round; after a day so is another address', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [EHR, ENGINE], hl7('M1', { digest: 2 }), at(3601));
    send(run, [EHR, ENGINE], hl7('M3', { digest: 3 }), at(3602));
    send(run, [PC, ENGINE], hl7('M3', { digest: 3 }), at(3602 + 86_401));
    expect(run.findings(ID)).toEqual([]);
  });

  test('both sides of an address translation, in whichever order', () => {
    const run = new Run();
    for (let i = 0; i < 3; i++) {
      const inside = flow(EHR, ENGINE, 2575);
      run.event(hl7(`M${i}`, { digest: i }), inside, at(i));
      send(run, ['10.0.9.1', ENGINE], hl7(`M${i}`, { digest: i }), at(i));
    }
    send(run, [EHR, ENGINE], hl7('M4', { digest: 4 }), at(4));
    send(run, ['10.0.9.1', ENGINE], hl7('M4', { digest: 4 }), at(4.1));
    expect(run.findings(ID)).toEqual([]);
  });

  test('messages of which a part is missing are not compared', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [EHR, ENGINE], hl7('M1', { digest: 2, partial: true }), at(60));
    send(run, [EHR, ENGINE], hl7('M2', { digest: 3 }), at(61));
    expect(run.findings(ID)).toEqual([]);
  });

  test('IPv6', () => {
    const run = new Run();
    send(run, ['fd00::5', 'fd00::2'], hl7('M1'));
    send(run, ['fd00:1::5', 'fd00::2'], hl7('M1'), at(60));
    expect(run.findings(ID)).toMatchObject([
      { source: { ip: 'fd00:1::5' }, data: { first_sources: ['fd00::5'] } },
    ]);
  });

  test('the table of control ids is bounded, and forgets the oldest', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('FIRST'));
    for (let i = 0; i < 300_000; i++)
      run.event(hl7(`N${i}`, { digest: i }), flow(EHR, ENGINE, 2575), at(1 + i / 100));
    send(run, [EHR, ENGINE], hl7('LAST'), at(3100));
    send(run, [PC, ENGINE], hl7('FIRST'), at(3200));
    send(run, [PC, ENGINE], hl7('LAST'), at(3201));
    expect(run.findings(ID)).toMatchObject([{ count: 1, data: { control_ids: ['LAST'] } }]);
  });

  test('what a case keeps is bounded', () => {
    const run = new Run();
    for (let i = 0; i < 100; i++) send(run, [EHR, ENGINE], hl7(`M${i}`), at(i));
    for (let i = 0; i < 100; i++)
      send(run, [PC, ENGINE], hl7(`M${i}`, { messageType: `Z${i}` }), at(200 + i));
    const [{ data, count }] = run.findings(ID);
    expect(count).toBe(100);
    expect(data.control_ids).toHaveLength(10);
    expect(data.message_types).toHaveLength(16);
  });
});
