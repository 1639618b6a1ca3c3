import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { NO_TERMS } from './messages.ts';
import { Outstanding, type Waiting } from './outstanding.ts';

const waiting = (controlId: string, at: number, acknowledged = false): Waiting => ({
  controlId,
  at,
  exchange: null!,
  terms: NO_TERMS,
  batch: false,
  acknowledged,
});

describe('giving up', () => {
  test('after five minutes, the oldest first, and for good', () => {
    const outstanding = new Outstanding();
    outstanding.add(waiting('M1', 0));
    outstanding.add(waiting('M2', MINUTE));
    expect(outstanding.giveUp(5 * MINUTE - 1)).toBeUndefined();
    expect(outstanding.giveUp(5 * MINUTE)?.controlId).toBe('M1');
    expect(outstanding.giveUp(5 * MINUTE)).toBeUndefined();
    expect(outstanding.acknowledge('M1', false)).toBeUndefined();
    expect(outstanding.acknowledge('M2', false)?.controlId).toBe('M2');
    expect(outstanding.count(false)).toBe(1);
  });

  test('not of what was acknowledged', () => {
    const outstanding = new Outstanding();
    outstanding.add(waiting('M1', 0, true));
    expect(outstanding.giveUp(9 * MINUTE)).toBeUndefined();
    expect(outstanding.unanswered()).toEqual([]);
  });
});
