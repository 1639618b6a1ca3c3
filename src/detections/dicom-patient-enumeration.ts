import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, quote, who } from './words.ts';

/** A C-FIND that is being answered. */
interface Query {
  readonly messageId: number;
  /** It counts as enumeration already: its answers are counted with the case. */
  found: Case<State> | null;
  /** It may list more than is usual: it is not of a few days, one study or one name. */
  readonly open: boolean;
  answers: number;
}

/** One short beginning of a name that was asked for. */
interface Prefix {
  readonly key: number;
  readonly time: Micros;
}

interface State {
  /** Requests for everybody, requests that had very many answers, requests for one beginning after the other. */
  universal: number;
  large: number;
  prefixes: number;
  /** Pending responses to all of these: each is a patient or a study. */
  answers: number;
  mostAnswers: number;
  refused: number;
  readonly levels: Set<string>;
  readonly calling: Set<string>;
}

const MAX_PAIRS = 4096;
const MAX_QUERIES = 16;
const MANY = 8;

/** Asking an archive for everybody it knows. Its count is requests. */
export const dicomPatientEnumeration = defineDetection<State>({
  meta: {
    id: 'dicom.patient-enumeration',
    title: 'Patients are being enumerated',
    severity: 'high',
    escalation: 'critical from outside',
    why: 'A C-FIND whose keys are wildcards lists every patient an archive has, with names, birth dates and studies: the first thing that is asked by whoever got in, and all that is needed to take or change the rest.',
    action:
      'Find out what the source is and who used it. Let the archive answer queries of known AE titles at known addresses only, and limit how many answers one request may have.',
    reference: 'DICOM PS3.4 Annex C (C.2.2.2), PS3.7 §9.1.2',
    attack: ['T1213', 'T1119', 'T0888'],
    stage: 'discovery',
    thresholds: {
      answers: { default: 500, unit: 'pending responses to one request that may be exceeded' },
      prefixes: { default: 10, unit: 'distinct beginnings of a name or record number' },
      window: { default: 120, unit: 'seconds in which these are asked for' },
      days: { default: 31, unit: 'days of study dates that a list may be of, however many answers it has' },
    },
    example: {
      fires:
        'C-FIND at study level with PatientName "*" and nothing else; A*, B*, C*, … one after the other.',
      silent: 'All studies of today; a worklist polled with wildcards; the images of one series.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { answers: manyAnswers, prefixes: manyPrefixes, window: seconds, days: fewDays } = context.thresholds;
  const window = seconds * SECOND;
  const queries = new WeakMap<Association, Query[]>();
  const prefixes = new BoundedMap<string, Prefix[]>(MAX_PAIRS);
  const maxPrefixes = Math.max(MAX_QUERIES, manyPrefixes);

  /** The case of who asks and who is asked, as the message comes from the one or the other. */
  function caseOf(event: DimseMessage, request: boolean, flow: Flow): Case<State> {
    const asksAsClient = (event.from === 'client') === request;
    const source = (asksAsClient ? flow.client : flow.server).address;
    const destination = (asksAsClient ? flow.server : flow.client).address;
    const found = context.open(source, destination, asksAsClient ? flow.server.port : null, newState);
    const { calling } = found.state;
    if (calling.size < MANY) calling.add(event.association.callingAe);
    return found;
  }

  function hit(found: Case<State>, flow: Flow, time: Micros, times = 1): void {
    context.hit(found, found.source.external ? 'critical' : 'high', flow, time, times);
  }

  function asked(event: DimseMessage, flow: Flow, time: Micros): void {
    // A worklist's query lists what is scheduled, and a few hundred procedures are a day.
    if (!event.sopClass.startsWith(QUERY_RETRIEVE)) return;
    const { universalQuery, queryKey, queryDays, queryLevel } = event;
    let found: Case<State> | null = null;
    if (universalQuery) {
      found = caseOf(event, true, flow);
      found.state.universal++;
      hit(found, flow, time);
    } else if (queryKey !== null) found = prefixAsked(event, queryKey, flow, time);
    if (found !== null && found.state.levels.size < MANY && queryLevel !== '')
      found.state.levels.add(queryLevel);
    const list = queryLevel !== 'SERIES' && queryLevel !== 'IMAGE';
    const named = event.identifiers.length > 0 && queryKey === null;
    const open = list && !named && (queryDays === null || queryDays > fewDays);
    if (!open && found === null) return;
    let all = queries.get(event.association);
    if (all === undefined) queries.set(event.association, (all = []));
    if (all.length === MAX_QUERIES) all.shift();
    all.push({ messageId: event.messageId, found, open, answers: 0 });
  }

  /** The case, when enough different ones were asked for one after the other. */
  function prefixAsked(event: DimseMessage, key: number, flow: Flow, time: Micros): Case<State> | null {
    const fromClient = event.from === 'client';
    const [source, destination] = fromClient ? [flow.client, flow.server] : [flow.server, flow.client];
    const pair = `${source.address.text} ${destination.address.text}`;
    let recent = prefixes.get(pair);
    if (recent === undefined) prefixes.set(pair, (recent = []));
    while (recent.length > 0 && time - recent[0].time > window) recent.shift();
    const again = recent.findIndex((prefix) => prefix.key === key);
    // Typed on, or taken back: the beginning before was none that anybody meant.
    const before = recent.at(-1)?.key ?? 0;
    if (again < 0 && (shorter(key) === before || shorter(before) === key)) recent.pop();
    if (again >= 0) recent.splice(again, 1);
    else if (recent.length >= maxPrefixes) recent.shift();
    recent.push({ key, time });
    if (recent.length < manyPrefixes) return null;
    const found = caseOf(event, true, flow);
    // Those before were asked for too; from then on each counts as it comes.
    const times = again >= 0 ? 0 : found.state.prefixes === 0 ? recent.length : 1;
    found.state.prefixes += times;
    hit(found, flow, time, times);
    return found;
  }

  function answered(event: DimseMessage, flow: Flow, time: Micros): void {
    const all = queries.get(event.association);
    const at = all?.findIndex((query) => query.messageId === event.messageId) ?? -1;
    if (all === undefined || at < 0) return;
    const query = all[at];
    if (event.statusClass !== 'pending') {
      all.splice(at, 1);
      if (event.statusClass === 'failure' && query.found !== null) query.found.state.refused++;
      return;
    }
    query.answers++;
    if (query.found === null && query.open && query.answers > manyAnswers) {
      query.found = caseOf(event, false, flow);
      query.found.state.large++;
      query.found.state.answers += query.answers - 1;
      hit(query.found, flow, time);
    }
    if (query.found === null) return;
    const { state } = query.found;
    state.answers++;
    state.mostAnswers = Math.max(state.mostAnswers, query.answers);
  }

  return {
    events: {
      'dicom.message': (event, flow, time) => {
        if (event.command === 'C-FIND-RQ') asked(event, flow, time);
        else if (event.command === 'C-FIND-RSP') answered(event, flow, time);
      },
    },
    describe: (found) => describe(context, found),
  };
}

/** Parts of a beginning's key: of its first character, its first two, and all three. */
const KEY_PART = 2 ** 17;

/** The key of the same beginning without its last character; -1 when that leaves none. */
function shorter(key: number): number {
  const third = key % KEY_PART;
  const rest = third > 0 ? key - third : key - (key % KEY_PART ** 2);
  return rest > 0 ? rest : -1;
}

/** Patient root, study root, patient/study only (PS3.4 §C.3). */
const QUERY_RETRIEVE = '1.2.840.10008.5.1.4.1.2.';

const newState = (): State => ({
  universal: 0,
  large: 0,
  prefixes: 0,
  answers: 0,
  mostAnswers: 0,
  refused: 0,
  levels: new Set(),
  calling: new Set(),
});

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { universal, large, prefixes, answers, refused } = state;
  const kinds: string[] = [];
  if (universal > 0) kinds.push(`for everybody (${amount(universal, 'C-FIND')} with nothing but wildcards)`);
  if (prefixes > 0) kinds.push(`for ${amount(prefixes, 'beginning')} of names or record numbers in turn`);
  if (large > 0)
    kinds.push(`in a way that ${amount(large, 'request')} had up to ${amount(state.mostAnswers, 'answer')}`);
  let end: string;
  if (answers > 0) end = `${amount(answers, 'patient or study', 'patients or studies')} were listed`;
  else end = refused > 0 ? 'it was refused' : 'no patient was listed';
  const titles = [...state.calling].sort();
  return {
    summary:
      `${who(inventory, source)} as ${enumerate(titles.map((title) => quote(title)))} asked ` +
      `${who(inventory, destination, port)} ${enumerate(kinds)}; ${end}.`,
    data: {
      universal_queries: universal,
      prefix_queries: prefixes,
      large_answers: large,
      answers,
      most_answers: state.mostAnswers,
      refused,
      query_levels: [...state.levels].sort(),
      calling_ae_titles: titles,
      source_country: inventory.country(source),
    },
  };
}
