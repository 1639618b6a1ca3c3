import { describe, expect, test } from 'vitest';
import { Random } from '../testing/random.ts';
import { parseUdi } from './udi.ts';

const GS = '\x1d';
const none = { serial: '', lot: '', manufactured: '', expires: '', donation: '', checked: true };

describe('GS1', () => {
  const example = {
    agency: 'GS1',
    text: '(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234',
    deviceIdentifier: '51022222233336',
    manufactured: '2014-12-31',
    expires: '2015-07-07',
    lot: 'A213B1',
    serial: '1234',
    donation: '',
    checked: true,
  };

  test('as printed: the example of the FDA', () => {
    expect(parseUdi('(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234')).toEqual(example);
    expect(parseUdi('(01) 51022222233336 (11) 141231 (17) 150707 (10) A213B1 (21) 1234')).toEqual(example);
  });

  test.each([
    ['behind the symbology identifier of a Data Matrix', ']d2'],
    ['of Code 128', ']C1'],
    ['behind a leading FNC1', GS],
    ['bare', ''],
  ])('as a data carrier holds it, %s', (_, prefix) => {
    expect(parseUdi(`${prefix}0151022222233336111412311715070710A213B1${GS}211234`)).toEqual(example);
    expect(parseUdi(`${prefix}015102222223333621${'1234'}${GS}10A213B1`)).toMatchObject({
      serial: '1234',
      lot: 'A213B1',
    });
  });

  test('device identifier alone', () => {
    expect(parseUdi('(01)09504000059101')).toEqual({
      ...none,
      agency: 'GS1',
      text: '(01)09504000059101',
      deviceIdentifier: '09504000059101',
    });
    expect(parseUdi('0109504000059101')).toMatchObject({ deviceIdentifier: '09504000059101' });
  });

  test('an example of FHIR, whose check digit is wrong', () => {
    const said = { serial: '10987654d321', lot: '7654321D', expires: '2014-11-20', checked: false };
    expect(parseUdi('(01)10844588003288(17)141120(10)7654321D(21)10987654d321')).toMatchObject(said);
    expect(parseUdi(`011084458800328817141120107654321D${GS}2110987654d321`)).toMatchObject(said);
  });

  test('a serial number with brackets in it', () => {
    expect(parseUdi('(01)09504000059101(21)AB(C)-1')).toMatchObject({ serial: 'AB(C)-1' });
  });

  test('other elements are passed over', () => {
    expect(parseUdi(`010950400005910124012-34${GS}3012${GS}21SN9`)).toMatchObject({ serial: 'SN9' });
    expect(parseUdi('(01)09504000059101(240)12-34(21)SN9')).toMatchObject({ serial: 'SN9' });
  });

  test('a day that is not told', () => {
    expect(parseUdi('(01)09504000059101(17)260200')).toMatchObject({ expires: '2026-02' });
  });

  test('elements that lost their separator give no number', () => {
    expect(parseUdi(`010950400005910110LOT5678901234521SERIAL`)).toMatchObject({ serial: '', lot: '' });
  });

  test.each([
    '(01)123',
    '(21)1234',
    '(01)',
    '0112345678901234',
    '1234567890123456',
    '(01)0950400005910X',
  ])('not %s', (text) => expect(parseUdi(text)).toBeNull());
});

