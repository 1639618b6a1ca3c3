/** Bytes looked at, and how many different ones make them random: 162 are to be expected of chance, 100 of any text. */
const LOOKED_AT = 256;
const DIFFERENT = 140;

const seen = new Uint32Array(256);
let round = 0;

/** Whether bytes are as different as only encryption, compression or noise makes them. Too few bytes never are. */
export function isRandom(bytes: Uint8Array): boolean {
  if (bytes.length < LOOKED_AT) return false;
  round = (round + 1) >>> 0;
  if (round === 0) {
    seen.fill(0);
    round = 1;
  }
  let different = 0;
  for (let at = 0; at < LOOKED_AT; at++) {
    const byte = bytes[at];
    if (seen[byte] === round) continue;
    seen[byte] = round;
    different++;
  }
  return different >= DIFFERENT;
}
