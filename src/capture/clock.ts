import type { Micros } from '../core/time.ts';

const TWO_32 = 2 ** 32;

/** Doubles hold quarters of a microsecond below this (until 2041), halves beyond. */
const QUARTERS_UNTIL = 2 ** 51;

/**
 * `whole` microseconds and a fraction in [0, 1), rounded down to what a double still holds: rounding to the
 * nearest would carry .999 into the next microsecond, and every printed time would be wrong by one.
 */
export function withFraction(whole: Micros, fraction: number): Micros {
  const parts = whole < QUARTERS_UNTIL ? 4 : 2;
  return whole + Math.floor(fraction * parts) / parts;
}

const COARSE = 0;
const DECIMAL = 1;
const BINARY = 2;
const BINARY_LONG = 3;

/**
 * An interface's clock (pcapng: if_tsresol and if_tsoffset). Time stamps come as two 32-bit halves of a count
 * of units, which a double cannot hold for nanoseconds since 1970; the halves are scaled apart with factors
 * worked out once, so that no packet needs a BigInt.
 */
export class Clock {
  readonly #kind: 0 | 1 | 2 | 3;
  readonly #offset: Micros;
  /** COARSE: microseconds a unit. DECIMAL: units a microsecond. BINARY: units a second. BINARY_LONG: 2^32 units a second. */
  readonly #scale: number;
  /** DECIMAL: whole microseconds in 2^32 units, and the units left over. */
  readonly #wholeHigh: number = 0;
  readonly #restHigh: number = 0;

  /** `resolution`: if_tsresol as written, 6 when absent. `offset`: seconds to add. */
  constructor(resolution = 6, offset = 0) {
    this.#offset = offset * 1e6;
    const exponent = resolution & 0x7f;
    if (resolution & 0x80) {
      this.#kind = exponent <= 32 ? BINARY : BINARY_LONG;
      this.#scale = exponent <= 32 ? 2 ** exponent : 2 ** (exponent - 32);
    } else if (exponent <= 6) {
      this.#kind = COARSE;
      this.#scale = 10 ** (6 - exponent);
    } else {
      this.#kind = DECIMAL;
      this.#scale = 10 ** (exponent - 6);
      this.#wholeHigh = Math.floor(TWO_32 / this.#scale);
      this.#restHigh = TWO_32 - this.#wholeHigh * this.#scale;
    }
  }

  /** The time of `high * 2^32 + low` units: exact to the microsecond, fractions rounded down. */
  micros(high: number, low: number): Micros {
    const scale = this.#scale;
    if (this.#kind === COARSE) return (high * TWO_32 + low) * scale + this.#offset;
    if (this.#kind === DECIMAL) {
      const units = high * this.#restHigh + low;
      const whole = Math.floor(units / scale);
      return withFraction(high * this.#wholeHigh + whole + this.#offset, (units - whole * scale) / scale);
    }
    let seconds: number;
    let fraction: number;
    if (this.#kind === BINARY) {
      const below = Math.floor(low / scale);
      seconds = high * (TWO_32 / scale) + below;
      fraction = (low - below * scale) / scale;
    } else {
      seconds = Math.floor(high / scale);
      fraction = (high - seconds * scale + low / TWO_32) / scale;
    }
    const micros = fraction * 1e6;
    const whole = Math.floor(micros);
    return withFraction(seconds * 1e6 + whole + this.#offset, micros - whole);
  }
}
