import type {
  Activity,
  ActivityFact,
  Attribute,
  AttributeFact,
  BehaviourFact,
  Fact,
  Side,
} from '../../src/core/facts.ts';
import { ByteCache } from './byte-cache.ts';
import type { Delimiters } from './wire.ts';
import { isWide, Range, readDelimiters, text } from './wire.ts';

/** What the header of a message means. Headers repeat, so each of these is made once per distinct value. */

/** Two fields of MSH that name an application and its facility: MSH-3 and MSH-4, or MSH-5 and MSH-6. */
export interface Party {
  readonly application: string;
  readonly facility: string;
  /** `application|facility` */
  readonly name: string;
  /** The list of that name alone. */
  readonly names: readonly string[];
  /** What is told of whoever is meant. */
  readonly facts: Facts;
}

/**
 * What a header's value tells of the side it is about: made once, however often the value comes, and for a side
 * only when it is asked for, since most values belong to one.
 */
export class Facts {
  readonly #make: (side: Side) => readonly Fact[];
  #client: readonly Fact[] | null = null;
  #server: readonly Fact[] | null = null;

  constructor(make: (side: Side) => readonly Fact[]) {
    this.#make = make;
  }

  of(side: Side): readonly Fact[] {
    if (side === 'client') {
      this.#client ??= this.#make(side);
      return this.#client;
    }
    this.#server ??= this.#make(side);
    return this.#server;
  }
}

/** MSH-3 to MSH-6: from whom to whom. */
export class Route {
  readonly sender: Party;
  readonly receiver: Party;
  readonly #exchanges: Exchange[] = [];
  #next = 0;

  constructor(sender: Party, receiver: Party) {
    this.sender = sender;
    this.receiver = receiver;
  }

  /** The same object for the same kind, as long as no more than a few kinds take this route. */
  exchange(kind: Kind): Exchange {
    const known = this.#exchanges;
    for (let i = 0; i < known.length; i++) if (known[i].kind === kind) return known[i];
    const exchange = new Exchange(this, kind);
    this.#exchanges[this.#next] = exchange;
    this.#next = (this.#next + 1) % EXCHANGES;
    return exchange;
  }
}

/** Kinds of message remembered for a route. */
const EXCHANGES = 16;

/** Messages of one kind over one route: what sending one says of its sender, and accepting one of its receiver. */
export class Exchange {
  readonly route: Route;
  readonly kind: Kind;
  readonly sent: Facts;
  readonly accepted: Facts;

  constructor(route: Route, kind: Kind) {
    this.route = route;
    this.kind = kind;
    this.sent = new Facts((side) => [
      ...kind.sent.of(side),
      ...route.sender.facts.of(side),
      ...behaviour(side, route.sender, kind),
    ]);
    this.accepted = new Facts((side) => [...kind.accepted.of(side), ...route.receiver.facts.of(side)]);
  }
}

/** Who sent what: a baseline knows what is usual. Nothing of what has no name or no type. */
function behaviour(side: Side, { application, name }: Party, { type }: Kind): BehaviourFact[] {
  if (application === '' || type === '') return [];
  const value = `${name.slice(0, SENDER_LIMIT)} ${type}`.replace(/[^ -~]/g, '?');
  return [{ fact: 'behaviour', side, behaviour: 'message-type', value }];
}

/** Characters of `application|facility` in a behaviour. */
const SENDER_LIMIT = 80;

/** MSH-9. */
export interface Kind {
  /** `ADT^A01` */
  readonly type: string;
  /** `ADT` */
  readonly code: string;
  /** MSH-9.3 */
  readonly structure: string;
  /** It carries results of observations: its OBX are compared. */
  readonly hasResults: boolean;
  /** What sending one says of a device, and acknowledging one. */
  readonly sent: Facts;
  readonly accepted: Facts;
}

/** MSH-11 and MSH-12. */
export interface Version {
  readonly processingId: string;
  readonly version: string;
}

/** MSH-15 to MSH-18. */
export interface Terms {
  /** Whether an acknowledgement is asked for in so many words (AL), and whether it is waived by both. */
  readonly demanded: boolean;
  readonly waived: boolean;
  /** An application acknowledgement is asked for, so one may follow the commit acknowledgement. */
  readonly application: boolean;
  readonly charset: string;
  readonly wide: boolean;
}

const range = new Range();
const STANDARD = readDelimiters(Buffer.from('|^~\\&|'), 0, 6) as Delimiters;
const NAME_LIMIT = 32;

