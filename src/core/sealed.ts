import { inspect } from 'node:util';

/**
 * The identifiers a finding may name, in the order it names them: the words of DICOM PS3.15 Annex E and HIPAA's list.
 * Sets of them are kept as bits, by their places here.
 */
export const IDENTIFIERS = [
  'patient-name',
  'medical-record-number',
  'birth-date',
  'sex',
  'address',
  'telephone',
  'email',
  'social-security-number',
  'account-number',
  'insurance-number',
  'accession-number',
  'physician-name',
  'relative-name',
  'other-patient-id',
  'other-patient-name',
  'driver-license',
  'visit-number',
  'age',
  'ethnic-group',
  'occupation',
  'comments',
] as const;
export type Identifier = (typeof IDENTIFIERS)[number];

/**
 * A value that identifies a patient. However it is printed, only its kind shows. The text is kept only when
 * the user typed `--reveal-phi`; otherwise it is forgotten here and no later mistake can leak it.
 */
export class Sealed {
  readonly kind: Identifier;
  readonly #text: string | null;

  constructor(kind: Identifier, text: string | null) {
    this.kind = kind;
    this.#text = text;
  }

  /** The text itself, or null when PHI is not to be revealed. The only way to it: search for this name. */
  revealPhi(): string | null {
    return this.#text;
  }

  toString(): string {
    return `[${this.kind}]`;
  }

  toJSON(): string {
    return `[${this.kind}]`;
  }

  [inspect.custom](): string {
    return `[${this.kind}]`;
  }
}
