import { describe, expect, test } from 'vitest';
import { difference, orphans, readGolden } from './golden.ts';
import { recordEvents } from './record.ts';
import { goldenOf, traces } from './traces.ts';

describe('every trace still says what its golden events say', () => {
  test('there are traces, each with a golden file of its own', () => {
    expect(traces().length).toBeGreaterThan(0);
    expect(new Set(traces().map(goldenOf)).size).toBe(traces().length);
    expect(orphans()).toEqual([]);
  });

  test.each(traces())('%s', async (trace) => {
    const golden = readGolden(goldenOf(trace));
    expect(golden, 'npm run golden -- --update writes it').not.toBeNull();
    const told = difference(golden!, await recordEvents(trace));
    expect(told.join('\n')).toBe('');
  });
});

describe('differences are told so that a reader understands them', () => {
  const a = '{"time":"1","flow":"f","type":"x.a","status":0,"more":{"n":1,"m":2}}';
  const changed = '{"time":"1","flow":"f","type":"x.a","status":1,"more":{"n":1,"m":3}}';
  const b = '{"time":"2","flow":"f","type":"x.b"}';
  const c = '{"time":"3","flow":"f","type":"x.c"}';

  test('none', () => {
    expect(difference([a, b, c], [a, b, c])).toEqual([]);
  });

  test('a changed field', () => {
    expect(difference([a, b], [changed, b])).toEqual(['~ 1 f x.a', '    status: 0 → 1', '    more.m: 2 → 3']);
  });

  test('one gone, one new', () => {
    expect(difference([a, b, c], [a, c])).toEqual([`- ${b}`]);
    expect(difference([a, c], [a, b, c])).toEqual([`+ ${b}`]);
  });

  test('repeated lines count', () => {
    expect(difference([a, b, b, c], [a, b, c])).toEqual([`- ${b}`]);
  });

  test('another order', () => {
    expect(difference([a, b, c], [b, a, c])).toEqual(['the same events in another order from line 1']);
  });

  test('very many are counted', () => {
    const many = Array.from({ length: 100 }, (_, index) => `{"time":"${index}"}`);
    expect(difference(many, []).at(-1)).toBe('… and 64 more');
  });
});
