import * as astm from '../../../dissectors/astm/testing.ts';
import * as intellivue from '../../../dissectors/intellivue/testing.ts';
import * as poct1a from '../../../dissectors/poct1a/testing.ts';
import * as unity from '../../../dissectors/unity/testing.ts';
import { ethernet, ipv4, udp } from '../../../src/testing/net-packets.ts';
import { Connection, type Packet } from '../../../src/testing/packets.ts';
import { PATIENTS, type Patient } from '../patients.ts';
import type { WrittenTrace } from './trace.ts';

/**
 * Bedside and laboratory device protocols, which no program at hand speaks: both sides' bytes written out from the
 * standards and guides.
 */

const START = Date.UTC(2026, 2, 2, 8, 15) * 1000;
const MONITOR_MAC = [0x00, 0x09, 0xfb, 0x00, 0x00, 0x17];
const COMPUTER_MAC = [0x02, 0x00, 0x00, 0x00, 0x05, 0x20];
const BROADCAST = [255, 255, 255, 255, 255, 255];
const MONITOR = '10.20.1.31';
const COMPUTER = '10.20.2.60';

interface Datagram {
  readonly from: readonly [address: string, port: number, mac: readonly number[]];
  readonly to: readonly [address: string, port: number, mac: readonly number[]];
  readonly bytes: Uint8Array;
}

/** One datagram every quarter of a second. */
function datagrams(list: readonly Datagram[]): Packet[] {
  return list.map(({ from, to, bytes }, n) => {
    const packet = ethernet(
      0x0800,
      ipv4(17, udp(from[1], to[1], bytes), { source: from[0], destination: to[0] }),
      from[2],
      to[2],
    );
    return { bytes: packet, wire: packet.length, time: START + n * 250_000, linkType: 1 };
  });
}

/** A TCP connection; lines say who speaks, `>` the client. */
function connection(port: number, turns: readonly (readonly ['>' | '<', Uint8Array])[]): readonly Packet[] {
  const tcp = new Connection(port, 40_000, START).handshake();
  for (const [who, bytes] of turns) tcp.send(who === '>' ? 0 : 1, bytes);
  return tcp.close().packets;
}

const monitor = (port: number): Datagram['from'] => [MONITOR, port, MONITOR_MAC];
const computer = (port: number): Datagram['from'] => [COMPUTER, port, COMPUTER_MAC];
const everyone = (port: number): Datagram['to'] => ['10.20.255.255', port, BROADCAST];

const INDICATION = intellivue.connectIndication(
  intellivue.attribute(0xf101, intellivue.list([0, 5, 0, 1, 0x5e, 0x29, 0, 0])),
  intellivue.addressInfo(MONITOR_MAC, [10, 20, 1, 31], [255, 255, 0, 0]),
  ...intellivue.MONITOR,
);

function exported(patient: Patient): Packet[] {
  const { id, family, given, birthDate } = patient;
  const asks = (bytes: Uint8Array): Datagram => ({ from: computer(51_000), to: monitor(24105), bytes });
  const answers = (bytes: Uint8Array): Datagram => ({ from: monitor(24105), to: computer(51_000), bytes });
  return datagrams([
    { from: monitor(24105), to: everyone(24005), bytes: INDICATION },
    asks(intellivue.association('request')),
    answers(intellivue.association('accept')),
    answers(intellivue.mdsCreate(...intellivue.MONITOR)),
    asks(intellivue.mdsCreateResult()),
    asks(intellivue.pollRequest(0x2a)),
    answers(
      intellivue.pollResult(0x2a, [
        intellivue.patient({ id, family, given, birthDate, sex: patient.sex === 'M' ? 1 : 2 }),
      ]),
    ),
    asks(intellivue.pollRequest(0x06)),
    answers(intellivue.pollResult(0x06, [[intellivue.heartRate()]], { extended: true })),
    answers(intellivue.pollResult(0x09, [[intellivue.ecgWave()]], { extended: true, linked: true })),
    answers(intellivue.pollResult(0x09, [[intellivue.ecgWave()]], { extended: true })),
    asks(intellivue.association('finish')),
  ]);
}

