/** Which objects are read, and what the identification in sysObjectID and in engine ids means. */
import type { Attribute, DEVICE_CLASSES } from '../../src/core/facts.ts';

export type DeviceClass = (typeof DEVICE_CLASSES)[number];

/** SNMPv2-MIB (RFC 3418 §2). */
export const SYS_DESCR = '1.3.6.1.2.1.1.1.0';
export const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';
export const SYS_NAME = '1.3.6.1.2.1.1.5.0';

/** HOST-RESOURCES-MIB (RFC 2790 §4): what kind of thing a device of the host is, and its description. */
export const HR_DEVICE_TYPE = '1.3.6.1.2.1.25.3.2.1.2.1';
export const HR_DEVICE_DESCR = '1.3.6.1.2.1.25.3.2.1.3.1';
export const HR_DEVICE_PRINTER = '1.3.6.1.2.1.25.3.1.5';

/** Printer-MIB (RFC 3805 §6): only printers have it. */
export const PRINTER_MIB = '1.3.6.1.2.1.43.';

/** ENTITY-MIB (RFC 6933 §3): columns of entPhysicalTable. */
export const ENTITY = '1.3.6.1.2.1.47.1.1.1.1.';
export const ENTITY_CONTAINED_IN = '4';
export const ENTITY_CLASS = '5';
export const ENTITY_SERIAL = '11';
export const ENTITY_VENDOR = '12';
export const ENTITY_MODEL = '13';
/** PhysicalClass (RFC 6933): chassis and stack. */
export const WHOLE: ReadonlySet<number> = new Set([3, 11]);

export interface ObjectRow {
  readonly oid: string;
  readonly attribute: Attribute;
  /** Behind `SNMP `. */
  readonly object: string;
  readonly source: string;
}

/** Objects whose value is told as it is. */
export const OBJECTS: readonly ObjectRow[] = [
  {
    oid: '1.3.6.1.2.1.43.5.1.1.17.1',
    attribute: 'serial',
    object: 'prtGeneralSerialNumber',
    source: 'RFC 3805 §6',
  },
  {
    oid: '1.3.6.1.2.1.33.1.1.1.0',
    attribute: 'vendor',
    object: 'upsIdentManufacturer',
    source: 'RFC 1628 §4',
  },
  { oid: '1.3.6.1.2.1.33.1.1.2.0', attribute: 'model', object: 'upsIdentModel', source: 'RFC 1628 §4' },
];

/** Below 1.3.6.1.2.1, what is looked at; a response of a walk is mostly something else. */
const SUBTREES = new Set([1, 25, 33, 43, 47]);

/** Whether an encoded object identifier is below one of the subtrees read here. */
export function isRead(bytes: Uint8Array, start: number, stop: number): boolean {
  return (
    stop - start >= 7 &&
    bytes[start] === 0x2b &&
    bytes[start + 1] === 6 &&
    bytes[start + 2] === 1 &&
    bytes[start + 3] === 2 &&
    bytes[start + 4] === 1 &&
    SUBTREES.has(bytes[start + 5])
  );
}

export interface IdentityRow {
  /** Below 1.3.6.1.4.1. The longest that a value begins with counts. */
  readonly prefix: string;
  readonly vendor?: string;
  readonly os?: string;
  readonly software?: string;
  readonly deviceClass?: DeviceClass;
  readonly source: string;
  /** A sysObjectID that the row is for. */
  readonly example: string;
}

export const ENTERPRISES = '1.3.6.1.4.1.';
const IANA = 'IANA, Private Enterprise Numbers';
const LIBRENMS = `${IANA}; sysObjectID as recorded in LibreNMS tests/snmpsim`;

/**
 * Makers of devices by their enterprise number. Makers of agents for others' devices (Net-SNMP, UCD, SNMP Research) are
 * no device's vendor.
 */
