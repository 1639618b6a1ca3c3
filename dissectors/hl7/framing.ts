import type { Progress } from '../../src/core/dissector.ts';
import { MORE, NO, ReusedProgress, YES } from '../../src/core/dissector.ts';
import {
  COMMIT_ACK,
  COMMIT_NAK,
  CR,
  END_BLOCK,
  FIELD_LIMIT,
  Fields,
  isDelimiter,
  LF,
  MAX_FIELDS,
  START_BLOCK,
} from './wire.ts';

/** The segment being read, of whichever connection: segments are read one after the other. */
const fields = new Fields();
const progress = new ReusedProgress();

/** What comes out of one direction's bytes: blocks made of segments, and what was wrong with the framing. */
export interface BlockHandler {
  /** A block began, or a message without one. */
  open(framing: 'mllp' | 'raw'): void;
  /**
   * One segment, without its terminator, at `bytes[start, end)`; `size` bytes of the block with it. Its `fields`
   * are split where it has at least four bytes. Fields longer than `FIELD_LIMIT` may have been cut already.
   */
  segment(bytes: Uint8Array, start: number, end: number, size: number, fields: Fields): void;
  /** The block went past what is read of one; the rest is skipped until its end. */
  overLimit(): void;
  /** `size` bytes of the block went by unread. */
  skipped(size: number): void;
  /** The block is over. `whole`: by its end block, or without one but not cut. */
  close(whole: boolean): void;
  /** A commit acknowledgement of MLLP release 2: 0x06 or 0x15. */
  commit(code: number): void;
  anomaly(kind: string, detail: string): void;
}

/** How much of a block is read. */
export const BLOCK_LIMIT = 1 << 20;

/** Between blocks. */
const BETWEEN = 0;
/** Behind a start block, before the first byte that says what the block is. */
const STARTED = 1;
/** In a commit acknowledgement, before its end block. */
const COMMIT = 2;
/** In a block's segments. */
const SEGMENTS = 3;
/** In a block that is no longer read. */
const SKIPPING = 4;
/** After a gap or bytes that are no HL7: until the next start block. */
const LOST = 5;
/** Behind an end block, where a carriage return belongs. */
const ENDED = 6;

type Answer = typeof NO | typeof MORE | typeof YES;

/**
 * Takes one direction apart into blocks and segments, wherever TCP cut it. A segment that lies whole in the bytes
 * given is handed on in place; one that does not is kept, with its long fields cut, until its end has come: at most
 * `FIELD_LIMIT` × `MAX_FIELDS` bytes. Every byte is looked at once here.
 *
 * Taken as segment ends are CR (the standard's), LF and CRLF.
 */
export class BlockReader {
  readonly #handler: BlockHandler;
  #state = BETWEEN;
  #raw = false;
  /** No block was seen yet. */
  #fresh = true;
  /** The bytes left do not say yet whether a block starts there. */
  #wait = false;
  /** Bytes of the block so far. */
  #size = 0;
  #commit = 0;
  /** A segment whose end has not come yet. */
  #kept: KeptSegment | null = null;
  /** The message's character set is one that `Fields.scan` must be told of. */
  wide = false;

  constructor(handler: BlockHandler) {
    this.#handler = handler;
  }

  read(bytes: Uint8Array): Progress {
    const length = bytes.length;
    let at = 0;
    while (at < length) {
      switch (this.#state) {
        case BETWEEN:
          at = this.#between(bytes, at);
          break;
        case STARTED:
          at = this.#started(bytes, at);
          break;
        case COMMIT:
          at = this.#committed(bytes, at);
          break;
        case SEGMENTS:
          at = this.#segments(bytes, at);
          break;
        case SKIPPING:
          at = this.#skip(bytes, at);
          break;
        case LOST:
          at = this.#lost(bytes, at);
          break;
        default:
          at = this.#ended(bytes, at);
      }
      if (this.#wait) {
        this.#wait = false;
        return progress.set(at, length - at + 1);
      }
    }
    return progress.set(length);
  }

