import type { Name, Words } from './wire.ts';

/** Longest value that is told. */
const LIMIT = 200;
/** A label of a host's name: RFC 952 with the underscore of practice, and letters of any script (RFC 6762 §16). */
const HOST_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}_-]*)$/u;
/** Names that every host gives itself. */
const NOBODY = new Set(['localhost', 'localhost.localdomain', 'ip6-localhost', 'ip6-loopback', 'unknown']);

/** Names are compared without regard to case (RFC 4343). */
export function keyOf(name: Name): string {
  return name.join('\0').toLowerCase();
}

/**
 * A host's name as text, or null when it is none: an address written out, a service (`_ldap…`), a name that every
 * host has, characters that a host's name cannot hold.
 */
export function hostName(name: Name): string | null {
  if (name.length === 0 || name.length > 32) return null;
  for (const label of name) if (!HOST_LABEL.test(label)) return null;
  if (name.length > 1 && name.every((label) => /^\d+$/.test(label))) return null;
  const last = name[name.length - 1].toLowerCase();
  if (last === 'arpa' || last === 'localhost') return null;
  const text = name.join('.');
  return text.length > LIMIT || NOBODY.has(text.toLowerCase()) ? null : text;
}

/** As `hostName` for mDNS: without `.local`, which says where the name is valid (RFC 6762 §3), not how it is. */
export function localHostName(name: Name): string | null {
  if (name.length < 2 || name[name.length - 1].toLowerCase() !== 'local') return null;
  return hostName(name.slice(0, -1));
}

/** Free text that may be told: printable, trimmed, of bounded length. Null when nothing is left. */
export function plainText(value: string): string | null {
  const trimmed = value.trim();
  if (trimmed === '' || trimmed.length > LIMIT || /[\p{C}\ufffd]/u.test(trimmed)) return null;
  return trimmed;
}

/** The address that a name of in-addr.arpa (RFC 1035 §3.5) or ip6.arpa (RFC 3596 §2.5) stands for; null for others. */
export function reversed(name: Name): Words | null {
  if (name.length < 6 || name[name.length - 1].toLowerCase() !== 'arpa') return null;
  const tree = name[name.length - 2].toLowerCase();
  if (tree === 'in-addr' && name.length === 6) {
    let word = 0;
    for (let n = 3; n >= 0; n--) {
      if (!/^\d{1,3}$/.test(name[n]) || Number(name[n]) > 255) return null;
      word = (word << 8) | Number(name[n]);
    }
    return { family: 4, words: [0, 0, 0xffff, word] };
  }
  if (tree !== 'ip6' || name.length !== 34) return null;
  const words: [number, number, number, number] = [0, 0, 0, 0];
  for (let n = 0; n < 32; n++) {
    const nibble = name[31 - n];
    if (!/^[\da-f]$/i.test(nibble)) return null;
    words[n >> 3] = (words[n >> 3] << 4) | Number.parseInt(nibble, 16);
  }
  return { family: 6, words };
}

/** False for addresses that are nobody's: unspecified, loopback, multicast, broadcast (RFC 6890), and mapped ones. */
export function isHost({ family, words: [w0, w1, w2, w3] }: Words): boolean {
  if (family === 4) {
    const first = w3 >>> 24;
    return first !== 0 && first !== 127 && first < 224;
  }
  if (w0 === 0 && w1 === 0 && (w2 === 0 || (w2 | 0) === 0xffff)) return false;
  return w0 >>> 24 !== 0xff;
}
