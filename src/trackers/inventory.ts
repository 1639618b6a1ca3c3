import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type {
  ActivityFact,
  AttributeFact,
  DeviceFact,
  FlowFact,
  NeighbourFact,
  ServiceFact,
} from '../core/facts.ts';
import type { Endpoint, Flow } from '../core/flow.ts';
import { HOUR, type Micros } from '../core/time.ts';
import { isLocallyAdministered, isUnicastMac, macHex, virtualRouter } from '../knowledge/macs.ts';
import { Vulnerabilities } from '../knowledge/vulnerabilities.ts';
import { assetOf, roleOf, weaknessesOf } from './assemble.ts';
import { type Asset, MEDICAL_ROLES, type Role } from './asset.ts';
import {
  type Binding,
  Card,
  FRAMED,
  type Group,
  HOST_LIMITS,
  Host,
  type HostLimits,
  LEASED,
  PROVEN,
  type Proof,
  type Subject,
} from './host.ts';
import { SiteDevices } from './site.ts';

export interface InventoryLimits {
  /** Internal addresses. */
  readonly hosts: number;
  readonly macs: number;
  /** MACs of which something was told. */
  readonly cards: number;
  /** Devices that had an address before another got it by lease. */
  readonly past: number;
  /** Statements about all of them together. */
  readonly statements: number;
  readonly host: HostLimits;
}

export const INVENTORY_LIMITS: InventoryLimits = {
  hosts: 65_536,
  macs: 65_536,
  cards: 16_384,
  past: 8_192,
  statements: 500_000,
  host: HOST_LIMITS,
};

/** Addresses of one family that one MAC was seen with. More than are needed for a judgement are not kept. */
interface Family {
  readonly framed: string[];
  readonly proven: string[];
}

/** Of a family that a MAC was not seen with: shared, for most MACs have one family only. */
const NONE: Family = { framed: [], proven: [] };

/** What one MAC was seen with, from which follows whether it is one device's own. */
interface MacRecord {
  v4: Family;
  v6: Family;
  /** It carried packets of an IPv4 address outside: a gateway, whatever else it is. */
  outside: boolean;
  /** It carries the packets of others, by all of this. */
  gateway: boolean;
  /** When it got its last leases, newest first. */
  leases: Micros[] | null;
  /** It got more leases in an hour than one device would: for others, as a dial-in server does. */
  leasesForOthers: boolean;
  vendor: string | null | undefined;
}

/** More addresses of one family in frames than this make a MAC a gateway. */
const GATEWAY_FRAMED = 2;
/** More addresses of one family bound by ARP or NDP than this make a MAC a proxy, which names none of them. */
const PROXY_PROVEN = 8;
/** More leases within an hour than this are not for one device. */
const LEASES = 8;

/** Places in the table of hosts asked for lately. */
const RECENT = 4096;

/**
 * The devices inside, from neutral facts alone. It keeps a record per internal address and one per MAC; which
 * addresses are one device is worked out when the inventory is asked for, by the rules in the README.
 */
export class Inventory {
  /** What the site itself says of its devices. */
  readonly site: SiteDevices;
  readonly #limits: InventoryLimits;
  readonly #vendorOf: (mac: number) => string | null;
  readonly knownVulnerabilities: Vulnerabilities;
  readonly #onEvict: (host: Host, role: Role) => void;
  /** Who has each address now. */
  readonly #hosts = new Map<string, Host>();
  /** Who had an address before, by MAC and address. */
  readonly #past: BoundedMap<string, Host>;
  readonly #macs: BoundedMap<number, MacRecord>;
  readonly #cards: BoundedMap<number, Card>;
  #lastOutsideMac = -1;
  /** Where the eviction's hand stands; a new iterator would walk over all that was deleted before. */
  #hand: MapIterator<Host> | null = null;
  evictions = 0;
  /** Counts changes, so that a view made before can be given again. */
  version = 0;
  #assets: readonly Asset[] = [];
  #assetsVersion = -1;
  #assetRoles = new Map<Host, Role>();
  /** The assets by id, with the records they were made from. */
  #built = new Map<string, { group: Group; asset: Asset }>();
  /** MACs that turned out to be a gateway's, or not: what is said of all who were seen with them changes. */
  #gatewayChanges = 0;
  #builtGatewayChanges = 0;
  /** Hosts asked for lately, by their address's object: its text need not be hashed for every fact. */
  readonly #recentAddresses = new Array<Address | null>(RECENT).fill(null);
  readonly #recentHosts = new Array<Host | null>(RECENT).fill(null);
  /** Statements kept of all of them. */
  #statements = 0;
  readonly #roles = new WeakMap<Host, { version: number; role: Role }>();
  readonly #weaknesses = new WeakMap<Host, { version: number; known: Asset['vulnerabilities'] }>();

