import type { Hl7Message } from '../../dissectors/hl7/events.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { type Pair, Traffic } from './hl7-traffic.ts';
import { amount, enumerate, who } from './words.ts';

interface State {
  /** Negative ones by MSA-1, since there are too many. */
  readonly codes: Map<string, number>;
  /** Of how many, when it was last over the limit. */
  of: number;
  negative: number;
}

/** Counts are halved here, so that what happens now is not lost in years of good days. */
const HALVED_AT = 1000;
const NEGATIVE: ReadonlySet<string> = new Set(['AE', 'AR', 'CE', 'CR']);

/**
 * A receiver refuses more than it should of what a sender sends. The sender is the source: what it sends is wrong, or
 * probes what the receiver takes. Its count is refusals.
 */
export const hl7NegativeAcknowledgements = defineDetection<State>({
  meta: {
    id: 'hl7.negative-acknowledgements',
    title: 'Many HL7 messages refused',
    severity: 'low',
    escalation: 'none',
    why: 'AE and AR mean that the message was not taken: an interface that changed on one side, a receiver in trouble, or somebody who tries what it lets through. Refused orders and results do not reach whoever waits for them.',
    action:
      'Read MSA-3 and ERR of the refusals at the sender; compare when it began with changes on either side. A sender that nobody knows is taken off.',
    reference: 'HL7 v2.5.1 §2.9.2, §2.9.3, table 0008 (MSA-1)',
    attack: ['T1499', 'T0814'],
    stage: 'exposure',
    thresholds: {
      percent: { default: 5, unit: 'percent of acknowledgements that are AE, AR, CE or CR, to be more than' },
      acknowledgements: { default: 20, unit: 'acknowledgements at least' },
    },
    example: {
      fires: 'Two of twenty messages answered AE.',
      silent: 'One of twenty; three of three, of which too little can be said.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { percent, acknowledgements: enough } = context.thresholds;
  const traffic = Traffic.of(context.inventory);

  function message(event: Hl7Message, flow: Flow, time: Micros): void {
    const { ackCode } = event;
    if (ackCode === '') return;
    const pair = traffic.pair(event, flow);
    if (++pair.acknowledgements >= HALVED_AT) {
      pair.acknowledgements >>= 1;
      pair.negative >>= 1;
    }
    if (ackCode !== 'AA' && ackCode !== 'CA' && NEGATIVE.has(ackCode)) refused(ackCode, pair, flow, time);
  }

  function refused(ackCode: string, pair: Pair, flow: Flow, time: Micros): void {
    pair.negative++;
    const { acknowledgements, negative, sender, receiver } = pair;
    if (acknowledgements < enough || negative * 100 <= percent * acknowledgements) return;
    const port = flow.client.address.text === sender.text ? flow.server.port : null;
    const found = context.open(sender, receiver, port, () => ({ codes: new Map(), of: 0, negative: 0 }));
    const { state } = found;
    state.codes.set(ackCode, (state.codes.get(ackCode) ?? 0) + 1);
    state.of = acknowledgements;
    state.negative = negative;
    // Those that were too few to tell of count once there are enough.
    context.hit(found, 'low', flow, time, found.count === 0 ? negative : 1);
  }

  return { events: { 'hl7.message': message }, describe: (found) => describe(context, found) };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const codes = [...state.codes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const share = Math.round((100 * state.negative) / state.of);
  return {
    summary:
      `${who(inventory, destination, port)} refused ${share} % of the last ${amount(state.of, 'message')} of ` +
      `${who(inventory, source)}, lastly with ${enumerate(codes.map(([code]) => code))}.`,
    data: {
      acknowledgements: state.of,
      negative: state.negative,
      codes: Object.fromEntries(codes),
    },
  };
}
