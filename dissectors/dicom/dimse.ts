/**
 * DIMSE command sets (PS3.7 §6.3, §9, §10, Annex E): group 0000 in Implicit VR Little Endian whatever was
 * negotiated, and what command fields and statuses are called. Pure.
 */
import { aeTitle, uid } from './pdu.ts';

export const C_STORE = 0x0001;
export const C_GET = 0x0010;
export const C_FIND = 0x0020;
export const C_MOVE = 0x0021;
export const C_ECHO = 0x0030;
export const N_EVENT_REPORT = 0x0100;
export const N_GET = 0x0110;
export const N_SET = 0x0120;
export const N_ACTION = 0x0130;
export const N_CREATE = 0x0140;
export const N_DELETE = 0x0150;
export const C_CANCEL_RQ = 0x0fff;
/** Set in the command field of every response. */
export const RESPONSE = 0x8000;

const OPERATIONS: Readonly<Record<number, string>> = {
  [C_STORE]: 'C-STORE',
  [C_GET]: 'C-GET',
  [C_FIND]: 'C-FIND',
  [C_MOVE]: 'C-MOVE',
  [C_ECHO]: 'C-ECHO',
  [N_EVENT_REPORT]: 'N-EVENT-REPORT',
  [N_GET]: 'N-GET',
  [N_SET]: 'N-SET',
  [N_ACTION]: 'N-ACTION',
  [N_CREATE]: 'N-CREATE',
  [N_DELETE]: 'N-DELETE',
};

const COMMAND_NAMES = new Map<number, string>([[C_CANCEL_RQ, 'C-CANCEL-RQ']]);
for (const [field, name] of Object.entries(OPERATIONS)) {
  COMMAND_NAMES.set(Number(field), `${name}-RQ`);
  COMMAND_NAMES.set(Number(field) | RESPONSE, `${name}-RSP`);
}

/** `C-STORE-RQ`; `0x1234` for a command field the standard does not name. */
export function commandName(field: number): string {
  return COMMAND_NAMES.get(field) ?? `0x${hex4(field)}`;
}

export function isKnownCommand(field: number): boolean {
  return COMMAND_NAMES.has(field);
}

/** The elements of a command set (Annex E.1; the retired ones of E.2 are passed over). */
export interface CommandSet {
  /** (0000,0100). */
  field: number;
  /** (0000,0110) of requests, (0000,0120) of responses and C-CANCEL; -1 absent. */
  messageId: number;
  respondedTo: number;
  /** (0000,0002) or (0000,0003). */
  sopClass: string;
  /** (0000,1000) or (0000,1001). */
  sopInstance: string;
  /** (0000,0800) is not 0101H. */
  hasDataSet: boolean;
  /** (0000,0900); -1 absent. */
  status: number;
  /** (0000,0700): 0 medium, 1 high, 2 low; -1 absent. */
  priority: number;
  moveDestination: string;
  /** (0000,1030), (0000,1031): who asked for the C-MOVE of which this C-STORE is a sub-operation. */
  moveOriginator: string;
  moveOriginatorMessageId: number;
  /** (0000,1002), (0000,1008); -1 absent. */
  eventType: number;
  actionType: number;
  /** (0000,0903); -1 absent. */
  errorId: number;
  /** Number of tags in (0000,0901) and (0000,1005). */
  offendingElements: number;
  attributeIdentifiers: number;
  /** An error comment (0000,0902) is there. Its text may name a patient and is not kept. */
  hasErrorComment: boolean;
  subOperations: { remaining: number; completed: number; failed: number; warning: number } | null;
}

/** Why bytes are no command set: the kinds of anomaly of the same name. */
export type CommandFault = 'command-element' | 'command-length' | 'command-field';

const u16 = (bytes: Uint8Array, at: number): number => bytes[at] | (bytes[at + 1] << 8);
const u32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;

