/**
 * What a data set says of its patient and of the equipment that made it, from the values a walk kept. Pure but
 * for the keyed hash it is given.
 */
import type { Attribute } from '../../src/core/facts.ts';
import type { KeyedHash } from '../../src/core/hash.ts';
import { type Identifier, Sealed } from '../../src/core/sealed.ts';
import type { Micros } from '../../src/core/time.ts';
import { decodeText } from './charset.ts';
import type { DataSetWalker, Slot } from './dataset.ts';

/** DICOM PS3.15 Annex E by attribute. `alone`: one such value is an exposure; the others only tell more of a patient already named. */
const IDENTIFIERS: readonly (readonly [slot: Slot, kind: Identifier, alone: boolean])[] = [
  ['patientName', 'patient-name', true],
  ['patientId', 'medical-record-number', true],
  ['birthDate', 'birth-date', true],
  ['otherPatientId', 'other-patient-id', true],
  ['otherPatientName', 'other-patient-name', true],
  ['birthName', 'other-patient-name', true],
  ['address', 'address', true],
  ['telephone', 'telephone', true],
  ['insurancePlan', 'insurance-number', true],
  ['medicalRecordLocator', 'medical-record-number', true],
  ['mothersBirthName', 'relative-name', true],
  ['responsiblePerson', 'relative-name', true],
  ['accessionNumber', 'accession-number', true],
  ['admissionId', 'visit-number', true],
  ['sex', 'sex', false],
  ['age', 'age', false],
  ['ethnicGroup', 'ethnic-group', false],
  ['occupation', 'occupation', false],
  ['patientComments', 'comments', false],
  ['referringPhysician', 'physician-name', false],
  ['physicianOfRecord', 'physician-name', false],
  ['performingPhysician', 'physician-name', false],
  ['readingPhysician', 'physician-name', false],
  ['requestingPhysician', 'physician-name', false],
];

export interface PatientIdentity {
  readonly identifiers: readonly Identifier[];
  readonly patient: number | null;
  readonly phi: readonly Sealed[];
}

export const NO_IDENTITY: PatientIdentity = Object.freeze({
  identifiers: Object.freeze([]),
  patient: null,
  phi: Object.freeze([]),
});

const SPACE = 0x20;
const ASTERISK = 0x2a;
const QUESTION_MARK = 0x3f;
const BACKSLASH = 0x5c;
const CARET = 0x5e;
const EQUALS = 0x3d;

/** Padding (spaces, the NUL of UIDs) and empty components of a name say nothing. */
function isEmpty(value: Uint8Array): boolean {
  for (const byte of value)
    if (byte !== SPACE && byte !== 0 && byte !== CARET && byte !== EQUALS) return false;
  return true;
}

/** A query key of nothing but wildcards matches everybody, as an empty one does (PS3.4 §C.2.2.2.4). */
function isUniversal(value: Uint8Array): boolean {
  for (const byte of value)
    if (
      byte !== ASTERISK &&
      byte !== QUESTION_MARK &&
      byte !== BACKSLASH &&
      byte !== SPACE &&
      byte !== 0 &&
      byte !== CARET &&
      byte !== EQUALS
    )
      return false;
  return true;
}

/** Characters that still begin too many names to be one. */
const BEGINNING = 3;

/** A query key that names nobody: universal, or the beginning of very many names. */
function isOfMany(value: Uint8Array): boolean {
  let at = 0;
  while (at < value.length && value[at] !== ASTERISK && value[at] !== QUESTION_MARK) at++;
  return isUniversal(value) || (at <= BEGINNING && at < value.length && isUniversal(value.subarray(at)));
}

function isPadding(byte: number): boolean {
  return byte === SPACE || byte === 0;
}

/** A value's text without its padding; '' when absent or not kept. */
function textOf(value: Uint8Array | null | undefined, characterSet: string): string {
  if (value === null || value === undefined) return '';
  let start = 0;
  let end = value.length;
  while (start < end && isPadding(value[start])) start++;
  while (end > start && isPadding(value[end - 1])) end--;
  return start === end ? '' : decodeText(value.subarray(start, end), characterSet);
}

/** (0008,0005) of the data set. */
export function characterSetOf(walker: DataSetWalker): string {
  return textOf(walker.value('specificCharacterSet'), '');
}

/**
 * Text of a value that identifies no patient, at most `limit` characters. It ends up on screens and in labels:
 * control characters, which no value has by right, become U+FFFD.
 */