describe('HIBCC', () => {
  const text = '+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ4567890123 45678/16D20130202C';
  const example = {
    agency: 'HIBCC',
    text,
    deviceIdentifier: 'H123PARTNO1234567890120',
    expires: '2020-02-02',
    lot: 'LOT123456789012345',
    serial: 'XYZ4567890123 45678',
    manufactured: '2013-02-02',
    donation: '',
    checked: true,
  };

  test('the example of the FDA, with and without asterisks', () => {
    expect(parseUdi(text)).toEqual(example);
    expect(parseUdi(`*${text}*`)).toEqual(example);
    expect(parseUdi(`]d1${text}`)).toEqual(example);
  });

  test('the example as FHIR has it, where a blank is missing and the check character is thus wrong', () => {
    const other = text.replace(' ', '');
    expect(parseUdi(other)).toEqual({
      ...example,
      text: other,
      serial: 'XYZ456789012345678',
      manufactured: '',
      checked: false,
    });
  });

  test('primary data alone', () => {
    const said = {
      ...none,
      agency: 'HIBCC',
      text: '+A123BJC5D6E71G',
      deviceIdentifier: 'A123BJC5D6E71',
    };
    expect(parseUdi('+A123BJC5D6E71G')).toEqual(said);
    expect(parseUdi('+A123BJC5D6E71H')).toBeNull();
  });

  test('the example of ANSI/HIBC: primary and secondary data', () => {
    expect(parseUdi('+A99912345/$$52001510X33')).toEqual({
      ...none,
      agency: 'HIBCC',
      text: '+A99912345/$$52001510X33',
      deviceIdentifier: 'A99912345',
      expires: '2020-01-15',
      lot: '10X3',
    });
    expect(parseUdi('+A99912345/$$52001510X3/16D20111212/S77DEFG457')).toMatchObject({
      lot: '10X3',
      manufactured: '2011-12-12',
      serial: '77DEFG45',
    });
  });

  /** Formats of secondary data, ANSI/HIBC 2.6 table 2: the same lot or serial number with each. */
  test.each([
    ['$3C001', '3C001', '', ''],
    ['$+0001', '', '0001', ''],
    ['$$09053C001', '3C001', '', '2005-09'],
    ['$$20928053C001', '3C001', '', '2005-09-28'],
    ['$$30509283C001', '3C001', '', '2005-09-28'],
    ['$$4050928223C001', '3C001', '', '2005-09-28'],
    ['$$5052713C001', '3C001', '', '2005-09-28'],
    ['$$605271223C001', '3C001', '', '2005-09-28'],
    ['$$73C001', '3C001', '', ''],
    ['$$82409053C001', '3C001', '', '2005-09'],
    ['$$90010020928053C001', '3C001', '', '2005-09-28'],
    ['$$+09050001', '', '0001', '2005-09'],
    ['$$+70001', '', '0001', ''],
    ['$$+30509280001', '', '0001', '2005-09-28'],
    ['052713C001', '3C001', '', '2005-09-28'],
  ])('secondary data %s', (data, lot, serial, expires) => {
    const body = `+A99912345/${data}`;
    const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%';
    const check = characters[[...body].reduce((sum, c) => sum + characters.indexOf(c), 0) % 43];
    expect(parseUdi(body + check)).toMatchObject({ lot, serial, expires, checked: true });
  });

  test('a last value whose end cannot be told is not told', () => {
    expect(parseUdi('+A99912345/$+SER1')).toMatchObject({ serial: '', checked: false });
  });

  test.each(['+', '+A', '+12345678', '*+A123*', '+A12312/', '+see the label/1'])('not %s', (text) =>
    expect(parseUdi(text)).toBeNull());
});

describe('ICCBBA', () => {
  const text = '=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123';
  const example = {
    agency: 'ICCBBA',
    text,
    deviceIdentifier: 'A9999XYZ100T0944',
    serial: '000025',
    donation: 'A99971312345600',
    expires: '2014-02-01',
    manufactured: '2013-02-01',
    lot: '000000000000XYZ123',
    checked: true,
  };

  test('the example of the FDA', () => {
    expect(parseUdi(text)).toEqual(example);
    expect(parseUdi(text.replace('&', '\\&'))).toEqual(example);
    expect(parseUdi(`=+06000${text}`)).toEqual(example);
  });

  test('a container of blood', () => {
    expect(parseUdi('=)1TE123456A&)RZ12345678')).toEqual({
      ...none,
      agency: 'ICCBBA',
      text: '=)1TE123456A&)RZ12345678',
      deviceIdentifier: '1TE123456A',
      lot: 'RZ12345678',
    });
  });

  test.each([
    '=A99971312345600',
    '=/A9999',
    '=,000025',
    '=/A9999XYZ100T094!',
    '= is no identifier',
  ])('not %s', (text) => expect(parseUdi(text)).toBeNull());
});

describe('anything else', () => {
  test.each([
    '',
    'PUMP-17',
    '00-11-22-FF-FE-33-44-55',
    'urn:oid:1.2.3',
    '('.repeat(150),
    'x'.repeat(5000),
  ])('not %s', (text) => expect(parseUdi(text)).toBeNull());

  test('chance is survived', () => {
    const random = new Random(7);
    const pieces = [
      '(01)',
      '01',
      '+A123',
      '=/',
      '/$$',
      '&,1',
      '(21)',
      GS,
      '09504000059101',
      'AB',
      '1',
      '*',
      '\\',
    ];
    for (let n = 0; n < 20_000; n++) {
      let text = '';
      for (let count = random.below(12); count > 0; count--) text += random.pick(pieces);
      const udi = parseUdi(text);
      if (udi !== null) expect(udi.deviceIdentifier).not.toBe('');
    }
  });
});
