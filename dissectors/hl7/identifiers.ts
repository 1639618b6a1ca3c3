import type { KeyedHash } from '../../src/core/hash.ts';
import type { Identifier } from '../../src/core/sealed.ts';
import { IDENTIFIERS, Sealed } from '../../src/core/sealed.ts';
import type { Delimiters, Fields } from './wire.ts';
import { fieldText, hasComponent, idOf, isEui64, Range, repetitionEnd, startsWith } from './wire.ts';

/**
 * Which fields identify a patient (HL7 v2.5.1 ch. 3, 4 and 6), and how to see that one has a value: by its data
 * type's components, since `^^^^^USA` names nobody and `^PRN^PH` is no number.
 */

/** Bit n for component n. */
const components = (...numbers: number[]) => numbers.reduce((bits, n) => bits | (1 << n), 0);
const ANY = 0x7ffffffe;
/** Extended composite ID, entity identifier: the identifier itself. */
const CX = components(1);
/** Person name: family, given, further given names. */
const XPN = components(1, 2, 3);
/** Composite ID with name of a person: the same behind the id. An id alone names nobody outside the house. */
const XCN = components(2, 3, 4);
/** Address: street, other designation, city, postal code. A country or a state alone is not an address. */
const XAD = components(1, 2, 3, 5);
/** Telecommunication number: the number whole, or area code, local number and unformatted number. */
const XTN = components(1, 6, 7, 12);
/** Its e-mail address. */
const XTN_EMAIL = components(4);

const BITS = new Map<Identifier, number>(IDENTIFIERS.map((identifier, n) => [identifier, 1 << n]));
const bit = (identifier: Identifier) => BITS.get(identifier) ?? 0;

/** How a field is read. */
const PLAIN = 0;
const TELECOM = 1;
const DATE = 2;
const NUMBERS = 3;
const INSURED = 4;
const ORDER_NUMBER = 5;
const QUERY = 6;
type How =
  | typeof PLAIN
  | typeof TELECOM
  | typeof DATE
  | typeof NUMBERS
  | typeof INSURED
  | typeof ORDER_NUMBER
  | typeof QUERY;

interface Rule {
  readonly field: number;
  readonly components: number;
  /** The identifier, as its bit. */
  readonly bit: number;
  readonly how: How;
}

const rule = (field: number, wanted: number, identifier: Identifier, how: How = PLAIN): Rule => ({
  field,
  components: wanted,
  bit: bit(identifier),
  how,
});
const telecom = (field: number) => rule(field, XTN, 'telephone', TELECOM);
const birthDate = (field: number) => rule(field, ANY, 'birth-date', DATE);

