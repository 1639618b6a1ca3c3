/** DICOM that no well-behaved program at hand would say: what is asked of an archive, fetched, moved and changed. */
import {
  associateAccept,
  associateRequest,
  commandSet,
  dataPdus,
  explicit,
  item,
  releaseRequest,
  releaseResponse,
  UID,
} from '../../../src/testing/dicom-encode.ts';
import { Connection, type Packet } from '../../../src/testing/packets.ts';
import { HOSTS, OUTSIDE, PORTS, ROUTER } from '../hospital.ts';
import { PATIENTS, type Patient } from '../patients.ts';
import type { WrittenTrace } from './trace.ts';

/** Microseconds: the laboratory's day, one in the afternoon. */
const START = Date.parse('2026-03-02T13:00:00Z') * 1000;
const SECOND = 1_000_000;

const FIND = '1.2.840.10008.5.1.4.1.2.2.1';
const MOVE = '1.2.840.10008.5.1.4.1.2.2.2';
const GET = '1.2.840.10008.5.1.4.1.2.2.3';
const ROOT = '1.2.826.0.1.3680043.10.998.50';
const NO_DATA = 0x0101;
const SUCCESS = 0;
const PENDING = 0xff00;

interface Peer {
  readonly ip: string;
  readonly mac: string;
  readonly title: string;
}

const peer = ({ ip, mac }: { ip: string; mac: string }, title: string): Peer => ({ ip, mac, title });
const CT = peer(HOSTS.ct, 'CT_REVO1');
const PACS = peer(HOSTS.pacs, 'ARCHIVE1');
const READER = peer(HOSTS.ws, 'READWS1');
const PC = peer(HOSTS.pc, 'FINDSCU');
const PROBER = peer({ ...OUTSIDE.prober, mac: ROUTER.mac }, 'GETSCU');
const VENDOR = peer({ ...OUTSIDE.vendor, mac: ROUTER.mac }, 'CLOUDBOX');

/** One side's next bytes: of the client, or of the server. */
type Say = readonly [from: 0 | 1, bytes: Buffer];

/** The packets of a connection between these two, as the hospital's bridge would have them. */
function between(client: Peer, server: Peer, port: number, start: number, says: readonly Say[]): Packet[] {
  const connection = new Connection(port, 40_000 + (Math.floor(start / SECOND) % 20_000), start).handshake();
  for (const [from, bytes] of says)
    for (let at = 0; at < bytes.length; at += 1448) connection.send(from, bytes.subarray(at, at + 1448));
  const { packets } = connection.close();
  for (const { bytes } of packets) {
    const toServer = bytes[29] === 1;
    const [from, to] = toServer ? [client, server] : [server, client];
    bytes.set([...macOf(to), ...macOf(from)], 0);
    bytes.set([...ipOf(from), ...ipOf(to)], 26);
  }
  return packets;
}

const macOf = ({ mac }: Peer) => mac.split(':').map((byte) => Number.parseInt(byte, 16));
const ipOf = ({ ip }: Peer) => ip.split('.').map(Number);

interface Context {
  readonly id: number;
  readonly sopClass: string;
}

/** An association of these contexts, in it `says`, and its release. */
function associated(
  client: Peer,
  server: Peer,
  contexts: readonly Context[],
  says: readonly Say[],
  userItems: Buffer[] = [],
): Say[] {
  const names = {
    calling: client.title,
    called: server.title,
    classUid: '1.2.826.0.1.3680043.10.998.1',
    versionName: 'ZZLAB_1',
    userItems,
  };
  const proposed = contexts.map((one) => ({ ...one, syntaxes: [UID.explicitLittle] }));
  const accepted = contexts.map(({ id }) => ({ id, syntax: UID.explicitLittle }));
  return [
    [0, associateRequest(names, proposed)],
    [1, associateAccept(names, accepted)],
    ...says,
    [0, releaseRequest()],
    [1, releaseResponse()],
  ];
}

const message = (context: number, command: Buffer, data?: Buffer, fragment?: number): Buffer =>
  Buffer.concat([
    dataPdus(context, 'command', command),
    ...(data === undefined ? [] : [dataPdus(context, 'data', data, fragment)]),
  ]);

const request = (
  sopClass: string,
  field: number,
  id: number,
  more: readonly [number, string | number][] = [],
) => commandSet([[0x0002, sopClass], [0x0100, field], [0x0110, id], ...more, [0x0700, 0], [0x0800, 1]]);

const response = (
  sopClass: string,
  field: number,
  id: number,
  status: number,
  more: readonly [number, string | number][] = [],
  data = false,
) =>
  commandSet([
    [0x0002, sopClass],
    [0x0100, field | 0x8000],
    [0x0120, id],
    [0x0800, data ? 1 : NO_DATA],
    [0x0900, status],
    ...more,
  ]);

// ---- objects ----

const SIDE = 256;

