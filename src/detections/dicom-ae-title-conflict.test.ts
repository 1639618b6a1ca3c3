import { describe, expect, test } from 'vitest';
import type { Association } from '../../dissectors/dicom/events.ts';
import { at, flow, lease, neighbour } from '../testing/analysis/facts.ts';
import { association, Run, rejection } from '../testing/analysis/run.ts';
import { Baseline } from '../trackers/baseline.ts';
import { NO_POLICY } from '../trackers/policy.ts';

const ID = 'dicom.ae-title-conflict';
const CT = '10.0.0.5';
const PC = '10.0.0.99';
const PACS = '10.0.0.2';
const CT_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const VERIFICATION = '1.2.840.10008.1.1';
const DCMTK = '1.2.276.0.7230010.3.0.3.6.7';
const DCM4CHE = '1.2.40.0.13.1.3';

interface Call {
  called?: string;
  title?: string;
  at?: number;
  server?: string;
  mac?: number;
  classUid?: string;
  sopClass?: string;
  rejected?: boolean;
}

function call(run: Run, client: string, one: Call = {}): Run {
  const { title = 'CT_1', server = PACS, mac = -1, classUid = '', sopClass = CT_STORAGE } = one;
  const made: Association = association(one.called ?? 'ARCHIVE', {
    calling: title,
    accepted: !one.rejected,
    rejection: one.rejected ? rejection() : null,
    client: { classUid, versionName: '' },
    contexts: [
      {
        id: 1,
        abstractSyntax: sopClass,
        transferSyntaxes: [],
        result: 0,
        transferSyntax: '',
        inferred: false,
      },
    ],
  });
  const on = flow(client, server, 104, { clientMac: mac });
  run.fact({ fact: 'flow', state: 'open' }, on, at(one.at ?? 0));
  run.fact({ fact: 'flow', state: 'established' }, on, at(one.at ?? 0));
  run.event({ type: 'dicom.requested', association: made }, on, at(one.at ?? 0));
  run.event({ type: 'dicom.answered', association: made }, on, at(one.at ?? 0));
  return run;
}

