import { describe, expect, test } from 'vitest';
import { SegmentCollector } from '../testing/collect-segments.ts';
import {
  ascii,
  type Bytes,
  be16,
  be32,
  ethernet,
  extension,
  frameOf,
  hex,
  IPV6_B,
  ipv4,
  ipv6,
  join,
  MAC_A,
  MAC_B,
  tcp,
  udp,
  vlan,
} from '../testing/net-packets.ts';
import { Net } from './index.ts';
import { ACK, PSH, SYN } from './segment.ts';

const HELLO = ascii('hello, modality');
const PACKET = ipv4(6, tcp(HELLO));
const PACKET6 = ipv6(6, tcp(HELLO));
const A = 0x02_00_00_00_00_0a;
const B = 0x02_00_00_00_00_0b;

function decode(bytes: Bytes, linkType = 1, wire?: number): { net: Net; seen: SegmentCollector } {
  const seen = new SegmentCollector();
  const net = new Net(seen);
  net.frame(frameOf(bytes, linkType, undefined, wire));
  return { net, seen };
}

/** Every frame here carries the same TCP segment; answers it after the checks that are common to all. */
function segmentOf(bytes: Bytes, linkType = 1) {
  const { net, seen } = decode(bytes, linkType);
  expect(Object.fromEntries(net.undecoded)).toEqual({});
  expect(net.handedOn).toBe(1);
  const segment = seen.only;
  expect(segment.proto).toBe('tcp');
  expect(segment.payload).toEqual(HELLO);
  expect(segment.wire).toBe(HELLO.length);
  expect(segment.seq).toBe(1000);
  return segment;
}