const standardRoutes = new ByteCache<Route>(8192, (bytes, start, end) =>
  makeRoute(bytes, start, end, STANDARD),
);

/** `[start, end)` is MSH-3 to MSH-6 with the separators between them. */
export function routeOf(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Route {
  return delimiters.standard
    ? standardRoutes.get(bytes, start, end)
    : makeRoute(bytes, start, end, delimiters);
}

function makeRoute(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Route {
  let middle = start;
  for (let separators = 0; middle < end; middle++)
    if (bytes[middle] === delimiters.field && ++separators === 2) break;
  return new Route(
    makeSender(bytes, start, middle, delimiters),
    makeReceiver(bytes, Math.min(middle + 1, end), end, delimiters),
  );
}

function makeSender(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Party {
  const [application, facility] = firstComponents(bytes, start, end, 2, delimiters);
  const facts = attributes([
    ['hl7-application', application, 'HL7 MSH-3'],
    ['hl7-facility', facility, 'HL7 MSH-4'],
    ['device-id', senderEui64(bytes, start, end, delimiters), 'HL7 MSH-3'],
  ]);
  return party(application, facility, facts);
}

function makeReceiver(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Party {
  const [application, facility] = firstComponents(bytes, start, end, 2, delimiters);
  const facts = attributes([
    ['hl7-application', application, 'HL7 MSH-5'],
    ['hl7-facility', facility, 'HL7 MSH-6'],
  ]);
  return party(application, facility, facts);
}

function party(application: string, facility: string, facts: Facts): Party {
  const name = `${application}|${facility}`;
  return { application, facility, name, names: Object.freeze([name]), facts };
}

const declared = new ByteCache<Delimiters | null>(64, (bytes, start, end) =>
  readDelimiters(bytes, start, end),
);

/** `[start, end)` is MSH-1 and MSH-2 with the separator behind. Null when they are no delimiters. */
export function delimitersOf(bytes: Uint8Array, start: number, end: number): Delimiters | null {
  return declared.get(bytes, start, end);
}

function attributes(told: [attribute: Attribute, value: string, source: string][]): Facts {
  const known = told.filter(([, value]) => value !== '');
  return new Facts((side): AttributeFact[] =>
    known.map(([attribute, value, source]) => ({ fact: 'attribute', side, attribute, value, source })),
  );
}

function activities(told: readonly Activity[], detail: string): Facts {
  return new Facts((side): ActivityFact[] =>
    told.map((activity) => ({ fact: 'activity', side, activity, detail })),
  );
}

/** MSH-3.2 when MSH-3.3 says that it is an EUI-64: the sender's own hardware address (IHE PCD); ''. */
function senderEui64(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): string {
  let stop = start;
  while (stop < end && bytes[stop] !== delimiters.field) stop++;
  return component(bytes, start, stop, 3, delimiters) === 'EUI-64'
    ? component(bytes, start, stop, 2, delimiters)
    : '';
}

const standardKinds = new ByteCache<Kind>(512, (bytes, start, end) => makeKind(bytes, start, end, STANDARD));

export function kindOf(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Kind {
  return delimiters.standard ? standardKinds.get(bytes, start, end) : makeKind(bytes, start, end, delimiters);
}

const standardVersions = new ByteCache<Version>(256, (bytes, start, end) =>
  makeVersion(bytes, start, end, STANDARD),
);

/** `[start, end)` is MSH-11 and MSH-12 with the separator between them. */
export function versionOf(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Version {
  return delimiters.standard
    ? standardVersions.get(bytes, start, end)
    : makeVersion(bytes, start, end, delimiters);
}

function makeVersion(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Version {
  const [processingId, version] = firstComponents(bytes, start, end, 2, delimiters);
  return { processingId, version };
}

const standardTerms = new ByteCache<Terms>(256, (bytes, start, end) =>
  makeTerms(bytes, start, end, STANDARD),
);

/** `[start, end)` is MSH-15 to MSH-18; empty where the header ends before. */
export function termsOf(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Terms {
  return delimiters.standard
    ? standardTerms.get(bytes, start, end)
    : makeTerms(bytes, start, end, delimiters);
}

function makeTerms(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Terms {
  const [accept, application, , charset] = firstComponents(bytes, start, end, 4, delimiters);
  return {
    demanded: accept === 'AL' || application === 'AL',
    // Enhanced mode in which nobody wants to hear anything, or of errors only (§2.9.3, table 0155).
    waived: (accept !== '' || application !== '') && isWaived(accept) && isWaived(application),
    application: application !== '' && application !== 'NE',
    charset,
    wide: isWide(charset),
  };
}

function isWaived(condition: string): boolean {
  return condition === '' || condition === 'NE' || condition === 'ER';
}

/** The first component of each of `count` fields in `[start, end)`; '' for those that are not there. */
function firstComponents(
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
  delimiters: Delimiters,
): string[] {
  const values = new Array<string>(count);
  let at = start;
  for (let n = 0; n < count; n++) {
    let stop = at;
    while (stop < end && bytes[stop] !== delimiters.field) stop++;
    values[n] = at < stop ? firstComponent(bytes, at, stop, delimiters) : '';
    at = stop + 1;
  }
  return values;
}

export const NO_ROUTE: Route = makeRoute(new Uint8Array(0), 0, 0, STANDARD);
export const NO_VERSION: Version = makeVersion(new Uint8Array(0), 0, 0, STANDARD);
export const NO_TERMS: Terms = makeTerms(new Uint8Array(0), 0, 0, STANDARD);

const standardWords = new ByteCache<string>(1024, (bytes, start, end) =>
  firstComponent(bytes, start, end, STANDARD),
);

/** First component of the first repetition of a field that takes few values. */
export function wordOf(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): string {
  if (start >= end) return '';
  return delimiters.standard
    ? standardWords.get(bytes, start, end)
    : firstComponent(bytes, start, end, delimiters);
}

function firstComponent(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): string {
  return component(bytes, start, end, 1, delimiters);
}

/** A component's text; '' for the two quotes that mean "no value". */
export function component(
  bytes: Uint8Array,
  start: number,
  end: number,
  number: number,
  delimiters: Delimiters,
): string {
  range.component(bytes, start, end, number, delimiters).trim(bytes, delimiters.subcomponent);
  const value = text(bytes, range.start, range.end, delimiters.escape);
  return value === '""' ? '' : value;
}

function makeKind(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Kind {
  const part = (number: number) => component(bytes, start, end, number, delimiters).slice(0, NAME_LIMIT);
  const code = part(1);
  const trigger = part(2);
  const { sends, accepts } = activitiesOf(code, trigger);
  return {
    type: trigger === '' ? code : `${code}^${trigger}`,
    code,
    structure: part(3),
    hasResults: code === 'ORU' || code === 'OUL' || code === 'OPU',
    sent: activities(['sends-messages', ...sends], code),
    accepted: activities(['accepts-messages', ...accepts], code),
  };
}

interface Activities {
  readonly sends: readonly Activity[];
  readonly accepts: readonly Activity[];
}

const ADMISSIONS: Activities = { sends: ['sends-admissions'], accepts: ['accepts-admissions'] };
const RESULTS: Activities = { sends: ['sends-results'], accepts: ['accepts-results'] };
const LAB_RESULTS: Activities = {
  sends: ['sends-results', 'sends-lab-results'],
  accepts: ['accepts-results'],
};
const PUMP_EVENTS: Activities = { sends: ['sends-results', 'sends-pump-data'], accepts: ['accepts-results'] };
const ORDERS: Activities = { sends: ['sends-orders'], accepts: ['accepts-orders'] };
const MEDICATION: Activities = {
  sends: ['sends-orders', 'sends-medication-orders'],
  accepts: ['accepts-orders'],
};
const DISPENSE: Activities = { sends: ['sends-dispense'], accepts: ['accepts-dispense'] };
const NOTHING: Activities = { sends: [], accepts: [] };

/** Message codes by what they carry (HL7 table 0076, chapters 3, 4, 4A, 7, 13). */
const BY_CODE = new Map<string, Activities>([
  ['ADT', ADMISSIONS],
  ['ORU', RESULTS],
  ['OPU', LAB_RESULTS],
  ['OUL', LAB_RESULTS],
  ['ORM', ORDERS],
  ['OMG', ORDERS],
  ['OML', ORDERS],
  ['OMI', ORDERS],
  ['OMD', ORDERS],
  ['OMS', ORDERS],
  ['OMN', ORDERS],
  ['OMB', ORDERS],
  ['OMP', MEDICATION],
  ['RDE', MEDICATION],
  ['RGV', MEDICATION],
  ['RDS', DISPENSE],
]);

function activitiesOf(code: string, trigger: string): Activities {
  // IHE PCD-10, infusion pump event communication.
  if (code === 'ORU' && trigger === 'R42') return PUMP_EVENTS;
  return BY_CODE.get(code) ?? NOTHING;
}
