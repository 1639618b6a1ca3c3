import type { Activity, Attribute } from '../core/facts.ts';
import { type Implementation, identifyImplementation } from '../knowledge/fingerprints.ts';
import { isLocallyAdministered, macText, virtualRouter } from '../knowledge/macs.ts';
import { identifyProduct, type ProductRow } from '../knowledge/products.ts';
import type { Asset, AssetService, Role } from './asset.ts';
import type { AnnouncedImplementation, Host } from './host.ts';
import {
  isOfEquipment,
  rankOf,
  SOURCE_IMPLEMENTATION,
  SOURCE_IMPLEMENTATION_ARC,
  SOURCE_MAC,
  SOURCE_PRODUCT,
} from './rank.ts';
import { type Behaviour, decideRole, isAcquired } from './roles.ts';

/** What putting an asset together needs to know of the others. */
export interface Neighbourhood {
  find(ip: string): Host | undefined;
  ownMac(host: Host): number;
  isGateway(mac: number): boolean;
  vendor(mac: number): string | null;
}

/** A statement as it competes for an attribute. */
interface Candidate {
  value: string;
  source: string;
  at: number;
  count: number;
}

/** Roles that pass on what others made: what their data says of equipment is not about them. */
const PASSES_ON: ReadonlySet<Role> = new Set<Role>([
  'pacs',
  'workstation',
  'worklist-server',
  'print-server',
  'integration-engine',
  'ehr',
  'server',
  'network',
]);

const DEVICE_NAMES: readonly Attribute[] = ['model', 'device-id', 'serial'];
const LIST_LIMIT = 16;

/** The behaviour of one device that has all these addresses. */
export function behaviourOf(hosts: readonly Host[], others: Neighbourhood): Behaviour {
  const deeds = (activity: Activity) => hosts.flatMap((host) => host.deeds?.get(activity) ?? []);
  const peers = (...activities: Activity[]) => {
    const texts = new Set<string>();
    for (const activity of activities)
      for (const deed of deeds(activity)) for (const peer of deed.peers) texts.add(peer.text);
    return texts;
  };
  return {
    does: (activity) => hosts.some((host) => host.deeds?.has(activity) === true),
    peers: (activity) => peers(activity).size,
    peersOfEither: (a, b) => peers(a, b).size,
    details: (activity) => deeds(activity).flatMap((deed) => deed.details),
    get imagesOnlyFromArchives() {
      const from = peers('accepts-images');
      for (const ip of from) {
        const peer = others.find(ip)?.deeds;
        if (!peer?.has('answers-queries') && !peer?.has('answers-retrieve')) return false;
      }
      return from.size > 0;
    },
    get product() {
      return productOf(hosts)?.role ?? null;
    },
    get devices() {
      return devicesOf(hosts);
    },
    gateway: hosts.some((host) => {
      const own = others.ownMac(host);
      return own !== -1 && others.isGateway(own);
    }),
    answered: hosts.some((host) => host.answered),
    opened: hosts.some((host) => host.opened),
  };
}

/** How many devices the data it sent names: the most that one field did. */
function devicesOf(hosts: readonly Host[]): number {
  const bySource = new Map<string, Set<string>>();
  for (const host of hosts)
    for (const attribute of DEVICE_NAMES)
      for (const { value, source } of host.statements?.get(attribute) ?? []) {
        if (!isOfEquipment(source)) continue;
        const key = `${attribute} ${source}`;
        let values = bySource.get(key);
        if (values === undefined) {
          values = new Set();
          bySource.set(key, values);
        }
        values.add(value);
      }
  let most = 0;
  for (const values of bySource.values()) most = Math.max(most, values.size);
  return most;
}

/** The known product that the device says it is; null when it names none or two kinds. */
function productOf(hosts: readonly Host[]): ProductRow | null {
  let found: ProductRow | null = null;
  for (const host of hosts)
    for (const attribute of ['model', 'device-id', 'product'] as const)
      for (const { value } of host.statements?.get(attribute) ?? []) {
        const row = identifyProduct(value);
        if (row === null || row === found) continue;
        if (found !== null) return null;
        found = row;
      }
  return found;
}

