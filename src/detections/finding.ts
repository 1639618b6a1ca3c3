import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** Most severe first, for ordering and `--fail-on`. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** One step of an incident, as its reader needs it. */
export interface IncidentStep {
  readonly detection: string;
  readonly severity: Severity;
  readonly source: string;
  readonly destination: string;
  readonly firstSeen: Micros;
  readonly summary: string;
}

/** The story that a finding is part of: what one actor did in one go. */
export interface Incident {
  /** The actor and when it began: the same in all findings of the incident. */
  readonly id: string;
  /** Of the whole. */
  readonly severity: Severity;
  /** Which step this finding is, from 1, and how many there are. */
  readonly step: number;
  readonly steps: number;
  /** All steps in order, in the finding that is the first of them; null in the others. */
  readonly story: readonly IncidentStep[] | null;
}

/** What to write into the configuration so that a finding is not reported again. */
export interface Silence {
  /** `detections.dicom.malformed.ignore`, with the id as one key. */
  readonly key: string;
  readonly source: string;
  readonly destination: string;
}

/** What was detected between one source and one destination: an entry of `findings.json`. */
export interface Finding {
  readonly detection: string;
  readonly title: string;
  severity: Severity;
  readonly source: { ip: string; asset: string | null };
  readonly destination: { ip: string; port: number | null; asset: string | null; country: string | null };
  count: number;
  readonly firstSeen: Micros;
  lastSeen: Micros;
  /** One sentence an analyst can act on. */
  summary: string;
  /** Detection-specific facts, stable keys, never a value that identifies a patient. */
  data: Record<string, unknown>;
  readonly attack: readonly string[];
  /** At most five. */
  readonly communityIds: string[];
  readonly incident: Incident | null;
  readonly silence: Silence;
}

/** `new`: first of its (detection, source, destination); `update`: it happened again or got worse. */
export type FindingChange = 'new' | 'update';

export type FindingListener = (
  finding: Finding,
  change: FindingChange,
  flow: Flow | null,
  time: Micros,
) => void;
