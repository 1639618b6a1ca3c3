import type { Address } from '../core/address.ts';
import type { Activity, ActivityFact, Attribute, AttributeFact } from '../core/facts.ts';
import type { Micros } from '../core/time.ts';
import type { AssetService, Crossing } from './asset.ts';
import { rankOf } from './rank.ts';

/** One thing said about a host, the first time it was said and how often since. */
export interface Statement {
  readonly attribute: Attribute;
  readonly value: string;
  readonly source: string;
  readonly at: Micros;
  count: number;
}

/** Something a host was seen doing. */
export interface Deed {
  readonly activity: Activity;
  readonly at: Micros;
  count: number;
  /** Distinct details (modality codes, message types) and how often each. */
  readonly details: string[];
  readonly detailCounts: number[];
  /** Distinct peers, up to the limit. */
  readonly peers: Address[];
}

/** How a MAC came to an address: its packets carried it, ARP or NDP bound it, a DHCP server leased the address to it. */
export const FRAMED = 0;
export const PROVEN = 1;
export const LEASED = 2;
export type Proof = typeof FRAMED | typeof PROVEN | typeof LEASED;

export interface Binding {
  readonly mac: number;
  proof: Proof;
  readonly first: Micros;
  last: Micros;
}

/** An association's implementation, as it is announced: the two values belong together. */
export interface AnnouncedImplementation {
  classUid: string;
  versionName: string;
  /** Port it was announced from as a server; 0 as a client. */
  readonly port: number;
  readonly at: Micros;
  /** When it was announced last. */
  last: Micros;
  count: number;
}

/** A service and when it was first seen to say what it is. */
export interface HostService extends AssetService {
  at: Micros;
}

/** As `Crossing`, while it is counted. */
export interface HostCrossing extends Crossing {
  protocol: string;
  medical: boolean;
  count: number;
  readonly peers: string[];
}

/** Which way across the border. */
export type Way = Pick<Crossing, 'direction' | 'country' | 'port' | 'proto' | 'protocol'>;

export interface HostLimits {
  /** Distinct (attribute, value, source) kept per host, and per attribute of a host. */
  readonly statements: number;
  readonly statementsPerAttribute: number;
  readonly services: number;
  readonly peers: number;
  readonly details: number;
  readonly macs: number;
  readonly implementations: number;
  /** Ways across the border by country and port, in and out. */
  readonly inbound: number;
  readonly outbound: number;
  readonly crossingPeers: number;
}

export const HOST_LIMITS: HostLimits = {
  statements: 96,
  statementsPerAttribute: 24,
  services: 32,
  peers: 16,
  details: 16,
  macs: 4,
  implementations: 8,
  inbound: 12,
  outbound: 6,
  crossingPeers: 4,
};

/** Somebody of whom something was told: statements, each with its source. */
export class Subject {
  readonly firstSeen: Micros;
  lastSeen: Micros;
  /** Of all attributes in one list: most have a handful, and a map of lists would take twice their room. */
  statements: Statement[] | null = null;
  /** Statements, services, peers … that did not fit. */
  omitted = 0;
  /** Changes whenever something did that a role may follow from. */
  version = 0;
  /** Changes whenever something was told that a version of a program may follow from. */
  programs = 0;
  /** The inventory's version when anything of it changed last, if only when it was seen. */
  changed = 0;

  constructor(time: Micros) {
    this.firstSeen = time;
    this.lastSeen = time;
  }

  /** What was told under one attribute. */
  told(attribute: Attribute): Statement[] {
    return this.statements === null ? NOTHING : this.statements.filter((one) => one.attribute === attribute);
  }

  /** True when it took a new place; `room`: there is one left in all of the inventory. */
  state(
    fact: Pick<AttributeFact, 'attribute' | 'value' | 'source'>,
    time: Micros,
    limits: HostLimits,
    room: boolean,
  ): boolean {
    const { attribute, value, source } = fact;
    const { statements } = this;
    let alike = 0;
    if (statements !== null)
      for (const known of statements) {
        if (known.attribute !== attribute) continue;
        if (known.value === value && known.source === source) {
          known.count++;
          return false;
        }
        alike++;
      }
    const statement: Statement = { attribute, value, source, at: time, count: 1 };
    if (statements === null) {
      if (room) this.statements = [statement];
      else this.omitted++;
    } else if (room && alike < limits.statementsPerAttribute && statements.length < limits.statements) {
      statements.push(statement);
    } else {
      this.omitted++;
      if (replaceOne(statements, statement)) this.#news();
      return false;
    }
    if (room) this.#news();
    return room;
  }

