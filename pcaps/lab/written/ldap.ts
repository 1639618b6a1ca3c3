/** Connectionless LDAP written out from [MS-ADTS] §6.3 and RFC 4511. */
import { ber, integer } from './ber.ts';
import { type End, packetsOf, udp } from './link.ts';
import type { WrittenTrace } from './trace.ts';

const equality = (attribute: string, value: string | Uint8Array): Buffer =>
  ber(0xa3, ber(0x04, attribute), ber(0x04, value));
const enumerated = (value: number): Buffer => ber(0x0a, Buffer.from([value]));

/** A search of the rootDSE. */
export function search(items: readonly Uint8Array[], attribute: string): Buffer {
  const limits = [enumerated(0), enumerated(0), integer(0), integer(0), ber(0x01, Buffer.from([0]))];
  const body = ber(0x63, ber(0x04), ...limits, ber(0xa0, ...items), ber(0x30, ber(0x04, attribute)));
  return ber(0x30, integer(1), body);
}

/** A client looks for a domain controller. */
export function ping(host: string, user = ''): Buffer {
  const items = [equality('DnsDomain', 'hospital.example'), equality('Host', host)];
  if (user !== '') items.push(equality('User', user));
  return search([...items, equality('NtVer', Buffer.from([0x16, 0, 0, 0]))], 'Netlogon');
}

/** An entry of the rootDSE and the end of the search, in one datagram. */
export function entry(type: string, value: Uint8Array | string): Buffer {
  const attribute = ber(0x30, ber(0x04, type), ber(0x31, ber(0x04, value)));
  const done = ber(0x65, enumerated(0), ber(0x04), ber(0x04));
  return Buffer.concat([
    ber(0x30, integer(1), ber(0x64, ber(0x04), ber(0x30, attribute))),
    ber(0x30, integer(1), done),
  ]);
}

function label(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}
const END = Buffer.from([0]);

/** NETLOGON_SAM_LOGON_RESPONSE_EX of dc1.hospital.example; the domain is the forest, by a pointer. */
export const RESPONSE = Buffer.concat([
  Buffer.from([23, 0, 0, 0, 0xfd, 0x33, 0, 0]),
  Buffer.alloc(16, 0x42),
  label('hospital'),
  label('example'),
  END,
  Buffer.from([0xc0, 24]),
  label('dc1'),
  Buffer.from([0xc0, 24]),
  label('HOSPITAL'),
  END,
  label('DC1'),
  END,
  label('reader'),
  END,
  label('Default-First-Site-Name'),
  END,
  Buffer.from([5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
]);

const CLIENT: End = { mac: '02:00:00:00:07:03', ip: '10.20.7.3', port: 50_389 };
const CONTROLLER: End = { mac: '02:00:00:00:07:04', ip: '10.20.7.4', port: 389 };

export const traces: readonly WrittenTrace[] = [
  {
    path: 'ldap/netlogon',
    from: '[MS-ADTS] §6.3.3',
    contains: 'a workstation looks for a domain controller and is answered',
    packets: () =>
      packetsOf([
        udp(CLIENT, CONTROLLER, ping('REPORT01', 'reader')),
        udp(CONTROLLER, CLIENT, entry('netlogon', RESPONSE)),
      ]),
  },
  {
    path: 'ldap/other-bytes',
    from: 'RFC 1157',
    contains: 'port 389, BER as LDAP has it, but a message of SNMP',
    packets: () =>
      packetsOf([
        udp(
          CLIENT,
          CONTROLLER,
          ber(
            0x30,
            integer(1),
            ber(0x04, 'secret'),
            ber(0xa0, integer(1), integer(0), integer(0), ber(0x30)),
          ),
        ),
      ]),
  },
];
