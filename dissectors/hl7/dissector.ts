import type {
  DissectorContext,
  FlowEnd,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, YES } from '../../src/core/dissector.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import type { Hl7Event } from './events.ts';
import { findStart, startsBlock, startsHeader } from './framing.ts';
import { Session, Speaker } from './speaker.ts';
import { CR, END_BLOCK, LF, START_BLOCK, startsWith } from './wire.ts';

const PROBE_LIMIT = 64;

/** HL7 v2 over MLLP (or bare, as some senders do) in clear. */
export const hl7: StreamDissector<'hl7', Hl7Event> = {
  name: 'hl7',
  over: 'tcp',
  ports: [2575, 6661, 2576, 6671],
  probe,
  find(bytes: Uint8Array): number {
    const start = findStart(bytes, 0, bytes.length);
    return start >= 0 && startsBlock(bytes, start) === YES ? start : -1;
  },
  open(flow: Flow, context: DissectorContext<Hl7Event>): StreamParser {
    return new Conversation(flow, context);
  },
};

function probe(head: Uint8Array): Verdict {
  const length = head.length;
  if (length === 0) return MORE;
  const framed = head[0] === START_BLOCK;
  const answer = framed ? startsBlock(head, 0) : startsHeader(head, 0, true);
  if (answer === MORE) return length < PROBE_LIMIT ? MORE : NO;
  if (answer === NO) return NO;
  return whoSpeaks(head, framed ? 1 : 0);
}

/**
 * An acknowledgement comes from the side that listens, nearly always; any other message from the side that
 * called. Told apart by MSH-9 and by the name of the segment behind MSH, where both are there.
 */
function whoSpeaks(head: Uint8Array, at: number): Verdict {
  const length = head.length;
  if (head[at] !== 0x4d) return YES;
  const separator = head[at + 3];
  let field = 1;
  for (let i = at + 3; i < length; i++) {
    const byte = head[i];
    if (byte === END_BLOCK) return YES;
    if (byte === CR || byte === LF) {
      const next = head[i + 1] === LF ? i + 2 : i + 1;
      if (next + 2 >= length) return YES;
      return startsWith(head, next, length, 'MSA') ? FROM_SERVER : FROM_CLIENT;
    }
    if (byte !== separator) continue;
    field++;
    if (field === 9 && startsWith(head, i + 1, length, 'ACK')) return FROM_SERVER;
  }
  return YES;
}

/** A connection that speaks HL7. */
class Conversation implements StreamParser {
  readonly #flow: Flow;
  readonly #context: DissectorContext<Hl7Event>;
  readonly #session = new Session();
  readonly #client: Speaker;
  readonly #server: Speaker;

  constructor(flow: Flow, context: DissectorContext<Hl7Event>) {
    this.#flow = flow;
    this.#context = context;
    this.#client = new Speaker('client', this.#session, flow, context);
    this.#server = new Speaker('server', this.#session, flow, context);
    this.#client.peer = this.#server;
    this.#server.peer = this.#client;
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    const speaker = direction === TO_SERVER ? this.#client : this.#server;
    speaker.peer.reader.turn();
    return speaker.reader.read(bytes);
  }

  gap(direction: Direction): 'resync' {
    const speaker = direction === TO_CLIENT ? this.#server : this.#client;
    speaker.reader.gap();
    speaker.missed();
    return 'resync';
  }

  end(direction: Direction): void {
    (direction === TO_CLIENT ? this.#server : this.#client).reader.end();
  }

  close(how: FlowEnd): void {
    const session = this.#session;
    if (session.messages === 0 && !session.acknowledges) return;
    const outcome = OUTCOMES[how];
    if (session.acknowledges) {
      this.#client.tellUnacknowledged(outcome);
      this.#server.tellUnacknowledged(outcome);
    }
    this.#context.emit({
      type: 'hl7.session',
      messages: session.messages,
      acks: session.acks,
      unacknowledged: this.#unacknowledged(),
      commitAcks: session.commitAcks,
      commitNaks: session.commitNaks,
      byType: session.byType.record(),
      byAck: session.byAck.record(),
      senders: session.senders,
      receivers: session.receivers,
      patients: session.patients,
      start: this.#flow.start,
      end: this.#flow.last,
      outcome,
      anomalies: session.anomalies,
    });
  }

  /**
   * In a session that never acknowledges, only messages that asked for it in so many words went without; and of
   * a capture that saw one side only nothing can be said.
   */
  #unacknowledged(): number {
    const { acknowledges } = this.#session;
    if (!acknowledges && !this.#flow.bothSides) return 0;
    return this.#client.unacknowledged(!acknowledges) + this.#server.unacknowledged(!acknowledges);
  }
}

const OUTCOMES = { fin: 'closed', rst: 'reset', idle: 'idle', cut: 'cut' } as const;
