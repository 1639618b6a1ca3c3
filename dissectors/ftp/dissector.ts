import { latin1 } from '../../src/core/bytes.ts';
import type {
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Attribute, Fact, LoginFact, ServiceFact } from '../../src/core/facts.ts';
import type { Direction } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { TextLines } from '../../src/core/text-lines.ts';
import { isAnonymous, judgeCommands, judgeGreeting, readGreeting, readReply, systemOf } from './wire.ts';

/** FTP's control connection: which program greets, what it says of its host, and that somebody logs in. */
export const ftp: StreamDissector<'ftp', never> = {
  name: 'ftp',
  over: 'tcp',
  ports: [21],
  probe,
  find: () => -1,
  open: (_flow, context) => new FtpConnection(context),
};

/** Bytes of a greeting that are looked through, where they come at once. */
const GREETING_LIMIT = 512;
const CR = 13;
const LF = 10;

function probe(head: Uint8Array, direction: Direction): Verdict {
  if (head.length === 0) return MORE;
  return direction === TO_SERVER ? probeCommands(head) : probeGreeting(head);
}

function probeGreeting(head: Uint8Array): Verdict {
  const start = latin1(head, 0, Math.min(4, head.length));
  if (!/^2(?:2(?:0(?:[ -])?)?)?$/.test(start)) return NO;
  if (head.length < 5) return MORE;
  const text = latin1(head, 4, Math.min(head.length, GREETING_LIMIT));
  const verdict = judgeGreeting(text);
  // A mail server may come to its SMTP later in the line.
  if (verdict > 0) return FROM_SERVER;
  return verdict < 0 ? NO : MORE;
}

function probeCommands(head: Uint8Array): Verdict {
  // A letter first: everything else is refused by its first byte.
  const letter = head[0] | 0x20;
  if (letter < 0x61 || letter > 0x7a) return NO;
  const text = latin1(head, 0, Math.min(head.length, GREETING_LIMIT));
  for (let n = 0; n < text.length; n++) {
    const byte = head[n];
    if (byte < 32 && byte !== CR && byte !== LF) return NO;
  }
  const verdict = judgeCommands(text);
  if (verdict > 0) return FROM_CLIENT;
  return verdict < 0 ? NO : MORE;
}

const LINE_LIMIT = 512;
/** Lines of a server that are read: its greeting, and the answers to the first commands. */
const LINES_LIMIT = 64;

const service = (state: ServiceFact['state']): ServiceFact => ({
  fact: 'service',
  protocol: 'ftp',
  medical: false,
  tls: false,
  state,
});
const ASKED: readonly Fact[] = [service('asked')];
const REFUSED: readonly Fact[] = [service('refused')];
const NOTHING: readonly Fact[] = [];
const LOGIN: LoginFact = { fact: 'login', method: 'FTP PASS', accepted: null };

const greetings = new FactLists(1024);
const systems = new Map<string, readonly Fact[]>();

class FtpConnection implements StreamParser {
  readonly #context: DissectorContext<never>;
  readonly #commands: TextLines;
  readonly #replies: TextLines;
  #lines = 0;
  #commandLines = 0;
  #greeted = false;
  #asked = false;
  /** A user was named who is somebody. */
  #named = false;
  /** A password went by, and was not answered yet. */
  #pending = false;

  constructor(context: DissectorContext<never>) {
    this.#context = context;
    this.#commands = new TextLines(LINE_LIMIT, (line) => this.#command(line));
    this.#replies = new TextLines(LINE_LIMIT, (line) => this.#reply(line));
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    if (direction !== TO_SERVER) return this.#replies.read(bytes);
    if (!this.#asked) this.#context.tell(ASKED);
    this.#asked = true;
    return this.#commands.read(bytes);
  }

  gap(direction: Direction): 'give-up' {
    (direction === TO_SERVER ? this.#commands : this.#replies).stop();
    return 'give-up';
  }

  end(): void {}

  close(): void {
    this.#login(null);
  }

  /** Of what a client says, only that somebody logs in: neither who, nor with what. */
  #command(line: string): boolean {
    if (/^USER /i.test(line)) this.#named = !isAnonymous(line);
    else if (/^PASS ./i.test(line) && this.#named) {
      this.#login(null);
      this.#pending = true;
    }
    return ++this.#commandLines < LINES_LIMIT;
  }

  /** A password that went by was answered, or will not be any more. */
  #login(accepted: boolean | null): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.#context.emit({ ...LOGIN, accepted });
  }

  #reply(line: string): boolean {
    const reply = readReply(line);
    if (reply !== null && this.#pending) {
      // 332 asks for an account besides (RFC 959 §5.4).
      if (reply.code === 230 || reply.code === 202) this.#login(true);
      else if (reply.code >= 400) this.#login(false);
    }
    // What is encrypted from here on is nobody's to read (RFC 4217 §4).
    if (reply?.code === 234) this.#commands.stop();
    if (reply !== null && !this.#greeted) {
      this.#greeted = true;
      this.#context.tell(reply.code === 220 ? greetingFacts(reply.text) : REFUSED);
      if (reply.code !== 220) return false;
    } else if (reply?.code === 215) {
      const facts = systemFacts(systemOf(reply.text));
      if (facts.length > 0) this.#context.tell(facts);
    }
    // 226: by then all is said.
    return reply?.code !== 234 && reply?.code !== 226 && ++this.#lines < LINES_LIMIT;
  }
}

function greetingFacts(text: string): readonly Fact[] {
  return greetings.of(text, () => {
    const { product, version, ...attributes } = readGreeting(text);
    const answered = service('answered');
    const named =
      product === ''
        ? answered
        : version === ''
          ? { ...answered, product }
          : { ...answered, product, version };
    const all: Fact[] = [named];
    for (const attribute of ['hostname', 'os', 'vendor', 'model'] as const)
      if (attributes[attribute] !== '') all.push(statement(attribute, attributes[attribute], 'FTP greeting'));
    return all;
  });
}

function systemFacts(os: string): readonly Fact[] {
  if (os === '') return NOTHING;
  let facts = systems.get(os);
  if (facts === undefined) {
    facts = [statement('os', os, 'FTP SYST')];
    systems.set(os, facts);
  }
  return facts;
}

function statement(attribute: Attribute, value: string, source: string): Fact {
  return { fact: 'attribute', side: 'server', attribute, value, source };
}
