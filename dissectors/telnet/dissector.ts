import { BoundedMap } from '../../src/core/bounded.ts';
import type {
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { MORE, NO, ReusedProgress, YES } from '../../src/core/dissector.ts';
import type { Attribute, Fact, LoginFact, ServiceFact } from '../../src/core/facts.ts';
import type { Direction } from '../../src/core/flow.ts';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import {
  CommandFilter,
  isNegotiation,
  isPasswordPrompt,
  isPrompt,
  judgeLogin,
  readHostLine,
} from './wire.ts';

/** Telnet: recognised by its option negotiation, read up to the login and what became of it. */
export const telnet: StreamDissector<'telnet', never> = {
  name: 'telnet',
  over: 'tcp',
  ports: [23],
  probe,
  find: () => -1,
  open: (_flow, context) => new TelnetConnection(context),
};

function probe(head: Uint8Array): Verdict {
  const verdict = isNegotiation(head);
  return verdict === null ? MORE : verdict ? YES : NO;
}

const progress = new ReusedProgress();
const EVERYTHING = Number.MAX_SAFE_INTEGER;
/** Bytes of a server that are looked through for a greeting, commands included. */
const GREETING_LIMIT = 2048;
/** The same behind the first prompt, for what becomes of the login. */
const LOGIN_LIMIT = 4096;
const LINE_LIMIT = 160;
const LF = 10;
const NUL = 0;
const CR = 13;
const BLANK = 32;
const COLON = 58;

const service = (state: ServiceFact['state']): ServiceFact => ({
  fact: 'service',
  protocol: 'telnet',
  medical: false,
  tls: false,
  state,
});
const ASKED: readonly Fact[] = [service('asked')];
const ANSWERED: readonly Fact[] = [service('answered')];

const statements = new BoundedMap<string, readonly Fact[]>(512);

const LOGIN: LoginFact = { fact: 'login', method: 'Telnet password', accepted: null };

class TelnetConnection implements StreamParser {
  readonly #context: DissectorContext<never>;
  /** By direction. */
  readonly #filters = [new CommandFilter(), new CommandFilter()] as const;
  #line = '';
  #seen = 0;
  #limit = GREETING_LIMIT;
  #over = false;
  #asked = false;
  #prompted = false;
  /** A password is asked for; something was typed since. */
  #wantsPassword = false;
  #typed = false;
  /** A password went by, and what became of it does not show yet. */
  #pending = false;

  constructor(context: DissectorContext<never>) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    if (direction === TO_SERVER) {
      if (!this.#asked) this.#context.tell(ASKED);
      this.#asked = true;
      for (let at = 0; at < bytes.length && !this.#over; at++)
        if (this.#filters[TO_SERVER].isText(bytes[at])) this.#key(bytes[at]);
    } else {
      if (this.#seen === 0) this.#context.tell(ANSWERED);
      for (let at = 0; at < bytes.length && !this.#over; at++) {
        if (this.#filters[TO_CLIENT].isText(bytes[at])) this.#text(bytes[at]);
        if (++this.#seen >= this.#limit) this.#over = true;
      }
    }
    return progress.set(this.#over ? EVERYTHING : bytes.length);
  }

  gap(): 'give-up' {
    this.#over = true;
    return 'give-up';
  }

  end(): void {}

  close(): void {
    this.#login(null);
  }

  /** Of what is typed, only that it was a password: there is one, and it is over. */
  #key(byte: number): void {
    if (!this.#wantsPassword) return;
    if (byte !== CR && byte !== LF && byte !== NUL) this.#typed = true;
    else if (this.#typed) {
      this.#wantsPassword = this.#typed = false;
      this.#pending = true;
    }
  }

  #login(accepted: boolean | null): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.#context.emit({ ...LOGIN, accepted });
    if (accepted) this.#over = true;
  }

  #text(byte: number): void {
    if (byte === LF) {
      if (!this.#prompted) this.#tell();
      this.#judge();
      this.#line = '';
    } else if (byte !== CR && byte !== NUL && this.#line.length < LINE_LIMIT) {
      this.#line += String.fromCharCode(byte);
      if (byte === BLANK && isPrompt(this.#line)) this.#prompt();
      else if (byte === BLANK) this.#judge();
      if (byte === COLON && isPasswordPrompt(this.#line)) {
        // Asked once more: the last one was wrong.
        this.#login(false);
        this.#wantsPassword = true;
        this.#typed = false;
      }
    }
  }

  #prompt(): void {
    if (!this.#prompted) {
      this.#tell();
      this.#prompted = true;
      this.#limit = this.#seen + LOGIN_LIMIT;
    }
    this.#login(false);
  }

  #judge(): void {
    if (!this.#pending) return;
    const accepted = judgeLogin(this.#line);
    if (accepted !== null) this.#login(accepted);
  }

  #tell(): void {
    const facts = statementsOf(this.#line);
    if (facts.length > 0) this.#context.tell(facts);
  }
}

function statementsOf(line: string): readonly Fact[] {
  let facts = statements.get(line);
  if (facts === undefined) {
    facts = make(line);
    // A line that says nothing is found out as fast as it is looked up.
    if (facts.length > 0) statements.set(line, facts);
  }
  return facts;
}

function make(line: string): readonly Fact[] {
  const said = readHostLine(line);
  if (said === null) return [];
  const facts: Fact[] = [];
  const state = (attribute: Attribute, value: string) => {
    if (value !== '')
      facts.push({ fact: 'attribute', side: 'server', attribute, value, source: 'Telnet greeting' });
  };
  if (said.product !== '') facts.push({ ...service('answered'), product: said.product });
  state('hostname', said.hostname);
  state('os', said.os);
  state('vendor', said.vendor);
  if (said.printer) state('device-class', 'printer');
  return facts;
}
