import type { BehaviourFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, quote, who } from './words.ts';

interface State {
  /** `APPLICATION|FACILITY TYPE` */
  readonly values: Set<string>;
  /** The source sent no HL7 at all while it was learned. */
  newSender: boolean;
}

const MAX_VALUES = 16;

/**
 * A sender sends what it never sent to this receiver while the baseline was learned. A sender is told about once a
 * minute, so its count is such tellings and not messages.
 */
export const hl7UnexpectedMessageType = defineDetection<State>({
  meta: {
    id: 'hl7.unexpected-message-type',
    title: 'HL7 message type that the sender never sent',
    severity: 'medium',
    escalation: 'none',
    why: 'An interface sends the same few types for years: a pump or an analyser that merges patients (ADT^A40) is somebody who speaks in its name, or a device that was taken over.',
    action:
      'Ask who runs the sender whether this is new. If it is, learn the baseline anew; if not, find what has the receiver accepted, and take the sender off.',
    reference: 'HL7 v2.5.1 §2.15.9.9 (MSH-9), table 0076',
    attack: ['T0856', 'T1565.001'],
    stage: 'tampering',
    baseline: 'needed',
    thresholds: {},
    example: {
      fires: 'A pump that sent ORU^R01 while it was learned sends ADT^A40.',
      silent: 'The same while nothing was learned yet; a type that it sent before.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { baseline } = context;

  function behaviour({ behaviour: kind, value, side }: BehaviourFact, flow: Flow, time: Micros): void {
    if (kind !== 'message-type' || baseline.state !== 'judging') return;
    const client = side === 'client';
    const source = (client ? flow.client : flow.server).address;
    const destination = (client ? flow.server : flow.client).address;
    if (baseline.judge(kind, source, destination, value) !== 'new') return;
    const found = context.open(source, destination, client ? flow.server.port : null, () => ({
      values: new Set(),
      newSender: false,
    }));
    const { state } = found;
    if (state.values.size < MAX_VALUES) state.values.add(value);
    state.newSender = baseline.destinations(kind, source) === 0;
    context.hit(found, 'medium', flow, time);
  }

  return { facts: { behaviour }, describe: (found) => describe(context, found) };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const values = [...state.values].map((value) => {
    const space = value.lastIndexOf(' ');
    return { sender: value.slice(0, space), type: value.slice(space + 1) };
  });
  const types = [...new Set(values.map(({ type }) => type))];
  const senders = [...new Set(values.map(({ sender }) => sender))];
  const before = state.newSender ? 'it sent no HL7 to anybody' : 'it never sent it that';
  const shown = types.slice(0, 5).map((type) => quote(type));
  if (types.length > 5) shown.push(amount(types.length - 5, 'other type'));
  return {
    summary:
      `${who(inventory, source)} sent ${enumerate(shown)} as ${quote(senders[0])} to ` +
      `${who(inventory, destination, port)}: while the baseline was learned ${before}.`,
    data: { message_types: types, senders, new_sender: state.newSender },
  };
}
