import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pcapFile } from '../../../src/testing/packets.ts';
import { traces as greetings } from './greetings.ts';
import { traces as quic } from './quic.ts';

test.each(
  [...greetings, ...quic].map((trace) => [trace.path, trace] as const),
)('%s is as it is written', (path, trace) => {
  expect(readFileSync(`pcaps/${path}.pcap`).equals(pcapFile(trace.packets()))).toBe(true);
});