export function plainValue(walker: DataSetWalker, slot: Slot, limit = 64): string {
  const value = walker.value(slot);
  if (value === undefined || value === null) return '';
  const text = textOf(value, characterSetOf(walker));
  return (text.length > limit ? text.slice(0, limit) : text).replace(/[\x00-\x1f\x7f-\x9f]/g, '\uFFFD');
}

/**
 * Who the data set is about. `query`: it is the identifier of a C-FIND, C-MOVE or C-GET, in which wildcards,
 * and a few characters before them, name nobody. Nothing when the data set says that its identity was removed, or when it names nobody: sex, age,
 * comments or a physician alone are no exposure of a patient.
 */
export function patientIdentity(
  walker: DataSetWalker,
  query: boolean,
  hash: KeyedHash,
  reveal: boolean,
): PatientIdentity {
  let mask = 0;
  let alone = false;
  for (let i = 0; i < IDENTIFIERS.length; i++) {
    const [slot, , tellsAlone] = IDENTIFIERS[i];
    const value = walker.value(slot);
    if (value === undefined || (value !== null && (query ? isOfMany(value) : isEmpty(value)))) continue;
    mask |= 1 << i;
    if (tellsAlone) alone = true;
  }
  if (!alone || isDeIdentified(walker)) return NO_IDENTITY;
  const shared = sharedFor(mask);
  return {
    identifiers: shared.identifiers,
    patient: patientHash(walker, query, hash),
    phi: reveal ? revealed(walker, mask) : shared.phi,
  };
}

/** Patient Identity Removed (0012,0062) is YES. */
function isDeIdentified(walker: DataSetWalker): boolean {
  return textOf(walker.value('identityRemoved'), '').toUpperCase() === 'YES';
}

/** What the hash is made of is before this tag. */
const BEHIND_BIRTH_DATE = 0x00100031;

/**
 * The patient by record number (and who issued it), else by name and birth date. Nobody when the data set was
 * not read as far as these: half an identity would be somebody else's.
 */
function patientHash(walker: DataSetWalker, query: boolean, hash: KeyedHash): number | null {
  if (walker.passed < BEHIND_BIRTH_DATE) return null;
  const characterSet = characterSetOf(walker);
  const text = (slot: Slot) => {
    const value = walker.value(slot);
    if (value === undefined || value === null || (query && isOfMany(value))) return '';
    return textOf(value, characterSet);
  };
  const id = text('patientId');
  const issuer = text('issuerOfPatientId');
  if (id !== '') return hash.text(issuer === '' ? id : `${id}\0${issuer}`);
  const name = text('patientName');
  return name === '' ? null : hash.text(`${name}\0${text('birthDate')}`);
}

interface Shared {
  readonly identifiers: readonly Identifier[];
  readonly phi: readonly Sealed[];
}

const shared = new Map<number, Shared>();
const SHARED_KEPT = 4096;

/** One frozen array per distinct set of identifiers: messages by the thousand have the same. */
function sharedFor(mask: number): Shared {
  const known = shared.get(mask);
  if (known !== undefined) return known;
  const kinds: Identifier[] = [];
  IDENTIFIERS.forEach(([, kind], i) => {
    if (mask & (1 << i) && !kinds.includes(kind)) kinds.push(kind);
  });
  const made: Shared = {
    identifiers: Object.freeze(kinds),
    phi: Object.freeze(kinds.map((kind) => new Sealed(kind, null))),
  };
  if (shared.size < SHARED_KEPT) shared.set(mask, made);
  return made;
}

function revealed(walker: DataSetWalker, mask: number): Sealed[] {
  const characterSet = characterSetOf(walker);
  const phi: Sealed[] = [];
  IDENTIFIERS.forEach(([slot, kind], i) => {
    if (mask & (1 << i)) phi.push(new Sealed(kind, textOf(walker.value(slot), characterSet)));
  });
  return phi;
}

/** Keys beside name, record number and dates that narrow a query down to somebody or something (PS3.4 §C.6). */
const SELECTIVE: readonly Slot[] = [
  'otherPatientId',
  'otherPatientName',
  'accessionNumber',
  'admissionId',
  'studyInstance',
  'studyId',
  'seriesInstance',
  'sopInstance',
  'requestedProcedureId',
  'scheduledStation',
  'scheduledDate',
  'performingPhysician',
  'referringPhysician',
];

