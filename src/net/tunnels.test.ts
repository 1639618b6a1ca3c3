import { expect, test } from 'vitest';
import { TUNNELS, TunnelNames, tunnelCode } from './tunnels.ts';

test('the names of nested tunnels, each combination made once', () => {
  const names = new TunnelNames();
  const gre = names.enter(TunnelNames.ROOT, tunnelCode('gre'));
  const erspan = names.enter(gre, tunnelCode('erspan2'));
  expect(names.text[erspan]).toBe('gre/erspan2');
  expect(names.enter(names.enter(TunnelNames.ROOT, tunnelCode('gre')), tunnelCode('erspan2'))).toBe(erspan);
  expect(names.text.length).toBe(3);
});

test('a network that invents combinations does not grow the table beyond its bound', () => {
  const names = new TunnelNames();
  for (let a = 1; a < TUNNELS.length; a++) {
    for (let b = 1; b < TUNNELS.length; b++) {
      for (let c = 1; c < TUNNELS.length; c++) {
        names.enter(names.enter(names.enter(TunnelNames.ROOT, a), b), c);
      }
    }
  }
  expect(names.text.length).toBe(TunnelNames.MOST);
  // What does not fit keeps the name of the layers before it, and what is known stays known.
  const known = names.enter(TunnelNames.ROOT, tunnelCode('gre'));
  expect(names.text[known]).toBe('gre');
  const last = names.enter(TunnelNames.ROOT, TUNNELS.length - 1);
  expect(names.text[last]).toBe('');
});
