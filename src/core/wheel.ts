/**
 * Deadlines for many numbered things at one-second steps: adding, removing and passing a second cost the
 * same however many there are. A thing's deadline may lie later than the wheel reaches; it then comes up
 * early, and whoever owns it says how much longer.
 */
export class TimerWheel {
  readonly #slots: number;
  readonly #heads: Int32Array;
  #next: Int32Array;
  #previous: Int32Array;
  /** The slot a thing hangs in, -1 for none. */
  #slot: Int32Array;
  #now = Number.NaN;

  /** `slots`: a power of two; deadlines up to that many seconds ahead are exact. */
  constructor(slots: number, capacity: number) {
    this.#slots = slots;
    this.#heads = new Int32Array(slots).fill(-1);
    this.#next = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
    this.#slot = new Int32Array(capacity).fill(-1);
  }

  grow(capacity: number): void {
    this.#next = enlarged(this.#next, capacity);
    this.#previous = enlarged(this.#previous, capacity);
    const slot = new Int32Array(capacity).fill(-1);
    slot.set(this.#slot);
    this.#slot = slot;
  }

  /** Calls back for `item` in about `seconds`, replacing its earlier deadline. */
  set(item: number, seconds: number): void {
    this.remove(item);
    const base = Number.isNaN(this.#now) ? 0 : this.#now;
    const ahead = Math.max(1, Math.min(this.#slots - 1, Math.ceil(seconds)));
    const slot = (base + ahead) & (this.#slots - 1);
    const head = this.#heads[slot];
    this.#next[item] = head;
    this.#previous[item] = -1;
    if (head >= 0) this.#previous[head] = item;
    this.#heads[slot] = item;
    this.#slot[item] = slot;
  }

  remove(item: number): void {
    const slot = this.#slot[item];
    if (slot < 0) return;
    const next = this.#next[item];
    const previous = this.#previous[item];
    if (previous >= 0) this.#next[previous] = next;
    else this.#heads[slot] = next;
    if (next >= 0) this.#previous[next] = previous;
    this.#slot[item] = -1;
  }

  /** Lets time pass to `second`; every thing whose deadline came is taken off and handed to `due`. */
  advance(second: number, due: (item: number) => void): void {
    if (Number.isNaN(this.#now)) {
      this.#now = second;
      return;
    }
    if (second - this.#now >= this.#slots) {
      // A jump past the whole wheel: everything is due, and what is set again counts from the new time.
      this.#now = second;
      const heads = this.#heads.filter((head) => head >= 0);
      this.#heads.fill(-1);
      for (const head of heads) this.#work(head, due);
      return;
    }
    while (this.#now < second) {
      this.#now++;
      const slot = this.#now & (this.#slots - 1);
      const head = this.#heads[slot];
      this.#heads[slot] = -1;
      if (head >= 0) this.#work(head, due);
    }
  }

  /** Hands over a chain that was taken off its slot; its things may be set again meanwhile. */
  #work(head: number, due: (item: number) => void): void {
    for (let item = head; item >= 0; item = this.#next[item]) this.#slot[item] = -1;
    for (let item = head; item >= 0; ) {
      const next = this.#next[item];
      due(item);
      item = next;
    }
  }
}

function enlarged(old: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(capacity);
  bigger.set(old);
  return bigger;
}
