import { describe, expect, test } from 'vitest';
import type { Handshake } from '../../src/core/dissector.ts';
import { recording, shake } from '../../src/testing/datagrams.ts';
import { exampleFlow } from '../../src/testing/every-split.ts';
import { Random } from '../../src/testing/random.ts';
import { syn } from './index.ts';
import { SYSTEMS } from './systems.ts';

const MSS = [2, 4, 0x05, 0xb4];
const TS = [8, 10, 1, 2, 3, 4, 0, 0, 0, 0];
const SOK = [4, 2];
const NOP = [1];
const scale = (shift: number) => [3, 3, shift];

function handshake(options: number[], more: Partial<Handshake> = {}): Handshake {
  // In the middle of a packet, as it comes.
  const bytes = Uint8Array.from([0xa5, 0xa5, ...options, 0xa5]);
  const rest = { answers: false, ttl: 64, family: 4, window: 64_240 } as const;
  return { ...rest, bytes, optionsOffset: 2, optionsLength: options.length, ...more };
}

const said = (of: Handshake) =>
  shake(syn, of, of.answers ? 1 : 0).told.map(({ side, attribute, value, source }) =>
    [side, attribute, value, source].join(' | '),
  );

describe('a SYN', () => {
  test('of Linux, whose time stamps are another each time', () => {
    const linux = [
      'client | fingerprint | 64:64240:1460:7:mss,sok,ts,nop,ws | TCP SYN',
      'client | os | Linux | TCP SYN',
    ];
    expect(said(handshake([...MSS, ...SOK, ...TS, ...NOP, ...scale(7)], { ttl: 61 }))).toEqual(linux);
    const later = TS.map((byte, n) => (n > 1 ? byte ^ 0x55 : byte));
    expect(said(handshake([...MSS, ...SOK, ...later, ...NOP, ...scale(7)]))).toEqual(linux);
  });

  test('of Windows, and what Windows answers', () => {
    const options = [...MSS, ...NOP, ...scale(8), ...NOP, ...NOP, ...SOK];
    expect(said(handshake(options, { ttl: 126 }))).toEqual([
      'client | fingerprint | 128:64240:1460:8:mss,nop,ws,nop,nop,sok | TCP SYN',
      'client | os | Windows | TCP SYN',
    ]);
    expect(said(handshake(options, { ttl: 128, answers: true }))[1]).toBe(
      'server | os | Windows | TCP SYN+ACK',
    );
  });

  test('of a phone or a Mac; padding behind the end of the list says nothing', () => {
    const options = [...MSS, ...NOP, ...scale(6), ...NOP, ...NOP, ...TS, ...SOK, 0, 0];
    expect(said(handshake(options, { window: 65_535 }))).toEqual([
      'client | fingerprint | 64:65535:1460:6:mss,nop,ws,nop,nop,ts,sok,eol | TCP SYN',
      'client | os | macOS/iOS | TCP SYN',
    ]);
  });

  test('that could be anybody names no system', () => {
    expect(said(handshake(MSS, { window: 1024, ttl: 40 }))).toEqual([
      'client | fingerprint | 64:1024:1460:-:mss | TCP SYN',
    ]);
    expect(said(handshake([]))).toEqual(['client | fingerprint | 64:64240:0:-: | TCP SYN']);
  });

  test('that is an answer with the options of the question says nothing of the server', () => {
    expect(said(handshake(MSS, { answers: true }))).toEqual([]);
  });

  test('with an option nobody knows', () => {
    expect(said(handshake([...MSS, 253, 4, 0, 0]))).toEqual([
      'client | fingerprint | 64:64240:1460:-:mss,? | TCP SYN',
    ]);
  });

  test.each([
    ['cut in an option', [2, 4, 5]],
    ['an option of no length', [2, 0, 5, 180]],
    ['an option longer than the header', [2, 40, 5, 180]],
    ['a kind without a length', [...MSS, 3]],
    ['more options than anybody sends', new Array(40).fill(1)],
  ])('that is broken (%s) says nothing', (_, options) => {
    expect(said(handshake(options))).toEqual([]);
  });

  test('whose capture was cut says nothing', () => {
    const whole = handshake([...MSS, ...SOK]);
    expect(said({ ...whole, bytes: whole.bytes.subarray(0, 5) })).toEqual([]);
  });
});

test('the same signature is told as the same list', () => {
  const told: unknown[] = [];
  const context = { ...recording([]), tell: (facts: unknown) => void told.push(facts) } as never;
  const random = new Random(7);
  const signatures = Array.from({ length: 3000 }, (_, n) => handshake(MSS, { window: 1 + n }));
  for (const one of [...signatures, ...signatures]) syn.handshake(one, 0, exampleFlow(80), context);
  // Slots are fewer: lists are found again by their text.
  expect(new Set(told).size).toBe(3000);
  // More than are remembered, without end.
  for (let n = 0; n < 20_000; n++) {
    const options = Array.from({ length: random.below(40) }, () => random.below(256));
    syn.handshake(
      handshake(options, { window: random.below(65_536), ttl: random.below(256) }),
      0,
      exampleFlow(80),
      context,
    );
  }
});

test.each(SYSTEMS)('$os: $example is of its row', (row) => {
  const [ttl, window, mss, , layout] = row.example.split(':');
  expect([Number(ttl), layout]).toEqual([row.ttl, row.layout]);
  if (typeof row.window === 'number') expect(Number(window)).toBe(row.window);
  else if (row.window !== null) expect(Number(window)).toBe(row.window.segments * Number(mss));
  expect(row.source).not.toBe('');
});
