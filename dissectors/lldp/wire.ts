import { Malformed } from '../../src/core/errors.ts';

/**
 * The LLDP data unit of IEEE 802.1AB-2016 §8 and 9: TLVs with a header of 7 bits type and 9 bits length. Chassis ID,
 * port ID and time to live come first, in this order; the others in any.
 */
const END = 0;
const CHASSIS_ID = 1;
const PORT_ID = 2;
const TIME_TO_LIVE = 3;
const SYSTEM_NAME = 5;
const SYSTEM_DESCRIPTION = 6;
const SYSTEM_CAPABILITIES = 7;
const MANAGEMENT_ADDRESS = 8;
const ORGANIZATIONALLY_SPECIFIC = 127;

/** Subtypes of a chassis ID (§8.5.2.2). */
const CHASSIS_MAC = 4;
const CHASSIS_NETWORK_ADDRESS = 5;
/** Those that are a name the vendor or the site gave to the chassis, not to one of its parts or interfaces. */
const CHASSIS_COMPONENT = 1;
const CHASSIS_LOCAL = 7;

/** IANA address family numbers. */
const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;

/** Bits of the system capabilities (§8.5.8.1, table 8-4). */
export const BRIDGE = 1 << 2;
export const WLAN_ACCESS_POINT = 1 << 3;
export const ROUTER = 1 << 4;
export const TELEPHONE = 1 << 5;
export const C_VLAN_COMPONENT = 1 << 8;
export const S_VLAN_COMPONENT = 1 << 9;

/** TIA's OUI; ANSI/TIA-1057 §10.2.6 has the inventory management TLVs. */
const OUI_MED = 0x0012bb;
const MED_HARDWARE_REVISION = 5;
const MED_ASSET_ID = 11;

/** Management addresses that are kept: systems with several have one of each family. */
const ADDRESSES = 4;

/** The words of an IPv4 (the last one) or IPv6 address. */
export interface NetworkAddress {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
}

/** What a system says of itself. '' is what it did not say. */
export interface Lldpdu {
  /** 48-bit integer; -1 when the chassis is not identified by a MAC address. */
  chassisMac: number;
  /** A chassis identified by a name. */
  chassisName: string;
  /** Seconds; 0 when the system says that it is leaving. */
  timeToLive: number;
  systemName: string;
  systemDescription: string;
  /** Bits of the capabilities that are enabled. */
  enabled: number;
  /** Network address of the chassis and management addresses, without those that are nobody's. */
  readonly addresses: NetworkAddress[];
  /**
   * LLDP-MED: hardware, firmware, software revision, serial number, manufacturer name, model name, asset ID: subtypes 5
   * to 11 in their order.
   */
  readonly inventory: string[];
}

/**
 * Reads one LLDPDU. A TLV that does not fit ends the reading and what came before it counts, for a capture may have
 * been cut there. Throws `Malformed` when the three mandatory TLVs do not lead.
 */
export function readLldpdu(bytes: Uint8Array): Lldpdu {
  const unit: Lldpdu = {
    chassisMac: -1,
    chassisName: '',
    timeToLive: 0,
    systemName: '',
    systemDescription: '',
    enabled: 0,
    addresses: [],
    inventory: ['', '', '', '', '', '', ''],
  };
  let at = 0;
  for (let count = 0; at + 2 <= bytes.length; count++) {
    const header = (bytes[at] << 8) | bytes[at + 1];
    const type = header >> 9;
    const start = at + 2;
    const end = start + (header & 0x1ff);
    const mandatory = count < 3;
    if (mandatory && type !== count + 1) break;
    if (!mandatory && type === END) return unit;
    if (end > bytes.length || !readTlv(unit, type, bytes, start, end)) {
      if (mandatory) break;
      return unit;
    }
    if (count === 2 && unit.timeToLive === 0) return unit;
    at = end;
    if (count >= 2 && at + 2 > bytes.length) return unit;
  }
  throw new Malformed(
    'lldp-mandatory',
    'an LLDPDU that does not begin with chassis ID, port ID and time to live',
  );
}

