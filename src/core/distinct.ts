/** How many exact entries a group of counters may still keep between them. */
export interface Budget {
  left: number;
}

/**
 * Counts distinct strings: exactly up to `limit` (or until its budget is spent), then with a HyperLogLog sketch
 * (Flajolet et al. 2007, with linear counting for small counts) of 2^`bits` registers of one byte, whose
 * standard error is 1.04 / √(2^bits): 0.8 % for 14 bits, 3.3 % for 10.
 */
export class DistinctCounter {
  readonly #limit: number;
  readonly #bits: number;
  readonly #budget: Budget | null;
  #exact: Set<string> | null = new Set();
  #registers: Uint8Array | null = null;
  #last: string | null = null;

  constructor(limit: number, bits = 14, budget: Budget | null = null) {
    this.#limit = limit;
    this.#bits = bits;
    this.#budget = budget;
  }

  /** False once the count is an estimate. */
  get exact(): boolean {
    return this.#exact !== null;
  }

  add(value: string): void {
    // The same patient comes many times in a row: a study's objects.
    if (value === this.#last) return;
    this.#last = value;
    const exact = this.#exact;
    if (exact === null) {
      this.#observe(value);
      return;
    }
    const before = exact.size;
    exact.add(value);
    if (exact.size === before) return;
    if (this.#budget !== null) this.#budget.left--;
    if (exact.size > this.#limit || (this.#budget !== null && this.#budget.left < 0)) this.#overflow(exact);
  }

  count(): number {
    if (this.#exact !== null) return this.#exact.size;
    const registers = this.#registers!;
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
    if (this.#budget !== null && this.#exact !== null) this.#budget.left += this.#exact.size;
    this.#exact = new Set();
  }

  #overflow(exact: Set<string>): void {
    this.#registers = new Uint8Array(2 ** this.#bits);
    this.#exact = null;
    if (this.#budget !== null) this.#budget.left += exact.size;
    for (const value of exact) this.#observe(value);
  }

  #observe(value: string): void {
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
    const registers = this.#registers!;
    const index = a >>> (32 - this.#bits);
    const rank = Math.clz32(b) + 1;
    if (rank > registers[index]) registers[index] = rank;
  }
}

function mix(hash: number): number {
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
