/**
 * FHIR R4 resources (https://hl7.org/fhir/R4) in JSON and XML: who the patients are, what the server says of itself
 * (CapabilityStatement), and the one device that a client reports of.
 */

import {
  type Content,
  EXPOSURES_LIMIT,
  NOTHING,
  printable,
  type Told,
} from '../../src/core/contents/content.ts';
import { bitOf, type Exposure, exposes, patientKey } from '../../src/core/contents/identifiers.ts';
import type { XmlElement } from '../../src/core/contents/xml.ts';
import type { Attribute } from '../../src/core/facts.ts';
import { isObject, type Json, type JsonObject, listOf, readJson, textOf } from './json.ts';

const NAME = bitOf('patient-name');
const NUMBER = bitOf('medical-record-number');

/** HL7 table 0203: what makes an identifier something else than a record number. */
const NUMBER_TYPES: ReadonlyMap<string, number> = new Map([
  ['SS', bitOf('social-security-number')],
  ['SB', bitOf('social-security-number')],
  ['DL', bitOf('driver-license')],
  ['AN', bitOf('account-number')],
  ['VN', bitOf('visit-number')],
  ['MC', bitOf('insurance-number')],
  ['MA', bitOf('insurance-number')],
  ['NIIP', bitOf('insurance-number')],
]);

/** A resource, whole or in part; null when `value` is none. */
function resourceOf(value: Json | undefined): JsonObject | null {
  return isObject(value) && /^[A-Z][A-Za-z]{2,40}$/.test(textOf(value.resourceType)) ? value : null;
}

/** Whether a body's beginning looks like a resource, whatever its media type: `"resourceType"` comes first or soon. */
export function looksLikeResource(bytes: Uint8Array, start: number, end: number): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 512));
  return view.includes('"resourceType"');
}

export function readFhir(json: Json): Content {
  const resource = resourceOf(json);
  if (resource === null) return NOTHING;
  const all = withContained(textOf(resource.resourceType) in HOLDERS ? heldBy(resource) : [resource]);
  const exposures: Exposure[] = [];
  const devices: JsonObject[] = [];
  let product = '';
  let version = '';
  for (const one of all) {
    if (exposures.length >= EXPOSURES_LIMIT) break;
    if (one.resourceType === 'Device') devices.push(one);
    if (one.resourceType === 'CapabilityStatement' && isObject(one.software)) {
      product = printable(textOf(one.software.name), 64);
      version = printable(textOf(one.software.version), 32);
    }
    const exposure = exposureOf(one);
    if (exposure !== null && !exposures.some((other) => other.key === exposure.key && exposure.key !== ''))
      exposures.push(exposure);
  }
  return {
    ...NOTHING,
    exposures,
    attributes: devices.length === 1 ? deviceAttributes(devices[0]) : [],
    protocol: 'fhir',
    product,
    version,
  };
}

/** Resources that hold others, and in what: a Bundle's entries, the Parameters of an operation such as `Patient/$match`. */
const HOLDERS: Readonly<Record<string, string>> = { Bundle: 'entry', Parameters: 'parameter' };

function heldBy(holder: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  for (const entry of listOf(holder[HOLDERS[textOf(holder.resourceType)]])) {
    const resource = isObject(entry) ? resourceOf(entry.resource) : null;
    if (resource?.resourceType === 'Bundle') found.push(...heldBy(resource));
    else if (resource !== null) found.push(resource);
  }
  return found;
}

/** With the patients that resources have inside of themselves (https://hl7.org/fhir/R4/references.html#contained). */
function withContained(resources: readonly JsonObject[]): JsonObject[] {
  return resources.flatMap((one) => {
    const patients = listOf(one.contained).filter(
      (inner) => isObject(inner) && inner.resourceType === 'Patient',
    ) as JsonObject[];
    return patients.length === 0 ? [one] : [one, ...patients];
  });
}

/** Resources one a line, as bulk exports have them (https://hl7.org/fhir/uv/bulkdata). The last may be cut off. */
export function readFhirLines(bytes: Uint8Array, start: number, end: number): Content {
  const exposures: Exposure[] = [];
  let seen = false;
  for (let at = start; at < end && exposures.length < EXPOSURES_LIMIT; ) {
    const found = bytes.indexOf(0x0a, at);
    const stop = found < 0 || found > end ? end : found;
    const json = readJson(bytes, at, stop);
    const content = json === null ? NOTHING : readFhir(json);
    seen ||= content.protocol === 'fhir';
    exposures.push(...content.exposures);
    at = stop + 1;
  }
  return seen ? { ...NOTHING, exposures, protocol: 'fhir' } : NOTHING;
}

function exposureOf(resource: JsonObject): Exposure | null {
  switch (resource.resourceType) {
    case 'Patient':
    case 'Person':
      return patientOf(resource);
    case 'RelatedPerson': {
      const bits = contactBits(resource) | (hasName(resource.name) ? bitOf('relative-name') : 0);
      return exposes(bits) ? { bits, key: '' } : null;
    }
    default:
      return subjectOf(resource);
  }
}

