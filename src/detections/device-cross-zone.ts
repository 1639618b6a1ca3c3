import { type Address, isLikelyBroadcast, isRoutable } from '../core/address.ts';
import { FlowMemory, isAnswered, isSettled } from '../core/border.ts';
import { BoundedMap } from '../core/bounded.ts';
import { DistinctCounter } from '../core/distinct.ts';
import type { FlowFact, ServiceFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, size, who } from './words.ts';

interface State {
  connections: number;
  /** Attempts that were not answered. */
  unanswered: number;
  bytesOut: number;
  bytesIn: number;
  /** `dicom on 104/tcp`, `445/tcp`. */
  readonly services: Set<string>;
  /** Ports as `allow` writes them: `dicom tcp/104`, `tcp/445`. */
  readonly allow: Set<string>;
  /** Hosts that this case stands for beside its own: sources of its destination, or destinations of its source. */
  others: { readonly of: 'source' | 'destination'; readonly count: DistinctCounter } | null;
}

const MAX_SERVICES = 8;
const MAX_FLOWS = 65_536;
/** Hosts of which it is counted how many findings they have. */
const MAX_HOSTS = 8192;
/** Flows that may still turn out to be expected, once it shows what they speak. */
const MAX_WAITING = 16_384;
/** By then it has shown. */
const PATIENCE = 30 * SECOND;

/**
 * A flow goes into or out of a zone of medical devices that no `allow` entry expects. What stays inside one zone is
 * expected. One case per (client, server); beyond `peers` of them of one host, one more stands for the rest.
 */
