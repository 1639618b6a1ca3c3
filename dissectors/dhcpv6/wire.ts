/**
 * Messages of DHCPv6 (RFC 8415 §8): type, transaction ID of three bytes, options of 16 bits code and 16 bits length. A
 * relay wraps a message into one of its own (§9), whose option 9 holds it.
 */
import { lineOf } from '../../src/core/told.ts';
export const ADVERTISE = 2;
export const REPLY = 7;
const RELAY_FORW = 12;
const RELAY_REPL = 13;
/** The last message type that is assigned (RFC 8156). */
const LAST_TYPE = 36;

export const CLIENT_ID = 1;
const SERVER_ID = 2;
const IA_NA = 3;
const IA_TA = 4;
const IA_ADDRESS = 5;
export const OPTION_REQUEST = 6;
const RELAY_MESSAGE = 9;
const STATUS_CODE = 13;
export const VENDOR_CLASS = 16;
export const CLIENT_FQDN = 39;
/** RFC 6939: written by the first relay. */
const CLIENT_LINK_LAYER_ADDRESS = 79;

/** DUIDs that are made from a link-layer address (§11.2, §11.4), and the hardware types that have a MAC address. */
const DUID_LLT = 1;
const DUID_LL = 3;
const ETHERNET = 1;
const IEEE_802 = 6;

/** §7.6: relays do not pass on what already went through so many. */
const HOP_COUNT_LIMIT = 8;
/** Addresses of one reply that are kept. */
const ADDRESS_LIMIT = 16;

/** Four words in network order. */
export type Words = readonly [number, number, number, number];

export interface Message {
  /** Of the client's or the server's message, with all relays' taken off. */
  readonly type: number;
  readonly transaction: number;
  readonly options: Options;
  /** The client's address as the first relay saw it; null without relay. */
  readonly peer: Words | null;
  /** The client's MAC as the first relay saw it (48-bit integer); -1. */
  readonly peerMac: number;
}

/** The first option of each code; of the identity associations all, each from where its own options begin. */
export interface Options {
  readonly first: ReadonlyMap<number, Uint8Array>;
  readonly associations: readonly Uint8Array[];
  /** All of them fitted. */
  readonly whole: boolean;
}

/** Reads a message, out of its relays' if it came through some; null for what is none. */
export function readMessage(bytes: Uint8Array): Message | null {
  let inner = bytes;
  let peer: Words | null = null;
  let peerMac = -1;
  for (let hops = 0; hops <= HOP_COUNT_LIMIT; hops++) {
    const type = inner[0];
    if (!(type >= 1 && type <= LAST_TYPE)) return null;
    if (type !== RELAY_FORW && type !== RELAY_REPL) {
      const options = readOptions(inner, 4);
      // A capture may have been cut; then it must at least have said who is speaking.
      const known = options.first.has(CLIENT_ID) || options.first.has(SERVER_ID);
      if (inner.length < 4 || !(known || (options.whole && options.first.size > 0))) return null;
      const transaction = (inner[1] << 16) | (inner[2] << 8) | inner[3];
      return { type, transaction, options, peer, peerMac };
    }
    // Hop count, link address, peer address.
    if (inner.length < 34) return null;
    const { first } = readOptions(inner, 34);
    peer = wordsOf(inner, 18);
    peerMac = linkLayerAddress(first.get(CLIENT_LINK_LAYER_ADDRESS) ?? NOTHING, 0);
    const wrapped = first.get(RELAY_MESSAGE);
    if (wrapped === undefined) return null;
    inner = wrapped;
  }
  return null;
}

const NOTHING = new Uint8Array(0);

function readOptions(bytes: Uint8Array, start: number): Options {
  const first = new Map<number, Uint8Array>();
  const associations: Uint8Array[] = [];
  let at = start;
  while (at + 4 <= bytes.length) {
    const code = u16(bytes, at);
    const value = at + 4;
    const next = value + u16(bytes, at + 2);
    // Code 0 is reserved: this is something else, or padding.
    if (code === 0 || next > bytes.length) break;
    const option = bytes.subarray(value, next);
    if (!first.has(code)) first.set(code, option);
    // An IAID, and two times before the options of an IA_NA (§21.4, §21.5).
    if (code === IA_NA) associations.push(option.subarray(12));
    else if (code === IA_TA) associations.push(option.subarray(4));
    at = next;
  }
  return { first, associations, whole: at === bytes.length };
}

