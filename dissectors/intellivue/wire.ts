import { Malformed } from '../../src/core/errors.ts';

/**
 * The Data Export protocol of IntelliVue patient monitors (Philips, Data Export Interface Programming Guide) as bytes →
 * values. Pure. Everything is big-endian; every length is checked against what encloses it.
 */

/** What a datagram is. */
export const NOTHING = 0;
export const CONNECT_INDICATION = 1;
/** Association request, and the answers to it. */
export const REQUEST = 2;
export const ACCEPT = 3;
export const REFUSE = 4;
/** Release and abort, either side's. */
export const ENDING = 5;
export const DATA_EXPORT = 6;
export type Kind =
  | typeof NOTHING
  | typeof CONNECT_INDICATION
  | typeof REQUEST
  | typeof ACCEPT
  | typeof REFUSE
  | typeof ENDING
  | typeof DATA_EXPORT;

/** Remote operations (ROapdus.ro_type). */
export const INVOKE = 1;
export const RESULT = 2;
const ERROR = 3;
export const LINKED_RESULT = 5;

/** Commands (CMDType). */
export const EVENT_REPORT = 0;
export const CONFIRMED_EVENT_REPORT = 1;
export const CONFIRMED_ACTION = 7;

/** Event and action types. */
export const MDS_CREATE = 0x0d06;
export const CONNECT = 0x0d17;
export const POLL = 0x0c16;
export const POLL_EXTENDED = 0xf13b;

/** Object classes that are polled, in the object-oriented partition. */
export const NUMERIC = 0x0006;
export const WAVE = 0x0009;
export const MEDICAL_DEVICE_SYSTEM = 0x0021;
export const PATIENT_DEMOGRAPHICS = 0x002a;
export const ALERT_MONITOR = 0x0036;
const OBJECT_PARTITION = 1;

export function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

/** Session headers of the association control protocol: type, length indicator. */
const SESSIONS = new Map<number, Kind>([
  [0x0d, REQUEST],
  [0x0e, ACCEPT],
  [0x0c, REFUSE],
  [0x09, ENDING],
  [0x0a, ENDING],
  [0x19, ENDING],
]);
/** Root of the medical data interchange profile, in the presentation and user data of request and acceptance. */
const MDSE = [0x06, 0x0c, 0x2a, 0x86, 0x48, 0xce, 0x14, 0x02, 0x01];
/** Presentation header of the messages that end an association. */
const PRESENTATION = 0xc1;

/**
 * What a datagram is. `hinted`: its port is the protocol's; without that only what cannot be anything else. A
 * datagram that the capture cut short still counts when its lengths agree with each other.
 */
export function kindOf(bytes: Uint8Array, hinted: boolean): Kind {
  if (bytes.length < 16) return NOTHING;
  switch (bytes[0]) {
    case 0xe1:
      return bytes[1] === 0 && isOperation(bytes, 4) ? DATA_EXPORT : NOTHING;
    case 0x00:
      return bytes[1] === 1 &&
        uint16(bytes, 2) === 0 &&
        uint16(bytes, 4) === INVOKE &&
        isOperation(bytes, 4) &&
        bytes.length >= EVENT_DATA &&
        uint16(bytes, EVENT_TYPE) === CONNECT
        ? CONNECT_INDICATION
        : NOTHING;
    default:
      return association(bytes, hinted);
  }
}

/** Where a remote operation's header stands, behind the session header or the nomenclature version. */
const OPERATION = 4;
/** Of an event report: object class and instance, time, type, length. */
const EVENT_TYPE = OPERATION + 4 + 6 + 6 + 4;
const EVENT_DATA = EVENT_TYPE + 4;

/** ROapdus and what follows it: both lengths reach to the same end, which is the datagram's. */
function isOperation(bytes: Uint8Array, at: number): boolean {
  const type = uint16(bytes, at);
  const length = uint16(bytes, at + 2);
  const end = at + 4 + length;
  // Less than declared: the capture cut it. More: it is something else.
  if (bytes.length > end) return false;
  switch (type) {
    case INVOKE:
    case RESULT:
    case ERROR:
      return length >= 6 && uint16(bytes, at + 8) === length - 6;
    case LINKED_RESULT:
      return (
        length >= 8 &&
        bytes[at + 4] >= 1 &&
        bytes[at + 4] <= 3 &&
        bytes.length >= at + 12 &&
        uint16(bytes, at + 10) === length - 8
      );
    default:
      return false;
  }
}

function association(bytes: Uint8Array, hinted: boolean): Kind {
  const kind = SESSIONS.get(bytes[0]);
  if (kind === undefined) return NOTHING;
  const isLong = bytes[1] === 0xff;
  const data = isLong ? 4 : 2;
  if (data + (isLong ? uint16(bytes, 2) : bytes[1]) < bytes.length) return NOTHING;
  if (kind === REQUEST || kind === ACCEPT) return contains(bytes, data, MDSE) ? kind : NOTHING;
  return hinted && bytes.indexOf(PRESENTATION, data) > 0 ? kind : NOTHING;
}

function contains(bytes: Uint8Array, from: number, wanted: readonly number[]): boolean {
  for (let at = bytes.indexOf(wanted[0], from); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    let n = 1;
    while (n < wanted.length && bytes[at + n] === wanted[n]) n++;
    if (n === wanted.length) return true;
  }
  return false;
}

