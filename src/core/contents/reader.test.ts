import { describe, expect, test } from 'vitest';
import { mutateBytes } from '../../testing/mutate.ts';
import { Random } from '../../testing/random.ts';
import type { Fact } from '../facts.ts';
import { KeyedHash } from '../hash.ts';
import { HELD_LIMIT } from './held.ts';
import { ContentReader } from './reader.ts';
import { BIG_ENDIAN, DOCUMENT, dicomFile, EXPLICIT, element, IMPLICIT, MESSAGE, slice } from './testing.ts';

const hash = new KeyedHash(new Uint8Array(8));

function contextOf(facts: Fact[], of = hash) {
  return { hash: of, emit: (fact: Fact) => facts.push(fact) };
}

/** As `phi: identifiers` and `executable: kind in place`. */
function told(pieces: readonly Uint8Array[]): string[] {
  const facts: Fact[] = [];
  const reader = new ContentReader(contextOf(facts), 'smb', 'server');
  for (const piece of pieces) reader.read(piece, 0, piece.length);
  reader.end();
  return facts.map((fact) => {
    if (fact.fact === 'phi') return `${fact.protocol} to ${fact.to}: ${fact.identifiers.join(', ')}`;
    return fact.fact === 'content' ? `${fact.kind} in ${fact.within}` : fact.fact;
  });
}

