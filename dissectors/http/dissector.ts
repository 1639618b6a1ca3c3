import { latin1 } from '../../src/core/bytes.ts';
import type { Content, Deed, Told } from '../../src/core/contents/content.ts';
import { EXPOSURES_LIMIT } from '../../src/core/contents/content.ts';
import type { Message } from '../../src/core/contents/hl7.ts';
import { type Exposure, phiFact } from '../../src/core/contents/identifiers.ts';
import type { DissectorContext, Progress, StreamDissector, StreamParser } from '../../src/core/dissector.ts';
import { ReusedProgress } from '../../src/core/dissector.ts';
import type { Activity, Fact, LoginFact, ServiceFact, Side } from '../../src/core/facts.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import type { Product } from './agents.ts';
import {
  COMPRESSED_LIMIT,
  isDicomType,
  isFhirType,
  isHl7Type,
  type Kind,
  kindOf,
  LIMITS,
  readBody,
  readSystem,
  readVersion,
  titleOf,
} from './bodies.ts';
import { decoded } from './inflate.ts';
import { readUnknown } from './obvious.ts';
import { identifyWeb, type KnownProduct } from './products.ts';
import {
  ACCEPT,
  ASPNET_VERSION,
  AUTHENTICATE,
  AUTHORIZATION,
  BODY,
  CONTENT_ENCODING,
  CONTENT_TYPE,
  LOCATION,
  type MessageHandler,
  MessageReader,
  NO_BODY,
  PERHAPS,
  POWERED_BY,
  PROXY_AUTHORIZATION,
  type Presence,
  REQUESTED_WITH,
  SERVER,
  SET_COOKIE,
  TUNNEL,
  USER_AGENT,
} from './reader.ts';
import {
  type DicomWeb,
  NO_DICOM,
  PLAIN,
  QUERY,
  RETRIEVE,
  readQuery,
  readTarget,
  STORE,
  type Target,
  URI_RETRIEVE,
} from './target.ts';
import {
  activityList,
  agentList,
  attributeList,
  knownOf,
  type Protocol,
  productList,
  productService,
  realmOf,
  serverFacts,
  serviceFact,
  softwareList,
} from './told.ts';
import {
  findStart,
  HTTP2_FRAME_HEADER,
  HTTP2_PREFACE_LENGTH,
  isHttp2Preface,
  isSettingsFrame,
  probe,
} from './wire.ts';

/** HTTP/1.0 and 1.1 in clear, and the medical services in it; HTTP/2 by its preface. */
export const http: StreamDissector<'http', never> = {
  name: 'http',
  over: 'tcp',
  ports: [80, 8080, 8042, 8000, 8888, 3128],
  probe,
  find: findStart,
  open(flow: Flow, context: DissectorContext<never>): StreamParser {
    return new HttpConnection(context, null, flow.server.address.external);
  },
};

/** Bytes of bodies that are held for all connections of an analysis. */
const HELD_LIMIT = 16 << 20;

/** How much is held, by analysis. */
const held = new WeakMap<object, { bytes: number }>();

const REQUESTS_LIMIT = 64;
const TOLD_LIMIT = 48;
const TITLES_LIMIT = 8;
const EVERYTHING = 2 ** 50;

/** What was asked, as far as its answer needs it. */
interface Asked {
  readonly method: string;
  readonly target: Target;
  /** Its own fields say that it is of this service. */
  readonly fhir: boolean;
  readonly hl7: boolean;
  readonly dicom: boolean;
  /** The version of Mirth Connect, with the field that its interface demands. */
  readonly engine: boolean;
  /** An object or a message that it carried. */
  content: Content | null;
  /** The login in clear that it carried. */
  login: LoginFact | null;
}

const SYSTEM_KEY = Buffer.from('"DicomAet"');

/** What Orthanc says of itself has a key that nothing else has. */
function isSystem(body: Uint8Array): boolean {
  return Buffer.from(body.buffer, body.byteOffset, body.length).includes(SYSTEM_KEY);
}

const UNKNOWN: Asked = {
  method: '',
  target: PLAIN,
  fhir: false,
  hl7: false,
  dicom: false,
  engine: false,
  content: null,
  login: null,
};

/** What tests count. */
export interface Observer {
  message(reader: MessageReader): void;
}

