import { BoundedMap } from '../core/bounded.ts';
import { MINUTE, type Micros } from '../core/time.ts';
import type { InventoryView } from '../trackers/index.ts';
import type { Handlers } from './detection.ts';

const MAX_HOSTS = 4096;
const MAX_OF_HOST = 16;
/** How often those that wait are looked at again: a name or a model may have told what a host is. */
const INTERVAL = MINUTE;

/**
 * What hosts did before it showed whether they are medical. Something may wait for two hosts: the first of them that
 * is medical takes it. Bounded by host, and by entries of each.
 */
export class UntilMedical<T extends object> {
  readonly #inventory: InventoryView;
  readonly #take: (waiting: T) => void;
  readonly #hosts = new BoundedMap<string, Map<string, T>>(MAX_HOSTS);
  readonly #taken = new WeakSet<T>();
  #looked: Micros = 0;

  /** `take`: called once for each that waited, when a host it waited for turns out to be medical. */
  constructor(inventory: InventoryView, take: (waiting: T) => void) {
    this.#inventory = inventory;
    this.#take = take;
  }

  /** What waits for a host under a key. */
  find(ip: string, key: string): T | undefined {
    return this.#hosts.get(ip)?.get(key);
  }

  /** False when too much waits for this host. */
  add(ip: string, key: string, waiting: T): boolean {
    let entries = this.#hosts.get(ip);
    if (entries === undefined) {
      entries = new Map();
      this.#hosts.set(ip, entries);
    }
    if (entries.size >= MAX_OF_HOST) return false;
    entries.set(key, waiting);
    return true;
  }

  #promote(ip: string): void {
    const entries = this.#hosts.get(ip);
    if (entries === undefined || !this.#inventory.medical(ip)) return;
    this.#hosts.delete(ip);
    for (const one of entries.values()) {
      if (this.#taken.has(one)) continue;
      this.#taken.add(one);
      this.#take(one);
    }
  }

  #all(): void {
    for (const ip of [...this.#hosts.keys()]) this.#promote(ip);
  }

  /** What makes a host medical, and the time at which those that wait are looked at. */
  readonly facts = {
    activity: (fact, flow) => {
      if (this.#hosts.size > 0) this.#promote(flow[fact.side].address.text);
    },
    service: (fact, flow) => {
      if (fact.medical && fact.state !== 'asked' && this.#hosts.size > 0)
        this.#promote(flow.server.address.text);
    },
  } satisfies Handlers<never>['facts'];

  tick(time: Micros): void {
    if (time - this.#looked < INTERVAL && time >= this.#looked) return;
    this.#looked = time;
    this.#all();
  }

  end(): void {
    this.#all();
  }
}
