/**
 * A number that says «the same pixels again» of pixel data that are never held and mostly not looked at. It is a
 * function of the bytes and of where they stand in the pixel data alone: how they were cut into packets, PDUs and
 * fragments makes no difference, so that it can be compared between two ways of one object.
 */

/** Pixel data up to this length are read whole. */
const WHOLE = 65_536;
/** Of those whose length nobody told (encapsulated ones) so much is read whole. */
const HEAD = 16_384;
/** Behind that, `SAMPLE` bytes of every block are read. Powers of two. */
const BLOCK = 16_384;
const SAMPLE = 512;

/** Four bytes at a time are twice as fast as one by one. Segments are views of one buffer as a rule. */
let view: DataView = new DataView(new ArrayBuffer(0));

function viewOf({ buffer }: Uint8Array): DataView {
  if (view.buffer !== buffer) view = new DataView(buffer);
  return view;
}

export class PixelDigest {
  /** Bytes of the pixel data that went by. */
  #offset = 0;
  /** What is to be read next stands in `[from, to)`. */
  #from = 0;
  #to = 0;
  #hash = 0;
  /** Bytes of the word that is being filled, and how many. */
  #word = 0;
  #filled = 0;

  /** Begins; `length` in bytes, -1 when it is not known. */
  start(length: number): void {
    this.#offset = 0;
    this.#hash = 0;
    this.#word = 0;
    this.#filled = 0;
    this.#from = 0;
    this.#to = length < 0 ? HEAD : length <= WHOLE ? Number.POSITIVE_INFINITY : 0;
    if (this.#to === 0) this.#nextSample();
  }

  /** So many of the bytes that follow are not looked at. */
  get unneeded(): number {
    return Math.max(0, this.#from - this.#offset);
  }

  /** Passes over bytes that are not needed. */
  pass(length: number): void {
    this.#offset += length;
  }

  /** The next bytes, needed or not. */
  take(bytes: Uint8Array, start: number, end: number): void {
    const base = start - this.#offset;
    const stop = end - base;
    while (this.#from < stop) {
      const from = Math.max(this.#from, this.#offset);
      const to = Math.min(this.#to, stop);
      this.#mix(bytes, base + from, base + to);
      this.#offset = to;
      if (to < this.#to) return;
      this.#nextSample();
    }
    this.#offset = stop;
  }

  /** 32 bits, when all went by. */
  get value(): number {
    let hash = scramble(this.#hash, this.#filled > 0 ? this.#word : 0) ^ this.#offset;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  /**
   * The sample of the block behind the last one. It stands in another place of every block (by multiples of the
   * golden ratio, which spread evenly): rows of an image are powers of two bytes long, and samples in one place
   * would all be of the same few columns.
   */
  #nextSample(): void {
    const block = Math.ceil(this.#to / BLOCK);
    const place = (Math.imul(block, 0x9e3779b1) >>> 16) * (BLOCK - SAMPLE);
    this.#from = block * BLOCK + ((place >>> 16) & ~3);
    this.#to = this.#from + SAMPLE;
  }

  #mix(bytes: Uint8Array, start: number, end: number): void {
    let hash = this.#hash;
    let at = start;
    while (this.#filled > 0 && at < end) {
      this.#word |= bytes[at++] << (8 * this.#filled++);
      if (this.#filled < 4) continue;
      hash = scramble(hash, this.#word);
      this.#word = 0;
      this.#filled = 0;
    }
    const words = viewOf(bytes);
    const { byteOffset } = bytes;
    for (; at + 4 <= end; at += 4) hash = scramble(hash, words.getInt32(byteOffset + at, true));
    while (at < end) this.#word |= bytes[at++] << (8 * this.#filled++);
    this.#hash = hash;
  }
}

/** One round of MurmurHash3 (public domain, 32 bits). */
function scramble(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = hash ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
