/** What no dissector claims, and what goes wrong beside it: text with labels, a beacon, an address that two claim. */
import { Connection, type Packet } from '../../../src/testing/packets.ts';
import { PATIENTS, type Patient } from '../patients.ts';
import { frame, ipv4, mac, packetsOf, u16 } from './link.ts';
import type { WrittenTrace } from './trace.ts';

/** Microseconds: the laboratory's day, noon. */
const START = Date.parse('2026-03-02T12:00:00Z') * 1000;
const MINUTE = 60_000_000;

interface Host {
  readonly ip: string;
  readonly mac: string;
}

/** A patient monitor of Contec's, the engine it reports to, a print server, the router; a public test network's host. */
const MONITOR: Host = { ip: '10.20.4.30', mac: '00:13:8b:20:04:30' };
const ENGINE: Host = { ip: '10.20.3.10', mac: '00:0c:29:20:03:10' };
const PRINTER: Host = { ip: '10.20.5.40', mac: '00:1f:29:20:05:40' };
const OUTSIDE: Host = { ip: '203.133.248.10', mac: '00:1b:54:20:00:01' };
const PROGRAM: Host = { ip: '10.20.5.50', mac: '00:1f:29:20:05:50' };
const SERVER: Host = { ip: '10.20.3.60', mac: '00:50:56:20:03:60' };

/** Puts other ends in the place of the two that a `Connection` has. */
function between(client: Host, server: Host, packets: readonly Packet[]): Packet[] {
  return packets.map((packet) => {
    const bytes = Buffer.from(packet.bytes);
    const [from, to] = bytes[29] === 1 ? [client, server] : [server, client];
    bytes.set(mac(to.mac), 0);
    bytes.set(mac(from.mac), 6);
    bytes.set(ipv4(from.ip), 26);
    bytes.set(ipv4(to.ip), 30);
    return { ...packet, bytes };
  });
}

const text = (words: string, encoding: BufferEncoding = 'latin1') =>
  Uint8Array.from(Buffer.from(words, encoding));

/** A line protocol of nobody's. */
export function labelled({ id, family, given, birthDate }: Patient): string {
  const date = `${birthDate.slice(0, 4)}-${birthDate.slice(4, 6)}-${birthDate.slice(6)}`;
  return `#STORE\r\nPatientName=${family}^${given}\r\nPatientID=${id}\r\nBirthDate=${date}\r\nWard=7\r\n#END\r\n`;
}

/** As a Windows program writes it, in one line. */
function wide({ id, family, given }: Patient): string {
  return `SAVE|Patient Name: ${family}, ${given}|MRN: ${id}|Bed: 3|\r\n`;
}

function conversation(
  port: number,
  client: number,
  time: number,
  asked: Uint8Array,
  answered: string,
): Packet[] {
  return new Connection(port, client, time).handshake().send(0, asked).send(1, text(answered)).close()
    .packets;
}

function labelledText(): Packet[] {
  const [alpha, bravo, erika] = PATIENTS;
  return [
    ...between(
      PROGRAM,
      SERVER,
      conversation(9050, 40_000, START, text(labelled(alpha) + labelled(bravo)), '+OK 2\r\n'),
    ),
    ...between(
      PROGRAM,
      SERVER,
      conversation(9051, 40_001, START + MINUTE, text(wide(erika), 'utf16le'), 'ACK\r\n'),
    ),
  ];
}

/** The same programs, before anybody was entered. */
function formTemplate(): Packet[] {
  const form =
    '#FORM\r\nPatientName=\r\nPatientID=\r\nBirthDate=YYYY-MM-DD\r\nWard=7\r\n#END\r\n' +
    'PatientName={{patient.name}}\r\nPatientID=%d\r\nBirthDate={{patient.dob}}\r\n' +
    '{"patientName": {"type": "string"}, "mrn": "string", "dob": "date"}\r\n' +
    'PatientName=DOE^JOHN\r\nPatientID=12345\r\n';
  const empty = 'SAVE|Patient Name: |MRN: |Bed: 3|\r\n';
  return [
    ...between(PROGRAM, SERVER, conversation(9050, 40_000, START, text(form), '+OK 0\r\n')),
    ...between(
      PROGRAM,
      SERVER,
      conversation(9051, 40_001, START + MINUTE, text(empty, 'utf16le'), 'ACK\r\n'),
    ),
  ];
}

/** Vital signs as IHE PCD-01 has them, over MLLP, and the acknowledgement. */
function vitals(control: string, { id, family, given, birthDate, sex }: Patient): [Uint8Array, string] {
  const mllp = (segments: readonly string[]) => `\x0b${segments.join('\r')}\r\x1c\r`;
  const message = [
    `MSH|^~\\&|ZZMONITOR^0080100000000430^EUI-64|ZZWARD|ENGINE|ZZHOSP|20260302120000||ORU^R01^ORU_R01|${control}|P|2.6`,
    `PID|||${id}^^^ZZHOSP^PI||${family}^${given}||${birthDate}|${sex}`,
    'OBR|1|ZZ1|ZZ1|182777000^monitoring of patient^SCT|||20260302120000',
    'OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||0080100000000430^^0080100000000430^EUI-64',
    'OBX|2|NM|147842^MDC_ECG_HEART_RATE^MDC|1.7.4.147842|80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R',
    'OBX|3|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.150456|97|262688^MDC_DIM_PERCENT^MDC|||||R',
  ];
  const answer = [
    `MSH|^~\\&|ENGINE|ZZHOSP|ZZMONITOR|ZZWARD|20260302120001||ACK^R01|A${control}|P|2.6`,
    `MSA|AA|${control}`,
  ];
  return [text(mllp(message)), mllp(answer)];
}

