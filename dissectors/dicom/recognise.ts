/**
 * Telling the DICOM Upper Layer from everything else, by its bytes alone: at the head of a connection, and in
 * the middle of one. Pure. A flow taken for DICOM wrongly costs an invented device, so every rule here rests on
 * at least six bytes that must have one value.
 */
import { FROM_CLIENT, FROM_SERVER, MORE, NO, type Verdict, YES } from '../../src/core/dissector.ts';
import {
  A_ABORT,
  A_ASSOCIATE_AC,
  A_ASSOCIATE_RJ,
  A_ASSOCIATE_RQ,
  A_RELEASE_RP,
  A_RELEASE_RQ,
  ASSOCIATE_FIXED,
  lengthFits,
  MAX_ASSOCIATE_LENGTH,
  P_DATA_TF,
  PDU_HEADER,
  PDV_HEADER,
  u32be,
} from './pdu.ts';

/** What a place in the bytes is. `UNDECIDED`: so far it could be a PDU; see `LOOKAHEAD`. */
export const NOT_A_PDU = 0;
export const UNDECIDED = 1;
export const A_PDU = 2;

/** With so many bytes no place is undecided. */
export const LOOKAHEAD = 42;

const PDV_AT = PDU_HEADER;
const COMMAND_AT = PDU_HEADER + PDV_HEADER;
/** Every command set begins with its group length: (0000,0000), four bytes long (PS3.7 §6.3.1). */
const GROUP_LENGTH = [0, 0, 0, 0, 4, 0, 0, 0];

/**
 * Is `bytes[at, end)` the start of a PDU? Bytes behind `LOOKAHEAD` do not change the answer. `head`: it is the
 * start of what a side says on a connection.
 */
export function recognise(bytes: Uint8Array, at: number, end: number, head = false): 0 | 1 | 2 {
  switch (bytes[at]) {
    case A_ASSOCIATE_RQ:
    case A_ASSOCIATE_AC: {
      const found = recogniseAssociate(bytes, at, end, head);
      return found === NOT_A_PDU && head ? recogniseDisguised(bytes, at, end) : found;
    }
    case P_DATA_TF:
      return recogniseData(bytes, at, end);
    case A_ASSOCIATE_RJ:
    case A_RELEASE_RQ:
    case A_RELEASE_RP:
    case A_ABORT:
      return recogniseShort(bytes, at, end);
    default:
      return head ? recogniseDisguised(bytes, at, end) : NOT_A_PDU;
  }
}

/** Beyond are the letters that other protocols begin with. */
const LAST_CONTROL = 0x1f;
/** Protocol version and reserved bytes of an A-ASSOCIATE-RQ, behind its header (PS3.8 Table 9-11). */
const VERSION_1 = [0, 1, 0, 0];

/** An A-ASSOCIATE-RQ in all but its type or length, which no PDU has: what a fuzzer makes of one. */
function recogniseDisguised(bytes: Uint8Array, at: number, end: number): 0 | 1 | 2 {
  const seen = end - at;
  if (bytes[at] > LAST_CONTROL || (seen > 1 && bytes[at + 1] !== 0)) return NOT_A_PDU;
  for (let i = 0; i < VERSION_1.length && PDU_HEADER + i < seen; i++)
    if (bytes[at + PDU_HEADER + i] !== VERSION_1[i]) return NOT_A_PDU;
  if (seen < LOOKAHEAD) return UNDECIDED;
  return plausibleTitle(bytes, at + 10) + plausibleTitle(bytes, at + 26) === 32 ? A_PDU : NOT_A_PDU;
}

