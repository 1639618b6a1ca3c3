import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions, parseVersion, type Version } from './versions.ts';

const version = (text: string): Version => {
  const parsed = parseVersion(text);
  expect(parsed, text).not.toBeNull();
  return parsed!;
};
const order = (a: string, b: string) => Math.sign(compareVersions(version(a), version(b)));

describe('older and newer', () => {
  test.each([
    ['3.6.9', '3.6.10'],
    ['3.6.10', '3.7.0'],
    ['1.5.7', '1.5.8'],
    ['1.5.8', '1.10.1'],
    ['1.12.9', '1.12.10'],
    ['5.9.0', '5.18.0'],
    ['2024.3', '2025.1'],
    ['2023.3 (Build 9342)', '2024.1'],
    ['2023.3', '2023.3 (Build 9342)'],
    ['12.2.8.400', '12.2.8.410'],
    ['12.2.8.99', '12.2.8.410'],
    ['v7.2.8.810', '7.2.9.820'],
    ['3.6.7~rc1', '3.6.7'],
    ['3.6.6', '3.6.7~rc1'],
    ['3.6.7~rc1', '3.6.7~rc2'],
    ['4.4.1-SNAPSHOT', '4.4.1'],
    ['4.4.1-alpha', '4.4.1-beta1'],
    ['4.4.1-beta1', '4.4.1-rc1'],
    ['1.0a1', '1.0b1'],
    ['1.0b1', '1.0'],
    ['7.0.2', '7.0.2 (1)'],
    ['7.0.2 (1)', '7.0.2 (2)'],
    ['7.0.2 (9)', '7.0.3'],
    ['7.0.2 (1)', '8.0.0'],
    ['8.0.0', '8.0.0 (2)'],
    ['7_0_2', '7_0_3'],
    ['1.0.2j', '1.0.2k'],
    ['1.0.2', '1.0.2a'],
    ['8.2p1', '8.2p2'],
    ['1.9.2+really1.9.1+dfsg-1', '1.9.2'],
  ])('%s is older than %s', (older, newer) => {
    expect(order(older, newer)).toBe(-1);
    expect(order(newer, older)).toBe(1);
  });

  test.each([
    ['4.4', '4.4.0'],
    ['1.10.1', '1.10.1+dfsg-2'],
    ['1.10.1', '1.10.1+dfsg-2+deb12u1'],
    ['3.6.7', '3.6.7-9~deb12u4'],
    ['v4.4.1', '4.4.1'],
    ['2024.03', '2024.3'],
    ['7.0.2 (1)', '7.0.2.1'],
    ['7.0.2(1)', '7.0.2 (1)'],
    ['1.9.2+really1.9.1+dfsg-1', '1.9.1'],
    ['6.10.5', '6.10.5 REST Server'],
  ])('%s is the same release as %s', (a, b) => expect(order(a, b)).toBe(0));

  test.each([
    '1.10.1+dfsg-2',
    '3.6.7-9~deb12u4',
    '3.6.7-1ubuntu2',
    '3.7.1-bp161.1.1',
    '2.4.6-97.el7',
  ])('%s was built by a distribution', (text) => expect(version(text).packaged).toBe(true));
  test.each([
    '1.10.1',
    '3.6.7~rc1',
    '4.4.1-SNAPSHOT',
    '7.0.2 (1)',
    '2023.3 (Build 9342)',
    '3.6.7+',
  ])('%s was not, as far as it says', (text) => expect(version(text).packaged).toBe(false));

  test.each([
    '',
    'mainline',
    'unknown',
    '1.x',
    '3.6.7foo',
    'R4',
    '-1',
    '.5',
    '1234567890.1',
    '1.2.3.4.5.6.7.8.9',
  ])('%j cannot be compared', (text) => expect(parseVersion(text)).toBeNull());
});

describe('the order is one', () => {
  const numbers = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
  const suffix = fc.constantFrom(
    '',
    '',
    'a',
    'k',
    'b2',
    'p1',
    ' (1)',
    ' (Build 7)',
    '~rc1',
    '-rc2',
    '-SNAPSHOT',
    '-beta',
    '+dfsg-1',
    '-2',
    '+really1.2',
  );
  const any = fc.tuple(numbers, suffix).map(([number, end]) => version(number + end));
  const sign = (a: Version, b: Version) => Math.sign(compareVersions(a, b)) + 0;

  test('antisymmetric, and every version equals itself', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(sign(a, b) + sign(b, a)).toBe(0);
        expect(sign(a, a)).toBe(0);
      }),
    );
  });

  test('transitive', () => {
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
        if (sign(a, b) === 0) expect(sign(a, c)).toBe(sign(b, c));
      }),
    );
  });

  test('of dotted numbers, it is that of the numbers', () => {
    const parts = fc.array(fc.nat(999_999), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const first = a.findIndex((number, i) => number !== b[i]);
        const expected = first < 0 ? 0 : Math.sign(a[first] - b[first]);
        expect(order(a.join('.'), b.join('.'))).toBe(expected);
      }),
    );
  });

  test('a pre-release is older than its release, and newer than all before', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.integer({ min: 1, max: 50 }), (major, minor, patch) => {
        expect(order(`${major}.${minor}.${patch}~rc1`, `${major}.${minor}.${patch}`)).toBe(-1);
        expect(order(`${major}.${minor}.${patch - 1}`, `${major}.${minor}.${patch}~rc1`)).toBe(-1);
      }),
    );
  });

  test('no text is too strange to be refused', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => void parseVersion(text)));
  });
});
