import { ACK, CaptureWriter, type Endpoint, FIN, mac, PSH, Random, SYN } from './frames.ts';

/** DICOM storage traffic as dcmtk 3.6.7 makes it: PS3.8 §9.3 PDUs of 16 KB, PS3.7 §9.3.1 messages. */

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const ENHANCED_CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2.1';
const VERIFICATION = '1.2.840.10008.1.1';
const IMPLICIT_LE = '1.2.840.10008.1.2';
const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const EXPLICIT_BE = '1.2.840.10008.1.2.2';
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
    // Four scanners with a Siemens Healthineers prefix, one PACS; several associations from each scanner.
    scu: end(0x001ae8, (10 << 24) | (20 << 16) | (1 << 8) | (10 + (index % 4)), 40_000 + index * 137),
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
    const request = associateRequest(scanner.title, 'ARCHIVE1', sopClass(scanner));
    writer.tcp((time += 240), scu, scp, PSH | ACK, request, 0, request.length);
    writer.tcp((time += 30), scp, scu, ACK, NOTHING, 0, 0);
    const accept = associateAccept(scanner.title, 'ARCHIVE1');
    writer.tcp((time += 900), scp, scu, PSH | ACK, accept, 0, accept.length);
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
  const response = pdata(storeResponse(scanner), true);
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
  const command = pdata(storeRequest(scanner), true);
  const number = (scanner.index << 16) + scanner.slice;
  const data = Buffer.concat([dataSetHeader(scanner), pixels(SIDE * SIDE * 2 * scanner.frames, number)]);
  scanner.pending = Buffer.concat([command, pdata(data, false)]);
  scanner.sent = 0;
}

function sopClass(scanner: Scanner): string {
  return scanner.frames > 1 ? ENHANCED_CT_IMAGE_STORAGE : CT_IMAGE_STORAGE;
}

function instanceUid(scanner: Scanner): string {
  return `${UID_ROOT}.${scanner.index + 1}.3.${scanner.slice + 1}`;
}

// ---- PDUs (PS3.8 §9.3) ----

/** A message stream as P-DATA-TF PDUs of one PDV each, the last one marked so. */
function pdata(stream: Buffer, command: boolean): Buffer {
  const count = Math.max(1, Math.ceil(stream.length / FRAGMENT));
  const out = Buffer.alloc(stream.length + count * 12);
  let at = 0;
  for (let start = 0; start < stream.length; start += FRAGMENT) {
    const end = Math.min(stream.length, start + FRAGMENT);
    out[at] = 4;
    out.writeUInt32BE(end - start + 6, at + 2);
    out.writeUInt32BE(end - start + 2, at + 6);
    out[at + 10] = CONTEXT;
    out[at + 11] = (command ? 1 : 0) | (end === stream.length ? 2 : 0);
    at += 12;
    at += stream.copy(out, at, start, end);
  }
  return out;
}

