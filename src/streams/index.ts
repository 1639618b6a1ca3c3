import type { AddressBook } from '../core/address.ts';
import { copyOf } from '../core/bytes.ts';
import type { Dissector, FlowEnd, Handshake, Named } from '../core/dissector.ts';
import type { Fact, FlowFact } from '../core/facts.ts';
import type { Flow, Orientation } from '../core/flow.ts';
import type { KeyedHash } from '../core/hash.ts';
import { SECOND } from '../core/time.ts';
import { ACK, FIN, RST, type Segment, type SegmentSink, SYN } from '../net/segment.ts';
import { Dispatcher, ESTABLISHED, type StreamOutput } from './dispatch.ts';
import { FlowTable, hashOf } from './flow-table.ts';
import { type EarlySegment, Half } from './half.ts';
import { TrackedFlow } from './tracked-flow.ts';

/** Limits of memory and patience. Times are seconds of packet time. */
export interface StreamLimits {
  /** Flows tracked at once; a full table gives up the least promising of a few. */
  maxFlows: number;
  /** Bytes held for one direction of a flow while earlier ones are missing. */
  earlyBytesPerFlow: number;
  /** The same for all flows together. */
  earlyBytes: number;
  /** An established connection; RFC 5382 REQ-5 asks a NAT for the same patience. */
  tcpIdle: number;
  /** A connection of which only one side's handshake was seen. */
  tcpEmbryonic: number;
  /** A connection that one side has closed. */
  tcpClosing: number;
  udpIdle: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  maxFlows: 65_536,
  earlyBytesPerFlow: 1 << 20,
  earlyBytes: 32 << 20,
  tcpIdle: 7440,
  tcpEmbryonic: 60,
  tcpClosing: 120,
  udpIdle: 180,
};

export interface StreamOptions {
  addresses: AddressBook;
  dissectors: readonly Dissector[];
  reveal: boolean;
  hash: KeyedHash;
  limits?: Partial<StreamLimits>;
  /** Let unexpected exceptions of dissectors through. */
  rethrow?: boolean;
}

/** Receives what dissectors and the flow table say, with the flow and the packet's time. */
export interface FlowOutput {
  event(event: Named<string>, flow: Flow, time: number): void;
  fact(fact: Fact, flow: Flow | null, time: number): void;
  /** Facts that may have been told of this flow's two ends before, as the same list. */
  facts(facts: readonly Fact[], flow: Flow, time: number): void;
}

const ended = (how: FlowEnd): FlowFact => ({ fact: 'flow', state: 'end', how });
const ENDED = { fin: ended('fin'), rst: ended('rst'), idle: ended('idle'), cut: ended('cut') };

/** Sequence numbers further away than this belong to another connection or to nobody. */
const FAR = 64 << 20;
/** Segments kept in order of arrival in front of a hole, at most. */
const EARLY_SEGMENTS = 1024;
/** A hole that the receiver has acknowledged is a loss of the capture, once it is this old or this followed. */
const ACKED_HOLE_AGE = 0.02 * SECOND;
const ACKED_HOLE_SEGMENTS = 16;
/** A hole that nobody acknowledged (one-sided captures) is given this long, or this many bytes. */
const SILENT_HOLE_AGE = 2 * SECOND;
const SILENT_HOLE_BYTES = 256 * 1024;
/** Data this soon before their SYN (microseconds), and this few bytes after it, are of the same connection. */
const OVERTAKING_AGE = 0.01 * SECOND;
const FIRST_WINDOW = 64 * 1024;
/** Closed connections remembered, so that their last packets do not open new ones. */
const CLOSED_ENTRIES = 1 << 16;
const CLOSED_SECONDS = 60;
const WHEEL_SECONDS = 256;
/** Flows compared when the table is full and one must go. */
const EVICTION_SAMPLE = 16;

