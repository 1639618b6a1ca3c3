import { describe, expect, test } from 'vitest';
import { decodeText } from './charset.ts';
import { text } from './testing.ts';

const ESC = '\x1b';

describe('PS3.5 Annexes H to K', () => {
  test.each([
    ['default', '', 'Smith^John', 'Smith^John'],
    ['Latin 1', 'ISO_IR 100', 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
    ['Latin 2', 'ISO_IR 101', 'W\xb3a\xb6ciciel', 'Właściciel'],
    ['Latin 3', 'ISO_IR 109', '\xdd', 'Ŭ'],
    ['Latin 4', 'ISO_IR 110', '\xbf', 'ŋ'],
    ['Latin 5', 'ISO_IR 148', '\xdd\xfe', 'İş'],
    ['Cyrillic', 'ISO_IR 144', '\xbb\xee\xda\x63\xd5', 'Люкcе'],
    ['Arabic', 'ISO_IR 127', '\xe2\xc8\xc7\xe6\xea', 'قباني'],
    ['Greek', 'ISO_IR 126', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
    ['Hebrew', 'ISO_IR 138', '\xf9\xf8\xe5\xef', 'שרון'],
    ['Thai', 'ISO_IR 166', '\xca\xc1\xaa\xd2\xc2', 'สมชาย'],
    ['katakana', 'ISO_IR 13', '\xd4\xcf\xc0\xde^\xc0\xdb\xb3', 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
    ['UTF-8', 'ISO_IR 192', 'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1=', 'Wang^XiaoDong=王^小東='],
    ['GB18030', 'GB18030', 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=', 'Wang^XiaoDong=王^小东='],
    ['GBK', 'GBK', '\xcd\xf5^\xd0\xa1\xb6\xab', '王^小东'],
    [
      'kanji in G0',
      '\\ISO 2022 IR 87',
      `Yamada^Tarou=${ESC}$B;3ED${ESC}(B^${ESC}$BB@O:${ESC}(B=${ESC}$B$d$^$@${ESC}(B^${ESC}$B$?$m$&${ESC}(B`,
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
    ],
    [
      'katakana and kanji',
      'ISO 2022 IR 13\\ISO 2022 IR 87',
      `\xd4\xcf\xc0\xde^\xc0\xdb\xb3=${ESC}$B;3ED${ESC}(J^${ESC}$BB@O:${ESC}(J`,
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎',
    ],
    ['supplementary kanji', '\\ISO 2022 IR 159', `${ESC}$(D0!${ESC}(B`, '丂'],
    [
      'hangul in G1',
      '\\ISO 2022 IR 149',
      `Hong^Gildong=${ESC}$)C\xfb\xf3^${ESC}$)C\xd1\xce\xd4\xd7`,
      'Hong^Gildong=洪^吉洞',
    ],
    ['Chinese in G1', '\\ISO 2022 IR 58', `Zhang=${ESC}$)A\xd5\xc5^${ESC}$)A\xd0\xa1`, 'Zhang=张^小'],
    ['two European sets', 'ISO 2022 IR 100\\ISO 2022 IR 144', `\xe9 ${ESC}-L\xbb\xee^\xe9`, 'é Лю^é'],
  ])('%s', (_, characterSet, wire, expected) => {
    expect(decodeText(text(wire), characterSet)).toBe(expected);
  });

  test('what a set does not have is no character of another', () => {
    expect(decodeText(text('M\xfcller'), '')).toBe('M\uFFFDller');
    expect(decodeText(text('M\xfcller'), 'ISO_IR 6')).toBe('M\uFFFDller');
    expect(decodeText(text('\x93x'), 'ISO_IR 100')).toBe('\uFFFDx');
    expect(decodeText(text(`a${ESC}%Zb\xe9`), 'ISO 2022 IR 100')).toBe('a\uFFFD%Zbé');
    expect(decodeText(text('M\xfcller'), 'NO SUCH SET')).toBe('M\uFFFDller');
  });
});
