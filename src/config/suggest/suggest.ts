import type { Address } from '../../core/address.ts';
import type { Micros } from '../../core/time.ts';
import type { Stage } from '../../detections/detection.ts';
import type { Finding } from '../../detections/finding.ts';
import { compareAddresses } from '../../sinks/documents.ts';
import { type Asset, MEDICAL_ROLES, type Role } from '../../trackers/asset.ts';
import type { Need, Observed } from './observed.ts';

export interface SuggestedZone {
  readonly name: string;
  readonly medical: boolean;
  readonly hosts: readonly { readonly address: string; readonly what: string }[];
  /** The smallest IPv4 network around all of them, where no other device was seen in it; null for none. */
  readonly within: string | null;
}

/** One `allow` entry and one row of the table. */
export interface SuggestedRule {
  readonly fromZone: string;
  readonly toZone: string;
  /** Whole zones, or single addresses where not all of a zone need it. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Who was seen. */
  readonly fromHosts: readonly string[];
  readonly toHosts: readonly string[];
  /** As `allow` has it; `protocol` '' where none was recognised. */
  readonly service: string;
  readonly protocol: string;
  readonly ports: string;
  readonly connections: number;
  readonly first: Micros;
  readonly last: Micros;
  readonly why: string;
  /** What to look at before a firewall enforces it. */
  readonly review: readonly string[];
}

/** Seen, and not allowed. */
export interface Refused {
  readonly from: string;
  readonly to: string;
  readonly service: string;
  readonly times: number;
  readonly first: Micros;
  readonly last: Micros;
  readonly reason: string;
}

export interface SuggestedTitle {
  readonly title: string;
  readonly hosts: readonly string[];
  /** Empty: it was not seen moving anything. */
  readonly moveDestinations: readonly string[];
}

export interface Suggestion {
  readonly zones: readonly SuggestedZone[];
  readonly rules: readonly SuggestedRule[];
  readonly refused: readonly Refused[];
  /** Refused pairs that are not listed. */
  readonly refusedOmitted: number;
  readonly titles: readonly SuggestedTitle[];
  /** What could not be suggested, in sentences. */
  readonly notes: readonly string[];
}

/** What was concluded of the traffic. */
export interface Conclusions {
  readonly assets: readonly Asset[];
  readonly findings: readonly Finding[];
  /** Which part of an attack a detection's findings are. */
  stage(detection: string): Stage | undefined;
  country(address: string): string | null;
}

/** In the order of the file. */
const ZONES: Readonly<Record<Role, string>> = {
  modality: 'modalities',
  pacs: 'pacs',
  workstation: 'workstations',
  'worklist-server': 'worklist-servers',
  'print-server': 'print-servers',
  'integration-engine': 'integration',
  ehr: 'ehr',
  'medication-dispensing': 'medication-dispensing',
  'infusion-pump': 'infusion-pumps',
  'patient-monitor': 'patient-monitors',
  ecg: 'ecg',
  'lab-analyzer': 'laboratory',
  server: 'servers',
  client: 'clients',
  network: 'network-devices',
  printer: 'printers',
  unknown: 'others',
};
/** A host without a medical role that answers a medical protocol, often one whose traffic is encrypted. */
const MEDICAL_SERVERS = 'medical-servers';
/** A device that a finding is about: apart, so that what a zone may do is not allowed to it too. */
const FLAGGED = 'flagged';
const ORDER: readonly string[] = [
  ...Object.values(ZONES).slice(0, 12),
  MEDICAL_SERVERS,
  FLAGGED,
  ...Object.values(ZONES).slice(12),
];

/** Whoever asks a question gets this role: it is no proof of being a device of the hospital's. */
const ASKERS: ReadonlySet<Role> = new Set<Role>(['workstation']);

/** More ports of one protocol of one server than this are a range. */
const PORTS = 8;
const REFUSED = 500;

interface Member {
  readonly address: string;
  readonly zone: string;
  readonly medical: boolean;
  readonly role: Role;
  readonly what: string;
}

interface Flow {
  readonly need: Need;
  readonly protocol: string;
  readonly connections: number;
}

/**
 * The least that the medical traffic seen needs: zones by role, and for each pair of zones the services that answered.
 * Who came from outside, and what findings say an attacker did, is listed and not allowed.
 */
