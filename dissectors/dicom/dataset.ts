/**
 * Walks a DICOM data set (PS3.5 §7) as its bytes arrive, in whatever pieces, keeping the few values that are
 * wanted and skipping everything else by its length. It never holds the data set, never recurses, and when the
 * bytes stop, or stop making sense, what it has is what was whole: a value is kept once its last byte was seen.
 */
import { inflateRawSync } from 'node:zlib';
import { PixelDigest } from './pixels.ts';
import {
  DEFLATED_EXPLICIT_LITTLE_ENDIAN,
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
} from './uids.ts';

/** Elements wanted, named by their attribute. In sequences only where `WITHIN` says. */
export const SLOTS = [
  'specificCharacterSet',
  'sopInstance',
  'studyDate',
  'accessionNumber',
  'queryLevel',
  'modality',
  'manufacturer',
  'institution',
  'referringPhysician',
  'station',
  'physicianOfRecord',
  'performingPhysician',
  'readingPhysician',
  'model',
  'patientName',
  'patientId',
  'issuerOfPatientId',
  'birthDate',
  'sex',
  'otherPatientId',
  'otherPatientName',
  'birthName',
  'age',
  'address',
  'insurancePlan',
  'mothersBirthName',
  'medicalRecordLocator',
  'telephone',
  'ethnicGroup',
  'occupation',
  'patientComments',
  'responsiblePerson',
  'identityRemoved',
  'serial',
  'software',
  'studyInstance',
  'seriesInstance',
  'studyId',
  'requestingPhysician',
  'admissionId',
  'scheduledStation',
  'scheduledStationName',
  'scheduledDate',
  'performedStation',
  'performedStationName',
  'requestedProcedureId',
] as const;
export type Slot = (typeof SLOTS)[number];

const SLOT_NUMBERS = Object.fromEntries(SLOTS.map((name, index) => [name, index])) as Record<Slot, number>;

const TOP: readonly (readonly [tag: number, slot: Slot])[] = [
  [0x00080005, 'specificCharacterSet'],
  [0x00080018, 'sopInstance'],
  [0x00080020, 'studyDate'],
  [0x00080050, 'accessionNumber'],
  [0x00080052, 'queryLevel'],
  [0x00080060, 'modality'],
  [0x00080070, 'manufacturer'],
  [0x00080080, 'institution'],
  [0x00080090, 'referringPhysician'],
  [0x00081010, 'station'],
  [0x00081048, 'physicianOfRecord'],
  [0x00081050, 'performingPhysician'],
  [0x00081060, 'readingPhysician'],
  [0x00081090, 'model'],
  [0x00100010, 'patientName'],
  [0x00100020, 'patientId'],
  [0x00100021, 'issuerOfPatientId'],
  [0x00100030, 'birthDate'],
  [0x00100040, 'sex'],
  [0x00101000, 'otherPatientId'],
  [0x00101001, 'otherPatientName'],
  [0x00101005, 'birthName'],
  [0x00101010, 'age'],
  [0x00101040, 'address'],
  [0x00101050, 'insurancePlan'],
  [0x00101060, 'mothersBirthName'],
  [0x00101090, 'medicalRecordLocator'],
  [0x00102154, 'telephone'],
  [0x00102155, 'telephone'],
  [0x00102160, 'ethnicGroup'],
  [0x00102180, 'occupation'],
  [0x00102297, 'responsiblePerson'],
  [0x00104000, 'patientComments'],
  [0x00120062, 'identityRemoved'],
  [0x00181000, 'serial'],
  [0x00181020, 'software'],
  [0x0020000d, 'studyInstance'],
  [0x0020000e, 'seriesInstance'],
  [0x00200010, 'studyId'],
  [0x00321032, 'requestingPhysician'],
  [0x00380010, 'admissionId'],
  [0x00400241, 'performedStation'],
  [0x00400242, 'performedStationName'],
  [0x00401001, 'requestedProcedureId'],
];

/** Sequences whose items are looked into, and what is wanted there. */
const WITHIN: readonly (readonly [sequence: number, items: readonly (readonly [number, Slot])[]])[] = [
  // Other Patient IDs Sequence
  [0x00101002, [[0x00100020, 'otherPatientId']]],
  // Scheduled Procedure Step Sequence: what a worklist query asks for and what its answer says.
  [
    0x00400100,
    [
      [0x00080060, 'modality'],
      [0x00400001, 'scheduledStation'],
      [0x00400002, 'scheduledDate'],
      [0x00400006, 'performingPhysician'],
      [0x00400010, 'scheduledStationName'],
    ],
  ],
  // Scheduled Step Attributes Sequence (MPPS) and Request Attributes Sequence (images)
  [
    0x00400270,
    [
      [0x00080050, 'accessionNumber'],
      [0x0020000d, 'studyInstance'],
    ],
  ],
  [
    0x00400275,
    [
      [0x00080050, 'accessionNumber'],
      [0x00321032, 'requestingPhysician'],
    ],
  ],
];

