import { describe, expect, test } from 'vitest';
import type { Hl7Result } from './events.ts';
import {
  acknowledgement,
  block,
  message,
  msh,
  PID,
  said,
  saidHoweverSplit,
  toClient,
  toServer,
} from './testing.ts';

const OBR = 'OBR|1|ORD1^LIS|FIL1^LAB|24323-8^CMP^LN';
const obx = (
  value: string,
  more: { type?: string; id?: string; sub?: string; unit?: string; status?: string } = {},
) =>
  `OBX|1|${more.type ?? 'NM'}|${more.id ?? '2823-3^Potassium^LN'}|${more.sub ?? ''}|${value}|${more.unit ?? 'mmol/L'}|||||${more.status ?? 'F'}`;
const oru = (...segments: string[]) => block(message(msh('ORU^R01^ORU_R01', 'M1'), ...segments));
const digestOf = (content: string) => said([toServer(content)]).messages[0].digest as number;
const resultsOf = (...segments: string[]) =>
  said([toServer(oru(...segments))]).messages[0].results as unknown as Hl7Result[];
const [first] = resultsOf(PID, OBR, obx('4.1'));
const digestOfValue = (value: string, type = 'NM') => resultsOf(PID, OBR, obx(value, { type }))[0].value;

describe('the digest of a message', () => {
  const body = ['EVN|A01|20260302081500', PID, 'PV1|1|I|W^389^1'];
  const adt = (id: string, ...segments: string[]) => block(message(msh('ADT^A01^ADT_A01', id), ...segments));

  test('is of its body, whatever its header says', () => {
    expect(digestOf(adt('M1', ...body))).toBe(digestOf(adt('M2', ...body)));
  });

  test('changes with every byte of it, and with the order of segments', () => {
    const [evn, pid, pv1] = body;
    const digests = [
      body,
      [evn, pid.replace('MRN0042', 'MRN0043'), pv1],
      [evn, pid, 'PV1|1|I|W^389^2'],
      [evn, pid, 'PV1|1|O|W^389^1'],
      [pid, evn, pv1],
      [evn, pid],
      [evn, pid, pv1, 'a line of text'],
    ].map((segments) => digestOf(adt('M1', ...segments)));
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('of long segments is of as much of each field as is read, wherever TCP cut them', () => {
    const long = `OBX|1|TX|R^REPORT||${'line of text '.repeat(60)}|u|${'x'.repeat(600)}|N|||F`;
    const all = saidHoweverSplit([toServer(oru(PID, OBR, long))]);
    const [{ digest }] = all.messages;
    expect(digest).toBe(digestOf(oru(PID, OBR, long)));
    expect(digest).not.toBe(digestOf(oru(PID, OBR, `${long.slice(0, -1)}P`)));
    expect(digest).not.toBe(digestOf(oru(PID, OBR, long.replace('REPORT', 'REPORX'))));
  });

  test('of an acknowledgement is none', () => {
    expect(said([toClient(acknowledgement('AA', 'M1'))]).messages[0].digest).toBe(0);
  });
});

describe('results', () => {
  test('are there of every OBX with a value, wherever TCP cut it', () => {
    const { messages } = saidHoweverSplit([
      toServer(
        oru(PID, OBR, obx('4.1'), obx('', {}), obx('92', { id: '2345-7', unit: 'mg/dL', status: 'P' })),
      ),
    ]);
    expect(messages[0].results).toEqual([
      {
        key: expect.any(Number),
        observation: '2823-3',
        value: expect.any(Number),
        numeric: true,
        status: 'F',
      },
      {
        key: expect.any(Number),
        observation: '2345-7',
        value: expect.any(Number),
        numeric: true,
        status: 'P',
      },
    ]);
  });

  test('of messages of results only', () => {
    const order = block(message(msh('ORM^O01', 'M1'), PID, OBR, obx('4.1')));
    expect(said([toServer(order)]).messages[0].results).toEqual([]);
    const specimen = block(message(msh('OUL^R22', 'M1'), PID, OBR, obx('4.1')));
    expect(said([toServer(specimen)]).messages[0].results).toEqual([first]);
  });

  test('do not pass from one message to the next', () => {
    const { messages } = said([toServer(oru(PID, OBR, obx('4.1')) + oru(PID, obx('4.2')))]);
    expect(messages.map(({ results }) => (results as unknown[]).length)).toEqual([1, 0]);
  });

  test('of an order without a number are none, of one with the filler’s alone they are', () => {
    expect(resultsOf(PID, 'OBR|1|||24323-8', obx('4.1'))).toEqual([]);
    expect(resultsOf(PID, 'OBR|1||FIL1|24323-8', obx('4.1'))).toHaveLength(1);
  });

  test('are of one observation, however it is written', () => {
    for (const same of [
      obx('4.1', { id: '2823-3^K^LN^KALI^Kalium^L' }),
      obx('4.1', { unit: 'MMOL/L^millimole per liter^UCUM' }),
      obx('4.1', { id: ' 2823-3 ' }),
    ])
      expect(resultsOf(PID, OBR, same)[0].key).toBe(first.key);
    expect(resultsOf(PID, 'OBR|7|ord1|OTHER', obx('4.1'))[0].key).toBe(first.key);
  });

  test('are of another observation with another patient, order, identifier, sub-id or unit', () => {
    const keys = [
      first,
      resultsOf(PID.replace('MRN0042', 'MRN0043'), OBR, obx('4.1'))[0],
      resultsOf(OBR, obx('4.1'))[0],
      resultsOf(PID, OBR.replace('ORD1', 'ORD2'), obx('4.1'))[0],
      resultsOf(PID, OBR, obx('4.1', { id: '2823-4' }))[0],
      resultsOf(PID, OBR, obx('4.1', { sub: '1' }))[0],
      resultsOf(PID, OBR, obx('4.1', { unit: 'mg/dL' }))[0],
      resultsOf(PID, OBR, obx('4.1', { id: '2823', sub: '-3' }))[0],
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('are the same number, however it is written', () => {
    for (const [one, other] of [
      ['5', '5.0'],
      ['5', '05'],
      ['5', '+5.'],
      ['5', ' 5,00 '],
      ['0.5', '.50'],
      ['0', '0.00'],
      ['<5', '< 5.0'],
    ])
      expect([other, digestOfValue(other)]).toEqual([other, digestOfValue(one)]);
    expect(digestOfValue('^5', 'SN')).toBe(digestOfValue('5'));
    expect(digestOfValue('<^5', 'SN')).toBe(digestOfValue('<5', 'ST'));
  });

  test('are different numbers', () => {
    const values = [
      '5',
      '50',
      '0.5',
      '-5',
      '<5',
      '>5',
      '<=5',
      '5.01',
      '15',
      '51',
      '0',
      '4.1',
      '41',
      '1.4',
    ].map((v) => digestOfValue(v));
    expect(new Set(values).size).toBe(values.length);
  });

  test('that are short texts and codes count, without case and blanks', () => {
    const [text] = resultsOf(PID, OBR, obx('Not  detected ', { type: 'ST' }));
    expect(text.numeric).toBe(false);
    expect(digestOfValue('NOT DETECTED', 'ST')).toBe(text.value);
    expect(digestOfValue('DETECTED', 'ST')).not.toBe(text.value);
    expect(digestOfValue('260373001^Detected^SCT', 'CWE')).toBe(digestOfValue('260373001', 'CE'));
    expect(digestOfValue('260373001^Detected^SCT', 'CWE')).not.toBe(
      digestOfValue('260415000^Not detected^SCT', 'CWE'),
    );
    expect(digestOfValue('^Detected', 'CWE')).toBe(digestOfValue('detected', 'ST'));
  });

  test('that are reports, documents, escaped or deleted are none', () => {
    for (const [type, value] of [
      ['TX', 'No finding.'],
      ['FT', 'No finding.'],
      ['ED', '^AP^PDF^Base64^AAAA'],
      ['ST', 'a \\T\\ b'],
      ['ST', 'x'.repeat(65)],
      ['NM', '""'],
      ['NM', '  '],
    ])
      expect([type, value, resultsOf(PID, OBR, obx(value, { type })).length]).toEqual([type, value, 0]);
  });

  test('are at most 64 of a message', () => {
    expect(resultsOf(PID, OBR, ...Array<string>(100).fill(obx('4.1')))).toHaveLength(64);
  });
});
