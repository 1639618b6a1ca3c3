import type { AnyEvent } from '../../dissectors/index.ts';
import type { Address } from '../core/address.ts';
import { communityId } from '../core/community-id.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { PairCache } from '../core/pairs.ts';
import { MINUTE, type Micros, SECOND } from '../core/time.ts';
import type { BaselineView } from '../trackers/baseline.ts';
import type { InventoryView } from '../trackers/index.ts';
import type { PolicyView } from '../trackers/policy.ts';
import type { Case, Context, Detection, DetectionMeta, Handlers } from './detection.ts';
import {
  type Finding,
  type FindingListener,
  type Incident,
  type IncidentStep,
  SEVERITIES,
  type Severity,
} from './finding.ts';
import { type IgnoreRule, ignoredUntil } from './ignore.ts';
import { type Step, Stories, type Story } from './stories.ts';

export interface DetectionSettings {
  readonly enabled?: boolean;
  /** Instead of the severity that the detection gives. */
  readonly severity?: Severity;
  /** Instead of defaults, by the names in `meta.thresholds`. */
  readonly thresholds?: Readonly<Record<string, number>>;
  readonly ignore?: readonly IgnoreRule[];
}

export interface DetectionsOptions {
  readonly inventory: InventoryView;
  readonly baseline: BaselineView;
  readonly policy: PolicyView;
  readonly listener?: FindingListener;
  /** By detection id. */
  readonly settings?: Readonly<Record<string, DetectionSettings>>;
  /** Findings kept in all; default 20,000. */
  readonly maxFindings?: number;
}

const COMMUNITY_IDS = 5;
/** A finding that goes on is told again at most this often, unless it gets worse. */
const UPDATE_INTERVAL = MINUTE;

interface FlowEnds {
  readonly proto: 'tcp' | 'udp';
  readonly client: Address;
  readonly clientPort: number;
  readonly server: Address;
  readonly serverPort: number;
}

function isOf(ends: FlowEnds, { client, server }: Flow): boolean {
  return (
    ends.clientPort === client.port &&
    ends.serverPort === server.port &&
    ends.client === client.address &&
    ends.server === server.address
  );
}

function communityIdOf({ proto, client, clientPort, server, serverPort }: FlowEnds): string {
  return communityId(proto === 'tcp' ? 6 : 17, client, clientPort, server, serverPort);
}

/** A case as the engine keeps it. */
class Entry implements Case<unknown>, Step {
  readonly running: Running;
  readonly source: Address;
  readonly destination: Address;
  readonly port: number | null;
  readonly state: unknown;
  readonly ignoredUntil: Micros;
  /** Of the first flows, what their Community IDs are made of: a hash for each is worked out when it is read. */
  readonly flows: FlowEnds[] = [];
  count = 0;
  firstSeen: Micros = 0;
  lastSeen: Micros = 0;
  severity: Severity = 'info';
  lastFlow = -1;
  /** When the listener was last told; its count then. */
  toldAt: Micros = 0;
  toldCount = 0;
  /** Hit since the hand of the eviction passed. */
  recent = true;
  story: Story | null = null;
  asked = -1;
  /** Of the finding when the listener was last told: that of its story may be worse than its own. */
  toldSeverity: Severity = 'info';

  constructor(
    running: Running,
    source: Address,
    destination: Address,
    port: number | null,
    state: unknown,
    ignoredUntil: Micros,
  ) {
    this.running = running;
    this.source = source;
    this.destination = destination;
    this.port = port;
    this.state = state;
    this.ignoredUntil = ignoredUntil;
  }

  get meta(): DetectionMeta {
    return this.running.detection.meta;
  }

  summary(): string {
    return this.running.handlers.describe(this).summary;
  }

  tellIfWorse(time: Micros): void {
    if (rank(this.running.severityOf(this)) < rank(this.toldSeverity))
      this.running.tell(this, 'update', null, time);
  }
}

