/** Real traces of other people: what is told is what tshark reads, and crafted ones do no harm. */
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
  'tcpdump/dhcpv6-rfc6355-duid-uuid.pcap',
  'tcpdump/dhcpv4v6-rfc5970-rfc8572.pcap',
  'tcpdump/dhcpv6-sip-server-d.pcap',
  'tcpdump/dhcpv6-ia-na.pcap',
  'tcpdump/dhcpv6-ia-ta.pcap',
  'tcpdump/dhcpv6-ia-pd.pcap',
  'tcpdump/dhcpv6-vendor-specific-information.pcap',
  'tcpdump/dhcpv6-AFTR-Name-RFC6334.pcap',
  'tcpdump/dhcpv6-ntp-server.pcap',
  'tcpdump/dhcpv6-rfc8415-duid-type2.pcap',
  'tcpdump/dhcpv6-mud.pcap',
  'tcpdump/dhcpv6-domain-list.pcap',
  'ja4/pcap/dhcpv6.pcap',
  'arkime/wireshark-dhcpv6.pcap',
  'pcapplusplus/Packet++Test/PacketExamples/dhcpv6.pcap',
  'zeek/erspan.pcap',
  'zeek/pppoe.pcap',
];

const FIELDS = ['dhcpv6.msgtype', 'dhcpv6.client_domain', 'dhcpv6.iaaddr.ip'];
const REPLY = '7';

describe.runIf(tools(['captures', 'tshark'], 'DHCPv6 names and leases agree with tshark'))(
  'as tshark',
  () => {
    test.each(CAPTURES)('%s', async (name) => {
      const path = join(root, 'breadth', name);
      const rows = tsharkFields(path, FIELDS);
      const facts = await told(path);
      const names = facts.flatMap((fact) =>
        fact.fact === 'device' && fact.source === 'DHCPv6 option 39 (client FQDN)' ? [fact.value] : [],
      );
      const theirs = rows
        .filter(([type, fqdn]) => type !== REPLY && fqdn)
        .map(([, fqdn]) => fqdn.replace(/\.$/, ''));
      expect([...new Set(names)].sort()).toEqual([...new Set(theirs)].sort());
      const leases = facts.flatMap((fact) =>
        fact.fact === 'neighbour' && fact.leased && fact.address.family === 6 ? [fact.address.text] : [],
      );
      const given = rows
        .filter(([type, , address]) => type === REPLY && address)
        .map(([, , address]) => address);
      expect([...new Set(leases)].sort()).toEqual([...new Set(given)].sort());
    });
  },
);

describe.runIf(capturesDir() !== null)('crafted', () => {
  test.each(['dhcp6_reconf_asan', 'hncp_dhcpv6data-oobr'])('%s says nothing of a device', async (name) => {
    const facts = await told(join(root, 'breadth', 'tcpdump', `${name}.pcap`));
    expect(facts.filter(({ fact }) => fact === 'device')).toEqual([]);
  });
});
