import { describe, expect, test } from 'vitest';
import { ber, integer } from '../../pcaps/lab/written/ber.ts';
import {
  binding,
  message,
  oid,
  PRINTER,
  pdu,
  SWITCH,
  SWITCH_ENGINE,
  scoped,
  text,
  trapV1,
  v3,
} from '../../pcaps/lab/written/snmp.ts';
import { Address } from '../../src/core/address.ts';
import type { Attribute } from '../../src/core/facts.ts';
import { everyCut, type OfferOptions, offer } from '../../src/testing/datagrams.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { DESCRIPTIONS, describe as read } from './descriptions.ts';
import { snmp } from './index.ts';
import { IDENTITIES, identityOf, makerOf, OBJECTS } from './objects.ts';
import { readEngineId } from './wire.ts';

const RESPONSE = 0xa2;
const answer: OfferOptions = { direction: 1 };
const end = (port: number, word = 0x0a000002) => ({
  address: new Address(4, 0, 0, 0xffff, word, true),
  port,
  mac: -1,
});
const toManager: OfferOptions = { direction: 0, flow: { server: end(162), client: end(50_000, 0x0a000001) } };

/** `attribute: value (source)` of what a datagram tells, services as `service state`. */
function words(bytes: Uint8Array, options: OfferOptions = answer): string[] {
  return offer(snmp, bytes, options).told.map((said) =>
    said.fact === 'service' ? `service ${said.state}` : `${said.attribute}: ${said.value} (${said.source})`,
  );
}
const said = (...bindings: Buffer[]) => words(message(pdu(RESPONSE, bindings))).slice(1);

describe('agents', () => {
  test('a printer', () => {
    expect(words(message(pdu(RESPONSE, PRINTER), 0))).toEqual([
      'service answered',
      'description: HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD143,EEPROM V.43.92,CIDATE 07/22/2015 (SNMP sysDescr)',
      'vendor: HP (SNMP sysDescr)',
      'device-class: printer (SNMP sysDescr)',
      'software: JetDirect V.43.92 (SNMP sysDescr)',
      'vendor: HP (SNMP sysObjectID)',
      'device-class: printer (SNMP sysObjectID)',
      'hostname: PRN-WARD3 (SNMP sysName)',
      'serial: INVENTED01 (SNMP prtGeneralSerialNumber)',
      'device-class: printer (SNMP Printer-MIB)',
      'model: HP LaserJet M507 (SNMP hrDeviceDescr)',
    ]);
  });

  test('the first device of a host is the host when it is a printer only', () => {
    const descr = binding('1.3.6.1.2.1.25.3.2.1.3.1', text('GenuineIntel: Xeon'));
    expect(said(descr)).toEqual([]);
    const processor = binding('1.3.6.1.2.1.25.3.2.1.2.1', oid('1.3.6.1.2.1.25.3.1.3'));
    expect(said(processor, descr)).toEqual([]);
    const printer = binding('1.3.6.1.2.1.25.3.2.1.2.1', oid('1.3.6.1.2.1.25.3.1.5'));
    expect(said(printer, binding('1.3.6.1.2.1.25.3.2.1.3.1', text('Brother MFC')))).toContain(
      'model: Brother MFC (SNMP hrDeviceDescr)',
    );
    // noSuchObject is no printer.
    expect(said(binding('1.3.6.1.2.1.43.5.1.1.17.1', ber(0x80)))).toEqual([]);
  });

  test('serial numbers of the whole device, not of its parts', () => {
    expect(said(...SWITCH)).toEqual([
      'serial: INVENTED02 (SNMP entPhysicalSerialNum)',
      'model: WS-C2960X-24TS-L (SNMP entPhysicalModelName)',
    ]);
    const serial = (index: number) => binding(`1.3.6.1.2.1.47.1.1.1.1.11.${index}`, text(`S${index}`));
    expect(said(serial(1))).toEqual(['serial: S1 (SNMP entPhysicalSerialNum)']);
    expect(said(serial(1001))).toEqual([]);
    expect(said(binding('1.3.6.1.2.1.47.1.1.1.1.5.1', integer(7)), serial(1))).toEqual([]);
    expect(said(binding('1.3.6.1.2.1.47.1.1.1.1.4.5', integer(0)), serial(5), serial(6))).toEqual([
      'serial: S5 (SNMP entPhysicalSerialNum)',
    ]);
  });

  test('names that are none, and text that is none', () => {
    const name = (value: Uint8Array) => said(binding('1.3.6.1.2.1.1.5.0', value));
    expect(name(text('pacs01'))).toEqual(['hostname: pacs01 (SNMP sysName)']);
    expect(name(text('pacs01\0'))).toEqual(['hostname: pacs01 (SNMP sysName)']);
    for (const value of ['', 'localhost', 'HP Color LaserJet', '10.1.2.3', 'a\u0001b'])
      expect(name(text(value))).toEqual([]);
    expect(name(ber(0x04, Buffer.from([0xff, 0xfe])))).toEqual([]);
    expect(name(ber(0x04, Buffer.alloc(2000, 0x61)))).toEqual([]);
    expect(name(integer(7))).toEqual([]);
  });

  test('a description of many lines is one, and bounded', () => {
    const long = `Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(50)SE4, RELEASE SOFTWARE (fc1)\r\n${'x'.repeat(400)}`;
    const told = said(binding('1.3.6.1.2.1.1.1.0', text(long)));
    expect(told).toContain('os: Cisco IOS 12.2(50)SE4 (SNMP sysDescr)');
    expect(told[0].length).toBeLessThan(240);
  });

  test('an answer that failed repeats the question', () => {
    const bindings = [binding('1.3.6.1.2.1.1.5.0', text('asked'))];
    expect(words(message(pdu(RESPONSE, bindings, 2), 0))).toEqual(['service answered']);
  });

  test('communities and users are never told', () => {
    const all = [
      offer(snmp, message(pdu(RESPONSE, PRINTER)), answer),
      offer(snmp, v3(SWITCH_ENGINE, 0, scoped(SWITCH_ENGINE, pdu(RESPONSE, SWITCH))), answer),
    ];
    expect(JSON.stringify(all)).not.toMatch(/secret|watcher/);
  });
});

