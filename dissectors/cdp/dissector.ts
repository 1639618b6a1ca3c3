import type { Address } from '../../src/core/address.ts';
import type { DissectorContext, LinkDissector, LinkFrame } from '../../src/core/dissector.ts';
import type { Attribute, DEVICE_CLASSES } from '../../src/core/facts.ts';
import { PHONE, ROUTER, readAnnouncement, SWITCH } from './wire.ts';

/** SNAP with Cisco's OUI, and the same number as the EtherType that Cisco's HDLC carries it under. */
const PROTOCOL = 0x2000;
const OUI_CISCO = 0x00000c;

/** What Cisco's routers, switches, access points and phones, and some of others, announce to the next device. */
export const cdp: LinkDissector<'cdp'> = {
  name: 'cdp',
  over: 'link',
  types: [OUI_CISCO * 0x1_0000 + PROTOCOL, PROTOCOL],
  frame(bytes: Uint8Array, frame: LinkFrame, context: DissectorContext<never>): void {
    const said = readAnnouncement(bytes);
    if (said.timeToLive === 0) return;
    const mac = deviceMac(frame.srcMac);
    const addresses: (Address | null)[] = said.addresses.map(({ family, words }) =>
      context.address(family, ...words),
    );
    if (addresses.length === 0) {
      if (mac < 0) return;
      addresses.push(null);
    }
    const say = (attribute: Attribute, value: string, source: string): void => {
      if (value === '') return;
      for (const address of addresses)
        context.emit({ fact: 'device', address, mac, attribute, value, source });
    };
    if (isName(said.systemName)) say('hostname', said.systemName, 'CDP system name');
    // A device ID is the host's name, but for old switches, which put their serial number before it.
    if (isName(said.deviceId)) say('hostname', said.deviceId, 'CDP device ID');
    else say('device-id', said.deviceId, 'CDP device ID');
    say('model', said.platform, 'CDP platform');
    if (/^cisco\b/i.test(said.platform)) say('vendor', 'Cisco', 'CDP platform');
    say('software', said.softwareVersion, 'CDP software version');
    say('device-class', classOf(said.capabilities) ?? '', 'CDP capabilities');
  },
};

/** Phones bridge for the computer behind them, and routers have switches built in. */
function classOf(capabilities: number): (typeof DEVICE_CLASSES)[number] | null {
  if ((capabilities & PHONE) !== 0) return 'phone';
  if ((capabilities & ROUTER) !== 0) return 'router';
  if ((capabilities & SWITCH) !== 0) return 'switch';
  return null;
}

/** A name that somebody gave: not the default of a system without one, nor an address, nor `serial(name)`. */
function isName(text: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text) || /^(localhost(\..*)?|\(none\)|none|unknown)$/i.test(text)) return false;
  if (/^\S+\(.+\)$/.test(text)) return false;
  return !/^\d+\.\d+\.\d+\.\d+$/.test(text) && !/^[0-9a-f]*:[0-9a-f:.]+$/i.test(text);
}

/** The address of one interface; -1 for zero, group addresses and links without any. */
function deviceMac(mac: number): number {
  return mac <= 0 || Math.floor(mac / 0x100_0000_0000) % 2 === 1 ? -1 : mac;
}
