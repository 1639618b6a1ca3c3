import { latin1 } from './bytes.ts';
import { PatientNotes } from './patient.ts';

/**
 * Patients who are named in text of no known form, next to what identifies them: `PatientName=… MRN=…`,
 * `"patientName": "…", "dob": "…"`, `<PatientID>…`, a table row of a page; an HL7 PID segment, an ASTM P record or DICOM
 * elements in a stream that is none of these. One patient is told when a label says that a value is a patient's name and
 * another, near it, that one is a record number or a birth date, and both values look like such. What only has the
 * labels (forms, schemas, source code, format strings) is no patient.
 */

/** What a label says its value is. */
const NAME = 0;
const FAMILY = 1;
const GIVEN = 2;
const NUMBER = 3;
const BIRTH = 4;
/** A name of somebody: a patient's only beside a record number and a birth date. */
const SOMEBODY = 5;
type Kind = typeof NAME | typeof FAMILY | typeof GIVEN | typeof NUMBER | typeof BIRTH | typeof SOMEBODY;

interface Label {
  readonly text: string;
  readonly kind: Kind;
  /** Only a patient has it: somebody's birth date is also a customer's, or an employee's. */
  readonly ofPatient: boolean;
}

/** Labels without what separates their words, in small letters: English, and what German, French and Spanish programs say. */
const LABELS: readonly Label[] = [
  ...labels(
    NAME,
    true,
    'patientname patientsname patientfullname patname ptname nameofpatient patientenname namedespatienten nompatient nomdupatient nombrepaciente nombredelpaciente',
  ),
  ...labels(
    FAMILY,
    true,
    'patientlastname patientfamilyname patientsurname patlastname ptlastname patientennachname patientnachname',
  ),
  ...labels(
    GIVEN,
    true,
    'patientfirstname patientgivenname patientforename patfirstname ptfirstname patientenvorname patientvorname',
  ),
  ...labels(
    FAMILY,
    false,
    'lastname familyname surname family nachname familienname nomdefamille apellido apellidos',
  ),
  ...labels(GIVEN, false, 'firstname givenname forename given vorname prenom'),
  ...labels(SOMEBODY, false, 'name fullname displayname'),
  ...labels(
    NUMBER,
    true,
    'mrn mrnumber mrnno medicalrecordnumber medicalrecordno medrecno medrecnum patientid patientidentifier patientnumber patientno patientnr patid patno patnr ptid ptno patientmrn hospitalnumber nhsnumber nhsno patientenid patientennr patientennummer idpatient numeropatient idpaciente',
  ),
  ...labels(
    BIRTH,
    true,
    'patientbirthdate patientsbirthdate patientdob patientdateofbirth patdob ptdob patientbirthday',
  ),
  ...labels(
    BIRTH,
    false,
    'dob birthdate dateofbirth birthday geburtsdatum gebdatum gebdat datenaissance datedenaissance fechanacimiento fechadenacimiento',
  ),
];

function labels(kind: Kind, ofPatient: boolean, texts: string): Label[] {
  return texts.split(' ').map((text) => ({ text, kind, ofPatient }));
}

const LONGEST_LABEL = Math.max(...LABELS.map(({ text }) => text.length));

/** FNV-1a over the letters of a label. */
const HASH_START = 0x811c9dc5 | 0;
function hashed(hash: number, letter: number): number {
  return Math.imul(hash ^ letter, 0x01000193);
}

const byHash = new Map<number, Label>();
/** By the first two letters: where no label begins, a word is passed over after a look at them. */
const beginnings = new Uint8Array(32 * 32);
for (const label of LABELS) {
  let hash = HASH_START;
  for (let i = 0; i < label.text.length; i++) hash = hashed(hash, label.text.charCodeAt(i));
  byHash.set(hash, label);
  beginnings[((label.text.charCodeAt(0) & 31) << 5) | (label.text.charCodeAt(1) & 31)] = 1;
}

