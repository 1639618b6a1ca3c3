/**
 * Who makes a network card, by the prefix the IEEE assigned: a table of 53,730 prefixes packed into typed
 * arrays (1.2 MB; the package it is made from takes 41 MB of memory and 95 ms when loaded).
 *
 * Layout, little-endian: `AUSV`, version (u32), then for prefixes of 24, 28 and 36 bits their number (3 × u32),
 * the number of names (u32) and their bytes (u32); then the prefixes of each length, ascending (u32 each, but
 * the 36-bit ones as u32 high 24 bits and u16 low 12 bits in two arrays), the name index of each (u16), the end
 * of each name in the text (u32), the text (UTF-8).
 */
const MAGIC = 0x56535541;
const VERSION = 1;
const HEADER = 28;
const NAME_LIMIT = 65_536;

/** Packs prefix (6, 7 or 9 hexadecimal digits) → name. Entries of other lengths are left out. */
export function packVendors(entries: Iterable<readonly [prefix: string, name: string]>): Uint8Array {
  const byLength = new Map<number, [prefix: number, name: number][]>([
    [6, []],
    [7, []],
    [9, []],
  ]);
  const names = new Map<string, number>();
  for (const [prefix, name] of entries) {
    const list = byLength.get(prefix.length);
    if (list === undefined || !/^[0-9a-f]+$/i.test(prefix) || name === '') continue;
    let index = names.get(name);
    if (index === undefined) {
      if (names.size >= NAME_LIMIT) throw new RangeError(`more than ${NAME_LIMIT} vendor names`);
      index = names.size;
      names.set(name, index);
    }
    list.push([Number.parseInt(prefix, 16), index]);
  }
  const lists = [...byLength.values()];
  for (const list of lists) list.sort((a, b) => a[0] - b[0]);
  const text = Buffer.from([...names.keys()].join(''));
  const [short, middle, long] = lists;
  const total = short.length + middle.length + long.length;
  const out = Buffer.alloc(HEADER + 4 * total + 2 * long.length + 2 * total + 4 * names.size + text.length);
  let at = 0;
  const u32 = (value: number) => {
    at = out.writeUInt32LE(value, at);
  };
  const u16 = (value: number) => {
    at = out.writeUInt16LE(value, at);
  };
  for (const value of [MAGIC, VERSION, short.length, middle.length, long.length, names.size, text.length])
    u32(value);
  for (const [prefix] of short) u32(prefix);
  for (const [prefix] of middle) u32(prefix);
  for (const [prefix] of long) u32(Math.floor(prefix / 4096));
  // The name ends come before what is 16 bits wide, so that every array starts at a multiple of its width.
  let end = 0;
  for (const name of names.keys()) u32((end += Buffer.byteLength(name)));
  for (const [prefix] of long) u16(prefix % 4096);
  for (const list of lists) for (const [, name] of list) u16(name);
  out.set(text, at);
  return out;
}

/** A packed table, looked up by binary search. */
export class VendorTable {
  readonly #short: Uint32Array;
  readonly #middle: Uint32Array;
  readonly #long: Uint32Array;
  readonly #longLow: Uint16Array;
  readonly #names: Uint16Array;
  readonly #ends: Uint32Array;
  readonly #text: Uint8Array;

  /** Throws RangeError when `bytes` is no such table. */
  constructor(bytes: Uint8Array) {
    // A copy: typed arrays need an aligned start, which a Buffer from a pool does not have.
    const { buffer } = Uint8Array.from(bytes);
    const head = new Uint32Array(buffer.slice(0, HEADER));
    const [magic, version, short, middle, long, names, text] = head;
    const total = short + middle + long;
    const size = HEADER + 6 * total + 2 * long + 4 * names + text;
    if (magic !== MAGIC || version !== VERSION || size !== bytes.length)
      throw new RangeError('not a table of vendors');
    let at = HEADER;
    const words = (count: number) => {
      const array = new Uint32Array(buffer, at, count);
      at += 4 * count;
      return array;
    };
    const halves = (count: number) => {
      const array = new Uint16Array(buffer, at, count);
      at += 2 * count;
      return array;
    };
    this.#short = words(short);
    this.#middle = words(middle);
    this.#long = words(long);
    this.#ends = words(names);
    this.#longLow = halves(long);
    this.#names = halves(total);
    this.#text = new Uint8Array(buffer, at, text);
  }

  /**
   * The name registered for a MAC address (48-bit integer): of its 36-bit prefix, else its 28-bit one, else
   * its 24-bit one. Null where there is none, and for addresses somebody made up (locally administered) or
   * that name a group.
   */
  vendor(mac: number): string | null {
    if (!(mac >= 0 && mac < 2 ** 48)) return null;
    const high = Math.floor(mac / 2 ** 24);
    if (((high >>> 16) & 3) !== 0) return null;
    const low = mac % 2 ** 24;
    const { length: short } = this.#short;
    const { length: middle } = this.#middle;
    let at = this.#findLong(high, low >>> 12);
    if (at >= 0) return this.#name(short + middle + at);
    at = find(this.#middle, high * 16 + (low >>> 20));
    if (at >= 0) return this.#name(short + at);
    at = find(this.#short, high);
    return at >= 0 ? this.#name(at) : null;
  }

  #findLong(high: number, low: number): number {
    let from = 0;
    let to = this.#long.length - 1;
    while (from <= to) {
      const middle = (from + to) >>> 1;
      const difference = this.#long[middle] - high || this.#longLow[middle] - low;
      if (difference === 0) return middle;
      if (difference < 0) from = middle + 1;
      else to = middle - 1;
    }
    return -1;
  }

  #name(entry: number): string {
    const index = this.#names[entry];
    const start = index === 0 ? 0 : this.#ends[index - 1];
    return Buffer.from(
      this.#text.buffer,
      this.#text.byteOffset + start,
      this.#ends[index] - start,
    ).toString();
  }
}

function find(prefixes: Uint32Array, wanted: number): number {
  let from = 0;
  let to = prefixes.length - 1;
  while (from <= to) {
    const middle = (from + to) >>> 1;
    const difference = prefixes[middle] - wanted;
    if (difference === 0) return middle;
    if (difference < 0) from = middle + 1;
    else to = middle - 1;
  }
  return -1;
}
