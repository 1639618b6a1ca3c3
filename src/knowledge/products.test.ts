import { describe, expect, test } from 'vitest';
import { identifyProduct, PRODUCTS } from './products.ts';

describe('products', () => {
  for (const row of PRODUCTS)
    test(`${row.example} is a ${row.role}`, () => {
      expect(identifyProduct(row.example, row.kind)).toBe(row);
      expect(row.source.length).toBeGreaterThan(10);
    });

  test('other words are no product', () => {
    for (const text of ['', 'Plum', 'Plumbing A+', 'Discovery CT750', 'alarisation', 'Orthancer', 'ELI 3800'])
      for (const kind of ['device', 'program'] as const) expect(identifyProduct(text, kind)).toBeNull();
    expect(identifyProduct('Orthanc', 'device')).toBeNull();
  });
});
