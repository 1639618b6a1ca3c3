import { describe, expect, test } from 'vitest';
import { parseNetwork } from '../config/cidr.ts';
import {
  activity,
  attribute,
  device,
  flow,
  lease,
  neighbour,
  play,
  START,
} from '../testing/analysis/facts.ts';
import { Trackers } from './index.ts';
import type { SiteDevice } from './site.ts';

const MAC = 0x00_11_22_00_00_01;
const OTHER = 0x00_11_22_00_00_02;

function site(...devices: (Partial<SiteDevice> & { ip?: string })[]): Trackers {
  return new Trackers({
    country: () => null,
    vendor: () => 'Card Maker',
    devices: devices.map(({ ip, ...rest }) => ({
      network: ip === undefined ? null : parseNetwork(ip),
      mac: -1,
      name: null,
      role: null,
      vendor: null,
      model: null,
      ...rest,
    })),
  });
}

const seen = (trackers: Trackers, ip: string) => {
  play(trackers, flow(ip, '10.0.0.2'));
  return assetAt(trackers, ip);
};

function assetAt(trackers: Trackers, ip: string) {
  const found = trackers.assets().find(({ ips }) => ips.includes(ip));
  expect(found).toBeDefined();
  return found!;
}

describe('what the site knows of its devices', () => {
  test('an address: name, role, vendor and model come first, with their source', () => {
    const trackers = site({ ip: '10.0.0.5', name: 'ct1', role: 'modality', vendor: 'Acme', model: 'X 1' });
    play(trackers, flow('10.0.0.5', '10.0.0.2'), [
      attribute('client', 'model', 'Y 2', 'DICOM (0008,1090) of a stored object'),
      attribute('client', 'hostname', 'pc17', 'DHCP option 12 (host name)'),
    ]);
    const asset = assetAt(trackers, '10.0.0.5');
    expect(asset).toMatchObject({
      hostname: 'ct1',
      role: 'modality',
      vendor: 'Acme',
      model: 'X 1',
      confidence: 'high',
    });
    const source = 'site configuration';
    expect(asset.evidence).toContainEqual({ attribute: 'role', value: 'modality', source, at: START });
    expect(asset.evidence).toContainEqual({ attribute: 'model', value: 'X 1', source, at: START });
    expect(asset.contradictions).toEqual([
      {
        attribute: 'hostname',
        said: [
          { value: 'ct1', source },
          { value: 'pc17', source: 'DHCP option 12 (host name)' },
        ],
      },
      {
        attribute: 'model',
        said: [
          { value: 'X 1', source },
          { value: 'Y 2', source: 'DICOM (0008,1090) of a stored object' },
        ],
      },
    ]);
    // The role is known before the inventory is put together, and makes the device medical.
    expect(trackers.role('10.0.0.5')).toBe('modality');
    expect(trackers.medical('10.0.0.5')).toBe(true);
    expect(trackers.role('10.0.0.2')).toBe('server');
  });

  test('the role wins over behaviour, which is shown where it says otherwise', () => {
    const trackers = site({ ip: '10.0.0.5', role: 'workstation' });
    const scan = [activity('client', 'sends-images', 'CT'), activity('client', 'asks-worklist')];
    play(trackers, flow('10.0.0.5', '10.0.0.2'), scan);
    expect(assetAt(trackers, '10.0.0.5')).toMatchObject({
      role: 'workstation',
      contradictions: [
        {
          attribute: 'role',
          said: [{ value: 'workstation', source: 'site configuration' }, { value: 'modality' }],
        },
      ],
    });
  });

  test('a name in words is no host name, and contradicts none', () => {
    const trackers = site({ ip: '10.0.0.5', name: 'CT room 3' });
    play(trackers, flow('10.0.0.5', '10.0.0.2'), [
      attribute('client', 'hostname', 'ct3', 'DHCP option 12 (host name)'),
    ]);
    expect(assetAt(trackers, '10.0.0.5')).toMatchObject({ hostname: 'CT room 3', contradictions: [] });
  });

  test('a MAC, whatever its address; also of a port that speaks no IP', () => {
    const trackers = site({ mac: MAC, name: 'pump7', role: 'infusion-pump' });
    trackers.fact(neighbour('10.0.0.5', MAC), null, START);
    expect(seen(trackers, '10.0.0.5')).toMatchObject({ hostname: 'pump7', role: 'infusion-pump' });
    trackers.fact(lease('10.0.0.6', MAC), null, START + 1);
    expect(trackers.role('10.0.0.6')).toBe('infusion-pump');
    const silent = site({ mac: MAC, name: 'pump7' });
    silent.fact(device(null, MAC, 'model', 'Z'), null, START);
    expect(silent.assets()).toMatchObject([{ hostname: 'pump7', ips: [] }]);
  });

  test('an address that another MAC has is not the device, and that is shown', () => {
    const trackers = site({ ip: '10.0.0.5', mac: MAC, name: 'pump7', role: 'infusion-pump' });
    trackers.fact(neighbour('10.0.0.5', OTHER), null, START);
    expect(seen(trackers, '10.0.0.5')).toMatchObject({
      hostname: null,
      role: 'client',
      contradictions: [
        {
          attribute: 'mac',
          said: [
            { value: '00:11:22:00:00:01', source: 'site configuration' },
            { value: '00:11:22:00:00:02', source: 'the network' },
          ],
        },
      ],
    });
  });

  test('an address names who has it now, not who had it before', () => {
    const trackers = site({ ip: '10.0.0.5', name: 'now' });
    trackers.fact(lease('10.0.0.5', MAC), null, START);
    play(trackers, flow('10.0.0.5', '10.0.0.2'));
    trackers.fact(lease('10.0.0.5', OTHER), null, START + 1);
    const names = trackers.assets().map(({ macs, hostname }) => [macs[0], hostname]);
    expect(names).toContainEqual(['00:11:22:00:00:01', null]);
    expect(names).toContainEqual(['00:11:22:00:00:02', 'now']);
  });

  test('what is never seen is no asset', () => {
    const trackers = site({ ip: '10.0.0.99', name: 'ghost', role: 'pacs' }, { mac: MAC, name: 'spirit' });
    play(trackers, flow('10.0.0.5', '10.0.0.2'));
    expect(trackers.assets().map(({ ips }) => ips[0])).toEqual(['10.0.0.2', '10.0.0.5']);
    expect(trackers.role('10.0.0.99')).toBe('unknown');
    expect(trackers.medical('10.0.0.99')).toBe(false);
  });
});
