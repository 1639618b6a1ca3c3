import type { Address } from './address.ts';
import type { Fact } from './facts.ts';
import type { Flow } from './flow.ts';
import { MINUTE, type Micros } from './time.ts';

interface Pair {
  client: Address;
  server: Address;
  since: Micros;
  told: (readonly Fact[])[];
}

const SLOTS = 4096;
const LISTS = 24;

/**
 * Recognises what a dissector says again and again: the same list of facts, as the same object, about the same two
 * addresses. An interface that opens a connection for each message would tell each time who it is; once a
 * minute is enough. Direct-mapped: pairs that collide tell more often, nothing else.
 */
export class Repeats {
  readonly #pairs = new Array<Pair | undefined>(SLOTS).fill(undefined);

  /** True when this very list was told of this flow's two ends less than a minute ago. */
  told(facts: readonly Fact[], flow: Flow, time: Micros): boolean {
    const client = flow.client.address;
    const server = flow.server.address;
    const slot = (Math.imul(client.w3, 0x9e3779b1) ^ Math.imul(server.w3, 0x85ebca6b)) >>> 20;
    const pair = this.#pairs[slot];
    if (pair === undefined) {
      this.#pairs[slot] = { client, server, since: time, told: [facts] };
      return false;
    }
    const age = time - pair.since;
    if (pair.client !== client || pair.server !== server || age > MINUTE || age < 0) {
      pair.client = client;
      pair.server = server;
      pair.since = time;
      pair.told.length = 0;
    }
    const { told } = pair;
    for (let i = 0; i < told.length; i++) if (told[i] === facts) return true;
    if (told.length < LISTS) told.push(facts);
    return false;
  }
}
