/**
 * Builds DICOM upper layer PDUs (PS3.8 §9.3) and command sets (PS3.7 §6.3, §E): for made traffic and for tests.
 * It writes what it is told, right or wrong.
 */
export const UID = {
  applicationContext: '1.2.840.10008.3.1.1.1',
  verification: '1.2.840.10008.1.1',
  ctImage: '1.2.840.10008.5.1.4.1.1.2',
  enhancedCtImage: '1.2.840.10008.5.1.4.1.1.2.1',
  procedureStep: '1.2.840.10008.3.1.2.3.3',
  implicitLittle: '1.2.840.10008.1.2',
  explicitLittle: '1.2.840.10008.1.2.1',
  explicitBig: '1.2.840.10008.1.2.2',
} as const;

export interface ProposedContext {
  readonly id: number;
  readonly sopClass: string;
  readonly syntaxes: readonly string[];
}

export interface AcceptedContext {
  readonly id: number;
  readonly syntax: string;
  /** 0 is acceptance. */
  readonly result?: number;
}

export interface Peer {
  readonly calling: string;
  readonly called: string;
  readonly classUid: string;
  readonly versionName: string;
  readonly maxPdu?: number;
  /** Further items of the user information, whole. */
  readonly userItems?: readonly Buffer[];
}

export function pdu(type: number, body: Buffer): Buffer {
  const head = Buffer.from([type, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

export function item(type: number, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

export function associateRequest(peer: Peer, contexts: readonly ProposedContext[]): Buffer {
  const items = contexts.map(({ id, sopClass, syntaxes }) =>
    item(
      0x20,
      Buffer.from([id, 0, 0xff, 0]),
      item(0x30, sopClass),
      ...syntaxes.map((uid) => item(0x40, uid)),
    ),
  );
  return associate(1, peer, items);
}

export function associateAccept(peer: Peer, contexts: readonly AcceptedContext[]): Buffer {
  const items = contexts.map(({ id, syntax, result = 0 }) =>
    item(0x21, Buffer.from([id, 0, result, 0]), item(0x40, syntax)),
  );
  return associate(2, peer, items);
}

function associate(type: number, peer: Peer, contexts: Buffer[]): Buffer {
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16BE(1, 0);
  fixed.write(peer.called.padEnd(16), 4, 'latin1');
  fixed.write(peer.calling.padEnd(16), 20, 'latin1');
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(peer.maxPdu ?? 16_384);
  const user = item(
    0x50,
    item(0x51, maximum),
    item(0x52, peer.classUid),
    ...(peer.userItems ?? []),
    item(0x55, peer.versionName),
  );
  return pdu(type, Buffer.concat([fixed, item(0x10, UID.applicationContext), ...contexts, user]));
}

export const releaseRequest = () => pdu(5, Buffer.alloc(4));
export const releaseResponse = () => pdu(6, Buffer.alloc(4));
export const abort = (source: number, reason: number) => pdu(7, Buffer.from([0, 0, source, reason]));

/** One presentation data value item (PS3.8 §9.3.5.1, §E.2). */
export function pdv(context: number, kind: 'command' | 'data', last: boolean, bytes: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(bytes.length + 2, 0);
  head[4] = context;
  head[5] = (kind === 'command' ? 1 : 0) | (last ? 2 : 0);
  return Buffer.concat([head, bytes]);
}

/** A message stream as P-DATA-TF PDUs of one item each, `fragment` bytes in it, the last one marked so. */
export function dataPdus(
  context: number,
  kind: 'command' | 'data',
  stream: Buffer,
  fragment = 16_372,
): Buffer {
  const count = Math.ceil(stream.length / fragment);
  const out = Buffer.alloc(stream.length + count * 12);
  let at = 0;
  for (let start = 0; start < stream.length; start += fragment) {
    const end = Math.min(stream.length, start + fragment);
    out[at] = 4;
    out.writeUInt32BE(end - start + 6, at + 2);
    out.writeUInt32BE(end - start + 2, at + 6);
    out[at + 10] = context;
    out[at + 11] = (kind === 'command' ? 1 : 0) | (end === stream.length ? 2 : 0);
    at += 12;
    at += stream.copy(out, at, start, end);
  }
  return out;
}

/** A command set: element number → US value or text; (0000,0000) is added. Elements must come in order. */
export function commandSet(elements: readonly (readonly [number, number | string])[]): Buffer {
  const body = Buffer.concat(elements.map(([number, value]) => implicit(0x0000, number, value)));
  const group = Buffer.alloc(12);
  group.writeUInt32LE(4, 4);
  group.writeUInt32LE(body.length, 8);
  return Buffer.concat([group, body]);
}

/** An element in implicit little endian; numbers as US, text padded with NUL (UIDs) or a space. */
export function implicit(group: number, number: number, value: number | string | Buffer): Buffer {
  const bytes = valueBytes(value);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

const LONG_VRS = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);

/** An element in explicit little endian; `length` may claim another length than the value's. */
export function explicit(
  group: number,
  number: number,
  vr: string,
  value: number | string | Buffer,
  length?: number,
): Buffer {
  const bytes = valueBytes(value, vr === 'UI' ? '\0' : ' ');
  const long = LONG_VRS.has(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(length ?? bytes.length, 8);
  else head.writeUInt16LE(length ?? bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

function valueBytes(value: number | string | Buffer, pad?: string): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'number') return Buffer.from([value & 255, value >>> 8]);
  const fill = pad ?? (/^[0-9.]*$/.test(value) ? '\0' : ' ');
  return Buffer.from(value.length % 2 ? value + fill : value, 'latin1');
}
