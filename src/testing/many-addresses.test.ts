import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../sinks/metrics/catalogue.ts';
import { Exporter } from '../sinks/metrics/exporter.ts';
import type { Results } from '../sinks/results.ts';
import { Tally } from '../sinks/tally.ts';
import { Trackers } from '../trackers/index.ts';
import { INVENTORY_LIMITS } from '../trackers/inventory.ts';
import { address, at, attribute, device, flow, flowFact, lease, service } from './analysis/facts.ts';
import { liveBytes } from './heap.ts';
import type { Packet } from './packets.ts';
import { feed } from './packets.ts';
import { openAnalysis } from './replay.ts';

const ADDRESSES = 100_000;
const MAX_ASSETS = 2000;

/** A datagram from 10.x.x.x to a server, from a MAC of its own. */
function datagram(number: number): Packet {
  const bytes = Buffer.alloc(60);
  bytes.writeUIntBE(0x001b21000000, 0, 6);
  bytes.writeUIntBE(0x001b21000000 + number, 6, 6);
  bytes.writeUInt16BE(0x0800, 12);
  bytes[14] = 0x45;
  bytes.writeUInt16BE(46, 16);
  bytes[22] = 64;
  bytes[23] = 17;
  bytes.writeUInt32BE(0x0a000000 + number, 26);
  bytes.set([10, 200, 0, 1], 30);
  bytes.writeUInt16BE(40_000 + (number % 20_000), 34);
  bytes.writeUInt16BE(9999, 36);
  bytes.writeUInt16BE(26, 38);
  return { bytes, wire: bytes.length, time: 1.7e15 + number * 1000, linkType: 1 };
}

/** Series by metric, of the text format. */
async function seriesOf(results: Results): Promise<Map<string, number>> {
  const source = { results, tally: new Tally(), inputs: [], version: '0', maxAssets: MAX_ASSETS };
  const series = new Map<string, number>();
  for (const line of (await new Exporter(source).text()).split('\n')) {
    const name = /^auscult_([a-z0-9_]+?)(?:_bucket|_sum|_count)?[ {]/.exec(line)?.[1];
    if (name !== undefined) series.set(name, (series.get(name) ?? 0) + 1);
  }
  return series;
}

describe(`a network of ${ADDRESSES} addresses`, () => {
  test('has a bounded inventory and bounded metrics', { timeout: 120_000 }, async () => {
    const analysis = openAnalysis({ close: async () => {} });
    for (let i = 1; i <= ADDRESSES; i += 1000)
      feed(
        Array.from({ length: 1000 }, (_, j) => datagram(i + j)),
        analysis,
      );
    analysis.end();
    expect(analysis.assets()).toHaveLength(INVENTORY_LIMITS.hosts);
    expect(analysis.evictions().get('assets')).toBe(ADDRESSES - INVENTORY_LIMITS.hosts);
    const series = await seriesOf(analysis);
    expect(series.get('asset_info')).toBe(MAX_ASSETS);
    expect(series.get('asset_info_omitted')).toBe(1);
    for (const [name, count] of series)
      if (Object.hasOwn(CATALOGUE, name)) {
        const { limit, type } = CATALOGUE[name as keyof typeof CATALOGUE];
        if (type !== 'histogram') expect(count, name).toBeLessThanOrEqual(Math.max(limit, MAX_ASSETS));
      }
    expect([...series.values()].reduce((a, b) => a + b, 0)).toBeLessThan(MAX_ASSETS + 500);
  });
});

/** What trackers hold for each of so many hosts, in bytes. */
async function bytesEach(
  count: number,
  tell: (to: Trackers, ip: string, i: number) => void,
): Promise<number> {
  const ips = Array.from({ length: count }, (_, i) => `10.${i >>> 16}.${(i >>> 8) & 255}.${i & 255}`);
  for (const ip of ips) address(ip);
  const to = new Trackers({ country: () => null, vendor: () => 'Acme' });
  const before = await liveBytes();
  for (let i = 0; i < count; i++) tell(to, ips[i], i);
  const each = ((await liveBytes()) - before) / count;
  expect(to.inventory.size).toBeGreaterThanOrEqual(count);
  return each;
}

describe('memory per asset', () => {
  const HOSTS = 20_000;
  const connect = (to: Trackers, ip: string, mac: number) => {
    const one = flow(ip, '10.200.0.1', 443, { clientMac: mac });
    to.fact(flowFact('open'), one, at(0));
    to.fact(flowFact('established'), one, at(0));
    return one;
  };

  test('of one that only speaks', { timeout: 60_000 }, async () => {
    const each = await bytesEach(HOSTS, (to, ip, i) => {
      connect(to, ip, 0x001b21000001 + i);
    });
    expect(each).toBeLessThan(1000);
  });

  test('of one that says who it is in several protocols', { timeout: 60_000 }, async () => {
    const each = await bytesEach(HOSTS, (to, ip, i) => {
      const mac = 0x001b21000001 + i;
      const one = connect(to, ip, mac);
      to.fact(lease(ip, mac), null, at(1));
      to.fact(device(null, mac, 'hostname', `host-${i}`, 'DHCP option 12 (host name)'), null, at(1));
      to.fact(device(null, mac, 'os', 'Windows', 'DHCP option 60 (vendor class identifier)'), null, at(1));
      to.fact(attribute('client', 'hostname', `HOST-${i}`, 'NTLM computer name'), one, at(2));
      to.fact(attribute('client', 'os', 'Windows 10 build 19045', 'NTLM version'), one, at(2));
      to.fact(attribute('client', 'domain', 'hospital.example', 'NTLM DNS domain name'), one, at(2));
      to.fact(attribute('client', 'user-agent', `Mozilla/5.0 (${i})`, 'HTTP User-Agent'), one, at(2));
      to.fact(
        attribute('client', 'fingerprint', 't13d1516h2_8daaf6152771_e5627efa2ab1', 'TLS JA4'),
        one,
        at(2),
      );
      const served = flow('10.200.0.1', ip, 80);
      to.fact(service('answered', 'http', { product: 'nginx', version: '1.18.0' }), served, at(3));
    });
    expect(each).toBeLessThan(4500);
  });
});
