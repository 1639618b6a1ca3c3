import { describe, expect, test } from 'vitest';
import { at, flow, flowFact, lease, neighbour } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'network.address-conflict';
const STATION = 0x001b21000010;
const PC = 0x3c5282000099;

/** Claims of one address by MACs, one every `every` seconds. */
function claims(run: Run, macs: readonly number[], every = 10, ip = '10.0.0.5', vlan?: number): Run {
  for (const [i, mac] of macs.entries()) run.fact(neighbour(ip, mac, vlan), null, at(i * every));
  return run;
}

describe(ID, () => {
  test('an address that goes to and fro between two MACs', () => {
    const run = new Run().fact(neighbour('10.0.0.77', PC), null, at(0));
    claims(run, [STATION, PC, PC, STATION, PC, STATION]);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 2,
        firstSeen: at(40),
        source: { ip: '10.0.0.77' },
        destination: { ip: '10.0.0.5', port: null },
        summary:
          '10.0.0.5 is claimed by 00:1b:21:00:00:10 and 3c:52:82:00:00:99 in turn: 3c:52:82:00:00:99, the MAC of 10.0.0.77, took it from 00:1b:21:00:00:10, which is still there (seen 2 times).',
        data: {
          address: '10.0.0.5',
          holder_mac: '00:1b:21:00:00:10',
          claimant_mac: '3c:52:82:00:00:99',
          vlan: null,
        },
      },
    ]);
  });

  test('who has an address of its own beside it took it, though it was seen first', () => {
    const run = new Run().fact(neighbour('10.0.0.77', PC), null, at(0));
    claims(run, [PC, STATION, PC, STATION]);
    expect(run.findings(ID)).toMatchObject([
      { source: { ip: '10.0.0.77' }, data: { claimant_mac: '3c:52:82:00:00:99' } },
    ]);
  });

  test('without an address of its own, the address itself', () => {
    expect(claims(new Run(), [STATION, PC, STATION, PC], 10, '10.0.0.5', 12).findings(ID)).toMatchObject([
      { source: { ip: '10.0.0.5' }, destination: { ip: '10.0.0.5' }, data: { vlan: 12 } },
    ]);
  });

  test('a device replaced, a failover and back', () => {
    expect(claims(new Run(), [STATION, STATION, PC, PC, PC]).findings(ID)).toEqual([]);
    expect(claims(new Run(), [STATION, PC, PC, STATION, STATION]).findings(ID)).toEqual([]);
  });

  test('to and fro, but over an hour', () => {
    expect(claims(new Run(), [STATION, PC, STATION, PC, STATION], 400).findings(ID)).toEqual([]);
  });

  test('several that follow one another', () => {
    const run = claims(new Run(), [STATION, PC, 0x00a0c9000001, STATION, 0x00a0c9000001, PC]);
    expect(run.findings(ID)).toEqual([]);
  });

  test('virtual routers share an address by design', () => {
    for (const shared of [0x00005e000105, 0x00005e000205, 0x00000c07ac0a, 0x0007b4000101, 0x000573a00001])
      expect(claims(new Run(), [STATION, shared, STATION, shared, STATION]).findings(ID)).toEqual([]);
  });

  test('two ports of one card, and an interface that software made of one', () => {
    expect(claims(new Run(), [PC, PC + 1, PC, PC + 1, PC]).findings(ID)).toEqual([]);
    const made = PC + 2 * 2 ** 40;
    expect(claims(new Run(), [PC, made, PC, made, PC]).findings(ID)).toEqual([]);
  });

  test('a lease that goes from hand to hand', () => {
    const run = new Run();
    [STATION, PC, STATION, PC, STATION].forEach((mac, i) => {
      run.fact(lease('10.0.0.5', mac), null, at(i * 20));
      run.fact(neighbour('10.0.0.5', mac), null, at(i * 20 + 1));
    });
    expect(run.findings(ID)).toEqual([]);
  });

  test('renewing its lease does not hide who takes the address', () => {
    const run = new Run();
    for (let i = 0; i < 4; i++) {
      run.fact(neighbour('10.0.0.5', STATION), null, at(i * 20));
      run.fact(neighbour('10.0.0.5', PC), null, at(i * 20 + 1));
      run.fact(lease('10.0.0.5', STATION), null, at(i * 20 + 2));
    }
    expect(run.findings(ID)).toMatchObject([{ severity: 'high' }]);
  });

  test('one address in two VLANs is two hosts', () => {
    const run = new Run();
    for (let i = 0; i < 6; i++) {
      run.fact(neighbour('192.168.0.10', STATION, 10), null, at(i * 10));
      run.fact(neighbour('192.168.0.10', PC, 20), null, at(i * 10 + 1));
    }
    expect(run.findings(ID)).toEqual([]);
  });

  test('a router that answers for hosts of other networks', () => {
    const run = new Run();
    for (const ip of ['10.0.0.1', '10.0.1.1', '10.0.2.1']) run.fact(neighbour(ip, PC), null, at(0));
    expect(claims(run, [STATION, PC, STATION, PC, STATION]).findings(ID)).toEqual([]);
  });

  const MONITOR = 0x0009fb000021;
  /** PC claims the addresses of both, then they are heard of again. */
  function between(run: Run, every: number): Run {
    const steps: [string, number][] = [
      ['10.0.0.5', STATION],
      ['10.0.0.21', MONITOR],
      ['10.0.0.5', PC],
      ['10.0.0.21', PC],
      ['10.0.0.5', PC],
      ['10.0.0.21', PC],
      ['10.0.0.21', MONITOR],
    ];
    for (const [i, [ip, mac]] of steps.entries()) run.fact(neighbour(ip, mac), null, at(i * every));
    return run;
  }

  test('who takes the addresses of two, as soon as one of them is heard of again; no victim is blamed for the other', () => {
    expect(between(new Run(), 1).findings(ID)).toMatchObject([
      {
        firstSeen: at(6),
        source: { ip: '10.0.0.21' },
        destination: { ip: '10.0.0.21' },
        data: { holder_mac: '00:09:fb:00:00:21', claimant_mac: '3c:52:82:00:00:99' },
      },
    ]);
    const named = new Run().fact(neighbour('10.0.0.77', PC), null, at(0));
    expect(between(named, 1).findings(ID)).toMatchObject([
      { source: { ip: '10.0.0.77' }, destination: { ip: '10.0.0.21' } },
    ]);
  });

  test('not when it takes longer, nor when both are of one', () => {
    expect(between(new Run(), 30).findings(ID)).toEqual([]);
    const run = new Run();
    for (const mac of [STATION, PC, STATION])
      for (const ip of ['10.0.0.5', '10.0.0.6']) run.fact(neighbour(ip, mac), null, at(mac === PC ? 1 : 0));
    expect(run.findings(ID)).toEqual([]);
  });

  test('a machine that two others are moved to', () => {
    const run = new Run();
    for (const [ip, mac] of [
      ['10.0.0.5', STATION],
      ['10.0.0.6', MONITOR],
      ['10.0.0.7', 0x00a0c9000001],
    ] as const)
      run.fact(neighbour(ip, mac), null, at(0)).fact(neighbour(ip, PC), null, at(1));
    expect(run.findings(ID)).toEqual([]);
  });

  test('of very many it remembers the last', () => {
    const taken = (back: number) => {
      const run = new Run();
      for (let i = 0; i < 40; i++) run.fact(neighbour(`10.0.0.${i}`, 0x001000000000 + 100 * i), null, at(0));
      for (let i = 0; i < 40; i++) run.fact(neighbour(`10.0.0.${i}`, PC), null, at(1));
      return run.fact(neighbour(`10.0.0.${back}`, 0x001000000000 + 100 * back), null, at(2)).findings(ID);
    };
    expect(taken(39)).toHaveLength(1);
    expect(taken(3)).toEqual([]);
  });

  test('who goes on to use an address claims it', () => {
    const used = (clientMac: number, more = {}) => {
      const run = claims(new Run(), [STATION, PC]);
      run.fact(flowFact('established'), flow('10.0.0.5', '10.0.0.9', 104, { clientMac, ...more }), at(25));
      return run.fact(neighbour('10.0.0.5', PC), null, at(30)).findings(ID);
    };
    expect(used(STATION)).toMatchObject([{ severity: 'high', destination: { ip: '10.0.0.5' } }]);
    expect(used(0x00a0c9000001)).toEqual([]);
    expect(used(PC)).toEqual([]);
    expect(used(STATION, { midstream: true })).toEqual([]);
  });

  test('addresses are bounded: the least recent is forgotten', () => {
    const run = claims(new Run(), [STATION, PC, STATION]);
    for (let i = 0; i < 16_384; i++)
      run.fact(neighbour(`10.9.${i >> 8}.${i & 255}`, 0x001000000000 + i), null, at(40));
    run.fact(neighbour('10.0.0.5', PC), null, at(50));
    expect(run.findings(ID)).toEqual([]);
  });

  test('VLANs of an address are bounded', () => {
    const run = new Run();
    claims(run, [STATION, PC, STATION], 1, '10.0.0.5', 1);
    for (let vlan = 2; vlan < 12; vlan++) run.fact(neighbour('10.0.0.5', STATION, vlan), null, at(10));
    run.fact(neighbour('10.0.0.5', PC, 1), null, at(11));
    expect(run.findings(ID)).toEqual([]);
  });
});
