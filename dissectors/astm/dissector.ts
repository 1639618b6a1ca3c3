import type { DissectorContext, Progress, StreamDissector, StreamParser } from '../../src/core/dissector.ts';
import { ReusedProgress } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Activity, Attribute, Fact, ServiceFact, Side } from '../../src/core/facts.ts';
import { type Direction, TO_SERVER } from '../../src/core/flow.ts';
import type { KeyedHash } from '../../src/core/hash.ts';
import { PatientNotes } from '../../src/core/patient.ts';
import { told } from '../../src/core/told.ts';
import { FrameReader } from './frames.ts';
import { senderOf } from './senders.ts';
import { ACK, type Delimiters, delimitersOf, find, NAK, probe, RecordFields, USUAL } from './wire.ts';

/** Laboratory analyzers: ASTM E1394 (LIS2) messages, in ASTM E1381 (LIS1) frames or without, over TCP. */
export const astm: StreamDissector<'astm', never> = {
  name: 'astm',
  over: 'tcp',
  // None is assigned; analyzers and hosts agree on one.
  ports: [],
  probe,
  find,
  open: (_flow, context) => new AstmConnection(context),
};

const progress = new ReusedProgress();

class AstmConnection implements StreamParser {
  readonly #client: Speaker;
  readonly #server: Speaker;

  constructor(context: DissectorContext<never>) {
    this.#client = new Speaker('client', context);
    this.#server = new Speaker('server', context);
    this.#client.other = this.#server;
    this.#server.other = this.#client;
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    this.#of(direction).frames.read(bytes);
    return progress.set(bytes.length);
  }

  gap(direction: Direction): 'resync' {
    this.#of(direction).frames.gap();
    return 'resync';
  }

  end(direction: Direction): void {
    // A bare last record may have no end of its own.
    this.#of(direction).frames.end();
  }

  close(): void {}

  #of(direction: Direction): Speaker {
    return direction === TO_SERVER ? this.#client : this.#server;
  }
}

/** What one message has so far. */
interface Message {
  results: boolean;
  orders: boolean;
}

/** One end of the connection, as it speaks. */
class Speaker {
  readonly frames: FrameReader;
  other: Speaker | null = null;
  readonly #side: Side;
  readonly #context: DissectorContext<never>;
  #delimiters: Delimiters = USUAL;
  readonly #message: Message = { results: false, orders: false };
  /** Results of this side went out and are not acknowledged yet. */
  awaits = false;
  readonly #told = new Set<readonly Fact[]>();

  constructor(side: Side, context: DissectorContext<never>) {
    this.#side = side;
    this.#context = context;
    this.frames = new FrameReader({
      record: (bytes, length, cut) => this.#record(bytes, length, cut),
      control: (byte) => this.#control(byte),
      anomaly: (kind, detail) =>
        context.emit({ fact: 'anomaly', protocol: 'astm', kind, detail, from: side }),
    });
  }

  #tell(list: readonly Fact[]): void {
    if (this.#told.has(list) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(list);
    this.#context.tell(list);
  }

  #control(byte: number): void {
    if (byte === NAK) {
      // Busy, or a frame it did not like: it speaks the protocol, but has not taken anything.
      if (this.#side === 'server' && !this.#told.has(SPEAKS.server)) this.#tell(REFUSED);
      return;
    }
    this.#tell(SPEAKS[this.#side]);
    if (byte === ACK && this.other?.awaits) {
      this.other.awaits = false;
      this.#tell(DOES['accepts-results'][this.#side]);
    }
  }

