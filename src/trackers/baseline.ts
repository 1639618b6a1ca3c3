import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Behaviour, BehaviourFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';

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

/** One thing that one address was seen doing to another. */
export interface Known {
  readonly behaviour: Behaviour;
  readonly source: string;
  readonly destination: string;
  readonly value: string;
  count: number;
  firstSeen: Micros;
  lastSeen: Micros;
  /** The largest amount of it. */
  most: number;
}

export interface BaselineOptions {
  /** What was learned before; it is judged against from the first packet on. */
  readonly known?: readonly Known[];
  /** How long to learn, from the first packet on; 0 not at all, infinity always. */
  readonly learn?: Micros;
  readonly limit?: number;
}

/** What is normal on this network: what was done by whom to whom while it was learned. */
export class Baseline implements BaselineView {
  readonly #known: BoundedMap<string, Known>;
  /** `behaviour source` → destinations. */
  readonly #destinations = new Map<string, Set<string>>();
  readonly #learn: Micros;
  readonly #given: boolean;
  #until: Micros = Number.NaN;
  #now: Micros = Number.NEGATIVE_INFINITY;

  constructor(options: BaselineOptions = {}) {
    this.#known = new BoundedMap(options.limit ?? 65_536);
    this.#learn = options.learn ?? 0;
    this.#given = options.known !== undefined;
    for (const one of options.known ?? []) this.#keep(one);
  }

  get evictions(): number {
    return this.#known.evictions;
  }

  get state(): 'none' | 'learning' | 'judging' {
    if (this.#learning) return 'learning';
    return this.#given || this.#learn > 0 ? 'judging' : 'none';
  }

  fact(fact: BehaviourFact, flow: Flow, time: Micros): void {
    this.#now = Math.max(this.#now, time);
    if (Number.isNaN(this.#until)) this.#until = time + this.#learn;
    if (!this.#learning) return;
    const client = fact.side === 'client';
    const source = (client ? flow.client : flow.server).address.text;
    const destination = (client ? flow.server : flow.client).address.text;
    const { behaviour, value, amount = 0 } = fact;
    const known = this.#known.get(keyOf(behaviour, source, destination, value));
    if (known === undefined) {
      const firstSeen = time;
      this.#keep({
        behaviour,
        source,
        destination,
        value,
        count: 1,
        firstSeen,
        lastSeen: time,
        most: amount,
      });
      return;
    }
    known.count++;
    known.lastSeen = time;
    known.most = Math.max(known.most, amount);
  }

  judge(behaviour: Behaviour, source: Address, destination: Address, value: string): Verdict {
    if (this.state !== 'judging') return 'unjudged';
    return this.#known.has(keyOf(behaviour, source.text, destination.text, value)) ? 'known' : 'new';
  }

  most(behaviour: Behaviour, source: Address, destination: Address, value: string): number {
    return this.#known.get(keyOf(behaviour, source.text, destination.text, value))?.most ?? 0;
  }

  destinations(behaviour: Behaviour, source: Address): number {
    return this.#destinations.get(`${behaviour} ${source.text}`)?.size ?? 0;
  }

  /** Everything that was learned. */
  *learned(): Iterable<Known> {
    for (const [, known] of this.#known.entries()) yield known;
  }

  get #learning(): boolean {
    return this.#learn > 0 && (Number.isNaN(this.#until) || this.#now < this.#until);
  }

  #keep(known: Known): void {
    const { behaviour, source, destination, value } = known;
    this.#known.set(keyOf(behaviour, source, destination, value), known);
    const key = `${behaviour} ${source}`;
    const destinations = this.#destinations.get(key);
    if (destinations === undefined) this.#destinations.set(key, new Set([destination]));
    else destinations.add(destination);
  }
}

function keyOf(behaviour: Behaviour, source: string, destination: string, value: string): string {
  return `${behaviour} ${source} ${destination} ${value}`;
}
