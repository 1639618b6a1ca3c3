import { describe, expect, test } from 'vitest';
import type { Fact } from '../core/facts.ts';
import {
  activity,
  address,
  at,
  attempt,
  attribute,
  flow,
  flowFact,
  play,
  START,
  service,
  trackers,
} from '../testing/analysis/facts.ts';
import { HOST_LIMITS } from './host.ts';
import type { Trackers } from './index.ts';
import { INVENTORY_LIMITS } from './inventory.ts';

const asset = (t: Trackers, ip: string) => {
  const found = t.assets().find(({ ips }) => ips.includes(ip));
  if (found === undefined) throw new Error(`no asset ${ip}`);
  return found;
};
const ids = (t: Trackers) => t.assets().map(({ id }) => id);

const OWN_A = 0x001b21000001;
const OWN_B = 0x00163e000002;
const ROUTER = 0x001b210000fe;

describe('which addresses are assets', () => {
  test('internal ends of a flow, in the order of their addresses; never the outside', () => {
    const t = trackers();
    play(t, flow('10.0.0.10', '10.0.0.9'));
    play(t, flow('203.0.113.7', '10.0.0.9'));
    expect(ids(t)).toEqual(['ip-10.0.0.9', 'ip-10.0.0.10']);
    expect(t.assetId('203.0.113.7')).toBeNull();
  });

  test('a scan of empty addresses makes an asset of the scanner only', () => {
    const t = trackers();
    for (let i = 1; i < 255; i++) play(t, attempt('10.0.0.10', `10.0.1.${i}`));
    expect(ids(t)).toEqual(['ip-10.0.0.10']);
  });

  test('who was only sent to is none, whichever end it is', () => {
    const t = trackers();
    play(t, flow('10.0.0.10', '10.0.0.9', 104, { packetsToServer: 0, bothSides: false }));
    expect(ids(t)).toEqual(['ip-10.0.0.9']);
  });

  test('multicast, broadcast and unspecified addresses are none', () => {
    const t = trackers();
    play(t, flow('0.0.0.0', '255.255.255.255', 67, { proto: 'udp' }));
    play(t, flow('10.0.0.1', '224.0.0.251', 5353, { proto: 'udp' }));
    expect(ids(t)).toEqual(['ip-10.0.0.1']);
  });

  test('a neighbour is an asset without any flow', () => {
    const t = trackers();
    t.fact({ fact: 'neighbour', address: address('10.0.0.5'), mac: OWN_A }, null, START);
    expect(asset(t, '10.0.0.5')).toMatchObject({
      id: 'mac-001b21000001',
      role: 'unknown',
      confidence: 'low',
    });
  });
});

describe('who is only spoken of', () => {
  const named = (ip: string, mac = -1): Fact => ({
    fact: 'device',
    address: address(ip),
    mac,
    attribute: 'hostname',
    value: 'ct1.example',
    source: 'DNS A',
  });

  test('is no asset until it is seen, and has its name then', () => {
    const t = trackers();
    t.fact(named('10.0.0.7'), null, START);
    expect(ids(t)).toEqual([]);
    expect(t.assetId('10.0.0.7')).toBeNull();
    play(t, flow('10.0.0.7', '10.0.0.9'));
    expect(asset(t, '10.0.0.7').hostname).toBe('ct1.example');
  });

  test('with its MAC it is one', () => {
    const t = trackers();
    t.fact(named('10.0.0.7', OWN_A), null, START);
    expect(ids(t)).toEqual(['ip-10.0.0.7']);
  });
});

