import ipaddr from 'ipaddr.js';
import type { Address, Network } from '../core/address.ts';
import type { Micros } from '../core/time.ts';

/** What a site expects and does not want to hear of. An end that is not named is any. */
export interface IgnoreRule {
  /** An address or a network in CIDR notation. */
  readonly source?: string;
  readonly destination?: string;
  /** Packet time from which the rule no longer holds; for ever when absent. */
  readonly until?: Micros;
  readonly reason?: string;
}

export interface CompiledRule {
  readonly source: Network | null;
  readonly destination: Network | null;
  readonly until: Micros;
}

/** Throws a RangeError that names the text when an end is neither an address nor a network. */
export function compileRules(rules: readonly IgnoreRule[]): CompiledRule[] {
  return rules.map((rule) => ({
    source: rule.source === undefined ? null : network(rule.source),
    destination: rule.destination === undefined ? null : network(rule.destination),
    until: rule.until ?? Number.POSITIVE_INFINITY,
  }));
}

/** Until when cases between two addresses are ignored: 0 for never, infinity for ever. */
export function ignoredUntil(rules: readonly CompiledRule[], source: Address, destination: Address): Micros {
  let until = 0;
  for (const rule of rules)
    if (rule.until > until && contains(rule.source, source) && contains(rule.destination, destination))
      until = rule.until;
  return until;
}

export function network(text: string): Network {
  try {
    const [address, bits] = text.includes('/')
      ? ipaddr.parseCIDR(text)
      : [ipaddr.parse(text), text.includes(':') ? 128 : 32];
    const bytes = address.toByteArray();
    const family = bytes.length === 4 ? 4 : 6;
    const all = family === 4 ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...bytes] : bytes;
    const shift = family === 4 ? 96 : 0;
    const word = (i: number) =>
      (all[4 * i] << 24) | (all[4 * i + 1] << 16) | (all[4 * i + 2] << 8) | all[4 * i + 3];
    const mask = (i: number) => {
      const ones = Math.max(0, Math.min(32, bits + shift - 32 * i));
      return ones === 0 ? 0 : (-1 << (32 - ones)) | 0;
    };
    return {
      family,
      words: [word(0), word(1), word(2), word(3)],
      mask: [mask(0), mask(1), mask(2), mask(3)],
    };
  } catch {
    throw new RangeError(`not an address or a network: ${JSON.stringify(text)}`);
  }
}

function contains(net: Network | null, address: Address): boolean {
  if (net === null) return true;
  const { words, mask } = net;
  return (
    net.family === address.family &&
    ((address.w0 ^ words[0]) & mask[0]) === 0 &&
    ((address.w1 ^ words[1]) & mask[1]) === 0 &&
    ((address.w2 ^ words[2]) & mask[2]) === 0 &&
    ((address.w3 ^ words[3]) & mask[3]) === 0
  );
}
