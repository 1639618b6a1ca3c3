import type { Progress } from '../../src/core/dissector.ts';
import { ReusedProgress } from '../../src/core/dissector.ts';
import type { Wanted } from './handshakes.ts';
import { HandshakeReader } from './handshakes.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  HANDSHAKE,
  RECORD_HEADER,
  recordLength,
  ssl2HelloLength,
  uint16,
} from './wire.ts';

export interface RecordHandler {
  /** A record of this type begins. */
  record(type: number): void;
  /**
   * A handshake message that is of interest: the body of a hello, or of a Certificate as far as its first certificate
   * goes. Returns what may follow. `body` is valid during the call.
   */
  message(type: number, body: Uint8Array): Wanted;
  /** No handshake message that could be of interest comes any more. */
  settled(): void;
  /** An SSL 2.0 style ClientHello. */
  ssl2Hello(): void;
  /** An alert in clear (RFC 8446 §6): level and description. */
  alert(level: number, description: number): void;
  anomaly(kind: string, detail: string): void;
}

const progress = new ReusedProgress();
const SSL2_HEADER = 11;
/** Segments looked through for a first record. */
const SEEK_LIMIT = 64;
/** More than any flow has: everything that follows is passed over. */
const EVERYTHING = Number.MAX_SAFE_INTEGER;

/**
 * Walks one direction record by record. The handshake messages that go by in clear are put together, over however many
 * records and segments they come; all else is passed over by its length and never looked at.
 */
export class RecordReader {
  readonly #handler: RecordHandler;
  #first = true;
  #sought = 0;
  /** Bytes of the handshake record that are still to come. */
  #left = 0;
  /** Null once no message is awaited any more. */
  #messages: HandshakeReader | null;

  constructor(handler: RecordHandler) {
    this.#handler = handler;
    this.#messages = new HandshakeReader(handler);
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
        if (this.#messages !== null && !this.#messages.read(bytes, at, stop)) this.#settle();
        at = stop;
        if (this.#messages === null) {
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
      if (type === HANDSHAKE && this.#messages !== null) this.#left = size;
      else {
        if (type === ALERT && size === 2) this.#handler.alert(bytes[at], bytes[at + 1]);
        // Behind the first record of another type no handshake in clear begins, but a second hello.
        if (type !== CHANGE_CIPHER_SPEC || !this.#messages?.repeats) this.#settle();
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

  #settle(): void {
    if (this.#messages === null) return;
    this.#messages = null;
    this.#handler.settled();
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
