import { describe, expect, test } from 'vitest';
import { ipv4, ipv6, mac, u16 } from '../../pcaps/lab/written/link.ts';
import {
  ACCESS_POINT,
  CHASSIS,
  END,
  management,
  med,
  PORT,
  TTL,
  tlv,
  UNNAMED_PC,
} from '../../pcaps/lab/written/lldp.ts';
import { offerFrame } from '../../src/testing/datagrams.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { lldp } from './index.ts';
import { readLldpdu } from './wire.ts';

const AP_MAC = 0x001a1e102030;
const SENDER = 0x020000000001;

/** `attribute source` → value, of what was told. */
function told(bytes: Uint8Array): Record<string, unknown> {
  return Object.fromEntries(
    offerFrame(lldp, bytes).told.map(({ attribute, value, source }) => [`${attribute} ${source}`, value]),
  );
}

const with_ = (...tlvs: Buffer[]): Buffer => Buffer.concat([CHASSIS, PORT, TTL, ...tlvs, END]);

describe('what a system says of itself', () => {
  test('name, description, what it is, where it is managed', () => {
    const { told } = offerFrame(lldp, ACCESS_POINT);
    expect(told.map(({ attribute, value, source }) => [attribute, value, source])).toEqual([
      ['hostname', 'ap-ward-5', 'LLDP system name'],
      ['product', 'Example access point release 8.10.1', 'LLDP system description'],
      ['device-class', 'access-point', 'LLDP system capabilities'],
    ]);
    for (const fact of told) {
      expect(fact).toMatchObject({ fact: 'device', mac: AP_MAC });
      expect((fact.address as { text: string }).text).toBe('10.30.5.9');
    }
  });

  test('the inventory of LLDP-MED, without what nobody filled in', () => {
    expect(
      told(
        with_(
          med(5, 'B2'),
          med(6, '5.9.0'),
          med(7, '5.9.1'),
          med(8, 'EP5000123456'),
          med(9, 'Example Telephones'),
          med(10, 'EP-500'),
          med(11, 'HOSP-000777'),
        ),
      ),
    ).toEqual({
      'software LLDP-MED firmware revision': '5.9.0',
      'software LLDP-MED software revision': '5.9.1',
      'serial LLDP-MED serial number': 'EP5000123456',
      'vendor LLDP-MED manufacturer name': 'Example Telephones',
      'model LLDP-MED model name': 'EP-500',
      'device-id LLDP-MED asset ID': 'HOSP-000777',
    });
    expect(told(UNNAMED_PC)).toEqual({
      'model LLDP-MED model name': 'EX-300',
      'device-id LLDP chassis ID': 'radiology-cart-2',
    });
  });

  test('the MAC is the chassis, or else whose frame it is', () => {
    expect(offerFrame(lldp, with_(tlv(5, 'a'))).told[0].mac).toBe(AP_MAC);
    const named = Buffer.concat([tlv(1, 7, 'x1'), PORT, TTL, tlv(5, 'a'), END]);
    expect(offerFrame(lldp, named).told[0].mac).toBe(SENDER);
    const group = Buffer.concat([tlv(1, 4, mac('01:00:00:00:00:01')), PORT, TTL, tlv(5, 'a'), END]);
    expect(offerFrame(lldp, group).told[0].mac).toBe(SENDER);
    expect(offerFrame(lldp, group, { srcMac: -1 }).told).toEqual([]);
  });

  test('of every management address, but not of one that is nobody’s', () => {
    const all = with_(
      tlv(5, 'core'),
      management(1, ipv4('0.0.0.0')),
      management(1, ipv4('127.0.0.1')),
      management(2, ipv6('::1')),
      management(6, mac('00:1a:1e:10:20:30')),
      management(1, ipv4('10.0.0.1')),
      management(2, ipv6('fd00::1')),
    );
    const addresses = offerFrame(lldp, all).told.map(({ address }) => (address as { text: string }).text);
    expect(addresses).toEqual(['10.0.0.1', 'fd00::1']);
    const chassis = Buffer.concat([tlv(1, 5, 1, ipv4('10.9.9.9')), PORT, TTL, tlv(5, 'core'), END]);
    expect(offerFrame(lldp, chassis, { srcMac: -1 }).told).toMatchObject([{ mac: -1, value: 'core' }]);
  });

  test.each([
    [0x0024, 'phone'],
    [0x000c, 'access-point'],
    [0x0014, 'router'],
    [0x0004, 'switch'],
    [0x0100, 'switch'],
    [0x0080, undefined],
    [0x0000, undefined],
  ])('enabled capabilities %i: %s', (enabled, expected) => {
    const said = told(with_(tlv(7, u16(0xffff), u16(enabled))));
    expect(said['device-class LLDP system capabilities']).toBe(expected);
  });

  test.each([
    'localhost',
    'localhost.localdomain',
    '(none)',
    '10.0.0.1',
    'fe80::1',
    '\0',
    '--',
    '\xff\xfe',
  ])('no name: %j', (name) => {
    expect(told(with_(tlv(5, Buffer.from(name, 'latin1'))))).toEqual({});
  });
});

describe('what is none', () => {
  test('the mandatory TLVs missing, twice or in another order', () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.alloc(46),
      END,
      Buffer.concat([PORT, CHASSIS, TTL, END]),
      Buffer.concat([CHASSIS, CHASSIS, TTL, END]),
      Buffer.concat([CHASSIS, PORT, END]),
      Buffer.concat([tlv(1, 4, 1, 2, 3), PORT, TTL, END]),
      Buffer.concat([CHASSIS, PORT, tlv(3, 1), END]),
    ])
      expect(offerFrame(lldp, bytes)).toMatchObject({ told: [], malformed: 'lldp-mandatory' });
  });

  test('a system that leaves tells no more', () => {
    const bytes = Buffer.concat([CHASSIS, PORT, tlv(3, u16(0)), tlv(5, 'gone'), END]);
    expect(offerFrame(lldp, bytes)).toMatchObject({ told: [], malformed: null });
  });

  test('what stands behind the end is padding', () => {
    expect(told(Buffer.concat([with_(tlv(5, 'a')), tlv(5, 'b'), tlv(6, 'c')]))).toEqual({
      'hostname LLDP system name': 'a',
    });
  });
});

describe('damage', () => {
  test('cut anywhere: only whole values are told', () => {
    const whole = new Set(Object.values(told(ACCESS_POINT)));
    for (let length = 0; length < ACCESS_POINT.length; length++)
      for (const value of Object.values(told(ACCESS_POINT.subarray(0, length))))
        expect(whole).toContain(value);
  });

  test('bytes changed at random', () => {
    const random = new Random(7);
    for (let round = 0; round < 4000; round++) {
      const { told } = offerFrame(lldp, mutateBytes(round % 2 ? ACCESS_POINT : UNNAMED_PC, random));
      for (const { value } of told) expect(String(value).length).toBeLessThanOrEqual(200);
    }
  });

  test('as many TLVs as fit are read in no time', () => {
    const many = Buffer.concat([CHASSIS, PORT, TTL, Buffer.alloc(60_000, tlv(9))]);
    const start = performance.now();
    for (let round = 0; round < 20; round++) readLldpdu(many);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
