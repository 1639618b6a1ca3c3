import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../core/facts.ts';
import {
  activity,
  address,
  at,
  attribute,
  device,
  flow,
  flowFact,
  lease,
  neighbour,
  phi,
  service,
  trackers,
} from '../testing/analysis/facts.ts';

const IPS = [
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.3',
  '192.168.1.1',
  'fe80::1',
  'fd00::2',
  '203.0.113.7',
  '2001:db8::7',
  '224.0.0.1',
];
const MACS = [-1, 0, 0x001b21000001, 0x00163e000002, 0x021b21000003, 0x00005e000101, 0xffffffffffff];

const ip = fc.constantFrom(...IPS);
const mac = fc.constantFrom(...MACS);
const side = fc.constantFrom('client' as const, 'server' as const);

const told = fc.record({
  client: ip,
  server: ip,
  clientMac: mac,
  serverMac: mac,
  sent: fc.nat(2),
  answered: fc.nat(2),
  orientation: fc.constantFrom('syn' as const, 'probe' as const, 'port' as const, 'guess' as const),
  fact: fc.oneof<fc.Arbitrary<Fact>[]>(
    fc
      .constantFrom('open' as const, 'established' as const, 'identified' as const, 'end' as const)
      .map(flowFact),
    fc
      .tuple(
        side,
        fc.constantFrom('vendor' as const, 'ae-title' as const, 'device-id' as const),
        fc.string({ maxLength: 3 }),
      )
      .map(([s, name, value]) => attribute(s, name, value, 'HL7 OBX-18')),
    fc
      .tuple(
        side,
        fc.constantFrom(
          'sends-images' as const,
          'accepts-images' as const,
          'sends-messages' as const,
          'asks-echo' as const,
        ),
      )
      .map(([s, name]) => activity(s, name, 'CT')),
    fc.constantFrom('asked' as const, 'answered' as const, 'refused' as const).map((state) => service(state)),
    fc.tuple(side, fc.option(fc.string({ maxLength: 2 }))).map(([s, patient]) => phi('dicom', s, patient)),
    fc.tuple(ip, mac).map(([a, m]) => neighbour(a, m)),
    fc.tuple(ip, mac).map(([a, m]) => lease(a, m)),
    fc
      .tuple(
        fc.option(ip),
        mac,
        fc.constantFrom('hostname' as const, 'os' as const),
        fc.string({ maxLength: 2 }),
      )
      .map(([a, m, name, value]) => device(a, m, name, value, 'NTLM computer name')),
  ),
});

describe('whatever is told', () => {
  test('every internal address is in one asset at most, and the same story gives the same assets', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 60 }), (story) => {
        const [first, second] = [trackers(), trackers()];
        for (const t of [first, second])
          story.forEach(({ client, server, clientMac, serverMac, sent, answered, orientation, fact }, i) => {
            const f = flow(client, server, 104, {
              id: i + 1,
              clientMac,
              serverMac,
              orientation,
              packetsToServer: sent,
              packetsToClient: answered,
              bothSides: sent > 0 && answered > 0,
              bytesToServer: sent,
              bytesToClient: answered,
            });
            t.fact(fact, fact.fact === 'neighbour' || fact.fact === 'device' ? null : f, at(i));
            // Looking on the way changes nothing.
            if (t === second && i % 3 === 0) t.assets();
          });
        const assets = first.assets();
        expect(second.assets()).toEqual(assets);
        expect(second.external()).toEqual(first.external());
        expect(second.phi()).toEqual(first.phi());
        // An address is in one asset, but for those that had it before by lease.
        const held = assets.flatMap((asset) =>
          asset.ips.filter(
            (one) => !asset.evidence.some(({ attribute: name, value }) => name === 'ip' && value === one),
          ),
        );
        expect(new Set(held).size).toBe(held.length);
        expect(new Set(assets.map(({ id }) => id)).size).toBe(assets.length);
        for (const asset of assets) {
          for (const one of asset.ips) {
            expect(address(one).internal).toBe(true);
            if (!held.includes(one)) continue;
            const holder = assets.find(({ id }) => id === first.assetId(one));
            expect(holder?.ips).toContain(one);
            expect(first.role(one)).toBe(holder?.role);
          }
          expect([`mac-${asset.macs[0]?.replaceAll(':', '')}`, `ip-${asset.ips[0]}`]).toContain(asset.id);
          if (asset.ips.length === 0) expect(asset.id.startsWith('mac-')).toBe(true);
          // Several addresses of one family: all of them proven.
          for (const family of [4, 6] as const) {
            const same = asset.ips.filter((one) => address(one).family === family);
            if (same.length < 2) continue;
            const proven = asset.evidence.filter(({ source }) =>
              /^(?:ARP, NDP or link-local|DHCP lease)/.test(source),
            );
            expect(proven.length).toBeGreaterThan(0);
          }
        }
        const { inboundConnections, outboundConnections, connections, byCountry } = first.external();
        const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
        expect(sum(connections.map(({ count }) => count))).toBe(inboundConnections + outboundConnections);
        expect(sum(Object.values(byCountry))).toBe(inboundConnections + outboundConnections);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
