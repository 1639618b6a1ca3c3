import { BoundedMap } from './bounded.ts';
import type { Fact } from './facts.ts';

/** Longer than what names and versions come to: such a list is made anew each time, so that the table stays small. */
const LONGEST_KEY = 1000;

/**
 * Lists of facts by what they say. The same words give the same list, which is how the engine knows that it was told
 * before (`DissectorContext.tell`). When it is full the list that was not asked for longest goes.
 */
export class FactLists {
  readonly #lists: BoundedMap<string, readonly Fact[]>;

  constructor(limit: number) {
    this.#lists = new BoundedMap(limit);
  }

  /** `key`: all that the list depends on. */
  of(key: string, make: () => readonly Fact[]): readonly Fact[] {
    const known = this.#lists.get(key);
    if (known !== undefined) {
      this.#lists.touch(key);
      return known;
    }
    const made = Object.freeze(make());
    if (key.length <= LONGEST_KEY) this.#lists.set(key, made);
    return made;
  }
}
