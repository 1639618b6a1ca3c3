import { describe, expect, test } from 'vitest';
import { ByteCache } from './byte-cache.ts';
import { Tally } from './tally.ts';
import { latin1 } from './testing.ts';
import {
  encodingOf,
  Fields,
  fieldText,
  hasComponent,
  isWide,
  Range,
  readDelimiters,
  resolveEscapes,
  text,
} from './wire.ts';

const usual = readDelimiters(latin1('|^~\\&|'), 0, 6)!;

function split(segment: string, wide = false): string[] {
  const bytes = latin1(segment);
  const fields = new Fields();
  fields.begin(bytes, 0);
  const end = fields.scan(bytes, 0, bytes.length, wide);
  fields.finish(end);
  return Array.from({ length: fields.last + 1 }, (_, n) =>
    bytes.toString('latin1', fields.start(n), fields.end(n)),
  );
}

describe('delimiters', () => {
  const read = (value: string) => readDelimiters(latin1(value), 0, value.length);

  test('as MSH-1 and MSH-2 declare them', () => {
    expect(read('|^~\\&|APP')).toMatchObject({
      field: 0x7c,
      component: 0x5e,
      truncation: -1,
      standard: true,
    });
    expect(read('|^~\\&#|APP')).toMatchObject({ truncation: 0x23, standard: true });
    expect(read('@~&#\\@APP')).toMatchObject({
      field: 0x40,
      escape: 0x23,
      subcomponent: 0x5c,
      standard: false,
    });
    expect(read('|^~|APP')).toMatchObject({ repetition: 0x7e, escape: -1, subcomponent: -1 });
  });

  test.each([
    '',
    '|',
    '||',
    '|^^|',
    '|abc|',
    'A^~\\&A',
    '|^~\\&#!|',
    ' ^~\\& ',
    '|^\x01~&|',
    '|||||',
  ])('%j are none', (value) => {
    expect(read(value)).toBeNull();
  });
});

describe('fields', () => {
  test('are numbered as the standard does', () => {
    expect(split('PID|1||3\r').slice(1)).toEqual(['1', '', '3']);
    expect(split('MSH|^~\\&|A|B\r').slice(2)).toEqual(['^~\\&', 'A', 'B']);
    expect(split('BHS@~&#\\@A').slice(2)).toEqual(['~&#\\', 'A']);
    expect(split('FTS\r')).toHaveLength(1);
  });

  test('beyond the last that is told apart belong to it, and long ones are cut', () => {
    const many = split(`OBX${'|x'.repeat(100)}`);
    expect(many).toHaveLength(64);
    expect(split(`OBX|${'y'.repeat(600)}|2`)).toEqual([expect.any(String), 'y'.repeat(512), '2']);
  });

  test('with two-byte characters that look like delimiters', () => {
    // GB 18030: 81 7C is one character. ISO IR87: between ESC $ B and ESC ( B all is text.
    expect(split('PID|\x81\x7c\x81\x5e|2', true).slice(1)).toEqual(['\x81\x7c\x81\x5e', '2']);
    expect(split('PID|\x81\x7c|2', false)).toHaveLength(4);
    expect(split('PID|A\x1b$B|^|~\x1b(B|2').slice(1)).toEqual(['A\x1b$B|^|~\x1b(B', '2']);
    expect(split('PID|A\x1b$B||\rOBX')).toHaveLength(2);
  });

  test('have components', () => {
    const bytes = latin1('a^ b &c^d~e^f');
    const part = (number: number) => {
      const range = new Range()
        .component(bytes, 0, bytes.length, number, usual)
        .trim(bytes, usual.subcomponent);
      return bytes.toString('latin1', range.start, range.end);
    };
    expect([1, 2, 3, 4].map(part)).toEqual(['a', 'b', 'd', '']);
  });

  test('have a value or not', () => {
    const has = (value: string, ...wanted: number[]) =>
      hasComponent(
        latin1(value),
        0,
        value.length,
        wanted.reduce((bits, n) => bits | (1 << n), 0),
        usual,
      );
    expect(has('', 1)).toBe(false);
    expect(has('""', 1)).toBe(false);
    expect(has(' ^&^', 1, 2, 3)).toBe(false);
    expect(has('^x', 1)).toBe(false);
    expect(has('^x', 2)).toBe(true);
    expect(has('~x', 1)).toBe(true);
    expect(has(`${'^'.repeat(33)}x`, 1)).toBe(false);
  });
});

