import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyseFile } from '../../../src/testing/analyse.ts';
import { pcapFile } from '../../../src/testing/packets.ts';
import { traces } from './associations.ts';

/** What is found in each; those that are not here come close and are none. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  'dicom/sweep': ['dicom.sweep high 10.20.5.99 > 10.20.2.10'],
  'dicom/promiscuous': ['dicom.promiscuous-scp medium 10.20.5.99 > 10.20.2.10'],
  'dicom/title-conflict': ['dicom.ae-title-conflict high 10.20.5.99 > 10.20.2.10'],
  'dicom/flood': ['dicom.association-flood high 10.20.5.99 > 10.20.2.10'],
  'dicom/half-open': ['dicom.half-open medium 10.20.5.99 > 10.20.2.10'],
  'dicom/suspicious-title': [
    'dicom.suspicious-ae-title high 10.20.5.99 > 10.20.2.10',
    'dicom.unknown-application-context low 10.20.5.99 > 10.20.2.10',
  ],
  'dicom/covert-channel': ['dicom.covert-channel low 10.20.5.99 > 10.20.2.10'],
  'dicom/application-context': ['dicom.unknown-application-context low 10.20.5.99 > 10.20.2.10'],
  'dicom/failure-ratio': ['dicom.failure-ratio low 10.20.1.10 > 10.20.2.10'],
};

describe.each(traces.map((trace) => [trace.path, trace] as const))('%s', (path, trace) => {
  test('is what its builder gives', () => {
    expect(readFileSync(`pcaps/${path}.pcap`).equals(pcapFile(trace.packets()))).toBe(true);
  });

  test('what it is about is found, and nothing else', async () => {
    const { findings } = await analyseFile(`pcaps/${path}.pcap`);
    expect(
      findings.map(
        ({ detection, severity, source, destination }) =>
          `${detection} ${severity} ${source.ip} > ${destination.ip}`,
      ),
    ).toEqual(FOUND[path] ?? []);
  });
});
