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

const macText = (mac: number): string =>
  mac
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?=.)/g, '$&:');

const CAPTURES = [
  'tcpdump/dhcpv4v6-rfc5970-rfc8572.pcap',
  'tcpdump/dhcp-option-108.pcapng',
  'tcpdump/dhcp-mud.pcap',
  'tcpdump/dhcp-rfc5859.pcap',
  'tcpdump/dhcp-rfc4388.pcap',
  'tcpdump/dhcp-rfc3004.pcap',
  'tcpdump/dhcp-option-33.pcap',
  'tcpdump/eapon1.pcap',
  'tcpdump/lwapp-data.pcap',
  'tcpdump/dcb_pfc.pcap',
  'suricata-verify/dhcp-option-52-overload-both/input.pcap',
  'suricata-verify/dhcp-option-52-overload/input.pcap',
  'suricata-verify/dhcp-eve-extended-option-60/input.pcap',
  'suricata-verify/dhcp-eve-extended/input.pcap',
  'suricata-verify/bug-2158/public-ex1_section8_Sofacy.pcap',
  'suricata-verify/decode-dce/input.pcap',
  'ja4/pcap/dhcp.pcapng',
  'arkime/wireshark-dhcp.pcap',
  'pcapplusplus/Packet++Test/PacketExamples/Dhcp1.pcap',
  'pcapplusplus/Packet++Test/PacketExamples/Dhcp2.pcap',
  'pcapplusplus/Packet++Test/PacketExamples/Dhcp3.pcap',
  'pcapplusplus/Packet++Test/PacketExamples/Dhcp4.pcap',
  'zeek/dhcp/dhcp.pcap',
  'zeek/dhcp/dhcp_inform.pcap',
  'zeek/dhcp/dhcp_ack_subscriber_id_and_agent_remote_id.pcap',
  'zeek/dhcp/dhcp_bad_cookie_option_retention.pcap',
  'zeek/dhcp/hw-type0.pcap',
  'zeek/dhcp/dhcp_time_and_nameserver.pcap',
  'zeek/dhcp/dhcp_discover_param_req_and_client_id.pcap',
  'zeek/dhcp/dhcp-unique-xid-join-data-growth.pcapng',
  'zeek/tunnels/Teredo.pcap',
  'wireshark/dhcp.pcap',
  'wireshark/dhcp-nanosecond.pcapng',
  'rusticata/assets/test016-be.pcapng',
];

const FIELDS = [
  'dhcp.option.dhcp',
  'dhcp.hw.mac_addr',
  'dhcp.option.hostname',
  'dhcp.option.vendor_class_id',
  'dhcp.ip.your',
  'dhcp.ip.client',
];
const REQUESTS = ['1', '3', '4', '7', '8'];

describe.runIf(tools(['captures', 'tshark'], 'DHCP names, classes and leases agree with tshark'))(
  'as tshark',
  () => {
    test.each(CAPTURES)('%s', async (name) => {
      const path = join(root, 'breadth', name);
      const rows = tsharkFields(path, FIELDS);
      const facts = await told(path);
      const ours = (source: string) => [
        ...new Set(
          facts.flatMap((fact) =>
            fact.fact === 'device' &&
            fact.source === source &&
            ['hostname', 'fingerprint'].includes(fact.attribute) &&
            fact.mac >= 0
              ? [`${macText(fact.mac)} ${fact.value}`]
              : [],
          ),
        ),
      ];
      const theirs = (column: number) => [
        ...new Set(
          rows
            .filter((row) => REQUESTS.includes(row[0]) && row[1] && row[column])
            .map((row) => `${row[1]} ${row[column]}`),
        ),
      ];
      expect(ours('DHCP option 12 (host name)').sort()).toEqual(theirs(2).sort());
      expect(ours('DHCP option 60 (vendor class identifier)').sort()).toEqual(theirs(3).sort());
      // Acknowledgements (5) of a lease, answers to lease queries (13), replies of BOOTP, which has no type.
      const given = rows.flatMap(([type, mac, , , yours, client]) => {
        const address = type === '13' ? client : ['', '5'].includes(type) ? yours : '';
        return isDevice(mac) && address && address !== '0.0.0.0' ? [`${mac} ${address}`] : [];
      });
      const leased = facts.flatMap((fact) =>
        fact.fact === 'neighbour' && fact.leased && fact.address.family === 4
          ? [`${macText(fact.mac)} ${fact.address.text}`]
          : [],
      );
      expect([...new Set(leased)].sort()).toEqual([...new Set(given)].sort());
    });
  },
);

/** Bulk lease queries over TCP make tshark see addresses of all kinds. */
function isDevice(mac: string): boolean {
  return /^.[02468ace]/.test(mac) && mac !== '00:00:00:00:00:00';
}

describe.runIf(capturesDir() !== null)('crafted', () => {
  test.each([
    'bootp_asan',
    'bootp_asan-2',
    'hncp_dhcpv4data-oobr',
  ])('%s says nothing of a device', async (name) => {
    const facts = await told(join(root, 'breadth', 'tcpdump', `${name}.pcap`));
    expect(facts.filter(({ fact }) => fact === 'device')).toEqual([]);
  });
});
