import { describe, expect, test } from 'vitest';
import {
  ADVERTISE,
  address,
  association,
  CLIENT_ID,
  DUID_LLT,
  labels,
  message,
  option,
  PC_MAC,
  REPLY,
  REQUEST,
  relayed,
  SOLICIT,
} from '../../pcaps/lab/written/dhcpv6.ts';
import { ipv6, mac, u16, u32 } from '../../pcaps/lab/written/link.ts';
import { Address } from '../../src/core/address.ts';
import { TO_CLIENT } from '../../src/core/flow.ts';
import { everyCut, type OfferOptions, offer, offerAll } from '../../src/testing/datagrams.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { dhcpv6 } from './index.ts';
import { meaningOf, VENDOR_CLASSES } from './vendor-classes.ts';
import { macOfDuid } from './wire.ts';

const MAC = Number.parseInt(PC_MAC.replaceAll(':', ''), 16);
const FRAME_MAC = 0x3c2af4556603;

function end(ip: string, port: number, frameMac = -1) {
  const bytes = ipv6(ip);
  const [w0, w1, w2, w3] = [0, 4, 8, 12].map((at) => bytes.readInt32BE(at));
  return { address: new Address(6, w0, w1, w2, w3, true), port, mac: frameMac };
}

const LINK = { client: end('fe80::1:2', 546, FRAME_MAC), server: end('ff02::1:2', 547) };
const ANSWER = { client: end('fe80::1:2', 546, FRAME_MAC), server: end('fe80::9', 547) };
const RELAY = { client: end('fd30::254', 547, 0x001c0f99aa05), server: end('fd30::1', 547) };

function facts(told: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return told.map(({ address, ...rest }) => ({
    ...rest,
    ...(address === undefined ? {} : { address: (address as { text: string } | null)?.text ?? null }),
  }));
}

const of = (bytes: Uint8Array, options: OfferOptions = {}) =>
  facts(offer(dhcpv6, bytes, { flow: LINK, ...options }).told);

describe('a client', () => {
  test('says what it is called, whose it is, and how it asks', () => {
    const said = of(SOLICIT);
    expect(said.map(({ attribute, value, source }) => [attribute, value, source])).toEqual([
      ['hostname', 'READING-ROOM-3.hospital.example', 'DHCPv6 option 39 (client FQDN)'],
      ['fingerprint', 'MSFT 5.0', 'DHCPv6 option 16 (vendor class)'],
      ['os', 'Windows', 'DHCPv6 option 16 (vendor class)'],
      ['fingerprint', '24,23,17,39', 'DHCPv6 option 6 (option request)'],
      ['device-id', `DUID ${DUID_LLT.toString('hex')}`, 'DHCPv6 option 1 (client identifier)'],
    ]);
    // The frame's MAC before the DUID's, which may be another interface's or another machine's.
    for (const fact of said) expect(fact).toMatchObject({ address: 'fe80::1:2', mac: FRAME_MAC });
  });

  test('behind a relay is known by the MAC the relay saw, else by the one in its DUID', () => {
    const link = option(79, u16(1), mac('3c:2a:f4:55:66:03'));
    expect(of(relayed(12, 'fe80::7', SOLICIT, link), { flow: RELAY })[1]).toMatchObject({
      address: null,
      mac: FRAME_MAC,
    });
    expect(of(relayed(12, 'fe80::7', SOLICIT), { flow: RELAY })[1]).toMatchObject({
      address: null,
      mac: MAC,
    });
    const twice = relayed(12, 'fd31::254', relayed(12, 'fe80::7', SOLICIT, link));
    expect(of(twice, { flow: RELAY })[1]).toMatchObject({ mac: FRAME_MAC });
  });

  test('MACs in DUIDs', () => {
    expect(macOfDuid(DUID_LLT)).toBe(MAC);
    expect(macOfDuid(Buffer.concat([u16(3), u16(1), mac(PC_MAC)]))).toBe(MAC);
    expect(macOfDuid(Buffer.concat([u16(2), u32(9), mac(PC_MAC)]))).toBe(-1);
    expect(macOfDuid(Buffer.concat([u16(4), Buffer.alloc(16, 1)]))).toBe(-1);
    expect(macOfDuid(Buffer.concat([u16(3), u16(32), Buffer.alloc(8, 1)]))).toBe(-1);
    expect(macOfDuid(Buffer.concat([u16(3), u16(1), mac('01:00:00:00:00:01')]))).toBe(-1);
    expect(macOfDuid(Buffer.alloc(1))).toBe(-1);
  });
});

