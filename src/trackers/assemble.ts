import type { Activity, Attribute } from '../core/facts.ts';
import { type Implementation, identifyImplementation } from '../knowledge/fingerprints.ts';
import { isLocallyAdministered, macText, virtualMachine, virtualRouter } from '../knowledge/macs.ts';
import { identifyProduct, type ProductRow } from '../knowledge/products.ts';
import type { Vulnerabilities } from '../knowledge/vulnerabilities.ts';
import { type Asset, type AssetService, type Contradiction, MEDICAL_ROLES, type Role } from './asset.ts';
import { type AnnouncedImplementation, type Group, type Host, LEASED, PROVEN, type Proof } from './host.ts';
import {
  isOfEquipment,
  SOURCE_IMPLEMENTATION,
  SOURCE_IMPLEMENTATION_ARC,
  SOURCE_MAC,
  SOURCE_PRODUCT,
  SOURCE_SITE,
} from './rank.ts';
import { type Candidate, contradictions, severalDevices, winner } from './resolve.ts';
import { type Behaviour, decideRole, isAcquired, type RoleDecision } from './roles.ts';
import type { SiteDevice, SiteDevices } from './site.ts';
import { type Said, vulnerabilitiesOf } from './vulnerable.ts';

/** What putting an asset together needs to know of the others. */
export interface Neighbourhood {
  find(ip: string): Host | undefined;
  ownMac(host: Host): number;
  isGateway(mac: number): boolean;
  vendor(mac: number): string | null;
  /** What the site itself says of its devices. */
  readonly site: SiteDevices;
  readonly knownVulnerabilities: Vulnerabilities;
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

/** What a device was seen doing and says it is. */
export function behaviourOf(group: Group, others: Neighbourhood): Behaviour {
  const { hosts } = group;
  let said: Set<string> | null = null;
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
    serves: (...protocols) =>
      hosts.some((host) => host.services?.some(({ protocol }) => protocols.includes(protocol)) === true),
    is: (...classes) => {
      said ??= new Set(stated(group, 'device-class').map(({ value }) => value));
      return said.size > 0 && classes.some((one) => said!.has(one));
    },
    get imagesOnlyFromArchives() {
      const from = peers('accepts-images');
      for (const ip of from) {
        const peer = others.find(ip)?.deeds;
        if (!peer?.has('answers-queries') && !peer?.has('answers-retrieve')) return false;
      }
      return from.size > 0;
    },
    get product() {
      return productOf(group, 'device')?.role ?? null;
    },
    get program() {
      return productOf(group, 'program')?.role ?? null;
    },
    get devices() {
      return devicesOf(group);
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
function devicesOf(group: Group): number {
  const bySource = new Map<string, Set<string>>();
  for (const attribute of DEVICE_NAMES)
    for (const { value, source } of stated(group, attribute)) {
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

/** Where a device says which product it is, and where what it runs is named. */
const NAMED_BY = {
  device: ['model', 'device-id', 'product'],
  program: ['product', 'software'],
} as const;

/** The known product of a kind that the device says it is or runs; null when it names none or two. */
function productOf(group: Group, kind: ProductRow['kind']): ProductRow | null {
  const texts: string[] = [];
  for (const attribute of NAMED_BY[kind])
    for (const { value, source } of stated(group, attribute))
      if (kind === 'device' || !isOfEquipment(source)) texts.push(value);
  if (kind === 'program')
    for (const host of group.hosts)
      for (const { product } of host.services ?? []) if (product !== null) texts.push(product);
  let found: ProductRow | null = null;
  for (const text of texts) {
    const row = identifyProduct(text, kind);
    if (row === null || row === found) continue;
    if (found !== null) return null;
    found = row;
  }
  return found;
}

/** The role that the site gave, else the one that follows from what was seen. */
export function roleOf(group: Group, others: Neighbourhood): RoleDecision {
  const role = others.site.size === 0 ? null : siteDeviceOf(group, others)?.role;
  if (role) return { role, confidence: 'high', rule: 'site' };
  return decideRole(behaviourOf(group, others));
}

function siteDeviceOf(group: Group, others: Neighbourhood): SiteDevice | null {
  return others.site.of(group.hosts, macsOf(group, others));
}

export function assetOf(group: Group, others: Neighbourhood): Asset {
  const { id, hosts } = group;
  const subjects = [...hosts, ...group.cards];
  const { role, confidence } = roleOf(group, others);
  const implementation = mainImplementation(hosts);
  const known =
    implementation === null
      ? null
      : identifyImplementation(implementation.classUid, implementation.versionName);
  const passesOn = PASSES_ON.has(role);
  const device = passesOn ? null : productOf(group, 'device');
  const several = severalDevices(group);
  const macs = macsOf(group, others);
  const firstSeen = firstSeenOf(hosts, group.cards);

  const inferred: Candidate[] = [];
  const infer = (attribute: Attribute, value: string | null, source: string, at: number) => {
    if (value !== null) inferred.push({ attribute, value, source, at, count: 1 });
  };
  const site = others.site.of(hosts, macs);
  infer('hostname', site?.name ?? null, SOURCE_SITE, firstSeen);
  infer('vendor', site?.vendor ?? null, SOURCE_SITE, firstSeen);
  infer('model', site?.model ?? null, SOURCE_SITE, firstSeen);
  const ofSite = [...inferred];
  for (const mac of macs) infer('vendor', others.vendor(mac), SOURCE_MAC, firstSeen);
  if (known !== null) {
    const source = known.confidence === 'low' ? SOURCE_IMPLEMENTATION_ARC : SOURCE_IMPLEMENTATION;
    infer('vendor', known.vendor, source, implementation!.at);
  }
  if (device !== null) {
    infer('vendor', device.vendor, SOURCE_PRODUCT, firstSeen);
    infer('model', device.model, SOURCE_PRODUCT, firstSeen);
  }
  const candidates = (attribute: Attribute): Candidate[] =>
    stated(group, attribute).filter((one) => !passesOn || !isOfEquipment(one.source));
  // Of several devices behind one address nothing is put together to one: all that was said is in the evidence.
  const win = (attribute: Attribute) =>
    winner(attribute, [
      ...(several === '' ? candidates(attribute) : []),
      ...inferred.filter((one) => one.attribute === attribute),
    ]);
  const disagreements = [
    ...contradictions((attribute) => [
      ...candidates(attribute),
      ...ofSite.filter((one) => one.attribute === attribute && isComparable(one)),
    ]),
    ...siteContradictions(group, others, site, macs),
  ];

  return {
    id,
    ips: [...new Set(hosts.map((host) => host.address.text))],
    macs: macs.map(macText),
    hostname: win('hostname'),
    vendor: win('vendor'),
    model: win('model'),
    serial: win('serial'),
    software: win('software') ?? win('product'),
    os: win('os'),
    role,
    modality: role === 'modality' || role === 'ecg' ? modalityOf(hosts) : null,
    ae_titles: list(group, 'ae-title'),
    hl7_applications: list(group, 'hl7-application'),
    hl7_facilities: list(group, 'hl7-facility'),
    implementation: {
      class_uid: implementation?.classUid || null,
      version_name: implementation?.versionName || null,
      product: known?.product ?? null,
      version: known?.version ?? null,
    },
    services: services(hosts),
    exposure: exposure(hosts),
    crossings: hosts.flatMap(
      (host) => host.crossings?.map((one) => ({ ...one, peers: [...one.peers] })) ?? [],
    ),
    vulnerabilities: vulnerabilitiesOf(saidOf(group, passesOn, several), others.knownVulnerabilities),
    firstSeen,
    lastSeen: Math.max(...subjects.map((subject) => subject.lastSeen)),
    confidence: several === '' ? confidence : 'low',
    evidence: evidence(group, others, known, implementation, inferred, several, site),
    contradictions: disagreements,
  };
}

/** What people call a device contradicts its host name only where it is one, too. */
function isComparable({ attribute, value }: Candidate): boolean {
  return attribute !== 'hostname' || /^[A-Za-z0-9._-]+$/.test(value);
}

/** Where the site says one thing and what was seen another: the role, and whose address it is. */
function siteContradictions(
  group: Group,
  others: Neighbourhood,
  site: SiteDevice | null,
  macs: readonly number[],
): Contradiction[] {
  if (others.site.size === 0) return [];
  const found: Contradiction[] = [];
  if (site?.role) {
    const seen = decideRole(behaviourOf(group, others));
    if (seen.role !== site.role && MEDICAL_ROLES.has(seen.role) && seen.confidence !== 'low')
      found.push(disagree('role', site.role, seen.role, 'behaviour'));
  }
  const expected = others.site.elsewhere(group.hosts, macs);
  if (expected !== null)
    found.push(disagree('mac', macText(expected.mac), macs.map(macText).join(', '), 'the network'));
  return found;
}

function disagree(attribute: string, said: string, seen: string, source: string): Contradiction {
  return {
    attribute,
    said: [
      { value: said, source: SOURCE_SITE },
      { value: seen, source },
    ],
  };
}

/** What is wrong with the versions that a device shows of itself, whatever its role. */
export function weaknessesOf(group: Group, known: Vulnerabilities): Asset['vulnerabilities'] {
  return vulnerabilitiesOf(saidOf(group, true, severalDevices(group)), known);
}

function saidOf(group: Group, passesOn: boolean, several: string): Said {
  return {
    hosts: group.hosts,
    stated: (attribute) =>
      stated(group, attribute).filter(({ source }) => !passesOn || !isOfEquipment(source)),
    program: () => productOf(group, 'program')?.model ?? null,
    several: several !== '',
  };
}

/** All that was said of a device under one attribute; said twice of two of its addresses, it counts together. */
function stated({ hosts, cards }: Group, attribute: Attribute): Candidate[] {
  if (hosts.length + cards.length === 1) {
    const [subject] = hosts.length === 1 ? hosts : cards;
    return subject.told(attribute);
  }
  const merged = new Map<string, Candidate>();
  for (const subject of [...hosts, ...cards])
    for (const statement of subject.told(attribute)) {
      const key = `${statement.value}\n${statement.source}`;
      const found = merged.get(key);
      if (found === undefined) merged.set(key, { ...statement });
      else {
        const at = Math.min(found.at, statement.at);
        merged.set(key, { ...found, at, count: found.count + statement.count });
      }
    }
  return [...merged.values()];
}

function list(group: Group, attribute: Attribute): string[] {
  const values = new Set<string>();
  for (const { value } of stated(group, attribute)) if (values.size < LIST_LIMIT) values.add(value);
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
    for (const { value, count } of host.told('modality')) add(value, count);
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

/** The MACs its addresses are bound to, then those of ports that told of it. */
function macsOf({ hosts, cards }: Group, others: Neighbourhood): number[] {
  const macs = new Set<number>();
  for (const host of hosts) {
    const mac = others.ownMac(host);
    if (mac !== -1) macs.add(mac);
  }
  for (const { mac } of cards) if (macs.size < LIST_LIMIT) macs.add(mac);
  return [...macs];
}

function services(hosts: readonly Host[]): AssetService[] {
  const merged = new Map<string, AssetService>();
  for (const host of hosts)
    for (const { port, proto, protocol, tls, product, version } of host.services ?? []) {
      const key = `${port}/${proto} ${protocol}`;
      const found = merged.get(key);
      if (found === undefined) {
        const announced = product === null && version === null ? announcedAt(host, port) : null;
        merged.set(key, {
          port,
          proto,
          protocol,
          tls,
          product: product ?? announced?.product ?? null,
          version: version ?? announced?.version ?? null,
        });
        continue;
      }
      found.tls ||= tls;
      if (found.product === null) {
        found.product = product;
        found.version = version;
      }
    }
  return [...merged.values()].sort(
    (a, b) => a.port - b.port || compare(a.proto, b.proto) || compare(a.protocol, b.protocol),
  );
}

/** The implementation announced most often by the server at a port. */
function announcedAt(host: Host, port: number): Implementation | null {
  const served = host.implementations?.filter((entry) => entry.port === port) ?? [];
  const most = served.reduce<AnnouncedImplementation | null>(
    (best, entry) => (best === null || entry.count > best.count ? entry : best),
    null,
  );
  return most === null ? null : identifyImplementation(most.classUid, most.versionName);
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
  { hosts, cards }: Group,
  others: Neighbourhood,
  known: Implementation | null,
  implementation: AnnouncedImplementation | null,
  inferred: readonly Candidate[],
  several: string,
  site: SiteDevice | null,
): Asset['evidence'] {
  const all: Asset['evidence'] = [];
  for (const subject of [...hosts, ...cards])
    for (const { attribute, value, source, at } of subject.statements ?? [])
      all.push({ attribute, value, source, at });
  for (const host of hosts) ofHost(host, others, all);
  for (const { mac, address, firstSeen } of cards)
    if (!all.some(({ attribute, value }) => attribute === 'mac' && value === macText(mac)))
      all.push({
        attribute: 'mac',
        value: macText(mac),
        source: `${address === null ? 'told of it' : `told of it with ${address.text}`}${macKind(mac)}`,
        at: firstSeen,
      });
  for (const { attribute, value, source, at } of inferred) all.push({ attribute, value, source, at });
  if (known !== null && implementation !== null) {
    const value = known.version === null ? known.product : `${known.product} ${known.version}`;
    all.push({ attribute: 'product', value, source: SOURCE_IMPLEMENTATION, at: implementation.at });
  }
  if (site?.role)
    all.push({ attribute: 'role', value: site.role, source: SOURCE_SITE, at: firstSeenOf(hosts, cards) });
  if (several !== '')
    all.push({
      attribute: 'identity',
      value: 'several devices behind one address',
      source: `contradictions: ${several}`,
      at: Math.max(...hosts.map(({ lastSeen }) => lastSeen), ...cards.map(({ lastSeen }) => lastSeen)),
    });
  const seen = new Set<string>();
  return all
    .sort((a, b) => a.at - b.at || compare(a.attribute, b.attribute) || compare(a.value, b.value))
    .filter(({ attribute, value, source }) => {
      const key = `${attribute}\n${value}\n${source}`;
      return !seen.has(key) && seen.add(key);
    });
}

function firstSeenOf(hosts: Group['hosts'], cards: Group['cards']): number {
  return Math.min(...[...hosts, ...cards].map((subject) => subject.firstSeen));
}

/** What an address was seen with and doing. */
function ofHost(host: Host, others: Neighbourhood, all: Asset['evidence']): void {
  for (const { classUid, versionName, at } of host.implementations ?? []) {
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
  for (const { port, proto, protocol, product, version, at } of host.services ?? [])
    if (product !== null || version !== null)
      all.push({
        attribute: 'service',
        value: [product, version].filter((part) => part !== null).join(' '),
        source: `${protocol} ${port}/${proto}`,
        at,
      });
  for (const { direction, country, port, proto, protocol, at } of host.crossings ?? [])
    if (direction === 'inbound')
      all.push({
        attribute: 'exposure',
        value: protocol === '' ? `${port}/${proto}` : `${protocol} ${port}/${proto}`,
        source: `reached from outside (${country})`,
        at,
      });
  for (const { mac, proof, first } of host.bindings ?? [])
    all.push({ attribute: 'mac', value: macText(mac), source: macSource(mac, proof, others), at: first });
  if (host.closed !== -1)
    all.push({
      attribute: 'ip',
      value: host.address.text,
      source: 'held until it was leased to another',
      at: host.closed,
    });
}

function macSource(mac: number, proof: Proof, others: Neighbourhood): string {
  const how = proof === LEASED ? 'DHCP lease' : proof === PROVEN ? 'ARP, NDP or link-local' : 'frames';
  const router = virtualRouter(mac);
  if (router !== null) return `${how}; a virtual router's (${router.protocol})`;
  if (others.isGateway(mac)) return `${how}; a gateway's`;
  return how + macKind(mac);
}

/** What the MAC's own bits and prefix say of it. */
function macKind(mac: number): string {
  const machine = virtualMachine(mac);
  if (machine !== null) return `; a virtual machine's (${machine.product})`;
  return isLocallyAdministered(mac) ? '; locally administered' : '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
