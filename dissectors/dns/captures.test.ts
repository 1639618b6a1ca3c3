/** Real traces of other people: what is told is what tshark reads. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/core/flow.ts';
import { capturesDir } from '../../src/testing/captures.ts';
import { openAnalysis, readInto } from '../../src/testing/replay.ts';
import { tools } from '../../src/testing/tools.ts';
import { hostName, isHost } from './names.ts';
import { isUsualName } from './netbios.ts';
import { A, AAAA, CNAME } from './wire.ts';

const root = capturesDir() ?? '';

interface Told {
  address: string;
  attribute: string;
  value: string;
  source: string;
}

async function told(path: string): Promise<Told[]> {
  const all: Told[] = [];
  const analysis = openAnalysis({
    fact(fact, flow: Flow | null) {
      if (fact.fact !== 'attribute' && fact.fact !== 'device') return;
      const { attribute, value, source } = fact;
      const address = fact.fact === 'device' ? fact.address : (flow?.[fact.side].address ?? null);
      all.push({ address: address?.text ?? '', attribute, value, source });
    },
    close: async () => {},
  });
  await readInto(path, analysis);
  analysis.end();
  return all;
}

/** Rows of fields, each with all that occur in the packet. */
function rows(path: string, filter: string, fields: readonly string[]): string[][][] {
  const args = ['-n', '-r', path, '-Y', filter, '-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=|'];
  for (const field of fields) args.push('-e', field);
  const text = execFileSync('tshark', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 27,
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t').map((value) => (value === '' ? [] : value.split('|'))));
}

const ANSWERS = [
  'dns.qry.name',
  'dns.count.answers',
  'dns.resp.name',
  'dns.resp.type',
  'dns.a',
  'dns.aaaa',
  'dns.cname',
];

/** `address name` of each A and AAAA record that answers the question, as tshark reads it. */
function bindings(path: string, protocol: 'dns' | 'llmnr'): string[] {
  const filter = `${protocol} && dns.flags.response == 1 && dns.flags.rcode == 0 && dns.flags.opcode == 0`;
  const found = new Set<string>();
  for (const [asked, [count], owners, types, a, aaaa, cnames] of rows(path, filter, ANSWERS)) {
    // A packet with two messages (TCP) has two questions: too entangled to be compared here.
    if (asked.length !== 1) continue;
    const chain = new Set([asked[0].toLowerCase()]);
    let [four, six, alias] = [0, 0, 0];
    const bound: [string, string][] = [];
    for (let n = 0; n < Number(count); n++) {
      const owner = owners[n]?.toLowerCase();
      if (owner === undefined) break;
      if (Number(types[n]) === CNAME) {
        const target = cnames[alias++]?.toLowerCase();
        if (chain.has(owner) && target !== undefined) chain.add(target);
      }
      if (Number(types[n]) === A) bound.push([owner, a[four++]]);
      if (Number(types[n]) === AAAA) bound.push([owner, aaaa[six++]]);
    }
    for (const [owner, address] of bound)
      if (
        chain.has(owner) &&
        hostName(owner.split('.')) !== null &&
        address !== undefined &&
        isSomebodys(address)
      )
        found.add(`${address} ${owner}`);
  }
  return [...found].sort();
}

function isSomebodys(address: string): boolean {
  const octets = address.split('.').map(Number);
  if (octets.length !== 4) return address !== '::' && address !== '::1' && !address.startsWith('::ffff:');
  return isHost({ family: 4, words: [0, 0, 0xffff, Buffer.from(octets).readInt32BE()] });
}

const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

const DNS = [
  'tcpdump/dns_tcp.pcap',
  'tcpdump/dns_udp.pcap',
  'tcpdump/edns-opts.pcap',
  'tcpdump/dnssec.pcap',
  'suricata-verify/lua-output-dns/test.pcap',
  'suricata-verify/dns/dns-eve/input.pcap',
  'suricata-verify/dns/bug-1158/input.pcap',
  'suricata-verify/dns/dns-udp-double-request-response/dns-udp-double-request-response.pcap',
  'suricata-verify/vxlan-decoder-03/vxlan.pcap',
  'pcapplusplus/Pcap++Test/PcapExamples/DnsPackets.pcap',
  'zeek/wikipedia.pcap',
  'zeek/var-services-std-ports.pcap',
  'zeek/erspan.pcap',
  'ja4/pcap/latest.pcapng',
];
const LLMNR = [
  'suricata-verify/llmnr/llmnr-udp/input.pcap',
  'pcapplusplus/Pcap++Test/PcapExamples/DnsPackets.pcap',
  'pcapplusplus/Pcap++Test/PcapExamples/IgmpPackets.pcap',
  'zeek/wikipedia.pcap',
];
const MDNS = [
  'zeek/dns/mdns.pcap',
  'zeek/dns/mdns-no-assoc.pcap',
  'zeek/var-services-std-ports.pcap',
  'zeek/wikipedia.pcap',
  'arkime/v6-http.pcap',
  'pcapplusplus/Packet++Test/PacketExamples/Dns.pcap',
  'pcapplusplus/Pcap++Test/PcapExamples/DnsPackets.pcap',
];
const NETBIOS = [
  'tcpdump/eapon1.pcap',
  'arkime/nbns.pcap',
  'arkime/arkime_synthetic.pcap',
  'pcapplusplus/Pcap++Test/PcapExamples/solaris.snoop',
  'zeek/erspan.pcap',
  'zeek/wikipedia.pcap',
  'zeek/tunnels/Teredo.pcap',
  'zeek/smb/raw_ntlm_in_smb.pcap',
];

describe.runIf(tools(['captures', 'tshark'], 'names of addresses agree with tshark'))('as tshark', () => {
  test.each(DNS)('DNS: %s', async (name) => {
    const path = join(root, 'breadth', name);
    const ours = (await told(path)).filter(({ source }) => /^DNS A/.test(source));
    expect(sorted(ours.map(({ address, value }) => `${address} ${value}`))).toEqual(bindings(path, 'dns'));
  });

  test.each(LLMNR)('LLMNR: %s', async (name) => {
    const path = join(root, 'breadth', name);
    const ours = (await told(path)).filter(({ source }) => /^LLMNR A/.test(source));
    expect(sorted(ours.map(({ address, value }) => `${address} ${value.toLowerCase()}`))).toEqual(
      bindings(path, 'llmnr'),
    );
  });

  test.each(MDNS)('mDNS: %s', async (name) => {
    const path = join(root, 'breadth', name);
    const ours = (await told(path)).filter(({ source }) => /^mDNS A/.test(source));
    const [names, addresses] = [new Set<string>(), new Set<string>()];
    const filter = 'mdns && dns.flags.response == 1 && dns.flags.rcode == 0 && udp.srcport == 5353';
    // tshark gives a SRV record's name in parts, and NSEC's types among the records': they cannot be put side by side.
    for (const [owners, a, aaaa] of rows(path, filter, ['dns.resp.name', 'dns.a', 'dns.aaaa'])) {
      for (const owner of owners) names.add(owner);
      for (const address of [...a, ...aaaa]) addresses.add(address);
    }
    expect(sorted(ours.map(({ address }) => address))).toEqual(sorted(addresses));
    for (const { value } of ours) expect(names).toContain(`${value}.local`);
  });

  test.each(NETBIOS)('NetBIOS: %s', async (name) => {
    const path = join(root, 'breadth', name);
    const all = await told(path);
    const ours = all.filter(({ source }) => /^NBNS (registration|name) <[02]0>/.test(source));
    const theirs = new Set<string>();
    const named = /^(.*?)\s*<(00|20)>/;
    const isClaim =
      'nbns && (nbns.flags.opcode in {5,8,9,15} && nbns.flags.response == 0 || nbns.flags.response == 1 && nbns.flags.opcode == 0 && nbns.flags.rcode == 0) && nbns.type == 32';
    for (const [names, addresses] of rows(path, isClaim, ['nbns.name', 'nbns.addr'])) {
      const found = named.exec(names[names.length - 1] ?? '');
      if (found !== null && isUsualName(found[1]))
        for (const address of addresses) if (isSomebodys(address)) theirs.add(`${address} ${found[1]}`);
    }
    expect(sorted(ours.map(({ address, value }) => `${address} ${value}`))).toEqual(sorted(theirs));

    const announced = all.filter(({ source }) => source === 'NetBIOS host announcement');
    const hosts = rows(path, 'ip && browser.command in {1,15}', ['browser.server', 'ip.src']).map(
      ([[server], sources]) => `${sources[sources.length - 1]} ${server}`,
    );
    expect(sorted(announced.map(({ address, value }) => `${address} ${value}`))).toEqual(sorted(hosts));
  });
});

describe.runIf(capturesDir() !== null)('crafted', () => {
  test.each([
    'hostname-match',
    'authority-additional',
    'invalid-opcode',
  ])('LLMNR: %s says nothing: in conflict, or no query', async (name) => {
    const all = await told(join(root, 'breadth', 'suricata-verify', 'llmnr', `llmnr-${name}`, 'input.pcap'));
    expect(all.filter(({ source }) => source.startsWith('LLMNR'))).toEqual([]);
  });

  test.each([
    'tcpdump/dns_fwdptr.pcap',
    'tcpdump/dns-badlabel.pcap',
    'tcpdump/nbns-valgrind.pcap',
    'tcpdump/smb_print_trans-oobr2.pcap',
    'suricata-verify/dns/dns-forward-pointer/input.pcap',
    'suricata-verify/dns/dns-udp-null/input.pcap',
  ])('%s does no harm', async (name) => {
    for (const { attribute, value } of await told(join(root, 'breadth', name)))
      if (attribute === 'hostname') expect(value).toMatch(/^[\w.-]+$/);
  });
});
