/** Frames and datagrams for traces that are written out: Ethernet, IPv4, IPv6, UDP. */
import type { Packet } from '../../../src/testing/packets.ts';

/** Microseconds: the laboratory's day, ten in the morning. */
const START = Date.parse('2026-03-02T10:00:00Z') * 1000;

/** `aa:bb:cc:dd:ee:ff` as bytes. */
export function mac(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

export function ipv4(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

/** Groups in full or with one `::`. */
export function ipv6(text: string): Buffer {
  const [head, tail] = text.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(8 - head.length - (tail?.length ?? 0)).fill('0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...head, ...zeros, ...(tail ?? [])].entries())
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  return bytes;
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** A frame of at least 60 bytes. `type`: EtherType, or null for a length (IEEE 802.3). */
export function frame(from: string, to: string, type: number | null, body: Uint8Array): Buffer {
  const bytes = Buffer.concat([mac(to), mac(from), u16(type ?? body.length), body]);
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, 60 - bytes.length))]);
}

/** IEEE 802.2 with SNAP: an organisation's protocol. */
export function snap(from: string, to: string, oui: number, type: number, body: Uint8Array): Buffer {
  const header = [0xaa, 0xaa, 3, oui >> 16, (oui >> 8) & 255, oui & 255];
  return frame(from, to, null, Buffer.concat([Buffer.from(header), u16(type), body]));
}

export interface End {
  readonly mac: string;
  readonly ip: string;
  readonly port: number;
}

export function udp(from: End, to: End, payload: Uint8Array): Buffer {
  const six = from.ip.includes(':');
  const source = six ? ipv6(from.ip) : ipv4(from.ip);
  const destination = six ? ipv6(to.ip) : ipv4(to.ip);
  const length = 8 + payload.length;
  const segment = Buffer.concat([u16(from.port), u16(to.port), u16(length), u16(0), payload]);
  const pseudo = Buffer.concat([source, destination, u32(length), u32(17)]);
  segment.writeUInt16BE(checksum(Buffer.concat([pseudo, segment])) || 0xffff, 6);
  if (six) {
    const header = Buffer.concat([u32(0x6000_0000), u16(length), Buffer.from([17, 64]), source, destination]);
    return frame(from.mac, to.mac, 0x86dd, Buffer.concat([header, segment]));
  }
  const header = Buffer.concat([
    Buffer.from([0x45, 0]),
    u16(20 + length),
    u32(0),
    Buffer.from([64, 17, 0, 0]),
    source,
    destination,
  ]);
  header.writeUInt16BE(checksum(header), 10);
  return frame(from.mac, to.mac, 0x0800, Buffer.concat([header, segment]));
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** Frames as packets of a capture, 100 ms apart. */
export function packetsOf(frames: readonly Buffer[]): readonly Packet[] {
  return frames.map((bytes, index) => ({
    bytes,
    wire: bytes.length,
    time: START + index * 100_000,
    linkType: 1,
  }));
}
