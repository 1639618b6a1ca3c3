import type { Address } from '../core/address.ts';
import type { Endpoint } from '../core/flow.ts';

/** A segment that came before the bytes in front of it. `wire` counts bytes the snap length cut, too. */
export interface EarlySegment {
  seq: number;
  data: Uint8Array;
  wire: number;
}

/** One end of a flow: who it is, and the order of the bytes it sends. Sequence numbers are signed words. */
export class Half implements Endpoint {
  readonly address: Address;
  readonly port: number;
  mac: number;
  packets = 0;
  /** Payload bytes on the wire, retransmissions included. */
  bytes = 0;
  /** True once `next` is known: a SYN or a first segment was seen. */
  started = false;
  /** Sequence number of the next byte in order. */
  next = 0;
  /** Highest acknowledgment this end sent; valid when `acked`. */
  ack = 0;
  acked = false;
  /** Sequence number after the last byte, once a FIN told it. */
  finSeq = 0;
  finSeen = false;
  /** No more bytes will be delivered: FIN reached, or the flow is over. */
  ended = false;
  /** Where a segment far outside the window would continue: a second one in line makes it believed. */
  strayNext = 0;
  strayed = false;
  early: EarlySegment[] | null = null;
  earlyBytes = 0;
  /** Packet time at which the oldest hole opened. */
  holeSince = 0;

  /** The dissector gets no more of this direction. */
  dead = false;
  /** Bytes still to pass by unseen. */
  skip = 0;
  /** Left over by the parser, or waiting for a dissector to be chosen. */
  pending: Uint8Array | null = null;
  pendingLength = 0;
  /** Bytes the parser wants before it is called again. */
  need = 0;
  /** Bit per dissector that this direction's first bytes have not ruled out. */
  candidates = -1;
  /** Payload bytes looked at while no dissector was found. */
  searched = 0;
  /** Bytes still to be unshown to those who read what nobody claims; -1 before any were. */
  unshown = -1;

  constructor(address: Address, port: number, mac: number) {
    this.address = address;
    this.port = port;
    this.mac = mac;
  }
}
