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
import type { Fact, LoginFact, ServiceFact } from '../../src/core/facts.ts';
import type { Direction } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { TextLines } from '../../src/core/text-lines.ts';
import { judgeGreeting, readAuthentication, readGreeting, readHello, readReply } from './wire.ts';

/** SMTP: which program greets, and how both ends call themselves. Of a mail nothing is read. */
export const smtp: StreamDissector<'smtp', never> = {
  name: 'smtp',
  over: 'tcp',
  ports: [25, 587],
  probe,
  find: () => -1,
  open: (_flow, context) => new SmtpConnection(context),
};

/** Bytes of a greeting that are looked through, where they come at once. */
const GREETING_LIMIT = 512;

function probe(head: Uint8Array, direction: Direction): Verdict {
  if (head.length === 0) return MORE;
  return direction === TO_SERVER ? probeHello(head) : probeGreeting(head);
}

function probeGreeting(head: Uint8Array): Verdict {
  const start = latin1(head, 0, Math.min(4, head.length));
  if (!/^2(?:2(?:0(?:[ -])?)?)?$/.test(start)) return NO;
  if (head.length < 5) return MORE;
  const verdict = judgeGreeting(latin1(head, 4, Math.min(head.length, GREETING_LIMIT)));
  if (verdict > 0) return FROM_SERVER;
  return verdict < 0 ? NO : MORE;
}

/** `EHLO ` or `HELO `, which nobody else says. */
function probeHello(head: Uint8Array): Verdict {
  const text = latin1(head, 0, Math.min(5, head.length)).toUpperCase();
  if (!'EHLO '.startsWith(text) && !'HELO '.startsWith(text)) return NO;
  return text.length === 5 ? FROM_CLIENT : MORE;
}

/** RFC 5321 §4.5.3.1.5, §4.5.3.1.4 */
const LINE_LIMIT = 512;
/** Lines of the client that are read: hello and login are the first ones. */
const LINES_LIMIT = 32;
/** Those of a server: the answer to EHLO alone is a dozen. */
const REPLIES_LIMIT = 64;

const service = (state: ServiceFact['state']): ServiceFact => ({
  fact: 'service',
  protocol: 'smtp',
  medical: false,
  tls: false,
  state,
});
const ASKED: readonly Fact[] = [service('asked')];
const REFUSED: readonly Fact[] = [service('refused')];

const greetings = new FactLists(1024);
const hellos = new FactLists(1024);

/** Mechanisms whose answer is the password itself (RFC 4616; draft-murchison-sasl-login). */
const CLEAR: Readonly<Record<string, LoginFact>> = {
  PLAIN: { fact: 'login', method: 'SMTP AUTH PLAIN', accepted: null },
  LOGIN: { fact: 'login', method: 'SMTP AUTH LOGIN', accepted: null },
};

class SmtpConnection implements StreamParser {
  readonly #context: DissectorContext<never>;
  /** By direction. */
  readonly #lines: readonly [TextLines, TextLines];
  #greeted = false;
  #commands = 0;
  #replies = 0;
  /** A login under way. */
  #login: LoginFact | null = null;
  /** The secret went by. */
  #given = false;
  #encrypting = false;

  constructor(context: DissectorContext<never>) {
    this.#context = context;
    this.#lines = [
      new TextLines(LINE_LIMIT, (line) => this.#command(line)),
      new TextLines(LINE_LIMIT, (line) => this.#reply(line)),
    ];
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    return this.#lines[direction].read(bytes);
  }

  gap(direction: Direction): 'give-up' {
    this.#lines[direction].stop();
    return 'give-up';
  }

  end(): void {}

  close(): void {
    this.#loggedIn(null);
  }

  #command(line: string): boolean {
    if (this.#commands++ === 0) this.#context.tell(ASKED);
    if (this.#login !== null) {
      // What answers the server's challenge: `*` takes it back (RFC 4954 §4).
      if (line === '*') this.#login = null;
      else this.#given = true;
      return this.#commands < LINES_LIMIT;
    }
    const name = readHello(line);
    if (name !== '') this.#context.tell(helloFacts(name));
    const authentication = readAuthentication(line);
    if (authentication !== null) {
      this.#login = CLEAR[authentication.mechanism] ?? null;
      this.#given = authentication.initial;
    }
    this.#encrypting = /^STARTTLS\s*$/i.test(line);
    // Behind this it is a mail, or TLS.
    return !/^(?:MAIL|STARTTLS|QUIT)\b/i.test(line) && this.#commands < LINES_LIMIT;
  }

  #loggedIn(accepted: boolean | null): void {
    if (this.#login === null) return;
    if (this.#given) this.#context.emit({ ...this.#login, accepted });
    this.#login = null;
  }

  #reply(line: string): boolean {
    const reply = readReply(line);
    if (reply === null) return false;
    if (!this.#greeted) {
      this.#greeted = true;
      // A name in the answer to EHLO is the one of the greeting again.
      if (reply.code === 220) this.#context.tell(greetingFacts(reply.text));
      else if (reply.code >= 400) this.#context.tell(REFUSED);
      return reply.code === 220;
    }
    if (reply.code === 235) this.#loggedIn(true);
    else if (reply.code >= 400) this.#loggedIn(false);
    // Encrypted from here on (RFC 3207 §4), a mail's data follows, or good-bye.
    if (this.#encrypting && reply.code === 220) return false;
    return reply.code !== 354 && reply.code !== 221 && ++this.#replies < REPLIES_LIMIT;
  }
}

function greetingFacts(text: string): readonly Fact[] {
  // The time of day stands in many greetings: what is told is the key, not the text.
  const { product, version, hostname, os } = readGreeting(text);
  return greetings.of([product, version, hostname, os].join('\n'), () => {
    const answered = service('answered');
    const named =
      product === ''
        ? answered
        : version === ''
          ? { ...answered, product }
          : { ...answered, product, version };
    const all: Fact[] = [named];
    const source = 'SMTP greeting';
    if (hostname !== '')
      all.push({ fact: 'attribute', side: 'server', attribute: 'hostname', value: hostname, source });
    if (os !== '') all.push({ fact: 'attribute', side: 'server', attribute: 'os', value: os, source });
    return all;
  });
}

function helloFacts(name: string): readonly Fact[] {
  return hellos.of(name, () => [
    { fact: 'attribute', side: 'client', attribute: 'hostname', value: name, source: 'SMTP EHLO' },
  ]);
}
