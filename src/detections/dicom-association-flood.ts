import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, span, who } from './words.ts';

interface State {
  requests: number;
  /** Most in one second. */
  most: number;
  since: Micros;
  until: Micros;
}

/** One source's requests, second by second from its first request on. */
interface Source {
  second: Micros;
  requests: number;
  /** Seconds in a row with too many, and the requests in them. */
  seconds: number;
  pending: number;
  most: number;
  since: Micros;
  flow: Flow;
}

const MAX_SOURCES = 8192;

/** One source asks for associations faster than any device does. Its count is requests. */
export const dicomAssociationFlood = defineDetection<State>({
  meta: {
    id: 'dicom.association-flood',
    title: 'Flood of association requests',
    severity: 'high',
    escalation: 'none',
    why: 'A DICOM server takes a few associations at a time, often ten or twenty. Who asks for more than any device does keeps all devices out: no images are sent or shown.',
    action:
      'Stop the source at the switch or firewall, then check that the server answers (C-ECHO). A device that does this has a fault in its retries: its vendor is told.',
    reference: 'DICOM PS3.8 §7.1, §9.1',
    attack: ['T1499.002', 'T0814'],
    stage: 'disruption',
    thresholds: {
      requests: { default: 20, unit: 'association requests in a second; more are too many' },
      seconds: { default: 3, unit: 'seconds in a row' },
    },
    example: {
      fires: 'Thirty requests a second for three seconds.',
      silent: 'Thirty requests within one second; an association for each of thirty images a second.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { requests: tooMany, seconds: enough } = context.thresholds;
  /** Those whose present second has too many already. */
  const loud = new Set<Source>();
  const sources = new BoundedMap<string, Source>(MAX_SOURCES, (_text, source) => loud.delete(source));

  function requested(flow: Flow, time: Micros): void {
    const { text } = flow.client.address;
    const source = sources.get(text);
    if (source === undefined) {
      const made = { second: time, requests: 1, seconds: 0, pending: 0, most: 0, since: time, flow };
      sources.set(text, made);
      return;
    }
    // A clock that was set back begins anew.
    if (time < source.second) reset(source, time);
    close(source, time);
    source.flow = flow;
    if (++source.requests > tooMany) loud.add(source);
  }

  /** Ends the second that is over, and those in which nothing came. */
  function close(source: Source, time: Micros): void {
    if (time - source.second < SECOND) return;
    loud.delete(source);
    if (source.requests > tooMany) {
      source.seconds++;
      source.pending += source.requests;
      source.most = Math.max(source.most, source.requests);
      if (source.seconds >= enough) tell(source);
    } else source.seconds = 0;
    const contiguous = time - source.second < 2 * SECOND;
    if (source.seconds === 0 || !contiguous) reset(source, contiguous ? source.second + SECOND : time);
    else source.second += SECOND;
    source.requests = 0;
  }

  function tell(source: Source): void {
    const { client, server } = source.flow;
    const { since } = source;
    const until = source.second + SECOND;
    const found = context.open(client.address, server.address, server.port, () => newState(since));
    const { state } = found;
    state.requests += source.pending;
    state.most = Math.max(state.most, source.most);
    state.until = until;
    context.hit(found, 'high', source.flow, until, source.pending);
    source.pending = 0;
  }

  function stored({ text }: Address): void {
    const source = sources.get(text);
    if (source !== undefined && source.requests > 0) source.requests--;
  }

  function closeAll(time: Micros): void {
    for (const source of loud) close(source, time);
  }

  return {
    events: {
      'dicom.requested': ({ association }, flow, time) => {
        if (!association.withoutRequest) requested(flow, time);
      },
      'dicom.association': ({ association }, flow) => {
        // An association for each image, however fast, is work that gets done.
        if (association.messages['C-STORE-RSP'] !== undefined) stored(flow.client.address);
      },
    },
    tick: closeAll,
    // The last second of a capture need not be seen to its very end.
    end: (time) => closeAll(time + SECOND / 10),
    describe: (found) => describe(context, found),
  };
}

function reset(source: Source, second: Micros): void {
  source.second = source.since = second;
  source.requests = source.seconds = source.pending = source.most = 0;
}

const newState = (since: Micros): State => ({ requests: 0, most: 0, since, until: since });

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { requests, most, since, until } = state;
  return {
    summary:
      `${who(inventory, source)} flooded ${who(inventory, destination, port)} with ` +
      `${amount(requests, 'association request')} in ${span(until - since)}, up to ${most} in one second.`,
    data: {
      requests,
      most_in_a_second: most,
      seconds: Math.round((until - since) / SECOND),
      source_country: inventory.country(source),
    },
  };
}
