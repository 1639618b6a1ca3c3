import type { Activity } from '../../src/core/facts.ts';
import { ByteCache } from './byte-cache.ts';
import type { Delimiters } from './wire.ts';
import { Range, readDelimiters, text } from './wire.ts';

/** What the header of a message means. Headers repeat, so each of these is made once per distinct value. */

/** MSH-1 to MSH-6: between whom. */
export interface Route {
  /** Null when MSH-1 and MSH-2 are no delimiters: then the rest is empty. */
  readonly delimiters: Delimiters | null;
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly receivingApplication: string;
  readonly receivingFacility: string;
  /** `application|facility` */
  readonly sender: string;
  readonly receiver: string;
  /** MSH-3.2 when MSH-3.3 says that it is an EUI-64: the sender's own hardware address (IHE PCD); ''. */
  readonly senderEui64: string;
}

/** MSH-9. */
export interface Kind {
  /** `ADT^A01` */
  readonly type: string;
  /** `ADT` */
  readonly code: string;
  /** MSH-9.3 */
  readonly structure: string;
  /** What sending one says of a device, and taking one. */
  readonly sends: readonly Activity[];
  readonly accepts: readonly Activity[];
}

const range = new Range();
const NAME_LIMIT = 32;

/** `[start, end)` is MSH from its separator to the end of MSH-6. */
const routes = new ByteCache<Route>(1024, (bytes, start, end) => {
  const delimiters = readDelimiters(bytes, start, end);
  if (delimiters === null) return NO_ROUTE;
  const parts: string[] = [];
  let eui64 = '';
  let field = 1;
  for (let at = start + 1; at <= end; field++) {
    let stop = at;
    while (stop < end && bytes[stop] !== delimiters.field) stop++;
    if (field > 1) parts.push(firstComponent(bytes, at, stop, delimiters));
    if (field === 2 && component(bytes, at, stop, 3, delimiters) === 'EUI-64')
      eui64 = component(bytes, at, stop, 2, delimiters);
    at = stop + 1;
  }
  const [sendingApplication = '', sendingFacility = '', receivingApplication = '', receivingFacility = ''] =
    parts;
  return {
    delimiters,
    sendingApplication,
    sendingFacility,
    receivingApplication,
    receivingFacility,
    sender: `${sendingApplication}|${sendingFacility}`,
    receiver: `${receivingApplication}|${receivingFacility}`,
    senderEui64: eui64,
  };
});

const NO_ROUTE: Route = {
  delimiters: null,
  sendingApplication: '',
  sendingFacility: '',
  receivingApplication: '',
  receivingFacility: '',
  sender: '|',
  receiver: '|',
  senderEui64: '',
};

export function routeOf(bytes: Uint8Array, start: number, end: number): Route {
  return routes.get(bytes, start, end);
}

const standardKinds = new ByteCache<Kind>(512, (bytes, start, end) => makeKind(bytes, start, end, STANDARD));

export function kindOf(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Kind {
  return delimiters.standard ? standardKinds.get(bytes, start, end) : makeKind(bytes, start, end, delimiters);
}

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

const STANDARD = readDelimiters(Buffer.from('|^~\\&|'), 0, 6) as Delimiters;

function makeKind(bytes: Uint8Array, start: number, end: number, delimiters: Delimiters): Kind {
  const part = (number: number) => component(bytes, start, end, number, delimiters).slice(0, NAME_LIMIT);
  const code = part(1);
  const trigger = part(2);
  const { sends, accepts } = activitiesOf(code, trigger);
  return { type: trigger === '' ? code : `${code}^${trigger}`, code, structure: part(3), sends, accepts };
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
