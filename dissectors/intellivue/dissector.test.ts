import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KeyedHash } from '../../src/core/hash.ts';
import { everyCut, offer } from '../../src/testing/datagrams.ts';
import { type Emitted, exampleFlow } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { type Packet, PacketKeeper } from '../../src/testing/packets.ts';
import { Random } from '../../src/testing/random.ts';
import { readInto } from '../../src/testing/replay.ts';
import { intellivue } from './index.ts';
import {
  addressInfo,
  association,
  attribute,
  bedLabel,
  connectIndication,
  ecgWave,
  heartRate,
  list,
  MONITOR,
  mdsCreate,
  mdsCreateResult,
  patient,
  pollRequest,
  pollResult,
  production,
  systemId,
  systemModel,
  u16,
} from './testing.ts';

const FROM_MONITOR = 1;
const said = (told: Emitted[], fact: string) => told.filter((one) => one.fact === fact);
const attributes = (told: Emitted[]) =>
  Object.fromEntries(said(told, 'attribute').map(({ attribute, value }) => [attribute, value]));

const INDICATION = connectIndication(
  attribute(0x0986, [...u16(1), ...u16(0x1001)]),
  attribute(0xf101, list([...u16(5), ...u16(1), ...u16(24105), ...u16(0)])),
  addressInfo([0x00, 0x09, 0xfb, 0, 0, 0x17], [10, 20, 1, 31], [255, 255, 0, 0]),
  ...MONITOR,
);
const DEMOGRAPHICS = pollResult(0x2a, [
  patient({ id: 'ZZMRN73111', family: 'ZZTEST', given: 'ALPHA', birthDate: '19510203', sex: 1, notes: 'x' }),
]);

describe('a connect indication', () => {
  const { claimed, told } = offer(intellivue, INDICATION);

  test('says what the monitor is', () => {
    expect(claimed).toBe(true);
    expect(attributes(told)).toEqual({
      'device-class': 'patient-monitor',
      vendor: 'Philips',
      model: 'MX800',
      serial: 'DE12345678',
      software: 'M.04.01',
      'device-id': '00-09-FB-00-00-17',
      station: 'ICU-07',
    });
    expect(said(told, 'attribute')[3]).toEqual({
      fact: 'attribute',
      side: 'client',
      attribute: 'serial',
      value: 'DE12345678',
      source: 'IntelliVue connect indication (serial number)',
    });
  });

  test('binds its address to its MAC', () => {
    expect(said(told, 'neighbour')).toMatchObject([{ mac: 0x0009fb000017, address: { text: '10.20.1.31' } }]);
  });

  test('is no service: it is broadcast', () => expect(said(told, 'service')).toEqual([]));

  test('is known on any port', () => {
    expect(offer(intellivue, INDICATION, { hinted: false }).claimed).toBe(true);
  });

  test('values that are none are not told', () => {
    const odd = connectIndication(
      systemModel('', '\x01\x02'),
      production([1, 8, '0000000000'], [4, 8, ' ']),
      systemId([0, 0, 0, 0, 0, 0]),
      bedLabel(''),
    );
    expect(attributes(offer(intellivue, odd).told)).toEqual({ 'device-class': 'patient-monitor' });
  });
});

