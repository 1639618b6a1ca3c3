import { describe, expect, test } from 'vitest';
import { at, flow } from '../testing/analysis/facts.ts';
import { associate, association, Run } from '../testing/analysis/run.ts';

const ID = 'dicom.cleartext-credentials';
const ask = (run: Run, userIdentity: number, accepted = true) => {
  associate(run, flow('10.0.0.5', '10.0.0.2'), association('PACS', { userIdentity, accepted }), at(0));
  return run;
};

describe(ID, () => {
  test.each([
    [1, 'high', 'a user name'],
    [2, 'high', 'a user name and passcode'],
    [3, 'medium', 'a Kerberos ticket'],
    [4, 'medium', 'a SAML assertion'],
    [5, 'medium', 'a JSON Web Token'],
  ])('type %i is %s', (type, severity, what) => {
    expect(ask(new Run(), type).findings(ID)).toMatchObject([
      {
        severity,
        count: 1,
        summary: `10.0.0.5 sent ${what} in clear to 10.0.0.2:104 in 1 association request, 1 accepted.`,
      },
    ]);
  });

  test('none, and a type that is none, are silent', () => {
    expect(ask(ask(new Run(), 0), 77).findings(ID)).toEqual([]);
  });

  test('several kinds are as bad as the worst', () => {
    const run = ask(ask(ask(new Run(), 4), 2, false), 0);
    expect(run.findings(ID)).toMatchObject([
      { severity: 'high', count: 2, data: { types: ['username and passcode', 'saml'], accepted: 1 } },
    ]);
  });
});
