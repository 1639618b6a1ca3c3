/** Real traces of other people: what is told is what tshark reads, and crafted ones do no harm. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/core/facts.ts';
import { capturesDir } from '../../src/testing/captures.ts';
import { openAnalysis, readInto } from '../../src/testing/replay.ts';
import { tools } from '../../src/testing/tools.ts';
import { tsharkFields } from '../../src/testing/tshark.ts';
import { isName } from './dissector.ts';

const root = capturesDir() ?? '';

async function told(path: string): Promise<Fact[]> {
  const facts: Fact[] = [];
  const analysis = openAnalysis({ fact: (fact) => facts.push(fact), close: async () => {} });
  await readInto(path, analysis);
  analysis.end();
  return facts;
}

const macText = (mac: number): string =>
  mac
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?=.)/g, '$&:');

const CAPTURES = [
  'tcpdump/lldp-app-priority.pcap',
  'tcpdump/erspan-type-i-4.pcap',
  'tcpdump/lldp_mudurl.pcap',
  'tcpdump/LLDP_and_CDP.pcap',
  'tcpdump/lldp_8021_linkagg.pcap',
  'tcpdump/evb.pcap',
  'tcpdump/dcb_ets.pcap',
  'tcpdump/dcb_pfc.pcap',
  'tcpdump/dcb_qcn.pcap',
  'arkime/wireshark-lldp.pcap',
  'arkime/ospf.pcap',
  'zeek/lldp.pcap',
];

describe.runIf(tools(['captures', 'tshark'], 'LLDP system names agree with tshark'))('as tshark', () => {
  test.each(CAPTURES)('%s', async (name) => {
    const path = join(root, 'breadth', name);
    const fields = ['lldp.tlv.system.name', 'lldp.chassis.id.mac', 'eth.src'];
    const theirs = tsharkFields(path, fields)
      .filter(([systemName]) => systemName && isName(systemName))
      .map(([systemName, chassis, source]) => `${systemName} ${chassis || source}`);
    const ours = (await told(path)).flatMap((fact) =>
      fact.fact === 'device' && fact.source === 'LLDP system name'
        ? [`${fact.value} ${macText(fact.mac)}`]
        : [],
    );
    expect([...new Set(ours)].sort()).toEqual([...new Set(theirs)].sort());
  });
});

describe.runIf(capturesDir() !== null)('crafted', () => {
  test.each([
    'lldp-infinite-loop-1',
    'lldp-infinite-loop-2',
    'lldp_mgmt_addr_tlv_asan',
    'lldp_asan',
    'lldp_8023_mtu-oobr',
  ])('%s says nothing of a device', async (name) => {
    const facts = await told(join(root, 'breadth', 'tcpdump', `${name}.pcap`));
    expect(facts.filter(({ fact }) => fact === 'device')).toEqual([]);
  });
});