export function suggest(observed: Observed, conclusions: Conclusions): Suggestion {
  const members = membersOf(observed, conclusions.assets);
  const suspicion = suspicionOf(conclusions, members);
  for (const ip of suspicion.sources) {
    const member = members.get(ip);
    if (member?.medical === true) members.set(ip, { ...member, zone: FLAGGED });
  }
  const isMedical = ({ text }: Address) => members.get(text)?.medical === true;
  const needed: Need[] = [];
  const doubtful: { need: Need; refusal: Refusal }[] = [];
  for (const need of observed.needs().sort(byEnds)) {
    if (!isMedical(need.client) && !isMedical(need.server)) continue;
    const refusal = refusalOf(need, members, suspicion, conclusions);
    if (refusal === null) needed.push(need);
    else doubtful.push({ need, refusal });
  }
  const used = new Set(needed.flatMap(({ client, server }) => [client.text, server.text]));
  const zones = zonesOf([...members.values()], used);
  const rules = rulesOf(needed, members, zones);
  const refused = doubtful
    .filter(({ need, refusal }) => refusal.suspect || !isExpected(need, rules, members))
    .map(({ need, refusal }) => refusedOf(need, refusal.reason));
  const notes: string[] = [];
  if (observed.omitted > 0)
    notes.push(`${observed.omitted} flows or names did not fit the tables and are not considered.`);
  return {
    zones,
    rules,
    refused: refused.slice(0, REFUSED),
    refusedOmitted: Math.max(0, refused.length - REFUSED),
    titles: titlesOf(observed, needed, notes),
    notes,
  };
}

function membersOf({ medicalServers }: Observed, assets: readonly Asset[]): Map<string, Member> {
  const members = new Map<string, Member>();
  // Of two that had an address the one seen last has it.
  const bySight = [...assets].sort((a, b) => a.lastSeen - b.lastSeen);
  for (const { ips, role, hostname, modality } of bySight)
    for (const address of ips) {
      const medical = MEDICAL_ROLES.has(role) || ips.some((ip) => medicalServers.has(ip));
      const zone = medical && !MEDICAL_ROLES.has(role) ? MEDICAL_SERVERS : ZONES[role];
      const what = [hostname, role === 'unknown' ? null : role, modality].filter((part) => part !== null);
      members.set(address, { address, zone, medical, role, what: what.join(' ') });
    }
  return members;
}

interface Suspicion {
  /** `source destination` → why. */
  readonly pairs: ReadonlyMap<string, string>;
  /** Whoever a serious finding is about. */
  readonly sources: ReadonlySet<string>;
  /** Hosts that are no device by what they do and did something no device does: all they do is suspect. */
  readonly hosts: ReadonlyMap<string, string>;
}

function suspicionOf({ findings, stage }: Conclusions, members: ReadonlyMap<string, Member>): Suspicion {
  const pairs = new Map<string, string>();
  const hosts = new Map<string, string>();
  const sources = new Set<string>();
  for (const { detection, severity, source, destination } of findings) {
    const part = stage(detection);
    if (part === undefined || part === 'exposure') continue;
    const severe = severity === 'critical' || severity === 'high';
    if (!severe && !(part === 'reconnaissance' && severity === 'medium')) continue;
    const why = `${detection} (${severity})`;
    const key = `${source.ip} ${destination.ip}`;
    if (!pairs.has(key)) pairs.set(key, why);
    sources.add(source.ip);
    const role = members.get(source.ip)?.role ?? 'unknown';
    const isDevice = MEDICAL_ROLES.has(role) && !ASKERS.has(role);
    if (!isDevice && !hosts.has(source.ip)) hosts.set(source.ip, why);
  }
  return { pairs, hosts, sources };
}

/** Why a need is not allowed. `suspect`: it must not be, whatever is allowed to others of its kind. */
interface Refusal {
  readonly suspect: boolean;
  readonly reason: string;
}