describe('Ethernet', () => {
  test('IPv4 and TCP, every field', () => {
    const options = [2, 4, 5, 180];
    const packet = ipv4(6, tcp(HELLO, { seq: 0xfedcba98, ack: 0x89abcdef, flags: SYN | ACK, options }), {
      source: '192.168.200.7',
      destination: '10.1.2.3',
      ttl: 63,
    });
    const segment = decode(ethernet(0x0800, packet)).seen.only;
    expect(segment).toEqual({
      proto: 'tcp',
      source: '192.168.200.7 40000',
      destination: '10.1.2.3 104',
      seq: 0xfedcba98,
      ack: 0x89abcdef,
      flags: SYN | ACK,
      window: 512,
      ttl: 63,
      options: Uint8Array.from(options),
      payload: HELLO,
      wire: HELLO.length,
      vlans: [],
      srcMac: A,
      dstMac: B,
      tunnel: '',
      reassembled: false,
      time: 1_700_000_000_000_000,
    });
  });

  test('UDP', () => {
    const segment = decode(ethernet(0x0800, ipv4(17, udp(5353, 5353, HELLO)))).seen.only;
    expect(segment.proto).toBe('udp');
    expect(segment.source).toBe('10.0.0.1 5353');
    expect(segment.payload).toEqual(HELLO);
  });

  test('padding behind the IP packet is not payload', () => {
    const ack = ethernet(0x0800, join(ipv4(6, tcp([])), [1, 2, 3, 4, 5, 6]));
    expect(decode(ack).seen.only.payload.length).toBe(0);
    expect(segmentOf(ethernet(0x0800, join(PACKET, [9, 9, 9, 9]))).wire).toBe(HELLO.length);
    expect(segmentOf(ethernet(0x86dd, join(PACKET6, [9, 9, 9, 9]))).wire).toBe(HELLO.length);
    const short = ipv4(17, join(udp(1, 2, HELLO, 8 + 5), [7, 7, 7]));
    expect(decode(ethernet(0x0800, short)).seen.only.payload).toEqual(ascii('hello'));
  });

  test('VLAN tags of every kind, the two outermost kept, priority tags not', () => {
    expect(segmentOf(ethernet(0x8100, vlan(100, 0x0800, PACKET))).vlans).toEqual([100]);
    const double = ethernet(0x88a8, vlan(7, 0x8100, vlan(0xf00 | 200, 0x0800, PACKET)));
    expect(segmentOf(double).vlans).toEqual([7, (0xf00 | 200) & 0xfff]);
    expect(
      segmentOf(ethernet(0x9100, vlan(1, 0x8100, vlan(2, 0x8100, vlan(3, 0x86dd, PACKET6))))).vlans,
    ).toEqual([1, 2]);
    expect(segmentOf(ethernet(0x8100, vlan(0, 0x0800, PACKET))).vlans).toEqual([]);
  });

  test('too many tags are a count', () => {
    let inner = vlan(9, 0x0800, PACKET);
    for (let i = 0; i < 40; i++) inner = vlan(9, 0x8100, inner);
    expect(decode(ethernet(0x8100, inner)).net.undecoded.get('nesting')).toBe(1);
  });

  test('802.3 with LLC and SNAP', () => {
    const snap = join(hex('aaaa03 000000 0800'), PACKET);
    expect(segmentOf(ethernet(snap.length, join(snap, [0, 0, 0]))).srcMac).toBe(A);
    const bridged = join(hex('aaaa03 0080c2 0007 0000'), ethernet(0x0800, PACKET, MAC_B, MAC_A));
    expect(segmentOf(ethernet(bridged.length, bridged)).srcMac).toBe(B);
    expect(decode(ethernet(38, hex('424203 0000000000'))).net.nonTransport.get('stp')).toBe(1);
  });

  test('Cisco metadata, VN-Tag, E-Tag, 802.1ah', () => {
    segmentOf(ethernet(0x8909, join(hex('0101 0001 0011 0800'), PACKET)));
    segmentOf(ethernet(0x8926, join(hex('00010002 0800'), PACKET)));
    segmentOf(ethernet(0x893f, join(hex('000000010000 0800'), PACKET)));
    const backbone = segmentOf(
      ethernet(0x88e7, join(hex('00123456'), ethernet(0x0800, PACKET, MAC_B, MAC_A))),
    );
    expect(backbone.srcMac).toBe(B);
    expect(backbone.tunnel).toBe('pbb');
    expect(
      segmentOf(ethernet(0x8903, join(hex('0060'), ethernet(0x0800, PACKET, MAC_B, MAC_A)))).srcMac,
    ).toBe(B);
  });

  test('MPLS: labels, IPv6, pseudo-wire with and without control word', () => {
    const label = hex('00064040');
    const last = hex('00074140');
    segmentOf(ethernet(0x8847, join(label, last, PACKET)));
    segmentOf(ethernet(0x8848, join(last, PACKET6)));
    const inner = ethernet(0x0800, PACKET, MAC_B, MAC_A);
    const wire = segmentOf(ethernet(0x8847, join(label, last, hex('00000000'), inner)));
    expect(wire.srcMac).toBe(B);
    expect(wire.tunnel).toBe('mpls');
    expect(segmentOf(ethernet(0x8847, join(last, inner))).srcMac).toBe(B);
  });

  test('PPPoE session, its length bounding what is inside', () => {
    segmentOf(ethernet(0x8864, join(hex('1100 0001'), be16(PACKET.length + 2), hex('0021'), PACKET, [1, 1])));
    segmentOf(ethernet(0x8864, join(hex('1100 0001'), be16(PACKET6.length + 2), hex('0057'), PACKET6)));
    const echo = ethernet(0x8864, hex('1100 0001 000a c021 0901 0008 00000000'));
    expect(decode(echo).net.nonTransport.get('ppp')).toBe(1);
  });

  test('what is recognised and carries no transport', () => {
    const kinds: [number, string][] = [
      [0x88cc, 'lldp'],
      [0x888e, 'eapol'],
      [0x8809, 'lacp'],
    ];
    for (const [type, name] of kinds) {
      const { net } = decode(ethernet(type, new Uint8Array(46)));
      expect(net.nonTransport.get(name)).toBe(1);
      expect(net.undecodedPackets).toBe(0);
    }
    expect(decode(ethernet(0x5555, new Uint8Array(46))).net.undecoded.get('ethertype')).toBe(1);
    expect(decode(ethernet(0x0800, ipv4(1, hex('0800 0000 0001 0001')))).net.nonTransport.get('icmp')).toBe(
      1,
    );
    expect(decode(ethernet(0x0800, ipv4(253, hex('0800 0000')))).net.nonTransport.get('ip-other')).toBe(1);
  });
});

