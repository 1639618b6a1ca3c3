import { ipv4, ipv6, packetsOf, snap, u16, u32 } from './link.ts';
import type { WrittenTrace } from './trace.ts';

const CISCO = 0x00000c;
const CDP = 0x2000;
const GROUP = '01:00:0c:cc:cc:cc';
const PHONE = '00:07:0e:10:20:30';
const SWITCH = '00:01:42:10:20:40';

/** A TLV: type, length with its own header, value. */
export function tlv(type: number, value: Uint8Array | string): Buffer {
  const body = Buffer.from(value);
  return Buffer.concat([u16(type), u16(4 + body.length), body]);
}

export function announcement(...tlvs: readonly Buffer[]): Buffer {
  // Version 2, 180 seconds; the checksum is left out, as on a host that lets its interface fill it in.
  return Buffer.concat([Buffer.from([2, 180, 0, 0]), ...tlvs]);
}

/** Addresses with the protocols that Cisco gives them: NLPID 0xcc, and SNAP with the EtherType of IPv6. */
export function addresses(...list: readonly string[]): Buffer {
  const each = list.map((text) =>
    text.includes(':')
      ? Buffer.concat([Buffer.from([2, 8, 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd]), u16(16), ipv6(text)])
      : Buffer.concat([Buffer.from([1, 1, 0xcc]), u16(4), ipv4(text)]),
  );
  return Buffer.concat([u32(list.length), ...each]);
}

export const PHONE_SAYS = announcement(
  tlv(0x0001, 'SEP00070E102030'),
  tlv(0x0002, addresses('10.30.8.21')),
  tlv(0x0003, 'Port 1'),
  tlv(0x0004, u32(0x490)),
  tlv(0x0005, 'P00308010200'),
  tlv(0x0006, 'Cisco IP Phone 7960'),
);

/** An old switch puts its serial number before the name it was given. */
export const SWITCH_SAYS = announcement(
  tlv(0x0001, '069038747(access-sw-1)'),
  tlv(0x0002, addresses('10.30.0.9', 'fe80::201:42ff:fe10:2040')),
  tlv(0x0004, u32(0x0a)),
  tlv(0x0005, 'WS-C6006 Software, Version NmpSW: 5.5(13)\nCopyright (c) 1995-2002 by Cisco Systems'),
  tlv(0x0006, 'WS-C6006'),
  tlv(0x0014, 'access-sw-1'),
);

export const traces: WrittenTrace[] = [
  {
    path: 'cdp/announcements',
    from: "Cisco's description of the protocol's TLVs",
    contains: 'a telephone; an old switch with a serial number in its device ID',
    packets: () =>
      packetsOf([snap(PHONE, GROUP, CISCO, CDP, PHONE_SAYS), snap(SWITCH, GROUP, CISCO, CDP, SWITCH_SAYS)]),
  },
  {
    path: 'cdp/other-bytes',
    from: 'the same, and the numbers of its neighbours VTP (0x2003) and DTP (0x2004)',
    contains:
      'frames to the same group that are no announcement, one of no known version, one that says good-bye',
    packets: () =>
      packetsOf([
        snap(SWITCH, GROUP, CISCO, 0x2003, SWITCH_SAYS),
        snap(SWITCH, GROUP, CISCO, 0x2004, Buffer.from([1, 0, 1, 0, 5, 0x61])),
        snap(SWITCH, GROUP, CISCO, CDP, Buffer.concat([Buffer.from([7]), SWITCH_SAYS.subarray(1)])),
        snap(SWITCH, GROUP, CISCO, CDP, Buffer.concat([Buffer.from([2, 0]), SWITCH_SAYS.subarray(2)])),
        snap(SWITCH, GROUP, 0x00e052, CDP, SWITCH_SAYS),
      ]),
  },
];
