import type { Hl7Message } from '../../dissectors/hl7/events.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { PairCache } from '../core/pairs.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, who } from './words.ts';

/** Acknowledgements that one host got from another lately. */
interface Pair {
  acknowledgements: number;
  negative: number;
  /** How many of the negative ones are counted in its finding. */
  told: number;
  /** All negative ones by MSA-1. */
  readonly codes: Record<'AE' | 'AR' | 'CE' | 'CR', number>;
}

interface State {
  readonly codes: Pair['codes'];
  /** Of how many, when it was last over the limit. */
  of: number;
  negative: number;
}

const MAX_PAIRS = 8192;
/** Counts are halved here, so that what happens now is not lost in years of good days. */
const HALVED_AT = 1000;

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
    stage: 'disruption',
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
  const recent = new PairCache<Pair>();
  const pairs = new BoundedMap<string, Pair>(MAX_PAIRS);

  function pairOf(flow: Flow, client: boolean): Pair {
    const sender = (client ? flow.client : flow.server).address;
    const receiver = (client ? flow.server : flow.client).address;
    let pair = recent.get(sender, receiver);
    if (pair !== undefined) return pair;
    const key = `${sender.text} ${receiver.text}`;
    pair = pairs.get(key);
    if (pair === undefined) {
      pair = { acknowledgements: 0, negative: 0, told: 0, codes: { AE: 0, AR: 0, CE: 0, CR: 0 } };
      pairs.set(key, pair);
    } else pairs.touch(key);
    recent.set(sender, receiver, pair);
    return pair;
  }

  function message({ ackCode, from }: Hl7Message, flow: Flow, time: Micros): void {
    if (ackCode === '') return;
    const client = from === 'server';
    const pair = pairOf(flow, client);
    pair.acknowledgements++;
    if (ackCode === 'AA' || ackCode === 'CA') {
      if (pair.acknowledgements >= HALVED_AT) halve(pair);
      return;
    }
    if (ackCode !== 'AE' && ackCode !== 'AR' && ackCode !== 'CE' && ackCode !== 'CR') return;
    pair.negative++;
    pair.codes[ackCode]++;
    const { acknowledgements, negative, codes } = pair;
    if (acknowledgements < enough || negative * 100 <= percent * acknowledgements) return;
    const source = (client ? flow.client : flow.server).address;
    const destination = (client ? flow.server : flow.client).address;
    const found = context.open(source, destination, client ? flow.server.port : null, () => ({
      codes,
      of: 0,
      negative: 0,
    }));
    found.state.of = acknowledgements;
    found.state.negative = negative;
    const times = Math.max(1, negative - pair.told);
    pair.told = negative;
    context.hit(found, 'low', flow, time, times);
  }

  return { events: { 'hl7.message': message }, describe: (found) => describe(context, found) };
}

function halve(pair: Pair): void {
  pair.acknowledgements >>= 1;
  pair.negative >>= 1;
  pair.told >>= 1;
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const codes = Object.entries(state.codes)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const share = Math.round((100 * state.negative) / state.of);
  return {
    summary:
      `${who(inventory, destination, port)} refused ${share} % of the last ${amount(state.of, 'message')} of ` +
      `${who(inventory, source)} (${enumerate(codes.map(([code, count]) => `${count} ${code}`))} in all).`,
    data: {
      acknowledgements: state.of,
      negative: state.negative,
      codes: Object.fromEntries(codes),
    },
  };
}