const RULES = new Map<number, readonly Rule[]>([
  [
    idOf('PID'),
    [
      rule(2, CX, 'medical-record-number', NUMBERS),
      rule(3, CX, 'medical-record-number', NUMBERS),
      rule(4, CX, 'other-patient-id', NUMBERS),
      rule(5, XPN, 'patient-name'),
      rule(6, XPN, 'relative-name'),
      birthDate(7),
      rule(8, ANY, 'sex'),
      rule(9, XPN, 'other-patient-name'),
      rule(10, ANY, 'ethnic-group'),
      rule(11, XAD, 'address'),
      telecom(13),
      telecom(14),
      rule(18, CX, 'account-number'),
      rule(19, ANY, 'social-security-number'),
      rule(20, CX, 'driver-license'),
      rule(21, CX, 'other-patient-id'),
      rule(22, ANY, 'ethnic-group'),
      rule(23, ANY, 'address'),
    ],
  ],
  [
    idOf('MRG'),
    [
      rule(1, CX, 'medical-record-number', NUMBERS),
      rule(2, CX, 'other-patient-id', NUMBERS),
      rule(3, CX, 'account-number'),
      rule(4, CX, 'medical-record-number', NUMBERS),
      rule(5, CX, 'visit-number'),
      rule(7, XPN, 'patient-name'),
    ],
  ],
  [
    idOf('NK1'),
    [
      rule(2, XPN, 'relative-name'),
      rule(4, XAD, 'address'),
      telecom(5),
      telecom(6),
      rule(30, XPN, 'relative-name'),
      telecom(31),
      rule(32, XAD, 'address'),
      rule(37, ANY, 'social-security-number'),
    ],
  ],
  [
    idOf('GT1'),
    [
      rule(2, CX, 'account-number'),
      rule(3, XPN, 'relative-name'),
      rule(4, XPN, 'relative-name'),
      rule(5, XAD, 'address'),
      telecom(6),
      telecom(7),
      birthDate(8),
      rule(12, ANY, 'social-security-number'),
    ],
  ],
  [
    idOf('IN1'),
    [
      rule(16, XPN, 'relative-name', INSURED),
      birthDate(18),
      rule(19, XAD, 'address'),
      rule(36, ANY, 'insurance-number'),
      rule(49, CX, 'insurance-number'),
    ],
  ],
  [
    idOf('IN2'),
    [
      rule(2, ANY, 'social-security-number'),
      rule(6, ANY, 'insurance-number'),
      rule(8, ANY, 'insurance-number'),
      rule(61, CX, 'insurance-number'),
    ],
  ],
  [idOf('PD1'), [rule(4, XCN, 'physician-name')]],
  [
    idOf('PV1'),
    [
      rule(7, XCN, 'physician-name'),
      rule(8, XCN, 'physician-name'),
      rule(9, XCN, 'physician-name'),
      rule(17, XCN, 'physician-name'),
      rule(19, CX, 'visit-number'),
      rule(50, CX, 'visit-number'),
      rule(52, XCN, 'physician-name'),
    ],
  ],
  [
    idOf('ORC'),
    [rule(2, CX, 'accession-number'), rule(3, CX, 'accession-number'), rule(12, XCN, 'physician-name')],
  ],
  [
    idOf('OBR'),
    [
      rule(2, CX, 'accession-number', ORDER_NUMBER),
      rule(3, CX, 'accession-number', ORDER_NUMBER),
      rule(16, XCN, 'physician-name'),
      rule(28, XCN, 'physician-name'),
    ],
  ],
  [idOf('IPC'), [rule(1, CX, 'accession-number')]],
  // Query parameters (v2.5.1 §5.4.3): a patient's number, or `@PID.5.1^NAME` and the like (IHE PDQ).
  [idOf('QPD'), [3, 4, 5, 6, 7, 8].map((field) => rule(field, CX, 'medical-record-number', QUERY))],
  // The person asked about, in the queries of v2.3.
  [idOf('QRD'), [rule(8, CX, 'medical-record-number'), rule(8, XCN, 'patient-name')]],
]);

/** The rules for a segment, undefined for one that holds no identifiers. */
export function rulesFor(id: number): readonly Rule[] | undefined {
  return RULES.get(id);
}

export const PID = idOf('PID');

/** Type codes of CX.5 and XTN (HL7 table 0203) that make a number something else than a record number. */
const NUMBER_TYPES = new Map<number, number>(
  (
    [
      ['SS', 'social-security-number'],
      ['DL', 'driver-license'],
      ['AN', 'account-number'],
      ['VN', 'visit-number'],
      ['MC', 'insurance-number'],
      ['MA', 'insurance-number'],
      ['HC', 'insurance-number'],
      ['NH', 'insurance-number'],
      ['SN', 'insurance-number'],
    ] as const
  ).map(([type, identifier]) => [(type.charCodeAt(0) << 8) | type.charCodeAt(1), bit(identifier)]),
);
const RECORD_NUMBER = 0x4d52;

/**
 * Identifiers that say who somebody is when they stand alone: HIPAA's list of what must go before data count as
 * de-identified (45 CFR 164.514(b)(2)) as far as HL7 has fields for it. Sex, ethnic group and a physician's name
 * are not on it, and an order's number names an order; they are told where one of these goes with them.
 */
const IDENTIFYING = IDENTIFIERS.filter(
  (identifier) =>
    !['sex', 'age', 'ethnic-group', 'occupation', 'physician-name', 'accession-number', 'comments'].includes(
      identifier,
    ),
).reduce((bits, identifier) => bits | bit(identifier), 0);

/** Whether a set of identifiers, as bits, exposes a patient. */
export function exposes(bits: number): boolean {
  return (bits & IDENTIFYING) !== 0;
}

/** A set of identifiers, and as many sealed values without text. */
export interface IdentifierSet {
  readonly identifiers: readonly Identifier[];
  readonly sealed: readonly Sealed[];
}

const sets = new Map<number, IdentifierSet>();
const SETS_LIMIT = 4096;

/** The set that the bits name: one frozen array per distinct set. */
export function identifierSet(bits: number): IdentifierSet {
  let set = sets.get(bits);
  if (set === undefined) {
    const identifiers = Object.freeze(IDENTIFIERS.filter((_, n) => (bits >>> n) & 1));
    set = {
      identifiers,
      sealed: Object.freeze(identifiers.map((identifier) => new Sealed(identifier, null))),
    };
    if (sets.size < SETS_LIMIT) sets.set(bits, set);
  }
  return set;
}