describe('other link types', () => {
  const wlanBody = join(hex('aaaa03 000000 0800'), PACKET);
  const a1 = hex('020000000001');
  const a2 = hex('020000000002');
  const a3 = hex('020000000003');
  const a4 = hex('020000000004');
  const M1 = 0x020000000001;
  const wlan = (control: number[], extra: Bytes, body: Bytes = wlanBody) =>
    join(control, [0, 0], a1, a2, a3, [0x10, 0], extra, body);

  test.each([
    ['NULL, little-endian', 0, join(hex('02000000'), PACKET)],
    ['NULL, big-endian', 0, join(hex('00000002'), PACKET)],
    ['NULL, IPv6 of FreeBSD', 0, join(hex('1c000000'), PACKET6)],
    ['NULL, IPv6 of macOS', 0, join(hex('1e000000'), PACKET6)],
    ['NULL, IPv6 of NetBSD', 0, join(hex('18000000'), PACKET6)],
    ['NULL, IPv6 of Linux', 0, join(hex('0a000000'), PACKET6)],
    ['LOOP', 108, join(hex('00000018'), PACKET6)],
    ['RAW', 101, PACKET],
    ['RAW, IPv6', 101, PACKET6],
    ['DLT_RAW', 12, PACKET],
    ['DLT_RAW of OpenBSD', 14, PACKET],
    ['IPV4', 228, PACKET],
    ['IPV6', 229, PACKET6],
    ['PPP', 9, join(hex('ff03 0021'), PACKET)],
    ['PPP, compressed header', 9, join(hex('21'), PACKET)],
    ['PPP with direction', 204, join(hex('00 ff03 0057'), PACKET6)],
    ['PPP in HDLC', 50, join(hex('ff03 0021'), PACKET)],
    ['PPPoE', 51, join(hex('1100 0001'), be16(PACKET.length + 2), hex('0021'), PACKET)],
    ['Cisco HDLC', 104, join(hex('0f00 0800'), PACKET)],
    ['frame relay', 107, join(hex('1841 03 cc'), PACKET)],
    ['frame relay, SNAP', 107, join(hex('1841 03 00 80 000000 0800'), PACKET)],
    ['RFC 1483', 100, join(hex('aaaa03 000000 0800'), PACKET)],
    ['token ring', 6, join(hex('1040'), MAC_B, MAC_A, hex('aaaa03 000000 0800'), PACKET)],
    [
      'token ring with routing',
      6,
      join(
        hex('1040'),
        MAC_B,
        [0x82, 0, 0, 0, 0, 10],
        hex('0630 0011 0012'),
        hex('aaaa03 000000 0800'),
        PACKET,
      ),
    ],
    ['FDDI', 10, join(hex('50'), MAC_B, MAC_A, hex('aaaa03 000000 0800'), PACKET)],
    ['IP over IEEE 1394', 138, join(new Uint8Array(16), hex('0800'), PACKET)],
    ['MPLS', 219, join(hex('00074140'), PACKET)],
    [
      'NFLOG',
      239,
      join(
        hex('02000000'),
        hex('08000100 00000000'),
        hex('06000a00 61000000'),
        [PACKET.length + 4, 0, 9, 0],
        PACKET,
      ),
    ],
    [
      'NFLOG, big-endian',
      239,
      join(hex('02000000'), hex('00080001 00000000'), [0, PACKET.length + 4, 0, 9], PACKET),
    ],
    ['PKTAP', 258, join([108, 0, 0, 0], [1, 0, 0, 0], [12, 0, 0, 0], new Uint8Array(96), PACKET)],
    [
      'PKTAP as USER2',
      149,
      join([108, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], new Uint8Array(96), ethernet(0x0800, PACKET)),
    ],
    ['PPI', 192, join(hex('0000 0800 01000000'), ethernet(0x0800, PACKET))],
    ['SLIP', 8, join(new Uint8Array(16), PACKET)],
    ['ipnet', 226, join(new Uint8Array(24), PACKET)],
    ['InfiniBand', 242, join(new Uint8Array(40), hex('0800 0000'), PACKET)],
    ['Junos', 178, join(hex('4d474380 0004 01020304'), ethernet(0x0800, PACKET))],
    ['Broadcom tag', 281, join(MAC_B, MAC_A, hex('01020304 0800'), PACKET)],
    ['Broadcom tag before the frame', 282, join(hex('01020304'), ethernet(0x0800, PACKET))],
    ['DSA', 284, join(MAC_B, MAC_A, hex('01020304 0800'), PACKET)],
    ['EDSA', 285, join(MAC_B, MAC_A, hex('dada0000 01020304 0800'), PACKET)],
    ['Arista time stamp', 1, ethernet(0xd28b, join(hex('0001 0010 0102030405060708 0800'), PACKET))],
    ['Arista time stamp, short', 1, ethernet(0xd28b, join(hex('0001 0120 010203040506 0800'), PACKET))],
    ['netANALYZER', 240, join(hex('00000000'), ethernet(0x0800, PACKET))],
    ['AVS', 163, join(hex('80211001 00000040'), new Uint8Array(56), wlan([8, 0], []))],
    ['Prism', 119, join(hex('44000000 90000000'), new Uint8Array(136), wlan([8, 0], []))],
    ['802.11 with QoS and HT control', 105, wlan([0x88, 0x81], hex('0000 00000000'))],
  ])('%s', (_name, linkType, bytes) => {
    segmentOf(bytes, linkType);
  });

  test('Linux cooked capture, both versions', () => {
    const sll = join(hex('0000 0001 0006'), MAC_A, hex('0000 0800'), PACKET);
    expect(segmentOf(sll, 113).srcMac).toBe(A);
    expect(segmentOf(sll, 113).dstMac).toBe(-1);
    const tagged = join(hex('0000 0001 0006'), MAC_A, hex('0000 8100'), vlan(42, 0x0800, PACKET));
    expect(segmentOf(tagged, 113).vlans).toEqual([42]);
    const sll2 = join(hex('86dd 0000 00000003 0001 04 06'), MAC_A, hex('0000'), PACKET6);
    expect(segmentOf(sll2, 276).srcMac).toBe(A);
    const netlink = join(hex('0000 0338 0000 0000000000000000 0010'), new Uint8Array(16));
    expect(decode(netlink, 113).net.nonTransport.get('netlink')).toBe(1);
  });

  test('802.11: which address is whose', () => {
    const ibss = segmentOf(wlan([8, 0], []), 105);
    expect([ibss.dstMac, ibss.srcMac]).toEqual([M1, M1 + 1]);
    const toAccessPoint = segmentOf(wlan([8, 1], []), 105);
    expect([toAccessPoint.dstMac, toAccessPoint.srcMac]).toEqual([M1 + 2, M1 + 1]);
    const fromAccessPoint = segmentOf(wlan([8, 2], []), 105);
    expect([fromAccessPoint.dstMac, fromAccessPoint.srcMac]).toEqual([M1, M1 + 2]);
    const bridge = segmentOf(wlan([8, 3], a4), 105);
    expect([bridge.dstMac, bridge.srcMac]).toEqual([M1 + 2, M1 + 3]);
  });

  test('802.11: what is not a packet in clear', () => {
    expect(decode(wlan([8, 0x41], [], new Uint8Array(40)), 105).net.undecoded.get('802.11-protected')).toBe(
      1,
    );
    // Decrypted by the driver, the bit left set.
    segmentOf(wlan([8, 0x41], []), 105);
    expect(decode(wlan([0x80, 0], []), 105).net.nonTransport.get('802.11-management')).toBe(1);
    expect(decode(wlan([0xd4, 0], []), 105).net.nonTransport.get('802.11-control')).toBe(1);
    expect(decode(wlan([0x48, 1], []), 105).net.nonTransport.get('802.11-null')).toBe(1);
  });

  test('radiotap: flags behind a time stamp and a second bitmap, padding, checksum', () => {
    const plain = join(hex('0000 0800 00000000'), wlan([8, 1], []));
    segmentOf(plain, 127);
    // Present: time stamp, flags, extended; the second bitmap empty; flags 0x30: FCS at the end, padded header.
    const header = hex('0000 1900 03000080 00000000 00000000 0102030405060708 30');
    const padded = join(header, wlan([0x88, 1], hex('0000 eeee')), hex('deadbeef'));
    segmentOf(padded, 127);
    const bad = join(hex('0000 0900 02000000 40'), wlan([8, 1], []));
    expect(decode(bad, 127).net.undecoded.get('802.11-bad-fcs')).toBe(1);
  });

  test('A-MSDU: several packets in one frame', () => {
    const sub = (to: Bytes, from: Bytes, seq: number) => {
      const body = join(hex('aaaa03 000000 0800'), ipv4(6, tcp(HELLO, { seq }), { id: seq }));
      const padding = new Uint8Array((4 - ((14 + body.length) % 4)) % 4);
      return join(to, from, be16(body.length), body, padding);
    };
    const frame = wlan(
      [0x88, 2],
      hex('8000'),
      join(sub(MAC_A, MAC_B, 1), sub(MAC_B, MAC_A, 2), sub(MAC_A, a4, 3)),
    );
    const { net, seen } = decode(frame, 105);
    expect(seen.segments.map((segment) => segment.seq)).toEqual([1, 2, 3]);
    expect(seen.segments.map((segment) => segment.srcMac)).toEqual([B, A, 0x020000000004]);
    expect(seen.segments.map((segment) => segment.payload)).toEqual([HELLO, HELLO, HELLO]);
    expect(net.handedOn).toBe(1);
  });

  test('unknown ones are counted, the kinds bounded', () => {
    const seen = new SegmentCollector();
    const net = new Net(seen);
    for (let linkType = 1000; linkType < 1100; linkType++) net.frame(frameOf(PACKET, linkType));
    net.frame(frameOf(PACKET, 1000));
    expect(net.undecoded.get('link-type-1000')).toBe(2);
    expect(net.undecoded.get('link-type-other')).toBe(68);
    expect(net.undecoded.size).toBe(33);
    expect(net.undecodedPackets).toBe(101);
  });
});

