import type { Address, Family } from './address.ts';
import type { Fact } from './facts.ts';
import type { Direction, Flow, FlowEnd } from './flow.ts';
import type { KeyedHash } from './hash.ts';
import type { Micros } from './time.ts';

/** What a parser did with the bytes it was given. Read at once: a parser may return the same object always. */
export interface Progress {
  /**
   * Bytes dealt with. Fewer than given: the rest is offered again, followed by what comes next. More than
   * given: that many of the following bytes are skipped unseen (pixel data, oversized fields).
   */
  consumed: number;
  /** With bytes left over: how many, counted from the first of them, are wanted before the next call. */
  need: number;
}

/** Reads one flow that a dissector recognised. Direction 0 is client to server. */
export interface StreamParser {
  /** Bytes of one direction in order. `bytes` is valid during the call only. Throws only `Malformed`. */
  data(direction: Direction, bytes: Uint8Array): Progress;
  /**
   * `length` bytes of this direction were missed by the capture. `resync`: the parser will look for the next
   * message by itself in what follows; `give-up`: this direction is lost to it and gets no more bytes. Bytes
   * that were left over before the gap are dropped by the engine.
   */
  gap(direction: Direction, length: number): 'resync' | 'give-up';
  /** No more bytes will come in this direction (FIN, RST, idle, end of capture). Called once for each. */
  end(direction: Direction): void;
  /**
   * The whole flow is over, after both `end` calls. `how`: 'fin' both sides closed in order, 'rst' reset,
   * 'idle' timed out, 'cut' the capture ended or memory ran out first.
   */
  close(how: FlowEnd): void;
}

export type { FlowEnd };

/**
 * A probe's answer. `YES` keeps the flow's orientation; `FROM_CLIENT` / `FROM_SERVER` also say who sent what
 * was probed, which settles the orientation where no SYN did.
 */
export const NO = 0;
export const MORE = 1;
export const YES = 2;
export const FROM_CLIENT = 3;
export const FROM_SERVER = 4;
export type Verdict = typeof NO | typeof MORE | typeof YES | typeof FROM_CLIENT | typeof FROM_SERVER;

/** What every dissector is given when it opens a flow. */
export interface DissectorContext<E> {
  emit(event: E | Fact): void;
  /**
   * States what a dissector says in every connection of the same two ends: who they are, what they do. A list
   * that was told of these two less than a minute ago, as the same object, is not handed on again.
   */
  tell(facts: readonly Fact[]): void;
  /** The time of the packet being handled. */
  now(): Micros;
  /** `--reveal-phi` was typed: only then may a `Sealed` keep its text. */
  readonly reveal: boolean;
  /** Turns a patient's identity into a number pair that cannot be turned back. */
  readonly hash: KeyedHash;
  /** An address that stood in a payload, as four words in network order; IPv4 is (0, 0, 0xffff, address). */
  address(family: Family, w0: number, w1: number, w2: number, w3: number): Address;
}

export interface Named<N extends string> {
  /** `<dissector>.<what>`, such as `dicom.association`. */
  readonly type: `${N}.${string}`;
}

export interface StreamDissector<N extends string = string, E extends Named<N> = Named<N>> {
  readonly name: N;
  readonly over: 'tcp';
  /** Usual ports: tried first and believed sooner; never a condition. */
  readonly ports: readonly number[];
  /**
   * Looks at the first bytes of a direction (or, for a flow taken up mid-stream, at bytes found by `find`).
   * Must answer MORE only while the bytes so far could still become its protocol, and never beyond 64 bytes (or
   * `window`).
   */
  probe(head: Uint8Array, direction: Direction): Verdict;
  /** Bytes in which `probe` decides, where 64 are too few: what it answers MORE to is held back so long. */
  readonly window?: number;
  /**
   * For flows whose start was not seen or that had a gap before they were recognised: the offset in `bytes`
   * at which a message of this protocol soundly starts, or -1. Must be cheap: it runs on unknown traffic.
   */
  find(bytes: Uint8Array): number;
  open(flow: Flow, context: DissectorContext<E>): StreamParser;
}

