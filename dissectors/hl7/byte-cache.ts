/**
 * Remembers what byte strings mean. The header of every message of an interface repeats the same few values:
 * looking at the bytes is several times cheaper than decoding them again. Direct-mapped, so bounded, and bytes
 * chosen by an enemy to collide cost him only the gain.
 */
export class ByteCache<T> {
  readonly #mask: number;
  readonly #keys: (Uint8Array | undefined)[];
  readonly #values: (T | undefined)[];
  readonly #make: (bytes: Uint8Array, start: number, end: number) => T;

  /** `slots`: a power of two. `make` must depend on the bytes alone. */
  constructor(slots: number, make: (bytes: Uint8Array, start: number, end: number) => T) {
    this.#mask = slots - 1;
    this.#keys = new Array<Uint8Array | undefined>(slots).fill(undefined);
    this.#values = new Array<T | undefined>(slots).fill(undefined);
    this.#make = make;
  }

  get(bytes: Uint8Array, start: number, end: number): T {
    const length = end - start;
    if (length > MAX_KEY) return this.#make(bytes, start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    const slot = (hash ^ (hash >>> 15)) & this.#mask;
    const key = this.#keys[slot];
    if (key !== undefined && key.length === length) {
      let i = 0;
      while (i < length && key[i] === bytes[start + i]) i++;
      if (i === length) return this.#values[slot] as T;
    }
    const value = this.#make(bytes, start, end);
    // A Buffer's own slice would keep the packet alive.
    this.#keys[slot] = Uint8Array.prototype.slice.call(bytes, start, end);
    this.#values[slot] = value;
    return value;
  }
}

const MAX_KEY = 256;