describe('who speaks of whom', () => {
  const name = binding('1.3.6.1.2.1.1.5.0', text('pacs01'));

  test('requests', () => {
    for (const tag of [0xa0, 0xa1, 0xa5])
      expect(words(message(pdu(tag, [name])), { direction: 0 })).toEqual(['service asked']);
  });

  test('a community that changes a device is a login in clear; a user of version 3 is not', () => {
    const set = pdu(0xa3, [name]);
    for (const version of [0, 1]) {
      const { told } = offer(snmp, message(set, version), { direction: 0 });
      expect(told.slice(1)).toEqual([
        { fact: 'login', method: 'SNMP community (SetRequest)', accepted: null },
      ]);
    }
    const { told } = offer(snmp, v3(SWITCH_ENGINE, 4, scoped(SWITCH_ENGINE, set)), { direction: 0 });
    expect(told).toMatchObject([{ fact: 'service', state: 'asked' }]);
  });

  test('a trap is of its sender', () => {
    const { told } = offer(snmp, message(pdu(0xa7, [name])), toManager);
    expect(told).toMatchObject([{ side: 'client', attribute: 'hostname', value: 'pacs01' }]);
  });

  test('the answer to an inform repeats what another said', () => {
    expect(words(message(pdu(RESPONSE, [name])), { ...toManager, direction: 1 })).toEqual([]);
    const trapOid = binding('1.3.6.1.6.3.1.1.4.1.0', oid('1.3.6.1.6.3.1.1.5.1'));
    expect(words(message(pdu(RESPONSE, [trapOid, name])))).toEqual(['service answered']);
  });

  test('a trap of version 1 may be passed on', () => {
    const other = offer(snmp, trapV1('1.3.6.1.4.1.3592.7', '10.0.0.9', [name]), toManager);
    expect(other.told).toMatchObject([{ fact: 'device', attribute: 'vendor', value: 'Dräger', mac: -1 }]);
    const own = offer(snmp, trapV1('1.3.6.1.4.1.3592.7', '10.0.0.1', [name]), toManager);
    expect(own.told).toMatchObject([
      { fact: 'attribute', side: 'client', value: 'Dräger' },
      { fact: 'attribute', side: 'client', value: 'pacs01' },
    ]);
    const none = offer(snmp, trapV1('1.3.6.1.4.1.99999.7', '0.0.0.0'), toManager);
    expect(none).toMatchObject({ claimed: true, told: [] });
  });

  test('an engine id is the sender’s where no report may answer', () => {
    const body = scoped(SWITCH_ENGINE, pdu(RESPONSE, []));
    const { told } = offer(snmp, v3(SWITCH_ENGINE, 0, body), answer);
    expect(told).toMatchObject([
      { fact: 'service', state: 'answered' },
      { fact: 'device', attribute: 'vendor', value: 'Cisco', mac: 0x02000000070a },
    ]);
    const request = v3(SWITCH_ENGINE, 4, scoped(SWITCH_ENGINE, pdu(0xa0, [])));
    expect(words(request, { direction: 0 })).toEqual(['service asked']);
    const sealed = ber(0x04, Buffer.alloc(40));
    expect(words(v3(SWITCH_ENGINE, 3, sealed))).toHaveLength(2);
    expect(words(v3(SWITCH_ENGINE, 7, sealed), { direction: 0 })).toEqual(['service asked']);
    expect(words(v3(SWITCH_ENGINE, 3, sealed), toManager)).toHaveLength(1);
  });

  test('engine ids', () => {
    const id = (hex: string) => readEngineId(Buffer.from(hex, 'hex'));
    expect(id('800000090302000000070a')).toEqual({ enterprise: 9, mac: 0x02000000070a });
    expect(id('80001f8804616263')).toEqual({ enterprise: 8072, mac: -1 });
    // A group address; a form of before RFC 3411; too short.
    expect(id('800000090301005e000001')?.mac).toBe(-1);
    expect(id('000000090302000000070a0000')).toBeNull();
    expect(id('80000009')).toBeNull();
    expect(makerOf(9)).toBe('Cisco');
    expect(makerOf(11)).toBe('HP');
    expect(makerOf(8072)).toBe('');
  });
});

