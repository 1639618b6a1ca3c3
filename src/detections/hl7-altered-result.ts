import type { Hl7Message, Hl7Result } from '../../dissectors/hl7/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { MINUTE, type Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { type Pair, Traffic } from './hl7-traffic.ts';
import { amount, enumerate, quote, who } from './words.ts';

/** A result as somebody received it. */
interface Received {
  readonly by: Address;
  readonly from: Address;
  readonly status: string;
  readonly value: number;
  readonly numeric: boolean;
  time: Micros;
}

/** One observation of one order, as it went by. */
interface Observation {
  readonly received: Received[];
  /** Too many values went by to know which was meant: it is measured again and again under one number. */
  varies: boolean;
}

interface State {
  /** OBX-3 identifiers. */
  readonly observations: Set<string>;
  /** Whom the results came from. */
  readonly origin: Address;
  readonly statuses: Set<string>;
  /** MSH-10 of the messages with another value. */
  readonly controlIds: string[];
  numbers: number;
  messages: number;
}

const MAX_OBSERVATIONS = 32_768;
const MAX_RECEIVED = 12;
const MAX_NAMES = 16;
const MAX_IDS = 10;
/** Results to a host that passes none on are not kept once it has got so many. */
const SINK = 50;

/**
 * A result leaves a host with another value than it came in with. An observation is known by patient, order number,
 * OBX-3, OBX-4 and unit; a value that is among those that its sender received under the same status is none that was
 * changed, so corrections and repeated measurements pass. Its count is results.
 */
export const hl7AlteredResult = defineDetection<State>({
  meta: {
    id: 'hl7.altered-result',
    title: 'Result changed on its way',
    severity: 'critical',
    escalation: 'none',
    why: 'Whoever stands between analyser and record can change results without a trace: potassium or glucose that is wrong in the record treats the patient wrongly (Pestilential Protocol). HL7 v2 has neither signature nor checksum.',
    action:
      'Warn the ward and the laboratory now: results that came this way are not to be trusted. Compare the observation at its origin and in the record; isolate the host that sent the other value and keep its memory.',
    reference:
      'HL7 v2.5.1 §7.4.2 (OBX-5, OBX-11); Dameff, Bland, Levchenko, Tully: Pestilential Protocol, Black Hat 2018',
    attack: ['T1565.002', 'T0831', 'T0832', 'T1557'],
    stage: 'tampering',
    thresholds: { window: { default: 24, unit: 'hours between the two legs' } },
    example: {
      fires: 'The analyser sends a potassium of 4.1 to the engine, and the engine 7.9 to the EHR.',
      silent: 'The analyser corrects 4.1 to 4.3 and the engine passes both on; 5.0 is written as 5.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const window = context.thresholds.window * 60 * MINUTE;
  const traffic = Traffic.of(context.inventory);
  const observations = new BoundedMap<number, Observation>(MAX_OBSERVATIONS);

  function message(event: Hl7Message, flow: Flow, time: Micros): void {
    const { results } = event;
    if (results.length === 0 || event.ackCode !== '') return;
    const pair = traffic.pair(event, flow);
    const { from, to, sender: source, receiver: destination } = pair;
    from.resultsSent++;
    to.resultsReceived++;
    const passesOn = from.resultsReceived > 0;
    const kept = to.resultsSent > 0 || to.resultsReceived <= SINK;
    if (!passesOn && !kept) return;
    let changed = 0;
    for (let i = 0; i < results.length; i++) {
      const observation = observations.get(results[i].key);
      if (passesOn && observation !== undefined) {
        const came = cameAs(observation, results[i], pair, time);
        if (came !== null) {
          note(results[i], came, event, flow, changed === 0);
          changed++;
        }
      }
      if (kept) keep(observation, results[i], source, destination, time);
    }
    if (changed === 0) return;
    const found = caseOf(source, destination)!;
    // What the capture missed may be how it came: as many as there were gaps are no proof.
    context.hit(found, found.state.messages > from.gaps ? 'critical' : 'medium', flow, time, changed);
  }

  /** How the result came to its sender, when it came with no value like this one; null for one that is as it was. */
  function cameAs(
    { received, varies }: Observation,
    result: Hl7Result,
    pair: Pair,
    time: Micros,
  ): Received | null {
    let came: Received | null = null;
    for (const one of received) {
      if (one.by.text !== pair.sender.text || one.status !== result.status || time - one.time > window)
        continue;
      if (one.value === result.value) {
        if (!result.numeric) pair.sameTexts++;
        return null;
      }
      came = one;
    }
    if (came === null || varies) return null;
    if (result.numeric && came.numeric) return came;
    // Codes and texts are translated on their way, and then most of them are: only where they are not is one a change.
    return pair.sameTexts > pair.otherTexts++ ? came : null;
  }

  function keep(
    known: Observation | undefined,
    { key, status, value, numeric }: Hl7Result,
    from: Address,
    by: Address,
    time: Micros,
  ): void {
    if (known === undefined) {
      observations.set(key, { received: [{ by, from, status, value, numeric, time }], varies: false });
      return;
    }
    for (const one of known.received) {
      if (one.value !== value || one.status !== status || one.by.text !== by.text) continue;
      one.time = time;
      return;
    }
    if (known.received.length >= MAX_RECEIVED) {
      known.varies = true;
      known.received.shift();
    }
    known.received.push({ by, from, status, value, numeric, time });
  }

  const caseOf = (source: Address, destination: Address) => context.find(source, destination);

  function note(result: Hl7Result, came: Received, event: Hl7Message, flow: Flow, first: boolean): void {
    const client = event.from === 'client';
    const source = (client ? flow.client : flow.server).address;
    const destination = (client ? flow.server : flow.client).address;
    const { state } = context.open(source, destination, client ? flow.server.port : null, () => ({
      observations: new Set(),
      origin: came.from,
      statuses: new Set(),
      controlIds: [],
      numbers: 0,
      messages: 0,
    }));
    if (state.observations.size < MAX_NAMES) state.observations.add(result.observation);
    if (state.statuses.size < MAX_NAMES) state.statuses.add(result.status);
    if (result.numeric) state.numbers++;
    if (!first) return;
    state.messages++;
    if (state.controlIds.length < MAX_IDS) state.controlIds.push(event.controlId);
  }

  return {
    events: { 'hl7.message': message },
    facts: {
      flow: ({ state }, flow) => {
        if (state === 'end' && flow.missedBytes > 0) traffic.missed(flow);
      },
    },
    describe: (found) => describe(context, found),
  };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state, count } = found;
  const names = [...state.observations].map((name) => quote(name));
  const shown = names.length > 4 ? [...names.slice(0, 4), `${names.length - 4} more`] : names;
  const came = count === 1 ? 'it came' : 'they came';
  return {
    summary:
      `${who(inventory, source)} sent ${amount(count, 'result')} to ${who(inventory, destination, port)} with another ` +
      `value than ${came} with from ${who(inventory, state.origin)}: OBX-3 ${enumerate(shown)}, in ` +
      `${amount(state.messages, 'message')} (the first has MSH-10 ${quote(state.controlIds[0])}).`,
    data: {
      origin: state.origin.text,
      observations: [...state.observations],
      numeric: state.numbers,
      statuses: [...state.statuses],
      messages: state.messages,
      control_ids: [...state.controlIds],
    },
  };
}
