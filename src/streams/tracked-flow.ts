import { communityId } from '../core/community-id.ts';
import type { DatagramDissector, StreamParser, UnclaimedReader } from '../core/dissector.ts';
import type { Flow, Orientation } from '../core/flow.ts';
import type { Half } from './half.ts';

/** A flow as `streams` keeps it. `source` sent the first packet seen; who is client may turn out otherwise. */
export class TrackedFlow implements Flow {
  readonly id: number;
  readonly proto: 'tcp' | 'udp';
  readonly source: Half;
  readonly destination: Half;
  sourceIsClient = true;
  orientation: Orientation = 'guess';
  midstream = false;
  bothSides = false;
  readonly vlan0: number;
  readonly vlan1: number;
  readonly tunnel: string;
  readonly start: number;
  last: number;
  missedBytes = 0;
  protocol = '';
  parser: StreamParser | null = null;
  /** Who reads its datagrams. */
  datagrams: DatagramDissector | null = null;
  /** Who looks at its beginning while nobody claims it. */
  readers: UnclaimedReader[] | null = null;
  /** A dissector was found, or none will be looked for any more. */
  decided = false;
  /** The `open` fact went out: not before it is known who is client. */
  announced = false;
  /** The handshake was completed, or payload went by. */
  established = false;
  /** A SYN that may be the start of another connection over the same ports; its ISN. */
  reuseSeq = 0;
  reuseBy: Half | null = null;
  #communityId = '';

  constructor(
    id: number,
    proto: 'tcp' | 'udp',
    source: Half,
    destination: Half,
    time: number,
    vlan0: number,
    vlan1: number,
    tunnel: string,
  ) {
    this.id = id;
    this.proto = proto;
    this.source = source;
    this.destination = destination;
    this.start = time;
    this.last = time;
    this.vlan0 = vlan0;
    this.vlan1 = vlan1;
    this.tunnel = tunnel;
  }

  get client(): Half {
    return this.sourceIsClient ? this.source : this.destination;
  }

  get server(): Half {
    return this.sourceIsClient ? this.destination : this.source;
  }

  get packetsToServer(): number {
    return this.client.packets;
  }

  get packetsToClient(): number {
    return this.server.packets;
  }

  get bytesToServer(): number {
    return this.client.bytes;
  }

  get bytesToClient(): number {
    return this.server.bytes;
  }

  communityId(): string {
    if (this.#communityId === '') {
      const { source, destination } = this;
      this.#communityId = communityId(
        this.proto === 'tcp' ? 6 : 17,
        source.address,
        source.port,
        destination.address,
        destination.port,
      );
    }
    return this.#communityId;
  }
}
