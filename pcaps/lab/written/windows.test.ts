import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pcapFile } from '../../../src/testing/packets.ts';
import { traces as kerberos } from './kerberos.ts';
import { traces as smb } from './smb.ts';

test.each(
  [...smb, ...kerberos].map((trace) => [trace.path, trace] as const),
)('%s is as it is written', (path, trace) => {
  expect(readFileSync(`pcaps/${path}.pcap`).equals(pcapFile(trace.packets()))).toBe(true);
});
