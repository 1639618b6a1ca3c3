import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BerReader, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE } from './ber.ts';

const read = (...bytes: number[]) => new BerReader(Uint8Array.from(bytes));

describe('BER', () => {
  test('elements one after the other, and what is inside', () => {
    const outer = read(0x30, 0x07, 0x02, 0x01, 0x05, 0x04, 0x02, 0x41, 0x42);
    const inner = outer.enter(SEQUENCE);
    expect(inner?.expect(INTEGER)).toBe(true);
    expect(inner?.integer()).toBe(5);
    expect(inner?.expect(OCTET_STRING)).toBe(true);
    expect([...(inner?.content() ?? [])]).toEqual([0x41, 0x42]);
    expect(inner?.next()).toBe(false);
    expect(inner?.done).toBe(true);
    expect(outer.next()).toBe(false);
  });

  test('long lengths', () => {
    const long = new Uint8Array(4 + 300);
    long.set([0x04, 0x82, 0x01, 0x2c]);
    const reader = new BerReader(long);
    expect(reader.expect(OCTET_STRING)).toBe(true);
    expect(reader.length).toBe(300);
  });

  test('indefinite lengths, lengths of more than four octets and high tag numbers are refused', () => {
    expect(read(0x30, 0x80, 0x02, 0x01, 0x05, 0, 0).next()).toBe(false);
    expect(read(0x04, 0x85, 0, 0, 0, 0, 1, 0x41).next()).toBe(false);
    expect(read(0x1f, 0x81, 0x01, 0x00).next()).toBe(false);
    expect(read(0x04, 0x82, 0x01).next()).toBe(false);
    expect(read(0x04).next()).toBe(false);
  });

  test('what is cut is told from what is whole', () => {
    const cut = read(0x30, 0x7f, 0x02, 0x01, 0x05);
    expect(cut.next()).toBe(true);
    expect(cut.whole).toBe(false);
    expect(cut.inside().expect(INTEGER)).toBe(true);
    expect(read(0x04, 0x05, 0x41).expect(OCTET_STRING)).toBe(false);
  });

  test('integers', () => {
    const value = (...content: number[]) => {
      const reader = read(INTEGER, content.length, ...content);
      reader.next();
      return reader.integer();
    };
    expect(value(0x00)).toBe(0);
    expect(value(0xff)).toBe(-1);
    expect(value(0x00, 0xff, 0xff, 0xff, 0xff)).toBe(0xffffffff);
    expect(value(0x80, 0x00)).toBe(-32768);
    expect(value()).toBeNaN();
    expect(value(1, 2, 3, 4, 5, 6, 7)).toBeNaN();
  });

  test('object identifiers', () => {
    const oid = (...content: number[]) => {
      const long = content.length < 128 ? [] : [0x81];
      const reader = read(OBJECT_IDENTIFIER, ...long, content.length, ...content);
      reader.next();
      return reader.objectIdentifier();
    };
    expect(oid(0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10)).toBe('1.3.6.1.4.1.311.2.2.10');
    expect(oid(0x88, 0x37)).toBe('2.999');
    expect(oid(0x00)).toBe('0.0');
    expect(oid()).toBe('');
    expect(oid(0x2b, 0x86)).toBe('');
    expect(oid(0x2b, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)).toBe('');
    expect(oid(0x2b, ...Array<number>(128).fill(1))).toBe('');
  });

  test('anything at all is walked to an end, inside its bounds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const reader = new BerReader(bytes);
        for (let n = 0; reader.next(); n++) {
          expect(n).toBeLessThan(bytes.length);
          expect(reader.start).toBeLessThanOrEqual(reader.stop);
          expect(reader.stop).toBeLessThanOrEqual(bytes.length);
          reader.integer();
          reader.objectIdentifier();
        }
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
});
