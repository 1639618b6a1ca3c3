import ipaddr from 'ipaddr.js';
import type { Network } from '../core/address.ts';

/**
 * A network in CIDR notation, or a single address; null when the text is neither. Strict: no octal, no
 * short forms such as `10/8`, no zone.
 */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const family = ipaddr.IPv4.isValidFourPartDecimal(address) ? 4 : ipaddr.IPv6.isValid(address) ? 6 : null;
  if (family === null || address.includes('%')) return null;
  const longest = family === 4 ? 32 : 128;
  const suffix = slash < 0 ? String(longest) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(suffix)) return null;
  const bits = Number(suffix);
  if (bits > longest) return null;
  const parsed = ipaddr.parse(address).toByteArray();
  // As in the packet path: an IPv4 address is the last of the four words, behind ffff.
  const octets = family === 4 ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...parsed] : parsed;
  const fixed = family === 4 ? bits + 96 : bits;
  const mask = [0, 1, 2, 3].map((word) => maskWord(fixed - 32 * word));
  const words = [0, 1, 2, 3].map(
    (word) =>
      ((octets[4 * word] << 24) |
        (octets[4 * word + 1] << 16) |
        (octets[4 * word + 2] << 8) |
        octets[4 * word + 3]) &
      mask[word],
  );
  return {
    family,
    words: [words[0], words[1], words[2], words[3]],
    mask: [mask[0], mask[1], mask[2], mask[3]],
  };
}

/** The first `bits` of 32 set, as a signed word. */
function maskWord(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

export function isAddress(text: string): boolean {
  return !text.includes('/') && parseNetwork(text) !== null;
}
