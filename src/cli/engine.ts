import type { ConfigFile } from '../config/shape.ts';
import type { Address, Network } from '../core/address.ts';
import type { FrameSink } from '../core/frame.ts';
import type { Results } from '../sinks/results.ts';
import type { Sink } from '../sinks/sink.ts';

/** What a command needs of the pipeline. */
export interface Engine extends FrameSink, Results {
  /** The capture is over. */
  end(): void;
}

export interface EngineOptions {
  readonly internal: readonly Network[];
  readonly reveal: boolean;
  readonly hashKey: Uint8Array;
  readonly detections: ConfigFile['detections'];
  country(address: Address): string | null;
  vendor(mac: number): string | null;
}

/** Counts packets and understands nothing: the pipeline takes its place. */
export function createEngine(_options: EngineOptions, _sinks: readonly Sink[]): Engine {
  let packets = 0;
  let bytes = 0;
  let first = 0;
  let last = 0;
  const none = new Map<string, number>();
  return {
    frame(frame) {
      if (packets++ === 0) first = last = frame.time;
      first = Math.min(first, frame.time);
      last = Math.max(last, frame.time);
      bytes += frame.wire;
    },
    end() {},
    net: () => ({ packets, bytes, truncated: 0, duplicates: 0, undecoded: none, first, last }),
    streams: () => ({
      tcpFlows: 0,
      udpFlows: 0,
      activeTcp: 0,
      activeUdp: 0,
      flowsWithGaps: 0,
      missedBytes: 0,
      evictions: none,
      dissectorErrors: none,
    }),
    assets: () => [],
    external: () => ({
      peers: 0,
      inboundConnections: 0,
      outboundConnections: 0,
      byCountry: {},
      connections: [],
    }),
    phi: () => ({ exposures: 0, patients: 0, byProtocol: {}, byIdentifier: {}, series: [] }),
    findings: () => [],
  };
}
