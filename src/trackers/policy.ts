import { type Address, contains, type Family, type Network } from '../core/address.ts';
import { PairCache } from '../core/pairs.ts';

/** A part of the network that the site named. */
export interface Zone {
  readonly name: string;
  readonly medical: boolean;
}

/** An AE title that the site knows. */
export interface KnownTitle {
  /** Where it is at home. */
  readonly hosts: readonly Network[];
  /** AE titles it may have objects moved to; null when the site did not say. */
  readonly moveDestinations: ReadonlySet<string> | null;
}

/** What the site says is expected. All of it may be empty: then nothing is unexpected. */
export interface PolicyView {
  /** The site named a zone where medical devices live. */
  readonly hasMedicalZones: boolean;
  /** The zone an address lies in: the one with the longest prefix; null for none. */
  zone(address: Address): Zone | null;
  /** An `allow` entry expects the flow. `protocol`: a dissector's name, '' unknown. */
  allows(client: Address, server: Address, protocol: string, transport: 'tcp' | 'udp', port: number): boolean;
  /** An `allow` entry expects something from the client to the server, whatever it is. */
  expects(client: Address, server: Address): boolean;
  /** An `allow` entry names this port of this server in so many words, from wherever. */
  namesPort(server: Address, transport: 'tcp' | 'udp', port: number): boolean;
  /** null when the site does not know the title. */
  title(title: string): KnownTitle | null;
  /** The site listed AE titles at all: one that is not among them is unknown. */
  readonly knowsTitles: boolean;
  /** The AE title is at home at this address. */
  isHome(title: string, address: Address): boolean;
}

/** A site that said nothing. */
export const NO_POLICY: PolicyView = {
  hasMedicalZones: false,
  zone: () => null,
  allows: () => false,
  expects: () => false,
  namesPort: () => false,
  title: () => null,
  knowsTitles: false,
  isHome: () => false,
};

/** What an `allow` entry lets by: a protocol, a range of ports, or that protocol on those ports. */
export interface AllowedService {
  /** A dissector's name or that of a service; null for any. */
  readonly protocol: string | null;
  /** null for any port. */
  readonly ports: { readonly transport: 'tcp' | 'udp'; readonly from: number; readonly to: number } | null;
}

/** An end of an `allow` entry: everybody, a zone, or some networks (those of a device among them). */
export type Place = 'any' | Zone | readonly Network[];

export interface AllowRule {
  readonly from: Place;
  readonly to: Place;
  /** null for any. */
  readonly services: readonly AllowedService[] | null;
}

export interface PolicyRules {
  readonly zones: readonly { readonly zone: Zone; readonly networks: readonly Network[] }[];
  readonly allow: readonly AllowRule[];
  readonly titles: ReadonlyMap<string, KnownTitle>;
}

/** Networks of one prefix length: a look-up among any number of them is one of a key. */
interface Prefix {
  readonly family: Family;
  readonly mask: readonly [number, number, number, number];
  readonly bits: number;
  readonly zones: Map<string, Zone>;
}

/** What is expected between two addresses. */
interface Expected {
  readonly some: boolean;
  /** Any service is. */
  readonly all: boolean;
  readonly services: readonly AllowedService[];
}

const NOTHING: Expected = { some: false, all: false, services: [] };

/** A policy as the configuration states it. Answers are kept by address objects, which are few and shared. */
export class SitePolicy implements PolicyView {
  readonly hasMedicalZones: boolean;
  readonly #rules: PolicyRules;
  /** Longest first. */
  readonly #prefixes: readonly Prefix[];
  readonly #zones = new WeakMap<Address, Zone | 'none'>();
  readonly #expected = new PairCache<Expected>();
  readonly #named = new WeakMap<Address, readonly AllowedService[]>();

  constructor(rules: PolicyRules) {
    this.#rules = rules;
    this.#prefixes = prefixesOf(rules);
    this.hasMedicalZones = rules.zones.some(({ zone }) => zone.medical);
  }

