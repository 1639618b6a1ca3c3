/**
 * Every metric auscult exports, defined once: the exporter, the dashboards, the alert rules and the
 * documentation are made from this table. Names follow Prometheus' conventions (base units, `_total` for
 * counters); every label has a bounded set of values.
 */
export interface MetricDefinition {
  /** Without the `auscult_` prefix. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: 'packets' | 'bytes' | 'seconds' | 'count' | 'info';
  readonly help: string;
  readonly labels: readonly string[];
  /** At most this many label sets; the rest is added up with every label `other`. */
  readonly limit: number;
  /** Has a meaning in a running sensor only: not in the metrics of a replay. */
  readonly live?: true;
}

export const PREFIX = 'auscult_';

export const CATALOGUE = {
  packets_total: {
    name: 'packets_total',
    type: 'counter',
    unit: 'packets',
    help: 'Packets read from the capture.',
    labels: [],
    limit: 1,
  },
  bytes_total: {
    name: 'bytes_total',
    type: 'counter',
    unit: 'bytes',
    help: 'Bytes of those packets on the wire.',
    labels: [],
    limit: 1,
  },
  packets_dropped_total: {
    name: 'packets_dropped_total',
    type: 'counter',
    unit: 'packets',
    help: 'Packets that were on the wire and not analysed, by where they were lost: kernel, interface, auscult.',
    labels: ['where'],
    limit: 3,
  },
  packets_undecoded_total: {
    name: 'packets_undecoded_total',
    type: 'counter',
    unit: 'packets',
    help: 'Packets that could not be decoded down to TCP or UDP, by reason.',
    labels: ['reason'],
    limit: 100,
  },
  packets_duplicate_total: {
    name: 'packets_duplicate_total',
    type: 'counter',
    unit: 'packets',
    help: 'Packets that the mirror port delivered a second time; they are analysed once.',
    labels: [],
    limit: 1,
  },
  packets_truncated_total: {
    name: 'packets_truncated_total',
    type: 'counter',
    unit: 'packets',
    help: 'Packets that the capture holds only in part (snap length).',
    labels: [],
    limit: 1,
  },
  flows_total: {
    name: 'flows_total',
    type: 'counter',
    unit: 'count',
    help: 'Flows seen, by transport.',
    labels: ['proto'],
    limit: 2,
  },
  flows_active: {
    name: 'flows_active',
    type: 'gauge',
    unit: 'count',
    help: 'Flows being followed now, by transport.',
    labels: ['proto'],
    limit: 2,
  },
  flow_missed_bytes_total: {
    name: 'flow_missed_bytes_total',
    type: 'counter',
    unit: 'bytes',
    help: 'Bytes of TCP streams that the capture missed, by the sequence numbers.',
    labels: [],
    limit: 1,
  },
  flow_evictions_total: {
    name: 'flow_evictions_total',
    type: 'counter',
    unit: 'count',
    help: 'Entries pushed out of a full table, by table. Above 0, its limit is too small for this network.',
    labels: ['table'],
    limit: 50,
  },
  dicom_associations_total: {
    name: 'dicom_associations_total',
    type: 'counter',
    unit: 'count',
    help: 'DICOM associations that are over, by outcome: released, aborted, rejected, unanswered, cut.',
    labels: ['outcome'],
    limit: 5,
  },
  dicom_messages_total: {
    name: 'dicom_messages_total',
    type: 'counter',
    unit: 'count',
    help: 'DIMSE messages by command and, for responses, status (four hexadecimal digits).',
    labels: ['command', 'status'],
    limit: 500,
  },
  dicom_association_duration_seconds: {
    name: 'dicom_association_duration_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'How long DICOM associations lasted.',
    labels: [],
    limit: 1,
  },
  dicom_bytes_total: {
    name: 'dicom_bytes_total',
    type: 'counter',
    unit: 'bytes',
    help: 'Bytes of DICOM PDUs by direction: to_server (towards the acceptor of the association), to_client.',
    labels: ['direction'],
    limit: 2,
  },
  hl7_messages_total: {
    name: 'hl7_messages_total',
    type: 'counter',
    unit: 'count',
    help: 'HL7 v2 messages that are no acknowledgements, by type and trigger.',
    labels: ['type'],
    limit: 300,
  },
  hl7_acknowledgements_total: {
    name: 'hl7_acknowledgements_total',
    type: 'counter',
    unit: 'count',
    help: 'HL7 v2 acknowledgements by code (MSA-1).',
    labels: ['code'],
    limit: 10,
  },
  hl7_unacknowledged_total: {
    name: 'hl7_unacknowledged_total',
    type: 'counter',
    unit: 'count',
    help: 'HL7 v2 messages that nobody acknowledged, in sessions that acknowledge at all.',
    labels: [],
    limit: 1,
  },
  hl7_acknowledgement_seconds: {
    name: 'hl7_acknowledgement_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'Time from an HL7 v2 message to its acknowledgement.',
    labels: [],
    limit: 1,
  },
  tls_connections_total: {
    name: 'tls_connections_total',
    type: 'counter',
    unit: 'count',
    help: 'TLS connections by the medical protocol their port suggests is inside: dicom, hl7, other.',
    labels: ['inside'],
    limit: 3,
  },
  phi_exposures_total: {
    name: 'phi_exposures_total',
    type: 'counter',
    unit: 'count',
    help: 'Patient identifiers that went by in clear, by protocol, kind of identifier, and whether they stayed inside.',
    labels: ['protocol', 'identifier', 'destination'],
    limit: 500,
  },
  external_connections_total: {
    name: 'external_connections_total',
    type: 'counter',
    unit: 'count',
    help: 'Connections between an asset and an address outside, by direction, role of the asset and country.',
    labels: ['direction', 'role', 'country'],
    limit: 1000,
  },
  assets: {
    name: 'assets',
    type: 'gauge',
    unit: 'count',
    help: 'Devices in the inventory, by role.',
    labels: ['role'],
    limit: 20,
  },
  asset_info: {
    name: 'asset_info',
    type: 'gauge',
    unit: 'info',
    help: 'Always 1: a device of the inventory. The most important ones when there are more than metrics.max_assets.',
    labels: ['asset', 'ip', 'role', 'vendor', 'model'],
    limit: 2000,
  },
  asset_info_omitted: {
    name: 'asset_info_omitted',
    type: 'gauge',
    unit: 'count',
    help: 'Devices that have no asset_info because there are more than metrics.max_assets.',
    labels: [],
    limit: 1,
  },
  asset_vulnerabilities: {
    name: 'asset_vulnerabilities',
    type: 'gauge',
    unit: 'count',
    help: 'Findings of a version with known vulnerabilities, by severity.',
    labels: ['severity'],
    limit: 5,
  },
  findings_total: {
    name: 'findings_total',
    type: 'counter',
    unit: 'count',
    help: 'Findings, one per detection, source and destination, by detection and present severity.',
    labels: ['detection', 'severity'],
    limit: 300,
  },
  findings_ignored_total: {
    name: 'findings_ignored_total',
    type: 'counter',
    unit: 'count',
    help: 'Times a detection fired where the configuration says to ignore it.',
    labels: [],
    limit: 1,
  },
  detection_last_seen_timestamp_seconds: {
    name: 'detection_last_seen_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Packet time at which a detection last fired, as seconds since 1970.',
    labels: ['detection'],
    limit: 100,
  },
  dissector_errors_total: {
    name: 'dissector_errors_total',
    type: 'counter',
    unit: 'count',
    help: 'What a dissector could not read: messages against its protocol, and flows given up.',
    labels: ['dissector'],
    limit: 50,
  },
  processing_lag_seconds: {
    name: 'processing_lag_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How far the analysis is behind the packets.',
    labels: [],
    limit: 1,
    live: true,
  },
  build_info: {
    name: 'build_info',
    type: 'gauge',
    unit: 'info',
    help: 'Always 1: the version of auscult.',
    labels: ['version'],
    limit: 1,
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof CATALOGUE;
