import type { PhiFact, Side } from '../facts.ts';
import type { KeyedHash } from '../hash.ts';
import { IDENTIFIERS, type Identifier } from '../sealed.ts';

/** Sets of identifiers as bits, and the shared array of each distinct set. */

export function bitOf(identifier: Identifier): number {
  return 1 << IDENTIFIERS.indexOf(identifier);
}

/**
 * Identifiers that name somebody when they stand alone; the others only tell more of somebody already named (HIPAA's
 * list, 45 CFR 164.514(b)(2); DICOM PS3.15 Annex E).
 */
const ALONE = IDENTIFIERS.filter(
  (identifier) =>
    !['sex', 'age', 'ethnic-group', 'occupation', 'physician-name', 'comments'].includes(identifier),
).reduce((bits, identifier) => bits | bitOf(identifier), 0);

/** An order's number names an order, unless it stands in an image's data set, as DICOM counts. */
const ORDER_NUMBER = bitOf('accession-number');

export function exposes(bits: number, orderNumber = false): boolean {
  return (bits & (orderNumber ? ALONE : ALONE & ~ORDER_NUMBER)) !== 0;
}

const sets = new Map<number, readonly Identifier[]>();
const SETS_LIMIT = 4096;

export function identifierSet(bits: number): readonly Identifier[] {
  let set = sets.get(bits);
  if (set === undefined) {
    set = Object.freeze(IDENTIFIERS.filter((_, n) => (bits >>> n) & 1));
    if (sets.size < SETS_LIMIT) sets.set(bits, set);
  }
  return set;
}

/** One patient that a document or a query names. */
export interface Exposure {
  readonly bits: number;
  /** What makes the patient, to be hashed as other protocols do: record number, else name and birth date; ''. */
  readonly key: string;
}

/** The patient by record number, else by name and birth date; '' when neither is there. */
export function patientKey(number: string, name: string, birthDate: string): string {
  if (number !== '') return number;
  return name === '' ? '' : `${name}\0${birthDate}`;
}

export function phiFact({ bits, key }: Exposure, protocol: string, to: Side, hash: KeyedHash): PhiFact {
  return {
    fact: 'phi',
    protocol,
    identifiers: identifierSet(bits),
    patient: key === '' ? null : hash.text(key),
    to,
  };
}