/** Classes of bytes: what may begin something, what stands in labels. */
const LETTER = 1;
const FILLER = 2;
const STARTS = 4;
const classes = new Uint8Array(256);
for (let byte = 0x41; byte <= 0x5a; byte++) classes[byte] = classes[byte | 0x20] = LETTER;
for (const character of ` _-.'#[]/`) classes[character.charCodeAt(0)] = FILLER;
for (const { text } of LABELS) {
  const small = text.charCodeAt(0);
  classes[small] |= STARTS;
  classes[small & ~0x20] |= STARTS;
}
/** The first byte of tag (0010,0010), little-endian. */
const GROUP = 0x10;
classes[GROUP] |= STARTS;

/** Characters that a label may take, and what separates it from its value together with the value. */
const LABEL_WINDOW = 64;
const VALUE_WINDOW = 256;
/** Bytes of a segment or record that are looked at: the birth date is the seventh field. */
const LINE_WINDOW = 512;
/** Values further apart than this (bytes; characters of wide text count twice) are not of one patient. */
const NEAR = 640;
/** DICOM elements of one patient are at most this far apart. */
const ELEMENTS_WINDOW = 384;
/** Values of this module are at most as long as that (LO: 64 characters of up to four bytes). */
const ELEMENT_LIMIT = 256;
/** Bytes that `read` may leave, at most. */
export const LONGEST = Math.max(
  2 * (LABEL_WINDOW + VALUE_WINDOW),
  LINE_WINDOW,
  ELEMENTS_WINDOW + 8 + ELEMENT_LIMIT,
);

/** Told of one patient; `patient` is good during the call only. */
export type Found = (patient: PatientNotes) => void;

/** A record as far as it was read. */
class Person {
  name = '';
  family = '';
  given = '';
  somebody = '';
  number = '';
  birthDate = '';
  ofPatient = false;

  get empty(): boolean {
    return (
      this.name === '' &&
      this.family === '' &&
      this.given === '' &&
      this.somebody === '' &&
      this.number === '' &&
      this.birthDate === ''
    );
  }

  clear(): void {
    this.name = this.family = this.given = this.somebody = this.number = this.birthDate = '';
    this.ofPatient = false;
  }
}

const notes = new PatientNotes();

/**
 * Reads one direction of a flow, or one text. What it keeps between two calls is one record that may not be whole yet: a
 * few short texts.
 */
export class ObviousReader {
  readonly #found: Found;
  readonly #segments: boolean;
  readonly #person = new Person();
  /** Bytes since the last value of the record, up to `#from`, whence the bytes at hand count. */
  #distance = 0;
  #from = 0;
  /** The last two bytes that were read, 0 before the first. */
  #previous = 0;
  #beforePrevious = 0;
  #last = false;
  /** What is looked at goes on behind the bytes at hand. */
  #cut = false;

  /** `segments`: HL7 segments and ASTM records count too. */
  constructor(found: Found, { segments = true } = {}) {
    this.#found = found;
    this.#segments = segments;
  }

