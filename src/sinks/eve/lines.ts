import { EARLIEST, LATEST, type Micros, SECOND } from '../../core/time.ts';
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
const COLON = 0x3a;
const POINT = 0x2e;
const DAY: Micros = 86_400 * SECOND;

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
  #day = Number.NaN;
  /** `"2026-03-02T` of that day. */
  #dayText = '';
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

  /** ASCII made into bytes before. */
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

  /** A number as JSON has it; null for what is none. */
  number(value: number): void {
    if (value >= 0 && value <= 0x7fffffff && value === (value | 0)) this.#integer(value);
    else this.raw(Number.isFinite(value) ? String(value) : 'null');
  }

  #integer(value: number): void {
    const buffer = this.#buffer;
    let digits = 1;
    for (let power = 10; digits < 10 && value >= power; power *= 10) digits++;
    let rest = value;
    for (let i = this.#at + digits - 1; i >= this.#at; i--) {
      const tens = (rest / 10) | 0;
      buffer[i] = ZERO + (rest - tens * 10);
      rest = tens;
    }
    this.#at += digits;
  }

  /** A duration as seconds or milliseconds: microseconds divided by `unit`, with the decimals that are not 0. */
  ratio(micros: Micros, unit: number): void {
    this.number(Math.round(micros) / unit);
  }

  /** `2026-03-02T08:15:00.123456+0000`, with quotes. */
  time(time: Micros): void {
    const whole = Number.isFinite(time) ? Math.max(EARLIEST, Math.min(LATEST, Math.floor(time))) : 0;
    const day = Math.floor(whole / DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayText = `"${new Date(day * 86_400_000).toISOString().slice(0, -13)}`;
    }
    this.raw(this.#dayText);
    const micros = whole - day * DAY;
    const second = Math.floor(micros / SECOND);
    const buffer = this.#buffer;
    let at = this.#at;
    at = twoDigits(buffer, at, Math.floor(second / 3600));
    buffer[at++] = COLON;
    at = twoDigits(buffer, at, Math.floor(second / 60) % 60);
    buffer[at++] = COLON;
    at = twoDigits(buffer, at, second % 60);
    buffer[at++] = POINT;
    let rest = micros - second * SECOND;
    for (let i = 5; i >= 0; i--) {
      const tens = Math.floor(rest / 10);
      buffer[at + i] = ZERO + (rest - tens * 10);
      rest = tens;
    }
    this.#at = at + 6;
    this.raw('+0000"');
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

function twoDigits(buffer: Uint8Array, at: number, value: number): number {
  const tens = Math.floor(value / 10);
  buffer[at] = ZERO + tens;
  buffer[at + 1] = ZERO + (value - tens * 10);
  return at + 2;
}
