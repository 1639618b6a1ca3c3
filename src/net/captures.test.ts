import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Address } from '../core/address.ts';
import { capturesDir } from '../testing/captures.ts';
import { readFrames } from '../testing/read-frames.ts';
import { hasTshark, tsharkFields } from '../testing/tshark.ts';
import { Net } from './index.ts';
import { PROTO_TCP, type Segment, type SegmentSink } from './segment.ts';

/** Real captures, decoded whole, and some of them packet by packet against another implementation. */

const folder = capturesDir();
const tshark = hasTshark();
if (folder === null) process.stderr.write('net: no captures beside the checkout, they are left out\n');
else if (!tshark) process.stderr.write('net: tshark is not installed, the comparison with it is left out\n');

/** Everything that `net` says of a packet which `tshark` says as well; the last segment of a frame. */
class Last implements SegmentSink {
  text = '';
  segments = 0;
  outside = 0;

  tcp(segment: Segment): void {
    this.#note(segment);
  }

  udp(segment: Segment): void {
    this.#note(segment);
  }

  #note(s: Segment): void {
    this.segments++;
    const end = s.payloadOffset + s.payloadLength;
    if (s.payloadLength < 0 || s.payloadLength > s.payloadWire || end > s.bytes.length) this.outside++;
    const source = new Address(s.family, s.src0, s.src1, s.src2, s.src3, false).text;
    const destination = new Address(s.family, s.dst0, s.dst1, s.dst2, s.dst3, false).text;
    const ends = `${source} ${s.srcPort} > ${destination} ${s.dstPort}`;
    this.text =
      s.proto === PROTO_TCP ? `tcp ${ends} ${s.seq} ${s.payloadWire}` : `udp ${ends} ${s.payloadWire}`;
  }
}