  /** Bytes are missing here. */
  gap(): void {
    if (this.#inBlock) this.#close(false);
    this.#state = LOST;
  }

  /** Nothing more comes in this direction. */
  end(): void {
    if (this.#inBlock) {
      // Without a frame nothing else says that the last segment is whole.
      if (this.#raw) this.#finishKept(0);
      this.#close(this.#raw);
    }
    this.#state = BETWEEN;
  }

  /** The other direction speaks: a message without a frame is over. */
  turn(): void {
    if (this.#raw && this.#inBlock) this.end();
  }

  /** The beginning of a segment came with earlier bytes. */
  get #keeping(): boolean {
    return this.#kept !== null && this.#kept.total > 0;
  }

  get #inBlock(): boolean {
    return this.#state === SEGMENTS || this.#state === SKIPPING;
  }

  #between(bytes: Uint8Array, at: number): number {
    const byte = bytes[at];
    if (byte === START_BLOCK) {
      this.#state = STARTED;
      return at + 1;
    }
    if (isFiller(byte)) return at + 1;
    const answer = startsHeader(bytes, at, true);
    if (answer === MORE) this.#wait = true;
    else if (answer === YES) this.#open(true);
    else {
      // A direction taken up in the middle of a message begins with the rest of it.
      if (!this.#fresh)
        this.#handler.anomaly('bytes-outside-block', 'bytes between an end block and the next start block');
      this.#state = LOST;
    }
    return at;
  }

  #started(bytes: Uint8Array, at: number): number {
    const byte = bytes[at];
    if (byte === COMMIT_ACK || byte === COMMIT_NAK) {
      this.#commit = byte;
      this.#state = COMMIT;
      return at + 1;
    }
    if (isFiller(byte) || byte === START_BLOCK) return at + 1;
    this.#open(false);
    return at;
  }

