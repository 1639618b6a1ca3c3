import type { Address } from '../core/address.ts';
import type { Side } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, quote, span, who } from './words.ts';

interface State {
  /** Acknowledged, but later than allowed. */
  late: number;
  /** Longest that one of them took. */
  latest: Micros;
  /** Types of the messages that nobody acknowledged. */
  readonly types: Map<string, number>;
  /** MSH-10 of the first of them. */
  readonly controlIds: string[];
}

const MAX_TYPES = 32;
const MAX_IDS = 10;

/**
 * Messages without an acknowledgement of their own, in sessions that acknowledge. Which they are is known once the
 * connection is over or nobody answers any more: nothing is done per message. Its count is messages.
 */
export const hl7Unacknowledged = defineDetection<State>({
  meta: {
    id: 'hl7.unacknowledged',
    title: 'HL7 messages without acknowledgement',
    severity: 'low',
    escalation: 'none',
    why: 'A sender knows from the acknowledgement alone that an order or a result has arrived. Messages that get none are lost, queued for hours, or dropped by somebody in between.',
    action:
      'Ask the receiver’s log for the control ids: what it has not got is to be sent again. Then look for what stops it: a full queue, a thread that hangs, a filter in between.',
    reference: 'HL7 v2.5.1 §2.9.2, §2.9.3 (MSA-2 repeats MSH-10)',
    attack: ['T0804', 'T1499'],
    stage: 'exposure',
    thresholds: { patience: { default: 30, unit: 'seconds until the acknowledgement' } },
    example: {
      fires: 'Two messages in one session, of which the first alone is acknowledged.',
      silent: 'A session that acknowledges nothing; one acknowledgement for a batch; a capture with gaps.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const patience = context.thresholds.patience * SECOND;

  function open(from: Side, flow: Flow): Case<State> {
    const client = from === 'client';
    const source: Address = (client ? flow.client : flow.server).address;
    const destination: Address = (client ? flow.server : flow.client).address;
    return context.open(source, destination, client ? flow.server.port : null, () => ({
      late: 0,
      latest: 0,
      types: new Map(),
      controlIds: [],
    }));
  }

  return {
    events: {
      'hl7.message': ({ latency, from }, flow, time) => {
        if (latency === null || latency <= patience || flow.missedBytes > 0) return;
        const found = open(from === 'client' ? 'server' : 'client', flow);
        found.state.late++;
        found.state.latest = Math.max(found.state.latest, latency);
        context.hit(found, 'low', flow, time);
      },
      'hl7.unacknowledged': ({ from, messageType, controlId, waited, outcome }, flow, time) => {
        // A capture of one direction shows no answers; one that ends may end before the answer.
        if (!flow.bothSides || flow.missedBytes > 0) return;
        const over = outcome === 'closed' || outcome === 'reset';
        if (!over && waited < patience) return;
        const found = open(from, flow);
        const { types, controlIds } = found.state;
        const known = types.get(messageType);
        if (known !== undefined || types.size < MAX_TYPES) types.set(messageType, (known ?? 0) + 1);
        if (controlIds.length < MAX_IDS) controlIds.push(controlId);
        context.hit(found, 'low', flow, time);
      },
    },
    describe: (found) => describe(context, found),
  };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state, count } = found;
  const never = count - state.late;
  const parts: string[] = [];
  if (never > 0) parts.push(`did not acknowledge ${amount(never, 'message')}`);
  if (state.late > 0)
    parts.push(`acknowledged ${amount(state.late, 'message')} after up to ${span(state.latest)}`);
  const first = state.controlIds.length > 0 ? ` (the first has MSH-10 ${quote(state.controlIds[0])})` : '';
  return {
    summary: `${who(inventory, destination, port)} ${parts.join(' and ')} from ${who(inventory, source)}${first}.`,
    data: {
      never_acknowledged: never,
      acknowledged_late: state.late,
      longest_seconds: Math.round(state.latest / SECOND),
      message_types: Object.fromEntries(state.types),
      control_ids: [...state.controlIds],
    },
  };
}
