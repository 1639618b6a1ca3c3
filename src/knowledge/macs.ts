/** What a MAC address says by its bits and by ranges that standards reserve. MACs are 48-bit integers. */

const OCTET_40 = 2 ** 40;

/** Usable as somebody's address: known, not zero, not a group address (IEEE 802-2014 §8.2: the I/G bit). */
export function isUnicastMac(mac: number): boolean {
  return mac > 0 && (Math.floor(mac / OCTET_40) & 1) === 0;
}

/** The U/L bit (IEEE 802-2014 §8.2): given by software (virtual machines, privacy); its OUI names no vendor. */
export function isLocallyAdministered(mac: number): boolean {
  return mac > 0 && (Math.floor(mac / OCTET_40) & 2) !== 0;
}

/** `00:1b:21:3c:4d:5e`. */
export function macText(mac: number): string {
  return macHex(mac).replace(/..(?=.)/g, '$&:');
}

/** `001b213c4d5e`. */
export function macHex(mac: number): string {
  return mac.toString(16).padStart(12, '0');
}

export interface VirtualRouter {
  /** The MACs `[first, last]`. */
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
  readonly source: string;
  readonly example: number;
}

/** Addresses that several routers share: a gateway's by definition, never one host's. */
export const VIRTUAL_ROUTERS: readonly VirtualRouter[] = [
  {
    first: 0x00005e000100,
    last: 0x00005e0001ff,
    protocol: 'VRRP (IPv4)',
    source: 'RFC 5798 §7.3',
    example: 0x00005e000101,
  },
  {
    first: 0x00005e000200,
    last: 0x00005e0002ff,
    protocol: 'VRRP (IPv6)',
    source: 'RFC 5798 §7.3',
    example: 0x00005e00020a,
  },
  {
    first: 0x00000c07ac00,
    last: 0x00000c07acff,
    protocol: 'HSRP',
    source: 'RFC 2281 §5.7',
    example: 0x00000c07ac01,
  },
];

export function virtualRouter(mac: number): VirtualRouter | null {
  for (const row of VIRTUAL_ROUTERS) if (mac >= row.first && mac <= row.last) return row;
  return null;
}