/**
 * The flow table and TCP's order: takes decoded segments, finds their flow, brings the bytes of each
 * direction into sequence and hands them to the dispatcher. Time is the packets' own; sequence arithmetic is
 * modulo 2³² by way of `| 0` (RFC 9293 §3.4).
 *
 * The first copy of a byte wins: what was delivered cannot be taken back, and a later copy with other content
 * is at best a retransmission.
 */
export class Streams implements SegmentSink {
  readonly #addresses: AddressBook;
  readonly #limits: StreamLimits;
  readonly #table: FlowTable<TrackedFlow>;
  readonly #dispatcher: Dispatcher;
  readonly #output: FlowOutput;
  readonly #serverPorts: ReadonlySet<number>;
  readonly #closedHash = new Int32Array(CLOSED_ENTRIES);
  readonly #closedUntil = new Float64Array(CLOSED_ENTRIES);
  #time = 0;
  #second = Number.NaN;
  #nextId = 1;
  #earlyBytes = 0;
  #hand = 0;
  readonly #handshake = new SynHandshake();

  tcpFlows = 0;
  udpFlows = 0;
  activeTcp = 0;
  activeUdp = 0;
  flowsWithGaps = 0;
  missedBytes = 0;
  retransmittedBytes = 0;
  outOfOrder = 0;
  keepAlives = 0;
  /** Segments and resets too far from the window to be this connection's. */
  outOfWindow = 0;
  readonly evictions = new Map<string, number>([
    ['flows', 0],
    ['reassembly', 0],
  ]);

