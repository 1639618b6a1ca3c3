import { describe, expect, test } from 'vitest';
import { Frame } from '../core/frame.ts';
import {
  ascii,
  type Bytes,
  be16,
  be32,
  ethernet,
  extension,
  hex,
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
import type { Segment, SegmentSink } from './segment.ts';

const packet = ipv4(6, tcp(ascii('MSH|^~\\&|a message'), { options: hex('0101080a 00000001 00000002') }));
const packet6 = ipv6(
  0,
  extension(60, hex('c204 00011170'), extension(6, hex('0104 00000000'), tcp(ascii('six')))),
);
const inner = ethernet(0x8100, vlan(5, 0x0800, packet));
const over = (port: number, payload: Bytes) => ethernet(0x0800, ipv4(17, udp(port, port, payload)));
const gre = (payload: Bytes) => ethernet(0x0800, ipv4(47, payload));
const snap = join(hex('aaaa03 000000 0800'), packet);
const wlan = join([8, 2], [0, 0], MAC_A, MAC_B, MAC_A, [0, 0], snap);
const subframe = join(
  MAC_A,
  MAC_B,
  be16(snap.length),
  snap,
  new Uint8Array((4 - ((14 + snap.length) % 4)) % 4),
);
const amsdu = join([0x88, 2], [0, 0], MAC_A, MAC_B, MAC_A, [0, 0], [0x80, 0], subframe, subframe, subframe);
const advertisement = join(hex('88000000 60000000'), new Uint8Array(16).fill(0x20), hex('0201'), MAC_A);

/** Frames that reach every branch when they are bent a little. */
const CORPUS: [linkType: number, bytes: Uint8Array][] = [
  [1, ethernet(0x0800, packet)],
  [1, ethernet(0x86dd, packet6)],
  [1, inner],
  [1, ethernet(snap.length, snap)],
  [1, ethernet(0x0800, ipv4(6, packet.subarray(20, 60), { more: true, offset: 0 }))],
  [1, ethernet(0x0800, ipv4(6, packet.subarray(20, 36), { more: true, offset: 16 }))],
  [1, ethernet(0x0800, ipv4(6, packet.subarray(20, 41), { offset: 8 }))],
  [1, ethernet(0x86dd, ipv6(44, join([6, 0], be16(9), be32(5), packet.subarray(20, 36))))],
  [1, ethernet(0x86dd, ipv6(58, advertisement, { hopLimit: 255 }))],
  [1, ethernet(0x0806, hex('0001 0800 0604 0001 02000000000a 0a000005 000000000000 0a000009'))],
  [1, ethernet(0x8847, join(hex('00064040 00074140 00000000'), inner))],
  [1, ethernet(0x8864, join(hex('1100 0001'), be16(packet.length + 2), hex('0021'), packet))],
  [1, ethernet(0x8909, join(hex('0101 0001 0011 88e7 00000001'), inner))],
  [1, ethernet(0x894f, join(hex('0fc60103 00000102'), new Uint8Array(16), inner))],
  [1, gre(join(hex('f000 0800 00000000 00000001 00000002 0800 0004 01020304 0000 0000'), packet))],
  [1, gre(join(hex('3081 880b 0060 0001 00000001 00000002 ff03 0021'), packet))],
  [1, gre(join(hex('1000 22eb 00000001 20640000 00000000 00000001 0000000000000000'), inner))],
  [
    1,
    gre(join(hex('1000 88be 00000001 10640000 00000000'), over(4789, join(hex('08000000 00000100'), inner)))),
  ],
  [1, over(4790, join(hex('0c000004 00123400 0fc60103 00000102'), new Uint8Array(16), inner))],
  [1, over(6081, join(hex('0200 6558 00123400 0102030405060708'), inner))],
  [1, over(37008, join(hex('01 00 0001 0a0105 00 01'), inner))],
  [1, over(37008, join(hex('01 00 0012 0a0105 00 01'), wlan))],
  [1, over(3544, join(hex('0001 0202 01020304 0102030405060708 00 0000 1234 01020304'), packet6))],
  [1, over(2152, join(hex('34ff 0080 00000001 0000 00 85 01 0009 85 01 0009 00'), packet))],
  [1, over(1701, join(hex('4a02 0050 0001 0001 00010002 0002 ffff ff03 0021'), packet))],
  [1, over(5247, join(hex('00 10 03 00 0000 0000'), wlan))],
  [1, over(5072, join(hex('44 52 11 29 00000000'), new Uint8Array(36), packet6))],
  [1, over(4754, join(hex('b000 6558 00000000 00000007 00000001'), inner))],
  [1, over(6635, join(hex('00064040 00074140'), packet))],
  [1, ethernet(0x0800, ipv4(97, join(hex('3000'), inner)))],
  [1, ethernet(0x0800, ipv4(51, join([4, 4, 0, 0], new Uint8Array(20), packet)))],
  [0, join(hex('02000000'), packet)],
  [6, join(hex('1040'), MAC_B, [0x82, 0, 0, 0, 0, 10], hex('0630 0011 0012'), snap)],
  [9, join(hex('ff03 0057'), packet6)],
  [50, join(hex('0f00 0800'), packet)],
  [100, snap],
  [105, amsdu],
  [107, join(hex('1841 03 00 80 000000 0800'), packet)],
  [113, join(hex('0000 0001 0006'), MAC_A, hex('0000 0800'), packet)],
  [119, join(hex('44000000 10000000 0000000000000000'), wlan)],
  [127, join(hex('0000 1900 03000080 00000000 00000000 0102030405060708 30'), wlan)],
  [163, join(hex('80211001 00000010 0000000000000000'), wlan)],
  [178, join(hex('4d474380 0004 01020304'), inner)],
  [192, join(hex('0000 0800 69000000'), wlan)],
  [239, join(hex('02000000 08000100 00000000 06000a00 61000000'), [packet.length + 4, 0, 9, 0], packet)],
  [242, join(new Uint8Array(40), hex('0800 0000'), packet)],
  [258, join([16, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], new Uint8Array(4), inner)],
  [276, join(hex('86dd 0000 00000003 0001 04 06'), MAC_A, hex('0000'), packet6)],
];

/** Mulberry32: the same mutations in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const TELLING = [0, 1, 2, 4, 5, 6, 7, 8, 15, 16, 17, 20, 41, 43, 44, 47, 51, 60, 64, 127, 128, 254, 255];

/** Bends a frame: a few bytes changed, a length field made absurd, cut, grown, or pieces of it repeated. */
function mutate(original: Uint8Array, next: () => number): Uint8Array {
  let bytes: Uint8Array = original.slice();
  for (let change = Math.floor(next() * 4); change >= 0; change--) {
    const at = Math.floor(next() * bytes.length);
    switch (Math.floor(next() * 6)) {
      case 0:
        bytes[at] = Math.floor(next() * 256);
        break;
      case 1:
        bytes[at] = TELLING[Math.floor(next() * TELLING.length)];
        break;
      case 2:
        bytes[at] ^= 1 << Math.floor(next() * 8);
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4:
        bytes = join(bytes.subarray(0, at), bytes.subarray(Math.floor(at / 2)));
        break;
      default:
        bytes = join(bytes, new Uint8Array(Math.floor(next() * 40)).fill(Math.floor(next() * 256)));
    }
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

/** Writes down what is handed on, and insists that it lies inside the frame. */
class Witness implements SegmentSink {
  frame = new Frame();
  log: string[] = [];

  tcp(segment: Segment): void {
    this.#note('tcp', segment);
  }

  udp(segment: Segment): void {
    this.#note('udp', segment);
  }

  neighbour(family: 4 | 6, words: readonly number[], mac: number): void {
    this.log.push(`neighbour ${family} ${words} ${mac}`);
  }

  #note(kind: string, s: Segment): void {
    const { payloadOffset, payloadLength, optionsOffset, optionsLength, bytes, reassembled } = s;
    const from = bytes === this.frame.bytes ? this.frame.offset : 0;
    const end = bytes === this.frame.bytes ? from + this.frame.captured : bytes.length;
    const inside =
      payloadLength >= 0 &&
      payloadOffset >= from &&
      payloadOffset + payloadLength <= end &&
      payloadLength <= s.payloadWire &&
      (optionsLength === 0 ||
        (optionsLength > 0 && optionsOffset >= from && optionsOffset + optionsLength <= end)) &&
      (reassembled || bytes === this.frame.bytes);
    if (!inside) this.log.push('OUTSIDE');
    const payload = bytes.slice(payloadOffset, payloadOffset + payloadLength);
    const options = bytes.slice(optionsOffset, optionsOffset + optionsLength);
    this.log.push(
      `${kind} ${s.family} ${[s.src0, s.src1, s.src2, s.src3, s.dst0, s.dst1, s.dst2, s.dst3]} ${s.srcPort} ${s.dstPort} ` +
        `${s.seq} ${s.ack} ${s.flags} ${s.window} ${s.ttl} ${s.vlan0} ${s.vlan1} ${s.srcMac} ${s.dstMac} ${s.tunnel} ` +
        `${reassembled} ${s.payloadWire} ${options} ${payload}`,
    );
  }
}

/** A decoder that sees each frame amid bytes of its own. */
class Surroundings {
  readonly witness = new Witness();
  readonly net = new Net(this.witness);
  readonly #buffer: Uint8Array;
  readonly #poison: number;
  readonly #margin: number;

  constructor(poison: number, margin: number) {
    this.#poison = poison;
    this.#margin = margin;
    this.#buffer = new Uint8Array(4096);
    this.witness.frame.bytes = this.#buffer;
  }

  frame(linkType: number, bytes: Uint8Array, wire: number, time: number): void {
    this.#buffer.fill(this.#poison);
    this.#buffer.set(bytes, this.#margin);
    const frame = this.witness.frame;
    frame.offset = this.#margin;
    frame.captured = bytes.length;
    frame.wire = wire;
    frame.time = time;
    frame.linkType = linkType;
    this.net.frame(frame);
  }

  get state(): unknown {
    const { net } = this;
    const { duplicates, undecodedPackets, fragments, truncated, handedOn, tcpSegments, udpDatagrams } = net;
    return {
      log: this.witness.log,
      counts: [duplicates, undecodedPackets, fragments, truncated, handedOn, tcpSegments, udpDatagrams],
      undecoded: [...net.undecoded],
      nonTransport: [...net.nonTransport],
    };
  }
}

describe('bent frames', () => {
  test('the corpus itself is decoded', () => {
    for (const [linkType, bytes] of CORPUS) {
      const bench = new Surroundings(0, 31);
      bench.frame(linkType, bytes, bytes.length, 1e15);
      expect([...bench.net.undecoded.keys()]).toEqual([]);
      expect(bench.net.handedOn + bench.net.fragments + bench.net.nonTransport.size).toBe(1);
    }
  });

  test('never an exception, never a byte from outside the frame, every frame accounted for', () => {
    const next = random(20_260_302);
    // What lies around the frame must make no difference: here nothing, headers' likeliest bytes, all ones.
    const three = [new Surroundings(0, 64), new Surroundings(0x45, 1001), new Surroundings(0xff, 3)];
    for (let run = 0; run < 40_000; run++) {
      const [linkType, original] = CORPUS[Math.floor(next() * CORPUS.length)];
      const bytes = mutate(original, next).subarray(0, 2000);
      const wire = next() < 0.2 ? bytes.length + Math.floor(next() * 2000) : bytes.length;
      const asLinkType = next() < 0.02 ? Math.floor(next() * 300) : linkType;
      const time = 1e15 + run * 700;
      for (const each of three) each.frame(asLinkType, bytes, wire, time);
      if (run % 500 === 499) {
        expect(three[1].state).toEqual(three[0].state);
        expect(three[2].state).toEqual(three[0].state);
        expect(three[0].witness.log).not.toContain('OUTSIDE');
        for (const each of three) each.witness.log = [];
      }
    }
    const { net } = three[0];
    net.close();
    const others = [...net.nonTransport.values()].reduce((sum, n) => sum + n, 0);
    const lost = [...net.undecoded.values()].reduce((sum, n) => sum + n, 0);
    expect(lost).toBe(net.undecodedPackets);
    // Every frame ended somewhere. Those of A-MSDU may end in several places, fragments in one datagram.
    expect(net.handedOn + net.duplicates + others + lost + net.fragments).toBeGreaterThanOrEqual(net.packets);
    expect(net.handedOn).toBeGreaterThan(10_000);
    expect(net.undecoded.size).toBeLessThan(70);
    expect(net.nonTransport.size).toBeLessThan(70);
  });

  test('every frame cut at every byte', () => {
    for (const [linkType, bytes] of CORPUS) {
      const zeros = new Surroundings(0, 64);
      const ones = new Surroundings(0xff, 65);
      for (let length = 0; length <= bytes.length; length++) {
        zeros.frame(linkType, bytes.subarray(0, length), bytes.length, 1e15 + length * 1e6);
        ones.frame(linkType, bytes.subarray(0, length), bytes.length, 1e15 + length * 1e6);
      }
      expect(ones.state).toEqual(zeros.state);
      expect(zeros.witness.log).not.toContain('OUTSIDE');
    }
  });
});
