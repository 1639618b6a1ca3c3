import type { Budget } from '../core/distinct.ts';
import type { PhiFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { EXACT_ENTRIES, Exposures, named } from './cleartext-phi.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, who } from './words.ts';

interface State {
  readonly exposures: Exposures;
  servicePort: number;
}

/**
 * Patients' identifiers in clear with a public address at either end: sent out, or given to who asked from outside, or
 * taken in from there over the Internet. One case per (sender, receiver); its count is messages.
 */
export const externalPhiToInternet = defineDetection<State>({
  meta: {
    id: 'external.phi-to-internet',
    title: 'Patient identifiers in clear over the Internet',
    severity: 'critical',
    escalation: 'none',
    why: 'These identifiers left the hospital, or came to it, readable to everybody on the way. Where the receiver is outside and nobody expects it, it is a disclosure of patient data, with duties to report it.',
    action:
      'Cut the path at the firewall now. Find out whose address the outside end is: a partner gets a VPN or TLS; anybody else makes this an incident. Keep the capture, and count whose data went from the patients named there.',
    reference: 'GDPR Art. 32, 33; 45 CFR 164.312(e), 164.402; DICOM PS3.15 Annex B',
    attack: ['T1048.003', 'T1040'],
    stage: 'exposure',
    thresholds: {},
    example: {
      fires: 'An integration engine sends ADT messages to a public address without TLS.',
      silent: 'The same inside; over TLS; an anonymous study that goes out.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { inventory } = context;
  const budget: Budget = { left: EXACT_ENTRIES };
  const newState = (): State => ({ exposures: new Exposures(budget), servicePort: 0 });

  function phi(fact: PhiFact, flow: Flow, time: Micros): void {
    const client = flow.client.address;
    const server = flow.server.address;
    if (!client.external && !server.external) return;
    const toServer = fact.to === 'server';
    const source = toServer ? client : server;
    const destination = toServer ? server : client;
    const found = context.open(source, destination, toServer ? flow.server.port : null, newState);
    found.state.servicePort = flow.server.port;
    found.state.exposures.add(fact);
    context.hit(found, 'critical', flow, time);
  }

  function describe({ source, destination, port, state, count }: Case<State>) {
    const { exposures } = state;
    const protocols = exposures.protocols;
    return {
      summary:
        `${who(inventory, source)} sent ${exposures.words()} in clear over the Internet to ` +
        `${who(inventory, destination, port)} in ${amount(count, 'message')} (${enumerate(protocols.map(named))}).`,
      data: {
        direction: destination.external ? 'out' : 'in',
        protocols,
        ...exposures.data(),
        service_port: state.servicePort,
        country: inventory.country(destination.external ? destination : source),
      },
    };
  }

  return { facts: { phi }, drop: (found) => found.state.exposures.release(), describe };
}
