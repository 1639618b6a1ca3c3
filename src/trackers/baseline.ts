import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Behaviour, BehaviourFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { HOUR, type Micros } from '../core/time.ts';
import { visible } from '../core/told.ts';

/**
 * `known`: it was learned; `new`: it was not, and learning is over; `unjudged`: there is no baseline, or it is still
 * being learned.
 */
export type Verdict = 'known' | 'new' | 'unjudged';

/** What detections may ask of what is normal here. */
export interface BaselineView {
  /** `none`: nothing is learned and nothing judged. */
  readonly state: 'none' | 'learning' | 'judging';
  judge(behaviour: Behaviour, source: Address, destination: Address, value: string): Verdict;
  /** The largest amount that was learned of a behaviour; 0 for none. */
  most(behaviour: Behaviour, source: Address, destination: Address, value: string): number;
  /** To how many others the source was seen to do something of this kind while it was learned. */
  destinations(behaviour: Behaviour, source: Address): number;
}

/**
 * One thing that one subject was seen doing to another. A subject is an address, or `mac-001b21000001` where a DHCP
 * server leased the address.
 */
export interface Known {
  readonly behaviour: Behaviour;
  readonly source: string;
  readonly destination: string;
  /** As `visible` makes it: nothing unprintable, at most 200 characters. */
  readonly value: string;
  count: number;
  firstSeen: Micros;
  lastSeen: Micros;
  /** The largest amount of it; 0 where there is none to tell. */
  most: number;
}

/** What was learned, as it is kept between two runs. */
export interface Learned {
  readonly behaviours: readonly Known[];
  /** Address → subject, of the addresses that a DHCP server leased to somebody who did something. */
  readonly leases: ReadonlyMap<string, string>;
}

export interface BaselineOptions {
  /** What was learned before: it is judged against from the first packet on, unless there is more to learn. */
  readonly known?: readonly Known[];
  /** Leases that held when `known` was learned; they hold until another is seen. */
  readonly leases?: ReadonlyMap<string, string>;
  /** How long to learn, from the first packet on; 0 not at all, infinity always. */
  readonly learn?: Micros;
  /** Behaviours kept in all; one source can have a quarter of them. */
  readonly limit?: number;
}

export const MOST_BEHAVIOURS = 65_536;
export const MOST_LEASES = 16_384;
/** A clock that goes on by more than this was set, and one that goes back by more too. */
const CLOCK_WAS_SET: Micros = 30 * 24 * HOUR;

/** Destination → value → what is known. */
type Destinations = Map<string, Map<string, Known>>;

/** All that one source was seen doing. */
class Doings {
  readonly kinds = new Map<Behaviour, Destinations>();
  size = 0;

  find(behaviour: Behaviour, destination: string, value: string): Known | undefined {
    return this.kinds.get(behaviour)?.get(destination)?.get(value);
  }

  add(known: Known): void {
    const kind = entryOf(this.kinds, known.behaviour, () => new Map());
    entryOf(kind, known.destination, () => new Map()).set(known.value, known);
    this.size++;
  }

  delete({ behaviour, destination, value }: Known): void {
    const kind = this.kinds.get(behaviour);
    const values = kind?.get(destination);
    if (kind === undefined || values === undefined || !values.delete(value)) return;
    this.size--;
    if (values.size === 0) kind.delete(destination);
    if (kind.size === 0) this.kinds.delete(behaviour);
  }
}

/** What is normal on this network: what was done by whom to whom while it was learned. */
export class Baseline implements BaselineView {
  /** The order in which they were last seen: who is not seen again goes first when there are too many. */
  readonly #order: BoundedMap<Known, true>;
  readonly #sources = new Map<string, Doings>();
  readonly #leases = new BoundedMap<string, string>(MOST_LEASES);
  readonly #mostOfOne: number;
  readonly #learn: Micros;
  readonly #given: boolean;
  #refused = 0;
  #elapsed: Micros = 0;
  /** The latest packet, but for a clock that was set. */
  #now: Micros = Number.NaN;
  /** Behaviours seen while judging, and those among them that were new. */
  #judged = 0;
  #fresh = 0;
  /** Whoever is named in what was given. */
  readonly #named = new Set<string>();
  #familiar = false;

