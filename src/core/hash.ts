/**
 * HalfSipHash-2-4 with a 64-bit result (Aumasson and Bernstein, https://github.com/veorq/SipHash): a keyed
 * hash made of 32-bit operations only, which JavaScript does fast. It turns a patient's identity into a
 * number pair that says «the same patient again» and nothing else; the key never leaves the process or its
 * state folder.
 */
export class KeyedHash {
  readonly #k0: number;
  readonly #k1: number;
  /** The two halves of the last result. */
  low = 0;
  high = 0;

  /** `key`: eight bytes. */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
    this.#k0 = view.getInt32(0, true);
    this.#k1 = view.getInt32(4, true);
  }

  /** The hash of a text's UTF-16 code units: see `bytes`. */
  text(value: string): number {
    const bytes = new Uint8Array(value.length * 2);
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      bytes[2 * i] = unit & 255;
      bytes[2 * i + 1] = unit >>> 8;
    }
    return this.bytes(bytes, 0, bytes.length);
  }

  /**
   * The hash of `bytes[start, end)` as one integer of the 53 bits that a number holds exactly: among a million
   * values two are taken for one with a probability of one in twenty thousand.
   */
  bytes(bytes: Uint8Array, start: number, end: number): number {
    this.update(bytes, start, end);
    return (this.high >>> 11) * 2 ** 32 + (this.low >>> 0);
  }

  /** As `bytes`, leaving all 64 bits in `low` and `high`. */
  update(bytes: Uint8Array, start: number, end: number): void {
    let v0 = this.#k0;
    let v1 = this.#k1 ^ 0xee;
    let v2 = 0x6c796765 ^ this.#k0;
    let v3 = 0x74656462 ^ this.#k1;
    const length = end - start;
    const whole = start + (length & ~3);
    const blocks = (length >>> 2) + 1;
    let at = start;
    for (let block = 0; block < blocks; block++) {
      let word: number;
      if (at < whole) {
        word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
        at += 4;
      } else {
        word = length << 24;
        if (end - whole > 0) word |= bytes[whole];
        if (end - whole > 1) word |= bytes[whole + 1] << 8;
        if (end - whole > 2) word |= bytes[whole + 2] << 16;
      }
      v3 ^= word;
      for (let round = 0; round < 2; round++) {
        v0 = (v0 + v1) | 0;
        v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
        v0 = (v0 << 16) | (v0 >>> 16);
        v2 = (v2 + v3) | 0;
        v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
        v0 = (v0 + v3) | 0;
        v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
        v2 = (v2 + v1) | 0;
        v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
        v2 = (v2 << 16) | (v2 >>> 16);
      }
      v0 ^= word;
    }
    v2 ^= 0xee;
    for (let half = 0; half < 2; half++) {
      for (let round = 0; round < 4; round++) {
        v0 = (v0 + v1) | 0;
        v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
        v0 = (v0 << 16) | (v0 >>> 16);
        v2 = (v2 + v3) | 0;
        v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
        v0 = (v0 + v3) | 0;
        v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
        v2 = (v2 + v1) | 0;
        v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
        v2 = (v2 << 16) | (v2 >>> 16);
      }
      if (half === 0) {
        this.low = v1 ^ v3;
        v1 ^= 0xdd;
      } else {
        this.high = v1 ^ v3;
      }
    }
  }
}