/** An image of 256 × 256 pixels of 16 bits; `altered`: with another patch of 40 × 40 in it. */
function slice(patient: Patient, number: number, altered = false): Buffer {
  const pixels = Buffer.alloc(SIDE * SIDE * 2);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++)
      pixels.writeUInt16LE((row * 7 + column * 13 + number * 101) & 0xfff, (row * SIDE + column) * 2);
  if (altered)
    for (let row = 100; row < 140; row++)
      for (let column = 120; column < 160; column++) pixels.writeUInt16LE(0x0a00, (row * SIDE + column) * 2);
  return Buffer.concat([
    explicit(0x0008, 0x0016, 'UI', UID.ctImage),
    explicit(0x0008, 0x0018, 'UI', `${ROOT}.${number}`),
    explicit(0x0008, 0x0060, 'CS', 'CT'),
    explicit(0x0010, 0x0010, 'PN', `${patient.family}^${patient.given}`),
    explicit(0x0010, 0x0020, 'LO', patient.id),
    explicit(0x0010, 0x0030, 'DA', patient.birthDate),
    explicit(0x0020, 0x000d, 'UI', `${ROOT}.0`),
    explicit(0x0028, 0x0010, 'US', SIDE),
    explicit(0x0028, 0x0011, 'US', SIDE),
    explicit(0x7fe0, 0x0010, 'OW', pixels),
  ]);
}

interface Store {
  readonly data: Buffer;
  readonly number: number;
  /** Bytes of the data set in one PDU. */
  readonly fragment?: number;
  /** Who asked for the C-MOVE that it is part of. */
  readonly originator?: string;
}

/** C-STORE and its response, sent by the client or the server of the association. */
function store(from: 0 | 1, context: number, { data, number, fragment, originator }: Store): Say[] {
  const command = commandSet([
    [0x0002, UID.ctImage],
    [0x0100, 0x0001],
    [0x0110, number],
    [0x0700, 0],
    [0x0800, 1],
    [0x1000, `${ROOT}.${number}`],
    ...(originator === undefined
      ? []
      : ([
          [0x1030, originator],
          [0x1031, 1],
        ] as const)),
  ]);
  const stored = response(UID.ctImage, 0x0001, number, SUCCESS, [[0x1000, `${ROOT}.${number}`]]);
  return [
    [from, message(context, command, data, fragment)],
    [from === 0 ? 1 : 0, message(context, stored)],
  ];
}

const STORAGE: readonly Context[] = [{ id: 1, sopClass: UID.ctImage }];

function storage(client: Peer, server: Peer, start: number, stores: readonly Store[]): Packet[] {
  const says = stores.flatMap((one) => store(0, 1, one));
  return between(client, server, PORTS.dicom, start, associated(client, server, STORAGE, says));
}

/** From the modality to the archive, and from there to a workstation, where the second of two slices is another one. */
function alteredObject(): Packet[] {
  const [alpha] = PATIENTS;
  return [
    ...storage(CT, PACS, START, [
      { data: slice(alpha, 1), number: 1 },
      { data: slice(alpha, 2), number: 2 },
    ]),
    ...storage(PACS, READER, START + 60 * SECOND, [
      { data: slice(alpha, 1), number: 1 },
      { data: slice(alpha, 2, true), number: 2 },
    ]),
  ];
}

/** The same way, in smaller fragments, and as it was; then once more, by the modality. */
function resentObject(): Packet[] {
  const [alpha] = PATIENTS;
  const stores = [
    { data: slice(alpha, 1), number: 1 },
    { data: slice(alpha, 2), number: 2 },
  ];
  return [
    ...storage(CT, PACS, START, stores),
    ...storage(
      PACS,
      READER,
      START + 60 * SECOND,
      stores.map((one) => ({ ...one, fragment: 4000 })),
    ),
    ...storage(
      CT,
      PACS,
      START + 120 * SECOND,
      stores.map((one) => ({ ...one, fragment: 7000 })),
    ),
  ];
}

// ---- queries ----

interface Keys {
  readonly name?: string;
  readonly date?: string;
}

/** A C-FIND at study level and its final response, which found nobody. */
function find(id: number, { name = '', date = '' }: Keys): Say[] {
  const keys = Buffer.concat([
    explicit(0x0008, 0x0020, 'DA', date),
    explicit(0x0008, 0x0052, 'CS', 'STUDY'),
    explicit(0x0010, 0x0010, 'PN', name),
    explicit(0x0010, 0x0020, 'LO', ''),
    explicit(0x0020, 0x000d, 'UI', ''),
  ]);
  return [
    [0, message(1, request(FIND, 0x0020, id), keys)],
    [1, message(1, response(FIND, 0x0020, id, SUCCESS))],
  ];
}

function queries(client: Peer, keys: readonly Keys[]): Packet[] {
  const says = keys.flatMap((one, index) => find(index + 1, one));
  const association = associated(client, PACS, [{ id: 1, sopClass: FIND }], says);
  return between(client, PACS, PORTS.dicom, START, association);
}

