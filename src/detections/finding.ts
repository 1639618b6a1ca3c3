import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** Most severe first, for ordering and `--fail-on`. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

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
}

/** `new`: first of its (detection, source, destination); `update`: it happened again or got worse. */
export type FindingChange = 'new' | 'update';

export type FindingListener = (
  finding: Finding,
  change: FindingChange,
  flow: Flow | null,
  time: Micros,
) => void;
