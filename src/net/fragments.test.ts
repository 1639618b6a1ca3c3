import { describe, expect, test } from 'vitest';
import { SegmentCollector } from '../testing/collect-segments.ts';
import { be16, be32, ethernet, frameOf, ipv4, ipv6, join, tcp, udp } from '../testing/net-packets.ts';
import { Net, type NetOptions } from './index.ts';

const T0 = 1_700_000_000_000_000;

class Bench {
  readonly seen = new SegmentCollector();
  readonly net: Net;

  constructor(options?: NetOptions) {
    this.net = new Net(this.seen, options);
  }

  send(packet: Uint8Array, time = T0, keep = packet.length): void {
    this.net.frame(frameOf(packet.subarray(0, keep), 101, time, packet.length));
  }
}

/** A payload in which every place is told from every other. */
const DATA = Uint8Array.from({ length: 200 }, (_, i) => i);
const SEGMENT = tcp(DATA, { seq: 77 });

interface Piece {
  offset: number;
  bytes: Uint8Array;
  more: boolean;
}

function pieces(whole: Uint8Array, size: number): Piece[] {
  const list: Piece[] = [];
  for (let offset = 0; offset < whole.length; offset += size) {
    list.push({ offset, bytes: whole.subarray(offset, offset + size), more: offset + size < whole.length });
  }
  return list;
}

function fragment4(piece: Piece, id = 9, protocol = 6): Uint8Array {
  return ipv4(protocol, piece.bytes, { id, offset: piece.offset, more: piece.more });
}

function fragment6(piece: Piece, id = 9, next = 6): Uint8Array {
  return ipv6(44, join([next, 0], be16(piece.offset | (piece.more ? 1 : 0)), be32(id), piece.bytes));
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first, i) =>
    permutations(list.filter((_, k) => k !== i)).map((rest) => [first, ...rest]),
  );
}

