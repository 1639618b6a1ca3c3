import { type Micros, SECOND } from '../../core/time.ts';
import { escapeJson } from '../printable.ts';

/** Takes bytes in order. The buffer is used again after the call. */
export type Drain = (bytes: Uint8Array) => void;

const CHUNK = 256 * 1024;
/** A value longer than this is cut: nothing legitimate in a record is as long. */
const MAX_TEXT = 8 * 1024;
/**
 * Room that must be free before a text is written: six bytes for every unit of the longest, and what the
 * program's own punctuation, keys and numbers may take before the next text.
 */
const HEADROOM = MAX_TEXT * 6 + 16 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
// What a Date covers; a damaged capture can name any time at all.
const LIMIT = 8.64e18;

/**
 * Writes JSON lines as bytes, straight into one buffer that is handed on whenever it is full. Records are
 * written once per message of a busy network: strings put together from forty parts cost three times as much,
 * most of it in garbage.
 *
 * `raw` takes the program's own ASCII, `text` anything. A line may be handed on in several parts.
 */
export class LineWriter {
  readonly #buffer = Buffer.allocUnsafe(CHUNK + HEADROOM);
  readonly #drain: Drain;
  #at = 0;
  #second = Number.NaN;
  readonly #secondText = new Uint8Array(32);
  #secondLength = 0;
  lines = 0;
  bytes = 0;

  constructor(drain: Drain) {
    this.#drain = drain;
  }

  /** ASCII of the program's own: punctuation, keys, constants. */
  raw(ascii: string): void {
    const buffer = this.#buffer;
    let at = this.#at;
    for (let i = 0; i < ascii.length; i++) buffer[at++] = ascii.charCodeAt(i);
    this.#at = at;
  }

  /** Bytes made before, such as a flow's addresses. */
  piece(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** `text` as a JSON string with its quotes. */
  text(text: string): void {
    if (this.#at > CHUNK) this.flush();
    const buffer = this.#buffer;
    let at = this.#at;
    const from = at;
    buffer[at++] = QUOTE;
    const { length } = text;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH || i >= MAX_TEXT) {
        this.#at = from;
        this.#slowText(text);
        return;
      }
      buffer[at++] = code;
    }
    buffer[at++] = QUOTE;
    this.#at = at;
  }

  #slowText(text: string): void {
    const bounded = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
    this.#at += this.#buffer.write(escapeJson(JSON.stringify(bounded)), this.#at, 'utf8');
  }

  /** A whole number below 2^53, or any other as JSON has it; null for what is no number. */
  number(value: number): void {
    if (value >= 0 && value < 10) {
      if (Number.isInteger(value)) {
        this.#buffer[this.#at++] = ZERO + value;
        return;
      }
    }
    this.raw(Number.isFinite(value) ? String(value) : 'null');
  }

  /** A duration as seconds or milliseconds: microseconds divided by `unit`, with the decimals that are not 0. */
  ratio(micros: Micros, unit: number): void {
    this.number(Math.round(micros) / unit);
  }

  /** `2026-03-02T08:15:00.123456+0000`, with quotes. */
  time(time: Micros): void {
    const whole = Number.isFinite(time) ? Math.max(-LIMIT, Math.min(LIMIT, Math.floor(time))) : 0;
    const second = Math.floor(whole / SECOND);
    if (second !== this.#second) this.#newSecond(second);
    const buffer = this.#buffer;
    let at = this.#at;
    const text = this.#secondText;
    for (let i = 0; i < this.#secondLength; i++) buffer[at + i] = text[i];
    at += this.#secondLength;
    let micros = whole - second * SECOND;
    for (let i = 5; i >= 0; i--) {
      const tens = Math.floor(micros / 10);
      buffer[at + i] = ZERO + (micros - tens * 10);
      micros = tens;
    }
    this.#at = at + 6;
    this.raw('+0000"');
  }

  #newSecond(second: number): void {
    this.#second = second;
    const text = `"${new Date(second * 1000).toISOString().replace(/\.\d+Z$/, '')}.`;
    this.#secondLength = text.length;
    for (let i = 0; i < text.length; i++) this.#secondText[i] = text.charCodeAt(i);
  }

  /** Any plain value (a finding's data, an asset), in the key order it has. */
  value(value: unknown): void {
    const json = escapeJson(JSON.stringify(value) ?? 'null');
    // Not bounded by MAX_TEXT: goes around the buffer when it has to.
    const size = Buffer.byteLength(json);
    if (this.#at + size + HEADROOM > this.#buffer.length) this.flush();
    if (size + HEADROOM > this.#buffer.length) {
      this.bytes += size;
      this.#drain(Buffer.from(json));
    } else {
      this.#at += this.#buffer.write(json, this.#at, 'utf8');
    }
  }

  /** Ends the line. */
  end(): void {
    this.#buffer[this.#at++] = 0x0a;
    this.lines++;
    if (this.#at > CHUNK) this.flush();
  }

  /** Hands on what is written so far. */
  flush(): void {
    if (this.#at === 0) return;
    this.bytes += this.#at;
    this.#drain(this.#buffer.subarray(0, this.#at));
    this.#at = 0;
  }
}