/** The addresses that a reply assigns, without those it takes back or refuses. */
export function assignedAddresses(options: Options): Words[] {
  const addresses: Words[] = [];
  for (const association of options.associations)
    for (const [code, value] of optionsIn(association, 0)) {
      if (code !== IA_ADDRESS || value.length < 24 || addresses.length >= ADDRESS_LIMIT) continue;
      const validLifetime = word32(value, 20);
      if (validLifetime !== 0 && !refuses(value)) addresses.push(wordsOf(value, 0));
    }
  return addresses;
}

function* optionsIn(bytes: Uint8Array, start: number): IterableIterator<[number, Uint8Array]> {
  for (let at = start; at + 4 <= bytes.length; ) {
    const next = at + 4 + u16(bytes, at + 2);
    if (next > bytes.length) return;
    yield [u16(bytes, at), bytes.subarray(at + 4, next)];
    at = next;
  }
}

/** A status code in the options of an address that is not success (§21.13). */
function refuses(address: Uint8Array): boolean {
  for (const [code, value] of optionsIn(address, 24))
    if (code === STATUS_CODE && value.length >= 2 && u16(value, 0) !== 0) return true;
  return false;
}

/** The MAC in a DUID (§11.2, §11.4): of one of the client's interfaces, when the DUID was made; -1. */
export function macOfDuid(duid: Uint8Array): number {
  if (duid.length < 4) return -1;
  const type = u16(duid, 0);
  if (type === DUID_LL) return linkLayerAddress(duid.subarray(2), 0);
  // The time when it was made stands between hardware type and address.
  return type === DUID_LLT ? linkLayerAddress(duid.subarray(2), 4) : -1;
}

/** Hardware type, `skipped` bytes, and a MAC address; -1 for any other. */
function linkLayerAddress(bytes: Uint8Array, skipped: number): number {
  const at = 2 + skipped;
  if (bytes.length !== at + 6) return -1;
  const hardware = u16(bytes, 0);
  if (hardware !== ETHERNET && hardware !== IEEE_802) return -1;
  const mac = u16(bytes, at) * 0x1_0000_0000 + (word32(bytes, at + 2) >>> 0);
  return mac === 0 || (bytes[at] & 1) !== 0 ? -1 : mac;
}

/** Names are shorter, and a longer one is none (RFC 1035 §2.3.4 allows 255 bytes). */
const NAME_LIMIT = 200;

/** The name in option 39 (RFC 4704 §4): flags, then DNS labels, without a root when it is only the host's part. */
export function readFqdn(value: Uint8Array): string {
  const labels: string[] = [];
  if (value.length > NAME_LIMIT) return '';
  for (let at = 1; at < value.length && value[at] !== 0; ) {
    const next = at + 1 + value[at];
    if (value[at] > 63 || next > value.length) return '';
    const label = lineOf(value.subarray(at + 1, next));
    if (label === '') return '';
    labels.push(label);
    at = next;
  }
  return labels.join('.');
}

/** Enterprise number and first class, where it is text (§21.16); '' for none. */
export function readVendorClass(value: Uint8Array): { enterprise: number; text: string } {
  if (value.length < 6) return { enterprise: -1, text: '' };
  const end = Math.min(value.length, 6 + u16(value, 4));
  return { enterprise: word32(value, 0) >>> 0, text: lineOf(value.subarray(6, end)) };
}

/** The codes that a client wants to be told, in its order (§21.7). */
export function readOptionRequest(value: Uint8Array, limit: number): number[] {
  const codes: number[] = [];
  for (let at = 0; at + 2 <= value.length && codes.length < limit; at += 2) codes.push(u16(value, at));
  return codes;
}

function wordsOf(bytes: Uint8Array, at: number): Words {
  return [word32(bytes, at), word32(bytes, at + 4), word32(bytes, at + 8), word32(bytes, at + 12)];
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

function word32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}
