import { describe, expect, test } from 'vitest';
import {
  ACKNOWLEDGED,
  COOKIE,
  DECLINE,
  dhcp as dhcpMessage,
  END,
  INFORM,
  INFORMED,
  message,
  OFFER,
  option,
  PC_MAC,
  REFUSED,
  WINDOWS_DISCOVER,
  WINDOWS_REQUEST,
} from '../../pcaps/lab/written/dhcp.ts';
import { ipv4, mac } from '../../pcaps/lab/written/link.ts';
import { Address } from '../../src/core/address.ts';
import { TO_CLIENT } from '../../src/core/flow.ts';
import { everyCut, type OfferOptions, offer } from '../../src/testing/datagrams.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { dhcp } from './index.ts';
import { meaningOf, VENDOR_CLASSES } from './vendor-classes.ts';

const MAC = Number.parseInt(PC_MAC.replaceAll(':', ''), 16);

const end = (ip: string, port: number) => ({
  address: new Address(4, 0, 0, 0xffff, ipv4(ip).readInt32BE(), true),
  port,
  mac: -1,
});
const BROADCAST = { client: end('0.0.0.0', 68), server: end('255.255.255.255', 67) };
const UNICAST = { client: end('10.30.0.44', 68), server: end('10.30.0.1', 67) };
const RELAY = { client: end('10.31.0.254', 67), server: end('10.30.0.1', 67) };

function facts(bytes: Uint8Array, options: OfferOptions = {}): Record<string, unknown>[] {
  const { told, claimed } = offer(dhcp, bytes, { flow: BROADCAST, ...options });
  expect(claimed).toBe(true);
  return told.map(({ address, ...rest }) => ({
    ...rest,
    ...(address === undefined ? {} : { address: (address as { text: string } | null)?.text ?? null }),
  }));
}

const values = (bytes: Uint8Array, options: OfferOptions = {}) =>
  facts(bytes, options)
    .filter(({ fact }) => fact === 'device')
    .map(({ attribute, value, source }) => [attribute, value, source]);

