/** `make.ts FOLDER`: the documents that record.sh sends, of patients.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSeries } from '../objects.ts';
import { PATIENTS } from '../patients.ts';

const folder = process.argv[2];
const [alpha, bravo, erika] = PATIENTS;
const [slice] = makeSeries(folder, {
  patient: alpha,
  number: 901,
  modality: 'CT',
  images: 1,
  side: 32,
  time: '100000',
});
writeFileSync(join(folder, 'slice.dcm'), readFileSync(slice));
const [other] = makeSeries(folder, {
  patient: bravo,
  number: 902,
  modality: 'CR',
  images: 1,
  side: 64,
  time: '100500',
});
// A header that Windows would take for a program's, with nothing behind it.
const program = readFileSync(other);
program.write('MZ', 'latin1');
program.writeUInt32LE(program.length, 60);
writeFileSync(join(folder, 'program.dcm'), program);
const { id, family, given, birthDate, sex } = erika;
writeFileSync(
  join(folder, 'admission.hl7'),
  [
    'MSH|^~\\&|HIS|ZZHOSP|ENGINE|ZZHOSP|20260302100000||ADT^A01^ADT_A01|ZZ901|P|2.5.1',
    `PID|1||${id}^^^ZZHOSP^MR||${family}^${given}||${birthDate}|${sex}`,
    '',
  ].join('\r'),
);
