/**
 * Enterprise numbers (the arc below 1.3.6.1.4.1) of makers of devices and their systems. Source of every row: IANA,
 * Private Enterprise Numbers (https://www.iana.org/assignments/enterprise-numbers). Numbers of agents' software, such as
 * net-snmp's 8072, are no vendor's and are left out.
 */
export const ENTERPRISES: ReadonlyMap<number, string> = new Map([
  [2, 'IBM'],
  [9, 'Cisco'],
  [11, 'Hewlett-Packard'],
  [43, '3Com'],
  [171, 'D-Link'],
  [207, 'Allied Telesis'],
  [232, 'Compaq'],
  [253, 'Xerox'],
  [311, 'Microsoft'],
  [318, 'American Power Conversion'],
  [343, 'Intel'],
  [367, 'Ricoh'],
  [368, 'Axis Communications'],
  [534, 'Eaton'],
  [641, 'Lexmark'],
  [674, 'Dell'],
  [1248, 'Epson'],
  [1347, 'Kyocera'],
  [1602, 'Canon'],
  [1916, 'Extreme Networks'],
  [1991, 'Foundry Networks'],
  [2011, 'Huawei'],
  [2356, 'LANCOM Systems'],
  [2435, 'Brother'],
  [2604, 'Sophos'],
  [2620, 'Check Point'],
  [2636, 'Juniper Networks'],
  [3375, 'F5'],
  [4526, 'Netgear'],
  [6027, 'Force10 Networks'],
  [6574, 'Synology'],
  [6876, 'VMware'],
  [8741, 'SonicWall'],
  [12356, 'Fortinet'],
  [14179, 'Airespace'],
  [14823, 'Aruba Networks'],
  [14988, 'MikroTik'],
  [18334, 'Konica Minolta'],
  [24681, 'QNAP'],
  [25053, 'Ruckus Wireless'],
  [25461, 'Palo Alto Networks'],
  [25506, 'H3C'],
  [29671, 'Meraki'],
  [41112, 'Ubiquiti'],
]);

/** The vendor that a sysObjectID names; '' for none that is known. */
export function vendorOf(sysObjectId: string): string {
  const number = /^1\.3\.6\.1\.4\.1\.(\d+)(?:\.|$)/.exec(sysObjectId)?.[1];
  return number === undefined ? '' : (ENTERPRISES.get(Number(number)) ?? '');
}