describe('MAC addresses and identity', () => {
  test('the VLAN of its own frames is evidence, that of a router’s frames is not', () => {
    const t = trackers();
    const vlans = (ip: string) =>
      asset(t, ip)
        .evidence.filter((one) => one.attribute === 'vlan')
        .map(({ value }) => value);
    for (const vlan0 of [20, 20, 30])
      play(t, flow('10.0.0.10', '10.0.0.9', 104, { clientMac: OWN_A, vlan0 }));
    for (const client of ['10.0.1.1', '10.0.1.2', '10.0.1.3', '10.0.1.4'])
      play(t, flow(client, '10.0.0.9', 104, { clientMac: ROUTER, vlan0: 99 }));
    expect(vlans('10.0.0.10')).toEqual(['20', '30']);
    expect(vlans('10.0.1.4')).toEqual([]);
    expect(vlans('10.0.0.9')).toEqual([]);
  });

  test('a MAC seen with one address names it, and its vendor', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.2', 104, { clientMac: OWN_A, serverMac: OWN_B }));
    expect(asset(t, '10.0.0.1')).toMatchObject({
      id: 'mac-001b21000001',
      macs: ['00:1b:21:00:00:01'],
      vendor: 'Acme Networks',
    });
    expect(asset(t, '10.0.0.2').vendor).toBe('Example Devices');
  });

  test('a MAC seen with three addresses of a family is a gateway and names none', () => {
    const t = trackers();
    for (const ip of ['10.0.1.1', '10.0.1.2', '10.0.1.3'])
      play(t, flow(ip, '10.0.0.2', 104, { clientMac: ROUTER, serverMac: OWN_B }));
    expect(ids(t)).toEqual(['mac-00163e000002', 'ip-10.0.1.1', 'ip-10.0.1.2', 'ip-10.0.1.3']);
    expect(asset(t, '10.0.1.1')).toMatchObject({ macs: [], vendor: null });
    expect(asset(t, '10.0.1.1').evidence).toContainEqual({
      attribute: 'mac',
      value: '00:1b:21:00:00:fe',
      source: "frames; a gateway's",
      at: START,
    });
  });

  test('one outside address is enough for a gateway; an outside address never takes a MAC', () => {
    const t = trackers();
    play(t, flow('203.0.113.7', '10.0.0.2', 104, { clientMac: ROUTER, serverMac: OWN_B }));
    play(t, flow('10.0.1.1', '10.0.0.2', 104, { clientMac: ROUTER, serverMac: OWN_B }));
    expect(ids(t)).toEqual(['mac-00163e000002', 'ip-10.0.1.1']);
    expect(asset(t, '10.0.1.1').evidence[0].source).toBe("frames; a gateway's");
  });

  test("a host's own global IPv6 address makes no gateway of it", () => {
    const t = trackers();
    play(t, flow('2001:db8::7', '10.0.0.2', 104, { clientMac: OWN_A }));
    play(t, flow('10.0.0.1', '10.0.0.2', 104, { clientMac: OWN_A }));
    expect(asset(t, '10.0.0.1').id).toBe('mac-001b21000001');
  });

  test("a gateway's own address, bound by ARP, keeps the MAC and is network equipment", () => {
    const t = trackers();
    for (const ip of ['10.0.1.1', '10.0.1.2', '10.0.1.3'])
      play(t, flow(ip, '10.0.0.2', 104, { clientMac: ROUTER }));
    t.fact({ fact: 'neighbour', address: address('10.0.0.254'), mac: ROUTER }, null, START);
    expect(asset(t, '10.0.0.254')).toMatchObject({ id: 'mac-001b210000fe', role: 'network' });
    expect(asset(t, '10.0.1.1')).toMatchObject({ id: 'ip-10.0.1.1', macs: [] });
  });

  test('two addresses of one family on one MAC: one device only when ARP binds both', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.9', 104, { clientMac: OWN_A }));
    play(t, flow('10.0.0.2', '10.0.0.9', 104, { clientMac: OWN_A }));
    expect(ids(t)).toEqual(['ip-10.0.0.1', 'ip-10.0.0.2', 'ip-10.0.0.9']);
    for (const ip of ['10.0.0.1', '10.0.0.2'])
      t.fact({ fact: 'neighbour', address: address(ip), mac: OWN_A }, null, START);
    expect(ids(t)).toEqual(['mac-001b21000001', 'ip-10.0.0.9']);
    expect(asset(t, '10.0.0.1').ips).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  test('IPv4 and IPv6 of one MAC are one device, whose behaviours add up', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.9', 104, { clientMac: OWN_A }), [
      activity('client', 'sends-images', 'CT'),
    ]);
    play(t, flow('fe80::1', 'fe80::9', 104, { clientMac: OWN_A }), [activity('client', 'asks-worklist')]);
    expect(asset(t, 'fe80::1')).toMatchObject({
      id: 'mac-001b21000001',
      ips: ['10.0.0.1', 'fe80::1'],
      role: 'modality',
      modality: 'CT',
    });
  });

  test('a MAC that ARP binds to many addresses is a proxy and names none', () => {
    const t = trackers();
    for (let i = 1; i <= 12; i++)
      t.fact({ fact: 'neighbour', address: address(`10.0.0.${i}`), mac: OWN_A }, null, START);
    expect(ids(t)[0]).toBe('ip-10.0.0.1');
    expect(t.assets().length).toBe(12);
  });

  test('an address that changes its MAC shows both; the later proof is its own', () => {
    const t = trackers();
    t.fact({ fact: 'neighbour', address: address('10.0.0.5'), mac: OWN_A }, null, START);
    t.fact({ fact: 'neighbour', address: address('10.0.0.5'), mac: OWN_B }, null, at(60));
    const found = asset(t, '10.0.0.5');
    expect(found.id).toBe('mac-00163e000002');
    expect(found.evidence.filter(({ attribute: name }) => name === 'mac').length).toBe(2);
  });

  test("ARP's word stands against the frames of a router", () => {
    const t = trackers();
    t.fact({ fact: 'neighbour', address: address('10.0.0.5'), mac: OWN_A }, null, START);
    play(t, flow('10.0.0.5', '10.0.0.9', 104, { clientMac: ROUTER }), [], at(60));
    expect(asset(t, '10.0.0.5').id).toBe('mac-001b21000001');
  });

  test('locally administered, virtual, group and zero MACs', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.2', 104, { clientMac: 0x021b21000001, serverMac: 0x00005e000101 }));
    play(t, flow('10.0.0.3', '10.0.0.4', 104, { clientMac: 0, serverMac: 0xffffffffffff }));
    expect(ids(t)).toEqual(['mac-021b21000001', 'ip-10.0.0.2', 'ip-10.0.0.3', 'ip-10.0.0.4']);
    expect(asset(t, '10.0.0.1')).toMatchObject({ vendor: null });
    expect(asset(t, '10.0.0.1').evidence[0].source).toBe('frames; locally administered');
  });

  test('both ends of a flow with the same MAC are not one device', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.2', 104, { clientMac: OWN_A, serverMac: OWN_A }));
    expect(ids(t)).toEqual(['ip-10.0.0.1', 'ip-10.0.0.2']);
  });
});

