import type { Detection } from './detection.ts';
import { dicomAeTitleBruteForce } from './dicom-ae-title-brute-force.ts';
import { dicomMalformed } from './dicom-malformed.ts';
import { DetectionEngine, type DetectionsOptions } from './engine.ts';
import { externalDeviceToInternet } from './external-device-to-internet.ts';
import { externalMedicalServiceExposed } from './external-medical-service-exposed.ts';
import { hl7AlteredResult } from './hl7-altered-result.ts';
import { hl7Malformed } from './hl7-malformed.ts';
import { hl7NegativeAcknowledgements } from './hl7-negative-acknowledgements.ts';
import { hl7ReplayedMessage } from './hl7-replayed-message.ts';
import { hl7SenderConflict } from './hl7-sender-conflict.ts';
import { hl7Unacknowledged } from './hl7-unacknowledged.ts';
import { hl7UnexpectedMessageType } from './hl7-unexpected-message-type.ts';
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
  hl7Unacknowledged,
  hl7NegativeAcknowledgements,
  hl7SenderConflict,
  hl7ReplayedMessage,
  hl7UnexpectedMessageType,
  hl7AlteredResult,
  hl7Malformed,
];

/** All detections at work: give it events and facts in packet order, after the trackers had them. */
export class Detections extends DetectionEngine {
  constructor(options: DetectionsOptions) {
    super(DETECTIONS, options);
  }
}
