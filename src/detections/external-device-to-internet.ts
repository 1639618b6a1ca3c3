import type { Address } from '../core/address.ts';
import { FlowMemory, isConnection, isSettled } from '../core/border.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { FlowFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import type { Role } from '../trackers/asset.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import type { Severity } from './finding.ts';
import { amount, enumerate, size, who } from './words.ts';

interface State {
  connections: number;
  /** Attempts that were not answered. */
  unanswered: number;
  bytesOut: number;
  bytesIn: number;
  /** `443/tcp`. */
  readonly services: Set<string>;
}

/** What one host did with one peer before it was known to be medical. */
interface Pending extends State {
  readonly source: Address;
  readonly destination: Address;
  readonly port: number;
  readonly firstSeen: Micros;
  lastSeen: Micros;
  lastFlow: Flow | null;
}

const HIGH_ROLES: ReadonlySet<Role> = new Set<Role>(['modality', 'infusion-pump', 'patient-monitor']);

const MAX_SERVICES = 8;
/** Hosts inside, and peers of each, whose connections are kept until it shows whether the host is medical. */
const MAX_PENDING_HOSTS = 4096;
const MAX_PENDING_PEERS = 16;
const MAX_FLOWS = 65_536;

/**
 * A medical device opens a connection to the Internet. What a host is shows late, by its behaviour: until then
 * its connections wait in a bounded table, and count when it turns out to be medical. One case per (device,
 * peer); its count is connections and attempts.
 */
export const externalDeviceToInternet = defineDetection<State>({
  meta: {
    id: 'external.device-to-internet',
    title: 'Medical device connects to the Internet',
    severity: 'medium',
    escalation: 'high for a modality, an infusion pump or a patient monitor',
    why: 'A device that reaches the Internet can be reached from it, through an update that is not one, a command server or a phone-home that carries patient data. Few devices need it, and those name whom.',
    action:
      "Ask the manufacturer's documents whether this peer is an update or service host; allow it by name through a proxy, and block the rest for this device.",
    reference:
      'CVE-2025-0626, CVE-2025-0683 (a monitor that sends patient data to a public address); IEC 80001-1',
    attack: ['T1071', 'T1041', 'T0869'],
    stage: 'exposure',
    thresholds: {},
    example: {
      fires: 'A scanner that stored images to the PACS fetches something from a public web server.',
      silent: 'An office PC without medical traffic does the same; the scanner reaches an internal proxy.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { inventory } = context;
  const begun = new FlowMemory(MAX_FLOWS);
  /** By host, then by peer. */
  const pending = new BoundedMap<string, Map<string, Pending>>(MAX_PENDING_HOSTS);

  const newState = (): State => ({
    connections: 0,
    unanswered: 0,
    bytesOut: 0,
    bytesIn: 0,
    services: new Set(),
  });

  const severityOf = (source: Address): Severity =>
    HIGH_ROLES.has(inventory.role(source.text)) ? 'high' : 'medium';

  function waiting(source: Address, destination: Address, port: number, time: Micros): Pending | null {
    let peers = pending.get(source.text);
    if (peers === undefined) {
      peers = new Map();
      pending.set(source.text, peers);
    }
    let found = peers.get(destination.text);
    if (found === undefined) {
      if (peers.size >= MAX_PENDING_PEERS) return null;
      found = {
        ...newState(),
        source,
        destination,
        port,
        firstSeen: time,
        lastSeen: time,
        lastFlow: null,
      };
      peers.set(destination.text, found);
    }
    found.lastSeen = time;
    return found;
  }

  /** All that waited for a host becomes cases, now that it is medical. */
  function promote(ip: string): void {
    if (pending.size === 0) return;
    const peers = pending.get(ip);
    if (peers === undefined || !inventory.medical(ip)) return;
    pending.delete(ip);
    for (const one of peers.values()) {
      const found = context.open(one.source, one.destination, one.port, newState);
      add(found.state, one);
      const severity = severityOf(one.source);
      const times = one.connections + one.unanswered;
      context.hit(found, severity, one.lastFlow, one.firstSeen, times);
      if (one.lastSeen > one.firstSeen) context.hit(found, severity, null, one.lastSeen, 0);
    }
  }

  function outbound(fact: FlowFact, flow: Flow, time: Micros): void {
    const source = flow.client.address;
    const destination = flow.server.address;
    if (!destination.external || !source.internal) return;
    const ended = fact.state === 'end';
    // Who opened a flow that was joined in the middle and never recognised is a guess: no finding on a guess.
    if (!isSettled(fact, flow) || (flow.proto === 'tcp' && flow.orientation === 'guess')) return;
    const connected = isConnection(fact, flow);
    if (!connected && !ended) return;
    const first = begun.first(flow);
    if (ended) begun.forget(flow);
    const medical = inventory.medical(source.text);
    const found = medical
      ? context.open(source, destination, flow.server.port, newState)
      : waiting(source, destination, flow.server.port, time);
    if (found === null) return;
    const state = 'state' in found ? found.state : found;
    if (first) {
      if (connected) state.connections++;
      else state.unanswered++;
      if (state.services.size < MAX_SERVICES) state.services.add(`${flow.server.port}/${flow.proto}`);
    }
    if (ended) {
      state.bytesOut += flow.bytesToServer;
      state.bytesIn += flow.bytesToClient;
    }
    if ('state' in found) context.hit(found, severityOf(source), flow, time, first ? 1 : 0);
    else found.lastFlow ??= flow;
  }

  return {
    facts: {
      flow: outbound,
      // What makes a host medical.
      activity: (fact, flow) => promote(flow[fact.side].address.text),
      service: (fact, flow) => {
        if (fact.medical && fact.state !== 'asked') promote(flow.server.address.text);
      },
    },
    end() {
      for (const ip of [...pending.keys()]) promote(ip);
      // A role that showed after the finding.
      for (const found of context.cases()) context.grade(found, severityOf(found.source));
    },
    describe: (found) => describe(context, found),
  };
}

function add(to: State, from: State): void {
  to.connections += from.connections;
  to.unanswered += from.unanswered;
  to.bytesOut += from.bytesOut;
  to.bytesIn += from.bytesIn;
  for (const service of from.services) if (to.services.size < MAX_SERVICES) to.services.add(service);
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, state } = found;
  const services = [...state.services];
  const did =
    state.connections > 0
      ? `opened ${amount(state.connections, 'connection')} to`
      : `tried ${amount(state.unanswered, 'time')} to reach`;
  const end =
    state.connections > 0 ? `sent ${size(state.bytesOut)}, got ${size(state.bytesIn)}` : 'no answer was seen';
  return {
    summary: `${who(inventory, source)} ${did} ${who(inventory, destination)} on ${enumerate(services)}; ${end}.`,
    data: {
      country: inventory.country(destination),
      role: inventory.role(source.text),
      services,
      connections: state.connections,
      unanswered: state.unanswered,
      bytes_out: state.bytesOut,
      bytes_in: state.bytesIn,
    },
  };
}
