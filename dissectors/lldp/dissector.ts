import type { Address } from '../../src/core/address.ts';
import type { DissectorContext, LinkDissector, LinkFrame } from '../../src/core/dissector.ts';
import type { Attribute, DEVICE_CLASSES } from '../../src/core/facts.ts';
import {
  BRIDGE,
  C_VLAN_COMPONENT,
  deviceMac,
  type Lldpdu,
  ROUTER,
  readLldpdu,
  S_VLAN_COMPONENT,
  TELEPHONE,
  WLAN_ACCESS_POINT,
} from './wire.ts';

/** What switches, access points, phones and servers announce of themselves to the next device on the wire. */
export const lldp: LinkDissector<'lldp'> = {
  name: 'lldp',
  over: 'link',
  types: [0x88cc],
  frame(bytes: Uint8Array, frame: LinkFrame, context: DissectorContext<never>): void {
    const unit = readLldpdu(bytes);
    if (unit.timeToLive > 0) tell(unit, frame, context);
  },
};

/** What the texts of an inventory hold (TIA-1057 §10.2.6): attribute and name of subtypes 5 to 11. */
const INVENTORY: readonly (readonly [Attribute | null, string])[] = [
  // The revision of a board names nothing that an inventory has a column for.
  [null, 'hardware revision'],
  ['software', 'firmware revision'],
  ['software', 'software revision'],
  ['serial', 'serial number'],
  ['vendor', 'manufacturer name'],
  ['model', 'model name'],
  ['device-id', 'asset ID'],
];

function tell(unit: Lldpdu, frame: LinkFrame, context: DissectorContext<never>): void {
  // The chassis names the system; the frame's sender is one of its ports, often with a MAC address of its own.
  const mac = unit.chassisMac >= 0 ? unit.chassisMac : deviceMac(frame.srcMac);
  const addresses: (Address | null)[] = unit.addresses.map(({ family, words }) =>
    context.address(family, ...words),
  );
  if (addresses.length === 0) {
    if (mac < 0) return;
    addresses.push(null);
  }
  const say = (attribute: Attribute, value: string, source: string): void => {
    for (const address of addresses) context.emit({ fact: 'device', address, mac, attribute, value, source });
  };
  if (isName(unit.systemName)) say('hostname', unit.systemName, 'LLDP system name');
  if (isName(unit.systemDescription)) say('product', unit.systemDescription, 'LLDP system description');
  const deviceClass = classOf(unit.enabled);
  if (deviceClass !== null) say('device-class', deviceClass, 'LLDP system capabilities');
  INVENTORY.forEach(([attribute, name], index) => {
    const value = unit.inventory[index];
    if (attribute !== null && isFilledIn(value)) say(attribute, value, `LLDP-MED ${name}`);
  });
  if (isFilledIn(unit.chassisName)) say('device-id', unit.chassisName, 'LLDP chassis ID');
}

/** Phones and access points bridge too, and routers have switches built in: what is most particular counts. */
function classOf(enabled: number): (typeof DEVICE_CLASSES)[number] | null {
  if ((enabled & TELEPHONE) !== 0) return 'phone';
  if ((enabled & WLAN_ACCESS_POINT) !== 0) return 'access-point';
  if ((enabled & ROUTER) !== 0) return 'router';
  if ((enabled & (BRIDGE | C_VLAN_COMPONENT | S_VLAN_COMPONENT)) !== 0) return 'switch';
  return null;
}

/** A name that somebody gave: not the default of a system without one, nor an address. */
export function isName(text: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text) || /^(localhost(\..*)?|\(none\)|none|unknown)$/i.test(text)) return false;
  return !/^\d+\.\d+\.\d+\.\d+$/.test(text) && !/^[0-9a-f]*:[0-9a-f:.]+$/i.test(text);
}

/** What makers of boards leave in a field that nobody filled in (seen in SMBIOS, where such values come from). */
const PLACEHOLDER =
  /^(not (specified|available|applicable)|unknown|none|null|n\/a|default string|to be filled by o\.?e\.?m\.?|system (serial number|product name|manufacturer|version)|chassis serial number|o\.e\.m\.|0+|-+|\.+)$/i;

function isFilledIn(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text) && !PLACEHOLDER.test(text);
}
