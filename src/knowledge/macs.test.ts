import { describe, expect, test } from 'vitest';
import {
  isLocallyAdministered,
  isUnicastMac,
  macHex,
  macText,
  VIRTUAL_MACHINES,
  VIRTUAL_ROUTERS,
  virtualMachine,
  virtualRouter,
} from './macs.ts';

describe('MAC addresses', () => {
  test('unknown, zero and group addresses are nobody', () => {
    for (const mac of [-1, 0, 0xffffffffffff, 0x01005e0000fb, 0x333300000001])
      expect(isUnicastMac(mac)).toBe(false);
    for (const mac of [0x001b213c4d5e, 0x0242ac110002]) expect(isUnicastMac(mac)).toBe(true);
  });

  test('the locally administered bit', () => {
    expect(isLocallyAdministered(0x0242ac110002)).toBe(true);
    expect(isLocallyAdministered(0x001b213c4d5e)).toBe(false);
    expect(isLocallyAdministered(-1)).toBe(false);
  });

  test('text', () => {
    expect(macText(0x001b213c4d5e)).toBe('00:1b:21:3c:4d:5e');
    expect(macHex(0x5e)).toBe('00000000005e');
  });

  for (const row of VIRTUAL_ROUTERS)
    test(`${macText(row.example)} is ${row.protocol}`, () => {
      expect(virtualRouter(row.example)).toBe(row);
      expect(virtualRouter(row.last + 1)).not.toBe(row);
    });

  for (const row of VIRTUAL_MACHINES)
    test(`${macText(row.example)} is a guest of ${row.product}`, () => {
      expect(virtualMachine(row.example)).toBe(row);
      expect(row.source.length).toBeGreaterThan(10);
    });

  test('other addresses are no guests', () => {
    for (const mac of [-1, 0, 0x001b213c4d5e, 0x0243ac110002, 0x525500000001])
      expect(virtualMachine(mac)).toBeNull();
  });
});
