import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Analysed, analyseFile } from '../../../src/testing/analyse.ts';
import { pcapFile } from '../../../src/testing/packets.ts';
import { traces } from './unclaimed.ts';

test.each(traces.map((trace) => [trace.path, trace] as const))('%s is as it is written', (path, trace) => {
  expect(readFileSync(`pcaps/${path}.pcap`).equals(pcapFile(trace.packets()))).toBe(true);
});

/** `detection severity source > destination` of all that is found, PHI inside apart. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  'other/labelled-text': ['phi.cleartext-other medium 10.20.5.50 > 10.20.3.60'],
  'other/form-template': [],
  'external/beacon-515': [
    'external.device-to-internet high 10.20.4.30 > 203.133.248.10',
    'external.suspicious-port high 10.20.4.30 > 203.133.248.10',
    'phi.cleartext-hl7 medium 10.20.4.30 > 10.20.3.10',
  ],
  'external/printing-515': ['phi.cleartext-hl7 medium 10.20.4.30 > 10.20.3.10'],
  'link/arp-spoof': ['network.address-conflict high 10.20.4.99 > 10.20.4.20'],
  'link/virtual-router': [],
};

describe.each(Object.entries(FOUND))('%s', (path, wanted) => {
  let analysed: Analysed;
  beforeAll(async () => {
    analysed = await analyseFile(`pcaps/${path}.pcap`);
  });

  test('what is found', () => {
    expect(
      analysed.findings.map(
        ({ detection, severity, source, destination }) =>
          `${detection} ${severity} ${source.ip} > ${destination.ip}`,
      ),
    ).toEqual(wanted);
  });

  test('no value of a patient is shown', () => {
    expect(JSON.stringify(analysed.findings)).not.toMatch(/ZZTEST|ZZMUSTER|ZZMRN|1951|1943/);
  });
});

test('three patients are told apart in text of nobody’s', async () => {
  const { findings, summary } = await analyseFile('pcaps/other/labelled-text.pcap');
  expect(findings[0]).toMatchObject({
    count: 3,
    data: {
      protocol: 'unknown',
      patients: 3,
      identifiers: { 'patient-name': 3, 'medical-record-number': 3, 'birth-date': 2 },
    },
  });
  expect(summary.phi.by_protocol).toEqual({ dicom: 0, hl7: 0, unknown: 3 });
});
