import type { Association } from '../../dissectors/dicom/events.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { MINUTE, type Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, quote, who } from './words.ts';

interface State {
  associations: number;
  rejected: number;
  aborted: number;
  /** Reason of the last failure in the standard's words. */
  last: string;
}

/** One pair's associations within the window, a minute in each place. */
interface Pair {
  readonly total: number[];
  readonly rejected: number[];
  readonly aborted: number[];
  minute: number;
}

const MAX_PAIRS = 4096;

/** Too many associations between two hosts come to nothing. Its count is failures. */
export const dicomFailureRatio = defineDetection<State>({
  meta: {
    id: 'dicom.failure-ratio',
    title: 'Many DICOM associations fail',
    severity: 'low',
    escalation: 'none',
    why: 'A device whose associations are rejected or aborted does not get its images or worklist through; an attacker who does not know what a server accepts fails as often.',
    action:
      'Look at the reasons: titles are a matter of configuration on both sides, congestion one of the server, aborts one of the software. If the source is no device of yours, treat it as an attack.',
    reference: 'DICOM PS3.8 §9.3.4, §9.3.8',
    attack: ['T1499', 'T1110'],
    stage: 'disruption',
    thresholds: {
      percent: { default: 20, unit: '% of associations rejected or aborted; more are too many' },
      associations: { default: 20, unit: 'associations' },
      window: { default: 15, unit: 'minutes' },
    },
    example: {
      fires: 'Five of twenty associations are rejected or aborted within a quarter of an hour.',
      silent: 'Four of twenty; a device that resets each connection after its work is done.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { percent, associations: enough, window: minutes } = context.thresholds;
  const places = Math.max(1, Math.min(1440, Math.ceil(minutes)));
  const pairs = new BoundedMap<string, Pair>(MAX_PAIRS);

  function pairOf({ client, server }: Flow): Pair {
    const key = `${client.address.text} ${server.address.text}`;
    const known = pairs.get(key);
    if (known !== undefined) {
      pairs.touch(key);
      return known;
    }
    const zeros = () => new Array<number>(places).fill(0);
    const made: Pair = { total: zeros(), rejected: zeros(), aborted: zeros(), minute: -1 };
    pairs.set(key, made);
    return made;
  }

  /** Empties the places of minutes that have passed; returns the present one's. */
  function advance(pair: Pair, time: Micros): number {
    const minute = Math.floor(time / MINUTE);
    if (pair.minute < 0) pair.minute = minute;
    const passed = Math.min(places, minute - pair.minute);
    for (let i = 0; i < passed; i++) {
      const place = (minute - i) % places;
      pair.total[place] = pair.rejected[place] = pair.aborted[place] = 0;
    }
    pair.minute = Math.max(pair.minute, minute);
    return pair.minute % places;
  }

  function over(association: Association, flow: Flow, time: Micros): void {
    const pair = pairOf(flow);
    const place = advance(pair, time);
    const rejected = association.outcome === 'rejected';
    const aborted = isAborted(association);
    pair.total[place]++;
    if (rejected) pair.rejected[place]++;
    if (aborted) pair.aborted[place]++;
    const total = sum(pair.total);
    const failed = sum(pair.rejected) + sum(pair.aborted);
    if (total < enough || failed * 100 <= percent * total) return;
    const before = context.find(flow.client.address, flow.server.address);
    if (before !== undefined && !rejected && !aborted) return;
    const { client, server } = flow;
    const found = before ?? context.open(client.address, server.address, server.port, newState);
    const { state } = found;
    state.last = association.rejection?.text ?? association.abort?.text ?? state.last;
    state.associations = Math.max(state.associations, total);
    state.rejected = Math.max(state.rejected, sum(pair.rejected));
    state.aborted = Math.max(state.aborted, sum(pair.aborted));
    context.hit(found, 'low', flow, time, before === undefined ? failed : 1);
  }

  return {
    events: {
      'dicom.association': ({ association }, flow, time) => {
        if (!association.withoutRequest) over(association, flow, time);
      },
    },
    describe: (found) => describe(context, found),
  };
}

/**
 * By A-ABORT, or by a reset while something was asked and not answered: some programs reset every connection when they
 * are done.
 */
function isAborted({ outcome, abort, messages }: Association): boolean {
  if (outcome !== 'aborted') return false;
  if (abort !== null) return true;
  let asked = 0;
  let answered = 0;
  for (const name in messages) {
    if (name.endsWith('-RQ')) asked += messages[name];
    else answered += messages[name];
  }
  return asked === 0 || answered < asked;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const newState = (): State => ({ associations: 0, rejected: 0, aborted: 0, last: '' });

function describe({ inventory, thresholds }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { associations, rejected, aborted, last } = state;
  const kinds: string[] = [];
  if (rejected > 0) kinds.push(`${rejected} rejected`);
  if (aborted > 0) kinds.push(`${aborted} aborted`);
  const reason = last === '' ? '' : `, the last for ${quote(last, 80)}`;
  return {
    summary:
      `Of ${amount(associations, 'association')} of ${who(inventory, source)} with ` +
      `${who(inventory, destination, port)} within ${thresholds.window} min, ${enumerate(kinds)}${reason}.`,
    data: { associations, rejected, aborted, last_reason: last },
  };
}