/** null for a need that is allowed. */
function refusalOf(
  need: Need,
  members: ReadonlyMap<string, Member>,
  { pairs, hosts }: Suspicion,
  { country }: Conclusions,
): Refusal | null {
  const { client, server } = need;
  const suspect = (reason: string): Refusal => ({ suspect: true, reason });
  const doubt = (reason: string): Refusal => ({ suspect: false, reason });
  for (const { external, text } of [client, server])
    if (external) return suspect(`outside: ${text} is in ${country(text) ?? 'no known country'}`);
  const flagged = pairs.get(`${client.text} ${server.text}`);
  if (flagged !== undefined) return suspect(`finding ${flagged}`);
  for (const { text } of [client, server]) {
    const why = hosts.get(text);
    if (why !== undefined) return suspect(`${text} is suspect: finding ${why}`);
  }
  if (need.protocols.size === 0) {
    if (need.guessed > 0) return doubt('who opened it was not seen');
    return doubt(need.empty > 0 ? 'it was refused or carried nothing' : 'it was not answered');
  }
  return members.has(client.text) && members.has(server.text) ? null : doubt('one end is no known device');
}

/**
 * What was in doubt is expected after all, by what others of its zone were seen to need. Of a pair that talks, attempts
 * that came to nothing on other ports are nothing either.
 */
function isExpected(
  { client, server, proto, port, guessed }: Need,
  rules: readonly SuggestedRule[],
  members: ReadonlyMap<string, Member>,
): boolean {
  const [from, to] = [members.get(client.text), members.get(server.text)];
  if (from === undefined || to === undefined) return false;
  if (from.zone === to.zone) return true;
  const isIn = (places: readonly string[], { zone, address }: Member) =>
    places.includes(zone) || places.includes(address);
  return rules.some((rule) => {
    const there = isIn(rule.from, from) && isIn(rule.to, to);
    if (!there) return guessed > 0 && isIn(rule.from, to) && isIn(rule.to, from);
    return proto === 'tcp' || rule.ports === `udp/${port}`;
  });
}

function refusedOf(need: Need, reason: string): Refused {
  const { client, server, proto, port, protocols, unanswered, empty, guessed, first, last } = need;
  const answered = [...protocols.values()].reduce((sum, count) => sum + count, 0);
  const named = [...protocols.keys()].filter((protocol) => protocol !== '').sort();
  const service = [named.join('/'), `${proto}/${port}`].filter((part) => part !== '').join(' ');
  const times = answered + unanswered + empty + guessed;
  return { from: client.text, to: server.text, service, times, first, last, reason };
}

function zonesOf(members: readonly Member[], used: ReadonlySet<string>): SuggestedZone[] {
  return ORDER.flatMap((name) => {
    const hosts = members
      .filter(({ zone, medical, address }) => zone === name && (medical || used.has(address)))
      .sort((a, b) => compareAddresses(a.address, b.address));
    if (hosts.length === 0) return [];
    const others = members.filter((member) => !hosts.includes(member)).map(({ address }) => address);
    const within = networkAround(
      hosts.map(({ address }) => address),
      others,
    );
    return [{ name, medical: hosts[0].medical, hosts, within }];
  });
}

function networkAround(addresses: readonly string[], others: readonly string[]): string | null {
  const numbers = addresses.filter((address) => !address.includes(':')).map(numberOf);
  if (numbers.length < 2) return null;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  let bits = 32;
  const baseOf = (number: number) => Math.floor(number / 2 ** (32 - bits));
  while (baseOf(low) !== baseOf(high)) bits--;
  const taken = others.some((address) => !address.includes(':') && baseOf(numberOf(address)) === baseOf(low));
  if (taken) return null;
  const base = baseOf(low) * 2 ** (32 - bits);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${bits}`;
}

function numberOf(ipv4: string): number {
  return ipv4.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

interface Service {
  readonly text: string;
  readonly protocol: string;
  readonly ports: string;
  readonly many: boolean;
}

/** What was seen between two zones of one service, by server. */
interface Group {
  readonly service: Service;
  readonly fromZone: string;
  readonly toZone: string;
  readonly byServer: Map<string, Set<string>>;
  readonly flows: Flow[];
}

function rulesOf(
  needed: readonly Need[],
  members: ReadonlyMap<string, Member>,
  zones: readonly SuggestedZone[],
): SuggestedRule[] {
  const flows = needed.flatMap(flowsOf);
  const serviceOf = servicesOf(flows);
  const groups = new Map<string, Group>();
  for (const flow of flows) {
    const { client, server } = flow.need;
    const fromZone = members.get(client.text)!.zone;
    const toZone = members.get(server.text)!.zone;
    // Within one zone nothing needs to be allowed.
    if (fromZone === toZone) continue;
    const service = serviceOf(flow);
    const key = `${fromZone} ${toZone} ${service.text}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { service, fromZone, toZone, byServer: new Map(), flows: [] };
      groups.set(key, group);
    }
    group.flows.push(flow);
    const clients = group.byServer.get(server.text);
    if (clients === undefined) group.byServer.set(server.text, new Set([client.text]));
    else clients.add(client.text);
  }
  const hostsOf = new Map(zones.map(({ name, hosts }) => [name, hosts.map(({ address }) => address)]));
  return [...groups.values()]
    .sort(
      (a, b) =>
        ORDER.indexOf(a.fromZone) - ORDER.indexOf(b.fromZone) ||
        ORDER.indexOf(a.toZone) - ORDER.indexOf(b.toZone) ||
        compare(a.service.text, b.service.text),
    )
    .flatMap((group) => rulesOfGroup(group, hostsOf, members));
}

