import { describe, expect, test } from 'vitest';
import { clip, displayWidth, escapeJson, jsonDocument, pad, printable, wrap } from './printable.ts';

describe('printable', () => {
  test('shows what a terminal would obey', () => {
    expect(printable('a\x1b[31mb\x07\r\nc\x7f\x9b')).toBe('a\\x1b[31mb\\x07\\x0d\\x0ac\\x7f\\x9b');
  });
  test('shows what would reorder or hide text', () => {
    expect(printable('a\u202eb\u2066c\u200bd\ufeff')).toBe('a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}');
  });
  test('shows half of a surrogate pair and tags, keeps whole characters', () => {
    expect(printable('\ud83dx')).toBe('\\u{d83d}x');
    expect(printable('\u{e0041}')).toBe('\\u{e0041}');
    expect(printable('Müller 日本 😀')).toBe('Müller 日本 😀');
  });
});

describe('JSON that is safe to cat', () => {
  test('escapes and stays the same value', () => {
    const value = { text: 'a\x9b\u202e\u2028\x7f é' };
    const text = jsonDocument(value);
    expect(text).not.toMatch(/[\x7f-\x9f\u2028\u202e]/);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.endsWith('}\n')).toBe(true);
  });
  test('leaves ordinary text alone', () => {
    expect(escapeJson('"é日"')).toBe('"é日"');
  });
});

describe('columns', () => {
  test('wide characters take two, marks none', () => {
    expect(displayWidth('ab')).toBe(2);
    expect(displayWidth('日本')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
  });
  test('clip says that it cut', () => {
    expect(clip('abcdef', 6)).toBe('abcdef');
    expect(clip('abcdefg', 6)).toBe('abcde…');
    expect(displayWidth(clip('日本語日本語', 5))).toBeLessThanOrEqual(5);
    expect(clip('abc', 0)).toBe('');
  });
  test('pad counts columns, not characters', () => {
    expect(pad('日', 4)).toBe('日  ');
  });
  test('wrap never passes the width, also in one long word', () => {
    const lines = wrap(`one two ${'x'.repeat(25)} three`, 10);
    expect(lines).toEqual(['one two', 'xxxxxxxxxx', 'xxxxxxxxxx', 'xxxxx', 'three']);
    expect(wrap('', 10)).toEqual(['']);
  });
  test('wrap is linear in one huge word', () => {
    const start = performance.now();
    wrap('x'.repeat(200_000), 80);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