  zone(address: Address): Zone | null {
    let found = this.#zones.get(address);
    if (found === undefined) {
      found = this.#lookUp(address) ?? 'none';
      this.#zones.set(address, found);
    }
    return found === 'none' ? null : found;
  }

  allows(
    client: Address,
    server: Address,
    protocol: string,
    transport: 'tcp' | 'udp',
    port: number,
  ): boolean {
    const { all, services } = this.#between(client, server);
    return all || services.some((service) => covers(service, protocol, transport, port));
  }

  expects(client: Address, server: Address): boolean {
    return this.#between(client, server).some;
  }

  namesPort(server: Address, transport: 'tcp' | 'udp', port: number): boolean {
    let named = this.#named.get(server);
    if (named === undefined) {
      named = this.#rules.allow
        .filter(({ to }) => this.#isIn(server, to))
        .flatMap(({ services }) => services ?? []);
      this.#named.set(server, named);
    }
    return named.some(({ ports }) => ports !== null && isPort(ports, transport, port));
  }

  title(title: string): KnownTitle | null {
    return this.#rules.titles.get(title) ?? null;
  }

  get knowsTitles(): boolean {
    return this.#rules.titles.size > 0;
  }

  isHome(title: string, address: Address): boolean {
    return this.#rules.titles.get(title)?.hosts.some((network) => contains(network, address)) === true;
  }

  #lookUp(address: Address): Zone | undefined {
    for (const { family, mask, zones } of this.#prefixes) {
      if (family !== address.family) continue;
      const { w0, w1, w2, w3 } = address;
      const zone = zones.get(keyOf(w0 & mask[0], w1 & mask[1], w2 & mask[2], w3 & mask[3]));
      if (zone !== undefined) return zone;
    }
    return undefined;
  }

  #between(client: Address, server: Address): Expected {
    let expected = this.#expected.get(client, server);
    if (expected === undefined) {
      const rules = this.#rules.allow.filter(
        ({ from, to }) => this.#isIn(client, from) && this.#isIn(server, to),
      );
      expected =
        rules.length === 0
          ? NOTHING
          : {
              some: true,
              all: rules.some(({ services }) => services === null),
              services: rules.flatMap(({ services }) => services ?? []),
            };
      this.#expected.set(client, server, expected);
    }
    return expected;
  }

  /** An address is in the one zone that has it, not also in a wider one around that. */
  #isIn(address: Address, place: Place): boolean {
    if (place === 'any') return true;
    if ('name' in place) return this.zone(address) === place;
    return place.some((network) => contains(network, address));
  }
}

/** A connection on which nothing was recognised passes by its port, as it does at a firewall. */
function covers(
  { protocol, ports }: AllowedService,
  spoken: string,
  transport: 'tcp' | 'udp',
  port: number,
): boolean {
  if (ports === null) return protocol === spoken;
  return isPort(ports, transport, port) && (protocol === null || spoken === '' || protocol === spoken);
}

function isPort(
  { transport, from, to }: NonNullable<AllowedService['ports']>,
  of: 'tcp' | 'udp',
  port: number,
): boolean {
  return transport === of && port >= from && port <= to;
}

function prefixesOf({ zones }: PolicyRules): Prefix[] {
  const prefixes = new Map<string, Prefix>();
  for (const { zone, networks } of zones)
    for (const { family, mask, words } of networks) {
      const key = `${family} ${keyOf(...mask)}`;
      let prefix = prefixes.get(key);
      if (prefix === undefined) {
        prefix = { family, mask, bits: mask.reduce((sum, word) => sum + ones(word), 0), zones: new Map() };
        prefixes.set(key, prefix);
      }
      prefix.zones.set(keyOf(...words), zone);
    }
  return [...prefixes.values()].sort((a, b) => b.bits - a.bits);
}

function keyOf(w0: number, w1: number, w2: number, w3: number): string {
  return `${w0 | 0} ${w1 | 0} ${w2 | 0} ${w3 | 0}`;
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest > 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
