import type { Fact } from './facts.ts';
import type { Flow } from './flow.ts';
import { PairCache } from './pairs.ts';
import { MINUTE, type Micros } from './time.ts';

interface Told {
  since: Micros;
  lists: (readonly Fact[])[];
}

const LISTS = 24;

/**
 * Recognises what a dissector says again and again: the same list of facts, as the same object, about the same two
 * addresses. An interface that opens a connection for each message would tell each time who it is; once a
 * minute is enough. Of thousands of pairs some are forgotten and tell more often, nothing else.
 */
export class Repeats {
  readonly #pairs = new PairCache<Told>();

  /** True when this very list was told of this flow's two ends less than a minute ago. */
  told(facts: readonly Fact[], flow: Flow, time: Micros): boolean {
    const client = flow.client.address;
    const server = flow.server.address;
    const told = this.#pairs.get(client, server);
    if (told === undefined) {
      this.#pairs.set(client, server, { since: time, lists: [facts] });
      return false;
    }
    const age = time - told.since;
    const { lists } = told;
    if (age > MINUTE || age < 0) {
      told.since = time;
      lists.length = 0;
    }
    for (let i = 0; i < lists.length; i++) if (lists[i] === facts) return true;
    if (lists.length < LISTS) lists.push(facts);
    return false;
  }
}
