import { describe, expect, test } from 'vitest';
import { MORE, NO, YES } from '../../src/core/dissector.ts';
import { KeyedHash } from '../../src/core/hash.ts';
import { type Emitted, everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { poct1a } from './index.ts';
import {
  acknowledge,
  bytes,
  control,
  hello,
  observation,
  PATIENT,
  request,
  status,
  terminate,
} from './testing.ts';
import { readTag, unescaped } from './wire.ts';

const toServer = (text: string): Step => ({ send: 0, bytes: bytes(text) });
const toClient = (text: string): Step => ({ send: 1, bytes: bytes(text) });
const of = (told: Emitted[], fact: string) => told.filter((one) => one.fact === fact);
const attributes = (told: Emitted[]) =>
  Object.fromEntries(of(told, 'attribute').map(({ attribute, value }) => [attribute, value]));
const activities = (told: Emitted[]) =>
  of(told, 'activity').map(({ side, activity }) => `${side} ${activity}`);
const hash = new KeyedHash(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));

const IDENTITY = {
  'device-class': 'lab-analyzer',
  vendor: 'Acme Point & Care',
  model: 'Gluco 5',
  product: 'Meter on 4 West',
  serial: 'GL0600100736',
  software: '3.10.8',
  'device-id': '00-00-5E-FF-FE-00-53-17',
};
const PHI = {
  fact: 'phi',
  protocol: 'poct1a',
  identifiers: ['patient-name', 'medical-record-number', 'birth-date', 'sex'],
  patient: hash.text('ZZMRN73111'),
  to: 'server',
};

const SESSION: Step[] = [
  toServer(hello()),
  toClient(acknowledge(1)),
  toServer(status(1)),
  toClient(acknowledge(2)),
  toClient(request()),
  toServer(observation(PATIENT)),
  toClient(acknowledge(4)),
  toServer(terminate()),
];

describe('a session', () => {
  test('of a device that reports a patient’s result', () => {
    const told = everySplit(poct1a, SESSION);
    expect(attributes(told)).toEqual(IDENTITY);
    expect(of(told, 'attribute')[4]).toEqual({
      fact: 'attribute',
      side: 'client',
      attribute: 'serial',
      value: 'GL0600100736',
      source: 'POCT1-A DEV.serial_id',
    });
    expect(of(told, 'service').map(({ state, medical }) => [state, medical])).toEqual([
      ['asked', true],
      ['answered', true],
    ]);
    expect(activities(told)).toEqual(['client sends-lab-results', 'server accepts-results']);
    expect(of(told, 'phi')).toEqual([PHI]);
    expect(JSON.stringify(told)).not.toMatch(/ZZ/);
  });

  test('with prologues, line ends and the device as the server', () => {
    const prologue = '\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- <DEV.serial_id V="X"/> -->\r\n';
    const told = everySplit(poct1a, [
      toClient(prologue.replace(/<!--.*/s, '') + hello()),
      toServer(`<?xml version="1.0"?>\n<!DOCTYPE ACK.R01 SYSTEM "ACK.R01.dtd">\n${acknowledge(1)}`),
      toClient(`\n<!-- <PT><PT.patient_id V="1"/></PT> -->${observation(PATIENT)}`),
      toServer(acknowledge(4, 'AE')),
    ]);
    expect(attributes(told)).toEqual(IDENTITY);
    expect(activities(told)).toEqual(['server sends-lab-results']);
    expect(of(told, 'phi')).toEqual([{ ...PHI, to: 'client' }]);
  });

  test('that reports a control: a result, and nobody’s', () => {
    const told = everySplit(poct1a, [toServer(hello()), toServer(control())]);
    expect(activities(told)).toEqual(['client sends-lab-results']);
    expect(of(told, 'phi')).toEqual([]);
  });

  test('codes stand in where a device does not say its maker’s name', () => {
    const told = play(poct1a, [
      toServer(
        hello(
          '<DEV><DEV.device_id V="">MGH^ICU</DEV.device_id><DEV.vendor_id V="NOVABIO"/><DEV.serial_id V="unknown"/></DEV>',
        ),
      ),
    ]);
    expect(attributes(told)).toEqual({ 'device-class': 'lab-analyzer', vendor: 'NOVABIO' });
  });

  test('a patient list is as many patients', () => {
    const list = (n: number) => `<PT><PT.patient_id V="ZZ${n}"/></PT>`;
    const told = everySplit(poct1a, [toClient(`<PTL.R01>${list(1)}${list(2)}</PTL.R01>`)]);
    expect(of(told, 'phi').map(({ patient, to }) => [patient, to])).toEqual([
      [hash.text('ZZ1'), 'client'],
      [hash.text('ZZ2'), 'client'],
    ]);
  });

  test.each([
    ['<PT.name V="ZZTEST"/>', ['patient-name']],
    ['<PT.name>ZZTEST</PT.name>', ['patient-name']],
    ['<PT.name><FAM>ZZTEST</FAM></PT.name>', ['patient-name']],
    ["<PT.patient_id V='ZZ1'/>", ['medical-record-number']],
    ['<PT.patient_id V=""/><PT.name V=""/>', []],
    ['<PT.birth_date V="1951"/>', []],
    ['<PT.location V="West"/><PT.weight V="70"/>', []],
  ])('%s', (patient, identifiers) => {
    const told = everySplit(poct1a, [toServer(observation(patient))]);
    expect(of(told, 'phi').map(({ identifiers: those }) => those)).toEqual(
      identifiers.length > 0 ? [identifiers] : [],
    );
  });

  test('angle brackets inside a value', () => {
    const told = everySplit(poct1a, [
      toServer(hello('<DEV><DEV.model_id V="A > B"/><DEV.serial_id V=\'S/"1\'/></DEV>')),
    ]);
    expect(attributes(told)).toMatchObject({ model: 'A > B', serial: 'S/"1' });
  });
});

