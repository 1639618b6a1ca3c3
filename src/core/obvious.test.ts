import { describe, expect, test } from 'vitest';
import { Random } from '../testing/random.ts';
import { LONGEST, ObviousReader, readObvious } from './obvious.ts';

const latin = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const wide = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le'));

/** `family^given number birthdate` of each patient told. */
function patients(bytes: Uint8Array): string[] {
  const all: string[] = [];
  readObvious(bytes, 0, bytes.length, ({ family, given, number, birthDate }) =>
    all.push(`${family}^${given} ${number || '-'} ${birthDate || '-'}`),
  );
  return all;
}

/** The same in pieces, what is left over given again with the next. */
function inPieces(bytes: Uint8Array, cuts: readonly number[]): string[] {
  const all: string[] = [];
  const reader = new ObviousReader(({ family, given, number, birthDate }) =>
    all.push(`${family}^${given} ${number || '-'} ${birthDate || '-'}`),
  );
  let left = new Uint8Array(0);
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const given = Uint8Array.from([...left, ...bytes.subarray(from, cut)]);
    const read = reader.read(given, 0, given.length, cut === bytes.length);
    left = given.slice(read);
    expect(left.length).toBeLessThanOrEqual(LONGEST);
    given.fill(0xa5);
    from = cut;
  }
  return all;
}

const ALPHA = 'ZZTEST^ALPHA ZZMRN73111 19510203';

const element = (number: number, vr: string, value: string) =>
  Buffer.concat([
    Buffer.from([0x10, 0, number, 0]),
    Buffer.from(vr),
    Buffer.from([value.length, 0]),
    Buffer.from(value),
  ]);

const FIRES: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
  [
    'key=value',
    latin('PatientName=ZZTEST^ALPHA\r\nPatientID=ZZMRN73111\r\nPatientBirthDate=19510203\r\n'),
    [ALPHA],
  ],
  ['one line', latin('cmd=store;PatientName=ZZTEST ALPHA;MRN=ZZMRN73111;'), ['ALPHA^ZZTEST ZZMRN73111 -']],
  [
    'labels that run on',
    latin('Patient Name: ZZTEST, ALPHA MRN: ZZMRN73111 DOB: 02/03/1951\n'),
    ['ZZTEST^ALPHA ZZMRN73111 19510203'],
  ],
  [
    'comma between pairs',
    latin('patient_name=Alpha Zztest, mrn=ZZMRN73111, dob=1951-02-03'),
    ['Zztest^Alpha ZZMRN73111 19510203'],
  ],
  [
    'JSON',
    latin('{"patientName": "ZZTEST, ALPHA","dob":"1951-02-03T00:00:00Z", "ward": 7}'),
    ['ZZTEST^ALPHA - 19510203'],
  ],
  [
    'JSON in JSON',
    latin('{"body":"{\\"patientName\\":\\"ZZTEST^ALPHA\\",\\"mrn\\":\\"ZZMRN73111\\"}"}'),
    ['ZZTEST^ALPHA ZZMRN73111 -'],
  ],
  [
    'JSON by parts',
    latin('{"mrn":"ZZMRN73111","lastName":"Zztest","firstName":"Alpha"}'),
    ['Zztest^Alpha ZZMRN73111 -'],
  ],
  [
    'JSON of two',
    latin(
      '[{"patientId":7311100,"name":"Alpha Zztest","dob":"1951-02-03"},{"patientId":7322200,"name":"Bravo Zztest","dob":"1962-03-04"}]',
    ),
    ['Zztest^Alpha 7311100 19510203', 'Zztest^Bravo 7322200 19620304'],
  ],
  [
    'XML',
    latin('<Patient><PatientName>ZZTEST^ALPHA</PatientName>\n  <PatientID>ZZMRN73111</PatientID></Patient>'),
    ['ZZTEST^ALPHA ZZMRN73111 -'],
  ],
  ['attributes', latin('<row PatientName="Zztest, Alpha" DOB="3-Feb-1951"/>'), ['Zztest^Alpha - 19510203']],
  [
    'a page',
    latin(
      '<tr><td><b>Patient Name</b></td>\r\n<td>ZZTEST, ALPHA</td></tr><tr><th>MRN:</th><td><a href="/p/1">ZZMRN73111</a></td></tr>',
    ),
    ['ZZTEST^ALPHA ZZMRN73111 -'],
  ],
  [
    'SQL',
    latin("update p set PatientName = 'ZZTEST^ALPHA' where MRN='ZZMRN73111'"),
    ['ZZTEST^ALPHA ZZMRN73111 -'],
  ],
  [
    'German',
    latin('Patientenname: M\xfcller, J\xf6rg\nGeburtsdatum: 03.02.1951\n'),
    ['M\xfcller^J\xf6rg - 19510203'],
  ],
  ['dots', latin("Patient's name   : Zztest, Alpha\nD.O.B. : Feb 3, 1951\n"), ['Zztest^Alpha - 19510203']],
  [
    'a capital within a word',
    latin('txtPatientName=Zztest, Alpha&txtMRN=ZZMRN73111&x=1'),
    ['Zztest^Alpha ZZMRN73111 -'],
  ],
  ['UTF-16', wide('PatientName=ZZTEST^ALPHA;PatientID=ZZMRN73111;'), ['ZZTEST^ALPHA ZZMRN73111 -']],
  [
    'UTF-16 in between bytes',
    Uint8Array.from([
      1,
      2,
      3,
      0,
      ...wide('"patientName":"Zztest, Alpha"'),
      0,
      0,
      7,
      ...wide('"dob":"1951-02-03"'),
    ]),
    ['Zztest^Alpha - 19510203'],
  ],
  ['HL7 without framing', latin('EVN|A01\rPID|1||ZZMRN73111^^^ZZ||ZZTEST^ALPHA||19510203|M\rPV1|1'), [ALPHA]],
  ['ASTM without framing', latin('\x021H|\\^&\r2P|1|ZZMRN73111|||ZZTEST^ALPHA||19510203|M\r'), [ALPHA]],
  [
    'DICOM elements',
    Uint8Array.from([
      9,
      9,
      ...element(0x10, 'PN', 'ZZTEST^ALPHA'),
      ...element(0x20, 'LO', 'ZZMRN73111'),
      ...element(0x30, 'DA', '19510203'),
      0x10,
      0,
    ]),
    [ALPHA],
  ],
];

