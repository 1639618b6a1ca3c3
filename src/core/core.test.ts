import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { AddressBook } from './address.ts';
import { BoundedMap } from './bounded.ts';
import { communityId } from './community-id.ts';
import { FactLists } from './fact-lists.ts';
import type { Fact } from './facts.ts';
import type { Flow } from './flow.ts';
import { KeyedHash } from './hash.ts';
import { PairCache } from './pairs.ts';
import { Repeats } from './repeats.ts';
import { Sealed } from './sealed.ts';
import { eveTime, isoTime } from './time.ts';
import { TimerWheel } from './wheel.ts';

const TEN = { family: 4, words: [0, 0, 0xffff, 0x0a000000], mask: [0, 0, 0, 0xff000000 | 0] } as const;

describe('addresses', () => {
  const book = new AddressBook([TEN], 4);
  const v4 = (text: string) => text.split('.').reduce((word, octet) => (word << 8) | Number(octet), 0);

  test('text, scope and identity of IPv4', () => {
    const inside = book.get(4, 0, 0, 0xffff, v4('10.20.1.11'));
    expect(inside.text).toBe('10.20.1.11');
    expect(inside.internal).toBe(true);
    expect(inside.external).toBe(false);
    expect(book.get(4, 0, 0, 0xffff, v4('10.20.1.11'))).toBe(inside);
    expect(book.get(4, 0, 0, 0xffff, v4('203.0.113.9')).external).toBe(true);
    for (const nobody of [
      '224.0.0.251',
      '255.255.255.255',
      '0.0.0.0',
      '192.168.1.1',
      '172.16.0.1',
      '127.0.0.1',
    ]) {
      expect([nobody, book.get(4, 0, 0, 0xffff, v4(nobody)).external]).toEqual([nobody, false]);
    }
    expect(book.get(4, 0, 0, 0xffff, v4('172.32.0.1')).external).toBe(true);
  });

  test.each([
    [[0x20010db8, 0, 0, 1], '2001:db8::1'],
    [[0, 0, 0, 0], '::'],
    [[0, 0, 0, 1], '::1'],
    [[0x20010db8, 0x00010000, 0, 0x00010000], '2001:db8:1::1:0'],
    [[0x00010002, 0x00030004, 0x00050006, 0x00070008], '1:2:3:4:5:6:7:8'],
    [[0x20010000, 0x00010000, 0x00000001, 0x00000001], '2001:0:1::1:0:1'],
  ])('RFC 5952 text of %j', (words, text) => {
    expect(book.get(6, words[0], words[1], words[2], words[3]).text).toBe(text);
  });

  test('more addresses than its limit do not grow the book without bound', () => {
    const small = new AddressBook([TEN], 100);
    for (let i = 0; i < 10_000; i++) small.get(4, 0, 0, 0xffff, 0x0a000000 + i);
    const kept = small.get(4, 0, 0, 0xffff, 0x0a000000 + 9999);
    expect(small.get(4, 0, 0, 0xffff, 0x0a000000 + 9999)).toBe(kept);
  });
});

describe('sealed values', () => {
  test('no way of printing shows the text', () => {
    const sealed = new Sealed('patient-name', 'ZZTEST^CANARY');
    const printed = [
      `${sealed}`,
      String(sealed),
      JSON.stringify({ sealed }),
      inspect(sealed, { showHidden: true, depth: 9 }),
      inspect({ sealed }, { customInspect: false, showHidden: true }),
      Object.entries(sealed).join(),
    ].join('\n');
    expect(printed).not.toContain('CANARY');
    expect(sealed.revealPhi()).toBe('ZZTEST^CANARY');
  });
});

describe('keyed hash', () => {
  // The first vectors of the reference implementation's 64-bit table: key 00…07, message 00, 01, ….
  test.each([
    [0, '21 8d 1f 59 b9 b8 3c c8'],
    [1, 'be 55 24 12 f8 38 73 15'],
    [2, '06 4f 39 ef 7c 50 eb 57'],
    [3, 'ce 0f 1a 45 f7 06 06 79'],
  ])('HalfSipHash-2-4 of %i bytes', (length, expected) => {
    const hash = new KeyedHash(Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]));
    hash.update(
      Uint8Array.from({ length: 64 }, (_, i) => i),
      0,
      length,
    );
    const bytes = Buffer.alloc(8);
    bytes.writeInt32LE(hash.low, 0);
    bytes.writeInt32LE(hash.high, 4);
    expect(bytes.toString('hex')).toBe(expected.replaceAll(' ', ''));
  });

  test('another key, another hash', () => {
    const one = new KeyedHash(new Uint8Array(8)).text('MRN-1');
    expect(new KeyedHash(new Uint8Array(8)).text('MRN-1')).toBe(one);
    expect(new KeyedHash(new Uint8Array(8).fill(1)).text('MRN-1')).not.toBe(one);
    expect(new KeyedHash(new Uint8Array(8)).text('MRN-2')).not.toBe(one);
  });
});

describe('bounded map', () => {
  test('the entry least recently set goes, and is counted', () => {
    const gone: string[] = [];
    const map = new BoundedMap<string, number>(2, (key) => gone.push(key));
    map.set('a', 1);
    map.set('b', 2);
    map.touch('a');
    map.set('c', 3);
    map.set('c', 4);
    expect([...map.keys()]).toEqual(['a', 'c']);
    expect(gone).toEqual(['b']);
    expect(map.evictions).toBe(1);
  });
});

