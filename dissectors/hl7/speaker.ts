import type { DissectorContext } from '../../src/core/dissector.ts';
import type { Activity, Attribute, ServiceFact, Side } from '../../src/core/facts.ts';
import type { Flow } from '../../src/core/flow.ts';
import type { Sealed } from '../../src/core/sealed.ts';
import type { Micros } from '../../src/core/time.ts';
import type { DeviceFacts } from './devices.ts';
import { isDeviceSegment, readDevice } from './devices.ts';
import { mixSegment, seedsOf } from './digest.ts';
import type { Hl7Event, Hl7Session } from './events.ts';
import type { BlockHandler } from './framing.ts';
import { BlockReader } from './framing.ts';
import { exposes, Identification, identifierSet, PID, rulesFor } from './identifiers.ts';
import type { Facts, Kind, Route } from './messages.ts';
import {
  delimitersOf,
  kindOf,
  NO_ROUTE,
  NO_TERMS,
  NO_VERSION,
  routeOf,
  termsOf,
  versionOf,
  wordOf,
} from './messages.ts';
import { Outstanding, type Waiting } from './outstanding.ts';
import { NO_RESULTS, OBR, OBX, ResultReader } from './results.ts';
import { Tally } from './tally.ts';
import type { Delimiters, Fields } from './wire.ts';
import { COMMIT_ACK, idOf, isSegmentName, segmentId, text } from './wire.ts';

const MSH = idOf('MSH');
const MSA = idOf('MSA');
const FHS = idOf('FHS');
const BHS = idOf('BHS');
const BTS = idOf('BTS');
const FTS = idOf('FTS');

const ROUTES_LIMIT = 8;
const TOLD_LIMIT = 64;
const ANOMALY_FACTS_LIMIT = 32;
const PATIENTS_LIMIT = 4096;

const service = (state: ServiceFact['state']): ServiceFact => ({
  fact: 'service',
  protocol: 'hl7',
  medical: true,
  tls: false,
  state,
});
const SERVICE = { asked: service('asked'), answered: service('answered'), refused: service('refused') };

/** What both directions of a connection add up to. */
export class Session {
  messages = 0;
  acks = 0;
  commitAcks = 0;
  commitNaks = 0;
  readonly byType = new Tally();
  readonly byAck = new Tally(16);
  #anomalies: Tally | null = null;
  senders: readonly string[] = NOBODY;
  receivers: readonly string[] = NOBODY;
  #patient: number | null = null;
  #patients: Set<number> | null = null;
  #anomalyFacts = 0;

  /** Somebody acknowledged something. */
  get acknowledges(): boolean {
    return this.acks + this.commitAcks + this.commitNaks > 0;
  }

