import { describe, expect, test } from 'vitest';
import {
  activity,
  at,
  attribute,
  device,
  flow,
  lease,
  neighbour,
  play,
  START,
  service,
  trackers,
} from '../testing/analysis/facts.ts';
import type { Trackers } from './index.ts';
import { INVENTORY_LIMITS } from './inventory.ts';

const ids = (t: Trackers) => t.assets().map(({ id }) => id);
const byId = (t: Trackers, id: string) => {
  const found = t.assets().find((asset) => asset.id === id);
  if (found === undefined) throw new Error(`no asset ${id} among ${ids(t).join(', ')}`);
  return found;
};
const of = (t: Trackers, ip: string) => byId(t, t.assetId(ip) ?? 'none');
const said = (asset: { evidence: { attribute: string; value: string; source: string }[] }, name: string) =>
  asset.evidence.filter((one) => one.attribute === name).map(({ value, source }) => `${value} (${source})`);

const OWN_A = 0x001b21000001;
const OWN_B = 0x001b21000002;
const ROUTER = 0x001b210000fe;
const ID_A = 'mac-001b21000001';
const ID_B = 'mac-001b21000002';

describe('what is told of a MAC', () => {
  test('a phone that only speaks LLDP is an asset without an address', () => {
    const t = trackers();
    t.fact(device(null, OWN_A, 'device-class', 'phone', 'LLDP system capabilities'), null, START);
    t.fact(device(null, OWN_A, 'hostname', 'SEP001B21000001', 'LLDP system name'), null, at(30));
    expect(t.assets()).toMatchObject([
      {
        id: ID_A,
        ips: [],
        macs: ['00:1b:21:00:00:01'],
        hostname: 'SEP001B21000001',
        vendor: 'Acme Networks',
        role: 'client',
        firstSeen: START,
        lastSeen: at(30),
      },
    ]);
    expect(said(t.assets()[0], 'mac')).toEqual(['00:1b:21:00:00:01 (told of it)']);
  });

  test('it belongs to the asset that has the MAC for its own, told before or after', () => {
    const t = trackers();
    t.fact(device(null, OWN_A, 'hostname', 'ct-1', 'LLDP system name'), null, START);
    play(t, flow('10.0.0.1', '10.0.0.9', 104, { clientMac: OWN_A }), [
      activity('client', 'sends-images', 'CT'),
    ]);
    t.fact(device(null, OWN_A, 'model', 'Example 3000', 'LLDP-MED inventory: model name'), null, at(5));
    expect(ids(t)).toEqual([ID_A, 'ip-10.0.0.9']);
    expect(of(t, '10.0.0.1')).toMatchObject({ hostname: 'ct-1', model: 'Example 3000', role: 'modality' });
  });

  test('what it says it is counts at once for the address that has the MAC', () => {
    const t = trackers();
    t.fact(neighbour('10.0.0.1', OWN_A), null, START);
    t.fact(device(null, OWN_A, 'device-class', 'infusion-pump', 'test'), null, START);
    expect(t.role('10.0.0.1')).toBe('infusion-pump');
    expect(t.medical('10.0.0.1')).toBe(true);
  });

  test('a switch tells of its ports and of its management address: one device', () => {
    const t = trackers();
    for (let port = 0; port < 4; port++)
      t.fact(
        device('10.0.0.2', OWN_A + port, 'device-class', 'switch', 'LLDP system capabilities'),
        null,
        START,
      );
    expect(ids(t)).toEqual(['ip-10.0.0.2']);
    expect(of(t, '10.0.0.2')).toMatchObject({
      role: 'network',
      ips: ['10.0.0.2'],
      macs: ['00:1b:21:00:00:01', '00:1b:21:00:00:02', '00:1b:21:00:00:03', '00:1b:21:00:00:04'],
      vendor: 'Acme Networks',
    });
    expect(said(of(t, '10.0.0.2'), 'mac')).toHaveLength(4);
    // Its address turns out to be bound to the MAC of its processor.
    t.fact(neighbour('10.0.0.2', 0x001b210000aa), null, START);
    expect(ids(t)).toEqual(['mac-001b210000aa']);
    expect(of(t, '10.0.0.2').macs[0]).toBe('00:1b:21:00:00:aa');
  });

  test('a router that names itself is the router, not one of those behind it', () => {
    const t = trackers();
    for (const ip of ['10.0.1.1', '10.0.1.2', '10.0.1.3'])
      play(t, flow(ip, '10.0.0.9', 104, { clientMac: ROUTER }));
    t.fact(device(null, ROUTER, 'hostname', 'core-1', 'CDP device ID'), null, START);
    t.fact(device(null, ROUTER, 'device-class', 'router', 'CDP capabilities'), null, START);
    expect(byId(t, 'mac-001b210000fe')).toMatchObject({ hostname: 'core-1', role: 'network', ips: [] });
    for (const ip of ['10.0.1.1', '10.0.1.2', '10.0.1.3']) expect(of(t, ip).hostname).toBeNull();
  });

  test('of virtual routers, groups and nobody only the address counts', () => {
    const t = trackers();
    for (const mac of [-1, 0, 0xffffffffffff, 0x00005e000101, 0x0007b4000101, 0x02bf0a000003]) {
      t.fact(device(null, mac, 'hostname', 'x', 'LLDP system name'), null, START);
      t.fact(device('10.0.0.3', mac, 'hostname', 'y', 'mDNS A'), null, START);
    }
    expect(ids(t)).toEqual(['ip-10.0.0.3']);
    expect(of(t, '10.0.0.3').hostname).toBe('y');
  });

  test('what is said is bounded, and so is of how many', () => {
    const t = trackers({ inventory: { ...INVENTORY_LIMITS, cards: 100 } });
    for (let i = 0; i < 500; i++) {
      t.fact(device(null, OWN_A, 'serial', `S${i}`), null, START);
      t.fact(device(null, ROUTER + i, 'serial', 'S'), null, START);
    }
    expect(t.assets().length).toBe(100);
    expect(t.evictions()['told-macs']).toBe(401);
  });

  test('facts about addresses that are no assets change nothing', () => {
    const t = trackers();
    t.fact(device('203.0.113.7', -1, 'hostname', 'x'), null, START);
    t.fact(device('224.0.0.251', -1, 'hostname', 'x'), null, START);
    t.fact(device(null, -1, 'hostname', 'x'), null, START);
    t.fact(device('10.0.0.1', OWN_A, 'hostname', ''), null, START);
    expect(t.assets()).toEqual([]);
  });
});

