import { describe, expect, test } from 'vitest';
import { SegmentCollector } from '../testing/collect-segments.ts';
import {
  ascii,
  ethernet,
  frameOf,
  hex,
  type Ipv4Fields,
  ipv4,
  ipv6,
  join,
  MAC_A,
  type TcpFields,
  tcp,
  udp,
  vlan,
} from '../testing/net-packets.ts';
import { Net } from './index.ts';
import { ACK, FIN, SYN } from './segment.ts';

const T0 = 1_700_000_000_000_000;
const ROUTER = hex('0200000000ff');
const TEXT = ascii('MSH|^~\\&|PUMP|ICU');

/** Sends the packets at the times, and answers how many were duplicates; the rest must have been passed on. */
function duplicatesAmong(...frames: [microseconds: number, bytes: Uint8Array][]): number {
  const seen = new SegmentCollector();
  const net = new Net(seen);
  for (const [microseconds, bytes] of frames) net.frame(frameOf(bytes, 1, T0 + microseconds));
  const others = [...net.nonTransport.values()].reduce((sum, n) => sum + n, 0);
  expect(seen.segments.length + others + net.duplicates).toBe(frames.length);
  return net.duplicates;
}

const packet = (fields: TcpFields = {}, ip: Ipv4Fields = {}, payload = TEXT) =>
  ethernet(0x0800, ipv4(6, tcp(payload, fields), ip));
const packet6 = (fields: TcpFields = {}, payload = TEXT) => ethernet(0x86dd, ipv6(6, tcp(payload, fields)));

describe('the same packet twice', () => {
  test('exactly the same', () => {
    expect(duplicatesAmong([0, packet()], [5, packet()])).toBe(1);
    expect(duplicatesAmong([0, packet()], [0, packet()], [19_000, packet()])).toBe(2);
  });

  test('before and after routing: MAC addresses, VLAN, TTL, DSCP and checksum differ', () => {
    const before = ipv4(6, tcp(TEXT), { ttl: 64 });
    const after = before.slice();
    after.set([0xb8], 1);
    after.set([63, 6, 0x12, 0x34], 8);
    expect(
      duplicatesAmong(
        [0, ethernet(0x8100, vlan(10, 0x0800, before))],
        [40, ethernet(0x8100, vlan(20, 0x0800, after), ROUTER, MAC_A)],
      ),
    ).toBe(1);
    expect(
      duplicatesAmong([0, ethernet(0x0800, before)], [40, ethernet(0x88a8, vlan(2, 0x0800, after))]),
    ).toBe(1);
  });

  test('the second copy stamped before the first', () => {
    expect(duplicatesAmong([100, packet()], [90, packet()])).toBe(1);
  });

  test('a pure acknowledgement with an identification', () => {
    const ack = packet({ flags: ACK }, {}, new Uint8Array(0));
    expect(duplicatesAmong([0, ack], [300, ack])).toBe(1);
  });

  test('without identification: data, SYN, FIN', () => {
    expect(duplicatesAmong([0, packet6()], [100, packet6()])).toBe(1);
    expect(duplicatesAmong([0, packet({}, { id: 0 })], [100, packet({}, { id: 0 })])).toBe(1);
    for (const flags of [SYN, SYN | ACK, FIN | ACK]) {
      const frame = packet6({ flags }, new Uint8Array(0));
      expect(duplicatesAmong([0, frame], [100, frame])).toBe(1);
    }
  });

  test('UDP, ICMP, ARP', () => {
    const datagram = ethernet(0x0800, ipv4(17, udp(24_105, 24_105, TEXT)));
    expect(duplicatesAmong([0, datagram], [15_000, datagram])).toBe(1);
    const datagram6 = ethernet(0x86dd, ipv6(17, udp(24_105, 24_105, TEXT)));
    expect(duplicatesAmong([0, datagram6], [500, datagram6])).toBe(1);
    const echo = ethernet(0x0800, ipv4(1, hex('0800 0000 0001 0001 6162')));
    expect(duplicatesAmong([0, echo], [100, echo])).toBe(1);
    const arp = ethernet(0x0806, hex('0001 0800 0604 0001 02000000000a 0a000005 000000000000 0a000009'));
    expect(duplicatesAmong([0, arp], [20, join(arp, new Uint8Array(18))])).toBe(1);
  });

  test('inside a tunnel and outside it', () => {
    const inner = ipv4(6, tcp(TEXT));
    const outer = ipv4(17, udp(50_000, 4789, join(hex('08000000 00000100'), ethernet(0x0800, inner))), {
      id: 7,
    });
    expect(duplicatesAmong([0, ethernet(0x0800, inner)], [50, ethernet(0x0800, outer)])).toBe(1);
  });
});

