/**
 * Network addresses as the packet path meets them: four 32-bit words, interned into `Address` objects so
 * that text, scope and everything a tracker hangs on them is worked out once per address, not per flow.
 */
export type Family = 4 | 6;

export class Address {
  readonly family: Family;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  /** RFC 5952 text for IPv6, dotted quad for IPv4. The key for everything that is kept. */
  readonly text: string;
  /** Inside the networks the user called internal. */
  readonly internal: boolean;
  /** Unicast that may be routed on the Internet: neither internal nor reserved, multicast or broadcast. */
  readonly external: boolean;

  constructor(family: Family, w0: number, w1: number, w2: number, w3: number, internal: boolean) {
    this.family = family;
    this.w0 = w0;
    this.w1 = w1;
    this.w2 = w2;
    this.w3 = w3;
    this.text = family === 4 ? ipv4Text(w3) : ipv6Text(w0, w1, w2, w3);
    this.internal = internal;
    this.external = !internal && !isSpecial(family, w0, w3);
  }
}

/** A network as four words of address and four of mask. */
export interface Network {
  family: Family;
  words: readonly [number, number, number, number];
  mask: readonly [number, number, number, number];
}

/** The address lies in the network. */
export function contains({ family, words, mask }: Network, address: Address): boolean {
  return (
    family === address.family &&
    ((address.w0 ^ words[0]) & mask[0]) === 0 &&
    ((address.w1 ^ words[1]) & mask[1]) === 0 &&
    ((address.w2 ^ words[2]) & mask[2]) === 0 &&
    ((address.w3 ^ words[3]) & mask[3]) === 0
  );
}

/** RFC 1918, RFC 6598 (shared), RFC 4193 (unique local), link-local and loopback, of both families. */
export const DEFAULT_INTERNAL: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
];

/** Interns addresses and judges them by the internal networks. Two generations bound its memory. */
export class AddressBook {
  readonly #internal: readonly Network[];
  readonly #limit: number;
  #young4 = new Map<number, Address>();
  #old4 = new Map<number, Address>();
  #young6 = new Map<string, Address>();
  #old6 = new Map<string, Address>();

  constructor(internal: readonly Network[], limit = 32_768) {
    this.#internal = internal;
    this.#limit = limit;
  }

  get(family: Family, w0: number, w1: number, w2: number, w3: number): Address {
    return family === 4 ? this.#get4(w3 | 0) : this.#get6(w0 | 0, w1 | 0, w2 | 0, w3 | 0);
  }

  /** True when the words lie inside one of the internal networks. */
  isInternal(family: Family, w0: number, w1: number, w2: number, w3: number): boolean {
    for (const network of this.#internal) {
      if (network.family !== family) continue;
      const { words, mask } = network;
      if (
        ((w0 ^ words[0]) & mask[0]) === 0 &&
        ((w1 ^ words[1]) & mask[1]) === 0 &&
        ((w2 ^ words[2]) & mask[2]) === 0 &&
        ((w3 ^ words[3]) & mask[3]) === 0
      )
        return true;
    }
    return false;
  }

  #get4(word: number): Address {
    let found = this.#young4.get(word);
    if (found !== undefined) return found;
    found =
      this.#old4.get(word) ?? new Address(4, 0, 0, 0xffff, word, this.isInternal(4, 0, 0, 0xffff, word));
    if (this.#young4.size >= this.#limit) {
      this.#old4 = this.#young4;
      this.#young4 = new Map();
    }
    this.#young4.set(word, found);
    return found;
  }

  #get6(w0: number, w1: number, w2: number, w3: number): Address {
    const key = `${w0},${w1},${w2},${w3}`;
    let found = this.#young6.get(key);
    if (found !== undefined) return found;
    found = this.#old6.get(key) ?? new Address(6, w0, w1, w2, w3, this.isInternal(6, w0, w1, w2, w3));
    if (this.#young6.size >= this.#limit) {
      this.#old6 = this.#young6;
      this.#young6 = new Map();
    }
    this.#young6.set(key, found);
    return found;
  }
}

function ipv4Text(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`. */
function ipv6Text(w0: number, w1: number, w2: number, w3: number): string {
  const groups: number[] = [];
  for (const word of [w0, w1, w2, w3]) groups.push(word >>> 16, word & 0xffff);
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) {
      bestStart = start;
      bestLength = length;
    }
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (bestStart < 0) return hex(groups);
  return `${hex(groups.slice(0, bestStart))}::${hex(groups.slice(bestStart + bestLength))}`;
}

/**
 * One host that packets may be routed to: not unspecified, loopback, link-local, multicast or broadcast, whatever the
 * user calls internal.
 */
export function isRoutable({ family, w0, w1, w2, w3 }: Address): boolean {
  if (family === 4) {
    const first = w3 >>> 24;
    return first !== 0 && first !== 127 && first < 224 && w3 >>> 16 !== 0xa9fe;
  }
  if (w0 >>> 24 === 0xff || w0 >>> 22 === 0x3fa) return false;
  return w0 !== 0 || w1 !== 0 || w2 !== 0 || w3 >>> 0 > 1;
}

/** The last address of an IPv4 network of 256 or more: in most networks those who send to it mean everybody. */
export function isLikelyBroadcast({ family, w3 }: Address): boolean {
  return family === 4 && (w3 & 0xff) === 0xff;
}

/** Addresses that are nobody's host on the Internet (RFC 6890), whatever the user calls internal. */
function isSpecial(family: Family, w0: number, w3: number): boolean {
  if (family === 6) {
    const top = w0 >>> 16;
    // Only 2000::/3 is global unicast. The documentation ranges of both families count as outside: labs use
    // them as public addresses, and no network of the user's own has them.
    return top >>> 13 !== 1;
  }
  const first = w3 >>> 24;
  const high16 = w3 >>> 16;
  return (
    first === 0 ||
    first === 10 ||
    first === 127 ||
    first >= 224 ||
    high16 === 0xa9fe ||
    high16 === 0xc0a8 ||
    (first === 172 && ((w3 >>> 16) & 0xf0) === 16) ||
    (first === 100 && ((w3 >>> 16) & 0xc0) === 64)
  );
}
