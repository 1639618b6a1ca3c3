import { describe, expect, test } from 'vitest';
import {
  both,
  duplicated,
  inErspan,
  inVxlan,
  snapped,
  type Transform,
  tagged,
} from '../../pcaps/lab/derive.ts';
import { type Packet, readPcap, tcpPayload } from '../../pcaps/lab/pcap.ts';
import { SEVERITY_RANK } from '../sinks/severity.ts';
import { type Analysed, analysePackets } from './analyse.ts';
import { Random } from './random.ts';

/** What SPAN ports, mirrors and overloaded taps make of the same traffic. */
const TRACES = [
  'hospital-day',
  'dicom/get',
  'dicom/asynchronous',
  'dicom/store-deflated',
  'hl7/adt-one-connection',
  'hl7/large',
  'hl7/enhanced',
  'external/archive-queried',
];

const packetsOf = (path: string) => readPcap(`pcaps/${path}.pcap`);
const analyse = (packets: readonly Packet[]): Analysed =>
  analysePackets(packets.map(({ time, bytes, length }) => ({ time, bytes, wire: length, linkType: 1 })));

const keyOf = ({ detection, source, destination }: Analysed['findings'][number]) =>
  `${detection} ${source.ip} > ${destination.ip}`;

/** All that must not depend on how the packets came here. */
function said({ summary, findings, assets, lines }: Analysed) {
  const { dicom, hl7, external, phi, flows } = summary;
  return {
    flows: flows.tcp,
    dicom,
    hl7,
    external,
    phi,
    findings: Object.fromEntries(
      findings.map((finding) => [keyOf(finding), `${finding.severity} ${finding.count}`]),
    ),
    assets: assets.map(({ id, ips, role, vendor, model, ae_titles }) => ({
      id,
      ips,
      role,
      vendor,
      model,
      ae_titles,
    })),
    anomalies: lines.filter((line) => line.includes('"fact":"anomaly"')),
  };
}

/**
 * What packets that are missing can only make less. Not among them is what is said of things that were not seen:
 * `unanswered`, `without_request`, `unacknowledged`; nor roles, which are less sure then.
 */
function least({ summary }: Analysed): Record<string, number> {
  const { flows, dicom, hl7, external, phi } = summary;
  const counts: Record<string, number> = {
    'tcp flows': flows.tcp,
    associations: dicom.associations,
    accepted: dicom.accepted,
    rejected: dicom.rejected,
    released: dicom.released,
    'dicom over tls': dicom.over_tls,
    'hl7 messages': hl7.messages,
    acks: hl7.acks,
    'hl7 over tls': hl7.over_tls,
    peers: external.peers,
    inbound: external.inbound_connections,
    outbound: external.outbound_connections,
    exposures: phi.exposures,
    patients: phi.patients,
    assets: summary.assets.total,
  };
  for (const part of [dicom.pdus, dicom.messages, hl7.by_type, hl7.by_ack, external.by_country])
    for (const [name, count] of Object.entries(part)) counts[name] = count;
  return counts;
}

/** Packets that a mirror's queues bring out of order: each by at most three places, and by less than a millisecond. */
function shuffled(seed: number): Transform {
  return (packets) => {
    const random = new Random(seed);
    const out = [...packets];
    for (let i = 0; i + 1 < out.length; i++) {
      const from = i + 1 + random.below(3);
      if (from >= out.length || out[from].time - out[i].time > 1_000) continue;
      const [moved] = out.splice(from, 1);
      out.splice(i, 0, moved);
      i += 3;
    }
    return out.map((packet, i) => ({ ...packet, time: packets[i].time }));
  };
}

/** Only what clients (the side of the higher port), or only what servers send. */
const side =
  (client: boolean): Transform =>
  (packets) =>
    packets.filter((packet) => {
      const tcp = tcpPayload(packet);
      return tcp === null || tcp.sourcePort > tcp.destinationPort === client;
    });

const WHOLE: readonly (readonly [string, Transform])[] = [
  ['802.1Q', tagged(20)],
  ['QinQ', tagged(100, 20)],
  ['VXLAN', inVxlan],
  ['ERSPAN', inErspan],
  ['ERSPAN of a VLAN', both(tagged(3), inErspan)],
  ['every packet twice', duplicated],
  ['twice through VXLAN', both(duplicated, inVxlan)],
  ['VXLAN, mirrored twice', both(inVxlan, duplicated)],
  ...[1, 2, 3, 4, 5, 6].map((seed) => [`out of order (${seed})`, shuffled(seed)] as const),
  ['out of order and twice, through ERSPAN', both(shuffled(7), duplicated, inErspan)],
];

const LESS: readonly (readonly [string, Transform])[] = [
  ...[60, 96, 128, 300].map((length) => [`cut at ${length} bytes`, snapped(length)] as const),
  ['clients only', side(true)],
  ['servers only', side(false)],
  ...[1, 2, 3, 4, 5, 7, 10, 37, 100, 500, 1_500, 2_500].map(
    (start) => [`from packet ${start}`, ((packets) => packets.slice(start)) as Transform] as const,
  ),
  ...[2, 3, 4, 5, 7, 10, 13, 20, 50].map(
    (nth) =>
      [
        `every ${nth}th lost`,
        ((packets) => packets.filter((_, i) => i % nth !== nth - 1)) as Transform,
      ] as const,
  ),
  ...[1, 2, 3].map(
    (seed) =>
      [
        `one in eight lost at random, the rest out of order (${seed})`,
        ((packets) => {
          const random = new Random(seed);
          return shuffled(seed)(packets.filter(() => !random.oneIn(8)));
        }) as Transform,
      ] as const,
  ),
];

describe.each(TRACES)('%s', (path) => {
  const packets = packetsOf(path);
  const original = analyse(packets);
  const most = least(original);
  const severities = new Map(original.findings.map((finding) => [keyOf(finding), finding.severity]));

  test.each(WHOLE)('%s: the same', (_name, transform) => {
    expect(said(analyse(transform(packets)))).toEqual(said(original));
  });

  test.each(LESS)('%s: less, and nothing worse', (_name, transform) => {
    const found = analyse(transform(packets));
    const more = Object.entries(least(found)).filter(([name, count]) => count > (most[name] ?? 0));
    expect(more).toEqual([]);
    const worse = found.findings.filter((finding) => {
      const before = severities.get(keyOf(finding));
      return before === undefined || SEVERITY_RANK[finding.severity] < SEVERITY_RANK[before];
    });
    expect(worse.map((finding) => `${finding.severity}: ${finding.summary}`)).toEqual([]);
    // What the capture lost is not for its sender to answer for.
    expect(found.lines.filter((line) => line.includes('"fact":"anomaly"'))).toEqual([]);
  });
});