export const deviceCrossZone = defineDetection<State>({
  meta: {
    id: 'device.cross-zone',
    title: 'Traffic across the border of a medical zone that nothing allows',
    severity: 'medium',
    escalation: 'low while nothing was answered',
    why: 'Segmentation is what keeps an office PC with malware from an infusion pump. What crosses the border of a medical zone without having been allowed is a hole in the firewall, a device in the wrong network, or somebody who found a way.',
    action:
      'If the traffic is needed, add it to `allow` (the finding has the entry) and to the firewall; if not, find out why the firewall lets it through, and what the source is after.',
    reference:
      'IEC 62443-3-3 SR 5.1, SR 5.2 (network segmentation, zone boundary protection); NIST SP 800-82',
    attack: ['T1021', 'T0886'],
    stage: 'access',
    thresholds: {
      peers: { default: 16, unit: 'findings of their own between one host and others' },
    },
    example: {
      fires:
        'An office PC opens a connection to an infusion pump whose zone is medical; `allow` says nothing of it.',
      silent:
        'The same from the pump server, from which `allow` expects it; two pumps of one zone talk to each other.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { policy } = context;
  const handlers: Handlers<State> = { describe: (found) => describe(context, found) };
  // Nothing to judge: no fact needs to be looked at.
  if (!policy.hasMedicalZones) return handlers;

  /** Open flows that were told of, with their case. */
  const told = new BoundedMap<number, Case<State>>(MAX_FLOWS);
  /** Open flows that turned out to be expected by what they carry. */
  const expected = new FlowMemory(MAX_FLOWS);
  const waiting = new BoundedMap<number, { readonly flow: Flow; readonly since: Micros }>(MAX_WAITING);
  const fans = {
    source: new BoundedMap<string, Fan>(MAX_HOSTS),
    destination: new BoundedMap<string, Fan>(MAX_HOSTS),
  };

  function crosses({ client, server }: Flow): boolean {
    const from = policy.zone(client.address);
    const to = policy.zone(server.address);
    if (from === to || (from?.medical !== true && to?.medical !== true)) return false;
    return isRoutable(client.address) && isRoutable(server.address);
  }

  function flowFact(fact: FlowFact, flow: Flow, time: Micros): void {
    if (fact.state === 'open' || !crosses(flow)) return;
    const ended = fact.state === 'end';
    if (!isSettled(fact, flow)) return;
    if (ended) waiting.delete(flow.id);
    if (expected.has(flow)) {
      if (ended) expected.forget(flow);
      return;
    }
    if (!told.has(flow.id)) {
      if (isAllowed(flow, flow.protocol)) return;
      const answered = isAnswered(fact, flow);
      if (!ended) {
        if (!answered) return;
        if (mayBeExpected(flow)) {
          if (!waiting.has(flow.id)) waiting.set(flow.id, { flow, since: time });
          return;
        }
      } else if (isNothing(flow, answered)) return;
      report(flow, answered, time);
    }
    if (ended) account(flow, time);
  }

  /** What is inside TLS or HTTP shows after the flow got its name. */
  function serviceFact({ protocol }: ServiceFact, flow: Flow): void {
    if (!crosses(flow) || protocol === flow.protocol || told.has(flow.id)) return;
    if (!isAllowed(flow, protocol)) return;
    waiting.delete(flow.id);
    expected.first(flow);
  }

  function isAllowed(flow: Flow, protocol: string): boolean {
    const { client, server, proto } = flow;
    if (policy.allows(client.address, server.address, protocol, proto, server.port)) return true;
    // Who opened it is a guess: the other way round would do as well.
    return (
      flow.orientation === 'guess' &&
      policy.allows(server.address, client.address, protocol, proto, client.port)
    );
  }

  /** Some traffic between the two is expected: what this is has to show first. */
  function mayBeExpected({ client, server, orientation }: Flow): boolean {
    if (policy.expects(client.address, server.address)) return true;
    return orientation === 'guess' && policy.expects(server.address, client.address);
  }

  /**
   * Nothing to tell of: connections that carried nothing between two that are expected to talk (checks whether a port
   * is open), a guess at who called whom between such, and datagrams to all hosts of a network.
   */
  function isNothing(flow: Flow, answered: boolean): boolean {
    const empty = flow.bytesToServer === 0 && flow.bytesToClient === 0;
    if ((empty || flow.orientation === 'guess') && mayBeExpected(flow)) return true;
    return flow.proto === 'udp' && !answered && isLikelyBroadcast(flow.server.address);
  }

  function report(flow: Flow, answered: boolean, time: Micros): void {
    const found = caseOf(flow);
    told.set(flow.id, found);
    const { state } = found;
    if (answered) state.connections++;
    else state.unanswered++;
    if (state.others !== null) {
      const { of, count } = state.others;
      count.add((of === 'source' ? flow.client : flow.server).address.text);
    }
    name(state, flow);
    context.hit(found, state.connections > 0 ? 'medium' : 'low', flow, time);
  }

  /** A flow that was told of is over: how much went by. */
  function account(flow: Flow, time: Micros): void {
    const found = told.get(flow.id)!;
    told.delete(flow.id);
    const { state } = found;
    state.bytesOut += flow.bytesToServer;
    state.bytesIn += flow.bytesToClient;
    name(state, flow);
    context.hit(found, state.connections > 0 ? 'medium' : 'low', flow, time, 0);
  }

  /** The case of the two, or the one that stands for the rest when either has many. */
  function caseOf({ client, server }: Flow): Case<State> {
    const source = client.address;
    const destination = server.address;
    const known = context.find(source, destination);
    if (known !== undefined) return known;
    const from = fanOf(fans.source, source);
    const to = fanOf(fans.destination, destination);
    const full = from.cases >= limit ? from : to.cases >= limit ? to : null;
    if (full === null) {
      from.cases++;
      to.cases++;
      return context.open(source, destination, server.port, newState);
    }
    // The case may have been let go meanwhile: then the next host stands for the rest.
    const rest = full.rest ?? [source, destination];
    full.rest = rest;
    const found = context.open(rest[0], rest[1], full === from ? null : server.port, newState);
    found.state.others ??= {
      of: full === from ? 'destination' : 'source',
      count: new DistinctCounter(1024, 10),
    };
    return found;
  }

  const limit = Math.max(1, context.thresholds.peers);

  return {
    ...handlers,
    facts: { flow: flowFact, service: serviceFact },
    tick(time) {
      for (const [id, { flow, since }] of waiting.entries()) {
        if (time - since < PATIENCE && time >= since) break;
        waiting.delete(id);
        if (isAllowed(flow, flow.protocol) || isNothing(flow, true)) continue;
        report(flow, true, time);
      }
    },
  };
}

/** How many cases one host has, and which one stands for all further ones. */
interface Fan {
  cases: number;
  rest: readonly [Address, Address] | null;
}

function fanOf(fans: BoundedMap<string, Fan>, { text }: Address): Fan {
  let fan = fans.get(text);
  if (fan === undefined) {
    fan = { cases: 0, rest: null };
    fans.set(text, fan);
  }
  return fan;
}

function newState(): State {
  return {
    connections: 0,
    unanswered: 0,
    bytesOut: 0,
    bytesIn: 0,
    services: new Set(),
    allow: new Set(),
    others: null,
  };
}

/** What a flow spoke shows while it goes on: the name without takes the place of the one with. */
function name({ services, allow }: State, { protocol, proto, server }: Flow): void {
  const port = `${server.port}/${proto}`;
  const entry = `${proto}/${server.port}`;
  if (protocol === '') {
    for (const known of services) if (known.endsWith(` on ${port}`)) return;
    if (services.size < MAX_SERVICES) services.add(port);
    if (allow.size < MAX_SERVICES) allow.add(entry);
    return;
  }
  if (services.delete(port)) allow.delete(entry);
  if (services.size < MAX_SERVICES) services.add(`${protocol} on ${port}`);
  if (allow.size < MAX_SERVICES) allow.add(`${protocol} ${entry}`);
}

function describe({ inventory, policy, thresholds }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const services = [...state.services].sort();
  const zoneOf = (address: Address) =>
    policy.zone(address)?.name ?? (address.external ? 'outside' : 'no zone');
  const from = zoneOf(source);
  const to = zoneOf(destination);
  const whoIs = (address: Address, at: number | null, zone: string) =>
    `${who(inventory, address, at)}${address.external ? '' : ` (${zone})`}`;
  const others = state.others === null ? 0 : Math.max(0, state.others.count.count() - 1);
  const more = others === 0 ? '' : ` and ${amount(others, 'more host')}`;
  const ofSource = state.others?.of === 'source';
  const did =
    state.connections > 0
      ? `opened ${amount(state.connections, 'connection')} to`
      : `tried ${amount(state.unanswered, 'time')} to reach`;
  const end =
    state.connections > 0
      ? `sent ${size(state.bytesOut)}, got ${size(state.bytesIn)}`
      : 'no connection came about';
  const rest =
    state.others === null
      ? ''
      : ` This stands for all beyond the ${thresholds.peers} that have findings of their own.`;
  return {
    summary:
      `${whoIs(source, null, from)}${ofSource ? more : ''} ${did} ` +
      `${whoIs(destination, port, to)}${ofSource ? '' : more}, which allow does not expect: ` +
      `${enumerate(services)}; ${end}.${rest}`,
    data: {
      source_zone: from,
      destination_zone: to,
      services,
      connections: state.connections,
      unanswered: state.unanswered,
      bytes_out: state.bytesOut,
      bytes_in: state.bytesIn,
      other_hosts: others,
      allow: { from: source.text, to: destination.text, service: [...state.allow].sort() },
    },
  };
}
