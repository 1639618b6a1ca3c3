import type { Address } from '../core/address.ts';
import { FlowMemory, isConnection, isSettled } from '../core/border.ts';
import type { FlowFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { UntilMedical } from './until-medical.ts';
import { amount, enumerate, size, who } from './words.ts';

interface UnneededService {
  readonly port: number;
  readonly proto: 'tcp' | 'udp' | 'both';
  readonly name: string;
  /** Why no device needs it at a public address. */
  readonly why: string;
}

/**
 * Services that no medical device needs at a public address. Not among them, though devices seldom need them either:
 * SSH and FTP (manufacturers' remote service and software updates go over them), mail, databases (records systems keep
 * theirs with a hosting provider), and NetBIOS names, which Windows asks of any address by itself.
 * `external.device-to-internet` tells of those too.
 */
const UNNEEDED: readonly UnneededService[] = [
  {
    port: 515,
    proto: 'tcp',
    name: 'LPD',
    why: 'Contec CMS8000 sends patient data to a hard-coded public address on it (CVE-2025-0683); printers are inside',
  },
  {
    port: 2049,
    proto: 'both',
    name: 'NFS',
    why: 'Contec CMS8000 mounts a public share and runs what is on it (CVE-2025-0626)',
  },
  { port: 111, proto: 'both', name: 'portmapper', why: 'comes before an NFS mount (RFC 1833)' },
  {
    port: 20048,
    proto: 'both',
    name: 'NFS mountd',
    why: 'the mount protocol of NFS version 3 (RFC 1813 appendix I)',
  },
  {
    port: 445,
    proto: 'tcp',
    name: 'SMB',
    why: 'gives the Windows login to whoever answers; worms spread by it',
  },
  { port: 139, proto: 'tcp', name: 'SMB over NetBIOS', why: 'as SMB' },
  { port: 135, proto: 'tcp', name: 'Windows RPC', why: 'administration inside a domain' },
  { port: 3389, proto: 'both', name: 'RDP', why: 'a device is no place to control other computers from' },
  { port: 5900, proto: 'tcp', name: 'VNC', why: 'as RDP' },
  { port: 5985, proto: 'tcp', name: 'WinRM', why: 'administration inside a domain' },
  { port: 23, proto: 'tcp', name: 'Telnet', why: 'what botnets of devices search for' },
  { port: 2323, proto: 'tcp', name: 'Telnet (alternate)', why: 'as Telnet' },
  { port: 512, proto: 'tcp', name: 'rexec', why: 'commands without protection (RFC 1282 and kin)' },
  { port: 513, proto: 'tcp', name: 'rlogin', why: 'as rexec' },
  { port: 514, proto: 'tcp', name: 'rsh', why: 'as rexec' },
  {
    port: 69,
    proto: 'udp',
    name: 'TFTP',
    why: 'boot files and firmware without a login; the second step of many worms',
  },
  { port: 9100, proto: 'tcp', name: 'raw printing', why: 'printers are inside' },
  { port: 631, proto: 'tcp', name: 'IPP', why: 'printers are inside' },
  { port: 6667, proto: 'tcp', name: 'IRC', why: 'command channels of botnets' },
  { port: 5555, proto: 'tcp', name: 'Android debug bridge', why: 'what botnets of devices search for' },
];

const byPort = new Map(UNNEEDED.map((row) => [row.port, row]));

interface State {
  connections: number;
  /** Attempts that were not answered. */
  unanswered: number;
  bytesOut: number;
  bytesIn: number;
  readonly services: Set<UnneededService>;
}

interface Waiting extends State {
  readonly source: Address;
  readonly destination: Address;
  readonly port: number;
  readonly firstSeen: Micros;
  lastSeen: Micros;
  readonly flow: Flow;
}

const MAX_FLOWS = 65_536;

/**
 * A medical device connects, or tries to, to a public address on the port of a service that none of them needs there. A
 * silent beacon counts when its sender shows, before or later, to be medical. One case per (device, peer); its count is
 * connections and attempts.
 */
export const externalSuspiciousPort = defineDetection<State>({
  meta: {
    id: 'external.suspicious-port',
    title: 'Medical device tries a service on the Internet that no device needs',
    severity: 'high',
    escalation: 'none',
    why: 'A patient monitor sold world-wide was built to send patient data to a public address on port 515 and to run what a share there held. File shares, printing, remote desktops and Telnet have no business between a device and the Internet: it is a back door, a worm, or a very wrong setting.',
    action:
      'Take the device off the network or block it at the firewall now, even if nothing answered: it will try again. Compare with others of its model, then ask the manufacturer what connects to this address.',
    reference:
      'CISA ICSMA-25-030-01 and its fact sheet on the Contec CMS8000 (CVE-2025-0626, CVE-2025-0683); IEC 80001-1',
    attack: ['T1041', 'T1571', 'T0885'],
    stage: 'exfiltration',
    thresholds: {},
    example: {
      fires: 'A patient monitor that speaks HL7 inside sends SYNs to a public address on port 515.',
      silent:
        'The same to a print server inside; an office PC; a scanner that reaches an HTTPS server outside.',
    },
  },
  create,
});

const newState = (): State => ({
  connections: 0,
  unanswered: 0,
  bytesOut: 0,
  bytesIn: 0,
  services: new Set(),
});

function create(context: Context<State>): Handlers<State> {
  const { inventory } = context;
  const begun = new FlowMemory(MAX_FLOWS);
  const waiting = new UntilMedical<Waiting>(inventory, (one) => {
    const found = context.open(one.source, one.destination, one.port, newState);
    add(found.state, one);
    context.hit(found, 'high', one.flow, one.firstSeen, one.connections + one.unanswered);
    if (one.lastSeen > one.firstSeen) context.hit(found, 'high', null, one.lastSeen, 0);
  });

  function wait(flow: Flow, time: Micros): Waiting | null {
    const source = flow.client.address;
    const destination = flow.server.address;
    const known = waiting.find(source.text, destination.text);
    if (known !== undefined) return known;
    const one: Waiting = {
      ...newState(),
      source,
      destination,
      port: flow.server.port,
      firstSeen: time,
      lastSeen: time,
      flow,
    };
    return waiting.add(source.text, destination.text, one) ? one : null;
  }

  function outbound(fact: FlowFact, flow: Flow, time: Micros): void {
    const row = byPort.get(flow.server.port);
    if (row === undefined || (row.proto !== 'both' && row.proto !== flow.proto)) return;
    const { address: destination } = flow.server;
    const { address: source } = flow.client;
    if (!destination.external || !source.internal) return;
    // Who opened a flow that was joined in the middle and never recognised is a guess: no finding on a guess.
    if (!isSettled(fact, flow) || (flow.proto === 'tcp' && flow.orientation === 'guess')) return;
    const ended = fact.state === 'end';
    const connected = isConnection(fact, flow);
    if (!connected && !ended) return;
    const first = begun.first(flow);
    if (ended) begun.forget(flow);
    const found = inventory.medical(source.text)
      ? context.open(source, destination, flow.server.port, newState)
      : null;
    const state = found === null ? wait(flow, time) : found.state;
    if (state === null) return;
    if (first) {
      if (connected) state.connections++;
      else state.unanswered++;
      state.services.add(row);
    }
    if (ended) {
      state.bytesOut += flow.bytesToServer;
      state.bytesIn += flow.bytesToClient;
    }
    if (found !== null) context.hit(found, 'high', flow, time, first ? 1 : 0);
    else (state as Waiting).lastSeen = time;
  }

  return {
    facts: { ...waiting.facts, flow: outbound },
    tick: (time) => waiting.tick(time),
    end: () => waiting.end(),
    describe: (found) => describe(context, found),
  };
}

function add(to: State, from: State): void {
  to.connections += from.connections;
  to.unanswered += from.unanswered;
  to.bytesOut += from.bytesOut;
  to.bytesIn += from.bytesIn;
  for (const service of from.services) to.services.add(service);
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, state } = found;
  const services = [...state.services].sort((a, b) => a.port - b.port);
  const named = services.map(({ name, port }) => `${name} (port ${port})`);
  const did: string[] = [];
  if (state.connections > 0)
    did.push(
      `${amount(state.connections, 'connection')}, ${size(state.bytesOut)} sent, ${size(state.bytesIn)} got`,
    );
  if (state.unanswered > 0) did.push(`${amount(state.unanswered, 'attempt')} without an answer`);
  return {
    summary: `${who(inventory, source)} reached for ${enumerate(named)} at ${who(inventory, destination)}, which no device needs there: ${enumerate(did)}.`,
    data: {
      country: inventory.country(destination),
      role: inventory.role(source.text),
      services: services.map(({ name }) => name),
      ports: services.map(({ port }) => port),
      connections: state.connections,
      unanswered: state.unanswered,
      bytes_out: state.bytesOut,
      bytes_in: state.bytesIn,
    },
  };
}
