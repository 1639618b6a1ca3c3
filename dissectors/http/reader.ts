import { latin1 } from '../../src/core/bytes.ts';
import { type Progress, ReusedProgress } from '../../src/core/dissector.ts';
import { textOfValue } from './values.ts';
import {
  CR,
  fieldNameEnd,
  findStart,
  LF,
  readChunkSize,
  readLength,
  readRequestLine,
  readStatusLine,
  SEARCH_LINE,
  SP,
  TAB,
} from './wire.ts';

/** Fields that are read of a head. */
const FIELDS = [
  'server',
  'accept',
  'upgrade',
  'location',
  'user-agent',
  'set-cookie',
  'content-type',
  'x-powered-by',
  'content-length',
  'content-encoding',
  'www-authenticate',
  'x-aspnet-version',
  'x-requested-with',
  'transfer-encoding',
  'authorization',
  'proxy-authorization',
] as const;
type Field = (typeof FIELDS)[number];

const place = (name: Field): number => FIELDS.indexOf(name);
export const SERVER = place('server');
export const ACCEPT = place('accept');
export const UPGRADE = place('upgrade');
export const LOCATION = place('location');
export const USER_AGENT = place('user-agent');
export const SET_COOKIE = place('set-cookie');
export const CONTENT_TYPE = place('content-type');
export const POWERED_BY = place('x-powered-by');
export const CONTENT_LENGTH = place('content-length');
export const CONTENT_ENCODING = place('content-encoding');
export const AUTHENTICATE = place('www-authenticate');
export const ASPNET_VERSION = place('x-aspnet-version');
export const REQUESTED_WITH = place('x-requested-with');
export const TRANSFER_ENCODING = place('transfer-encoding');
/** Of these, the scheme alone is kept: never what follows it. */
export const AUTHORIZATION = place('authorization');
export const PROXY_AUTHORIZATION = place('proxy-authorization');
const NO_VALUES: readonly string[] = FIELDS.map(() => '');

interface Wanted {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** By length of the name: most fields of a head are passed over after one look. */
const BY_LENGTH: readonly (readonly Wanted[])[] = Array.from({ length: 32 }, (_, length) =>
  FIELDS.filter((name) => name.length === length).map((name) => ({
    index: FIELDS.indexOf(name),
    bytes: new Uint8Array(Buffer.from(name)),
  })),
);

/** Whether a response has a body, which its request decides (RFC 9112 §6.3). */
export const BODY = 0;
export const NO_BODY = 1;
/** The request was not seen, so it may have been HEAD. */
export const PERHAPS = 2;
/** The connection is no longer HTTP's. */
export const TUNNEL = 3;
export type Presence = typeof BODY | typeof NO_BODY | typeof PERHAPS | typeof TUNNEL;

export interface MessageHandler {
  /** The head is whole, or all that there will be of it: `reader` has it. */
  headed(reader: MessageReader): Presence;
  /** How many bytes of the body are to be read; 0 for none. Asked after `headed`. */
  wanted(reader: MessageReader): number;
  /** The bytes of the body that were wanted, or as many as there were. `[start, end)` is valid during the call. */
  body(reader: MessageReader, bytes: Uint8Array, start: number, end: number): void;
  anomaly(reader: MessageReader, kind: string, detail: string): void;
  /** Room for `length` bytes more may be taken; false when all is taken. `length` below 0 gives back. */
  reserve(length: number): boolean;
}

/** A line longer than this is no head's: servers refuse at 8 to 64 kB. */
const LINE_LIMIT = 65_536;
const FIELDS_LIMIT = 512;
/** All that follows is passed over. */
const EVERYTHING = 2 ** 50;

const START = 0;
const HEAD = 1;
const LENGTH = 2;
const CHUNK_SIZE = 3;
const CHUNK_DATA = 4;
const CHUNK_END = 5;
const TRAILERS = 6;
const UNTIL_CLOSE = 7;
const SEARCH = 8;
const PEEK = 9;
const DEAD = 10;
type State =
  | typeof START
  | typeof HEAD
  | typeof LENGTH
  | typeof CHUNK_SIZE
  | typeof CHUNK_DATA
  | typeof CHUNK_END
  | typeof TRAILERS
  | typeof UNTIL_CLOSE
  | typeof SEARCH
  | typeof PEEK
  | typeof DEAD;

const VERSION = 'HTTP/1.';
const progress = new ReusedProgress();

/** One direction of a connection: heads line by line, bodies by count, after a gap the next sound start. */
export class MessageReader {
  /** Of the message at hand. */
  method = '';
  target = '';
  status = 0;
  /** The message is a response. */
  readonly response: boolean;
  readonly #handler: MessageHandler;
  /** By place in `FIELDS`; '' for none. */
  readonly #values: string[] = NO_VALUES.slice();
  #fieldCount = 0;
  #state: State = START;
  /** Bytes of the leftover that hold no line end. */
  #scanned = 0;
  /** Of the body or chunk. */
  #remaining = 0;
  /** Bytes of the body that are still wanted. */
  #wanted = 0;
  #held: Uint8Array | null = null;
  #heldLength = 0;
  /** What follows may be another protocol's, as was asked for. */
  #mayTunnel = false;
  #complained = false;

