import type { AnomalyFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, who } from './words.ts';

interface State {
  /** Anomalies by kind. */
  readonly kinds: Map<string, number>;
  /** Detail of the first anomaly; the dissector's own words, nothing of a patient. */
  first: string;
  /** Flows of which the capture missed bytes: what looks malformed there may be the capture's fault. */
  gaps: number;
}

const MAX_KINDS = 32;

/** DICOM that breaks the standard, per sender and receiver; its count is anomalies. */
export const dicomMalformed = defineDetection<State>({
  meta: {
    id: 'dicom.malformed',
    title: 'Malformed DICOM',
    severity: 'medium',
    escalation:
      'high with several kinds of anomaly; low while all of it is in flows of which the capture missed bytes',
    why: 'What breaks the framing rules of PS3.8 §9.3 is an attack on a parser, a fuzzer, or a broken implementation. Parsers of DICOM servers have crashed and worse on exactly this.',
    action:
      'Look at the sender: a device of yours is asked for its software and its logs, any other host is taken off. Check that the receiver still answers (C-ECHO) and is patched.',
    reference: 'DICOM PS3.8 §9.3, PS3.7 Annex D; CISA ICSMA-22-174-01',
    attack: ['T1499.004', 'T1210', 'T0814', 'T0866'],
    stage: 'disruption',
    thresholds: { kinds: { default: 3, unit: 'distinct kinds of anomaly for high' } },
    example: {
      fires: 'A presentation context with an even id, or an item that passes the end of its PDU.',
      silent: 'A C-STORE with command and data set in one PDU, which is legal; malformed HL7.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { kinds: severalKinds } = context.thresholds;
  const newState = (): State => ({ kinds: new Map(), first: '', gaps: 0 });

  function anomaly(fact: AnomalyFact, flow: Flow, time: Micros): void {
    if (fact.protocol !== 'dicom') return;
    const fromClient = fact.from === 'client';
    const source = fromClient ? flow.client.address : flow.server.address;
    const destination = fromClient ? flow.server.address : flow.client.address;
    const found = context.open(source, destination, fromClient ? flow.server.port : null, newState);
    const { state } = found;
    if (state.first === '') state.first = fact.detail;
    const known = state.kinds.get(fact.kind);
    if (known !== undefined || state.kinds.size < MAX_KINDS) state.kinds.set(fact.kind, (known ?? 0) + 1);
    const certain = flow.missedBytes === 0;
    if (!certain) state.gaps++;
    const severity = state.kinds.size >= severalKinds ? 'high' : 'medium';
    context.hit(found, certain ? severity : 'low', flow, time);
  }

  return { facts: { anomaly }, describe: (found) => describe(context, found) };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const kinds = [...state.kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const names = kinds.map(([kind]) => kind.replaceAll('-', ' '));
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  const doubt =
    state.gaps === found.count ? ' The capture missed bytes of these flows: it may be at fault itself.' : '';
  return {
    summary:
      `${who(inventory, source)} sent malformed DICOM to ${who(inventory, destination, port)}: ` +
      `${amount(found.count, 'anomaly', 'anomalies')} of ${amount(names.length, 'kind')} (${enumerate(shown)}).${doubt}`,
    data: {
      kinds: Object.fromEntries(kinds),
      first: state.first,
      in_flows_with_gaps: state.gaps,
      source_country: inventory.country(source),
    },
  };
}
