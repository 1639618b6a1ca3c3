/** DICOM files (PS3.10 §7): whom the object names, what made it, and whether a program hides in it. */
import { latin1 } from '../bytes.ts';
import { EQUIPMENT, exposureOf, IDENTIFYING, MODALITY, TRANSFER_SYNTAX, WANTED } from './attributes.ts';
import { type Content, type Deed, type Hazard, NOTHING, printable, type Told } from './content.ts';
import { EXECUTABLE_HEAD, executableAt } from './executable.ts';
import type { Exposure } from './identifiers.ts';
import { isPart10, PART10_HEAD } from './sniff.ts';

export const IN_PREAMBLE = 'preamble of a DICOM file';
export const IN_DOCUMENT = 'DICOM (0042,0011) encapsulated document';

/** What is told while a file goes by. */
export interface Part10Listener {
  /** The patient, once all that could say that it is none has gone by. */
  patient(exposure: Exposure): void;
  executable(kind: string, within: string): void;
}

const IMPLICIT = '1.2.840.10008.1.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
/** Value representations with a length of four bytes, as two letters (PS3.5 §7.1.2). */
const LONG = new Set(
  ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'].map(
    (letters) => (letters.charCodeAt(0) << 8) | letters.charCodeAt(1),
  ),
);
const UNDEFINED_LENGTH = 0xffffffff;
const VALUE_LIMIT = 256;
/** The last group that says who the patient is, and the last that is read. */
const PATIENT_GROUP = 0x0038;
const LAST_GROUP = 0x0042;
const ENCAPSULATED_DOCUMENT = 0x00420011;
const ELEMENTS = 8192;

/** What the bytes that are collected are. */
const HEAD = 0;
const HEADER = 1;
const LONG_LENGTH = 2;
const VALUE = 3;
const DOCUMENT = 4;
const OVER = 5;

/**
 * Reads a file's bytes in order, however they are cut. Values longer than `VALUE_LIMIT` and what is inside of sequences is
 * passed over by count; nothing is kept but the short values that matter.
 */
export class Part10Reader {
  readonly #listener: Part10Listener;
  /** Texts by tag, eight hexadecimal digits. */
  readonly values = new Map<string, string>();
  /** The bytes that are wanted next, as far as they came in pieces. */
  readonly #piece = new Uint8Array(VALUE_LIMIT);
  #held = 0;
  #need = PART10_HEAD;
  #state = HEAD;
  #skip = 0;
  #meta = true;
  #explicit = true;
  #bigEndian = false;
  #tag = 0;
  #length = 0;
  /** How many sequences and items without length are open; the tag of the outermost. */
  #depth = 0;
  #sequence = 0;
  #elements = 0;
  #told = false;

  constructor(listener: Part10Listener) {
    this.#listener = listener;
  }

  /** False when nothing that follows is wanted. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (this.#state !== OVER) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at);
        this.#skip -= skipped;
        at += skipped;
        if (this.#skip > 0) return true;
      }
      const need = this.#need;
      if (this.#held === 0 && end - at >= need) {
        at += need;
        this.#step(bytes, at - need, at);
        continue;
      }
      const more = Math.min(need - this.#held, end - at);
      this.#piece.set(bytes.subarray(at, at + more), this.#held);
      this.#held += more;
      at += more;
      if (this.#held < need) return true;
      this.#held = 0;
      this.#step(this.#piece, 0, need);
    }
    return false;
  }

  /** No more bytes come, or none are read. */
  end(): void {
    this.#state = OVER;
    this.#tellPatient();
  }

  /** `bytes[start, end)` is what was wanted. */
  #step(bytes: Uint8Array, start: number, end: number): void {
    switch (this.#state) {
      case HEAD: {
        if (isPart10(bytes, start, end)) {
          this.#executable(bytes, start, end, IN_PREAMBLE);
          this.#await(HEADER, 8);
        } else this.end();
        return;
      }
      case HEADER:
        this.#header(bytes, start);
        return;
      case LONG_LENGTH:
        this.#element(this.#u32(bytes, start));
        return;
      case VALUE:
        this.values.set(hex(this.#tag), latin1(bytes, start, end));
        this.#await(HEADER, 8);
        return;
      case DOCUMENT:
        this.#executable(bytes, start, end, IN_DOCUMENT);
        this.#skip = this.#length - (end - start);
        this.#await(HEADER, 8);
    }
  }

  #await(state: number, need: number): void {
    this.#state = state;
    this.#need = need;
  }

