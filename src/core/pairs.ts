import type { Address } from './address.ts';

/** Powers of two. */
const SLOTS = 8192;
const WAYS = 4;

/**
 * Stands in front of a table keyed by two addresses. Four places for each hash, taken in turn: a look-up among thousands
 * of pairs that speak in turn touches little memory, and a pair that is not there is looked up in the table itself.
 * By identity: an address that was interned anew is only not found here.
 */
export class PairCache<T> {
  // Made with the first entry: most detections never have one.
  #first: (Address | null)[] = [];
  #second: (Address | null)[] = [];
  #values: (T | undefined)[] = [];
  #turn = 0;

  get(first: Address, second: Address): T | undefined {
    if (this.#first.length === 0) return undefined;
    const base = baseOf(first, second);
    for (let slot = base; slot < base + WAYS; slot++)
      if (this.#first[slot] === first && this.#second[slot] === second) return this.#values[slot];
    return undefined;
  }

  set(first: Address, second: Address, value: T): void {
    if (this.#first.length === 0) {
      this.#first = new Array<Address | null>(SLOTS).fill(null);
      this.#second = new Array<Address | null>(SLOTS).fill(null);
      this.#values = new Array<T | undefined>(SLOTS).fill(undefined);
    }
    const slot = this.#placeFor(first, second);
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#values[slot] = value;
  }

  /** Forgets a value that was set for these two, or for other objects of the same addresses. */
  delete(first: Address, second: Address, value: T): void {
    if (this.#first.length === 0) return;
    const base = baseOf(first, second);
    for (let slot = base; slot < base + WAYS; slot++) {
      if (this.#values[slot] !== value) continue;
      this.#first[slot] = null;
      this.#second[slot] = null;
      this.#values[slot] = undefined;
    }
  }

  /** The pair's own place, else a free one, else the next in turn. */
  #placeFor(first: Address, second: Address): number {
    const base = baseOf(first, second);
    let free = -1;
    for (let slot = base; slot < base + WAYS; slot++) {
      if (this.#first[slot] === first && this.#second[slot] === second) return slot;
      if (this.#first[slot] === null) free = slot;
    }
    if (free >= 0) return free;
    this.#turn = (this.#turn + 1) % WAYS;
    return base + this.#turn;
  }
}

/** By the words alone, not by identity. */
function baseOf(first: Address, second: Address): number {
  const hash = Math.imul(first.w3, 0x9e3779b1) ^ Math.imul(second.w3, 0x85ebca6b) ^ first.w2 ^ second.w2;
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 19) & ~(WAYS - 1);
}
