import { copyOf } from '../core/bytes.ts';
import {
  type DatagramDissector,
  type Dissector,
  type DissectorContext,
  type FlowEnd,
  FROM_CLIENT,
  FROM_SERVER,
  type Handshake,
  type HandshakeDissector,
  type LinkDissector,
  type LinkFrame,
  MORE,
  type Named,
  NO,
  type Progress,
  type StreamDissector,
  type UnclaimedDissector,
  type Verdict,
} from '../core/dissector.ts';
import { Malformed } from '../core/errors.ts';
import type { Fact, FlowFact } from '../core/facts.ts';
import { type Direction, TO_CLIENT, TO_SERVER } from '../core/flow.ts';
import type { Half } from './half.ts';
import type { TrackedFlow } from './tracked-flow.ts';

/** Bytes a parser may leave over before it is called hostile or broken. */
const PENDING_LIMIT = 1 << 20;
/** A probe must have answered by then, unless its dissector names a window. */
const PROBE_LIMIT = 64;
/** Datagrams of a flow, in either direction, that every dissector may refuse before nobody is asked any more. */
const DATAGRAM_LIMIT = 4;
/** Payload of an unknown flow, in each direction, that is searched for a message's start. */
const SEARCH_LIMIT = 256 * 1024;

/** Where events and facts go. */
export interface StreamOutput {
  event(event: Named<string>, flow: TrackedFlow): void;
  /** `flow`: null for what a frame without IP told. */
  fact(fact: Fact, flow: TrackedFlow | null): void;
  facts(facts: readonly Fact[], flow: TrackedFlow): void;
}

/**
 * Chooses the dissector of a flow by what its first bytes say, and hands the parser the bytes in order: what
 * it left over comes again, what it wants skipped passes unseen, and what it throws ends its reading of that
 * direction, never the process.
 */
export class Dispatcher {
  readonly #dissectors: readonly StreamDissector[];
  readonly #datagrams: readonly DatagramDissector[];
  readonly #handshakes: readonly HandshakeDissector[];
  readonly #unclaimed: readonly UnclaimedDissector[];
  /** Bytes of a direction that the most patient of them wants. */
  readonly #budget: number;
  readonly #unclaimedContext: DissectorContext<never>;
  readonly #links = new Map<number, LinkDissector>();
  readonly #context: DissectorContext<Named<string>>;
  readonly #output: StreamOutput;
  readonly #rethrow: boolean;
  /** Bytes held back for parsers in all flows. */
  pendingBytes = 0;
  /** Exceptions that should not have been, by dissector. */
  readonly errors = new Map<string, number>();
  /** Whose bytes are being read; null while it is a frame without IP. */
  #flow: TrackedFlow | null = null;