/** By kind of frame: 0 the data set itself, 1… the items of the sequences of `WITHIN` in their order. */
const SLOTS_OF: readonly ReadonlyMap<number, number>[] = [TOP, ...WITHIN.map(([, items]) => items)].map(
  (items) => new Map(items.map(([tag, slot]) => [tag, SLOT_NUMBERS[slot]])),
);
const KIND_OF_SEQUENCE = new Map(WITHIN.map(([tag], index) => [tag, index + 1]));
const OTHER_KIND = -1;

/** Elements come in the order of their tags (PS3.5 §7.1): behind this one no value is wanted. */
const LAST_WANTED = 0x00401001;
/** Of a stored object, what is behind it is looked at for these: how a document begins, and the pixels' digest. */
const ENCAPSULATED_DOCUMENT = 0x00420011;
const PIXEL_DATA_GROUP = 0x7fe0;
const FLOAT_PIXEL_DATA = 0x7fe00008;
const PIXEL_DATA = 0x7fe00010;
/** Bytes of a document that are kept. */
const DOCUMENT_HEAD = 4;

/** Longer values, and those beyond so many bytes in all, are noted as there and not kept. */
export const MAX_VALUE = 1024;
const MAX_KEPT = 8192;
/** Elements and items looked at before the walk is given up; an image header has some hundred. */
export const MAX_ELEMENTS = 8192;
const MAX_DEPTH = 64;
/** Of a deflated data set so much is collected, and so much taken from it: the patient is at its start. */
const MAX_DEFLATED = 8192;
const MAX_INFLATED = 65_536;

const UNDEFINED_LENGTH = 0xffffffff;

const SHORT_VRS = 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US';
const LONG_VRS = 'OB OD OF OL OV OW SQ SV UC UN UR UT UV';
/** By the two letters: 1 has a 16-bit length, 2 a 32-bit one behind two reserved bytes (PS3.5 §7.1.2). */
const VR_FORM = new Uint8Array(26 * 26);
for (const vr of SHORT_VRS.split(' ')) VR_FORM[vrIndex(vr.charCodeAt(0), vr.charCodeAt(1))] = 1;
for (const vr of LONG_VRS.split(' ')) VR_FORM[vrIndex(vr.charCodeAt(0), vr.charCodeAt(1))] = 2;

function vrIndex(first: number, second: number): number {
  return (first - 65) * 26 + (second - 65);
}

function vrForm(first: number, second: number): number {
  if (first < 65 || first > 90 || second < 65 || second > 90) return 0;
  // A VR that the standard adds later has the long form (PS3.5 §7.1.2).
  return VR_FORM[vrIndex(first, second)] || 2;
}

const SQ = 0x5351;
const UN = 0x554e;
const OB = 0x4f42;
const OW = 0x4f57;

/** What can be inside an open frame. */
const ELEMENTS = 0;
const ITEMS = 1;
const FRAGMENTS = 2;

const IMPLICIT = 0;
const EXPLICIT = 1;
const EXPLICIT_BIG = 3;
const DEFLATED = 4;
const INFER = 5;

function encodingOf(transferSyntax: string): number {
  switch (transferSyntax) {
    case '':
      return INFER;
    case IMPLICIT_LITTLE_ENDIAN:
      return IMPLICIT;
    case EXPLICIT_BIG_ENDIAN:
      return EXPLICIT_BIG;
    case DEFLATED_EXPLICIT_LITTLE_ENDIAN:
      return DEFLATED;
    default:
      // Every encapsulated syntax is explicit little endian around its pixel data (PS3.5 §A.4).
      return EXPLICIT;
  }
}

const HEADER = 0;
const VALUE = 1;