function report(time: number, client: number): Packet[] {
  const [message, answer] = vitals(`ZZ${client}`, PATIENTS[3]);
  return between(MONITOR, ENGINE, conversation(2575, client, time, message, answer));
}

/** The first packet of a connection: nobody answers. */
function tried(time: number, client: number): Packet[] {
  return between(MONITOR, OUTSIDE, new Connection(515, client, time).handshake().packets.slice(0, 1));
}

function beacon(): Packet[] {
  return [
    ...tried(START, 40_000),
    ...tried(START + MINUTE, 40_001),
    ...report(START + 2 * MINUTE, 40_002),
    ...tried(START + 3 * MINUTE, 40_003),
  ];
}

/** A job of three lines (RFC 1179 §5.2, §5.3) for the print server of the ward. */
function printing(): Packet[] {
  const connection = new Connection(515, 40_000, START)
    .handshake()
    .send(0, text('\x02ward7\n'))
    .send(1, Uint8Array.of(0))
    .close();
  return [...between(MONITOR, PRINTER, connection.packets), ...report(START + 2 * MINUTE, 40_002)];
}

/** RFC 826. A request when `asks`, else a reply; both name the sender. */
function arp(from: Host, to: Host, asks: boolean): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 1, 8, 0, 6, 4]),
    u16(asks ? 1 : 2),
    mac(from.mac),
    ipv4(from.ip),
    asks ? Buffer.alloc(6) : mac(to.mac),
    ipv4(to.ip),
  ]);
  return frame(from.mac, asks ? 'ff:ff:ff:ff:ff:ff' : to.mac, 0x0806, body);
}

const STATION: Host = { ip: '10.20.4.20', mac: '00:09:fb:20:04:20' };
const INTRUDER: Host = { ip: '10.20.4.99', mac: '3c:d9:2b:20:04:99' };
const POSING: Host = { ip: STATION.ip, mac: INTRUDER.mac };

function spoofed(): readonly Packet[] {
  const turn = [arp(POSING, MONITOR, false), arp(POSING, MONITOR, false), arp(STATION, MONITOR, true)];
  return packetsOf([
    arp(MONITOR, STATION, true),
    arp(STATION, MONITOR, false),
    arp(INTRUDER, MONITOR, true),
    ...turn,
    ...turn,
    ...turn,
  ]);
}

/** Two routers with one virtual address (RFC 5798 §7.3), and a device that is replaced by another of its kind. */
function virtualRouter(): readonly Packet[] {
  const master: Host = { ip: '10.20.4.1', mac: '00:00:5e:00:01:04' };
  const first: Host = { ip: '10.20.4.1', mac: '00:1b:54:20:04:02' };
  const second: Host = { ip: '10.20.4.1', mac: '00:1b:54:20:05:03' };
  const spare: Host = { ip: STATION.ip, mac: '00:09:fb:77:04:21' };
  return packetsOf([
    arp(first, MONITOR, false),
    arp(master, MONITOR, false),
    arp(first, MONITOR, false),
    arp(master, MONITOR, false),
    arp(second, MONITOR, false),
    arp(master, MONITOR, false),
    arp(STATION, MONITOR, true),
    arp(STATION, MONITOR, true),
    arp(spare, spare, true),
    arp(spare, MONITOR, true),
  ]);
}

export const traces: WrittenTrace[] = [
  {
    path: 'other/labelled-text',
    from: 'no standard: two home-made protocols',
    contains: 'patients in lines of keys and values, and in UTF-16 as Windows programs write it',
    packets: labelledText,
  },
  {
    path: 'other/form-template',
    from: 'the same',
    contains: 'the same labels without anybody behind them: empty forms, templates, a schema, an example',
    packets: formTemplate,
  },
  {
    path: 'external/beacon-515',
    from: 'CISA ICSMA-25-030-01, IHE PCD-01',
    contains: 'a patient monitor that reports vital signs inside, and tries port 515 of a public address',
    packets: beacon,
  },
  {
    path: 'external/printing-515',
    from: 'RFC 1179, IHE PCD-01',
    contains: 'the same monitor, which prints at a print server inside',
    packets: printing,
  },
  {
    path: 'link/arp-spoof',
    from: 'RFC 826',
    contains: "a PC that answers for a central station's address, which the station goes on to claim",
    packets: spoofed,
  },
  {
    path: 'link/virtual-router',
    from: 'RFC 826, RFC 5798 §7.3',
    contains: 'two routers and the address that they share; a device replaced by a spare one',
    packets: virtualRouter,
  },
];
