import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pcapFile } from '../../../src/testing/packets.ts';
import { traces } from './retrieval.ts';

test.each(
  traces.map((trace) => [trace.path, trace] as const),
)('%s.pcap is what is written here', (path, trace) => {
  expect(readFileSync(`pcaps/${path}.pcap`).equals(pcapFile(trace.packets()))).toBe(true);
});