describe('leases', () => {
  test('one address, two devices one after the other: neither gets what the other said', () => {
    const t = trackers();
    t.fact(lease('10.0.0.50', OWN_A), null, START);
    t.fact(device(null, OWN_A, 'hostname', 'laptop-a', 'DHCP option 12 (host name)'), null, START);
    play(
      t,
      flow('10.0.0.50', '10.0.0.9', 104, { clientMac: OWN_A }),
      [attribute('client', 'os', 'Windows 11', 'NTLM version'), activity('client', 'sends-images', 'CT')],
      at(10),
    );
    t.fact(lease('10.0.0.50', OWN_B), null, at(7200));
    t.fact(device(null, OWN_B, 'hostname', 'laptop-b', 'DHCP option 12 (host name)'), null, at(7200));
    play(
      t,
      flow('10.0.0.50', '10.0.0.9', 443, { clientMac: OWN_B }),
      [attribute('client', 'os', 'macOS 14', 'HTTP User-Agent')],
      at(7300),
    );
    expect(ids(t)).toEqual(['ip-10.0.0.9', ID_A, ID_B]);
    expect(byId(t, ID_A)).toMatchObject({
      ips: ['10.0.0.50'],
      hostname: 'laptop-a',
      os: 'Windows 11',
      role: 'modality',
      lastSeen: at(10),
    });
    expect(byId(t, ID_B)).toMatchObject({
      ips: ['10.0.0.50'],
      hostname: 'laptop-b',
      os: 'macOS 14',
      role: 'client',
      firstSeen: at(7200),
    });
    expect(t.assetId('10.0.0.50')).toBe(ID_B);
    expect(t.role('10.0.0.50')).toBe('client');
    expect(said(byId(t, ID_A), 'ip')).toEqual(['10.0.0.50 (held until it was leased to another)']);
    expect(said(byId(t, ID_B), 'mac')).toEqual(['00:1b:21:00:00:02 (DHCP lease)']);
  });

  test('a renewed lease changes nothing, and a first one is of who was there', () => {
    const t = trackers();
    play(t, flow('10.0.0.50', '10.0.0.9', 104), [attribute('client', 'ae-title', 'CT1')]);
    for (let i = 0; i < 3; i++) t.fact(lease('10.0.0.50', OWN_A), null, at(i * 3600));
    expect(ids(t)).toEqual(['ip-10.0.0.9', ID_A]);
    expect(byId(t, ID_A).ae_titles).toEqual(['CT1']);
  });

  test('an address that comes back to a device goes on where it was', () => {
    const t = trackers();
    for (let i = 0; i < 20; i++) {
      const mac = i % 2 === 0 ? OWN_A : OWN_B;
      t.fact(lease('10.0.0.50', mac), null, at(i * 7200));
      play(t, flow('10.0.0.50', '10.0.0.9', 104, { clientMac: mac }), [
        attribute('client', 'ae-title', i % 2 === 0 ? 'A' : 'B'),
      ]);
    }
    expect(ids(t)).toEqual(['ip-10.0.0.9', ID_A, ID_B]);
    expect(byId(t, ID_A).ae_titles).toEqual(['A']);
    expect(byId(t, ID_B).ae_titles).toEqual(['B']);
  });

  test('a device that roams over many leases is one device', () => {
    const t = trackers();
    for (let i = 0; i < 30; i++) t.fact(lease(`10.0.${i}.50`, OWN_A), null, at(i * 7200));
    expect(ids(t)).toEqual([ID_A]);
    expect(byId(t, ID_A).ips).toHaveLength(30);
  });

  test('a server that takes leases for those who dial in is none of them', () => {
    const t = trackers();
    for (let i = 0; i < 30; i++) t.fact(lease(`10.0.0.${i + 50}`, OWN_A), null, at(i));
    expect(t.assets()).toHaveLength(30);
    expect(t.assets().every(({ id }) => id.startsWith('ip-'))).toBe(true);
  });

  test("the server's word stands against ARP and the frames of a router", () => {
    const t = trackers();
    t.fact(lease('10.0.0.50', OWN_A), null, START);
    t.fact(neighbour('10.0.0.50', OWN_B), null, at(60));
    play(t, flow('10.0.0.50', '10.0.0.9', 104, { clientMac: ROUTER }), [], at(90));
    expect(t.assetId('10.0.0.50')).toBe(ID_A);
    expect(said(byId(t, ID_A), 'mac')).toHaveLength(3);
  });

  test("a router's MAC before the lease makes no second device", () => {
    const t = trackers();
    play(t, flow('10.0.0.50', '10.0.0.9', 104, { clientMac: ROUTER }), [
      attribute('client', 'ae-title', 'CT1'),
    ]);
    expect(t.assetId('10.0.0.50')).toBe('mac-001b210000fe');
    t.fact(lease('10.0.0.50', OWN_A), null, at(60));
    play(t, flow('10.0.0.50', '10.0.0.9', 104, { clientMac: ROUTER }), [], at(90));
    expect(ids(t)).toEqual(['ip-10.0.0.9', ID_A]);
    expect(byId(t, ID_A)).toMatchObject({ ips: ['10.0.0.50'], ae_titles: ['CT1'] });
  });

  test('connections with the outside stay with who made them', () => {
    const t = trackers();
    t.fact(lease('10.0.0.50', OWN_A), null, START);
    play(t, flow('10.0.0.50', '203.0.113.7', 443), [activity('client', 'sends-images', 'CT')], at(1));
    t.fact(lease('10.0.0.50', OWN_B), null, at(7200));
    play(t, flow('10.0.0.50', '198.51.100.9', 443), [], at(7201));
    expect(byId(t, ID_A).exposure).toEqual({ inbound: 0, outbound: 1, countries: ['IR'] });
    expect(byId(t, ID_B).exposure).toEqual({ inbound: 0, outbound: 1, countries: ['US'] });
    expect(t.external().connections).toEqual([
      { direction: 'outbound', role: 'client', country: 'US', count: 1 },
      { direction: 'outbound', role: 'modality', country: 'IR', count: 1 },
    ]);
  });

  test('former holders are bounded, and their connections stay counted', () => {
    const t = trackers({ inventory: { ...INVENTORY_LIMITS, past: 10 } });
    for (let i = 0; i < 40; i++) {
      t.fact(lease('10.0.0.50', OWN_A + i), null, at(i * 7200));
      play(t, flow('10.0.0.50', '203.0.113.7', 443), [], at(i * 7200 + 1));
    }
    expect(t.assets()).toHaveLength(11);
    expect(t.evictions()['former-holders']).toBe(29);
    expect(t.external().connections.reduce((sum, { count }) => sum + count, 0)).toBe(40);
  });

  test('leases of addresses that are no hosts', () => {
    const t = trackers();
    for (const ip of ['0.0.0.0', '203.0.113.7', '224.0.0.1']) t.fact(lease(ip, OWN_A), null, START);
    t.fact(lease('10.0.0.1', 0xffffffffffff), null, START);
    expect(t.assets()).toEqual([]);
  });
});

