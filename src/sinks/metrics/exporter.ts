import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SECOND } from '../../core/time.ts';
import type { Asset } from '../../trackers/asset.ts';
import { type Distribution, OTHER } from '../counts.ts';
import type { Results } from '../results.ts';
import { SEVERITY_ORDER } from '../severity.ts';
import { type Input, isMedical, severityCounts } from '../summary.ts';
import { OUTCOMES, type Tally } from '../tally.ts';
import { CATALOGUE, type MetricDefinition, type MetricName, PREFIX } from './catalogue.ts';

/** A value of each label, in the catalogue's order, and the number. */
type Sample = readonly [labels: readonly string[], value: number];

/** What the metrics are read from; asked anew at every scrape. */
export interface Source {
  readonly results: Results;
  readonly tally: Tally;
  readonly inputs: readonly Input[];
  readonly version: string;
  readonly maxAssets: number;
}

/** How each metric is read. `satisfies` below makes a metric of the catalogue without a reading a type error. */
const READINGS: {
  readonly [Name in MetricName]: ((source: Source) => readonly Sample[] | Distribution) | null;
} = {
  packets_total: ({ results }) => single(results.net().packets),
  bytes_total: ({ results }) => single(results.net().bytes),
  packets_dropped_total: ({ inputs }) => {
    let lost = 0;
    for (const input of inputs) lost += input.dropped ?? 0;
    return [
      [['kernel'], 0],
      [['interface'], lost],
      [['auscult'], 0],
    ];
  },
  packets_undecoded_total: ({ results }) => fromMap(results.net().undecoded),
  packets_duplicate_total: ({ results }) => single(results.net().duplicates),
  packets_truncated_total: ({ results }) => single(results.net().truncated),
  flows_total: ({ results }) => [
    [['tcp'], results.streams().tcpFlows],
    [['udp'], results.streams().udpFlows],
  ],
  flows_active: ({ results }) => [
    [['tcp'], results.streams().activeTcp],
    [['udp'], results.streams().activeUdp],
  ],
  flow_missed_bytes_total: ({ results }) => single(results.streams().missedBytes),
  flow_evictions_total: ({ results }) => fromMap(results.evictions()),
  dicom_associations_total: ({ tally }) =>
    OUTCOMES.map((outcome) => [[outcome], tally.dicom.outcomes[outcome]]),
  dicom_messages_total: ({ tally }) =>
    tally.dimse().map(({ command, status, count }) => [[command, status], count]),
  dicom_association_duration_seconds: ({ tally }) => tally.dicom.durations,
  dicom_bytes_total: ({ tally }) => [
    [['to_server'], tally.dicom.bytesToServer],
    [['to_client'], tally.dicom.bytesToClient],
  ],
  hl7_messages_total: ({ tally }) => tally.hl7.byType.entries().map(([type, count]) => [[type], count]),
  hl7_acknowledgements_total: ({ tally }) =>
    tally.hl7.byAck.entries().map(([code, count]) => [[code], count]),
  hl7_unacknowledged_total: ({ tally }) => single(tally.hl7.unacknowledged),
  hl7_acknowledgement_seconds: ({ tally }) => tally.hl7.latencies,
  tls_connections_total: ({ tally }) => [
    [['dicom'], tally.dicom.overTls],
    [['hl7'], tally.hl7.overTls],
    [['other'], tally.tlsSessions - tally.dicom.overTls - tally.hl7.overTls],
  ],
  phi_exposures_total: ({ results }) =>
    results
      .phi()
      .series.map(({ protocol, identifier, destination, count }) => [
        [protocol, identifier, destination],
        count,
      ]),
  external_connections_total: ({ results }) =>
    results
      .external()
      .connections.map(({ direction, role, country, count }) => [[direction, role, country], count]),
  assets: ({ results }) => {
    const roles = new Map<string, number>();
    for (const { role } of results.assets()) roles.set(role, (roles.get(role) ?? 0) + 1);
    return fromMap(roles);
  },
  asset_info: ({ results, maxAssets }) =>
    shownAssets(results.assets(), maxAssets).map((asset) => [
      [asset.id, asset.ips[0] ?? '', asset.role, asset.vendor ?? '', asset.model ?? ''],
      1,
    ]),
  asset_info_omitted: ({ results, maxAssets }) => single(Math.max(0, results.assets().length - maxAssets)),
  asset_vulnerabilities: ({ results }) => {
    const counts = severityCounts(
      results.findings().filter((finding) => finding.detection === 'device.vulnerable-version'),
    );
    return SEVERITY_ORDER.map((severity) => [[severity], counts[severity]]);
  },
  findings_total: ({ results }) => {
    const counts = new Map<string, [labels: readonly string[], value: number]>();
    for (const { detection, severity } of results.findings()) {
      const key = `${detection} ${severity}`;
      const known = counts.get(key);
      if (known) known[1]++;
      else counts.set(key, [[detection, severity], 1]);
    }
    return [...counts.values()];
  },
  findings_ignored_total: ({ results }) => single(results.ignored()),
  detection_last_seen_timestamp_seconds: ({ results }) => {
    const last = new Map<string, number>();
    for (const { detection, lastSeen } of results.findings())
      last.set(detection, Math.max(last.get(detection) ?? 0, lastSeen / SECOND));
    return fromMap(last);
  },
  dissector_errors_total: ({ results }) => fromMap(results.streams().dissectorErrors),
  // Its clock is the wall's: the live command sets it.
  processing_lag_seconds: null,
  build_info: ({ version }) => [[[version], 1]],
};

