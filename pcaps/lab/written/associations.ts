import {
  associateAccept,
  associateRequest,
  commandSet,
  dataPdus,
  implicit,
  pdu,
  releaseRequest,
  releaseResponse,
  UID,
} from '../../../src/testing/dicom-encode.ts';
import { Connection, type Packet } from '../../../src/testing/packets.ts';
import type { WrittenTrace } from './trace.ts';

/** 2026-03-02T11:00:00Z */
const START = 1_772_449_200_000_000;
const SECOND = 1_000_000;
const PC = '10.20.5.99';
const CT = '10.20.1.10';
const CR = '10.20.1.20';
const PACS = '10.20.2.10';
const NO_DATA = 0x0101;

/** One association, or a connection without one, and when it begins (seconds). */
interface Visit {
  readonly at: number;
  readonly client: string;
  readonly server?: string;
  readonly calling?: string;
  readonly called?: string;
  /** Last byte of the client's MAC, where it is not its address's. */
  readonly device?: number;
  readonly what?: 'echo' | 'store' | 'nothing-more' | 'reject-busy' | 'reject-called' | 'silence';
  /** Changes the request before it is sent. */
  readonly change?: (request: Buffer) => Buffer;
  /** Seconds from the connection to its end. */
  readonly open?: number;
}

const bytesOf = (address: string): number[] => address.split('.').map(Number);
const macOf = (address: string, device?: number): number[] => {
  const [, , net, host] = bytesOf(address);
  return [0x00, 0x16, 0x3e, 0x20, net, device ?? host];
};

function conversation(visit: Visit, index: number): Packet[] {
  const { client, server = PACS, what = 'echo', calling = 'ECHOSCU', called = 'ARCHIVE1' } = visit;
  const connection = new Connection(104, 41_000 + index, START + visit.at * SECOND, {
    addresses: [bytesOf(client), bytesOf(server)],
    macs: [visit.device === undefined ? macOf(client) : macOf(CT, visit.device), macOf(server)],
  }).handshake();
  const wait = (visit.open ?? 0) * SECOND;
  if (what === 'silence') return connection.send(0, Buffer.alloc(0)).wait(wait).close().packets;
  const sopClass = what === 'store' ? UID.ctImage : UID.verification;
  const peer = { calling, called, classUid: '1.2.826.0.1.3680043.10.998.1', versionName: 'ZZLAB_1' };
  const request = associateRequest(peer, [{ id: 1, sopClass, syntaxes: [UID.implicitLittle] }]);
  connection.send(0, visit.change?.(request) ?? request);
  if (what === 'reject-busy') return connection.send(1, pdu(3, Buffer.from([0, 2, 3, 1]))).close().packets;
  if (what === 'reject-called') return connection.send(1, pdu(3, Buffer.from([0, 1, 1, 7]))).close().packets;
  connection.send(1, associateAccept(peer, [{ id: 1, syntax: UID.implicitLittle }]));
  if (what === 'echo') connection.send(0, echo(0x0030)).send(1, echo(0x8030));
  if (what === 'store') connection.send(0, store(index)).send(1, stored(index));
  return connection.wait(wait).send(0, releaseRequest()).send(1, releaseResponse()).close().packets;
}

const echo = (field: number) =>
  dataPdus(
    1,
    'command',
    commandSet([
      [0x0002, UID.verification],
      [0x0100, field],
      [field === 0x0030 ? 0x0110 : 0x0120, 1],
      [0x0800, NO_DATA],
      ...(field === 0x0030 ? [] : ([[0x0900, 0]] as const)),
    ]),
  );

/** An image of nobody. */
const store = (id: number) =>
  Buffer.concat([
    dataPdus(
      1,
      'command',
      commandSet([
        [0x0002, UID.ctImage],
        [0x0100, 0x0001],
        [0x0110, 1],
        [0x0700, 0],
        [0x0800, 1],
        [0x1000, `1.2.826.0.1.3680043.10.998.8.${id}`],
      ]),
    ),
    dataPdus(
      1,
      'data',
      Buffer.concat([
        implicit(0x0008, 0x0016, UID.ctImage),
        implicit(0x0008, 0x0018, `1.2.826.0.1.3680043.10.998.8.${id}`),
        implicit(0x0008, 0x0060, 'CT'),
        implicit(0x7fe0, 0x0010, Buffer.alloc(64, 0x20)),
      ]),
    ),
  ]);

