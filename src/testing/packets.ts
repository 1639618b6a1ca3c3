import { Frame, type FrameSink } from '../core/frame.ts';

/** One packet kept: what a `Frame` points at, owned. */
export interface Packet {
  bytes: Uint8Array;
  wire: number;
  time: number;
  linkType: number;
}

/** Keeps the first `limit` frames that it is given. */
export class PacketKeeper implements FrameSink {
  readonly packets: Packet[] = [];
  readonly #limit: number;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  frame(frame: Frame): void {
    if (this.packets.length >= this.#limit) return;
    const bytes = frame.bytes.slice(frame.offset, frame.offset + frame.captured);
    this.packets.push({ bytes, wire: frame.wire, time: frame.time, linkType: frame.linkType });
  }
}

/** Feeds kept packets on, each in the middle of a larger buffer full of other bytes, as a capture has them. */
export function feed(packets: readonly Packet[], target: FrameSink): void {
  const frame = new Frame();
  let room = new Uint8Array(0);
  for (const packet of packets) {
    const { bytes } = packet;
    if (room.length < bytes.length + 32) room = new Uint8Array(bytes.length * 2 + 32);
    room.fill(0xa5, 0, bytes.length + 32);
    room.set(bytes, 16);
    frame.bytes = room;
    frame.offset = 16;
    frame.captured = bytes.length;
    frame.wire = packet.wire;
    frame.time = packet.time;
    frame.linkType = packet.linkType;
    target.frame(frame);
  }
}

/** A classic little-endian microsecond pcap; packets of another link type than the first's are left out. */
export function pcapFile(packets: readonly Packet[]): Buffer {
  const linkType = packets[0]?.linkType ?? 1;
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(0x40000, 16);
  header.writeUInt32LE(linkType, 20);
  const parts: Uint8Array[] = [header];
  for (const packet of packets) {
    if (packet.linkType !== linkType) continue;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(packet.time / 1e6) >>> 0, 0);
    record.writeUInt32LE((((packet.time % 1e6) + 1e6) % 1e6) >>> 0, 4);
    record.writeUInt32LE(packet.bytes.length, 8);
    record.writeUInt32LE(packet.wire >>> 0, 12);
    parts.push(record, packet.bytes);
  }
  return Buffer.concat(parts);
}

/** One direction of a TCP connection of a trace, put in order without care for losses: fuel for mutation. */
export interface Stream {
  clientToServer: Uint8Array;
  serverToClient: Uint8Array;
  serverPort: number;
}

/** TCP over IPv4 in Ethernet, as the project's own traces are; everything else is passed over. */
export function streamsOf(packets: readonly Packet[]): Stream[] {
  const flows = new Map<string, { ports: [number, number]; sides: Map<string, Map<number, Uint8Array>> }>();
  for (const { bytes, linkType } of packets) {
    const segment = linkType === 1 ? tcpOf(bytes) : null;
    if (segment === null || segment.payload.length === 0) continue;
    const { source, destination } = segment;
    const key = [source, destination].sort().join(' ');
    let flow = flows.get(key);
    if (flow === undefined) {
      flow = { ports: [segment.sourcePort, segment.destinationPort], sides: new Map([[source, new Map()]]) };
      flow.sides.set(destination, new Map());
      flows.set(key, flow);
    }
    const side = flow.sides.get(source)!;
    if (!side.has(segment.sequence)) side.set(segment.sequence, segment.payload);
  }
  return [...flows.values()].map(({ ports, sides }) => {
    // A packet to itself (the LAND attack) has one side only.
    const [first, second = Buffer.alloc(0)] = [...sides.values()].map((side) =>
      Buffer.concat([...side.values()]),
    );
    return { clientToServer: first, serverToClient: second, serverPort: ports[1] };
  });
}

interface Tcp {
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  payload: Uint8Array;
}

