/** SNMP messages written out from RFC 1157, RFC 3416, RFC 3412, RFC 3414, RFC 3805 and RFC 6933. */
import { ber, integer, oid } from './ber.ts';
import { type End, ipv4, packetsOf, udp } from './link.ts';
import type { WrittenTrace } from './trace.ts';

export { oid } from './ber.ts';

export const text = (value: string): Buffer => ber(0x04, value);

/** A variable binding. */
export function binding(name: string, value: Uint8Array = ber(0x05)): Buffer {
  return ber(0x30, oid(name), value);
}

/** RFC 3416 §3; `tag` is the PDU's. */
export function pdu(tag: number, bindings: readonly Uint8Array[], status = 0): Buffer {
  return ber(tag, integer(4711), integer(status), integer(0), ber(0x30, ...bindings));
}

/** RFC 1901 §3; RFC 1157 §4 with version 0. */
export function message(body: Uint8Array, version = 1): Buffer {
  return ber(0x30, integer(version), ber(0x04, 'secret'), body);
}

/** RFC 1157 §4.1.6 */
export function trapV1(enterprise: string, agent: string, bindings: readonly Uint8Array[] = []): Buffer {
  const body = [oid(enterprise), ber(0x40, ipv4(agent)), integer(0), integer(0), ber(0x43, Buffer.from([1]))];
  return message(ber(0xa4, ...body, ber(0x30, ...bindings)), 0);
}

/** RFC 3412 §6 with RFC 3414 §2.4; `data`: a scoped PDU, or what stands for an encrypted one. */
export function v3(engine: Uint8Array, flags: number, data: Uint8Array): Buffer {
  const header = ber(0x30, integer(17), integer(65_507), ber(0x04, Buffer.from([flags])), integer(3));
  const usm = ber(
    0x30,
    ber(0x04, engine),
    integer(1),
    integer(2),
    ber(0x04, 'watcher'),
    ber(0x04, Buffer.alloc(12)),
    ber(0x04, Buffer.alloc(8)),
  );
  return ber(0x30, integer(3), header, ber(0x04, usm), data);
}

export function scoped(engine: Uint8Array, body: Uint8Array): Buffer {
  return ber(0x30, ber(0x04, engine), ber(0x04), body);
}

export const PRINTER = [
  binding(
    '1.3.6.1.2.1.1.1.0',
    text('HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD143,EEPROM V.43.92,CIDATE 07/22/2015'),
  ),
  binding('1.3.6.1.2.1.1.2.0', oid('1.3.6.1.4.1.11.2.3.9.1')),
  binding('1.3.6.1.2.1.1.5.0', text('PRN-WARD3')),
  binding('1.3.6.1.2.1.25.3.2.1.3.1', text('HP LaserJet M507')),
  binding('1.3.6.1.2.1.43.5.1.1.17.1', text('INVENTED01')),
];

/** Cisco's enterprise, then a MAC (RFC 3411 §5, format 3). */
export const SWITCH_ENGINE = Buffer.from('800000090302000000070a', 'hex');

export const SWITCH = [
  binding('1.3.6.1.2.1.47.1.1.1.1.5.1001', integer(3)),
  binding('1.3.6.1.2.1.47.1.1.1.1.5.1010', integer(9)),
  binding('1.3.6.1.2.1.47.1.1.1.1.11.1001', text('INVENTED02')),
  binding('1.3.6.1.2.1.47.1.1.1.1.11.1010', text('A-PART-OF-IT')),
  binding('1.3.6.1.2.1.47.1.1.1.1.13.1001', text('WS-C2960X-24TS-L')),
];

const MANAGER: End = { mac: '02:00:00:00:07:01', ip: '10.20.7.1', port: 50_161 };
const at = (number: number, port = 161): End => ({
  mac: `02:00:00:00:07:0${number.toString(16)}`,
  ip: `10.20.7.${number}`,
  port,
});
const ask = (to: End) => udp(MANAGER, to, message(pdu(0xa0, [binding('1.3.6.1.2.1.1.1.0')])));

export const traces: readonly WrittenTrace[] = [
  {
    path: 'snmp/printer',
    from: 'RFC 1157, RFC 3805',
    contains: 'a printer answers: description, name, model, serial number',
    packets: () => packetsOf([ask(at(9)), udp(at(9), MANAGER, message(pdu(0xa2, PRINTER), 0))]),
  },
  {
    path: 'snmp/switch-v3',
    from: 'RFC 3412, RFC 3414, RFC 6933',
    contains:
      'a switch answers in version 3: engine id with a MAC, serial number of the chassis; then encrypted',
    packets: () =>
      packetsOf([
        udp(MANAGER, at(10), v3(SWITCH_ENGINE, 4, scoped(SWITCH_ENGINE, pdu(0xa0, [])))),
        udp(at(10), MANAGER, v3(SWITCH_ENGINE, 0, scoped(SWITCH_ENGINE, pdu(0xa2, SWITCH)))),
        udp(MANAGER, at(10), v3(SWITCH_ENGINE, 7, ber(0x04, Buffer.alloc(48, 0xe5)))),
        udp(at(10), MANAGER, v3(SWITCH_ENGINE, 3, ber(0x04, Buffer.alloc(48, 0xe5)))),
      ]),
  },
  {
    path: 'snmp/trap-passed-on',
    from: 'RFC 1157 §4.1.6',
    contains: 'a trap of a monitor, sent on by another host: the enterprise is the monitor’s',
    packets: () =>
      packetsOf([
        udp(
          at(11, 49_162),
          at(1, 162),
          trapV1('1.3.6.1.4.1.3592.1', '10.20.7.12', [binding('1.3.6.1.2.1.1.5.0', text('gateway'))]),
        ),
      ]),
  },
  {
    path: 'snmp/other-bytes',
    from: 'RFC 4511',
    contains: 'port 161, BER as SNMP has it, but an LDAP message; and text',
    packets: () =>
      packetsOf([
        udp(
          MANAGER,
          at(13),
          ber(0x30, integer(1), ber(0x60, integer(3), ber(0x04), ber(0x80)), ber(0x04, 'padding')),
        ),
        udp(at(13), MANAGER, Buffer.from('0000 this is not SNMP, whatever its port')),
      ]),
  },
];
