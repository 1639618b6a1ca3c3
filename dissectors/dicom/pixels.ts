/**
 * A number that says «the same pixels again» of pixel data that are never held and mostly not looked at. It is a
 * function of the bytes and of where they stand in the pixel data alone: how they were cut into packets, PDUs and
 * fragments makes no difference, so that it can be compared between two ways of one object.
 */

/** Pixel data up to this length are read whole. */
const WHOLE = 65_536;
/** Of those whose length nobody told (encapsulated ones) so much is read whole. */
const HEAD = 16_384;
/**
 * Behind that, one window of each block is looked at: four bytes of every `STRIDE` in it. A window holds whole rows of
 * an image, so that no column is out of sight; where it stands is told by what was read before, which differs from
 * slice to slice, and so do the rows.
 */
const BLOCK = 16_384;
const WINDOW = 4096;
const STRIDE = 68;
const WORD = 4;

/** Four bytes at a time are twice as fast as one by one. Segments are views of one buffer as a rule. */
let view: DataView = new DataView(new ArrayBuffer(0));

function viewOf({ buffer }: Uint8Array): DataView {
  if (view.buffer !== buffer) view = new DataView(buffer);
  return view;
}

export class PixelDigest {
  /** Bytes of the pixel data that went by. */
  #offset = 0;
  /** Where the next word to be read (or the rest of it) stands, how far the one behind it is from there, and where the window ends. */
  #next = 0;
  #stride = WORD;
  #until = 0;
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
    this.#next = 0;
    this.#stride = WORD;
    this.#until = length < 0 ? HEAD : length <= WHOLE ? Number.POSITIVE_INFINITY : 0;
    this.#advance(0);
  }

  /** So many of the bytes that follow are not looked at. Short ways inside a window are not worth a detour. */
  get unneeded(): number {
    const distance = this.#next - this.#offset;
    return distance >= STRIDE ? distance : 0;
  }

  /** Passes over bytes that are not needed. */
  pass(length: number): void {
    this.#offset += length;
  }

  /** The next bytes, needed or not. */
  take(bytes: Uint8Array, start: number, end: number): void {
    const base = start - this.#offset;
    const stop = end - base;
    while (this.#next < stop) {
      if (this.#filled === 0 && this.#next + WORD <= stop) this.#words(bytes, base, stop);
      else this.#part(bytes, base, stop);
    }
    this.#offset = stop;
  }

  /** Reads whole words, as long as they stand before `stop`; the first byte of the pixel data would stand at `base`. */
  #words(bytes: Uint8Array, base: number, stop: number): void {
    const words = viewOf(bytes);
    const first = bytes.byteOffset + base;
    const end = Math.min(stop - WORD + 1, this.#until);
    const stride = this.#stride;
    let hash = this.#hash;
    let at = this.#next;
    for (; at < end; at += stride) hash = scramble(hash, words.getInt32(first + at, true));
    this.#hash = hash;
    this.#advance(at);
  }

  /** Reads what is there of a word that comes in parts. */
  #part(bytes: Uint8Array, base: number, stop: number): void {
    let at = this.#next;
    while (at < stop && this.#filled < WORD) this.#word |= bytes[base + at++] << (8 * this.#filled++);
    this.#next = at;
    if (this.#filled < WORD) return;
    this.#hash = scramble(this.#hash, this.#word);
    this.#word = 0;
    this.#filled = 0;
    this.#advance(at - WORD + this.#stride);
  }

  /** On to the word at `at`, or to the next window. */
  #advance(at: number): void {
    this.#next = at;
    if (at < this.#until) return;
    const block = Math.ceil(this.#until / BLOCK) * BLOCK;
    // All is a multiple of a word, so that no two overlap.
    const place = (this.#hash >>> 18) % (BLOCK - WINDOW);
    this.#next = block + place - (place % WORD);
    this.#until = this.#next + WINDOW;
    this.#stride = STRIDE;
  }

  /** 32 bits, when all went by. */
  get value(): number {
    let hash = scramble(this.#hash, this.#filled > 0 ? this.#word : 0) ^ this.#offset;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}

/** One round of MurmurHash3 (public domain, 32 bits). */
function scramble(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = hash ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
