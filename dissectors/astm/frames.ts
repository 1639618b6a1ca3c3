import { ACK, CR, ENQ, EOT, ETB, ETX, hexDigit, LF, NAK, STX } from './wire.ts';

/** What is found in one direction of a connection. */
export interface FrameHandler {
  /** A whole record, without its end. Valid during the call only; `cut`: it was longer than is kept. */
  record(bytes: Uint8Array, length: number, cut: boolean): void;
  /** ENQ, ACK, NAK or EOT outside a frame. */
  control(byte: number): void;
  anomaly(kind: string, detail: string): void;
}

/** Of a record: names and numbers stand in its first fields, only values and comments are longer. */
const RECORD_LIMIT = 4096;
/** LIS1-A §6.3.1.2: text of at most 64,000 characters. */
const FRAME_LIMIT = 64_000;

const TERMINATOR = 0x4c;

const one = new Uint8Array(1);

const IDLE = 0;
const NUMBER = 1;
const TEXT = 2;
const CHECK_HIGH = 3;
const CHECK_LOW = 4;
/** Records without frames, one a line. */
const BARE = 5;
type State = typeof IDLE | typeof NUMBER | typeof TEXT | typeof CHECK_HIGH | typeof CHECK_LOW | typeof BARE;

/**
 * Takes one direction apart, byte by byte, into control characters and records: over frames (LIS1 §6.3) or bare. Keeps
 * one record at most. A frame with a wrong checksum is told and read: TCP does not flip bits, senders miscount.
 */
export class FrameReader {
  readonly #handler: FrameHandler;
  #state: State = IDLE;
  #record = new Uint8Array(256);
  #length = 0;
  #cut = false;
  #sum = 0;
  #check = 0;
  #text = 0;
  #number = -1;
  /** What the record was before this frame: a frame sent again takes its place. */
  #before = 0;
  /** The frame ends a message's part (ETX), not just what fits in a frame (ETB). */
  #ends = false;
  /** Bare records may begin: at the start of all, and behind a record. */
  #fresh = true;
  /** A bare record whose beginning is missing. */
  #isTorn = false;
  #told = 0;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /** Bytes are missing. */
  gap(): void {
    this.#drop();
    this.#number = -1;
    if (this.#state !== BARE) this.#state = IDLE;
    else this.#isTorn = true;
    this.#fresh = false;
  }

  /** Nothing more comes. A last record may lack its end; any other that does is half of one, and half a value is a wrong one. */
  end(): void {
    if (this.#state === BARE && !this.#isTorn && this.#record[0] === TERMINATOR) this.#finish();
    else this.#drop();
  }

  read(bytes: Uint8Array): void {
    const { length } = bytes;
    for (let at = 0; at < length; at++) {
      if (this.#state === TEXT || this.#state === BARE) {
        // All but a few bytes are text: they are taken in runs.
        let sum = 0;
        let end = at;
        while (end < length && bytes[end] >= 0x20) sum += bytes[end++];
        if (end > at) this.#run(bytes, at, end, sum);
        if (end >= length) return;
        at = end;
      }
      this.#byte(bytes[at]);
    }
  }

  /** Characters that neither end nor begin anything; `sum`: of their values. */
  #run(bytes: Uint8Array, start: number, end: number, sum: number): void {
    if (this.#state === TEXT) {
      this.#sum += sum;
      this.#text += end - start;
      if (this.#text > FRAME_LIMIT) {
        this.#overLimit();
        return;
      }
    }
    this.#keep(bytes, start, end);
  }

  #overLimit(): void {
    this.#anomaly('frame-over-limit', `a frame of more than ${FRAME_LIMIT} characters`);
    this.#drop();
    this.#state = IDLE;
  }

