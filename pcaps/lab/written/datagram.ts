import type { Packet } from '../../../src/testing/packets.ts';

/** A datagram: `address:port` at both ends. */
export interface Datagram {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

const START = Date.UTC(2026, 2, 2, 8, 0, 0) * 1000;

/** Ethernet frames of UDP over IPv4, a tenth of a second apart, checksums of IP in place and of UDP left out. */
export function datagramPackets(datagrams: readonly Datagram[]): Packet[] {
  return datagrams.map(({ from, to, bytes }, index) => {
    const frame = Buffer.alloc(42 + bytes.length);
    const [source, sourcePort] = from.split(':');
    const [destination, destinationPort] = to.split(':');
    frame.set(macOf(destination), 0);
    frame.set(macOf(source), 6);
    frame.writeUInt16BE(0x0800, 12);
    frame.set([0x45, 0], 14);
    frame.writeUInt16BE(28 + bytes.length, 16);
    frame.writeUInt16BE(index + 1, 18);
    frame.set([64, 17], 22);
    frame.set(source.split('.').map(Number), 26);
    frame.set(destination.split('.').map(Number), 30);
    frame.writeUInt16BE(checksum(frame.subarray(14, 34)), 24);
    frame.writeUInt16BE(Number(sourcePort), 34);
    frame.writeUInt16BE(Number(destinationPort), 36);
    frame.writeUInt16BE(8 + bytes.length, 38);
    frame.set(bytes, 42);
    return { bytes: frame, wire: frame.length, time: START + index * 100_000, linkType: 1 };
  });
}

/** Of a group (RFC 1112 §6.4), of everybody, or of a host: Dell's prefix and the last octets of its address. */
function macOf(address: string): number[] {
  const [first, second, third, last] = address.split('.').map(Number);
  if (last === 255) return [255, 255, 255, 255, 255, 255];
  return first >= 224 ? [1, 0, 0x5e, second & 0x7f, third, last] : [0, 0x1e, 0xc9, second, third, last];
}

function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  sum = (sum & 0xffff) + (sum >>> 16);
  return ~(sum + (sum >>> 16)) & 0xffff;
}
