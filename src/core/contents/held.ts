/** Bytes that documents may keep back for all readers of one analysis together. */
export const HELD_LIMIT = 16 << 20;

const held = new WeakMap<object, { bytes: number }>();

/** Bytes kept until there are enough of them. What all of an analysis keep together is limited: a flood of documents is read less, not kept. */
export class HeldBytes {
  readonly #total: { bytes: number };
  readonly #limit: number;
  #room: Uint8Array<ArrayBuffer> | null = null;
  length = 0;

  /** `analysis`: the same object for all readers of an analysis. `limit`: bytes kept here at most. */
  constructor(analysis: object, limit: number) {
    let total = held.get(analysis);
    if (total === undefined) {
      total = { bytes: 0 };
      held.set(analysis, total);
    }
    this.#total = total;
    this.#limit = limit;
  }

  /** Takes as many of `bytes[start, end)` as there is room for, and says how many those are. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const taken = Math.min(end - start, this.#limit - this.length);
    if (taken <= 0 || !this.#grow(this.length + taken)) return 0;
    this.#room!.set(bytes.subarray(start, start + taken), this.length);
    this.length += taken;
    return taken;
  }

  view(): Uint8Array {
    return this.#room === null ? EMPTY : this.#room.subarray(0, this.length);
  }

  /** Forgets the bytes, and keeps the room for the next ones. */
  clear(): void {
    this.length = 0;
  }

  release(): void {
    if (this.#room !== null) this.#total.bytes -= this.#room.length;
    this.#room = null;
    this.length = 0;
  }

  #grow(wanted: number): boolean {
    const before = this.#room?.length ?? 0;
    if (wanted <= before) return true;
    const size = Math.min(this.#limit, Math.max(256, 2 ** Math.ceil(Math.log2(wanted))));
    if (this.#total.bytes + size - before > HELD_LIMIT) return false;
    const bigger = new Uint8Array(size);
    if (this.#room !== null) bigger.set(this.#room.subarray(0, this.length));
    this.#total.bytes += size - before;
    this.#room = bigger;
    return true;
  }
}
const EMPTY = new Uint8Array(0);