  /** Distinct patients, of at most 4,096. */
  get patients(): number {
    if (this.#patients !== null) return this.#patients.size;
    return this.#patient === null ? 0 : 1;
  }

  addPatient(patient: number): void {
    if (this.#patient === null) this.#patient = patient;
    if (this.#patient === patient) return;
    this.#patients ??= new Set([this.#patient]);
    if (this.#patients.size < PATIENTS_LIMIT) this.#patients.add(patient);
  }

  addParties({ sender, receiver }: Route): void {
    this.senders = this.senders === NOBODY ? sender.names : withName(this.senders, sender.name);
    this.receivers = this.receivers === NOBODY ? receiver.names : withName(this.receivers, receiver.name);
  }

  get anomalies(): Readonly<Record<string, number>> {
    return this.#anomalies?.record() ?? NONE;
  }

  /** Counts an anomaly; true while it should also be told one by one. */
  addAnomaly(kind: string): boolean {
    this.#anomalies ??= new Tally(32);
    this.#anomalies.add(kind);
    return ++this.#anomalyFacts <= ANOMALY_FACTS_LIMIT;
  }
}

function withName(names: readonly string[], name: string): readonly string[] {
  return names.length >= ROUTES_LIMIT || names.includes(name) ? names : [...names, name];
}

const NOTHING_SEALED: readonly Sealed[] = [];
const NOBODY: readonly string[] = Object.freeze([]);
const NONE: Readonly<Record<string, number>> = Object.freeze({});
const NO_FACTS: readonly Facts[] = Object.freeze([]);

/**
 * One direction of a connection: puts the segments of a block together to messages, says what they tell, and
 * holds the messages that wait for the other side's acknowledgement.
 */
export class Speaker implements BlockHandler, DeviceFacts {
  readonly reader = new BlockReader(this);
  /** The other direction. Set once, right after both were made. */
  peer: Speaker = this;
  readonly #side: Side;
  readonly #peerSide: Side;
  readonly #session: Session;
  readonly #flow: Flow;
  readonly #context: DissectorContext<Hl7Event>;
  /** Made with the first segment that may name somebody: an acknowledging side has none. */
  #identification: Identification | null = null;
  #outstanding: Outstanding | null = null;
  /** Made with the first message of results. */
  #results: ResultReader | null = null;

  // What has been told of this side already.
  #serviceTold = '';
  #facts: readonly Facts[] = NO_FACTS;
  /** Of devices, pairs of what and its value. */
  #told: string[] | null = null;

  // The block.
  #framing: 'mllp' | 'raw' = 'mllp';
  /** Text without a frame, in the very packet that asks for the connection. */
  #inSyn = false;
  #batch = false;
  #batchMessages = 0;
  /** A header was seen, sound or not, so what follows is not a headless block. */
  #headed = false;

  // The message; none is open while the delimiters are null.
  #delimiters: Delimiters | null = null;
  #route = NO_ROUTE;
  #kind: Kind | null = null;
  #controlId = '';
  #version = NO_VERSION;
  #terms = NO_TERMS;
  #isAck = false;
  #ackCode = '';
  #ackedControlId = '';
  #digest = 0;
  #bytes = 0;
  #segments = 0;
  #partial = false;

  constructor(side: Side, session: Session, flow: Flow, context: DissectorContext<Hl7Event>) {
    this.#flow = flow;
    this.#side = side;
    this.#peerSide = side === 'client' ? 'server' : 'client';
    this.#session = session;
    this.#context = context;
  }

  /** Messages of this side that wait still. */
  unacknowledged(demandedOnly: boolean): number {
    return this.#outstanding?.count(demandedOnly) ?? 0;
  }

  /** The connection is over: tells of each message that waits still. */
  tellUnacknowledged(outcome: Hl7Session['outcome']): void {
    if (this.#outstanding === null) return;
    const now = this.#flow.last;
    for (const message of this.#outstanding.unanswered()) this.#tellUnacknowledged(message, now, outcome);
  }

  open(framing: 'mllp' | 'raw'): void {
    this.#framing = framing;
    this.#inSyn = framing === 'raw' && !this.#flow.midstream && this.#flow.packetsToServer === 1;
    this.#batch = false;
    this.#headed = false;
  }

  segment(bytes: Uint8Array, start: number, end: number, size: number, fields: Fields): void {
    this.#bytes += size;
    if (end - start < 3 || !isSegmentName(bytes, start)) {
      this.#mix(bytes, start, end, fields);
      return;
    }
    const id = segmentId(bytes, start);
    switch (id) {
      case MSH:
        this.#header(bytes, start, end, size, fields);
        return;
      case FHS:
      case BHS:
      case BTS:
      case FTS:
        this.#batchSegment(id, bytes, end - start, size, fields);
        return;
    }
    const delimiters = this.#delimiters;
    if (delimiters === null) {
      this.#headless();
      return;
    }
    this.#mix(bytes, start, end, fields);
    // What does not look like a segment is the rest of a text with line ends in it.
    if (end - start > 3 && bytes[start + 3] !== delimiters.field) return;
    this.#segments++;
    if (end - start < 5) return;
    if (id === MSA) {
      this.#isAck = true;
      this.#ackCode = wordOf(bytes, fields.start(1), fields.end(1), delimiters);
      this.#ackedControlId = text(bytes, fields.start(2), fields.end(2), delimiters.escape);
      return;
    }
    if ((id === OBR || id === OBX) && this.#kind?.hasResults) this.#result(id, bytes, fields, delimiters);
    const rules = rulesFor(id);
    const device = isDeviceSegment(id);
    if (rules === undefined && !device) return;
    if (device) readDevice(id, bytes, fields, delimiters, this);
    if (rules === undefined) return;
    const { reveal, hash } = this.#context;
    this.#identification ??= new Identification(reveal, hash);
    const identification = this.#identification;
    if (id === PID) {
      const before = identification.patient;
      const patient = identification.identify(bytes, fields, delimiters);
      // Answers to queries and batches of results name several patients in one message.
      if (before !== null && before !== patient) this.#tellPatient(before);
    }
    identification.read(bytes, fields, rules, delimiters, this.#terms.charset);
  }

  overLimit(): void {
    this.#partial = true;
    this.anomaly('message-over-limit', 'a message longer than is read of one');
  }

  skipped(size: number): void {
    this.#bytes += size;
  }

  close(whole: boolean): void {
    if (!whole) this.#partial = true;
    this.#finish();
  }

  commit(code: number): void {
    if (code === COMMIT_ACK) this.#session.commitAcks++;
    else this.#session.commitNaks++;
    this.#tellService(code === COMMIT_ACK ? 'answered' : 'refused');
    this.peer.#outstanding?.acknowledgeOldest();
  }

  anomaly(kind: string, detail: string): void {
    if (this.#session.addAnomaly(kind))
      this.#context.emit({ fact: 'anomaly', protocol: 'hl7', kind, detail, from: this.#side });
  }

  attribute(attribute: Attribute, value: string, source: string): void {
    if (value === '' || !this.#isNews(attribute, value)) return;
    this.#context.emit({ fact: 'attribute', side: this.#side, attribute, value, source });
  }

  activity(activity: Activity, detail: string): void {
    if (!this.#isNews(activity, detail)) return;
    this.#context.emit({ fact: 'activity', side: this.#side, activity, detail });
  }

  #header(bytes: Uint8Array, start: number, end: number, size: number, fields: Fields): void {
    if (this.#delimiters !== null) {
      this.#bytes -= size;
      this.#finish();
      if (!this.#batch && this.#framing === 'mllp')
        this.anomaly('several-messages-in-block', 'a second MSH in a block that is no batch');
    }
    this.#headed = true;
    this.#reset(size);
    if (end - start < 4 || fields.last < 9) {
      this.anomaly('msh-too-short', 'an MSH without a message type');
      return;
    }
    const delimiters = delimitersOf(bytes, start + 3, Math.min(fields.end(2) + 1, end));
    if (delimiters === null) {
      this.anomaly('encoding-characters', 'MSH-1 and MSH-2 are no delimiters');
      return;
    }
    if (delimiters.subcomponent < 0)
      this.anomaly('encoding-characters', 'MSH-2 has fewer than four encoding characters');
    for (let field = 3; field <= 12; field++) {
      if (fields.isCut(field)) {
        this.anomaly('field-over-limit', `MSH-${field} is longer than is read of a field`);
        break;
      }
    }
    this.#delimiters = delimiters;
    this.#route = routeOf(bytes, fields.start(3), fields.end(6), delimiters);
    this.#kind = kindOf(bytes, fields.start(9), fields.end(9), delimiters);
    this.#controlId = text(bytes, fields.start(10), fields.end(10), delimiters.escape);
    const { last } = fields;
    this.#version =
      last < 11 ? NO_VERSION : versionOf(bytes, fields.start(11), fields.end(Math.min(12, last)), delimiters);
    this.#terms =
      last < 15 ? NO_TERMS : termsOf(bytes, fields.start(15), fields.end(Math.min(18, last)), delimiters);
    this.reader.wide = this.#terms.wide;
    this.#segments = 1;
    this.#isAck = this.#kind.code === 'ACK';
    this.#batchMessages++;
  }

  #reset(size: number): void {
    this.#bytes = size;
    this.#segments = 0;
    this.#partial = false;
    this.#isAck = false;
    this.#ackCode = '';
    this.#ackedControlId = '';
    this.#digest = seedsOf(this.#context.hash).low;
    this.#results?.clear();
    this.#identification?.clear();
  }

  #batchSegment(id: number, bytes: Uint8Array, length: number, size: number, fields: Fields): void {
    if (this.#delimiters !== null) {
      this.#bytes -= size;
      this.#finish();
    }
    this.#headed = true;
    if (id === FHS || id === BHS) {
      this.#batch = true;
      this.#batchMessages = 0;
      return;
    }
    if (id !== BTS || length < 4) return;
    const declared = text(bytes, fields.start(1), fields.end(1), -1);
    if (/^\d{1,9}$/.test(declared) && Number(declared) !== this.#batchMessages)
      this.anomaly(
        'batch-count',
        `BTS-1 declares ${declared} messages, the batch has ${this.#batchMessages}`,
      );
  }

  #mix(bytes: Uint8Array, start: number, end: number, fields: Fields): void {
    if (this.#delimiters !== null && !this.#isAck)
      this.#digest = mixSegment(this.#digest, bytes, start, end, fields);
  }

  #result(id: number, bytes: Uint8Array, fields: Fields, delimiters: Delimiters): void {
    this.#results ??= new ResultReader(this.#context.hash);
    if (id === OBR) this.#results.order(bytes, fields, delimiters);
    else this.#results.observation(bytes, fields, delimiters, this.#identification?.patient ?? null);
  }

  #headless(): void {
    if (this.#headed) return;
    this.#headed = true;
    this.anomaly('block-without-header', 'a block that does not begin with MSH, FHS or BHS');
  }

  /** The open message is over. */
  #finish(): void {
    const { sender, receiver } = this.#route;
    const kind = this.#kind;
    if (this.#delimiters === null || kind === null) return;
    this.#delimiters = null;
    const identification = this.#identification;
    if (this.#inSyn && !this.#flow.bothSides) {
      this.#unheard(kind, identification);
      return;
    }
    let latency: number | null = null;
    this.#tellService(this.#ackCode === 'AR' || this.#ackCode === 'CR' ? 'refused' : 'answered');
    if (this.#isAck) latency = this.#acknowledge();
    else this.#await(kind);
    const bits = identification?.bits ?? 0;
    const patient = identification?.patient ?? null;
    const sealed = identification?.sealed ?? NOTHING_SEALED;
    const set = identifierSet(bits);
    if (exposes(bits)) this.#tellPatient(patient);
    this.#context.emit({
      type: 'hl7.message',
      from: this.#side,
      messageType: kind.type,
      structure: kind.structure,
      controlId: this.#controlId,
      sendingApplication: sender.application,
      sendingFacility: sender.facility,
      receivingApplication: receiver.application,
      receivingFacility: receiver.facility,
      version: this.#version.version,
      processingId: this.#version.processingId,
      charset: this.#terms.charset,
      ackCode: this.#ackCode,
      ackedControlId: this.#ackedControlId,
      latency,
      bytes: this.#bytes,
      segments: this.#segments,
      partial: this.#partial,
      framing: this.#framing,
      batch: this.#batch,
      identifiers: set.identifiers,
      patient,
      phi: sealed.length > 0 ? sealed : set.sealed,
      digest: this.#isAck ? 0 : this.#digest,
      results: this.#results === null ? NO_RESULTS : this.#results.results,
    });
  }

  /** Bytes of this side were missed. */
  missed(): void {
    this.peer.#outstanding?.excuse();
  }

  /**
   * Text like a message's, thrown at a port where nobody answered: no message, for there was nobody to take it;
   * but its sender speaks HL7, and whoever it names was named in clear.
   */
  #unheard(kind: Kind, identification: Identification | null): void {
    this.anomaly('message-without-connection', 'text of a message in a SYN that nobody answered');
    this.#tell(this.#route.exchange(kind).sent);
    if (identification !== null && exposes(identification.bits)) this.#tellPatient(identification.patient);
  }

  /** This message acknowledges one of the other side's; gives how long that took. */
  #acknowledge(): number | null {
    const session = this.#session;
    const code = this.#ackCode;
    session.acks++;
    session.byAck.add(code);
    this.#tell(this.#route.sender.facts);
    const answered = this.peer.#outstanding?.acknowledge(this.#ackedControlId, code.startsWith('C'));
    if (answered === undefined) {
      this.peer.#outstanding ??= new Outstanding();
      this.peer.#outstanding.acknowledgedEarly(this.#ackedControlId, this.#context.now());
      return null;
    }
    if (code === 'AA' || code === 'CA') this.#tell(answered.exchange.accepted);
    return this.#context.now() - answered.at;
  }

  #await(kind: Kind): void {
    const session = this.#session;
    session.messages++;
    session.byType.add(kind.type);
    session.addParties(this.#route);
    const exchange = this.#route.exchange(kind);
    this.#tell(exchange.sent);
    const now = this.#context.now();
    this.#outstanding ??= new Outstanding();
    if (session.acknowledges) {
      const given = this.#outstanding.giveUp(now);
      if (given !== undefined) this.#tellUnacknowledged(given, now, null);
    }
    this.#outstanding.add({
      controlId: this.#controlId,
      at: now,
      exchange,
      terms: this.#terms,
      batch: this.#batch,
      acknowledged: this.#terms.waived,
    });
  }

  #tellUnacknowledged(
    { controlId, at, exchange, batch }: Waiting,
    now: Micros,
    outcome: Hl7Session['outcome'] | null,
  ): void {
    if (batch) return;
    this.#context.emit({
      type: 'hl7.unacknowledged',
      from: this.#side,
      messageType: exchange.kind.type,
      controlId,
      waited: now - at,
      outcome,
    });
  }

  /** Emits facts that a header's value stands for, once for each such value. */
  #tell(facts: Facts): void {
    const told = this.#facts;
    if (told.length >= TOLD_LIMIT || told.includes(facts)) return;
    // Of exactly their length: most connections tell one or two, and arrays that grow take room for twenty.
    this.#facts = told.length === 0 ? [facts] : [...told, facts];
    this.#context.tell(facts.of(this.#side));
  }

  #tellService(answer: 'answered' | 'refused'): void {
    const state = this.#side === 'client' ? 'asked' : answer;
    if (this.#serviceTold === state || this.#serviceTold === 'answered') return;
    this.#serviceTold = state;
    this.#context.emit(SERVICE[state]);
  }

  #tellPatient(patient: number | null): void {
    if (patient !== null) this.#session.addPatient(patient);
    this.#context.emit({
      fact: 'phi',
      protocol: 'hl7',
      identifiers: identifierSet(this.#identification?.bits ?? 0).identifiers,
      patient,
      to: this.#peerSide,
    });
  }

  /** True once for each thing that is to be told of this side. */
  #isNews(what: Activity | Attribute, value: string): boolean {
    this.#told ??= [];
    const told = this.#told;
    if (told.length >= 2 * TOLD_LIMIT) return false;
    for (let i = 0; i < told.length; i += 2) if (told[i] === what && told[i + 1] === value) return false;
    told.push(what, value);
    return true;
  }
}
