import { FlowMemory } from '../core/border.ts';
import type { ServiceFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import type { Severity } from './finding.ts';
import { UntilMedical } from './until-medical.ts';
import { amount, enumerate, who } from './words.ts';

/** A page that somebody outside was given by a host of which nothing is known yet. */
interface Page {
  readonly fact: ServiceFact;
  readonly flow: Flow;
  readonly time: Micros;
}

interface State {
  answered: boolean;
  refused: boolean;
  /** Messages with identifiers of patients that went by. */
  exposures: number;
  /** Medical protocols spoken, as `dicom` or `dicom over TLS`. */
  readonly protocols: Set<string>;
  readonly ports: Set<number>;
}

const MANY = 16;
const MAX_FLOWS = 65_536;

/**
 * A peer outside speaks a medical protocol to a server inside. One case per (peer, server); its count is
 * connections. That the server refuses the association still shows it to be reachable.
 */
export const externalMedicalServiceExposed = defineDetection<State>({
  meta: {
    id: 'external.medical-service-exposed',
    title: 'Medical service reached from outside',
    severity: 'high',
    escalation: 'critical when it answered and patient identifiers followed; medium when it was only asked',
    why: 'DICOM and HL7 were made for closed networks: most servers give data to anyone who asks with a known AE title or none. Thousands are reachable from the Internet, and are found by scanners within hours.',
    action:
      'Close the path at the firewall now (or let in one named peer through a VPN), then look through what this peer was given, by the community ids, and whether others came before.',
    reference: 'DICOM PS3.15 Annex B; CISA advisories on exposed PACS',
    attack: ['T1190', 'T1133', 'T0883'],
    stage: 'access',
    thresholds: {},
    example: {
      fires: 'A host outside sends an A-ASSOCIATE-RQ to a PACS inside, which accepts.',
      silent:
        'The same from another internal network; a web page of a host that is not medical, read from outside.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const counted = new FlowMemory(MAX_FLOWS);
  const newState = (): State => ({
    answered: false,
    refused: false,
    exposures: 0,
    protocols: new Set(),
    ports: new Set(),
  });

  /** The case of a flow from outside to a server inside; null for all others. */
  function caseOf(flow: Flow, protocol: string): Case<State> | null {
    const source = flow.client.address;
    const destination = flow.server.address;
    if (!source.external || !destination.internal) return null;
    const found = context.open(source, destination, flow.server.port, newState);
    const { protocols, ports } = found.state;
    if (protocols.size < MANY) protocols.add(protocol);
    if (ports.size < MANY) ports.add(flow.server.port);
    return found;
  }

  function report(found: Case<State>, flow: Flow, time: Micros): void {
    context.hit(found, severityOf(found.state), flow, time, counted.first(flow) ? 1 : 0);
  }

  function spoken(fact: ServiceFact, flow: Flow, time: Micros): void {
    const found = caseOf(flow, fact.tls ? `${fact.protocol} over TLS` : fact.protocol);
    if (found === null) return;
    if (fact.state === 'answered') found.state.answered = true;
    if (fact.state === 'refused') found.state.refused = true;
    report(found, flow, time);
  }

  // The pages of an archive or an EHR are medical for whose they are, which may only show later.
  const pages = new UntilMedical<Page>(context.inventory, ({ fact, flow, time }) => spoken(fact, flow, time));

  function page(fact: ServiceFact, flow: Flow, time: Micros): void {
    const { client, server } = flow;
    if (fact.state !== 'answered' || !client.address.external || !server.address.internal) return;
    if (context.inventory.medical(server.address.text)) spoken(fact, flow, time);
    else pages.add(server.address.text, client.address.text, { fact, flow, time });
  }

  return {
    facts: {
      activity: pages.facts.activity,
      service(fact, flow, time) {
        pages.facts.service(fact, flow);
        if (fact.medical) spoken(fact, flow, time);
        else if (fact.protocol === 'http') page(fact, flow, time);
      },
      phi(fact, flow, time) {
        const found = caseOf(flow, fact.protocol);
        if (found === null) return;
        found.state.exposures++;
        // Identifiers that come from the server are its answer.
        if (fact.to === 'client') found.state.answered = true;
        report(found, flow, time);
      },
    },
    tick: (time) => pages.tick(time),
    end: () => pages.end(),
    describe: (found) => describe(context, found),
  };
}

function severityOf({ answered, refused, exposures }: State): Severity {
  if (answered && exposures > 0) return 'critical';
  return answered || refused ? 'high' : 'medium';
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const protocols = [...state.protocols].sort();
  const spoken = enumerate(
    protocols.map((protocol) => protocol.replace(/^\S+/, (name) => name.toUpperCase())),
  );
  let end: string;
  if (state.answered)
    end =
      state.exposures > 0
        ? `it answered, and ${amount(state.exposures, 'message')} with patient identifiers went by.`
        : 'it answered; no patient identifiers were seen.';
  else if (state.refused) end = 'it answered and refused: the service is reachable from outside.';
  else end = 'no answer was seen.';
  return {
    summary: `${who(inventory, source)} opened ${spoken} to ${who(inventory, destination, port)} from outside; ${end}`,
    data: {
      country: inventory.country(source),
      protocols,
      ports: [...state.ports].sort((a, b) => a - b),
      answered: state.answered,
      refused: state.refused,
      phi_exposures: state.exposures,
    },
  };
}
