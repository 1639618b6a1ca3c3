import { type End, ipv6, mac, packetsOf, u16, u32, udp } from './link.ts';
import type { WrittenTrace } from './trace.ts';

export const PC_MAC = '00:1b:21:30:40:50';

/** An option of RFC 8415 §21.1. */
export function option(code: number, ...value: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(value.map((part) => Buffer.from(part)));
  return Buffer.concat([u16(code), u16(body.length), body]);
}

export function message(type: number, ...options: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([type, 0x10, 0x20, 0x30]), ...options]);
}

/** A relay's message (§9) around another. */
export function relayed(
  type: number,
  peer: string,
  inner: Uint8Array,
  ...options: readonly Buffer[]
): Buffer {
  const head = Buffer.concat([Buffer.from([type, 0]), ipv6('fd31::1'), ipv6(peer)]);
  return Buffer.concat([head, ...options, option(9, inner)]);
}

/** Labels of DNS. */
export function labels(name: string): Buffer {
  const parts = name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return Buffer.concat([...parts, Buffer.alloc(1)]);
}

export const DUID_LLT = Buffer.concat([u16(1), u16(1), u32(0x2f00_0000), mac(PC_MAC)]);
export const CLIENT_ID = option(1, DUID_LLT);
const SERVER_ID = option(2, u16(3), u16(1), mac('00:50:56:00:00:01'));
const ORO = option(6, u16(24), u16(23), u16(17), u16(39));
const FQDN = option(39, Buffer.from([0]), labels('READING-ROOM-3.hospital.example'));
const MICROSOFT = option(16, u32(311), u16(8), 'MSFT 5.0');
const IA_NA = option(3, u32(1), u32(0), u32(0));

/** An address (§21.6) with its valid lifetime in seconds. */
export function address(text: string, valid: number, ...options: readonly Buffer[]): Buffer {
  return option(5, ipv6(text), u32(valid), u32(valid), ...options);
}

export function association(...addresses: readonly Buffer[]): Buffer {
  return option(3, u32(1), u32(0), u32(0), ...addresses);
}

export const SOLICIT = message(1, CLIENT_ID, IA_NA, FQDN, MICROSOFT, ORO);
export const REQUEST = message(3, CLIENT_ID, SERVER_ID, IA_NA, FQDN, MICROSOFT, ORO);
export const ADVERTISE = message(2, CLIENT_ID, SERVER_ID, association(address('fd30::1:44', 3600)));
export const REPLY = message(
  7,
  CLIENT_ID,
  SERVER_ID,
  association(address('fd30::1:44', 3600)),
  option(39, Buffer.from([1]), labels('reading-room-3.hospital.example')),
);

const CLIENT: End = { mac: PC_MAC, ip: 'fe80::21b:21ff:fe30:4050', port: 546 };
const SERVER: End = { mac: '00:50:56:00:00:01', ip: 'fe80::250:56ff:fe00:1', port: 547 };
const SERVERS: End = { mac: '33:33:00:01:00:02', ip: 'ff02::1:2', port: 547 };

export const traces: WrittenTrace[] = [
  {
    path: 'dhcpv6/windows',
    from: 'RFC 8415 §18, RFC 4704, [MS-DHCPE] §2.2.5',
    contains: 'a Windows client: solicit, advertise, request, reply',
    packets: () =>
      packetsOf([
        udp(CLIENT, SERVERS, SOLICIT),
        udp(SERVER, CLIENT, ADVERTISE),
        udp(CLIENT, SERVERS, REQUEST),
        udp(SERVER, CLIENT, REPLY),
      ]),
  },
  {
    path: 'dhcpv6/other-bytes',
    from: 'RFC 8415 §7.3, §8',
    contains:
      'datagrams of the same ports that are no message: text, no type that there is, options that do not fit',
    packets: () =>
      packetsOf(
        [
          Buffer.from('status: ready\n'),
          Buffer.concat([Buffer.from([0x7f]), SOLICIT.subarray(1)]),
          Buffer.from([1, 2, 3, 4, 0, 1, 0xff, 0xff, 0, 1, 0, 1]),
          Buffer.from([1, 2, 3]),
          Buffer.concat([Buffer.from([12, 0]), Buffer.alloc(40)]),
        ].map((payload) => udp({ ...CLIENT, ip: 'fe80::21b:21ff:fe30:9999' }, SERVERS, payload)),
      ),
  },
];
