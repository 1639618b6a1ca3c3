/** Counts of a few distinct words. Past its limit they count as `other`, so that a sender cannot make it grow. */
export class Tally {
  // Most count one word; lists of exactly one cost least.
  #words: string[] | null = null;
  #counts: number[] = [];
  readonly #limit: number;

  constructor(limit = 64) {
    this.#limit = limit;
  }

  /** Counts one; true when the word is new. */
  add(word: string): boolean {
    if (this.#words === null) {
      this.#words = [word];
      this.#counts = [1];
      return true;
    }
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
    const known = this.#words?.indexOf(word) ?? -1;
    return known < 0 ? 0 : this.#counts[known];
  }

  record(): Record<string, number> {
    const record: Record<string, number> = {};
    const words = this.#words ?? [];
    // Words come from the wire. `__proto__` is not counted here: a number as a prototype is ignored.
    for (let n = 0; n < words.length; n++) record[words[n]] = this.#counts[n];
    return record;
  }
}

const OTHER = 'other';
