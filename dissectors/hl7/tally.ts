/** Counts of a few distinct words. Past its limit they count as `other`, so that a sender cannot make it grow. */
export class Tally {
  readonly #words: string[] = [];
  readonly #counts: number[] = [];
  readonly #limit: number;

  constructor(limit = 64) {
    this.#limit = limit;
  }

  /** Counts one; true when the word is new. */
  add(word: string): boolean {
    const known = this.#words.indexOf(word);
    if (known >= 0) {
      this.#counts[known]++;
      return false;
    }
    if (this.#words.length >= this.#limit && word !== OTHER) {
      this.add(OTHER);
      return false;
    }
    this.#words.push(word);
    this.#counts.push(1);
    return true;
  }

  count(word: string): number {
    const known = this.#words.indexOf(word);
    return known < 0 ? 0 : this.#counts[known];
  }

  record(): Record<string, number> {
    const record: Record<string, number> = {};
    // Words come from the wire. `__proto__` is not counted here: a number as a prototype is ignored.
    for (let n = 0; n < this.#words.length; n++) record[this.#words[n]] = this.#counts[n];
    return record;
  }
}

const OTHER = 'other';
