/** Which bodies are looked into, how far, and what their beginnings tell. */

import { latin1 } from '../../src/core/bytes.ts';
import { findDocument, readDocument } from '../../src/core/contents/cda.ts';
import { type Content, NOTHING, printable } from '../../src/core/contents/content.ts';
import { isMessage, readMessage } from '../../src/core/contents/hl7.ts';
import { readPart10 } from '../../src/core/contents/part10.ts';
import { isPart10, sniff } from '../../src/core/contents/sniff.ts';
import { readXml } from '../../src/core/contents/xml.ts';
import { firstPart, readDicomJson, readDicomXml, readKeywords } from './dicom.ts';
import { fhirOfXml, looksLikeResource, readFhir, readFhirLines } from './fhir.ts';
import { isObject, type Json, readJson, textOf } from './json.ts';

/** How a body is read, from its media type. */
export type Kind =
  | 'dicom+json'
  | 'dicom+xml'
  | 'dicom'
  | 'dicom parts'
  | 'fhir+json'
  | 'fhir+xml'
  | 'fhir lines'
  | 'form parts'
  | 'hl7'
  | 'json'
  | 'xml'
  | 'html'
  | 'text'
  | 'unknown';

/** Bytes that are read of a body. */
export const LIMITS: Readonly<Record<Kind, number>> = {
  'dicom+json': 65_536,
  'dicom+xml': 32_768,
  dicom: 8192,
  'dicom parts': 8192,
  'fhir+json': 65_536,
  'fhir+xml': 65_536,
  'fhir lines': 65_536,
  'form parts': 16_384,
  hl7: 16_384,
  json: 16_384,
  xml: 16_384,
  html: 16_384,
  text: 4096,
  unknown: 8192,
};
/** Of a compressed one. */
export const COMPRESSED_LIMIT = 16_384;

/** Media types of HL7 over HTTP, with and without the `x-` of its drafts. */
const HL7_TYPE = /^(?:x-)?application\/hl7-v2(?:\+er7)?$/;