/** The protocols of a need; where one was recognised, flows that said too little to be are of it. */
function flowsOf(need: Need): Flow[] {
  const named = [...need.protocols].filter(([protocol]) => protocol !== '').sort(([a], [b]) => compare(a, b));
  const nameless = need.protocols.get('') ?? 0;
  if (named.length === 0) return [{ need, protocol: '', connections: nameless }];
  return named.map(([protocol, connections], i) => ({
    need,
    protocol,
    connections: connections + (i === 0 ? nameless : 0),
  }));
}

/** A protocol on its port; one that a server has on many ports, on all of them. */
function servicesOf(flows: readonly Flow[]): (flow: Flow) => Service {
  const keyOf = ({ need, protocol }: Flow) => `${need.server.text} ${need.proto} ${protocol}`;
  const ports = new Map<string, Set<number>>();
  for (const flow of flows) {
    const known = ports.get(keyOf(flow));
    if (known === undefined) ports.set(keyOf(flow), new Set([flow.need.port]));
    else known.add(flow.need.port);
  }
  return (flow) => {
    const { protocol, need } = flow;
    const all = [...ports.get(keyOf(flow))!];
    if (all.length <= PORTS) {
      const port = `${need.proto}/${need.port}`;
      return { text: protocol === '' ? port : `${protocol} ${port}`, protocol, ports: port, many: false };
    }
    const range = `${need.proto}/${Math.min(...all)}-${Math.max(...all)}`;
    return { text: protocol === '' ? range : `${protocol} ${range}`, protocol, ports: range, many: true };
  };
}

/** One rule for all servers that the same clients need. */
function rulesOfGroup(
  group: Group,
  hostsOf: ReadonlyMap<string, readonly string[]>,
  members: ReadonlyMap<string, Member>,
): SuggestedRule[] {
  const { fromZone, toZone, service } = group;
  const sharing = new Map<string, { clients: string[]; servers: string[] }>();
  for (const [server, found] of [...group.byServer].sort(([a], [b]) => compareAddresses(a, b))) {
    const clients = [...found].sort(compareAddresses);
    const from = placesOf(fromZone, clients, hostsOf, true);
    const known = sharing.get(from.join(' '));
    if (known === undefined) sharing.set(from.join(' '), { clients, servers: [server] });
    else {
      known.servers.push(server);
      known.clients = [...new Set([...known.clients, ...clients])].sort(compareAddresses);
    }
  }
  return [...sharing.values()].map(({ clients, servers }) => {
    const flows = group.flows.filter(({ need }) => servers.includes(need.server.text));
    const connections = flows.reduce((sum, flow) => sum + flow.connections, 0);
    const from = placesOf(fromZone, clients, hostsOf, true);
    const review = reviewOf(group, from, clients, connections, hostsOf, members);
    return {
      fromZone,
      toZone,
      from,
      to: placesOf(toZone, servers, hostsOf, false),
      fromHosts: clients,
      toHosts: servers,
      service: service.text,
      protocol: service.protocol,
      ports: service.ports,
      connections,
      first: Math.min(...flows.map(({ need }) => need.first)),
      last: Math.max(...flows.map(({ need }) => need.last)),
      why: whyOf(group, flows),
      review,
    };
  });
}

