import { type Budget, DistinctCounter } from '../core/distinct.ts';
import type { PhiFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Identifier } from '../core/sealed.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, type Detection, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, who } from './words.ts';

interface State {
  /** Exposures per identifier. */
  readonly identifiers: Map<Identifier, number>;
  readonly patients: DistinctCounter;
  /** Set counted last: a flow repeats the same set of identifiers, which is one shared array. */
  lastSet: readonly Identifier[] | null;
  lastSetCount: number;
  servicePort: number;
}

/** Patients counted exactly per pair, and entries that all pairs may keep together. */
const EXACT_PATIENTS = 1000;
const EXACT_ENTRIES = 200_000;

/** The order in which a sentence names them: what names a person first. */
const NAMED_FIRST: readonly Identifier[] = [
  'patient-name',
  'medical-record-number',
  'birth-date',
  'social-security-number',
  'insurance-number',
  'address',
  'telephone',
  'email',
];

/** The words of a `phi.cleartext-*` detection that differ from protocol to protocol. */
export interface CleartextPhi {
  readonly id: string;
  readonly title: string;
  /** The `protocol` of the facts. */
  readonly protocol: string;
  /** What carries identifiers, one and many. */
  readonly unit: readonly [one: string, many: string];
  readonly why: string;
  readonly action: string;
  readonly reference: string;
  readonly example: { fires: string; silent: string };
}

/** Identifiers of patients in clear, per sender and receiver. Critical when either is outside. */
export function cleartextPhi(words: CleartextPhi): Detection {
  return defineDetection<State>({
    meta: {
      id: words.id,
      title: words.title,
      severity: 'medium',
      escalation: 'critical when either end is outside the internal networks',
      why: words.why,
      action: words.action,
      reference: words.reference,
      attack: ['T1040', 'T0842'],
      stage: 'exposure',
      thresholds: {},
      example: words.example,
    },
    create: (context) => create(words, context),
  });
}

function create(words: CleartextPhi, context: Context<State>): Handlers<State> {
  const budget: Budget = { left: EXACT_ENTRIES };
  const newState = (): State => ({
    identifiers: new Map(),
    patients: new DistinctCounter(EXACT_PATIENTS, 10, budget),
    lastSet: null,
    lastSetCount: 0,
    servicePort: 0,
  });

  function phi(fact: PhiFact, flow: Flow, time: Micros): void {
    if (fact.protocol !== words.protocol) return;
    const toServer = fact.to === 'server';
    const source = toServer ? flow.client.address : flow.server.address;
    const destination = toServer ? flow.server.address : flow.client.address;
    const found = context.open(source, destination, toServer ? flow.server.port : null, newState);
    const { state } = found;
    state.servicePort = flow.server.port;
    if (state.lastSet !== fact.identifiers) {
      fold(state);
      state.lastSet = fact.identifiers;
    }
    state.lastSetCount++;
    if (fact.patient !== null) state.patients.addHash(fact.patient);
    context.hit(found, source.external || destination.external ? 'critical' : 'medium', flow, time);
  }

  return {
    facts: { phi },
    drop: (found) => found.state.patients.release(),
    describe: (found) => describe(words, context, found),
  };
}

function importance(identifier: Identifier): number {
  const at = NAMED_FIRST.indexOf(identifier);
  return at < 0 ? NAMED_FIRST.length : at;
}

/** Counts the last set's identifiers. */
function fold(state: State): void {
  if (state.lastSet === null) return;
  for (const identifier of state.lastSet)
    state.identifiers.set(identifier, (state.identifiers.get(identifier) ?? 0) + state.lastSetCount);
  state.lastSetCount = 0;
}

function describe(words: CleartextPhi, { inventory }: Context<State>, found: Case<State>) {
  const { state, source, destination, port } = found;
  fold(state);
  const identifiers = [...state.identifiers].sort(
    (a, b) => importance(a[0]) - importance(b[0]) || (a[0] < b[0] ? -1 : 1),
  );
  const names = identifiers.map(([identifier]) => identifier.replaceAll('-', ' '));
  const patients = state.patients.count();
  const about = state.patients.exact ? '' : 'about ';
  const whose = patients === 0 ? 'patients not told apart' : `${about}${amount(patients, 'patient')}`;
  const shown = names.length > 6 ? [...names.slice(0, 6), `${names.length - 6} more`] : names;
  return {
    summary:
      `${who(inventory, source)} sent ${enumerate(shown)} of ${whose} in clear to ` +
      `${who(inventory, destination, port)} in ${amount(found.count, ...words.unit)}.`,
    data: {
      protocol: words.protocol,
      identifiers: Object.fromEntries(identifiers),
      patients,
      patients_exact: state.patients.exact,
      service_port: state.servicePort,
      source_country: inventory.country(source),
      destination_country: inventory.country(destination),
    },
  };
}