/** Reads the whole command set that `bytes[start, end)` is. */
export function decodeCommand(bytes: Uint8Array, start: number, end: number): CommandSet | CommandFault {
  const command: CommandSet = {
    field: -1,
    messageId: -1,
    respondedTo: -1,
    sopClass: '',
    sopInstance: '',
    hasDataSet: false,
    status: -1,
    priority: -1,
    moveDestination: '',
    moveOriginator: '',
    moveOriginatorMessageId: -1,
    eventType: -1,
    actionType: -1,
    errorId: -1,
    offendingElements: 0,
    attributeIdentifiers: 0,
    hasErrorComment: false,
    subOperations: null,
  };
  let at = start;
  while (at < end) {
    if (end - at < 8 || u16(bytes, at) !== 0) return 'command-element';
    const element = u16(bytes, at + 2);
    const length = u32(bytes, at + 4);
    const value = at + 8;
    if (length > end - value) return 'command-length';
    at = value + length;
    const number = length >= 2 ? u16(bytes, value) : -1;
    switch (element) {
      case 0x0000:
        // Some senders count it wrongly; the PDVs delimit the command set anyway.
        break;
      case 0x0002:
      case 0x0003:
        command.sopClass = uid(bytes, value, at);
        break;
      case 0x0100:
        command.field = number;
        break;
      case 0x0110:
        command.messageId = number;
        break;
      case 0x0120:
        command.respondedTo = number;
        break;
      case 0x0600:
        command.moveDestination = aeTitle(bytes, value, Math.min(at, value + 64));
        break;
      case 0x0700:
        command.priority = number;
        break;
      case 0x0800:
        command.hasDataSet = number !== 0x0101;
        break;
      case 0x0900:
        command.status = number;
        break;
      case 0x0901:
        command.offendingElements = length >>> 2;
        break;
      case 0x0902:
        command.hasErrorComment = length > 0;
        break;
      case 0x0903:
        command.errorId = number;
        break;
      case 0x1000:
      case 0x1001:
        command.sopInstance = uid(bytes, value, at);
        break;
      case 0x1002:
        command.eventType = number;
        break;
      case 0x1005:
        command.attributeIdentifiers = length >>> 2;
        break;
      case 0x1008:
        command.actionType = number;
        break;
      case 0x1020:
      case 0x1021:
      case 0x1022:
      case 0x1023:
        if (number >= 0) setSubOperations(command, element, number);
        break;
      case 0x1030:
        command.moveOriginator = aeTitle(bytes, value, Math.min(at, value + 64));
        break;
      case 0x1031:
        command.moveOriginatorMessageId = number;
        break;
    }
  }
  return command.field < 0 ? 'command-field' : command;
}

function setSubOperations(command: CommandSet, element: number, count: number): void {
  const counts = (command.subOperations ??= { remaining: 0, completed: 0, failed: 0, warning: 0 });
  if (element === 0x1020) counts.remaining = count;
  else if (element === 0x1021) counts.completed = count;
  else if (element === 0x1022) counts.failed = count;
  else counts.warning = count;
}

export type StatusClass = 'success' | 'pending' | 'warning' | 'failure' | 'cancel' | '';

export interface Status {
  /** Four hexadecimal digits. */
  readonly code: string;
  readonly class: StatusClass;
  readonly text: string;
}

/** PS3.7 Annex C: what any service may answer. */
const GENERAL: Readonly<Record<number, string>> = {
  0: 'Success',
  1: 'Requested optional attributes are not supported',
  261: 'No such attribute',
  262: 'Invalid attribute value',
  263: 'Attribute list error',
  272: 'Processing failure',
  273: 'Duplicate SOP Instance',
  274: 'No such SOP Instance',
  275: 'No such event type',
  276: 'No such argument',
  277: 'Invalid argument value',
  278: 'Attribute value out of range',
  279: 'Invalid object instance',
  280: 'No such SOP Class',
  281: 'Class-Instance conflict',
  288: 'Missing attribute',
  289: 'Missing attribute value',
  290: 'SOP Class not supported',
  291: 'No such action',
  292: 'Not authorized',
  528: 'Duplicate invocation',
  529: 'Unrecognized operation',
  530: 'Mistyped argument',
  531: 'Resource limitation',
  65024: 'Cancel',
  65280: 'Pending',
  65281: 'Pending: optional keys not supported',
};

/** One service's own statuses: an exact code, or the first digits that a whole range shares. */
type ServiceStatuses = readonly (readonly [code: number, mask: number, text: string])[];

