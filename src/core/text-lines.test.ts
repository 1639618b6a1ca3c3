import { describe, expect, test } from 'vitest';
import { isHostName } from './host-name.ts';
import { TextLines } from './text-lines.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('lines', () => {
  test('end with CR LF or LF, and wait for it', () => {
    const lines: string[] = [];
    const reader = new TextLines(20, (line) => lines.push(line) < 3);
    expect(reader.read(bytes('one\r\ntwo\nthr')).consumed).toBe(9);
    expect(lines).toEqual(['one', 'two']);
    expect(reader.read(bytes('three\r\nfour\r\n')).consumed).toBe(Number.MAX_SAFE_INTEGER);
    expect(lines).toEqual(['one', 'two', 'three']);
  });
  test('that are too long end the reading', () => {
    const lines: string[] = [];
    const reader = new TextLines(5, (line) => lines.push(line) > 0);
    expect(reader.read(bytes('12345')).consumed).toBe(0);
    expect(reader.read(bytes('123456')).consumed).toBe(Number.MAX_SAFE_INTEGER);
    expect(reader.read(bytes('ok\n')).consumed).toBe(Number.MAX_SAFE_INTEGER);
    expect(lines).toEqual([]);
  });
});

test.each([
  'pacs',
  'pacs.hospital.example',
  'WIN-4711',
  'ct_01.local',
  'a',
  '3com.example',
])('%s is a host', (name) => {
  expect(isHostName(name)).toBe(true);
});
test.each([
  '',
  'localhost',
  'LOCALHOST.localdomain',
  '10.0.0.1',
  '4711',
  'host.1',
  '*.hospital.example',
  'two words',
  '-a',
  'a-',
  'a..b',
  'a.',
  '::1',
  'ä',
  `${'a'.repeat(64)}.example`,
  `${'a.'.repeat(127)}aaaa`,
])('%j is none', (name) => {
  expect(isHostName(name)).toBe(false);
});