  /** `rethrow`: let unexpected exceptions through (tests and fuzzing), instead of counting them. */
  constructor(
    dissectors: readonly Dissector[],
    options: Pick<DissectorContext<unknown>, 'now' | 'reveal' | 'hash' | 'address'>,
    output: StreamOutput,
    rethrow: boolean,
  ) {
    this.#dissectors = dissectors.filter((dissector) => dissector.over === 'tcp');
    if (this.#dissectors.length > 31) throw new RangeError('candidates are kept as bits of one word');
    this.#datagrams = dissectors.filter((dissector) => dissector.over === 'udp');
    this.#handshakes = dissectors.filter((dissector) => dissector.over === 'handshake');
    this.#unclaimed = dissectors.filter((dissector) => dissector.over === 'unclaimed');
    this.#budget = Math.max(0, ...this.#unclaimed.map(({ budget }) => budget));
    for (const dissector of dissectors)
      if (dissector.over === 'link') for (const type of dissector.types) this.#links.set(type, dissector);
    this.#output = output;
    this.#rethrow = rethrow;
    this.#context = {
      ...options,
      emit: (message) => {
        // Not `in`: what is emitted has a dozen shapes, and a missing property is found out faster.
        if ((message as Fact).fact !== undefined) this.#output.fact(message as Fact, this.#flow);
        else if (this.#flow !== null) this.#output.event(message as Named<string>, this.#flow);
      },
      tell: (facts) => {
        if (this.#flow !== null) this.#output.facts(facts, this.#flow);
      },
    };
    this.#unclaimedContext = {
      ...this.#context,
      // Nothing is told of a flow before the flow itself.
      emit: (fact: Fact) => {
        if (this.#flow === null) return;
        this.announce(this.#flow);
        this.#output.fact(fact, this.#flow);
      },
    };
  }

  /** Bytes of `half` in order; `bytes[start, end)` is valid during the call only. */
  deliver(flow: TrackedFlow, half: Half, bytes: Uint8Array, start: number, end: number): void {
    if (half.dead) {
      if (half.unshown > 0) this.#show(flow, half, bytes.subarray(start, end));
      return;
    }
    if (half.skip > 0) {
      const skipped = Math.min(half.skip, end - start);
      half.skip -= skipped;
      if (skipped === end - start) return;
      start += skipped;
    }
    this.#flow = flow;
    if (flow.parser !== null) this.#parse(flow, half, bytes, start, end);
    else if (!flow.decided) this.#choose(flow, half, bytes, start, end);
    else if (half.unshown !== 0) this.#show(flow, half, bytes.subarray(start, end));
  }

  /** A datagram of `half`; `bytes[start, end)` is valid during the call only. */
  datagram(flow: TrackedFlow, half: Half, bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    const known = flow.datagrams;
    if (known === null && flow.decided) {
      if (half.unshown !== 0) this.#show(flow, half, bytes.subarray(start, end));
      return;
    }
    this.#flow = flow;
    const payload = bytes.subarray(start, end);
    const direction = directionOf(flow, half);
    if (known !== null) {
      this.#offer(known, payload, direction, flow, isHinted(known, flow));
      return;
    }
    for (const hinted of [true, false])
      for (const dissector of this.#datagrams) {
        if (isHinted(dissector, flow) !== hinted) continue;
        if (this.#offer(dissector, payload, direction, flow, hinted)) {
          flow.decided = true;
          flow.datagrams = dissector;
          flow.protocol = dissector.name;
          this.#showNoMore(flow);
          this.#output.fact(IDENTIFIED, flow);
          return;
        }
      }
    if (++half.searched >= DATAGRAM_LIMIT) flow.decided = true;
    if (half.unshown !== 0) this.#show(flow, half, payload);
  }

  /** Bytes of a direction that nobody claimed go to those who look at such, as far as their budget reaches. */
  #show(flow: TrackedFlow, half: Half, bytes: Uint8Array): void {
    this.#flow = flow;
    if (half.unshown < 0) {
      half.unshown = this.#budget;
      if (half.unshown === 0) return;
      flow.readers ??= this.#unclaimed.map((dissector) => dissector.open(flow, this.#unclaimedContext));
    }
    const direction = directionOf(flow, half);
    const part = bytes.length > half.unshown ? bytes.subarray(0, half.unshown) : bytes;
    half.unshown -= part.length;
    let wanted = false;
    try {
      for (const reader of flow.readers!) wanted = reader.data(direction, part) || wanted;
    } catch (error) {
      this.#unexpected('unclaimed', error);
      wanted = false;
    }
    if (half.unshown === 0 || !wanted) this.#shown(flow, half);
  }

  /** No more of this direction is shown. */
  #shown(flow: TrackedFlow, half: Half): void {
    const begun = half.unshown >= 0;
    half.unshown = 0;
    if (!begun || flow.readers === null) return;
    this.#flow = flow;
    try {
      for (const reader of flow.readers) reader.end(directionOf(flow, half));
    } catch (error) {
      this.#unexpected('unclaimed', error);
    }
    const other = half === flow.source ? flow.destination : flow.source;
    if (other.unshown === 0) flow.readers = null;
  }

  /** The flow is somebody's after all, or over. */
  #showNoMore(flow: TrackedFlow): void {
    if (flow.source.unshown !== 0) this.#shown(flow, flow.source);
    if (flow.destination.unshown !== 0) this.#shown(flow, flow.destination);
    flow.readers = null;
  }

