import { readFileSync, writeFileSync } from 'node:fs';

/** Classic little-endian microsecond captures of Ethernet, as tcpdump writes them here: enough to cut and mend ours. */
export interface Packet {
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly bytes: Buffer;
  /** Length on the wire. */
  readonly length: number;
}

export function readPcap(path: string): Packet[] {
  const file = readFileSync(path);
  if (file.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error(`${path}: not a classic little-endian µs pcap`);
  const packets: Packet[] = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const captured = file.readUInt32LE(at + 8);
    packets.push({
      time: file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4),
      bytes: file.subarray(at + 16, at + 16 + captured),
      length: file.readUInt32LE(at + 12),
    });
    at += 16 + captured;
  }
  return packets;
}

export function writePcap(path: string, packets: readonly Packet[], snaplen = 262_144): void {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(snaplen, 16);
  head.writeUInt32LE(1, 20);
  const parts: Buffer[] = [head];
  for (const { time, bytes, length } of packets) {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(time / 1e6), 0);
    record.writeUInt32LE(Math.floor(time % 1e6), 4);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(length, 12);
    parts.push(record, bytes);
  }
  writeFileSync(path, Buffer.concat(parts));
}

/** The same packets with the first at `start`, their distances kept. */
export function moveTo(packets: readonly Packet[], start: number): Packet[] {
  const shift = start - packets[0].time;
  return packets.map((packet) => ({ ...packet, time: packet.time + shift }));
}

/** TCP payload of an untagged IPv4 packet; null when it has none. */
export function tcpPayload({
  bytes,
}: Packet): { sourcePort: number; destinationPort: number; length: number } | null {
  if (bytes.length < 54 || bytes.readUInt16BE(12) !== 0x0800 || bytes[23] !== 6) return null;
  const ip = (bytes[14] & 15) * 4;
  const tcp = 14 + ip;
  const length = bytes.readUInt16BE(16) - ip - (bytes[tcp + 12] >>> 4) * 4;
  return { sourcePort: bytes.readUInt16BE(tcp), destinationPort: bytes.readUInt16BE(tcp + 2), length };
}
