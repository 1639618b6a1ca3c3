import { CERTIFICATE, CLIENT_HELLO, SERVER_HELLO, SERVER_HELLO_DONE, uint24 } from './wire.ts';

/** What a handler wants to see after a message: nothing more, whatever comes, or one of the same type alone. */
export const DONE = 0;
export const GO_ON = 1;
export const AGAIN = 2;
export type Wanted = typeof DONE | typeof GO_ON | typeof AGAIN;

/** What is done with a direction's handshake messages; see `RecordHandler`. */
export interface MessageHandler {
  message(type: number, body: Uint8Array): Wanted;
  anomaly(kind: string, detail: string): void;
}

/** Longest message that is read. A hello with post-quantum key shares has about 2 kB, a certificate about as many. */
const MESSAGE_LIMIT = 16_384;
/** Messages of one direction in clear; a full handshake of TLS 1.2 has five. */
const MESSAGES_LIMIT = 16;
/** Type (1), length (3); RFC 8446 §4. */
const HEADER = 4;
/** Length of the list (3), length of the first certificate (3); RFC 5246 §7.4.2. */
export const CERTIFICATE_HEAD = 6;
const LAST_TYPE = 24;

const EMPTY = new Uint8Array(0);

/** Puts the handshake messages of one direction together; those of no interest are passed over by their length. */
export class HandshakeReader {
  readonly #handler: MessageHandler;
  /** Header and body of the message that is coming, as far as it is kept. */
  #kept = EMPTY;
  #length = 0;
  /** Bytes of the message, header included, that are to be kept. */
  #wanted = HEADER;
  /** Bytes of the message that are still to come and are not kept. */
  #skip = 0;
  #seen = 0;
  /** The one type that may come; 0 for any. */
  #only = 0;

  constructor(handler: MessageHandler) {
    this.#handler = handler;
  }

  /** After a HelloRetryRequest the hellos come again (RFC 8446 §4.1.2), behind a ChangeCipherSpec (Appendix D.4). */
  get repeats(): boolean {
    return this.#only !== 0;
  }

  /** The part of a handshake record in `bytes[start, end)`; false when nothing of interest follows. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const taken = Math.min(this.#wanted - this.#length, end - at);
      this.#keep(bytes, at, taken);
      at += taken;
      if (this.#length === this.#wanted && !this.#advance()) return false;
    }
    return true;
  }

  #keep(bytes: Uint8Array, at: number, count: number): void {
    const length = this.#length + count;
    if (length > this.#kept.length) {
      // As much as has come, not as much as is announced: an announcement costs a sender nothing.
      const larger = new Uint8Array(
        Math.min(MESSAGE_LIMIT + HEADER, Math.max(length, this.#kept.length * 2, 512)),
      );
      larger.set(this.#kept.subarray(0, this.#length));
      this.#kept = larger;
    }
    for (let n = 0; n < count; n++) this.#kept[this.#length + n] = bytes[at + n];
    this.#length = length;
  }

  /** All that was wanted is there; false when nothing of interest follows. */
  #advance(): boolean {
    const type = this.#kept[0];
    const size = HEADER + uint24(this.#kept, 1);
    if (this.#length === HEADER) return this.#begin(type, size);
    if (type === CERTIFICATE && this.#length === HEADER + CERTIFICATE_HEAD) {
      const whole = this.#length + uint24(this.#kept, HEADER + 3);
      if (whole > size || whole > MESSAGE_LIMIT) return this.#next(size);
      if (whole > this.#length) {
        this.#wanted = whole;
        return true;
      }
    }
    const wanted = this.#handler.message(type, this.#kept.subarray(HEADER, this.#length));
    this.#only = wanted === AGAIN ? type : 0;
    return wanted !== DONE && this.#next(size);
  }

  /** The header is there. */
  #begin(type: number, size: number): boolean {
    const hello = type === CLIENT_HELLO || type === SERVER_HELLO;
    // What comes first is a hello, or taken up in the middle and encrypted; what no type has is encrypted too.
    if (this.#seen === 0 ? !hello : type > LAST_TYPE || type === SERVER_HELLO_DONE) return false;
    if (this.#only !== 0 && type !== this.#only) return false;
    if (hello && size > MESSAGE_LIMIT) {
      if (this.#seen === 0) this.#handler.anomaly('hello-length', 'a hello longer than is read of one');
      return false;
    }
    if (hello && size > HEADER) this.#wanted = size;
    else if (type === CERTIFICATE && size >= HEADER + CERTIFICATE_HEAD)
      this.#wanted = HEADER + CERTIFICATE_HEAD;
    else return this.#next(size);
    return true;
  }

  /** Passes over the rest of the message. */
  #next(size: number): boolean {
    this.#skip = size - this.#length;
    this.#length = 0;
    this.#wanted = HEADER;
    return ++this.#seen < MESSAGES_LIMIT;
  }
}