describe('an association', () => {
  test('asked and answered', () => {
    expect(offer(intellivue, association('request'), { hinted: false }).told).toMatchObject([
      { fact: 'service', protocol: 'intellivue', medical: true, tls: false, state: 'asked' },
    ]);
    const answer = offer(intellivue, association('accept'), { direction: FROM_MONITOR });
    expect(said(answer.told, 'service')).toMatchObject([{ state: 'answered' }]);
    expect(attributes(answer.told)).toEqual({ 'device-class': 'patient-monitor' });
  });

  test('refused, and ended', () => {
    expect(offer(intellivue, association('refuse'), { direction: FROM_MONITOR }).told).toMatchObject([
      { fact: 'service', state: 'refused' },
    ]);
    expect(offer(intellivue, association('finish'))).toMatchObject({ claimed: true, told: [] });
    expect(offer(intellivue, association('finish'), { hinted: false }).claimed).toBe(false);
  });

  test('the monitor introduces itself', () => {
    const { told } = offer(intellivue, mdsCreate(...MONITOR), { direction: FROM_MONITOR });
    expect(attributes(told)).toMatchObject({ serial: 'DE12345678', model: 'MX800' });
    expect(said(told, 'attribute').every(({ side }) => side === 'server')).toBe(true);
    expect(said(told, 'service')).toMatchObject([{ state: 'answered' }]);
    expect(offer(intellivue, mdsCreateResult())).toMatchObject({ claimed: true, told: [] });
  });
});

describe('data', () => {
  test.each([
    ['numerics', 0x06, [[heartRate()]], 'sends-monitor-data'],
    ['waves', 0x09, [[ecgWave()]], 'sends-waveforms'],
    ['alarms', 0x36, [[attribute(0x0904, list())]], 'sends-monitor-data'],
  ])('%s', (_, object, objects, activity) => {
    for (const form of [{}, { extended: true }, { linked: true }, { extended: true, linked: true }]) {
      const { told } = offer(intellivue, pollResult(object, objects, form), { direction: FROM_MONITOR });
      expect(said(told, 'activity')).toEqual([{ fact: 'activity', side: 'server', activity, detail: '' }]);
      expect(said(told, 'service')).toMatchObject([{ state: 'answered' }]);
    }
  });

  test('a poll without anything in it is no data', () => {
    const { told } = offer(intellivue, pollResult(0x06, []), { direction: FROM_MONITOR });
    expect(said(told, 'activity')).toEqual([]);
  });

  test('a request is asking', () => {
    expect(offer(intellivue, pollRequest(0x06)).told).toMatchObject([{ fact: 'service', state: 'asked' }]);
  });

  test('the device is polled', () => {
    const { told } = offer(intellivue, pollResult(0x21, [MONITOR]), { direction: FROM_MONITOR });
    expect(attributes(told)).toMatchObject({ serial: 'DE12345678', station: 'ICU-07' });
  });

  test('the same words are the same list', () => {
    const lists = new Set<unknown>();
    const context = {
      emit: () => {},
      tell: (facts: unknown) => lists.add(facts),
      now: () => 0,
      reveal: false,
      hash: new KeyedHash(new Uint8Array(8)),
      address: () => undefined as never,
    };
    for (let n = 0; n < 3; n++)
      for (const bytes of [mdsCreate(...MONITOR), pollResult(0x09, [[ecgWave()]])])
        intellivue.datagram(bytes, FROM_MONITOR, { ...exampleFlow(24105), proto: 'udp' }, true, context);
    expect(lists.size).toBe(2);
  });
});

describe('a patient', () => {
  const hash = new KeyedHash(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));

  test('whose demographics go by in clear', () => {
    const { told } = offer(intellivue, DEMOGRAPHICS, { direction: FROM_MONITOR });
    expect(said(told, 'phi')).toEqual([
      {
        fact: 'phi',
        protocol: 'intellivue',
        identifiers: ['patient-name', 'medical-record-number', 'birth-date', 'sex', 'comments'],
        patient: hash.text('ZZMRN73111'),
        to: 'client',
      },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/ZZ/);
  });

  test('known by name and birth date only', () => {
    const result = pollResult(0x2a, [patient({ family: 'ZZTEST', given: 'ALPHA', birthDate: '19510203' })]);
    expect(said(offer(intellivue, result, { direction: FROM_MONITOR }).told, 'phi')).toMatchObject([
      { identifiers: ['patient-name', 'birth-date'], patient: hash.text('ZZTEST^ALPHA\x0019510203') },
    ]);
  });

  test('known by a middle name, or by an encounter', () => {
    const phi = (details: Parameters<typeof patient>[0]) =>
      said(offer(intellivue, pollResult(0x2a, [patient(details)]), { direction: FROM_MONITOR }).told, 'phi');
    expect(phi({ middle: 'ZZ' })).toMatchObject([{ identifiers: ['patient-name'], patient: null }]);
    expect(phi({ encounter: 'V1' })).toMatchObject([{ identifiers: ['visit-number'], patient: null }]);
  });

  test('of whom nothing is entered exposes nobody', () => {
    const result = pollResult(0x2a, [patient({ sex: 2 })]);
    expect(said(offer(intellivue, result, { direction: FROM_MONITOR }).told, 'phi')).toEqual([]);
  });
});

