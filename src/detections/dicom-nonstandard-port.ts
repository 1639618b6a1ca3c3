import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { ServiceFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { who } from './words.ts';

interface State {
  answered: boolean;
  tls: boolean;
}

const MAX_SERVERS = 4096;

/**
 * Registered with IANA: 104, 2761, 2762, 11112. What programs have by default, and nmap looks at: 2345 (ClearCanvas),
 * 4242 (Orthanc), 4006 (GE Advantage), 4096 (OsiriX), 4100 (Merge), 5678 (ConQuest), 10004 (DCMTK's print server),
 * 11113 (beside 11112).
 */
const USUAL: ReadonlySet<number> = new Set([
  104, 2761, 2762, 11112, 2345, 4242, 4006, 4096, 4100, 5678, 10004, 11113,
]);

/** A server speaks DICOM where nobody would look for it. One case for a server's port, under the client seen first. */
export const dicomNonstandardPort = defineDetection<State>({
  meta: {
    id: 'dicom.nonstandard-port',
    title: 'DICOM on an unusual port',
    severity: 'low',
    escalation: 'none',
    why: 'Firewall rules, scanners and monitors look for DICOM on its usual ports. A server elsewhere escapes them: one that somebody set up without asking, or a listener that receives what was stolen.',
    action:
      'Find out whose server it is. If it belongs there, name its port in an allow entry; if not, take it off.',
    reference: 'DICOM PS3.8 §9.1.1; IANA service names acr-nema, dicom, dicom-iscl, dicom-tls',
    attack: ['T1571', 'T0885'],
    stage: 'exposure',
    thresholds: {},
    example: {
      fires: 'A DICOM server answers on port 50000.',
      silent: 'One that answers on 4242, or on a port that the policy names.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  /** By address and port, the client that the case is kept under. */
  const first = new BoundedMap<string, Address>(MAX_SERVERS);

  function service(fact: ServiceFact, flow: Flow, time: Micros): void {
    if (fact.protocol !== 'dicom' || fact.state === 'asked') return;
    const { client, server } = flow;
    if (USUAL.has(server.port) || flow.orientation === 'guess') return;
    if (context.policy.namesPort(server.address, 'tcp', server.port)) return;
    const key = `${server.address.text} ${server.port}`;
    let source = first.get(key);
    if (source === undefined) {
      source = client.address;
      first.set(key, source);
    }
    const found = context.open(source, server.address, server.port, () => ({ answered: false, tls: false }));
    if (fact.state === 'answered') found.state.answered = true;
    if (fact.tls) found.state.tls = true;
    context.hit(found, 'low', flow, time);
  }

  return { facts: { service }, describe: (found) => describe(context, found) };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const spoken = state.tls ? 'DICOM over TLS' : 'DICOM';
  const answer = state.answered ? 'answers' : 'answered, to refuse,';
  return {
    summary: `${who(inventory, destination, port)} ${answer} in ${spoken} on port ${port}, which is no usual one for it; ${who(inventory, source)} asked first.`,
    data: { port, tls: state.tls, answered: state.answered, first_client: source.text },
  };
}