function listCaptures(at: string): string[] {
  return readdirSync(at, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(pcap|pcapng|cap|trace|dump)(\.gz)?$|\.pcap\d*$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

describe.runIf(folder !== null)('every capture', () => {
  test('is decoded without an exception, every frame accounted for', () => {
    let packets = 0;
    let handedOn = 0;
    for (const path of listCaptures(folder ?? '')) {
      const frames = readFrames(path);
      const sink = new Last();
      const net = new Net(sink);
      for (const frame of frames) net.frame(frame);
      net.close();
      expect([path, sink.outside, sink.segments]).toEqual([path, 0, net.tcpSegments + net.udpDatagrams]);
      const others = [...net.nonTransport.values()].reduce((sum, n) => sum + n, 0);
      const lost = [...net.undecoded.values()].reduce((sum, n) => sum + n, 0);
      expect([path, lost]).toEqual([path, net.undecodedPackets]);
      expect(net.handedOn + net.duplicates + others + lost + net.fragments).toBeGreaterThanOrEqual(
        frames.length,
      );
      packets += frames.length;
      handedOn += net.handedOn;
    }
    expect(packets).toBeGreaterThan(10_000);
    expect(handedOn / packets).toBeGreaterThan(0.5);
  }, 240_000);
});

/** Covers each link type, tunnel and kind of fragment that the captures have. */
const COMPARED = [
  'medical/HL7-ADT.pcap',
  'breadth/zeek/erspan.pcap',
  'breadth/zeek/llc.pcap',
  'breadth/zeek/q-in-q.pcap',
  'breadth/zeek/pbb.pcap',
  'breadth/zeek/vlan-pcp-dei.pcapng',
  'breadth/zeek/tunnels/gtp/gtp2_different_udp_port.pcap',
  'breadth/zeek/tunnels/gtp/gtp_ext_header.pcap',
  'breadth/arkime/gtp-iphone.pcap',
  'breadth/arkime/mongo.pcap',
  'breadth/suricata-verify/bug-6402-01/input.pcap',
  'breadth/tcpdump/LINKTYPE_IPV4.pcap',
  'breadth/tcpdump/e1000g.pcap',
  'breadth/pcapplusplus/Pcap++Test/PcapExamples/ip4_fragments.pcap',
  'breadth/pcapplusplus/Pcap++Test/PcapExamples/ip6_fragments.pcap',
  'medical/ct_to_pacs_scenario.pcap',
  'breadth/tcpdump/LINKTYPE_PKTAP.pcap',
  'breadth/tcpdump/various_gre.pcap',
  'breadth/tcpdump/erspan-type-i-1.pcap',
  'breadth/tcpdump/erspan-type-ii-1.pcap',
  'breadth/tcpdump/erspan-type-iii-ft-0.pcap',
  'breadth/tcpdump/nsh-over-vxlan-gpe.pcap',
  'breadth/tcpdump/wccp_redirect_gre.pcap',
  'breadth/tcpdump/ipoib.pcap',
  'breadth/tcpdump/vxlan.pcap',
  'breadth/tcpdump/geneve.pcap',
  'breadth/tcpdump/mpls-over-udp.pcap',
  'breadth/tcpdump/ipv6-too-long-jumbo.pcap',
  'breadth/arkime/80211http.pcap',
  'breadth/arkime/gtp-u.pcap',
  'breadth/arkime/gre-erspan-vxlan.pcap',
  'breadth/arkime/6-4-gre-ppp-udp-4-dns.pcap',
  'breadth/arkime/nflog.pcap',
  'breadth/arkime/bigendian.pcap',
  'breadth/zeek/nflog-http.pcap',
  'breadth/zeek/erspanII.pcap',
  'breadth/zeek/linux_dlt_sll2.pcap',
  'breadth/zeek/tunnels/gre-pptp.pcap',
  'breadth/zeek/tunnels/vxlan-encapsulated-http.pcap',
  'breadth/zeek/tunnels/Teredo.pcap',
  'breadth/zeek/tunnels/6in6.pcap',
  'breadth/pcapplusplus/Packet++Test/PacketExamples/GrePackets.pcap',
];

describe.runIf(folder !== null && tshark)('compared with tshark', () => {
  test('innermost addresses, ports, sequence numbers and lengths of every packet', () => {
    const differing: string[] = [];
    let agreeing = 0;
    for (const name of COMPARED) {
      const path = join(folder ?? '', name);
      if (!existsSync(path)) continue;
      const { same, other } = compare(path);
      agreeing += same;
      for (const each of other) differing.push(`${name} ${each}`);
    }
    expect(differing).toEqual([]);
    expect(agreeing).toBeGreaterThan(500);
  }, 240_000);
});

const FIELDS = [
  'frame.protocols',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq_raw',
  'tcp.len',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
];

function compare(path: string): { same: number; other: string[] } {
  const sink = new Last();
  // The other program passes everything on, so duplicates stay in.
  const net = new Net(sink, { duplicates: false });
  const rows = tsharkFields(path, FIELDS);
  const frames = readFrames(path);
  const other: string[] = [];
  let same = 0;
  frames.forEach((frame, i) => {
    sink.text = '';
    net.frame(frame);
    const theirs = rows[i] === undefined ? 'nothing' : innermost(rows[i]);
    if (theirs === null) return;
    if (theirs === sink.text) same += theirs === '' ? 0 : 1;
    else other.push(`#${i + 1}: '${sink.text}' here, '${theirs}' there`);
  });
  return { same, other };
}

/** The innermost transport as `Last` writes it; null for a packet quoted in an ICMP message. */
function innermost(row: readonly string[]): string | null {
  const [protocols, src4, dst4, src6, dst6, tcpFrom, tcpTo, seq, tcpLength, udpFrom, udpTo, udpLength] = row;
  const stack = protocols.split(':');
  const quoted = stack.findIndex((layer) => layer === 'icmp' || layer === 'icmpv6');
  const ip = Math.max(stack.lastIndexOf('ip'), stack.lastIndexOf('ipv6'), stack.lastIndexOf('arp'));
  if (quoted >= 0 && ip > quoted) return null;
  const tcp = stack.lastIndexOf('tcp');
  const udp = stack.lastIndexOf('udp');
  if (Math.max(tcp, udp) < 0 || (tcp < ip && udp < ip)) return '';
  const v6 = stack.lastIndexOf('ipv6') > stack.lastIndexOf('ip');
  const source = v6 ? src6 : src4;
  const destination = v6 ? dst6 : dst4;
  if (tcp > udp) return `tcp ${source} ${tcpFrom} > ${destination} ${tcpTo} ${seq} ${tcpLength}`;
  return `udp ${source} ${udpFrom} > ${destination} ${udpTo} ${Number(udpLength) - 8}`;
}