describe('who wins', () => {
  const told = (...facts: readonly [Parameters<typeof attribute>[1], string, string][]) => {
    const t = trackers();
    play(
      t,
      flow('10.0.0.1', '10.0.0.2'),
      facts.map(([name, value, source]) => attribute('client', name, value, source)),
    );
    return of(t, '10.0.0.1');
  };

  test('a short name and the whole name of one host agree, and the whole name is shown', () => {
    const asset = told(
      ['hostname', 'PACS1', 'NTLM computer name'],
      ['hostname', 'pacs1.hospital.example', 'DNS A'],
      ['hostname', 'pacs1.local', 'mDNS A'],
    );
    expect(asset.hostname).toBe('pacs1.hospital.example');
    expect(asset.contradictions).toEqual([]);
  });

  test('.local says no more than the short name', () => {
    expect(
      told(['hostname', 'printer-3', 'SNMP sysName'], ['hostname', 'printer-3.local', 'mDNS A']).hostname,
    ).toBe('printer-3');
  });

  test('a NetBIOS name that was cut agrees with the name it was cut from', () => {
    const asset = told(
      ['hostname', 'RADIOLOGY-WORKS', 'NBNS name registration'],
      ['hostname', 'radiology-workstation-7', 'DHCP option 12 (host name)'],
    );
    expect(asset.hostname).toBe('radiology-workstation-7');
    expect(asset.contradictions).toEqual([]);
  });

  test("names that others give lose to the host's own, and contradict nothing", () => {
    const asset = told(
      ['hostname', 'www.hospital.example', 'DNS A'],
      ['hostname', 'portal.hospital.example', 'TLS SNI'],
      ['hostname', 'web7', 'DHCP option 12 (host name)'],
    );
    expect(asset.hostname).toBe('web7');
    expect(asset.contradictions).toEqual([]);
  });

  test('a family and a release agree, and the release is shown; the SYN is the last to be believed', () => {
    const asset = told(
      ['os', 'Windows', 'TCP SYN'],
      ['os', 'Windows 10 build 19045', 'NTLM version'],
      ['os', 'Windows', 'LLDP system description'],
    );
    expect(asset.os).toBe('Windows 10 build 19045');
    expect(asset.contradictions).toEqual([]);
    expect(told(['os', 'Linux', 'TCP SYN'], ['os', 'Debian', 'SSH banner']).os).toBe('Debian');
  });

  test('what is said against each other stays visible, the best source first', () => {
    const asset = told(
      ['os', 'Linux', 'TCP SYN'],
      ['os', 'Windows 7', 'HTTP User-Agent'],
      ['vendor', 'Acme', 'SNMP sysDescr'],
      ['vendor', 'Other', 'LLDP-MED inventory: manufacturer'],
      ['vendor', 'ACME', 'HTTP Server'],
    );
    expect(asset).toMatchObject({ os: 'Windows 7', vendor: 'Other' });
    expect(asset.contradictions).toEqual([
      {
        attribute: 'vendor',
        said: [
          { value: 'Other', source: 'LLDP-MED inventory: manufacturer' },
          { value: 'Acme', source: 'SNMP sysDescr' },
        ],
      },
      {
        attribute: 'os',
        said: [
          { value: 'Windows 7', source: 'HTTP User-Agent' },
          { value: 'Linux', source: 'TCP SYN' },
        ],
      },
    ]);
    expect(said(asset, 'os')).toHaveLength(2);
  });

  test('many weak names leave room for the one that the host gives itself', () => {
    const t = trackers();
    const f = flow('10.0.0.1', '10.0.0.2');
    for (let i = 0; i < 200; i++) t.fact(attribute('client', 'hostname', `n${i}.example`, 'DNS A'), f, START);
    t.fact(attribute('client', 'hostname', 'pump-7', 'DHCP option 12 (host name)'), f, START);
    expect(of(t, '10.0.0.1').hostname).toBe('pump-7');
    for (let i = 0; i < 200; i++) t.fact(attribute('client', 'hostname', `m${i}.example`, 'DNS A'), f, START);
    expect(of(t, '10.0.0.1').hostname).toBe('pump-7');
  });
});

