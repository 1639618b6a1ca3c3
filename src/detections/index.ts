import type { Detection } from './detection.ts';
import { deviceVulnerableVersion } from './device-vulnerable-version.ts';
import { dicomAeTitleBruteForce } from './dicom-ae-title-brute-force.ts';
import { dicomMalformed } from './dicom-malformed.ts';
import { DetectionEngine, type DetectionsOptions } from './engine.ts';
import { externalDeviceToInternet } from './external-device-to-internet.ts';
import { externalMedicalServiceExposed } from './external-medical-service-exposed.ts';
import { phiCleartextDicom } from './phi-cleartext-dicom.ts';
import { phiCleartextHl7 } from './phi-cleartext-hl7.ts';

export type { Detection, DetectionMeta, Threshold } from './detection.ts';
export type { DetectionSettings, DetectionsOptions } from './engine.ts';
export type { IgnoreRule } from './ignore.ts';

/** Every detection there is, in the order of the catalogue. */
export const DETECTIONS: readonly Detection[] = [
  externalMedicalServiceExposed,
  externalDeviceToInternet,
  phiCleartextDicom,
  phiCleartextHl7,
  dicomAeTitleBruteForce,
  dicomMalformed,
  deviceVulnerableVersion,
];

/** All detections at work: give it events and facts in packet order, after the trackers had them. */
export class Detections extends DetectionEngine {
  constructor(options: DetectionsOptions) {
    super(DETECTIONS, options);
  }
}
