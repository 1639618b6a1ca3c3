import { describe, expect, test } from 'vitest';
import { identifyProduct, PRODUCTS } from './products.ts';

describe('products', () => {
  for (const row of PRODUCTS)
    test(`${row.example} is a ${row.role}`, () => {
      expect(identifyProduct(row.example)).toBe(row);
      expect(row.source.length).toBeGreaterThan(10);
    });

  test('other words are no product', () => {
    for (const text of ['', 'Plum', 'Plumbing A+', 'Discovery CT750', 'alarisation'])
      expect(identifyProduct(text)).toBeNull();
  });
});