/**
 * The metrics of one run in Prometheus' text format, through a registry of its own. Numbers are copied into
 * prom-client when they are asked for: its own `inc` with labels costs 0.4 µs, too much per packet. Node's
 * process metrics are not here: they belong to a running sensor, and would make two replays of one capture
 * write different files.
 */
export class Exporter {
  readonly registry = new Registry();

  constructor(source: Source) {
    for (const definition of Object.values<MetricDefinition>(CATALOGUE)) {
      const reading = READINGS[definition.name as MetricName];
      if (reading !== null) register(this.registry, definition, () => reading(source));
    }
  }

  /** The text of a scrape. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

function register(
  registry: Registry,
  definition: MetricDefinition,
  read: () => readonly Sample[] | Distribution,
): void {
  const { help, labels } = definition;
  const options = { name: PREFIX + definition.name, help, labelNames: [...labels], registers: [registry] };
  if (definition.type === 'histogram') {
    const distribution = read() as Distribution;
    new CopiedHistogram({ ...options, buckets: [...distribution.bounds] }, distribution);
  } else if (definition.type === 'counter') {
    new Counter({
      ...options,
      collect() {
        this.reset();
        // `reset` forgets the labels of a metric that has some: nothing to export until something is counted.
        for (const [values, count] of limited(definition, read() as readonly Sample[]))
          this.inc(labelSet(labels, values), count);
      },
    });
  } else {
    new Gauge({
      ...options,
      collect() {
        this.reset();
        for (const [values, value] of limited(definition, read() as readonly Sample[]))
          this.set(labelSet(labels, values), value);
      },
    });
  }
}

/** A histogram whose buckets are counted elsewhere; prom-client's own can only `observe` one value at a time. */
class CopiedHistogram extends Histogram {
  readonly #distribution: Distribution;
  readonly #name: string;
  readonly #help: string;

  constructor(options: ConstructorParameters<typeof Histogram>[0], distribution: Distribution) {
    super(options);
    this.#distribution = distribution;
    this.#name = options.name;
    this.#help = options.help;
  }

  /** What the registry asks in place of `get` when it writes text. */
  async getForPromString() {
    const { bounds, buckets, sum, count } = this.#distribution;
    const metricName = `${this.#name}_bucket`;
    const values: { metricName: string; labels: Record<string, string | number>; value: number }[] = [];
    let below = 0;
    for (let i = 0; i < bounds.length; i++)
      values.push({ metricName, labels: { le: bounds[i] }, value: (below += buckets[i]) });
    values.push({ metricName, labels: { le: '+Inf' }, value: count });
    values.push({ metricName: `${this.#name}_sum`, labels: {}, value: sum });
    values.push({ metricName: `${this.#name}_count`, labels: {}, value: count });
    return {
      name: this.#name,
      help: this.#help,
      type: 'histogram',
      values,
    };
  }
}

/** At most the catalogue's number of label sets, sorted; the smallest are added up under `other`. */
function limited(definition: MetricDefinition, samples: readonly Sample[]): readonly Sample[] {
  let kept = samples;
  // asset_info has a limit of its own, chosen by the user, and a metric that tells what it left out.
  if (samples.length > definition.limit && definition.unit !== 'info') {
    const bySize = [...samples].sort((a, b) => b[1] - a[1] || compareLabels(a, b));
    const rest = bySize.slice(definition.limit - 1);
    kept = [
      ...bySize.slice(0, definition.limit - 1),
      [definition.labels.map(() => OTHER), rest.reduce((sum, [, value]) => sum + value, 0)] as const,
    ];
  }
  return [...kept].sort(compareLabels);
}

function compareLabels(a: Sample, b: Sample): number {
  for (let i = 0; i < a[0].length; i++) {
    if (a[0][i] !== b[0][i]) return a[0][i] < b[0][i] ? -1 : 1;
  }
  return 0;
}

function labelSet(labels: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(labels.map((label, i) => [label, values[i]]));
}

function single(value: number): readonly Sample[] {
  return [[[], value]];
}

function fromMap(counts: ReadonlyMap<string, number>): readonly Sample[] {
  return [...counts].map(([label, count]) => [[label], count]);
}

/** Medical devices first, then those that speak most, so that the ones left out matter least. */
function shownAssets(assets: readonly Asset[], limit: number): readonly Asset[] {
  if (assets.length <= limit) return assets;
  const rank = (asset: Asset) => (isMedical(asset) ? 2 : 0) + (asset.services.length > 0 ? 1 : 0);
  return [...assets].sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1)).slice(0, limit);
}