describe('fragments', () => {
  test.each([
    ['IPv4', fragment4],
    ['IPv6', fragment6],
  ] as const)('%s, in every order', (_name, make) => {
    const four = pieces(SEGMENT, 56);
    expect(four.length).toBe(4);
    for (const order of permutations(four)) {
      const bench = new Bench();
      for (const piece of order) bench.send(make(piece));
      const segment = bench.seen.only;
      expect(segment.payload).toEqual(DATA);
      expect(segment.seq).toBe(77);
      expect(segment.wire).toBe(DATA.length);
      expect(segment.reassembled).toBe(true);
      expect([bench.net.fragments, bench.net.reassembled, bench.net.undecodedPackets]).toEqual([4, 1, 0]);
    }
  });

  test('one byte of payload in each tiny fragment; the TCP header itself split', () => {
    const bench = new Bench();
    for (const piece of pieces(SEGMENT, 8).reverse()) bench.send(fragment4(piece));
    expect(bench.seen.only.payload).toEqual(DATA);
  });

  test('several datagrams interleaved', () => {
    const bench = new Bench();
    const lists = [1, 2, 3].map((id) => ({ id, list: pieces(tcp(DATA, { seq: id }), 64) }));
    for (let i = 0; i < 4; i++) for (const { id, list } of lists) bench.send(fragment4(list[i], id));
    expect(bench.seen.segments.map((segment) => segment.seq)).toEqual([1, 2, 3]);
    for (const segment of bench.seen.segments) expect(segment.payload).toEqual(DATA);
  });

  test('the next segment is not called reassembled', () => {
    const bench = new Bench();
    for (const piece of pieces(SEGMENT, 64)) bench.send(fragment4(piece));
    bench.send(ipv4(6, tcp(DATA, { seq: 5 })));
    expect(bench.seen.segments.map((segment) => segment.reassembled)).toEqual([true, false]);
  });

  test('duplicates are tolerated, and are no overlap', () => {
    for (const duplicates of [true, false]) {
      const bench = new Bench({ duplicates });
      const [first, ...rest] = pieces(SEGMENT, 64);
      bench.send(fragment4(first));
      bench.send(fragment4(first), T0 + 30_000);
      for (const piece of rest) bench.send(fragment4(piece));
      expect(bench.seen.only.payload).toEqual(DATA);
      expect(bench.net.fragmentOverlaps).toBe(0);
    }
  });

  test('a fragment that the mirror port delivers twice is a duplicate', () => {
    const bench = new Bench();
    for (const piece of pieces(SEGMENT, 64)) {
      bench.send(fragment4(piece));
      bench.send(fragment4(piece), T0 + 10);
    }
    expect(bench.seen.only.payload).toEqual(DATA);
    expect(bench.net.duplicates).toBe(4);
  });

  test('overlaps: what came first stays, and it is counted', () => {
    const bench = new Bench();
    const forged = new Uint8Array(64).fill(0xff);
    bench.send(fragment4({ offset: 0, bytes: SEGMENT.subarray(0, 64), more: true }));
    // Half over the first, half new; then wholly over both.
    bench.send(
      fragment4({ offset: 32, bytes: join(forged.subarray(0, 32), SEGMENT.subarray(64, 96)), more: true }),
    );
    bench.send(fragment4({ offset: 32, bytes: forged, more: true }));
    bench.send(fragment4({ offset: 96, bytes: SEGMENT.subarray(96), more: false }));
    expect(bench.seen.only.payload).toEqual(DATA);
    expect(bench.net.fragmentOverlaps).toBe(2);
  });

  test('teardrop: a last fragment that ends inside what came, or others beyond the end', () => {
    const bench = new Bench();
    bench.send(fragment4({ offset: 0, bytes: SEGMENT.subarray(0, 64), more: true }));
    bench.send(fragment4({ offset: 24, bytes: SEGMENT.subarray(24, 28), more: false }));
    expect(bench.net.undecoded.get('fragment-malformed')).toBe(1);
    bench.send(fragment4({ offset: 64, bytes: SEGMENT.subarray(64), more: false }));
    expect(bench.seen.only.payload).toEqual(DATA);
    const other = new Bench();
    other.send(fragment4({ offset: 64, bytes: SEGMENT.subarray(64), more: false }));
    other.send(fragment4({ offset: 64, bytes: new Uint8Array(400), more: true }));
    other.send(fragment4({ offset: 0, bytes: SEGMENT.subarray(0, 64), more: true }));
    expect(other.seen.only.payload).toEqual(DATA);
    expect(other.net.fragmentsDropped).toBe(1);
  });

  test('ping of death, empty fragments, lengths that are no multiple of eight', () => {
    const bench = new Bench();
    bench.send(fragment4({ offset: 65_528, bytes: new Uint8Array(100), more: false }));
    bench.send(fragment4({ offset: 8, bytes: new Uint8Array(0), more: true }));
    bench.send(fragment4({ offset: 8, bytes: new Uint8Array(13), more: true }));
    expect(bench.seen.segments).toEqual([]);
    expect(bench.net.undecoded.get('fragment-malformed')).toBe(3);
    expect(bench.net.undecodedPackets).toBe(3);
  });

  test('fragments of other hosts, protocols or identifications do not mix', () => {
    const bench = new Bench();
    const [first, ...rest] = pieces(SEGMENT, 64);
    bench.send(ipv4(6, first.bytes, { id: 9, more: true, source: '10.0.0.77' }));
    bench.send(ipv4(17, first.bytes, { id: 9, more: true }));
    bench.send(fragment4(first, 10));
    bench.send(fragment6(first));
    for (const piece of rest) bench.send(fragment4(piece));
    expect(bench.seen.segments).toEqual([]);
    bench.send(fragment4(first));
    expect(bench.seen.only.payload).toEqual(DATA);
  });

  test('what does not come within 30 s is dropped, also when the clock jumps back', () => {
    for (const jump of [30_000_001, -30_000_001]) {
      const bench = new Bench();
      const list = pieces(SEGMENT, 64);
      for (const piece of list.slice(0, 3)) bench.send(fragment4(piece));
      bench.send(fragment4(list[3]), T0 + jump);
      expect(bench.seen.segments).toEqual([]);
      expect(bench.net.undecoded.get('fragment-incomplete')).toBe(3);
      const inTime = new Bench();
      for (const piece of list.slice(0, 3)) inTime.send(fragment4(piece));
      inTime.send(fragment4(list[3]), T0 + Math.sign(jump) * 29_999_999);
      expect(inTime.seen.segments.length).toBe(1);
    }
  });

  test('bounded in number and bytes; the oldest goes, and is counted', () => {
    const bench = new Bench({ fragmentDatagrams: 10, fragmentBytes: 1 << 30 });
    for (let id = 1; id <= 30; id++)
      bench.send(fragment4({ offset: 0, bytes: SEGMENT.subarray(0, 64), more: true }, id));
    expect(bench.net.undecoded.get('fragment-limit')).toBe(20);
    const bytes = new Bench({ fragmentBytes: 300_000 });
    for (let id = 1; id <= 30; id++)
      bytes.send(fragment4({ offset: 60_000, bytes: new Uint8Array(64), more: true }, id));
    expect(bytes.net.undecoded.get('fragment-limit')).toBe(26);
    // Those that are left still complete.
    for (const piece of pieces(SEGMENT, 64)) bytes.send(fragment4(piece, 500));
    expect(bytes.seen.only.payload).toEqual(DATA);
  });

  test('the end of the capture gives up what waits', () => {
    const bench = new Bench();
    bench.send(fragment4({ offset: 0, bytes: SEGMENT.subarray(0, 64), more: true }));
    bench.net.close();
    expect(bench.net.undecoded.get('fragment-incomplete')).toBe(1);
    expect(bench.net.fragmentsDropped).toBe(1);
  });

  test('a snap length that cuts the fragments: the payload up to the first cut', () => {
    const bench = new Bench();
    for (const piece of pieces(SEGMENT, 64)) {
      const packet = fragment4(piece);
      bench.send(packet, T0, Math.min(packet.length, 20 + 50));
    }
    const segment = bench.seen.only;
    expect(segment.payload).toEqual(DATA.subarray(0, 30));
    expect(segment.wire).toBe(DATA.length);
  });

  test('a fragmented tunnel is taken off as well, even with fragments inside', () => {
    const bench = new Bench();
    const inside = pieces(SEGMENT, 64).map((piece) => fragment4(piece, 3));
    inside.forEach((packet, i) => {
      const vxlan = udp(50_000, 4789, join([8, 0, 0, 0, 0, 0, 1, 0], ethernet(0x0800, packet)));
      for (const piece of pieces(vxlan, 48)) bench.send(fragment4(piece, 100 + i, 17));
    });
    const segment = bench.seen.only;
    expect(segment.payload).toEqual(DATA);
    expect(segment.tunnel).toBe('vxlan');
  });

  test('a flood of eight-byte fragments takes time in proportion', () => {
    const bench = new Bench({ duplicates: false });
    const started = performance.now();
    for (let id = 1; id <= 4; id++) {
      // Every second block, from the end: the worst for a list of holes.
      for (let offset = 65_520; offset >= 0; offset -= 16) {
        bench.send(fragment4({ offset, bytes: DATA.subarray(0, 8), more: true }, id));
      }
    }
    expect(bench.net.fragments).toBe(4 * 4096);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