function item(type: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function associate(type: number, calling: string, called: string, items: Buffer[]): Buffer {
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16BE(1, 0);
  fixed.write(called.padEnd(16), 4, 'latin1');
  fixed.write(calling.padEnd(16), 20, 'latin1');
  const body = Buffer.concat([fixed, item(0x10, Buffer.from('1.2.840.10008.3.1.1.1')), ...items]);
  const head = Buffer.from([type, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function userInformation(): Buffer {
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(16_384);
  return item(
    0x50,
    item(0x51, maximum),
    item(0x52, Buffer.from('1.2.276.0.7230010.3.0.3.6.7')),
    item(0x55, Buffer.from('OFFIS_DCMTK_367')),
  );
}

function associateRequest(calling: string, called: string, sopClass: string): Buffer {
  const context = (id: number, sop: string, syntaxes: string[]) =>
    item(
      0x20,
      Buffer.from([id, 0, 0xff, 0]),
      item(0x30, Buffer.from(sop)),
      ...syntaxes.map((uid) => item(0x40, Buffer.from(uid))),
    );
  return associate(1, calling, called, [
    context(1, sopClass, [EXPLICIT_LE]),
    context(3, sopClass, [EXPLICIT_BE, IMPLICIT_LE]),
    context(5, VERIFICATION, [IMPLICIT_LE]),
    userInformation(),
  ]);
}

function associateAccept(calling: string, called: string): Buffer {
  const context = (id: number, syntax: string) =>
    item(0x21, Buffer.from([id, 0, 0, 0]), item(0x40, Buffer.from(syntax)));
  return associate(2, calling, called, [
    context(1, EXPLICIT_LE),
    context(3, EXPLICIT_BE),
    context(5, IMPLICIT_LE),
    userInformation(),
  ]);
}

// ---- Messages (PS3.7 §9.3.1, command sets always implicit little endian) ----

function us(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16LE(value);
  return out;
}

function padded(text: string, fill: string): Buffer {
  return Buffer.from(text.length % 2 ? text + fill : text, 'latin1');
}

function commandSet(elements: [number, Buffer][]): Buffer {
  const parts = elements.map(([element, value]) => {
    const head = Buffer.alloc(8);
    head.writeUInt16LE(element, 2);
    head.writeUInt32LE(value.length, 4);
    return Buffer.concat([head, value]);
  });
  const body = Buffer.concat(parts);
  const group = Buffer.alloc(12);
  group.writeUInt32LE(4, 4);
  group.writeUInt32LE(body.length, 8);
  return Buffer.concat([group, body]);
}

function storeRequest(scanner: Scanner): Buffer {
  return commandSet([
    [0x0002, padded(sopClass(scanner), '\0')],
    [0x0100, us(0x0001)],
    [0x0110, us(scanner.slice + 1)],
    [0x0700, us(0)],
    [0x0800, us(1)],
    [0x1000, padded(instanceUid(scanner), '\0')],
  ]);
}

function storeResponse(scanner: Scanner): Buffer {
  return commandSet([
    [0x0002, padded(sopClass(scanner), '\0')],
    [0x0100, us(0x8001)],
    [0x0120, us(scanner.slice + 1)],
    [0x0800, us(0x0101)],
    [0x0900, us(0)],
    [0x1000, padded(instanceUid(scanner), '\0')],
  ]);
}

// ---- The CT slice (PS3.3 A.3, explicit little endian) up to its pixels ----

const LONG_VRS = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);

function element(group: number, number: number, vr: string, value: Buffer, length = value.length): Buffer {
  const long = LONG_VRS.has(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(length, 8);
  else head.writeUInt16LE(length, 6);
  return Buffer.concat([head, value]);
}

/** Everything before the pixels' first byte. The patient differs from association to association. */
function dataSetHeader(scanner: Scanner): Buffer {
  const { index, slice, frames } = scanner;
  const text = (group: number, number: number, vr: string, value: string) =>
    element(group, number, vr, padded(value, vr === 'UI' ? '\0' : ' '));
  const code = (value: string, meaning: string) => {
    const body = Buffer.concat([
      text(0x0008, 0x0100, 'SH', value),
      text(0x0008, 0x0102, 'SH', 'DCM'),
      text(0x0008, 0x0104, 'LO', meaning),
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
    text(0x0008, 0x0005, 'CS', 'ISO_IR 100'),
    text(0x0008, 0x0008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL\\CT_SOM5 SPI'),
    text(0x0008, 0x0016, 'UI', sopClass(scanner)),
    text(0x0008, 0x0018, 'UI', instanceUid(scanner)),
    text(0x0008, 0x0020, 'DA', '20260302'),
    text(0x0008, 0x0021, 'DA', '20260302'),
    text(0x0008, 0x0023, 'DA', '20260302'),
    text(0x0008, 0x0030, 'TM', clock),
    text(0x0008, 0x0031, 'TM', clock),
    text(0x0008, 0x0033, 'TM', `${clock}.${String(slice).padStart(6, '0')}`),
    text(0x0008, 0x0050, 'SH', `ZZACC${String(index + 1).padStart(5, '0')}`),
    text(0x0008, 0x0060, 'CS', 'CT'),
    text(0x0008, 0x0070, 'LO', 'INVENTED MEDICAL'),
    text(0x0008, 0x0080, 'LO', 'ZZTEST HOSPITAL'),
    text(0x0008, 0x0090, 'PN', 'ZZREFERRER^NOBODY'),
    text(0x0008, 0x1010, 'SH', `CTAWP${(index % 4) + 1}`),
    text(0x0008, 0x1030, 'LO', 'Abdomen^Routine (Adult)'),
    element(0x0008, 0x1032, 'SQ', code('ZZ01', 'CT abdomen, invented')),
    text(0x0008, 0x103e, 'LO', 'Abdomen 1.25 B30f'),
    text(0x0008, 0x1090, 'LO', 'BenchScan 64'),
    text(0x0010, 0x0010, 'PN', `ZZBENCH^PATIENT${String(index + 1).padStart(3, '0')}`),
    text(0x0010, 0x0020, 'LO', `ZZB${String(900_000 + index)}`),
    text(0x0010, 0x0030, 'DA', `19${String(50 + (index % 40))}0102`),
    text(0x0010, 0x0040, 'CS', index % 2 ? 'F' : 'M'),
    text(0x0010, 0x1010, 'AS', '055Y'),
    text(0x0010, 0x1040, 'LO', `${index + 1} Nowhere Lane`),
    text(0x0018, 0x0015, 'CS', 'ABDOMEN'),
    text(0x0018, 0x0050, 'DS', '1.25'),
    text(0x0018, 0x0060, 'DS', '120'),
    text(0x0018, 0x1000, 'LO', `ZZ${String(66_000 + (index % 4))}`),
    text(0x0018, 0x1020, 'LO', 'BENCH 1.0'),
    text(0x0018, 0x1030, 'LO', 'AbdRoutine'),
    text(0x0018, 0x1150, 'IS', '500'),
    text(0x0018, 0x1151, 'IS', String(180 + (slice % 40))),
    text(0x0018, 0x5100, 'CS', 'HFS'),
    text(0x0020, 0x000d, 'UI', study),
    text(0x0020, 0x000e, 'UI', `${study}.2`),
    text(0x0020, 0x0010, 'SH', String(index + 1)),
    text(0x0020, 0x0011, 'IS', '2'),
    text(0x0020, 0x0013, 'IS', String(slice + 1)),
    text(0x0020, 0x0032, 'DS', position),
    text(0x0020, 0x0037, 'DS', '1\\0\\0\\0\\1\\0'),
    text(0x0020, 0x0052, 'UI', `${study}.9`),
    text(0x0020, 0x1041, 'DS', (-slice * 1.25).toFixed(2)),
    element(0x0028, 0x0002, 'US', us(1)),
    text(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    ...(frames > 1 ? [text(0x0028, 0x0008, 'IS', String(frames))] : []),
    element(0x0028, 0x0010, 'US', us(SIDE)),
    element(0x0028, 0x0011, 'US', us(SIDE)),
    text(0x0028, 0x0030, 'DS', '0.9765625\\0.9765625'),
    element(0x0028, 0x0100, 'US', us(16)),
    element(0x0028, 0x0101, 'US', us(12)),
    element(0x0028, 0x0102, 'US', us(11)),
    element(0x0028, 0x0103, 'US', us(0)),
    text(0x0028, 0x1050, 'DS', '40'),
    text(0x0028, 0x1051, 'DS', '400'),
    text(0x0028, 0x1052, 'DS', '-1024'),
    text(0x0028, 0x1053, 'DS', '1'),
    element(0x7fe0, 0x0010, 'OW', Buffer.alloc(0), SIDE * SIDE * 2 * frames),
  ]);
}
