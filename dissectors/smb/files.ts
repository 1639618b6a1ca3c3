/** The contents of files as they are written and read: WRITE and READ of SMB2 and 3, WRITE_ANDX and READ_ANDX of SMB1. */
import { BoundedMap } from '../../src/core/bounded.ts';
import { latin1 } from '../../src/core/bytes.ts';
import { ContentReader } from '../../src/core/contents/reader.ts';
import type { DissectorContext } from '../../src/core/dissector.ts';
import { SMB1_HEADER, SMB2, SMB2_HEADER, u16, u32 } from './wire.ts';

/** [MS-SMB2] §2.2.1.2. */
const SMB2_CLOSE = 6;
const SMB2_READ = 8;
const SMB2_WRITE = 9;
/** [MS-CIFS] §2.2.2.1. */
const SMB1_CLOSE = 0x04;
const SMB1_READ = 0x2e;
const SMB1_WRITE = 0x2f;

/** What a message does to a file. */
const NOTHING = 0;
const CLOSE = 1;
const ASK = 2;
const ANSWER = 3;
const WRITE = 4;
type Deed = typeof NOTHING | typeof CLOSE | typeof ASK | typeof ANSWER | typeof WRITE;

/** Fixed parts, from the header on, in which everything stands that is read here. */
const SMB2_FIXED: Readonly<Record<Deed, number>> = {
  [NOTHING]: 0,
  [CLOSE]: SMB2_HEADER + 24,
  [ASK]: SMB2_HEADER + 48,
  [ANSWER]: SMB2_HEADER + 16,
  [WRITE]: SMB2_HEADER + 48,
};
const SMB1_WORDS = SMB1_HEADER + 1;
const SMB1_FIXED: Readonly<Record<Deed, number>> = {
  [NOTHING]: 0,
  [CLOSE]: SMB1_WORDS + 2,
  [ASK]: SMB1_WORDS + 20,
  [ANSWER]: SMB1_WORDS + 24,
  [WRITE]: SMB1_WORDS + 24,
};

/** Files of a connection that are followed, and reads that wait for their answer. */
const FILES_LIMIT = 16;
const READS_LIMIT = 64;

function deedOf(kind: number, bytes: Uint8Array, smb: number, isReply: boolean): Deed {
  const command = kind === SMB2 ? u16(bytes, smb + 12) : bytes[smb + 4];
  const isSmb2 = kind === SMB2;
  if (command === (isSmb2 ? SMB2_READ : SMB1_READ)) return isReply ? ANSWER : ASK;
  if (isReply) return NOTHING;
  if (command === (isSmb2 ? SMB2_WRITE : SMB1_WRITE)) return WRITE;
  return command === (isSmb2 ? SMB2_CLOSE : SMB1_CLOSE) ? CLOSE : NOTHING;
}

/** How many bytes of a message, from its header on, `Files.message` wants to see; 0 when it is not about a file. */
export function wantedOf(kind: number, bytes: Uint8Array, smb: number, isReply: boolean): number {
  return (kind === SMB2 ? SMB2_FIXED : SMB1_FIXED)[deedOf(kind, bytes, smb, isReply)];
}

/** A file from its beginning, as far as it went by in order. */
interface Followed {
  readonly reader: ContentReader;
  next: number;
}

/** Where the contents of a file stand in the message that goes by. */
export interface Contents {
  readonly reader: ContentReader;
  /** Bytes from the header to the contents. */
  readonly start: number;
  readonly length: number;
}

interface Read {
  readonly key: string;
  readonly offset: number;
}

/**
 * The files of a connection that are followed: those whose first bytes may be the start of a document that names patients.
 * Of all others nothing is kept, and their contents are skipped by count.
 */
export class Files {
  readonly #context: DissectorContext<never>;
  readonly #followed = new BoundedMap<string, Followed>(FILES_LIMIT, (_, { reader }) => reader.end());
  /** By message. */
  readonly #reads = new BoundedMap<number, Read>(READS_LIMIT);

  constructor(context: DissectorContext<never>) {
    this.#context = context;
  }