  #news(): void {
    this.version++;
    this.programs++;
  }
}

const NOTHING: Statement[] = [];

/**
 * Many weak names (a name server's answers) do not keep out the one that the device gives itself, nor many sources of
 * one value another value.
 */
function replaceOne(statements: Statement[], statement: Statement): boolean {
  const { attribute, value } = statement;
  const alike = statements.filter((one) => one.attribute === attribute);
  const isNew = alike.every((one) => one.value !== value);
  let weakest: Statement | null = null;
  let lowest = rankOf(attribute, statement.source);
  for (const one of alike) {
    const rank = rankOf(attribute, one.source);
    const twice =
      isNew && rank <= lowest && alike.some((other) => other !== one && other.value === one.value);
    if (rank < lowest || twice) {
      weakest = one;
      lowest = rank;
    }
  }
  if (weakest === null) return false;
  statements.splice(statements.indexOf(weakest), 1);
  statements.push(statement);
  return true;
}

/** What was told of a MAC, whatever address it has or none: a phone that speaks LLDP alone is a device. */
export class Card extends Subject {
  readonly mac: number;
  /** An address that was named in the same breath: this device's, where no address has the MAC for its own. */
  address: Address | null = null;

  constructor(mac: number, time: Micros) {
    super(time);
    this.mac = mac;
  }
}

/**
 * All that was seen of one internal address while one device held it. Most hosts of a network say little, so every
 * table is made when its first entry comes; every table has a limit, and what did not fit is counted in `omitted`.
 */
export class Host extends Subject {
  readonly address: Address;
  /** When another device got the address by lease; -1 while this one holds it. */
  closed: Micros = -1;
  /** Others named it, by DNS for one; that it exists was not seen. No asset until it is. */
  hearsay = true;
  /** Seen since the eviction's hand last passed. */
  recent = false;
  answered = false;
  opened = false;
  /** A medical service of its own was spoken to and it answered. */
  medicalService = false;
  /** MAC of its last frame, to notice a change cheaply. */
  frameMac = -1;
  /** Outermost VLAN of the flows it opened, the last one; -1 for none. */
  vlan = -1;
  bindings: Binding[] | null = null;
  deeds: Map<Activity, Deed> | null = null;
  services: HostService[] | null = null;
  implementations: AnnouncedImplementation[] | null = null;
  /** Flow whose implementation is being told. */
  implementationFlow = -1;
  /** Connections from and to the outside by country. */
  inbound: Map<string, number> | null = null;
  outbound: Map<string, number> | null = null;
  crossings: HostCrossing[] | null = null;

  constructor(address: Address, time: Micros) {
    super(time);
    this.address = address;
  }

  act(fact: ActivityFact, peer: Address, time: Micros, limits: HostLimits): void {
    const { activity, detail } = fact;
    this.deeds ??= new Map();
    const deed = this.deeds.get(activity);
    if (deed === undefined) {
      // Arrays made with their first element take a tenth of those that grow to it.
      const first: Deed = {
        activity,
        at: time,
        count: 1,
        details: [detail],
        detailCounts: [1],
        peers: [peer],
      };
      this.deeds.set(activity, first);
      this.version++;
      return;
    }
    deed.count++;
    const at = deed.details.indexOf(detail);
    if (at >= 0) deed.detailCounts[at]++;
    else if (deed.details.length < limits.details) {
      deed.details.push(detail);
      deed.detailCounts.push(1);
      this.version++;
    } else this.omitted++;
    // A full list is not searched: a server with a thousand clients would search it for every message.
    if (deed.peers.length < limits.peers && !deed.peers.includes(peer)) {
      deed.peers.push(peer);
      this.version++;
    }
  }

