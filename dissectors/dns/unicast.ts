import type {
  DatagramDissector,
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, ReusedProgress } from '../../src/core/dissector.ts';
import { Malformed } from '../../src/core/errors.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { bindForward, bindNames, bindReverse } from './answers.ts';
import { readServices, sayServices } from './dnssd.ts';
import { keyOf, plainText } from './names.ts';
import { stateOf } from './state.ts';
import { receiverOf, senderOf, serviceStates } from './statements.ts';
import type { Message } from './wire.ts';
import {
  A,
  AAAA,
  CLASS_CHAOS,
  CLASS_IN,
  NO_ERROR,
  NOT_IMPLEMENTED,
  OPCODE_QUERY,
  OPCODE_UPDATE,
  PTR,
  REFUSED,
  readMessage,
  stringsIn,
  TXT,
} from './wire.ts';

type Context = DissectorContext<never>;

const SERVICE = serviceStates('dns');
const UNASKED = ', no question seen';

/** DNS over UDP (RFC 1035 §4.2.1). */
export const dns: DatagramDissector<'dns', never> = {
  name: 'dns',
  over: 'udp',
  ports: [53],
  datagram(bytes, direction, flow, hinted, context): boolean {
    if (!mayBeDns(bytes, 0, bytes.length)) return false;
    const message = readMessage(bytes);
    if (message === null || message.questions.length === 0) return false;
    if (!hinted && !canOnlyBeDns(message)) return false;
    readOne(bytes, message, direction, flow, context);
    return true;
  },
};

/** DNS over TCP: each message after its length (RFC 1035 §4.2.2, RFC 7766). */
export const dnsTcp: StreamDissector<'dns', never> = {
  name: 'dns',
  over: 'tcp',
  ports: [53],
  probe,
  find(bytes) {
    const verdict = probe(bytes, TO_CLIENT);
    return verdict === NO || verdict === MORE ? -1 : 0;
  },
  open: (flow, context) => new Connection(flow, context),
};

/** Octets that a probe looks at: length, header, and the first label's length and character. */
const PROBED = 2 + 12 + 2;
/** Messages above this are zone transfers and the like: passed over. */
const LARGEST = 16 * 1024;
const LLMNR = 5355;
/** A question: header, a name of one label, type and class. */
const SHORTEST = 12 + 2 + 4;

/**
 * The header's fixed bits leave one chance in millions; a protocol of text has a first character that would mean a
 * length of 8 kB or more, which no question has.
 */
function probe(head: Uint8Array, direction: Direction): Verdict {
  if (head.length === 0) return MORE;
  if (head[0] > 1 && direction === TO_SERVER) return NO;
  if (head.length < 2) return MORE;
  const length = (head[0] << 8) | head[1];
  if (length < SHORTEST) return NO;
  if (!mayBeDns(head, 2, Math.min(head.length, PROBED))) return NO;
  if (head.length < PROBED) return MORE;
  const response = (head[4] & 0x80) !== 0;
  const u16 = (at: number): number => (head[at] << 8) | head[at + 1];
  if (u16(6) !== 1) return NO;
  // A question has no records but OPT and TSIG or SIG(0); what is no question of the one kind is no first message.
  if (!response && (u16(8) !== 0 || u16(10) !== 0 || u16(12) > 2)) return NO;
  if (response && (u16(8) > 2048 || u16(10) > 256 || u16(12) > 256)) return NO;
  const label = head[14];
  if (label > 63 || label + 18 > length) return NO;
  if (label > 0 && (head[15] <= 0x20 || head[15] >= 0x7f)) return NO;
  return response ? FROM_SERVER : FROM_CLIENT;
}

/** As far as the header goes: an operation that exists, and the bit that is always zero (RFC 6895 §2.1). */
function mayBeDns(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 4) return true;
  const opcode = (bytes[at + 2] >> 3) & 15;
  if (opcode === 3 || opcode > 6 || (bytes[at + 3] & 0x40) !== 0) return false;
  // A question has no answer code yet.
  return (bytes[at + 2] & 0x80) !== 0 || (bytes[at + 3] & 0x0f) === 0;
}

/** Types of questions that resolvers ask. */
const ASKED_TYPES = new Set([1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 43, 46, 48, 52, 64, 65, 255, 257]);