describe('several devices behind one address', () => {
  const behind = (...facts: readonly [Parameters<typeof attribute>[1], string, string][]) => {
    const t = trackers();
    play(t, flow('10.0.0.1', '203.0.113.7', 443, { clientMac: OWN_A }), [
      ...facts.map(([name, value, source]) => attribute('client', name, value, source)),
      attribute('client', 'serial', 'S1', 'SNMP'),
    ]);
    return of(t, '10.0.0.1');
  };

  test('an address translator keeps every statement and is put together to no device', () => {
    const asset = behind(
      ['hostname', 'laptop-a', 'NTLM computer name'],
      ['hostname', 'laptop-b', 'NTLM computer name'],
      ['os', 'Windows 10', 'HTTP User-Agent'],
      ['os', 'macOS 14', 'HTTP User-Agent'],
    );
    expect(asset).toMatchObject({
      hostname: null,
      os: null,
      serial: null,
      vendor: 'Acme Networks',
      confidence: 'low',
    });
    expect(said(asset, 'hostname')).toHaveLength(2);
    expect(said(asset, 'identity')).toEqual([
      'several devices behind one address (contradictions: hostname laptop-a, laptop-b by NTLM computer name; os Windows 10, macOS 14 by HTTP User-Agent)',
    ]);
    expect(asset.contradictions.map(({ attribute: name }) => name)).toEqual(['hostname', 'os']);
  });

  test('four names by one source are enough', () => {
    const names = ['a', 'b', 'c', 'd'].map(
      (name) => ['hostname', name, 'DHCP option 12 (host name)'] as const,
    );
    expect(
      said(behind(...names.map((one) => [...one] as [(typeof one)[0], string, string])), 'identity'),
    ).toHaveLength(1);
  });

  test('near misses: a renamed device, two protocols that disagree, names of services, several programs', () => {
    for (const facts of [
      [
        ['hostname', 'old', 'NTLM computer name'],
        ['hostname', 'new', 'NTLM computer name'],
      ],
      [
        ['hostname', 'Johns-MBP', 'DHCP option 12 (host name)'],
        ['hostname', 'Johns-MacBook-Pro.local', 'mDNS A'],
        ['os', 'Linux', 'TCP SYN'],
        ['os', 'macOS 14', 'HTTP User-Agent'],
      ],
      [
        ...['a', 'b', 'c', 'd', 'e'].map((name) => ['hostname', `${name}.example`, 'DNS A']),
        ...['a', 'b', 'c', 'd', 'e'].map((name) => ['hostname', `${name}.example`, 'TLS SNI']),
      ],
      [
        ['software', 'nginx 1.18', 'HTTP Server'],
        ['software', 'Jetty 9', 'HTTP Server'],
        ['user-agent', 'curl/8', 'HTTP User-Agent'],
        ['user-agent', 'Mozilla/5.0', 'HTTP User-Agent'],
        ['model', 'Pump A', 'HL7 OBX-18'],
        ['model', 'Pump B', 'HL7 OBX-18'],
        ['serial', '1', 'HL7 PRT-20'],
        ['serial', '2', 'HL7 PRT-20'],
      ],
    ])
      expect(
        said(behind(...(facts as [Parameters<typeof attribute>[1], string, string][])), 'identity'),
      ).toEqual([]);
  });

  test('addresses of one device are judged one by one', () => {
    const t = trackers();
    for (const [ip, name] of [
      ['10.0.0.1', 'eth0-name'],
      ['fe80::1', 'eth1-name'],
    ])
      play(t, flow(ip, '10.0.0.9', 104, { clientMac: OWN_A }), [
        attribute('client', 'hostname', name, 'mDNS A'),
        attribute('client', 'serial', name, 'SNMP'),
      ]);
    expect(of(t, '10.0.0.1').hostname).not.toBeNull();
  });
});

