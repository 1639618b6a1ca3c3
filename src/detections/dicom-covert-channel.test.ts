import { describe, expect, test } from 'vitest';
import { at, flow } from '../testing/analysis/facts.ts';
import { associate, association, Run } from '../testing/analysis/run.ts';

const ID = 'dicom.covert-channel';
const PC = '10.0.0.9';
const PACS = '10.0.0.2';
const value = (n: number) => n.toString(16).padStart(70, '0');
const ask = (run: Run, reserved: string, { source = PC, reservedAnswer = '' } = {}) => {
  const one = association('PACS', { reserved, reservedAnswer, accepted: true });
  associate(run, flow(source, PACS), one, at(0));
  return run;
};

describe(ID, () => {
  test('two different values between the same two', () => {
    const [found, ...more] = ask(ask(new Run(), value(0x504154)), value(0x4e414d)).findings(ID);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      severity: 'low',
      count: 2,
      source: { ip: PC },
      destination: { ip: PACS, port: 104 },
      summary:
        '10.0.0.9 sent 2 different values to 10.0.0.2:104 in fields of DICOM that are reserved and shall be zero, in 2 associations.',
    });
    // It may be anything, so it is not shown.
    expect(JSON.stringify(found)).not.toMatch(/504154|4e414d/);
  });

  test('always the same is a careless program', () => {
    const run = new Run();
    for (let i = 0; i < 50; i++) ask(ask(run, value(7)), '');
    expect(run.findings(ID)).toEqual([]);
  });

  test('different ones of different hosts are careless programs', () => {
    expect(ask(ask(new Run(), value(1)), value(2), { source: '10.0.0.10' }).findings(ID)).toEqual([]);
  });

  test('an answer is the server’s', () => {
    const run = ask(new Run(), '', { reservedAnswer: value(1) });
    expect(ask(run, '', { reservedAnswer: value(2) }).findings(ID)).toMatchObject([
      { source: { ip: PACS }, destination: { ip: PC, port: null } },
    ]);
  });

  test('values and pairs are bounded', () => {
    const run = new Run();
    for (let i = 1; i < 500; i++) ask(run, value(i));
    expect(run.findings(ID)).toMatchObject([{ count: 499, data: { values: 64 } }]);
    expect(run.findings(ID)[0].summary).toContain('at least 64 different values');
    const many = new Run();
    for (let i = 0; i < 6000; i++) ask(many, value(1), { source: `10.9.${i >> 8}.${i & 255}` });
    expect(ask(many, value(2), { source: '10.9.0.0' }).findings(ID)).toEqual([]);
  });
});