describe('connections that are not whole', () => {
  test('half of a message is not told', () => {
    const text = hello();
    for (const at of [200, 400, text.length - 3]) {
      const told = play(poct1a, [toServer(text.slice(0, at))]);
      expect(attributes(told)).toEqual({});
    }
    const half = observation(PATIENT);
    expect(of(play(poct1a, [toServer(half.slice(0, half.indexOf('<OBS>')))]), 'phi')).toEqual([]);
  });

  test('a gap costs the message it is in', () => {
    const told = everySplit(poct1a, [
      toServer(hello().slice(0, 300)),
      { gap: 0, length: 50 },
      toServer(hello().slice(350) + observation(PATIENT)),
    ]);
    expect(attributes(told)).toEqual({});
    expect(of(told, 'phi')).toEqual([PHI]);
  });

  test('taken up in the middle', () => {
    const stream = bytes(`V="x"/></HDR></DST.R01>\n${observation(PATIENT)}`);
    const at = poct1a.find(stream);
    expect(at).toBe(24);
    expect(poct1a.probe(stream.subarray(at), 0)).toBe(YES);
  });
});

describe('recognition', () => {
  const probe = (text: string) => poct1a.probe(bytes(text), 0);

  test.each([
    hello(),
    acknowledge(1),
    `\r\n  ${hello()}`,
    '<ESC.R01 >',
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><DST.R01>`,
    `<?xml version="1.0"?><!DOCTYPE HEL.R01 SYSTEM "x"><HEL.R01>`,
  ])('%s', (text) => {
    expect(probe(text)).toBe(YES);
    for (let length = 0; length < Math.min(9, text.length); length++)
      expect(probe(text.slice(0, length))).toBe(MORE);
  });

  test.each([
    '<html>',
    '<?xml version="1.0"?><Envelope>',
    '<?xml version="1.0"?><stream:stream',
    '<!DOCTYPE html><html>',
    '<ABC.R01>',
    '<HEL.X01>',
    '<HEL.R0x>',
    '<HEL.R012>',
    '<hel.r01>',
    'GET / HTTP/1.1',
    '<34>Oct 11 22:14:15 mymachine su: x',
    '\x0bMSH|',
    `<?xml ${' '.repeat(600)}`,
  ])('not %s', (text) => expect(probe(text)).toBe(NO));
});

describe('tags', () => {
  test.each([
    ['A.b V="1"', { name: 'A.b', value: '1', closes: false, empty: false }],
    ["A SV='2' V = '3'/", { name: 'A', value: '3', closes: false, empty: true }],
    ['/A', { name: 'A', value: '', closes: true, empty: false }],
    ['A V="&lt;&#65;&#x42;&nope;&#0;"', { name: 'A', value: '<AB&nope;&#0;', closes: false, empty: false }],
    ['?xml version="1.0"?', null],
    ['!DOCTYPE x', null],
  ])('%s', (text, expected) => expect(readTag(text)).toEqual(expected));

  test('references beyond Unicode are left alone', () => {
    expect(unescaped('&#x110000;&#9999999;&amp')).toBe('&#x110000;&#9999999;&amp');
  });
});

describe('anything at all', () => {
  test('is read without an exception', () => {
    const random = new Random(1);
    const whole = bytes(hello() + observation(PATIENT) + control());
    for (let n = 0; n < 1500; n++) {
      const damaged = mutateBytes(whole, random);
      play(poct1a, [
        { send: 0, bytes: damaged.subarray(0, random.below(damaged.length)) },
        { gap: 0, length: random.below(9) },
        { send: 0, bytes: damaged.subarray(random.below(damaged.length)) },
      ]);
      poct1a.probe(damaged.subarray(random.below(damaged.length)), 0);
      poct1a.find(damaged);
    }
  });

  test.each([
    ['brackets', '<'.repeat(1 << 20)],
    ['quotes', `<HEL.R01>${'<a "'.repeat(1 << 18)}`],
    ['attributes', `<HEL.R01>${`<a ${'V '.repeat(500)}>`.repeat(1000)}`],
    ['comments', `<HEL.R01><!--${'-'.repeat(1 << 20)}`],
    ['entities', `<HEL.R01><DEV><DEV.model_id V="${'&amp;'.repeat(100_000)}"/></DEV></HEL.R01>`],
    [
      'devices',
      Array.from({ length: 5000 }, (_, n) => `<HEL.R01><DEV.model_id V="M${n}"/></HEL.R01>`).join(''),
    ],
  ])('%s are not slow', (_, text) => {
    const started = process.cpuUsage().user;
    poct1a.find(bytes(text));
    play(poct1a, (text.match(/[\s\S]{1,1448}/g) ?? []).map(toServer));
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(4);
  });
});