/** A remote operation, its parts as offsets. */
export interface Operation {
  readonly type: number;
  readonly command: number;
  /** Event or action type; 0 for commands that have none. */
  readonly subject: number;
  /** What the event or action carries: `bytes[start, end)`. */
  readonly start: number;
  readonly end: number;
}

const EMPTY: Operation = { type: 0, command: 0, subject: 0, start: 0, end: 0 };

/** The operation of a datagram that `kindOf` knew as data export or connect indication. */
export function readOperation(bytes: Uint8Array): Operation {
  const type = uint16(bytes, OPERATION);
  const header = OPERATION + 4 + (type === LINKED_RESULT ? 2 : 0);
  const command = type === ERROR ? -1 : uint16(bytes, header + 2);
  const object = header + 6;
  const isReport = command === EVENT_REPORT || command === CONFIRMED_EVENT_REPORT;
  // Behind the object's class and instance: an event's time, or an action request's scope; nothing in a result.
  const subject = object + 6 + (isReport || (command === CONFIRMED_ACTION && type === INVOKE) ? 4 : 0);
  if ((!isReport && command !== CONFIRMED_ACTION) || subject + 4 > bytes.length)
    return { ...EMPTY, type, command };
  const start = subject + 4;
  const end = start + uint16(bytes, subject + 2);
  return { type, command, subject: uint16(bytes, subject), start, end };
}

/** One polled attribute, or one of an event. */
export type Visit = (attribute: number, start: number, end: number) => void;

const ATTRIBUTES_LIMIT = 512;

/** AttributeList: count, length, then attributes of id, length, value. Returns where it ends. */
export function forEachAttribute(bytes: Uint8Array, at: number, limit: number, visit: Visit): number {
  if (at + 4 > limit) throw new Malformed('attribute-list', 'an attribute list past the end of its message');
  if (at + 4 > bytes.length) return limit;
  const count = uint16(bytes, at);
  const end = at + 4 + uint16(bytes, at + 2);
  if (end > limit) throw new Malformed('attribute-list', 'an attribute list longer than its message');
  if (count > ATTRIBUTES_LIMIT) throw new Malformed('attribute-count', 'more attributes than any object has');
  let attribute = at + 4;
  for (let n = 0; n < count; n++) {
    if (attribute + 4 > end) throw new Malformed('attribute-count', 'more attributes told than there are');
    if (attribute + 4 > bytes.length) return end;
    const value = attribute + 4;
    const next = value + uint16(bytes, attribute + 2);
    if (next > end) throw new Malformed('attribute-length', 'an attribute longer than its list');
    if (next > bytes.length) return end;
    visit(uint16(bytes, attribute), value, next);
    attribute = next;
  }
  return end;
}

/** What was polled and whether anything is in the reply. */
export interface Reply {
  readonly objectClass: number;
  /** Offset of the poll info list. */
  readonly list: number;
  readonly contexts: number;
}

/** PollMdibDataReply, or its extended form with a sequence number; null for one too short or of another partition. */
export function readReply(bytes: Uint8Array, operation: Operation): Reply | null {
  const type = operation.start + 2 + (operation.subject === POLL_EXTENDED ? 2 : 0) + 4 + 8;
  const list = type + 6;
  if (list + 4 > Math.min(operation.end, bytes.length)) return null;
  if (uint16(bytes, type) !== OBJECT_PARTITION) return null;
  return { objectClass: uint16(bytes, type + 2), list, contexts: uint16(bytes, list) };
}

/** Every attribute of every object in a poll info list: contexts, observation polls, attributes. */
export function forEachPolled(bytes: Uint8Array, list: number, limit: number, visit: Visit): void {
  const contexts = uint16(bytes, list);
  let at = list + 4;
  for (let n = 0; n < contexts && at + 6 <= bytes.length; n++) {
    const objects = uint16(bytes, at + 2);
    const end = at + 6 + uint16(bytes, at + 4);
    if (end > limit) throw new Malformed('poll-list', 'a poll result longer than its message');
    let object = at + 6;
    for (let m = 0; m < objects && object + 6 <= bytes.length; m++)
      object = forEachAttribute(bytes, object + 2, end, visit);
    at = end;
  }
}

/** VariableLabel: length and characters of eight bits, filled up with zeros. '' when it is not whole. */
export function label(bytes: Uint8Array, at: number, limit: number): string {
  if (at + 2 > limit) return '';
  const end = at + 2 + uint16(bytes, at);
  return end > limit ? '' : latin(bytes, at + 2, end);
}

export function latin(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end && bytes[at] !== 0; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** String: length in bytes and characters of sixteen bits, ended by a zero (STRFMT_UNICODE_NT). */
export function string(bytes: Uint8Array, at: number, limit: number): string {
  if (at + 2 > limit) return '';
  const end = Math.min(at + 2 + uint16(bytes, at), limit);
  let text = '';
  for (let character = at + 2; character + 2 <= end; character += 2) {
    const unit = uint16(bytes, character);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}

/** AbsoluteTime's day, binary coded decimal: YYYYMMDD; '' when it is not told. */
export function day(bytes: Uint8Array, at: number, limit: number): string {
  if (at + 4 > limit) return '';
  let digits = '';
  for (let n = 0; n < 4; n++) digits += bytes[at + n].toString(16).padStart(2, '0');
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(digits) ? digits : '';
}
