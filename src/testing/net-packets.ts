import { Frame } from '../core/frame.ts';

/** Builders of packets for tests: each puts its header before the bytes it is given. Checksums are left 0. */

export type Bytes = Uint8Array | readonly number[];

export function join(...parts: Bytes[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function be16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

export function be32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replace(/\s+/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export const MAC_A = [0x02, 0, 0, 0, 0, 0x0a];
export const MAC_B = [0x02, 0, 0, 0, 0, 0x0b];

export function ethernet(type: number, payload: Bytes, from: Bytes = MAC_A, to: Bytes = MAC_B): Uint8Array {
  return join(to, from, be16(type), payload);
}

export function vlan(id: number, type: number, payload: Bytes): Uint8Array {
  return join(be16(id), be16(type), payload);
}

export interface Ipv4Fields {
  source?: string;
  destination?: string;
  id?: number;
  /** Bytes into the datagram, a multiple of eight. */
  offset?: number;
  more?: boolean;
  ttl?: number;
  options?: Bytes;
  /** Instead of the true total length. */
  total?: number;
}

export function ipv4(protocol: number, payload: Bytes, fields: Ipv4Fields = {}): Uint8Array {
  const options = fields.options ?? [];
  const header = 20 + options.length;
  return join(
    [0x40 | (header / 4), 0],
    be16(fields.total ?? header + payload.length),
    be16(fields.id ?? 0x1234),
    be16((fields.more ? 0x2000 : 0) | ((fields.offset ?? 0) / 8)),
    [fields.ttl ?? 64, protocol, 0, 0],
    (fields.source ?? '10.0.0.1').split('.').map(Number),
    (fields.destination ?? '10.0.0.2').split('.').map(Number),
    options,
    payload,
  );
}

export interface Ipv6Fields {
  source?: Bytes;
  destination?: Bytes;
  hopLimit?: number;
  /** Instead of the true payload length. */
  length?: number;
}

export const IPV6_A = hex('20010db8000000000000000000000001');
export const IPV6_B = hex('20010db8000000000000000000000002');

export function ipv6(next: number, payload: Bytes, fields: Ipv6Fields = {}): Uint8Array {
  return join(
    [0x60, 0, 0, 0],
    be16(fields.length ?? payload.length),
    [next, fields.hopLimit ?? 64],
    fields.source ?? IPV6_A,
    fields.destination ?? IPV6_B,
    payload,
  );
}

/** An IPv6 extension header of `bytes.length + 2` bytes, which must be a multiple of eight. */
export function extension(next: number, bytes: Bytes, payload: Bytes): Uint8Array {
  return join([next, (bytes.length + 2) / 8 - 1], bytes, payload);
}

export interface TcpFields {
  sourcePort?: number;
  destinationPort?: number;
  seq?: number;
  ack?: number;
  flags?: number;
  window?: number;
  checksum?: number;
  options?: Bytes;
}

export function tcp(payload: Bytes, fields: TcpFields = {}): Uint8Array {
  const options = fields.options ?? [];
  return join(
    be16(fields.sourcePort ?? 40_000),
    be16(fields.destinationPort ?? 104),
    be32(fields.seq ?? 1000),
    be32(fields.ack ?? 2000),
    [((20 + options.length) / 4) << 4, fields.flags ?? 0x18],
    be16(fields.window ?? 512),
    be16(fields.checksum ?? 0),
    [0, 0],
    options,
    payload,
  );
}

export function udp(
  sourcePort: number,
  destinationPort: number,
  payload: Bytes,
  length?: number,
): Uint8Array {
  return join(be16(sourcePort), be16(destinationPort), be16(length ?? 8 + payload.length), [0, 0], payload);
}

/**
 * A frame inside a larger buffer whose other bytes are 0xee: a decoder that reads outside its frame reads
 * those. The margin is odd, so nothing is aligned by luck.
 */
export function frameOf(
  bytes: Bytes,
  linkType = 1,
  time = 1_700_000_000_000_000,
  wire = bytes.length,
): Frame {
  const frame = new Frame();
  const margin = 67;
  frame.bytes = new Uint8Array(bytes.length + 2 * margin).fill(0xee);
  frame.bytes.set(bytes, margin);
  frame.offset = margin;
  frame.captured = bytes.length;
  frame.wire = wire;
  frame.time = time;
  frame.linkType = linkType;
  return frame;
}
