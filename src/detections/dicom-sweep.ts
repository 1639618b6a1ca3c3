import type { Association } from '../../dissectors/dicom/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { MINUTE, type Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { didWork, isProperEcho, proposesStorage } from './dicom-association.ts';
import { amount, quote, span, who } from './words.ts';

interface State {
  readonly servers: Set<string>;
  readonly called: Map<string, Address>;
  accepted: number;
  /** Servers that answered a C-ECHO: one that then hangs is known all the same. */
  readonly known: Set<string>;
  /** One did not answer a C-ECHO, or was called by another's name: whoever asks does not know them all. */
  strange: boolean;
  firstTry: Micros;
  lastTry: Micros;
}

interface Visit {
  readonly time: Micros;
  readonly server: Address;
  readonly port: number;
  readonly called: string;
  readonly accepted: boolean;
  readonly echoed: boolean;
  /** It was refused, or left unanswered as far as the capture can show that. */
  readonly strange: boolean;
}

interface Source {
  /** Within the window, oldest first. */
  readonly visits: Visit[];
  /** It used DICOM for what it is for, or serves it. */
  works: boolean;
  /** Which server it called last by each name. */
  readonly names: BoundedMap<string, Address>;
  /** Where the first of its sweeps went first; the case is kept under it. */
  first: { readonly server: Address; readonly port: number } | null;
  /** The visits so far belong to a sweep that was told. */
  sweeping: boolean;
}

const MAX_SOURCES = 8192;
const MAX_NAMES = 256;
const MIN_VISITS = 128;
const MAX_CALLED = 64;

