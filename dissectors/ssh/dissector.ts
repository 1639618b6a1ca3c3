import type {
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { MORE, NO, YES } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Fact, ServiceFact, Side } from '../../src/core/facts.ts';
import type { Direction } from '../../src/core/flow.ts';
import { TextLines } from '../../src/core/text-lines.ts';
import { readIdentification } from './wire.ts';

/** SSH: both sides say which software they are before anything is encrypted. */
export const ssh: StreamDissector<'ssh', never> = {
  name: 'ssh',
  over: 'tcp',
  ports: [22],
  probe,
  find: () => -1,
  open: (_flow, context) => new SshConnection(context),
};

const START = [0x53, 0x53, 0x48, 0x2d];

/** `SSH-1.` or `SSH-2.` */
function probe(head: Uint8Array): Verdict {
  for (let n = 0; n < 4 && n < head.length; n++) if (head[n] !== START[n]) return NO;
  if (head.length < 6) return head.length === 5 && head[4] !== 0x31 && head[4] !== 0x32 ? NO : MORE;
  return (head[4] === 0x31 || head[4] === 0x32) && head[5] === 0x2e ? YES : NO;
}

/** The identification string has 255 bytes with its end (RFC 4253 §4.2). */
const LINE_LIMIT = 255;

const statements = new FactLists(2048);
const ASKED: readonly Fact[] = [
  { fact: 'service', protocol: 'ssh', medical: false, tls: false, state: 'asked' },
];

class SshConnection implements StreamParser {
  /** By direction. */
  readonly #lines: readonly [TextLines, TextLines];

  constructor(context: DissectorContext<never>) {
    const reader = (side: Side) =>
      new TextLines(LINE_LIMIT, (line) => {
        const facts = statementsOf(side, line);
        if (side === 'client') context.tell(ASKED);
        if (facts.length > 0) context.tell(facts);
        return false;
      });
    this.#lines = [reader('client'), reader('server')];
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    return this.#lines[direction].read(bytes);
  }

  gap(direction: Direction): 'give-up' {
    this.#lines[direction].stop();
    return 'give-up';
  }

  end(): void {}

  close(): void {}
}

function statementsOf(side: Side, line: string): readonly Fact[] {
  return statements.of((side === 'client' ? 'c' : 's') + line, () => make(side, line));
}

function make(side: Side, line: string): readonly Fact[] {
  const said = readIdentification(line);
  if (said === null) return [];
  const { product, version, os } = said;
  const source = 'SSH banner';
  const facts: Fact[] = [];
  if (side === 'server') {
    const service: ServiceFact = {
      fact: 'service',
      protocol: 'ssh',
      medical: false,
      tls: false,
      state: 'answered',
      ...(product !== '' && { product }),
      ...(version !== '' && { version }),
    };
    facts.push(service);
  }
  if (product !== '') {
    const value = version === '' ? product : `${product} ${version}`;
    facts.push({ fact: 'attribute', side, attribute: 'software', value, source });
  }
  if (os !== '') facts.push({ fact: 'attribute', side, attribute: 'os', value: os, source });
  return facts;
}
