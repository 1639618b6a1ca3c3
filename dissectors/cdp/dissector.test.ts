import { describe, expect, test } from 'vitest';
import { addresses, announcement, PHONE_SAYS, SWITCH_SAYS, tlv } from '../../pcaps/lab/written/cdp.ts';
import { u32 } from '../../pcaps/lab/written/link.ts';
import { offerFrame } from '../../src/testing/datagrams.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { cdp } from './index.ts';
import { readAnnouncement } from './wire.ts';

function told(bytes: Uint8Array): Record<string, unknown> {
  return Object.fromEntries(
    offerFrame(cdp, bytes).told.map(({ attribute, value, source }) => [`${attribute} ${source}`, value]),
  );
}

describe('what a device says of itself', () => {
  test('a telephone', () => {
    const said = offerFrame(cdp, PHONE_SAYS).told;
    for (const fact of said) {
      expect(fact).toMatchObject({ fact: 'device', mac: 0x020000000001 });
      expect((fact.address as { text: string }).text).toBe('10.30.8.21');
    }
    expect(told(PHONE_SAYS)).toEqual({
      'hostname CDP device ID': 'SEP00070E102030',
      'model CDP platform': 'Cisco IP Phone 7960',
      'vendor CDP platform': 'Cisco',
      'software CDP software version': 'P00308010200',
      'device-class CDP capabilities': 'phone',
    });
  });

  test('an old switch: a serial number before the name is no name', () => {
    expect(told(SWITCH_SAYS)).toEqual({
      'hostname CDP system name': 'access-sw-1',
      'device-id CDP device ID': '069038747(access-sw-1)',
      'model CDP platform': 'WS-C6006',
      'software CDP software version':
        'WS-C6006 Software, Version NmpSW: 5.5(13) Copyright (c) 1995-2002 by Cisco Systems',
      'device-class CDP capabilities': 'switch',
    });
  });

  test('addresses: of management first, each once, none that is nobody’s', () => {
    const { addresses: found } = readAnnouncement(
      announcement(
        tlv(2, addresses('10.0.0.1', 'fd00::1', '0.0.0.0', '10.0.0.2')),
        tlv(0x16, addresses('10.0.0.2')),
      ),
    );
    expect(found.map(({ words }) => words[3] >>> 0)).toEqual([0x0a000002, 0x0a000001, 1]);
    // A protocol nobody knows is passed over, by its lengths.
    const other = Buffer.concat([
      u32(2),
      Buffer.from([1, 1, 0x81, 0, 2, 9, 9]),
      addresses('10.0.0.3').subarray(4),
    ]);
    expect(readAnnouncement(announcement(tlv(2, other))).addresses).toMatchObject([
      { words: [0, 0, 0xffff, 0x0a000003] },
    ]);
  });

  test('without an address and without a MAC there is nobody to speak of', () => {
    const bytes = announcement(tlv(1, 'router-1'));
    expect(offerFrame(cdp, bytes, { srcMac: -1 }).told).toEqual([]);
    expect(offerFrame(cdp, bytes).told).toMatchObject([{ address: null, value: 'router-1' }]);
  });
});

test('versions that are none, and good-byes', () => {
  expect(offerFrame(cdp, Buffer.from([7, 180, 0, 0]))).toMatchObject({ malformed: 'cdp-version' });
  expect(offerFrame(cdp, Buffer.from([2]))).toMatchObject({ malformed: 'cdp-version' });
  const leaving = Buffer.from(PHONE_SAYS);
  leaving[1] = 0;
  expect(offerFrame(cdp, leaving)).toMatchObject({ told: [], malformed: null });
});

describe('damage', () => {
  test('cut anywhere: only whole values are told', () => {
    const whole = new Set(Object.values(told(SWITCH_SAYS)));
    for (let length = 4; length < SWITCH_SAYS.length; length++)
      for (const value of Object.values(told(SWITCH_SAYS.subarray(0, length))))
        expect(whole).toContain(value);
  });

  test('a length below its own header, and a count of four thousand million addresses', () => {
    expect(told(announcement(Buffer.from([0, 1, 0, 0]), tlv(1, 'never')))).toEqual({});
    const many = Buffer.concat([u32(0xffff_ffff), Buffer.alloc(60_000)]);
    const start = performance.now();
    for (let round = 0; round < 20; round++) readAnnouncement(announcement(tlv(2, many)));
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('bytes changed at random', () => {
    const random = new Random(8);
    for (let round = 0; round < 4000; round++) {
      const { told } = offerFrame(cdp, mutateBytes(round % 2 ? PHONE_SAYS : SWITCH_SAYS, random));
      for (const { value } of told) expect(String(value).length).toBeLessThanOrEqual(200);
    }
  });
});