describe('tables', () => {
  test.each(DESCRIPTIONS.map((row) => [row.example, row] as const))('%s', (example, row) => {
    expect(DESCRIPTIONS.find(({ pattern }) => pattern.test(example))).toBe(row);
    expect(row.source).not.toBe('');
    const told = read(example);
    expect(told).toHaveLength(row.tells.length);
    for (const [, value] of told) expect(value).toMatch(/^[^$]+$/);
  });

  test('descriptions that are not known say nothing', () => {
    for (const text of ['', 'router', 'Linux', 'HP LaserJet', 'Windows', 'Cisco', 'NetApp'])
      expect(read(text)).toEqual([]);
  });

  test('a description of any length is read in no time', () => {
    const started = process.cpuUsage().user;
    for (const start of [
      'Cisco IOS Software, ',
      'Hardware: ',
      'HP J9773A ',
      'Juniper Networks, Inc. ',
      'RICOH ',
    ])
      for (const fill of ['a', ' ', ', Version', ' 1.1.1', '- '])
        read(`${start}${fill.repeat(1024)}`.slice(0, 1024));
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(0.5);
  });

  test.each(IDENTITIES.map((row) => [row.prefix, row] as const))('1.3.6.1.4.1.%s', (_prefix, row) => {
    expect(identityOf(row.example)).toBe(row);
    expect(row.source).not.toBe('');
  });

  test('enterprises that are not known, and values that are no enterprise', () => {
    for (const oid of [
      '1.3.6.1.4.1.99999.1',
      '1.3.6.1.2.1.1',
      '',
      '1.3.6.1.4.1.90.1',
      '1.3.6.1.4.1.8072.3.2.99',
    ])
      expect(identityOf(oid)).toBeNull();
  });

  test.each(OBJECTS.map((row) => [row.object, row] as const))('%s', (object, { oid: name, attribute }) => {
    expect(said(binding(name, text('Value 1')))).toContain(
      `${attribute satisfies Attribute}: Value 1 (SNMP ${object})`,
    );
  });
});

describe('datagrams', () => {
  const messages = [
    message(pdu(RESPONSE, PRINTER)),
    message(pdu(0xa0, [binding('1.3.6.1.2.1.1.1.0')]), 0),
    trapV1('1.3.6.1.4.1.9.1', '10.0.0.1', SWITCH),
    v3(SWITCH_ENGINE, 0, scoped(SWITCH_ENGINE, pdu(RESPONSE, SWITCH))),
    v3(SWITCH_ENGINE, 3, ber(0x04, Buffer.alloc(32))),
  ];

  test('are known on any port when they are whole, and answers', () => {
    for (const bytes of messages) {
      const answers = bytes === messages[0] || bytes === messages[3];
      expect(offer(snmp, bytes, { hinted: false }).claimed).toBe(answers);
      expect(offer(snmp, bytes.subarray(0, -1), { hinted: false })).toMatchObject({
        claimed: false,
        told: [],
      });
      expect(offer(snmp, Buffer.concat([bytes, Buffer.from([0])]), { hinted: false }).claimed).toBe(false);
    }
  });

  test('of other protocols are refused', () => {
    const ldap = ber(0x30, integer(1), ber(0x60, integer(3), ber(0x04), ber(0x80)), text('padding padding'));
    for (const bytes of [ldap, Buffer.alloc(60), Buffer.from('0000 this is not SNMP, whatever its port')])
      expect(offer(snmp, bytes)).toMatchObject({ claimed: false, told: [], malformed: null });
    // Version 2 is no version of these.
    expect(offer(snmp, message(pdu(RESPONSE, PRINTER), 2)).claimed).toBe(false);
  });

  test('cut at any length', () => {
    for (const bytes of messages) everyCut(snmp, bytes, answer);
    const cut = message(pdu(RESPONSE, PRINTER));
    expect(words(cut.subarray(0, cut.length - 20))).toContain('hostname: PRN-WARD3 (SNMP sysName)');
  });

  test('damaged in any way', () => {
    const random = new Random(20260305);
    for (let round = 0; round < 20_000; round++) {
      const bytes = mutateBytes(random.pick(messages), random);
      const { told } = offer(snmp, bytes, { direction: random.oneIn(2) ? 1 : 0, hinted: random.oneIn(2) });
      for (const one of told) expect(String(one.value ?? '').length).toBeLessThanOrEqual(200);
    }
  });
});
