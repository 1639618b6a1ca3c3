import { latin1 } from '../../src/core/bytes.ts';
import type {
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, ReusedProgress } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Fact, LoginFact, ServiceFact } from '../../src/core/facts.ts';
import type { Direction } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { TextLines } from '../../src/core/text-lines.ts';
import { Mail } from './mail.ts';
import { judgeGreeting, readAuthentication, readGreeting, readHello, readReply } from './wire.ts';

/**
 * SMTP: which program greets, how both ends call themselves, and whom the documents name that a mail carries. Of the mail
 * itself nothing is told.
 */
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
/** A command, of which those of AUTH are the longest (RFC 4954 §4). */
const COMMAND_LIMIT = 12_288;
/** Commands and lines of replies that are read of a connection. */
const LINES_LIMIT = 10_000;

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

/** What a client's bytes are. */
const COMMANDS = 0;
const MAIL = 1;
const OVER = 2;

class SmtpConnection implements StreamParser {
  readonly #context: DissectorContext<never>;
  readonly #replies: TextLines;
  readonly #progress = new ReusedProgress();
  #state = COMMANDS;
  #mail: Mail | null = null;
  /** Octets of a BDAT chunk that are still to come, and whether it is the last of its mail; null in a mail of DATA. */
  #chunk: { left: number; readonly last: boolean } | null = null;
  #greeted = false;
  #greetingGoesOn = false;
  #hello = true;
  #startsTls = false;
  #commands = 0;
  /** A login under way. */
  #login: LoginFact | null = null;
  /** The secret went by. */
  #given = false;
  #replyLines = 0;

  constructor(context: DissectorContext<never>) {
    this.#context = context;
    this.#replies = new TextLines(LINE_LIMIT, (line) => this.#reply(line));
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    if (direction !== TO_SERVER) return this.#replies.read(bytes);
    let at = 0;
    while (at < bytes.length && this.#state !== OVER) {
      const next = this.#state === MAIL ? this.#contents(bytes, at) : this.#line(bytes, at);
      if (next < 0) return this.#progress.set(at, 0);
      at = next;
    }
    return this.#progress.set(this.#state === OVER ? EVERYTHING : at);
  }

  gap(direction: Direction): 'give-up' {
    if (direction === TO_SERVER) this.#over();
    else this.#replies.stop();
    return 'give-up';
  }

  end(direction: Direction): void {
    if (direction === TO_SERVER) this.#over();
  }

  close(): void {
    this.#loggedIn(null);
    this.#over();
  }

  /** A command; the offset behind it, -1 when it is not whole. */
  #line(bytes: Uint8Array, at: number): number {
    const end = bytes.indexOf(LF, at);
    // What comes instead of a command is TLS behind STARTTLS, when the server's consent was not seen.
    const isText = bytes[at] >= 0x20 || bytes[at] === CR || bytes[at] === LF;
    if (!isText || (end < 0 ? bytes.length : end) - at > COMMAND_LIMIT) {
      this.#over();
      return bytes.length;
    }
    if (end < 0) return -1;
    const last = end > at && bytes[end - 1] === CR ? end - 1 : end;
    this.#command(latin1(bytes, at, last));
    return end + 1;
  }

  #command(line: string): void {
    if (this.#commands++ === 0) this.#context.tell(ASKED);
    if (this.#login !== null) {
      // What answers the server's challenge: `*` takes it back (RFC 4954 §4).
      if (line === '*') this.#login = null;
      else this.#given = true;
      return;
    }
    const authentication = readAuthentication(line);
    if (authentication !== null) {
      this.#login = CLEAR[authentication.mechanism] ?? null;
      this.#given = authentication.initial;
    }
    if (this.#hello) {
      const name = readHello(line);
      if (name !== '') this.#context.tell(helloFacts(name));
      this.#hello = /^(?:EHLO|HELO) /i.test(line);
    }
    this.#startsTls = /^STARTTLS\s*$/i.test(line);
    if (/^DATA\s*$/i.test(line)) {
      this.#mail?.end();
      this.#mail = new Mail(this.#context, true);
      this.#chunk = null;
      this.#state = MAIL;
    } else if (/^BDAT /i.test(line)) this.#startChunk(line);
    else if (/^(?:RSET|QUIT)\s*$/i.test(line)) this.#mailOver();
    if (this.#commands >= LINES_LIMIT) this.#over();
  }

  #loggedIn(accepted: boolean | null): void {
    if (this.#login === null) return;
    if (this.#given) this.#context.emit({ ...this.#login, accepted });
    this.#login = null;
  }

  #startChunk(line: string): void {
    const match = /^BDAT (\d{1,10})( LAST)?\s*$/i.exec(line);
    if (match === null) return;
    this.#mail ??= new Mail(this.#context, false);
    this.#chunk = { left: Number(match[1]), last: match[2] !== undefined };
    this.#state = MAIL;
    if (this.#chunk.left === 0) this.#chunkOver(this.#chunk.last);
  }

  /** What stands in a mail; the offset behind what was read of it. */
  #contents(bytes: Uint8Array, at: number): number {
    const mail = this.#mail;
    const chunk = this.#chunk;
    if (mail === null) {
      this.#state = COMMANDS;
      return at;
    }
    if (chunk === null) {
      const next = mail.read(bytes, at, bytes.length);
      if (mail.over) this.#mailOver();
      return next;
    }
    const next = Math.min(bytes.length, at + chunk.left);
    mail.read(bytes, at, next);
    chunk.left -= next - at;
    if (chunk.left === 0) this.#chunkOver(chunk.last);
    return next;
  }

  #chunkOver(isLast: boolean): void {
    this.#state = COMMANDS;
    if (isLast) this.#mailOver();
  }

  #mailOver(): void {
    this.#mail?.end();
    this.#mail = null;
    this.#chunk = null;
    this.#state = COMMANDS;
  }

  #over(): void {
    this.#mailOver();
    this.#state = OVER;
  }

  #reply(line: string): boolean {
    const reply = readReply(line);
    if (reply === null) return false;
    if (!this.#greeted) {
      this.#greeted = true;
      if (reply.code === 220) this.#context.tell(greetingFacts(reply.text));
      else if (reply.code >= 400) this.#context.tell(REFUSED);
      // The lines of a greeting begin with the same code.
      this.#greetingGoesOn = !reply.last;
      return reply.code === 220;
    }
    if (this.#greetingGoesOn) this.#greetingGoesOn = !reply.last;
    else if (this.#startsTls && reply.code === 220) {
      this.#over();
      return false;
    } else this.#answered(reply.code);
    return ++this.#replyLines < LINES_LIMIT;
  }

  /** DATA is taken with 354. The client waits for it, so that before it no line of a mail has come. */
  #answered(code: number): void {
    if (code === 235) this.#loggedIn(true);
    else if (code >= 400) this.#loggedIn(false);
    if (code >= 400 && this.#state === MAIL && this.#chunk === null && this.#mail?.empty)
      this.#state = COMMANDS;
    if (code === 354 && this.#state === COMMANDS && this.#mail?.empty && this.#chunk === null)
      this.#state = MAIL;
  }
}

/** More than any connection has: what follows passes unseen. */
const EVERYTHING = Number.MAX_SAFE_INTEGER;
const LF = 0x0a;
const CR = 0x0d;

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
