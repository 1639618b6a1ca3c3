import { describe, expect, test } from 'vitest';
import { fuzz, iteration, loadCorpus } from './fuzz.ts';
import { mutateBytes } from './mutate.ts';
import { Random } from './random.ts';
import { traces } from './traces.ts';

describe('damaged traces', async () => {
  const corpus = await loadCorpus(traces());

  test('there is something to damage', () => {
    expect(corpus.length).toBeGreaterThan(0);
    expect(corpus.flatMap(({ streams }) => streams).length).toBeGreaterThan(0);
  });

  test('no exception, no hang, no growth', { timeout: 60_000 }, async () => {
    const { ran, failures } = await fuzz(corpus, { seed: 20, iterations: 2_000, seconds: 8 });
    expect(failures.join('\n\n')).toBe('');
    expect(ran).toBeGreaterThan(100);
  });

  test('an iteration is decided by its seed and number, and differs from others', () => {
    expect(iteration(corpus, 1, 2)).toEqual(iteration(corpus, 1, 2));
    expect(iteration(corpus, 1, 2)).not.toEqual(iteration(corpus, 1, 3));
    expect(iteration(corpus, 1, 2)).not.toEqual(iteration(corpus, 2, 2));
  });
});

test('mutations leave their input alone and do change it', () => {
  const input = Buffer.from(Array.from({ length: 64 }, (_, index) => index));
  const before = Buffer.from(input);
  let changed = 0;
  for (let seed = 0; seed < 100; seed++) {
    const output = mutateBytes(input, new Random(seed));
    expect(input).toEqual(before);
    if (Buffer.compare(output, before) !== 0) changed++;
  }
  expect(changed).toBeGreaterThan(80);
});
