/** What a MAC address says by its bits and by ranges that standards reserve. MACs are 48-bit integers. */

export { macHex, macText } from '../core/mac.ts';

const OCTET_40 = 2 ** 40;

/** Usable as somebody's address: known, not zero, not a group address (IEEE 802-2014 §8.2: the I/G bit). */
export function isUnicastMac(mac: number): boolean {
  return mac > 0 && (Math.floor(mac / OCTET_40) & 1) === 0;
}

/** The U/L bit (IEEE 802-2014 §8.2): given by software (virtual machines, privacy); its OUI names no vendor. */
export function isLocallyAdministered(mac: number): boolean {
  return mac > 0 && (Math.floor(mac / OCTET_40) & 2) !== 0;
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
  {
    first: 0x00000c9ff000,
    last: 0x00000c9fffff,
    protocol: 'HSRP version 2',
    source: 'Cisco, Configuring HSRP: HSRP version 2 uses 0000.0C9F.F000 to 0000.0C9F.FFFF',
    example: 0x00000c9ff00a,
  },
  {
    first: 0x000573a00000,
    last: 0x000573a00fff,
    protocol: 'HSRP (IPv6)',
    source: 'Cisco, HSRP for IPv6: 0005.73A0.0000 through 0005.73A0.0FFF',
    example: 0x000573a00001,
  },
  {
    first: 0x0007b4000000,
    last: 0x0007b4ffffff,
    protocol: 'GLBP',
    source: 'Cisco, Configuring GLBP: virtual forwarders have 0007.b4xx.xxyy',
    example: 0x0007b4000101,
  },
  {
    first: 0x02bf00000000,
    last: 0x02bfffffffff,
    protocol: 'Microsoft NLB (unicast)',
    source: 'Microsoft, Network Load Balancing: cluster MAC 02-BF and the four octets of the cluster address',
    example: 0x02bf0a000105,
  },
];

export interface VirtualMachineRow {
  /** The first `digits` hexadecimal digits of the MAC. */
  readonly prefix: number;
  readonly digits: 4 | 6;
  readonly product: string;
  readonly source: string;
  readonly example: number;
}

/** Addresses that hypervisors and container engines give to their guests. */
export const VIRTUAL_MACHINES: readonly VirtualMachineRow[] = [
  {
    prefix: 0x000569,
    digits: 6,
    product: 'VMware',
    source: 'VMware vSphere documentation, MAC address generation; IEEE registry',
    example: 0x000569000001,
  },
  {
    prefix: 0x000c29,
    digits: 6,
    product: 'VMware',
    source: 'VMware vSphere documentation: generated for a host without vCenter',
    example: 0x000c29000001,
  },
  {
    prefix: 0x001c14,
    digits: 6,
    product: 'VMware',
    source: 'IEEE registry, VMware, Inc.',
    example: 0x001c14000001,
  },
  {
    prefix: 0x005056,
    digits: 6,
    product: 'VMware',
    source: 'VMware vSphere documentation: given by vCenter or by hand',
    example: 0x005056000001,
  },
  {
    prefix: 0x00155d,
    digits: 6,
    product: 'Hyper-V',
    source: 'Microsoft, Hyper-V dynamic MAC addresses 00-15-5D',
    example: 0x00155d000001,
  },
  {
    prefix: 0x080027,
    digits: 6,
    product: 'VirtualBox',
    source: 'VirtualBox source, MachineImpl.cpp: generated addresses begin with 080027',
    example: 0x080027000001,
  },
  {
    prefix: 0x525400,
    digits: 6,
    product: 'QEMU/KVM',
    source: 'QEMU net/net.c, qemu_macaddr_default_if_unset; libvirt virMacAddr',
    example: 0x525400000001,
  },
  {
    prefix: 0x00163e,
    digits: 6,
    product: 'Xen',
    source: 'Xen Project wiki, Xen Networking: OUI 00:16:3e',
    example: 0x00163e000001,
  },
  {
    prefix: 0x001c42,
    digits: 6,
    product: 'Parallels',
    source: 'IEEE registry, Parallels, Inc.',
    example: 0x001c42000001,
  },
  {
    prefix: 0xbc2411,
    digits: 6,
    product: 'Proxmox',
    source: 'IEEE registry, Proxmox Server Solutions GmbH; default MAC prefix since Proxmox VE 8.1',
    example: 0xbc2411000001,
  },
  {
    prefix: 0x0242,
    digits: 4,
    product: 'Docker',
    source: 'Docker netutils.GenerateMACFromIP: 02:42 and the four octets of the address',
    example: 0x0242ac110002,
  },
];

/** What gives out such addresses; null for all others. */
export function virtualMachine(mac: number): VirtualMachineRow | null {
  if (mac <= 0) return null;
  for (const row of VIRTUAL_MACHINES)
    if (Math.floor(mac / (row.digits === 6 ? 2 ** 24 : 2 ** 32)) === row.prefix) return row;
  return null;
}

export function virtualRouter(mac: number): VirtualRouter | null {
  for (const row of VIRTUAL_ROUTERS) if (mac >= row.first && mac <= row.last) return row;
  return null;
}
