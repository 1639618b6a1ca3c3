import { Malformed } from '../../src/core/errors.ts';

/**
 * Messages of DNS (RFC 1035 §4.1), which mDNS, LLMNR and the NetBIOS name service share: bytes to values, pure.
 */
export const A = 1;
export const CNAME = 5;
export const PTR = 12;
export const HINFO = 13;
export const TXT = 16;
export const AAAA = 28;
export const SRV = 33;
/** NetBIOS (RFC 1002 §4.2.1.3). NBSTAT has the number that DNS later gave to SRV. */
export const NB = 32;
export const NBSTAT = 33;

export const CLASS_IN = 1;
export const CLASS_CHAOS = 3;

export const OPCODE_QUERY = 0;
export const OPCODE_UPDATE = 5;

export const NO_ERROR = 0;
export const NOT_IMPLEMENTED = 4;
export const REFUSED = 5;

/** A name as its labels, without the root: a label may hold any character, a dot too. */
export type Name = readonly string[];

export interface Question {
  readonly name: Name;
  readonly type: number;
  /** Without the top bit, which mDNS uses to ask for a unicast answer (RFC 6762 §5.4). */
  readonly class: number;
}

export interface Resource {
  readonly name: Name;
  readonly type: number;
  /** Without the top bit, which mDNS uses to flush caches (RFC 6762 §10.2). */
  readonly class: number;
  /** Seconds. */
  readonly ttl: number;
  /** Data are `bytes[at, end)`, which lies inside the message. */
  readonly at: number;
  readonly end: number;
}

export interface Message {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  /** AA; in LLMNR the same bit says that the name is in conflict (RFC 4795 §2.1.1). */
  readonly authoritative: boolean;
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly Resource[];
  readonly authorities: readonly Resource[];
  readonly additionals: readonly Resource[];
  /** Every record that the header counts was there, and nothing followed. */
  readonly whole: boolean;
}

const HEADER = 12;
/** RFC 1035 §3.1: octets of a name, lengths and the root included. */
const NAME_LIMIT = 255;
/** Records of one message that are read; more are of no use to an inventory. */
const RECORD_LIMIT = 512;
const QUESTION_LIMIT = 64;
const POINTER = 0xc0;

/**
 * Reads a message. One that ends too soon (TC, or cut by the capture) gives what was whole. Null: not even a header.
 * @throws Malformed when a name is impossible: a pointer that does not go back, 256 octets, an unknown label type.
 */
export function readMessage(bytes: Uint8Array): Message | null {
  if (bytes.length < HEADER) return null;
  const cursor = new Cursor(bytes);
  const id = cursor.u16();
  const flags = cursor.u16();
  const counts = [cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()];
  const questions: Question[] = [];
  let whole = counts[0] <= QUESTION_LIMIT;
  while (whole && questions.length < counts[0]) {
    const name = readName(cursor);
    if (name === null || cursor.left < 4) whole = false;
    else questions.push({ name, type: cursor.u16(), class: cursor.u16() & 0x7fff });
  }
  const sections: Resource[][] = [[], [], []];
  let total = 0;
  for (let section = 0; section < 3 && whole; section++)
    for (let n = counts[section + 1]; n > 0 && whole; n--) {
      const resource = ++total > RECORD_LIMIT ? null : readResource(cursor);
      if (resource === null) whole = false;
      else sections[section].push(resource);
    }
  return {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    rcode: flags & 15,
    questions,
    answers: sections[0],
    authorities: sections[1],
    additionals: sections[2],
    whole: whole && cursor.left === 0,
  };
}

function readResource(cursor: Cursor): Resource | null {
  const name = readName(cursor);
  if (name === null || cursor.left < 10) return null;
  const type = cursor.u16();
  const kind = cursor.u16() & 0x7fff;
  const ttl = cursor.u32();
  const length = cursor.u16();
  if (length > cursor.left) return null;
  const at = cursor.at;
  cursor.at += length;
  return { name, type, class: kind, ttl, at, end: at + length };
}

class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u16(): number {
    const { bytes, at } = this;
    this.at += 2;
    return (bytes[at] << 8) | bytes[at + 1];
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }
}

/**
 * The name at the cursor (RFC 1035 §4.1.4). Null: it runs past the end. A pointer has to go back to before the labels
 * it ends, as "a prior occurrence" does: so every name ends.
 */
function readName(cursor: Cursor): Name | null {
  const { bytes } = cursor;
  const labels: string[] = [];
  let { at } = cursor;
  let began = at;
  let octets = 1;
  let jumped = false;
  for (;;) {
    if (at >= bytes.length) return null;
    const length = bytes[at];
    if (length === 0) break;
    if (length >= POINTER) {
      if (at + 2 > bytes.length) return null;
      const target = ((length & 0x3f) << 8) | bytes[at + 1];
      if (target >= began) throw new Malformed('dns-pointer', 'a name points to itself or ahead');
      if (!jumped) cursor.at = at + 2;
      jumped = true;
      began = at = target;
      continue;
    }
    if (length > 63) throw new Malformed('dns-label', `label type ${length >> 6} is not defined`);
    octets += length + 1;
    if (octets > NAME_LIMIT) throw new Malformed('dns-name', `a name of more than ${NAME_LIMIT} octets`);
    if (at + 1 + length > bytes.length) return null;
    labels.push(text(bytes, at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (!jumped) cursor.at = at + 1;
  return labels;
}

/** A name in a record's data that may be compressed; null when it does not fit in. */
export function nameIn(bytes: Uint8Array, resource: Resource, skip = 0): Name | null {
  if (resource.at + skip >= resource.end) return null;
  const cursor = new Cursor(bytes, resource.at + skip);
  const name = readName(cursor);
  return name === null || cursor.at > resource.end ? null : name;
}

/** Character strings (RFC 1035 §3.3) of a TXT or HINFO record; what does not fit in is left out. */
export function stringsIn(bytes: Uint8Array, { at, end }: Resource): string[] {
  const strings: string[] = [];
  while (at < end) {
    const next = at + 1 + bytes[at];
    if (next > end) break;
    strings.push(text(bytes, at + 1, next));
    at = next;
  }
  return strings;
}

/** Four words of an A or AAAA record's address, as `DissectorContext.address` takes them; null when it is neither. */
export function addressIn(bytes: Uint8Array, { type, at, end }: Resource): Words | null {
  const word = (offset: number): number =>
    (bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3];
  if (type === A && end - at === 4) return { family: 4, words: [0, 0, 0xffff, word(at)] };
  if (type === AAAA && end - at === 16)
    return { family: 6, words: [word(at), word(at + 4), word(at + 8), word(at + 12)] };
  return null;
}

export interface Words {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
}

const utf8 = new TextDecoder();

/** Bytes as UTF-8 (RFC 6762 §16); what is none becomes U+FFFD, which no check of a name lets pass. */
function text(bytes: Uint8Array, from: number, to: number): string {
  let ascii = '';
  for (let at = from; at < to; at++) {
    if (bytes[at] >= 0x80) return utf8.decode(bytes.subarray(from, to));
    ascii += String.fromCharCode(bytes[at]);
  }
  return ascii;
}
