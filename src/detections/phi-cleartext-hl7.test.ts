import { describe, expect, test } from 'vitest';
import { flow, phi } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'phi.cleartext-hl7';

describe(ID, () => {
  test('inside medium, outside critical', () => {
    const run = new Run()
      .fact(phi('hl7', 'server', 'p1'), flow('10.0.0.5', '10.0.0.2', 2575))
      .fact(phi('hl7', 'server', null), flow('10.0.0.5', '198.51.100.9', 2575));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'critical',
        destination: { ip: '198.51.100.9', port: 2575, country: 'US' },
        summary:
          '10.0.0.5 sent patient name, medical record number and birth date of patients not told apart in clear to 198.51.100.9:2575 (US) in 1 HL7 message.',
      },
      { severity: 'medium', destination: { ip: '10.0.0.2', port: 2575 } },
    ]);
  });

  test('DICOM is not its business', () => {
    expect(new Run().fact(phi('dicom', 'server', 'p1'), flow('10.0.0.5', '10.0.0.2')).findings(ID)).toEqual(
      [],
    );
  });
});