describe('tunnels', () => {
  const inner = ethernet(0x0800, PACKET, MAC_B, MAC_A);
  const over = (port: number, payload: Bytes, from = 50_000) =>
    ethernet(0x0800, ipv4(17, udp(from, port, payload), { source: '172.16.0.1' }));
  const gre = (payload: Bytes) => ethernet(0x0800, ipv4(47, payload));
  const teredo = ipv6(6, tcp(HELLO));

  test.each([
    ['gre', gre(join(hex('0000 0800'), PACKET))],
    ['gre', gre(join(hex('b000 86dd 00000000 00000007 00000001'), PACKET6))],
    ['gre', gre(join(hex('4000 0800 00000000 0800 0004 01020304 0000 0000'), PACKET))],
    ['gre', gre(join(hex('0000 6558'), inner))],
    ['gre', gre(join(hex('0000 8847 00074140'), PACKET))],
    [
      'gre',
      gre(join(hex('3081 880b'), be16(PACKET.length + 4), hex('0001 00000001 00000002 ff03 0021'), PACKET)),
    ],
    ['gre', gre(join(hex('0000 883e 00000000'), PACKET))],
    ['gre/erspan1', gre(join(hex('0000 88be'), inner))],
    ['gre/erspan2', gre(join(hex('1000 88be 00000001 10640000 00000000'), inner))],
    ['gre/erspan3', gre(join(hex('1000 22eb 00000001 20640000 00000000 00000000'), inner))],
    ['gre/erspan3', gre(join(hex('1000 22eb 00000001 20640000 00000000 00000001 0000000000000000'), inner))],
    ['vxlan', over(4789, join(hex('08000000 00123400'), inner))],
    ['vxlan', over(8472, join(hex('08000000 00123400'), inner))],
    ['vxlan-gpe', over(4790, join(hex('0c000003 00123400'), inner))],
    ['vxlan-gpe', over(4790, join(hex('0c000001 00123400'), PACKET))],
    [
      'vxlan-gpe/nsh',
      over(4790, join(hex('0c000004 00123400 0fc60103 00000102'), new Uint8Array(16), inner)),
    ],
    ['geneve', over(6081, join(hex('0200 6558 00123400 0102030405060708'), inner))],
    ['geneve', over(6081, join(hex('0000 86dd 00123400'), PACKET6))],
    ['tzsp', over(37008, join(hex('01 00 0001 0a0105 00 01'), inner))],
    ['ipip', ethernet(0x0800, ipv4(4, PACKET))],
    ['6in4', ethernet(0x0800, ipv4(41, PACKET6))],
    ['ipip', ethernet(0x86dd, ipv6(4, PACKET))],
    ['6in4', ethernet(0x86dd, ipv6(41, PACKET6))],
    ['teredo', over(3544, teredo)],
    ['teredo', over(60_000, join(hex('0001 0000 0102030405060708 00 0000 1234 01020304'), teredo), 3544)],
    ['gtp-u', over(2152, join(hex('30ff'), be16(PACKET.length), hex('00000001'), PACKET))],
    [
      'gtp-u',
      over(2152, join(hex('34ff'), be16(PACKET.length + 8), hex('00000001 0000 00 85 01 0009 00'), PACKET)),
    ],
    ['gre', over(4754, join(hex('2000 0800 00000007'), PACKET))],
    ['vxlan-gpe', over(4790, join(hex('08000001 00123400'), PACKET))],
    ['etherip', ethernet(0x0800, ipv4(97, join(hex('3000'), inner)))],
    ['mpls', over(6635, join(hex('00074140'), PACKET))],
    ['l2tp', over(1701, join(hex('0002 0001 0001 ff03 0021'), PACKET))],
    ['ayiya', over(5072, join(hex('44 52 11 29 00000000'), new Uint8Array(16 + 20), PACKET6))],
    [
      'gre/erspan2/vxlan',
      gre(
        join(hex('1000 88be 00000001 10640000 00000000'), over(4789, join(hex('08000000 00000100'), inner))),
      ),
    ],
  ])('%s', (name, bytes) => {
    const segment = segmentOf(bytes);
    expect(segment.tunnel).toBe(name);
    expect(segment.source).toMatch(/^(10\.0\.0\.1|2001:db8::1) 40000$/);
    // The innermost Ethernet header's, and none inside an IP-only tunnel.
    const ethernetInside = hexOf(bytes).includes(hexOf(inner));
    expect(segment.srcMac).toBe(ethernetInside ? B : -1);
  });

  test('CAPWAP: Ethernet, 802.11, and 802.11 with the frame control swapped', () => {
    const air = (control: Bytes) =>
      join(control, [0, 0], MAC_A, MAC_B, MAC_A, [0, 0], hex('0000 aaaa03 000000 0800'), PACKET);
    // Header of two words (0x10) or four (0x20); binding 1 is 802.11 (0x03 with the native bit).
    const frames: [string, Bytes][] = [
      ['ethernet', over(5247, join(hex('00 10 00 00 0000 0000'), inner))],
      ['in order', over(5247, join(hex('00 20 03 00 0000 0000 0000000000000000'), air([0x88, 0x01])))],
      ['swapped', over(5247, join(hex('00 10 03 00 0000 0000'), air([0x01, 0x88])))],
      ['from the controller', over(50_001, join(hex('00 10 03 00 0000 0000'), air([0x02, 0x88])), 5247)],
    ];
    for (const [name, bytes] of frames) {
      const segment = segmentOf(bytes);
      expect([name, segment.tunnel, segment.srcMac]).toEqual([
        name,
        'capwap',
        name.startsWith('from') ? A : B,
      ]);
    }
    const encrypted = over(5247, join(hex('01000000 16feff'), new Uint8Array(60)));
    expect(decode(encrypted).seen.only.tunnel).toBe('');
  });

  test('VLAN tags of outer and inner frame, outermost first', () => {
    const tagged = ethernet(0x8100, vlan(30, 0x0800, PACKET), MAC_B, MAC_A);
    const packet = ipv4(17, udp(50_000, 4789, join(hex('08000000 00123400'), tagged)));
    expect(segmentOf(ethernet(0x8100, vlan(20, 0x0800, packet))).vlans).toEqual([20, 30]);
  });

  test('a port alone makes no tunnel', () => {
    const text = ascii('<13>a line of syslog that happens to go to this port, long enough for any header');
    for (const port of [4789, 8472, 4790, 6081, 37008, 2152, 3544, 6635, 1701, 5247, 5072, 4754]) {
      for (const payload of [text, new Uint8Array(90), new Uint8Array(90).fill(255), HELLO, []]) {
        const { net, seen } = decode(over(port, payload));
        expect([port, seen.only.tunnel, net.undecodedPackets]).toEqual([port, '', 0]);
        expect(seen.only.payload).toEqual(Uint8Array.from(payload));
      }
    }
    // VXLAN's header, but no Ethernet behind it.
    expect(decode(over(4789, join(hex('08000000 00123400'), text))).seen.only.tunnel).toBe('');
  });

  test('nesting is bounded', () => {
    let packet = PACKET;
    for (let i = 0; i < 8; i++) packet = ipv4(4, packet);
    expect(segmentOf(packet, 101).tunnel).toBe('ipip/ipip/ipip/ipip/ipip/ipip/ipip/ipip');
    packet = ipv4(4, packet);
    const { net, seen } = decode(packet, 101);
    expect(seen.segments).toEqual([]);
    expect(net.undecoded.get('nesting')).toBe(1);
  });

  test('headers that wrap themselves do not recurse', () => {
    const bridged = Array.from({ length: 4000 }, () => hex('020000000001 020000000002 6558'));
    expect(decode(join(...bridged)).net.undecoded.get('nesting')).toBe(1);
    const snaps = Array.from({ length: 4000 }, () => hex('aaaa03 000000 8870'));
    expect(decode(ethernet(0x8870, join(...snaps))).net.undecoded.get('nesting')).toBe(1);
    const labels = ethernet(0x8847, new Uint8Array(40_000));
    expect(decode(labels).net.undecoded.get('nesting')).toBe(1);
  });
});

