import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capturesDir } from '../../src/testing/captures.ts';
import { everyCut, offer } from '../../src/testing/datagrams.ts';
import { Random } from '../../src/testing/random.ts';
import { recordEvents } from '../../src/testing/record.ts';
import { hasTshark, tsharkFields } from '../../src/testing/tshark.ts';
import { Ber } from './ber.ts';
import { DESCRIPTIONS, describe as describeSystem } from './descriptions.ts';
import { snmp } from './dissector.ts';
import { ENTERPRISES, vendorOf } from './enterprises.ts';
import { readMessage } from './wire.ts';

function value(tag: number, ...content: (number | Uint8Array)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)));
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return value(0x06, ...bytes);
}

const text = (said: string) => value(0x04, Buffer.from(said));
const binding = (name: string, bound: Buffer) => value(0x30, oid(name), bound);
const pdu = (tag: number, ...bindings: Buffer[]) =>
  value(tag, value(2, 7), value(2, 0), value(2, 0), value(0x30, ...bindings));
const message = (inner: Buffer, version = 1) => value(0x30, value(2, version), text('zzsecret'), inner);
const v3 = (flags: number, engine: Buffer, scoped: Buffer) =>
  value(
    0x30,
    value(2, 3),
    value(0x30, value(2, 9), value(2, 0x40, 0), value(4, flags), value(2, 3)),
    value(4, value(0x30, value(4, engine), value(2, 1), value(2, 2), text('zzuser'), text(''), text(''))),
    scoped,
  );

const ENGINE = Buffer.from('80001f880300090faa0010', 'hex');
const RESPONSE = message(
  pdu(
    0xa2,
    binding('1.3.6.1.2.1.1.1.0', text('Linux zzgateway 6.1.0-18-amd64 #1 SMP Debian x86_64')),
    binding('1.3.6.1.2.1.1.2.0', oid('1.3.6.1.4.1.9.1.1208')),
    binding('1.3.6.1.2.1.1.4.0', text('Zz Nobody')),
    binding('1.3.6.1.2.1.1.5.0', text('zzgateway')),
    binding('1.3.6.1.2.1.47.1.1.1.1.11.1', text('ZZ0042')),
  ),
);
const fromAgent = { direction: 1 as const };
const facts = (bytes: Uint8Array, options = fromAgent) =>
  offer(snmp, bytes, options)
    .told.filter(({ fact }) => fact === 'attribute')
    .map(({ attribute, value }) => `${attribute} ${value}`);

