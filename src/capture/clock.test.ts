import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock, withFraction } from './clock.ts';

function micros(resolution: number, units: bigint, offset = 0): number {
  return new Clock(resolution, offset).micros(Number(units >> 32n), Number(units & 0xffffffffn));
}

/** Whole microseconds by exact arithmetic, and the rest in quarters. */
function exactly(resolution: number, units: bigint): number {
  const exponent = BigInt(resolution & 0x7f);
  const perSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
  const quarters = (units * 4_000_000n) / perSecond;
  return Number(quarters) / 4;
}

describe('pcapng clock', () => {
  const instant = 1_767_225_599_999_999_999n; // the last nanosecond of 2025
  test('microseconds, the default', () => {
    expect(micros(6, 1_767_225_599_999_999n)).toBe(1_767_225_599_999_999);
    expect(new Clock().micros(0, 5)).toBe(5);
  });
  test('nanoseconds keep their microsecond: .999 is not rounded up', () => {
    expect(micros(9, instant)).toBe(1_767_225_599_999_999 + 0.75);
    expect(Math.floor(micros(9, instant))).toBe(1_767_225_599_999_999);
    expect(micros(9, instant - 499n)).toBe(1_767_225_599_999_999 + 0.5);
  });
  test('seconds, milliseconds, picoseconds', () => {
    expect(micros(0, 1_767_225_599n)).toBe(1_767_225_599e6);
    expect(micros(3, 1_767_225_599_123n)).toBe(1_767_225_599_123_000);
    expect(micros(12, 12_345_678_999_999n)).toBe(12_345_678.75);
  });
  test('powers of two', () => {
    expect(micros(0x80 | 10, 1025n)).toBe(1_000_976.5);
    expect(micros(0x80 | 32, (1_767_225_599n << 32n) | 0x80000000n)).toBe(1_767_225_599_500_000);
    expect(micros(0x80 | 33, (1_767_225_599n << 33n) | 1n)).toBe(1_767_225_599_000_000);
    expect(micros(0x80 | 40, (3n << 40n) | (1n << 39n))).toBe(3_500_000);
    expect(micros(0x80, 7n)).toBe(7e6);
  });
  test('offset in seconds, also negative', () => {
    expect(micros(6, 5n, 10)).toBe(10_000_005);
    expect(micros(9, 5500n, -3600)).toBe(-3_599_999_994.5);
  });
  test('absurd resolutions give a number', () => {
    for (const resolution of [19, 64, 127, 0x80 | 64, 0x80 | 127]) {
      expect(micros(resolution, 0xffff_ffff_ffff_ffffn)).toBeGreaterThanOrEqual(0);
    }
  });
  test('equals exact arithmetic between 1970 and 2040', () => {
    const seconds = fc.bigInt(0n, 2_208_988_800n);
    const resolution = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0x80, max: 0x80 | 33 }));
    fc.assert(
      fc.property(seconds, fc.bigInt(0n, 2n ** 40n - 1n), resolution, (second, below, each) => {
        const exponent = BigInt(each & 0x7f);
        const perSecond = each & 0x80 ? 2n ** exponent : 10n ** exponent;
        const units = second * perSecond + (below % perSecond);
        expect(micros(each, units)).toBe(exactly(each, units));
      }),
      { numRuns: 3000, seed: 20260302 },
    );
  });
  test('a fraction never reaches the next microsecond, also after 2041', () => {
    for (const whole of [0, 2 ** 51 - 1, 2 ** 51, 2 ** 51 + 1, 4_294_967_295_000_000]) {
      expect(Math.floor(withFraction(whole, 0.999))).toBe(whole);
    }
  });
});
