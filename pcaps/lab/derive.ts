import { type Packet, tcpPayload } from './pcap.ts';

/** What mirrors, tunnels and bad luck do to a capture: each takes packets and gives packets, nothing at random. */
export type Transform = (packets: readonly Packet[]) => Packet[];

const isData = (packet: Packet) => (tcpPayload(packet)?.length ?? 0) > 0;

/** Starts in the middle: the first `share` of the packets is missing. */
export function fromMiddle(share: number): Transform {
  return (packets) => packets.slice(Math.floor(packets.length * share));
}

/** The `nth` to `nth + count - 1` of the full segments (with data) are missing. */
export function gap(nth: number, count: number): Transform {
  return (packets) => {
    let seen = 0;
    return packets.filter((packet) => !isData(packet) || ++seen < nth || seen >= nth + count);
  };
}

/** Every packet twice, the second a few microseconds later: both directions of a VLAN mirrored. */
export const duplicated: Transform = (packets) =>
  packets.flatMap((packet) => [packet, { ...packet, time: packet.time + 3 }]);

/** In every run of four data packets of one direction the second and third change places. */
export const reordered: Transform = (packets) => {
  const out = [...packets];
  for (let i = 0; i + 3 < out.length; i++) {
    const ports = out.slice(i, i + 4).map((packet) => (isData(packet) ? tcpPayload(packet)!.sourcePort : -1));
    if (ports[0] < 0 || ports.some((port) => port !== ports[0])) continue;
    const [second, third] = [out[i + 1], out[i + 2]];
    out[i + 1] = { ...third, time: second.time };
    out[i + 2] = { ...second, time: third.time };
    i += 3;
  }
  return out;
};

/** Only what goes to or comes from `side` of port `port`: a mirror of one direction. */
export function oneSided(port: number, keep: 'client' | 'server'): Transform {
  return (packets) =>
    packets.filter((packet) => {
      const tcp = tcpPayload(packet);
      return tcp === null || (keep === 'client' ? tcp.destinationPort === port : tcp.sourcePort === port);
    });
}

/** At most `length` bytes of each packet kept. */
export function snapped(length: number): Transform {
  return (packets) => packets.map((packet) => ({ ...packet, bytes: packet.bytes.subarray(0, length) }));
}

/** IEEE 802.1Q; two tags for QinQ. */
export function tagged(...vlans: number[]): Transform {
  return (packets) =>
    packets.map((packet) => {
      const tags = Buffer.alloc(4 * vlans.length);
      vlans.forEach((vlan, index) => {
        tags.writeUInt16BE(index + 1 < vlans.length ? 0x88a8 : 0x8100, 4 * index);
        tags.writeUInt16BE(vlan, 4 * index + 2);
      });
      return around(packet, packet.bytes.subarray(0, 12), tags, packet.bytes.subarray(12));
    });
}

/** VXLAN (RFC 7348) between two mirroring hosts. */
export const inVxlan: Transform = (packets) =>
  packets.map((packet, index) => {
    const vxlan = Buffer.from([0x08, 0, 0, 0, 0, 0x10, 0x92, 0]);
    const udp = Buffer.alloc(8);
    udp.writeUInt16BE(49_152 + (index % 1_000), 0);
    udp.writeUInt16BE(4789, 2);
    udp.writeUInt16BE(16 + packet.length, 4);
    return around(packet, outer(17, 16 + packet.length), udp, vxlan, packet.bytes);
  });

/** ERSPAN type II over GRE (draft-foschiano-erspan §4.2), session 77. */
export const inErspan: Transform = (packets) =>
  packets.map((packet, index) => {
    const gre = Buffer.alloc(8);
    gre.writeUInt16BE(0x1000, 0);
    gre.writeUInt16BE(0x88be, 2);
    gre.writeUInt32BE(index, 4);
    const erspan = Buffer.alloc(8);
    erspan.writeUInt16BE(0x1000 | 20, 0);
    erspan.writeUInt16BE(77, 2);
    return around(packet, outer(47, 16 + packet.length), gre, erspan, packet.bytes);
  });

function outer(protocol: number, length: number): Buffer {
  const head = Buffer.alloc(34);
  Buffer.from('001b5420fe02001b5420fe010800', 'hex').copy(head);
  head[14] = 0x45;
  head.writeUInt16BE(20 + length, 16);
  head[22] = 64;
  head[23] = protocol;
  head.writeUInt32BE(0x0a14fe01, 26);
  head.writeUInt32BE(0x0a14fe02, 30);
  let total = 0;
  for (let at = 14; at < 34; at += 2) total += head.readUInt16BE(at);
  total = (total & 0xffff) + (total >>> 16);
  head.writeUInt16BE(~(total + (total >>> 16)) & 0xffff, 24);
  return head;
}

function around(packet: Packet, ...parts: Buffer[]): Packet {
  const bytes = Buffer.concat(parts);
  return { time: packet.time, bytes, length: packet.length + bytes.length - packet.bytes.length };
}

export function both(...transforms: Transform[]): Transform {
  return (packets) => transforms.reduce((done, transform) => transform(done), [...packets]);
}
