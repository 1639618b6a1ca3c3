import { describe, expect, test } from 'vitest';
import { flow, phi } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'phi.cleartext-http';

describe(ID, () => {
  test('inside medium, outside critical, in the direction in which the identifiers went', () => {
    const run = new Run()
      .fact(phi('http', 'client', 'p1'), flow('10.0.0.5', '10.0.0.2', 8080))
      .fact(phi('http', 'server', 'p1'), flow('10.0.0.5', '198.51.100.9', 80));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'critical',
        source: { ip: '10.0.0.5' },
        destination: { ip: '198.51.100.9', port: 80, country: 'US' },
        summary:
          '10.0.0.5 sent patient name, medical record number and birth date of 1 patient in clear to 198.51.100.9:80 (US) in 1 HTTP message.',
      },
      {
        severity: 'medium',
        source: { ip: '10.0.0.2' },
        destination: { ip: '10.0.0.5', port: null },
        data: { service_port: 8080 },
      },
    ]);
  });

  test.each(['dicom', 'hl7', 'smb', 'file'])('%s is not its business', (protocol) => {
    const run = new Run().fact(phi(protocol, 'server', 'p1'), flow('10.0.0.5', '10.0.0.2'));
    expect(run.findings(ID)).toEqual([]);
  });
});