describe('text', () => {
  const show = (value: string) => text(latin1(value), 0, value.length, 0x5c);

  test('shows nothing that could harm a terminal', () => {
    expect(show('PLAIN')).toBe('PLAIN');
    expect(show('A\x1b[31mB\x00')).toBe('A\\x1b[31mB\\x00');
    expect(show('x'.repeat(1000))).toHaveLength(200);
    expect(show('K\xc3\xbcche')).toBe('Küche');
    expect(show('K\xfcche')).toBe('Küche');
    expect(show('A\\T\\B')).toBe('A&B');
  });

  test('resolves escape sequences', () => {
    const resolve = (value: string) => resolveEscapes(value, 0x5c, usual);
    expect(resolve('1\\S\\2 \\F\\ \\T\\ \\R\\ \\E\\')).toBe('1^2 | & ~ \\');
    expect(resolve('\\X4142\\ \\.br\\ \\H\\bold\\N\\ \\.sp2\\')).toBe('AB \n bold \n');
    expect(resolve('\\Z99\\ \\P\\ C:\\dir \\Xzz\\ \\')).toBe('\\Z99\\ \\P\\ C:\\dir \\Xzz\\ \\');
    expect(resolve('\\C2842\\x\\M824041\\')).toBe('x');
  });

  test('by the character set of MSH-18', () => {
    const read = (bytes: number[], charset: string) =>
      fieldText(Uint8Array.from(bytes), 0, bytes.length, charset, usual);
    expect(read([0xe9], '8859/1')).toBe('é');
    expect(read([0xe9], '')).toBe('é');
    expect(read([0xc3, 0xa9], 'UNICODE UTF-8')).toBe('é');
    expect(read([0xb1], '8859/2')).toBe('ą');
    expect(read([0xb0, 0xa1], 'GB 18030-2000')).toBe('啊');
    expect(read([0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x28, 0x42], '')).toBe('山');
    expect(read([0xb1], 'ISO IR14')).toBe('ｱ');
    expect(read([0xe9], 'ISO IR 999')).toBe('é');
  });

  test('knows which sets are wide', () => {
    expect(['GB 18030-2000', 'BIG-5', 'ISO IR14'].map(isWide)).toEqual([true, true, true]);
    expect(['', 'ASCII', '8859/1', 'UNICODE UTF-8', '__proto__'].map(isWide)).toEqual(Array(5).fill(false));
    expect(encodingOf('8859/15')).toBe('iso-8859-15');
  });
});

describe('what is remembered', () => {
  test('of bytes is bounded, and right when places collide', () => {
    let made = 0;
    const cache = new ByteCache<string>(4, (bytes, start, end) => {
      made++;
      return Buffer.from(bytes).toString('latin1', start, end);
    });
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 50; n++) {
        const bytes = latin1(`..key${n}..`);
        expect(cache.get(bytes, 2, bytes.length - 2)).toBe(`key${n}`);
        bytes.fill(0);
      }
    }
    made = 0;
    cache.get(latin1('same'), 0, 4);
    cache.get(latin1('same'), 0, 4);
    expect(made).toBe(1);
    expect(cache.get(latin1('x'.repeat(300)), 0, 300)).toHaveLength(300);
  });

  test('of words is bounded', () => {
    const tally = new Tally(3);
    for (const word of ['a', 'b', 'c', 'd', 'e', 'a', '__proto__']) tally.add(word);
    expect(tally.record()).toEqual({ a: 2, b: 1, c: 1, other: 3 });
    const hostile = new Tally();
    hostile.add('__proto__');
    expect(Object.getPrototypeOf(hostile.record())).toBe(Object.prototype);
  });
});
