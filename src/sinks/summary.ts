import { isoTime, SECOND } from '../core/time.ts';
import type { Finding, Severity } from '../detections/finding.ts';
import type { Asset } from '../trackers/asset.ts';
import type { ExternalTotals, Results } from './results.ts';
import { SEVERITY_ORDER } from './severity.ts';
import { PDU_NAMES, type Tally } from './tally.ts';

/** What became of one input, as `capture` reports it. */
export interface Input {
  /** As the user wrote it, or found in a folder so written. */
  readonly path: string;
  readonly packets: number;
  readonly bytes: number;
  /** Why it could not be read to its end; null when it could. */
  readonly error: string | null;
  /** Packets the capture says it lost before they were written (pcapng interface statistics). */
  readonly dropped?: number;
}

/** Roles of medical devices; the twelve first of the roles' list. Sinks may use only types of trackers. */
const NOT_MEDICAL: ReadonlySet<string> = new Set(['server', 'client', 'network', 'printer', 'unknown']);

export function isMedical({ role }: { readonly role: string }): boolean {
  return !NOT_MEDICAL.has(role);
}

export type Summary = ReturnType<typeof summarize>;

/**
 * summary.json. Every key is always there. Of the maps, `pdus`, the `C-STORE` and `C-FIND` messages,
 * `by_protocol` and the severities have a zero for what was not seen; the others, whose keys the wire
 * chooses, hold what was seen, sorted.
 */
export function summarize(results: Results, tally: Tally, inputs: readonly Input[]) {
  const net = results.net();
  const streams = results.streams();
  const external = results.external();
  const phi = results.phi();
  const { dicom, hl7 } = tally;
  // No time is told where none of the packets has one to believe.
  const seen = net.packets > 0 && Number.isFinite(net.first);
  return {
    version: 1,
    capture: {
      inputs: inputs.map(({ path, packets, bytes, error }) => ({ path, packets, bytes, error })),
      packets: net.packets,
      bytes: net.bytes,
      first: seen ? isoTime(net.first) : '',
      last: seen ? isoTime(net.last) : '',
      seconds: seen ? Math.max(0, Math.round(net.last - net.first)) / SECOND : 0,
      truncated_packets: net.truncated,
      undecoded_packets: total(net.undecoded),
      duplicate_packets: net.duplicates,
    },
    flows: {
      tcp: streams.tcpFlows,
      udp: streams.udpFlows,
      with_gaps: streams.flowsWithGaps,
      missed_bytes: streams.missedBytes,
    },
    dicom: {
      associations: dicom.associations,
      accepted: dicom.accepted,
      rejected: dicom.outcomes.rejected,
      released: dicom.outcomes.released,
      aborted: dicom.outcomes.aborted,
      unanswered: dicom.outcomes.unanswered,
      without_request: dicom.withoutRequest,
      over_tls: dicom.overTls,
      pdus: pduCounts(dicom.pdus),
      messages: { 'C-STORE-RQ': 0, 'C-STORE-RSP': 0, 'C-FIND-RQ': 0, ...tally.commands() },
    },
    hl7: {
      messages: hl7.messages,
      acks: hl7.acks,
      unacknowledged: hl7.unacknowledged,
      over_tls: hl7.overTls,
      by_type: hl7.byType.toRecord(),
      by_ack: hl7.byAck.toRecord(),
    },
    assets: assetCounts(results.assets()),
    external: {
      peers: external.peers,
      inbound_connections: external.inboundConnections,
      outbound_connections: external.outboundConnections,
      by_country: sorted(external.byCountry),
      by_role: connectionsByRole(external.connections),
    },
    phi: {
      exposures: phi.exposures,
      patients: phi.patients,
      by_protocol: { dicom: 0, hl7: 0, ...sorted(phi.byProtocol) },
      by_identifier: sorted(phi.byIdentifier),
    },
    findings: severityCounts(results.findings()),
  };
}

/** Which kinds of systems are exposed, to which countries: role → direction → country → connections. */
function connectionsByRole(connections: ExternalTotals['connections']) {
  const roles: Record<string, Record<'inbound' | 'outbound', Record<string, number>>> = {};
  for (const role of [...new Set(connections.map((one) => one.role))].sort()) {
    const of = (wanted: string) =>
      sorted(
        Object.fromEntries(
          connections
            .filter((one) => one.role === role && one.direction === wanted)
            .map(({ country, count }) => [country, count]),
        ),
      );
    roles[role] = { inbound: of('inbound'), outbound: of('outbound') };
  }
  return roles;
}

export function severityCounts(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const finding of findings) counts[finding.severity]++;
  return counts;
}

function pduCounts(pdus: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let type = 1; type < PDU_NAMES.length; type++) counts[PDU_NAMES[type]] = pdus[type];
  // Those of no known type show only when there are any.
  if (pdus[0] > 0) counts[PDU_NAMES[0]] = pdus[0];
  return counts;
}

function assetCounts(assets: readonly Asset[]) {
  const byRole: Record<string, number> = {};
  let medical = 0;
  for (const asset of assets) {
    byRole[asset.role] = (byRole[asset.role] ?? 0) + 1;
    if (isMedical(asset)) medical++;
  }
  return { total: assets.length, medical, by_role: sorted(byRole) };
}

export function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** The worst severity among the findings; null when there is none. */
export function worstSeverity(findings: readonly Finding[]): Severity | null {
  const counts = severityCounts(findings);
  return SEVERITY_ORDER.find((severity) => counts[severity] > 0) ?? null;
}