/** A Patient (https://hl7.org/fhir/R4/patient.html). */
function patientOf(patient: JsonObject): Exposure | null {
  let bits = contactBits(patient);
  if (hasName(patient.name)) bits |= NAME;
  // All elements of a date but the year (45 CFR 164.514(b)(2)).
  if (textOf(patient.birthDate).length > 4) bits |= bitOf('birth-date');
  if (textOf(patient.gender) !== '') bits |= bitOf('sex');
  for (const contact of listOf(patient.contact)) {
    if (!isObject(contact)) continue;
    bits |= contactBits(contact) & ~bitOf('sex');
    if (hasName(contact.name)) bits |= bitOf('relative-name');
  }
  const numbers = numbersOf(patient.identifier);
  bits |= numbers.bits;
  if (!exposes(bits)) return null;
  const name = listOf(patient.name).find(isObject);
  const given = listOf(name?.given)[0];
  const written = name === undefined ? '' : `${textOf(name.family)}^${textOf(given)}`;
  const known = written === '^' ? textOf(name?.text) : written;
  const birth = textOf(patient.birthDate).replaceAll('-', '').slice(0, 8);
  return { bits, key: patientKey(numbers.number, known, birth) };
}

function contactBits(resource: JsonObject): number {
  let bits = 0;
  for (const address of listOf(resource.address)) {
    if (!isObject(address)) continue;
    if (['line', 'city', 'postalCode', 'text'].some((part) => textOf(listOf(address[part])[0]) !== ''))
      bits |= bitOf('address');
  }
  for (const telecom of listOf(resource.telecom)) {
    if (!isObject(telecom) || textOf(telecom.value) === '') continue;
    bits |= textOf(telecom.system) === 'email' ? bitOf('email') : bitOf('telephone');
  }
  return bits;
}

function hasName(names: Json | undefined): boolean {
  return listOf(names).some(
    (name) =>
      isObject(name) &&
      (textOf(name.family) !== '' || textOf(name.text) !== '' || textOf(listOf(name.given)[0]) !== ''),
  );
}

function numbersOf(identifiers: Json | undefined): { bits: number; number: string } {
  let bits = 0;
  let number = '';
  let isRecord = false;
  for (const identifier of listOf(identifiers)) {
    if (!isObject(identifier)) continue;
    const value = textOf(identifier.value).trim();
    if (value === '') continue;
    const coding = isObject(identifier.type) ? listOf(identifier.type.coding).find(isObject) : undefined;
    const type = textOf(coding?.code);
    bits |= NUMBER_TYPES.get(type) ?? NUMBER;
    if (number === '' || (type === 'MR' && !isRecord)) number = value;
    isRecord ||= type === 'MR';
  }
  return { bits, number };
}

/** The patient that another resource is about: named beside the reference, or by an identifier instead of one. */
function subjectOf(resource: JsonObject): Exposure | null {
  for (const key of ['subject', 'patient', 'beneficiary', 'for'] as const) {
    const subject = resource[key];
    if (!isObject(subject)) continue;
    const reference = textOf(subject.reference);
    if (reference !== '' && !/(?:^|\/)Patient\/|^urn:uuid:|^#/.test(reference)) continue;
    const numbers = numbersOf(subject.identifier);
    const display = textOf(subject.display);
    const bits = numbers.bits | (display === '' ? 0 : NAME);
    if (exposes(bits)) return { bits, key: numbers.number };
  }
  return null;
}

/** https://hl7.org/fhir/R4/device.html */
function deviceAttributes(device: JsonObject): Told[] {
  const told: Told[] = [];
  const tell = (attribute: Attribute, value: Json | undefined, field: string): void => {
    const text = printable(textOf(value));
    if (text !== '') told.push({ attribute, value: text, source: `FHIR Device.${field}` });
  };
  const carrier = listOf(device.udiCarrier).find(isObject);
  const version = listOf(device.version).find(isObject);
  tell('vendor', device.manufacturer, 'manufacturer');
  tell('model', device.modelNumber, 'modelNumber');
  tell('serial', device.serialNumber, 'serialNumber');
  tell('udi', carrier?.carrierHRF, 'udiCarrier');
  tell('software', version?.value, 'version');
  return told;
}

/** A resource in XML in the form of one in JSON (https://hl7.org/fhir/R4/xml.html, json.html). */
export function fhirOfXml(root: XmlElement): Json | null {
  return root.attributes.get('xmlns') === FHIR_NAMESPACE || /^[A-Z]/.test(root.name) ? resource(root) : null;
}

const FHIR_NAMESPACE = 'http://hl7.org/fhir';

function resource(element: XmlElement): JsonObject {
  const made = object(element);
  made.resourceType = element.name;
  return made;
}

/** Recursion is as deep as the elements are, which `readXml` bounds. */
function object(element: XmlElement): JsonObject {
  const made = Object.create(null) as JsonObject;
  for (const one of element.children) {
    const value = one.attributes.get('value');
    const inner: Json = value ?? (/^[A-Z]/.test(one.name) ? resource(one) : object(one));
    // What holds a resource has it as its one child: `entry.resource`, `contained`.
    const before = made[one.name];
    const held: Json = one.name === 'resource' && one.children.length > 0 ? resource(one.children[0]) : inner;
    if (before === undefined) made[one.name] = held;
    else if (Array.isArray(before)) before.push(held);
    else made[one.name] = [before, held];
  }
  return made;
}