const NAMING = [SERVER, POWERED_BY, ASPNET_VERSION, AUTHENTICATE, SET_COOKIE, LOCATION];
const SILENT: string[] = NAMING.map(() => '');

type State = ServiceFact['state'];

const PROTOCOLS: readonly Protocol[] = ['http', 'http2', 'dicomweb', 'fhir', 'hl7-over-http'];
/** Each says more than the one before. */
const STATES: readonly State[] = ['asked', 'refused', 'answered'];

const progress = new ReusedProgress();

export class HttpConnection implements StreamParser, MessageHandler {
  readonly #context: DissectorContext<never>;
  readonly #observer: Observer | null;
  readonly #outside: boolean;
  readonly #client: MessageReader;
  readonly #server: MessageReader;
  readonly #held: { bytes: number };
  readonly #asked: Asked[] = [];
  /** The request and the response whose bodies are being read. */
  #request: Asked = UNKNOWN;
  #response: Asked = UNKNOWN;
  #requestKind: Kind | null = null;
  #responseKind: Kind | null = null;
  #requestCoding = '';
  #responseCoding = '';
  /** How far each service was told, two bits for each of `PROTOCOLS`. */
  #states = 0;
  readonly #told: (readonly Fact[])[] = [];
  #lastAgent = '';
  /** What the service fact named. */
  #named: Product | null = null;
  /** The fields of `NAMING` in the last response. */
  #serverSays: string[] = SILENT;
  #titles = 0;
  #started = false;
  #http2 = false;
  /** The login that was told last. */
  #lastLogin: LoginFact | null = null;
  #lastAccepted: boolean | null = null;

  /** `outside`: the server is on the Internet, whose pages are full of examples. */
  constructor(context: DissectorContext<never>, observer: Observer | null = null, outside = false) {
    this.#context = context;
    this.#outside = outside;
    this.#observer = observer;
    let account = held.get(context);
    if (account === undefined) {
      account = { bytes: 0 };
      held.set(context, account);
    }
    this.#held = account;
    this.#client = new MessageReader(false, this);
    this.#server = new MessageReader(true, this);
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    if (this.#http2) return this.#http2Server(direction, bytes);
    if (direction === TO_SERVER) {
      if (!this.#started && bytes[0] === 0x50) {
        // `P` of PRI, POST, PUT, PATCH, PROPFIND.
        if (bytes.length < 3) return progress.set(0, 3);
        if (bytes[1] === 0x52 && bytes[2] === 0x49) {
          if (bytes.length < HTTP2_PREFACE_LENGTH) return progress.set(0, HTTP2_PREFACE_LENGTH);
          if (isHttp2Preface(bytes)) {
            this.#http2 = true;
            this.#service('http2', 'asked');
            return progress.set(EVERYTHING);
          }
        }
      }
      this.#started = true;
      return this.#client.read(bytes);
    }
    return this.#server.read(bytes);
  }

  #http2Server(direction: Direction, bytes: Uint8Array): Progress {
    if (direction !== TO_SERVER) {
      if (bytes.length < HTTP2_FRAME_HEADER) return progress.set(0, HTTP2_FRAME_HEADER);
      if (isSettingsFrame(bytes)) this.#service('http2', 'answered');
    }
    return progress.set(EVERYTHING);
  }