describe('not the same packet', () => {
  test('a retransmission has another identification', () => {
    expect(duplicatesAmong([0, packet()], [100, packet({}, { id: 0x1235 })])).toBe(0);
  });

  test('the same bytes later', () => {
    expect(duplicatesAmong([0, packet()], [50_000, packet()])).toBe(0);
    expect(duplicatesAmong([0, packet()], [20_001, packet()], [40_002, packet()])).toBe(0);
    expect(duplicatesAmong([0, packet6()], [2_001, packet6()])).toBe(0);
  });

  test.each([
    ['sequence number', packet({ seq: 1001 })],
    ['acknowledgment', packet({ ack: 2001 })],
    ['flags', packet({ flags: ACK })],
    ['window', packet({ window: 513 })],
    ['checksum (options, TCP time stamps)', packet({ checksum: 1 })],
    ['source port', packet({ sourcePort: 40_001 })],
    ['destination port', packet({ destinationPort: 105 })],
    ['source', packet({}, { source: '10.0.0.3' })],
    ['destination', packet({}, { destination: '10.0.0.3' })],
    ['first bytes', packet({}, {}, join([1], TEXT.subarray(1)))],
    ['length', packet({}, {}, join(TEXT, [1]))],
  ])('another %s', (_name, other) => {
    expect(duplicatesAmong([0, packet()], [10, other])).toBe(0);
  });

  test('duplicate acknowledgements without identification, of which TCP counts three', () => {
    const ack = packet6({ flags: ACK }, new Uint8Array(0));
    const ack4 = packet({ flags: ACK }, { id: 0 }, new Uint8Array(0));
    expect(duplicatesAmong([0, ack], [10, ack], [20, ack])).toBe(0);
    expect(duplicatesAmong([0, ack4], [10, ack4], [20, ack4])).toBe(0);
  });

  test('UDP without identification or checksum that differs only in the middle', () => {
    const at = (value: number) =>
      ethernet(0x86dd, ipv6(17, udp(1, 2, join(new Uint8Array(100), [value], new Uint8Array(100)))));
    expect(duplicatesAmong([0, at(1)], [10, at(2)])).toBe(0);
  });

  test('a discovery repeated with another identification', () => {
    const ssdp = (id: number) => ethernet(0x0800, ipv4(17, udp(1900, 1900, TEXT), { id }));
    expect(duplicatesAmong([0, ssdp(1)], [100, ssdp(2)], [200, ssdp(3)])).toBe(0);
  });

  test('ICMP of another sequence number, ARP of another host', () => {
    const echo = (n: number) => ethernet(0x0800, ipv4(1, join(hex('0800 0000 0001 00'), [n]), { id: 0 }));
    expect(duplicatesAmong([0, echo(1)], [100, echo(2)])).toBe(0);
    const arp = (n: number) =>
      ethernet(
        0x0806,
        join(hex('0001 0800 0604 0001 02000000000a 0a0000'), [n], hex('000000000000 0a000009')),
      );
    expect(duplicatesAmong([0, arp(1)], [20, arp(2)])).toBe(0);
  });

  test('a million different packets', () => {
    const net = new Net({ tcp() {}, udp() {} });
    const frame = frameOf(packet());
    const at = frame.offset + 14;
    for (let i = 0; i < 1_000_000; i++) {
      frame.bytes[at + 4] = i >>> 8;
      frame.bytes[at + 5] = i;
      frame.bytes[at + 26] = i >>> 16;
      frame.time = T0 + i / 100;
      net.frame(frame);
    }
    expect(net.duplicates).toBe(0);
    expect(net.tcpSegments).toBe(1_000_000);
  });

  test('off when not wanted', () => {
    const net = new Net(new SegmentCollector(), { duplicates: false });
    net.frame(frameOf(packet()));
    net.frame(frameOf(packet()));
    expect([net.duplicates, net.tcpSegments]).toEqual([0, 2]);
  });
});