/** Reads datagrams. A flow's first ones are offered to every dissector, those whose port it is first. */
export interface DatagramDissector<N extends string = string, E extends Named<N> = Named<N>> {
  readonly name: N;
  readonly over: 'udp';
  readonly ports: readonly number[];
  /**
   * True when the datagram was this protocol's: the flow is then its own, and no other dissector is asked. Nothing
   * may have been emitted when it answers no. `hinted`: one of the flow's ports is the protocol's usual one; without
   * that, only what cannot be anything else may be claimed. `bytes` is what was captured of the payload, valid during
   * the call only. Throws only `Malformed`, which is an anomaly in a flow that is this protocol's, and else a no.
   */
  datagram(
    bytes: Uint8Array,
    direction: Direction,
    flow: Flow,
    hinted: boolean,
    context: DissectorContext<E>,
  ): boolean;
}

/** A frame that carries no IP. One instance is filled again for every frame. */
export interface LinkFrame {
  /** MAC address of the sender and of the receiver (48-bit integers), -1 when the link has none. */
  readonly srcMac: number;
  readonly dstMac: number;
  /** Outermost VLAN id or -1. */
  readonly vlan0: number;
}

/** Reads frames that carry no IP. What it states has no flow: `device` and `neighbour` facts alone. */
export interface LinkDissector<N extends string = string> {
  readonly name: N;
  readonly over: 'link';
  /** EtherTypes; a SNAP protocol of an organisation is `OUI × 65536 + type`. */
  readonly types: readonly number[];
  /** `bytes`: what follows the type, padding included; valid during the call only. Throws only `Malformed`. */
  frame(bytes: Uint8Array, frame: LinkFrame, context: DissectorContext<never>): void;
}

/** What the first packet of a side of a TCP connection says beside its ports. Filled again for every packet. */
export interface Handshake {
  /** SYN alone, or SYN with ACK. */
  readonly answers: boolean;
  /** IP time to live (hop limit) as captured. */
  readonly ttl: number;
  readonly family: Family;
  readonly window: number;
  /** TCP options are `bytes[optionsOffset, optionsOffset + optionsLength)`. Valid during the call only. */
  readonly bytes: Uint8Array;
  readonly optionsOffset: number;
  readonly optionsLength: number;
}

/** Reads the SYN of either side of a TCP connection. */
export interface HandshakeDissector<N extends string = string> {
  readonly name: N;
  readonly over: 'handshake';
  handshake(handshake: Handshake, direction: Direction, flow: Flow, context: DissectorContext<never>): void;
}

/** Reads the beginning of one flow that nobody claimed. Throws nothing. */
export interface UnclaimedReader {
  /**
   * Bytes of one direction in order, or a datagram; valid during the call only. False: nothing more is wanted of this
   * direction.
   */
  data(direction: Direction, bytes: Uint8Array): boolean;
  /** Bytes of this direction were missed by the capture. */
  gap(direction: Direction): void;
  /** Nothing more of this direction comes, or is shown. Called once for each that was shown. */
  end(direction: Direction): void;
}

/**
 * Looks for something in flows that are no dissector's: once those over TCP or UDP have refused a direction, its first
 * bytes are shown. A flow may be claimed later by what its other side says, and is then shown no more.
 */
export interface UnclaimedDissector<N extends string = string> {
  readonly name: N;
  readonly over: 'unclaimed';
  /** Bytes of each direction that are shown; what comes behind them costs nothing. */
  readonly budget: number;
  open(flow: Flow, context: DissectorContext<never>): UnclaimedReader;
}

export type Dissector =
  | StreamDissector
  | DatagramDissector
  | LinkDissector
  | HandshakeDissector
  | UnclaimedDissector;

/** Convenience for parsers: a `Progress` to return again and again. */
export class ReusedProgress implements Progress {
  consumed = 0;
  need = 0;
  set(consumed: number, need = 0): Progress {
    this.consumed = consumed;
    this.need = need;
    return this;
  }
}
