import { deepStrictEqual } from 'node:assert';
import { Address } from '../core/address.ts';
import type { FlowEnd, Named, StreamDissector } from '../core/dissector.ts';
import { Malformed } from '../core/errors.ts';
import type { Fact } from '../core/facts.ts';
import type { Direction, Flow } from '../core/flow.ts';
import { TO_SERVER } from '../core/flow.ts';
import { KeyedHash } from '../core/hash.ts';
import { Sealed } from '../core/sealed.ts';

/**
 * Feeds a conversation to a stream dissector the way `streams` does, but in every way TCP could have cut it.
 * What a dissector says must not depend on where segments end: h11 and node-postgres test their parsers so.
 */
export type Step =
  | { readonly send: Direction; readonly bytes: Uint8Array }
  | { readonly gap: Direction; readonly length: number }
  | { readonly end: Direction };

export interface PlayOptions {
  /** How the flow ends once the steps are through; 'fin' unless said. */
  close?: FlowEnd;
  /** What is known of the flow; a whole connection between 10.0.0.1:40000 and 10.0.0.2:104 unless said. */
  flow?: Partial<Flow>;
  reveal?: boolean;
  /** `everySplit` only: cut at every so many offsets, for long conversations; 1 unless said. */
  stride?: number;
}

/** What was emitted: a copy of each event or fact as it was at that moment. */
export type Emitted = Record<string, unknown> & { type?: string; fact?: string };

/** Where to cut a step: the offsets, ascending, inside (0, length). */
type Cut = (step: number, length: number) => readonly number[];

const START = 1_770_000_000_000_000;
const STEP = 1_000;
const KEY = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
const uncut: Cut = () => [];

/** Plays the steps as they are, or cut; every step is a millisecond after the one before. */
export function play<N extends string, E extends Named<N>>(
  dissector: StreamDissector<N, E>,
  steps: readonly Step[],
  options: PlayOptions = {},
  cut: Cut = uncut,
): Emitted[] {
  return playLines(dissector, steps, options, cut).map((line) => JSON.parse(line) as Emitted);
}

/**
 * As JSON texts, made when the events are emitted: they share objects that grow, and what a test compares is how
 * they were at that moment.
 */
function playLines<N extends string, E extends Named<N>>(
  dissector: StreamDissector<N, E>,
  steps: readonly Step[],
  options: PlayOptions,
  cut: Cut,
): string[] {
  const emitted: string[] = [];
  let now = START;
  const flow = { ...exampleFlow(dissector.ports[0] ?? 0), ...options.flow };
  const emit = (event: E | Fact) =>
    emitted.push(JSON.stringify(event, options.reveal ? revealSealed : undefined));
  const parser = dissector.open(flow, {
    emit,
    tell: (facts: readonly Fact[]) => facts.forEach(emit),
    now: () => now,
    reveal: options.reveal ?? false,
    hash: new KeyedHash(KEY),
    address: (family, w0, w1, w2, w3) => new Address(family, w0, w1, w2, w3, true),
  });
  const left: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  const need = [0, 0];
  const skip = [0, 0];
  const dead = [false, false];
  const ended = [false, false];

  const feed = (direction: Direction, segment: Uint8Array) => {
    if (direction === TO_SERVER) flow.bytesToServer += segment.length;
    else flow.bytesToClient += segment.length;
    flow.last = now;
    if (dead[direction]) return;
    let fresh = segment;
    if (skip[direction] > 0) {
      const skipped = Math.min(skip[direction], fresh.length);
      skip[direction] -= skipped;
      fresh = fresh.subarray(skipped);
      if (fresh.length === 0) return;
    }
    const given = new Uint8Array(left[direction].length + fresh.length);
    given.set(left[direction]);
    given.set(fresh, left[direction].length);
    if (given.length < need[direction]) {
      left[direction] = given;
      return;
    }
    const rest = given.slice();
    try {
      const progress = parser.data(direction, given);
      if (progress.consumed < 0 || !Number.isFinite(progress.consumed))
        throw new Error('consumed is no count');
      skip[direction] = Math.max(0, progress.consumed - given.length);
      left[direction] = rest.subarray(Math.min(progress.consumed, rest.length));
      need[direction] = left[direction].length > 0 ? progress.need : 0;
      if (need[direction] !== 0 && need[direction] <= left[direction].length)
        throw new Error(`needs ${need[direction]} bytes and leaves ${left[direction].length} of them unread`);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      emitted.push(JSON.stringify({ fact: 'malformed', kind: error.kind }));
      dead[0] = dead[1] = true;
    } finally {
      // The bytes are the parser's during the call only: whoever kept a view of them will read this.
      given.fill(0xa5);
    }
  };

  const gap = (direction: Direction, length: number) => {
    const skipped = Math.min(skip[direction], length);
    skip[direction] -= skipped;
    if (dead[direction] || length === skipped) return;
    left[direction] = new Uint8Array(0);
    need[direction] = 0;
    if (parser.gap(direction, length - skipped) === 'give-up') dead[direction] = true;
  };

  const end = (direction: Direction) => {
    if (!ended[direction]) parser.end(direction);
    ended[direction] = true;
  };

  steps.forEach((step, index) => {
    now += STEP;
    if ('gap' in step) gap(step.gap, step.length);
    else if ('end' in step) end(step.end);
    else {
      let from = 0;
      for (const offset of [...cut(index, step.bytes.length), step.bytes.length]) {
        if (offset > from) feed(step.send, step.bytes.subarray(from, offset));
        from = offset;
      }
    }
  });
  now += STEP;
  end(0);
  end(1);
  parser.close(options.close ?? 'fin');
  return emitted;
}

