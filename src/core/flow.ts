import type { Address } from './address.ts';
import type { Micros } from './time.ts';

/** Which way bytes go. Names follow TCP's roles once they are known; `streams` settles them before `open`. */
export const TO_SERVER = 0;
export const TO_CLIENT = 1;
export type Direction = typeof TO_SERVER | typeof TO_CLIENT;

/** How a flow ended: both sides closed in order, reset, idle too long, or the capture (or memory) ran out. */
export type FlowEnd = 'fin' | 'rst' | 'idle' | 'cut';

/** How it is known who opened the connection: the SYN itself, what was said, the lower port, or a guess. */
export type Orientation = 'syn' | 'probe' | 'port' | 'guess';

export interface Endpoint {
  readonly address: Address;
  readonly port: number;
  /** MAC of the frames this endpoint's packets came in (48-bit integer), -1 unknown. May be a router's. */
  readonly mac: number;
}

/** What dissectors, trackers, detections and sinks may know of a flow. Owned and updated by `streams`. */
export interface Flow {
  /** Counts up from 1 in the order flows appear: the same in every replay of the same packets. */
  readonly id: number;
  readonly proto: 'tcp' | 'udp';
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly orientation: Orientation;
  /** True when the capture did not see the connection's start. */
  readonly midstream: boolean;
  /** True once packets were seen in both directions. */
  readonly bothSides: boolean;
  /** Outermost VLAN id or -1, and the inner one. */
  readonly vlan0: number;
  readonly vlan1: number;
  /** Tunnels taken off, outermost first, joined by `/`; '' for none. */
  readonly tunnel: string;
  readonly start: Micros;
  readonly last: Micros;
  readonly packetsToServer: number;
  readonly packetsToClient: number;
  /** Transport payload bytes. */
  readonly bytesToServer: number;
  readonly bytesToClient: number;
  /** Bytes that the capture missed, by TCP's own count. */
  readonly missedBytes: number;
  /** Name of the dissector that took the flow, '' while none has. */
  readonly protocol: string;
  /** Community ID v1 (https://github.com/corelight/community-id-spec), seed 0. Worked out when asked for. */
  communityId(): string;
}