describe('pairs', () => {
  const book = new AddressBook([], 2);
  const at = (word: number) => book.get(4, 0, 0, 0xffff, word);

  test('are found by both addresses, in their order', () => {
    const pairs = new PairCache<string>();
    const [a, b] = [at(1), at(2)];
    pairs.set(a, b, 'a to b');
    expect(pairs.get(a, b)).toBe('a to b');
    expect(pairs.get(b, a)).toBeUndefined();
  });

  test('are forgotten by value, also through an address that was interned anew', () => {
    const pairs = new PairCache<string>();
    const [a, b] = [at(1), at(2)];
    pairs.set(a, b, 'gone');
    for (let word = 10; word < 20; word++) at(word);
    expect(at(1)).not.toBe(a);
    pairs.delete(at(1), at(2), 'another');
    expect(pairs.get(a, b)).toBe('gone');
    pairs.delete(at(1), at(2), 'gone');
    expect(pairs.get(a, b)).toBeUndefined();
  });
});

describe('lists of facts', () => {
  const list = (value: string) => (): Fact[] => [
    { fact: 'attribute', side: 'client', attribute: 'os', value, source: 'test' },
  ];

  test('are the same object for the same words, while they are remembered', () => {
    const lists = new FactLists(2);
    const first = lists.of('a', list('a'));
    expect(lists.of('a', list('other'))).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
    lists.of('b', list('b'));
    lists.of('a', list('a'));
    lists.of('c', list('c'));
    // The one that was not asked for longest went.
    expect(lists.of('a', list('a'))).toBe(first);
    expect(lists.of('b', list('new'))[0]).toMatchObject({ value: 'new' });
  });

  test('with words of a hostile length are not kept', () => {
    const lists = new FactLists(2);
    const long = 'x'.repeat(1001);
    expect(lists.of(long, list('1'))).not.toBe(lists.of(long, list('1')));
  });
});

describe('repeats', () => {
  const book = new AddressBook([]);
  const end = (word: number) => ({ address: book.get(4, 0, 0, 0xffff, word), port: 1, mac: -1 });
  const flow = (client: number, server: number) => ({ client: end(client), server: end(server) }) as Flow;
  const list = (): Fact[] => [{ fact: 'activity', side: 'client', activity: 'asks-echo', detail: '' }];

  test('the same object about the same two ends, once a minute', () => {
    const repeats = new Repeats();
    const one = list();
    expect(repeats.told(one, flow(1, 2), 0)).toBe(false);
    expect(repeats.told(one, flow(1, 2), 1)).toBe(true);
    expect(repeats.told(list(), flow(1, 2), 1)).toBe(false);
    expect(repeats.told(one, flow(2, 1), 1)).toBe(false);
    expect(repeats.told(one, flow(1, 3), 1)).toBe(false);
    expect(repeats.told(one, flow(1, 2), 60_000_001)).toBe(false);
    // A clock that goes back starts anew.
    expect(repeats.told(one, flow(1, 2), 5)).toBe(false);
  });

  test('many pairs and many facts cost no memory, only repetition', () => {
    const repeats = new Repeats();
    for (let i = 0; i < 20_000; i++) expect(repeats.told(list(), flow(i % 7, i), i)).toBe(false);
  });
});

describe('timer wheel', () => {
  test('everything comes due once, at its second', () => {
    const wheel = new TimerWheel(64, 100);
    wheel.advance(1000, () => {});
    for (let item = 0; item < 50; item++) wheel.set(item, item + 1);
    wheel.remove(7);
    const due = new Map<number, number>();
    for (let second = 1001; second < 1100; second++) wheel.advance(second, (item) => due.set(item, second));
    expect(due.size).toBe(49);
    for (const [item, second] of due) expect(second).toBe(1001 + item);
  });

  test('a jump in time makes everything due, and setting again while due does not loop', () => {
    const wheel = new TimerWheel(64, 100);
    wheel.advance(0, () => {});
    for (let item = 0; item < 50; item++) wheel.set(item, item + 1);
    let calls = 0;
    wheel.advance(1_000_000, (item) => {
      calls++;
      wheel.set(item, 10);
    });
    expect(calls).toBe(50);
    wheel.advance(1_000_009, () => calls++);
    expect(calls).toBe(50);
    wheel.advance(1_000_010, () => calls++);
    expect(calls).toBe(100);
  });
});

describe('community id', () => {
  const book = new AddressBook([]);
  const v4 = (word: number) => book.get(4, 0, 0, 0xffff, word);
  // The specification's own baseline: 128.232.110.120:34855 → 66.35.250.204:80, TCP, seed 0.
  test('the specification’s example, in both directions', () => {
    const a = v4((128 << 24) | (232 << 16) | (110 << 8) | 120);
    const b = v4((66 << 24) | (35 << 16) | (250 << 8) | 204);
    expect(communityId(6, a, 34855, b, 80)).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
    expect(communityId(6, b, 80, a, 34855)).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
  });
});

describe('times', () => {
  test('microseconds survive', () => {
    expect(isoTime(1_772_439_300_123_456)).toBe('2026-03-02T08:15:00.123456Z');
    expect(eveTime(1_772_439_300_000_007.5)).toBe('2026-03-02T08:15:00.000007+0000');
  });

  test('absurd times are bounded, not thrown', () => {
    expect(isoTime(Number.NaN)).toBe('1970-01-01T00:00:00.000000Z');
    expect(isoTime(1e300)).toBe('9999-12-31T23:59:59.000000Z');
    expect(eveTime(-1e300)).toBe('0000-01-01T00:00:00.000000+0000');
    expect(isoTime(-1)).toBe('1969-12-31T23:59:59.999999Z');
  });
});
