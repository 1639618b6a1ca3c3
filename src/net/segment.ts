import type { Micros } from '../core/time.ts';

/** TCP header flags (RFC 9293 §3.1). */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
export const URG = 0x20;

export const PROTO_TCP = 6;
export const PROTO_UDP = 17;

const EMPTY = new Uint8Array(0);

/**
 * The innermost transport segment of a frame, decoded in place. One instance is filled again for every
 * packet; whoever wants to keep something copies it. Addresses are four 32-bit words in network order
 * (signed, as `|0` leaves them); an IPv4 address is (0, 0, 0xffff, address), with `family` telling it apart
 * from a mapped IPv6 one.
 */
export class Segment {
  time: Micros = 0;
  family: 4 | 6 = 4;
  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  /** IP protocol number of the transport: 6 or 17 (others do not reach `streams`). */
  proto = 0;
  ttl = 0;
  srcPort = 0;
  dstPort = 0;
  /** TCP only: sequence and acknowledgment numbers as unsigned 32-bit, flags, window as sent. */
  seq = 0;
  ack = 0;
  flags = 0;
  window = 0;
  /** Where the TCP options stand in `bytes` (for SYN fingerprints); length 0 when there are none. */
  optionsOffset = 0;
  optionsLength = 0;
  /** The payload captured is `bytes[payloadOffset, payloadOffset + payloadLength)`. Valid during the call. */
  bytes: Uint8Array = EMPTY;
  payloadOffset = 0;
  payloadLength = 0;
  /** Payload bytes on the wire by the IP header; more than `payloadLength` when the capture was cut. */
  payloadWire = 0;
  /** VLAN ids, outermost first; -1 for none. Only the two outermost are kept. */
  vlan0 = -1;
  vlan1 = -1;
  /** MAC addresses of the innermost Ethernet header as 48-bit integers; -1 when the link has none. */
  srcMac = -1;
  dstMac = -1;
  /** Outermost-first names of the tunnels taken off, joined by `/`: `vxlan`, `gre/erspan2`; '' for none. */
  tunnel = '';
  /** True when the payload was put together from IP fragments. */
  reassembled = false;
}

/** What `net` tells the next stage. The segment is invalid once the call returns. */
export interface SegmentSink {
  tcp(segment: Segment): void;
  udp(segment: Segment): void;
  /** An address seen with a MAC in ARP or NDP (proof of a binding, unlike a routed packet's source). `words` is reused. */
  neighbour?(
    family: 4 | 6,
    words: readonly [number, number, number, number],
    mac: number,
    time: Micros,
    /** Outermost VLAN id or -1. */
    vlan: number,
  ): void;
  /**
   * A frame without IP: `bytes[start, end)` follows its EtherType, or the SNAP protocol of an organisation
   * (`OUI × 65536 + type`). MAC addresses, VLANs and time are in `segment`.
   */
  link?(type: number, segment: Segment, bytes: Uint8Array, start: number, end: number): void;
}