  constructor(options: StreamOptions, output: FlowOutput) {
    this.#addresses = options.addresses;
    this.#limits = { ...DEFAULT_STREAM_LIMITS, ...options.limits };
    this.#table = new FlowTable(this.#limits.maxFlows, WHEEL_SECONDS);
    this.#output = output;
    this.#serverPorts = new Set(options.dissectors.flatMap((one) => ('ports' in one ? [...one.ports] : [])));
    const stamped: StreamOutput = {
      event: (event, flow) => output.event(event, flow, this.#time),
      fact: (fact, flow) => output.fact(fact, flow, this.#time),
      facts: (facts, flow) => output.facts(facts, flow, this.#time),
    };
    const context = {
      now: () => this.#time,
      reveal: options.reveal,
      hash: options.hash,
      address: (family: 4 | 6, w0: number, w1: number, w2: number, w3: number) =>
        this.#addresses.get(family, w0, w1, w2, w3),
    };
    this.#dispatcher = new Dispatcher(options.dissectors, context, stamped, options.rethrow ?? false);
  }

  get dissectorErrors(): ReadonlyMap<string, number> {
    return this.#dispatcher.errors;
  }

  /** Bytes held back: out of order, or waiting for the rest of a message. */
  get bufferedBytes(): number {
    return this.#earlyBytes + this.#dispatcher.pendingBytes;
  }

  neighbour(
    family: 4 | 6,
    words: readonly [number, number, number, number],
    mac: number,
    time: number,
    vlan: number,
  ): void {
    const address = this.#addresses.get(family, words[0], words[1], words[2], words[3]);
    this.#output.fact(
      vlan < 0 ? { fact: 'neighbour', address, mac } : { fact: 'neighbour', address, mac, vlan },
      null,
      time,
    );
  }

  udp(segment: Segment): void {
    this.#pass(segment.time);
    let entry = this.#table.find(segment);
    if (entry >= 0 && segment.time - this.#table.get(entry)!.last > this.#limits.udpIdle * SECOND) {
      this.#close(entry, 'idle');
      entry = -1;
    }
    if (entry < 0) {
      entry = this.#create(segment, 'udp');
      this.#orientByPort(this.#table.get(entry)!);
      this.#dispatcher.announce(this.#table.get(entry)!);
      this.#table.wheel.set(entry, this.#limits.udpIdle);
    }
    const flow = this.#table.get(entry)!;
    const half = this.#table.forward ? flow.source : flow.destination;
    this.#count(flow, half, segment);
    const { payloadOffset } = segment;
    this.#dispatcher.datagram(
      flow,
      half,
      segment.bytes,
      payloadOffset,
      payloadOffset + segment.payloadLength,
    );
  }

  link(type: number, segment: Segment, bytes: Uint8Array, start: number, end: number): void {
    this.#time = segment.time;
    this.#dispatcher.link(type, segment, bytes, start, end);
  }

  tcp(segment: Segment): void {
    this.#pass(segment.time);
    let entry = this.#table.find(segment);
    if (entry >= 0) {
      const flow = this.#table.get(entry)!;
      if (segment.time - flow.last > this.#patience(flow) * SECOND) {
        this.#close(entry, 'idle');
        entry = -1;
      } else if (flow.reuseBy !== null && this.#reused(flow, segment)) {
        this.#close(entry, 'cut');
        entry = -1;
      }
    }
    if (entry < 0) {
      entry = this.#begin(segment);
      if (entry < 0) return;
    }
    this.#segment(entry, segment);
  }

  /** The capture is over: every flow ends, in the order they began. */
  flush(): void {
    const open: { id: number; entry: number }[] = [];
    for (let entry = 0; entry < this.#table.entries; entry++) {
      const flow = this.#table.get(entry);
      if (flow !== null) open.push({ id: flow.id, entry });
    }
    open.sort((a, b) => a.id - b.id);
    for (const { entry } of open) this.#close(entry, 'cut');
  }

  /** Lets packet time pass: what has been idle too long ends. */
  #pass(time: number): void {
    this.#time = time;
    const second = Math.floor(time / SECOND);
    if (second === this.#second) return;
    this.#second = second;
    this.#table.wheel.advance(second, this.#due);
  }

  readonly #due = (entry: number): void => {
    const flow = this.#table.get(entry);
    if (flow === null) return;
    const patience = flow.proto === 'udp' ? this.#limits.udpIdle : this.#patience(flow);
    const left = patience - (this.#time - flow.last) / SECOND;
    // Looked at again soon even where patience is long: it gets short once a side has closed.
    if (left > 0 && left <= patience) this.#table.wheel.set(entry, Math.min(left, this.#limits.tcpClosing));
    else this.#close(entry, 'idle');
  };

  #patience(flow: TrackedFlow): number {
    const { source, destination } = flow;
    if (source.finSeen || destination.finSeen) return this.#limits.tcpClosing;
    return flow.established ? this.#limits.tcpIdle : this.#limits.tcpEmbryonic;
  }

  /** A segment of no known connection: begins one, or is the tail of one that is over (-1). */
  #begin(segment: Segment): number {
    const { flags } = segment;
    const opens = (flags & (SYN | RST)) === SYN;
    if (!opens && (flags & RST) !== 0) return -1;
    if (!opens && this.#wasClosed(segment)) return -1;
    const entry = this.#create(segment, 'tcp');
    const flow = this.#table.get(entry)!;
    if (opens) {
      flow.orientation = 'syn';
      flow.sourceIsClient = (flags & ACK) === 0;
    } else {
      flow.midstream = true;
      flow.established = segment.payloadWire > 0;
      this.#orientByPort(flow);
    }
    if (opens) this.#dispatcher.announce(flow);
    this.#table.wheel.set(entry, Math.min(this.#patience(flow), this.#limits.tcpClosing));
    return entry;
  }

  #create(segment: Segment, proto: 'tcp' | 'udp'): number {
    if (this.#table.full) this.#evict();
    const { family } = segment;
    const source = this.#addresses.get(family, segment.src0, segment.src1, segment.src2, segment.src3);
    const destination = this.#addresses.get(family, segment.dst0, segment.dst1, segment.dst2, segment.dst3);
    const flow = new TrackedFlow(
      this.#nextId++,
      proto,
      new Half(source, segment.srcPort, segment.srcMac),
      new Half(destination, segment.dstPort, segment.dstMac),
      segment.time,
      segment.vlan0,
      segment.vlan1,
      segment.tunnel,
    );
    if (proto === 'tcp') {
      this.tcpFlows++;
      this.activeTcp++;
    } else {
      this.udpFlows++;
      this.activeUdp++;
    }
    return this.#table.add(segment, flow);
  }

