import type { Progress } from '../../src/core/dissector.ts';
import { ReusedProgress } from '../../src/core/dissector.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CLIENT_HELLO,
  HANDSHAKE,
  RECORD_HEADER,
  recordLength,
  SERVER_HELLO,
  ssl2HelloLength,
  uint16,
  uint24,
} from './wire.ts';

export interface RecordHandler {
  /** A record of this type begins. */
  record(type: number): void;
  /** The first handshake message, whole: CLIENT_HELLO or SERVER_HELLO. `body` is valid during the call. */
  hello(type: number, body: Uint8Array): void;
  /** An SSL 2.0 style ClientHello. */
  ssl2Hello(): void;
  /** An alert in clear (RFC 8446 §6): level and description. */
  alert(level: number, description: number): void;
  anomaly(kind: string, detail: string): void;
}

const progress = new ReusedProgress();
const EMPTY = new Uint8Array(0);

/** Longest hello that is read. With post-quantum key shares they are about 2 kB. */
const HELLO_LIMIT = 16_384;
const SSL2_HEADER = 11;
/** Segments looked through for a first record. */
const SEEK_LIMIT = 64;
/** More than any flow has: everything that follows is passed over. */
const EVERYTHING = Number.MAX_SAFE_INTEGER;

/**
 * Walks one direction record by record. The first handshake message is put together, over however many records
 * and segments it comes; all else is passed over by its length and never looked at.
 */
export class RecordReader {
  readonly #handler: RecordHandler;
  #first = true;
  #sought = 0;
  /** Bytes of the handshake record that are still to come. */
  #left = 0;
  /** The hello is still to come, or coming. */
  #awaiting = true;
  #hello = EMPTY;
  #length = 0;

  constructor(handler: RecordHandler) {
    this.#handler = handler;
  }

  /** Bytes are missing, and with them where the next record starts. */
  stop(): void {
    this.#settle();
    this.#left = 0;
  }

  read(bytes: Uint8Array): Progress {
    const { length } = bytes;
    let at = 0;
    for (;;) {
      if (this.#left > 0) {
        const stop = Math.min(at + this.#left, length);
        this.#left -= stop - at;
        this.#collect(bytes, at, stop);
        at = stop;
        if (!this.#awaiting) {
          at += this.#left;
          this.#left = 0;
        }
      }
      if (at >= length) return progress.set(at);
      if (this.#first && (bytes[at] & 0x80) !== 0) {
        if (length - at < SSL2_HEADER) return progress.set(at, SSL2_HEADER);
        const hello = ssl2HelloLength(bytes, at);
        if (hello < 0) {
          at = this.#seek(bytes, at);
          continue;
        }
        this.#first = false;
        this.#settle();
        this.#handler.ssl2Hello();
        at += hello;
        continue;
      }
      if (length - at < RECORD_HEADER) return progress.set(at, RECORD_HEADER);
      const size = recordLength(bytes, at);
      if (size < 0) {
        if (!this.#first) return this.#desynchronised();
        at = this.#seek(bytes, at);
        continue;
      }
      const type = bytes[at];
      if (type === ALERT && size === 2 && length - at < RECORD_HEADER + 2)
        return progress.set(at, RECORD_HEADER + 2);
      this.#first = false;
      this.#handler.record(type);
      at += RECORD_HEADER;
      if (type === HANDSHAKE && this.#awaiting) this.#left = size;
      else {
        if (type === ALERT && size === 2) this.#handler.alert(bytes[at], bytes[at + 1]);
        // Behind the first record of another type no handshake in clear begins that is of interest here.
        this.#settle();
        at += size;
      }
    }
  }

  /**
   * This direction was not taken up at a record: nothing is wrong with that in the middle of a connection. Gives
   * the offset of the next record that can be told, or the end of the bytes.
   */
  #seek(bytes: Uint8Array, at: number): number {
    if (++this.#sought > SEEK_LIMIT) return EVERYTHING;
    const found = findRecords(bytes, at + 1);
    return found < 0 ? bytes.length : found;
  }

  #desynchronised(): Progress {
    this.#handler.anomaly('record-header', 'no record header where a record ended');
    this.#settle();
    return progress.set(EVERYTHING);
  }

  /** No hello is looked for from here on. */
  #settle(): void {
    this.#awaiting = false;
    this.#hello = EMPTY;
  }

  /** Part of a handshake record: type (1), length (3), body (RFC 8446 §4). */
  #collect(bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(this.#length + end - start, HELLO_LIMIT);
    if (length > this.#hello.length) {
      const larger = new Uint8Array(Math.min(HELLO_LIMIT, Math.max(length, this.#hello.length * 2, 512)));
      larger.set(this.#hello.subarray(0, this.#length));
      this.#hello = larger;
    }
    this.#hello.set(bytes.subarray(start, start + length - this.#length), this.#length);
    this.#length = length;
    if (length < 4) return;
    const type = this.#hello[0];
    const size = 4 + uint24(this.#hello, 1);
    if (type !== CLIENT_HELLO && type !== SERVER_HELLO) this.#settle();
    else if (size > HELLO_LIMIT) {
      this.#handler.anomaly('hello-length', 'a hello longer than is read of one');
      this.#settle();
    } else if (length >= size) {
      const body = this.#hello.subarray(4, size);
      this.#settle();
      this.#handler.hello(type, body);
    }
  }
}

/**
 * Whether records stand one after the other from `at`: a second header where the first record ends, or the end of
 * the bytes exactly there, or a record of application data of full size, which no other bytes look like.
 */
export function isRecordChain(bytes: Uint8Array, at: number): boolean {
  if (bytes.length - at < RECORD_HEADER) return false;
  const size = recordLength(bytes, at);
  if (size < 0) return false;
  const next = at + RECORD_HEADER + size;
  if (next === bytes.length) return size >= 16;
  if (next + RECORD_HEADER <= bytes.length)
    return recordLength(bytes, next) >= 0 && uint16(bytes, next + 1) === uint16(bytes, at + 1);
  return (
    bytes[at] === APPLICATION_DATA &&
    uint16(bytes, at + 1) === 0x0303 &&
    size >= 16_384 &&
    size <= 16_384 + 256
  );
}

/** The offset from `at` on where a chain of records stands; -1 for none. */
export function findRecords(bytes: Uint8Array, at: number): number {
  if (isRecordChain(bytes, at)) return at;
  let start = bytes.indexOf(APPLICATION_DATA, at);
  while (start >= 0) {
    if (isRecordChain(bytes, start)) return start;
    start = bytes.indexOf(APPLICATION_DATA, start + 1);
  }
  return -1;
}
