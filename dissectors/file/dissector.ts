import { ContentReader } from '../../src/core/contents/reader.ts';
import { SNIFF_LIMIT, sniff } from '../../src/core/contents/sniff.ts';
import type {
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { MORE, NO, ReusedProgress, YES } from '../../src/core/dissector.ts';
import type { Direction } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';

/** A medical document sent bare over TCP, as FTP and netcat do: whom it names, and whether it holds a program. */
export const file: StreamDissector<'file', never> = {
  name: 'file',
  over: 'tcp',
  // FTP's data port, of which its active mode calls.
  ports: [20],
  window: SNIFF_LIMIT,
  probe,
  find: () => -1,
  open: (_flow, context) => new BareFile(context),
};

function probe(head: Uint8Array): Verdict {
  // Messages, bare or in MLLP's blocks, are HL7's.
  if (head[0] === START_BLOCK || (head[0] === 0x4d && head[1] === 0x53)) return NO;
  const kind = sniff(head, true);
  if (kind === null) return NO;
  return kind === 'more' ? MORE : YES;
}

const START_BLOCK = 0x0b;
/** More than any connection has: what follows passes unseen. */
const EVERYTHING = Number.MAX_SAFE_INTEGER;

class BareFile implements StreamParser {
  readonly #context: DissectorContext<never>;
  readonly #progress = new ReusedProgress();
  /** By direction; the one that sends nothing first has no document. */
  readonly #readers: [ContentReader | null, ContentReader | null] = [null, null];

  constructor(context: DissectorContext<never>) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    this.#readers[direction] ??= new ContentReader(
      this.#context,
      'file',
      direction === TO_SERVER ? 'server' : 'client',
    );
    const reader = this.#readers[direction];
    reader.read(bytes, 0, bytes.length);
    return this.#progress.set(reader.wanted ? bytes.length : EVERYTHING);
  }

  gap(direction: Direction): 'give-up' {
    this.end(direction);
    return 'give-up';
  }

  end(direction: Direction): void {
    this.#readers[direction]?.end();
  }

  close(): void {}
}
