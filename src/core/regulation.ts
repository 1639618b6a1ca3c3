import type { Identifier } from './sealed.ts';

/** What the rules that name identifiers call one: whoever has to report an exposure needs their words. */
export interface Regulated {
  /** Letter of 45 CFR 164.514(b)(2)(i), HIPAA's list of eighteen. */
  readonly hipaa: string;
  /** Attributes of DICOM PS3.15 Table E.1-1 that hold it; '' for none that is read. */
  readonly dicom: string;
  /** Fields of HL7 v2 that hold it; '' for none. */
  readonly hl7: string;
}

/** HIPAA's list, by its letters. */
export const HIPAA: Readonly<Record<string, string>> = {
  A: 'names',
  B: 'geographic subdivisions smaller than a state',
  C: 'dates related to an individual, ages over 89',
  D: 'telephone numbers',
  E: 'fax numbers',
  F: 'email addresses',
  G: 'social security numbers',
  H: 'medical record numbers',
  I: 'health plan beneficiary numbers',
  J: 'account numbers',
  K: 'certificate and license numbers',
  L: 'vehicle identifiers',
  M: 'device identifiers and serial numbers',
  N: 'URLs',
  O: 'IP addresses',
  P: 'biometric identifiers',
  Q: 'full-face photographs',
  R: 'any other unique identifying number, characteristic or code',
};

/** `hipaa` is '' for what the list does not name: it is told beside what it does. */
export const REGULATED: Readonly<Record<Identifier, Regulated>> = {
  'patient-name': { hipaa: 'A', dicom: '(0010,0010)', hl7: 'PID-5' },
  'medical-record-number': { hipaa: 'H', dicom: '(0010,0020), (0010,1090)', hl7: 'PID-2, PID-3' },
  'birth-date': { hipaa: 'C', dicom: '(0010,0030)', hl7: 'PID-7' },
  sex: { hipaa: '', dicom: '(0010,0040)', hl7: 'PID-8' },
  address: { hipaa: 'B', dicom: '(0010,1040)', hl7: 'PID-11' },
  telephone: { hipaa: 'D', dicom: '(0010,2154), (0010,2155)', hl7: 'PID-13, PID-14' },
  email: { hipaa: 'F', dicom: '', hl7: 'PID-13.4' },
  'social-security-number': { hipaa: 'G', dicom: '', hl7: 'PID-19' },
  'account-number': { hipaa: 'J', dicom: '', hl7: 'PID-18' },
  'insurance-number': { hipaa: 'I', dicom: '(0010,1050)', hl7: 'IN1-36, IN1-49' },
  'accession-number': { hipaa: 'R', dicom: '(0008,0050)', hl7: 'ORC-2, ORC-3' },
  'physician-name': { hipaa: '', dicom: '(0008,0090), (0008,1050), …', hl7: 'PV1-7, PV1-8, ORC-12' },
  'relative-name': { hipaa: 'A', dicom: '(0010,1060), (0010,2297)', hl7: 'PID-6, NK1-2, GT1-3, IN1-16' },
  'other-patient-id': { hipaa: 'R', dicom: '(0010,1000), (0010,1002)', hl7: 'PID-4' },
  'other-patient-name': { hipaa: 'A', dicom: '(0010,1001), (0010,1005)', hl7: 'PID-9' },
  'driver-license': { hipaa: 'K', dicom: '', hl7: 'PID-20' },
  'visit-number': { hipaa: 'R', dicom: '(0038,0010)', hl7: 'PV1-19' },
  age: { hipaa: 'C', dicom: '(0010,1010)', hl7: '' },
  'ethnic-group': { hipaa: '', dicom: '(0010,2160)', hl7: 'PID-10, PID-22' },
  occupation: { hipaa: '', dicom: '(0010,2180)', hl7: '' },
  comments: { hipaa: '', dicom: '(0010,4000)', hl7: '' },
};

/** Letters of HIPAA's list that a set of identifiers falls under, in order. */
export function hipaaOf(identifiers: Iterable<Identifier>): string[] {
  const letters = new Set<string>();
  for (const identifier of identifiers)
    if (REGULATED[identifier].hipaa !== '') letters.add(REGULATED[identifier].hipaa);
  return [...letters].sort();
}
