import { describe, expect, test } from 'vitest';
import { activity, attempt, flow, flowFact, play, START, trackers } from '../testing/analysis/facts.ts';

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