/** On any other port: one question of a usual type, a name of usual characters, and everything fits to the octet. */
function canOnlyBeDns(message: Message): boolean {
  if (!message.whole || message.opcode !== OPCODE_QUERY || message.questions.length !== 1) return false;
  const [question] = message.questions;
  if (question.class !== CLASS_IN || !ASKED_TYPES.has(question.type)) return false;
  if (question.name.length < 2 || !question.name.every((label) => /^[\w-]+$/.test(label))) return false;
  if (message.response) return true;
  return message.answers.length + message.authorities.length === 0 && message.additionals.length <= 2;
}

function readOne(
  bytes: Uint8Array,
  message: Message,
  direction: Direction,
  flow: Flow,
  context: Context,
): void {
  const { questions, statements } = stateOf(context);
  statements.from(flow, direction);
  if (!message.response) {
    if (direction === TO_SERVER) context.tell(SERVICE.asked);
    if (message.opcode === OPCODE_UPDATE) readUpdate(bytes, message, context);
    else questions.asked(message, senderOf(flow, direction), receiverOf(flow, direction));
    return;
  }
  const said = message.rcode === REFUSED || message.rcode === NOT_IMPLEMENTED ? 'refused' : 'answered';
  if (direction === TO_CLIENT) context.tell(SERVICE[said]);
  if (message.opcode !== OPCODE_QUERY || message.rcode !== NO_ERROR) return;
  const asked = questions.answers(message, receiverOf(flow, direction), senderOf(flow, direction));
  const unasked = asked ? '' : UNASKED;
  bindNames(bytes, message, statements, 'DNS', unasked);
  if (!asked) return;
  const records = [...message.answers, ...message.additionals];
  sayServices(readServices(bytes, records), records, bytes, 'DNS', context, null);
  readVersion(bytes, message, direction, flow, context);
}

/** A host that registers its own name, or a DHCP server that does it for a host (RFC 2136 §2.5.1). */
function readUpdate(bytes: Uint8Array, message: Message, context: Context): void {
  const { statements } = stateOf(context);
  for (const record of message.authorities) {
    // Of another class, or without a lifetime, it takes records away.
    if (record.class !== CLASS_IN || record.ttl === 0) continue;
    if (record.type === A || record.type === AAAA) bindForward(bytes, record, statements, 'DNS UPDATE', '');
    else if (record.type === PTR) bindReverse(bytes, record, record.name, statements, 'DNS UPDATE', '');
  }
}

/** The server's own version, in the form that BIND began: TXT of class CHAOS. */
function readVersion(
  bytes: Uint8Array,
  message: Message,
  direction: Direction,
  flow: Flow,
  context: Context,
): void {
  const [question] = message.questions;
  if (question.class !== CLASS_CHAOS || question.type !== TXT) return;
  if (keyOf(question.name) !== 'version\0bind' && keyOf(question.name) !== 'version\0server') return;
  const record = message.answers.find(({ type }) => type === TXT);
  const version = record === undefined ? null : plainText(stringsIn(bytes, record).join(''));
  if (version === null || !/\d/.test(version)) return;
  stateOf(context).statements.of(senderOf(flow, direction).address, 'software', version, 'DNS version.bind');
}

class Connection implements StreamParser {
  readonly #flow: Flow;
  readonly #context: Context;
  readonly #progress = new ReusedProgress();

  constructor(flow: Flow, context: Context) {
    this.#flow = flow;
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    let at = 0;
    for (;;) {
      const left = bytes.length - at;
      if (left < 2) return this.#progress.set(at, 2);
      const length = (bytes[at] << 8) | bytes[at + 1];
      if (length < 12) throw new Malformed('dns-length', `a message of ${length} octets has no header`);
      if (length <= LARGEST) {
        if (left < 2 + length) return this.#progress.set(at, 2 + length);
        this.#read(direction, bytes.subarray(at + 2, at + 2 + length));
      }
      at += 2 + length;
      if (at >= bytes.length) return this.#progress.set(at);
    }
  }

  #read(direction: Direction, bytes: Uint8Array): void {
    if (!mayBeDns(bytes, 0, bytes.length)) throw new Malformed('dns-header', 'no operation of DNS');
    const message = readMessage(bytes);
    // LLMNR has a form over TCP that looks the same (RFC 4795 §2.5) and tells of no server of DNS.
    if (message === null || this.#flow.server.port === LLMNR) return;
    readOne(bytes, message, direction, this.#flow, this.#context);
  }

  /** Where the next message begins can no longer be known. */
  gap(): 'give-up' {
    return 'give-up';
  }

  end(): void {}

  close(): void {}
}
