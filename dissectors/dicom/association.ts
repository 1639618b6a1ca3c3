/**
 * One association as it becomes known: its record, what is proposed and accepted, which requests wait for their
 * responses, and the facts that follow. Framing is `dissector.ts`'s; this knows PDUs' and messages' meaning.
 */
import { BoundedMap } from '../../src/core/bounded.ts';
import { hexOf } from '../../src/core/bytes.ts';
import type { DissectorContext, FlowEnd } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Activity, ActivityFact, Attribute, Behaviour, Fact, Side } from '../../src/core/facts.ts';
import { type Direction, type Flow, TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import type { Micros } from '../../src/core/time.ts';
import { executableKind } from './content.ts';
import type { DataSetWalker } from './dataset.ts';
import {
  C_CANCEL_RQ,
  C_ECHO,
  C_FIND,
  C_GET,
  C_MOVE,
  C_STORE,
  type CommandSet,
  commandName,
  N_CREATE,
  N_EVENT_REPORT,
  RESPONSE,
  type Status,
  statusOf,
} from './dimse.ts';
import type { Association, DicomEvent, PresentationContext } from './events.ts';
import {
  EQUIPMENT,
  NO_IDENTITY,
  type PatientIdentity,
  patientIdentity,
  plainValue,
  prefixKey,
  queryReach,
} from './identity.ts';
import {
  ABSTRACT_SYNTAX_ITEM,
  APPLICATION_CONTEXT_ITEM,
  ASYNCHRONOUS_OPERATIONS_ITEM,
  abortText,
  aeTitle,
  COMMON_EXTENDED_NEGOTIATION_ITEM,
  EXTENDED_NEGOTIATION_ITEM,
  IMPLEMENTATION_CLASS_UID_ITEM,
  IMPLEMENTATION_VERSION_NAME_ITEM,
  MAXIMUM_LENGTH_ITEM,
  PRESENTATION_CONTEXT_AC_ITEM,
  PRESENTATION_CONTEXT_RQ_ITEM,
  ROLE_SELECTION_ITEM,
  rejectionText,
  TRANSFER_SYNTAX_ITEM,
  USER_IDENTITY_RQ_ITEM,
  u16be,
  u32be,
  uid,
  visibleText,
} from './pdu.ts';
import {
  isEcgStorage,
  isPrint,
  isQueryRetrieve,
  isWaveformStorage,
  MODALITY_PERFORMED_PROCEDURE_STEP,
  MODALITY_WORKLIST_FIND,
  STORAGE_COMMITMENT,
} from './uids.ts';

export const SIDES: readonly [Side, Side] = ['client', 'server'];
const OTHER_SIDE: Readonly<Record<Side, Side>> = { client: 'server', server: 'client' };

/** Characters a value of VR CS may have (PS3.5 §6.2). */
const CODE_STRING = 16;
/** Ids are odd bytes (PS3.8 §9.3.2.2): no more contexts can be told apart. */
const MAX_CONTEXTS = 128;
/** Different values of the reserved bytes of contexts that are kept. */
const MAX_RESERVED = 8;
const MAX_SYNTAXES = 64;
const MAX_ROLES = 256;
const MAX_OUTSTANDING = 256;
const MAX_KEYS = 256;
const MAX_ACTIVITIES = 64;
const MAX_OPERATIONS = 64;
/** Lists of one fact each, by what they say. */
const MAX_LISTS = 4096;
/** Anomalies of one kind told one by one; the rest are only counted. */
const MAX_TOLD = 3;

/** Objects that say nothing of the kind of device that sends them: documents about images, not images. */
const NOT_A_DEVICE = new Set(['', 'SR', 'PR', 'KO', 'DOC', 'SEG', 'REG', 'FID', 'RWV', 'PLAN', 'OT', 'SC']);

interface Outstanding {
  readonly time: Micros;
  readonly sopClass: string;
  modality: string;
}

type Context = DissectorContext<DicomEvent>;

/** Service classes (PS3.4) by what the inventory tells AE titles' roles apart. */
const SERVICES = [
  'Verification',
  'Storage',
  'Query/Retrieve',
  'Modality Worklist',
  'Modality Performed Procedure Step',
  'Storage Commitment',
  'Print Management',
] as const;

/** Where a station stands by its AE title, where by its name, and in what. */
const SCHEDULED = ['scheduledStation', 'scheduledStationName', '(0040,0010)', 'a worklist answer'] as const;
const PERFORMED = [
  'performedStation',
  'performedStationName',
  '(0040,0242)',
  'a performed procedure step',
] as const;

export class AssociationTracker {
  readonly record: Association;
  /** Sure to be DICOM: until then nothing is said of it. */
  confirmed = false;
  /** The answer was seen: contexts are accepted or not, and P-DATA may flow. */
  answered = false;
  /** A-RELEASE-RP was seen, which no one sends unasked. */
  released = false;
  /**
   * The answer came first, and nothing is missing before it: its request was overtaken on the way to the capture.
   * Nothing is told until it is there, or the connection over.
   */
  requestPending = false;
  #proposalsKnown = false;
  #contextsKnown = false;

  readonly #flow: Flow;
  readonly #context: Context;
  readonly #contexts = new Map<number, PresentationContext>();
  /** Requests without a final response, by the direction they went and their message id. */
  readonly #outstanding: [BoundedMap<number, Outstanding> | null, BoundedMap<number, Outstanding> | null] = [
    null,
    null,
  ];
  readonly #activities: ActivityFact[] = [];
  readonly #operations: { readonly field: number; readonly sopClass: string; readonly from: Side }[] = [];
  /** Of the first object that has them: what `EQUIPMENT` names, as it stands in the data set, and as text. */
  readonly #equipment: ({ readonly value: Uint8Array; readonly text: string } | null)[] = EQUIPMENT.map(
    () => null,
  );
  readonly #modalities = new Set<string>();
  #equipmentVaries = false;
  /** Of which services an end was told to be user or provider: a bit each, by `roleBit`. */
  #roles = 0;
  /** What the client is called as a station was told. */
  #stationTold = false;
  #serviceState = 0;
  #requestTold = false;
  /** Bytes of the objects that a C-GET brought, objects that a C-MOVE sent on; null while nobody asked for any. */
  #fetched: number | null = null;
  #moved: number | null = null;
  #over = false;

  constructor(flow: Flow, context: Context) {
    this.#flow = flow;
    this.#context = context;
    const now = context.now();
    this.record = {
      callingAe: '',
      calledAe: '',
      withoutRequest: true,
      accepted: false,
      outcome: null,
      protocolVersion: 0,
      applicationContext: '',
      contexts: [],
      client: { classUid: '', versionName: '' },
      server: { classUid: '', versionName: '' },
      maxPduClient: -1,
      maxPduServer: -1,
      asyncOperations: null,
      roles: [],
      extendedNegotiation: [],
      userIdentity: 0,
      reserved: '',
      reservedAnswer: '',
      rejection: null,
      abort: null,
      pdus: [0, 0, 0, 0, 0, 0, 0, 0],
      messages: {},
      statuses: {},
      objects: {},
      bytesToServer: 0,
      bytesToClient: 0,
      start: now,
      end: now,
      anomalies: {},
    };
  }

  /** No data belong to it any more: another A-ASSOCIATE-RQ would begin another association. */
  get concluded(): boolean {
    return this.record.rejection !== null || this.record.abort !== null || this.released;
  }

  count(direction: Direction, bytes: number): void {
    if (direction === TO_SERVER) this.record.bytesToServer += bytes;
    else this.record.bytesToClient += bytes;
  }

  /** Counts an anomaly and tells the first few of its kind. */
  anomaly(kind: string, detail: string, from: Side): void {
    const told = this.countAnomaly(kind);
    if (told <= MAX_TOLD) this.#context.emit({ fact: 'anomaly', protocol: 'dicom', kind, detail, from });
  }

  countAnomaly(kind: string): number {
    const count = (this.record.anomalies[kind] ?? 0) + 1;
    this.record.anomalies[kind] = count;
    return count;
  }

  // ---- A-ASSOCIATE ----

  /** Protocol version, reserved, called and calling AE titles: `ASSOCIATE_NAMES` bytes (Table 9-11). */
  requestNames(bytes: Uint8Array, at: number): void {
    const record = this.record;
    record.withoutRequest = false;
    record.protocolVersion = u16be(bytes, at);
    record.calledAe = aeTitle(bytes, at + 4, at + 20);
    record.callingAe = aeTitle(bytes, at + 20, at + 36);
    this.confirmed = true;
  }

  answerNames(bytes: Uint8Array, at: number): void {
    const record = this.record;
    this.confirmed = true;
    if (!record.withoutRequest) return;
    // The titles are sent back as they came (Table 9-17), which is worth having when the request was missed.
    record.protocolVersion = u16be(bytes, at);
    record.calledAe = aeTitle(bytes, at + 4, at + 20);
    record.callingAe = aeTitle(bytes, at + 20, at + 36);
  }

  /** Bytes 2, 9–10 and 43–74 of an A-ASSOCIATE-RQ or -AC, of which any is not zero. */
  reserved(bytes: Uint8Array, from: Side): void {
    const { record } = this;
    const text = hexOf(bytes);
    if (from === 'client') record.reserved = text;
    else if (!isSentBack(bytes, text, record)) record.reservedAnswer = text;
  }

  /** An item of the variable part. Returns false when its inner lengths do not fit. */
  item(type: number, bytes: Uint8Array, at: number, end: number, from: Side): boolean {
    switch (type) {
      case APPLICATION_CONTEXT_ITEM:
        if (this.record.applicationContext === '') this.record.applicationContext = uid(bytes, at, end);
        return true;
      case PRESENTATION_CONTEXT_RQ_ITEM:
        return from === 'client' ? this.#proposed(bytes, at, end) : true;
      case PRESENTATION_CONTEXT_AC_ITEM:
        return from === 'server' ? this.#decided(bytes, at, end) : true;
      default:
        return true;
    }
  }

  /** PS3.8 §9.3.2.2: id, three reserved bytes, one abstract syntax, some transfer syntaxes. */
  #proposed(bytes: Uint8Array, at: number, end: number): boolean {
    if (end - at < 4) return false;
    const id = bytes[at];
    if ((id & 1) === 0) this.anomaly('context-id-even', `presentation context ${id} proposed`, 'client');
    this.#contextReserved(bytes, at + 1);
    const decided = this.#contexts.get(id);
    // The answer was captured first.
    const isKnown = decided !== undefined && decided.result !== null && decided.abstractSyntax === '';
    const context = isKnown ? decided : this.#addContext(id);
    let inner = at + 4;
    while (inner + 4 <= end) {
      const length = u16be(bytes, inner + 2);
      const value = inner + 4;
      if (value + length > end) return false;
      if (bytes[inner] === ABSTRACT_SYNTAX_ITEM) {
        context.abstractSyntax = uid(bytes, value, value + length);
      } else if (bytes[inner] === TRANSFER_SYNTAX_ITEM && context.transferSyntaxes.length < MAX_SYNTAXES) {
        context.transferSyntaxes.push(uid(bytes, value, value + length));
      }
      inner = value + length;
    }
    return inner === end;
  }

  /**
   * Three reserved bytes of a proposed context: each value once, for who sends the same in all has only one. DCMTK and
   * what is made with it has ff in the second, where an answer has its result.
   */
  #contextReserved(bytes: Uint8Array, at: number): void {
    const isResult = bytes[at + 1] === 0 || bytes[at + 1] === 0xff;
    if (bytes[at] === 0 && isResult && bytes[at + 2] === 0) return;
    const { record } = this;
    const value = hexOf(bytes.subarray(at, at + 3));
    const values = record.reserved.split(' ');
    if (values.length <= MAX_RESERVED && !values.includes(value, 1)) record.reserved += ` ${value}`;
  }

  /** PS3.8 §9.3.3.2: id, reserved, result, reserved, one transfer syntax that means something if accepted. */
  #decided(bytes: Uint8Array, at: number, end: number): boolean {
    if (end - at < 4) return false;
    const id = bytes[at];
    const known = this.#contexts.get(id);
    if (known === undefined && this.#proposalsKnown)
      this.anomaly('context-not-proposed', `presentation context ${id} answered`, 'server');
    const context = known ?? this.#addContext(id);
    context.result = bytes[at + 2];
    context.transferSyntax = '';
    context.inferred = false;
    let inner = at + 4;
    while (inner + 4 <= end) {
      const length = u16be(bytes, inner + 2);
      const value = inner + 4;
      if (value + length > end) return false;
      if (bytes[inner] === TRANSFER_SYNTAX_ITEM && context.result === 0)
        context.transferSyntax = uid(bytes, value, value + length);
      inner = value + length;
    }
    return inner === end;
  }

  #addContext(id: number): PresentationContext {
    const context: PresentationContext = {
      id,
      abstractSyntax: '',
      transferSyntaxes: [],
      result: null,
      transferSyntax: '',
      inferred: false,
    };
    if (this.record.contexts.length < MAX_CONTEXTS) {
      this.record.contexts.push(context);
      if (!this.#contexts.has(id)) this.#contexts.set(id, context);
    }
    return context;
  }

  /** A sub-item of the user information item (PS3.7 Annex D.3.3). Returns false when its length does not fit. */
  userItem(type: number, bytes: Uint8Array, at: number, end: number, from: Side): boolean {
    const record = this.record;
    const length = end - at;
    const implementation = from === 'client' ? record.client : record.server;
    switch (type) {
      case MAXIMUM_LENGTH_ITEM:
        if (length < 4) return false;
        if (from === 'client') record.maxPduClient = u32be(bytes, at);
        else record.maxPduServer = u32be(bytes, at);
        return true;
      case IMPLEMENTATION_CLASS_UID_ITEM:
        implementation.classUid = uid(bytes, at, end);
        return true;
      case IMPLEMENTATION_VERSION_NAME_ITEM:
        implementation.versionName = visibleText(bytes, at, Math.min(end, at + 64)).trim();
        return true;
      case ASYNCHRONOUS_OPERATIONS_ITEM:
        if (length < 4) return false;
        // The answer holds what was agreed on; the last seen counts.
        record.asyncOperations = { invoked: u16be(bytes, at), performed: u16be(bytes, at + 2) };
        return true;
      case ROLE_SELECTION_ITEM:
        return this.#role(bytes, at, end, from);
      case EXTENDED_NEGOTIATION_ITEM:
      case COMMON_EXTENDED_NEGOTIATION_ITEM: {
        const uidEnd = at + 2 + (length >= 2 ? u16be(bytes, at) : 0);
        if (length < 2 || uidEnd > end) return false;
        const sopClass = uid(bytes, at + 2, uidEnd);
        const list = record.extendedNegotiation;
        if (list.length < MAX_ROLES && !list.includes(sopClass)) list.push(sopClass);
        return true;
      }
      case USER_IDENTITY_RQ_ITEM:
        // The type only. What follows is a user name and a passcode or token.
        if (length < 1) return false;
        if (from === 'client') record.userIdentity = bytes[at];
        return true;
      default:
        return true;
    }
  }

  #role(bytes: Uint8Array, at: number, end: number, from: Side): boolean {
    if (end - at < 4) return false;
    const roles = at + 2 + u16be(bytes, at);
    if (roles + 2 > end) return false;
    // What was proposed; the answer can only take away from it.
    if (from === 'client' || this.record.withoutRequest) {
      const role = {
        sopClass: uid(bytes, at + 2, roles),
        scu: bytes[roles] === 1,
        scp: bytes[roles + 1] === 1,
      };
      if (this.record.roles.length < MAX_ROLES) this.record.roles.push(role);
    }
    return true;
  }

  /** The request is through, or as much of it as will be seen; `whole`: all its items were. */
  requestSeen(whole: boolean): void {
    if (this.#requestTold) return;
    this.#proposalsKnown = whole;
    const { record } = this;
    this.#tellRequest();
    if (record.callingAe !== '') this.#attribute('client', 'ae-title', record.callingAe, 'A-ASSOCIATE-RQ');
    this.#implementation('client', 'A-ASSOCIATE-RQ');
    this.#service('asked');
    if (!this.requestPending) return;
    this.requestPending = false;
    if (this.answered) this.#tellAnswer();
  }

  /** Takes up an association whose request was missed, as soon as it is sure to be one. */
  confirm(): void {
    this.confirmed = true;
    if (!this.record.withoutRequest) this.requestSeen(false);
    else if (!this.requestPending && !this.#requestTold) this.#tellRequest();
  }

  #tellWithoutRequest(): void {
    this.requestPending = false;
    this.#tellRequest();
    if (this.answered) this.#tellAnswer();
  }

  #tellRequest(): void {
    this.#requestTold = true;
    this.#context.emit({ type: 'dicom.requested', association: this.record });
  }

  /** The acceptance is through; `whole`: all its items were seen. */
  acceptanceSeen(whole: boolean): void {
    if (this.answered) return;
    this.confirm();
    this.answered = true;
    this.#contextsKnown = whole;
    this.record.accepted = true;
    if (!this.requestPending) this.#tellAnswer();
  }

  #tellAnswer(): void {
    const { record } = this;
    this.#context.emit({ type: 'dicom.answered', association: record });
    if (record.rejection !== null) {
      this.#service('refused');
      return;
    }
    // Only an accepted title is known to be the server's: a rejected one may be anybody's guess.
    if (record.calledAe !== '') this.#attribute('server', 'ae-title', record.calledAe, 'A-ASSOCIATE-AC');
    this.#implementation('server', 'A-ASSOCIATE-AC');
    this.#service('answered');
    this.#context.tell(associationOf(record.callingAe, record.calledAe));
  }

  /** The four bytes behind the header of an A-ASSOCIATE-RJ: reserved, result, source, reason. */
  rejected(bytes: Uint8Array, at: number): void {
    if (this.answered) return;
    this.confirm();
    this.answered = true;
    const [result, source, reason] = [bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    this.record.rejection = { result, source, reason, text: rejectionText(result, source, reason) };
    if (!this.requestPending) this.#tellAnswer();
  }

  /** The four bytes behind the header of an A-ABORT: two reserved, source, reason. */
  aborted(bytes: Uint8Array, at: number, by: Side): void {
    if (this.record.abort !== null) return;
    const [source, reason] = [bytes[at + 2], bytes[at + 3]];
    this.record.abort = { source, reason, text: abortText(source, reason), by };
  }

  #implementation(side: Side, source: string): void {
    const { classUid, versionName } = side === 'client' ? this.record.client : this.record.server;
    if (classUid !== '') this.#attribute(side, 'implementation-class-uid', classUid, source);
    if (versionName !== '') this.#attribute(side, 'implementation-version-name', versionName, source);
  }

  #attribute(
    side: Side,
    attribute: 'ae-title' | 'implementation-class-uid' | 'implementation-version-name',
    value: string,
    pdu: string,
  ): void {
    this.#context.emit({ fact: 'attribute', side, attribute, value, source: `DICOM ${pdu}` });
  }

  /** Told once for each state that adds to the one before. */
  #service(state: 'asked' | 'answered' | 'refused'): void {
    const rank = state === 'asked' ? 1 : state === 'refused' ? 2 : 3;
    if (rank <= this.#serviceState) return;
    this.#serviceState = rank;
    this.#context.emit({ fact: 'service', protocol: 'dicom', medical: true, tls: false, state });
  }

  // ---- P-DATA ----

  /** The context of a PDV, or what can be known of one whose negotiation was not seen. */
  context(id: number): PresentationContext | null {
    return this.#contexts.get(id) ?? null;
  }

  /** The context was negotiated in sight, and not accepted. */
  isUnaccepted(id: number): boolean {
    return this.#contextsKnown && this.#contexts.get(id)?.result !== 0;
  }

  /** Notes what a command and its data set tell of a context that was not negotiated in sight. */
  inferContext(id: number, sopClass: string, transferSyntax: string): void {
    const known = this.#contexts.get(id);
    if (known !== undefined && !known.inferred && known.result !== null) return;
    const context = known ?? this.#addContext(id);
    if (context.abstractSyntax === '') context.abstractSyntax = sopClass;
    if (transferSyntax !== '') context.transferSyntax = transferSyntax;
    context.inferred = true;
  }

  /** A whole command set was read: it counts, whatever becomes of its data set. */
  command(command: CommandSet, direction: Direction): void {
    this.confirm();
    const { record } = this;
    const name = commandName(command.field);
    bump(record.messages, name);
    const response = (command.field & RESPONSE) !== 0;
    if (response && command.status >= 0) {
      if (Object.hasOwn(record.statuses, name) || Object.keys(record.statuses).length < MAX_KEYS)
        bump((record.statuses[name] ??= {}), statusOf(command.field, command.status).code);
    }
    if (!response && command.field !== C_CANCEL_RQ) this.#operation(command, SIDES[direction]);
    const client = response === (direction === TO_CLIENT);
    // A sub-operation's response goes the other way and tells nothing new of who serves.
    if (direction === TO_SERVER && client) this.#service('asked');
    if (direction === TO_CLIENT && client) this.#service('answered');
  }

  /** What is asked for is told once for each class of objects in an association. */
  #operation({ field, sopClass }: CommandSet, from: Side): void {
    const told = this.#operations;
    for (const one of told) if (one.field === field && one.sopClass === sopClass && one.from === from) return;
    if (told.length >= MAX_OPERATIONS) return;
    told.push({ field, sopClass, from });
    this.#context.tell(operationOf(field, sopClass, from));
  }

  /** Tells a message: its command and, when it has one, the data set as far as it was walked. */
  message(
    command: CommandSet,
    direction: Direction,
    contextId: number,
    walker: DataSetWalker | null,
    dataSetBytes: number,
    partial: boolean,
  ): void {
    const { field } = command;
    const from = SIDES[direction];
    const now = this.#context.now();
    const operation = field & ~RESPONSE;
    const response = (field & RESPONSE) !== 0;
    const request = response ? this.#answeredRequest(command, direction) : null;
    const query = operation === C_FIND || operation === C_MOVE || operation === C_GET;
    const identity =
      walker === null
        ? NO_IDENTITY
        : patientIdentity(walker, query && !response, this.#context.hash, this.#context.reveal);
    const modality = walker === null ? '' : plainValue(walker, 'modality', CODE_STRING);
    const status = response && command.status >= 0 ? statusOf(field, command.status) : null;
    const context = this.#contexts.get(contextId) ?? null;
    const sopClass = command.sopClass || (request?.sopClass ?? '');
    const reach =
      field === C_FIND && walker !== null && !partial && isQueryRetrieve(sopClass)
        ? queryReach(walker, now)
        : null;
    const prefix = reach?.prefix ?? '';
    if (!response && field !== C_CANCEL_RQ) this.#await(command, direction, now, modality);
    if (field === C_STORE && !partial && sopClass !== '') bump(this.record.objects, sopClass);

    this.#context.emit({
      type: 'dicom.message',
      association: this.record,
      command: commandName(field),
      from,
      contextId,
      messageId: command.messageId >= 0 ? command.messageId : command.respondedTo,
      sopClass: command.sopClass,
      sopInstance: command.sopInstance,
      status: status?.code ?? '',
      statusClass: status?.class ?? '',
      statusText: status?.text ?? '',
      moveDestination: command.moveDestination,
      subOperations: command.subOperations,
      latency: request === null ? null : now - request.time,
      dataSetBytes,
      partial,
      moveOriginator: command.moveOriginator,
      transferSyntax: command.hasDataSet ? (walker?.transferSyntax ?? context?.transferSyntax ?? '') : '',
      inferred: command.hasDataSet && (context === null || context.inferred || context.result === null),
      identifiers: identity.identifiers,
      patient: identity.patient,
      phi: identity.phi,
      queryLevel: walker === null ? '' : plainValue(walker, 'queryLevel', CODE_STRING),
      universalQuery: reach?.universal ?? false,
      prefixQuery: prefix !== '',
      queryKey: prefix === '' ? null : prefixKey(prefix, this.#context.hash),
      queryDays: reach?.days ?? null,
      modality,
      pixelDigest: field === C_STORE && !partial ? (walker?.pixelDigest ?? null) : null,
    });
    if (!response) this.#tellRetrieval(command, from, walker, dataSetBytes);
    else if (operation === C_MOVE && from === 'server') this.#noteMoved(command);
    this.#tellPhi(identity, from);
    this.#tellRole(operation, response, from, sopClass, status);
    if (walker !== null) this.#tellStation(operation, response, from, sopClass, walker, modality);
    if (response) this.#tellResponse(operation, from, sopClass, status, request);
    else this.#tellRequestedOperation(command, from, sopClass, modality);
    if (field === C_STORE && walker !== null && from === 'client' && command.moveOriginator === '')
      this.#noteEquipment(walker, modality);
  }

  /** What is asked to be sent where, and how much was fetched; an object that is a program is told at once. */
  #tellRetrieval(
    { field, moveDestination }: CommandSet,
    from: Side,
    walker: DataSetWalker | null,
    dataSetBytes: number,
  ): void {
    if (field === C_MOVE && moveDestination !== '')
      this.#behaviour(from, 'move-destination', moveDestination);
    if (from === 'client' && field === C_GET) this.#fetched ??= 0;
    if (from === 'client' && field === C_MOVE) this.#moved ??= 0;
    if (field !== C_STORE) return;
    if (from === 'server' && this.#fetched !== null) this.#fetched += dataSetBytes;
    const kind = walker === null ? '' : executableKind(walker.document, walker.documentLength);
    if (kind === '') return;
    const within = 'DICOM (0042,0011) encapsulated document';
    this.#context.emit({ fact: 'content', content: 'executable', kind, within, to: OTHER_SIDE[from] });
  }

  /** The last response says how many objects were sent on (PS3.7 §9.1.4.1.7). */
  #noteMoved({ status, subOperations }: CommandSet): void {
    if (this.#moved !== null && status !== 0xff00) this.#moved += subOperations?.completed ?? 0;
  }

  #behaviour(side: Side, behaviour: Behaviour, value: string, amount?: number): void {
    this.#context.emit({ fact: 'behaviour', side, behaviour, value, amount });
  }

  #await(command: CommandSet, direction: Direction, time: Micros, modality: string): void {
    const table = (this.#outstanding[direction] ??= new BoundedMap(MAX_OUTSTANDING));
    table.set(command.messageId, { time, sopClass: command.sopClass, modality });
  }

  /** The request a response belongs to; a pending response leaves it waiting for more (PS3.7 §9.3.2.2). */
  #answeredRequest(command: CommandSet, direction: Direction): Outstanding | null {
    const table = this.#outstanding[direction === TO_SERVER ? TO_CLIENT : TO_SERVER];
    const request = table?.get(command.respondedTo) ?? null;
    if (request !== null && command.status !== 0xff00 && command.status !== 0xff01)
      table?.delete(command.respondedTo);
    return request;
  }

  #tellPhi(identity: PatientIdentity, from: Side): void {
    if (identity.identifiers.length === 0) return;
    this.#context.emit({
      fact: 'phi',
      protocol: 'dicom',
      identifiers: identity.identifiers,
      patient: identity.patient,
      to: OTHER_SIDE[from],
    });
  }

  /** An AE title is a service class's user or provider by what it does (PS3.7 §7.1), whatever it negotiated. */
  #tellRole(operation: number, response: boolean, from: Side, sopClass: string, status: Status | null): void {
    const service = serviceOf(operation, sopClass);
    if (service < 0) return;
    if (response && (status === null || status.class === 'failure' || status.class === '')) return;
    // The provider reports an event of its own accord; all else the user asks for.
    const provides = response !== (operation === N_EVENT_REPORT);
    const bit = 1 << (service * 4 + (provides ? 2 : 0) + (from === 'client' ? 1 : 0));
    if ((this.#roles & bit) !== 0) return;
    this.#roles |= bit;
    const title = from === 'client' ? this.record.callingAe : this.record.calledAe;
    this.#state(from, 'ae-title', title, `DICOM ${provides ? 'SCP' : 'SCU'} of ${SERVICES[service]}`);
  }

  /**
   * What a worklist calls the station it is asked by (PS3.4 §K.6.1.2), and what a modality calls itself in the step it
   * performed (PS3.4 §F.7.2). Both name the station by its AE title: others' steps pass through brokers.
   */
  #tellStation(
    operation: number,
    response: boolean,
    from: Side,
    sopClass: string,
    walker: DataSetWalker,
    modality: string,
  ): void {
    const { callingAe } = this.record;
    if (callingAe === '' || this.#stationTold) return;
    const isAnswer =
      response && operation === C_FIND && sopClass === MODALITY_WORKLIST_FIND && from === 'server';
    const isReport =
      !response &&
      operation === N_CREATE &&
      sopClass === MODALITY_PERFORMED_PROCEDURE_STEP &&
      from === 'client';
    if (!isAnswer && !isReport) return;
    const [title, name, tag, of] = isAnswer ? SCHEDULED : PERFORMED;
    if (plainValue(walker, title) !== callingAe) return;
    this.#stationTold = true;
    this.#state('client', 'station', plainValue(walker, name), `DICOM ${tag} of ${of}`);
    this.#state('client', 'modality', modality, `DICOM (0008,0060) of ${of}`);
  }

  #state(side: Side, attribute: Attribute, value: string, source: string): void {
    if (value !== '') this.#context.emit({ fact: 'attribute', side, attribute, value, source });
  }

  #tellRequestedOperation(command: CommandSet, from: Side, sopClass: string, modality: string): void {
    switch (command.field) {
      case C_STORE:
        if (isEcgStorage(sopClass)) this.#activity(from, 'sends-ecg', '');
        else if (isWaveformStorage(sopClass)) this.#activity(from, 'sends-waveforms', '');
        // Who forwards images for somebody else's C-MOVE or C-GET is not of the images' modality.
        else
          this.#activity(
            from,
            'sends-images',
            from === 'client' && command.moveOriginator === '' ? modality : '',
          );
        return;
      case C_FIND:
        this.#activity(from, sopClass === MODALITY_WORKLIST_FIND ? 'asks-worklist' : 'asks-queries', '');
        return;
      case C_MOVE:
      case C_GET:
        this.#activity(from, 'asks-retrieve', '');
        return;
      case C_ECHO:
        this.#activity(from, 'asks-echo', '');
        return;
      case C_CANCEL_RQ:
        return;
      default:
        if (sopClass === MODALITY_PERFORMED_PROCEDURE_STEP) this.#activity(from, 'reports-procedure', '');
        else if (isPrint(sopClass) && from === 'client') this.#activity(from, 'asks-print', '');
    }
  }

  #tellResponse(
    operation: number,
    from: Side,
    sopClass: string,
    status: Status | null,
    request: Outstanding | null,
  ): void {
    if (status === null || status.class === 'failure' || status.class === '') return;
    switch (operation) {
      case C_STORE:
        this.#activity(from, 'accepts-images', request?.modality ?? '');
        return;
      case C_FIND:
        this.#activity(
          from,
          sopClass === MODALITY_WORKLIST_FIND ? 'answers-worklist' : 'answers-queries',
          '',
        );
        return;
      case C_MOVE:
      case C_GET:
        this.#activity(from, 'answers-retrieve', '');
        return;
      case C_ECHO:
        this.#activity(from, 'answers-echo', '');
        return;
      default:
        if (sopClass === MODALITY_PERFORMED_PROCEDURE_STEP) this.#activity(from, 'accepts-procedure', '');
        else if (isPrint(sopClass) && from === 'server') this.#activity(from, 'answers-print', '');
    }
  }

  /** Once per association and activity, not per message. */
  #activity(side: Side, activity: Activity, detail: string): void {
    const told = this.#activities;
    if (told.length >= MAX_ACTIVITIES) return;
    for (const fact of told)
      if (fact.activity === activity && fact.side === side && fact.detail === detail) return;
    const fact: ActivityFact = { fact: 'activity', side, activity, detail };
    told.push(fact);
    this.#context.emit(fact);
  }

  /**
   * An object names the equipment that created it, which is the sender only when the sender is that equipment.
   * It is taken for it when all it sends comes from one device; a PACS that pushes a day's work does not.
   */
  #noteEquipment(walker: DataSetWalker, modality: string): void {
    if (this.#equipmentVaries) return;
    EQUIPMENT.forEach(([slot], index) => {
      const value = walker.value(slot);
      if (value === undefined || value === null) return;
      const before = this.#equipment[index];
      if (before === null) this.#equipment[index] = { value, text: plainValue(walker, slot) };
      else if (!sameBytes(before.value, value)) this.#equipmentVaries = true;
    });
    if (!NOT_A_DEVICE.has(modality)) this.#modalities.add(modality);
    // PET-CT and the like send two kinds of images; three are a collection.
    if (this.#modalities.size > 2) this.#equipmentVaries = true;
  }

  #tellEquipment(): void {
    if (this.#equipmentVaries) return;
    EQUIPMENT.forEach(([, attribute, tag], index) => {
      const value = this.#equipment[index]?.text ?? '';
      const source = `DICOM ${tag} of a stored object`;
      if (value !== '') this.#context.emit({ fact: 'attribute', side: 'client', attribute, value, source });
    });
    for (const value of this.#modalities) {
      const source = 'DICOM (0008,0060) of a stored object';
      this.#context.emit({ fact: 'attribute', side: 'client', attribute: 'modality', value, source });
    }
  }

  // ---- the end ----

  /** The record is final. Says nothing of an association that was never sure to be one. */
  close(how: FlowEnd): void {
    if (this.#over || !this.confirmed) return;
    this.#over = true;
    if (!this.record.withoutRequest) this.requestSeen(false);
    else if (this.requestPending) this.#tellWithoutRequest();
    const { record } = this;
    record.outcome = this.#outcome(how);
    // What was skipped unseen may not have come any more.
    record.bytesToServer = Math.min(record.bytesToServer, this.#flow.bytesToServer);
    record.bytesToClient = Math.min(record.bytesToClient, this.#flow.bytesToClient);
    this.#tellEquipment();
    if (this.#fetched !== null) this.#behaviour('client', 'retrieve', 'C-GET', this.#fetched);
    if (this.#moved !== null) this.#behaviour('client', 'retrieve', 'C-MOVE', this.#moved);
    this.#context.emit({ type: 'dicom.association', association: record });
  }

  #outcome(how: FlowEnd): Association['outcome'] {
    const { record } = this;
    if (record.rejection !== null) return 'rejected';
    if (record.abort !== null) return 'aborted';
    if (this.released) return 'released';
    if (!record.accepted && !record.withoutRequest && Object.keys(record.messages).length === 0)
      return 'unanswered';
    return how === 'rst' ? 'aborted' : 'cut';
  }
}

/** The service class an operation belongs to, as an index of `SERVICES`; -1 for those that tell nothing of a role. */
function serviceOf(operation: number, sopClass: string): number {
  switch (operation) {
    case C_ECHO:
      return 0;
    case C_STORE:
      return 1;
    case C_FIND:
      return sopClass === MODALITY_WORKLIST_FIND ? 3 : 2;
    case C_MOVE:
    case C_GET:
      return 2;
    case C_CANCEL_RQ:
      return -1;
    default:
      if (sopClass === MODALITY_PERFORMED_PROCEDURE_STEP) return 4;
      if (sopClass === STORAGE_COMMITMENT) return 5;
      return isPrint(sopClass) ? 6 : -1;
  }
}

const lists = new FactLists(MAX_LISTS);

/** That an association between these titles was accepted. */
function associationOf(calling: string, called: string): readonly Fact[] {
  const value = `${calling}>${called}`;
  return lists.of(value, () => [{ fact: 'behaviour', side: 'client', behaviour: 'association', value }]);
}

/** That an end asks for an operation on a class of objects: `C-STORE 1.2.840.10008.5.1.4.1.1.2`. */
function operationOf(field: number, sopClass: string, side: Side): readonly Fact[] {
  const value = `${commandName(field).replace(/-RQ$/, '')} ${sopClass}`;
  return lists.of(`${side} ${value}`, () => [{ fact: 'behaviour', side, behaviour: 'operation', value }]);
}

/** Bytes 2, 9 and 10 of an answer are zero, and the rest is what the request had (Table 9-17). */
function isSentBack(bytes: Uint8Array, text: string, { withoutRequest, reserved }: Association): boolean {
  if (withoutRequest) return true;
  return (
    bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0 && reserved.slice(6, text.length) === text.slice(6)
  );
}

/** Counts under a key of the wire's, of which there are at most so many; the rest is `other`. */
function bump(counts: Record<string, number>, key: string): void {
  const known = Object.hasOwn(counts, key);
  const name = known || Object.keys(counts).length < MAX_KEYS ? key : 'other';
  counts[name] = (Object.hasOwn(counts, name) ? counts[name] : 0) + 1;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