  /** A message of `size` bytes, of which `wantedOf` are there: the contents in it that are to be read, or null. */
  message(kind: number, bytes: Uint8Array, smb: number, size: number, isReply: boolean): Contents | null {
    const deed = deedOf(kind, bytes, smb, isReply);
    const isSmb2 = kind === SMB2;
    if (deed === CLOSE) {
      if (this.#followed.size > 0) this.#close(isSmb2 ? smb2File(bytes, smb + 8) : smb1File(bytes, smb - 4));
      return null;
    }
    if (deed === ASK) {
      this.#asked(isSmb2, bytes, smb);
      return null;
    }
    if (deed === ANSWER) {
      const id = isSmb2 ? smb2Message(bytes, smb) : smb1Message(bytes, smb);
      const read = this.#reads.get(id);
      if (read === undefined || (isSmb2 && u32(bytes, smb + 8) === STATUS_PENDING)) return null;
      this.#reads.delete(id);
      const [start, length] = isSmb2 ? smb2Answer(bytes, smb) : smb1Answer(bytes, smb);
      return this.#contents(`r${read.key}`, read.offset, start, length, size);
    }
    const offset = isSmb2 ? smb2Offset(bytes, smb) : smb1WriteOffset(bytes, smb);
    if (offset !== 0 && this.#followed.size === 0) return null;
    const [start, length] = isSmb2 ? smb2Write(bytes, smb) : smb1Write(bytes, smb);
    const key = isSmb2 ? smb2File(bytes, smb + 16) : smb1File(bytes, smb);
    return this.#contents(`w${key}`, offset, start, length, size);
  }

  end(): void {
    for (const { reader } of this.#followed.values()) reader.end();
    this.#followed.clear();
    this.#reads.clear();
  }

  #asked(isSmb2: boolean, bytes: Uint8Array, smb: number): void {
    const offset = isSmb2 ? smb2Offset(bytes, smb) : smb1ReadOffset(bytes, smb);
    if (offset !== 0 && this.#followed.size === 0) return;
    const key = isSmb2 ? smb2File(bytes, smb + 16) : smb1File(bytes, smb);
    if (offset !== 0 && !this.#followed.has(`r${key}`)) return;
    this.#reads.set(isSmb2 ? smb2Message(bytes, smb) : smb1Message(bytes, smb), { key, offset });
  }

  #close(key: string): void {
    for (const name of [`r${key}`, `w${key}`]) {
      this.#followed.get(name)?.reader.end();
      this.#followed.delete(name);
    }
  }

  #contents(key: string, offset: number, start: number, length: number, size: number): Contents | null {
    if (length === 0 || start + length > size) return null;
    let file = this.#followed.get(key);
    if (offset === 0) {
      file?.reader.end();
      const to = key.startsWith('w') ? 'server' : 'client';
      file = { reader: new ContentReader(this.#context, 'smb', to), next: 0 };
      this.#followed.set(key, file);
    } else if (file === undefined) return null;
    if (!file.reader.wanted) {
      this.#followed.delete(key);
      return null;
    }
    // What comes before its turn is passed over: the start of a file says what is wanted of it.
    if (file.next !== offset) return null;
    file.next += length;
    return { reader: file.reader, start, length };
  }
}

const STATUS_PENDING = 0x103;

/** 64 bits as a number; beyond 2^53 it is no offset or id that matters. */
function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) + u32(bytes, at + 4) * 2 ** 32;
}

// [MS-SMB2] §2.2.1.2, §2.2.15, §2.2.19–22. `body` of a request holds its FileId at an offset of its own.
const smb2Message = (bytes: Uint8Array, smb: number): number => u64(bytes, smb + 24);
const smb2File = (bytes: Uint8Array, from: number): string =>
  latin1(bytes, from + SMB2_HEADER, from + SMB2_HEADER + 16);
const smb2Offset = (bytes: Uint8Array, smb: number): number => u64(bytes, smb + SMB2_HEADER + 8);

type Extent = readonly [start: number, length: number];
const NONE: Extent = [0, 0];

function smb2Write(bytes: Uint8Array, smb: number): Extent {
  const body = smb + SMB2_HEADER;
  const start = u16(bytes, body + 2);
  return u16(bytes, body) === 49 && start >= SMB2_FIXED[WRITE] ? [start, u32(bytes, body + 4)] : NONE;
}

function smb2Answer(bytes: Uint8Array, smb: number): Extent {
  const body = smb + SMB2_HEADER;
  const start = bytes[body + 2];
  return u16(bytes, body) === 17 && start >= SMB2_FIXED[ANSWER] ? [start, u32(bytes, body + 4)] : NONE;
}

// [MS-CIFS] §2.2.4.5, §2.2.4.42, §2.2.4.43; the high halves are of [MS-SMB] §2.2.4.2–3.
const smb1Message = (bytes: Uint8Array, smb: number): number =>
  u16(bytes, smb + 30) + u16(bytes, smb + 26) * 65_536;
const smb1File = (bytes: Uint8Array, smb: number): string => String(u16(bytes, smb + SMB1_WORDS + 4));
const wordCount = (bytes: Uint8Array, smb: number): number => bytes[smb + SMB1_HEADER];

function smb1ReadOffset(bytes: Uint8Array, smb: number): number {
  // With the high half it is a large file, in which nothing new is begun.
  return wordCount(bytes, smb) >= 10 ? u32(bytes, smb + SMB1_WORDS + 6) : Number.MAX_SAFE_INTEGER;
}

function smb1WriteOffset(bytes: Uint8Array, smb: number): number {
  return wordCount(bytes, smb) >= 12 ? u32(bytes, smb + SMB1_WORDS + 6) : Number.MAX_SAFE_INTEGER;
}

function smb1Write(bytes: Uint8Array, smb: number): Extent {
  const words = smb + SMB1_WORDS;
  return wordCount(bytes, smb) < 12 ? NONE : smb1Extent(bytes, words + 22, words + 20, words + 18);
}

function smb1Answer(bytes: Uint8Array, smb: number): Extent {
  const words = smb + SMB1_WORDS;
  return wordCount(bytes, smb) < 12 ? NONE : smb1Extent(bytes, words + 12, words + 10, words + 14);
}

function smb1Extent(bytes: Uint8Array, start: number, low: number, high: number): Extent {
  const offset = u16(bytes, start);
  return offset >= SMB1_FIXED[ANSWER] ? [offset, u16(bytes, low) + u16(bytes, high) * 65_536] : NONE;
}