  #byte(byte: number): void {
    switch (this.#state) {
      case TEXT:
        this.#textByte(byte);
        return;
      case IDLE:
        this.#idle(byte);
        return;
      case NUMBER:
        this.#state = TEXT;
        this.#begin(byte);
        return;
      case CHECK_HIGH:
        this.#check = hexDigit(byte);
        if (this.#check < 0) {
          this.#anomaly('checksum-missing', 'a frame without its checksum');
          this.#state = IDLE;
          this.#idle(byte);
        } else this.#state = CHECK_LOW;
        return;
      case CHECK_LOW:
        if ((this.#check << 4) + hexDigit(byte) !== (this.#sum & 0xff))
          this.#anomaly('checksum', 'a frame whose checksum is wrong');
        this.#state = IDLE;
        return;
      case BARE:
        this.#bare(byte);
        return;
    }
  }

  #idle(byte: number): void {
    switch (byte) {
      case STX:
        this.#state = NUMBER;
        this.#fresh = false;
        return;
      case ENQ:
      case EOT:
        // A transmission begins or ends; what was not ended before is not a record.
        this.#drop();
        this.#number = -1;
        this.#handler.control(byte);
        return;
      case ACK:
      case NAK:
        this.#handler.control(byte);
        return;
      case CR:
      case LF:
      case 0:
        return;
      default:
        if (this.#fresh) {
          this.#state = BARE;
          this.#bare(byte);
        }
    }
  }

  /** The frame's number, 0 to 7, or the text's first character where a sender leaves it out. */
  #begin(byte: number): void {
    this.#text = 0;
    if (byte < 0x30 || byte > 0x37) {
      this.#sum = 0;
      this.#before = this.#length;
      this.#textByte(byte);
      return;
    }
    this.#sum = byte;
    const number = byte - 0x30;
    // Sent again after a NAK: what its first sending left of a record is replaced.
    if (number === this.#number) this.#length = Math.min(this.#length, this.#before);
    this.#number = number;
    this.#before = this.#length;
  }

  #textByte(byte: number): void {
    switch (byte) {
      case ETX:
      case ETB:
        this.#sum += byte;
        this.#ends = byte === ETX;
        if (this.#ends) this.#finish();
        this.#state = CHECK_HIGH;
        return;
      case STX:
        this.#anomaly('frame-unfinished', 'a frame begins inside a frame');
        this.#drop();
        this.#state = NUMBER;
        return;
      case EOT:
      case ENQ:
        this.#anomaly('frame-unfinished', 'a transmission begins or ends inside a frame');
        this.#state = IDLE;
        this.#idle(byte);
        return;
    }
    this.#sum += byte;
    if (++this.#text > FRAME_LIMIT) this.#overLimit();
    else if (byte === CR) this.#finish();
    else if (byte !== LF) this.#keepByte(byte);
  }

  #bare(byte: number): void {
    switch (byte) {
      case CR:
      case LF:
        if (this.#isTorn) this.#drop();
        else this.#finish();
        this.#isTorn = false;
        return;
      case STX:
      case ENQ:
      case EOT:
      case ACK:
      case NAK:
        if (this.#isTorn) this.#drop();
        else this.#finish();
        this.#isTorn = false;
        this.#state = IDLE;
        this.#idle(byte);
        return;
      default:
        this.#keepByte(byte);
    }
  }

  #keepByte(byte: number): void {
    one[0] = byte;
    this.#keep(one, 0, 1);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const wanted = this.#length + end - start;
    if (wanted > RECORD_LIMIT) {
      this.#cut = true;
      end -= wanted - RECORD_LIMIT;
      if (end <= start) return;
    }
    const length = Math.min(wanted, RECORD_LIMIT);
    if (length > this.#record.length) {
      const larger = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
      larger.set(this.#record);
      this.#record = larger;
    }
    for (let from = start, to = this.#length; from < end; from++, to++) this.#record[to] = bytes[from];
    this.#length = length;
  }

  #finish(): void {
    const length = this.#length;
    const cut = this.#cut;
    this.#length = 0;
    this.#before = 0;
    this.#cut = false;
    if (length > 0) this.#handler.record(this.#record, length, cut);
    // A patient's name is not left lying about.
    this.#record.fill(0, 0, length);
  }

  #drop(): void {
    this.#record.fill(0, 0, this.#length);
    this.#length = 0;
    this.#before = 0;
    this.#cut = false;
  }

  /** Each kind once a direction: a sender that miscounts does so in every frame. */
  #anomaly(kind: string, detail: string): void {
    const place = 1 << KINDS.indexOf(kind);
    if ((this.#told & place) !== 0) return;
    this.#told |= place;
    this.#handler.anomaly(kind, detail);
  }
}

const KINDS = ['checksum', 'checksum-missing', 'frame-unfinished', 'frame-over-limit'];