/** Null for what is not looked into: images, scripts, archives. */
export function kindOf(contentType: string): Kind | null {
  const type = contentType.split(';', 1)[0].trim().toLowerCase();
  switch (type) {
    case 'application/dicom+json':
    case 'application/dicom+xml':
    case 'application/dicom':
      return type.slice('application/'.length) as Kind;
    case 'text/html':
    case 'application/xhtml+xml':
    case 'application/x-java-jnlp-file':
      return 'html';
    case 'text/plain':
      return 'text';
    case '':
    case 'application/octet-stream':
    case 'application/x-www-form-urlencoded':
      return 'unknown';
    case 'application/fhir+ndjson':
    case 'application/ndjson':
    case 'application/x-ndjson':
      return 'fhir lines';
    case 'multipart/form-data':
      return 'form parts';
    case 'multipart/related':
      return /type="?application\/dicom"?(?:;|,|\s|$)/i.test(contentType) ? 'dicom parts' : 'xml';
  }
  if (isFhirType(type)) return type.includes('json') ? 'fhir+json' : 'fhir+xml';
  if (HL7_TYPE.test(type)) return 'hl7';
  if (type === 'application/json' || type === 'text/json' || type.endsWith('+json')) return 'json';
  if (type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml') || type.endsWith('+cda'))
    return 'xml';
  return null;
}

/** `application/fhir+json` and `+xml`, those before R3 the other way round, and the prefixed ones of drafts. */
export function isFhirType(value: string): boolean {
  return /application\/(?:fhir\+(?:json|xml)|(?:json|xml)\+fhir)/i.test(value);
}

export function isHl7Type(value: string): boolean {
  return /application\/hl7-v2/i.test(value);
}

/** A media type that DICOMweb alone has; in an Accept field too (PS3.18 §8.7.3). */
export function isDicomType(value: string): boolean {
  return /application\/dicom(?![\w-])/i.test(value);
}

/** Where a file's attributes were read. */
const OBJECT = 'HTTP DICOM object';

export function readBody(kind: Kind, bytes: Uint8Array, start: number, end: number): Content {
  switch (kind) {
    case 'dicom+json':
      return ofJson(bytes, start, end, readDicomJson);
    case 'dicom+xml': {
      const root = readXml(bytes, start, end);
      return root === null ? NOTHING : readDicomXml(root);
    }
    case 'dicom':
      return readPart10(bytes, start, end, OBJECT);
    case 'dicom parts': {
      const part = firstPart(bytes, start, end);
      return part === null ? NOTHING : readPart10(bytes, part, end, OBJECT);
    }
    case 'fhir+json':
      return ofJson(bytes, start, end, readFhir);
    case 'fhir+xml':
      return ofFhirXml(bytes, start, end);
    case 'fhir lines':
      return readFhirLines(bytes, start, end);
    case 'form parts':
      return ofForm(bytes, start, end);
    case 'json':
      return ofAnyJson(bytes, start, end);
    case 'xml':
      return ofAnyXml(bytes, start, end);
    case 'hl7':
    case 'text':
    case 'unknown':
      if (isMessage(bytes, start, end)) return readMessage(bytes, start, end);
      return kind === 'unknown' && isPart10(bytes, start, end)
        ? readPart10(bytes, start, end, OBJECT)
        : NOTHING;
    default:
      return NOTHING;
  }
}

function ofJson(bytes: Uint8Array, start: number, end: number, read: (json: Json) => Content): Content {
  const json = readJson(bytes, start, end);
  return json === null ? NOTHING : read(json);
}

/**
 * Files of a form (RFC 7578): the first that is a document. Whoever uploads it need not be what made it: whom it names is all
 * that is told, and whether it holds a program.
 */
function ofForm(bytes: Uint8Array, start: number, end: number): Content {
  let at = firstPart(bytes, start, end);
  for (let n = 0; at !== null && n < FORM_PARTS; n++) {
    const content = ofDocument(bytes, at, end);
    if (content !== null) return { ...NOTHING, exposures: content.exposures, hazards: content.hazards };
    at = firstPart(bytes, at, end);
  }
  return NOTHING;
}

function ofDocument(bytes: Uint8Array, start: number, end: number): Content | null {
  switch (sniff(bytes.subarray(start, end), true)) {
    case 'dicom':
      return readPart10(bytes, start, end, OBJECT);
    case 'hl7':
      return readMessage(bytes, start, end);
    case 'cda':
      return readDocument(bytes, findDocument(bytes, start, end), end);
    default:
      return null;
  }
}
const FORM_PARTS = 8;

function ofFhirXml(bytes: Uint8Array, start: number, end: number): Content {
  const root = readXml(bytes, start, end);
  const json = root === null ? null : fhirOfXml(root);
  return json === null ? NOTHING : readFhir(json);
}

/** JSON of no telling type: a resource, data sets, or DICOM's keywords in somebody's own form. */
function ofAnyJson(bytes: Uint8Array, start: number, end: number): Content {
  if (looksLikeResource(bytes, start, end)) return ofJson(bytes, start, end, readFhir);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  if (view.includes('"0020000D"') || view.includes('"00100020"'))
    return ofJson(bytes, start, end, readDicomJson);
  if (view.includes('"Patient')) return ofJson(bytes, start, end, readKeywords);
  return NOTHING;
}

function ofAnyXml(bytes: Uint8Array, start: number, end: number): Content {
  const document = findDocument(bytes, start, end);
  if (document >= 0) return readDocument(bytes, document, end);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(512, end - start));
  return head.includes('"http://hl7.org/fhir"') ? ofFhirXml(bytes, start, end) : NOTHING;
}

/** The text of `<title>`; '' for none. It is compared with a table and goes nowhere. */
export function titleOf(bytes: Uint8Array, start: number, end: number): string {
  const text = latin1(bytes, start, end);
  const open = text.search(/<title[\s>]/i);
  if (open < 0) return '';
  const from = text.indexOf('>', open) + 1;
  const to = from === 0 ? -1 : text.indexOf('<', from);
  return to < 0 || to - from > 200 ? '' : printable(text.slice(from, to));
}

/** What Orthanc says of itself at `/system`. */
export interface System {
  readonly version: string;
  readonly title: string;
}

export function readSystem(bytes: Uint8Array, start: number, end: number): System | null {
  const json = readJson(bytes, start, end);
  if (json === null || !isObject(json) || json.ApiVersion === undefined || json.DicomAet === undefined)
    return null;
  return { version: printable(textOf(json.Version), 32), title: printable(textOf(json.DicomAet), 16) };
}

/** The version that is all of a text; ''. */
export function readVersion(bytes: Uint8Array, start: number, end: number): string {
  return end - start > 32
    ? ''
    : (/^\s*(\d+\.\d+(?:\.\d+){0,2})\s*$/.exec(latin1(bytes, start, end))?.[1] ?? '');
}