  gap(direction: Direction, length: number): 'resync' | 'give-up' {
    if (this.#http2) return 'give-up';
    this.#started = true;
    const reader = direction === TO_SERVER ? this.#client : this.#server;
    reader.gap(length);
    // Which response belongs to which request is known again once all of these are answered.
    if (reader.lost) this.#asked.length = 0;
    return 'resync';
  }

  end(direction: Direction): void {
    (direction === TO_SERVER ? this.#client : this.#server).end();
  }

  close(): void {
    for (const { login } of this.#asked) if (login !== null) this.#loggedIn(login, 0);
  }

  headed(reader: MessageReader): Presence {
    this.#observer?.message(reader);
    return reader.response ? this.#responded(reader) : this.#requested(reader);
  }

  wanted(reader: MessageReader): number {
    return reader.response ? this.#wantedOfResponse(reader) : this.#wantedOfRequest(reader);
  }

  body(reader: MessageReader, bytes: Uint8Array, start: number, end: number): void {
    if (reader.response) this.#responseBody(bytes, start, end);
    else this.#requestBody(bytes, start, end);
  }

  anomaly(reader: MessageReader, kind: string, detail: string): void {
    const from = reader.response ? 'server' : 'client';
    this.#context.emit({ fact: 'anomaly', protocol: 'http', kind, detail, from });
  }

  reserve(length: number): boolean {
    if (length > 0 && this.#held.bytes + length > HELD_LIMIT) return false;
    this.#held.bytes += length;
    return true;
  }

  #requested(reader: MessageReader): Presence {
    const { method } = reader;
    const accept = reader.field(ACCEPT);
    const type = reader.field(CONTENT_TYPE);
    const target = readTarget(method, reader.target);
    const isObject = isDicomType(type) && (method === 'POST' || method === 'PUT');
    const asked: Asked = {
      method,
      target,
      fhir: isFhirType(accept) || isFhirType(type),
      hl7: isHl7Type(type),
      dicom:
        target.dicom === URI_RETRIEVE ||
        (target.dicom === STORE && isObject && /^\s*multipart/i.test(type)) ||
        (target.dicom !== NO_DICOM && target.dicom !== STORE && isDicomType(accept)),
      engine: target.engine && reader.field(REQUESTED_WITH) === 'OpenAPI',
      content: null,
      login: this.#basic(reader),
    };
    this.#request = asked;
    if (this.#asked.length >= REQUESTS_LIMIT) this.#asked.length = 0;
    this.#asked.push(asked);
    this.#service('http', 'asked');
    if (asked.fhir) this.#service('fhir', 'asked');
    if (asked.hl7) this.#service('hl7-over-http', 'asked');
    if (asked.dicom) {
      this.#service('dicomweb', 'asked');
      if (target.dicom !== STORE) this.#activity('client', ASKS[target.dicom], '');
    }
    if (target.exposure !== null) this.#expose(target.exposure, 'server');
    const agent = reader.field(USER_AGENT);
    if (agent !== '' && agent !== this.#lastAgent) {
      this.#lastAgent = agent;
      this.#tell(agentList(agent));
    }
    return BODY;
  }

  #responded(reader: MessageReader): Presence {
    const { status } = reader;
    if (status < 200) {
      if (status !== 101) return NO_BODY;
      this.#client.abandon();
      this.#tellServer(reader);
      return TUNNEL;
    }
    const asked = this.#asked.shift();
    this.#response = asked ?? UNKNOWN;
    if (asked?.login) this.#loggedIn(asked.login, status);
    this.#tellServer(reader);
    this.#answered(this.#response, status, reader.field(CONTENT_TYPE));
    if (asked?.method === 'CONNECT' && status < 300) {
      this.#client.abandon();
      return TUNNEL;
    }
    if (status === 204 || status === 304 || asked?.method === 'HEAD') return NO_BODY;
    return asked === undefined ? PERHAPS : BODY;
  }

  /** Basic credentials (RFC 7617): other schemes send no secret, or one that serves for a while only. */
  #basic(reader: MessageReader): LoginFact | null {
    if (isBasic(reader.field(AUTHORIZATION))) return LOGINS.basic;
    return isBasic(reader.field(PROXY_AUTHORIZATION)) ? LOGINS.proxy : null;
  }

  /** What became of a login: told once in a connection, and when it is another than the last. */
  #loggedIn(login: LoginFact, status: number): void {
    let accepted: boolean | null = null;
    if (status === 401 || status === 407) accepted = false;
    // To a form any page may be the answer.
    else if (login !== LOGINS.form && login !== LOGINS.json && status > 0 && status < 400) accepted = true;
    if (this.#lastLogin === login && this.#lastAccepted === accepted) return;
    this.#lastLogin = login;
    this.#lastAccepted = accepted;
    this.#context.emit({ ...login, accepted });
  }

  #tellServer(reader: MessageReader): void {
    let same = true;
    for (let i = 0; i < NAMING.length; i++) {
      const value = reader.field(NAMING[i]);
      if (value === this.#serverSays[i]) continue;
      if (same) this.#serverSays = this.#serverSays.slice();
      same = false;
      this.#serverSays[i] = value;
    }
    if (same) {
      this.#answeredBy(null);
      return;
    }
    const { product, facts } = serverFacts({
      server: reader.field(SERVER),
      poweredBy: reader.field(POWERED_BY),
      aspNet: reader.field(ASPNET_VERSION),
      known: knownOf({
        realm: realmOf(reader.field(AUTHENTICATE)),
        cookie: reader.field(SET_COOKIE),
        location: reader.field(LOCATION),
      }),
    });
    this.#answeredBy(product);
    this.#tell(facts);
  }

  /** The service answers, as a product that it names: the first that is named, and then its version. */
  #answeredBy(product: Product | null): void {
    const named = this.#named;
    if (!this.#isNews('http', 'answered')) {
      if (product === null) return;
      if (named !== null && (named.version !== '' || named.name !== product.name || product.version === ''))
        return;
    }
    this.#named = product;
    this.#context.emit(product === null ? serviceFact('http', 'answered') : productService(product));
  }

  #product(known: KnownProduct): void {
    this.#tell(productList('server', known));
    this.#answeredBy({ name: known.row.product, version: known.version });
  }

