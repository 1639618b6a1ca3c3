import type { Attribute, DEVICE_CLASSES } from '../../src/core/facts.ts';
import { CODES, SCOPES } from './tables.ts';

/** What the scopes of a target tell. */
export interface ScopeFacts {
  readonly facts: readonly { attribute: Attribute; value: string; what: string }[];
  readonly class: (typeof DEVICE_CLASSES)[number] | null;
  /** A service provider of SDC. */
  readonly sdc: boolean;
  /** Identifier of the patient whom the device is with; null for none. It is a patient's: never told. */
  readonly patient: string | null;
}

/** IEEE 11073-20701 §9.3: key purpose of a service provider. */
const PROVIDER = 'sdc.mds.pkp:1.2.840.10004.20701.1.1';
const LOCATION = 'sdc.ctxt.loc:';
const PATIENT = 'sdc.ctxt.pat:';
/** IEEE 11073-20701 §9.2: `sdc.cdc.type:/system/version/code`; no system is the IEEE's nomenclature. */
const DEVICE_TYPE =
  /^sdc\.cdc\.type:\/(?:urn(?::|%3a)oid(?::|%3a)1\.2\.840\.10004\.1\.1\.1\.0\.0\.1)?\/[^/]*\/(\d{1,10})$/i;

export function readScopes(scopes: readonly string[]): ScopeFacts {
  const facts: { attribute: Attribute; value: string; what: string }[] = [];
  let kind: ScopeFacts['class'] = null;
  let sdc = false;
  let patient: string | null = null;
  for (const scope of scopes) {
    if (scope === PROVIDER) sdc = true;
    else if (scope.startsWith(LOCATION)) readLocation(scope, facts);
    else if (scope.startsWith(PATIENT)) patient ??= decoded(scope.slice(scope.lastIndexOf('/') + 1));
    else {
      const code = DEVICE_TYPE.exec(scope)?.[1];
      kind ??= CODES.find((row) => row.code === Number(code))?.class ?? null;
      const row = SCOPES.find(({ prefix }) => scope.startsWith(prefix));
      const value = row === undefined ? null : decoded(scope.slice(row.prefix.length));
      if (row !== undefined && value !== null)
        facts.push({ attribute: row.attribute, value, what: row.what });
    }
  }
  return { facts, class: kind, sdc, patient };
}

/** IEEE 11073-20701 §9.4: facility, building, floor, point of care, room and bed in the query. */
function readLocation(scope: string, facts: { attribute: Attribute; value: string; what: string }[]): void {
  const query = new Map<string, string>();
  for (const pair of scope.slice(scope.indexOf('?') + 1).split('&', 16)) {
    const at = pair.indexOf('=');
    const value = at < 0 ? null : decoded(pair.slice(at + 1));
    if (value !== null) query.set(pair.slice(0, at), value);
  }
  const facility = query.get('fac');
  if (facility !== undefined)
    facts.push({ attribute: 'institution', value: facility, what: 'sdc.ctxt.loc fac' });
  const place = ['poc', 'rm', 'bed'].filter((key) => query.has(key));
  if (place.length > 0)
    facts.push({
      attribute: 'station',
      value: place.map((key) => query.get(key)).join(' / '),
      what: `sdc.ctxt.loc ${place.join(', ')}`,
    });
}

/** Percent-decoded; null when it is empty, too long, or holds what is no text. */
function decoded(value: string): string | null {
  if (value.length > 400) return null;
  let text: string;
  try {
    text = decodeURIComponent(value).trim();
  } catch {
    return null;
  }
  return text === '' || text.length > 120 || /[\p{C}\ufffd]/u.test(text) ? null : text;
}
