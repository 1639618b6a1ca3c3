import { describe, expect, test } from 'vitest';
import { IMPLEMENTATIONS, identifyImplementation } from './fingerprints.ts';

describe('implementations', () => {
  for (const row of IMPLEMENTATIONS) {
    const { classUid, versionName, version } = row.example;
    test(`${classUid} "${versionName}" is ${row.product}`, () => {
      expect(identifyImplementation(classUid, versionName)).toEqual({
        product: row.product,
        vendor: row.vendor,
        version,
        confidence: row.confidence,
      });
      expect(row.source.length).toBeGreaterThan(10);
    });
  }

  test('every narrow row stands before the arc that contains it', () => {
    // A row hidden by an earlier one would never answer for its own example: covered above, here by identity.
    for (const row of IMPLEMENTATIONS) {
      const first = IMPLEMENTATIONS.find(
        (other) =>
          (other.classUid === null || other.classUid.test(row.example.classUid)) &&
          (other.versionName === null || other.versionName.test(row.example.versionName)),
      );
      expect(first).toBe(row);
    }
  });

  test('what public tables get wrong stays unknown or right', () => {
    expect(identifyImplementation('1.2.826.0.1.3680043.8.641', '')?.product).toBe('ruby-dicom');
    expect(identifyImplementation('1.2.840.113704.7.0.4.4', '')).toBeNull();
    expect(identifyImplementation('1.2.840.114257.1', '')).toBeNull();
    expect(identifyImplementation('', '')).toBeNull();
  });

  test('a version is not invented from a cut or strange name', () => {
    expect(identifyImplementation('1.2.40.0.13.1.3', 'dcm4che-5.22.101')?.version).toBeNull();
    expect(identifyImplementation('1.2.276.0.7230010.3.0.3.6.7.1', '')).toBeNull();
    expect(identifyImplementation('1.3.6.1.4.1.30071.8', 'something')?.version).toBeNull();
  });
});
