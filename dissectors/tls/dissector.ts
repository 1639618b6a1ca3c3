import type {
  DissectorContext,
  Progress,
  StreamDissector,
  StreamParser,
  Verdict,
} from '../../src/core/dissector.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, ReusedProgress, YES } from '../../src/core/dissector.ts';
import type { ServiceFact, Side } from '../../src/core/facts.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import type { TlsCertificate, TlsEvent } from './events.ts';
import type { Wanted } from './handshakes.ts';
import { AGAIN, CERTIFICATE_HEAD, DONE, GO_ON } from './handshakes.ts';
import type { Preface } from './preface.ts';
import { readPreface, UNFINISHED } from './preface.ts';
import type { RecordHandler } from './records.ts';
import { findRecords, isRecordChain, RecordReader } from './records.ts';
import type { CertificateStatement, ClientStatement } from './statements.ts';
import { ja3s, ofCertificate, ofClient, ofServerName } from './statements.ts';
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

const progress = new ReusedProgress();
const TLS_1_3 = 0x0304;
/** Names and passwords of SOCKS have 255 bytes each. */
const PREFACE_LIMIT = 1024;

/** Enough of a hello to be sure: record header, handshake type, length, version. */
const HELLO_HEAD = 11;

function probe(head: Uint8Array, direction: Direction): Verdict {
  if (head.length === 0) return MORE;
  const preface = readPreface(head, direction);
  if (preface === null) return probeRecord(head);
  if (preface === UNFINISHED || preface.length === head.length) return MORE;
  const verdict = probeRecord(head.subarray(preface.length));
  // No other record than a hello follows a preface.
  return verdict === YES ? NO : verdict;
}

function probeRecord(head: Uint8Array): Verdict {
  const { length } = head;
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
  /** By direction. */
  readonly #readers: readonly [RecordReader, RecordReader];
  /** By direction: what may stand before TLS was looked for. */
  readonly #started: [boolean, boolean] = [false, false];
  #preface: Preface | null = null;
  #client: ClientHello | null = null;
  #clientStatement: ClientStatement | null = null;
  #server: ServerHello | null = null;
  #certificate: CertificateStatement | null = null;
  #anomalies = 0;
  #state: ServiceFact['state'] | '' = '';
  #told = false;

  constructor(flow: Flow, context: DissectorContext<TlsEvent>) {
    this.#context = context;
    this.#inside = INSIDE.get(flow.server.port) ?? '';
    this.#readers = [new RecordReader(this.#handler('client')), new RecordReader(this.#handler('server'))];
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    const reader = this.#readers[direction];
    if (this.#started[direction]) return reader.read(bytes);
    const preface = readPreface(bytes, direction);
    if (preface === UNFINISHED && bytes.length < PREFACE_LIMIT) return progress.set(0, bytes.length + 1);
    this.#started[direction] = true;
    if (preface === null || preface === UNFINISHED) return reader.read(bytes);
    this.#preface = preface.name;
    const { consumed, need } = reader.read(bytes.subarray(preface.length));
    return progress.set(preface.length + consumed, need);
  }

  gap(direction: Direction): 'give-up' {
    this.#readers[direction].stop();
    return 'give-up';
  }

  end(): void {}

  close(): void {
    if (this.#state !== '') this.#tell();
  }

  #handler(side: Side): RecordHandler {
    return {
      record: (type) => {
        // Application data of a server is an answer, whether its hello was in the capture or not.
        this.#service(side === 'server' && type === APPLICATION_DATA ? 'answered' : 'asked');
      },
      message: (type, body) => {
        if (type === CLIENT_HELLO) return this.#hello(body);
        if (type === SERVER_HELLO) return this.#answer(body);
        return side === 'server' ? this.#identify(body) : DONE;
      },
      settled: () => {
        if (side === 'server' && this.#server !== null) this.#tell();
      },
      ssl2Hello: () => this.#service('asked'),
      alert: () => {
        if (side === 'server' && this.#server === null) this.#service('refused');
      },
      anomaly: (kind, detail) => {
        if (this.#anomalies++ < 8)
          this.#context.emit({ fact: 'anomaly', protocol: 'tls', kind, detail, from: side });
      },
    };
  }

  #hello(body: Uint8Array): Wanted {
    const hello = readClientHello(body);
    if (hello === null) return DONE;
    const statement = ofClient(hello, 't');
    this.#context.tell(statement.facts);
    // What the event tells is the first one: the second is what this server made of it.
    if (this.#client !== null) return DONE;
    this.#client = hello;
    this.#clientStatement = statement;
    return AGAIN;
  }

  #answer(body: Uint8Array): Wanted {
    const hello = readServerHello(body);
    if (hello === null) return DONE;
    this.#server = hello;
    this.#service('answered');
    if (hello.retry) return AGAIN;
    // Behind a SOCKS server stands another one, which these names are of.
    if (this.#client !== null && this.#preface !== 'socks')
      this.#context.tell(ofServerName(this.#client.sni));
    return hello.version >= TLS_1_3 ? DONE : GO_ON;
  }

  /** Certificate, as far as the first one (RFC 5246 §7.4.2). */
  #identify(body: Uint8Array): Wanted {
    const der = body.subarray(CERTIFICATE_HEAD);
    this.#certificate = der.length > 0 ? ofCertificate(der, this.#preface === 'rdp') : null;
    if (this.#certificate !== null && this.#preface !== 'socks') this.#context.tell(this.#certificate.facts);
    return DONE;
  }

  /** Says once each what the server end does; `answered` is the last word. */
  #service(state: ServiceFact['state']): void {
    if (this.#state === 'answered' || this.#state === state) return;
    if (this.#state === 'refused' && state === 'asked') return;
    this.#state = state;
    const protocol = this.#inside || this.#preface || 'tls';
    this.#context.emit({ fact: 'service', protocol, medical: this.#inside !== '', tls: true, state });
  }

  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    const client = this.#client;
    const server = this.#server;
    this.#context.emit({
      type: 'tls.session',
      version: server === null ? '' : versionName(server.version),
      sni: client?.sni ?? '',
      cipherSuite: server === null ? '' : server.cipherSuite.toString(16).padStart(4, '0'),
      alpn: server?.alpn || (client?.alpn.join(',') ?? ''),
      inside: this.#inside,
      answered: this.#state === 'answered',
      ja3: this.#clientStatement?.ja3 ?? '',
      ja4: this.#clientStatement?.ja4 ?? '',
      ja3s: server === null || server.retry ? '' : ja3s(server),
      certificate: this.#certificate === null ? null : eventCertificate(this.#certificate),
    });
  }
}

function eventCertificate({ certificate, fingerprint }: CertificateStatement): TlsCertificate {
  const { subject, issuer, notBefore, notAfter, names, selfSigned } = certificate;
  return { subject, issuer, notBefore, notAfter, names, selfSigned, fingerprint };
}
