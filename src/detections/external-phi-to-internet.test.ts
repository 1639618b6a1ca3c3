import { describe, expect, test } from 'vitest';
import { flow, phi } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'external.phi-to-internet';

describe(ID, () => {
  test('identifiers that go out: critical, with messages, patients, identifiers and country', () => {
    const out = flow('10.0.0.5', '198.51.100.9', 2575);
    const run = new Run()
      .fact(phi('hl7', 'server', 'p1'), out)
      .fact(phi('hl7', 'server', 'p2'), out)
      .fact(phi('http', 'server', 'p2'), flow('10.0.0.5', '198.51.100.9', 80));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'critical',
        count: 3,
        source: { ip: '10.0.0.5' },
        destination: { ip: '198.51.100.9', port: 2575, country: 'US' },
        summary:
          '10.0.0.5 sent patient name, medical record number and birth date of 2 patients in clear over the Internet to 198.51.100.9:2575 (US) in 3 messages (HL7 and HTTP).',
        data: {
          direction: 'out',
          protocols: ['hl7', 'http'],
          patients: 2,
          identifiers: { 'patient-name': 3 },
          country: 'US',
        },
      },
    ]);
  });

  test('the sender is the source, whoever connected', () => {
    const asked = flow('203.0.113.7', '10.0.0.2');
    const run = new Run().fact(phi('dicom', 'client', 'p1'), asked).fact(phi('dicom', 'server', 'p1'), asked);
    expect(run.findings(ID)).toMatchObject([
      {
        source: { ip: '10.0.0.2' },
        destination: { ip: '203.0.113.7', port: null },
        data: { direction: 'out' },
      },
      {
        source: { ip: '203.0.113.7' },
        destination: { ip: '10.0.0.2', port: 104 },
        data: { direction: 'in', country: 'IR' },
      },
    ]);
  });

  test('inside, or to a group, it is not its business', () => {
    const run = new Run()
      .fact(phi('hl7', 'server', 'p1'), flow('10.0.0.5', '10.0.0.2'))
      .fact(phi('other', 'server', 'p1'), flow('10.0.0.5', '239.255.255.250', 3702, { proto: 'udp' }));
    expect(run.findings(ID)).toEqual([]);
  });

  test('beyond a thousand patients the number is an estimate, and said to be', () => {
    const run = new Run();
    const out = flow('10.0.0.5', '198.51.100.9', 2575);
    for (let i = 0; i < 3000; i++) run.fact(phi('hl7', 'server', `p${i}`), out);
    const [{ data, summary }] = run.findings(ID);
    expect(data.patients_exact).toBe(false);
    expect(summary).toContain('about ');
    expect(Math.abs((data.patients as number) / 3000 - 1)).toBeLessThan(0.1);
  });
});
