import { isoTime } from '../core/time.ts';
import type { Finding, Incident } from '../detections/finding.ts';
import type { Asset } from '../trackers/asset.ts';
import { SEVERITY_RANK } from './severity.ts';

/** assets.json and findings.json as the files have them: times as text, and an order that does not depend on chance. */

export function assetDocument(asset: Asset) {
  return {
    id: asset.id,
    ips: [...asset.ips].sort(compareAddresses),
    macs: asset.macs,
    hostname: asset.hostname,
    vendor: asset.vendor,
    model: asset.model,
    serial: asset.serial,
    software: asset.software,
    os: asset.os,
    role: asset.role,
    modality: asset.modality,
    ae_titles: asset.ae_titles,
    hl7_applications: asset.hl7_applications,
    hl7_facilities: asset.hl7_facilities,
    implementation: {
      class_uid: asset.implementation.class_uid,
      version_name: asset.implementation.version_name,
      product: asset.implementation.product,
      version: asset.implementation.version,
    },
    services: asset.services.map(({ port, proto, protocol, tls, product, version }) => ({
      port,
      proto,
      protocol,
      tls,
      product,
      version,
    })),
    exposure: {
      inbound: asset.exposure.inbound,
      outbound: asset.exposure.outbound,
      countries: asset.exposure.countries,
    },
    vulnerabilities: asset.vulnerabilities.map(
      ({ cve, product, version, fixed_in, confidence, reference }) => ({
        cve,
        product,
        version,
        fixed_in,
        confidence,
        reference,
      }),
    ),
    first_seen: isoTime(asset.firstSeen),
    last_seen: isoTime(asset.lastSeen),
    confidence: asset.confidence,
    evidence: asset.evidence.map(({ attribute, value, source, at }) => ({
      attribute,
      value,
      source,
      at: isoTime(at),
    })),
  };
}

export type AssetDocument = ReturnType<typeof assetDocument>;

export function assetDocuments(assets: readonly Asset[]): AssetDocument[] {
  return assets.map(assetDocument).sort((a, b) => compareAssets(a, b));
}

/** By lowest address; devices without one come last, by id. */
export function compareAssets(a: Pick<Asset, 'id' | 'ips'>, b: Pick<Asset, 'id' | 'ips'>): number {
  if (a.ips.length === 0 || b.ips.length === 0) return b.ips.length - a.ips.length || compareText(a.id, b.id);
  return compareAddresses(a.ips[0], b.ips[0]) || compareText(a.id, b.id);
}

export function findingDocument(finding: Finding) {
  return {
    detection: finding.detection,
    title: finding.title,
    severity: finding.severity,
    source: { ip: finding.source.ip, asset: finding.source.asset },
    destination: {
      ip: finding.destination.ip,
      port: finding.destination.port,
      asset: finding.destination.asset,
      country: finding.destination.country,
    },
    count: finding.count,
    first_seen: isoTime(finding.firstSeen),
    last_seen: isoTime(finding.lastSeen),
    summary: finding.summary,
    data: findingData(finding),
    attack: finding.attack,
    community_ids: finding.communityIds,
  };
}

/** What is particular to a finding: the detection's own facts, the incident it is part of, and what would silence it. */
export function findingData({ data, incident, silence }: Finding): Record<string, unknown> {
  return { ...data, ...(incident !== null && { incident: incidentDocument(incident) }), silence };
}

function incidentDocument({ id, severity, step, steps, story }: Incident) {
  return {
    id,
    severity,
    step,
    steps,
    ...(story !== null && {
      story: story.map(({ firstSeen, ...rest }) => ({ ...rest, first_seen: isoTime(firstSeen) })),
    }),
  };
}

/** Most severe first, then by detection, source and destination. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
      compareText(a.detection, b.detection) ||
      compareAddresses(a.source.ip, b.source.ip) ||
      compareAddresses(a.destination.ip, b.destination.ip) ||
      (a.destination.port ?? 0) - (b.destination.port ?? 0) ||
      a.firstSeen - b.firstSeen,
  );
}

/** Orders address texts as people do: IPv4 before IPv6, IPv4 by number. */
export function compareAddresses(a: string, b: string): number {
  const left = ipv4Number(a);
  const right = ipv4Number(b);
  if (left !== right) return left - right;
  return compareText(a, b);
}

function ipv4Number(text: string): number {
  const parts = text.split('.');
  if (parts.length !== 4) return text === '' ? -1 : 2 ** 32;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
