import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyseFile } from '../../../src/testing/analyse.ts';
import { pcapFile } from '../../../src/testing/packets.ts';
import { HOSTS } from '../hospital.ts';
import { traces } from './hl7-attacks.ts';

const { pc, engine, ehr } = HOSTS;

/** All that is found in each, PHI in the clear apart. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  'hl7/replayed': [
    `high hl7.replayed-message ${pc.ip} > ${engine.ip} ×1`,
    `high hl7.sender-conflict ${pc.ip} > ${engine.ip} ×1`,
  ],
  'hl7/second-sender': [`high hl7.sender-conflict ${pc.ip} > ${engine.ip} ×2`],
  'hl7/altered-result': [`critical hl7.altered-result ${engine.ip} > ${ehr.ip} ×1`],
  'hl7/many-naks': [`low hl7.negative-acknowledgements ${ehr.ip} > ${engine.ip} ×2`],
};

describe.each(traces.map((trace) => [trace.path, trace] as const))('%s', (path, trace) => {
  test('is what its builder gives', () => {
    expect(readFileSync(`pcaps/${path}.pcap`).equals(pcapFile(trace.packets()))).toBe(true);
  });

  test('is found, or nothing is', async () => {
    const { findings, lines } = await analyseFile(`pcaps/${path}.pcap`);
    const found = findings
      .filter(({ detection }) => !detection.startsWith('phi.'))
      .map(
        ({ severity, detection, source, destination, count }) =>
          `${severity} ${detection} ${source.ip} > ${destination.ip} ×${count}`,
      );
    expect(found.sort()).toEqual(FOUND[path] ?? []);
    expect(lines.filter((line) => line.includes('"fact":"anomaly"'))).toEqual([]);
  });
});