/** One detection at work: its cases, its settings, its handlers. */
class Running implements Context<unknown> {
  readonly detection: Detection;
  readonly inventory: InventoryView;
  readonly baseline: BaselineView;
  readonly policy: PolicyView;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly handlers: Handlers<unknown>;
  readonly #engine: DetectionEngine;
  readonly #severity: Severity | undefined;
  readonly #ignore: readonly IgnoreRule[];
  /** Source, then destination: two look-ups cost less than building a key. */
  readonly #bySource = new Map<string, Map<string, Entry>>();
  readonly #recent = new PairCache<Entry>();
  /** In the order of the eviction's hand. */
  readonly entries = new Set<Entry>();
  /** Where the hand stands; a new iterator would walk over all that was deleted before. */
  #hand: SetIterator<Entry> | null = null;

  constructor(engine: DetectionEngine, detection: Detection, options: DetectionsOptions) {
    this.#engine = engine;
    this.detection = detection;
    this.inventory = options.inventory;
    this.baseline = options.baseline;
    this.policy = options.policy;
    const settings = options.settings?.[detection.meta.id] ?? {};
    this.#severity = settings.severity;
    this.#ignore = settings.ignore ?? [];
    this.thresholds = Object.fromEntries(
      Object.entries(detection.meta.thresholds).map(([name, threshold]) => [
        name,
        settings.thresholds?.[name] ?? threshold.default,
      ]),
    );
    this.handlers = detection.create(this);
  }

  find(source: Address, destination: Address): Entry | undefined {
    const recent = this.#recent.get(source, destination);
    if (recent !== undefined) return recent;
    const entry = this.#bySource.get(source.text)?.get(destination.text);
    if (entry !== undefined) this.#recent.set(source, destination, entry);
    return entry;
  }

