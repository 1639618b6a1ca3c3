import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Direction } from '../../src/core/flow.ts';
import type { Step } from '../../src/testing/every-split.ts';
import { play } from '../../src/testing/every-split.ts';
import { hl7 } from './index.ts';
import { acknowledgement, admission, latin1, message, msh, said, toServer } from './testing.ts';

/** Pieces that a parser of HL7 trips over, in any order, cut anywhere, with anything missing. */
const piece = fc.oneof(
  fc.constantFrom(
    '\x0b',
    '\x1c',
    '\r',
    '\n',
    '\x0b\x06\x1c\r',
    'MSH',
    'MSH|^~\\&|',
    'FHS|^~\\&|',
    'BTS|7\r',
    'PID|',
    '|||||||||',
    '^~\\&',
    '\x1b$B',
    '\x81',
    msh('ADT^A01', 'F1'),
    admission('F2'),
    acknowledgement('AE', 'F2'),
    message(msh('ORU^R01', 'F3'), 'OBX|1|ED|1^MDC_X^MDC||||||||||||||||^^^EUI-64'),
  ),
  fc.string({ maxLength: 12 }),
);
const bytes = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => latin1(pieces.join(''))),
  fc.uint8Array({ maxLength: 64 }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ send: fc.constantFrom<Direction>(0, 1), bytes }) },
  { weight: 1, arbitrary: fc.record({ gap: fc.constantFrom<Direction>(0, 1), length: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ end: fc.constantFrom<Direction>(0, 1) }) },
);

describe('anything at all', () => {
  test('is read without an exception, and however it is cut, to the same end', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (steps, size) => {
        const whole = play(hl7, steps);
        const cut = play(hl7, steps, {}, (_, length) =>
          Array.from({ length: Math.max(0, Math.ceil(length / size) - 1) }, (_, n) => (n + 1) * size),
        );
        expect(cut).toEqual(whole);
      }),
      { numRuns: 400, seed: 20260302 },
    );
  });

  test('is probed and searched without an exception', () => {
    fc.assert(
      fc.property(bytes, (head) => {
        expect([0, 1, 2, 3, 4]).toContain(hl7.probe(head, 0));
        const at = hl7.find(head);
        expect(at).toBeGreaterThanOrEqual(-1);
        if (at >= 0) expect(head[at]).toBe(0x0b);
      }),
      { numRuns: 1000, seed: 20260302 },
    );
  });
});

describe('bytes chosen to be slow', () => {
  const million = 1 << 20;

  test.each([
    ['start blocks', '\x0b'.repeat(million)],
    ['end blocks', '\x1c'.repeat(million)],
    ['start blocks in a message', `\x0b${msh('ADT^A01', 'M')}|${'\x0b'.repeat(million)}`],
    ['empty segments', `\x0b${msh('ADT^A01', 'M')}\r${'\r'.repeat(million)}`],
    ['separators', `\x0b${msh('ADT^A01', 'M')}\rPID${'|'.repeat(million)}`],
    ['repetitions', `\x0b${msh('ADT^A01', 'M')}\r${`PID|1||${'~'.repeat(500)}\r`.repeat(2000)}`],
    ['escapes', `\x0b${msh('ADT^A01', 'M')}\r${`MSA|AA|${'\\'.repeat(500)}\r`.repeat(2000)}`],
    ['headers', `\x0b${`${msh('ADT^A01', 'M')}\r`.repeat(10_000)}`],
    [
      'distinct devices',
      `\x0b${msh('ORU^R01', 'M')}\r${Array.from({ length: 20_000 }, (_, n) => `OBX|1|NM|||||||||||||||D${n}\r`).join('')}`,
    ],
  ])('%s', (_, stream) => {
    const started = process.cpuUsage().user;
    const segments = stream.match(/.{1,1448}/gs) ?? [];
    expect(said(segments.map(toServer)).anomalies.length).toBeLessThan(40);
    // A quadratic parser would need minutes.
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(5);
  });
});