/**
 * Plays the steps whole, in chunks of 1, 2, 3, 7 and 64 bytes, and with each step cut once at every offset;
 * throws when any of them says something else than the whole. Returns what the whole said.
 */
export function everySplit<N extends string, E extends Named<N>>(
  dissector: StreamDissector<N, E>,
  steps: readonly Step[],
  options: PlayOptions = {},
): Emitted[] {
  const whole = playLines(dissector, steps, options, uncut);
  const same = (cut: Cut, how: string) => {
    const lines = playLines(dissector, steps, options, cut);
    if (lines.length === whole.length && lines.every((line, i) => line === whole[i])) return;
    deepStrictEqual(lines, whole, `fed ${how} it says something else`);
  };
  for (const size of [1, 2, 3, 7, 64])
    same((_, length) => multiples(size, length), `${size} bytes at a time`);
  steps.forEach((step, index) => {
    if (!('send' in step)) return;
    for (let offset = 1; offset < step.bytes.length; offset += options.stride ?? 1)
      same((at) => (at === index ? [offset] : []), `with step ${index} cut at ${offset}`);
  });
  return whole.map((line) => JSON.parse(line) as Emitted);
}

function multiples(size: number, length: number): number[] {
  const offsets: number[] = [];
  for (let offset = size; offset < length; offset += size) offsets.push(offset);
  return offsets;
}

/** A whole TCP connection whose opening was seen. */
export function exampleFlow(serverPort: number): { -readonly [K in keyof Flow]: Flow[K] } {
  return {
    id: 1,
    proto: 'tcp',
    client: { address: new Address(4, 0, 0, 0xffff, 0x0a000001, true), port: 40_000, mac: -1 },
    server: { address: new Address(4, 0, 0, 0xffff, 0x0a000002, true), port: serverPort, mac: -1 },
    orientation: 'syn',
    midstream: false,
    bothSides: true,
    vlan0: -1,
    vlan1: -1,
    tunnel: '',
    start: START,
    last: START,
    packetsToServer: 2,
    packetsToClient: 1,
    bytesToServer: 0,
    bytesToClient: 0,
    missedBytes: 0,
    protocol: '',
    communityId: () => '1:',
  };
}

function revealSealed(this: unknown, key: string, value: unknown): unknown {
  // `toJSON` has run by now; the test wants to see the text when it was kept.
  const original = (this as Record<string, unknown>)[key];
  if (!(original instanceof Sealed)) return value;
  return original.revealPhi() === null ? String(original) : `${original}=${original.revealPhi()}`;
}
