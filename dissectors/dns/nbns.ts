import type { Address } from '../../src/core/address.ts';
import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_CLIENT } from '../../src/core/flow.ts';
import { isHost } from './names.ts';
import {
  decodeName,
  ipv4At,
  isUsualName,
  type NetbiosName,
  SUFFIXES,
  suffixText,
  unpadded,
} from './netbios.ts';
import { stateOf } from './state.ts';
import { receiverOf, senderOf, serviceStates } from './statements.ts';
import type { Message, Resource } from './wire.ts';
import { CLASS_IN, NB, NBSTAT, NO_ERROR, OPCODE_QUERY, readMessage } from './wire.ts';

type Context = DissectorContext<never>;

const SERVICE = serviceStates('nbns');

/** Operations in which a host claims a name (RFC 1002 §4.2.1.1; 9 and 15 are Microsoft's, [MS-NBTE] §2.2.1). */
const CLAIMS = new Set([5, 8, 9, 15]);
const OPERATIONS = new Set([0, 5, 6, 7, 8, 9, 15]);

const GROUP = 0x8000;
/** RFC 1002 §4.2.18: being given up, in conflict, active. */
const DEREGISTERING = 0x1000;
const CONFLICT = 0x0800;
const ACTIVE = 0x0400;

/** The NetBIOS name service (RFC 1001 §15, RFC 1002 §4.2). */
export const nbns: DatagramDissector<'nbns', never> = {
  name: 'nbns',
  over: 'udp',
  ports: [137],
  datagram(bytes, direction, flow, hinted, context): boolean {
    const message = readMessage(bytes);
    if (message === null || !isNetbios(message)) return false;
    if (!hinted && !message.whole) return false;
    readOne(bytes, message, direction, flow, context);
    return true;
  },
};

/** The one record or question is about a name of 32 letters from A to P: nothing else has such. */
function isNetbios(message: Message): boolean {
  if (!OPERATIONS.has(message.opcode)) return false;
  const first = message.questions[0] ?? message.answers[0];
  if (first === undefined || first.class !== CLASS_IN || decodeName(first.name) === null) return false;
  return first.type === NB || first.type === NBSTAT || (message.response && first.type === 10);
}

function readOne(
  bytes: Uint8Array,
  message: Message,
  direction: Direction,
  flow: Flow,
  context: Context,
): void {
  const { statements, questions } = stateOf(context);
  statements.from(flow, direction);
  if (!message.response) {
    if (message.opcode === OPCODE_QUERY)
      questions.asked(asQuestion(message), senderOf(flow, direction), null);
    if (CLAIMS.has(message.opcode))
      for (const record of message.additionals) readHolders(bytes, record, 'registration', '', context);
    return;
  }
  if (direction === TO_CLIENT) context.tell(SERVICE.answered);
  if (message.rcode !== NO_ERROR) return;
  const [record] = message.answers;
  if (record === undefined) return;
  if (record.type === NBSTAT) readStatus(bytes, record, senderOf(flow, direction).address, context);
  else if (message.opcode === OPCODE_QUERY) {
    const asked = questions.answers(asQuestion(message), receiverOf(flow, direction), null);
    readHolders(bytes, record, 'name', asked ? '' : ', no question seen', context);
  }
}

/** An answer has no question section (RFC 1002 §4.2.13): its record bears the name. */
function asQuestion(message: Message): Message {
  const { name, type } = message.questions[0] ?? message.answers[0];
  return { ...message, questions: [{ name, type, class: CLASS_IN }] };
}

/** Each address that a NB record holds (RFC 1002 §4.2.1.3) has the name. */
function readHolders(
  bytes: Uint8Array,
  record: Resource,
  what: string,
  unasked: string,
  context: Context,
): void {
  const name = decodeName(record.name);
  if (record.type !== NB || name === null) return;
  const { statements } = stateOf(context);
  for (let at = record.at; at + 6 <= record.end; at += 6) {
    const words = ipv4At(bytes, at + 2);
    const group = (((bytes[at] << 8) | bytes[at + 1]) & GROUP) !== 0;
    if (isHost(words)) sayName(name, group, statements.address(words), what, unasked, -1, context);
  }
}

/** Octets of a name in a node status: the name and two of flags. */
const STATUS_NAME = 18;

/** All names of the sender, and the MAC address of its adapter (RFC 1002 §4.2.18). */
function readStatus(bytes: Uint8Array, { at, end }: Resource, sender: Address, context: Context): void {
  if (at >= end) return;
  const names = at + 1;
  const statistics = names + bytes[at] * STATUS_NAME;
  const mac = statistics + 6 <= end ? macAt(bytes, statistics) : -1;
  for (let entry = names; entry + STATUS_NAME <= Math.min(statistics, end); entry += STATUS_NAME) {
    const flags = (bytes[entry + 16] << 8) | bytes[entry + 17];
    if ((flags & ACTIVE) === 0 || (flags & (CONFLICT | DEREGISTERING)) !== 0) continue;
    const name = unpadded(String.fromCharCode(...bytes.subarray(entry, entry + 15)));
    const named = { name, suffix: bytes[entry + 15] };
    sayName(named, (flags & GROUP) !== 0, sender, 'node status', '', mac, context);
  }
}

/** Zero where there is none, as Samba answers. */
function macAt(bytes: Uint8Array, at: number): number {
  let mac = 0;
  for (let n = 0; n < 6; n++) mac = mac * 256 + bytes[at + n];
  return mac === 0 || (bytes[at] & 1) !== 0 ? -1 : mac;
}

function sayName(
  { name, suffix }: NetbiosName,
  group: boolean,
  address: Address,
  what: string,
  unasked: string,
  mac: number,
  context: Context,
): void {
  const row = SUFFIXES.find((one) => one.suffix === suffix && one.group === group);
  if (row === undefined || !isUsualName(name)) return;
  const { statements } = stateOf(context);
  const source = `NBNS ${what} ${suffixText(suffix)}${unasked}`;
  statements.of(address, row.attribute, name, source, row.attribute === 'hostname' ? mac : -1);
  if (row.controller) statements.of(address, 'device-class', 'server', source);
}