describe('SNMP', () => {
  test('an answer tells of the agent, not of the people in it, and never the community', () => {
    expect(facts(RESPONSE)).toEqual([
      'hostname zzgateway',
      'serial ZZ0042',
      'vendor Cisco',
      'os Linux 6.1.0-18-amd64',
    ]);
    const said = JSON.stringify(offer(snmp, RESPONSE, fromAgent));
    expect(said).not.toContain('zzsecret');
    expect(said).not.toContain('Nobody');
  });

  test('a request names objects, and tells that the service is asked', () => {
    const asked = offer(snmp, message(pdu(0xa0, binding('1.3.6.1.2.1.1.5.0', value(5)))), { direction: 0 });
    expect(asked.told).toMatchObject([{ fact: 'service', state: 'asked' }]);
    // A set carries a value, of another host.
    expect(facts(message(pdu(0xa3, binding('1.3.6.1.2.1.1.5.0', text('zzother')))))).toEqual([]);
  });

  test('version 3: the engine of who answers, also where the rest is encrypted', () => {
    const scoped = value(
      0x30,
      value(4, ENGINE),
      text(''),
      pdu(0xa2, binding('1.3.6.1.2.1.1.5.0', text('zzgw'))),
    );
    expect(facts(v3(0, ENGINE, scoped))).toEqual([`device-id ${ENGINE.toString('hex')}`, 'hostname zzgw']);
    const encrypted = v3(3, ENGINE, value(4, Buffer.alloc(40, 0x5a)));
    expect(facts(encrypted)).toEqual([`device-id ${ENGINE.toString('hex')}`]);
    expect(offer(snmp, encrypted, { direction: 0 }).told).toEqual([]);
  });

  test('a printer is one by its own serial number', () => {
    expect(facts(message(pdu(0xa2, binding('1.3.6.1.2.1.43.5.1.1.17.1', text('ZZP1'))), 0))).toEqual([
      'serial ZZP1',
      'device-class printer',
    ]);
  });

  test.each(['192.0.2.1', 'localhost', 'a b', '', 'zz\nhost', '-'])('%j is no host name', (name) => {
    expect(facts(message(pdu(0xa2, binding('1.3.6.1.2.1.1.5.0', text(name)))))).toEqual([]);
  });

  test('cut anywhere it is nothing, and with anything behind it, too', () => {
    everyCut(snmp, RESPONSE, fromAgent);
    for (let length = 0; length < RESPONSE.length; length++)
      expect(readMessage(RESPONSE.subarray(0, length))).toBeNull();
    expect(readMessage(Buffer.concat([RESPONSE, Buffer.from([0])]))).toBeNull();
  });

  test('indefinite and endless lengths, long tags and unsound identifiers are refused', () => {
    for (const bytes of ['3080020101', '30848000000002', '3f8101020101', '3003020105', '30050201010500'])
      expect(readMessage(Buffer.from(bytes, 'hex')), bytes).toBeNull();
    const identifier = (hex: string) => {
      const ber = new Ber(Buffer.from(hex, 'hex'), 0, hex.length / 2);
      ber.next();
      return ber.oid();
    };
    expect(identifier('06032a8648')).toBe('1.2.840');
    expect(identifier('060388377f')).toBe('2.999.127');
    for (const hex of ['0600', '06022a86', '06072affffffffff7f']) expect(identifier(hex), hex).toBe('');
  });

  test('random changes never bring out an exception, and claim only what is whole', () => {
    const random = new Random(161);
    for (let round = 0; round < 4000; round++) {
      const bytes = Buffer.from(
        round % 2 ? RESPONSE : v3(0, ENGINE, value(0x30, text('a'), text(''), pdu(0xa2))),
      );
      for (let change = 0; change < 3; change++) bytes[random.below(bytes.length)] = random.below(256);
      offer(snmp, bytes, fromAgent);
    }
  });
});

describe('tables', () => {
  test.each(DESCRIPTIONS.map((row) => [row.example, row.means] as const))('%s', (example, means) => {
    expect(Object.fromEntries(describeSystem(example))).toEqual(means);
  });

  test('an enterprise is a vendor by its number alone', () => {
    for (const [number, name] of ENTERPRISES) expect(vendorOf(`1.3.6.1.4.1.${number}.1`)).toBe(name);
    expect(vendorOf('1.3.6.1.4.1.90.1')).toBe('');
    expect(vendorOf('1.3.6.1.4.1.8072.3.2.10')).toBe('');
  });
});

const folder = capturesDir();
const FIELDS = ['frame.protocols', 'snmp.name', 'snmp.value.octets', 'snmp.data'];
const GET_RESPONSE = '2';

/** Captures that speak SNMP, by their names. */
function speaking(): string[] {
  return readdirSync(join(folder!, 'breadth'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /snmp/i.test(name) && /\.p?cap(ng)?$/.test(name))
    .map((name) => join(folder!, 'breadth', name));
}

describe.runIf(folder !== null && hasTshark())('real captures', () => {
  test('host names are those that tshark shows', async () => {
    let names = 0;
    for (const path of speaking()) {
      const wanted = new Set<string>();
      for (const [protocols, oids, values, kind] of tsharkFields(path, FIELDS)) {
        if (!protocols.includes('snmp') || kind !== GET_RESPONSE || oids !== '1.3.6.1.2.1.1.5.0' || !values)
          continue;
        const name = Buffer.from(values.replaceAll(':', ''), 'hex').toString();
        if (/^\w[\w.-]*$/.test(name)) wanted.add(name);
      }
      const told = (await recordEvents(path)).filter((line) => line.includes('"SNMP sysName"')).join();
      for (const name of wanted) expect(told, path).toContain(`"${name}"`);
      names += wanted.size;
    }
    expect(names).toBe(1);
  });
});