/** One source asks many DICOM servers. One case for a source, kept under the server that it began with; its count is associations. */
export const dicomSweep = defineDetection<State>({
  meta: {
    id: 'dicom.sweep',
    title: 'Sweep over DICOM servers',
    severity: 'high',
    escalation:
      'medium when each server was called by a name of its own and answered a C-ECHO, as for a monitoring system',
    why: 'A device talks to the few servers it was set up for. Who asks many within minutes and has no work for them is drawing a map of the imaging network.',
    action:
      'Find out what the source is. A monitoring system of your own is put on the ignore list or learned by the baseline; anything else is isolated, and the servers that accepted it are looked at.',
    reference: 'DICOM PS3.8 §7.1, PS3.4 Annex A',
    attack: ['T1046', 'T1018', 'T0846', 'T0888'],
    stage: 'reconnaissance',
    baseline: 'less',
    thresholds: {
      servers: { default: 5, unit: 'servers asked' },
      window: { default: 5, unit: 'minutes' },
    },
    example: {
      fires: 'A workstation asks six hosts for Verification within a minute.',
      silent: 'An archive forwards images to six workstations within a minute.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { servers } = context.thresholds;
  const window = context.thresholds.window * MINUTE;
  const maxVisits = Math.max(MIN_VISITS, 2 * servers);
  const sources = new BoundedMap<string, Source>(MAX_SOURCES);

  function sourceOf({ text }: Address): Source {
    const known = sources.get(text);
    if (known !== undefined) {
      sources.touch(text);
      return known;
    }
    const made: Source = {
      visits: [],
      works: false,
      names: new BoundedMap(MAX_CALLED),
      first: null,
      sweeping: false,
    };
    sources.set(text, made);
    return made;
  }

  /** Work, or what the baseline knows, is no part of a sweep. */
  function counts(association: Association, source: Source, flow: Flow, time: Micros): boolean {
    const { callingAe, calledAe, messages } = association;
    const { client, server } = flow;
    const value = `${callingAe}>${calledAe}`;
    const verdict = context.baseline.judge('association', client.address, server.address, value);
    if (verdict === 'known') return false;
    const stored = messages['C-STORE-RQ'] !== undefined && messages['C-GET-RQ'] === undefined;
    if (verdict === 'new') return !stored;
    // Queries of many servers are work; those of somebody who lists everybody or guesses titles are not.
    if (didWork(association)) return !stored && context.suspects(client.address, time);
    if (proposesStorage(association)) return !source.works && isIdle(association, flow);
    if (!source.works || !isProperEcho(association)) return true;
    // Who works here knows each by its name when it looks whether it is up.
    const before = source.names.get(calledAe);
    source.names.set(calledAe, server.address);
    return before !== undefined && before.text !== server.address.text;
  }

  function visited(association: Association, flow: Flow, time: Micros): void {
    const source = sourceOf(flow.client.address);
    if (!counts(association, source, flow, time)) return;
    const { visits } = source;
    while (visits.length > 0 && time - visits[0].time > window) visits.shift();
    if (visits.length === 0) source.sweeping = false;
    if (visits.length >= maxVisits) visits.shift();
    const { accepted, calledAe: called } = association;
    const echoed = (association.statuses['C-ECHO-RSP']?.['0000'] ?? 0) > 0;
    const { address: server, port } = flow.server;
    const strange = association.rejection !== null || (!echoed && flow.bothSides && flow.missedBytes === 0);
    const visit: Visit = { time, server, port, called, accepted, echoed, strange };
    visits.push(visit);
    if (source.sweeping) {
      report(source, [visit], flow, time);
    } else if (new Set(visits.map((one) => one.server.text)).size >= servers) {
      source.sweeping = true;
      source.first ??= visits[0];
      report(source, visits, flow, time);
    }
  }

  function report({ first }: Source, visits: readonly Visit[], flow: Flow, time: Micros): void {
    if (first === null) return;
    const found = context.open(flow.client.address, first.server, first.port, newState);
    for (const visit of visits) note(found.state, visit);
    const isOwn = !found.state.strange && !found.source.external;
    context.hit(found, isOwn ? 'medium' : 'high', flow, time, visits.length);
  }

  return {
    events: {
      'dicom.association': ({ association }, flow, time) => {
        if (didWork(association)) {
          sourceOf(flow.client.address).works = true;
          sourceOf(flow.server.address).works = true;
        }
        if (!association.withoutRequest) visited(association, flow, time);
      },
    },
    describe: (found) => describe(context, found),
  };
}

/** Accepted and released, with nothing to store, of which the capture missed nothing. */
function isIdle({ accepted, outcome }: Association, { bothSides, missedBytes }: Flow): boolean {
  return accepted && outcome === 'released' && bothSides && missedBytes === 0;
}

const newState = (): State => ({
  servers: new Set(),
  called: new Map(),
  known: new Set(),
  strange: false,
  accepted: 0,
  firstTry: Number.POSITIVE_INFINITY,
  lastTry: Number.NEGATIVE_INFINITY,
});

function note(state: State, { time, server, called, accepted, echoed, strange }: Visit): void {
  if (state.servers.size < MAX_NAMES) state.servers.add(server.text);
  const owner = state.called.get(called);
  if (echoed && state.known.size < MAX_NAMES) state.known.add(server.text);
  if ((strange && !state.known.has(server.text)) || (owner !== undefined && owner.text !== server.text))
    state.strange = true;
  if (owner === undefined && state.called.size < MAX_NAMES) state.called.set(called, server);
  if (accepted) state.accepted++;
  state.firstTry = Math.min(state.firstTry, time);
  state.lastTry = Math.max(state.lastTry, time);
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, state } = found;
  const { servers, called, accepted } = state;
  const many = servers.size >= MAX_NAMES ? 'at least ' : '';
  const titles =
    called.size === 1 ? `all as ${quote([...called.keys()][0])}` : amount(called.size, 'AE title');
  return {
    summary:
      `${who(inventory, source)} asked ${many}${amount(servers.size, 'DICOM server')} in ` +
      `${span(state.lastTry - state.firstTry)}, ${who(inventory, destination)} first (${titles}); ` +
      `${amount(accepted, 'association was', 'associations were')} accepted.`,
    data: {
      servers: servers.size,
      server_addresses: [...servers].slice(0, 20),
      called_ae_titles: [...called.keys()].slice(0, 20),
      associations: found.count,
      accepted,
      seconds: Math.round((state.lastTry - state.firstTry) / 1e6),
      source_country: inventory.country(source),
    },
  };
}
