/** A file that goes by, whatever carries it: what it is, whom it names, and whether it holds a program. */
import type { DissectorContext } from '../dissector.ts';
import type { Side } from '../facts.ts';
import { readDocument } from './cda.ts';
import { HeldBytes } from './held.ts';
import { type Exposure, phiFact } from './identifiers.ts';
import { MessagesReader } from './messages.ts';
import { Part10Reader } from './part10.ts';
import { type DocumentKind, SNIFF_LIMIT, sniff } from './sniff.ts';

/** Bytes of a CDA document that are read: `recordTarget` stands in its header. */
const DOCUMENT_LIMIT = 32_768;

/** A reader of one kind. `read` is false when nothing that follows is wanted. */
interface KindReader {
  read(bytes: Uint8Array, start: number, end: number): boolean;
  end(): void;
}

/**
 * Reads a file's bytes in order, however they are cut, and emits `phi` and `content` facts. Keeps little, and nothing of a
 * file that is none of the known kinds: `wanted` says whether to go on.
 */
export class ContentReader {
  readonly #context: Pick<DissectorContext<never>, 'emit' | 'hash'>;
  readonly #protocol: string;
  readonly #to: Side;
  readonly #head: HeldBytes;
  #reader: KindReader | null = null;
  /** What it is; null while that is not known, and for everything else. */
  kind: DocumentKind | null = null;
  /** False: nothing that follows is wanted. */
  wanted = true;

  /** `protocol`: what carries it, for its facts. `to`: which end receives it. */
  constructor(context: Pick<DissectorContext<never>, 'emit' | 'hash'>, protocol: string, to: Side) {
    this.#context = context;
    this.#protocol = protocol;
    this.#to = to;
    this.#head = new HeldBytes(context.hash, SNIFF_LIMIT);
  }

  /** The next bytes of the file, valid during the call. */
  read(bytes: Uint8Array, start: number, end: number): void {
    if (!this.wanted || start >= end) return;
    if (this.#reader === null) this.#sniff(bytes, start, end);
    else if (!this.#reader.read(bytes, start, end)) this.end();
  }

  /** The file is over, or the rest of it was missed. */
  end(): void {
    this.wanted = false;
    this.#head.release();
    this.#reader?.end();
    this.#reader = null;
  }

  #sniff(bytes: Uint8Array, start: number, end: number): void {
    const held = this.#head;
    const before = held.length;
    const taken = before > 0 ? held.add(bytes, start, end) : 0;
    const head = before > 0 ? held.view() : bytes.subarray(start, end);
    const kind = sniff(head, false);
    if (kind === 'more') {
      const kept = before > 0 ? taken : held.add(bytes, start, end);
      if (kept < end - start) this.end();
      return;
    }
    this.kind = kind;
    if (kind !== null) {
      const reader = this.#open(kind);
      this.#reader = reader;
      const goesOn =
        reader.read(head, 0, head.length) && (before === 0 || reader.read(bytes, start + taken, end));
      held.release();
      if (goesOn) return;
    }
    this.end();
  }

  #open(kind: DocumentKind): KindReader {
    const patient = (exposure: Exposure) => this.#expose(exposure);
    switch (kind) {
      case 'dicom':
        return new Part10Reader({
          patient,
          executable: (name, within) =>
            this.#context.emit({
              fact: 'content',
              content: 'executable',
              kind: name,
              within,
              to: this.#to,
            }),
        });
      case 'hl7':
        return new MessagesReader(this.#context.hash, patient);
      case 'cda':
        return new CdaReader(this.#context.hash, patient);
    }
  }

  #expose(exposure: Exposure): void {
    this.#context.emit(phiFact(exposure, this.#protocol, this.#to, this.#context.hash));
  }
}

/** Keeps a document's beginning, and reads it when there is enough. */
class CdaReader implements KindReader {
  readonly #patient: (exposure: Exposure) => void;
  readonly #bytes: HeldBytes;

  constructor(analysis: object, patient: (exposure: Exposure) => void) {
    this.#bytes = new HeldBytes(analysis, DOCUMENT_LIMIT);
    this.#patient = patient;
  }

  read(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#bytes.add(bytes, start, end) === end - start && this.#bytes.length < DOCUMENT_LIMIT;
  }

  end(): void {
    const bytes = this.#bytes.view();
    for (const exposure of readDocument(bytes, 0, bytes.length).exposures) this.#patient(exposure);
    this.#bytes.release();
  }
}