describe('a client', () => {
  test('says what it is called, whose it is, and how it asks', () => {
    expect(values(WINDOWS_REQUEST)).toEqual([
      ['hostname', 'READING-ROOM-3', 'DHCP option 12 (host name)'],
      ['hostname', 'READING-ROOM-3.hospital.example', 'DHCP option 81 (client FQDN)'],
      ['fingerprint', 'MSFT 5.0', 'DHCP option 60 (vendor class identifier)'],
      ['os', 'Windows', 'DHCP option 60 (vendor class identifier)'],
      [
        'fingerprint',
        '1,3,6,15,31,33,43,44,46,47,119,121,249,252',
        'DHCP option 55 (parameter request list)',
      ],
    ]);
    for (const fact of facts(WINDOWS_REQUEST)) expect(fact).toMatchObject({ mac: MAC, address: null });
  });

  test('has the address it writes from when it says so too, no other', () => {
    expect(facts(INFORM, { flow: UNICAST })[1]).toMatchObject({ address: '10.30.0.44', mac: MAC });
    // A relay passes it on: what the client says is then only its word.
    expect(facts(INFORM, { flow: RELAY })[1]).toMatchObject({ address: null, mac: MAC });
    const release = dhcpMessage({ ciaddr: '10.30.0.44' }, 7, option(12, 'gone'));
    expect(facts(release, { flow: UNICAST })[1]).toMatchObject({ address: null, value: 'gone' });
  });

  test('that declines binds nothing', () => {
    expect(facts(DECLINE)).toEqual([]);
  });

  test('is not who asks about it', () => {
    for (const type of [10, 14])
      expect(facts(dhcpMessage({}, type, option(12, 'somebody'), option(55, 1, 3)))).toEqual([]);
  });

  test.each([
    ['FQDN in wire format', option(81, 4, 0, 0, '\x04host\x07example\0'), 'host.example'],
    ['FQDN in wire format, host’s part alone', option(81, 4, 0, 0, '\x04host'), 'host'],
    ['FQDN with a root', option(81, 0, 0, 0, 'host.example.'), 'host.example'],
    ['host name with a NUL', option(12, 'host\0'), 'host'],
  ])('%s', (_, bytes, name) => {
    expect(values(dhcpMessage({}, 1, bytes)).map(([, value]) => value)).toEqual([name]);
  });

  test.each([
    ['empty', option(12)],
    ['localhost', option(12, 'localhost')],
    ['an address', option(12, '10.0.0.1')],
    ['garbage', option(12, 0xff, 0xfe, 0x80)],
    ['a label that does not fit', option(81, 4, 0, 0, '\x3fhost')],
    ['a label of a compressed name', option(81, 4, 0, 0, '\xc0\x0c')],
    ['FQDN without a name', option(81, 3, 255, 255)],
  ])('no name: %s', (_, bytes) => {
    expect(values(dhcpMessage({}, 1, bytes))).toEqual([]);
  });

  test('client identifiers: a name, a DUID; not the MAC again', () => {
    const told = (...value: (Uint8Array | string | number)[]) =>
      values(dhcpMessage({}, 1, option(61, ...value))).map(([, value]) => value);
    expect(told(0, 'cisco-0019.2f11.2233-Gi0')).toEqual(['cisco-0019.2f11.2233-Gi0']);
    expect(told(255, 0, 0, 0, 1, 0, 3, 0, 1, mac(PC_MAC))).toEqual(['DUID 00030001001b21304050']);
    expect(told(1, mac(PC_MAC))).toEqual([]);
    expect(told(0, 0, 1)).toEqual([]);
  });

  test('vendor-identifying vendor class', () => {
    expect(values(dhcpMessage({}, 1, option(124, 0, 0, 1, 3, 11, 10, 'ECS4620-28')))).toEqual([
      ['fingerprint', 'ECS4620-28', 'DHCP option 124 (vendor-identifying vendor class)'],
    ]);
    expect(values(dhcpMessage({}, 1, option(124, 0, 0, 1, 3)))).toEqual([]);
  });

  test('options in parts, and in the fields of the file and the server', () => {
    const list = option(55, 1, 3);
    expect(values(dhcpMessage({}, 1, list, option(12, 'long-'), option(12, 'name'), option(55, 6)))).toEqual([
      ['hostname', 'long-name', 'DHCP option 12 (host name)'],
      ['fingerprint', '1,3,6', 'DHCP option 55 (parameter request list)'],
    ]);
    const file = Buffer.concat([option(12, 'in-file'), END]);
    const sname = Buffer.concat([option(60, 'udhcp 1.35.0'), END]);
    expect(values(dhcpMessage({ file, sname }, 1, option(52, 3))).map(([, value]) => value)).toEqual([
      'in-file',
      'udhcp 1.35.0',
      'BusyBox udhcpc 1.35.0',
    ]);
    expect(values(dhcpMessage({ file, sname }, 1, option(52, 1))).map(([, value]) => value)).toEqual([
      'in-file',
    ]);
    expect(values(dhcpMessage({ file, sname }, 1))).toEqual([]);
  });

  test('without a MAC address is known by its address alone', () => {
    const bytes = dhcpMessage({ htype: 32, hlen: 0, ciaddr: '10.30.0.44' }, 3, option(12, 'ib-host'));
    expect(facts(bytes, { flow: UNICAST })[1]).toMatchObject({ address: '10.30.0.44', mac: -1 });
    expect(facts(bytes)).toEqual([]);
  });
});

describe('a server', () => {
  const answer: OfferOptions = { direction: TO_CLIENT, flow: UNICAST };

  test('binds what it acknowledges', () => {
    expect(facts(ACKNOWLEDGED, answer)).toEqual([
      { fact: 'service', protocol: 'dhcp', medical: false, tls: false, state: 'answered' },
      { fact: 'neighbour', address: '10.30.0.44', mac: MAC, leased: true },
      {
        fact: 'device',
        address: '10.30.0.44',
        mac: MAC,
        attribute: 'domain',
        value: 'hospital.example',
        source: 'DHCP option 15 (domain name)',
      },
    ]);
  });

  test('leases nothing to who only informs it', () => {
    expect(facts(INFORMED, answer)[1]).toEqual({ fact: 'neighbour', address: '10.30.0.44', mac: MAC });
  });

  test('only offers, or refuses', () => {
    expect(facts(OFFER, answer)).toMatchObject([{ fact: 'service', state: 'answered' }]);
    expect(facts(REFUSED, answer)).toMatchObject([{ fact: 'service', state: 'refused' }]);
  });

  test('answers a relay, whose word to the client is no server’s', () => {
    const bytes = dhcpMessage({ op: 2, yiaddr: '10.31.0.5', giaddr: '10.31.0.254' }, 5);
    const bound = { fact: 'neighbour', address: '10.31.0.5', leased: true };
    expect(facts(bytes, { direction: TO_CLIENT, flow: RELAY })).toMatchObject([{ fact: 'service' }, bound]);
    const toClient = { client: end('10.31.0.5', 68), server: end('10.31.0.254', 67) };
    expect(facts(bytes, { direction: TO_CLIENT, flow: toClient })).toMatchObject([bound]);
  });

  test('tells who has an address when it is asked (RFC 4388)', () => {
    expect(facts(dhcpMessage({ op: 2, ciaddr: '10.31.0.7' }, 13), answer)[1]).toMatchObject({
      address: '10.31.0.7',
      leased: true,
    });
  });

  test('of BOOTP', () => {
    const reply = message({ op: 2, yiaddr: '10.30.0.200' }, Buffer.alloc(64));
    expect(facts(reply, answer)[1]).toMatchObject({ address: '10.30.0.200', mac: MAC, leased: true });
    // Vendor information of another kind than RFC 1497's.
    const foreign = message(
      { op: 2, yiaddr: '10.30.0.200' },
      Buffer.from([1, 2, 3, 4, 12, 4]),
      Buffer.from('host'),
    );
    expect(facts(foreign, answer)).toHaveLength(2);
  });

  test.each(['0.0.0.0', '127.0.0.1', '224.0.0.5', '255.255.255.255'])('binds nobody to %s', (yiaddr) => {
    expect(facts(dhcpMessage({ op: 2, yiaddr }, 5), answer)).toHaveLength(1);
  });

  test('binds no group address', () => {
    const bytes = dhcpMessage({ op: 2, yiaddr: '10.30.0.9', chaddr: '01:00:5e:00:00:01' }, 5);
    expect(facts(bytes, answer)).toHaveLength(1);
  });
});