describe('IP', () => {
  test('IPv4 options', () => {
    segmentOf(ipv4(6, tcp(HELLO), { options: hex('94040000 01010101') }), 101);
  });

  test('IPv6 extension headers', () => {
    const body = tcp(HELLO);
    const options = hex('0104 00000000');
    segmentOf(ipv6(0, extension(60, options, extension(6, options, body))), 101);
    segmentOf(ipv6(43, extension(135, hex('0400 00000000'), extension(6, options, body))), 101);
    segmentOf(ipv6(139, extension(140, options, extension(6, options, body))), 101);
    // Authentication header: length in words, less two.
    segmentOf(ipv6(51, join([6, 4, 0, 0], new Uint8Array(20), body)), 101);
    segmentOf(ipv4(51, join([6, 4, 0, 0], new Uint8Array(20), body)), 101);
    // An atomic fragment.
    segmentOf(ipv6(44, join([6, 0], be16(0), be32(77), body)), 101);
  });

  test('more extension headers than any packet has', () => {
    let body = tcp(HELLO);
    let next = 6;
    for (let i = 0; i < 30; i++) {
      body = extension(next, hex('0104 00000000'), body);
      next = 60;
    }
    expect(decode(ipv6(60, body), 101).net.undecoded.get('nesting')).toBe(1);
  });

  test('a total length of 0: the packet ends with the frame', () => {
    const big = new Uint8Array(70_000).fill(65);
    const segment = decode(ethernet(0x0800, ipv4(6, tcp(big), { total: 0 }))).seen.only;
    expect(segment.payload.length).toBe(70_000);
    expect(decode(ethernet(0x86dd, ipv6(6, tcp(big), { length: 0 }))).seen.only.wire).toBe(70_000);
  });

  test('an IPv6 jumbogram', () => {
    const body = tcp(new Uint8Array(70_000));
    const jumbo = (length: number) =>
      join(ipv6(0, extension(6, join(hex('c204'), be32(length)), body), { length: 0 }), [1, 2, 3, 4, 5]);
    expect(decode(jumbo(body.length + 8), 101).seen.only.wire).toBe(70_000);
  });

  test('cut by the snap length', () => {
    const whole = ethernet(0x0800, PACKET);
    const { net, seen } = decode(whole.subarray(0, whole.length - 6), 1, whole.length);
    expect(seen.only.payload).toEqual(ascii('hello, mo'));
    expect(seen.only.wire).toBe(HELLO.length);
    expect(net.truncated).toBe(1);
    // Inside the TCP options: the header counts, the payload is missing altogether.
    const options = ethernet(0x0800, ipv4(6, tcp(HELLO, { options: new Uint8Array(20).fill(1) })));
    const cut = decode(options.subarray(0, 14 + 20 + 20 + 7), 1, options.length).seen.only;
    expect([cut.payload.length, cut.wire, cut.options.length]).toEqual([0, HELLO.length, 7]);
    expect(decode(whole.subarray(0, 14 + 20 + 12), 1, whole.length).net.undecoded.get('truncated-tcp')).toBe(
      1,
    );
    expect(decode(whole.subarray(0, 14 + 12), 1, whole.length).net.undecoded.get('truncated-ip')).toBe(1);
    expect(decode(whole.subarray(0, 9), 1, whole.length).net.undecoded.get('truncated-link')).toBe(1);
  });

  test('shorter than its header says, although the capture calls it whole', () => {
    const { net, seen } = decode(PACKET.subarray(0, PACKET.length - 5), 101);
    expect(seen.only.payload.length).toBe(HELLO.length - 5);
    expect(seen.only.wire).toBe(HELLO.length);
    expect(net.truncated).toBe(1);
  });

  test('headers that cannot be', () => {
    const bad = (change: (bytes: Uint8Array) => void, packet: Uint8Array = PACKET) => {
      const bytes = packet.slice();
      change(bytes);
      const { net, seen } = decode(bytes, 228);
      expect(seen.segments).toEqual([]);
      return [...net.undecoded.keys()];
    };
    expect(bad((bytes) => (bytes[0] = 0x44))).toEqual(['ip-header']);
    expect(bad((bytes) => (bytes[0] = 0x55))).toEqual(['ip-header']);
    expect(bad((bytes) => bytes.set([0, 19], 2))).toEqual(['ip-length']);
    expect(bad((bytes) => (bytes[20 + 12] = 0x40))).toEqual(['tcp-header']);
    expect(bad((bytes) => (bytes[20 + 12] = 0xf0))).toEqual(['tcp-header']);
    expect(bad((bytes) => bytes.set([0, 39], 2))).toEqual(['tcp-header']);
    expect(bad((bytes) => (bytes[25] = 7), ipv4(17, udp(1, 2, HELLO)))).toEqual(['udp-header']);
    expect(bad(() => {}, ipv4(17, [1, 2, 3]))).toEqual(['udp-header']);
  });

  test('checksums never discard', () => {
    const bytes = PACKET.slice();
    bytes.set([0xde, 0xad], 10);
    bytes.set([0xbe, 0xef], 36);
    segmentOf(bytes, 101);
  });
});

