import type { Address, Network } from '../core/address.ts';
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
    if (ends > until && contains(rule.source, source) && contains(rule.destination, destination))
      until = ends;
  }
  return until;
}

function contains(net: Network | null | undefined, address: Address): boolean {
  if (net === null || net === undefined) return true;
  const { words, mask } = net;
  return (
    net.family === address.family &&
    ((address.w0 ^ words[0]) & mask[0]) === 0 &&
    ((address.w1 ^ words[1]) & mask[1]) === 0 &&
    ((address.w2 ^ words[2]) & mask[2]) === 0 &&
    ((address.w3 ^ words[3]) & mask[3]) === 0
  );
}
