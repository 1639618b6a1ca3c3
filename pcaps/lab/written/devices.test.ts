import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/core/facts.ts';
import { feed, pcapFile } from '../../../src/testing/packets.ts';
import { openAnalysis } from '../../../src/testing/replay.ts';
import { PATIENTS } from '../patients.ts';
import { traces } from './devices.ts';

/** Exposures and activities, which the golden events leave out. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  'intellivue/export': [
    'phi intellivue patient-name,medical-record-number,birth-date,sex',
    'server sends-monitor-data',
    'server sends-waveforms',
  ],
  'astm/results': [
    'phi astm patient-name,medical-record-number,birth-date,sex',
    'client sends-lab-results',
    'server accepts-results',
  ],
  'astm/bare': ['phi astm patient-name,medical-record-number,birth-date,sex', 'client sends-lab-results'],
  'astm/wrong-checksum': ['client sends-lab-results', 'server accepts-results'],
  'poct1a/session': [
    'phi poct1a patient-name,medical-record-number,birth-date,sex',
    'client sends-lab-results',
    'server accepts-results',
  ],
};

describe.each(traces.map((trace) => [trace.path, trace] as const))('%s', (path, trace) => {
  test('is what its builder gives', () => {
    expect(readFileSync(`pcaps/${path}.pcap`).equals(pcapFile(trace.packets()))).toBe(true);
  });

  test('says whom it exposes and what its devices do', () => {
    const said: string[] = [];
    const analysis = openAnalysis({
      fact: (fact: Fact) => {
        if (fact.fact === 'phi') said.push(`phi ${fact.protocol} ${fact.identifiers}`);
        if (fact.fact === 'activity') said.push(`${fact.side} ${fact.activity}`);
      },
      close: async () => {},
    });
    feed(trace.packets(), analysis);
    analysis.end();
    expect(said).toEqual(SAID[path] ?? []);
  });
});

test('patients are the laboratory’s', () => {
  const all = traces.flatMap((trace) =>
    trace.packets().map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
  );
  for (const { id } of PATIENTS.slice(1, 4)) expect(all.join('')).toContain(id);
});
