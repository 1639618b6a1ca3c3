import { describe, expect, test } from 'vitest';
import { PixelDigest } from './pixels.ts';

const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 13) & 255);

/** Fed in pieces of `size`; what is not needed is passed over, as far as `skip`. */
function digestOf(pixels: Uint8Array, size = pixels.length, { known = true, skip = false } = {}): number {
  const digest = new PixelDigest();
  digest.start(known ? pixels.length : -1);
  for (let at = 0; at < pixels.length; ) {
    const passed = skip ? Math.min(digest.unneeded, pixels.length - at) : 0;
    digest.pass(passed);
    at += passed;
    const end = Math.min(pixels.length, at + size);
    digest.take(pixels, at, end);
    at = end;
  }
  return digest.value;
}

describe.each([
  ['small', 1001, true],
  ['as large as is read whole', 65_536, true],
  ['large', 300_003, true],
  ['large, of unknown length', 300_003, false],
] as const)('%s', (_, length, known) => {
  const pixels = noise(length);
  const whole = digestOf(pixels, length, { known });

  test('is the same however it is cut, and whether or not what is not needed is seen', () => {
    for (const size of [1, 3, 7, 64, 511, 1448, 16_372])
      for (const skip of [false, true])
        expect(digestOf(pixels, size, { known, skip }), `${size} ${skip}`).toBe(whole);
  });

  test('the length counts', () => {
    expect(digestOf(pixels.subarray(0, length - 1), length, { known })).not.toBe(whole);
  });
});

const change = (pixels: Uint8Array, at: number): Uint8Array => {
  const changed = pixels.slice();
  changed[at] ^= 1;
  return changed;
};

test('of small pixel data every byte counts', () => {
  const pixels = noise(2000);
  const whole = digestOf(pixels);
  for (let at = 0; at < pixels.length; at++) expect(digestOf(change(pixels, at))).not.toBe(whole);
});

test('of large ones a word of each 68 bytes does, in a quarter of all, and in no column more than in others', () => {
  const pixels = noise(1_048_576);
  const whole = digestOf(pixels);
  const columns = new Array<number>(4).fill(0);
  let counted = 0;
  for (let at = 0; at < pixels.length; at += 252) {
    if (digestOf(change(pixels, at), 1448, { skip: true }) === whole) continue;
    counted++;
    columns[Math.floor((at % 1024) / 256)]++;
  }
  expect(counted / (pixels.length / 252)).toBeCloseTo(4 / 68 / 4, 2);
  for (const column of columns) expect(column).toBeGreaterThan(counted / 8);
});

/** Of how many square patches in one slice of 512 × 512 the change is met. */
function metOf(patch: number, rows: number[], columns: number[], slice = 1): number {
  const pixels = noise(524_288).map((byte) => byte ^ slice);
  const whole = digestOf(pixels);
  let met = 0;
  for (const row of rows)
    for (const column of columns) {
      const changed = pixels.slice();
      for (let y = row; y < row + patch; y++)
        for (let x = (y * 512 + column) * 2; x < (y * 512 + column + patch) * 2; x++) changed[x] ^= 0x55;
      if (digestOf(changed, 1448, { skip: true }) !== whole) met++;
    }
  return met / (rows.length * columns.length);
}

const every = (step: number): number[] => Array.from({ length: Math.ceil(470 / step) }, (_, i) => i * step);

test('every patch of 40 × 40 in one CT slice is met', () => {
  expect(metOf(40, every(17), every(41))).toBe(1);
});

test('more than half of those of 16 × 16 are', () => {
  expect(metOf(16, every(19), every(41))).toBeGreaterThan(0.5);
});

test('one place is met in one slice or the other', () => {
  const met = [1, 2, 3, 4, 5, 6].map((slice) => metOf(16, [100], [200], slice));
  expect(met).toContain(1);
  expect(met).toContain(0);
});