  constructor(
    vendorOf: (mac: number) => string | null,
    limits: InventoryLimits = INVENTORY_LIMITS,
    onEvict: (host: Host, role: Role) => void = () => {},
    site: SiteDevices = new SiteDevices([]),
    known = new Vulnerabilities(),
  ) {
    this.#vendorOf = vendorOf;
    this.site = site;
    this.knownVulnerabilities = known;
    this.#limits = limits;
    this.#onEvict = onEvict;
    this.#macs = new BoundedMap(limits.macs, (_mac, { gateway }) => {
      if (gateway) this.#gatewayChanges++;
    });
    this.#cards = new BoundedMap(limits.cards, (_mac, card) => {
      this.#statements -= card.statements?.length ?? 0;
    });
    this.#past = new BoundedMap(limits.past, (_key, host) => this.#letGo(host));
  }

  get size(): number {
    return this.#hosts.size;
  }

  get hostLimits(): HostLimits {
    return this.#limits.host;
  }

  get macEvictions(): number {
    return this.#macs.evictions;
  }

  get cardEvictions(): number {
    return this.#cards.evictions;
  }

  get pastEvictions(): number {
    return this.#past.evictions;
  }

  find(ip: string): Host | undefined {
    return this.#hosts.get(ip);
  }

  flow(fact: FlowFact, flow: Flow, time: Micros): void {
    // That a protocol was recognised says nothing of hosts that its dissector does not say itself.
    if (fact.state === 'identified') return;
    // Only who sent something took part: a scan of a network makes no assets of its empty addresses.
    const client = flow.packetsToServer > 0 ? this.#seen(flow.client, time) : null;
    const server = flow.packetsToClient > 0 ? this.#seen(flow.server, time) : null;
    if (client !== null && flow.vlan0 >= 0 && flow.vlan0 !== client.vlan) this.#tagged(client, flow, time);
    if (fact.state === 'open' || flow.orientation === 'guess') return;
    if (client !== null && !client.opened) {
      client.opened = true;
      client.version++;
    }
    // A reset is no answer: what counts is that the connection stood or that something was said.
    if (
      server !== null &&
      !server.answered &&
      ((fact.state === 'established' && flow.bothSides) || flow.bytesToClient > 0)
    ) {
      server.answered = true;
      server.version++;
    }
  }

  /** The tag of frames that came from a router is of the network behind the router's other side. */
  #tagged(host: Host, { client, vlan0 }: Flow, time: Micros): void {
    host.vlan = vlan0;
    if (this.isGateway(client.mac)) return;
    this.#state(host, { attribute: 'vlan', value: String(vlan0), source: 'IEEE 802.1Q tag' }, time);
  }

  attribute(fact: AttributeFact, flow: Flow, time: Micros): void {
    const host = this.#host(flow[fact.side].address, time);
    if (host === null || fact.value === '') return;
    const { host: limits } = this.#limits;
    const port = fact.side === 'server' ? flow.server.port : 0;
    if (fact.attribute === 'implementation-class-uid')
      host.implement('uid', fact.value, flow.id, port, time, limits);
    else if (fact.attribute === 'implementation-version-name')
      host.implement('name', fact.value, flow.id, port, time, limits);
    else this.#state(host, fact, time);
  }

  activity(fact: ActivityFact, flow: Flow, time: Micros): void {
    const host = this.#host(flow[fact.side].address, time);
    if (host === null) return;
    const peer = fact.side === 'client' ? flow.server.address : flow.client.address;
    host.act(fact, peer, time, this.#limits.host);
  }

  service(fact: ServiceFact, flow: Flow, time: Micros): void {
    if (fact.state === 'asked') return;
    const host = this.#host(flow.server.address, time);
    if (host === null) return;
    if (fact.medical) host.medicalService = true;
    const service = {
      port: flow.server.port,
      proto: flow.proto,
      protocol: fact.protocol,
      tls: fact.tls,
      product: fact.product ?? null,
      version: fact.version ?? null,
    };
    host.serve(service, time, this.#limits.host);
  }

  /**
   * Told of a device by whoever knows it. With a MAC it is the MAC's, for addresses change hands; the address tells
   * which device that is where no address has the MAC for its own.
   */
  device(fact: DeviceFact, time: Micros): void {
    if (fact.value === '') return;
    const host = fact.address === null ? null : this.#named(fact.address, time, fact.mac);
    if (!isUnicastMac(fact.mac) || virtualRouter(fact.mac) !== null) {
      if (host !== null) this.#state(host, fact, time);
      return;
    }
    this.version++;
    let card = this.#cards.get(fact.mac);
    if (card === undefined) {
      card = new Card(fact.mac, time);
      this.#cards.set(fact.mac, card);
    } else if (this.#cards.size >= this.#limits.cards) this.#cards.touch(fact.mac);
    if (time > card.lastSeen) card.lastSeen = time;
    card.changed = this.version;
    if (host !== null) card.address = host.address;
    this.#state(card, fact, time);
  }

  neighbour(fact: NeighbourFact, time: Micros): void {
    const { address, mac } = fact;
    if (!isUnicastMac(mac)) return;
    if (fact.leased === true) {
      this.#lease(address, mac, time);
      return;
    }
    this.#note(this.#mac(mac), address, true);
    const host = this.#host(address, time);
    if (host !== null) this.#bind(host, mac, PROVEN, time);
  }

  /**
   * Role by what is known now: that of the asset where the assets are up to date, else of the address alone,
   * worked out again only after something new about it.
   */
  role(ip: string): Role {
    const host = this.#hosts.get(ip);
    return host === undefined ? 'unknown' : this.#roleOf(host);
  }

  /** As `role`, of one who has or had an address. */
  #roleOf(host: Host): Role {
    if (this.#assetsVersion === this.version) return this.#assetRoles.get(host) ?? 'unknown';
    const card = this.#cards.get(this.ownMac(host));
    const version = host.version + (card?.version ?? 0);
    const known = this.#roles.get(host);
    if (known !== undefined && known.version === version) return known.role;
    const cards = card === undefined ? [] : [card];
    const { role } = roleOf({ id: '', hosts: [host], cards }, this);
    this.#roles.set(host, { version, role });
    return role;
  }

  /**
   * A device of medical work: by its role, by a medical service it offers, or by anything it was seen doing, for
   * only medical protocols tell of activities. An echo counts: it is sent on an association that was accepted.
   */
  medical(ip: string): boolean {
    const host = this.#hosts.get(ip);
    if (host === undefined) return false;
    return host.medicalService || host.deeds !== null || MEDICAL_ROLES.has(this.#roleOf(host));
  }

  /**
   * What is wrong with the versions that are shown: by the asset where the assets are up to date. Else by the address
   * alone and what it says of itself, for it may still turn out to pass on what others say; worked out again only
   * after something new about it.
   */
  vulnerabilities(ip: string): Asset['vulnerabilities'] {
    const host = this.#hosts.get(ip);
    if (host === undefined) return [];
    if (this.#assetsVersion === this.version)
      return this.#built.get(this.idOf(host))?.asset.vulnerabilities ?? [];
    const card = this.#cards.get(this.ownMac(host));
    const version = host.programs + (card?.programs ?? 0);
    const before = this.#weaknesses.get(host);
    if (before !== undefined && before.version === version) return before.known;
    const group = { id: '', hosts: [host], cards: card === undefined ? [] : [card] };
    const known = weaknessesOf(group, this.knownVulnerabilities);
    this.#weaknesses.set(host, { version, known });
    return known;
  }

  /** Id of the asset an internal address belongs to; null when it is none. */
  assetId(ip: string): string | null {
    const host = this.#hosts.get(ip);
    return host === undefined || host.hearsay ? null : this.idOf(host);
  }

  idOf(host: Host): string {
    const mac = this.ownMac(host);
    if (mac !== -1) return `mac-${macHex(mac)}`;
    // One who had the address and turns out to have no MAC of its own cannot be told from who has it now.
    const now = host.closed === -1 ? undefined : this.#hosts.get(host.address.text);
    return now === undefined ? `ip-${host.address.text}` : this.idOf(now);
  }

  /** The MAC that is this host's own by the rules of identity; -1 when none is. */
  ownMac(host: Host): number {
    if (host.bindings === null) return -1;
    let best: Binding | null = null;
    for (const binding of host.bindings) {
      if (!this.#owns(host, binding)) continue;
      if (
        best === null ||
        binding.proof > best.proof ||
        (binding.proof === best.proof && binding.last > best.last)
      )
        best = binding;
    }
    return best === null ? -1 : best.mac;
  }

  /** True when a MAC carries the packets of others. */
  isGateway(mac: number): boolean {
    if (virtualRouter(mac) !== null) return true;
    return this.#macs.get(mac)?.gateway === true;
  }

  /** Vendor by the MAC's registered prefix; null where software gave the MAC. */
  vendor(mac: number): string | null {
    if (isLocallyAdministered(mac)) return null;
    const record = this.#macs.get(mac);
    if (record === undefined) return this.#vendorOf(mac);
    if (record.vendor === undefined) record.vendor = this.#vendorOf(mac);
    return record.vendor;
  }

  /**
   * Every asset, in the order of its lowest address, those without one at the end. The same array while nothing
   * changed.
   */
  assets(): readonly Asset[] {
    if (this.#assetsVersion === this.version) return this.#assets;
    const before = this.#builtGatewayChanges === this.#gatewayChanges ? this.#built : new Map();
    this.#built = new Map();
    this.#assetRoles = new Map();
    this.#assets = this.#groups().map((group) => {
      const known = before.get(group.id);
      const asset =
        known !== undefined && this.#isUnchanged(group, known.group) ? known.asset : assetOf(group, this);
      this.#built.set(group.id, { group, asset });
      for (const host of group.hosts) this.#assetRoles.set(host, asset.role);
      return asset;
    });
    this.#builtGatewayChanges = this.#gatewayChanges;
    this.#assetsVersion = this.version;
    return this.#assets;
  }

  /** The same records, and nothing new about them. What one does with others may mean something else by now. */
  #isUnchanged({ hosts, cards }: Group, before: Group): boolean {
    return (
      hosts.length === before.hosts.length &&
      cards.length === before.cards.length &&
      hosts.every(
        (host, i) => host === before.hosts[i] && host.changed <= this.#assetsVersion && host.deeds === null,
      ) &&
      cards.every((card, i) => card === before.cards[i] && card.changed <= this.#assetsVersion)
    );
  }

  /** Something about a host changed that it was not told of here. */
  touch(host: Host): void {
    host.changed = ++this.version;
  }

  /** The records that are one device's each, by the rules of identity. */
  #groups(): Group[] {
    const groups = new Map<string, Group>();
    const groupOf = (id: string): Group => {
      let group = groups.get(id);
      if (group === undefined) {
        group = { id, hosts: [], cards: [] };
        groups.set(id, group);
      }
      return group;
    };
    for (const host of this.#hosts.values()) if (!host.hearsay) groupOf(this.idOf(host)).hosts.push(host);
    for (const host of this.#past.values()) groupOf(this.idOf(host)).hosts.push(host);
    for (const card of this.#cards.values()) {
      const own = `mac-${macHex(card.mac)}`;
      const holder = card.address === null ? undefined : this.#hosts.get(card.address.text);
      const id = groups.has(own) || holder === undefined ? own : this.idOf(holder);
      groupOf(id).cards.push(card);
    }
    for (const group of groups.values()) {
      group.hosts.sort(byAddress);
      group.cards.sort((a, b) => a.mac - b.mac);
    }
    return [...groups.values()].sort(byFirstAddress);
  }

  /** Everybody who has or had an address, with the role. */
  *roles(): IterableIterator<[Host, Role]> {
    this.assets();
    yield* this.#assetRoles;
  }

  /** One end of a flow that sent packets. Null for ends that are no asset. */
  #seen(end: Endpoint, time: Micros): Host | null {
    const { address, mac } = end;
    if (!address.internal) {
      if (address.external && mac !== this.#lastOutsideMac) this.#outside(address, mac);
      return null;
    }
    const host = this.#host(address, time);
    if (host !== null && mac !== host.frameMac) this.#frame(host, mac, time);
    return host;
  }

  #frame(host: Host, mac: number, time: Micros): void {
    host.frameMac = mac;
    if (!isUnicastMac(mac)) return;
    // Packets with a link-local source never come through a router: as good as ARP.
    const proven = isLinkLocal(host.address);
    this.#note(this.#mac(mac), host.address, proven);
    this.#bind(host, mac, proven ? PROVEN : FRAMED, time);
  }

  /** A packet of somebody outside: its MAC is the gateway's. */
  #outside(address: Address, mac: number): void {
    if (!isUnicastMac(mac)) return;
    this.#lastOutsideMac = mac;
    const record = this.#mac(mac);
    // Hosts have global IPv6 addresses of their own: one of those alone makes no gateway.
    if (address.family === 4) {
      record.outside = true;
      this.#judge(record);
    } else {
      this.#lastOutsideMac = -1;
      this.#note(record, address, false);
    }
  }

  #note(record: MacRecord, address: Address, proven: boolean): void {
    note(record, address, proven);
    this.#judge(record);
  }

  #judge(record: MacRecord): void {
    const { outside, v4, v6 } = record;
    const gateway = outside || v4.framed.length > GATEWAY_FRAMED || v6.framed.length > GATEWAY_FRAMED;
    if (gateway === record.gateway) return;
    record.gateway = gateway;
    this.#gatewayChanges++;
  }

  #mac(mac: number): MacRecord {
    let record = this.#macs.get(mac);
    if (record === undefined) {
      record = {
        v4: NONE,
        v6: NONE,
        outside: false,
        gateway: false,
        vendor: undefined,
        leases: null,
        leasesForOthers: false,
      };
      this.#macs.set(mac, record);
    } else if (this.#macs.size >= this.#limits.macs) this.#macs.touch(mac);
    return record;
  }

  #bind(host: Host, mac: number, proof: Proof, time: Micros): void {
    if (host.bindings === null) {
      host.bindings = [{ mac, proof, first: time, last: time }];
      host.version++;
      return;
    }
    for (const binding of host.bindings)
      if (binding.mac === mac) {
        if (proof > binding.proof) {
          binding.proof = proof;
          host.version++;
        }
        binding.last = time;
        return;
      }
    if (host.bindings.length >= this.#limits.host.macs) {
      // Proofs stay: a spoofer's frames must not push out what ARP said. Of the others the first is kept.
      host.omitted++;
      if (proof === FRAMED) return;
      const weakest = host.bindings.findLastIndex((binding) => binding.proof === FRAMED);
      host.bindings.splice(weakest < 0 ? host.bindings.length - 1 : weakest, 1);
    }
    host.bindings.push({ mac, proof, first: time, last: time });
    host.version++;
  }

  /** From now on the address is this MAC's. Who had it before keeps what was seen until now. */
  #lease(address: Address, mac: number, time: Micros): void {
    if (!address.internal || !isHostAddress(address)) return;
    const before = this.#hosts.get(address.text);
    if (before !== undefined) {
      const own = this.ownMac(before);
      if (own !== -1 && own !== mac) {
        before.closed = time;
        this.touch(before);
        this.#forget(before);
        this.#hosts.delete(address.text);
        this.#past.set(`${own} ${address.text}`, before);
      }
    }
    const key = `${mac} ${address.text}`;
    const again = this.#past.get(key);
    if (again !== undefined && !this.#hosts.has(address.text)) {
      this.#past.delete(key);
      again.closed = -1;
      this.touch(again);
      this.#hosts.set(address.text, again);
    }
    const record = this.#mac(mac);
    const host = this.#host(address, time)!;
    const known = host.bindings?.some((binding) => binding.mac === mac && binding.proof === LEASED);
    if (known !== true) {
      record.leases = [time, ...(record.leases ?? [])].slice(0, LEASES + 1);
      if (record.leases.length > LEASES && time - record.leases[LEASES] < HOUR) record.leasesForOthers = true;
    }
    this.#bind(host, mac, LEASED, time);
  }

  #owns(host: Host, binding: Binding): boolean {
    if (virtualRouter(binding.mac) !== null) return false;
    const record = this.#macs.get(binding.mac);
    if (record === undefined) return false;
    const family = host.address.family === 4 ? record.v4 : record.v6;
    if (binding.proof === LEASED) return !record.leasesForOthers;
    if (binding.proof === PROVEN) return family.proven.length <= PROXY_PROVEN;
    // After the lease its frames went on for the new holder: they were a router's all the time.
    if (host.closed !== -1 && this.#carriesNow(host.address, binding)) return false;
    return !record.gateway && family.framed.length === 1 && family.proven.length === 0;
  }

  #carriesNow(address: Address, { mac }: Binding): boolean {
    const now = this.#hosts.get(address.text);
    return now?.bindings?.some((binding) => binding.mac === mac) === true;
  }

  /** As `#host`, of an address that somebody named: alone that shows no device, with its MAC it does. */
  #named(address: Address, time: Micros, mac: number): Host | null {
    if (mac !== -1) return this.#host(address, time);
    this.version++;
    const host = address.internal ? this.#lookUp(address, time) : null;
    if (host !== null) host.changed = this.version;
    return host;
  }

  /** The record of an internal unicast address, made when there is none; null for all others. */
  #host(address: Address, time: Micros): Host | null {
    if (!address.internal) return null;
    this.version++;
    const place = placeOf(address);
    let host = this.#recentAddresses[place] === address ? this.#recentHosts[place] : null;
    if (host === null) {
      host = this.#lookUp(address, time);
      if (host === null) return null;
      this.#recentAddresses[place] = address;
      this.#recentHosts[place] = host;
    }
    if (time > host.lastSeen) host.lastSeen = time;
    host.changed = this.version;
    host.recent = true;
    host.hearsay = false;
    return host;
  }

  #state(of: Subject, fact: Pick<AttributeFact, 'attribute' | 'value' | 'source'>, time: Micros): void {
    const { host, statements } = this.#limits;
    if (of.state(fact, time, host, this.#statements < statements)) this.#statements++;
  }

  /** Takes a host out of those asked for lately. */
  #forget(host: Host): void {
    const place = placeOf(host.address);
    if (this.#recentHosts[place] === host) this.#recentHosts[place] = null;
  }

  #lookUp(address: Address, time: Micros): Host | null {
    const found = this.#hosts.get(address.text);
    if (found !== undefined) return found;
    if (!isHostAddress(address)) return null;
    if (this.#hosts.size >= this.#limits.hosts) this.#evict();
    const host = new Host(address, time);
    this.#hosts.set(address.text, host);
    return host;
  }

  #letGo(host: Host): void {
    this.#statements -= host.statements?.length ?? 0;
    if (host.inbound !== null || host.outbound !== null) this.#onEvict(host, this.#roleAlone(host));
  }

  #roleAlone(host: Host): Role {
    return roleOf({ id: '', hosts: [host], cards: [] }, this).role;
  }

  /**
   * Makes room: the hand goes round the hosts in the order they came, and lets go the first that was not seen
   * since it last passed. Medical devices are passed over while anything else can go within 64 steps.
   */
  #evict(): void {
    for (let step = 0; ; step++) {
      this.#hand ??= this.#hosts.values();
      const host = this.#hand.next().value;
      if (host === undefined) {
        this.#hand = null;
        if (this.#hosts.size === 0) return;
        continue;
      }
      const ip = host.address.text;
      this.#hosts.delete(ip);
      const keep = step < 64 && (host.recent || host.medicalService || host.deeds !== null);
      if (!keep) {
        this.evictions++;
        this.#forget(host);
        this.#letGo(host);
        return;
      }
      host.recent = false;
      this.#hosts.set(ip, host);
    }
  }
}