const enumeratePrefixes = (): Packet[] =>
  queries(
    PC,
    [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => ({ name: `${letter}*` })),
  );

/** A name as it is typed, a few others, and lists of a day that begin with a letter. */
const typedPrefixes = (): Packet[] =>
  queries(READER, [
    ...['Z*', 'ZZ*', 'ZZT*', 'ZZTE*', 'ZZTES*', 'M*', 'MU*', 'ZZMUST*'].map((name) => ({ name })),
    ...['A*', 'B*', 'C*', 'D*', 'E*', 'F*'].map((name) => ({ name, date: '20260302' })),
  ]);

// ---- retrieval ----

const STUDY = Buffer.concat([
  explicit(0x0008, 0x0052, 'CS', 'STUDY'),
  explicit(0x0020, 0x000d, 'UI', `${ROOT}.0`),
]);

const counts = (remaining: number, completed: number): [number, number][] => [
  [0x1020, remaining],
  [0x1021, completed],
  [0x1022, 0],
  [0x1023, 0],
];

/** C-GET by a host outside: it offers itself as SCP of CT storage, and three patients' slices come. */
function bulkGetOutside(): Packet[] {
  const role = Buffer.concat([
    Buffer.from([0, UID.ctImage.length]),
    Buffer.from(UID.ctImage),
    Buffer.from([0, 1]),
  ]);
  const patients = PATIENTS.slice(0, 3);
  const says: Say[] = [
    [0, message(1, request(GET, 0x0010, 1), STUDY)],
    ...patients.flatMap((patient, index): Say[] => [
      ...store(1, 3, { data: slice(patient, index + 1), number: index + 1 }),
      [1, message(1, response(GET, 0x0010, 1, PENDING, counts(patients.length - index - 1, index + 1)))],
    ]),
    [1, message(1, response(GET, 0x0010, 1, SUCCESS, counts(0, patients.length)))],
  ];
  const contexts = [
    { id: 1, sopClass: GET },
    { id: 3, sopClass: UID.ctImage },
  ];
  const association = associated(PROBER, PACS, contexts, says, [item(0x54, role)]);
  return between(PROBER, PACS, PORTS.dicom, START, association);
}

/** C-MOVE to an AE title that turns out to be at a public address. */
function moveOutside(): Packet[] {
  const [alpha] = PATIENTS;
  const asked = request(MOVE, 0x0021, 1, [[0x0600, VENDOR.title]]);
  const says: Say[] = [
    [0, message(1, asked, STUDY)],
    [1, message(1, response(MOVE, 0x0021, 1, PENDING, counts(1, 0)))],
    [1, message(1, response(MOVE, 0x0021, 1, SUCCESS, counts(0, 1)))],
  ];
  const contexts = [{ id: 1, sopClass: MOVE }];
  const control = between(PC, PACS, PORTS.dicom, START, associated(PC, PACS, contexts, says));
  const moved = storage(PACS, VENDOR, START + SECOND, [
    { data: slice(alpha, 1), number: 1, originator: PC.title },
  ]);
  // The answer comes when all is sent.
  const last = control.length - 5;
  const end = moved[moved.length - 1].time + 1000;
  control.slice(last).forEach((packet, index) => {
    packet.time = end + index * 1000;
  });
  return [...control.slice(0, last), ...moved, ...control.slice(last)];
}

export const traces: readonly WrittenTrace[] = [
  {
    path: 'dicom/altered-object',
    from: 'DICOM PS3.7, PS3.8',
    contains: 'two slices to the archive and on to a workstation; one has another patch of pixels there',
    packets: alteredObject,
  },
  {
    path: 'dicom/resent-object',
    from: 'DICOM PS3.7, PS3.8',
    contains: 'the same way, unchanged, in PDUs of other sizes; then sent again',
    packets: resentObject,
  },
  {
    path: 'dicom/enumerate-prefixes',
    from: 'DICOM PS3.4 Annex C',
    contains: 'C-FIND for A*, B*, C*, … Z*',
    packets: enumeratePrefixes,
  },
  {
    path: 'dicom/typed-prefixes',
    from: 'DICOM PS3.4 Annex C',
    contains: 'C-FIND for a name as it is typed, and for lists of a day by their first letter',
    packets: typedPrefixes,
  },
  {
    path: 'dicom/bulk-get-outside',
    from: 'DICOM PS3.7 §9.1.3, §D.3.3.4',
    contains: 'C-GET by a host outside, with SCP role; three objects of three patients come',
    packets: bulkGetOutside,
  },
  {
    path: 'dicom/move-outside',
    from: 'DICOM PS3.7 §9.1.4',
    contains: 'C-MOVE to an AE title, and the association that the archive opens to it outside',
    packets: moveOutside,
  },
];
