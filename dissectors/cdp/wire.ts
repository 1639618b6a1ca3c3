import { Malformed } from '../../src/core/errors.ts';
import { lineOf } from '../../src/core/told.ts';

/**
 * The Cisco Discovery Protocol as Cisco documents it ("Cisco Discovery Protocol (CDP)", TLV table): version, time to
 * live, checksum, then TLVs of 16 bits type and 16 bits length, the length counting the header of four bytes.
 */
const DEVICE_ID = 0x0001;
const ADDRESSES = 0x0002;
const CAPABILITIES = 0x0004;
const SOFTWARE_VERSION = 0x0005;
const PLATFORM = 0x0006;
const SYSTEM_NAME = 0x0014;
const MANAGEMENT_ADDRESSES = 0x0016;

/** Bits of the capabilities. */
export const ROUTER = 0x01;
export const SWITCH = 0x08;
export const PHONE = 0x80;

/** Addresses that are kept: an announcement may carry one for each interface. */
const ADDRESS_LIMIT = 4;

/** The words of an IPv4 (the last one) or IPv6 address. */
export interface NetworkAddress {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
}

/** What a device says of itself. '' is what it did not say. */
export interface Announcement {
  /** Seconds; 0 when the device says that it is leaving. */
  timeToLive: number;
  deviceId: string;
  systemName: string;
  platform: string;
  softwareVersion: string;
  capabilities: number;
  /** Management addresses first, then those of the sending interface; without those that are nobody's. */
  addresses: NetworkAddress[];
}

/**
 * Reads one announcement. A TLV that does not fit ends the reading and what came before it counts, for a capture may
 * have been cut there. Throws `Malformed` when it is none of versions 1 and 2. The checksum is not looked at: what was
 * captured on the sending host may not have it yet.
 */
export function readAnnouncement(bytes: Uint8Array): Announcement {
  if (bytes.length < 4 || (bytes[0] !== 1 && bytes[0] !== 2))
    throw new Malformed('cdp-version', 'neither version 1 nor 2 of the Cisco Discovery Protocol');
  const said: Announcement = {
    timeToLive: bytes[1],
    deviceId: '',
    systemName: '',
    platform: '',
    softwareVersion: '',
    capabilities: 0,
    addresses: [],
  };
  const management: NetworkAddress[] = [];
  const own: NetworkAddress[] = [];
  for (let at = 4; at + 4 <= bytes.length; ) {
    const type = u16(bytes, at);
    const start = at + 4;
    const end = at + u16(bytes, at + 2);
    if (end < start || end > bytes.length) break;
    if (type === DEVICE_ID) said.deviceId ||= textOf(bytes, start, end);
    else if (type === SYSTEM_NAME) said.systemName ||= textOf(bytes, start, end);
    else if (type === PLATFORM) said.platform ||= textOf(bytes, start, end);
    else if (type === SOFTWARE_VERSION) said.softwareVersion ||= textOf(bytes, start, end);
    else if (type === CAPABILITIES && end - start >= 4) said.capabilities = word32(bytes, start);
    else if (type === ADDRESSES) readAddresses(own, bytes, start, end);
    else if (type === MANAGEMENT_ADDRESSES) readAddresses(management, bytes, start, end);
    at = end;
  }
  said.addresses = distinct([...management, ...own]).slice(0, ADDRESS_LIMIT);
  return said;
}

/** A count, then for each: protocol type and length, protocol, address length, address. */
function readAddresses(into: NetworkAddress[], bytes: Uint8Array, start: number, end: number): void {
  if (end - start < 4) return;
  let at = start + 4;
  for (let left = word32(bytes, start) >>> 0; left > 0 && into.length < ADDRESS_LIMIT; left--) {
    if (at + 2 > end) return;
    const protocol = at + 2;
    const lengthAt = protocol + bytes[at + 1];
    if (lengthAt + 2 > end) return;
    const address = lengthAt + 2;
    const next = address + u16(bytes, lengthAt);
    if (next > end) return;
    if (next - address === 4 && isIpv4(bytes, at)) addIpv4(into, word32(bytes, address));
    else if (next - address === 16 && isIpv6(bytes, at)) addIpv6(into, bytes, address);
    at = next;
  }
}

/** Protocol type 1 (NLPID), of one byte: 0xcc is IP. */
function isIpv4(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 1 && bytes[at + 1] === 1 && bytes[at + 2] === 0xcc;
}

/** Protocol type 2 (IEEE 802.2), of eight bytes: SNAP and the EtherType of IPv6. */
function isIpv6(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 2 && bytes[at + 1] === 8 && u16(bytes, at + 8) === 0x86dd;
}

/** Unset, loopback, group and broadcast addresses say nothing of where the device is. */
function addIpv4(into: NetworkAddress[], word: number): void {
  const first = word >>> 24;
  if (first !== 0 && first !== 127 && first < 224) into.push({ family: 4, words: [0, 0, 0xffff, word] });
}

function addIpv6(into: NetworkAddress[], bytes: Uint8Array, at: number): void {
  const words = [0, 4, 8, 12].map((offset) => word32(bytes, at + offset)) as [number, number, number, number];
  const highIsZero = (words[0] | words[1] | words[2]) === 0;
  if (words[0] >>> 24 !== 0xff && !(highIsZero && words[3] >>> 0 <= 1)) into.push({ family: 6, words });
}

function distinct(addresses: readonly NetworkAddress[]): NetworkAddress[] {
  const seen = new Set<string>();
  return addresses.filter(({ words }) => {
    const key = words.join();
    return !seen.has(key) && seen.add(key);
  });
}

/** Text on one line, without what cannot be seen; '' for what is no text. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  // Some senders count the NUL that ends their string.
  while (end > start && bytes[end - 1] === 0) end--;
  return lineOf(bytes.subarray(start, end));
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

function word32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}