/** PS3.4 §B.2.3. */
const STORE: ServiceStatuses = [
  [0xa700, 0xff00, 'Refused: out of resources'],
  [0xa900, 0xff00, 'Error: data set does not match SOP Class'],
  [0xc000, 0xf000, 'Error: cannot understand'],
  [0xb000, 0xffff, 'Coercion of data elements'],
  [0xb006, 0xffff, 'Elements discarded'],
  [0xb007, 0xffff, 'Data set does not match SOP Class'],
];
/** PS3.4 §C.4.1.1.4. */
const FIND: ServiceStatuses = [
  [0xa700, 0xffff, 'Refused: out of resources'],
  [0xa900, 0xff00, 'Error: identifier does not match SOP Class'],
  [0xc000, 0xf000, 'Error: unable to process'],
  [0xfe00, 0xffff, 'Matching terminated due to Cancel request'],
];
/** PS3.4 §C.4.2.1.5, §C.4.3.1.4. */
const RETRIEVE: ServiceStatuses = [
  [0xa701, 0xffff, 'Refused: out of resources, unable to calculate number of matches'],
  [0xa702, 0xffff, 'Refused: out of resources, unable to perform sub-operations'],
  [0xa700, 0xff00, 'Refused: out of resources'],
  [0xa801, 0xffff, 'Refused: Move Destination unknown'],
  [0xa900, 0xff00, 'Error: identifier does not match SOP Class'],
  [0xaa00, 0xff00, 'Failed: unable to process as requested'],
  [0xb000, 0xffff, 'Sub-operations complete, one or more failures or warnings'],
  [0xc000, 0xf000, 'Error: unable to process'],
  [0xfe00, 0xffff, 'Sub-operations terminated due to Cancel indication'],
];
/** PS3.4 Annex H (print management). */
const PRINT: ServiceStatuses = [
  [0xb600, 0xffff, 'Memory allocation not supported'],
  [0xb601, 0xffff, 'Film session printing is not supported'],
  [0xb602, 0xffff, 'Film session contains no images'],
  [0xb603, 0xffff, 'Film box contains no images'],
  [0xb604, 0xffff, 'Image has been demagnified'],
  [0xb605, 0xffff, 'Requested density outside of printer range'],
  [0xb609, 0xffff, 'Image has been cropped'],
  [0xb60a, 0xffff, 'Image has been decimated'],
  [0xc600, 0xffff, 'Film session contains no film box'],
  [0xc601, 0xffff, 'Print queue is full'],
  [0xc602, 0xffff, 'Print queue is full'],
  [0xc603, 0xffff, 'Image size is larger than image box size'],
  [0xc605, 0xffff, 'Insufficient memory in printer'],
  [0xc613, 0xffff, 'Combined print image size is larger than image box size'],
];

function serviceStatuses(field: number): ServiceStatuses {
  switch (field & ~RESPONSE) {
    case C_STORE:
      return STORE;
    case C_FIND:
      return FIND;
    case C_MOVE:
    case C_GET:
      return RETRIEVE;
    case N_ACTION:
    case N_CREATE:
    case N_SET:
      return PRINT;
    default:
      return [];
  }
}

/** PS3.7 §C.1–C.5. */
function statusClass(code: number): StatusClass {
  if (code === 0) return 'success';
  if (code === 0xff00 || code === 0xff01) return 'pending';
  if (code === 0xfe00) return 'cancel';
  if (code === 0x0001 || code >>> 12 === 0xb || code === 0x0107 || code === 0x0116) return 'warning';
  const top = code >>> 12;
  if (top === 0xa || top === 0xc || code >>> 8 === 0x01 || code >>> 8 === 0x02) return 'failure';
  return '';
}

const statuses = new Map<number, Status>();
const STATUSES_KEPT = 4096;

/** The status of a response, named as the command's service names it. */
export function statusOf(field: number, code: number): Status {
  const key = ((field & 0x7fff) << 16) | code;
  const known = statuses.get(key);
  if (known !== undefined) return known;
  const own = serviceStatuses(field).find(([value, mask]) => (code & mask) === value);
  const text = own?.[2] ?? GENERAL[code] ?? 'Unnamed status';
  const status: Status = { code: hex4(code), class: statusClass(code), text };
  if (statuses.size < STATUSES_KEPT) statuses.set(key, status);
  return status;
}

function hex4(number: number): string {
  return number.toString(16).toUpperCase().padStart(4, '0');
}
