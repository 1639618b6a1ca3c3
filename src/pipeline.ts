import { type AnyEvent, dissectors } from '../dissectors/index.ts';
import { type Address, AddressBook, type Network } from './core/address.ts';
import type { Fact } from './core/facts.ts';
import type { Flow } from './core/flow.ts';
import type { Frame, FrameSink } from './core/frame.ts';
import { KeyedHash } from './core/hash.ts';
import { Repeats } from './core/repeats.ts';
import { type Micros, SECOND } from './core/time.ts';
import type { Finding } from './detections/finding.ts';
import { type DetectionSettings, Detections } from './detections/index.ts';
import type { Vulnerabilities } from './knowledge/vulnerabilities.ts';
import { Net } from './net/index.ts';
import type { ExternalTotals, NetCounts, PhiTotals, Results, StreamCounts } from './sinks/results.ts';
import type { Sink } from './sinks/sink.ts';
import { type StreamLimits, Streams } from './streams/index.ts';
import type { Asset } from './trackers/asset.ts';
import type { Baseline } from './trackers/baseline.ts';
import { Trackers } from './trackers/index.ts';
import { NO_POLICY, type PolicyView } from './trackers/policy.ts';
import type { SiteDevice } from './trackers/site.ts';

export interface PipelineOptions {
  /** What counts as inside. */
  internal: readonly Network[];
  /** `--reveal-phi` was typed. */
  reveal: boolean;
  /** Eight bytes that key the hash of patients' identities. */
  hashKey: Uint8Array;
  /** ISO 3166-1 alpha-2 country of an external address, null when unknown. */
  country(address: Address): string | null;
  /** Vendor of a MAC address (48-bit integer), null when unknown or not assigned to one. */
  vendor(mac: number): string | null;
  /** Settings by detection id. */
  detections?: Readonly<Record<string, DetectionSettings>>;
  /** What is normal here; nothing is known of that without. */
  baseline?: Baseline;
  /** Which versions are known to be vulnerable; the built-in table without. */
  vulnerabilities?: Vulnerabilities;
  /** What the site says is expected; nothing without. */
  policy?: PolicyView;
  /** What the site knows of its devices. */
  devices?: readonly SiteDevice[];
  streams?: Partial<StreamLimits>;
  /** Let unexpected exceptions of dissectors through (tests, fuzzing) instead of counting them. */
  rethrow?: boolean;
}

/** A clock that went back further than this was set anew, or another capture began. */
const CLOCK_WENT_BACK = 60;

/**
 * All parts, wired: frames go in, events, facts and findings come out to the sinks. Synchronous, without I/O
 * and without a clock, so that the same frames always give the same results.
 */
export class Pipeline implements FrameSink, Results {
  readonly #net: Net;
  readonly #streams: Streams;
  readonly #trackers: Trackers;
  readonly #detections: Detections;
  readonly #sinks: readonly Sink[];
  readonly #eventSinks: readonly Sink[];
  readonly #factSinks: readonly Sink[];
  readonly #repeats = new Repeats();
  #second = Number.NEGATIVE_INFINITY;
  #now: Micros = 0;
  /** What was concluded, once nothing can change it any more. */
  #final: {
    assets: readonly Asset[];
    external: ExternalTotals;
    phi: PhiTotals;
    findings: readonly Finding[];
  } | null = null;

  constructor(options: PipelineOptions, sinks: readonly Sink[]) {
    this.#sinks = sinks;
    this.#eventSinks = sinks.filter((sink) => sink.event !== undefined);
    this.#factSinks = sinks.filter((sink) => sink.fact !== undefined);
    // Writing a finding down costs far more than making it: only where somebody listens.
    const findingSinks = sinks.filter((sink) => sink.finding !== undefined);
    this.#trackers = new Trackers({
      country: options.country,
      vendor: options.vendor,
      baseline: options.baseline,
      devices: options.devices,
      vulnerabilities: options.vulnerabilities,
    });
    this.#detections = new Detections({
      settings: options.detections,
      inventory: this.#trackers,
      baseline: this.#trackers.baseline,
      policy: options.policy ?? NO_POLICY,
      listener:
        findingSinks.length === 0
          ? undefined
          : (finding, change, flow, time) => {
              for (const sink of findingSinks) sink.finding!(finding, change, flow, time);
            },
    });
    this.#streams = new Streams(
      {
        addresses: new AddressBook(options.internal),
        dissectors,
        reveal: options.reveal,
        hash: new KeyedHash(options.hashKey),
        limits: options.streams,
        rethrow: options.rethrow,
      },
      {
        event: (event, flow, time) => this.#event(event as AnyEvent, flow, time),
        fact: (fact, flow, time) => this.#fact(fact, flow, time),
        facts: (facts, flow, time) => {
          if (this.#repeats.told(facts, flow, time)) return;
          for (const fact of facts) this.#fact(fact, flow, time);
        },
      },
    );
    this.#net = new Net(this.#streams);
  }

  frame(frame: Frame): void {
    const second = Math.floor(frame.time / SECOND);
    if (second > this.#second || second < this.#second - CLOCK_WENT_BACK) this.#tick(second, frame.time);
    this.#now = frame.time;
    this.#net.frame(frame);
  }

  /** The capture is over: open flows end, and every detection has its last word. Sinks are closed by their owner. */
  end(): void {
    this.#net.close();
    this.#streams.flush();
    this.#detections.end(this.#now);
    this.#final = {
      assets: this.#trackers.assets(),
      external: this.#trackers.external(),
      phi: this.#trackers.phi(),
      findings: this.#detections.findings(),
    };
  }

  net(): NetCounts {
    return this.#net;
  }

  streams(): StreamCounts {
    return this.#streams;
  }

  assets(): readonly Asset[] {
    return this.#final?.assets ?? this.#trackers.assets();
  }

  external(): ExternalTotals {
    return this.#final?.external ?? this.#trackers.external();
  }

  phi(): PhiTotals {
    return this.#final?.phi ?? this.#trackers.phi();
  }

  findings(): readonly Finding[] {
    return this.#final?.findings ?? this.#detections.findings();
  }

  evictions(): ReadonlyMap<string, number> {
    return new Map([
      ['fragments', this.#net.fragmentsEvicted],
      ...this.#streams.evictions,
      ...Object.entries(this.#trackers.evictions()),
      ['findings', this.#detections.evictions],
    ]);
  }

  ignored(): number {
    return this.#detections.ignored;
  }

  #tick(second: number, time: Micros): void {
    this.#second = second;
    this.#trackers.tick(time);
    this.#detections.tick(time);
    for (const sink of this.#sinks) sink.tick?.(time);
  }

  #event(event: AnyEvent, flow: Flow, time: Micros): void {
    this.#detections.event(event, flow, time);
    const sinks = this.#eventSinks;
    for (let i = 0; i < sinks.length; i++) sinks[i].event!(event, flow, time);
  }

  #fact(fact: Fact, flow: Flow | null, time: Micros): void {
    this.#trackers.fact(fact, flow, time);
    this.#detections.fact(fact, flow, time);
    const sinks = this.#factSinks;
    for (let i = 0; i < sinks.length; i++) sinks[i].fact!(fact, flow, time);
  }
}
