import { DistinctCounter } from '../core/distinct.ts';
import type { PhiFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Identifier } from '../core/sealed.ts';
import type { PhiTotals } from './totals.ts';

interface Tally {
  readonly protocol: string;
  readonly identifiers: readonly Identifier[];
  internal: number;
  external: number;
}

/**
 * Counts identifiers of patients that went by in clear. One fact is one exposure. Dissectors share one array
 * per distinct set of identifiers, so that a set is found by identity and costs one look-up per message.
 */
export class PhiTracker {
  readonly #maxSets: number;
  #tallies = new Map<readonly Identifier[], Tally[]>();
  /** What was counted before the table of sets was last emptied: `protocol identifier destination` → count. */
  readonly #settled = new Map<
    string,
    { protocol: string; identifier: string; external: boolean; count: number }
  >();
  readonly #byProtocol = new Map<string, number>();
  readonly #patients: DistinctCounter;
  #exposures = 0;

  constructor(maxPatients: number, maxSets = 4096) {
    this.#patients = new DistinctCounter(maxPatients);
    this.#maxSets = maxSets;
  }

  /** An exposure is external when either end of its flow is. */
  fact(fact: PhiFact, flow: Flow): void {
    this.#exposures++;
    if (fact.patient !== null) this.#patients.addHash(fact.patient);
    const tally = this.#tally(fact);
    if (flow.client.address.external || flow.server.address.external) tally.external++;
    else tally.internal++;
  }

  /** False once `patients` of the totals is an estimate (0.8 % standard error). */
  get patientsExact(): boolean {
    return this.#patients.exact;
  }

  totals(): PhiTotals {
    this.#settle();
    const byIdentifier: Record<string, number> = {};
    const series: PhiTotals['series'][number][] = [];
    for (const { protocol, identifier, external, count } of this.#settled.values()) {
      byIdentifier[identifier] = (byIdentifier[identifier] ?? 0) + count;
      series.push({ protocol, identifier, destination: external ? 'external' : 'internal', count });
    }
    series.sort(
      (a, b) =>
        compare(a.protocol, b.protocol) ||
        compare(a.identifier, b.identifier) ||
        compare(a.destination, b.destination),
    );
    return {
      exposures: this.#exposures,
      patients: this.#patients.count(),
      byProtocol: Object.fromEntries(this.#byProtocol),
      byIdentifier: Object.fromEntries(Object.entries(byIdentifier).sort((a, b) => compare(a[0], b[0]))),
      series,
    };
  }

  #tally(fact: PhiFact): Tally {
    let tallies = this.#tallies.get(fact.identifiers);
    if (tallies !== undefined) {
      for (const tally of tallies) if (tally.protocol === fact.protocol) return tally;
    } else {
      if (this.#tallies.size >= this.#maxSets) this.#settle();
      tallies = [];
      this.#tallies.set(fact.identifiers, tallies);
    }
    const tally: Tally = { protocol: fact.protocol, identifiers: fact.identifiers, internal: 0, external: 0 };
    tallies.push(tally);
    return tally;
  }

  /** Moves the counts of all sets to their identifiers and forgets the sets. */
  #settle(): void {
    for (const tallies of this.#tallies.values())
      for (const tally of tallies) {
        this.#byProtocol.set(
          tally.protocol,
          (this.#byProtocol.get(tally.protocol) ?? 0) + tally.internal + tally.external,
        );
        for (const identifier of tally.identifiers) {
          this.#count(tally.protocol, identifier, false, tally.internal);
          this.#count(tally.protocol, identifier, true, tally.external);
        }
      }
    this.#tallies = new Map();
  }

  #count(protocol: string, identifier: string, external: boolean, count: number): void {
    if (count === 0) return;
    const key = `${protocol} ${identifier} ${external}`;
    const found = this.#settled.get(key);
    if (found === undefined) this.#settled.set(key, { protocol, identifier, external, count });
    else found.count += count;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
