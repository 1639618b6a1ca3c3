import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { macVendor } from '../vendor.ts';
import { buildVendorTable } from './build.ts';
import { packVendors, VendorTable } from './table.ts';

describe('a packed table', () => {
  const table = new VendorTable(
    packVendors([
      ['0080F4', 'Télé'],
      ['70B3D5', 'shared'],
      ['70B3D5E', 'middle'],
      ['70B3D5E01', 'long'],
      ['70B3D5FFF', 'last'],
      ['ZZZZZZ', 'no prefix'],
      ['0080F5', ''],
    ]),
  );
  test.each([
    [0x0080f4123456, 'Télé'],
    [0x0080f5123456, null],
    [0x0080f3ffffff, null],
    [0x70b3d5123456, 'shared'],
    [0x70b3d5e12345, 'middle'],
    [0x70b3d5e01345, 'long'],
    [0x70b3d5ffffff, 'last'],
    [0x020000000001, null],
    [0x010000000001, null],
    [-1, null],
    [2 ** 48, null],
    [Number.NaN, null],
  ])('%s', (mac, expected) => expect(table.vendor(mac)).toBe(expected));
  test('damage is noticed', () => {
    const bytes = packVendors([['0080F4', 'x']]);
    expect(() => new VendorTable(bytes.subarray(1))).toThrow(RangeError);
    expect(() => new VendorTable(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
    expect(() => new VendorTable(new Uint8Array(0))).toThrow(RangeError);
  });
});

describe('the table of the registry', () => {
  test('agrees with it in every entry, and stays small', () => {
    const bytes = buildVendorTable();
    expect(bytes.length).toBeLessThan(2_000_000);
    const table = new VendorTable(bytes);
    const registry = createRequire(import.meta.url)('oui-data') as Record<string, string>;
    const wrong: string[] = [];
    for (const [prefix, value] of Object.entries(registry)) {
      const name = value.split('\n')[0].trim().replace(/\s+/g, ' ');
      if (name === 'Private' || name === 'IEEE Registration Authority') continue;
      // Prefixes with the local bit, from before it existed, are not looked up.
      if (Number.parseInt(prefix.slice(0, 2), 16) & 3) continue;
      // The first address of a block may belong to a longer prefix: take the last.
      const found = [prefix.padEnd(12, '0'), prefix.padEnd(12, 'f')].map((mac) =>
        table.vendor(Number.parseInt(mac, 16)),
      );
      if (!found.includes(name)) wrong.push(`${prefix} ${name} ${found.join()}`);
    }
    expect(wrong).toEqual([]);
  });
  test('answers the program', () => {
    expect(macVendor(0x00188b000001)).toBe('Dell Inc.');
    expect(macVendor(0x525400123456)).toBeNull();
  });
});
