import { type End, ipv4, mac, packetsOf, u16, u32, udp } from './link.ts';
import type { WrittenTrace } from './trace.ts';

export const COOKIE = u32(0x63825363);
export const PC_MAC = '00:1b:21:30:40:50';

/** An option of RFC 2132. */
export function option(code: number, ...value: (Uint8Array | string | number)[]): Buffer {
  const body = Buffer.concat(
    value.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
  );
  return Buffer.concat([Buffer.from([code, body.length]), body]);
}

export interface Fixed {
  op?: number;
  htype?: number;
  hlen?: number;
  ciaddr?: string;
  yiaddr?: string;
  giaddr?: string;
  chaddr?: string;
  sname?: Uint8Array;
  file?: Uint8Array;
}

/** The fixed part (RFC 2131 §2) and what stands behind it. */
export function message(fixed: Fixed, ...rest: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(236);
  head[0] = fixed.op ?? 1;
  head[1] = fixed.htype ?? 1;
  head[2] = fixed.hlen ?? 6;
  u32(0x3903f326).copy(head, 4);
  ipv4(fixed.ciaddr ?? '0.0.0.0').copy(head, 12);
  ipv4(fixed.yiaddr ?? '0.0.0.0').copy(head, 16);
  ipv4(fixed.giaddr ?? '0.0.0.0').copy(head, 24);
  mac(fixed.chaddr ?? PC_MAC).copy(head, 28);
  head.set(fixed.sname ?? [], 44);
  head.set(fixed.file ?? [], 108);
  return Buffer.concat([head, ...rest]);
}

export const END = Buffer.from([255]);

/** A message of DHCP: cookie, type, options, end. */
export function dhcp(fixed: Fixed, type: number, ...options: readonly Buffer[]): Buffer {
  return message(fixed, COOKIE, option(53, type), ...options, END);
}

const IDENTIFIER = option(61, 1, mac(PC_MAC));
const HOST_NAME = option(12, 'READING-ROOM-3');
const CLASS = option(60, 'MSFT 5.0');
const FQDN = option(81, 0, 0, 0, 'READING-ROOM-3.hospital.example');
const LIST = option(55, 1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252);
const SERVER = option(54, ipv4('10.30.0.1'));

export const WINDOWS_DISCOVER = dhcp({}, 1, IDENTIFIER, HOST_NAME, CLASS, LIST);
export const WINDOWS_REQUEST = dhcp(
  {},
  3,
  IDENTIFIER,
  option(50, ipv4('10.30.0.44')),
  SERVER,
  HOST_NAME,
  FQDN,
  CLASS,
  LIST,
);
export const OFFER = dhcp({ op: 2, yiaddr: '10.30.0.44' }, 2, SERVER, option(51, u32(86_400)));
export const ACKNOWLEDGED = dhcp(
  { op: 2, yiaddr: '10.30.0.44' },
  5,
  SERVER,
  option(51, u32(86_400)),
  option(81, 3, 255, 255),
  option(15, 'hospital.example\0'),
);
export const INFORM = dhcp({ ciaddr: '10.30.0.44' }, 8, IDENTIFIER, HOST_NAME, CLASS, LIST);
export const INFORMED = dhcp({ op: 2, ciaddr: '10.30.0.44' }, 5, SERVER, option(15, 'hospital.example'));
export const DECLINE = dhcp({}, 4, IDENTIFIER, option(50, ipv4('10.30.0.45')), SERVER);
export const REFUSED = dhcp({ op: 2 }, 6, SERVER);

const CLIENT: End = { mac: PC_MAC, ip: '0.0.0.0', port: 68 };
const BOUND: End = { ...CLIENT, ip: '10.30.0.44' };
const SERVER_END: End = { mac: '00:50:56:00:00:01', ip: '10.30.0.1', port: 67 };
const EVERYBODY: End = { mac: 'ff:ff:ff:ff:ff:ff', ip: '255.255.255.255', port: 67 };
const EVERY_CLIENT: End = { ...EVERYBODY, port: 68 };

export const traces: WrittenTrace[] = [
  {
    path: 'dhcp/windows',
    from: 'RFC 2131 §3, [MS-DHCPE] §2.2.3',
    contains:
      'a Windows client: discover to acknowledgement by broadcast, inform, decline, refusal; a BOOTP client',
    packets: () =>
      packetsOf([
        udp(CLIENT, EVERYBODY, WINDOWS_DISCOVER),
        udp(SERVER_END, EVERY_CLIENT, OFFER),
        udp(CLIENT, EVERYBODY, WINDOWS_REQUEST),
        udp(SERVER_END, EVERY_CLIENT, ACKNOWLEDGED),
        udp(BOUND, SERVER_END, INFORM),
        udp(SERVER_END, BOUND, INFORMED),
        udp(CLIENT, EVERYBODY, DECLINE),
        udp(SERVER_END, EVERY_CLIENT, REFUSED),
        udp(CLIENT, EVERYBODY, message({ chaddr: '00:c0:b7:10:20:30' }, Buffer.alloc(64))),
        udp(
          SERVER_END,
          EVERY_CLIENT,
          message({ op: 2, chaddr: '00:c0:b7:10:20:30', yiaddr: '10.30.0.200' }, Buffer.alloc(64)),
        ),
      ]),
  },
  {
    path: 'dhcp/other-bytes',
    from: 'RFC 2131 §2, RFC 2132 §9.6',
    contains:
      'datagrams of the same ports that are no message: text, a wrong operation, no type that there is, short',
    packets: () => {
      const other = (port: number): End => ({ mac: PC_MAC, ip: '10.30.0.60', port });
      return packetsOf(
        [
          Buffer.from('status: ready\n'.repeat(30)),
          Buffer.concat([Buffer.from([9]), WINDOWS_DISCOVER.subarray(1)]),
          dhcp({}, 99, HOST_NAME),
          WINDOWS_DISCOVER.subarray(0, 200),
          Buffer.concat([WINDOWS_DISCOVER.subarray(0, 236), u16(0x0102), WINDOWS_DISCOVER.subarray(238)]),
        ].map((payload, index) =>
          udp(other(index === 4 ? 5068 : 68), { ...SERVER_END, port: index === 4 ? 5067 : 67 }, payload),
        ),
      );
    },
  },
];