describe('attributes', () => {
  test('what the device says of itself beats its software and its network card; all of it stays', () => {
    const t = trackers();
    const f = flow('10.0.0.1', '10.0.0.2', 104, { clientMac: OWN_A });
    play(t, f, [
      activity('client', 'sends-images', 'CT'),
      attribute('client', 'implementation-class-uid', '1.2.840.113619.6.900'),
      attribute('client', 'vendor', 'ACME Imaging', 'DICOM (0008,0070) of a stored object'),
    ]);
    const found = asset(t, '10.0.0.1');
    expect(found.vendor).toBe('ACME Imaging');
    expect(
      found.evidence.filter(({ attribute: name }) => name === 'vendor').map(({ value }) => value),
    ).toEqual(['ACME Imaging', 'Acme Networks', 'GE Healthcare']);
  });

  test('an archive is not the maker of the images it passes on', () => {
    const t = trackers();
    const source = 'DICOM (0008,0070) of a stored object';
    play(t, flow('10.0.0.1', '10.0.0.9'), [
      activity('client', 'sends-images', 'CT'),
      attribute('client', 'vendor', 'ACME Imaging', source),
      activity('server', 'accepts-images', 'CT'),
      activity('server', 'answers-queries'),
    ]);
    play(t, flow('10.0.0.9', '10.0.0.7'), [
      activity('client', 'sends-images', 'CT'),
      attribute('client', 'vendor', 'ACME Imaging', source),
      activity('server', 'accepts-images', 'CT'),
    ]);
    expect(asset(t, '10.0.0.1')).toMatchObject({ role: 'modality', vendor: 'ACME Imaging', modality: 'CT' });
    expect(asset(t, '10.0.0.9')).toMatchObject({ role: 'pacs', vendor: null, modality: null });
    expect(asset(t, '10.0.0.7')).toMatchObject({ role: 'workstation' });
  });

  test('of equal rank, what is said most often', () => {
    const t = trackers();
    const f = flow('10.0.0.1', '10.0.0.2');
    for (const value of ['ONE', 'TWO', 'TWO']) t.fact(attribute('client', 'hostname', value), f, START);
    expect(asset(t, '10.0.0.1').hostname).toBe('TWO');
  });

  test('class UID and version name of one association stay together; the most used pair is shown', () => {
    const t = trackers();
    const announce = (uid: string, name: string) => {
      const f = flow('10.0.0.1', '10.0.0.2');
      t.fact(attribute('server', 'implementation-class-uid', uid), f, START);
      if (name !== '') t.fact(attribute('server', 'implementation-version-name', name), f, START);
    };
    announce('1.2.40.0.13.1.3', 'dcm4che-5.29.2');
    for (let i = 0; i < 3; i++) announce('1.2.276.0.7230010.3.0.3.6.7', 'OFFIS_DCMTK_367');
    announce('1.2.40.0.13.1.3', '');
    expect(asset(t, '10.0.0.2').implementation).toEqual({
      class_uid: '1.2.276.0.7230010.3.0.3.6.7',
      version_name: 'OFFIS_DCMTK_367',
      product: 'OFFIS DCMTK',
      version: '3.6.7',
    });
  });

  test('lists keep what was seen first', () => {
    const t = trackers();
    const f = flow('10.0.0.1', '10.0.0.2');
    for (const value of ['STORE', 'FIND', 'STORE']) t.fact(attribute('server', 'ae-title', value), f, START);
    t.fact(attribute('server', 'hl7-application', 'RIS'), f, START);
    expect(asset(t, '10.0.0.2')).toMatchObject({ ae_titles: ['STORE', 'FIND'], hl7_applications: ['RIS'] });
  });

  test('a pump names itself in OBX-18; an engine that forwards it does not become one', () => {
    const t = trackers();
    const obx = attribute('client', 'model', 'Hospira Plum A+', 'HL7 OBX-18');
    play(t, flow('10.0.0.1', '10.0.0.5', 6661), [
      obx,
      activity('client', 'sends-messages', 'ORU^R01'),
      activity('client', 'sends-results', 'ORU'),
      activity('server', 'accepts-messages', 'ORU^R01'),
      activity('server', 'accepts-results', 'ORU'),
    ]);
    play(t, flow('10.0.0.5', '10.0.0.6', 6661), [
      obx,
      activity('client', 'sends-messages', 'ORU^R01'),
      activity('client', 'sends-results', 'ORU'),
    ]);
    expect(asset(t, '10.0.0.1')).toMatchObject({
      role: 'infusion-pump',
      vendor: 'Hospira',
      model: 'Hospira Plum A+',
    });
    expect(asset(t, '10.0.0.5')).toMatchObject({ role: 'integration-engine', vendor: null, model: null });
  });
});