describe('what is no message', () => {
  test.each([
    ['text', Buffer.from('status: ready\n'.repeat(30))],
    ['short', WINDOWS_DISCOVER.subarray(0, 235)],
    ['an operation that there is not', Buffer.concat([Buffer.from([3]), WINDOWS_DISCOVER.subarray(1)])],
    ['a type that there is not', dhcpMessage({}, 99)],
    ['type 0', dhcpMessage({}, 0)],
    ['a type of two bytes', message({}, COOKIE, option(53, 1, 1), END)],
    ['a hardware address of 17 bytes', dhcpMessage({ hlen: 17 }, 1)],
    ['BOOTP of a host that is on no Ethernet', message({ htype: 7, hlen: 1 }, Buffer.alloc(64))],
  ])('%s', (_, bytes) => {
    expect(offer(dhcp, bytes)).toEqual({ claimed: false, told: [], malformed: null });
  });

  test('on other ports: only what has cookie and type', () => {
    expect(offer(dhcp, WINDOWS_DISCOVER, { hinted: false }).claimed).toBe(true);
    expect(offer(dhcp, message({}, Buffer.alloc(64)), { hinted: false }).claimed).toBe(false);
    expect(offer(dhcp, message({}, COOKIE, option(12, 'x'), END), { hinted: false }).claimed).toBe(false);
  });
});

describe('damage', () => {
  test('cut anywhere: only whole values are told', () => {
    everyCut(dhcp, WINDOWS_REQUEST, { flow: BROADCAST });
    const whole = new Set(values(WINDOWS_REQUEST).map(String));
    for (let length = 240; length < WINDOWS_REQUEST.length; length++) {
      const { told } = offer(dhcp, WINDOWS_REQUEST.slice(0, length), { flow: BROADCAST });
      for (const { attribute, value, source } of told)
        expect(whole).toContain(String([attribute, value, source]));
    }
  });

  test('bytes changed at random', () => {
    const random = new Random(9);
    for (let round = 0; round < 4000; round++) {
      const bytes = mutateBytes(round % 2 ? WINDOWS_REQUEST : ACKNOWLEDGED, random);
      for (const { value } of offer(dhcp, bytes, { flow: BROADCAST }).told)
        if (value !== undefined) expect(String(value).length).toBeLessThanOrEqual(200);
    }
  });

  test('a datagram full of parts of one option is read in no time', () => {
    const parts = Buffer.alloc(65_000, option(12, 'a'));
    const bytes = dhcpMessage({}, 1, parts);
    const start = performance.now();
    for (let round = 0; round < 20; round++) offer(dhcp, bytes, { flow: BROADCAST });
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

test.each(VENDOR_CLASSES.map((row) => [row.example, row] as const))('vendor class %s', (example, row) => {
  expect(Object.fromEntries(meaningOf(example))).toEqual(row.means);
  expect(row.source).not.toBe('');
});

test('vendor classes that say nothing', () => {
  for (const text of [
    'MSFT 5.0 XBOX',
    'PXEClient:Arch:00000:UNDI:002001',
    'MSFT 5.0 ',
    'my Cisco AP c1240',
    '',
  ])
    expect(meaningOf(text)).toEqual([]);
});
