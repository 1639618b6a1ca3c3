import { associateAccept, associateRequest, commandSet, dataPdus, explicit, UID } from '../dicom-encode.ts';
import { ACK, CaptureWriter, type Endpoint, FIN, mac, PSH, Random, SYN } from './frames.ts';

/** DICOM storage traffic as dcmtk 3.6.7 makes it: PS3.8 §9.3 PDUs of 16 KB, PS3.7 §9.3.1 messages. */

const UID_ROOT = '1.2.826.0.1.3680043.10.999';
const SEGMENT = 1448;
/** The data bytes of a P-DATA-TF when the receiver takes 16,384: 6 of PDU header, 4 of length, 2 of PDV header less. */
const FRAGMENT = 16_372;
const CONTEXT = 1;
const SIDE = 512;
const NOTHING = new Uint8Array(0);
// 2026-03-02 08:00:00 UTC
const START = 1_772_438_400e6;

interface Scanner {
  readonly scu: Endpoint;
  readonly scp: Endpoint;
  readonly title: string;
  readonly index: number;
  /** Objects to send. */
  readonly slices: number;
  /** Frames per object; more than one makes it an Enhanced CT. */
  readonly frames: number;
  slice: number;
  /** Microseconds: when this connection goes on. */
  time: number;
  /** Stream to send now, and how far it was sent. */
  pending: Buffer;
  sent: number;
  phase: 'connect' | 'store' | 'response' | 'done';
}

/** Writes the capture, one association per number of `slices`; `pixels(length, n)` gives the pixel data of the n-th slice of all. */
export function dicomStudy(
  path: string,
  slices: readonly number[],
  frames: number,
  pixels: (length: number, slice: number) => Buffer,
): { packets: number; bytes: number } {
  const writer = new CaptureWriter(path);
  const random = new Random(20_260_302);
  const scanners = slices.map((count, index) => scanner(index, count, frames, random));
  let running = scanners.length;
  while (running > 0) {
    let next = scanners[0];
    for (const candidate of scanners) {
      if (candidate.phase !== 'done' && (next.phase === 'done' || candidate.time < next.time))
        next = candidate;
    }
    step(writer, next, random, pixels);
    if (next.phase === 'done') running--;
  }
  writer.close();
  return { packets: writer.packets, bytes: writer.bytes };
}

function scanner(index: number, slices: number, frames: number, random: Random): Scanner {
  const end = (prefix: number, ip: number, port: number): Endpoint => ({
    mac: mac(prefix, ip & 0xffffff),
    ip,
    port,
    seq: random.below(0xffffffff),
    ipId: random.below(65_536),
    window: 501,
    tsOffset: random.below(0x7fffffff),
    tsEcho: 0,
  });
  return {
    // Four scanners with a GE Healthcare prefix, one PACS; several associations from each scanner.
    scu: end(0x444b5d, (10 << 24) | (20 << 16) | (1 << 8) | (10 + (index % 4)), 40_000 + index * 137),
    scp: end(0x001422, (10 << 24) | (20 << 16) | (2 << 8) | 10, 104),
    title: `CT${(index % 4) + 1}_SOMA`,
    index,
    slices,
    frames,
    slice: 0,
    time: START + index * 40_000,
    pending: Buffer.alloc(0),
    sent: 0,
    phase: 'connect',
  };
}

