/**
 * Data sets as DICOMweb carries them: the DICOM JSON Model and the Native DICOM Model in XML (PS3.18 Annex F, PS3.19
 * Annex A), and Part 10 files (PS3.10 §7) as far as their group 0010.
 */

import { latin1 } from '../../src/core/bytes.ts';
import type { Attribute } from '../../src/core/facts.ts';
import { type Content, type Deed, EXPOSURES_LIMIT, NOTHING, printable, type Told } from './content.ts';
import { bitOf, type Exposure, exposes, patientKey } from './identifiers.ts';
import { isObject, type Json, type JsonObject, listOf, textOf } from './json.ts';
import { attribute, child, childrenOf, type XmlElement } from './xml.ts';

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
const MODALITY = '00080060';

/** What of a stored object describes the equipment that created it (PS3.3 §C.7.5.1). */
const EQUIPMENT: readonly (readonly [tag: string, attribute: Attribute, written: string])[] = [
  ['00080070', 'vendor', '(0008,0070)'],
  ['00081090', 'model', '(0008,1090)'],
  ['00081010', 'station', '(0008,1010)'],
  ['00181000', 'serial', '(0018,1000)'],
  ['00181020', 'software', '(0018,1020)'],
  ['00080080', 'institution', '(0008,0080)'],
];

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

/** `application/dicom+json`: an array of data sets, or one. */
export function readDicomJson(json: Json): Content {
  return contentOf(listOf(json).filter(isObject).slice(0, EXPOSURES_LIMIT).map(valuesOfJson));
}

function valuesOfJson(dataSet: JsonObject): Values {
  const values = new Map<string, string>();
  for (const tag in dataSet) {
    if (!/^[0-9A-Fa-f]{8}$/.test(tag)) continue;
    const element = dataSet[tag];
    if (!isObject(element)) continue;
    const value = listOf(element.Value)[0];
    const text = isObject(value) ? textOf(value.Alphabetic) || textOf(value.Ideographic) : textOf(value);
    if (text !== '') values.set(tag.toUpperCase(), text);
  }
  return values;
}

/** JSON of interfaces that name DICOM attributes by keyword, at any depth (the REST interface of Orthanc). */
export function readKeywords(json: Json): Content {
  const found: Values[] = [];
  const left: Json[] = [json];
  while (left.length > 0 && found.length < EXPOSURES_LIMIT) {
    const value = left.pop()!;
    if (typeof value === 'string') continue;
    if (Array.isArray(value)) {
      left.push(...value);
      continue;
    }
    let values: Map<string, string> | null = null;
    for (const key in value) {
      const inner = value[key];
      if (typeof inner !== 'string') {
        left.push(inner);
        continue;
      }
      const tag = IDENTIFYING_KEYWORDS.get(key.toLowerCase());
      if (tag === undefined || inner === '') continue;
      values ??= new Map();
      values.set(tag, inner);
    }
    if (values !== null) found.push(values);
  }
  return { ...contentOf(found), protocol: null, attributes: [], activities: [] };
}

/** `application/dicom+xml`: one `NativeDicomModel`. */
export function readDicomXml(root: XmlElement): Content {
  if (root.name !== 'NativeDicomModel') return NOTHING;
  const values = new Map<string, string>();
  for (const element of childrenOf(root, 'DicomAttribute')) {
    const tag = attribute(element, 'tag').toUpperCase();
    const name = child(element, 'PersonName', 'Alphabetic');
    const parts = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'].map(
      (part) => child(name, part)?.text ?? '',
    );
    const text =
      name === undefined ? (child(element, 'Value')?.text ?? '') : parts.join('^').replace(/\^+$/, '');
    if (text !== '') values.set(tag, text);
  }
  return contentOf([values]);
}

function contentOf(dataSets: readonly Values[]): Content {
  const exposures: Exposure[] = [];
  for (const values of dataSets) {
    const exposure = exposureOf(values);
    if (exposure !== null && !exposures.some((one) => one.key === exposure.key && one.bits === exposure.bits))
      exposures.push(exposure);
  }
  return { ...NOTHING, exposures, protocol: 'dicomweb' };
}

const PREAMBLE = 128;
const IMPLICIT = '1.2.840.10008.1.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
/** Value representations with a length of four bytes (PS3.5 §7.1.2). */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const UNDEFINED_LENGTH = 0xffffffff;
const VALUE_LIMIT = 256;
const LAST_GROUP = 0x0018;
const ELEMENTS = 4096;

