import { Address } from '../core/address.ts';
import { PROTO_TCP, type Segment, type SegmentSink } from '../net/segment.ts';

/** A segment copied out of the one that `net` reuses, with its payload and readable addresses. */
export interface CollectedSegment {
  proto: 'tcp' | 'udp';
  source: string;
  destination: string;
  seq: number;
  ack: number;
  flags: number;
  window: number;
  ttl: number;
  options: Uint8Array;
  payload: Uint8Array;
  wire: number;
  vlans: number[];
  srcMac: number;
  dstMac: number;
  tunnel: string;
  reassembled: boolean;
  time: number;
}

/** Keeps everything that `net` hands on. */
export class SegmentCollector implements SegmentSink {
  readonly segments: CollectedSegment[] = [];
  readonly neighbours: string[] = [];

  tcp(segment: Segment): void {
    this.segments.push(copy(segment));
  }

  udp(segment: Segment): void {
    this.segments.push(copy(segment));
  }

  neighbour(family: 4 | 6, words: readonly [number, number, number, number], mac: number): void {
    const address = new Address(family, words[0], words[1], words[2], words[3], false);
    this.neighbours.push(`${address.text} ${mac.toString(16).padStart(12, '0')}`);
  }

  /** The one segment there is. */
  get only(): CollectedSegment {
    if (this.segments.length !== 1) throw new Error(`${this.segments.length} segments, not one`);
    return this.segments[0];
  }
}

function copy(segment: Segment): CollectedSegment {
  const { family, bytes, optionsOffset, optionsLength, payloadOffset, payloadLength } = segment;
  const source = new Address(family, segment.src0, segment.src1, segment.src2, segment.src3, false);
  const destination = new Address(family, segment.dst0, segment.dst1, segment.dst2, segment.dst3, false);
  return {
    proto: segment.proto === PROTO_TCP ? 'tcp' : 'udp',
    source: `${source.text} ${segment.srcPort}`,
    destination: `${destination.text} ${segment.dstPort}`,
    seq: segment.seq,
    ack: segment.ack,
    flags: segment.flags,
    window: segment.window,
    ttl: segment.ttl,
    options: bytes.slice(optionsOffset, optionsOffset + optionsLength),
    payload: bytes.slice(payloadOffset, payloadOffset + payloadLength),
    wire: segment.payloadWire,
    vlans: [segment.vlan0, segment.vlan1].filter((id) => id >= 0),
    srcMac: segment.srcMac,
    dstMac: segment.dstMac,
    tunnel: segment.tunnel,
    reassembled: segment.reassembled,
    time: segment.time,
  };
}
