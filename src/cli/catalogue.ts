import { DETECTIONS, type DetectionMeta } from '../detections/index.ts';

/** What every detection says of itself. */
export function catalogue(): readonly DetectionMeta[] {
  return DETECTIONS.map(({ meta }) => meta);
}