const stored = (id: number) =>
  dataPdus(
    1,
    'command',
    commandSet([
      [0x0002, UID.ctImage],
      [0x0100, 0x8001],
      [0x0120, 1],
      [0x0800, NO_DATA],
      [0x0900, 0],
      [0x1000, `1.2.826.0.1.3680043.10.998.8.${id}`],
    ]),
  );

/** The packets of all of them in the order of time. */
const packetsOf = (visits: readonly Visit[]): Packet[] =>
  visits.flatMap(conversation).sort((a, b) => a.time - b.time);

const times = (count: number, make: (i: number) => Visit): Visit[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** A gratuitous ARP (RFC 5227 §1.1): the scanner says that an address is its own. */
function announcement(at: number, address: string): Packet {
  const bytes = Buffer.alloc(60);
  const mac = macOf(CT);
  bytes.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...mac, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1], 0);
  bytes.set([...mac, ...bytesOf(address), 0, 0, 0, 0, 0, 0, ...bytesOf(address)], 22);
  return { bytes, wire: bytes.length, time: START + at * SECOND, linkType: 1 };
}

/** Sets bytes of a PDU by their number in PS3.8 Table 9-11, which counts from 1. */
const set = (values: Readonly<Record<number, number>>) => (request: Buffer) => {
  for (const [byte, value] of Object.entries(values)) request[Number(byte) - 1] = value;
  return request;
};

/** Puts another name into the application context item, which is the first behind the fixed part. */
const applicationContext = (name: string) => (request: Buffer) => {
  const length = request.readUInt16BE(76);
  const head = Buffer.from(request.subarray(0, 78));
  head.writeUInt16BE(name.length, 76);
  head.writeUInt32BE(request.readUInt32BE(2) + name.length - length, 2);
  return Buffer.concat([head, Buffer.from(name, 'latin1'), request.subarray(78 + length)]);
};

const hidden = (text: string) => set(Object.fromEntries([...text].map((c, i) => [43 + i, c.charCodeAt(0)])));

const written = (name: string, from: string, contains: string, visits: readonly Visit[]): WrittenTrace => ({
  path: `dicom/${name}`,
  from,
  contains,
  packets: () => packetsOf(visits),
});

const UPPER_LAYER = 'PS3.8 §9.3';