describe('what is damaged or another protocol', () => {
  test('lists longer than what they are in are malformed', () => {
    const bad = Uint8Array.from(INDICATION);
    // The attribute list's length, and the first attribute's.
    bad[31] = 0xff;
    expect(offer(intellivue, bad)).toMatchObject({ claimed: false, malformed: 'attribute-list', told: [] });
    const worse = Uint8Array.from(INDICATION);
    worse[34] = 0x7f;
    expect(offer(intellivue, worse)).toMatchObject({ malformed: 'attribute-length', told: [] });
    const countless = Uint8Array.from(INDICATION);
    countless[29] = 0xff;
    expect(offer(intellivue, countless)).toMatchObject({ malformed: 'attribute-count', told: [] });
  });

  test('cut anywhere', () => {
    for (const bytes of [INDICATION, DEMOGRAPHICS, mdsCreate(...MONITOR), association('request')])
      everyCut(intellivue, bytes, { direction: FROM_MONITOR });
    // A snap length takes the end only: what is there is read.
    const cut = offer(intellivue, INDICATION.slice(0, INDICATION.length - 30));
    expect(attributes(cut.told)).toMatchObject({ model: 'MX800', serial: 'DE12345678' });
  });

  test('chance is survived', () => {
    const random = new Random(31);
    const seeds = [INDICATION, DEMOGRAPHICS, mdsCreate(...MONITOR), pollResult(0x06, [[heartRate()]])];
    for (let n = 0; n < 20_000; n++)
      offer(intellivue, mutateBytes(random.pick(seeds), random), { direction: FROM_MONITOR });
  });

  test.each([
    ['nothing', []],
    ['zeros', new Array<number>(64).fill(0)],
    ['lengths that disagree', [...pollRequest(6), 0]],
    ['another session id', [0xe1, 0x01, ...pollRequest(6).slice(2)]],
    ['another event of the nomenclature', [...INDICATION.slice(0, 24), 0x0d, 0x18, ...INDICATION.slice(26)]],
    ['an OSI session of something else', [0x0d, 0x10, ...new Array<number>(16).fill(0x31)]],
    [
      'SNMP',
      [
        ...Buffer.from(
          '302902010004067075626c6963a01c020400000001020100020100300e300c06082b060102010101000500',
          'hex',
        ),
      ],
    ],
  ])('%s is not claimed', (_, bytes) => {
    expect(offer(intellivue, Uint8Array.from(bytes)).claimed).toBe(false);
  });

  test('datagrams of other traces', async () => {
    const keeper = new PacketKeeper();
    for (const file of readdirSync('pcaps', { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.pcap') && !file.startsWith('intellivue')) await readInto(`pcaps/${file}`, keeper);
    const payloads = keeper.packets.map(udpPayload).filter((bytes) => bytes !== null);
    expect(payloads.length).toBeGreaterThan(0);
    for (const bytes of payloads)
      expect(offer(intellivue, bytes, { hinted: false }).claimed, Buffer.from(bytes).toString('hex')).toBe(
        false,
      );
  });
});

function udpPayload({ bytes }: Packet): Uint8Array | null {
  return bytes[12] === 8 && bytes[13] === 0 && bytes[14] === 0x45 && bytes[23] === 17
    ? bytes.subarray(42)
    : null;
}