const range = new Range();

/** What the identifiers of a message amount to; reused from message to message. */
export class Identification {
  /** Identifiers that had a value, as bits. */
  bits = 0;
  /** The patient of the PID read last, as a keyed hash. */
  patient: number | null = null;
  /** Revealed values; stays empty unless `reveal`. */
  sealed: Sealed[] = [];
  readonly #reveal: boolean;
  readonly #hash: KeyedHash;

  constructor(reveal: boolean, hash: KeyedHash) {
    this.#reveal = reveal;
    this.#hash = hash;
  }

  clear(): void {
    this.bits = 0;
    this.patient = null;
    if (this.sealed.length > 0) this.sealed = [];
  }

  /** Reads a segment's fields by its rules. */
  read(
    bytes: Uint8Array,
    fields: Fields,
    rules: readonly Rule[],
    delimiters: Delimiters,
    charset: string,
  ): void {
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i];
      if (rule.field > fields.last) break;
      const start = fields.start(rule.field);
      const end = fields.end(rule.field);
      if (start >= end) continue;
      const bits = evaluate(rule, bytes, start, end, fields, delimiters);
      if (bits === 0) continue;
      this.bits |= bits;
      if (this.#reveal) this.#unsealed(bits, fieldText(bytes, start, end, charset, delimiters));
    }
  }

  /** Works out who the patient of a PID is: PID-3, else PID-2, else name and birth date. */
  identify(bytes: Uint8Array, fields: Fields, delimiters: Delimiters): number | null {
    this.patient =
      this.#number(bytes, fields.start(3), fields.end(3), delimiters) ??
      this.#number(bytes, fields.start(2), fields.end(2), delimiters) ??
      this.#nameAndBirth(bytes, fields, delimiters);
    return this.patient;
  }

  #unsealed(bits: number, value: string): void {
    for (const identifier of identifierSet(bits).identifiers) this.sealed.push(new Sealed(identifier, value));
  }

  /** The record number among the repetitions: the one typed MR, else the first that has a value. */
  #number(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): number | null {
    let chosen = -1;
    let chosenEnd = 0;
    for (let at = start; at < end; ) {
      const stop = repetitionEnd(bytes, at, end, delimiters);
      if (hasComponent(bytes, at, stop, CX, delimiters)) {
        const isRecordNumber = numberType(bytes, at, stop, delimiters) === RECORD_NUMBER;
        if (chosen < 0 || isRecordNumber) {
          chosen = at;
          chosenEnd = stop;
        }
        if (isRecordNumber) break;
      }
      at = stop + 1;
    }
    if (chosen < 0) return null;
    key.clear();
    key.add(bytes, range.component(bytes, chosen, chosenEnd, 1, delimiters).trim(bytes, -1));
    return key.hash(this.#hash);
  }

  #nameAndBirth(bytes: Uint8Array, fields: Fields, delimiters: Delimiters): number | null {
    const start = fields.start(5);
    const end = fields.end(5);
    if (!hasComponent(bytes, start, end, XPN, delimiters)) return null;
    key.clear();
    key.add(bytes, range.component(bytes, start, end, 1, delimiters).trim(bytes, -1));
    key.byte(0x5e);
    key.add(bytes, range.component(bytes, start, end, 2, delimiters).trim(bytes, -1));
    key.byte(0);
    range.start = fields.start(7);
    range.end = Math.min(fields.end(7), range.start + 8);
    key.add(bytes, range);
    return key.hash(this.#hash);
  }
}

function evaluate(
  rule: Rule,
  bytes: Uint8Array,
  start: number,
  end: number,
  fields: Fields,
  delimiters: Delimiters,
): number {
  switch (rule.how) {
    case TELECOM:
      return telecomBits(bytes, start, end, delimiters);
    case NUMBERS:
      return numberBits(bytes, start, end, rule.bit, delimiters);
    case DATE:
      // HIPAA: all elements of dates directly related to an individual, except the year.
      if (end - start <= 4) return 0;
      break;
    case ORDER_NUMBER:
      // IHE PCD puts the device that measured where the order number belongs.
      if (isEui64(bytes, start, end, delimiters)) return 0;
      break;
    case QUERY:
      return queryBits(bytes, start, end, rule.field === 3 ? rule.bit : 0, delimiters);
    case INSURED:
      if (isSelf(bytes, fields.start(17), fields.end(17))) {
        return hasComponent(bytes, start, end, rule.components, delimiters) ? PATIENT_NAME : 0;
      }
      break;
  }
  return hasComponent(bytes, start, end, rule.components, delimiters) ? rule.bit : 0;
}