  #committed(bytes: Uint8Array, at: number): number {
    if (bytes[at] === END_BLOCK) {
      this.#handler.commit(this.#commit);
      this.#state = ENDED;
      return at + 1;
    }
    this.#handler.anomaly('commit-acknowledgement', 'a commit acknowledgement longer than one byte');
    this.#state = LOST;
    return at;
  }

  #ended(bytes: Uint8Array, at: number): number {
    this.#state = BETWEEN;
    if (bytes[at] === CR) return at + 1;
    this.#handler.anomaly('end-block-without-cr', 'no carriage return after the end block');
    return at;
  }

  #segments(bytes: Uint8Array, from: number): number {
    const length = bytes.length;
    let start = from;
    for (;;) {
      const inPlace = length - start >= 4 && !this.#keeping;
      if (inPlace) fields.begin(bytes, start);
      let at = start;
      for (;;) {
        at = inPlace ? fields.scan(bytes, at, length, this.wide) : segmentEnd(bytes, at);
        if (at >= length) {
          this.#keep(bytes, start, length);
          return length;
        }
        if (bytes[at] !== START_BLOCK) break;
        const answer = startsBlock(bytes, at);
        if (answer === MORE) {
          this.#keep(bytes, start, at);
          this.#wait = true;
          return at;
        }
        if (answer === YES) {
          this.#segment(bytes, start, at, 0, inPlace);
          this.#interrupt();
          return at + 1;
        }
        // Text pasted from word processors has vertical tabs in it.
        at++;
      }
      const isEnd = bytes[at] === END_BLOCK;
      this.#segment(bytes, start, at, isEnd ? 0 : 1, inPlace);
      start = at + 1;
      if (isEnd) {
        if (this.#inBlock) this.#close(true);
        this.#state = ENDED;
        return start;
      }
      if (this.#state !== SEGMENTS || start >= length) return start;
    }
  }

  #open(raw: boolean): void {
    this.#raw = raw;
    this.#fresh = false;
    this.#size = 0;
    this.#state = SEGMENTS;
    this.#handler.open(raw ? 'raw' : 'mllp');
  }

  #close(whole: boolean): void {
    if (this.#kept !== null) {
      this.#kept.clear();
      if (this.#kept.large) this.#kept = null;
    }
    this.#handler.close(whole);
  }

  /** A start block came before the end block. */
  #interrupt(): void {
    if (this.#inBlock) {
      if (!this.#raw)
        this.#handler.anomaly('start-block-inside-message', 'a start block before the end block');
      this.#close(true);
    }
    this.#state = STARTED;
  }

  /** `inPlace`: the fields are split already. */
  #segment(bytes: Uint8Array, start: number, end: number, terminator: number, inPlace: boolean): void {
    if (this.#keeping) {
      this.#kept?.append(bytes, start, end);
      this.#finishKept(terminator);
      return;
    }
    if (inPlace) fields.finish(end);
    this.#deliver(bytes, start, end, end - start + terminator);
  }

  #finishKept(terminator: number): void {
    const kept = this.#kept;
    if (kept === null || kept.total === 0) return;
    const { bytes, length, total } = kept;
    if (length >= 4) {
      let at = 0;
      fields.begin(bytes, 0);
      while ((at = fields.scan(bytes, at, length, this.wide)) < length) at++;
      fields.finish(length);
    }
    kept.clear();
    this.#deliver(bytes, 0, length, total + terminator);
  }

  #deliver(bytes: Uint8Array, start: number, end: number, size: number): void {
    // The limit is for one message; without a frame only its header says where one begins.
    if (this.#raw && startsHeader(bytes, start, true) === YES) this.#size = 0;
    this.#size += size;
    if (this.#size > BLOCK_LIMIT) this.#overLimit(size);
    else this.#handler.segment(bytes, start, end, size, fields);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    this.#kept ??= new KeptSegment();
    this.#kept.append(bytes, start, end);
    const { total } = this.#kept;
    if (this.#size + total > BLOCK_LIMIT) {
      this.#kept.clear();
      this.#overLimit(total);
    }
  }

  #overLimit(size: number): void {
    this.#handler.overLimit();
    if (this.#raw) {
      this.#close(true);
      this.#state = LOST;
    } else {
      this.#handler.skipped(size);
      this.#state = SKIPPING;
    }
  }

  #skip(bytes: Uint8Array, at: number): number {
    const end = bytes.indexOf(END_BLOCK, at);
    const limit = end < 0 ? bytes.length : end;
    const start = findStart(bytes, at, limit);
    if (start >= 0) {
      this.#handler.skipped(start - at);
      if (startsBlock(bytes, start) === MORE) {
        this.#wait = true;
        return start;
      }
      this.#interrupt();
      return start + 1;
    }
    this.#handler.skipped(limit - at);
    if (end < 0) return limit;
    this.#close(true);
    this.#state = ENDED;
    return end + 1;
  }

  #lost(bytes: Uint8Array, at: number): number {
    const start = findStart(bytes, at, bytes.length);
    if (this.#raw) {
      const header = findHeader(bytes, at, start < 0 ? bytes.length : start);
      if (header >= 0) {
        if (startsHeader(bytes, header, true) === MORE) this.#wait = true;
        else this.#open(true);
        return header;
      }
    }
    if (start < 0) return bytes.length;
    if (startsBlock(bytes, start) === MORE) {
      this.#wait = true;
      return start;
    }
    this.#state = STARTED;
    return start + 1;
  }
}

/** A segment that came in pieces. Its copy is bounded by cutting fields, so that later fields keep their number. */
class KeptSegment {
  bytes = new Uint8Array(256);
  length = 0;
  /** Length as it was on the wire. */
  total = 0;
  #field = 1;
  #fieldLength = 0;

  get large(): boolean {
    return this.bytes.length > 1024;
  }

