import { identifierSet } from './contents/identifiers.ts';
import type { PhiFact, Side } from './facts.ts';
import type { KeyedHash } from './hash.ts';
import { IDENTIFIERS, type Identifier } from './sealed.ts';

/** Those that say who somebody is when they stand alone (45 CFR 164.514(b)(2)): the others are told with them only. */
const IDENTIFYING = IDENTIFIERS.reduce(
  (bits, identifier, n) =>
    ['sex', 'age', 'ethnic-group', 'physician-name', 'comments'].includes(identifier)
      ? bits
      : bits | (1 << n),
  0,
);

/**
 * What a message says of one patient, on its way to a fact: which identifiers had a value, and who it is. The texts
 * are forgotten with `clear`.
 */
export class PatientNotes {
  #bits = 0;
  /** The record number. */
  number = '';
  family = '';
  given = '';
  /** YYYYMMDD */
  birthDate = '';

  saw(identifier: Identifier): void {
    const place = IDENTIFIERS.indexOf(identifier);
    if (place >= 0) this.#bits |= 1 << place;
  }

  clear(): void {
    this.#bits = 0;
    this.number = this.family = this.given = this.birthDate = '';
  }

  /** null when what was seen exposes nobody. */
  fact(protocol: string, to: Side, hash: KeyedHash): PhiFact | null {
    if ((this.#bits & IDENTIFYING) === 0) return null;
    return {
      fact: 'phi',
      protocol,
      identifiers: identifierSet(this.#bits),
      patient: this.#patient(hash),
      to,
    };
  }

  /** The record number, else name and birth date: the same text, and so the same patient, in every protocol. */
  #patient(hash: KeyedHash): number | null {
    if (this.number !== '') return hash.text(this.number);
    if (this.family === '' && this.given === '') return null;
    return hash.text(`${this.family}^${this.given}\0${this.birthDate}`);
  }
}
