import { describe, expect, test } from 'vitest';
import { HOUR } from '../core/time.ts';
import { at, flow, neighbour } from '../testing/analysis/facts.ts';
import { EHR, ENGINE, hl7, LAB, PC, send } from '../testing/analysis/hl7.ts';
import { Run } from '../testing/analysis/run.ts';
import { Baseline } from '../trackers/baseline.ts';
import { NO_POLICY } from '../trackers/policy.ts';

const ID = 'hl7.sender-conflict';
const RIS = '10.0.0.12';

describe(ID, () => {
  test('a PC speaks in the EHR’s name', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [PC, ENGINE], hl7('Z1', { digest: 2 }), at(10));
    send(run, [PC, ENGINE], hl7('Z2', { digest: 3 }), at(11));
    expect(run.told).toEqual([]);
    send(run, [EHR, ENGINE], hl7('M2', { digest: 4 }), at(20));
    expect(run.told).toMatchObject([{ change: 'new', finding: { severity: 'high' } }]);
    send(run, [PC, ENGINE], hl7('Z3', { digest: 5 }), at(30));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 3,
        firstSeen: at(10),
        lastSeen: at(30),
        source: { ip: PC },
        destination: { ip: ENGINE, port: 2575 },
        summary:
          '10.0.0.66 sends HL7 to 10.0.0.2:2575 as "ADMIT|WEST", under which 10.0.0.5 sends there too.',
        data: { sender: 'ADMIT|WEST', other_source: EHR, other_still_sends: true, shared_name: false },
      },
    ]);
    expect(run.findings(ID)[0].communityIds).toHaveLength(1);
  });

  test('where the capture ends before the first one speaks again it is told nevertheless', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [PC, ENGINE], hl7('Z1'), at(10));
    expect(run.findings(ID)).toMatchObject([{ severity: 'high', count: 1 }]);
  });

  test('an engine sends on what it got, first or last', () => {
    const forward = new Run();
    send(forward, [EHR, ENGINE], hl7('M1'));
    send(forward, [ENGINE, LAB], hl7('E1', { digest: 2 }), at(1));
    send(forward, [LAB, RIS], hl7('E2', { digest: 2 }), at(2));
    send(forward, [EHR, ENGINE], hl7('M2'), at(3));
    expect(forward.findings(ID)).toEqual([]);
    const midway = new Run();
    send(midway, [ENGINE, LAB], hl7('E1', { digest: 2 }));
    send(midway, [EHR, ENGINE], hl7('M2'), at(1));
    send(midway, [ENGINE, LAB], hl7('E2'), at(2));
    expect(midway.findings(ID)).toEqual([]);
  });

  test('the EHR sends to the laboratory itself, too, what the engine sends there', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [ENGINE, LAB], hl7('E1', { digest: 2 }), at(1));
    send(run, [EHR, LAB], hl7('M2', { digest: 3 }), at(2));
    send(run, [ENGINE, LAB], hl7('E2', { digest: 4 }), at(3));
    expect(run.findings(ID)).toEqual([]);
  });

  test('a PC beside the engine, at a receiver that knows the name from the engine only', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [ENGINE, LAB], hl7('E1', { digest: 2 }), at(1));
    send(run, [PC, LAB], hl7('Z1', { digest: 3 }), at(2));
    send(run, [ENGINE, LAB], hl7('E2', { digest: 4 }), at(3));
    expect(run.findings(ID)).toMatchObject([
      { severity: 'high', source: { ip: PC }, destination: { ip: LAB }, data: { other_source: ENGINE } },
    ]);
  });

  test('an engine that gets messages at one address and sends them on from another', () => {
    const run = new Run();
    send(run, [EHR, '10.0.0.100'], hl7('M1'));
    send(run, [ENGINE, LAB], hl7('M1', { digest: 2 }), at(1));
    send(run, [EHR, '10.0.0.100'], hl7('M2'), at(3));
    expect(run.findings(ID)).toEqual([]);
  });

  test('both sides of an address translation', () => {
    const run = new Run();
    for (let i = 0; i < 3; i++) {
      const inside = flow(EHR, ENGINE, 2575);
      const outside = flow('10.0.9.1', ENGINE, 2575);
      run.event(hl7(`M${i}`, { digest: i }), inside, at(i));
      run.event(hl7(`M${i}`, { digest: i }), outside, at(i));
    }
    expect(run.findings(ID)).toEqual([]);
  });

  test('two that send to different receivers are low', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [PC, RIS], hl7('Z1', { digest: 2 }), at(1));
    send(run, [EHR, ENGINE], hl7('M2', { digest: 3 }), at(2));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'low',
        summary:
          '10.0.0.66 sends HL7 to 10.0.0.12:2575 as "ADMIT|WEST", under which 10.0.0.5 sends to 10.0.0.2.',
      },
    ]);
  });

  test('a sender that moved is low, and high when the first one comes back', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [PC, ENGINE], hl7('M2', { digest: 2 }), at(60));
    send(run, [PC, ENGINE], hl7('M3', { digest: 3 }), at(60 + 3601));
    send(run, [PC, ENGINE], hl7('M4', { digest: 4 }), at(60 + 3700));
    expect(run.told.at(-1)!.finding).toMatchObject({
      severity: 'low',
      count: 3,
      data: { other_still_sends: false },
    });
    expect(run.told.at(-1)!.finding.summary).toContain('The first one has not been heard since.');
    send(run, [EHR, ENGINE], hl7('M5', { digest: 5 }), at(8000));
    expect(run.findings(ID)).toMatchObject([
      { severity: 'high', count: 3, data: { other_still_sends: true } },
    ]);
  });

  test('after a day of silence nobody is missed', () => {
    const run = new Run();
    send(run, [EHR, ENGINE], hl7('M1'));
    send(run, [PC, ENGINE], hl7('M2', { digest: 2 }), at(25 * 3600));
    expect(run.findings(ID)).toEqual([]);
  });

  test('a name that a whole fleet has is low, and told no more', () => {
    const run = new Run();
    for (let round = 0; round < 3; round++)
      for (let i = 0; i < 20; i++)
        send(run, [`10.0.1.${i}`, ENGINE], hl7(`M${round}-${i}`, { digest: i }), at(round * 100 + i));
    expect(run.findings(ID)).toMatchObject([
      { severity: 'low', source: { ip: '10.0.1.1' }, data: { shared_name: true } },
    ]);
  });

  test('without a name or a facility nobody is anybody', () => {
    for (const nameless of [{ sendingApplication: '' }, { sendingFacility: '' }]) {
      const run = new Run();
      for (let i = 0; i < 4; i++)
        send(run, [i % 2 ? PC : EHR, ENGINE], hl7(`M${i}`, { ...nameless, digest: i }), at(i));
      expect(run.findings(ID)).toEqual([]);
    }
  });

  test('acknowledgements name nobody: some repeat the sender’s name', () => {
    const run = new Run();
    const echoed = { sendingApplication: 'ADMIT', sendingFacility: 'WEST', from: 'server' as const };
    for (let i = 0; i < 4; i++) {
      const f = flow(EHR, ENGINE, 2575);
      run.event(hl7(`M${i}`), f, at(i));
      run.event(hl7(`A${i}`, { ...echoed, ackCode: 'AA', ackedControlId: `M${i}` }), f, at(i));
    }
    expect(run.findings(ID)).toEqual([]);
  });

  test('one device with two addresses', () => {
    const run = new Run();
    run.fact(neighbour(EHR, 0x1b2f5600aa), null).fact(neighbour(PC, 0x1b2f5600aa), null);
    run.trackers.settle();
    expect(run.trackers.assetId(EHR)).not.toBeNull();
    expect(run.trackers.assetId(EHR)).toBe(run.trackers.assetId(PC));
    for (let i = 0; i < 4; i++)
      send(run, [i % 2 ? PC : EHR, ENGINE], hl7(`M${i}`, { digest: i }), at(i), 'AA', {});
    expect(run.findings(ID)).toEqual([]);
  });

  test('what the site allows, and what it learned', () => {
    const policy = { ...NO_POLICY, allows: ({ text }: { text: string }) => text === PC };
    const allowed = new Run({ policy });
    for (let i = 0; i < 4; i++) send(allowed, [i % 2 ? PC : EHR, ENGINE], hl7(`M${i}`, { digest: i }), at(i));
    expect(allowed.findings(ID)).toEqual([]);

    const baseline = new Baseline({ learn: HOUR });
    const learned = new Run({ baseline });
    const f = flow(PC, ENGINE, 2575);
    const fact = {
      fact: 'behaviour',
      side: 'client',
      behaviour: 'message-type',
      value: 'ADMIT|WEST ADT^A01',
    } as const;
    learned.fact(fact, f).fact(fact, f, at(3600));
    send(learned, [EHR, ENGINE], hl7('M1'), at(3601));
    learned.fact(fact, f, at(3602)).event(hl7('M2', { digest: 2 }), f, at(3602));
    send(learned, [EHR, ENGINE], hl7('M3', { digest: 3 }), at(3603));
    expect(learned.findings(ID)).toEqual([]);
  });

  test('names are bounded', () => {
    const run = new Run();
    for (let i = 0; i < 9000; i++)
      send(run, [EHR, ENGINE], hl7(`M${i}`, { sendingApplication: `APP${i}` }), at(0), '');
    send(run, [PC, ENGINE], hl7('Z', { sendingApplication: 'APP0', digest: 2 }), at(1), '');
    expect(run.findings(ID)).toEqual([]);
    send(run, [PC, ENGINE], hl7('Z', { sendingApplication: 'APP8999', digest: 2 }), at(1), '');
    expect(run.findings(ID)).toHaveLength(1);
  });
});
