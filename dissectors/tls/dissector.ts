import type {
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, YES } from '../../src/core/dissector.ts';
import type { ServiceFact, Side } from '../../src/core/facts.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import type { TlsEvent } from './events.ts';
import type { RecordHandler } from './records.ts';
import { findRecords, isRecordChain, RecordReader } from './records.ts';
import type { ClientHello, ServerHello } from './wire.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CLIENT_HELLO,
  HANDSHAKE,
  readClientHello,
  readServerHello,
  recordLength,
  SERVER_HELLO,
  ssl2HelloLength,
  versionName,
} from './wire.ts';

/** What a port's number says of the protocol inside, where the wire no longer can. */
const INSIDE = new Map<number, 'dicom' | 'hl7'>([
  [2762, 'dicom'],
  [2761, 'dicom'],
  [104, 'dicom'],
  [11112, 'dicom'],
  [4242, 'dicom'],
  [2345, 'dicom'],
  [2575, 'hl7'],
  [2576, 'hl7'],
  [6661, 'hl7'],
  [6671, 'hl7'],
]);

/** TLS of any version: recognised and described, so that what is inside is not taken for clear text. */
export const tls: StreamDissector<'tls', TlsEvent> = {
  name: 'tls',
  over: 'tcp',
  ports: [443, 2762, 8443, 6671],
  probe,
  find: (bytes) => findRecords(bytes, 0),
  open(flow: Flow, context: DissectorContext<TlsEvent>): StreamParser {
    return new TlsConnection(flow, context);
  },
};

/** Enough of a hello to be sure: record header, handshake type, length, version. */
const HELLO_HEAD = 11;

function probe(head: Uint8Array): Verdict {
  const { length } = head;
  if (length === 0) return MORE;
  const first = head[0];
  if ((first & 0x80) !== 0) {
    if (length >= 3 && head[2] !== CLIENT_HELLO) return NO;
    if (length < HELLO_HEAD) return MORE;
    return ssl2HelloLength(head, 0) > 0 ? FROM_CLIENT : NO;
  }
  if (first < 20 || first > 23) return NO;
  if ((length > 1 && head[1] !== 3) || (length > 2 && head[2] > 4)) return NO;
  if (length < 5) return MORE;
  if (recordLength(head, 0) < 0) return NO;
  if (first !== HANDSHAKE) return isRecordChain(head, 0) || isAlert(head) ? YES : NO;
  if (length < HELLO_HEAD) return isRecordChain(head, 0) ? YES : MORE;
  const size = recordLength(head, 0);
  const type = head[5];
  // A hello cut into tiny records is legal, and an old way past inspection.
  const plausible = (size < 2 || head[6] === 0) && (size < 6 || head[9] === 3);
  if (type === CLIENT_HELLO && plausible) return FROM_CLIENT;
  if (type === SERVER_HELLO && plausible) return FROM_SERVER;
  return isRecordChain(head, 0) ? YES : NO;
}

/** A server that refuses answers with nothing but an alert. */
function isAlert(head: Uint8Array): boolean {
  return head[0] === ALERT && head[3] === 0 && head[4] === 2 && (head[5] === 1 || head[5] === 2);
}

class TlsConnection implements StreamParser {
  readonly #context: DissectorContext<TlsEvent>;
  readonly #inside: 'dicom' | 'hl7' | '';
  readonly #client: RecordReader;
  readonly #server: RecordReader;
  #clientHello: ClientHello | null = null;
  #serverHello: ServerHello | null = null;
  #anomalies = 0;
  #state: ServiceFact['state'] | '' = '';
  #told = false;

  constructor(flow: Flow, context: DissectorContext<TlsEvent>) {
    this.#context = context;
    this.#inside = INSIDE.get(flow.server.port) ?? '';
    this.#client = new RecordReader(this.#handler('client'));
    this.#server = new RecordReader(this.#handler('server'));
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    return this.#reader(direction).read(bytes);
  }

  gap(direction: Direction): 'give-up' {
    this.#reader(direction).stop();
    return 'give-up';
  }

  end(): void {}

  close(): void {
    if (this.#state !== '') this.#tell();
  }

  #reader(direction: Direction): RecordReader {
    return direction === TO_SERVER ? this.#client : this.#server;
  }

  #handler(side: Side): RecordHandler {
    return {
      record: (type) => {
        // Application data of a server is an answer, whether its hello was in the capture or not.
        this.#service(side === 'server' && type === APPLICATION_DATA ? 'answered' : 'asked');
      },
      hello: (type, body) => {
        if (type === CLIENT_HELLO) this.#clientHello = readClientHello(body) ?? this.#clientHello;
        else this.#answer(readServerHello(body));
      },
      ssl2Hello: () => this.#service('asked'),
      alert: () => {
        if (side === 'server' && this.#serverHello === null) this.#service('refused');
      },
      anomaly: (kind, detail) => {
        if (this.#anomalies++ < 8)
          this.#context.emit({ fact: 'anomaly', protocol: 'tls', kind, detail, from: side });
      },
    };
  }

  #answer(hello: ServerHello | null): void {
    if (hello === null) return;
    this.#serverHello = hello;
    this.#service('answered');
    this.#tell();
  }

  /** Says once each what the server end does; `answered` is the last word. */
  #service(state: ServiceFact['state']): void {
    if (this.#state === 'answered' || this.#state === state) return;
    if (this.#state === 'refused' && state === 'asked') return;
    this.#state = state;
    const protocol = this.#inside || 'tls';
    this.#context.emit({ fact: 'service', protocol, medical: this.#inside !== '', tls: true, state });
  }

  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    const client = this.#clientHello;
    const server = this.#serverHello;
    this.#context.emit({
      type: 'tls.session',
      version: server === null ? '' : versionName(server.version),
      sni: client?.sni ?? '',
      cipherSuite: server === null ? '' : server.cipherSuite.toString(16).padStart(4, '0'),
      alpn: server?.alpn || (client?.alpn.join(',') ?? ''),
      inside: this.#inside,
      answered: this.#state === 'answered',
    });
  }
}
