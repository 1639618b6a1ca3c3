import type { Address } from '../core/address.ts';
import type { LoginFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { UntilMedical } from './until-medical.ts';
import { amount, enumerate, who } from './words.ts';

interface State {
  accepted: number;
  refused: number;
  /** Without an answer, or with one that does not tell. */
  unanswered: number;
  /** `FTP PASS`, `HTTP Basic`. */
  readonly methods: Set<string>;
}

/** Logins between two hosts of which neither is known to be medical yet. */
interface Waiting extends State {
  readonly source: Address;
  readonly destination: Address;
  readonly port: number;
  readonly firstSeen: Micros;
  lastSeen: Micros;
  readonly flow: Flow;
}

const MAX_METHODS = 8;

/**
 * A name and a password go to, or come from, a medical device in clear. What a host is may show only later: until then
 * its logins wait. One case per (client, server); its count is logins.
 */
export const deviceCleartextLogin = defineDetection<State>({
  meta: {
    id: 'device.cleartext-login',
    title: 'Login in clear with a medical device',
    severity: 'medium',
    escalation: 'none',
    why: 'Whoever can read this network has the password from now on, and service passwords of medical devices are often the same on every device of a model. With it the device can be reconfigured, or its images and results read.',
    action:
      'Change the password after the way is closed: SFTP for FTP, SSH for Telnet, HTTPS for HTTP Basic and forms, STARTTLS for SMTP. Where the device knows nothing else, let only the service station reach this port, over a VPN.',
    reference: 'IEC 62443-3-3 SR 1.5, SR 4.1; RFC 959 §4.1.1; RFC 854; RFC 7617 §4; RFC 4954 §9',
    attack: ['T1040', 'T1078', 'T0859'],
    stage: 'exposure',
    thresholds: {},
    example: {
      fires: 'A service laptop logs in to a CT by FTP with USER and PASS.',
      silent: 'An anonymous FTP login; the same between two office computers; a login behind AUTH TLS.',
    },
  },
  create,
});

const newState = (): State => ({ accepted: 0, refused: 0, unanswered: 0, methods: new Set() });

function create(context: Context<State>): Handlers<State> {
  const { inventory } = context;
  const waiting = new UntilMedical<Waiting>(inventory, (one) => {
    const found = context.open(one.source, one.destination, one.port, newState);
    const { state } = found;
    state.accepted += one.accepted;
    state.refused += one.refused;
    state.unanswered += one.unanswered;
    for (const method of one.methods) if (state.methods.size < MAX_METHODS) state.methods.add(method);
    context.hit(found, 'medium', one.flow, one.firstSeen, one.accepted + one.refused + one.unanswered);
    if (one.lastSeen > one.firstSeen) context.hit(found, 'medium', null, one.lastSeen, 0);
  });

  function wait(flow: Flow, time: Micros): Waiting | null {
    const { client, server } = flow;
    const key = `${client.address.text} ${server.address.text}`;
    const known = waiting.find(client.address.text, key) ?? waiting.find(server.address.text, key);
    if (known !== undefined) return known;
    const one: Waiting = {
      ...newState(),
      source: client.address,
      destination: server.address,
      port: server.port,
      firstSeen: time,
      lastSeen: time,
      flow,
    };
    const first = waiting.add(client.address.text, key, one);
    return waiting.add(server.address.text, key, one) || first ? one : null;
  }

  function login(fact: LoginFact, flow: Flow, time: Micros): void {
    const source = flow.client.address;
    const destination = flow.server.address;
    if (inventory.medical(source.text) || inventory.medical(destination.text)) {
      const found = context.open(source, destination, flow.server.port, newState);
      add(found.state, fact);
      context.hit(found, 'medium', flow, time);
      return;
    }
    const one = wait(flow, time);
    if (one === null) return;
    add(one, fact);
    one.lastSeen = time;
  }

  return {
    facts: { ...waiting.facts, login },
    tick: (time) => waiting.tick(time),
    end: () => waiting.end(),
    describe: (found) => describe(context, found),
  };
}

function add(state: State, { method, accepted }: LoginFact): void {
  if (accepted === null) state.unanswered++;
  else if (accepted) state.accepted++;
  else state.refused++;
  if (state.methods.size < MAX_METHODS) state.methods.add(method);
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const methods = [...state.methods].sort();
  const how = [
    [state.accepted, 'accepted'],
    [state.refused, 'refused'],
    [state.unanswered, 'without an answer that tells'],
  ] as const;
  const outcome = how.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return {
    summary:
      `${who(inventory, source)} logged in to ${who(inventory, destination, port)} with a password in clear ` +
      `(${enumerate(methods)}): ${amount(found.count, 'login')}, ${enumerate(outcome)}.`,
    data: {
      methods,
      accepted: state.accepted,
      refused: state.refused,
      unanswered: state.unanswered,
      source_role: inventory.role(source.text),
      destination_role: inventory.role(destination.text),
    },
  };
}
