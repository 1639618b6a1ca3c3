import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pcapFile } from '../../../src/testing/packets.ts';
import { traces as cdp } from './cdp.ts';
import { traces as dhcp } from './dhcp.ts';
import { traces as dhcpv6 } from './dhcpv6.ts';
import { traces as lldp } from './lldp.ts';

test.each(
  [...lldp, ...cdp, ...dhcp, ...dhcpv6].map((trace) => [trace.path, trace] as const),
)('%s is as it is written', (path, trace) => {
  expect(readFileSync(`pcaps/${path}.pcap`).equals(pcapFile(trace.packets()))).toBe(true);
});