  open(source: Address, destination: Address, port: number | null, state: () => unknown): Entry {
    const found = this.find(source, destination);
    if (found !== undefined) return found;
    this.#engine.makeRoom();
    const until = ignoredUntil(this.#ignore, source, destination);
    const entry = new Entry(this, source, destination, port, state(), until);
    let bySource = this.#bySource.get(source.text);
    if (bySource === undefined) {
      bySource = new Map();
      this.#bySource.set(source.text, bySource);
    }
    bySource.set(destination.text, entry);
    this.entries.add(entry);
    this.#engine.size++;
    return entry;
  }

  hit(found: Case<unknown>, severity: Severity, flow: Flow | null, time: Micros, times = 1): void {
    const entry = found as Entry;
    if (time < entry.ignoredUntil) {
      this.#engine.ignored++;
      return;
    }
    const first = entry.count === 0;
    entry.count += times;
    entry.recent = true;
    if (first) entry.firstSeen = time;
    if (time > entry.lastSeen) entry.lastSeen = time;
    if (flow !== null && flow.id !== entry.lastFlow) {
      entry.lastFlow = flow.id;
      const { proto, client, server } = flow;
      if (entry.flows.length < COMMUNITY_IDS && !entry.flows.some((ends) => isOf(ends, flow))) {
        entry.flows.push({
          proto,
          client: client.address,
          clientPort: client.port,
          server: server.address,
          serverPort: server.port,
        });
      }
    }
    const given = this.#severity ?? severity;
    const worse = first || (given !== entry.severity && rank(given) < rank(entry.severity));
    if (worse) entry.severity = given;
    this.#engine.stories.hit(entry, time);
    if (worse && entry.story !== null && entry.story.lead !== entry) entry.story.lead.tellIfWorse(time);
    if (worse || time - entry.toldAt >= UPDATE_INTERVAL)
      this.tell(entry, first ? 'new' : 'update', flow, time);
  }

  grade(found: Case<unknown>, severity: Severity): void {
    if (this.#severity === undefined) (found as Entry).severity = severity;
  }

  suspects(actor: Address, time: Micros): boolean {
    return this.#engine.stories.suspects(actor, time, this.detection.meta.id);
  }

  *cases(): Iterable<Case<unknown>> {
    for (const entry of this.entries) if (entry.count > 0) yield entry;
  }

  /** Tells what was counted since the listener last heard of it. */
  tellRest(time: Micros): void {
    for (const entry of this.entries)
      if (entry.count > entry.toldCount) this.tell(entry, 'update', null, time);
  }

  finding(entry: Entry): Finding {
    const { meta } = this.detection;
    const { source, destination } = entry;
    const { summary, data } = this.handlers.describe(entry);
    return {
      detection: meta.id,
      title: meta.title,
      severity: this.severityOf(entry),
      source: { ip: source.text, asset: this.inventory.assetId(source.text) },
      destination: {
        ip: destination.text,
        port: entry.port,
        asset: this.inventory.assetId(destination.text),
        country: this.inventory.country(destination),
      },
      count: entry.count,
      firstSeen: entry.firstSeen,
      lastSeen: entry.lastSeen,
      summary,
      data,
      attack: meta.attack,
      communityIds: [...new Set(entry.flows.map(communityIdOf))],
      incident: incidentOf(entry),
      silence: {
        key: `detections.${meta.id}.ignore`,
        source: source.text,
        destination: destination.text,
      },
    };
  }

  /** The finding that leads an incident is as severe as the whole, unless the site set its severity. */
  severityOf(entry: Entry): Severity {
    const { story, severity } = entry;
    if (this.#severity !== undefined || story === null || story.lead !== entry || !story.isIncident)
      return severity;
    return story.severity;
  }

  /** Lets go one case: the first in the hand's order that was not hit since it last passed. */
  evict(): void {
    for (let step = 0; ; step++) {
      this.#hand ??= this.entries.values();
      const entry = this.#hand.next().value;
      if (entry === undefined) {
        this.#hand = null;
        if (this.entries.size === 0) return;
        continue;
      }
      this.entries.delete(entry);
      const keep = step < 64 && (entry.recent || rank(entry.severity) <= 1) && entry.count > 0;
      if (!keep) {
        this.#remove(entry);
        this.handlers.drop?.(entry);
        return;
      }
      entry.recent = false;
      this.entries.add(entry);
    }
  }

  #remove(entry: Entry): void {
    this.#recent.delete(entry.source, entry.destination, entry);
    const bySource = this.#bySource.get(entry.source.text);
    bySource?.delete(entry.destination.text);
    if (bySource?.size === 0) this.#bySource.delete(entry.source.text);
  }

  tell(entry: Entry, change: 'new' | 'update', flow: Flow | null, time: Micros): void {
    entry.toldAt = time;
    entry.toldCount = entry.count;
    entry.toldSeverity = this.severityOf(entry);
    this.#engine.tell(this, entry, change, flow, time);
  }
}

type Handler<T> = (what: T, flow: Flow | null, time: Micros) => void;

/** Runs detections: hands each what it asked for, keeps their cases, tells the listener. */
export class DetectionEngine {
  readonly #running: Running[] = [];
  readonly #events = new Map<string, Handler<AnyEvent>[]>();
  readonly #facts = new Map<string, Handler<Fact>[]>();
  readonly #listener: FindingListener | undefined;
  readonly #limit: number;
  readonly #inventory: InventoryView;
  #lastTick: Micros = Number.NEGATIVE_INFINITY;
  /** Cases kept, of all detections. */
  size = 0;
  /** Cases let go because the table was full. */
  evictions = 0;
  /** Hits that a site does not want to hear of. */
  ignored = 0;
  readonly stories = new Stories();

  /** Throws a RangeError for settings of an unknown detection or threshold. */
  constructor(detections: readonly Detection[], options: DetectionsOptions) {
    this.#listener = options.listener;
    this.#inventory = options.inventory;
    this.#limit = options.maxFindings ?? 20_000;
    checkSettings(detections, options.settings ?? {});
    for (const detection of detections) {
      if (options.settings?.[detection.meta.id]?.enabled === false) continue;
      const running = new Running(this, detection, options);
      this.#running.push(running);
      for (const [type, handler] of Object.entries(running.handlers.events ?? {}))
        register(this.#events, type, handler as Handler<AnyEvent>);
      for (const [kind, handler] of Object.entries(running.handlers.facts ?? {}))
        register(this.#facts, kind, handler as Handler<Fact>);
    }
  }

  event(event: AnyEvent, flow: Flow, time: Micros): void {
    const handlers = this.#events.get(event.type);
    if (handlers === undefined) return;
    for (let i = 0; i < handlers.length; i++) handlers[i](event, flow, time);
  }

  /** Only a `neighbour` or `device` fact may come without a flow. */
  fact(fact: Fact, flow: Flow | null, time: Micros): void {
    const handlers = this.#facts.get(fact.fact);
    if (handlers === undefined) return;
    for (let i = 0; i < handlers.length; i++) handlers[i](fact, flow, time);
  }

  /** Packet time goes on. Cheap when called often: it acts once a second. */
  tick(time: Micros): void {
    if (time - this.#lastTick < SECOND && time >= this.#lastTick) return;
    this.#lastTick = time;
    for (const running of this.#running) running.handlers.tick?.(time);
  }

  /** The capture is over: what was pending is judged, what was not told is told. */
  end(time: Micros): void {
    this.#inventory.settle();
    for (const running of this.#running) {
      running.handlers.end?.(time);
      running.tellRest(time);
    }
  }

  /** Everything found, most severe first, then by time. */
  findings(): Finding[] {
    this.#inventory.settle();
    const all: Finding[] = [];
    for (const running of this.#running)
      for (const entry of running.entries) if (entry.count > 0) all.push(running.finding(entry));
    return all.sort(
      (a, b) =>
        rank(a.severity) - rank(b.severity) ||
        a.firstSeen - b.firstSeen ||
        compare(a.detection, b.detection) ||
        compare(a.source.ip, b.source.ip) ||
        compare(a.destination.ip, b.destination.ip),
    );
  }

  /** Lets go a case of the detection that has the most, so that a flood of one kind cannot push out another. */
  makeRoom(): void {
    if (this.size < this.#limit) return;
    let most: Running | undefined;
    for (const running of this.#running)
      if (most === undefined || running.entries.size > most.entries.size) most = running;
    most?.evict();
    this.size--;
    this.evictions++;
  }

  tell(running: Running, entry: Entry, change: 'new' | 'update', flow: Flow | null, time: Micros): void {
    this.#listener?.(running.finding(entry), change, flow, time);
  }
}

function incidentOf(entry: Entry): Incident | null {
  const { story } = entry;
  if (story === null || !story.isIncident) return null;
  const { steps } = story;
  return {
    id: story.id,
    severity: story.severity,
    step: steps.indexOf(entry) + 1,
    steps: steps.length,
    story: story.lead === entry ? steps.map(stepOf) : null,
  };
}

function stepOf(step: Step): IncidentStep {
  return {
    detection: step.meta.id,
    severity: step.severity,
    source: step.source.text,
    destination: step.destination.text,
    firstSeen: step.firstSeen,
    summary: step.summary(),
  };
}

function register<T>(table: Map<string, Handler<T>[]>, key: string, handler: Handler<T>): void {
  const handlers = table.get(key);
  if (handlers === undefined) table.set(key, [handler]);
  else handlers.push(handler);
}

function checkSettings(
  detections: readonly Detection[],
  settings: Readonly<Record<string, DetectionSettings>>,
): void {
  for (const [id, { thresholds }] of Object.entries(settings)) {
    const detection = detections.find((one) => one.meta.id === id);
    if (detection === undefined) throw new RangeError(`no detection is called ${JSON.stringify(id)}`);
    for (const [name, value] of Object.entries(thresholds ?? {})) {
      if (detection.meta.thresholds[name] === undefined)
        throw new RangeError(`${id} has no threshold called ${JSON.stringify(name)}`);
      if (!(value >= 0)) throw new RangeError(`${id}: the threshold ${name} must be a number from 0 up`);
    }
  }
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