/** Adds an address to those a MAC was seen with; a proof takes it out of those only seen in frames. */
function note(record: MacRecord, { family, text }: Address, proven: boolean): void {
  const key = family === 4 ? 'v4' : 'v6';
  if (record[key] === NONE) {
    record[key] = proven ? { framed: [], proven: [text] } : { framed: [text], proven: [] };
    return;
  }
  const { framed, proven: sure } = record[key];
  if (sure.includes(text)) return;
  const at = framed.indexOf(text);
  if (proven) {
    if (at >= 0) framed.splice(at, 1);
    if (sure.length <= PROXY_PROVEN) sure.push(text);
  } else if (at < 0 && framed.length <= GATEWAY_FRAMED) framed.push(text);
}

/** An address that one host can have: not unspecified, multicast or broadcast, whatever is called internal. */
function isHostAddress(address: Address): boolean {
  if (address.family === 4) {
    const first = address.w3 >>> 24;
    return first !== 0 && first < 224;
  }
  if (address.w0 >>> 24 === 0xff) return false;
  return address.w0 !== 0 || address.w1 !== 0 || address.w2 !== 0 || address.w3 !== 0;
}

/** 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291 §2.5.6): never forwarded by a router. */
function isLinkLocal(address: Address): boolean {
  return address.family === 4 ? address.w3 >>> 16 === 0xa9fe : address.w0 >>> 22 === 0x3fa;
}

/** Direct-mapped: of addresses that share a place the last one has it. */
function placeOf({ w0, w1, w2, w3 }: Address): number {
  return (
    (Math.imul(w3 ^ Math.imul(w2 ^ Math.imul(w0 ^ w1, 0x85ebca6b), 0xc2b2ae35), 0x9e3779b1) >>> 20) % RECENT
  );
}

/** Devices without an address come last, in the order of their MACs; who had an address, before who has it. */
function byFirstAddress(a: Group, b: Group): number {
  const x = a.hosts.at(0);
  const y = b.hosts.at(0);
  if (x === undefined || y === undefined)
    return x === y ? a.cards[0].mac - b.cards[0].mac : x === undefined ? 1 : -1;
  return byAddress(x, y) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byAddress(a: Host, b: Host): number {
  const x = a.address;
  const y = b.address;
  return (
    x.family - y.family ||
    (x.w0 >>> 0) - (y.w0 >>> 0) ||
    (x.w1 >>> 0) - (y.w1 >>> 0) ||
    (x.w2 >>> 0) - (y.w2 >>> 0) ||
    (x.w3 >>> 0) - (y.w3 >>> 0)
  );
}
