/** Where counts of labels beyond a limit go. */
export const OTHER = 'other';

interface Cell {
  count: number;
}

/**
 * Counts by label. The wire chooses the labels, so their number is bounded: once `limit` distinct ones are
 * known, new ones are counted together under `other`.
 */
export class Counts {
  readonly #cells = new Map<string, Cell>();
  readonly #limit: number;

  constructor(limit = 256) {
    this.#limit = limit;
  }

  add(label: string, count = 1): void {
    const cell = this.#cells.get(label);
    if (cell !== undefined) cell.count += count;
    else this.#admit(label, count);
  }

  #admit(label: string, count: number): void {
    if (this.#cells.size < this.#limit) {
      this.#cells.set(label, { count });
      return;
    }
    const other = this.#cells.get(OTHER);
    if (other !== undefined) other.count += count;
    else this.#cells.set(OTHER, { count });
  }

  get(label: string): number {
    return this.#cells.get(label)?.count ?? 0;
  }

  get size(): number {
    return this.#cells.size;
  }

  /** Sorted by label, so that it prints the same whichever came first. */
  entries(): [label: string, count: number][] {
    const entries: [string, number][] = [];
    for (const [label, cell] of this.#cells) entries.push([label, cell.count]);
    return entries.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.entries());
  }
}

/** Counts of a distribution in seconds, cumulated only when read, as Prometheus wants it. */
export class Distribution {
  /** Upper bounds of the buckets in seconds, ascending; what is above the last is in `count` only. */
  readonly bounds: readonly number[];
  /** One per bound, not cumulated. */
  readonly buckets: number[];
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.buckets = bounds.map(() => 0);
  }

  /** A negative duration (packets out of order) counts as none. */
  observe(seconds: number): void {
    const value = seconds > 0 ? seconds : 0;
    this.sum += value;
    this.count++;
    const { bounds } = this;
    for (let i = 0; i < bounds.length; i++) {
      if (value <= bounds[i]) {
        this.buckets[i]++;
        return;
      }
    }
  }

  /** The value below which `share` of the observations lie, interpolated in its bucket; null when empty. */
  quantile(share: number): number | null {
    if (this.count === 0) return null;
    const rank = share * this.count;
    let seen = 0;
    for (let i = 0; i < this.bounds.length; i++) {
      const inside = this.buckets[i];
      if (inside > 0 && seen + inside >= rank) {
        const low = i === 0 ? 0 : this.bounds[i - 1];
        return low + ((this.bounds[i] - low) * (rank - seen)) / inside;
      }
      seen += inside;
    }
    return this.bounds[this.bounds.length - 1];
  }
}
