import { describe, expect, test } from 'vitest';
import { activity, at, flow, NAMES, phi, START } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'phi.cleartext-dicom';

describe(ID, () => {
  test('inside: medium, with identifiers, patients and who', () => {
    const f = flow('10.0.0.5', '10.0.0.2', 11112);
    const run = new Run().play(f, [
      activity('client', 'sends-images', 'CT'),
      activity('server', 'accepts-images', 'CT'),
      activity('server', 'answers-queries'),
      phi('dicom', 'server', 'p1'),
      phi('dicom', 'server', 'p2'),
      phi('dicom', 'server', 'p1'),
    ]);
    const [found, ...more] = run.findings(ID);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      severity: 'medium',
      count: 3,
      source: { ip: '10.0.0.5', asset: 'ip-10.0.0.5' },
      destination: { ip: '10.0.0.2', port: 11112, asset: 'ip-10.0.0.2', country: null },
      summary:
        'modality 10.0.0.5 sent patient name, medical record number and birth date of 2 patients in clear to PACS 10.0.0.2:11112 in 3 DICOM messages.',
      data: { patients: 2, identifiers: { 'patient-name': 3, 'birth-date': 3, 'medical-record-number': 3 } },
    });
    expect(found.communityIds).toEqual([f.communityId()]);
  });

  test('either end outside: critical', () => {
    const f = flow('203.0.113.7', '10.0.0.2');
    const run = new Run().fact(phi('dicom', 'client', 'p1'), f);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'critical',
        source: { ip: '10.0.0.2' },
        destination: { ip: '203.0.113.7', port: null, asset: null, country: 'IR' },
        data: { service_port: 104, destination_country: 'IR' },
      },
    ]);
  });

  test('near misses: another protocol, no identifiers seen', () => {
    const f = flow('10.0.0.5', '10.0.0.2');
    expect(new Run().play(f, [phi('hl7', 'server', 'p1')]).findings(ID)).toEqual([]);
    expect(new Run().play(f, [activity('client', 'sends-images', 'CT')]).findings(ID)).toEqual([]);
  });

  test('the listener hears of it once, then once a minute, then what is left', () => {
    const run = new Run();
    const f = flow('10.0.0.5', '10.0.0.2');
    for (let i = 0; i < 600; i++) run.fact(phi('dicom', 'server', `p${i}`), f, at(i / 4));
    run.findings(ID);
    expect(run.told.map(({ change, finding }) => [change, finding.count])).toEqual([
      ['new', 1],
      ['update', 241],
      ['update', 481],
      ['update', 600],
    ]);
  });

  test('identifiers of alternating sets add up', () => {
    const run = new Run();
    const f = flow('10.0.0.5', '10.0.0.2');
    const only = Object.freeze(['patient-name'] as const);
    for (let i = 0; i < 4; i++)
      run.fact(phi('dicom', 'server', 'p', NAMES), f).fact(phi('dicom', 'server', 'p', only as never), f);
    expect(run.findings(ID)[0].data.identifiers).toEqual({
      'patient-name': 8,
      'birth-date': 4,
      'medical-record-number': 4,
    });
  });

  test('patients beyond the exact count are said to be an estimate', () => {
    const run = new Run();
    const f = flow('10.0.0.5', '10.0.0.2');
    for (let i = 0; i < 5000; i++) run.fact(phi('dicom', 'server', `p${i}`), f, START);
    const [found] = run.findings(ID);
    expect(found.data.patients_exact).toBe(false);
    expect(Math.abs((found.data.patients as number) - 5000) / 5000).toBeLessThan(0.12);
    expect(found.summary).toContain('of about ');
  });
});
