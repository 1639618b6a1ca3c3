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
   * Must answer MORE only while the bytes so far could still become its protocol, and never beyond 64 bytes.
   */
  probe(head: Uint8Array, direction: Direction): Verdict;
  /**
   * For flows whose start was not seen or that had a gap before they were recognised: the offset in `bytes`
   * at which a message of this protocol soundly starts, or -1. Must be cheap: it runs on unknown traffic.
   */
  find(bytes: Uint8Array): number;
  open(flow: Flow, context: DissectorContext<E>): StreamParser;
}

export interface DatagramDissector<N extends string = string, E extends Named<N> = Named<N>> {
  readonly name: N;
  readonly over: 'udp';
  readonly ports: readonly number[];
  /** True when the datagram was this protocol's. Throws only `Malformed`. */
  datagram(flow: Flow, direction: Direction, bytes: Uint8Array, context: DissectorContext<E>): boolean;
}

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
