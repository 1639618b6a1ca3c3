/**
 * The options of a SYN (RFC 9293 §3.1, §3.2) as one number and as text. Pure. The order in which a TCP writes its
 * options is its own, and stands in no standard.
 */

/** Names of the options by a digit of base 16; what has no digit of its own is `?`. */
const NAMES = ['', 'eol', 'nop', 'mss', 'ws', 'sok', 'ts', 'sack', '?', 'tfo', 'mptcp', 'md5'] as const;
const EOL = 1;
const NOP = 2;
const MSS = 3;
const WINDOW_SCALE = 4;
const UNKNOWN = 8;

/** Option kinds (IANA, «TCP Parameters») to digits. */
const DIGITS = new Uint8Array(256).fill(UNKNOWN);
for (const [kind, digit] of [
  [0, EOL],
  [1, NOP],
  [2, MSS],
  [3, WINDOW_SCALE],
  [4, 5],
  [5, 7],
  [8, 6],
  [19, 11],
  [30, 10],
  [34, 9],
] as const)
  DIGITS[kind] = digit;

/** So many digits of base 16 a number holds exactly. */
const OPTIONS_LIMIT = 13;
export const NO_SCALE = 256;

/** Filled by `readOptions`, again for every packet. */
export const options = {
  /** The kinds in order, as digits of base 16. */
  layout: 0,
  mss: 0,
  /** Shift count; NO_SCALE. */
  scale: NO_SCALE,
};

/** Reads `bytes[at, at + length)` into `options`; false when they are cut, broken, or more than are told apart. */
export function readOptions(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length;
  options.layout = 0;
  options.mss = 0;
  options.scale = NO_SCALE;
  if (end > bytes.length) return false;
  for (let count = 0; at < end; count++) {
    if (count === OPTIONS_LIMIT) return false;
    const digit = DIGITS[bytes[at]];
    options.layout = options.layout * 16 + digit;
    // What follows the end of the list is padding.
    if (digit === EOL) return true;
    if (digit === NOP) {
      at++;
      continue;
    }
    const size = at + 1 < end ? bytes[at + 1] : 0;
    if (size < 2 || at + size > end) return false;
    if (digit === MSS && size === 4) options.mss = (bytes[at + 2] << 8) | bytes[at + 3];
    else if (digit === WINDOW_SCALE && size === 3) options.scale = bytes[at + 2];
    at += size;
  }
  return true;
}

/** Such as `mss,sok,ts,nop,ws`. */
export function layoutText(layout: number): string {
  const names: string[] = [];
  for (let rest = layout; rest > 0; rest = Math.floor(rest / 16)) names.push(NAMES[rest % 16] || '?');
  return names.reverse().join(',');
}
