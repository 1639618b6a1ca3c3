import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, quote, size, who } from './words.ts';

type Reason =
  | 'outside'
  | 'new'
  | 'patients-at-once'
  | 'patients'
  | 'bytes'
  | 'above-usual'
  | 'moves'
  | 'suspect';

/** What one requester fetched from one archive in the window that began at `since`. */
interface Window {
  since: Micros;
  bytes: number;
  patients: Set<number>;
  moves: number;
  /** Objects that moves sent on. */
  moved: number;
}

/** A C-GET that is being answered. */
interface Get {
  readonly messageId: number;
  readonly requester: Address;
  readonly archive: Address;
  readonly port: number;
  readonly window: Window;
  readonly patients: Set<number>;
  objects: number;
  bytes: number;
  /** Its case, once there is one. */
  found: Case<State> | null;
}

interface State {
  readonly reasons: Set<Reason>;
  readonly calling: Set<string>;
  /** The requester offered itself as SCP of storage classes, which C-GET needs (PS3.7 §D.3.3.4). */
  asProvider: boolean;
  gets: number;
  moves: number;
  objects: number;
  bytes: number;
  moved: number;
  readonly patients: Set<number>;
}

const MAX_PAIRS = 4096;
const MAX_RUNNING = 16;
const MANY = 8;
const MAX_PATIENTS = 1024;
const MEGABYTE = 1e6;

/**
 * More taken out of an archive than is usual. Its count is requests. Without a baseline an ordinary C-GET inside is
 * not judged: what counts then is how many patients come, which no reader of images reads at once.
 */