const malformedIndication = (): Uint8Array => {
  const bytes = Uint8Array.from(INDICATION);
  bytes[34] = 0x7f;
  return bytes;
};

/** A patient's record and one result (LIS2-A2 §7, §9). */
function results({ id, family, given, birthDate, sex }: Patient): string[] {
  return [
    astm.HEADER,
    `P|1|${id}|||${family}^${given}||${birthDate}|${sex}`,
    astm.ORDER,
    astm.RESULT,
    astm.TERMINATOR,
  ];
}

const framed = (texts: readonly string[]): (readonly ['>' | '<', Uint8Array])[] => [
  ['>', astm.bytes(astm.ENQ)],
  ['<', astm.bytes(astm.ACK)],
  ...texts.flatMap((text): (readonly ['>' | '<', Uint8Array])[] => [
    ['>', astm.bytes(text)],
    ['<', astm.bytes(astm.ACK)],
  ]),
  ['>', astm.bytes(astm.EOT)],
];

const point = ({ id, family, given, birthDate, sex }: Patient): string =>
  `<PT.patient_id V="${id}"/><PT.name><GIV V="${given}"/><FAM V="${family}"/></PT.name>` +
  `<PT.birth_date V="${birthDate.replace(/(....)(..)(..)/, '$1-$2-$3')}"/><PT.gender_cd V="${sex}"/>`;

const GE_MAC = [0x00, 0x00, 0xa1, 0x00, 0x00, 0x41];
const unityNode = (port: number, bytes: Uint8Array): Datagram => ({
  from: ['10.20.1.41', port, GE_MAC],
  to: everyone(port),
  bytes,
});
const GE = [10, 20, 1, 41];