describe('neighbours', () => {
  const arp = (operation: number, mac: Bytes, address: Bytes) =>
    ethernet(0x0806, join(hex('0001 0800 0604'), be16(operation), mac, address, MAC_B, [10, 0, 0, 9]));

  test('ARP: the sender of requests and replies', () => {
    for (const operation of [1, 2]) {
      const { net, seen } = decode(arp(operation, MAC_A, [10, 0, 0, 5]));
      expect(seen.neighbours).toEqual(['10.0.0.5 02000000000a']);
      expect(net.nonTransport.get('arp')).toBe(1);
    }
  });

  test('ARP: no probes, no groups, nothing else', () => {
    expect(decode(arp(1, MAC_A, [0, 0, 0, 0])).seen.neighbours).toEqual([]);
    expect(decode(arp(1, MAC_A, [224, 0, 0, 1])).seen.neighbours).toEqual([]);
    expect(decode(arp(2, hex('010203040506'), [10, 0, 0, 5])).seen.neighbours).toEqual([]);
    expect(decode(arp(2, hex('ffffffffffff'), [10, 0, 0, 5])).seen.neighbours).toEqual([]);
    expect(decode(arp(2, hex('000000000000'), [10, 0, 0, 5])).seen.neighbours).toEqual([]);
    expect(decode(arp(9, MAC_A, [10, 0, 0, 5])).seen.neighbours).toEqual([]);
    expect(decode(arp(1, MAC_A, [10, 0, 0, 5]).subarray(0, 40)).seen.neighbours).toEqual([]);
  });

  test('neighbour discovery', () => {
    const option = (type: number) => join([type, 1], MAC_A);
    const solicitation = join(hex('87000000 00000000'), IPV6_B, option(1));
    const advertisement = join(hex('88000000 60000000'), IPV6_B, hex('0e01000000000000'), option(2));
    expect(decode(ipv6(58, solicitation, { hopLimit: 255 }), 101).seen.neighbours).toEqual([
      '2001:db8::1 02000000000a',
    ]);
    expect(decode(ipv6(58, advertisement, { hopLimit: 255 }), 101).seen.neighbours).toEqual([
      '2001:db8::2 02000000000a',
    ]);
    // From beyond a router; without an address; an option of no length.
    expect(decode(ipv6(58, advertisement, { hopLimit: 254 }), 101).seen.neighbours).toEqual([]);
    expect(
      decode(ipv6(58, solicitation, { hopLimit: 255, source: new Uint8Array(16) }), 101).seen.neighbours,
    ).toEqual([]);
    const endless = join(hex('88000000 60000000'), IPV6_B, hex('0e00000000000000'), option(2));
    expect(decode(ipv6(58, endless, { hopLimit: 255 }), 101).seen.neighbours).toEqual([]);
  });
});