function recogniseAssociate(bytes: Uint8Array, at: number, end: number, head: boolean): 0 | 1 | 2 {
  const seen = end - at;
  if (seen > 2 && bytes[at + 2] !== 0) return NOT_A_PDU;
  if (seen > 3 && bytes[at + 3] > MAX_ASSOCIATE_LENGTH >>> 16) return NOT_A_PDU;
  if (seen >= 6 && !lengthFits(bytes[at], u32be(bytes, at + 2))) return NOT_A_PDU;
  if (seen > 6 && bytes[at + 6] !== 0) return NOT_A_PDU;
  if (seen < 10) return UNDECIDED;
  // Reserved bytes and the protocol version are what they should be in all but odd traffic, which is of interest
  // too, but only at the head of a connection, where it may be odd in two ways: what is hidden is hidden in all of them.
  const oddities =
    (bytes[at + 1] === 0 ? 0 : 1) + (bytes[at + 7] & 1 ? 0 : 1) + (bytes[at + 8] | bytes[at + 9] ? 1 : 0);
  if (oddities > (head ? 2 : 0)) return NOT_A_PDU;
  if (seen < LOOKAHEAD) return UNDECIDED;
  // The titles of a probing stranger may be odd as well.
  const wanted = oddities > 0 ? 32 : head ? 8 : 24;
  return plausibleTitle(bytes, at + 10) + plausibleTitle(bytes, at + 26) >= wanted ? A_PDU : NOT_A_PDU;
}

/** How many of an AE title's 16 bytes could be one's: printable, or NULs that pad what mostly is. */
function plausibleTitle(bytes: Uint8Array, at: number): number {
  let last = at + 16;
  while (last > at && bytes[last - 1] === 0) last--;
  let printable = 0;
  for (let i = at; i < last; i++) if (bytes[i] >= 0x20 && bytes[i] < 0x7f) printable++;
  return 2 * printable > last - at ? printable + at + 16 - last : printable;
}

function recogniseShort(bytes: Uint8Array, at: number, end: number): 0 | 1 | 2 {
  const seen = Math.min(end - at, 10);
  for (let i = 1; i < Math.min(seen, 7); i++) if (bytes[at + i] !== (i === 5 ? 4 : 0)) return NOT_A_PDU;
  const [type, second, third, fourth] = [bytes[at], bytes[at + 7], bytes[at + 8], bytes[at + 9]];
  if (type === A_ASSOCIATE_RJ) {
    if (seen > 7 && (second < 1 || second > 2)) return NOT_A_PDU;
    if (seen > 8 && (third < 1 || third > 3)) return NOT_A_PDU;
    if (seen > 9 && fourth > 10) return NOT_A_PDU;
  } else if (type === A_ABORT) {
    if (seen > 7 && second !== 0) return NOT_A_PDU;
    if (seen > 8 && third > 2) return NOT_A_PDU;
    if (seen > 9 && fourth > 6) return NOT_A_PDU;
  } else {
    if ((seen > 7 && second !== 0) || (seen > 8 && third !== 0) || (seen > 9 && fourth !== 0))
      return NOT_A_PDU;
  }
  return seen < 10 ? UNDECIDED : A_PDU;
}

function recogniseData(bytes: Uint8Array, at: number, end: number): 0 | 1 | 2 {
  const seen = end - at;
  // Nobody agrees on PDUs of 16 MiB; unlimited ones are as long as a fragment.
  if ((seen > 1 && bytes[at + 1] !== 0) || (seen > 2 && bytes[at + 2] !== 0)) return NOT_A_PDU;
  if (seen > PDV_AT && bytes[at + PDV_AT] !== 0) return NOT_A_PDU;
  if (seen < PDV_AT + 4) return UNDECIDED;
  const pdu = u32be(bytes, at + 2);
  const pdv = u32be(bytes, at + PDV_AT);
  if (pdv < 2 || pdv + 4 > pdu) return NOT_A_PDU;
  if (seen > 10 && (bytes[at + 10] & 1) === 0) return NOT_A_PDU;
  if (seen > 11 && bytes[at + 11] > 3) return NOT_A_PDU;
  // One PDV that fills its PDU to the byte is proof enough; several need a command set at their head.
  const command = (bytes[at + 11] & 1) === 1;
  if (pdv + 4 < pdu && (seen <= 11 || !command)) return seen <= 11 ? UNDECIDED : NOT_A_PDU;
  if (seen < COMMAND_AT) return UNDECIDED;
  if (!command) return pdv === 2 ? NOT_A_PDU : A_PDU;
  // A command in fragments that do not begin here is rare enough to wait for the next message.
  const compared = Math.min(GROUP_LENGTH.length, pdv - 2);
  for (let i = 0; i < compared && COMMAND_AT + i < seen; i++)
    if (bytes[at + COMMAND_AT + i] !== GROUP_LENGTH[i]) return NOT_A_PDU;
  if (seen < COMMAND_AT + compared) return UNDECIDED;
  return compared > 0 ? A_PDU : NOT_A_PDU;
}

