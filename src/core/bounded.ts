/**
 * A map that never holds more than `limit` entries. When it is full the entry least recently set or touched
 * goes, and is counted: the count is a metric, so that a table too small for its network shows.
 */
export class BoundedMap<K, V> {
  readonly #map = new Map<K, V>();
  readonly limit: number;
  readonly #onEvict: ((key: K, value: V) => void) | undefined;
  evictions = 0;
  /**
   * Where the oldest entry stands. A new iterator would walk over the holes that deleted entries left, which
   * makes evicting quadratic; this one goes on where it was. It keeps the map's former tables alive while it
   * rests, so it is let go when the map has changed much without it.
   */
  #oldest: MapIterator<K> | null = null;
  #changes = 0;

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
    if (this.#map.size >= this.limit && !this.#map.has(key)) this.#evict();
    else this.#changed();
    this.#map.set(key, value);
  }

  /** Makes an entry the most recent, so that it goes last. */
  touch(key: K): void {
    const value = this.#map.get(key);
    if (value === undefined) return;
    this.#map.delete(key);
    this.#map.set(key, value);
    this.#changed();
  }

  delete(key: K): boolean {
    this.#changed();
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

  #evict(): void {
    this.#changes = 0;
    this.#oldest ??= this.#map.keys();
    let next = this.#oldest.next();
    if (next.done) {
      this.#oldest = this.#map.keys();
      next = this.#oldest.next();
    }
    if (next.done) return;
    // All that stood before the iterator is gone: what it gives is always let go here.
    const value = this.#map.get(next.value) as V;
    this.#map.delete(next.value);
    this.evictions++;
    this.#onEvict?.(next.value, value);
  }

  #changed(): void {
    if (this.#oldest === null || ++this.#changes <= this.limit) return;
    this.#oldest = null;
    this.#changes = 0;
  }
}
