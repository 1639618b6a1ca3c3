import type { Activity, Attribute } from '../facts.ts';
import type { Exposure } from './identifiers.ts';

/** What a document's beginning tells; about whoever sent it. */
export interface Content {
  readonly exposures: readonly Exposure[];
  /** Of the sender. */
  readonly attributes: readonly Told[];
  readonly activities: readonly Deed[];
  /** Programs where none should be. */
  readonly hazards: readonly Hazard[];
  /** It was seen to be of this protocol, whatever its media type said. */
  readonly protocol: 'fhir' | 'dicomweb' | 'hl7-over-http' | null;
  /** Product and version that the sender's software says of itself. */
  readonly product: string;
  readonly version: string;
}

/** What a `content` fact says of it. */
export interface Hazard {
  readonly kind: string;
  readonly within: string;
}

export interface Told {
  readonly attribute: Attribute;
  readonly value: string;
  readonly source: string;
}

export interface Deed {
  readonly activity: Activity;
  readonly detail: string;
}

const NONE: readonly never[] = Object.freeze([]);
export const NOTHING: Content = Object.freeze({
  exposures: NONE,
  attributes: NONE,
  activities: NONE,
  hazards: NONE,
  protocol: null,
  product: '',
  version: '',
});

const VALUE_LIMIT = 128;

/** A value fit to be shown: printable, trimmed, of some length; '' when nothing is left, or when it is no text. */
export function printable(value: string, limit = VALUE_LIMIT): string {
  if (/[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]/.test(value)) return '';
  return value.replace(/\s+/g, ' ').trim().slice(0, limit).trim();
}

/** At most so many patients are told of one body. */
export const EXPOSURES_LIMIT = 256;
