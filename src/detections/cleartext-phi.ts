import { type Budget, DistinctCounter } from '../core/distinct.ts';
import type { PhiFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { hipaaOf } from '../core/regulation.ts';
import type { Identifier } from '../core/sealed.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, type Detection, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, who } from './words.ts';

/** Patients counted exactly per pair, and entries that all pairs may keep together. */
const EXACT_PATIENTS = 1000;
export const EXACT_ENTRIES = 200_000;
/** Beyond, a sketch of 2^10 registers counts, with this relative standard error. */
const SKETCH_BITS = 10;
const SKETCH_ERROR = 0.033;
/** Protocols named per pair. */
const MAX_PROTOCOLS = 8;

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

/** What identified patients between two ends: how often each identifier went by, of how many patients, by what. */
export class Exposures {
  readonly #identifiers = new Map<Identifier, number>();
  readonly #patients: DistinctCounter;
  readonly #protocols: string[] = [];
  /** Set counted last: a flow repeats the same set of identifiers, which is one shared array. */
  #lastSet: readonly Identifier[] | null = null;
  #lastSetCount = 0;
  #lastProtocol = '';

  constructor(budget: Budget) {
    this.#patients = new DistinctCounter(EXACT_PATIENTS, SKETCH_BITS, budget);
  }

  add({ identifiers, patient, protocol }: PhiFact): void {
    if (this.#lastSet !== identifiers) {
      this.#fold();
      this.#lastSet = identifiers;
    }
    this.#lastSetCount++;
    if (patient !== null) this.#patients.addHash(patient);
    if (protocol === this.#lastProtocol) return;
    this.#lastProtocol = protocol;
    if (this.#protocols.length < MAX_PROTOCOLS && !this.#protocols.includes(protocol))
      this.#protocols.push(protocol);
  }

  release(): void {
    this.#patients.release();
  }

  get protocols(): readonly string[] {
    return [...this.#protocols].sort();
  }

  /** How often each identifier was there; what names a person first. */
  identifiers(): [Identifier, number][] {
    this.#fold();
    return [...this.#identifiers].sort(
      (a, b) => importance(a[0]) - importance(b[0]) || (a[0] < b[0] ? -1 : 1),
    );
  }

  /** `patient name, birth date and 2 more of 3 patients`. */
  words(): string {
    const names = this.identifiers().map(([identifier]) => identifier.replaceAll('-', ' '));
    const patients = this.#patients.count();
    const about = this.#patients.exact ? '' : 'about ';
    const whose = patients === 0 ? 'patients not told apart' : `${about}${amount(patients, 'patient')}`;
    const shown = names.length > 6 ? [...names.slice(0, 6), `${names.length - 6} more`] : names;
    return `${enumerate(shown)} of ${whose}`;
  }

  /** The part of a finding's data that all who count exposures have. */
  data(): Record<string, unknown> {
    return {
      identifiers: Object.fromEntries(this.identifiers()),
      hipaa: hipaaOf(this.identifiers().map(([identifier]) => identifier)),
      patients: this.#patients.count(),
      patients_exact: this.#patients.exact,
      patients_standard_error: this.#patients.exact ? 0 : SKETCH_ERROR,
    };
  }

  /** Counts the last set's identifiers. */
  #fold(): void {
    if (this.#lastSet === null) return;
    for (const identifier of this.#lastSet)
      this.#identifiers.set(identifier, (this.#identifiers.get(identifier) ?? 0) + this.#lastSetCount);
    this.#lastSetCount = 0;
  }
}

interface State {
  readonly exposures: Exposures;
  servicePort: number;
}

/** The words of a `phi.cleartext-*` detection that differ from protocol to protocol. */
export interface CleartextPhi {
  readonly id: string;
  readonly title: string;
  /** The `protocol` of the facts, or which of them are meant. */
  readonly protocol: string | ((protocol: string) => boolean);
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
  const newState = (): State => ({ exposures: new Exposures(budget), servicePort: 0 });
  const { protocol } = words;

  function phi(fact: PhiFact, flow: Flow, time: Micros): void {
    if (typeof protocol === 'string' ? fact.protocol !== protocol : !protocol(fact.protocol)) return;
    const toServer = fact.to === 'server';
    const source = toServer ? flow.client.address : flow.server.address;
    const destination = toServer ? flow.server.address : flow.client.address;
    const found = context.open(source, destination, toServer ? flow.server.port : null, newState);
    const { state } = found;
    state.servicePort = flow.server.port;
    state.exposures.add(fact);
    context.hit(found, source.external || destination.external ? 'critical' : 'medium', flow, time);
  }

  return {
    facts: { phi },
    drop: (found) => found.state.exposures.release(),
    describe: (found) => describe(words, context, found),
  };
}

function importance(identifier: Identifier): number {
  const at = NAMED_FIRST.indexOf(identifier);
  return at < 0 ? NAMED_FIRST.length : at;
}

function describe(words: CleartextPhi, { inventory }: Context<State>, found: Case<State>) {
  const { state, source, destination, port } = found;
  const { exposures } = state;
  const protocol = exposures.protocols.join(', ');
  // Where the title does not say it already.
  const spoken = typeof words.protocol === 'string' ? '' : ` (${enumerate(exposures.protocols.map(named))})`;
  return {
    summary:
      `${who(inventory, source)} sent ${exposures.words()} in clear to ` +
      `${who(inventory, destination, port)} in ${amount(found.count, ...words.unit)}${spoken}.`,
    data: {
      protocol,
      ...exposures.data(),
      service_port: state.servicePort,
      source_country: inventory.country(source),
      destination_country: inventory.country(destination),
    },
  };
}

const NAMED_PROTOCOLS: Readonly<Record<string, string>> = {
  dicom: 'DICOM',
  hl7: 'HL7',
  http: 'HTTP',
  astm: 'ASTM',
  poct1a: 'POCT1-A',
  intellivue: 'IntelliVue',
  other: 'device discovery',
  unknown: 'a protocol that was not recognised',
};

/** The `protocol` of a fact in words. */
export function named(protocol: string): string {
  return NAMED_PROTOCOLS[protocol] ?? protocol.toUpperCase();
}
