import { expect, test } from 'vitest';
import { told } from './told.ts';

test.each([
  [' DE12345678 ', 'DE12345678'],
  ['Analyse Gerät 3', 'Analyse Gerät 3'],
  ['N/A', ''],
  ['unknown', ''],
  ['0000', ''],
  ['---', ''],
  ['   ', ''],
  ['a\x00b', ''],
  ['a\u202ab', ''],
  ['\ufffd\ufffd', ''],
  ['x'.repeat(201), ''],
])('%j is told as %j', (value, expected) => expect(told(value)).toBe(expected));
