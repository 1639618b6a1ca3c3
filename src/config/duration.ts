import { HOUR, MINUTE, type Micros, SECOND } from '../core/time.ts';

const UNITS: Readonly<Record<string, Micros>> = {
  ms: SECOND / 1000,
  s: SECOND,
  m: MINUTE,
  min: MINUTE,
  h: HOUR,
  d: 24 * HOUR,
  w: 7 * 24 * HOUR,
};

/** `30s`, `15m`, `12h`, `7d`, `2w` as microseconds; null when it is none. */
export function parseDuration(text: string): Micros | null {
  const match = /^(\d{1,9}(?:\.\d{1,6})?) ?([a-z]+)$/.exec(text);
  if (match === null || !Object.hasOwn(UNITS, match[2])) return null;
  return Number(match[1]) * UNITS[match[2]];
}

const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** `200 MB`, `64KiB` as bytes; null when it is none. */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,3})?) ?([A-Za-z]+)$/.exec(text);
  if (match === null || !Object.hasOwn(SIZES, match[2])) return null;
  return Math.round(Number(match[1]) * SIZES[match[2]]);
}