  /**
   * An association announces a class UID and, most times, a version name. Those of one flow belong together;
   * the last entry of the list is the one being told.
   */
  implement(
    kind: 'uid' | 'name',
    value: string,
    flow: number,
    port: number,
    time: Micros,
    limits: HostLimits,
  ): void {
    this.implementations ??= [];
    const list = this.implementations;
    const last = list[list.length - 1];
    const told = last !== undefined && this.implementationFlow === flow;
    let entry = last;
    if (told && kind === 'uid' && last.classUid === '') last.classUid = value;
    else if (told && kind === 'name' && last.versionName === '') last.versionName = value;
    else {
      if (last !== undefined) this.#foldLast(list);
      if (list.length >= limits.implementations) {
        list.pop();
        this.omitted++;
      }
      entry = { classUid: '', versionName: '', port, at: time, last: time, count: 1 };
      if (kind === 'uid') entry.classUid = value;
      else entry.versionName = value;
      list.push(entry);
      this.implementationFlow = flow;
    }
    if (!repeatsLast(list, entry)) this.programs++;
  }

  /** Counts the last entry where an earlier one says the same. */
  #foldLast(list: AnnouncedImplementation[]): void {
    const last = list[list.length - 1];
    for (let i = 0; i < list.length - 1; i++)
      if (
        list[i].classUid === last.classUid &&
        list[i].versionName === last.versionName &&
        list[i].port === last.port
      ) {
        list[i].count += last.count;
        list[i].last = last.last;
        list.pop();
        return;
      }
  }

  /** Counts a connection with the outside. */
  cross(way: Way, peer: string, time: Micros, limits: HostLimits): void {
    this.crossings ??= [];
    const alike = this.crossings.filter(({ direction }) => direction === way.direction);
    const known = alike.find((one) => isSameWay(one, way));
    if (known !== undefined) {
      known.count++;
      if (known.protocol === '') known.protocol = way.protocol;
      if (known.peers.length < limits.crossingPeers && !known.peers.includes(peer)) known.peers.push(peer);
    } else if (alike.length < limits[way.direction])
      this.crossings.push({ ...way, medical: false, count: 1, peers: [peer], at: time });
    else this.omitted++;
  }

  /** A connection that was counted turns out to speak a protocol; true when that is news. */
  crossedWith(way: Way, medical: boolean): boolean {
    const known = this.crossings?.find((one) => isSameWay(one, way));
    if (known === undefined) return false;
    const news = (known.protocol === '' && way.protocol !== '') || (medical && !known.medical);
    if (known.protocol === '') known.protocol = way.protocol;
    if (medical) known.medical = true;
    return news;
  }

  serve(service: AssetService, time: Micros, limits: HostLimits): void {
    this.services ??= [];
    for (const known of this.services) {
      if (known.port !== service.port || known.proto !== service.proto) continue;
      if (known.protocol === service.protocol) {
        known.tls ||= service.tls;
        this.#serveAs(known, service, time);
        return;
      }
    }
    if (this.services.length >= limits.services) {
      this.omitted++;
      return;
    }
    this.services.push({ ...service, at: time });
    this.version++;
    this.programs++;
  }

  /** What a service says it is now counts: servers are updated. A version that is not told again stays. */
  #serveAs(known: HostService, { product, version }: AssetService, time: Micros): void {
    if (product === null && version === null) return;
    const same = product === null || product === known.product;
    if (same && (version === null || version === known.version)) return;
    known.product = product ?? known.product;
    known.version = version;
    known.at = time;
    this.version++;
    this.programs++;
  }
}

function isSameWay(a: Way, b: Way): boolean {
  return a.port === b.port && a.direction === b.direction && a.country === b.country && a.proto === b.proto;
}

/** What is told, as far as it is, was told last at the same port: every association says it again. */
function repeatsLast(list: readonly AnnouncedImplementation[], told: AnnouncedImplementation): boolean {
  let before: AnnouncedImplementation | null = null;
  for (const one of list)
    if (one !== told && one.port === told.port && (before === null || one.last >= before.last)) before = one;
  return (
    before !== null &&
    (told.classUid === '' || told.classUid === before.classUid) &&
    (told.versionName === '' || told.versionName === before.versionName)
  );
}

/** The records of one device. */
export interface Group {
  readonly id: string;
  readonly hosts: Host[];
  readonly cards: Card[];
}