describe('a server', () => {
  test('binds what it gives', () => {
    expect(of(REPLY, { flow: ANSWER, direction: TO_CLIENT })).toEqual([
      { fact: 'service', protocol: 'dhcpv6', medical: false, tls: false, state: 'answered' },
      { fact: 'neighbour', address: 'fd30::1:44', mac: FRAME_MAC, leased: true },
      {
        fact: 'device',
        address: 'fd30::1:44',
        mac: FRAME_MAC,
        attribute: 'hostname',
        value: 'reading-room-3.hospital.example',
        source: 'DHCPv6 option 39 (client FQDN) of the server',
      },
    ]);
  });

  test('offers, takes back and refuses without binding', () => {
    const answer: OfferOptions = { flow: ANSWER, direction: TO_CLIENT };
    expect(of(ADVERTISE, answer)).toHaveLength(1);
    expect(of(message(7, CLIENT_ID, association(address('fd30::1', 0))), answer)).toHaveLength(1);
    const refused = address('fd30::1', 60, option(13, u16(2), 'none left'));
    expect(of(message(7, CLIENT_ID, association(refused)), answer)).toHaveLength(1);
    expect(of(message(7, CLIENT_ID, association(address('ff02::1', 60))), answer)).toHaveLength(1);
  });

  test('gives temporary addresses too', () => {
    const temporary = option(4, u32(1), address('fd30::7', 60));
    expect(of(message(7, CLIENT_ID, temporary), { flow: ANSWER, direction: TO_CLIENT })[1]).toMatchObject({
      address: 'fd30::7',
      leased: true,
    });
  });

  test('behind a relay: the MAC is the one the relay told when it passed the request on', () => {
    const link = option(79, u16(1), mac('3c:2a:f4:55:66:03'));
    const back = { bytes: relayed(13, 'fe80::7', REPLY), direction: TO_CLIENT } as const;
    const bound = { fact: 'neighbour', address: 'fd30::1:44', mac: FRAME_MAC, leased: true };
    const known = offerAll(dhcpv6, [{ bytes: relayed(12, 'fe80::7', REQUEST, link) }, back], { flow: RELAY });
    expect(facts(known.told)).toContainEqual(bound);
    // Not the DUID's: many machines made from one image have one DUID.
    const unknown = offerAll(dhcpv6, [{ bytes: relayed(12, 'fe80::7', REQUEST) }, back], { flow: RELAY });
    expect(facts(unknown.told).filter(({ fact }) => fact === 'neighbour')).toEqual([]);
    expect(facts(unknown.told).at(-1)).toMatchObject({
      address: 'fd30::1:44',
      mac: -1,
      attribute: 'hostname',
    });
  });
});

describe('what is no message', () => {
  test.each([
    ['text', Buffer.from('status: ready\n')],
    ['nothing', Buffer.alloc(0)],
    ['a type that there is not', Buffer.concat([Buffer.from([127]), SOLICIT.subarray(1)])],
    ['no options', message(1)],
    ['an option that does not fit', Buffer.from([1, 2, 3, 4, 0, 1, 255, 255, 1, 2])],
    ['a relay that has nothing', Buffer.concat([Buffer.from([12, 0]), Buffer.alloc(32)])],
    ['a relay cut', relayed(12, 'fe80::7', SOLICIT).subarray(0, 30)],
  ])('%s', (_, bytes) => {
    expect(offer(dhcpv6, bytes, { flow: LINK })).toEqual({ claimed: false, told: [], malformed: null });
  });

  test('anything on other ports', () => {
    expect(offer(dhcpv6, SOLICIT, { hinted: false, flow: LINK }).claimed).toBe(false);
  });

  test('relays around relays without end', () => {
    let bytes: Buffer = SOLICIT;
    for (let depth = 0; depth < 8; depth++) bytes = relayed(12, 'fe80::7', bytes);
    expect(offer(dhcpv6, bytes, { flow: RELAY }).claimed).toBe(true);
    expect(offer(dhcpv6, relayed(12, 'fe80::7', bytes), { flow: RELAY }).claimed).toBe(false);
  });
});

describe('damage', () => {
  test('cut anywhere: only whole values are told', () => {
    everyCut(dhcpv6, REQUEST, { flow: LINK });
    everyCut(dhcpv6, relayed(13, 'fe80::7', REPLY), { flow: RELAY, direction: TO_CLIENT });
    const whole = new Set(of(REQUEST).map(({ value }) => value));
    for (let length = 0; length < REQUEST.length; length++)
      for (const { value } of of(REQUEST.subarray(0, length))) expect(whole).toContain(value);
  });

  test('bytes changed at random', () => {
    const random = new Random(10);
    const inputs = [SOLICIT, REPLY, relayed(12, 'fe80::7', REQUEST), relayed(13, 'fe80::7', REPLY)];
    for (let round = 0; round < 4000; round++) {
      const bytes = mutateBytes(random.pick(inputs), random);
      for (const { value } of offer(dhcpv6, bytes, { flow: ANSWER, direction: TO_CLIENT }).told)
        if (value !== undefined) expect(String(value).length).toBeLessThanOrEqual(200);
    }
  });

  test('a datagram full of addresses, of associations, of labels is read in no time', () => {
    const inputs = [
      message(7, CLIENT_ID, association(Buffer.alloc(60_000, address('fd30::1', 60)))),
      message(7, CLIENT_ID, Buffer.alloc(65_000, association())),
      message(1, CLIENT_ID, option(39, Buffer.from([0]), Buffer.alloc(60_000, labels('a').subarray(0, 2)))),
    ];
    const start = performance.now();
    for (const bytes of inputs)
      for (let round = 0; round < 10; round++) {
        const { told } = offer(dhcpv6, bytes, { flow: ANSWER });
        expect(told.length).toBeLessThan(40);
        expect(told.map(({ value }) => String(value).length).every((length) => length <= 200)).toBe(true);
      }
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

test.each(VENDOR_CLASSES.map((row) => [row.example, row] as const))('vendor class %s', (example, row) => {
  expect(Object.fromEntries(meaningOf(row.enterprise, example))).toEqual(row.means);
  expect(meaningOf(row.enterprise + 1, example)).toEqual([]);
  expect(row.source).not.toBe('');
});
