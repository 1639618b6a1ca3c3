import { describe, expect, test } from 'vitest';
import { at, flow } from '../testing/analysis/facts.ts';
import { acknowledgement, EHR, ENGINE, hl7 } from '../testing/analysis/hl7.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'hl7.negative-acknowledgements';

/** Acknowledgements of messages that the client sent. */
function answered(run: Run, codes: readonly string[], client = EHR): Run {
  const f = flow(client, ENGINE, 2575);
  for (const [i, code] of codes.entries()) run.event(acknowledgement(code, `M${i}`), f, at(i));
  return run;
}
const times = (count: number, code: string) => Array<string>(count).fill(code);

describe(ID, () => {
  test('two of twenty', () => {
    expect(answered(new Run(), [...times(18, 'AA'), 'AE', 'AR']).findings(ID)).toMatchObject([
      {
        severity: 'low',
        count: 2,
        source: { ip: EHR },
        destination: { ip: ENGINE, port: 2575 },
        summary: '10.0.0.2:2575 refused 10 % of the last 20 messages of 10.0.0.5, lastly with AR.',
        data: { acknowledgements: 20, negative: 2, codes: { AR: 1 } },
      },
    ]);
  });

  test('not one of twenty, which is five percent, nor all of nineteen', () => {
    expect(answered(new Run(), [...times(19, 'AA'), 'AE']).findings(ID)).toEqual([]);
    expect(answered(new Run(), times(19, 'AE')).findings(ID)).toEqual([]);
    expect(answered(new Run(), times(20, 'AE')).findings(ID)).toMatchObject([{ count: 20 }]);
  });

  test('commit acknowledgements count, unknown codes and messages do not', () => {
    expect(answered(new Run(), [...times(18, 'CA'), 'CE', 'CR']).findings(ID)).toMatchObject([
      { data: { codes: { CR: 1 } } },
    ]);
    const run = answered(new Run(), [...times(18, 'AA'), 'AE', 'ZZ']);
    const f = flow(EHR, ENGINE, 2575);
    for (let i = 0; i < 40; i++) run.event(hl7(`M${i}`), f);
    expect(run.findings(ID)).toEqual([]);
  });

  test('each pair is judged by itself', () => {
    const run = answered(new Run(), [...times(10, 'AA'), 'AE']);
    answered(run, [...times(10, 'AA'), 'AE'], '10.0.0.6');
    expect(run.findings(ID)).toEqual([]);
  });

  test('a bad hour shows after good years, and passes', () => {
    const run = answered(new Run(), times(100_000, 'AA'));
    expect(answered(run, times(60, 'AE')).findings(ID)).toMatchObject([{ severity: 'low' }]);
    const [{ count }] = run.findings(ID);
    answered(run, times(5000, 'AA'));
    answered(run, ['AE']);
    expect(run.findings(ID)[0].count).toBe(count);
  });

  test('pairs are bounded', () => {
    const run = new Run();
    for (let i = 0; i < 40_000; i++)
      answered(run, ['AE'], `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);
    // The first pair was forgotten, and begins anew.
    answered(run, times(19, 'AE'), '10.1.0.0');
    expect(run.findings(ID)).toEqual([]);
    expect(answered(run, times(19, 'AE'), '10.1.156.63').findings(ID)).toHaveLength(1);
  });
});