const PATIENT_NAME = bit('patient-name');
const TELEPHONE = bit('telephone');
const EMAIL = bit('email');

/** IN1-17, the insured's relationship to the patient: SEL for the patient himself (table 0063). */
function isSelf(bytes: Uint8Array, start: number, end: number): boolean {
  return startsWith(bytes, start, end, 'SEL') || startsWith(bytes, start, end, 'Sel');
}

function telecomBits(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): number {
  let bits = 0;
  for (let at = start; at < end; ) {
    const stop = repetitionEnd(bytes, at, end, delimiters);
    // An e-mail address may also stand where the number belongs.
    range.component(bytes, at, stop, 1, delimiters);
    let isMail = false;
    for (let i = range.start; i < range.end; i++) if (bytes[i] === 0x40) isMail = true;
    if (!isMail && hasComponent(bytes, at, stop, XTN, delimiters)) bits |= TELEPHONE;
    if (isMail || hasComponent(bytes, at, stop, XTN_EMAIL, delimiters)) bits |= EMAIL;
    at = stop + 1;
  }
  return bits;
}

/** Each repetition of a list of numbers by its type code in CX.5; those of other types count as `usual`. */
function numberBits(
  bytes: Uint8Array,
  start: number,
  end: number,
  usual: number,
  delimiters: Delimiters,
): number {
  let bits = 0;
  for (let at = start; at < end; ) {
    const stop = repetitionEnd(bytes, at, end, delimiters);
    if (hasComponent(bytes, at, stop, CX, delimiters)) {
      const type = numberType(bytes, at, stop, delimiters);
      bits |= type === RECORD_NUMBER ? usual : (NUMBER_TYPES.get(type) ?? usual);
    }
    at = stop + 1;
  }
  return bits;
}

/** Fields of PID that a query parameter may name, as `@PID.` and this. */
const QUERY_FIELDS: readonly (readonly [string, number])[] = [
  ['3', bit('medical-record-number')],
  ['5', PATIENT_NAME],
  ['6', bit('relative-name')],
  ['7', bit('birth-date')],
  ['8', bit('sex')],
  ['11', bit('address')],
  ['13', TELEPHONE],
  ['18', bit('account-number')],
  ['19', bit('social-security-number')],
];

/** Each repetition is `@PID.<field>.<component>^<value>`, or a patient's number, which counts as `number`. */
function queryBits(
  bytes: Uint8Array,
  start: number,
  end: number,
  number: number,
  delimiters: Delimiters,
): number {
  let bits = 0;
  for (let at = start; at < end; ) {
    const stop = repetitionEnd(bytes, at, end, delimiters);
    if (bytes[at] !== 0x40) {
      if (hasComponent(bytes, at, stop, CX, delimiters)) bits |= number;
    } else if (hasComponent(bytes, at, stop, components(2), delimiters)) {
      for (const [field, bit] of QUERY_FIELDS) {
        if (startsWith(bytes, at, stop, `@PID.${field}.`) || startsWith(bytes, at, stop, `@PID.${field}^`))
          bits |= bit;
      }
    }
    at = stop + 1;
  }
  return bits;
}

/** The two letters of CX.5 as a number; 0 when there are not just two. */
function numberType(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): number {
  range.component(bytes, start, end, 5, delimiters);
  return range.end - range.start === 2 ? (bytes[range.start] << 8) | bytes[range.start + 1] : 0;
}

/**
 * Collects what names a patient, and forgets it once hashed. It is hashed as UTF-16 code units, as
 * `KeyedHash.text` does: so a record number is the same patient here and in protocols that hash texts.
 */
class PatientKey {
  readonly #bytes = new Uint8Array(1024);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    if (this.#length >= this.#bytes.length) return;
    this.#bytes[this.#length++] = value;
    this.#bytes[this.#length++] = 0;
  }

  add(bytes: Uint8Array, part: Range): void {
    for (let at = part.start; at < part.end; at++) this.byte(bytes[at]);
  }

  hash(keyed: KeyedHash): number {
    const hash = keyed.bytes(this.#bytes, 0, this.#length);
    this.#bytes.fill(0, 0, this.#length);
    return hash;
  }
}

const key = new PatientKey();
