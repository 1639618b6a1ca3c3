import { describe, expect, test } from 'vitest';
import { KeyedHash } from '../core/hash.ts';
import type { Identifier } from '../core/sealed.ts';
import { flow, NAMES, phi, START, trackers } from '../testing/analysis/facts.ts';
import { PhiTracker } from './phi.ts';

const HASH = new KeyedHash(new Uint8Array(8));

describe('exposures of identifiers', () => {
  test('by protocol, identifier and destination; patients once each', () => {
    const t = trackers();
    const inside = flow('10.0.0.1', '10.0.0.2');
    const outside = flow('203.0.113.7', '10.0.0.2');
    t.fact(phi('dicom', 'server', 'aa'), inside, START);
    t.fact(phi('dicom', 'server', 'aa'), inside, START);
    t.fact(phi('dicom', 'client', 'bb'), outside, START);
    t.fact(phi('hl7', 'server', null), inside, START);
    const totals = t.phi();
    expect(totals).toMatchObject({
      exposures: 4,
      patients: 2,
      byProtocol: { dicom: 3, hl7: 1 },
      byIdentifier: { 'birth-date': 4, 'medical-record-number': 4, 'patient-name': 4 },
    });
    expect(totals.series).toContainEqual({
      protocol: 'dicom',
      identifier: 'patient-name',
      destination: 'external',
      count: 1,
    });
    expect(totals.series.length).toBe(9);
    // Asking changes nothing.
    expect(t.phi()).toEqual(totals);
    t.fact(phi('dicom', 'server', 'cc'), inside, START);
    expect(t.phi().byProtocol).toEqual({ dicom: 4, hl7: 1 });
  });

  test('any number of distinct sets of identifiers keeps the table bounded and the counts right', () => {
    const tracker = new PhiTracker(100, 8);
    for (let i = 0; i < 1000; i++) {
      const set: Identifier[] = [...NAMES];
      tracker.fact(
        {
          fact: 'phi',
          protocol: 'dicom',
          identifiers: set,
          patient: HASH.text(`p${i}`),
          to: 'server',
        },
        flow('10.0.0.1', '10.0.0.2'),
      );
    }
    expect(tracker.totals().byIdentifier['patient-name']).toBe(1000);
    expect(tracker.patientsExact).toBe(false);
    expect(Math.abs(tracker.totals().patients - 1000)).toBeLessThan(30);
  });
});