export function assetOf(id: string, hosts: readonly Host[], others: Neighbourhood): Asset {
  const behaviour = behaviourOf(hosts, others);
  const { role, confidence } = decideRole(behaviour);
  const implementation = mainImplementation(hosts);
  const known =
    implementation === null
      ? null
      : identifyImplementation(implementation.classUid, implementation.versionName);
  const product = PASSES_ON.has(role) ? null : productOf(hosts);
  const macs = ownMacs(hosts, others);
  const firstSeen = Math.min(...hosts.map((host) => host.firstSeen));

  const inferred: Partial<Record<Attribute, Candidate[]>> = { vendor: [], model: [] };
  for (const mac of macs) {
    const vendor = others.vendor(mac);
    if (vendor !== null)
      inferred.vendor!.push({ value: vendor, source: SOURCE_MAC, at: firstSeen, count: 1 });
  }
  if (known !== null && known.vendor !== null)
    inferred.vendor!.push({
      value: known.vendor,
      source: known.confidence === 'low' ? SOURCE_IMPLEMENTATION_ARC : SOURCE_IMPLEMENTATION,
      at: implementation!.at,
      count: 1,
    });
  if (product !== null) {
    inferred.vendor!.push({ value: product.vendor, source: SOURCE_PRODUCT, at: firstSeen, count: 1 });
    inferred.model!.push({ value: product.model, source: SOURCE_PRODUCT, at: firstSeen, count: 1 });
  }
  const win = (attribute: Attribute) =>
    winner([...stated(hosts, attribute, !PASSES_ON.has(role)), ...(inferred[attribute] ?? [])]);

  return {
    id,
    ips: hosts.map((host) => host.address.text),
    macs: macs.map(macText),
    hostname: win('hostname'),
    vendor: win('vendor'),
    model: win('model'),
    serial: win('serial'),
    software: win('software') ?? win('product'),
    os: win('os'),
    role,
    modality: role === 'modality' || role === 'ecg' ? modalityOf(hosts) : null,
    ae_titles: list(hosts, 'ae-title'),
    hl7_applications: list(hosts, 'hl7-application'),
    hl7_facilities: list(hosts, 'hl7-facility'),
    implementation: {
      class_uid: implementation?.classUid || null,
      version_name: implementation?.versionName || null,
      product: known?.product ?? null,
      version: known?.version ?? null,
    },
    services: services(hosts),
    exposure: exposure(hosts),
    vulnerabilities: [],
    firstSeen,
    lastSeen: Math.max(...hosts.map((host) => host.lastSeen)),
    confidence,
    evidence: evidence(hosts, others, known, implementation, inferred),
  };
}

function stated(hosts: readonly Host[], attribute: Attribute, equipment: boolean): Candidate[] {
  return hosts.flatMap((host) =>
    (host.statements?.get(attribute) ?? []).filter((one) => equipment || !isOfEquipment(one.source)),
  );
}

/** Highest rank of source, then said most often, then said first. */
function winner(candidates: readonly Candidate[]): string | null {
  let best: Candidate | null = null;
  let bestRank = 0;
  for (const candidate of candidates) {
    const rank = rankOf(candidate.source);
    if (
      best === null ||
      rank > bestRank ||
      (rank === bestRank &&
        (candidate.count > best.count || (candidate.count === best.count && candidate.at < best.at)))
    ) {
      best = candidate;
      bestRank = rank;
    }
  }
  return best?.value ?? null;
}

function list(hosts: readonly Host[], attribute: Attribute): string[] {
  const values = new Set<string>();
  for (const { value } of stated(hosts, attribute, true)) if (values.size < LIST_LIMIT) values.add(value);
  return [...values];
}

function modalityOf(hosts: readonly Host[]): string | null {
  const counts = new Map<string, number>();
  const add = (code: string, count: number) => {
    if (code !== '') counts.set(code, (counts.get(code) ?? 0) + count);
  };
  for (const host of hosts) {
    host.deeds?.get('sends-images')?.details.forEach((code, i) => {
      add(code, host.deeds!.get('sends-images')!.detailCounts[i]);
    });
    for (const { value, count } of host.statements?.get('modality') ?? []) add(value, count);
  }
  let best: string | null = null;
  for (const [code, count] of counts)
    if (
      best === null ||
      (isAcquired(code) && !isAcquired(best)) ||
      (isAcquired(code) === isAcquired(best) && count > counts.get(best)!)
    )
      best = code;
  return best;
}

