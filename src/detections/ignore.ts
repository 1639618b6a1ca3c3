import { type Address, contains, type Network } from '../core/address.ts';
import type { Micros } from '../core/time.ts';

/** What a site expects and does not want to hear of. An end that is not named is any. */
export interface IgnoreRule {
  readonly source?: Network | null;
  readonly destination?: Network | null;
  /** Packet time from which the rule no longer holds; for ever when absent. */
  readonly until?: Micros;
  readonly reason?: string;
}

/** Until when cases between two addresses are ignored: 0 for never, infinity for ever. */
export function ignoredUntil(rules: readonly IgnoreRule[], source: Address, destination: Address): Micros {
  let until = 0;
  for (const rule of rules) {
    const ends = rule.until ?? Number.POSITIVE_INFINITY;
    if (ends > until && matches(rule.source, source) && matches(rule.destination, destination)) until = ends;
  }
  return until;
}

function matches(network: Network | null | undefined, address: Address): boolean {
  return network === null || network === undefined || contains(network, address);
}
