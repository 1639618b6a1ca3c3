/**
 * Remembers what byte strings mean. The header of every message of an interface repeats the same few values:
 * looking at the bytes is several times cheaper than decoding them again. Four places for each hash, taken in turn,
 * so bounded; bytes chosen by an enemy to collide cost him only the gain.
 *
 * The keys lie in one array, so that a look-up among thousands of interfaces touches little memory.
 */
export class ByteCache<T> {
  readonly #mask: number;
  readonly #keys: Uint8Array;
  /** Length of each key and 1; 0 for a free slot. */
  readonly #lengths: Uint8Array;
  readonly #hashes: Int32Array;
  readonly #values: (T | undefined)[];
  readonly #make: (bytes: Uint8Array, start: number, end: number) => T;
  #turn = 0;

  /** `slots`: a power of two, four at least. `make` must depend on the bytes alone. */
  constructor(slots: number, make: (bytes: Uint8Array, start: number, end: number) => T) {
    this.#mask = slots - WAYS;
    this.#keys = new Uint8Array(slots * MAX_KEY);
    this.#lengths = new Uint8Array(slots);
    this.#hashes = new Int32Array(slots);
    this.#values = new Array<T | undefined>(slots).fill(undefined);
    this.#make = make;
  }

  get(bytes: Uint8Array, start: number, end: number): T {
    const length = end - start;
    if (length > MAX_KEY) return this.#make(bytes, start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    const first = (hash ^ (hash >>> 15)) & this.#mask;
    const keys = this.#keys;
    for (let slot = first; slot < first + WAYS; slot++) {
      if (this.#hashes[slot] !== hash || this.#lengths[slot] !== length + 1) continue;
      const key = slot * MAX_KEY;
      let i = 0;
      while (i < length && keys[key + i] === bytes[start + i]) i++;
      if (i === length) return this.#values[slot] as T;
    }
    const value = this.#make(bytes, start, end);
    const slot = this.#placeIn(first);
    const key = slot * MAX_KEY;
    for (let i = 0; i < length; i++) keys[key + i] = bytes[start + i];
    this.#hashes[slot] = hash;
    this.#lengths[slot] = length + 1;
    this.#values[slot] = value;
    return value;
  }

  /** A free one of the four, else the next in turn. */
  #placeIn(first: number): number {
    for (let slot = first; slot < first + WAYS; slot++) if (this.#lengths[slot] === 0) return slot;
    this.#turn = (this.#turn + 1) % WAYS;
    return first + this.#turn;
  }
}

const MAX_KEY = 64;
const WAYS = 4;
