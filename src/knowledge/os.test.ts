import { describe, expect, test } from 'vitest';
import { OS_FAMILIES, osFamily } from './os.ts';

describe('operating systems', () => {
  for (const row of OS_FAMILIES)
    test(`${row.example} is of the family ${row.family}`, () => {
      expect(osFamily(row.example)).toBe(row.family);
      expect(row.source.length).toBeGreaterThan(10);
    });

  test('near misses', () => {
    expect(osFamily('Cisco IOS XE 17.3')).toBe('cisco');
    expect(osFamily('iOS 17.5')).toBe('apple');
    expect(osFamily('Windowsill')).toBe('');
    expect(osFamily('')).toBe('');
  });
});