  #executable(bytes: Uint8Array, start: number, end: number, within: string): void {
    const kind = executableAt(bytes, start, end);
    if (kind !== null) this.#listener.executable(kind, within);
  }

  /** The first eight bytes of an element. */
  #header(bytes: Uint8Array, at: number): void {
    const inMeta = bytes[at] === 2 && bytes[at + 1] === 0;
    const goesOn = (!this.#meta || inMeta || this.#startDataSet()) && ++this.#elements <= ELEMENTS;
    const group = this.#u16(bytes, at);
    this.#tag = group * 0x10000 + this.#u16(bytes, at + 2);
    if (this.#depth === 0 && group > PATIENT_GROUP) this.#tellPatient();
    if (!goesOn || (this.#depth === 0 && group > LAST_GROUP)) this.end();
    else if (!this.#explicit || group === 0xfffe) this.#element(this.#u32(bytes, at + 4));
    else if (LONG.has((bytes[at + 4] << 8) | bytes[at + 5])) this.#await(LONG_LENGTH, 4);
    else if (isLetter(bytes[at + 4]) && isLetter(bytes[at + 5])) this.#element(this.#u16(bytes, at + 6));
    else this.end();
  }

  /** The data set behind the file meta information is in the transfer syntax that this names. False for what is not read. */
  #startDataSet(): boolean {
    this.#meta = false;
    const syntax = (this.values.get(TRANSFER_SYNTAX) ?? '').replace(/[\s\0]+$/, '');
    this.#explicit = syntax !== IMPLICIT;
    this.#bigEndian = syntax === BIG_ENDIAN;
    return syntax !== '' && syntax !== DEFLATED;
  }

  /** An element whose header has gone by. */
  #element(length: number): void {
    this.#await(HEADER, 8);
    if (this.#depth > 0) this.#inner(length);
    else if (length === UNDEFINED_LENGTH) {
      this.#depth = 1;
      this.#sequence = this.#tag;
    } else if (this.#tag === ENCAPSULATED_DOCUMENT && length > 0) {
      this.#length = length;
      this.#await(DOCUMENT, Math.min(length, EXECUTABLE_HEAD));
    } else if (length > 0 && length <= VALUE_LIMIT && WANTED.has(this.#tag)) this.#await(VALUE, length);
    else {
      if (length > 0) this.#filled(this.#tag);
      this.#skip = length;
    }
  }

  /** Inside of what has no length of its own, whatever is nested in it. */
  #inner(length: number): void {
    if (this.#tag === 0xfffee0dd || this.#tag === 0xfffee00d) this.#depth--;
    else if (length === UNDEFINED_LENGTH) this.#depth++;
    else {
      // An item with a length is gone through: what is in it says whether the sequence is empty.
      if (this.#tag === 0xfffee000) return;
      if (length > 0) this.#filled(this.#sequence);
      this.#skip = length;
    }
  }

  /** A sequence or a long text: that it has a value is all that is kept of it. */
  #filled(tag: number): void {
    if (!WANTED.has(tag)) return;
    const name = hex(tag);
    if (IDENTIFYING.has(name)) this.values.set(name, '(filled)');
  }

  #tellPatient(): void {
    if (this.#told) return;
    this.#told = true;
    const exposure = exposureOf(this.values);
    if (exposure !== null) this.#listener.patient(exposure);
  }

  #u16(bytes: Uint8Array, at: number): number {
    return this.#bigEndian ? (bytes[at] << 8) | bytes[at + 1] : bytes[at] | (bytes[at + 1] << 8);
  }

  #u32(bytes: Uint8Array, at: number): number {
    return this.#bigEndian
      ? this.#u16(bytes, at) * 65_536 + this.#u16(bytes, at + 2)
      : this.#u16(bytes, at) + this.#u16(bytes, at + 2) * 65_536;
  }
}

function isLetter(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function hex(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}

/** What the beginning of a file says; `source` names where it was found: `HTTP DICOM object`. */
export function readPart10(bytes: Uint8Array, start: number, end: number, source: string): Content {
  if (!isPart10(bytes, start, end)) return NOTHING;
  const exposures: Exposure[] = [];
  const hazards: Hazard[] = [];
  const reader = new Part10Reader({
    patient: (exposure) => exposures.push(exposure),
    executable: (kind, within) => hazards.push({ kind, within }),
  });
  reader.read(bytes, start, end);
  reader.end();
  const { values } = reader;
  const attributes: Told[] = [];
  for (const [tag, attribute, written] of EQUIPMENT) {
    const value = printable((values.get(tag) ?? '').replace(/\0+$/, ''), 64);
    if (value !== '') attributes.push({ attribute, value, source: `${source} ${written}` });
  }
  const modality = (values.get(MODALITY) ?? '').trim();
  const activities: Deed[] = [
    { activity: 'sends-images', detail: /^[A-Z0-9_ ]{1,16}$/.test(modality) ? modality : '' },
  ];
  return { ...NOTHING, exposures, hazards, attributes, activities, protocol: 'dicomweb' };
}
