/**
 * Builds DICOM associations byte for byte for tests, from the standard's tables and not from the parser: PDUs
 * (PS3.8 §9.3), command sets (PS3.7 §6.3), data sets (PS3.5 §7). Lengths can be forced wrong.
 */
import { deflateRawSync } from 'node:zlib';

export type Bytes = Uint8Array;

export function concat(...parts: readonly Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export const bytes = (...values: number[]): Bytes => Uint8Array.from(values);
export const text = (value: string): Bytes => Uint8Array.from(value, (char) => char.charCodeAt(0));
const be16 = (n: number) => bytes((n >>> 8) & 255, n & 255);
const be32 = (n: number) => bytes(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
const le16 = (n: number) => bytes(n & 255, (n >>> 8) & 255);
const le32 = (n: number) => bytes(n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24);

export function pdu(type: number, body: Bytes, length = body.length): Bytes {
  return concat(bytes(type, 0), be32(length), body);
}

export function item(type: number, body: Bytes, length = body.length): Bytes {
  return concat(bytes(type, 0), be16(length), body);
}

const ae = (title: string) => text(title.padEnd(16, ' '));

export interface ProposedContext {
  id: number;
  abstract: string;
  transfer: readonly string[];
}

export interface RequestOptions {
  calling?: string;
  called?: string;
  version?: number;
  applicationContext?: string;
  contexts?: readonly ProposedContext[];
  maximum?: number;
  classUid?: string;
  versionName?: string;
  userItems?: readonly Bytes[];
  items?: readonly Bytes[];
}

export const CT_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
export const VERIFICATION = '1.2.840.10008.1.1';
export const STUDY_FIND = '1.2.840.10008.5.1.4.1.2.2.1';
export const STUDY_MOVE = '1.2.840.10008.5.1.4.1.2.2.2';
export const WORKLIST = '1.2.840.10008.5.1.4.31';
export const IMPLICIT = '1.2.840.10008.1.2';
export const EXPLICIT = '1.2.840.10008.1.2.1';
export const BIG = '1.2.840.10008.1.2.2';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
export const JPEG = '1.2.840.10008.1.2.4.50';

function userInformation(options: RequestOptions): Bytes {
  return item(
    0x50,
    concat(
      item(0x51, be32(options.maximum ?? 16_384)),
      item(0x52, text(options.classUid ?? '1.2.276.0.7230010.3.0.3.6.7')),
      ...(options.userItems ?? []),
      item(0x55, text(options.versionName ?? 'OFFIS_DCMTK_367')),
    ),
  );
}

export function associateRq(options: RequestOptions = {}): Bytes {
  const contexts = options.contexts ?? [{ id: 1, abstract: VERIFICATION, transfer: [IMPLICIT] }];
  return pdu(
    1,
    concat(
      be16(options.version ?? 1),
      bytes(0, 0),
      ae(options.called ?? 'PACS'),
      ae(options.calling ?? 'CT01'),
      new Uint8Array(32),
      item(0x10, text(options.applicationContext ?? '1.2.840.10008.3.1.1.1')),
      ...contexts.map((context) =>
        item(
          0x20,
          concat(
            bytes(context.id, 0, 0, 0),
            item(0x30, text(context.abstract)),
            ...context.transfer.map((syntax) => item(0x40, text(syntax))),
          ),
        ),
      ),
      ...(options.items ?? []),
      userInformation(options),
    ),
  );
}

export interface AcceptOptions extends Omit<RequestOptions, 'contexts'> {
  contexts?: readonly { id: number; result?: number; transfer?: string }[];
}

export function associateAc(options: AcceptOptions = {}): Bytes {
  const contexts = options.contexts ?? [{ id: 1 }];
  return pdu(
    2,
    concat(
      be16(options.version ?? 1),
      bytes(0, 0),
      ae(options.called ?? 'PACS'),
      ae(options.calling ?? 'CT01'),
      new Uint8Array(32),
      item(0x10, text(options.applicationContext ?? '1.2.840.10008.3.1.1.1')),
      ...contexts.map((context) =>
        item(
          0x21,
          concat(
            bytes(context.id, 0, context.result ?? 0, 0),
            item(0x40, text(context.transfer ?? IMPLICIT)),
          ),
        ),
      ),
      ...(options.items ?? []),
      userInformation({ classUid: '1.2.40.0.13.1.3', versionName: 'dcm4che-5.30', ...options, contexts: [] }),
    ),
  );
}

export const associateRj = (result: number, source: number, reason: number): Bytes =>
  pdu(3, bytes(0, result, source, reason));
export const releaseRq = (): Bytes => pdu(5, new Uint8Array(4));
export const releaseRp = (): Bytes => pdu(6, new Uint8Array(4));
export const abort = (source = 0, reason = 0): Bytes => pdu(7, bytes(0, 0, source, reason));

export interface Fragment {
  context?: number;
  control: number;
  body: Bytes;
  length?: number;
}

export const COMMAND = 1;
export const LAST = 2;

export function pdv(fragment: Fragment): Bytes {
  const length = fragment.length ?? fragment.body.length + 2;
  return concat(be32(length), bytes(fragment.context ?? 1, fragment.control), fragment.body);
}

export const pData = (...fragments: readonly Fragment[]): Bytes => pdu(4, concat(...fragments.map(pdv)));

/** A message as PDUs of its own: command, then its data set in fragments of `size` bytes. */
export function message(command: Bytes, data?: Bytes, size = 16_372, context = 1): Bytes {
  const parts = [pData({ context, control: COMMAND | LAST, body: command })];
  if (data !== undefined)
    for (let at = 0; at < data.length || at === 0; at += size) {
      const body = data.subarray(at, at + size);
      parts.push(pData({ context, control: at + size >= data.length ? LAST : 0, body }));
    }
  return concat(...parts);
}

export type CommandValues = Readonly<Record<number, number | string>>;

/** UL elements of group 0000; all other numbers are US. */
const FOUR_BYTES = new Set([0x0000]);
/** UIDs are padded with NUL, the other texts with a space (PS3.5 §6.2). */
const UIDS = new Set([0x0002, 0x0003, 0x1000, 0x1001]);

export function command(values: CommandValues): Bytes {
  const elements = Object.entries(values).map(([key, value]) => {
    const element = Number(key);
    let body: Bytes;
    if (typeof value === 'number') body = FOUR_BYTES.has(element) ? le32(value) : le16(value);
    else body = text(value.length % 2 === 1 ? value + (UIDS.has(element) ? '\0' : ' ') : value);
    return concat(le16(0), le16(element), le32(body.length), body);
  });
  const rest = concat(...elements);
  return concat(le16(0), le16(0), le32(4), le32(rest.length), rest);
}

export const echoRq = (id = 1): Bytes => command({ 2: VERIFICATION, 256: 0x0030, 272: id, 2048: 0x0101 });
export const echoRsp = (id = 1, status = 0): Bytes =>
  command({ 2: VERIFICATION, 256: 0x8030, 288: id, 2048: 0x0101, 2304: status });
export const storeRq = (id = 1, instance = '1.2.3.4', more: CommandValues = {}): Bytes =>
  command({
    2: CT_STORAGE,
    256: 0x0001,
    272: id,
    1792: 0,
    2048: 1,
    4096: instance,
    ...more,
  });
export const storeRsp = (id = 1, status = 0, instance = '1.2.3.4'): Bytes =>
  command({
    2: CT_STORAGE,
    256: 0x8001,
    288: id,
    2048: 0x0101,
    2304: status,
    4096: instance,
  });

export type Syntax = 'implicit' | 'explicit' | 'big' | 'deflated';

/** An element: tag, VR and value; a sequence has items, each a list of elements. */
export type Element =
  | readonly [tag: number, vr: string, value: string | Bytes]
  | readonly [tag: number, vr: 'SQ', items: readonly (readonly Element[])[], undefinedLength?: boolean];

const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

export function dataSet(elements: readonly Element[], syntax: Syntax = 'explicit'): Bytes {
  if (syntax === 'deflated') return new Uint8Array(deflateRawSync(dataSet(elements, 'explicit')));
  return concat(...elements.map((element) => encode(element, syntax)));
}

function encode(element: Element, syntax: Syntax): Bytes {
  const [tag, vr, value] = element;
  const big = syntax === 'big';
  const n16 = big ? be16 : le16;
  const n32 = big ? be32 : le32;
  const tagBytes = (t: number) => concat(n16(t >>> 16), n16(t & 0xffff));
  let body: Bytes;
  let length: number;
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const raw = typeof value === 'string' ? text(value) : value;
    body = raw.length % 2 === 1 ? concat(raw, bytes(vr === 'UI' || vr === 'OB' ? 0 : 0x20)) : raw;
    length = body.length;
  } else {
    const undefinedLength = element[3] === true;
    const items = (value as readonly (readonly Element[])[]).map((inner) => {
      const content = dataSet(inner, syntax);
      return undefinedLength
        ? concat(tagBytes(0xfffee000), n32(0xffffffff), content, tagBytes(0xfffee00d), n32(0))
        : concat(tagBytes(0xfffee000), n32(content.length), content);
    });
    body = undefinedLength ? concat(...items, tagBytes(0xfffee0dd), n32(0)) : concat(...items);
    length = undefinedLength ? 0xffffffff : body.length;
  }
  if (syntax === 'implicit') return concat(tagBytes(tag), n32(length), body);
  if (LONG_VRS.has(vr)) return concat(tagBytes(tag), text(vr), bytes(0, 0), n32(length), body);
  return concat(tagBytes(tag), text(vr), n16(length), body);
}

/** An image of an invented patient, its pixel data `pixels` bytes of noise. */
export function image(syntax: Syntax = 'explicit', pixels = 64, more: readonly Element[] = []): Bytes {
  const noise = Uint8Array.from({ length: pixels }, (_, i) => (i * 73 + (i >>> 3) * 31) & 255);
  const elements: Element[] = [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080016, 'UI', CT_STORAGE],
    [0x00080018, 'UI', '1.2.3.4'],
    [0x00080050, 'SH', 'ACC0001'],
    [0x00080060, 'CS', 'CT'],
    [0x00080070, 'LO', 'Invented Imaging'],
    [0x00080090, 'PN', 'WATSON^EMMA'],
    [0x00081010, 'SH', 'CT-ROOM-1'],
    [0x00081090, 'LO', 'Sample 64'],
    [0x00081140, 'SQ', [[[0x00081155, 'UI', '1.2.9']], []], true],
    [0x00100010, 'PN', 'TEST^PATIENT'],
    [0x00100020, 'LO', 'MRN-0001'],
    [0x00100030, 'DA', '19700101'],
    [0x00100040, 'CS', 'O'],
    [0x00181000, 'LO', 'SN-42'],
    [0x00181020, 'LO', 'v1.2'],
    [0x0020000d, 'UI', '1.2.3'],
    ...more,
    [0x7fe00010, 'OW', noise],
  ];
  return dataSet(
    [...elements].sort((a, b) => a[0] - b[0]),
    syntax,
  );
}
