/**
 * HL7 v2 messages in documents (HL7 over HTTP, https://hl7api.sourceforge.net/hapi-hl7overhttp/specification.html; also
 * sent as plain text): the header and the patient of their beginning.
 */
import type { Activity } from '../facts.ts';
import { type Content, type Deed, NOTHING, printable, type Told } from './content.ts';
import { bitOf, type Exposure, exposes, patientKey } from './identifiers.ts';

/** Whether a body is a message: `MSH` and a delimiter, perhaps with MLLP's start block before it. */
export function isMessage(bytes: Uint8Array, start: number, end: number): boolean {
  const at = bytes[start] === 0x0b ? start + 1 : start;
  if (at + 8 > end) return false;
  const field = bytes[at + 3];
  return (
    bytes[at] === 0x4d &&
    bytes[at + 1] === 0x53 &&
    bytes[at + 2] === 0x48 &&
    field > 0x20 &&
    field < 0x7f &&
    !/[A-Za-z0-9]/.test(String.fromCharCode(field))
  );
}

export interface Message extends Content {
  /** MSA-1, '' for what is no acknowledgement. */
  readonly acknowledges: string;
  /** What acknowledging this message says of the receiver. */
  readonly accepted: readonly Deed[];
  /** MSH-5 and MSH-6. */
  readonly receiver: readonly Told[];
}

const SEGMENTS = 512;

export function readMessage(bytes: Uint8Array, start: number, end: number): Message {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  const segments = text.replace(/^\x0b/, '').split(/\r\n?|\n/, SEGMENTS);
  const header = segments[0];
  const separator = header[3];
  const component = header[4];
  const repetition = header[5];
  const fields = header.split(separator);
  // MSH-1 is the separator itself, so that MSH-3 is the third piece.
  const first = (value: string | undefined) => firstComponent(value ?? '', component, repetition);
  const code = first(fields[8]);
  const trigger = (fields[8] ?? '').split(component)[1] ?? '';
  let acknowledges = '';
  const exposures: Exposure[] = [];
  for (const segment of segments) {
    if (segment.startsWith('MSA')) acknowledges = segment.split(separator)[1] ?? '';
    if (!segment.startsWith('PID')) continue;
    const exposure = patientOf(segment.split(separator), component, repetition);
    if (exposure !== null && exposures.length < 64) exposures.push(exposure);
  }
  const kind = /^[A-Z0-9]{3}$/.test(code) ? code : '';
  const deeds = acknowledges === '' && kind !== '' ? activitiesOf(kind, trigger) : NO_DEEDS;
  return {
    ...NOTHING,
    exposures,
    attributes: party(first(fields[2]), first(fields[3]), 3),
    receiver: party(first(fields[4]), first(fields[5]), 5),
    activities: deeds.sends.map((activity) => ({ activity, detail: kind })),
    accepted: deeds.accepts.map((activity) => ({ activity, detail: kind })),
    protocol: 'hl7-over-http',
    acknowledges,
  };
}

function party(application: string, facility: string, field: number): Told[] {
  const told: Told[] = [];
  const name = printable(application, 64);
  const place = printable(facility, 64);
  if (name !== '') told.push({ attribute: 'hl7-application', value: name, source: `HL7 MSH-${field}` });
  if (place !== '') told.push({ attribute: 'hl7-facility', value: place, source: `HL7 MSH-${field + 1}` });
  return told;
}

function firstComponent(field: string, component: string, repetition: string): string {
  const value = field.split(repetition, 1)[0].split(component, 1)[0].trim();
  return value === '""' ? '' : value;
}

interface Deeds {
  readonly sends: readonly Activity[];
  readonly accepts: readonly Activity[];
}

