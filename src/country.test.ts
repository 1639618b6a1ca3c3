import { describe, expect, test } from 'vitest';
import { Countries, countryTablePath } from './country.ts';

describe('countries', () => {
  const countries = new Countries();
  test('tables are found', () => {
    expect(countryTablePath(4)).toMatch(/ipv4\.mmdb$/);
    expect(countryTablePath(6)).toMatch(/ipv6\.mmdb$/);
  });
  test.each([
    ['8.8.8.8', 'US'],
    ['193.0.6.139', 'NL'],
    ['2001:67c:2e8:22::c100:68b', 'NL'],
    ['10.0.0.1', null],
    ['203.0.113.7', null],
    ['fe80::1', null],
    ['no address', null],
    ['', null],
  ])('%s is %s', (address, expected) => expect(countries.of(address)).toBe(expected));
});
