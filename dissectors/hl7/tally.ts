/** Counts of a few distinct words. Past its limit they count as `other`, so that a sender cannot make it grow. */
export class Tally {
  // Most sessions count one word: it needs no map.
  #word: string | null = null;
  #count = 0;
  #others: Map<string, number> | null = null;
  readonly #limit: number;

  constructor(limit = 64) {
    this.#limit = limit;
  }

  /** Counts one; true when the word is new. */
  add(word: string): boolean {
    if (this.#word === word) {
      this.#count++;
      return false;
    }
    if (this.#word === null) {
      this.#word = word;
      this.#count = 1;
      return true;
    }
    this.#others ??= new Map();
    const known = this.#others.get(word);
    if (known === undefined && this.#others.size + 1 >= this.#limit && word !== OTHER) {
      this.add(OTHER);
      return false;
    }
    this.#others.set(word, (known ?? 0) + 1);
    return known === undefined;
  }

  count(word: string): number {
    return word === this.#word ? this.#count : (this.#others?.get(word) ?? 0);
  }

  record(): Readonly<Record<string, number>> {
    if (this.#word === null) return {};
    if (this.#others === null) return recordOfOne(this.#word, this.#count);
    const record: Record<string, number> = {};
    // Words come from the wire. `__proto__` is not counted here: a number as a prototype is ignored.
    record[this.#word] = this.#count;
    for (const [word, count] of this.#others) record[word] = count;
    return record;
  }
}

const OTHER = 'other';

/** Connections that carry one message all end with the same few records: one frozen object for each. */
const once = new Map<string, Readonly<Record<string, number>>>();
const ONCE_LIMIT = 256;

function recordOfOne(word: string, count: number): Readonly<Record<string, number>> {
  if (count !== 1) return { [word]: count };
  let record = once.get(word);
  if (record === undefined) {
    record = Object.freeze({ [word]: 1 });
    if (once.size < ONCE_LIMIT) once.set(word, record);
  }
  return record;
}