  constructor(response: boolean, handler: MessageHandler) {
    this.response = response;
    this.#handler = handler;
  }

  /** It is not known where the next message starts. */
  get lost(): boolean {
    return this.#state === SEARCH;
  }

  /** A field of the head at hand; '' when it has none. */
  field(index: number): string {
    return this.#values[index];
  }

  /** From now on the bytes are not HTTP's. */
  abandon(): void {
    this.#finishBody();
    this.#state = DEAD;
  }

  read(bytes: Uint8Array): Progress {
    const { length } = bytes;
    let at = 0;
    let scanned = this.#scanned;
    this.#scanned = 0;
    while (at < length) {
      switch (this.#state) {
        case START:
        case HEAD:
        case CHUNK_SIZE:
        case CHUNK_END:
        case TRAILERS: {
          const line = bytes.indexOf(LF, at + scanned);
          if ((line < 0 ? length : line) - at > LINE_LIMIT) {
            this.#lost('line-length', 'a line longer than a head may have');
            scanned = 0;
            break;
          }
          if (line < 0) {
            this.#scanned = length - at;
            return progress.set(at);
          }
          scanned = 0;
          const next = this.#line(bytes, at, line > at && bytes[line - 1] === CR ? line - 1 : line);
          // A start line that was none is searched for the next one behind its first byte.
          at = next ? line + 1 : at + 1;
          break;
        }
        case LENGTH:
        case CHUNK_DATA: {
          const end = at + this.#remaining;
          if (this.#wanted > 0) {
            const stop = Math.min(end, length, at + this.#wanted);
            this.#collect(bytes, at, stop, stop === end && this.#state === LENGTH);
            this.#remaining -= stop - at;
            at = stop;
            if (this.#remaining > 0) break;
          } else if (end > length) {
            this.#bodyOrChunkOver();
            return progress.set(end);
          } else at = end;
          this.#bodyOrChunkOver();
          break;
        }
        case PEEK: {
          const seen = Math.min(VERSION.length, length - at, this.#remaining);
          const isHead = latin1(bytes, at, at + seen) === VERSION.slice(0, seen);
          if (isHead && seen < Math.min(VERSION.length, this.#remaining)) return progress.set(at);
          if (isHead && seen === VERSION.length) this.#next();
          else this.#state = LENGTH;
          break;
        }
        case UNTIL_CLOSE:
          if (this.#wanted === 0) return progress.set(EVERYTHING);
          {
            const stop = Math.min(length, at + this.#wanted);
            this.#collect(bytes, at, stop, false);
            at = stop;
          }
          break;
        case SEARCH: {
          const found = findStart(at === 0 ? bytes : bytes.subarray(at));
          if (found < 0) return progress.set(Math.max(at, length - SEARCH_LINE));
          at += found;
          this.#state = START;
          break;
        }
        case DEAD:
          return progress.set(EVERYTHING);
      }
    }
    return progress.set(at);
  }

  /** `length` bytes were missed. */
  gap(length: number): void {
    this.#scanned = 0;
    switch (this.#state) {
      case LENGTH:
      case PEEK:
      case CHUNK_DATA:
        this.#finishBody();
        if (length < this.#remaining) {
          this.#remaining -= length;
          if (this.#state === PEEK) this.#state = LENGTH;
          return;
        }
        break;
      case UNTIL_CLOSE:
        this.#finishBody();
        return;
      case HEAD:
        // What was seen of the head is told; where its message ends is not known.
        if (this.#handler.headed(this) === TUNNEL) this.#state = DEAD;
        break;
    }
    if (this.#state === DEAD) return;
    this.#finishBody();
    this.#state = SEARCH;
  }

  /** No more bytes come. */
  end(): void {
    if (this.#state === HEAD) this.#handler.headed(this);
    this.#finishBody();
    this.#state = DEAD;
  }

  /** Deals with a line. False when it is no start line although it should be. */
  #line(bytes: Uint8Array, start: number, end: number): boolean {
    switch (this.#state) {
      case START:
        // Empty lines before a message are passed over (RFC 9112 §2.2).
        return start === end || this.#start(bytes, start, end);
      case HEAD:
        if (start === end) this.#headed();
        else this.#fieldLine(bytes, start, end);
        return true;
      case CHUNK_SIZE:
        return this.#chunk(bytes, start, end);
      case CHUNK_END:
        if (start === end) {
          this.#state = CHUNK_SIZE;
          return true;
        }
        this.#lost('chunk-end', 'a chunk longer than its size');
        return false;
      default:
        if (start === end) this.#next();
        return true;
    }
  }

  #start(bytes: Uint8Array, start: number, end: number): boolean {
    for (let i = 0; i < this.#values.length; i++) this.#values[i] = '';
    this.#fieldCount = 0;
    if (this.response) {
      this.status = readStatusLine(bytes, start, end);
      if (this.status >= 0) {
        this.#state = HEAD;
        return true;
      }
    } else {
      const line = readRequestLine(bytes, start, end);
      if (line !== null) {
        this.method = line.method;
        this.target = line.target;
        this.#state = HEAD;
        return true;
      }
    }
    if (this.#mayTunnel) this.#state = DEAD;
    else
      this.#lost(
        'start-line',
        `no ${this.response ? 'status' : 'request'} line where a message should start`,
      );
    return false;
  }

  #fieldLine(bytes: Uint8Array, start: number, end: number): void {
    if (++this.#fieldCount > FIELDS_LIMIT) return;
    const colon = fieldNameEnd(bytes, start, Math.min(end, start + BY_LENGTH.length));
    // Folded lines and lines that are no field say nothing that is needed.
    if (colon < 0) return;
    const wanted = BY_LENGTH[colon - start];
    if (wanted === undefined) return;
    for (const { index, bytes: text } of wanted) {
      let i = 0;
      while (i < text.length && (bytes[start + i] | 0x20) === text[i]) i++;
      // A hyphen is unchanged by the bit that makes letters small.
      if (i < text.length) continue;
      const secret = index === AUTHORIZATION || index === PROXY_AUTHORIZATION;
      const stop = secret ? schemeEnd(bytes, colon + 1, end) : Math.min(end, colon + 1 + VALUE_LIMIT);
      const value = textOfValue(bytes, colon + 1, stop);
      const before = this.#values[index];
      this.#values[index] = before === '' || before.length > VALUE_LIMIT ? value : `${before}, ${value}`;
      return;
    }
  }

  #headed(): void {
    const presence = this.#handler.headed(this);
    if (presence === TUNNEL) {
      this.#state = DEAD;
      return;
    }
    this.#mayTunnel = !this.response && (this.method === 'CONNECT' || this.field(UPGRADE) !== '');
    // An interim response is followed by the final one (RFC 9110 §15.2).
    if (presence === NO_BODY || (this.response && this.status < 200)) {
      this.#next();
      return;
    }
    const encoding = this.field(TRANSFER_ENCODING);
    this.#wanted = 0;
    if (encoding !== '') {
      if (/(?:^|[\s,])chunked[\s,]*$/i.test(encoding)) this.#state = CHUNK_SIZE;
      else if (this.response) this.#state = UNTIL_CLOSE;
      else {
        this.#lost('transfer-encoding', 'a request whose length cannot be told');
        return;
      }
    } else {
      const text = this.field(CONTENT_LENGTH);
      const length = text === '' ? -1 : readLength(text);
      if (text !== '' && length < 0) {
        this.#lost('content-length', 'a Content-Length that is no number');
        return;
      }
      if (length === 0 || (length < 0 && !this.response)) {
        this.#next();
        return;
      }
      this.#remaining = length;
      this.#state = length < 0 ? UNTIL_CLOSE : presence === PERHAPS ? PEEK : LENGTH;
    }
    this.#wanted = this.#handler.wanted(this);
    if (this.#state === LENGTH || this.#state === PEEK)
      this.#wanted = Math.min(this.#wanted, this.#remaining);
  }

  #chunk(bytes: Uint8Array, start: number, end: number): boolean {
    const size = readChunkSize(bytes, start, end);
    if (size < 0) {
      this.#finishBody();
      this.#lost('chunk-size', 'a chunk without a size');
      return false;
    }
    this.#remaining = size;
    if (size > 0) this.#state = CHUNK_DATA;
    else {
      this.#finishBody();
      this.#state = TRAILERS;
    }
    return true;
  }

  #bodyOrChunkOver(): void {
    if (this.#state === CHUNK_DATA) this.#state = CHUNK_END;
    else this.#next();
  }

  /** The message is over. */
  #next(): void {
    this.#finishBody();
    this.#state = START;
  }

  /** It is not known any more where messages start. */
  #lost(kind: string, detail: string): void {
    this.#finishBody();
    this.#state = SEARCH;
    if (this.#complained) return;
    this.#complained = true;
    this.#handler.anomaly(this, kind, detail);
  }

  /** `whole`: this is all of the body, so that it need not be kept if nothing is yet. */
  #collect(bytes: Uint8Array, start: number, end: number, whole: boolean): void {
    this.#wanted -= end - start;
    if (this.#heldLength === 0 && (whole || this.#wanted === 0)) {
      this.#wanted = 0;
      this.#handler.body(this, bytes, start, end);
      return;
    }
    const needed = this.#heldLength + end - start;
    if (this.#held === null || this.#held.length < needed) {
      const size = Math.max(512, 2 ** Math.ceil(Math.log2(needed)));
      const more = size - (this.#held?.length ?? 0);
      if (!this.#handler.reserve(more)) {
        this.#wanted = 0;
        this.#finishBody();
        return;
      }
      const bigger = new Uint8Array(size);
      if (this.#held !== null) bigger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = bigger;
    }
    this.#held.set(bytes.subarray(start, end), this.#heldLength);
    this.#heldLength = needed;
    if (this.#wanted === 0) this.#finishBody();
  }

  #finishBody(): void {
    this.#wanted = 0;
    const held = this.#held;
    if (held === null) return;
    const length = this.#heldLength;
    this.#held = null;
    this.#heldLength = 0;
    this.#handler.reserve(-held.length);
    this.#handler.body(this, held, 0, length);
  }
}

const VALUE_LIMIT = 4096;

/** Where the scheme of a field of credentials ends (RFC 9110 §11.4). */
function schemeEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === SP || bytes[at] === TAB)) at++;
  while (at < end && bytes[at] !== SP && bytes[at] !== TAB && at - start < SCHEME_LIMIT) at++;
  return at;
}

const SCHEME_LIMIT = 24;
