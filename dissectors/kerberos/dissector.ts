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
import { type Direction, TO_SERVER } from '../../src/core/flow.ts';
import { ANSWERED, ASKED, ofClient } from './statements.ts';
import { isQuestion, type Message, readMessage, typeOfTag } from './wire.ts';

/** Kerberos over UDP (RFC 4120 §7.2.1): each datagram is a message. */
export const kerberos: DatagramDissector<'kerberos', never> = {
  name: 'kerberos',
  over: 'udp',
  ports: [88],
  datagram(bytes, direction, _flow, _hinted, context): boolean {
    if (typeOfTag(bytes[0]) === 0) return false;
    const message = readMessage(bytes);
    // A message that decodes to the octet can be nothing else, on any port.
    if (message === null) return false;
    tell(message, direction, context);
    return true;
  },
};

/** Kerberos over TCP: each message after its length (RFC 4120 §7.2.2). */
export const kerberosTcp: StreamDissector<'kerberos', never> = {
  name: 'kerberos',
  over: 'tcp',
  ports: [88],
  probe,
  find(bytes) {
    const verdict = probe(bytes);
    return verdict === NO || verdict === MORE ? -1 : 0;
  },
  open: (_flow, context) => new KerberosConnection(context),
};

const LENGTH = 4;
/** A length's first octets: requests and tickets have less than 2 MB. */
const HIGHEST = 0x1f;
/** Length, tag and length, SEQUENCE and length, version, message type. */
const PROBED = LENGTH + 6 + 6 + 5 + 5;

/** Two nested lengths that agree with the one before them, the version, and the type that the tag says. */
function probe(head: Uint8Array): Verdict {
  const { length } = head;
  if (length > 0 && head[0] !== 0) return NO;
  if (length > 1 && head[1] > HIGHEST) return NO;
  if (length > LENGTH && typeOfTag(head[LENGTH]) === 0) return NO;
  if (length < LENGTH + 2) return MORE;
  const whole = lengthAt(head, 0);
  const type = typeOfTag(head[LENGTH]);
  const outer = headerAt(head, LENGTH);
  if (outer === null) return length < PROBED ? MORE : NO;
  if (outer.start + outer.length !== LENGTH + whole) return NO;
  const inner = headerAt(head, outer.start);
  if (inner === null) return length < PROBED ? MORE : NO;
  if (head[outer.start] !== 0x30 || inner.start + inner.length !== LENGTH + whole) return NO;
  const first = isQuestion(type) ? 0xa1 : 0xa0;
  const expected = [first, 3, 2, 1, 5, first + 1, 3, 2, 1, type];
  for (let n = 0; n < expected.length; n++) {
    if (inner.start + n >= length) return MORE;
    if (head[inner.start + n] !== expected[n]) return NO;
  }
  return isQuestion(type) ? FROM_CLIENT : FROM_SERVER;
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return bytes[at] * 0x100_0000 + ((bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
}

/** Where contents start and how long they are, whether or not they are there; null while the length is not. */
function headerAt(bytes: Uint8Array, at: number): { start: number; length: number } | null {
  if (at + 2 > bytes.length) return null;
  const first = bytes[at + 1];
  if (first < 0x80) return { start: at + 2, length: first };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) return { start: at + 2, length: -1 };
  if (at + 2 + octets > bytes.length) return null;
  let length = 0;
  for (let n = 0; n < octets; n++) length = length * 256 + bytes[at + 2 + n];
  return { start: at + 2 + octets, length };
}

function tell(message: Message, direction: Direction, context: DissectorContext<never>): void {
  // What goes the wrong way says that it is not known which end is which.
  if (isQuestion(message.type) !== (direction === TO_SERVER)) return;
  context.tell(direction === TO_SERVER ? ASKED : ANSWERED);
  const facts = ofClient(message);
  if (facts.length > 0) context.tell(facts);
}

/** Messages beyond this are passed over. */
const LARGEST = 64 * 1024;

class KerberosConnection implements StreamParser {
  readonly #context: DissectorContext<never>;
  readonly #progress = new ReusedProgress();

  constructor(context: DissectorContext<never>) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    let at = 0;
    while (at < bytes.length) {
      if (bytes.length - at < LENGTH) return this.#progress.set(at, LENGTH);
      // Its highest bit is for extensions, which nobody has made (RFC 5021).
      if (bytes[at] >= 0x80) throw new Malformed('kerberos-length', 'an extension, or no length');
      const whole = LENGTH + lengthAt(bytes, at);
      if (whole <= LARGEST) {
        if (bytes.length - at < whole) return this.#progress.set(at, whole);
        const message = readMessage(bytes.subarray(at + LENGTH, at + whole));
        if (message === null)
          throw new Malformed('kerberos-message', `${whole - LENGTH} octets that are no message`);
        tell(message, direction, this.#context);
      }
      at += whole;
    }
    return this.#progress.set(at);
  }

  /** Where the next message begins can no longer be known. */
  gap(): 'give-up' {
    return 'give-up';
  }

  end(): void {}

  close(): void {}
}