export const dicomBulkRetrieve = defineDetection<State>({
  meta: {
    id: 'dicom.bulk-retrieve',
    title: 'Objects are retrieved in bulk',
    severity: 'high',
    escalation: 'critical from outside',
    why: 'A C-GET brings whole studies over the connection it was asked on, through any firewall that lets the question in; few devices of a hospital use it, and tools that empty archives do. So do hundreds of C-MOVEs in a row.',
    action:
      'Find out what the source is and who uses it; if nobody knows, cut it off and list which patients’ studies went (the archive’s audit log, by the time and AE titles named here).',
    reference: 'DICOM PS3.7 §9.1.3, §9.1.4, §D.3.3.4',
    attack: ['T1119', 'T1530', 'T1030', 'T0811'],
    stage: 'collection',
    baseline: 'more',
    thresholds: {
      patients_at_once: { default: 5, unit: 'distinct patients in answer to one C-GET' },
      patients: { default: 20, unit: 'distinct patients fetched by C-GET within the window' },
      megabytes: { default: 20_000, unit: 'MB fetched by C-GET within the window' },
      moves: { default: 200, unit: 'C-MOVE requests within the window' },
      window: { default: 600, unit: 'seconds' },
      factor: { default: 10, unit: 'times the most that was learned of one association of the two' },
      least_megabytes: { default: 1000, unit: 'MB below which nothing is far above what was learned' },
    },
    example: {
      fires: 'A C-GET from outside; one that brings eight patients; one by a host that never fetched before.',
      silent: 'A workstation that fetches a study or two; a prefetch of the day’s patients by C-MOVE.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { thresholds, baseline } = context;
  const { patients: manyPatients, patients_at_once: manyAtOnce, moves: manyMoves, factor } = thresholds;
  const window = thresholds.window * SECOND;
  const manyBytes = thresholds.megabytes * MEGABYTE;
  const leastBytes = thresholds.least_megabytes * MEGABYTE;
  const windows = new BoundedMap<string, Window>(MAX_PAIRS);
  const running = new WeakMap<Association, Get[]>();
  const maxPatients = Math.max(manyPatients, manyAtOnce);

  function windowOf(requester: Address, archive: Address, time: Micros): Window {
    const key = `${requester.text} ${archive.text}`;
    let found = windows.get(key);
    if (found === undefined) {
      found = { since: time, bytes: 0, patients: new Set(), moves: 0, moved: 0 };
      windows.set(key, found);
    } else windows.touch(key);
    return fresh(found, time);
  }

  /** Begun anew when it is over. */
  function fresh(one: Window, time: Micros): Window {
    if (time - one.since <= window) return one;
    one.since = time;
    one.bytes = one.moves = one.moved = 0;
    one.patients.clear();
    return one;
  }

  function open(
    requester: Address,
    archive: Address,
    port: number,
    reason: Reason,
    association: Association,
  ): Case<State> {
    const found = context.open(requester, archive, port, newState);
    const { state } = found;
    state.reasons.add(reason);
    if (state.calling.size < MANY) state.calling.add(association.callingAe);
    state.asProvider ||= association.roles.some(({ scp, sopClass }) => scp && sopClass.startsWith(STORAGE));
    return found;
  }

  const hit = (found: Case<State>, flow: Flow, time: Micros, times: number): void =>
    context.hit(found, found.source.external ? 'critical' : 'high', flow, time, times);

  function getAsked({ association, messageId }: DimseMessage, flow: Flow, time: Micros): void {
    const requester = flow.client.address;
    const archive = flow.server.address;
    const get: Get = {
      messageId,
      requester,
      archive,
      port: flow.server.port,
      window: windowOf(requester, archive, time),
      patients: new Set(),
      objects: 0,
      bytes: 0,
      found: null,
    };
    let all = running.get(association);
    if (all === undefined) running.set(association, (all = []));
    if (all.length === MAX_RUNNING) all.shift();
    all.push(get);
    if (requester.external) judged(get, 'outside', association, flow, time);
    else if (baseline.judge('retrieve', requester, archive, 'C-GET') === 'new')
      judged(get, 'new', association, flow, time);
    else if (isSuspect(requester, archive, 'C-GET', time)) judged(get, 'suspect', association, flow, time);
  }

  /** Whatever fetches for somebody who has just guessed titles or listed everybody is part of that. */
  function isSuspect(requester: Address, archive: Address, operation: string, time: Micros): boolean {
    if (baseline.judge('retrieve', requester, archive, operation) === 'known') return false;
    return context.suspects(requester, time);
  }

  /** The C-GET counts from its beginning, whenever it turns out what it is. */
  function judged(get: Get, reason: Reason, association: Association, flow: Flow, time: Micros): void {
    get.found = open(get.requester, get.archive, get.port, reason, association);
    const { state } = get.found;
    state.gets++;
    state.objects += get.objects;
    state.bytes += get.bytes;
    for (const patient of get.patients) addPatient(state.patients, patient, MAX_PATIENTS);
    hit(get.found, flow, time, 1);
  }

  /** An object on its way to who asked for it: of the C-GET that was asked last, as a rule the only one. */
  function fetched({ association, dataSetBytes, patient }: DimseMessage, flow: Flow, time: Micros): void {
    const all = running.get(association);
    if (all === undefined || all.length === 0) return;
    const get = all[all.length - 1];
    const recent = fresh(get.window, time);
    get.objects++;
    get.bytes += dataSetBytes;
    recent.bytes += dataSetBytes;
    if (patient !== null) {
      addPatient(recent.patients, patient, maxPatients);
      addPatient(get.patients, patient, maxPatients);
    }
    if (get.found === null) {
      const reason = reasonAgainst(get);
      if (reason !== null) judged(get, reason, association, flow, time);
      return;
    }
    const { state } = get.found;
    state.objects++;
    state.bytes += dataSetBytes;
    if (patient !== null) addPatient(state.patients, patient, MAX_PATIENTS);
  }

  function reasonAgainst({ requester, archive, window: recent, patients }: Get): Reason | null {
    if (baseline.judge('retrieve', requester, archive, 'C-GET') === 'known') {
      const usual = factor * baseline.most('retrieve', requester, archive, 'C-GET');
      return recent.bytes > Math.max(usual, leastBytes) ? 'above-usual' : null;
    }
    if (patients.size >= manyAtOnce) return 'patients-at-once';
    if (recent.patients.size >= manyPatients) return 'patients';
    return recent.bytes > manyBytes ? 'bytes' : null;
  }

  function getAnswered({ association, messageId, statusClass }: DimseMessage): void {
    if (statusClass === 'pending') return;
    const all = running.get(association);
    const at = all?.findIndex((get) => get.messageId === messageId) ?? -1;
    if (at >= 0) all?.splice(at, 1);
  }

  function moveAsked({ association }: DimseMessage, flow: Flow, time: Micros): void {
    const requester = flow.client.address;
    const archive = flow.server.address;
    const recent = windowOf(requester, archive, time);
    recent.moves++;
    if (isSuspect(requester, archive, 'C-MOVE', time)) {
      const found = open(requester, archive, flow.server.port, 'suspect', association);
      found.state.moves++;
      hit(found, flow, time, 1);
      return;
    }
    if (recent.moves < manyMoves || isUsual(requester, archive, recent)) return;
    const found = open(requester, archive, flow.server.port, 'moves', association);
    const times = recent.moves === manyMoves ? manyMoves : 1;
    found.state.moves += times;
    found.state.moved += times === 1 ? 0 : recent.moved;
    hit(found, flow, time, times);
  }

  /** Who moves all day is judged by how much, as far as that is known. */
  function isUsual(requester: Address, archive: Address, { moved }: Window): boolean {
    if (baseline.judge('retrieve', requester, archive, 'C-MOVE') !== 'known') return false;
    return moved <= factor * baseline.most('retrieve', requester, archive, 'C-MOVE');
  }

  function moveAnswered({ statusClass, subOperations }: DimseMessage, flow: Flow, time: Micros): void {
    if (statusClass === 'pending' || subOperations === null) return;
    const requester = flow.client.address;
    const archive = flow.server.address;
    const recent = windowOf(requester, archive, time);
    recent.moved += subOperations.completed;
    const found = context.find(requester, archive);
    if (found !== undefined) found.state.moved += subOperations.completed;
  }

  return {
    events: {
      'dicom.message': (event, flow, time) => {
        const fromClient = event.from === 'client';
        switch (event.command) {
          case 'C-STORE-RQ':
            if (!fromClient) fetched(event, flow, time);
            return;
          case 'C-GET-RQ':
            if (fromClient) getAsked(event, flow, time);
            return;
          case 'C-GET-RSP':
            if (!fromClient) getAnswered(event);
            return;
          case 'C-MOVE-RQ':
            if (fromClient) moveAsked(event, flow, time);
            return;
          case 'C-MOVE-RSP':
            if (!fromClient) moveAnswered(event, flow, time);
        }
      },
    },
    describe: (found) => describe(context, found),
  };
}

/** Composite storage classes of PS3.4 Annex B. */
const STORAGE = '1.2.840.10008.5.1.4.1.1.';

function addPatient(patients: Set<number>, patient: number, limit: number): void {
  if (patients.size < limit) patients.add(patient);
}

const newState = (): State => ({
  reasons: new Set(),
  calling: new Set(),
  asProvider: false,
  gets: 0,
  moves: 0,
  objects: 0,
  bytes: 0,
  moved: 0,
  patients: new Set(),
});

const WORDS: Readonly<Record<Reason, string>> = {
  outside: 'from outside',
  new: 'which it never did before',
  'patients-at-once': 'many patients at once',
  patients: 'many patients in a short time',
  bytes: 'very much in a short time',
  'above-usual': 'far more than it usually does',
  moves: 'very many studies in a short time',
  suspect: 'in the middle of an incident',
};

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { gets, moves, objects, bytes, moved, patients, reasons } = state;
  const titles = [...state.calling].sort();
  const did: string[] = [];
  if (gets > 0) {
    const many = patients.size >= MAX_PATIENTS ? 'at least ' : '';
    const of = patients.size > 0 ? ` of ${many}${amount(patients.size, 'patient')}` : '';
    const what =
      objects > 0 ? `${amount(objects, 'object')} (${size(bytes)})${of} came` : 'no object was seen to come';
    did.push(`${amount(gets, 'C-GET')}, by which ${what}`);
  }
  if (moves > 0) did.push(`${amount(moves, 'C-MOVE')}, by which ${amount(moved, 'object')} were sent on`);
  return {
    summary:
      `${who(inventory, source)} as ${enumerate(titles.map((title) => quote(title)))} retrieves from ` +
      `${who(inventory, destination, port)}, ${enumerate([...reasons].map((reason) => WORDS[reason]))}: ` +
      `${enumerate(did)}.`,
    data: {
      reasons: [...reasons].sort(),
      gets,
      moves,
      objects,
      bytes,
      moved_objects: moved,
      patients: patients.size,
      storage_provider_role: state.asProvider,
      calling_ae_titles: titles,
      source_country: inventory.country(source),
    },
  };
}
