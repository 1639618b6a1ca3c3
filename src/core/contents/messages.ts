/** HL7 v2 in files (v2.5.1 §2.10.3): one message or a batch of them, however its bytes are cut. */
import { HeldBytes } from './held.ts';
import { patientOf } from './hl7.ts';
import type { Exposure } from './identifiers.ts';

/** Bytes of a segment that is read; a longer one is passed over. */
const SEGMENT_LIMIT = 8192;
const CR = 0x0d;
const LF = 0x0a;

/** Tells the patient of each PID segment. */
export class MessagesReader {
  readonly #patient: (exposure: Exposure) => void;
  readonly #segment: HeldBytes;
  /** The segment that goes by is none that is read, or too long. */
  #passing = false;
  #separator = '|';
  #component = '^';
  #repetition = '~';

  constructor(analysis: object, patient: (exposure: Exposure) => void) {
    this.#patient = patient;
    this.#segment = new HeldBytes(analysis, SEGMENT_LIMIT);
  }

  read(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end) {
      let stop = at;
      while (stop < end && bytes[stop] !== CR && bytes[stop] !== LF) stop++;
      if (!this.#passing) this.#add(bytes, at, stop);
      if (stop < end) this.#over();
      at = stop + 1;
    }
    return true;
  }

  end(): void {
    this.#over();
    this.#segment.release();
  }

  #add(bytes: Uint8Array, start: number, end: number): void {
    const segment = this.#segment;
    let from = start;
    // The id first: most segments are none that is read.
    while (from < end && segment.length < 3) {
      if (segment.length > 0 || !isMark(bytes[from])) segment.add(bytes, from, from + 1);
      from++;
    }
    const known = segment.length < 3 || isRead(segment.view());
    if (!known || segment.add(bytes, from, end) < end - from) this.#pass();
  }

  #pass(): void {
    this.#passing = true;
    this.#segment.clear();
  }

  #over(): void {
    const segment = this.#segment.view();
    if (!this.#passing && segment.length > 8) this.#read(segment);
    this.#passing = false;
    this.#segment.clear();
  }

  #read(segment: Uint8Array): void {
    const text = Buffer.from(segment.buffer, segment.byteOffset, segment.length).toString('utf8');
    if (text.startsWith('MSH')) {
      this.#separator = text[3];
      this.#component = text[4];
      this.#repetition = text[5];
      return;
    }
    if (text[3] !== this.#separator) return;
    const exposure = patientOf(text.split(this.#separator, 64), this.#component, this.#repetition);
    if (exposure !== null) this.#patient(exposure);
  }
}

/** MLLP's start block, or a byte order mark. */
function isMark(byte: number): boolean {
  return byte === 0x0b || byte === 0xef || byte === 0xbb || byte === 0xbf;
}

/** `MSH` and `PID`. */
function isRead([a, b, c]: Uint8Array): boolean {
  return (a === 0x4d && b === 0x53 && c === 0x48) || (a === 0x50 && b === 0x49 && c === 0x44);
}