/** The zone where all of it (`most`: more than half of it) was seen, else the hosts one by one. */
function placesOf(
  zone: string,
  seen: readonly string[],
  hostsOf: ReadonlyMap<string, readonly string[]>,
  most: boolean,
): readonly string[] {
  const all = hostsOf.get(zone)!.length;
  return seen.length === all || (most && seen.length * 2 > all) ? [zone] : seen;
}

function whyOf({ fromZone, toZone, service }: Group, flows: readonly Flow[]): string {
  const deeds = [...new Set(flows.flatMap(({ need }) => [...need.deeds]))].sort();
  const what = deeds.length > 0 ? deeds.join(', ') : (PURPOSES[service.protocol] ?? service.protocol);
  return `${fromZone} to ${toZone}${what === '' ? '' : `: ${what}`}`;
}

/** What a protocol is for, where no message of it says. */
const PURPOSES: Readonly<Record<string, string>> = {
  dns: 'looks up names',
  dhcp: 'gets its address',
  dhcpv6: 'gets its address',
  snmp: 'asks or manages the device',
  http: 'web pages or web services',
  tls: 'encrypted, what is in it is not seen',
  quic: 'encrypted, what is in it is not seen',
  kerberos: 'logs in to the domain',
  ldap: 'looks for domain controllers',
  smb: 'files and printers of Windows',
  ssh: 'remote administration or file transfer',
};

function reviewOf(
  { fromZone, toZone, service }: Group,
  from: readonly string[],
  clients: readonly string[],
  connections: number,
  hostsOf: ReadonlyMap<string, readonly string[]>,
  members: ReadonlyMap<string, Member>,
): string[] {
  const notes: string[] = [];
  const all = hostsOf.get(fromZone)!.length;
  if (from[0] === fromZone && clients.length < all)
    notes.push(`seen of ${clients.length} of the zone's ${all} hosts`);
  if (connections === 1) notes.push('seen once');
  if (service.protocol === '') notes.push('not recognised: find out what it is');
  if (service.many) notes.push('many ports, of which only some were seen');
  if (CLEAR_LOGINS.has(service.protocol)) notes.push('logs in without encryption');
  if (clients.some((client) => members.get(client)?.role === 'client') && toZone !== fromZone)
    notes.push('not from a medical device: is it meant to be?');
  return notes;
}

const CLEAR_LOGINS: ReadonlySet<string> = new Set(['telnet', 'ftp']);

/** As the configuration takes them. */
const AE_TITLE = /^[\x20-\x5b\x5d-\x7e]{1,16}$/;

/** AE titles at the addresses where they were used, on associations that were accepted between allowed pairs. */
function titlesOf(observed: Observed, needed: readonly Need[], notes: string[]): SuggestedTitle[] {
  const allowed = new Set(needed.map(({ client, server }) => `${client.text} ${server.text}`));
  const isAllowed = (pair: { client: Address; server: Address }) =>
    allowed.has(`${pair.client.text} ${pair.server.text}`);
  const hosts = new Map<string, Set<string>>();
  const home = (title: string, { text }: Address) => {
    if (!AE_TITLE.test(title) || title.trim() === '') return;
    const known = hosts.get(title);
    if (known === undefined) hosts.set(title, new Set([text]));
    else known.add(text);
  };
  for (const one of observed.called()) {
    if (!isAllowed(one)) continue;
    home(one.calling, one.client);
    home(one.called, one.server);
  }
  const moves = new Map<string, Set<string>>();
  for (const { calling, destination, ...pair } of observed.moves()) {
    if (!isAllowed(pair) || !hosts.has(calling)) continue;
    if (!hosts.has(destination)) {
      if (AE_TITLE.test(destination))
        notes.push(
          `${calling} asked to move objects to ${destination}, whose address was not seen: not allowed.`,
        );
      continue;
    }
    const known = moves.get(calling);
    if (known === undefined) moves.set(calling, new Set([destination]));
    else known.add(destination);
  }
  return [...hosts]
    .sort(([a], [b]) => compare(a, b))
    .map(([title, at]) => ({
      title,
      hosts: [...at].sort(compareAddresses),
      moveDestinations: [...(moves.get(title) ?? [])].sort(),
    }));
}

function byEnds(a: Need, b: Need): number {
  return (
    compareAddresses(a.client.text, b.client.text) ||
    compareAddresses(a.server.text, b.server.text) ||
    compare(a.proto, b.proto) ||
    a.port - b.port
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
