import type {
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, ReusedProgress, YES } from '../../src/core/dissector.ts';
import { Malformed } from '../../src/core/errors.ts';
import type { Fact, ServiceFact } from '../../src/core/facts.ts';
import { type Direction, TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { type Contents, Files, wantedOf } from './files.ts';
import { CHALLENGE, readNtlm } from './ntlm.ts';
import { readCalledName, readCallingName } from './session.ts';
import {
  readNegotiateReply,
  readSessionSetupReply,
  readSessionSetupRequest,
  type SessionSetup,
  SMB1_NEGOTIATE,
  SMB1_SESSION_SETUP,
} from './smb1.ts';
import { readSecurityBuffer, SMB2_SESSION_SETUP } from './smb2.ts';
import { ofChallenge, ofClient, ofNegotiate, ofSession, ofSetup, ofTicket, SERVICE } from './statements.ts';
import { readTicket } from './ticket.ts';
import {
  findMessage,
  HEAD,
  identifierAt,
  isMessage,
  isReply,
  KEEP_ALIVE,
  NEGATIVE_RESPONSE,
  POSITIVE_RESPONSE,
  RETARGET_RESPONSE,
  SESSION_HEADER,
  SESSION_MESSAGE,
  SESSION_REQUEST,
  SESSION_REQUEST_LENGTH,
  SMB1,
  SMB2,
  SMB2_HEADER,
  sessionLength,
  shortest,
  u16,
  u32,
} from './wire.ts';

/**
 * Windows file sharing, any version: who the two ends are, from negotiation and session setup, and whom the files name that
 * go by in clear.
 */
export const smb: StreamDissector<'smb', never> = {
  name: 'smb',
  over: 'tcp',
  ports: [445, 139],
  probe,
  find: findMessage,
  open: (_flow, context) => new SmbConnection(context),
};

function probe(head: Uint8Array): Verdict {
  if (head.length === 0) return MORE;
  switch (head[0]) {
    case SESSION_MESSAGE:
      return probeMessage(head, 0);
    case SESSION_REQUEST:
      return probeRequest(head);
    case POSITIVE_RESPONSE:
      // It has no content: what follows says whether it was an answer to a session request.
      for (let at = 1; at < Math.min(SESSION_HEADER, head.length); at++) if (head[at] !== 0) return NO;
      return head.length <= SESSION_HEADER ? MORE : probeMessage(head, SESSION_HEADER);
    default:
      return NO;
  }
}

function probeMessage(head: Uint8Array, at: number): Verdict {
  if (head[at] !== SESSION_MESSAGE) return NO;
  const kind = head[at + SESSION_HEADER];
  if (kind === undefined) return MORE;
  if (kind < 0xfc) return NO;
  for (let n = 1; n < 4 && at + SESSION_HEADER + n < head.length; n++)
    if (head[at + SESSION_HEADER + n] !== IDENTIFIER[n]) return NO;
  if (head.length < at + HEAD) return MORE;
  if (!isMessage(head, at)) return NO;
  const reply = isReply(head, at + SESSION_HEADER);
  if (reply === null) return YES;
  return reply ? FROM_SERVER : FROM_CLIENT;
}
const IDENTIFIER = [0, 0x53, 0x4d, 0x42];

/** A session request without scope: the called name has 32 letters (RFC 1002 §4.3.2). */
function probeRequest(head: Uint8Array): Verdict {
  const start = [SESSION_REQUEST, 0, 0, SESSION_REQUEST_LENGTH, 32];
  const { length } = head;
  for (let at = 0; at < Math.min(length, start.length); at++) if (head[at] !== start[at]) return NO;
  for (let at = start.length; at < Math.min(length, 37); at++)
    if (head[at] < 0x41 || head[at] > 0x50) return NO;
  if (length < 39) return MORE;
  return head[37] === 0 && head[38] === 32 ? FROM_CLIENT : NO;
}

/** Setups beyond this are passed over: a Kerberos ticket has at most 65535 octets, and this much else is none. */
const LARGEST = 80 * 1024;
/** Lists told in one connection, at most: a server has one name, but a hostile one goes on inventing them. */
const MOST_TOLD = 32;

/** Contents of a file that go by. */
interface Passing {
  readonly of: Contents;
  /** Bytes of the message before the contents, of them, and of the message in all, that are still to come. */
  before: number;
  left: number;
  size: number;
}

class SmbConnection implements StreamParser {
  readonly #files: Files;
  /** By direction. */
  readonly #passing: [Passing | null, Passing | null] = [null, null];
  readonly #context: DissectorContext<never>;
  readonly #progress = new ReusedProgress();
  /** By direction: octets of the session message, of which earlier parts of a compound were read. */
  readonly #left: [number, number] = [0, 0];
  /** By direction: the next message's start has to be searched. */
  readonly #lost: [boolean, boolean] = [false, false];
  readonly #told = new Set<readonly Fact[]>();
  #state: ServiceFact['state'] | '' = '';
  /** As the server calls itself in NTLM. */
  #server = '';

  constructor(context: DissectorContext<never>) {
    this.#context = context;
    this.#files = new Files(context);
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    let at = 0;
    if (this.#lost[direction]) {
      at = findMessage(bytes);
      if (at < 0) {
        // A head may have begun.
        const kept = Math.min(bytes.length, HEAD - 1);
        return this.#progress.set(bytes.length - kept, kept + 1);
      }
      this.#lost[direction] = false;
    }
    while (at < bytes.length) {
      const size = this.#next(direction, bytes, at);
      if (size < 0) return this.#progress.set(at, -size);
      at += size;
    }
    return this.#progress.set(at);
  }

  gap(direction: Direction): 'resync' {
    this.#passing[direction]?.of.reader.end();
    this.#passing[direction] = null;
    this.#left[direction] = 0;
    this.#lost[direction] = true;
    return 'resync';
  }

  end(): void {}

  close(): void {
    this.#files.end();
  }

  #next(direction: Direction, bytes: Uint8Array, at: number): number {
    const passing = this.#passing[direction];
    if (passing !== null) return this.#contents(direction, passing, bytes, at);
    return this.#left[direction] > 0 ? this.#part(direction, bytes, at) : this.#packet(direction, bytes, at);
  }

  /** Contents of a file, as far as they are there. When no more of them is wanted the rest of the message is skipped. */
  #contents(direction: Direction, passing: Passing, bytes: Uint8Array, at: number): number {
    const before = Math.min(passing.before, bytes.length - at);
    const start = at + before;
    const length = Math.min(passing.left, bytes.length - start);
    const { reader } = passing.of;
    reader.read(bytes, start, start + length);
    passing.before -= before;
    passing.left -= length;
    passing.size -= before + length;
    if (passing.left > 0 && reader.wanted) return this.#pass(direction, before + length);
    this.#passing[direction] = null;
    return this.#pass(direction, before + length + passing.size);
  }

  /** A session packet's header, or the packet. Octets dealt with; negative: so many are wanted. */
  #packet(direction: Direction, bytes: Uint8Array, at: number): number {
    if (bytes.length - at < SESSION_HEADER) return -SESSION_HEADER;
    const length = sessionLength(bytes, at);
    switch (bytes[at]) {
      case SESSION_MESSAGE:
        this.#left[direction] = length;
        return SESSION_HEADER;
      case SESSION_REQUEST: {
        const whole = SESSION_HEADER + length;
        if (length !== SESSION_REQUEST_LENGTH) return whole;
        if (bytes.length - at < whole) return -whole;
        if (direction === TO_SERVER) this.#request(bytes.subarray(at + SESSION_HEADER, at + whole));
        return whole;
      }
      case NEGATIVE_RESPONSE:
        if (direction === TO_CLIENT) this.#service('refused');
        return SESSION_HEADER + length;
      case POSITIVE_RESPONSE:
      case RETARGET_RESPONSE:
      case KEEP_ALIVE:
        return SESSION_HEADER + length;
      default:
        throw new Malformed('session-packet', `session packet type ${bytes[at]}`);
    }
  }

  #request(names: Uint8Array): void {
    this.#service('asked');
    const calling = readCallingName(names);
    if (calling !== null) this.#tell(ofSession('client', calling, 'NetBIOS session calling name'));
    const called = readCalledName(names);
    if (called !== null) this.#tell(ofSession('server', called, 'NetBIOS session called name'));
  }

  /** An SMB message at `at`, all that is left of the session message or one of a compound. As `#packet`. */
  #part(direction: Direction, bytes: Uint8Array, at: number): number {
    const left = this.#left[direction];
    const here = bytes.length - at;
    if (here < Math.min(left, 4)) return -Math.min(left, 4);
    const kind = left < 4 ? 0 : identifierAt(bytes, at);
    if (kind === 0 || left < shortest(kind)) {
      // Mailslots of other programs, raw blocks ([MS-CIFS] §2.2.4.22): of a length that is known.
      this.#left[direction] = 0;
      return left;
    }
    const head = kind === SMB2 ? SMB2_HEADER : Math.min(left, HEAD);
    if (kind !== SMB1 && kind !== SMB2) return this.#pass(direction, left);
    if (here < head) return -head;
    const isFromServer = direction === TO_CLIENT;
    const size = kind === SMB2 ? compoundPart(bytes, at, left) : left;
    // What goes the wrong way is left alone.
    if (isReply(bytes, at) !== isFromServer) return this.#pass(direction, size);
    if (size > LARGEST || !isSetup(kind, bytes, at)) {
      this.#service(isFromServer ? 'answered' : 'asked');
      const wanted = wantedOf(kind, bytes, at, isFromServer);
      if (wanted === 0 || size < wanted) return this.#pass(direction, size);
      return here < wanted ? -wanted : this.#file(direction, kind, bytes, at, size);
    }
    if (here < size) return -size;
    const message = bytes.subarray(at, at + size);
    if (kind === SMB1) this.#smb1(message, isFromServer);
    else {
      this.#service(isFromServer ? 'answered' : 'asked');
      this.#security(readSecurityBuffer(message, isFromServer), isFromServer);
    }
    return this.#pass(direction, size);
  }

  /** A message about a file's contents, whose fixed part is there. */
  #file(direction: Direction, kind: number, bytes: Uint8Array, at: number, size: number): number {
    const of = this.#files.message(kind, bytes, at, size, direction === TO_CLIENT);
    if (of === null) return this.#pass(direction, size);
    const passing = { of, before: of.start, left: of.length, size };
    this.#passing[direction] = passing;
    return this.#contents(direction, passing, bytes, at);
  }

  #pass(direction: Direction, size: number): number {
    this.#left[direction] -= size;
    return size;
  }

  #smb1(message: Uint8Array, isFromServer: boolean): void {
    if (isFromServer && message[4] === SMB1_NEGOTIATE) {
      const reply = readNegotiateReply(message);
      this.#service(reply?.refused ? 'refused' : 'answered');
      if (reply !== null) this.#tell(ofNegotiate(reply));
      return;
    }
    this.#service(isFromServer ? 'answered' : 'asked');
    if (message[4] !== SMB1_SESSION_SETUP) return;
    const setup: SessionSetup | null = isFromServer
      ? readSessionSetupReply(message)
      : readSessionSetupRequest(message);
    if (setup === null) return;
    this.#security(setup.blob, isFromServer);
    this.#tell(ofSetup(setup, isFromServer ? 'server' : 'client'));
  }

  #security(buffer: Uint8Array, isFromServer: boolean): void {
    const ntlm = readNtlm(buffer);
    if (ntlm === null && !isFromServer) {
      const ticket = readTicket(buffer);
      if (ticket !== null) this.#tell(ofTicket(ticket));
    }
    if (ntlm === null || (ntlm.type === CHALLENGE) !== isFromServer) return;
    if (ntlm.type === CHALLENGE) {
      this.#server = ntlm.netbiosComputer.slice(0, 64);
      this.#tell(ofChallenge(ntlm));
    } else this.#tell(ofClient(ntlm, this.#server));
  }

  #service(state: ServiceFact['state']): void {
    if (this.#state === 'answered' || this.#state === state) return;
    if (this.#state === 'refused' && state === 'asked') return;
    this.#state = state;
    this.#context.tell(SERVICE[state]);
  }

  #tell(list: readonly Fact[]): void {
    if (list.length === 0 || this.#told.has(list) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(list);
    this.#context.tell(list);
  }
}

/** Whether the message at `at` is one that is read. */
function isSetup(kind: number, bytes: Uint8Array, at: number): boolean {
  if (kind === SMB2) return u16(bytes, at + 12) === SMB2_SESSION_SETUP;
  return bytes[at + 4] === SMB1_NEGOTIATE || bytes[at + 4] === SMB1_SESSION_SETUP;
}

/** Length of the message at `at`: up to the next one of a compound, or all that is left ([MS-SMB2] §2.2.1.2). */
function compoundPart(bytes: Uint8Array, at: number, left: number): number {
  const next = u32(bytes, at + 20);
  return next < SMB2_HEADER || next > left ? left : next;
}
