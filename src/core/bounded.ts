/**
 * A map that never holds more than `limit` entries. When it is full the entry least recently set or touched
 * goes, and is counted: the count is a metric, so that a table too small for its network shows.
 */
export class BoundedMap<K, V> {
  readonly #map = new Map<K, V>();
  readonly limit: number;
  readonly #onEvict: ((key: K, value: V) => void) | undefined;
  evictions = 0;

  constructor(limit: number, onEvict?: (key: K, value: V) => void) {
    this.limit = limit;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** Adds or replaces; the entry becomes the most recent. */
  set(key: K, value: V): void {
    if (this.#map.size >= this.limit && !this.#map.has(key)) {
      const oldest = this.#map.entries().next().value;
      if (oldest !== undefined) {
        this.#map.delete(oldest[0]);
        this.evictions++;
        this.#onEvict?.(oldest[0], oldest[1]);
      }
    }
    this.#map.set(key, value);
  }

  /** Makes an entry the most recent, so that it goes last. */
  touch(key: K): void {
    const value = this.#map.get(key);
    if (value === undefined) return;
    this.#map.delete(key);
    this.#map.set(key, value);
  }

  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  clear(): void {
    this.#map.clear();
  }

  keys(): MapIterator<K> {
    return this.#map.keys();
  }

  values(): MapIterator<V> {
    return this.#map.values();
  }

  entries(): MapIterator<[K, V]> {
    return this.#map.entries();
  }
}
