import type { Severity } from '../detections/finding.ts';

/** 0 is the most severe. Sinks may use only the types of detections, so the order stands here too. */
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = {
  critical: 0,
  high: 1,
  medium: 2,
  low: 3,
  info: 4,
};

/** Most severe first. */
export const SEVERITY_ORDER = Object.keys(SEVERITY_RANK) as readonly Severity[];
