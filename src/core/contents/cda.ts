/** The patient of an HL7 CDA R2 document: `ClinicalDocument/recordTarget/patientRole`. */
import { type Content, NOTHING } from './content.ts';
import { bitOf, type Exposure, exposes, patientKey } from './identifiers.ts';
import { attribute, child, childrenOf, readXml, type XmlElement } from './xml.ts';

const MARK = '<ClinicalDocument';

/** Offset of a document in a body, which may be wrapped in SOAP or MIME; -1. */
export function findDocument(bytes: Uint8Array, start: number, end: number): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  const plain = view.indexOf(MARK);
  if (plain >= 0) return start + plain;
  const prefixed = view.indexOf(':ClinicalDocument');
  const open = prefixed < 0 ? -1 : view.lastIndexOf('<', prefixed);
  return open >= 0 && prefixed - open < 16 ? start + open : -1;
}

export function readDocument(bytes: Uint8Array, start: number, end: number): Content {
  const root = readXml(bytes, start, end);
  if (root === null || root.name !== 'ClinicalDocument') return NOTHING;
  const exposures: Exposure[] = [];
  for (const target of childrenOf(root, 'recordTarget').slice(0, 8)) {
    const exposure = patientOf(child(target, 'patientRole'));
    if (exposure !== null) exposures.push(exposure);
  }
  return { ...NOTHING, exposures };
}

function patientOf(role: XmlElement | undefined): Exposure | null {
  const patient = child(role, 'patient');
  const name = child(patient, 'name');
  const family = child(name, 'family')?.text.trim() ?? '';
  const given = child(name, 'given')?.text.trim() ?? '';
  const number = attribute(
    childrenOf(role, 'id').find((id) => attribute(id, 'extension') !== ''),
    'extension',
  );
  const birth = attribute(child(patient, 'birthTime'), 'value');
  let bits = 0;
  if (number !== '') bits |= bitOf('medical-record-number');
  if (family !== '' || given !== '' || (name?.text.trim() ?? '') !== '') bits |= bitOf('patient-name');
  if (birth.length > 4) bits |= bitOf('birth-date');
  if (attribute(child(patient, 'administrativeGenderCode'), 'code') !== '') bits |= bitOf('sex');
  for (const address of childrenOf(role, 'addr'))
    if (
      ['streetAddressLine', 'city', 'postalCode'].some(
        (part) => (child(address, part)?.text.trim() ?? '') !== '',
      )
    )
      bits |= bitOf('address');
  for (const telecom of childrenOf(role, 'telecom')) {
    const value = attribute(telecom, 'value');
    if (value !== '') bits |= bitOf(value.startsWith('mailto:') ? 'email' : 'telephone');
  }
  if (!exposes(bits)) return null;
  return {
    bits,
    key: patientKey(number, family + given === '' ? '' : `${family}^${given}`, birth.slice(0, 8)),
  };
}
