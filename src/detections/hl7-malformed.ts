import type { AnomalyFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import type { Severity } from './finding.ts';
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
/** A message over the limit alone is a document somebody scanned, more often than an attack. */
const LARGE = 'message-over-limit';

/** HL7 that breaks the framing or the encoding rules, per sender and receiver; its count is anomalies. */
export const hl7Malformed = defineDetection<State>({
  meta: {
    id: 'hl7.malformed',
    title: 'Malformed HL7',
    severity: 'medium',
    escalation:
      'low while all of it is in flows of which the capture missed bytes, or nothing but messages over 1 MiB',
    why: 'Receivers take MLLP and the delimiters of MSH on trust: a frame that does not end, or a header shorter than its own delimiters, has crashed them and can hide a second message from what filters before them.',
    action:
      'Look at the sender: an interface of yours is mended where it frames messages; any other host is taken off. Check that the receiver still answers.',
    reference: 'HL7 v2.5.1 §2.5, §2.5.4; MLLP transport specification; CISA ICSMA-25-224-01 (CVE-2025-53948)',
    attack: ['T1499.004', 'T1210', 'T0814', 'T0866'],
    stage: 'disruption',
    thresholds: {},
    example: {
      fires:
        'An end block without the carriage return; a start block inside a message; an MSH of four bytes.',
      silent: 'Segments ended by LF; other delimiters than the usual; malformed DICOM.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const newState = (): State => ({ kinds: new Map(), first: '', gaps: 0 });

  function anomaly(fact: AnomalyFact, flow: Flow, time: Micros): void {
    if (fact.protocol !== 'hl7') return;
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
    const severity: Severity = certain && fact.kind !== LARGE ? 'medium' : 'low';
    // What was once medium stays so.
    context.hit(found, found.count > 0 && severity === 'low' ? found.severity : severity, flow, time);
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
      `${who(inventory, source)} sent malformed HL7 to ${who(inventory, destination, port)}: ` +
      `${amount(found.count, 'anomaly', 'anomalies')} of ${amount(names.length, 'kind')} (${enumerate(shown)}).${doubt}`,
    data: {
      kinds: Object.fromEntries(kinds),
      first: state.first,
      in_flows_with_gaps: state.gaps,
      source_country: inventory.country(source),
    },
  };
}
