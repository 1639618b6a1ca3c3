import type { Address } from '../core/address.ts';
import { crossing, FlowMemory, isConnection, isSettled } from '../core/border.ts';
import { BoundedMap } from '../core/bounded.ts';
import { DistinctCounter } from '../core/distinct.ts';
import type { FlowFact, ServiceFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import type { Host, Way } from './host.ts';
import type { Inventory } from './inventory.ts';
import type { ExternalTotals } from './totals.ts';

/** ISO 3166 code for a country that is not known (user-assigned range). */
export const UNKNOWN_COUNTRY = 'ZZ';

/** Countries of outside addresses; the look-up is slow, so it is done once per address. */
export class Countries {
  readonly #lookup: (address: Address) => string | null;
  readonly #known = new BoundedMap<string, string | null>(16_384);

  constructor(lookup: (address: Address) => string | null) {
    this.#lookup = lookup;
  }

  /** ISO 3166 alpha-2; null when unknown or not outside. */
  of(address: Address): string | null {
    if (!address.external) return null;
    let country = this.#known.get(address.text);
    if (country === undefined) {
      country = this.#lookup(address);
      this.#known.set(address.text, country);
    }
    return country;
  }
}

/** Counts connections between inside and outside; a connection counts once, when it is one and its opener is sure. */
export class ExternalTracker {
  readonly #inventory: Inventory;
  readonly #countries: Countries;
  readonly #peers: DistinctCounter;
  readonly #counted: FlowMemory;
  readonly #byCountry = new Map<string, number>();
  /** Of hosts that were evicted or are no asset: `direction role country` → count. */
  readonly #orphans = new Map<string, ExternalTotals['connections'][number]>();
  #inbound = 0;
  #outbound = 0;

  constructor(inventory: Inventory, countries: Countries, maxPeers: number, maxFlows: number) {
    this.#inventory = inventory;
    this.#countries = countries;
    this.#peers = new DistinctCounter(maxPeers);
    this.#counted = new FlowMemory(maxFlows);
  }

  get evictions(): number {
    return this.#counted.evictions;
  }

  flow(fact: FlowFact, flow: Flow, time: Micros): void {
    const direction = crossing(flow);
    if (direction === null) return;
    if (isSettled(fact, flow) && isConnection(fact, flow) && this.#isWhose(fact, direction, flow)) {
      if (this.#counted.first(flow)) this.#count(direction, flow, time);
    }
    if (fact.state === 'identified' && this.#counted.has(flow)) this.#spoken(direction, flow, false);
    if (fact.state === 'end') this.#counted.forget(flow);
  }

  service({ medical }: ServiceFact, flow: Flow): void {
    const direction = medical ? crossing(flow) : null;
    if (direction !== null) this.#spoken(direction, flow, true);
  }

  /** Keeps what an evicted host had, by the role it had. */
  evicted(host: Host, role: string): void {
    for (const direction of ['inbound', 'outbound'] as const)
      for (const [country, count] of host[direction] ?? []) this.#orphan(direction, role, country, count);
  }

  totals(): ExternalTotals {
    const series = new Map<string, ExternalTotals['connections'][number]>();
    for (const [key, entry] of this.#orphans) series.set(key, { ...entry });
    for (const [host, role] of this.#inventory.roles())
      for (const direction of ['inbound', 'outbound'] as const)
        for (const [country, count] of host[direction] ?? []) add(series, direction, role, country, count);
    return {
      peers: this.#peers.count(),
      inboundConnections: this.#inbound,
      outboundConnections: this.#outbound,
      byCountry: Object.fromEntries([...this.#byCountry].sort((a, b) => (a[0] < b[0] ? -1 : 1))),
      connections: [...series].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, entry]) => entry),
    };
  }

  /** It is known whose the connection is; at its end it is counted even if nobody's: the inside never sent anything. */
  #isWhose({ state }: FlowFact, direction: 'inbound' | 'outbound', flow: Flow): boolean {
    return state === 'end' || this.#inventory.find(endsOf(direction, flow)[0].text) !== undefined;
  }

  #spoken(direction: 'inbound' | 'outbound', flow: Flow, medical: boolean): void {
    const [inside, outside] = endsOf(direction, flow);
    const country = this.#countries.of(outside) ?? UNKNOWN_COUNTRY;
    const host = this.#inventory.find(inside.text);
    if (host?.crossedWith(wayOf(direction, country, flow), medical)) this.#inventory.touch(host);
  }

  #count(direction: 'inbound' | 'outbound', flow: Flow, time: Micros): void {
    const [inside, outside] = endsOf(direction, flow);
    const country = this.#countries.of(outside) ?? UNKNOWN_COUNTRY;
    this.#peers.add(outside.text);
    this.#byCountry.set(country, (this.#byCountry.get(country) ?? 0) + 1);
    if (direction === 'inbound') this.#inbound++;
    else this.#outbound++;
    const host = this.#inventory.find(inside.text);
    if (host === undefined) {
      this.#orphan(direction, 'unknown', country, 1);
      return;
    }
    let counts = host[direction];
    if (counts === null) {
      counts = new Map();
      host[direction] = counts;
    }
    counts.set(country, (counts.get(country) ?? 0) + 1);
    host.cross(wayOf(direction, country, flow), outside.text, time, this.#inventory.hostLimits);
    this.#inventory.touch(host);
  }

  #orphan(direction: 'inbound' | 'outbound', role: string, country: string, count: number): void {
    add(this.#orphans, direction, role, country, count);
  }
}

/** The end inside, then the one outside. */
function endsOf(direction: 'inbound' | 'outbound', { client, server }: Flow): [Address, Address] {
  return direction === 'inbound' ? [server.address, client.address] : [client.address, server.address];
}

function wayOf(direction: 'inbound' | 'outbound', country: string, { server, proto, protocol }: Flow): Way {
  return { direction, country, port: server.port, proto, protocol };
}

function add(
  series: Map<string, ExternalTotals['connections'][number]>,
  direction: 'inbound' | 'outbound',
  role: string,
  country: string,
  count: number,
): void {
  const key = `${direction} ${role} ${country}`;
  const found = series.get(key);
  series.set(key, { direction, role, country, count: (found?.count ?? 0) + count });
}