describe('virtual and random MACs are said to be so', () => {
  test.each([
    [0x000c29000001, "frames; a virtual machine's (VMware)", null],
    [0x525400000001, "frames; a virtual machine's (QEMU/KVM)", null],
    [0x0242ac110002, "frames; a virtual machine's (Docker)", null],
    [0x00163e000001, "frames; a virtual machine's (Xen)", 'Example Devices'],
    [0x8a1b21000001, 'frames; locally administered', null],
    [0x001b21000001, 'frames', 'Acme Networks'],
  ])('%d', (mac, source, vendor) => {
    const t = trackers();
    play(t, flow('10.0.0.1', '203.0.113.7', 443, { clientMac: mac }));
    expect(t.assets()[0].evidence.find(({ attribute: name }) => name === 'mac')!.source).toBe(source);
    expect(t.assets()[0].vendor).toBe(vendor);
  });
});

describe('services', () => {
  const web = (product: string | undefined, version?: string) =>
    service('answered', 'http', { medical: false, product, version });

  test('product and version are those it says now; a version not told again stays', () => {
    const t = trackers();
    const f = flow('10.0.0.1', '10.0.0.2', 80);
    for (const fact of [web(undefined), web('nginx', '1.18.0'), web('nginx'), web(undefined)])
      play(t, f, [fact]);
    expect(of(t, '10.0.0.2').services).toMatchObject([
      { protocol: 'http', product: 'nginx', version: '1.18.0' },
    ]);
    expect(said(of(t, '10.0.0.2'), 'service')).toEqual(['nginx 1.18.0 (http 80/tcp)']);
    play(t, f, [web('nginx', '1.24.0')]);
    expect(of(t, '10.0.0.2').services).toMatchObject([{ product: 'nginx', version: '1.24.0' }]);
    play(t, f, [web('Apache')]);
    expect(of(t, '10.0.0.2').services).toMatchObject([{ product: 'Apache', version: null }]);
  });

  test('a program that a table knows gives the role of its kind where behaviour says nothing', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.2', 8042), [web('Orthanc', '1.12.4')]);
    play(t, flow('10.0.0.1', '10.0.0.3', 8080), [web('nginx', '1.18.0')]);
    expect(of(t, '10.0.0.2')).toMatchObject({ role: 'pacs', confidence: 'medium', vendor: null });
    expect(of(t, '10.0.0.3').role).toBe('server');
  });

  test('a DICOM service is what its server announces at that port', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.2', 4242), [
      attribute('client', 'implementation-class-uid', '1.2.40.0.13.1.3'),
      attribute('server', 'implementation-class-uid', '1.2.276.0.7230010.3.0.3.6.7'),
      service('answered'),
    ]);
    play(t, flow('10.0.0.2', '10.0.0.1', 11112), [
      attribute('client', 'implementation-class-uid', '1.2.826.0.1.3680043.9.3811.2.0.2'),
      service('answered'),
    ]);
    expect(of(t, '10.0.0.2').services).toMatchObject([
      { port: 4242, product: 'OFFIS DCMTK', version: '3.6.7' },
    ]);
    expect(of(t, '10.0.0.1').services).toMatchObject([{ port: 11112, product: null, version: null }]);
  });
});