function mainImplementation(hosts: readonly Host[]): AnnouncedImplementation | null {
  const byKey = new Map<string, AnnouncedImplementation>();
  for (const host of hosts)
    for (const entry of host.implementations ?? []) {
      const key = `${entry.classUid} ${entry.versionName}`;
      const found = byKey.get(key);
      if (found === undefined) byKey.set(key, { ...entry });
      else found.count += entry.count;
    }
  let best: AnnouncedImplementation | null = null;
  for (const entry of byKey.values()) if (best === null || entry.count > best.count) best = entry;
  return best;
}

function ownMacs(hosts: readonly Host[], others: Neighbourhood): number[] {
  const macs = new Set<number>();
  for (const host of hosts) {
    const mac = others.ownMac(host);
    if (mac !== -1) macs.add(mac);
  }
  return [...macs];
}

function services(hosts: readonly Host[]): AssetService[] {
  const merged = new Map<string, AssetService>();
  for (const host of hosts)
    for (const service of host.services ?? []) {
      const key = `${service.port}/${service.proto} ${service.protocol}`;
      const found = merged.get(key);
      if (found === undefined) merged.set(key, { ...service });
      else found.tls ||= service.tls;
    }
  return [...merged.values()].sort(
    (a, b) => a.port - b.port || compare(a.proto, b.proto) || compare(a.protocol, b.protocol),
  );
}

function exposure(hosts: readonly Host[]): Asset['exposure'] {
  const countries = new Set<string>();
  let inbound = 0;
  let outbound = 0;
  for (const host of hosts) {
    for (const [country, count] of host.inbound ?? []) {
      inbound += count;
      countries.add(country);
    }
    for (const [country, count] of host.outbound ?? []) {
      outbound += count;
      countries.add(country);
    }
  }
  return { inbound, outbound, countries: [...countries].sort(compare) };
}

function evidence(
  hosts: readonly Host[],
  others: Neighbourhood,
  known: Implementation | null,
  implementation: AnnouncedImplementation | null,
  inferred: Partial<Record<Attribute, Candidate[]>>,
): Asset['evidence'] {
  const all: Asset['evidence'] = [];
  for (const host of hosts) {
    for (const [attribute, statements] of host.statements ?? [])
      for (const { value, source, at } of statements) all.push({ attribute, value, source, at });
    for (const entry of host.implementations ?? []) {
      const { classUid, versionName, at } = entry;
      const source = 'association negotiation';
      if (classUid !== '') all.push({ attribute: 'implementation-class-uid', value: classUid, source, at });
      if (versionName !== '')
        all.push({ attribute: 'implementation-version-name', value: versionName, source, at });
    }
    for (const deed of host.deeds?.values() ?? []) {
      const details = deed.details.filter((detail) => detail !== '').join(', ');
      const value = details === '' ? deed.activity : `${deed.activity} (${details})`;
      all.push({ attribute: 'role', value, source: 'behaviour', at: deed.at });
    }
    for (const { mac, proven, first } of host.bindings ?? [])
      all.push({ attribute: 'mac', value: macText(mac), source: macSource(mac, proven, others), at: first });
  }
  for (const [attribute, candidates] of Object.entries(inferred))
    for (const { value, source, at } of candidates) all.push({ attribute, value, source, at });
  if (known !== null && implementation !== null) {
    const value = known.version === null ? known.product : `${known.product} ${known.version}`;
    all.push({ attribute: 'product', value, source: SOURCE_IMPLEMENTATION, at: implementation.at });
  }
  const seen = new Set<string>();
  return all
    .sort((a, b) => a.at - b.at || compare(a.attribute, b.attribute) || compare(a.value, b.value))
    .filter(({ attribute, value, source }) => {
      const key = `${attribute}\n${value}\n${source}`;
      return !seen.has(key) && seen.add(key);
    });
}

function macSource(mac: number, proven: boolean, others: Neighbourhood): string {
  const how = proven ? 'ARP, NDP or link-local' : 'frames';
  const router = virtualRouter(mac);
  if (router !== null) return `${how}; a virtual router's (${router.protocol})`;
  if (others.isGateway(mac)) return `${how}; a gateway's`;
  return isLocallyAdministered(mac) ? `${how}; locally administered` : how;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