describe('counters', () => {
  test('packets, bytes, times', () => {
    const net = new Net(new SegmentCollector());
    const bytes = ethernet(0x0800, PACKET);
    expect(net.first).toBeNaN();
    net.frame(frameOf(bytes, 1, 5_000_000));
    net.frame(frameOf(bytes, 1, 9_000_000, 2000));
    net.frame(frameOf(bytes, 1, 2_000_000));
    net.frame(frameOf(bytes, 1, Number.NaN));
    net.frame(frameOf(bytes, 1, -1));
    net.frame(frameOf(bytes, 1, 1e18));
    expect([net.first, net.last]).toEqual([2_000_000, 9_000_000]);
    expect(net.packets).toBe(6);
    expect(net.capturedBytes).toBe(6 * bytes.length);
    expect(net.bytes).toBe(5 * bytes.length + 2000);
    expect(net.tcpSegments).toBe(6);
  });

  test('a frame that claims more than its buffer holds is read to the end of the buffer', () => {
    const frame = frameOf(ethernet(0x0800, PACKET));
    frame.bytes = frame.bytes.subarray(0, frame.offset + 60);
    frame.captured = 4000;
    const net = new Net(new SegmentCollector());
    net.frame(frame);
    expect(net.capturedBytes).toBe(60);
  });
});

function hexOf(bytes: Bytes): string {
  return Buffer.from(bytes).toString('hex');
}

test('flags of the fixture', () => {
  expect(segmentOf(PACKET, 101).flags).toBe(ACK | PSH);
});
