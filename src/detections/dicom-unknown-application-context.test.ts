import { describe, expect, test } from 'vitest';
import { at, flow } from '../testing/analysis/facts.ts';
import { associate, association, Run } from '../testing/analysis/run.ts';

const ID = 'dicom.unknown-application-context';
const ask = (run: Run, applicationContext: string, more = {}) => {
  const one = association('PACS', { applicationContext, accepted: true, ...more });
  associate(run, flow('10.0.0.9', '10.0.0.2'), one, at(0));
  return run;
};

describe(ID, () => {
  test('another application context', () => {
    expect(ask(new Run(), '1.2.840.10008.3.1.1.2').findings(ID)).toMatchObject([
      {
        severity: 'low',
        count: 1,
        source: { ip: '10.0.0.9' },
        summary:
          '10.0.0.9 asked 10.0.0.2:104 for 1 association with an application context that is not DICOM\'s ("1.2.840.10008.3.1.1.2"); 1 accepted.',
      },
    ]);
  });

  test('the one there is, none that was seen, and one joined in the middle are silent', () => {
    const run = ask(ask(new Run(), '1.2.840.10008.3.1.1.1'), '');
    expect(ask(run, '1.2.3', { withoutRequest: true }).findings(ID)).toEqual([]);
  });

  test('names are bounded and shown escaped', () => {
    const run = ask(new Run(), '"\u202ex');
    for (let i = 0; i < 300; i++) ask(run, `1.2.${i}`);
    const [found] = run.findings(ID);
    expect(found.summary).toContain('"\\u{22}\\u{202e}x" and 15 more');
    expect(found).toMatchObject({ count: 301 });
    expect((found.data.application_contexts as string[]).length).toBe(16);
  });
});
