/** How many exact entries a group of counters may still keep between them. */
export interface Budget {
  left: number;
}

/**
 * Counts distinct strings or hashes: exactly up to `limit` (or until its budget is spent), then with a HyperLogLog sketch
 * (Flajolet et al. 2007, with linear counting for small counts) of 2^`bits` registers of one byte, whose
 * standard error is 1.04 / √(2^bits): 0.8 % for 14 bits, 3.3 % for 10.
 *
 * «Exactly» is by a hash of 53 bits: among 100,000 values two are taken for one with a probability of one in
 * a million. A set of numbers takes a third of the time and the memory of one of strings, and keeps no value.
 */
export class DistinctCounter {
  readonly #limit: number;
  readonly #bits: number;
  readonly #budget: Budget | null;
  /** Open addressing with linear probing, at most three quarters full; 0 is free. Null once it is a sketch. */
  #keys: Float64Array | null = new Float64Array(8);
  #size = 0;
  #registers: Uint8Array | null = null;
  #last: string | number | null = null;

  constructor(limit: number, bits = 14, budget: Budget | null = null) {
    this.#limit = limit;
    this.#bits = bits;
    this.#budget = budget;
  }

  /** False once the count is an estimate. */
  get exact(): boolean {
    return this.#registers === null;
  }

  /** `value`: an integer that is a hash already (of 53 bits), as `KeyedHash` gives it. */
  addHash(value: number): void {
    // The same patient comes many times in a row: a study's objects.
    if (value === this.#last) return;
    this.#last = value;
    const low = value % LOW;
    this.#count((value - low) / LOW, low);
  }

  add(value: string): void {
    if (value === this.#last) return;
    this.#last = value;
    // Two rounds of FNV-1a with different offsets, finished by MurmurHash3's mixer.
    let a = 0x811c9dc5;
    let b = 0x9747b28c;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x85ebca6b);
    }
    a = mix(a);
    b = mix(b ^ a);
    this.#count(a >>> 0, b >>> 11);
  }

  /** `high`: 32 bits of the hash, `low`: 21 others. */
  #count(high: number, low: number): void {
    if (this.#registers !== null) observe(this.#registers, this.#bits, high, low);
    else this.#insert(high * LOW + low || LOW, low);
  }

  count(): number {
    const registers = this.#registers;
    if (registers === null) return this.#size;
    const size = registers.length;
    let sum = 0;
    let zeros = 0;
    for (const register of registers) {
      sum += 2 ** -register;
      if (register === 0) zeros++;
    }
    const raw = ((0.7213 / (1 + 1.079 / size)) * size * size) / sum;
    return Math.round(raw <= 2.5 * size && zeros > 0 ? size * Math.log(size / zeros) : raw);
  }

  /** Gives what it kept of its budget back; the counter is not used again. */
  release(): void {
    if (this.#budget !== null) this.#budget.left += this.#size;
    this.#size = 0;
    this.#keys = new Float64Array(8);
  }

  #insert(key: number, low: number): void {
    const keys = this.#keys!;
    if (!put(keys, key, low)) return;
    this.#size++;
    if (this.#budget !== null) this.#budget.left--;
    if (this.#size > this.#limit || (this.#budget !== null && this.#budget.left < 0)) this.#overflow(keys);
    else if (4 * this.#size > 3 * keys.length) {
      const larger = new Float64Array(2 * keys.length);
      for (const one of keys) if (one !== 0) put(larger, one, one % LOW);
      this.#keys = larger;
    }
  }

  #overflow(keys: Float64Array): void {
    const registers = new Uint8Array(2 ** this.#bits);
    for (const key of keys) if (key !== 0) observe(registers, this.#bits, Math.floor(key / LOW), key % LOW);
    this.#registers = registers;
    this.#keys = null;
    if (this.#budget !== null) this.#budget.left += this.#size;
    this.#size = 0;
  }
}

/** A key is 32 bits of one hash and, below them, 21 of the other. */
const LOW = 2 ** 21;

/** True when the key was not there. The table has a free place. `low`: the key's, which says where it belongs. */
function put(keys: Float64Array, key: number, low: number): boolean {
  const mask = keys.length - 1;
  let at = low & mask;
  for (;;) {
    const found = keys[at];
    if (found === key) return false;
    if (found === 0) {
      keys[at] = key;
      return true;
    }
    at = (at + 1) & mask;
  }
}

/** `high`: 32 bits that choose the register; `low`: 21 bits whose leading zeros count. */
function observe(registers: Uint8Array, bits: number, high: number, low: number): void {
  const index = high >>> (32 - bits);
  // 21 bits tell counts of up to some 2^21 per register apart.
  const rank = Math.clz32(low << 11) + 1;
  if (rank > registers[index]) registers[index] = Math.min(rank, 22);
}

function mix(hash: number): number {
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