/** Associations that a detection is about, each with one that comes close and is none. */
export const traces: WrittenTrace[] = [
  written(
    'sweep',
    UPPER_LAYER,
    'a PC asks six servers for Verification by one name within a minute; all refuse',
    times(6, (i) => ({
      at: i * 8,
      client: PC,
      server: `10.20.2.${10 * (i + 1)}`,
      called: 'ANY-SCP',
      what: 'reject-called',
    })),
  ),
  written(
    'sweep-archive',
    UPPER_LAYER,
    'an archive forwards an image to each of six workstations within a minute',
    times(6, (i) => ({
      at: i * 8,
      client: PACS,
      server: `10.20.5.${10 * (i + 1)}`,
      calling: 'ARCHIVE1',
      called: `READWS${i + 1}`,
      what: 'store',
    })),
  ),
  written(
    'promiscuous',
    UPPER_LAYER,
    'a server accepts three names that one PC makes up',
    ['PACS', 'ARCHIVE', 'SERVER'].map((called, i) => ({ at: i * 5, client: PC, called })),
  ),
  written(
    'promiscuous-partitions',
    UPPER_LAYER,
    'an archive with three titles of its own, each called by two devices',
    times(6, (i) => ({
      at: i * 5,
      client: i < 3 ? CT : CR,
      calling: i < 3 ? 'CT_REVO1' : 'CR_FDR1',
      called: ['STORE1', 'QUERY1', 'COMMIT1'][i % 3],
    })),
  ),
  written(
    'title-conflict',
    UPPER_LAYER,
    'a PC calls by the title of a scanner, between two calls of the scanner',
    [
      { at: 0, client: CT, calling: 'CT_REVO1', what: 'store' },
      { at: 60, client: PC, calling: 'CT_REVO1' },
      { at: 120, client: CT, calling: 'CT_REVO1', what: 'store' },
    ],
  ),
  {
    path: 'dicom/title-moved',
    from: `${UPPER_LAYER}, RFC 5227`,
    contains: 'a scanner calls from another address, which it has announced with the MAC it had',
    packets: () => [
      announcement(-1, CT),
      ...packetsOf([{ at: 0, client: CT, calling: 'CT_REVO1', what: 'store' }]),
      announcement(599, '10.20.1.77'),
      ...packetsOf([{ at: 600, client: '10.20.1.77', device: 10, calling: 'CT_REVO1', what: 'store' }]),
    ],
  },
  written(
    'flood',
    UPPER_LAYER,
    'thirty associations a second for three and a half seconds, all accepted',
    times(105, (i) => ({ at: i / 30, client: PC, what: 'nothing-more' })),
  ),
  written(
    'flood-burst',
    UPPER_LAYER,
    'thirty associations a second for two seconds, then one a second',
    times(70, (i) => ({ at: i < 60 ? i / 30 : i - 58, client: PC, what: 'nothing-more' })),
  ),
  written(
    'half-open',
    'PS3.8 §9.1.5',
    'fifty-five connections on which nothing is asked for 40 s',
    times(55, (i) => ({ at: i / 10, client: PC, what: 'silence', open: 40 })),
  ),
  written(
    'half-open-checks',
    'PS3.8 §9.1.5',
    'fifty-five health checks, closed at once, and an association that is open for 40 s',
    [
      { at: 0, client: CT, calling: 'CT_REVO1', what: 'store', open: 40 },
      ...times(55, (i) => ({ at: i / 10, client: PC, what: 'silence' as const, open: 0.05 })),
    ],
  ),
  written(
    'suspicious-title',
    'PS3.8 §9.3.2, PS3.5 §6.2',
    'a path, control characters and a UID that is none',
    [
      { at: 0, client: PC, called: '../../etc/cron.d', what: 'reject-called' },
      { at: 10, client: PC, calling: 'CT\r\nX', what: 'reject-called' },
      { at: 20, client: PC, change: applicationContext('1.2.840.10008.3.1.1.1/..'), what: 'reject-called' },
    ],
  ),
  written(
    'suspicious-title-padded',
    'PS3.8 §9.3.2, PS3.5 §6.2',
    'titles padded with NULs, one with dots and dashes',
    [{ at: 0, client: CT, calling: 'CT-1.A\0', called: 'ARCHIVE1\0\0\0\0\0\0\0\0' }],
  ),
  written(
    'covert-channel',
    'PS3.8 Table 9-11',
    'three associations with text in their reserved fields',
    ['first piece of', ' what is carried', 'out and away'].map((text, i) => ({
      at: 10 * i,
      client: PC,
      calling: 'PC1',
      change: hidden(text),
    })),
  ),
  written(
    'covert-channel-constant',
    'PS3.8 Table 9-11',
    'a program that always leaves the same bytes in reserved fields',
    times(4, (i) => ({
      at: 10 * i,
      client: CT,
      calling: 'CT_REVO1',
      change: set({ 2: 0xff, 43: 0xcc, 44: 0xcc }),
    })),
  ),
  written('application-context', 'PS3.7 §A.2.1', 'an application context that is not DICOM’s', [
    { at: 0, client: PC, calling: 'PC1', change: applicationContext('1.2.840.10008.3.1.1.9') },
  ]),
  written(
    'application-context-padded',
    'PS3.7 §A.2.1',
    'the application context of DICOM, padded with a NUL',
    [{ at: 0, client: CT, calling: 'CT_REVO1', change: applicationContext(`${UID.applicationContext}\0`) }],
  ),
  written(
    'failure-ratio',
    'PS3.8 §9.3.4',
    'five of twenty associations within ten minutes refused, for the server is busy',
    times(20, (i) => ({
      at: 30 * i,
      client: CT,
      calling: 'CT_REVO1',
      what: i % 4 === 3 ? 'reject-busy' : 'store',
    })),
  ),
  written(
    'failure-ratio-near',
    'PS3.8 §9.3.4',
    'four of twenty',
    times(20, (i) => ({
      at: 30 * i,
      client: CT,
      calling: 'CT_REVO1',
      what: i % 5 === 4 ? 'reject-busy' : 'store',
    })),
  ),
];