/** One burst of one connection. */
function step(
  writer: CaptureWriter,
  scanner: Scanner,
  random: Random,
  pixels: (length: number, slice: number) => Buffer,
): void {
  const { scu, scp } = scanner;
  let time = scanner.time;
  if (scanner.phase === 'connect') {
    writer.tcp(time, scu, scp, SYN, NOTHING, 0, 0);
    writer.tcp((time += 60), scp, scu, SYN | ACK, NOTHING, 0, 0);
    writer.tcp((time += 70), scu, scp, ACK, NOTHING, 0, 0);
    const asked = request(scanner);
    writer.tcp((time += 240), scu, scp, PSH | ACK, asked, 0, asked.length);
    writer.tcp((time += 30), scp, scu, ACK, NOTHING, 0, 0);
    const answered = accept(scanner);
    writer.tcp((time += 900), scp, scu, PSH | ACK, answered, 0, answered.length);
    writer.tcp((time += 20), scu, scp, ACK, NOTHING, 0, 0);
    load(scanner, pixels);
    scanner.phase = 'store';
    scanner.time = time + 400;
    return;
  }
  if (scanner.phase === 'store') {
    // A burst: a few PDUs that were in the socket's buffer together, the last of its segments not full.
    const { pending } = scanner;
    const pdus = random.between(2, 9);
    const end = Math.min(pending.length, scanner.sent + pdus * (FRAGMENT + 12));
    let unacknowledged = 0;
    const ackEvery = random.between(9, 20);
    for (let at = scanner.sent; at < end; at += SEGMENT) {
      const stop = Math.min(end, at + SEGMENT);
      writer.tcp((time += random.between(1, 4)), scu, scp, stop === end ? PSH | ACK : ACK, pending, at, stop);
      if (++unacknowledged === ackEvery || stop === end) {
        unacknowledged = 0;
        writer.tcp((time += random.between(6, 20)), scp, scu, ACK, NOTHING, 0, 0);
      }
    }
    scanner.sent = end;
    scanner.time = time + random.between(60, 400);
    if (end === pending.length) scanner.phase = 'response';
    return;
  }
  const response = dataPdus(CONTEXT, 'command', storeResponse(scanner), FRAGMENT);
  writer.tcp((time += random.between(2_000, 9_000)), scp, scu, PSH | ACK, response, 0, response.length);
  writer.tcp((time += random.between(20, 60)), scu, scp, ACK, NOTHING, 0, 0);
  scanner.slice++;
  if (scanner.slice < scanner.slices) {
    load(scanner, pixels);
    scanner.phase = 'store';
    scanner.time = time + random.between(300, 1_200);
    return;
  }
  const release = Uint8Array.of(5, 0, 0, 0, 0, 4, 0, 0, 0, 0);
  writer.tcp((time += 500), scu, scp, PSH | ACK, release, 0, release.length);
  release[0] = 6;
  writer.tcp((time += 200), scp, scu, PSH | ACK, release, 0, release.length);
  writer.tcp((time += 40), scu, scp, ACK, NOTHING, 0, 0);
  writer.tcp((time += 90), scp, scu, FIN | ACK, NOTHING, 0, 0);
  writer.tcp((time += 60), scu, scp, FIN | ACK, NOTHING, 0, 0);
  writer.tcp((time += 50), scp, scu, ACK, NOTHING, 0, 0);
  scanner.time = time;
  scanner.phase = 'done';
}

function load(scanner: Scanner, pixels: (length: number, slice: number) => Buffer): void {
  const command = dataPdus(CONTEXT, 'command', storeRequest(scanner), FRAGMENT);
  const number = (scanner.index << 16) + scanner.slice;
  const data = Buffer.concat([dataSetHeader(scanner), pixels(SIDE * SIDE * 2 * scanner.frames, number)]);
  scanner.pending = Buffer.concat([command, dataPdus(CONTEXT, 'data', data, FRAGMENT)]);
  scanner.sent = 0;
}

function sopClass(scanner: Scanner): string {
  return scanner.frames > 1 ? UID.enhancedCtImage : UID.ctImage;
}

function instanceUid(scanner: Scanner): string {
  return `${UID_ROOT}.${scanner.index + 1}.3.${scanner.slice + 1}`;
}

const PEER = { called: 'ARCHIVE1', classUid: '1.2.276.0.7230010.3.0.3.6.7', versionName: 'OFFIS_DCMTK_367' };

function request(scanner: Scanner): Buffer {
  const sop = sopClass(scanner);
  return associateRequest({ ...PEER, calling: scanner.title }, [
    { id: 1, sopClass: sop, syntaxes: [UID.explicitLittle] },
    { id: 3, sopClass: sop, syntaxes: [UID.explicitBig, UID.implicitLittle] },
    { id: 5, sopClass: UID.verification, syntaxes: [UID.implicitLittle] },
  ]);
}

function accept(scanner: Scanner): Buffer {
  return associateAccept({ ...PEER, calling: scanner.title }, [
    { id: 1, syntax: UID.explicitLittle },
    { id: 3, syntax: UID.explicitBig },
    { id: 5, syntax: UID.implicitLittle },
  ]);
}

// ---- Messages (PS3.7 §9.3.1) ----

function storeRequest(scanner: Scanner): Buffer {
  return commandSet([
    [0x0002, sopClass(scanner)],
    [0x0100, 0x0001],
    [0x0110, scanner.slice + 1],
    [0x0700, 0],
    [0x0800, 1],
    [0x1000, instanceUid(scanner)],
  ]);
}

function storeResponse(scanner: Scanner): Buffer {
  return commandSet([
    [0x0002, sopClass(scanner)],
    [0x0100, 0x8001],
    [0x0120, scanner.slice + 1],
    [0x0800, 0x0101],
    [0x0900, 0],
    [0x1000, instanceUid(scanner)],
  ]);
}

// ---- The CT slice (PS3.3 A.3, explicit little endian) up to its pixels ----

