import type { AnomalyFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, type Detection, type DetectionMeta, defineDetection } from './detection.ts';
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

/** What of a `*.malformed` detection differs from protocol to protocol. */
export interface Malformed {
  readonly meta: DetectionMeta;
  /** The `protocol` of the facts, and how people write it. */
  readonly protocol: string;
  readonly name: string;
  /** Of an anomaly in a flow that was captured whole; `kinds`: how many different ones there were. */
  severity(kind: string, kinds: number, thresholds: Readonly<Record<string, number>>): Severity;
}

/** A protocol whose rules somebody breaks, per sender and receiver; its count is anomalies. */
export function malformed(words: Malformed): Detection {
  return defineDetection<State>({
    meta: words.meta,
    create: (context) => {
      const newState = (): State => ({ kinds: new Map(), first: '', gaps: 0 });

      function anomaly(fact: AnomalyFact, flow: Flow, time: Micros): void {
        if (fact.protocol !== words.protocol) return;
        const fromClient = fact.from === 'client';
        const source = fromClient ? flow.client.address : flow.server.address;
        const destination = fromClient ? flow.server.address : flow.client.address;
        const found = context.open(source, destination, fromClient ? flow.server.port : null, newState);
        const { state } = found;
        const { kinds } = state;
        if (state.first === '') state.first = fact.detail;
        const known = kinds.get(fact.kind);
        if (known !== undefined || kinds.size < MAX_KINDS) kinds.set(fact.kind, (known ?? 0) + 1);
        const certain = flow.missedBytes === 0;
        if (!certain) state.gaps++;
        const severity = certain ? words.severity(fact.kind, kinds.size, context.thresholds) : 'low';
        context.hit(found, severity, flow, time);
      }

      return { facts: { anomaly }, describe: (found) => describe(words, context, found) };
    },
  });
}

function describe({ name }: Malformed, { inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const kinds = [...state.kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const names = kinds.map(([kind]) => kind.replaceAll('-', ' '));
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  const doubt =
    state.gaps === found.count ? ' The capture missed bytes of these flows: it may be at fault itself.' : '';
  return {
    summary:
      `${who(inventory, source)} sent malformed ${name} to ${who(inventory, destination, port)}: ` +
      `${amount(found.count, 'anomaly', 'anomalies')} of ${amount(names.length, 'kind')} (${enumerate(shown)}).${doubt}`,
    data: {
      kinds: Object.fromEntries(kinds),
      first: state.first,
      in_flows_with_gaps: state.gaps,
      source_country: inventory.country(source),
    },
  };
}
