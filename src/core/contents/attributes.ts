/** Which attributes of a DICOM data set identify, and whom a data set names. */
import type { Attribute } from '../facts.ts';
import { bitOf, type Exposure, exposes, patientKey } from './identifiers.ts';

/** DICOM PS3.15 Annex E: attributes that identify, by tag. */
export const IDENTIFYING: ReadonlyMap<string, number> = new Map([
  ['00100010', bitOf('patient-name')],
  ['00100020', bitOf('medical-record-number')],
  ['00100030', bitOf('birth-date')],
  ['00100040', bitOf('sex')],
  ['00100050', bitOf('insurance-number')],
  ['00101000', bitOf('other-patient-id')],
  ['00101001', bitOf('other-patient-name')],
  ['00101002', bitOf('other-patient-id')],
  ['00101005', bitOf('other-patient-name')],
  ['00101010', bitOf('age')],
  ['00101040', bitOf('address')],
  ['00101060', bitOf('relative-name')],
  ['00101090', bitOf('medical-record-number')],
  ['00102154', bitOf('telephone')],
  ['00102160', bitOf('ethnic-group')],
  ['00102180', bitOf('occupation')],
  ['00102297', bitOf('relative-name')],
  ['00104000', bitOf('comments')],
  ['00080050', bitOf('accession-number')],
  ['00080090', bitOf('physician-name')],
  ['00380010', bitOf('visit-number')],
]);

/** The same by keyword (PS3.6), as query keys and other JSON interfaces have them; in lower case. */
export const IDENTIFYING_KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['patientname', '00100010'],
  ['patientid', '00100020'],
  ['patientbirthdate', '00100030'],
  ['patientsex', '00100040'],
  ['otherpatientids', '00101000'],
  ['otherpatientnames', '00101001'],
  ['patientbirthname', '00101005'],
  ['patientage', '00101010'],
  ['patientaddress', '00101040'],
  ['patientmotherbirthname', '00101060'],
  ['patienttelephonenumbers', '00102154'],
  ['patientcomments', '00104000'],
  ['accessionnumber', '00080050'],
  ['referringphysicianname', '00080090'],
  ['admissionid', '00380010'],
]);

const PATIENT_NAME = '00100010';
const PATIENT_ID = '00100020';
const ISSUER = '00100021';
const BIRTH_DATE = '00100030';
const IDENTITY_REMOVED = '00120062';
export const MODALITY = '00080060';
/** Of the file meta information (PS3.10 §7.1). */
export const TRANSFER_SYNTAX = '00020010';

/** What of a stored object describes the equipment that created it (PS3.3 §C.7.5.1). */
export const EQUIPMENT: readonly (readonly [tag: string, attribute: Attribute, written: string])[] = [
  ['00080070', 'vendor', '(0008,0070)'],
  ['00081090', 'model', '(0008,1090)'],
  ['00081010', 'station', '(0008,1010)'],
  ['00181000', 'serial', '(0018,1000)'],
  ['00181020', 'software', '(0018,1020)'],
  ['00080080', 'institution', '(0008,0080)'],
];

/** Every tag of which a file's value matters, as a number. */
export const WANTED: ReadonlySet<number> = new Set(
  [
    TRANSFER_SYNTAX,
    MODALITY,
    ISSUER,
    IDENTITY_REMOVED,
    ...IDENTIFYING.keys(),
    ...EQUIPMENT.map(([tag]) => tag),
  ].map((tag) => Number.parseInt(tag, 16)),
);

/** Values of one data set by tag, eight hexadecimal digits. */
export type Values = ReadonlyMap<string, string>;

/** Padding and empty components say nothing. */
function isEmpty(value: string): boolean {
  return /^[\s\0^=]*$/.test(value);
}

/** Null when the data set names nobody, or says that its identity was removed. */
export function exposureOf(values: Values): Exposure | null {
  if ((values.get(IDENTITY_REMOVED) ?? '').trim().toUpperCase() === 'YES') return null;
  let bits = 0;
  for (const [tag, value] of values) if (!isEmpty(value)) bits |= IDENTIFYING.get(tag) ?? 0;
  if (!exposes(bits, true)) return null;
  const text = (tag: string) => (values.get(tag) ?? '').replace(/^[\s\0]+|[\s\0]+$/g, '');
  const id = text(PATIENT_ID);
  const issuer = text(ISSUER);
  const number = id !== '' && issuer !== '' ? `${id}\0${issuer}` : id;
  return { bits, key: patientKey(number, text(PATIENT_NAME), text(BIRTH_DATE)) };
}
