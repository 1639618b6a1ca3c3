import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { MINUTE, type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, span, who } from './words.ts';

interface State {
  /** Connections on which no request came, and requests that nobody answered. */
  silent: number;
  unanswered: number;
  since: Micros;
  until: Micros;
}

interface Happening {
  readonly time: Micros;
  readonly silent: boolean;
}

/** What one source left open at one server within the window, oldest first. */
interface Pair {
  readonly happenings: Happening[];
  /** They are being told already. */
  told: boolean;
}

const MAX_OPEN = 65_536;
const MAX_PAIRS = 4096;
const MAX_SERVERS = 4096;
const MIN_HAPPENINGS = 256;

/** Registered with IANA for DICOM in clear. What speaks it on other ports is known once it answered. */
const REGISTERED: ReadonlySet<number> = new Set([104, 11112]);

/** Connections that occupy a DICOM server and ask for nothing. Its count is connections. */
export const dicomHalfOpen = defineDetection<State>({
  meta: {
    id: 'dicom.half-open',
    title: 'DICOM connections held open',
    severity: 'medium',
    escalation: 'none',
    why: 'A DICOM server waits for the request on each connection until its ARTIM timer runs out (PS3.8 §9.1.5), and takes few connections at a time. Connections that ask for nothing keep the devices out, and cost the attacker next to nothing. Requests that are never answered show a server that hangs.',
    action:
      'Stop the source, then check that the server answers (C-ECHO). If the requests went unanswered, look at the server first: it may hang.',
    reference: 'DICOM PS3.8 §9.1.4, §9.1.5 (ARTIM timer)',
    attack: ['T1499.002', 'T0814'],
    stage: 'disruption',
    thresholds: {
      connections: { default: 50, unit: 'connections without a request, or requests without an answer' },
      artim: { default: 30, unit: 'seconds without a request' },
      window: { default: 10, unit: 'minutes' },
    },
    example: {
      fires: 'Sixty connections to port 104 on which nothing is said for half a minute.',
      silent: 'A health check that connects and closes again, as often as it likes.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { connections: enough } = context.thresholds;
  const artim = context.thresholds.artim * SECOND;
  const window = context.thresholds.window * MINUTE;
  const maxHappenings = Math.max(MIN_HAPPENINGS, 2 * enough);
  /** Where DICOM was answered, by port: most connections of a network are told apart by it alone. */
  const ports = new Map<number, Set<string>>();
  let servers = 0;
  /** Connections without a request, by flow, oldest first; a flow leaves it when it asks or ends. */
  const open = new BoundedMap<number, { readonly flow: Flow; readonly since: Micros }>(MAX_OPEN);
  const pairs = new BoundedMap<string, Pair>(MAX_PAIRS);

  function speaksDicom({ server }: Flow): boolean {
    return REGISTERED.has(server.port) || (ports.get(server.port)?.has(server.address.text) ?? false);
  }

  function answered({ text }: Address, port: number): void {
    const known = ports.get(port);
    if (known?.has(text) || servers >= MAX_SERVERS) return;
    servers++;
    if (known === undefined) ports.set(port, new Set([text]));
    else known.add(text);
  }

  /** `since`: when it was opened or asked; `time` is now. */
  function happened(silent: boolean, since: Micros, flow: Flow, time: Micros): void {
    const key = `${flow.client.address.text} ${flow.server.address.text}`;
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { happenings: [], told: false };
      pairs.set(key, pair);
    } else pairs.touch(key);
    const { happenings } = pair;
    while (happenings.length > 0 && since - happenings[0].time > window) happenings.shift();
    if (happenings.length === 0) pair.told = false;
    if (happenings.length >= maxHappenings) happenings.shift();
    const one = { time: since, silent };
    happenings.push(one);
    if (pair.told) report([one], flow, time);
    else if (happenings.length >= enough) {
      pair.told = true;
      report(happenings, flow, time);
    }
  }

  function report(happenings: readonly Happening[], flow: Flow, time: Micros): void {
    const { client, server } = flow;
    const found = context.open(client.address, server.address, server.port, newState);
    const { state } = found;
    for (const one of happenings) {
      if (one.silent) state.silent++;
      else state.unanswered++;
      state.since = Math.min(state.since, one.time);
      state.until = Math.max(state.until, one.time);
    }
    context.hit(found, 'medium', flow, time, happenings.length);
  }

  /** Connections that have said nothing for as long as a server waits. */
  function judge(now: Micros): void {
    for (const [id, { flow, since }] of open.entries()) {
      if (now - since < artim) return;
      open.delete(id);
      if (isSilent(flow)) happened(true, since, flow, now);
    }
  }

  return {
    events: {
      'dicom.requested': (_event, flow) => {
        open.delete(flow.id);
      },
      'dicom.association': ({ association }, flow, time) => {
        if (association.outcome === 'unanswered' && flow.bothSides && flow.missedBytes === 0)
          happened(false, association.start, flow, time);
      },
    },
    facts: {
      flow: (fact, flow, time) => {
        if (fact.state === 'established') {
          if (flow.proto === 'tcp' && !flow.midstream && speaksDicom(flow))
            open.set(flow.id, { flow, since: time });
        } else if (fact.state === 'end' && open.size > 0) open.delete(flow.id);
      },
      service: (fact, flow) => {
        if (fact.protocol === 'dicom' && !fact.tls && fact.state !== 'asked')
          answered(flow.server.address, flow.server.port);
      },
    },
    tick: (time) => {
      if (open.size > 0) judge(time);
    },
    describe: (found) => describe(context, found),
  };
}

/** Nothing of another protocol, and nothing that the capture may have missed. */
function isSilent({ protocol, missedBytes, bytesToClient }: Flow): boolean {
  return (protocol === '' || protocol === 'dicom') && missedBytes === 0 && bytesToClient === 0;
}

const newState = (): State => ({
  silent: 0,
  unanswered: 0,
  since: Number.POSITIVE_INFINITY,
  until: Number.NEGATIVE_INFINITY,
});

function describe({ inventory, thresholds }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { silent, unanswered, since, until } = state;
  const deeds: string[] = [];
  if (silent > 0)
    deeds.push(`opened ${amount(silent, 'connection')} without asking for anything in ${thresholds.artim} s`);
  if (unanswered > 0) deeds.push(`sent ${amount(unanswered, 'request')} that got no answer`);
  return {
    summary: `${who(inventory, source)} ${enumerate(deeds)} to ${who(inventory, destination, port)} within ${span(until - since)}.`,
    data: {
      connections_without_request: silent,
      requests_without_answer: unanswered,
      seconds: Math.round((until - since) / SECOND),
      source_country: inventory.country(source),
    },
  };
}
