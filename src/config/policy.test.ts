import { describe, expect, test } from 'vitest';
import { address } from '../testing/analysis/facts.ts';
import { NO_POLICY } from '../trackers/policy.ts';
import { parseConfig } from './load.ts';
import { siteDevices, sitePolicy } from './policy.ts';

function configOf(text: string) {
  const { config, problems } = parseConfig(Buffer.from(text), { detections: [] });
  expect(problems.filter(({ level }) => level === 'error')).toEqual([]);
  return config!;
}

const policy = sitePolicy(
  configOf(`
zones:
  hospital: [10.0.0.0/8, "fd00::/8"]
  radiology: { cidrs: [10.1.0.0/16], medical: true }
  lab: { cidrs: [10.1.7.0/24, 10.9.0.1, "fd00:1::/32"], medical: true }
devices:
  - { ip: 10.2.0.5, name: CT 1 }
  - { ip: "fd00::5", name: CT 1 }
allow:
  - { from: hospital, to: radiology, service: [dicom tcp/104, udp/161-162] }
  - { from: CT 1, to: any, service: hl7 }
  - { from: radiology, to: 203.0.113.0/24 }
  - { from: lab, to: any, service: tcp/443 }
ae_titles:
  ARCHIVE: { hosts: [10.1.0.9, 10.1.0.10], move_destinations: ["WS1 "] }
  "CT1 ": [10.2.0.5]
`),
);
const allows = (
  client: string,
  server: string,
  protocol = 'dicom',
  port = 104,
  transport: 'tcp' | 'udp' = 'tcp',
) => policy.allows(address(client), address(server), protocol, transport, port);

describe('the policy of a site', () => {
  test.each([
    ['10.1.2.3', 'radiology'],
    ['10.1.7.3', 'lab'],
    ['10.9.0.1', 'lab'],
    ['10.9.0.2', 'hospital'],
    ['10.0.0.0', 'hospital'],
    ['11.0.0.0', undefined],
    ['203.0.113.9', undefined],
    ['fd00:1::7', 'lab'],
    ['fd01::7', 'hospital'],
    ['2001:db8::7', undefined],
  ])('%s is in the zone with the longest prefix: %s', (ip, name) => {
    expect(policy.zone(address(ip))?.name).toBe(name);
    // Again, from what was kept.
    expect(policy.zone(address(ip))?.name).toBe(name);
  });

  test('a zone within another is not of that one', () => {
    expect(allows('10.3.0.1', '10.1.0.9')).toBe(true);
    expect(allows('10.3.0.1', '10.1.7.9')).toBe(false);
    expect(allows('10.1.0.1', '10.1.0.9')).toBe(false);
  });

  test('a protocol on a port: both have to be right where the protocol is known', () => {
    expect(allows('10.3.0.1', '10.1.0.9', 'dicom', 104)).toBe(true);
    expect(allows('10.3.0.1', '10.1.0.9', '', 104)).toBe(true);
    expect(allows('10.3.0.1', '10.1.0.9', 'dicom', 11112)).toBe(false);
    expect(allows('10.3.0.1', '10.1.0.9', 'http', 104)).toBe(false);
    expect(allows('10.3.0.1', '10.1.0.9', 'dicom', 104, 'udp')).toBe(false);
  });

  test('ports alone, with both ends of a range; a protocol alone, on any port', () => {
    const snmp = (port: number) => allows('10.3.0.1', '10.1.0.9', 'snmp', port, 'udp');
    expect([160, 161, 162, 163].map(snmp)).toEqual([false, true, true, false]);
    expect(allows('10.2.0.5', '8.8.8.8', 'hl7', 12345)).toBe(true);
    expect(allows('fd00::5', '8.8.8.8', 'hl7', 12345)).toBe(true);
    expect(allows('10.2.0.5', '8.8.8.8', '', 12345)).toBe(false);
  });

  test('without a service any is meant, from there to there and not back', () => {
    expect(allows('10.1.0.1', '203.0.113.9', '', 1)).toBe(true);
    expect(allows('203.0.113.9', '10.1.0.1', '', 1)).toBe(false);
  });

  test('expects something at all', () => {
    expect(policy.expects(address('10.3.0.1'), address('10.1.0.9'))).toBe(true);
    expect(policy.expects(address('10.1.0.9'), address('10.3.0.1'))).toBe(false);
  });

  test('names a port of a server', () => {
    const names = (server: string, port: number, transport: 'tcp' | 'udp' = 'tcp') =>
      policy.namesPort(address(server), transport, port);
    expect(names('10.1.0.9', 104)).toBe(true);
    expect(names('10.1.0.9', 443)).toBe(true);
    expect(names('10.1.0.9', 11112)).toBe(false);
    expect(names('10.1.0.9', 161)).toBe(false);
    expect(names('10.1.0.9', 161, 'udp')).toBe(true);
    expect(names('10.3.0.9', 104)).toBe(false);
  });

  test('AE titles, with spaces around them or not', () => {
    expect(policy.knowsTitles).toBe(true);
    expect(policy.title('NOBODY')).toBeNull();
    expect(policy.title('CT1')?.moveDestinations).toBeNull();
    expect(policy.title('ARCHIVE')?.moveDestinations).toEqual(new Set(['WS1']));
    expect(policy.isHome('ARCHIVE', address('10.1.0.10'))).toBe(true);
    expect(policy.isHome('ARCHIVE', address('10.1.0.11'))).toBe(false);
    expect(policy.isHome('NOBODY', address('10.1.0.10'))).toBe(false);
  });

  test('a site that says nothing has none', () => {
    expect(sitePolicy({})).toBe(NO_POLICY);
    expect(sitePolicy(configOf('devices: [{ ip: 10.0.0.1, name: x }]'))).toBe(NO_POLICY);
    expect(policy.hasMedicalZones).toBe(true);
    expect(sitePolicy(configOf('zones: { a: [10.0.0.0/8] }')).hasMedicalZones).toBe(false);
  });
});

test('devices as the inventory takes them', () => {
  expect(
    siteDevices(configOf('devices: [{ mac: 00-11-22-AA-bb-cc, role: pacs }, { ip: "fd00::1", name: x }]')),
  ).toMatchObject([
    { mac: 0x001122aabbcc, network: null, name: null, role: 'pacs', vendor: null, model: null },
    { mac: -1, network: { family: 6 }, name: 'x', role: null },
  ]);
});