describe(ID, () => {
  test('a title from a second address', () => {
    const run = call(call(new Run(), CT), PC, { at: 60 });
    call(run, CT, { at: 120 });
    call(run, PC, { at: 180, rejected: true });
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 2,
        source: { ip: PC },
        destination: { ip: PACS, port: 104 },
        summary:
          '10.0.0.99 called 10.0.0.2:104 as "CT_1", which 10.0.0.5 uses too: 2 associations, 1 accepted.',
        data: { ae_titles: ['CT_1'], changes: ['address'], home: CT, accepted: 1 },
      },
    ]);
  });

  test('many titles of one address are a gateway', () => {
    const run = new Run();
    for (let i = 0; i < 20; i++) call(run, CT, { title: `CT_${i}`, at: i });
    expect(run.findings(ID)).toEqual([]);
  });

  test('a title that was refused is nobody’s', () => {
    const run = call(call(new Run(), PC, { rejected: true }), CT, { at: 60 });
    expect(run.findings(ID)).toEqual([]);
  });

  test('a device that gets another address keeps its MAC', () => {
    const run = new Run();
    run.fact(neighbour(CT, 0x00163e000001), null, at(0));
    call(run, CT, { mac: 0x00163e000001 });
    run.fact(lease('10.0.0.77', 0x00163e000001), null, at(50));
    call(run, '10.0.0.77', { mac: 0x00163e000001, at: 60 });
    expect(run.findings(ID)).toEqual([]);
    call(run, PC, { mac: 0x00163e000009, at: 70 });
    expect(run.findings(ID)).toMatchObject([{ source: { ip: PC }, data: { home: '10.0.0.77' } }]);
  });

  test('a title whose former host is silent for a day has moved', () => {
    const run = call(call(new Run(), CT), PC, { at: 25 * 3600 });
    expect(run.findings(ID)).toEqual([]);
    call(run, CT, { at: 25 * 3600 + 60 });
    expect(run.findings(ID)).toMatchObject([{ source: { ip: CT } }]);
  });

  test('nodes of one archive are called by the title that they call by', () => {
    const run = new Run();
    for (const node of [CT, PC]) {
      const served = association('CT_1', { accepted: true });
      run.event({ type: 'dicom.answered', association: served }, flow('10.0.0.50', node), at(0));
    }
    call(call(run, CT, { at: 1 }), PC, { at: 2 });
    expect(run.findings(ID)).toEqual([]);
  });

  test('a router hands on under the title that it was given the objects under', () => {
    const ROUTER = '10.0.0.30';
    const first = call(call(new Run(), CT, { server: ROUTER, called: 'ROUTER' }), ROUTER, { at: 9 });
    expect(call(first, CT, { server: ROUTER, called: 'ROUTER', at: 20 }).findings(ID)).toEqual([]);
    // The same seen from the middle: what was handed on comes first.
    const middle = call(call(new Run(), ROUTER), CT, { server: ROUTER, called: 'ROUTER', at: 9 });
    expect(call(middle, ROUTER, { at: 20 }).findings(ID)).toEqual([]);
    // An archive that calls itself is asked under its own title by a stranger.
    const self = call(new Run(), PACS, { title: 'PACS', server: ROUTER });
    expect(call(self, PC, { title: 'PACS', called: 'PACS', at: 9 }).findings(ID)).toHaveLength(1);
    // One that refuses it was given nothing either.
    const refused = call(new Run(), CT, { server: ROUTER, called: 'ROUTER', rejected: true });
    expect(call(call(refused, CT), ROUTER, { at: 9 }).findings(ID)).toHaveLength(1);
    // Who was only asked for Verification was given nothing.
    const asked = call(new Run(), CT, { server: ROUTER, called: 'ROUTER', sopClass: VERIFICATION });
    expect(call(asked, ROUTER, { at: 9 }).findings(ID)).toHaveLength(1);
  });

  test('workstations that share a title which only reads are set up alike, most likely', () => {
    const reads = { title: 'READER', sopClass: '1.2.840.10008.5.1.4.1.2.2.1' };
    const shared = (run = new Run(), more: Call = {}) =>
      call(call(call(run, CT, { ...reads, ...more }), PC, { ...reads, at: 9 }), CT, { ...reads, at: 10 });
    expect(shared().findings(ID)).toMatchObject([{ severity: 'medium', data: { changes: ['address'] } }]);
    // Somebody stores under it, or is called by it: to take it over is worth something.
    const stores = call(call(shared(), PC, { title: 'READER', at: 20 }), CT, { ...reads, at: 21 });
    expect(stores.findings(ID)).toMatchObject([{ severity: 'high' }]);
    const stored = shared(new Run(), { sopClass: CT_STORAGE });
    expect(stored.findings(ID)).toMatchObject([{ severity: 'high' }]);
    const served = call(new Run(), PACS, { title: 'ARCHIVE', server: CT, called: 'READER' });
    expect(shared(served).findings(ID)).toMatchObject([{ severity: 'high' }]);
  });

  test('a former host that is silent may have moved; anything it sends shows that it has not', () => {
    const run = call(call(new Run(), CT), PC, { at: 60 });
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium', count: 1 }]);
    const web = flow(CT, '10.0.0.80', 80);
    run.fact({ fact: 'flow', state: 'open' }, web, at(90));
    expect(run.findings(ID)).toMatchObject([{ severity: 'high', count: 1 }]);
    expect(call(run, PC, { at: 100 }).findings(ID)).toMatchObject([{ severity: 'high', count: 2 }]);
  });

  test('somebody else at the former address is not the former host', () => {
    const [mine, others] = [0x00163e000001, 0x00163e000099];
    const run = call(call(new Run(), CT, { mac: mine }), PC, { at: 60, mac: mine });
    run.fact({ fact: 'flow', state: 'open' }, flow(CT, '10.0.0.80', 80, { clientMac: others }), at(90));
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium' }]);
    run.fact({ fact: 'flow', state: 'open' }, flow(CT, '10.0.0.80', 80, { clientMac: mine }), at(95));
    expect(run.findings(ID)).toMatchObject([{ severity: 'high' }]);
  });

  test('a connection attempt to the former host shows nothing; its answer does', () => {
    const run = call(call(new Run(), CT), PC, { at: 60 });
    const asked = flow('10.0.0.80', CT, 80, { bothSides: false });
    run.fact({ fact: 'flow', state: 'open' }, asked, at(90));
    run.fact({ fact: 'flow', state: 'end' }, asked, at(99));
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium' }]);
    const answered = flow('10.0.0.80', CT, 80);
    run.fact({ fact: 'flow', state: 'established' }, answered, at(100));
    expect(run.findings(ID)).toMatchObject([{ severity: 'high' }]);
  });

  test('in one direction, and from cut requests, a router is one too', () => {
    const ROUTER = '10.0.0.30';
    const made = association('ROUTER', { calling: 'CT_1' });
    const run = call(new Run(), CT);
    run.event(
      { type: 'dicom.requested', association: made },
      flow(CT, ROUTER, 104, { bothSides: false }),
      at(5),
    );
    expect(call(run, ROUTER, { at: 9 }).findings(ID)).toEqual([]);
    const both = call(new Run(), CT);
    both.event({ type: 'dicom.requested', association: made }, flow(CT, ROUTER, 104), at(5));
    expect(call(both, ROUTER, { at: 9 }).findings(ID)).toHaveLength(1);
  });

  test('IPv6 and IPv4 of one host are no two', () => {
    expect(call(call(new Run(), CT), 'fd00::5', { at: 5 }).findings(ID)).toEqual([]);
  });

  test('names that tools have are nobody’s, and those that programs have until they are named are low', () => {
    const tools = call(call(new Run(), CT, { title: 'ECHOSCU' }), PC, { title: 'ECHOSCU' });
    expect(tools.findings(ID)).toEqual([]);
    const programs = call(call(new Run(), CT, { title: 'ORTHANC' }), PC, { title: 'ORTHANC' });
    expect(programs.findings(ID)).toMatchObject([{ severity: 'low' }]);
  });

  test('the site knows where a title is at home', () => {
    const policy = {
      ...NO_POLICY,
      title: (title: string) =>
        title === 'CT_1'
          ? {
              hosts: [{ family: 4, words: [0, 0, 0, 0], mask: [0, 0, 0, 0] } as const],
              moveDestinations: null,
            }
          : null,
      isHome: (_title: string, { text }: { text: string }) => text === CT || text === '10.0.0.6',
    };
    const run = call(call(new Run({ policy }), CT), '10.0.0.6', { at: 5 });
    expect(run.findings(ID)).toEqual([]);
    const foreign = call(new Run({ policy }), PC);
    expect(foreign.findings(ID)).toMatchObject([
      { severity: 'high', data: { changes: ['not-at-home'], home: null, accepted: 1 } },
    ]);
    expect(foreign.findings(ID)[0].summary).toContain('which the site has at other addresses');
  });

  test('what the baseline knows is none', () => {
    const known = { behaviour: 'association', source: PC, destination: PACS, value: 'CT_1>ARCHIVE' } as const;
    const baseline = new Baseline({ known: [{ ...known, count: 1, firstSeen: 0, lastSeen: 0, most: 0 }] });
    expect(call(call(new Run({ baseline }), CT), PC, { at: 9 }).findings(ID)).toEqual([]);
  });

  test('another MAC at the same address', () => {
    const run = new Run();
    run.fact(neighbour(CT, 0x00163e000001), null, at(0));
    call(run, CT, { mac: 0x00163e000001 });
    run.fact(neighbour(CT, 0x00163e000002), null, at(50));
    call(run, CT, { mac: 0x00163e000002, at: 60 });
    call(run, CT, { mac: 0x00163e000002, at: 90 });
    expect(run.findings(ID)).toMatchObject([{ count: 1, data: { changes: ['mac'] } }]);
  });

  test("another router's MAC is none", () => {
    const run = new Run();
    for (let i = 1; i < 9; i++) {
      call(run, `10.0.3.${i}`, { title: `M${i}`, mac: 0x00163e000001 });
      call(run, `10.0.3.${i}`, { title: `M${i}`, mac: 0x00163e000002, at: 60 });
    }
    expect(run.findings(ID)).toEqual([]);
  });

  test('software of another maker under the same title, for the same work', () => {
    const run = new Run();
    for (let i = 0; i < 3; i++) call(run, CT, { classUid: DCM4CHE, at: i });
    expect(call(run, CT, { classUid: DCM4CHE.replace(/3$/, '4'), at: 5 }).findings(ID)).toEqual([]);
    // Whoever services the device looks with a tool of his own whether the archive is up.
    for (let i = 0; i < 3; i++) call(run, CT, { classUid: DCM4CHE, sopClass: VERIFICATION, at: 5 });
    call(run, CT, { classUid: DCMTK, sopClass: VERIFICATION, at: 6 });
    call(run, CT, { classUid: DCMTK, sopClass: '1.2.840.10008.5.1.4.31', at: 7 });
    expect(run.findings(ID)).toEqual([]);
    call(run, CT, { classUid: DCMTK, at: 8 });
    call(run, CT, { classUid: DCMTK, at: 9 });
    expect(run.findings(ID)).toMatchObject([
      { severity: 'medium', count: 1, source: { ip: CT }, data: { changes: ['implementation'] } },
    ]);
  });

  test('one that had two from the start has two', () => {
    const run = new Run();
    for (let i = 0; i < 8; i++) call(run, CT, { classUid: i % 2 ? DCMTK : DCM4CHE, at: i });
    expect(run.findings(ID)).toEqual([]);
  });

  test('titles are bounded', () => {
    const run = call(new Run(), CT, { title: 'FIRST' });
    for (let i = 0; i < 9000; i++) call(run, CT, { title: `T${i}`, at: 1 });
    // The first was forgotten, so nothing can be said of it.
    expect(call(run, PC, { title: 'FIRST', at: 2 }).findings(ID)).toEqual([]);
    for (let i = 8900; i < 9000; i++) call(run, PC, { title: `T${i}`, at: 3 });
    const [found] = run.findings(ID);
    expect(found.count).toBe(100);
    expect(JSON.stringify(found.data).length).toBeLessThan(1000);
  });
});
