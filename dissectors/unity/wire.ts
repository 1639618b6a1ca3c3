/**
 * Broadcasts of GE's Unity (CARESCAPE, "Mission Critical") network as far as they are publicly documented: bytes →
 * values. Pure. Bytes count from 1 in the public description and from 0 here.
 */

/** Sender's IPv4 address: bytes 7 to 10. */
const ADDRESS = 6;
/** `unit|room`: bytes 25 to 37, filled up with zeros. */
const LOCATION = 24;
const LOCATION_END = LOCATION + 13;
const LONGEST_UNIT = 7;
const LONGEST_ROOM = 6;
/** Seconds since 1900 in a time message: bytes 61 to 64. */
const SECONDS = 60;
export const TIME_LENGTH = 64;

/** Whether the sender's address stands where every node puts it. `ipv4`: the address that the datagram came from. */
export function namesSender(bytes: Uint8Array, ipv4: number): boolean {
  return (
    bytes.length >= LOCATION_END &&
    bytes[ADDRESS] === ipv4 >>> 24 &&
    bytes[ADDRESS + 1] === ((ipv4 >>> 16) & 255) &&
    bytes[ADDRESS + 2] === ((ipv4 >>> 8) & 255) &&
    bytes[ADDRESS + 3] === (ipv4 & 255)
  );
}

/** `unit|room`; '' when nothing of the kind stands there. */
export function location(bytes: Uint8Array): string {
  let text = '';
  let at = LOCATION;
  for (; at < LOCATION_END && bytes[at] !== 0; at++) {
    if (bytes[at] < 0x20 || bytes[at] > 0x7e) return '';
    text += String.fromCharCode(bytes[at]);
  }
  for (; at < LOCATION_END; at++) if (bytes[at] !== 0) return '';
  const bar = text.indexOf('|');
  const room = text.length - bar - 1;
  const fits =
    bar > 0 && bar <= LONGEST_UNIT && room > 0 && room <= LONGEST_ROOM && text.indexOf('|', bar + 1) < 0;
  return fits ? text : '';
}

/** 1 January 2000 and 2036, where the count of seconds ends. */
const YEAR_2000 = 3_155_673_600;

/** Whether a time of this century stands where a time message has it. */
export function isTime(bytes: Uint8Array): boolean {
  if (bytes.length !== TIME_LENGTH) return false;
  const seconds =
    bytes[SECONDS] * 2 ** 24 + (bytes[SECONDS + 1] << 16) + (bytes[SECONDS + 2] << 8) + bytes[SECONDS + 3];
  return seconds >= YEAR_2000;
}
