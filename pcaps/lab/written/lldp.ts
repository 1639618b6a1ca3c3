import { frame, ipv4, mac, packetsOf, u16, u32 } from './link.ts';
import type { WrittenTrace } from './trace.ts';

const NEAREST_BRIDGE = '01:80:c2:00:00:0e';
const ETHERTYPE = 0x88cc;
const AP = '00:1a:1e:10:20:30';
const PC = '00:1b:21:10:20:40';

/** A TLV of IEEE 802.1AB §8.4. */
export function tlv(type: number, ...value: (Uint8Array | string | number)[]): Buffer {
  const body = Buffer.concat(
    value.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
  );
  return Buffer.concat([u16((type << 9) | body.length), body]);
}

/** A TLV of TIA-1057. */
export function med(subtype: number, value: string): Buffer {
  return tlv(127, Buffer.from([0x00, 0x12, 0xbb, subtype]), value);
}

export const END = tlv(0);
export const CHASSIS = tlv(1, 4, mac(AP));
export const PORT = tlv(2, 5, 'eth0');
export const TTL = tlv(3, u16(120));

/** A management address with interface number 1 and no object identifier. */
export function management(family: number, address: Uint8Array): Buffer {
  return tlv(8, 1 + address.length, family, address, 2, u32(1), 0);
}

export const ACCESS_POINT = Buffer.concat([
  CHASSIS,
  PORT,
  TTL,
  tlv(5, 'ap-ward-5'),
  tlv(6, 'Example access point\r\nrelease 8.10.1'),
  tlv(7, u16(0x000c), u16(0x000c)),
  management(1, ipv4('10.30.5.9')),
  END,
]);

/** Named by its own word, with an inventory that nobody filled in, as boards come from the factory. */
export const UNNAMED_PC = Buffer.concat([
  tlv(1, 7, 'radiology-cart-2'),
  PORT,
  TTL,
  tlv(5, 'localhost'),
  tlv(7, u16(0x0080), u16(0x0080)),
  management(1, ipv4('0.0.0.0')),
  med(8, 'System Serial Number'),
  med(9, 'To Be Filled By O.E.M.'),
  med(10, 'EX-300'),
  END,
]);

export const traces: WrittenTrace[] = [
  {
    path: 'lldp/announcements',
    from: 'IEEE 802.1AB-2016 §8, TIA-1057 §10.2.6',
    contains: 'an access point; a computer whose name and board nobody filled in',
    packets: () =>
      packetsOf([
        frame(AP, NEAREST_BRIDGE, ETHERTYPE, ACCESS_POINT),
        frame(PC, NEAREST_BRIDGE, ETHERTYPE, UNNAMED_PC),
      ]),
  },
  {
    path: 'lldp/other-bytes',
    from: 'IEEE 802.1AB-2016 §9.2.7.7',
    contains: 'frames of the same EtherType that tell nothing: wrong order, a port first, a good-bye, text',
    packets: () =>
      packetsOf(
        [
          Buffer.concat([PORT, CHASSIS, TTL, tlv(5, 'wrong-order'), END]),
          Buffer.concat([CHASSIS, PORT, tlv(5, 'no-time-to-live'), END]),
          Buffer.concat([CHASSIS, PORT, tlv(3, u16(0)), tlv(5, 'good-bye'), END]),
          Buffer.concat([CHASSIS, tlv(2), TTL, tlv(5, 'empty-port'), END]),
          Buffer.from('GET / HTTP/1.1\r\nHost: example\r\n\r\n'),
          Buffer.alloc(46),
        ].map((body) => frame(AP, NEAREST_BRIDGE, ETHERTYPE, body)),
      ),
  },
];
