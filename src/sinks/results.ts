import type { Finding } from '../detections/finding.ts';
import type { Asset } from '../trackers/asset.ts';
import type { ExternalTotals, PhiTotals } from '../trackers/totals.ts';

/** Plain counters that the packet path keeps; read when a summary or a scrape wants them. */
export interface NetCounts {
  packets: number;
  /** Bytes on the wire. */
  bytes: number;
  truncated: number;
  duplicates: number;
  /** Undecoded packets by reason. */
  undecoded: ReadonlyMap<string, number>;
  first: number;
  last: number;
}

export interface StreamCounts {
  tcpFlows: number;
  udpFlows: number;
  activeTcp: number;
  activeUdp: number;
  flowsWithGaps: number;
  missedBytes: number;
  /** Unexpected exceptions and protocol violations, by dissector. */
  dissectorErrors: ReadonlyMap<string, number>;
}

export type { ExternalTotals, PhiTotals };

/** Read-only views that sinks make summaries and metrics from. */
export interface Results {
  net(): NetCounts;
  streams(): StreamCounts;
  assets(): readonly Asset[];
  external(): ExternalTotals;
  phi(): PhiTotals;
  findings(): readonly Finding[];
  /** Entries pushed out of a full table, by table, of all parts: `flows`, `assets`, `findings`, … */
  evictions(): ReadonlyMap<string, number>;
  /** Times a detection fired where the configuration says to ignore it. */
  ignored(): number;
}