/** False when a TLV is not what its type must be. */
function readTlv(unit: Lldpdu, type: number, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  switch (type) {
    case CHASSIS_ID:
      return length >= 2 && length <= 256 && readChassis(unit, bytes, start, end);
    case PORT_ID:
      return length >= 2 && length <= 256;
    case TIME_TO_LIVE:
      if (length < 2) return false;
      unit.timeToLive = (bytes[start] << 8) | bytes[start + 1];
      return true;
    case SYSTEM_NAME:
      unit.systemName ||= textOf(bytes, start, end);
      return true;
    case SYSTEM_DESCRIPTION:
      unit.systemDescription ||= textOf(bytes, start, end);
      return true;
    case SYSTEM_CAPABILITIES:
      // What it has, then which of it is enabled.
      if (length >= 4) unit.enabled = (bytes[start + 2] << 8) | bytes[start + 3];
      return true;
    case MANAGEMENT_ADDRESS: {
      // The length counts the subtype and the address; the interface and an object identifier follow.
      const stop = start + 1 + bytes[start];
      if (length >= 1 && stop <= end) addAddress(unit, bytes, start + 1, stop);
      return true;
    }
    case ORGANIZATIONALLY_SPECIFIC:
      if (length >= 4) readOrganizational(unit, bytes, start, end);
      return true;
    default:
      return true;
  }
}

function readChassis(unit: Lldpdu, bytes: Uint8Array, start: number, end: number): boolean {
  const subtype = bytes[start];
  const at = start + 1;
  if (subtype === CHASSIS_MAC) {
    if (end - at !== 6) return false;
    unit.chassisMac = deviceMac(mac48(bytes, at));
  } else if (subtype === CHASSIS_NETWORK_ADDRESS) addAddress(unit, bytes, at, end);
  else if (subtype === CHASSIS_COMPONENT || subtype === CHASSIS_LOCAL)
    unit.chassisName = textOf(bytes, at, end);
  return true;
}

/** An address with its family before it. */
function addAddress(unit: Lldpdu, bytes: Uint8Array, start: number, end: number): void {
  if (unit.addresses.length >= ADDRESSES) return;
  const family = bytes[start];
  const at = start + 1;
  if (family === FAMILY_IPV4 && end - at === 4) {
    const word = word32(bytes, at);
    const first = word >>> 24;
    // Unset, loopback, group and broadcast addresses say nothing of where the system is.
    if (first !== 0 && first !== 127 && first < 224)
      unit.addresses.push({ family: 4, words: [0, 0, 0xffff, word] });
  } else if (family === FAMILY_IPV6 && end - at === 16) {
    const words = [0, 4, 8, 12].map((offset) => word32(bytes, at + offset)) as [
      number,
      number,
      number,
      number,
    ];
    const highIsZero = (words[0] | words[1] | words[2]) === 0;
    if (words[0] >>> 24 !== 0xff && !(highIsZero && words[3] >>> 0 <= 1))
      unit.addresses.push({ family: 6, words });
  }
}

function readOrganizational(unit: Lldpdu, bytes: Uint8Array, start: number, end: number): void {
  const oui = (bytes[start] << 16) | (bytes[start + 1] << 8) | bytes[start + 2];
  const subtype = bytes[start + 3];
  if (oui !== OUI_MED || subtype < MED_HARDWARE_REVISION || subtype > MED_ASSET_ID) return;
  unit.inventory[subtype - MED_HARDWARE_REVISION] ||= textOf(bytes, start + 4, end);
}

/** Values are at most 255 bytes on the wire, and shorter than that for a reader. */
const TEXT_LIMIT = 200;
const decoder = new TextDecoder('utf-8');

/** UTF-8 on one line, without what cannot be seen; '' for what is no text. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  // Some senders count the NUL that ends their string.
  while (end > start && bytes[end - 1] === 0) end--;
  const text = decoder.decode(bytes.subarray(start, end));
  if (text.includes('\ufffd') || text.includes('\0')) return '';
  return text
    .slice(0, TEXT_LIMIT)
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
}

/** The address of one interface; -1 for zero and group addresses. */
export function deviceMac(mac: number): number {
  return mac <= 0 || Math.floor(mac / 0x100_0000_0000) % 2 === 1 ? -1 : mac;
}

function mac48(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 8) | bytes[at + 1]) * 0x1_0000_0000 + (word32(bytes, at + 2) >>> 0);
}

function word32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}