export class DataSetWalker {
  /** By slot: the value's bytes with their padding, null when it was too long to keep, undefined when absent or empty. */
  readonly values: (Uint8Array | null | undefined)[] = new Array(SLOTS.length).fill(undefined);
  /** Nothing more is wanted: the rest may be skipped. */
  done = true;
  /** The walk ended because the bytes cannot be a data set of this syntax. */
  broken = false;
  /** The transfer syntax as given or inferred; '' while unknown. */
  transferSyntax = '';
  /** The highest tag met outside sequences: what comes before it and was not found is not there. */
  passed = 0;
  /** Every wanted value is behind: what is missed from here on is missing from the pixels' digest alone. */
  complete = false;
  /** Of all pixel data (`PixelDigest`); null where they were not seen to their end, or not looked for. */
  pixelDigest: number | null = null;
  /** The first bytes of an encapsulated document (0042,0011); empty where there is none, or not looked for. */
  readonly document = new Uint8Array(DOCUMENT_HEAD);
  documentLength = 0;

  #encoding = IMPLICIT;
  #explicit = false;
  #big = false;
  #inferring = false;
  #elements = 0;
  /** Bytes of the data set taken so far, which frames' ends are measured in. */
  #offset = 0;
  #phase = HEADER;
  #remaining = 0;
  #slot = -1;
  #value: Uint8Array | null = null;
  #valueFilled = 0;
  #kept = 0;
  readonly #carry = new Uint8Array(12);
  #carried = 0;
  #deflated: Uint8Array | null = null;
  #deflatedFilled = 0;
  /** The data set is of an object that is being stored: it is walked to the end of its pixel data. */
  #stored = false;
  readonly #pixels = new PixelDigest();
  /** The value being passed is pixel data. */
  #inPixels = false;
  /** Items met of encapsulated pixel data; -1 outside of them. */
  #fragments = -1;
  #inDocument = false;
  /** Open sequences and items, outermost first. Ends are offsets; Infinity where the length is undefined. */
  #depth = 0;
  readonly #ends = new Float64Array(MAX_DEPTH);
  readonly #contents = new Uint8Array(MAX_DEPTH);
  readonly #kinds = new Int8Array(MAX_DEPTH);
  /** The VR form in force around a frame: inside UN of undefined length it is implicit little endian. */
  readonly #outer = new Uint8Array(MAX_DEPTH);

  /** Begins a data set in a transfer syntax; '' lets its first element tell. `stored`: of a stored object. */
  start(transferSyntax: string, stored = false): void {
    this.values.fill(undefined);
    this.done = false;
    this.broken = false;
    this.transferSyntax = transferSyntax;
    this.passed = 0;
    this.complete = false;
    this.pixelDigest = null;
    this.documentLength = 0;
    this.#stored = stored;
    this.#inPixels = false;
    this.#fragments = -1;
    this.#inDocument = false;
    this.#inferring = false;
    this.#elements = 0;
    this.#offset = 0;
    this.#phase = HEADER;
    this.#remaining = 0;
    this.#slot = -1;
    this.#value = null;
    this.#kept = 0;
    this.#carried = 0;
    this.#deflated = null;
    this.#deflatedFilled = 0;
    this.#depth = 0;
    this.#setEncoding(encodingOf(transferSyntax));
  }

