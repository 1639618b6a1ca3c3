import { DETECTIONS, type DetectionMeta } from '../detections/index.ts';

/** What is told of a detection: all that it says of itself, with thresholds as plain numbers. */
export interface DetectionEntry extends Omit<DetectionMeta, 'thresholds'> {
  readonly thresholds: Readonly<Record<string, number>>;
}

/** All detections. */
export function catalogue(): readonly DetectionEntry[] {
  return DETECTIONS.map(({ meta }) => ({
    ...meta,
    thresholds: Object.fromEntries(
      Object.entries(meta.thresholds).map(([name, { default: value }]) => [name, value]),
    ),
  }));
}