  /** A frame without IP. */
  link(type: number, frame: LinkFrame, bytes: Uint8Array, start: number, end: number): void {
    const dissector = this.#links.get(type);
    if (dissector === undefined) return;
    this.#flow = null;
    try {
      dissector.frame(bytes.subarray(start, end), frame, this.#context as DissectorContext<never>);
    } catch (error) {
      // There is no flow to tell of: what is malformed in a frame is passed over.
      if (!(error instanceof Malformed)) this.#unexpected(dissector.name, error);
    }
  }

  /** The SYN of one side, alone or as an answer. */
  handshake(flow: TrackedFlow, half: Half, handshake: Handshake): void {
    this.#flow = flow;
    for (const dissector of this.#handshakes) {
      try {
        dissector.handshake(
          handshake,
          directionOf(flow, half),
          flow,
          this.#context as DissectorContext<never>,
        );
      } catch (error) {
        if (!(error instanceof Malformed)) this.#unexpected(dissector.name, error);
      }
    }
  }

  #offer(
    dissector: DatagramDissector,
    payload: Uint8Array,
    direction: Direction,
    flow: TrackedFlow,
    hinted: boolean,
  ): boolean {
    try {
      return dissector.datagram(payload, direction, flow, hinted, this.#context);
    } catch (error) {
      if (!(error instanceof Malformed)) this.#unexpected(dissector.name, error);
      else if (flow.datagrams === dissector)
        this.#anomaly(flow, direction === TO_SERVER ? flow.client : flow.server, error.kind, error.message);
      return false;
    }
  }

  #unexpected(name: string, error: unknown): void {
    if (this.#rethrow) throw error;
    this.errors.set(name, (this.errors.get(name) ?? 0) + 1);
  }

  /** `length` bytes of `half` were missed; more is to come. */
  gap(flow: TrackedFlow, half: Half, length: number): void {
    if (half.unshown > 0) for (const reader of flow.readers ?? []) reader.gap(directionOf(flow, half));
    if (half.dead) return;
    if (half.skip >= length) {
      // The parser had asked not to see these bytes, and it still knows where it is.
      half.skip -= length;
      return;
    }
    length -= half.skip;
    half.skip = 0;
    this.#flow = flow;
    if (flow.parser === null) {
      this.#release(half);
      // The rest of this direction can only be recognised as one taken up in the middle.
      half.candidates = 0;
      flow.midstream = true;
      return;
    }
    this.#release(half);
    try {
      if (flow.parser.gap(directionOf(flow, half), length) !== 'resync') half.dead = true;
    } catch (error) {
      this.#failed(flow, half, error);
      half.dead = true;
    }
  }

  /** Nothing more comes from `half`. */
  end(flow: TrackedFlow, half: Half): void {
    if (flow.parser === null) {
      // What waited for a dissector that would claim it is nobody's.
      if (half.pendingLength > 0 && half.unshown !== 0)
        this.#show(flow, half, half.pending!.subarray(0, half.pendingLength));
      this.#release(half);
      if (half.unshown !== 0) this.#shown(flow, half);
      return;
    }
    this.#release(half);
    this.#flow = flow;
    try {
      flow.parser.end(directionOf(flow, half));
    } catch (error) {
      this.#failed(flow, half, error);
    }
  }

  close(flow: TrackedFlow, how: FlowEnd): void {
    this.#release(flow.source);
    this.#release(flow.destination);
    if (flow.parser === null) return;
    this.#flow = flow;
    try {
      flow.parser.close(how);
    } catch (error) {
      this.#failed(flow, flow.client, error);
    }
    flow.parser = null;
  }

  #parse(flow: TrackedFlow, half: Half, bytes: Uint8Array, start: number, end: number): void {
    let view: Uint8Array;
    if (half.pendingLength > 0) {
      this.#hold(half, bytes, start, end);
      if (half.pendingLength < half.need) return;
      view = half.pending!.subarray(0, half.pendingLength);
    } else {
      view = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    }
    const progress = this.#data(flow, half, view);
    if (progress === null) {
      this.#release(half);
      half.dead = true;
      return;
    }
    const { consumed } = progress;
    const left = view.length - consumed;
    if (left <= 0) {
      half.skip = -left;
      this.#release(half);
      return;
    }
    // A parser that leaves bytes over without saying how many it wants is given one more at a time.
    half.need = Math.max(progress.need, left + 1);
    if (half.need > PENDING_LIMIT) {
      this.#anomaly(
        flow,
        half,
        'buffer-limit',
        `a message of more than ${PENDING_LIMIT} bytes would have to be held`,
      );
      this.#release(half);
      half.dead = true;
      return;
    }
    if (half.pendingLength > 0) {
      half.pending!.copyWithin(0, consumed, half.pendingLength);
      this.pendingBytes -= consumed;
      half.pendingLength = left;
    } else {
      this.#hold(half, view, consumed, view.length);
    }
  }

  #data(flow: TrackedFlow, half: Half, view: Uint8Array): Progress | null {
    try {
      return flow.parser!.data(directionOf(flow, half), view);
    } catch (error) {
      this.#failed(flow, half, error);
      return null;
    }
  }

  #failed(flow: TrackedFlow, half: Half, error: unknown): void {
    if (error instanceof Malformed) {
      this.#anomaly(flow, half, error.kind, error.message);
      return;
    }
    this.#unexpected(flow.protocol, error);
    // The parser's state can no longer be trusted, in neither direction.
    flow.source.dead = true;
    flow.destination.dead = true;
  }

  #anomaly(flow: TrackedFlow, half: Half, kind: string, detail: string): void {
    const from = half === flow.client ? 'client' : 'server';
    this.#output.fact({ fact: 'anomaly', protocol: flow.protocol, kind, detail, from }, flow);
  }

  #choose(flow: TrackedFlow, half: Half, bytes: Uint8Array, start: number, end: number): void {
    let view: Uint8Array;
    if (half.pendingLength > 0) {
      this.#hold(half, bytes, start, end);
      view = half.pending!.subarray(0, half.pendingLength);
    } else {
      view = bytes.subarray(start, end);
    }
    const all = (1 << this.#dissectors.length) - 1;
    const direction = directionOf(flow, half);
    let open = half.candidates & all;
    for (let i = 0; i < this.#dissectors.length && open !== 0; i++) {
      if ((open & (1 << i)) === 0) continue;
      const dissector = this.#dissectors[i];
      const verdict = dissector.probe(view, direction);
      if (verdict === NO || (verdict === MORE && view.length >= (dissector.window ?? PROBE_LIMIT)))
        open &= ~(1 << i);
      else if (verdict !== MORE) {
        this.#open(flow, half, dissector, verdict, view);
        return;
      }
    }
    half.candidates = open;
    if (open !== 0) {
      if (half.pendingLength === 0) this.#hold(half, view, 0, view.length);
      return;
    }
    this.#search(flow, half, view);
  }

  /** The first bytes of this direction are nobody's: look for a message's start, where that can be hoped for. */
  #search(flow: TrackedFlow, half: Half, view: Uint8Array): void {
    const other = half === flow.source ? flow.destination : flow.source;
    if (!flow.midstream) {
      // Its start was seen and was nobody's. The other side may still speak first in its own protocol.
      this.#show(flow, half, view);
      this.#release(half);
      half.dead = true;
      if (other.dead || other.pendingLength === 0) flow.decided = true;
      return;
    }
    for (const dissector of this.#dissectors) {
      const at = dissector.find(view);
      if (at < 0) continue;
      const found = view.subarray(at);
      const verdict = dissector.probe(found, directionOf(flow, half));
      this.#open(flow, half, dissector, verdict, found);
      return;
    }
    half.searched += view.length;
    if (half.unshown !== 0) this.#show(flow, half, view);
    this.#release(half);
    half.candidates = -1;
    if (half.searched < SEARCH_LIMIT) return;
    half.dead = true;
    if (other.dead) flow.decided = true;
  }

  #open(
    flow: TrackedFlow,
    half: Half,
    dissector: StreamDissector,
    verdict: Verdict,
    first: Uint8Array,
  ): void {
    if (flow.orientation !== 'syn' && (verdict === FROM_CLIENT || verdict === FROM_SERVER)) {
      flow.sourceIsClient = (half === flow.source) === (verdict === FROM_CLIENT);
      flow.orientation = 'probe';
    } else if (flow.orientation === 'guess' && dissector.ports.includes(flow.client.port)) {
      flow.sourceIsClient = !flow.sourceIsClient;
      flow.orientation = 'port';
    }
    flow.decided = true;
    flow.protocol = dissector.name;
    this.#showNoMore(flow);
    this.announce(flow);
    this.#output.fact(IDENTIFIED, flow);
    try {
      flow.parser = dissector.open(flow, this.#context);
    } catch (error) {
      this.#failed(flow, half, error);
      return;
    }
    // `first` may lie in the buffer that is about to be used again.
    const held = half.pendingLength > 0;
    const own = held ? copyOf(first, 0, first.length) : first;
    this.#release(half);
    const other = half === flow.source ? flow.destination : flow.source;
    other.dead = false;
    const earlier = other.pendingLength > 0 ? copyOf(other.pending!, 0, other.pendingLength) : null;
    this.#release(other);
    // What the other side said before this side was recognised came first.
    if (earlier !== null) this.#parse(flow, other, earlier, 0, earlier.length);
    if (!half.dead) this.#parse(flow, half, own, 0, own.length);
  }

  /** Tells of the flow once it is known (as well as it will be) which end is the client. */
  announce(flow: TrackedFlow): void {
    if (flow.announced) return;
    flow.announced = true;
    this.#output.fact(OPEN, flow);
    if (flow.established) this.#output.fact(ESTABLISHED, flow);
  }

  #hold(half: Half, bytes: Uint8Array, start: number, end: number): void {
    const wanted = half.pendingLength + end - start;
    if (half.pending === null || half.pending.length < wanted) {
      // From 64 bytes on: V8 keeps arrays of up to that in its own heap, where a flood of flows costs least.
      const bigger = new Uint8Array(Math.max(64, 2 ** Math.ceil(Math.log2(Math.max(wanted, half.need)))));
      if (half.pendingLength > 0) bigger.set(half.pending!.subarray(0, half.pendingLength));
      half.pending = bigger;
    }
    if (end - start < 32) {
      for (let i = start; i < end; i++) half.pending[half.pendingLength + i - start] = bytes[i];
    } else {
      half.pending.set(bytes.subarray(start, end), half.pendingLength);
    }
    half.pendingLength = wanted;
    this.pendingBytes += end - start;
  }

  #release(half: Half): void {
    if (half.pending === null) return;
    this.pendingBytes -= half.pendingLength;
    half.pendingLength = 0;
    half.pending = null;
    half.need = 0;
  }
}

const OPEN: FlowFact = { fact: 'flow', state: 'open' };
export const ESTABLISHED: FlowFact = { fact: 'flow', state: 'established' };
const IDENTIFIED: FlowFact = { fact: 'flow', state: 'identified' };

function isHinted(dissector: DatagramDissector, flow: TrackedFlow): boolean {
  return dissector.ports.includes(flow.source.port) || dissector.ports.includes(flow.destination.port);
}

function directionOf(flow: TrackedFlow, half: Half): Direction {
  return half === flow.client ? TO_SERVER : TO_CLIENT;
}
