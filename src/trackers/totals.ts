/** What the trackers count over a whole capture, as summaries and metrics have it. */
export interface ExternalTotals {
  peers: number;
  inboundConnections: number;
  outboundConnections: number;
  byCountry: Readonly<Record<string, number>>;
  /** For the metric: one entry per (direction, role of the inside asset, country). */
  connections: readonly { direction: 'inbound' | 'outbound'; role: string; country: string; count: number }[];
}

export interface PhiTotals {
  exposures: number;
  /** Distinct patients. */
  patients: number;
  byProtocol: Readonly<Record<string, number>>;
  byIdentifier: Readonly<Record<string, number>>;
  /** For the metric: one entry per (protocol, identifier, destination). */
  series: readonly {
    protocol: string;
    identifier: string;
    destination: 'internal' | 'external';
    count: number;
  }[];
}
