import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DistinctCounter } from './distinct.ts';

describe('distinct', () => {
  test('is exact up to the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 60 }), (values) => {
        const counter = new DistinctCounter(60);
        for (const value of values) counter.add(value);
        expect(counter.count()).toBe(new Set(values).size);
        expect(counter.exact).toBe(true);
      }),
      { seed: 7 },
    );
  });

  test('is an estimate within its stated error beyond, in bounded memory', () => {
    for (const [bits, error] of [
      [14, 0.03],
      [10, 0.12],
    ]) {
      for (const size of [101, 3_000, 200_000]) {
        const counter = new DistinctCounter(100, bits);
        for (let i = 0; i < size; i++) counter.add(`patient-${i}`);
        expect(counter.exact).toBe(false);
        expect(Math.abs(counter.count() - size) / size).toBeLessThan(error);
      }
    }
  });

  test('counters that share a budget keep no more than it between them', () => {
    const budget = { left: 10 };
    const counters = [0, 1, 2, 3].map(() => new DistinctCounter(100, 10, budget));
    for (let i = 0; i < 8; i++) for (const counter of counters) counter.add(`p${i}`);
    expect(counters.filter((counter) => counter.exact).length).toBe(1);
    for (const counter of counters) expect(counter.count()).toBe(8);
    expect(budget.left).toBeGreaterThanOrEqual(0);
    for (const counter of counters) counter.release();
    expect(budget.left).toBe(10);
  });
});