  #setEncoding(encoding: number): void {
    this.#encoding = encoding;
    this.#explicit = encoding !== IMPLICIT;
    this.#big = encoding === EXPLICIT_BIG;
  }

  value(slot: Slot): Uint8Array | null | undefined {
    return this.values[SLOT_NUMBERS[slot]];
  }

  /** How many of the bytes that follow need not be fed but may be passed by `pass`. */
  get unneeded(): number {
    if (this.done) return Number.POSITIVE_INFINITY;
    if (!this.complete || this.#phase !== VALUE || this.#inDocument) return 0;
    return this.#inPixels ? Math.min(this.#remaining, this.#pixels.unneeded) : this.#remaining;
  }

  /** Passes over at most `unneeded` bytes. */
  pass(length: number): void {
    if (this.done || length === 0) return;
    if (this.#inPixels) this.#pixels.pass(length);
    this.#remaining -= length;
    this.#offset += length;
    if (this.#remaining === 0) this.#endValue();
  }

  /** The bytes are no longer whole: what comes is not looked at. What is kept stays. */
  stop(): void {
    this.done = true;
    this.#value = null;
    this.#deflated = null;
  }

  /** Forgets the values: a walker waits for its next data set without those of the last. */
  clear(): void {
    this.stop();
    this.values.fill(undefined);
  }

  /** The data set's last byte was fed. */
  finish(): void {
    if (!this.done && this.#encoding === DEFLATED) this.#inflate();
    if (!this.done && this.#phase === HEADER && this.#carried === 0) this.passed = 0xffffffff;
    this.stop();
  }

  /** The next bytes of the data set. */
  feed(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.done) {
      if (this.#encoding === DEFLATED) {
        this.#collectDeflated(bytes, at, end);
        return;
      }
      if (this.#phase === VALUE) at = this.#takeValue(bytes, at, end);
      else at = this.#takeHeader(bytes, at, end);
    }
  }

  #takeValue(bytes: Uint8Array, at: number, end: number): number {
    const taken = Math.min(this.#remaining, end - at);
    if (this.#value !== null) {
      this.#value.set(bytes.subarray(at, at + taken), this.#valueFilled);
      this.#valueFilled += taken;
    } else if (this.#inPixels) this.#pixels.take(bytes, at, at + taken);
    else if (this.#inDocument) this.#keepDocument(bytes, at, at + taken);
    this.#remaining -= taken;
    this.#offset += taken;
    if (this.#remaining === 0) this.#endValue();
    return at + taken;
  }

  #endValue(): void {
    this.#phase = HEADER;
    if (this.#slot >= 0 && this.values[this.#slot] === undefined) this.values[this.#slot] = this.#value;
    this.#slot = -1;
    this.#value = null;
    this.#inDocument = false;
    if (!this.#inPixels) return;
    this.#inPixels = false;
    if (this.#fragments < 0) this.#endPixels();
  }

  #keepDocument(bytes: Uint8Array, at: number, end: number): void {
    const head = bytes.subarray(at, Math.min(end, at + DOCUMENT_HEAD - this.documentLength));
    this.document.set(head, this.documentLength);
    this.documentLength += head.length;
    if (this.documentLength === DOCUMENT_HEAD) this.#inDocument = false;
  }

  #endPixels(): void {
    this.pixelDigest = this.#pixels.value;
    this.stop();
  }

  #takeHeader(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#carried === 0 && end - at >= 12) {
      if (this.#encoding === INFER) this.#infer(bytes, at);
      if (this.done || this.#encoding === DEFLATED) return at;
      const length = this.#headerLength(bytes, at);
      if (length === 0) this.#break();
      else this.#header(bytes, at, length);
      return at + length;
    }
    while (at < end) {
      this.#carry[this.#carried++] = bytes[at++];
      if (this.#carried < 8) continue;
      if (this.#encoding === INFER) this.#infer(this.#carry, 0);
      if (this.done) return at;
      if (this.#encoding === DEFLATED) {
        const carried = this.#carried;
        this.#carried = 0;
        this.#collectDeflated(this.#carry.slice(0, carried), 0, carried);
        return at;
      }
      const length = this.#headerLength(this.#carry, 0);
      if (length === 0) {
        this.#break();
        return at;
      }
      if (this.#carried < length) continue;
      this.#carried = 0;
      this.#header(this.#carry, 0, length);
      return at;
    }
    return at;
  }

  /**
   * Explicit VR shows itself by its two letters, the byte order by the group number, which is small; what has
   * neither can only be deflated or nothing at all.
   */
  #infer(bytes: Uint8Array, at: number): void {
    this.#inferring = true;
    const first = bytes[at + 4];
    const second = bytes[at + 5];
    const letters = first >= 65 && first <= 90 && second >= 65 && second <= 90;
    const known = letters && VR_FORM[vrIndex(first, second)] !== 0;
    const groupLittle = bytes[at] | (bytes[at + 1] << 8);
    const groupBig = (bytes[at] << 8) | bytes[at + 1];
    const length = u32(bytes, at + 4, false);
    if (known && groupLittle <= 0xff && groupLittle > 0) {
      this.transferSyntax = EXPLICIT_LITTLE_ENDIAN;
      this.#setEncoding(EXPLICIT);
    } else if (known && groupBig <= 0xff && groupBig > 0) {
      this.transferSyntax = EXPLICIT_BIG_ENDIAN;
      this.#setEncoding(EXPLICIT_BIG);
    } else if (groupLittle <= 0xff && groupLittle > 0 && (length <= 0xffff || length === UNDEFINED_LENGTH)) {
      this.transferSyntax = IMPLICIT_LITTLE_ENDIAN;
      this.#setEncoding(IMPLICIT);
    } else {
      this.#setEncoding(DEFLATED);
    }
  }

  /** Bytes of the header at `at`, of which eight are there; 0 when it is none. */
  #headerLength(bytes: Uint8Array, at: number): number {
    if (!this.#explicit) return 8;
    // Items and their delimiters have no VR (PS3.5 §7.5).
    if (u16(bytes, at, this.#big) === 0xfffe) return 8;
    const form = vrForm(bytes[at + 4], bytes[at + 5]);
    if (form === 2) return 12;
    return form === 1 ? 8 : 0;
  }

  #header(bytes: Uint8Array, at: number, headerLength: number): void {
    if (++this.#elements > MAX_ELEMENTS) {
      this.stop();
      return;
    }
    while (this.#depth > 0 && this.#offset >= this.#ends[this.#depth - 1]) this.#pop();
    this.#offset += headerLength;
    const big = this.#big;
    const group = u16(bytes, at, big);
    const tag = ((group << 16) | u16(bytes, at + 2, big)) >>> 0;
    if (group === 0xfffe) {
      this.#delimiter(tag, u32(bytes, at + 4, big));
      return;
    }
    if (this.#depth > 0 && this.#contents[this.#depth - 1] !== ELEMENTS) {
      this.#break();
      return;
    }
    let vr = 0;
    let length: number;
    if (this.#explicit) {
      vr = (bytes[at + 4] << 8) | bytes[at + 5];
      length = headerLength === 12 ? u32(bytes, at + 8, big) : u16(bytes, at + 6, big);
    } else {
      length = u32(bytes, at + 4, big);
    }
    if (this.#depth === 0) this.passed = Math.max(this.passed, tag);
    if (this.#depth === 0 && tag > LAST_WANTED && (group >= PIXEL_DATA_GROUP || !this.#inferring)) {
      this.complete = true;
      // Encapsulated pixel data tells that the syntax is one of many, not plain explicit little endian.
      if (this.#inferring && tag === PIXEL_DATA && length === UNDEFINED_LENGTH) this.transferSyntax = '';
      if (!this.#stored || tag > PIXEL_DATA) {
        this.stop();
        return;
      }
      if (tag >= FLOAT_PIXEL_DATA) {
        this.#beginPixels(length);
        return;
      }
    }
    this.#element(tag, vr, length);
  }

  /** PS3.5 §8.2, §A.4: a value of so many bytes, or fragments in items, the first of which says where frames begin. */
  #beginPixels(length: number): void {
    if (length === 0 || this.transferSyntax === DEFLATED_EXPLICIT_LITTLE_ENDIAN) {
      this.stop();
    } else if (length === UNDEFINED_LENGTH) {
      this.#pixels.start(-1);
      this.#fragments = 0;
      this.#push(FRAGMENTS, OTHER_KIND, Number.POSITIVE_INFINITY);
    } else {
      this.#pixels.start(length);
      this.#beginValue(-1, length);
      this.#inPixels = true;
    }
  }

  #element(tag: number, vr: number, length: number): void {
    const kind = this.#depth === 0 ? 0 : this.#kinds[this.#depth - 1];
    if (length === UNDEFINED_LENGTH) {
      if (vr === OB || vr === OW) this.#push(FRAGMENTS, OTHER_KIND, Number.POSITIVE_INFINITY);
      else if (vr === 0 || vr === SQ || vr === UN)
        this.#push(ITEMS, this.#sequenceKind(kind, tag), Number.POSITIVE_INFINITY);
      else this.#break();
      if (vr === UN && !this.done) {
        this.#explicit = false;
        this.#big = false;
      }
      return;
    }
    if (this.#depth > 0 && this.#offset + length > this.#ends[this.#depth - 1]) {
      this.#break();
      return;
    }
    if (length === 0) return;
    if (vr === 0 || vr === SQ) {
      const within = this.#sequenceKind(kind, tag);
      if (within > 0) {
        this.#push(ITEMS, within, this.#offset + length);
        return;
      }
    }
    const wanted = kind >= 0 && !this.complete;
    this.#beginValue(wanted ? (SLOTS_OF[kind].get(tag) ?? -1) : -1, length);
    this.#inDocument = this.#stored && this.#depth === 0 && tag === ENCAPSULATED_DOCUMENT;
  }

  #sequenceKind(kind: number, tag: number): number {
    return kind === 0 ? (KIND_OF_SEQUENCE.get(tag) ?? OTHER_KIND) : OTHER_KIND;
  }

  #beginValue(slot: number, length: number): void {
    this.#phase = VALUE;
    this.#remaining = length;
    this.#slot = slot;
    const keep = slot >= 0 && length <= MAX_VALUE && this.#kept + length <= MAX_KEPT;
    this.#value = keep ? new Uint8Array(length) : null;
    this.#valueFilled = 0;
    if (keep) this.#kept += length;
  }

  #delimiter(tag: number, length: number): void {
    const contents = this.#depth > 0 ? this.#contents[this.#depth - 1] : -1;
    if (tag === 0xfffee000) {
      const end = length === UNDEFINED_LENGTH ? Number.POSITIVE_INFINITY : this.#offset + length;
      if (contents === ITEMS) {
        if (end !== Number.POSITIVE_INFINITY && end > this.#ends[this.#depth - 1]) this.#break();
        else if (length > 0) this.#push(ELEMENTS, this.#kinds[this.#depth - 1], end);
      } else if (contents !== ELEMENTS && length !== UNDEFINED_LENGTH) {
        // A fragment of encapsulated data; or, as some write, an item outside any sequence.
        if (length > 0) this.#beginValue(-1, length);
        // The table of where frames begin is left out: programs make it anew, or leave it empty.
        if (this.#fragments >= 0) this.#inPixels = this.#fragments++ > 0 && length > 0;
      } else {
        this.#break();
      }
      return;
    }
    const expected = tag === 0xfffee00d ? ELEMENTS : tag === 0xfffee0dd ? contents : -1;
    const closes =
      contents >= 0 &&
      contents === expected &&
      (tag === 0xfffee00d || contents !== ELEMENTS) &&
      this.#ends[this.#depth - 1] === Number.POSITIVE_INFINITY;
    if (!closes) this.#break();
    else if (this.#fragments > 1) this.#endPixels();
    else this.#pop();
  }

  #push(contents: number, kind: number, end: number): void {
    if (this.#depth === MAX_DEPTH) {
      this.stop();
      return;
    }
    this.#contents[this.#depth] = contents;
    this.#kinds[this.#depth] = kind;
    this.#ends[this.#depth] = end;
    this.#outer[this.#depth] = (this.#explicit ? 1 : 0) | (this.#big ? 2 : 0);
    this.#depth++;
  }

  #pop(): void {
    this.#depth--;
    this.#explicit = (this.#outer[this.#depth] & 1) !== 0;
    this.#big = (this.#outer[this.#depth] & 2) !== 0;
  }

  #break(): void {
    // What the values were read from was right so far.
    if (!this.complete) this.broken = true;
    this.stop();
  }

  #collectDeflated(bytes: Uint8Array, at: number, end: number): void {
    this.#deflated ??= new Uint8Array(MAX_DEFLATED);
    const taken = Math.min(MAX_DEFLATED - this.#deflatedFilled, end - at);
    this.#deflated.set(bytes.subarray(at, at + taken), this.#deflatedFilled);
    this.#deflatedFilled += taken;
    if (this.#deflatedFilled === MAX_DEFLATED) {
      this.#inflate();
      this.stop();
    }
  }

  #inflate(): void {
    const collected = this.#deflated?.subarray(0, this.#deflatedFilled) ?? new Uint8Array(0);
    const inflated = inflateStart(collected);
    this.#deflated = null;
    this.#setEncoding(EXPLICIT);
    if (inflated.length < 8 || (this.#inferring && vrForm(inflated[4], inflated[5]) === 0)) {
      this.#break();
      return;
    }
    if (this.#inferring) this.transferSyntax = DEFLATED_EXPLICIT_LITTLE_ENDIAN;
    this.feed(inflated, 0, inflated.length);
  }
}

/** What the beginning of a raw deflate stream (RFC 1951) holds, at most `MAX_INFLATED` bytes; empty when it is none. */
function inflateStart(deflated: Uint8Array): Uint8Array {
  // The flush mode takes a cut stream as far as it goes. One that swells beyond the limit is cut shorter: at a
  // ratio of at most 1032 the last try always fits.
  for (let length = deflated.length; length > 0; length = length > 32 ? length >>> 3 : 0) {
    try {
      return inflateRawSync(deflated.subarray(0, length), { finishFlush: 2, maxOutputLength: MAX_INFLATED });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') return new Uint8Array(0);
    }
  }
  return new Uint8Array(0);
}

const u16 = (bytes: Uint8Array, at: number, big: boolean): number =>
  big ? (bytes[at] << 8) | bytes[at + 1] : bytes[at] | (bytes[at + 1] << 8);

const u32 = (bytes: Uint8Array, at: number, big: boolean): number =>
  big
    ? ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
    : (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