  /** No handshake says who is client: a port that is a service's usual one, else the lower, is the server's. */
  #orientByPort(flow: TrackedFlow): void {
    const from = flow.source.port;
    const to = flow.destination.port;
    // A usual port counts before one that is only low: DHCP's clients have a low port, too.
    const usual = this.#serverPorts.has(from) !== this.#serverPorts.has(to);
    const fromKnown = this.#serverPorts.has(from) || (!usual && from < 1024);
    const toKnown = this.#serverPorts.has(to) || (!usual && to < 1024);
    let orientation: Orientation = 'guess';
    if (fromKnown !== toKnown) {
      flow.sourceIsClient = toKnown;
      orientation = 'port';
    }
    flow.orientation = orientation;
  }

  #count(flow: TrackedFlow, half: Half, segment: Segment): void {
    flow.last = segment.time;
    half.packets++;
    half.bytes += segment.payloadWire;
    if (half === flow.destination && half.packets === 1) {
      flow.bothSides = true;
      half.mac = segment.srcMac;
    }
  }

  #segment(entry: number, segment: Segment): void {
    const flow = this.#table.get(entry)!;
    const forward = this.#table.forward;
    const half = forward ? flow.source : flow.destination;
    const other = forward ? flow.destination : flow.source;
    const { flags } = segment;
    const length = segment.payloadWire;
    let seq = segment.seq | 0;

    if ((flags & RST) !== 0) {
      this.#count(flow, half, segment);
      if (this.#believableReset(half, other, segment)) this.#close(entry, 'rst');
      else this.outOfWindow++;
      return;
    }
    if ((flags & SYN) !== 0 && half.started && !isRepeatedSyn(flow, half, seq, segment.time)) {
      // Another connection over the same ports, if what follows bears it out; else a forgery.
      flow.reuseSeq = seq;
      flow.reuseBy = half;
      return;
    }
    this.#count(flow, half, segment);
    if ((flags & SYN) !== 0) {
      this.#handshake.of(segment);
      this.#dispatcher.handshake(flow, half, this.#handshake);
      seq = (seq + 1) | 0;
      if (!half.started) {
        half.started = true;
        half.next = seq;
      }
    }
    if ((flags & ACK) !== 0) {
      const ack = segment.ack | 0;
      if (!half.acked || ((ack - half.ack) | 0) > 0) half.ack = ack;
      half.acked = true;
      if (!flow.established && (flags & SYN) === 0) this.#establish(flow, half);
    }
    if (!half.started) {
      half.started = true;
      // A keep-alive probe repeats the byte before the next one; with no earlier segment it cannot be told.
      half.next = seq;
      if (!flow.midstream) this.#missedStart(flow, half, other, seq);
    }
    if (length > 0) this.#payload(flow, half, seq, segment);
    else if (((half.next - 1 - seq) | 0) === 0 && (flags & (SYN | FIN)) === 0 && half.packets > 1)
      this.keepAlives++;
    if ((flags & FIN) !== 0) {
      half.finSeen = true;
      half.finSeq = (seq + length) | 0;
    }
    if (half.early !== null) this.#judgeHole(flow, half, other);
    if (other.early !== null) this.#judgeHole(flow, other, half);
    if (half.finSeen && !half.ended && half.early === null && ((half.next - half.finSeq) | 0) >= 0) {
      half.ended = true;
      half.next = (half.finSeq + 1) | 0;
      this.#dispatcher.end(flow, half);
    }
    if (half.ended && other.ended) this.#close(entry, 'fin');
  }

  /** The handshake's last word, or the first acknowledgment of a connection joined midway: it stands. */
  #establish(flow: TrackedFlow, half: Half): void {
    const other = half === flow.source ? flow.destination : flow.source;
    if (!flow.midstream && !(half === flow.client && other.started)) return;
    flow.established = true;
    if (flow.announced) this.#output.fact(ESTABLISHED, flow, this.#time);
  }

  /** This side's SYN was not captured: its first byte follows what the other side acknowledged of it. */
  #missedStart(flow: TrackedFlow, half: Half, other: Half, seq: number): void {
    if (!other.acked) return;
    const missing = (seq - other.ack) | 0;
    if (missing > 0 && missing < FAR) half.next = other.ack;
    flow.established = true;
  }

  /** Whether the packet confirms that a SYN seen earlier began another connection over the same ports. */
  #reused(flow: TrackedFlow, segment: Segment): boolean {
    const half = this.#table.forward ? flow.source : flow.destination;
    const first = (flow.reuseSeq + 1) | 0;
    if (half === flow.reuseBy) {
      if ((segment.flags & SYN) !== 0) return (segment.seq | 0) === flow.reuseSeq;
      return (segment.seq | 0) === first;
    }
    return (segment.flags & ACK) !== 0 && (segment.ack | 0) === first;
  }

  /** RFC 5961 §3.2, with the leniency of one who sees only what was captured. */
  #believableReset(half: Half, other: Half, segment: Segment): boolean {
    const seq = segment.seq | 0;
    if (!half.started) {
      // The answer to a SYN for a closed port: sequence number 0, acknowledging the SYN.
      if ((segment.flags & ACK) !== 0 && other.started) return (((segment.ack | 0) - other.next) | 0) === 0;
      return true;
    }
    const ahead = (seq - half.next) | 0;
    return ahead >= -1 && ahead <= 1 << 20;
  }

  #payload(flow: TrackedFlow, half: Half, seq: number, segment: Segment): void {
    const length = segment.payloadWire;
    if (half.ended) {
      this.retransmittedBytes += length;
      return;
    }
    const ahead = (seq - half.next) | 0;
    const start = segment.payloadOffset;
    if (ahead === 0) {
      this.#inOrder(flow, half, segment.bytes, start, start + segment.payloadLength, length);
    } else if (ahead < 0) {
      if (ahead < -FAR) {
        this.#far(flow, half, seq, segment);
        return;
      }
      const fresh = length + ahead;
      if (length === 1 && ahead === -1) this.keepAlives++;
      this.retransmittedBytes += Math.min(length, -ahead);
      if (fresh <= 0) return;
      const captured = segment.payloadLength + ahead;
      const from = start + Math.min(-ahead, segment.payloadLength);
      this.#inOrder(flow, half, segment.bytes, from, from + Math.max(captured, 0), fresh);
    } else {
      if (ahead > FAR) {
        this.#far(flow, half, seq, segment);
      } else {
        this.outOfOrder++;
        this.#keepEarly(flow, half, seq, segment);
      }
      return;
    }
    half.strayed = false;
    if (half.early !== null) this.#drain(flow, half);
  }

  #inOrder(flow: TrackedFlow, half: Half, bytes: Uint8Array, start: number, end: number, wire: number): void {
    half.next = (half.next + wire) | 0;
    if (end > start) this.#dispatcher.deliver(flow, half, bytes, start, end);
    const cut = wire - (end - start);
    if (cut > 0) this.#missed(flow, half, cut);
  }

  /** Too far from the window: ignored, unless a second segment continues where this one ended. */
  #far(flow: TrackedFlow, half: Half, seq: number, segment: Segment): void {
    if (half.strayed && half.strayNext === seq) {
      this.#dropEarly(half);
      const lost = (seq - half.next) >>> 0;
      half.next = seq;
      half.strayed = false;
      this.#missed(flow, half, lost < 0x80000000 ? lost : 1);
      const start = segment.payloadOffset;
      this.#inOrder(flow, half, segment.bytes, start, start + segment.payloadLength, segment.payloadWire);
      return;
    }
    this.outOfWindow++;
    half.strayed = true;
    half.strayNext = (seq + segment.payloadWire) | 0;
  }

  #keepEarly(flow: TrackedFlow, half: Half, seq: number, segment: Segment): void {
    const { bytes, payloadOffset, payloadLength, payloadWire } = segment;
    if (half.early === null) {
      half.early = [];
      half.holeSince = segment.time;
    }
    const { early } = half;
    let at = early.length;
    while (at > 0 && ((early[at - 1].seq - seq) | 0) > 0) at--;
    if (at > 0 && ((early[at - 1].seq + early[at - 1].wire - seq - payloadWire) | 0) >= 0) {
      this.retransmittedBytes += payloadWire;
      return;
    }
    const kept: EarlySegment = {
      seq,
      data: copyOf(bytes, payloadOffset, payloadOffset + payloadLength),
      wire: payloadWire,
    };
    early.splice(at, 0, kept);
    half.earlyBytes += payloadLength;
    this.#earlyBytes += payloadLength;
    const { earlyBytesPerFlow, earlyBytes } = this.#limits;
    if (
      half.earlyBytes > earlyBytesPerFlow ||
      early.length >= EARLY_SEGMENTS ||
      this.#earlyBytes > earlyBytes
    ) {
      this.evictions.set('reassembly', this.evictions.get('reassembly')! + 1);
      this.#passHole(flow, half);
    }
  }

  /** Delivers kept segments that are now in order. */
  #drain(flow: TrackedFlow, half: Half): void {
    const early = half.early!;
    let done = 0;
    while (done < early.length) {
      const { seq, data, wire } = early[done];
      const ahead = (seq - half.next) | 0;
      if (ahead > 0) break;
      done++;
      half.earlyBytes -= data.length;
      this.#earlyBytes -= data.length;
      if (wire + ahead <= 0) continue;
      const from = Math.min(-ahead, data.length);
      this.#inOrder(flow, half, data, from, data.length, wire + ahead);
    }
    if (done === early.length) half.early = null;
    else if (done > 0) {
      early.splice(0, done);
      half.holeSince = this.#time;
    }
  }

  /** Decides whether bytes that are missing in front of kept segments will still come. */
  #judgeHole(flow: TrackedFlow, half: Half, other: Half): void {
    const early = half.early;
    if (early === null) return;
    const age = this.#time - half.holeSince;
    const acknowledged = other.acked && ((other.ack - early[0].seq) | 0) >= 0;
    const lost = acknowledged
      ? age >= ACKED_HOLE_AGE || early.length >= ACKED_HOLE_SEGMENTS
      : age >= SILENT_HOLE_AGE || (half.earlyBytes >= SILENT_HOLE_BYTES && !other.acked);
    if (lost) this.#passHole(flow, half);
  }

  /** Gives up the bytes before the first kept segment, and goes on from there. */
  #passHole(flow: TrackedFlow, half: Half): void {
    const first = half.early![0];
    const missing = (first.seq - half.next) | 0;
    if (missing > 0) {
      half.next = first.seq;
      this.#missed(flow, half, missing);
    }
    this.#drain(flow, half);
  }

  #missed(flow: TrackedFlow, half: Half, length: number): void {
    if (flow.missedBytes === 0) this.flowsWithGaps++;
    flow.missedBytes += length;
    this.missedBytes += length;
    if (!half.ended) this.#dispatcher.gap(flow, half, length);
  }

  #dropEarly(half: Half): void {
    this.#earlyBytes -= half.earlyBytes;
    half.earlyBytes = 0;
    half.early = null;
  }

  /** Everything of this side that is still kept goes out, holes told; then bytes known only by their numbers. */
  #finish(flow: TrackedFlow, half: Half, other: Half): void {
    while (half.early !== null) this.#passHole(flow, half);
    if (!half.started || half.ended) return;
    let until = half.next;
    if (other.acked && ((other.ack - until) | 0) > 0 && ((other.ack - until) | 0) < FAR) until = other.ack;
    if (half.finSeen) {
      // An acknowledgment beyond the last byte covers the FIN itself.
      until = half.finSeq;
    }
    const missing = (until - half.next) | 0;
    if (missing > 0 && missing < FAR) this.#missed(flow, half, missing);
    half.next = until;
  }

  #close(entry: number, how: FlowEnd): void {
    const flow = this.#table.get(entry)!;
    const { source, destination } = flow;
    const hash = this.#table.hash(entry);
    this.#table.remove(entry);
    if (flow.proto === 'tcp') {
      this.activeTcp--;
      this.#finish(flow, source, destination);
      this.#finish(flow, destination, source);
      this.#endHalf(flow, flow.client);
      this.#endHalf(flow, flow.server);
      if (how === 'fin' || how === 'rst') this.#rememberClosed(hash);
    } else {
      this.activeUdp--;
    }
    this.#dispatcher.announce(flow);
    this.#dispatcher.close(flow, how);
    this.#output.fact(ENDED[how], flow, this.#time);
  }

  #endHalf(flow: TrackedFlow, half: Half): void {
    if (half.ended) return;
    half.ended = true;
    this.#dispatcher.end(flow, half);
  }

  /** Makes room: of a few flows in turn, the one that promises least. */
  #evict(): void {
    let victim = -1;
    let least = Number.POSITIVE_INFINITY;
    let looked = 0;
    for (let step = 0; step < this.#table.entries && looked < EVICTION_SAMPLE; step++) {
      this.#hand = (this.#hand + 1) % this.#table.entries;
      const flow = this.#table.get(this.#hand);
      if (flow === null) continue;
      looked++;
      const promise = (flow.parser !== null ? 2 : flow.established ? 1 : 0) * 1e18 + flow.last;
      if (promise < least) {
        least = promise;
        victim = this.#hand;
      }
    }
    this.evictions.set('flows', this.evictions.get('flows')! + 1);
    this.#close(victim, 'cut');
  }

  #rememberClosed(hash: number): void {
    const slot = hash & (CLOSED_ENTRIES - 1);
    this.#closedHash[slot] = hash;
    this.#closedUntil[slot] = this.#time + CLOSED_SECONDS * SECOND;
  }

  #wasClosed(segment: Segment): boolean {
    const hash = hashOf(segment);
    const slot = hash & (CLOSED_ENTRIES - 1);
    return this.#closedHash[slot] === hash && this.#closedUntil[slot] >= segment.time;
  }
}

/** What the SYN at hand says; one for all. */
class SynHandshake implements Handshake {
  answers = false;
  ttl = 0;
  family: 4 | 6 = 4;
  window = 0;
  bytes: Uint8Array = new Uint8Array(0);
  optionsOffset = 0;
  optionsLength = 0;

  of(segment: Segment): void {
    this.answers = (segment.flags & ACK) !== 0;
    this.ttl = segment.ttl;
    this.family = segment.family;
    this.window = segment.window;
    this.bytes = segment.bytes;
    this.optionsOffset = segment.optionsOffset;
    this.optionsLength = segment.optionsLength;
  }
}

/**
 * The same SYN once more: its ISN lies behind the next byte by what was sent since. Or one that the first of the data
 * overtook on the way to the capture.
 */
function isRepeatedSyn(flow: TrackedFlow, half: Half, seq: number, time: number): boolean {
  const behind = (half.next - seq) | 0;
  if (behind <= 0) return false;
  if (behind <= half.bytes + flow.missedBytes + 2) return true;
  return flow.midstream && behind <= FIRST_WINDOW && time - flow.start < OVERTAKING_AGE;
}