export const IDENTITIES: readonly IdentityRow[] = [
  {
    prefix: '8072.3.2.10',
    os: 'Linux',
    software: 'Net-SNMP',
    source: 'NET-SNMP-TC, linux',
    example: '1.3.6.1.4.1.8072.3.2.10',
  },
  {
    prefix: '8072.3.2.8',
    os: 'FreeBSD',
    software: 'Net-SNMP',
    source: 'NET-SNMP-TC, freebsd',
    example: '1.3.6.1.4.1.8072.3.2.8',
  },
  {
    prefix: '8072.3.2.16',
    os: 'macOS',
    software: 'Net-SNMP',
    source: 'NET-SNMP-TC, macosx',
    example: '1.3.6.1.4.1.8072.3.2.16',
  },
  {
    prefix: '311.1.1.3.1.1',
    os: 'Windows',
    deviceClass: 'workstation',
    source: 'MSFT-MIB, workstation',
    example: '1.3.6.1.4.1.311.1.1.3.1.1',
  },
  {
    prefix: '311.1.1.3.1.2',
    os: 'Windows',
    deviceClass: 'server',
    source: 'MSFT-MIB, server',
    example: '1.3.6.1.4.1.311.1.1.3.1.2',
  },
  {
    prefix: '311.1.1.3.1.3',
    os: 'Windows',
    deviceClass: 'server',
    source: 'MSFT-MIB, domain controller',
    example: '1.3.6.1.4.1.311.1.1.3.1.3',
  },
  {
    prefix: '6876.4.1',
    os: 'VMware ESXi',
    deviceClass: 'hypervisor',
    source: LIBRENMS,
    example: '1.3.6.1.4.1.6876.4.1',
  },
  {
    prefix: '11.2.3.9.1',
    vendor: 'HP',
    deviceClass: 'printer',
    source: LIBRENMS,
    example: '1.3.6.1.4.1.11.2.3.9.1',
  },
  {
    prefix: '11.2.3.7',
    vendor: 'HP',
    deviceClass: 'switch',
    source: LIBRENMS,
    example: '1.3.6.1.4.1.11.2.3.7.8.5.2',
  },
  {
    prefix: '2435.2.3.9.1',
    vendor: 'Brother',
    deviceClass: 'printer',
    source: LIBRENMS,
    example: '1.3.6.1.4.1.2435.2.3.9.1',
  },
  {
    prefix: '253.8.62.1',
    vendor: 'Xerox',
    deviceClass: 'printer',
    source: LIBRENMS,
    example: '1.3.6.1.4.1.253.8.62.1.35.2.3.1.1',
  },
  {
    prefix: '1248',
    vendor: 'Epson',
    source: LIBRENMS,
    example: '1.3.6.1.4.1.1248.1.1.2.1.3.5.69.69.80.83.50',
  },
  { prefix: '9', vendor: 'Cisco', source: LIBRENMS, example: '1.3.6.1.4.1.9.12.3.1.3.1008' },
  { prefix: '368', vendor: 'Axis', source: LIBRENMS, example: '1.3.6.1.4.1.368' },
  { prefix: '14823', vendor: 'Aruba', source: LIBRENMS, example: '1.3.6.1.4.1.14823.1.1.9999' },
  { prefix: '14988', vendor: 'MikroTik', source: LIBRENMS, example: '1.3.6.1.4.1.14988.1' },
  { prefix: '25461', vendor: 'Palo Alto Networks', source: LIBRENMS, example: '1.3.6.1.4.1.25461' },
  { prefix: '318', vendor: 'APC', source: `${IANA}; PowerNet-MIB`, example: '1.3.6.1.4.1.318.1.3.27' },
  maker(171, 'D-Link'),
  maker(207, 'Allied Telesis'),
  maker(232, 'Compaq'),
  maker(367, 'Ricoh'),
  maker(534, 'Eaton'),
  maker(641, 'Lexmark'),
  maker(674, 'Dell'),
  maker(789, 'NetApp'),
  maker(1347, 'Kyocera'),
  maker(1602, 'Canon'),
  maker(1916, 'Extreme Networks'),
  maker(2001, 'Oki Data'),
  maker(2011, 'Huawei'),
  maker(2636, 'Juniper Networks'),
  maker(3375, 'F5'),
  maker(4526, 'Netgear'),
  maker(6574, 'Synology'),
  maker(10642, 'Zebra Technologies'),
  maker(10876, 'Supermicro'),
  maker(12356, 'Fortinet'),
  maker(18334, 'Konica Minolta'),
  maker(24681, 'QNAP'),
  maker(25053, 'Ruckus Wireless'),
  maker(25506, 'H3C'),
  maker(29671, 'Meraki'),
  maker(30065, 'Arista Networks'),
  maker(41112, 'Ubiquiti'),
  maker(47196, 'Hewlett Packard Enterprise'),
  // Makers of medical devices.
  maker(1776, 'Philips'),
  maker(3592, 'Dräger'),
  maker(5264, 'Varian Medical Systems'),
  maker(9993, 'Terumo Medical'),
  maker(10096, 'Baxter Healthcare'),
  maker(12514, 'Abbott Laboratories'),
  maker(12621, 'GE Medical Systems Information Technologies'),
  maker(14618, 'Mennen Medical'),
  maker(15076, 'Fresenius'),
];

function maker(number: number, vendor: string): IdentityRow {
  return { prefix: String(number), vendor, source: IANA, example: `${ENTERPRISES}${number}.1` };
}

const BY_PREFIX = new Map(IDENTITIES.map((row) => [row.prefix, row]));

/** The row that a value of sysObjectID, or of a trap's enterprise, falls under. */
export function identityOf(oid: string): IdentityRow | null {
  if (!oid.startsWith(ENTERPRISES)) return null;
  let rest = oid.slice(ENTERPRISES.length);
  for (;;) {
    const row = BY_PREFIX.get(rest);
    if (row !== undefined) return row;
    const dot = rest.lastIndexOf('.');
    if (dot < 0) return null;
    rest = rest.slice(0, dot);
  }
}

/** The maker with an enterprise number; '' for one that is not known, or makes agents for others. */
export function makerOf(enterprise: number): string {
  return BY_PREFIX.get(String(enterprise))?.vendor ?? (enterprise === 11 ? 'HP' : '');
}