/** What is told of a file, which is the same however it is cut. */
function toldOf(file: Uint8Array | string): string[] {
  const bytes = Buffer.from(file as string);
  const whole = told([bytes]);
  expect(told([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  for (let cut = 1; cut < bytes.length; cut++)
    expect(told([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
  return whole;
}

const PATIENT = 'smb to server: patient-name, medical-record-number, birth-date';

describe('a DICOM file', () => {
  test.each([
    ['explicit', EXPLICIT],
    ['implicit', IMPLICIT],
    ['big endian', BIG_ENDIAN],
  ])('in %s encoding names its patient', (_, syntax) => {
    expect(toldOf(dicomFile(slice(), { syntax }))).toEqual([PATIENT]);
  });

  test('is told of once, and then nothing is wanted', () => {
    const facts: Fact[] = [];
    const reader = new ContentReader(contextOf(facts), 'smb', 'client');
    const file = dicomFile(slice());
    reader.read(file, 0, file.length - 500);
    expect(facts).toHaveLength(1);
    expect(reader).toMatchObject({ kind: 'dicom', wanted: false });
  });

  test('sequences are passed over, and are identifiers when they have contents', () => {
    const others = [
      element(0x00101002, 'SQ', '', 0xffffffff),
      element(0xfffee000, '', '', 0xffffffff),
      element(0x00100020, 'LO', 'ZZOTHER'),
      element(0x00101005, 'SQ', '', 0xffffffff),
      element(0xfffee0dd, '', ''),
      element(0xfffee00d, '', ''),
      element(0xfffee0dd, '', ''),
      element(0x00120063, 'LO', 'none'),
    ];
    for (const syntax of [EXPLICIT, IMPLICIT])
      expect(toldOf(dicomFile(slice(...others), { syntax }))).toEqual([`${PATIENT}, other-patient-id`]);
    const empty = slice(
      element(0x00101002, 'SQ', '', 0xffffffff),
      element(0xfffee0dd, '', ''),
      element(0x00104000, 'LT', 'x'.repeat(400)),
    );
    expect(told([dicomFile(empty)])).toEqual([`${PATIENT}, comments`]);
  });

  test('without an identity it is none of a patient', () => {
    expect(toldOf(dicomFile(slice(element(0x00120062, 'CS', 'YES'))))).toEqual([]);
    const empty = [
      element(0x00100010, 'PN', '^^'),
      element(0x00100020, 'LO', ''),
      element(0x00100040, 'CS', 'M'),
    ];
    expect(toldOf(dicomFile(empty))).toEqual([]);
  });

  test.each([
    ['MZ', 'Windows executable (MZ)'],
    ['#!/bin/sh\n', 'script (#!)'],
    ['\x7fELF\x02\x01', 'Linux executable (ELF)'],
    ['\xcf\xfa\xed\xfe', 'macOS executable (Mach-O)'],
    ['\xca\xfe\xba\xbe', 'macOS executable (Mach-O)'],
  ])('with a program in its preamble: %j', (preamble, kind) => {
    expect(toldOf(dicomFile(slice(), { preamble }))).toEqual([
      `${kind} in preamble of a DICOM file`,
      PATIENT,
    ]);
  });

  test.each([
    '',
    'II*\0\x08\0\0\0',
    'MM\0*',
    'M',
    'ELF',
    ' #!',
  ])('near miss: a preamble of %j', (preamble) => {
    expect(toldOf(dicomFile(slice(), { preamble }))).toEqual([PATIENT]);
  });

  test('with a program as its encapsulated document', () => {
    const document = (bytes: string) =>
      dicomFile([
        element(0x00100010, 'PN', 'ZZTEST^ALPHA'),
        element(0x00420011, 'OB', Buffer.from(bytes, 'latin1')),
      ]);
    const name = 'smb to server: patient-name';
    expect(toldOf(document(`MZ${'x'.repeat(60)}`))).toEqual([
      name,
      'Windows executable (MZ) in DICOM (0042,0011) encapsulated document',
    ]);
    expect(toldOf(document('%PDF-1.7 '))).toEqual([name]);
    expect(toldOf(document('MZ'))).toHaveLength(2);
    expect(toldOf(document(''))).toEqual([name]);
  });

  test('a program that is no DICOM file is not its business', () => {
    expect(told([Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4000)])])).toEqual([]);
  });

  test('what is cut off tells what went by', () => {
    const file = dicomFile(slice());
    expect(told([file.subarray(0, 230)])).toEqual(['smb to server: patient-name, medical-record-number']);
  });
});

describe('HL7 in a file', () => {
  const patient = 'smb to server: patient-name, medical-record-number, birth-date, sex';

  test('one message, a batch, with line feeds or a byte order mark', () => {
    expect(toldOf(MESSAGE)).toEqual([patient]);
    const batch = `FHS|^~\\&|LAB\rBHS|^~\\&|LAB\r${MESSAGE}${MESSAGE}BTS|2\rFTS|1`;
    expect(toldOf(batch)).toEqual([patient, patient]);
    expect(toldOf(MESSAGE.replaceAll('\r', '\r\n'))).toEqual([patient]);
    expect(toldOf(`\ufeff${MESSAGE}`)).toEqual([patient]);
    expect(toldOf(`\x0b${MESSAGE}\x1c\r`)).toEqual([patient]);
    expect(toldOf(MESSAGE.slice(0, -1))).toEqual([patient]);
  });

  test('a segment too long is passed over, the next is read', () => {
    const long = `PID|1||${'9'.repeat(9000)}\r`;
    expect(told([Buffer.from(MESSAGE.replace('PID', `${long}PID`))])).toEqual([patient]);
  });

  test.each([
    'MSH-23 is a part number\rPID|1||ZZ1^^^^MR||ZZTEST\r',
    'MSHXXXXXXXXXX\rPID|1||ZZ1',
    'BHS|||||||\rPID|1||ZZ1',
    'MSH|^~\\&|A\rEVN|A01\r',
    'MSH|^~\\&|A\rNTE|1||PID|1||ZZ1^^^^MR||ZZTEST^ALPHA\r',
    'PID|1||ZZ1||ZZTEST^ALPHA',
  ])('near miss: %j', (text) => expect(toldOf(text)).toEqual([]));
});

describe('a CDA document', () => {
  const patient = 'smb to server: patient-name, medical-record-number, birth-date';

  test('names its patient', () => {
    expect(toldOf(DOCUMENT)).toEqual([patient]);
    expect(
      told([Buffer.from(DOCUMENT.replaceAll(/(<\/?)(\w)/g, '$1cda:$2').replace('xmlns', 'xmlns:cda'))]),
    ).toEqual([patient]);
  });

  test('behind a byte order mark, blanks, or both', () => {
    for (const before of ['\ufeff', ' \r\n', '\ufeff\n'])
      expect(toldOf(before + DOCUMENT)).toEqual([patient]);
  });

  test('a long one as far as it is kept', () => {
    expect(told([Buffer.from(DOCUMENT + ' '.repeat(60_000))])).toEqual([patient]);
  });

  test.each([
    '<html><body>ClinicalDocument</body></html>',
    '<?xml version="1.0"?><documents><ClinicalDocument/></documents>',
    'ClinicalDocument',
    `<!--${' '.repeat(5000)}--><ClinicalDocument/>`,
  ])('near miss: %.60j', (text) => {
    expect(told([Buffer.from(text)])).toEqual([]);
  });
});

describe('hostile and foreign bytes', () => {
  test('one or two bytes of anything', () => {
    for (let first = 0; first < 256; first++)
      for (const second of [0, 0x0b, 0x20, 0x23, 0x2a, 0x3c, 0x49, 0x4d, 0x53, 0x5a, 0xbb, 0xef])
        expect(toldOf(Uint8Array.of(first, second))).toEqual([]);
  });

  test('damaged files end in nothing worse than silence', () => {
    const random = new Random(7);
    const files = [
      dicomFile(slice(), { preamble: 'MZ' }),
      dicomFile(slice(), { syntax: IMPLICIT }),
      Buffer.from(MESSAGE),
      Buffer.from(DOCUMENT),
    ];
    for (let n = 0; n < 2000; n++) {
      const bytes = mutateBytes(files[n % files.length], random);
      const cut = Math.floor(bytes.length / 3);
      expect(told([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(told([bytes]));
    }
  });

  test('what all readers keep is limited, and given back', () => {
    const own = new KeyedHash(new Uint8Array(8));
    const facts: Fact[] = [];
    const open = Buffer.from(`${DOCUMENT}${' '.repeat(16_000)}`);
    const readers = Array.from(
      { length: 2000 },
      () => new ContentReader(contextOf(facts, own), 'smb', 'server'),
    );
    for (const reader of readers) reader.read(open, 0, open.length);
    const waiting = readers.filter(({ wanted }) => wanted).length;
    expect(waiting).toBeLessThanOrEqual(HELD_LIMIT / open.length);
    expect(waiting).toBeGreaterThan(HELD_LIMIT / 65_536);
    for (const reader of readers) reader.end();
    const late = new ContentReader(contextOf(facts, own), 'smb', 'server');
    late.read(open, 0, open.length);
    expect(late.wanted).toBe(true);
  });
});