function tcpOf(bytes: Uint8Array): Tcp | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 12;
  while (at + 2 <= view.length && view.readUInt16BE(at) === 0x8100) at += 4;
  if (at + 22 > view.length || view.readUInt16BE(at) !== 0x0800) return null;
  const ip = at + 2;
  if (view[ip + 9] !== 6) return null;
  const tcp = ip + (view[ip] & 15) * 4;
  const end = Math.min(view.length, ip + view.readUInt16BE(ip + 2));
  if (tcp + 20 > end) return null;
  const sourcePort = view.readUInt16BE(tcp);
  const destinationPort = view.readUInt16BE(tcp + 2);
  return {
    source: `${view.subarray(ip + 12, ip + 16).join('.')}:${sourcePort}`,
    destination: `${view.subarray(ip + 16, ip + 20).join('.')}:${destinationPort}`,
    sourcePort,
    destinationPort,
    sequence: view.readUInt32BE(tcp + 4),
    payload: view.subarray(Math.min(end, tcp + (view[tcp + 12] >> 4) * 4), end),
  };
}

const SYN = 0x02;
const ACK = 0x10;
const FIN = 0x01;

/** IPv4 address and MAC of the two ends, client first. */
export interface Hosts {
  readonly addresses: readonly [readonly number[], readonly number[]];
  readonly macs: readonly [readonly number[], readonly number[]];
}

const TWO_HOSTS: Hosts = {
  addresses: [
    [10, 20, 0, 1],
    [10, 20, 0, 2],
  ],
  macs: [
    [0, 0, 0, 0, 0, 2],
    [0, 0, 0, 0, 0, 1],
  ],
};

/** Makes the packets of one TCP connection, chunk by chunk. */
export class Connection {
  readonly packets: Packet[] = [];
  readonly #ports: readonly [number, number];
  readonly #hosts: Hosts;
  readonly #sequence: [number, number] = [0x1000_0000, 0xffff_f000];
  #time: number;

  constructor(serverPort: number, clientPort = 40_000, time = 1.7e15, hosts = TWO_HOSTS) {
    this.#ports = [clientPort, serverPort];
    this.#time = time;
    this.#hosts = hosts;
  }

  /** Nothing for so many microseconds. */
  wait(micros: number): this {
    this.#time += micros;
    return this;
  }

  handshake(): this {
    this.#push(0, SYN, new Uint8Array(0), 1);
    this.#push(1, SYN | ACK, new Uint8Array(0), 1);
    return this;
  }

  send(direction: 0 | 1, bytes: Uint8Array): this {
    this.#push(direction, ACK, bytes, bytes.length);
    return this;
  }

  /** Bytes that went over the wire and that the capture missed. */
  lose(direction: 0 | 1, length: number): this {
    this.#sequence[direction] = (this.#sequence[direction] + length) >>> 0;
    return this;
  }

  close(): this {
    this.#push(0, FIN | ACK, new Uint8Array(0), 1);
    this.#push(1, FIN | ACK, new Uint8Array(0), 1);
    return this;
  }

  #push(direction: 0 | 1, flags: number, payload: Uint8Array, advance: number): void {
    const bytes = Buffer.alloc(54 + payload.length);
    bytes.writeUInt16BE(0x0800, 12);
    const { addresses, macs } = this.#hosts;
    bytes.set(macs[1 - direction], 0);
    bytes.set(macs[direction], 6);
    bytes[14] = 0x45;
    bytes.writeUInt16BE(40 + payload.length, 16);
    bytes[22] = 64;
    bytes[23] = 6;
    bytes.set(addresses[direction], 26);
    bytes.set(addresses[1 - direction], 30);
    bytes.writeUInt16BE(this.#ports[direction], 34);
    bytes.writeUInt16BE(this.#ports[1 - direction], 36);
    bytes.writeUInt32BE(this.#sequence[direction], 38);
    bytes.writeUInt32BE(flags & ACK ? this.#sequence[1 - direction] : 0, 42);
    bytes[46] = 0x50;
    bytes[47] = flags;
    bytes.writeUInt16BE(0xffff, 48);
    bytes.set(payload, 54);
    this.#sequence[direction] = (this.#sequence[direction] + advance) >>> 0;
    this.packets.push({ bytes, wire: bytes.length, time: this.#time, linkType: 1 });
    this.#time += 1000;
  }
}