const NOTHING: readonly (readonly [string, string])[] = [
  ['a form', 'Patient Name:\r\nMRN:\r\nDate of Birth:\r\nNext of Kin:\r\n'],
  ['a form on one line', 'Patient Name:            Next of Kin:         MRN: __________ DOB: __/__/____'],
  ['a template', 'PatientName={{patient.name}}&MRN={{patient.mrn}}&DOB=%DOB%'],
  ['a format string', 'PatientName=%s MRN=%d DOB=%04d-%02d-%02d'],
  ['a schema', '{"patientName": {"type": "string"}, "mrn": {"type":"string"}, "dob": {"format":"date"}}'],
  ['a schema in short', '{"patientName": "string", "mrn": "string", "birthDate": "date"}'],
  [
    'words for a page',
    '{"patientName":"Patient Name","mrn":"MRN","dob":"Date of Birth","lastName":"Last Name"}',
  ],
  [
    'source code',
    'String patientName = request.getName();\nString mrn = row.get("mrn");\nDate dob = parse(s);\n',
  ],
  ['a class', 'patientName: string;\nmrn: string;\ndateOfBirth: Date;\n'],
  [
    'documentation',
    '<li>PatientName: the name of the patient</li><li>PatientID: 12345</li><li>PatientBirthDate: YYYYMMDD</li>',
  ],
  ['an example', 'PatientName=DOE^JOHN\nMRN=445566\n'],
  ['a placeholder', 'PatientName=Zztest, Alpha\nPatientID=0000000\n'],
  ['a head of a table', '<th>Patient Name</th><th>MRN</th><th>DOB</th>'],
  [
    'an input',
    '<label>Patient Name</label><input name="patient_name" value=""><label>MRN</label><input value="">',
  ],
  ['a name alone', 'PatientName=ZZTEST^ALPHA\r\nWard=7\r\n'],
  ['a number alone', 'PatientID=ZZMRN73111\r\nPatientBirthDate=19510203\r\n'],
  ['an employee', '{"lastName":"Zztest","firstName":"Alpha","birthDate":"1951-02-03","dept":"IT"}'],
  ['a thing with a name', '{"patientId":7311100,"name":"Ward Seven"}'],
  ['far apart', `PatientName=ZZTEST^ALPHA\n${'x'.repeat(1000)}\nMRN=ZZMRN73111\n`],
  ['anonymous', 'PatientName=Anonymous^Patient\nPatientID=ZZMRN73111\n'],
  ['a default date', 'PatientName=ZZTEST^ALPHA\nDOB=1900-01-01\n'],
  ['another kind of PID', 'PID|1234|S 0:00|/bin/name|x|19510203'],
  ['prose', 'The patient: name and date of birth are asked; the MRN is 5. Name = Value.'],
  ['no word of its own', 'inpatientname=Zztest, Alpha&xmrn=ZZMRN73111'],
];

describe('fires', () => {
  test.each(FIRES)('%s', (_, bytes, wanted) => {
    expect(patients(bytes)).toEqual(wanted);
  });

  test.each(FIRES)('%s, cut anywhere', (_, bytes, wanted) => {
    for (let cut = 1; cut < bytes.length; cut++) expect(inPieces(bytes, [cut]), `at ${cut}`).toEqual(wanted);
    expect(inPieces(bytes, [...bytes.keys()].slice(1))).toEqual(wanted);
  });
});

describe('is silent', () => {
  test.each(NOTHING)('%s', (_, text) => {
    expect(patients(latin(text))).toEqual([]);
    expect(patients(wide(text))).toEqual([]);
  });
});

test('what a gap parts is not put together', () => {
  const all: string[] = [];
  const reader = new ObviousReader(({ number }) => all.push(number));
  const first = latin('PatientName=ZZTEST^ALPHA\n');
  expect(reader.read(first, 0, first.length, false)).toBe(first.length);
  reader.gap();
  const second = latin('MRN=ZZMRN73111\n');
  reader.read(second, 0, second.length, true);
  expect(all).toEqual([]);
});

test('random bytes say nothing, however they are cut', () => {
  const random = new Random(7);
  for (let round = 0; round < 40; round++) {
    const bytes = Uint8Array.from({ length: 4096 }, () => random.below(256));
    const text = Uint8Array.from({ length: 4096 }, () => 32 + random.below(96));
    expect(patients(bytes)).toEqual([]);
    expect(patients(text)).toEqual([]);
  }
});

test('nothing is quadratic', () => {
  for (const part of [
    'PatientName=',
    'P|1|',
    'PID|',
    'd',
    'mrn:"',
    'name<b>',
    '\x10\0\x10\0PN',
    'd.o.b.   ',
    '<td>MRN<',
  ]) {
    const bytes = latin(part.repeat(Math.ceil(262_144 / part.length)));
    const start = performance.now();
    patients(bytes);
    expect(performance.now() - start, part).toBeLessThan(20_000);
  }
});