export const traces: readonly WrittenTrace[] = [
  {
    path: 'intellivue/export',
    from: 'written from the Data Export Interface Programming Guide (Philips)',
    contains:
      'connect indication, association, MDS create event, demographics, numerics and waves polled, release',
    packets: () => exported(PATIENTS[0]),
  },
  {
    path: 'intellivue/nothing-entered',
    from: 'written from the Data Export Interface Programming Guide (Philips)',
    contains: 'demographics of nobody, an empty poll, a refused association',
    packets: () =>
      datagrams([
        { from: computer(51_000), to: monitor(24105), bytes: intellivue.association('request') },
        { from: monitor(24105), to: computer(51_000), bytes: intellivue.association('refuse') },
        {
          from: monitor(24105),
          to: computer(51_000),
          bytes: intellivue.pollResult(0x2a, [intellivue.patient({ sex: 9 })]),
        },
        { from: monitor(24105), to: computer(51_000), bytes: intellivue.pollResult(0x06, []) },
      ]),
  },
  {
    path: 'intellivue/malformed',
    from: 'written from the Data Export Interface Programming Guide (Philips), and damaged',
    contains: 'a connect indication, then one with an attribute longer than its list',
    packets: () =>
      datagrams([
        { from: monitor(24105), to: everyone(24005), bytes: INDICATION },
        { from: monitor(24105), to: everyone(24005), bytes: malformedIndication() },
      ]),
  },
  {
    path: 'intellivue/other-bytes',
    from: 'written for this project',
    contains: 'nothing of IntelliVue: its ports, with lengths that disagree, another session id, text',
    packets: () =>
      datagrams([
        {
          from: computer(51_000),
          to: monitor(24105),
          bytes: Uint8Array.from([...intellivue.pollRequest(6), 0]),
        },
        {
          from: computer(51_000),
          to: monitor(24105),
          bytes: Uint8Array.from([0xe1, 0x01, ...intellivue.pollRequest(6).subarray(2)]),
        },
        { from: monitor(24105), to: everyone(24005), bytes: astm.bytes('M-SEARCH * HTTP/1.1\r\n\r\n') },
      ]),
  },
  {
    path: 'astm/results',
    from: 'written from CLSI LIS1-A and LIS2-A2',
    contains: 'a result in frames, each acknowledged; the sender named as Abbott’s manual says',
    packets: () => connection(5000, framed(astm.frames(...results(PATIENTS[1])))),
  },
  {
    path: 'astm/bare',
    from: 'written from CLSI LIS2-A2',
    contains: 'the same without frames, one record a line',
    packets: () =>
      connection(5001, [
        [
          '>',
          astm.bytes(
            results(PATIENTS[2])
              .map((record) => `${record}\r`)
              .join(''),
          ),
        ],
      ]),
  },
  {
    path: 'astm/wrong-checksum',
    from: 'written from CLSI LIS1-A and LIS2-A2, and damaged',
    contains: 'a control’s result, no patient, whose second frame has another checksum, and is sent again',
    packets: () => {
      const [header, result, end] = astm.frames(astm.HEADER, astm.RESULT, astm.TERMINATOR);
      const damaged = result.replace(/..\r\n$/, '00\r\n');
      return connection(5000, [
        ...framed([header]).slice(0, -1),
        ['>', astm.bytes(damaged)],
        ['<', astm.bytes(astm.NAK)],
        ...framed([result, end]).slice(2),
      ]);
    },
  },
  {
    path: 'astm/other-bytes',
    from: 'written for this project',
    contains: 'nothing of ASTM: ENQ and ACK, then frames of another protocol',
    packets: () =>
      connection(5000, [
        ['>', astm.bytes(astm.ENQ)],
        ['<', astm.bytes(astm.ACK)],
        ['>', astm.bytes('\x02D1,0042,17.5\x031F\r\n')],
        ['<', astm.bytes(astm.ACK)],
        ['>', astm.bytes(astm.EOT)],
      ]),
  },
  {
    path: 'poct1a/session',
    from: 'written from CLSI POCT1-A2 Appendix B',
    contains: 'hello, status, request, a patient’s observation and a control’s, termination',
    packets: () =>
      connection(3001, [
        ['>', poct1a.bytes(poct1a.hello())],
        ['<', poct1a.bytes(poct1a.acknowledge(1))],
        ['>', poct1a.bytes(poct1a.status(1))],
        ['<', poct1a.bytes(poct1a.acknowledge(2))],
        ['<', poct1a.bytes(poct1a.request())],
        ['>', poct1a.bytes(poct1a.observation(point(PATIENTS[3])))],
        ['<', poct1a.bytes(poct1a.acknowledge(4))],
        ['>', poct1a.bytes(poct1a.control())],
        ['<', poct1a.bytes(poct1a.acknowledge(5))],
        ['>', poct1a.bytes(poct1a.terminate())],
      ]),
  },
  {
    path: 'poct1a/cut',
    from: 'written from CLSI POCT1-A2 Appendix B, and cut',
    contains: 'half of a hello, without its end',
    packets: () => connection(3001, [['>', poct1a.bytes(poct1a.hello().slice(0, 500))]]),
  },
  {
    path: 'poct1a/other-xml',
    from: 'written for this project',
    contains: 'nothing of POCT1-A: XML with other roots',
    packets: () =>
      connection(3001, [
        ['>', poct1a.bytes('<?xml version="1.0"?><HEL.X01><DEV.serial_id V="1"/></HEL.X01>')],
        ['<', poct1a.bytes('<?xml version="1.0"?><ack/>')],
      ]),
  },
  {
    path: 'unity/nodes',
    from: 'written from what an interface vendor (Vocera) documents of the network',
    contains: 'a discovery broadcast and a time broadcast; fields that are not documented are zero',
    packets: () =>
      datagrams([
        unityNode(7000, unity.node('ICU|BED7', { sender: GE })),
        unityNode(2000, unity.node('ICU|CIC1', { sender: GE, seconds: 3_981_600_000 })),
      ]),
  },
  {
    path: 'unity/other-bytes',
    from: 'written for this project',
    contains: 'nothing of Unity: its ports, with another sender’s address, without a location, text',
    packets: () =>
      datagrams([
        unityNode(7000, unity.node('ICU|BED7', { sender: [10, 20, 1, 42] })),
        unityNode(7001, unity.node('ICU', { sender: GE })),
        unityNode(2000, astm.bytes('ICU|BED7')),
      ]),
  },
];
