import { describe, expect, test } from 'vitest';
import {
  activity,
  attempt,
  flow,
  flowFact,
  play,
  START,
  service,
  trackers,
} from '../testing/analysis/facts.ts';

describe('external connections', () => {
  test('inbound and outbound, by country and by the role of the inside', () => {
    const t = trackers();
    play(t, flow('203.0.113.7', '10.0.0.2'), [activity('server', 'answers-queries')]);
    play(t, flow('203.0.113.7', '10.0.0.2'));
    play(t, flow('10.0.0.3', '198.51.100.9', 443));
    play(t, flow('10.0.0.3', '198.51.100.10', 443));
    expect(t.external()).toEqual({
      peers: 3,
      inboundConnections: 2,
      outboundConnections: 2,
      byCountry: { IR: 2, US: 1, ZZ: 1 },
      connections: [
        { direction: 'inbound', role: 'pacs', country: 'IR', count: 2 },
        { direction: 'outbound', role: 'client', country: 'US', count: 1 },
        { direction: 'outbound', role: 'client', country: 'ZZ', count: 1 },
      ],
    });
    const [server, client] = t.assets();
    expect(server.exposure).toEqual({ inbound: 2, outbound: 0, countries: ['IR'] });
    expect(client.exposure).toEqual({ inbound: 0, outbound: 2, countries: ['US', 'ZZ'] });
  });

  test('inside to inside, multicast, and unanswered attempts do not count', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.2'));
    play(t, flow('10.0.0.1', '224.0.0.251', 5353, { proto: 'udp' }));
    play(t, flow('10.0.0.1', '255.255.255.255', 67, { proto: 'udp' }));
    play(t, attempt('203.0.113.7', '10.0.0.2'));
    play(t, attempt('10.0.0.2', '198.51.100.9'));
    const { peers, inboundConnections, outboundConnections } = t.external();
    expect([peers, inboundConnections, outboundConnections]).toEqual([0, 0, 0]);
  });

  test('UDP counts when somebody inside sent or answered', () => {
    const t = trackers();
    play(t, { ...attempt('10.0.0.2', '198.51.100.9', 53), proto: 'udp' });
    play(t, { ...attempt('203.0.113.7', '10.0.0.2', 53), proto: 'udp' });
    const { inboundConnections, outboundConnections } = t.external();
    expect([inboundConnections, outboundConnections]).toEqual([0, 1]);
  });

  test('a flow joined in the middle counts once, when it is settled who opened it', () => {
    const t = trackers();
    const joined = flow('203.0.113.7', '10.0.0.2', 104, { orientation: 'port', midstream: true });
    t.fact(flowFact('open'), joined, START);
    expect(t.external().inboundConnections).toBe(0);
    joined.orientation = 'probe';
    t.fact(flowFact('identified'), joined, START);
    expect(t.external().inboundConnections).toBe(1);
    t.fact(flowFact('end'), joined, START);
    expect(t.external().inboundConnections).toBe(1);
  });

  test('peers beyond the exact table are estimated, flows beyond theirs are counted as evicted', () => {
    const t = trackers({ peers: 100, externalFlows: 10 });
    for (let i = 0; i < 1000; i++)
      t.fact(flowFact('established'), flow('10.0.0.3', `198.18.${i >> 8}.${i & 255}`, 443), START);
    expect(Math.abs(t.external().peers - 1000)).toBeLessThan(30);
    expect(t.evictions()['external-flows']).toBe(990);
  });
});

describe('what a device’s exposure is made of', () => {
  const PROBER = '203.0.113.7';

  test('by direction, country and port, with who it was and what was spoken', () => {
    const t = trackers();
    const asked = flow(PROBER, '10.0.0.2');
    t.fact(flowFact('open'), asked, START);
    t.fact(flowFact('established'), asked, START);
    asked.protocol = 'dicom';
    t.fact(flowFact('identified'), asked, START + 1);
    t.fact(service('asked'), asked, START + 1);
    t.fact(flowFact('end'), asked, START + 2);
    play(t, flow(PROBER, '10.0.0.2', 104, { protocol: 'dicom' }));
    play(t, flow('10.0.0.2', '198.51.100.9', 443));
    const [{ crossings, evidence }] = t.assets();
    expect(crossings).toEqual([
      {
        direction: 'inbound',
        country: 'IR',
        port: 104,
        proto: 'tcp',
        protocol: 'dicom',
        medical: true,
        count: 2,
        peers: [PROBER],
        at: START,
      },
      {
        direction: 'outbound',
        country: 'US',
        port: 443,
        proto: 'tcp',
        protocol: '',
        medical: false,
        count: 1,
        peers: ['198.51.100.9'],
        at: START,
      },
    ]);
    expect(evidence).toContainEqual({
      attribute: 'exposure',
      value: 'dicom 104/tcp',
      source: 'reached from outside (IR)',
      at: START,
    });
  });

  test('what is spoken later shows in an asset that was asked for before', () => {
    const t = trackers();
    const asked = flow(PROBER, '10.0.0.2');
    t.fact(flowFact('open'), asked, START);
    t.fact(flowFact('established'), asked, START);
    expect(t.assets()[0].crossings).toMatchObject([{ protocol: '', medical: false }]);
    asked.protocol = 'dicom';
    t.fact(flowFact('identified'), asked, START);
    t.fact(service('asked'), asked, START);
    expect(t.assets()[0].crossings).toMatchObject([{ protocol: 'dicom', medical: true, count: 1 }]);
  });

  test('lists are short, sums are whole', () => {
    const t = trackers();
    for (let port = 1; port <= 100; port++) {
      play(t, flow(PROBER, '10.0.0.2', port));
      play(t, flow('10.0.0.2', `198.51.100.${port}`, port));
      play(t, flow(`203.0.113.${port}`, '10.0.0.2', 1));
    }
    const [{ crossings, exposure }] = t.assets();
    expect(exposure).toMatchObject({ inbound: 200, outbound: 100 });
    expect(crossings.filter(({ direction }) => direction === 'inbound').length).toBeLessThanOrEqual(12);
    expect(crossings.filter(({ direction }) => direction === 'outbound').length).toBeLessThanOrEqual(6);
    for (const { peers } of crossings) expect(peers.length).toBeLessThanOrEqual(4);
  });
});
