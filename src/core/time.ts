/** Times inside auscult are microseconds since 1970-01-01 UTC, as doubles, and always a packet's. */
export type Micros = number;

export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60 * SECOND;
export const HOUR: Micros = 60 * MINUTE;

/** Years 0 to 9999, which RFC 3339 can write; a damaged capture can name any time at all. */
export const EARLIEST: Micros = -62_167_219_200_000_000;
export const LATEST: Micros = 253_402_300_799_000_000;

/** RFC 3339 in UTC with six decimals, as Suricata's EVE writes it: `2026-03-02T08:15:00.123456+0000`. */
export function eveTime(time: Micros): string {
  const { text, micros } = parts(time);
  return `${text}.${micros}+0000`;
}

/** RFC 3339 in UTC with six decimals and `Z`, for the JSON documents. */
export function isoTime(time: Micros): string {
  const { text, micros } = parts(time);
  return `${text}.${micros}Z`;
}

/** The moment that `isoTime` wrote; null for any other text. */
export function fromIsoTime(text: string): Micros | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/.exec(text);
  if (match === null) return null;
  const time = Date.parse(`${match[1]}Z`) * 1000 + Number(match[2]);
  // The 30th of February is a moment for some, though not the one that was written.
  return isoTime(time) === text ? time : null;
}

let lastSecond = Number.NaN;
let lastText = '';

function parts(time: Micros): { text: string; micros: string } {
  const bounded = Number.isFinite(time) ? Math.max(EARLIEST, Math.min(LATEST, Math.floor(time))) : 0;
  const second = Math.floor(bounded / SECOND);
  if (second !== lastSecond) {
    lastSecond = second;
    // Events come in order, so most share the second of the one before.
    lastText = new Date(second * 1000).toISOString().replace(/\.\d+Z$/, '');
  }
  return { text: lastText, micros: String(bounded - second * SECOND).padStart(6, '0') };
}
