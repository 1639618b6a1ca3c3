import type { Packet } from '../../../src/testing/packets.ts';
import type { WrittenTrace } from './trace.ts';

/** 2026-03-02T10:40:00Z */
const START = 1_772_448_000_000_000;

/** A datagram from 10.20.0.1 to 10.20.0.2 (or back), in Ethernet. */
function datagram(index: number, back: boolean, port: number, payload: Uint8Array): Packet {
  const bytes = Buffer.alloc(42 + payload.length);
  bytes[5] = back ? 1 : 2;
  bytes[11] = back ? 2 : 1;
  bytes.writeUInt16BE(0x0800, 12);
  bytes[14] = 0x45;
  bytes.writeUInt16BE(28 + payload.length, 16);
  bytes[22] = 64;
  bytes[23] = 17;
  bytes.set([10, 20, 0, back ? 2 : 1], 26);
  bytes.set([10, 20, 0, back ? 1 : 2], 30);
  bytes.writeUInt16BE(back ? 443 : port, 34);
  bytes.writeUInt16BE(back ? port : 443, 36);
  bytes.writeUInt16BE(8 + payload.length, 38);
  bytes.set(payload, 42);
  return { bytes, wire: bytes.length, time: START + index * 1_000_000, linkType: 1 };
}

/** A long header of this version, with an Initial's fields and nothing that decrypts. */
function longHeader(first: number, version: number): Uint8Array {
  const bytes = Buffer.alloc(1200, 0x5a);
  bytes[0] = first;
  bytes.writeUInt32BE(version, 1);
  bytes.set([8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x44, 0x9e], 5);
  return bytes;
}

export const traces: WrittenTrace[] = [
  {
    path: 'quic/near-miss',
    from: 'RFC 9000 §17',
    contains:
      'datagrams on port 443 that are not QUIC: of no known version, without the fixed bit, text, a short header alone',
    packets: () => [
      datagram(0, false, 40_000, longHeader(0xc3, 0x0a1a2a3a)),
      datagram(1, false, 40_001, longHeader(0x83, 1)),
      datagram(2, false, 40_002, Buffer.from('what is this\r\n'.repeat(20))),
      datagram(3, false, 40_003, Buffer.alloc(80, 0x41)),
      datagram(4, true, 40_003, Buffer.alloc(80, 0x42)),
    ],
  },
];
