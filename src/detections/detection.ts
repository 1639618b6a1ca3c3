import type { AnyEvent } from '../../dissectors/index.ts';
import type { Address } from '../core/address.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import type { BaselineView } from '../trackers/baseline.ts';
import type { InventoryView } from '../trackers/index.ts';
import type { PolicyView } from '../trackers/policy.ts';
import type { Severity } from './finding.ts';

/**
 * Which part of an attack a finding is, in the order in which they come. `exposure` is none: something is open or in clear,
 * which an attacker may use; it joins a story that others began between the same two.
 */
export const STAGES = [
  'reconnaissance',
  'access',
  'discovery',
  'collection',
  'tampering',
  'exfiltration',
  'disruption',
  'exposure',
] as const;
export type Stage = (typeof STAGES)[number];

/** A number that decides, which a site may change. */
export interface Threshold {
  readonly default: number;
  /** What is counted, with its unit: `distinct called AE titles`, `seconds`. */
  readonly unit: string;
}

export interface DetectionMeta {
  /** Stable: `dicom.malformed`. */
  readonly id: string;
  readonly title: string;
  /** Of an ordinary case; `escalation` says when it is more or less. */
  readonly severity: Severity;
  readonly escalation: string;
  /** Why it matters, with the section of the standard where there is one. */
  readonly why: string;
  /** What to do about it. */
  readonly action: string;
  readonly reference: string;
  /** MITRE ATT&CK (Enterprise and ICS) technique ids. */
  readonly attack: readonly string[];
  /** Which part of a story it is, whose actor is the source of the case. */
  readonly stage: Stage;
  readonly thresholds: Readonly<Record<string, Threshold>>;
  /** What a baseline changes: `needed`: silent without one; `more`, `less`: finds more, or less, with one. */
  readonly baseline?: 'needed' | 'more' | 'less';
  /** What fires it, and what comes close and does not; both are in its test. */
  readonly example: { readonly fires: string; readonly silent: string };
}

/**
 * What was found between one source and one destination so far. `state` is the detection's own; it is bounded
 * by the detection.
 */
export interface Case<S> {
  readonly source: Address;
  readonly destination: Address;
  readonly port: number | null;
  readonly state: S;
  count: number;
  firstSeen: Micros;
  lastSeen: Micros;
  severity: Severity;
}

/** What a detection may see and do. */
export interface Context<S> {
  readonly inventory: InventoryView;
  /** What is normal here, as far as it was learned. */
  readonly baseline: BaselineView;
  /** What the site says is expected. */
  readonly policy: PolicyView;
  /** Each threshold as the site set it, else its default. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** The case between two addresses, when there is one. */
  find(source: Address, destination: Address): Case<S> | undefined;
  /** The case between two addresses, made with `state` when there is none. Not reported before a `hit`. */
  open(source: Address, destination: Address, port: number | null, state: () => S): Case<S>;
  /** It happened (again): counts `times`, keeps the flow's community id, raises the severity when it is worse. */
  hit(found: Case<S>, severity: Severity, flow: Flow | null, time: Micros, times?: number): void;
  /** Sets the severity of something already reported, up or down, without counting. */
  grade(found: Case<S>, severity: Severity): void;
  /** Somebody of whom another detection found something of high severity within the last hour. */
  suspects(actor: Address, time: Micros): boolean;
  /** All cases that were reported. */
  cases(): Iterable<Case<S>>;
}

/** What a case says to its reader, made when somebody reads. */
export interface Telling {
  /** One sentence a SOC analyst can act on. */
  summary: string;
  /** Stable keys; never a value that identifies a patient. */
  data: Record<string, unknown>;
}

type EventHandlers = {
  [T in AnyEvent['type']]?: (event: Extract<AnyEvent, { type: T }>, flow: Flow, time: Micros) => void;
};

/** Facts that may come without a flow. */
type Flowless = 'neighbour' | 'device';

type FactHandlers = {
  [K in Fact['fact']]?: (
    fact: Extract<Fact, { fact: K }>,
    flow: K extends Flowless ? Flow | null : Flow,
    time: Micros,
  ) => void;
};

export interface Handlers<S> {
  readonly events?: EventHandlers;
  readonly facts?: FactHandlers;
  /** Once a second of packet time at most. */
  readonly tick?: (time: Micros) => void;
  /** The capture is over. */
  readonly end?: (time: Micros) => void;
  readonly describe: (found: Case<S>) => Telling;
  /** Called when a case is dropped because the table is full. */
  readonly drop?: (found: Case<S>) => void;
}

/** One rule: what it is for people (`meta`) and what it does (`create`, once per run). */
export interface Detection<S = unknown> {
  readonly meta: DetectionMeta;
  create(context: Context<S>): Handlers<S>;
}

/** Keeps a detection's own type of state out of the list of all of them. */
export function defineDetection<S>(detection: Detection<S>): Detection {
  return detection as unknown as Detection;
}
