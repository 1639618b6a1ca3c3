import type { PatientNotes } from '../../src/core/patient.ts';
import { told } from '../../src/core/told.ts';
import { day, label, latin, string, uint16 } from './wire.ts';

/** Attributes of the medical device system (Programming Guide, attribute data types and constants). */
const BED_LABEL = 0x091e;
const SYSTEM_MODEL = 0x0928;
const PRODUCTION_SPECIFICATION = 0x092d;
const SYSTEM_ID = 0x0984;
const IP_ADDRESS_INFO = 0xf100;

/** Attributes of patient demographics. */
const DATE_OF_BIRTH = 0x0958;
const PATIENT_ID = 0x095a;
const FAMILY_NAME = 0x095c;
const GIVEN_NAME = 0x095d;
const MIDDLE_NAME = 0x095f;
const PATIENT_SEX = 0x0961;
const PATIENT_AGE = 0x09d8;
const NOTES_1 = 0xf129;
const NOTES_2 = 0xf12a;
const ENCOUNTER_ID = 0xf2e1;

/** ProdSpecEntry.spec_type and component_id. */
const SERIAL_NUMBER = 1;
const SOFTWARE_REVISION = 4;
const PRODUCT = 0x0008;
const APPLICATION_SOFTWARE = 0x0058;

/** What a monitor says of itself, '' for what it does not. */
export class MonitorNotes {
  manufacturer = '';
  model = '';
  serial = '';
  software = '';
  systemId = '';
  bed = '';
  /** Of the interface that it exports data from; -1 and 0 when not told. */
  mac = -1;
  ipv4 = 0;

  clear(): void {
    this.manufacturer = this.model = this.serial = this.software = this.systemId = this.bed = '';
    this.mac = -1;
    this.ipv4 = 0;
  }

  /** Everything in it: two monitors' notes with the same key say the same. */
  key(): string {
    return [this.manufacturer, this.model, this.serial, this.software, this.systemId, this.bed].join('\0');
  }

  attribute(bytes: Uint8Array, attribute: number, start: number, end: number): void {
    switch (attribute) {
      case BED_LABEL:
        this.bed = told(string(bytes, start, end));
        return;
      case SYSTEM_MODEL:
        this.manufacturer = told(label(bytes, start, end));
        this.model = told(label(bytes, start + 2 + uint16(bytes, start), end));
        return;
      case PRODUCTION_SPECIFICATION:
        this.#production(bytes, start, end);
        return;
      case SYSTEM_ID:
        this.systemId = systemId(bytes, start, end);
        return;
      case IP_ADDRESS_INFO:
        if (end - start < 14) return;
        this.mac = Buffer.from(bytes.buffer, bytes.byteOffset + start, 6).readUIntBE(0, 6);
        this.ipv4 = (uint16(bytes, start + 6) << 16) | uint16(bytes, start + 8);
        return;
    }
  }

  /** Count, length, then entries of specification type, component and value. */
  #production(bytes: Uint8Array, start: number, end: number): void {
    const count = uint16(bytes, start);
    let at = start + 4;
    for (let n = 0; n < count && at + 6 <= end; n++) {
      const type = uint16(bytes, at);
      const component = uint16(bytes, at + 2);
      const value = told(label(bytes, at + 4, end));
      if (type === SERIAL_NUMBER && component === PRODUCT) this.serial = value;
      else if (type === SOFTWARE_REVISION && value !== '') {
        // The application's own revision says more than the product's.
        if (component === APPLICATION_SOFTWARE) this.software = value;
        else if (component === PRODUCT && this.software === '') this.software = value;
      }
      at += 6 + uint16(bytes, at + 4);
    }
  }
}

/** A VariableLabel that holds an EUI-64, a MAC address, or a name. */
function systemId(bytes: Uint8Array, start: number, end: number): string {
  const length = uint16(bytes, start);
  if (length === 0 || start + 2 + length > end) return '';
  const text = told(latin(bytes, start + 2, start + 2 + length));
  if (text.length === length) return text;
  if (length !== 6 && length !== 8) return text.length >= 4 ? text : '';
  const octets = Array.from(bytes.subarray(start + 2, start + 2 + length), (octet) =>
    octet.toString(16).toUpperCase().padStart(2, '0'),
  );
  return octets.every((octet) => octet === '00') ? '' : octets.join('-');
}

/** Takes down one attribute of patient demographics. */
export function notePatient(
  notes: PatientNotes,
  bytes: Uint8Array,
  attribute: number,
  start: number,
  end: number,
): void {
  switch (attribute) {
    case PATIENT_ID: {
      const number = string(bytes, start, end).trim();
      if (number === '') return;
      notes.number = number;
      notes.saw('medical-record-number');
      return;
    }
    case FAMILY_NAME:
    case GIVEN_NAME:
    case MIDDLE_NAME: {
      const name = string(bytes, start, end).trim();
      if (name === '') return;
      if (attribute === FAMILY_NAME) notes.family = name;
      else if (attribute === GIVEN_NAME) notes.given = name;
      notes.saw('patient-name');
      return;
    }
    case DATE_OF_BIRTH:
      notes.birthDate = day(bytes, start, end);
      if (notes.birthDate !== '') notes.saw('birth-date');
      return;
    case PATIENT_SEX:
      if (end - start >= 2 && (uint16(bytes, start) === 1 || uint16(bytes, start) === 2)) notes.saw('sex');
      return;
    case PATIENT_AGE:
      // FLOAT-Type whose mantissa is no number (ISO/IEEE 11073-20101) when the age is not known.
      if (end - start >= 4 && !isNoNumber(bytes, start)) notes.saw('age');
      return;
    case ENCOUNTER_ID:
      if (string(bytes, start, end).trim() !== '') notes.saw('visit-number');
      return;
    case NOTES_1:
    case NOTES_2:
      if (string(bytes, start, end).trim() !== '') notes.saw('comments');
      return;
  }
}

function isNoNumber(bytes: Uint8Array, at: number): boolean {
  const mantissa = (bytes[at + 1] << 16) | uint16(bytes, at + 2);
  return mantissa >= 0x7ffffe && mantissa <= 0x800002;
}