/** Everything before the pixels' first byte. The patient differs from association to association. */
function dataSetHeader(scanner: Scanner): Buffer {
  const { index, slice, frames } = scanner;
  const code = (value: string, meaning: string) => {
    const body = Buffer.concat([
      explicit(0x0008, 0x0100, 'SH', value),
      explicit(0x0008, 0x0102, 'SH', 'DCM'),
      explicit(0x0008, 0x0104, 'LO', meaning),
    ]);
    const head = Buffer.alloc(8);
    head.writeUInt16LE(0xfffe, 0);
    head.writeUInt16LE(0xe000, 2);
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const study = `${UID_ROOT}.${index + 1}.1`;
  const clock = String(90_000 + index * 100 + (slice % 60)).padStart(6, '0');
  const position = `-250\\-250\\${(-slice * 1.25).toFixed(2)}`;
  return Buffer.concat([
    explicit(0x0008, 0x0005, 'CS', 'ISO_IR 100'),
    explicit(0x0008, 0x0008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL\\CT_SOM5 SPI'),
    explicit(0x0008, 0x0016, 'UI', sopClass(scanner)),
    explicit(0x0008, 0x0018, 'UI', instanceUid(scanner)),
    explicit(0x0008, 0x0020, 'DA', '20260302'),
    explicit(0x0008, 0x0021, 'DA', '20260302'),
    explicit(0x0008, 0x0023, 'DA', '20260302'),
    explicit(0x0008, 0x0030, 'TM', clock),
    explicit(0x0008, 0x0031, 'TM', clock),
    explicit(0x0008, 0x0033, 'TM', `${clock}.${String(slice).padStart(6, '0')}`),
    explicit(0x0008, 0x0050, 'SH', `ZZACC${String(index + 1).padStart(5, '0')}`),
    explicit(0x0008, 0x0060, 'CS', 'CT'),
    explicit(0x0008, 0x0070, 'LO', 'INVENTED MEDICAL'),
    explicit(0x0008, 0x0080, 'LO', 'ZZTEST HOSPITAL'),
    explicit(0x0008, 0x0090, 'PN', 'ZZREFERRER^NOBODY'),
    explicit(0x0008, 0x1010, 'SH', `CTAWP${(index % 4) + 1}`),
    explicit(0x0008, 0x1030, 'LO', 'Abdomen^Routine (Adult)'),
    explicit(0x0008, 0x1032, 'SQ', code('ZZ01', 'CT abdomen, invented')),
    explicit(0x0008, 0x103e, 'LO', 'Abdomen 1.25 B30f'),
    explicit(0x0008, 0x1090, 'LO', 'BenchScan 64'),
    explicit(0x0010, 0x0010, 'PN', `ZZBENCH^PATIENT${String(index + 1).padStart(3, '0')}`),
    explicit(0x0010, 0x0020, 'LO', `ZZB${String(900_000 + index)}`),
    explicit(0x0010, 0x0030, 'DA', `19${String(50 + (index % 40))}0102`),
    explicit(0x0010, 0x0040, 'CS', index % 2 ? 'F' : 'M'),
    explicit(0x0010, 0x1010, 'AS', '055Y'),
    explicit(0x0010, 0x1040, 'LO', `${index + 1} Nowhere Lane`),
    explicit(0x0018, 0x0015, 'CS', 'ABDOMEN'),
    explicit(0x0018, 0x0050, 'DS', '1.25'),
    explicit(0x0018, 0x0060, 'DS', '120'),
    explicit(0x0018, 0x1000, 'LO', `ZZ${String(66_000 + (index % 4))}`),
    explicit(0x0018, 0x1020, 'LO', 'BENCH 1.0'),
    explicit(0x0018, 0x1030, 'LO', 'AbdRoutine'),
    explicit(0x0018, 0x1150, 'IS', '500'),
    explicit(0x0018, 0x1151, 'IS', String(180 + (slice % 40))),
    explicit(0x0018, 0x5100, 'CS', 'HFS'),
    explicit(0x0020, 0x000d, 'UI', study),
    explicit(0x0020, 0x000e, 'UI', `${study}.2`),
    explicit(0x0020, 0x0010, 'SH', String(index + 1)),
    explicit(0x0020, 0x0011, 'IS', '2'),
    explicit(0x0020, 0x0013, 'IS', String(slice + 1)),
    explicit(0x0020, 0x0032, 'DS', position),
    explicit(0x0020, 0x0037, 'DS', '1\\0\\0\\0\\1\\0'),
    explicit(0x0020, 0x0052, 'UI', `${study}.9`),
    explicit(0x0020, 0x1041, 'DS', (-slice * 1.25).toFixed(2)),
    explicit(0x0028, 0x0002, 'US', 1),
    explicit(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    ...(frames > 1 ? [explicit(0x0028, 0x0008, 'IS', String(frames))] : []),
    explicit(0x0028, 0x0010, 'US', SIDE),
    explicit(0x0028, 0x0011, 'US', SIDE),
    explicit(0x0028, 0x0030, 'DS', '0.9765625\\0.9765625'),
    explicit(0x0028, 0x0100, 'US', 16),
    explicit(0x0028, 0x0101, 'US', 12),
    explicit(0x0028, 0x0102, 'US', 11),
    explicit(0x0028, 0x0103, 'US', 0),
    explicit(0x0028, 0x1050, 'DS', '40'),
    explicit(0x0028, 0x1051, 'DS', '400'),
    explicit(0x0028, 0x1052, 'DS', '-1024'),
    explicit(0x0028, 0x1053, 'DS', '1'),
    explicit(0x7fe0, 0x0010, 'OW', Buffer.alloc(0), SIDE * SIDE * 2 * frames),
  ]);
}
