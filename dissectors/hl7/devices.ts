import type { Activity, Attribute } from '../../src/core/facts.ts';
import { parseUdi } from '../../src/core/udi.ts';
import { component } from './messages.ts';
import type { Delimiters, Fields } from './wire.ts';
import { idOf, isEui64, Range, repetitionEnd, startsWith } from './wire.ts';

/**
 * Segments in which a sender says what it is: software (SFT), equipment (EQU, OBX-18), participating devices
 * (PRT), and the nomenclature of ISO/IEEE 11073 (MDC) that pumps and monitors report in (IHE PCD).
 */
export interface DeviceFacts {
  attribute(attribute: Attribute, value: string, source: string): void;
  activity(activity: Activity, detail: string): void;
}

const SFT = idOf('SFT');
const EQU = idOf('EQU');
const OBX = idOf('OBX');
const PRT = idOf('PRT');
const OBR = idOf('OBR');

/** Whether `readDevice` has something to look for in a segment. */
export function isDeviceSegment(id: number): boolean {
  return id === OBX || id === OBR || id === SFT || id === EQU || id === PRT;
}

const range = new Range();

export function readDevice(
  id: number,
  bytes: Uint8Array,
  fields: Fields,
  delimiters: Delimiters,
  facts: DeviceFacts,
): void {
  switch (id) {
    case OBX:
      readObservation(bytes, fields, delimiters, facts);
      return;
    case OBR:
      readOrder(bytes, fields, delimiters, facts);
      return;
    case SFT:
      readSoftware(bytes, fields, delimiters, facts);
      return;
    case EQU:
      readEquipment(bytes, fields, 1, delimiters, facts, 'HL7 EQU-1');
      return;
    case PRT:
      readParticipation(bytes, fields, delimiters, facts);
      return;
  }
}

function value(
  bytes: Uint8Array,
  fields: Fields,
  field: number,
  number: number,
  delimiters: Delimiters,
): string {
  const start = fields.start(field);
  const end = fields.end(field);
  return start < end ? component(bytes, start, end, number, delimiters) : '';
}

/** SFT-1 vendor organization, SFT-2 version, SFT-3 product (§2.15.12). */
function readSoftware(bytes: Uint8Array, fields: Fields, delimiters: Delimiters, facts: DeviceFacts): void {
  const vendor = value(bytes, fields, 1, 1, delimiters);
  const version = value(bytes, fields, 2, 1, delimiters);
  const product = value(bytes, fields, 3, 1, delimiters);
  if (vendor !== '') facts.attribute('vendor', vendor, 'HL7 SFT-1');
  if (product !== '') facts.attribute('product', product, 'HL7 SFT-3');
  if (version !== '')
    facts.attribute('software', product === '' ? version : `${product} ${version}`, 'HL7 SFT-2');
}

/** What a field may name at most: an instance, its gateway, its housing; more are noise. */
const MOST_INSTANCES = 8;

/**
 * Entity identifiers, one in each repetition: the universal id where it is an EUI-64, else what the sender calls
 * the device. IHE PCD puts the device's address first and the name on its housing in another.
 */
function readEquipment(
  bytes: Uint8Array,
  fields: Fields,
  field: number,
  delimiters: Delimiters,
  facts: DeviceFacts,
  source: string,
): void {
  const end = fields.end(field);
  let start = fields.start(field);
  for (let count = 0; start < end && count < MOST_INSTANCES; count++) {
    const stop = repetitionEnd(bytes, start, end, delimiters);
    if (start < stop) readInstance(bytes, start, stop, delimiters, facts, source);
    start = stop + 1;
  }
}

function readInstance(
  bytes: Uint8Array,
  start: number,
  end: number,
  delimiters: Delimiters,
  facts: DeviceFacts,
  source: string,
): void {
  const name = component(bytes, start, end, 1, delimiters);
  const universal = component(bytes, start, end, 3, delimiters);
  const type = component(bytes, start, end, 4, delimiters);
  if (universal !== '' && type === 'EUI-64') facts.attribute('device-id', universal, source);
  if (name === '' || name === universal) return;
  if (mayBeUdi(name) && tellUdi(name, facts, source)) return;
  // Free text such as "Acme Pump 3+" is what stands on the housing; ids have no blank in them.
  const isModel = universal === '' && /[A-Za-z]{3}/.test(name) && name.includes(' ');
  facts.attribute(isModel ? 'model' : 'device-id', name, source);
}