  /**
   * Reads `bytes[start, end)` and returns how many of them it is through with. The rest, at most `LONGEST` bytes, begins
   * with what may be a label or a value that is cut, and is to be given again with what follows. `last`: nothing follows.
   */
  read(bytes: Uint8Array, start: number, end: number, last: boolean): number {
    let at = start;
    this.#from = start;
    this.#last = last;
    this.#cut = false;
    while (at < end) {
      const byte = bytes[at];
      if ((classes[byte] & STARTS) === 0) {
        at++;
        continue;
      }
      const next = byte === GROUP ? this.#elements(bytes, at, end) : this.#word(bytes, at, start, end);
      if (this.#cut) break;
      if (next > at) {
        this.#pass(bytes, next);
        this.#distance = 0;
        at = next;
      } else at++;
    }
    this.#pass(bytes, at);
    if (last) this.#over();
    return at - start;
  }

  /** Bytes are missing: what follows is not near what was. */
  gap(): void {
    this.#over();
    this.#previous = this.#beforePrevious = 0;
  }

  #pass(bytes: Uint8Array, to: number): void {
    const length = to - this.#from;
    if (length === 0) return;
    this.#distance += length;
    this.#beforePrevious = length > 1 ? bytes[to - 2] : this.#previous;
    this.#previous = bytes[to - 1];
    this.#from = to;
    if (this.#distance > NEAR) this.#over();
  }

  /** True when something that reaches `to` cannot be judged before more bytes come. */
  #goesOn(to: number, end: number): boolean {
    if (to < end || this.#last) return false;
    this.#cut = true;
    return true;
  }

  /** Something that begins with a letter: where it ends, or `at` for nothing. */
  #word(bytes: Uint8Array, at: number, start: number, end: number): number {
    if (this.#goesOn(at + 2, end)) return at;
    const wide = bytes[at + 1] === 0;
    const second = bytes[at + (wide ? 2 : 1)];
    if (wide && this.#goesOn(at + 3, end)) return at;
    if (this.#segments && bytes[at] === CAPITAL_P && !wide && (second === BAR || second === CAPITAL_I)) {
      const next = this.#segment(bytes, at, start, end);
      if (next > at || this.#cut) return next;
    }
    if (!this.#begins(bytes, at, start, wide)) return at;
    // Behind the first letter may stand what only separates (`d.o.b.`): that is no reason to pass it over.
    if ((classes[second] & LETTER) !== 0 && beginnings[((bytes[at] & 31) << 5) | (second & 31)] === 0)
      return at;
    return this.#labelled(bytes, at, end, wide ? 2 : 1);
  }

  /** Whether a word begins at `at`: behind what is no letter or digit, or as a capital behind a small letter. */
  #begins(bytes: Uint8Array, at: number, start: number, wide: boolean): boolean {
    const before = wide ? this.#byteBefore(bytes, at, start, 2) : this.#byteBefore(bytes, at, start, 1);
    if ((classes[before] & LETTER) !== 0) return bytes[at] < 0x60 && before > 0x60;
    return before < 0x30 || before > 0x39;
  }

  #byteBefore(bytes: Uint8Array, at: number, start: number, back: 1 | 2): number {
    if (at - back >= start) return bytes[at - back];
    return at - back === start - 1 ? this.#previous : this.#beforePrevious;
  }

  /** A label, what separates, a value. */
  #labelled(bytes: Uint8Array, start: number, end: number, step: 1 | 2): number {
    let hash = HASH_START;
    let letters = 0;
    let at = start;
    for (const limit = start + LABEL_WINDOW * step; letters <= LONGEST_LABEL && at < limit; at += step) {
      if (this.#goesOn(at + step, end + 1)) return start;
      if (at + step > end || (step === 2 && bytes[at + 1] !== 0)) break;
      const kind = classes[bytes[at]];
      if ((kind & LETTER) !== 0) {
        hash = hashed(hash, bytes[at] | 0x20);
        letters++;
      } else if ((kind & FILLER) === 0) break;
    }
    const label = byHash.get(hash);
    if (label === undefined || label.text.length !== letters) return start;
    const stop = at + VALUE_WINDOW * step;
    const text = textOf(bytes, at, Math.min(stop, end), step);
    const value = readValue(text, label.kind);
    if (value.seen >= text.length && this.#goesOn(stop, end)) return start;
    if (value.text === '') return start;
    this.#take(label, value.text, start);
    return at + value.end * step;
  }

  #take({ kind, ofPatient }: Label, text: string, at: number): void {
    const person = this.#person;
    const key = KEYS[kind];
    if (this.#distance + at - this.#from > NEAR || (person[key] !== '' && person[key] !== text)) this.#over();
    person[key] = text;
    person.ofPatient ||= ofPatient;
    if (person.name !== '' && person.number !== '' && person.birthDate !== '') this.#over();
  }

  /** The record is over. */
  #over(): void {
    const person = this.#person;
    if (person.empty) return;
    const { name, family, given, somebody, number, birthDate, ofPatient } = person;
    person.clear();
    if (!ofPatient) return;
    notes.clear();
    if (name !== '') splitName(name);
    else if (family !== '') {
      notes.family = family;
      notes.given = given;
    } else if (number !== '' && birthDate !== '') splitName(somebody);
    notes.number = number;
    notes.birthDate = birthDate;
    this.#report();
  }

  /** Tells what stands in `notes`, if it names somebody next to what identifies him; false when it does not. */
  #report(): boolean {
    const { family, number, birthDate } = notes;
    const whole = family !== '' && (number !== '' || birthDate !== '');
    if (whole) {
      notes.saw('patient-name');
      if (number !== '') notes.saw('medical-record-number');
      if (birthDate !== '') notes.saw('birth-date');
      this.#found(notes);
    }
    notes.clear();
    return whole;
  }

  /** A PID segment (HL7 v2.5.1 §3.4.2) or a P record (CLSI LIS2-A2 §7) at the beginning of a line. */
  #segment(bytes: Uint8Array, at: number, start: number, end: number): number {
    const before = this.#byteBefore(bytes, at, start, 1);
    // The number of an ASTM frame stands in front of its record.
    if (before >= 0x20 && (before < 0x30 || before > 0x37)) return at;
    let stop = at;
    const limit = at + LINE_WINDOW;
    while (stop < limit && stop < end && bytes[stop] !== 0x0d && bytes[stop] !== 0x0a) stop++;
    const line = latin1(bytes, at, stop);
    const isPid = line.startsWith('PID|');
    if (!isPid && !/^P\|\d{0,4}(?:$|\|)/.test(line) && line !== 'PI' && line !== 'PID') return at;
    if (stop < limit && this.#goesOn(stop, end)) return at;
    const fields = line.split('|');
    const field = (place: number) => fields[place]?.split(/[\^~\\]/, 1)[0] ?? '';
    notes.clear();
    // The record number stands behind those of others: the order is the receiver's own first.
    for (const place of isPid ? [3, 2] : [2, 3, 4]) notes.number ||= numberIn(field(place));
    splitName(nameIn((fields[5] ?? '').split('~', 1)[0]));
    notes.birthDate = dateIn(field(7));
    return this.#report() ? stop : at;
  }

  /** (0010,0010) PN and, behind it, (0010,0020) LO or (0010,0030) DA, in explicit VR little-endian (PS3.5 §7.1.2). */
  #elements(bytes: Uint8Array, at: number, end: number): number {
    for (let i = 1; i < NAME_ELEMENT.length; i++) {
      if (this.#goesOn(at + i, end)) return at;
      if (bytes[at + i] !== NAME_ELEMENT[i]) return at;
    }
    notes.clear();
    let next = at;
    while (next - at < ELEMENTS_WINDOW) {
      if (this.#goesOn(next + 8, end + 1)) return at;
      if (next + 8 > end || bytes[next] !== GROUP || bytes[next + 1] !== 0) break;
      const element = bytes[next + 2] | (bytes[next + 3] << 8);
      const from = next + 8;
      const to = from + (bytes[next + 6] | (bytes[next + 7] << 8));
      if (to - from > ELEMENT_LIMIT || !isShortVr(bytes[next + 4], bytes[next + 5])) break;
      if (this.#goesOn(to, end + 1)) return at;
      const value = latin1(bytes, from, Math.min(to, end)).replace(/[ \0]+$/, '');
      if (element === 0x0010) splitName(nameIn(value.split('=', 1)[0]));
      else if (element === 0x0020) notes.number = numberIn(value);
      else if (element === 0x0030) notes.birthDate = dateIn(value);
      next = to;
    }
    return this.#report() ? Math.min(next, end) : at;
  }
}

/** Tells of every patient in a text that is whole. */
export function readObvious(bytes: Uint8Array, start: number, end: number, found: Found): void {
  new ObviousReader(found).read(bytes, start, end, true);
}

const CAPITAL_P = 0x50;
const CAPITAL_I = 0x49;
const BAR = 0x7c;
const NAME_ELEMENT = [GROUP, 0, GROUP, 0, 0x50, 0x4e];
/** Two capital letters, of a VR whose length is two bytes: those of longer ones begin with O or U, or are SQ. */
function isShortVr(first: number, second: number): boolean {
  return (
    first >= 0x41 && first <= 0x5a && second >= 0x41 && second <= 0x5a && first !== 0x4f && first !== 0x55
  );
}

const KEYS = ['name', 'family', 'given', 'number', 'birthDate', 'somebody'] as const;

/** Characters as Latin-1; of wide text those beyond it are shown as one of its letters. */
function textOf(bytes: Uint8Array, start: number, end: number, step: 1 | 2): string {
  if (step === 1) return latin1(bytes, start, end);
  let text = '';
  for (let at = start; at + 1 < end; at += 2)
    text += String.fromCharCode(bytes[at + 1] === 0 ? bytes[at] : 0xff);
  return text;
}

/**
 * Behind a label: a closing quote, `:`, `=`, `=>` or the end of a tag; then tags, as between the cells of a table. Line
 * ends stand between tags only: a form that is empty goes on with its next label there.
 */
const SEPARATOR =
  /^(?:\\?["'])?[ \t]{0,24}(?::=?|=>?|>|<\/[^<>]{1,24}>)[ \t]{0,24}(?:\s{0,40}<[^<>]{0,120}>\s{0,40}){0,6}/;

interface Value {
  /** '' for none, or none that looks like what the label says. */
  readonly text: string;
  /** How far it reaches. */
  readonly end: number;
  /** How far one had to look to know. */
  readonly seen: number;
}

function noValue(seen: number): Value {
  return { text: '', end: 0, seen };
}

function readValue(text: string, kind: Kind): Value {
  const separator = SEPARATOR.exec(text);
  if (separator === null) return noValue(/^[\\"'\s<]/.test(text) && text.length < 64 ? text.length : 0);
  let from = separator[0].length;
  const rest = text.slice(from);
  const quote = /^\\?["']/.exec(rest)?.[0] ?? '';
  // More blanks, another tag or an escaped quote may follow.
  if (rest === '' || rest === '\\' || /^[\s<]/.test(rest)) return noValue(text.length);
  from += quote.length;
  if (quote !== '') {
    const close = text.indexOf(quote, from);
    if (close < 0) return noValue(text.length);
    return { text: plausible(text.slice(from, close), kind), end: close, seen: close };
  }
  const raw = UNQUOTED[kind].exec(rest)?.[0] ?? '';
  const behind = /^[ \t]*/.exec(rest.slice(raw.length))![0].length;
  const seen = from + raw.length + behind;
  // A date may have blanks in it: `Feb 3, 1951`.
  if (kind === BIRTH && behind > 0 && !/[\r\n<&;|]/.test(rest) && rest.length < 24)
    return noValue(text.length);
  const next = text[seen];
  const own = next === ':' || next === '=' ? withoutLabel(raw) : raw;
  return { text: plausible(own, kind), end: from + own.length, seen };
}

/** The value as the others of its kind are written; '' when it does not look like one. */
function plausible(raw: string, kind: Kind): string {
  if (kind === NUMBER) return numberIn(raw);
  if (kind === BIRTH) return dateIn(raw);
  return nameIn(raw, kind === FAMILY || kind === GIVEN);
}

const NAME_CHARACTERS = /^[A-Za-z\x80-\xff ,.^'’-]{1,96}/;
const UNQUOTED: readonly RegExp[] = [
  NAME_CHARACTERS,
  NAME_CHARACTERS,
  NAME_CHARACTERS,
  /^[\w./-]{1,48}/,
  /^[\w./:-]{1,40}(?: \d{1,2},? \d{4}| [A-Za-z]{3,9},? \d{4})?/,
  NAME_CHARACTERS,
];

/** Unquoted, what is the next label ran into the value: `DOE JOHN, MRN: 5`. It stays only if it is clear where it ended. */
function withoutLabel(raw: string): string {
  const words = raw.trimEnd().split(/(?=[ ,])/);
  for (let count = 1; count <= 4 && count < words.length; count++) {
    const tail = words
      .slice(-count)
      .join('')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase();
    if (LABELS.some((label) => label.text === tail)) return words.slice(0, -count).join('');
  }
  const clear = Math.max(raw.lastIndexOf(','), raw.lastIndexOf('  '));
  return clear > 0 ? raw.slice(0, clear) : '';
}

/** Words in the place of a name that are none: of forms, schemas, examples, tests. */
const NO_NAMES = new Set(
  'a all an and any anonymised anonymized anonymous available birth char column data date default deidentified demo dob doe dummy edit empty enter example family field first full given header hidden id identifier input int integer invalid label last male female middle missing mrn mustermann name names new no none not null number object of optional or patient patients placeholder please provided removed required sample search select some sort string surname table test text the this title to true false type undefined unknown user value varchar view with withheld your'.split(
    ' ',
  ),
);
/** Words of a name that are written small. */
const PARTICLES = new Set(
  'al bin da de del den der di dos du el la le of ten ter van von y zu zum zur'.split(' '),
);

/** A person's name, trimmed; '' when it does not look like one. `isPart`: one word will do. */
function nameIn(raw: string, isPart = false): string {
  const text = raw
    .replace(/\\$/, '')
    .trim()
    .replace(/[\s,.^-]+$/, '');
  if (text.length < 2 || text.length > 80 || !/^[A-Za-z\x80-\xff ,.^'’-]+$/.test(text)) return '';
  const words = text.split(/[\s^,.]+/).filter((word) => word !== '');
  if (words.length > 8 || (words.length < 2 && !isPart)) return '';
  let letters = 0;
  for (const word of words) {
    const small = word.toLowerCase();
    if (NO_NAMES.has(small)) return '';
    // Written small it is prose, but for a DICOM or HL7 name, whose parts `^` separates.
    if (/^[a-z]/.test(word) && !PARTICLES.has(small) && !text.includes('^') && !isPart) return '';
    letters += word.replace(/[^A-Za-z\x80-\xff]/g, '').length;
  }
  return letters >= (isPart ? 2 : 4) ? text : '';
}

/** A record number, trimmed; '' when it does not look like one. */
function numberIn(raw: string): string {
  const text = raw.replace(/\\$/, '').trim();
  if (!/^[A-Za-z0-9][A-Za-z0-9_./-]{2,35}$/.test(text)) return '';
  const digits = text.replace(/\D/g, '');
  if (digits.length < 3 || text.split('.').length > 2) return '';
  // What documentation and forms show, and what is counted up from nothing.
  if (/^0*(?:12345\d*|0*1?|(\d)\1*)$/.test(digits)) return '';
  return text;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** A date as YYYYMMDD; '' when it is none, or one that stands for none. */
function dateIn(raw: string): string {
  const text = raw.trim();
  let found: RegExpExecArray | null;
  let year: number;
  let month: number;
  let day: number;
  if ((found = /^(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:$|[T ]|\d{2,6}(?:$|[.+-]))/.exec(text)) !== null)
    [year, month, day] = [Number(found[1]), Number(found[3]), Number(found[4])];
  else if ((found = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:$|[T ])/.exec(text)) !== null) {
    const [first, second] = [Number(found[1]), Number(found[3])];
    // With slashes the month comes first, unless it cannot.
    const monthFirst = second > 12 || (found[2] === '/' && first <= 12);
    [year, month, day] = [Number(found[4]), monthFirst ? first : second, monthFirst ? second : first];
  } else if ((found = /^(\d{1,2})[- ]([A-Za-z]{3})[a-z]{0,6}[-, ]{1,2}(\d{4})$/.exec(text)) !== null)
    [year, month, day] = [Number(found[3]), MONTHS.indexOf(found[2].toLowerCase()) + 1, Number(found[1])];
  else if ((found = /^([A-Za-z]{3})[a-z]{0,6} (\d{1,2}),? (\d{4})$/.exec(text)) !== null)
    [year, month, day] = [Number(found[3]), MONTHS.indexOf(found[1].toLowerCase()) + 1, Number(found[2])];
  else return '';
  if (year < 1880 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31) return '';
  const date = `${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`;
  // What databases have for none.
  return date === '19000101' || date === '19700101' ? '' : date;
}

/** The parts of a name into `notes`: `DOE^JANE`, `Doe, Jane`, `Jane Doe`. */
function splitName(name: string): void {
  const parts = name.includes('^') ? name.split('^') : name.split(',');
  if (parts.length > 1) {
    notes.family = parts[0].trim();
    notes.given = parts[1].trim();
    return;
  }
  const last = name.lastIndexOf(' ');
  notes.family = name.slice(last + 1);
  notes.given = last < 0 ? '' : name.slice(0, last);
}