const NO_DEEDS: Deeds = { sends: [], accepts: [] };
/** Message codes by what they carry (HL7 table 0076). */
const BY_CODE: ReadonlyMap<string, Deeds> = new Map<string, Deeds>([
  ['ADT', { sends: ['sends-admissions'], accepts: ['accepts-admissions'] }],
  ['ORU', { sends: ['sends-results'], accepts: ['accepts-results'] }],
  ['OUL', { sends: ['sends-results', 'sends-lab-results'], accepts: ['accepts-results'] }],
  ['ORM', { sends: ['sends-orders'], accepts: ['accepts-orders'] }],
  ['OMG', { sends: ['sends-orders'], accepts: ['accepts-orders'] }],
  ['OML', { sends: ['sends-orders'], accepts: ['accepts-orders'] }],
  ['OMI', { sends: ['sends-orders'], accepts: ['accepts-orders'] }],
  ['OMP', { sends: ['sends-orders', 'sends-medication-orders'], accepts: ['accepts-orders'] }],
  ['RDE', { sends: ['sends-orders', 'sends-medication-orders'], accepts: ['accepts-orders'] }],
  ['RDS', { sends: ['sends-dispense'], accepts: ['accepts-dispense'] }],
]);

function activitiesOf(code: string, trigger: string): Deeds {
  const known = BY_CODE.get(code);
  const sends: Activity[] = ['sends-messages', ...(known?.sends ?? [])];
  // IHE PCD-10, infusion pump event communication.
  if (code === 'ORU' && trigger === 'R42') sends.push('sends-pump-data');
  return { sends, accepts: ['accepts-messages', ...(known?.accepts ?? [])] };
}

/** PID (v2.5.1 §3.4.2), by the components that make a field have a value. */
export function patientOf(fields: readonly string[], component: string, repetition: string): Exposure | null {
  const repetitions = (n: number) => (fields[n] ?? '').split(repetition, 16);
  const has = (n: number, ...numbers: number[]) =>
    repetitions(n).some((one) => {
      const parts = one.split(component);
      return numbers.some((number) => isValue(parts[number - 1]));
    });
  let bits = 0;
  const add = (condition: boolean, bit: number) => {
    if (condition) bits |= bit;
  };
  let number = '';
  let isRecord = false;
  for (const n of [3, 2])
    for (const one of repetitions(n)) {
      const parts = one.split(component);
      if (!isValue(parts[0])) continue;
      const type = (parts[4] ?? '').trim();
      bits |= NUMBER_TYPES.get(type) ?? bitOf('medical-record-number');
      if (number === '' || (type === 'MR' && !isRecord && n === 3)) number = parts[0].trim();
      isRecord ||= type === 'MR';
    }
  add(has(4, 1), bitOf('other-patient-id'));
  add(has(5, 1, 2, 3), bitOf('patient-name'));
  add(has(6, 1, 2, 3), bitOf('relative-name'));
  add((fields[7] ?? '').trim().length > 4, bitOf('birth-date'));
  add(has(8, 1), bitOf('sex'));
  add(has(9, 1, 2, 3), bitOf('other-patient-name'));
  add(has(11, 1, 2, 3, 5), bitOf('address'));
  add(has(13, 1, 6, 7, 12) || has(14, 1, 6, 7, 12), bitOf('telephone'));
  add(has(13, 4) || has(14, 4), bitOf('email'));
  add(has(18, 1), bitOf('account-number'));
  add(has(19, 1), bitOf('social-security-number'));
  add(has(20, 1), bitOf('driver-license'));
  if (!exposes(bits)) return null;
  const name = repetitions(5)[0].split(component);
  const written = has(5, 1, 2, 3) ? `${(name[0] ?? '').trim()}^${(name[1] ?? '').trim()}` : '';
  return { bits, key: patientKey(number, written, (fields[7] ?? '').slice(0, 8)) };
}

function isValue(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '' && text.trim() !== '""';
}

const NUMBER_TYPES: ReadonlyMap<string, number> = new Map([
  ['SS', bitOf('social-security-number')],
  ['DL', bitOf('driver-license')],
  ['AN', bitOf('account-number')],
  ['VN', bitOf('visit-number')],
  ['MC', bitOf('insurance-number')],
  ['MA', bitOf('insurance-number')],
]);
