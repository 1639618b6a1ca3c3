import { describe, expect, test } from 'vitest';
import { flow, phi } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'phi.cleartext-other';

describe(ID, () => {
  test('every protocol without a detection of its own, named in one case per pair', () => {
    const run = new Run()
      .fact(phi('astm', 'server', 'p1'), flow('10.0.0.5', '10.0.0.2', 4001))
      .fact(phi('unknown', 'server', 'p2'), flow('10.0.0.5', '10.0.0.2', 9999))
      .fact(phi('intellivue', 'client', 'p1'), flow('10.0.0.6', '198.51.100.9', 24105, { proto: 'udp' }));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'critical',
        source: { ip: '198.51.100.9' },
        destination: { ip: '10.0.0.6', port: null },
        data: { protocol: 'intellivue', source_country: 'US', destination_country: null },
      },
      {
        severity: 'medium',
        count: 2,
        summary:
          '10.0.0.5 sent patient name, medical record number and birth date of 2 patients in clear to 10.0.0.2:4001 in 2 messages (ASTM and a protocol that was not recognised).',
        data: { protocol: 'astm, unknown', patients: 2, service_port: 9999 },
      },
    ]);
  });

  test('DICOM, HL7 and HTTP have their own', () => {
    const run = new Run();
    for (const protocol of ['dicom', 'hl7', 'http'])
      run.fact(phi(protocol, 'server', 'p1'), flow('10.0.0.5', '10.0.0.2'));
    expect(run.findings(ID)).toEqual([]);
  });

  test('no more protocols are named than a pair may have', () => {
    const run = new Run();
    for (let i = 0; i < 50; i++) run.fact(phi(`p${i}`, 'server', null), flow('10.0.0.5', '10.0.0.2', 9999));
    expect(String(run.findings(ID)[0].data.protocol).split(', ')).toHaveLength(8);
  });
});
