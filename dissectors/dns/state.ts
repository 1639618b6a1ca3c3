import type { Address } from '../../src/core/address.ts';
import { BoundedMap } from '../../src/core/bounded.ts';
import type { DissectorContext } from '../../src/core/dissector.ts';
import { Questions } from './questions.ts';
import { Statements } from './statements.ts';

const HOSTS = 4096;
const RELAYS = 256;

/** What is remembered between datagrams, for each engine of its own. Everything is bounded. */
export interface State {
  readonly statements: Statements;
  readonly questions: Questions;
  /** mDNS: the address that a host announced last, by the key of its name. */
  readonly hosts: BoundedMap<string, Address>;
  /** mDNS: senders that announce others (reflectors, sleep proxies), by address. */
  readonly relays: BoundedMap<string, true>;
}

const states = new WeakMap<DissectorContext<never>, State>();

export function stateOf(context: DissectorContext<never>): State {
  let state = states.get(context);
  if (state === undefined) {
    state = {
      statements: new Statements(context),
      questions: new Questions(),
      hosts: new BoundedMap(HOSTS),
      relays: new BoundedMap(RELAYS),
    };
    states.set(context, state);
  }
  return state;
}