/** What a query asks for, as far as it is known without naming anybody. */
export interface QueryReach {
  /** Its keys select nobody in particular. */
  readonly universal: boolean;
  /** How a name or record number begins, where that and nothing else narrows it; ''. An identifier in part. */
  readonly prefix: string;
  /** Days of the study dates asked for; null for all. */
  readonly days: number | null;
}

/** Studies are kept since then, as good as; who is alive was born since then. */
const FIRST_STUDY = Date.UTC(1980, 0, 1);
const FIRST_BIRTH = Date.UTC(1900, 0, 1);
const DAY = 86_400_000;
/** Days of dates that exclude nobody to speak of: twenty years of studies, a hundred years of births. */
const ALL_STUDIES = 7305;
const ALL_BIRTHS = 36_525;

/** Whom the identifier of a C-FIND selects (PS3.4 §C.2.2.2). `now`: µs. */
export function queryReach(walker: DataSetWalker, now: Micros): QueryReach {
  const days = dateReach(walker.value('studyDate'), FIRST_STUDY, ALL_STUDIES, now / 1000);
  const births = dateReach(walker.value('birthDate'), FIRST_BIRTH, ALL_BIRTHS, now / 1000);
  const narrowed = days !== null || births !== null || SELECTIVE.some((slot) => selects(walker.value(slot)));
  const name = walker.value('patientName');
  const id = walker.value('patientId');
  if (narrowed) return { universal: false, prefix: '', days };
  if (!selects(name) && !selects(id)) return { universal: true, prefix: '', days };
  const characterSet = characterSetOf(walker);
  const prefixes = [prefixOf(name, characterSet), prefixOf(id, characterSet)];
  return { universal: false, prefix: prefixes.includes(null) ? '' : prefixes.join('\0'), days };
}

function selects(value: Uint8Array | null | undefined): boolean {
  return value !== undefined && (value === null || !isUniversal(value));
}

/** Bits of each of the three parts of a query's key. */
const KEY_PART = 2 ** 17;

/**
 * A beginning as a number of three parts: hashes of its first character, its first two and all of it, 0 where it is
 * shorter. So one that was typed on can be told from another one.
 */
export function prefixKey(prefix: string, hash: KeyedHash): number {
  const [name, id] = prefix.split('\0');
  const text = id === '' ? name : prefix;
  const skipped = name === '' ? 1 : 0;
  let key = 0;
  for (let length = 1; length <= 3; length++) {
    const end = length === 3 ? text.length : skipped + length;
    const isLonger = text.length - skipped >= length;
    key = key * KEY_PART + (isLonger ? 1 + (hash.text(text.slice(0, end)) % (KEY_PART - 1)) : 0);
  }
  return key;
}

/**
 * A key of at most three characters and then wildcards, in capitals (names match in either case); '' for a universal
 * one; null for one that says more.
 */
function prefixOf(value: Uint8Array | null | undefined, characterSet: string): string | null {
  if (!selects(value)) return '';
  const match = /^([^*?\\^=]{1,3})[?^= ]*\*[*?^= ]*$/u.exec(textOf(value, characterSet));
  return match === null ? null : match[1].toUpperCase();
}

/**
 * Days of a date or range of dates (PS3.4 §C.2.2.2.5), counted from `first` on and up to now; null for all of them.
 * `all`: so many days are all.
 */
function dateReach(
  value: Uint8Array | null | undefined,
  first: number,
  all: number,
  now: number,
): number | null {
  if (!selects(value)) return null;
  const match = /^(\d{8})?-(\d{8})?$/.exec(textOf(value, ''));
  if (match === null) return 1;
  const [, from, to] = match;
  const start = Math.max(first, from === undefined ? first : dateOf(from));
  const end = Math.min(now, to === undefined ? now : dateOf(to));
  const days = Math.max(1, Math.floor((end - start) / DAY) + 1);
  return days >= all ? null : days;
}

function dateOf(digits: string): number {
  return Date.UTC(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)) - 1, Number(digits.slice(6)));
}

/** What of a stored object describes the equipment that created it (PS3.3 §C.7.5.1). */
export const EQUIPMENT: readonly (readonly [slot: Slot, attribute: Attribute, tag: string])[] = [
  ['manufacturer', 'vendor', '(0008,0070)'],
  ['model', 'model', '(0008,1090)'],
  ['station', 'station', '(0008,1010)'],
  ['serial', 'serial', '(0018,1000)'],
  ['software', 'software', '(0018,1020)'],
  ['institution', 'institution', '(0008,0080)'],
];
