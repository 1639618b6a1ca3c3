/** Real traces of other people: what is told is what tshark reads. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/core/facts.ts';
import { capturesDir } from '../../src/testing/captures.ts';
import { openAnalysis, readInto } from '../../src/testing/replay.ts';
import { tools } from '../../src/testing/tools.ts';
import { tsharkFields } from '../../src/testing/tshark.ts';

const root = capturesDir() ?? '';

async function told(path: string): Promise<Fact[]> {
  const facts: Fact[] = [];
  const analysis = openAnalysis({ fact: (fact) => facts.push(fact), close: async () => {} });
  await readInto(path, analysis);
  analysis.end();
  return facts;
}

const CAPTURES = [
  'tcpdump/3560_CDP.pcap',
  'tcpdump/LLDP_and_CDP.pcap',
  'tcpdump/various_gre.pcap',
  'suricata-verify/decode-erspan-typeII-01/input.pcap',
  'arkime/gre-erspan.pcap',
  'arkime/mpls-basic.pcap',
  'pcapplusplus/Packet++Test/PacketExamples/llc_vlan.pcap',
  'pcapplusplus/Pcap++Test/PcapExamples/VlanPackets.pcap',
  'zeek/cdp-v1.pcap',
];

describe.runIf(tools(['captures', 'tshark'], 'CDP names and platforms agree with tshark'))(
  'as tshark',
  () => {
    test.each(CAPTURES)('%s', async (name) => {
      const path = join(root, 'breadth', name);
      const rows = tsharkFields(path, ['cdp.deviceid', 'cdp.platform']).filter(([id]) => id);
      const facts = await told(path);
      const ours = (source: string) => [
        ...new Set(
          facts.flatMap((fact) => (fact.fact === 'device' && fact.source === source ? [fact.value] : [])),
        ),
      ];
      expect(rows.length).toBeGreaterThan(0);
      expect(ours('CDP device ID').sort()).toEqual([...new Set(rows.map(([id]) => id))].sort());
      expect(
        ours('CDP platform')
          .filter((value) => value !== 'Cisco')
          .sort(),
      ).toEqual([...new Set(rows.map(([, platform]) => platform).filter(Boolean))].sort());
    });
  },
);