/** Who sends a PDU of this type; P-DATA tells by its command, when that can be seen and has one sender only. */
export function probe(head: Uint8Array): Verdict {
  if (head.length === 0) return MORE;
  const found = recognise(head, 0, head.length, true);
  if (found === NOT_A_PDU) return NO;
  if (found === UNDECIDED) return head.length < LOOKAHEAD ? MORE : NO;
  switch (head[0]) {
    case A_ASSOCIATE_RQ:
      return FROM_CLIENT;
    case A_ASSOCIATE_AC:
    case A_ASSOCIATE_RJ:
      return FROM_SERVER;
    case P_DATA_TF:
      return senderOfCommand(head);
    default:
      return YES;
  }
}

/**
 * A request comes from the client, a response from the server; but C-STORE goes the other way inside a C-GET,
 * and N-EVENT-REPORT is sent by whoever provides the service.
 */
function senderOfCommand(head: Uint8Array): Verdict {
  if ((head[11] & 1) === 0) return YES;
  const end = Math.min(head.length, PDU_HEADER + 4 + u32be(head, PDV_AT));
  let at = COMMAND_AT;
  while (at + 10 <= end) {
    const element = head[at + 2] | (head[at + 3] << 8);
    const length = head[at + 4] | (head[at + 5] << 8) | (head[at + 6] << 16) | (head[at + 7] << 24);
    if (element === 0x0100 && length === 2) {
      const field = head[at + 8] | (head[at + 9] << 8);
      const operation = field & 0x7fff;
      if (operation === 0x0001 || operation === 0x0100) return YES;
      return field & 0x8000 ? FROM_SERVER : FROM_CLIENT;
    }
    if (element > 0x0100 || length < 0) return YES;
    at += 8 + length;
  }
  return YES;
}

/**
 * The first place in `bytes` where a PDU soundly starts, or -1. Where the bytes reach past the end of that PDU,
 * another must follow it. Short PDUs (release, abort, rejection) are believed at the start only: ten bytes that
 * are mostly zero are easily found in an image.
 */
export function find(bytes: Uint8Array): number {
  const length = bytes.length;
  if (length < 10) return -1;
  if (recognise(bytes, 0, length) === A_PDU && followed(bytes, 0)) return 0;
  const last = length - PDU_HEADER - PDV_HEADER;
  let at = 1;
  while (at <= last) {
    // The second and third bytes are zero in every PDU: where one is not, neither of two places can be a start.
    if (bytes[at + 2] !== 0) {
      at += 2;
      continue;
    }
    const type = bytes[at];
    if (
      (type === P_DATA_TF || type === A_ASSOCIATE_RQ || type === A_ASSOCIATE_AC) &&
      recognise(bytes, at, length) === A_PDU &&
      followed(bytes, at)
    )
      return at;
    at++;
  }
  return -1;
}

/** The variable part begins with the application context; some begin with a presentation context. */
const FIRST_ITEMS = new Set([0x10, 0x20, 0x21, 0x50]);

function followed(bytes: Uint8Array, at: number): boolean {
  const next = at + PDU_HEADER + u32be(bytes, at + 2);
  if (next < bytes.length) return recognise(bytes, next, bytes.length) !== NOT_A_PDU;
  const firstItem = bytes[at + PDU_HEADER + ASSOCIATE_FIXED];
  return bytes[at] === P_DATA_TF || firstItem === undefined || FIRST_ITEMS.has(firstItem);
}