/** What a UDI begins with in any form. Bare digits must be more than a device identifier: an EUI-64 is as long. */
function mayBeUdi(value: string): boolean {
  const first = value.charCodeAt(0);
  if (first === 0x30) return value.length > 16;
  return (
    first === 0x28 || first === 0x2a || first === 0x2b || first === 0x3d || first === 0x5d || first === 0x5c
  );
}

/** The separator of a data carrier's elements, as `component` shows what is unprintable. */
const SEPARATOR = /\\x1d/g;

/** A unique device identifier, and the serial number in it; false when it is none. */
function tellUdi(value: string, facts: DeviceFacts, source: string): boolean {
  const udi = parseUdi(value.replace(SEPARATOR, '\x1d'));
  if (udi === null) return false;
  facts.attribute('udi', udi.text, source);
  if (udi.serial !== '') facts.attribute('serial', udi.serial, source);
  return true;
}

/**
 * PRT-10 device (whole UDI, where there is one), and since v2.8.2 PRT-16 device identifier (UDI-DI, though senders put
 * the whole there), PRT-20 serial number, PRT-22 device type.
 */
function readParticipation(
  bytes: Uint8Array,
  fields: Fields,
  delimiters: Delimiters,
  facts: DeviceFacts,
): void {
  readEquipment(bytes, fields, 10, delimiters, facts, 'HL7 PRT-10');
  const identifier = value(bytes, fields, 16, 1, delimiters);
  const serial = value(bytes, fields, 20, 1, delimiters);
  const type = value(bytes, fields, 22, 2, delimiters) || value(bytes, fields, 22, 1, delimiters);
  if (identifier !== '' && !tellUdi(identifier, facts, 'HL7 PRT-16'))
    facts.attribute('device-id', identifier, 'HL7 PRT-16');
  if (serial !== '') facts.attribute('serial', serial, 'HL7 PRT-20');
  if (type !== '') facts.attribute('model', type, 'HL7 PRT-22');
}

/** Diagnostic service sections (OBR-24, table 0074) of a laboratory, and of electrocardiography. */
const LABORATORY = new Set([
  'BG',
  'BLB',
  'CG',
  'CH',
  'CP',
  'CUS',
  'HM',
  'ICU',
  'IMM',
  'LAB',
  'MB',
  'MCB',
  'MYC',
  'OSL',
  'SP',
  'SR',
  'TX',
  'VR',
]);

function readOrder(bytes: Uint8Array, fields: Fields, delimiters: Delimiters, facts: DeviceFacts): void {
  // IHE PCD fills the order number with the device that measured.
  if (isEui64(bytes, fields.start(3), fields.end(3), delimiters))
    facts.attribute('device-id', value(bytes, fields, 3, 3, delimiters), 'HL7 OBR-3');
  const section = value(bytes, fields, 24, 1, delimiters);
  if (section === '') return;
  if (section === 'EC') facts.activity('sends-ecg', section);
  else if (LABORATORY.has(section)) facts.activity('sends-lab-results', section);
}

function readObservation(
  bytes: Uint8Array,
  fields: Fields,
  delimiters: Delimiters,
  facts: DeviceFacts,
): void {
  if (fields.last >= 18) readEquipment(bytes, fields, 18, delimiters, facts, 'HL7 OBX-18');
  const start = fields.start(3);
  const end = fields.end(3);
  if (start >= end) return;
  range.component(bytes, start, end, 2, delimiters);
  // `69986^MDC_DEV_PUMP_INFUS_VMD^MDC`: all but a few senders' observations end here.
  if (!startsWith(bytes, range.start, range.end, 'MDC_')) return;
  const code = component(bytes, start, end, 2, delimiters);
  if (/PUMP|_INFUS|_FLOW_FLUID|_RATE_DOSE|_VTBI/.test(code)) {
    facts.activity('sends-pump-data', 'MDC');
    return;
  }
  // Of the device itself, unlike an implant's in LOINC, which is the patient's.
  if (code.includes('_UDI')) tellUdi(value(bytes, fields, 5, 1, delimiters), facts, 'HL7 OBX-5 (UDI)');
  if (/^MDC_DEV_\w*_VENT_(?:MDS|VMD)$/.test(code))
    facts.attribute('device-class', 'ventilator', 'HL7 OBX-3 (device)');
  const type = value(bytes, fields, 2, 1, delimiters);
  if (type === 'NA' || type === 'MA') facts.activity('sends-waveforms', 'MDC');
  facts.activity('sends-monitor-data', 'MDC');
}