describe('services and bounds', () => {
  test('a service is listed once answered, not when only asked', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.2', 11112), [service('asked')]);
    expect(asset(t, '10.0.0.2').services).toEqual([]);
    play(t, flow('10.0.0.1', '10.0.0.2', 11112), [service('asked'), service('answered')]);
    play(t, flow('10.0.0.1', '10.0.0.2', 11112), [service('answered', 'dicom', { tls: true })]);
    expect(asset(t, '10.0.0.2').services).toEqual([
      { port: 11112, proto: 'tcp', protocol: 'dicom', tls: true, product: null, version: null },
    ]);
  });

  test('statements, services, peers, details and implementations of a host are bounded', () => {
    const t = trackers();
    for (let i = 0; i < 500; i++) {
      const f = flow(`10.0.${i >> 8}.${i & 255}`, '10.9.9.9', i);
      t.fact(attribute('server', 'serial', `S${i}`), f, START);
      t.fact(attribute('server', 'hostname', `H${i}`), f, START);
      t.fact(attribute('server', 'ae-title', `A${i}`), f, START);
      t.fact(attribute('server', 'implementation-class-uid', `1.2.${i}`), f, START);
      t.fact(service('answered'), f, START);
      t.fact(activity('server', 'accepts-images', `M${i}`), f, START);
    }
    const host = t.inventory.find('10.9.9.9')!;
    expect(host.statements!.length).toBe(3 * HOST_LIMITS.statementsPerAttribute);
    expect(host.services!.length).toBe(HOST_LIMITS.services);
    expect(host.implementations!.length).toBe(HOST_LIMITS.implementations);
    const deed = host.deeds!.get('accepts-images')!;
    expect([deed.count, deed.details.length, deed.peers.length]).toEqual([
      500,
      HOST_LIMITS.details,
      HOST_LIMITS.peers,
    ]);
    expect(host.omitted).toBeGreaterThan(1000);
    for (let i = 0; i < 100; i++)
      t.fact({ fact: 'neighbour', address: address('10.9.9.9'), mac: OWN_A + i }, null, at(i));
    expect(host.bindings!.length).toBe(HOST_LIMITS.macs);
  });

  test('a full table of hosts lets go ordinary ones that were not seen again', () => {
    const t = trackers({ inventory: { ...INVENTORY_LIMITS, hosts: 100 } });
    play(t, flow('10.1.0.1', '203.0.113.7', 443), [activity('client', 'sends-images', 'CT')]);
    play(t, flow('10.2.0.1', '198.51.100.9', 443));
    for (let i = 0; i < 400; i++) play(t, attempt(`10.3.${i >> 8}.${i & 255}`, '10.4.0.1'));
    expect(t.inventory.size).toBe(100);
    expect(t.evictions().assets).toBe(302);
    expect(asset(t, '10.1.0.1').role).toBe('modality');
    expect(t.assetId('10.2.0.1')).toBeNull();
    // What the evicted one did with the outside is still counted, under the role it had.
    expect(t.external().connections).toContainEqual({
      direction: 'outbound',
      role: 'client',
      country: 'US',
      count: 1,
    });
  });

  test('a full table of MACs counts what it lets go', () => {
    const t = trackers({ inventory: { ...INVENTORY_LIMITS, macs: 10 } });
    for (let i = 0; i < 50; i++)
      t.fact({ fact: 'neighbour', address: address(`10.0.0.${i + 1}`), mac: OWN_A + i }, null, START);
    expect(t.evictions().macs).toBe(40);
  });

  test('the assets are the same object while nothing changes', () => {
    const t = trackers();
    play(t, flow('10.0.0.1', '10.0.0.2'));
    const before = t.assets();
    expect(t.assets()).toBe(before);
    t.fact(flowFact('open'), flow('10.0.0.3', '10.0.0.2'), at(5));
    expect(t.assets()).not.toBe(before);
    expect(asset(t, '10.0.0.2').lastSeen).toBe(at(5));
  });
});