  clear(): void {
    this.length = 0;
    this.total = 0;
    this.#field = 1;
    this.#fieldLength = 0;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    this.total += end - start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      // The separator stands behind the segment's name of three characters, in every segment.
      if (this.length > 3 && byte === this.bytes[3] && this.#field < MAX_FIELDS) {
        this.#field++;
        this.#fieldLength = 0;
      } else if (++this.#fieldLength > FIELD_LIMIT + SLACK) continue;
      if (this.length === this.bytes.length) this.#grow();
      this.bytes[this.length++] = byte;
    }
  }

  #grow(): void {
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Enough beyond the limit that the segment's name does not count against its first field. */
const SLACK = 4;

/** The first byte from `at` on that may end a segment. */
function segmentEnd(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  for (; at < length; at++) {
    const byte = bytes[at];
    if (byte <= END_BLOCK && (byte === CR || byte === LF || byte === END_BLOCK || byte === START_BLOCK))
      break;
  }
  return at;
}

/** Between blocks some senders put line ends, blanks, byte order marks, or one end block too many. */
function isFiller(byte: number): boolean {
  return (
    byte === CR ||
    byte === LF ||
    byte === 0x20 ||
    byte === 0 ||
    byte === END_BLOCK ||
    byte === 0xef ||
    byte === 0xbb ||
    byte === 0xbf
  );
}

/** The offset of the next start block in `[at, limit)` that is sound, or may be with more bytes; -1 for none. */
export function findStart(bytes: Uint8Array, at: number, limit: number): number {
  let start = bytes.indexOf(START_BLOCK, at);
  while (start >= 0 && start < limit) {
    if (startsBlock(bytes, start) !== NO) return start;
    start = bytes.indexOf(START_BLOCK, start + 1);
  }
  return -1;
}

/** The same for the header of a message without a frame. */
function findHeader(bytes: Uint8Array, at: number, limit: number): number {
  let start = bytes.indexOf(0x4d, at);
  while (start >= 0 && start < limit) {
    if (startsHeader(bytes, start, true) !== NO) return start;
    start = bytes.indexOf(0x4d, start + 1);
  }
  return -1;
}

/** Whether a start block at `at` is followed by a header segment or a commit acknowledgement. */
export function startsBlock(bytes: Uint8Array, at: number): Answer {
  const next = at + 1;
  if (next >= bytes.length) return MORE;
  const byte = bytes[next];
  if (byte === COMMIT_ACK || byte === COMMIT_NAK) {
    if (next + 1 >= bytes.length) return MORE;
    return bytes[next + 1] === END_BLOCK ? YES : NO;
  }
  return startsHeader(bytes, next, false);
}

/**
 * Whether MSH, FHS or BHS with plausible delimiters stands at `at`. `usual`: only the delimiters that everybody
 * uses will do, as where no start block backs the claim.
 */
export function startsHeader(bytes: Uint8Array, at: number, usual: boolean): Answer {
  const length = bytes.length;
  const first = bytes[at];
  if (first !== 0x4d && first !== 0x46 && first !== 0x42) return NO;
  if (at + 1 >= length) return MORE;
  const second = bytes[at + 1];
  if (first === 0x4d ? second !== 0x53 : second !== 0x48) return NO;
  if (at + 2 >= length) return MORE;
  if (bytes[at + 2] !== (first === 0x4d ? 0x48 : 0x53)) return NO;
  if (usual) {
    for (let i = 0; i < USUAL.length; i++) {
      if (at + 3 + i >= length) return MORE;
      if (bytes[at + 3 + i] !== USUAL[i]) return NO;
    }
    return YES;
  }
  for (let i = 3; i < 5; i++) {
    if (at + i >= length) return MORE;
    if (!isDelimiter(bytes[at + i])) return NO;
  }
  return bytes[at + 3] === bytes[at + 4] ? NO : YES;
}

/** `|^~\&` */
const USUAL = [0x7c, 0x5e, 0x7e, 0x5c, 0x26];