  constructor(options: BaselineOptions = {}) {
    const limit = options.limit ?? MOST_BEHAVIOURS;
    this.#order = new BoundedMap(limit, (known) => this.#forget(known));
    this.#mostOfOne = Math.max(1, Math.floor(limit / 4));
    this.#learn = options.learn ?? 0;
    this.#given = options.known !== undefined;
    for (const [address, subject] of options.leases ?? []) this.#leases.set(address, subject);
    // In the order in which they would have been learned: who was not seen for longest goes first here too.
    for (const one of [...(options.known ?? [])].sort((a, b) => a.lastSeen - b.lastSeen)) this.#merge(one);
    if (this.#learn > 0) return;
    for (const { source, destination } of this.#order.keys()) this.#named.add(source).add(destination);
  }

  /** Behaviours that were pushed out, or found no room. */
  get evictions(): number {
    return this.#order.evictions + this.#refused;
  }

  get leaseEvictions(): number {
    return this.#leases.evictions;
  }

  get state(): 'none' | 'learning' | 'judging' {
    if (this.#elapsed < this.#learn) return 'learning';
    return this.#given || this.#learn > 0 ? 'judging' : 'none';
  }

  /** Behaviours that are known. */
  get size(): number {
    return this.#order.size;
  }

  /**
   * How many times something was seen and judged, how many of these it was new, and whether anybody who is named in
   * what was given had to do with any of it.
   */
  get judged(): { readonly times: number; readonly fresh: number; readonly familiar: boolean } {
    return { times: this.#judged, fresh: this.#fresh, familiar: this.#familiar };
  }

  /** Packet time goes on: learning ends by it. */
  tick(time: Micros): void {
    const step = time - this.#now;
    if (step > 0 && step <= CLOCK_WAS_SET) this.#elapsed += step;
    if (!(step <= 0 && step >= -CLOCK_WAS_SET)) this.#now = time;
  }

  /** A DHCP server gave the address to a MAC: what is done from it now is that device's. */
  lease(address: Address, mac: number): void {
    if (this.state === 'none') return;
    const subject = `mac-${mac.toString(16).padStart(12, '0')}`;
    if (this.#leases.get(address.text) === subject) this.#leases.touch(address.text);
    else this.#leases.set(address.text, subject);
  }

  fact(fact: BehaviourFact, flow: Flow, time: Micros): void {
    this.tick(time);
    const { state } = this;
    if (state === 'none') return;
    const { behaviour, side, amount = 0 } = fact;
    const source = (side === 'client' ? flow.client : flow.server).address;
    const destination = (side === 'client' ? flow.server : flow.client).address;
    const value = visible(fact.value);
    const known = this.#find(behaviour, source, destination, value);
    if (state === 'judging') {
      this.#judged++;
      if (known === undefined) this.#fresh++;
      this.#familiar ||=
        this.#named.has(this.#subject(source)) || this.#named.has(this.#subject(destination));
    } else if (known === undefined) {
      this.#add({
        behaviour,
        source: this.#subject(source),
        destination: this.#subject(destination),
        value,
        count: 1,
        firstSeen: time,
        lastSeen: time,
        most: amount,
      });
    } else {
      add(known, 1, time, time, amount);
      this.#order.touch(known);
    }
  }

  judge(behaviour: Behaviour, source: Address, destination: Address, value: string): Verdict {
    if (this.state !== 'judging') return 'unjudged';
    return this.#find(behaviour, source, destination, visible(value)) === undefined ? 'new' : 'known';
  }

  most(behaviour: Behaviour, source: Address, destination: Address, value: string): number {
    return this.#find(behaviour, source, destination, visible(value))?.most ?? 0;
  }

  destinations(behaviour: Behaviour, source: Address): number {
    const subject = this.#sources.get(this.#subject(source))?.kinds.get(behaviour)?.size ?? 0;
    const address = this.#sources.get(source.text)?.kinds.get(behaviour)?.size ?? 0;
    return Math.max(subject, address);
  }

  /** Everything that is known now, in no order that means anything. */
  learned(): Learned {
    const behaviours = [...this.#order.keys()];
    const subjects = new Set(behaviours.flatMap(({ source, destination }) => [source, destination]));
    const leases = [...this.#leases.entries()].filter(([, subject]) => subjects.has(subject));
    return { behaviours, leases: new Map(leases) };
  }

  /** Who is at an address. */
  #subject(address: Address): string {
    return this.#leases.get(address.text) ?? address.text;
  }

  /** By the device that has the address, or by the address, as it was learned before a lease was seen. */
  #find(behaviour: Behaviour, source: Address, destination: Address, value: string): Known | undefined {
    const from = this.#subject(source);
    const to = this.#subject(destination);
    const known = this.#at(behaviour, from, to, destination.text, value);
    return (
      known ??
      (from === source.text ? undefined : this.#at(behaviour, source.text, to, destination.text, value))
    );
  }

  #at(behaviour: Behaviour, source: string, to: string, or: string, value: string): Known | undefined {
    const doings = this.#sources.get(source);
    if (doings === undefined) return undefined;
    return doings.find(behaviour, to, value) ?? (to === or ? undefined : doings.find(behaviour, or, value));
  }

  #merge(one: Known): void {
    const { behaviour, source, destination } = one;
    const value = visible(one.value);
    const known = this.#sources.get(source)?.find(behaviour, destination, value);
    if (known === undefined) this.#add({ ...one, value });
    else add(known, one.count, one.firstSeen, one.lastSeen, one.most);
  }

  /** A source that has done a quarter of all there is room for learns no more: it cannot push out what others do. */
  #add(known: Known): void {
    let doings = this.#sources.get(known.source);
    if (doings !== undefined && doings.size >= this.#mostOfOne) {
      this.#refused++;
      return;
    }
    this.#order.set(known, true);
    // Only now: the eviction may have taken the last that this source did.
    doings = entryOf(this.#sources, known.source, () => new Doings());
    doings.add(known);
  }

  #forget(known: Known): void {
    const doings = this.#sources.get(known.source);
    doings?.delete(known);
    if (doings?.size === 0) this.#sources.delete(known.source);
  }
}

function add(known: Known, count: number, firstSeen: Micros, lastSeen: Micros, most: number): void {
  known.count += count;
  known.firstSeen = Math.min(known.firstSeen, firstSeen);
  known.lastSeen = Math.max(known.lastSeen, lastSeen);
  known.most = Math.max(known.most, most);
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
