import { Address, type Family } from '../core/address.ts';
import type {
  DatagramDissector,
  DissectorContext,
  Handshake,
  HandshakeDissector,
  LinkDissector,
  LinkFrame,
  Named,
} from '../core/dissector.ts';
import { Malformed } from '../core/errors.ts';
import type { Fact } from '../core/facts.ts';
import type { Direction, Flow } from '../core/flow.ts';
import { TO_SERVER } from '../core/flow.ts';
import { KeyedHash } from '../core/hash.ts';
import { type Emitted, exampleFlow } from './every-split.ts';

/** Offers single datagrams, frames and handshakes to a dissector, as `streams` does, and keeps what it says. */
export interface Said {
  /** A datagram: whether it was claimed. Frames and handshakes are nobody's to refuse. */
  claimed: boolean;
  told: Emitted[];
  /** Kind of the `Malformed` that was thrown; null. */
  malformed: string | null;
}

export interface OfferOptions {
  direction?: Direction;
  /** One of the flow's ports is usual for the protocol; true unless said. */
  hinted?: boolean;
  reveal?: boolean;
  flow?: Partial<Flow>;
}

/** A context that writes down what is emitted and told, as JSON was at that moment. */
export function recording(
  emitted: Emitted[],
  { reveal = false, now = () => 1_770_000_000_000_000 }: { reveal?: boolean; now?: () => number } = {},
): DissectorContext<Named<string>> {
  const emit = (said: unknown): void => {
    emitted.push(JSON.parse(JSON.stringify(said)) as Emitted);
  };
  return {
    emit,
    tell: (facts: readonly Fact[]) => facts.forEach(emit),
    now,
    reveal,
    hash: new KeyedHash(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])),
    address: (family: Family, w0: number, w1: number, w2: number, w3: number) =>
      new Address(family, w0, w1, w2, w3, true),
  };
}

/** Several datagrams of one flow, in order. */
export function offerAll<N extends string, E extends Named<N>>(
  dissector: DatagramDissector<N, E>,
  datagrams: readonly { bytes: Uint8Array; direction?: Direction }[],
  options: OfferOptions = {},
): Said {
  const said: Said = { claimed: false, told: [], malformed: null };
  const context = recording(said.told, options) as unknown as DissectorContext<E>;
  const flow = { ...exampleFlow(dissector.ports[0] ?? 0), proto: 'udp' as const, ...options.flow };
  for (const { bytes, direction } of datagrams)
    attempt(said, () => {
      said.claimed = dissector.datagram(
        bytes,
        direction ?? options.direction ?? TO_SERVER,
        flow,
        options.hinted ?? true,
        context,
      );
    });
  return said;
}

export function offer<N extends string, E extends Named<N>>(
  dissector: DatagramDissector<N, E>,
  bytes: Uint8Array,
  options: OfferOptions = {},
): Said {
  return offerAll(dissector, [{ bytes }], options);
}

/** Offers a datagram cut at every length: it may refuse or throw `Malformed`, nothing else. */
export function everyCut<N extends string, E extends Named<N>>(
  dissector: DatagramDissector<N, E>,
  bytes: Uint8Array,
  options: OfferOptions = {},
): void {
  for (let length = 0; length <= bytes.length; length++) offer(dissector, bytes.slice(0, length), options);
}

export function offerFrame(
  dissector: LinkDissector,
  bytes: Uint8Array,
  frame: Partial<LinkFrame> = {},
): Said {
  const said: Said = { claimed: true, told: [], malformed: null };
  const context = recording(said.told) as unknown as DissectorContext<never>;
  attempt(said, () => {
    dissector.frame(bytes, { srcMac: 0x020000000001, dstMac: 0x0180c200000e, vlan0: -1, ...frame }, context);
  });
  return said;
}

export function shake(
  dissector: HandshakeDissector,
  handshake: Handshake,
  direction: Direction,
  flow: Partial<Flow> = {},
): Said {
  const said: Said = { claimed: true, told: [], malformed: null };
  const context = recording(said.told) as unknown as DissectorContext<never>;
  attempt(said, () => {
    dissector.handshake(handshake, direction, { ...exampleFlow(80), ...flow }, context);
  });
  return said;
}

function attempt(said: Said, what: () => void): void {
  try {
    what();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    said.malformed = error.kind;
  }
}