  /** What answering a request of a service says of the server. */
  #answered(asked: Asked, status: number, type: string): void {
    const { target } = asked;
    const done = status < 300;
    if (target.product !== null && (done || status === 304)) this.#product(target.product);
    if (isDicomAnswer(target.dicom, asked.dicom, status, type)) {
      if (!asked.dicom) {
        this.#service('dicomweb', 'asked');
        if (target.dicom !== STORE) this.#activity('client', ASKS[target.dicom], '');
      }
      this.#service('dicomweb', done || status === 409 ? 'answered' : 'refused');
      if (done && (target.dicom !== STORE || !asked.content?.activities.length))
        this.#activity('server', ANSWERS[target.dicom], '');
      if (done && target.dicom === STORE && asked.content === null)
        this.#activity('client', 'sends-images', '');
    }
    // Without a type it is an answer of the service when there was nothing to say but that it was done.
    if (isFhirType(type) || (asked.fhir && done && type === '')) {
      if (!asked.fhir) this.#service('fhir', 'asked');
      // An outcome that is no success is an answer still, but for one that lets nobody in.
      this.#service('fhir', status === 401 || status === 403 ? 'refused' : 'answered');
    }
    if (asked.hl7 && (isHl7Type(type) || (done && !isPage(type))))
      this.#service('hl7-over-http', done ? 'answered' : 'refused');
    const { content } = asked;
    if (content === null || !done) return;
    for (const { activity, detail } of acceptedOf(content)) this.#activity('server', activity, detail);
    if (isMessageContent(content)) for (const told of content.receiver) this.#attribute('server', told);
  }

  #wantedOfRequest(reader: MessageReader): number {
    this.#requestKind = kindOf(reader.field(CONTENT_TYPE));
    this.#requestCoding = reader.field(CONTENT_ENCODING);
    return wantedOf(this.#requestKind, this.#requestCoding);
  }

  #wantedOfResponse(reader: MessageReader): number {
    let kind = kindOf(reader.field(CONTENT_TYPE));
    const { target, hl7, engine } = this.#response;
    if (kind === 'html') {
      if (++this.#titles > TITLES_LIMIT) kind = null;
    } else if (kind === 'text' && !hl7 && !engine && this.#response.content === null) kind = null;
    else if (kind === 'unknown' && target.dicom === NO_DICOM && !reader.field(CONTENT_TYPE)) kind = null;
    this.#responseKind = kind;
    this.#responseCoding = reader.field(CONTENT_ENCODING);
    return wantedOf(kind, this.#responseCoding);
  }

  #requestBody(bytes: Uint8Array, start: number, end: number): void {
    const kind = this.#requestKind;
    const body = decoded(bytes.subarray(start, end), this.#requestCoding);
    if (kind === null || kind === 'html' || body === null) return;
    const content = readBody(kind, body, 0, body.length);
    const asked = this.#request;
    if (asked.login === null && asked.method === 'POST') {
      if (kind === 'json') asked.login = hasJsonPassword(body) ? LOGINS.json : null;
      else if (isForm(this.#client.field(CONTENT_TYPE))) asked.login = hasPassword(body) ? LOGINS.form : null;
    }
    if (asked.target.search !== null && kind === 'unknown') {
      const named = readQuery(latin1(body, 0, body.length), asked.target.search);
      if (named !== null) this.#expose(named, 'server');
    }
    if (content.protocol === 'hl7-over-http' && !asked.hl7) this.#service('hl7-over-http', 'asked');
    if (content.protocol === 'fhir' && !asked.fhir) this.#service('fhir', 'asked');
    asked.content = content;
    this.#content('client', content);
    if (isNothing(content)) this.#unknown('client', kind, body);
    if (asked.dicom && asked.target.dicom === STORE && content.activities.length === 0)
      this.#activity('client', 'sends-images', '');
  }

  #responseBody(bytes: Uint8Array, start: number, end: number): void {
    const kind = this.#responseKind;
    const body = decoded(bytes.subarray(start, end), this.#responseCoding);
    if (kind === null || body === null) return;
    if (kind === 'html') {
      const title = titleOf(body, 0, body.length);
      const known = title === '' ? null : identifyWeb('title', title);
      if (known !== null) this.#product(known);
      if (!this.#outside) this.#unknown('server', kind, body);
      return;
    }
    if (kind === 'text' && this.#response.engine) {
      const version = readVersion(body, 0, body.length);
      if (version === '') return;
      this.#answeredBy({ name: 'Mirth Connect', version });
      this.#tell(softwareList('server', 'Mirth Connect', version, ENGINE_VERSION));
      return;
    }
    // A mirror may bring an answer before what was asked: this one says what it is.
    if (kind === 'json' && (this.#response.target.system || isSystem(body))) {
      const system = readSystem(body, 0, body.length);
      if (system !== null) {
        this.#answeredBy({ name: 'Orthanc', version: system.version });
        this.#tell(softwareList('server', 'Orthanc', system.version, ORTHANC_SYSTEM));
        if (system.title !== '')
          this.#tell(attributeList('server', 'ae-title', system.title, ORTHANC_SYSTEM));
        return;
      }
    }
    const content = readBody(kind, body, 0, body.length);
    if (content.protocol !== null && content.protocol !== 'dicomweb' && this.#server.status < 300)
      this.#service(content.protocol, 'answered');
    this.#content('server', content);
    if (isNothing(content)) this.#unknown('server', kind, body);
  }

  /** A body of no medical format. */
  #unknown(side: Side, kind: Kind, body: Uint8Array): void {
    const { hash } = this.#context;
    const form = side === 'client' && isForm(this.#client.field(CONTENT_TYPE));
    let told = 0;
    readUnknown(kind, form, body, (patient) => {
      const fact = patient.fact('http', side === 'client' ? 'server' : 'client', hash);
      if (fact !== null && ++told <= EXPOSURES_LIMIT) this.#context.emit(fact);
    });
  }

  #content(side: Side, content: Content): void {
    const to = side === 'client' ? 'server' : 'client';
    for (const exposure of content.exposures) this.#expose(exposure, to);
    for (const { kind, within } of content.hazards)
      this.#context.emit({ fact: 'content', content: 'executable', kind, within, to });
    // What a server answers of equipment, devices or software is of others, but for what it is itself.
    const { product, version, protocol } = content;
    if (product !== '' && side === 'server') this.#tell(softwareList(side, product, version, FHIR_SOFTWARE));
    if (side === 'server' && protocol !== 'hl7-over-http') return;
    for (const told of content.attributes) this.#attribute(side, told);
    for (const { activity, detail } of content.activities) this.#activity(side, activity, detail);
  }

  #expose(exposure: Exposure, to: Side): void {
    this.#context.emit(phiFact(exposure, 'http', to, this.#context.hash));
  }

  #attribute(side: Side, { attribute, value, source }: Told): void {
    this.#tell(attributeList(side, attribute, value, source));
  }

  #activity(side: Side, activity: Activity, detail: string): void {
    this.#tell(activityList(side, activity, detail));
  }

  /** Says once each what the server end does; `answered` is the last word. */
  #service(protocol: Protocol, state: State): void {
    // Not as a list: those are told once for two addresses, whatever the port.
    if (this.#isNews(protocol, state)) this.#context.emit(serviceFact(protocol, state));
  }

  #isNews(protocol: Protocol, state: State): boolean {
    const shift = 2 * PROTOCOLS.indexOf(protocol);
    const level = STATES.indexOf(state) + 1;
    if (((this.#states >>> shift) & 3) >= level) return false;
    this.#states |= level << shift;
    return true;
  }

  #tell(facts: readonly Fact[]): void {
    if (facts.length === 0 || this.#told.includes(facts)) return;
    if (this.#told.length >= TOLD_LIMIT) this.#told.shift();
    this.#told.push(facts);
    this.#context.tell(facts);
  }
}

const LOGINS: Readonly<Record<'basic' | 'proxy' | 'form' | 'json', LoginFact>> = {
  basic: { fact: 'login', method: 'HTTP Basic', accepted: null },
  proxy: { fact: 'login', method: 'HTTP Basic to a proxy', accepted: null },
  form: { fact: 'login', method: 'HTTP form', accepted: null },
  json: { fact: 'login', method: 'HTTP JSON', accepted: null },
};

/** Bytes of a body that are searched for a password: a login is short. */
const LOGIN_LIMIT = 2048;

function isNothing({ protocol, exposures }: Content): boolean {
  return protocol === null && exposures.length === 0;
}

function isForm(type: string): boolean {
  return /^\s*application\/x-www-form-urlencoded/i.test(type);
}

/** A field of a form that holds a password, and is not empty. */
function hasPassword(body: Uint8Array): boolean {
  const text = latin1(body, 0, Math.min(body.length, LOGIN_LIMIT));
  return /(?:^|&)(?:[\w.%-]{0,32}(?:password|passwd|passwort|pwd)|(?:clear|user)?pass)=[^&]/i.test(text);
}

function hasJsonPassword(body: Uint8Array): boolean {
  const text = latin1(body, 0, Math.min(body.length, LOGIN_LIMIT));
  return /"(?:password|passwd|passwort|pwd)"\s*:\s*"[^"]/i.test(text);
}

function isBasic(scheme: string): boolean {
  return scheme.length === 5 && scheme.toLowerCase() === 'basic';
}

const ORTHANC_SYSTEM = 'HTTP Orthanc /system';
const ENGINE_VERSION = 'HTTP Mirth Connect /api/server/version';
const FHIR_SOFTWARE = 'FHIR CapabilityStatement.software';

/** What a client does that asks for a transaction of DICOMweb. */
const ASKS: Readonly<Record<DicomWeb, Activity>> = {
  [NO_DICOM]: 'asks-retrieve',
  [STORE]: 'sends-images',
  [QUERY]: 'asks-queries',
  [RETRIEVE]: 'asks-retrieve',
  [URI_RETRIEVE]: 'asks-retrieve',
};

/** What a server does that answers a transaction of DICOMweb. */
const ANSWERS: Readonly<Record<DicomWeb, Activity>> = {
  [NO_DICOM]: 'answers-retrieve',
  [STORE]: 'accepts-images',
  [QUERY]: 'answers-queries',
  [RETRIEVE]: 'answers-retrieve',
  [URI_RETRIEVE]: 'answers-retrieve',
};

/** An error page, or the one page of an application that has it for every path. */
function isPage(type: string): boolean {
  return /^\s*(?:text\/html|application\/xhtml)/i.test(type);
}

/**
 * Whether a response is one of DICOMweb, and no other server's to a question it does not know: by its media type, or,
 * where the question was of DICOMweb beyond doubt, by one that such an answer may have (PS3.18 §8.7).
 */
function isDicomAnswer(kind: DicomWeb, certain: boolean, status: number, type: string): boolean {
  if (kind === NO_DICOM) return false;
  if (isDicomType(type)) return certain || kind !== STORE;
  if (!certain || (status >= 300 && status !== 409)) return false;
  switch (kind) {
    case STORE:
      return !isPage(type);
    case QUERY:
      return status === 204 || /^application\/json/i.test(type);
    case RETRIEVE:
      return /^(?:multipart\/related|application\/(?:octet-stream|json)|image\/)/i.test(type);
    default:
      return /^(?:image|video)\//i.test(type);
  }
}

function wantedOf(kind: Kind | null, coding: string): number {
  if (kind === null) return 0;
  return coding === '' ? LIMITS[kind] : COMPRESSED_LIMIT;
}

function isMessageContent(content: Content): content is Message {
  return 'receiver' in content;
}

/** What taking a body says of the server. */
function acceptedOf(content: Content): readonly Deed[] {
  if (isMessageContent(content)) return content.accepted;
  return content.activities
    .filter(({ activity }) => activity === 'sends-images')
    .map(({ detail }) => ({ activity: 'accepts-images', detail }));
}