  #record(bytes: Uint8Array, length: number, cut: boolean): void {
    const type = bytes[0];
    // Types of no interest cost nothing: comments, manufacturer's records.
    if (type !== H && type !== P && type !== O && type !== R && type !== L) return;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8');
    if (type === H) {
      this.#delimiters = delimitersOf(text);
      this.#message.results = this.#message.orders = false;
    } else if (!text.startsWith(this.#delimiters.field, 1)) return;
    this.#tell(SPEAKS[this.#side]);
    const record = new RecordFields(text, this.#delimiters);
    switch (type) {
      case H:
        this.#tell(sender(record, this.#side));
        return;
      case P: {
        const phi = patientOf(record, cut, this.#side, this.#context.hash);
        if (phi !== null) this.#context.emit(phi);
        return;
      }
      case O:
        // Report type O: an order; Q: the answer to a query (LIS2-A2 §8.4.26).
        if (/^[OQ]$/.test(record.field(26))) this.#message.orders = true;
        return;
      case R:
        if (!record.has(4)) return;
        this.#message.results = true;
        this.awaits = true;
        this.#tell(DOES['sends-lab-results'][this.#side]);
        this.#instrument(record);
        return;
      case L:
        if (this.#message.orders && !this.#message.results) this.#tell(DOES['sends-orders'][this.#side]);
        this.#message.results = this.#message.orders = false;
    }
  }

  /** which of several instruments behind the sender measured. */
  #instrument(record: RecordFields): void {
    const name = told(record.field(14));
    if (name === '') return;
    this.#tell(
      lists.of(`r\0${this.#side}\0${name}`, () => [
        attribute(this.#side, 'device-id', name, 'ASTM R-14 (instrument identification)'),
      ]),
    );
  }
}

const H = 0x48;
const L = 0x4c;
const O = 0x4f;
const P = 0x50;
const R = 0x52;

/** Lists told of one end of a connection: middleware sends for many instruments, a hostile sender for no end of them. */
const MOST_TOLD = 64;

/** Lists of facts by what they say, so that the same words are the same list. */
const lists = new FactLists(1024);

function attribute(side: Side, name: Attribute, value: string, source: string): Fact {
  return { fact: 'attribute', side, attribute: name, value, source };
}

const NO_FACTS: readonly Fact[] = Object.freeze([]);

/** H-5: who sends. By a maker's convention, or as a whole what the first component says. */
function sender(record: RecordFields, side: Side): readonly Fact[] {
  const components = record.components(5);
  const key = `h\0${side}\0${components.join('\0')}`;
  if (key.length > 400 || components.every((component) => component === '')) return NO_FACTS;
  return lists.of(key, () => {
    const facts: Fact[] = [];
    const state = (name: Attribute, value: string, what: string): void => {
      const text = told(value);
      if (text !== '') facts.push(attribute(side, name, text, `ASTM H-5 (${what})`));
    };
    const known = senderOf(components);
    if (known === null) {
      state('product', components[0], 'sender name');
      const version = components.slice(1).find((component) => VERSION.test(component));
      if (version !== undefined) state('software', version, 'sender version');
      return facts;
    }
    state('vendor', known.vendor, 'manufacturer');
    state('model', known.model, 'sender name');
    state('software', known.software, 'software version');
    state('serial', known.serial, 'serial number');
    return facts;
  });
}

/** Nothing but a version looks like this. */
const VERSION = /^[vV]?\d{1,4}(?:\.\d{1,6}){1,4}[A-Za-z]?$/;

const patient = new PatientNotes();

/** P record (LIS2-A2 §7). */
function patientOf(record: RecordFields, cut: boolean, side: Side, hash: KeyedHash): Fact | null {
  // The fields come first; only one cut inside them says less than it means.
  if (cut) return null;
  patient.clear();
  const practice = record.components(3)[0];
  const laboratory = record.components(4)[0];
  patient.number = practice || laboratory;
  if (patient.number !== '') patient.saw('medical-record-number');
  if (record.has(5)) patient.saw('other-patient-id');
  if (record.has(6)) {
    const [family, given] = record.components(6);
    patient.family = family ?? '';
    patient.given = given ?? '';
    patient.saw('patient-name');
  }
  if (record.has(7)) patient.saw('relative-name');
  // A year alone is no birth date (45 CFR 164.514(b)(2)).
  const birth = record.components(8)[0];
  if (/^\d{8}/.test(birth)) {
    patient.birthDate = birth.slice(0, 8);
    patient.saw('birth-date');
  }
  if (/^[MF]$/i.test(record.field(9))) patient.saw('sex');
  if (record.has(10)) patient.saw('ethnic-group');
  if (record.has(11)) patient.saw('address');
  if (record.has(13)) patient.saw('telephone');
  if (record.has(14)) patient.saw('physician-name');
  const fact = patient.fact('astm', side === 'client' ? 'server' : 'client', hash);
  patient.clear();
  return fact;
}

function service(state: ServiceFact['state']): ServiceFact {
  return { fact: 'service', protocol: 'astm', medical: true, tls: false, state };
}

const SPEAKS: Readonly<Record<Side, readonly Fact[]>> = {
  client: [service('asked')],
  server: [service('answered')],
};
const REFUSED: readonly Fact[] = [service('refused')];

type Told = Extract<Activity, 'sends-lab-results' | 'accepts-results' | 'sends-orders'>;

function does(activity: Told): Readonly<Record<Side, readonly Fact[]>> {
  const list = (side: Side): readonly Fact[] => [{ fact: 'activity', side, activity, detail: '' }];
  return { client: list('client'), server: list('server') };
}
const DOES: Readonly<Record<Told, Readonly<Record<Side, readonly Fact[]>>>> = {
  'sends-lab-results': does('sends-lab-results'),
  'accepts-results': does('accepts-results'),
  'sends-orders': does('sends-orders'),
};
