import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from '../../src/testing/every-split.ts';
import { tls } from './index.ts';

/** Records whose bodies are anything, headers that lie, and plain noise. */
const piece = fc.oneof(
  fc
    .tuple(fc.constantFrom(20, 21, 22, 22, 22, 23), fc.uint8Array({ maxLength: 60 }))
    .map(([type, body]) => [type, 3, 3, 0, body.length, ...body]),
  fc
    .tuple(fc.constantFrom(1, 2), fc.uint8Array({ minLength: 30, maxLength: 90 }))
    .map(([type, body]) => [22, 3, 1, 0, body.length + 6, type, 0, 0, body.length + 2, 3, 3, ...body]),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => [...bytes]),
  fc.constant([23, 3, 3, 0x40, 0x18]),
);
const bytes = fc.array(piece, { maxLength: 6 }).map((pieces) => Uint8Array.from(pieces.flat()));

test('anything at all is read without an exception, at most one session a connection', () => {
  fc.assert(
    fc.property(bytes, bytes, fc.integer({ min: 1, max: 9 }), (up, down, size) => {
      const steps = [
        { send: 0, bytes: up },
        { send: 1, bytes: down },
      ] as const;
      for (const cut of [0, size]) {
        const all = play(tls, steps, {}, (_, length) =>
          cut === 0
            ? []
            : Array.from({ length: Math.max(0, Math.ceil(length / cut) - 1) }, (_, n) => (n + 1) * cut),
        );
        expect(all.filter((event) => event.type === 'tls.session').length).toBeLessThanOrEqual(1);
      }
      expect([0, 1, 2, 3, 4]).toContain(tls.probe(up, 0));
      expect(tls.find(up)).toBeLessThan(Math.max(1, up.length));
    }),
    { numRuns: 1500, seed: 20260302 },
  );
});

test('a megabyte of what looks like record types is searched in no time', () => {
  const noise = new Uint8Array(1 << 20).fill(23);
  const started = process.cpuUsage().user;
  expect(tls.find(noise)).toBe(-1);
  expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(2);
});
