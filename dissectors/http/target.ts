/** What a request's target tells: the service it asks, and who it names. Nothing of it goes further but that. */
import {
  exposureOf,
  IDENTIFYING,
  IDENTIFYING_KEYWORDS,
  type Values,
} from '../../src/core/contents/attributes.ts';
import { bitOf, type Exposure, exposes } from '../../src/core/contents/identifiers.ts';
import { identifyWeb, type KnownProduct } from './products.ts';

/** Transactions of DICOMweb (PS3.18 §8.1, §9, §10). */
export const NO_DICOM = 0;
export const STORE = 1;
export const QUERY = 2;
export const RETRIEVE = 3;
/** `requestType=WADO` (PS3.18 §9). */
export const URI_RETRIEVE = 4;
export type DicomWeb = typeof NO_DICOM | typeof STORE | typeof QUERY | typeof RETRIEVE | typeof URI_RETRIEVE;

export interface Target {
  readonly dicom: DicomWeb;
  /** The last name of the path begins with a capital letter, or is `metadata`, as those of FHIR do. */
  readonly fhir: boolean;
  /** `/system`, in which Orthanc says what it is. */
  readonly system: boolean;
  /** `/api/server/version`, at which Mirth Connect says its version. */
  readonly engine: boolean;
  readonly product: KnownProduct | null;
  readonly exposure: Exposure | null;
  /** Whom a search here is about, in its query or, of a POST, in its body; null where nothing is searched. */
  readonly search: Search | null;
}

/** `patients`: a FHIR search for patients; `others`: for resources, which may name the patient they are of. */
export type Search = 'patients' | 'others';

export const PLAIN: Target = Object.freeze({
  dicom: NO_DICOM,
  fhir: false,
  system: false,
  engine: false,
  product: null,
  exposure: null,
  search: null,
});

const WORTH_A_LOOK =
  /studies|series|instances|requestType=|explorer\.html|\/system|\/server\/version|dcm4chee|login\.php|webadmin|meddream|dgate|metadata|\/[A-Z][a-zA-Z]+(?:[/?]|$)|patient|0010|accession/i;
const RESOURCE =
  /\/(?:[A-Z][A-Za-z]{3,40}(?:\/[\w.-]{1,64})?(?:\/_history(?:\/[\w.-]+)?|\/_search|\/\$[\w-]+)?|metadata)\/?$/;
const QUERY_PATH = /\/(?:studies|series|instances)\/?$/;
const STUDY_PATH = /\/studies\/[0-9.]{3,64}(?:\/|$)/;

export function readTarget(method: string, target: string): Target {
  if (!WORTH_A_LOOK.test(target)) return PLAIN;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const fhir = RESOURCE.test(path);
  const search = fhir ? searchOf(path) : null;
  return {
    dicom: dicomWeb(method, path, query),
    fhir,
    system: path.endsWith('/system'),
    engine: method === 'GET' && path.endsWith('/api/server/version'),
    product: identifyWeb('path', path),
    exposure: query === '' ? null : readQuery(query, search),
    // A form without a query in its place (https://hl7.org/fhir/R4/search.html, section 3.1.1.1).
    search: method === 'POST' && /\/_search\/?$/.test(path) ? search : null,
  };
}

function dicomWeb(method: string, path: string, query: string): DicomWeb {
  if (method === 'POST') return QUERY_PATH.test(path) || STUDY_PATH.test(path) ? STORE : NO_DICOM;
  if (method !== 'GET' && method !== 'HEAD') return NO_DICOM;
  if (/(?:^|&)requestType=WADO(?:&|$)/.test(query)) return URI_RETRIEVE;
  // Below a study the names of what is in it are searches again (PS3.18 §10.6.1).
  if (QUERY_PATH.test(path)) return QUERY;
  return STUDY_PATH.test(path) ? RETRIEVE : NO_DICOM;
}

const PARAMETERS = 64;

/** Search parameters of a FHIR Patient (https://hl7.org/fhir/R4/patient.html#search). */
const FHIR_PARAMETERS: ReadonlyMap<string, number> = new Map([
  ['name', bitOf('patient-name')],
  ['family', bitOf('patient-name')],
  ['given', bitOf('patient-name')],
  ['phonetic', bitOf('patient-name')],
  ['identifier', bitOf('medical-record-number')],
  ['birthdate', bitOf('birth-date')],
  ['gender', bitOf('sex')],
  ['address', bitOf('address')],
  ['address-city', bitOf('address')],
  ['address-postalcode', bitOf('address')],
  ['phone', bitOf('telephone')],
  ['telecom', bitOf('telephone')],
  ['email', bitOf('email')],
]);

function searchOf(path: string): Search {
  return /\/Patient(?:\/_search)?\/?$/.test(path) ? 'patients' : 'others';
}

/** `patient.name`, `subject:Patient.identifier` (https://hl7.org/fhir/R4/search.html, section 3.1.1.5.5). */
const CHAINED = /^(?:patient|subject|beneficiary|individual)(?::Patient)?\.([a-z-]+)/;

/** The search parameter of a patient that a key is; ''. Modifiers follow it: `identifier:of-type`, `family:exact`. */
function parameterOf(key: string, search: Search | null): string {
  if (search === null) return '';
  const chained = CHAINED.exec(key);
  if (chained !== null) return chained[1];
  return search === 'patients' ? key.split(':', 1)[0] : '';
}

/** Who a query or a form names: keys of DICOM by tag or keyword, in a FHIR search its parameters. */
export function readQuery(query: string, search: Search | null): Exposure | null {
  const values = new Map<string, string>();
  let bits = 0;
  let number = '';
  for (const parameter of query.split('&', PARAMETERS)) {
    const equals = parameter.indexOf('=');
    if (equals < 1) continue;
    const key = decode(parameter.slice(0, equals));
    const value = decode(parameter.slice(equals + 1));
    // Wildcards alone name nobody (PS3.4 §C.2.2.2.4).
    if (/^[\s*?^%]*$/.test(value)) continue;
    const tag = IDENTIFYING.has(key.toUpperCase())
      ? key.toUpperCase()
      : IDENTIFYING_KEYWORDS.get(key.toLowerCase());
    if (tag !== undefined) values.set(tag, value);
    else {
      const name = parameterOf(key, search);
      bits |= FHIR_PARAMETERS.get(name) ?? 0;
      if (name === 'identifier') number = value.slice(value.lastIndexOf('|') + 1);
    }
  }
  const exposure = exposureOf(values as Values);
  if (exposure !== null) return { bits: exposure.bits | bits, key: exposure.key };
  return exposes(bits) ? { bits, key: number } : null;
}

function decode(value: string): string {
  const spaced = value.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