/** Whether a Part 10 file starts at `start`: `DICM` behind the preamble. */
export function isPart10(bytes: Uint8Array, start: number, end: number): boolean {
  const at = start + PREAMBLE;
  return (
    at + 4 <= end &&
    bytes[at] === 0x44 &&
    bytes[at + 1] === 0x49 &&
    bytes[at + 2] === 0x43 &&
    bytes[at + 3] === 0x4d
  );
}

/** What an object says of its patient, and of the equipment that made it, as far as there are bytes. */
export function readPart10(bytes: Uint8Array, start: number, end: number): Content {
  if (!isPart10(bytes, start, end)) return NOTHING;
  const values = new Map<string, string>();
  const meta = new Map<string, string>();
  const walk = new Walk(bytes, start + PREAMBLE + 4, end);
  walk.read(true, 0x0002, meta);
  const syntax = (meta.get('00020010') ?? '').replace(/[\s\0]+$/, '');
  if (syntax === DEFLATED || syntax === BIG_ENDIAN || syntax === '') return NOTHING;
  walk.read(syntax !== IMPLICIT, LAST_GROUP, values);
  const exposure = exposureOf(values);
  const attributes: Told[] = [];
  for (const [tag, attribute, written] of EQUIPMENT) {
    const value = printable((values.get(tag) ?? '').replace(/\0+$/, ''), 64);
    if (value !== '') attributes.push({ attribute, value, source: `HTTP DICOM object ${written}` });
  }
  const modality = (values.get(MODALITY) ?? '').trim();
  const activities: Deed[] = [
    { activity: 'sends-images', detail: /^[A-Z0-9_ ]{1,16}$/.test(modality) ? modality : '' },
  ];
  return {
    ...NOTHING,
    exposures: exposure === null ? [] : [exposure],
    attributes,
    activities,
    protocol: 'dicomweb',
  };
}

/** A walk over the elements of a little endian data set. */
class Walk {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  /** Keeps the short values of groups up to `last`; sequences are passed over. */
  read(explicit: boolean, last: number, into: Map<string, string>): void {
    for (let count = 0; count < ELEMENTS; count++) {
      if (this.#at + 8 > this.#end) return;
      const group = this.#u16(this.#at);
      if (group > last) return;
      const element = this.#u16(this.#at + 2);
      const length = this.#header(explicit, this.#at);
      if (length < 0) return;
      if (length === UNDEFINED_LENGTH) {
        if (!this.#sequence(explicit)) return;
        continue;
      }
      const stop = this.#at + length;
      if (stop > this.#end) return;
      if (length > 0 && length <= VALUE_LIMIT)
        into.set(hex(group) + hex(element), latin1(this.#bytes, this.#at, stop));
      this.#at = stop;
    }
  }

  /** Reads the header of an element at `at` and goes behind it; the length of its value, -1 when cut off. */
  #header(explicit: boolean, at: number): number {
    if (at + 8 > this.#end) return -1;
    const isItem = this.#u16(at) === 0xfffe;
    if (!explicit || isItem) {
      this.#at = at + 8;
      return this.#u32(at + 4);
    }
    const representation = latin1(this.#bytes, at + 4, at + 6);
    if (!LONG.has(representation)) {
      if (!/^[A-Z]{2}$/.test(representation)) return -1;
      this.#at = at + 8;
      return this.#u16(at + 6);
    }
    if (at + 12 > this.#end) return -1;
    this.#at = at + 12;
    return this.#u32(at + 8);
  }

  /** Passes over what has no length of its own, whatever is nested in it. */
  #sequence(explicit: boolean): boolean {
    let depth = 1;
    for (let count = 0; count < ELEMENTS && depth > 0; count++) {
      const at = this.#at;
      if (at + 8 > this.#end) return false;
      const group = this.#u16(at);
      const element = this.#u16(at + 2);
      const length = this.#header(explicit, at);
      if (length < 0) return false;
      if (group === 0xfffe && (element === 0xe0dd || element === 0xe00d)) depth--;
      else if (length === UNDEFINED_LENGTH) depth++;
      else if (group !== 0xfffe || element !== 0xe000) this.#at += length;
    }
    return depth === 0;
  }

  #u16(at: number): number {
    return this.#bytes[at] | (this.#bytes[at + 1] << 8);
  }

  #u32(at: number): number {
    return this.#u16(at) + this.#u16(at + 2) * 65_536;
  }
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}

/**
 * The first part of a `multipart/related` body: the offsets of what follows its head. Null when there is none, or when
 * its head is cut off.
 */
export function firstPart(bytes: Uint8Array, start: number, end: number): number | null {
  const text = latin1(bytes, start, Math.min(end, start + 2048));
  const boundary = text.indexOf('--');
  if (boundary < 0) return null;
  const head = text.indexOf('\r\n\r\n', boundary);
  return head < 0 ? null : start + head + 4;
}
