import type { Detection } from './detection.ts';
import { deviceCleartextLogin } from './device-cleartext-login.ts';
import { deviceCrossZone } from './device-cross-zone.ts';
import { deviceVulnerableVersion } from './device-vulnerable-version.ts';
import { dicomAeTitleBruteForce } from './dicom-ae-title-brute-force.ts';
import { dicomAeTitleConflict } from './dicom-ae-title-conflict.ts';
import { dicomAlteredObject } from './dicom-altered-object.ts';
import { dicomAssociationFlood } from './dicom-association-flood.ts';
import { dicomBulkRetrieve } from './dicom-bulk-retrieve.ts';
import { dicomCleartextCredentials } from './dicom-cleartext-credentials.ts';
import { dicomCovertChannel } from './dicom-covert-channel.ts';
import { dicomFailureRatio } from './dicom-failure-ratio.ts';
import { dicomHalfOpen } from './dicom-half-open.ts';
import { dicomMalformed } from './dicom-malformed.ts';
import { dicomNewAssociation } from './dicom-new-association.ts';
import { dicomNonstandardPort } from './dicom-nonstandard-port.ts';
import { dicomPatientEnumeration } from './dicom-patient-enumeration.ts';
import { dicomPolyglot } from './dicom-polyglot.ts';
import { dicomPromiscuousScp } from './dicom-promiscuous-scp.ts';
import { dicomScanner } from './dicom-scanner.ts';
import { dicomSuspiciousAeTitle } from './dicom-suspicious-ae-title.ts';
import { dicomSweep } from './dicom-sweep.ts';
import { dicomUnexpectedMoveDestination } from './dicom-unexpected-move-destination.ts';
import { dicomUnknownApplicationContext } from './dicom-unknown-application-context.ts';
import { dicomWeakTls } from './dicom-weak-tls.ts';
import { DetectionEngine, type DetectionsOptions } from './engine.ts';
import { externalDeviceToInternet } from './external-device-to-internet.ts';
import { externalMedicalServiceExposed } from './external-medical-service-exposed.ts';
import { externalPhiToInternet } from './external-phi-to-internet.ts';
import { externalSuspiciousPort } from './external-suspicious-port.ts';
import { hl7AlteredResult } from './hl7-altered-result.ts';
import { hl7Malformed } from './hl7-malformed.ts';
import { hl7NegativeAcknowledgements } from './hl7-negative-acknowledgements.ts';
import { hl7ReplayedMessage } from './hl7-replayed-message.ts';
import { hl7SenderConflict } from './hl7-sender-conflict.ts';
import { hl7Unacknowledged } from './hl7-unacknowledged.ts';
import { hl7UnexpectedMessageType } from './hl7-unexpected-message-type.ts';
import { networkAddressConflict } from './network-address-conflict.ts';
import { phiCleartextDicom } from './phi-cleartext-dicom.ts';
import { phiCleartextHl7 } from './phi-cleartext-hl7.ts';
import { phiCleartextHttp } from './phi-cleartext-http.ts';
import { phiCleartextOther } from './phi-cleartext-other.ts';

export type { Detection, DetectionMeta, Threshold } from './detection.ts';
export type { DetectionSettings, DetectionsOptions } from './engine.ts';
export type { IgnoreRule } from './ignore.ts';

/** Every detection there is, in the order of the catalogue. */
export const DETECTIONS: readonly Detection[] = [
  externalMedicalServiceExposed,
  externalDeviceToInternet,
  externalPhiToInternet,
  externalSuspiciousPort,
  phiCleartextDicom,
  phiCleartextHl7,
  phiCleartextHttp,
  phiCleartextOther,
  dicomAeTitleBruteForce,
  dicomScanner,
  dicomSweep,
  dicomPromiscuousScp,
  dicomAeTitleConflict,
  dicomPatientEnumeration,
  dicomUnexpectedMoveDestination,
  dicomBulkRetrieve,
  dicomNewAssociation,
  dicomAssociationFlood,
  dicomHalfOpen,
  dicomMalformed,
  dicomSuspiciousAeTitle,
  dicomCleartextCredentials,
  dicomUnknownApplicationContext,
  dicomNonstandardPort,
  dicomFailureRatio,
  dicomAlteredObject,
  dicomPolyglot,
  dicomCovertChannel,
  dicomWeakTls,
  hl7Unacknowledged,
  hl7NegativeAcknowledgements,
  hl7SenderConflict,
  hl7ReplayedMessage,
  hl7UnexpectedMessageType,
  hl7AlteredResult,
  hl7Malformed,
  deviceVulnerableVersion,
  deviceCleartextLogin,
  deviceCrossZone,
  networkAddressConflict,
];

/** All detections at work: give it events and facts in packet order, after the trackers had them. */
export class Detections extends DetectionEngine {
  constructor(options: DetectionsOptions) {
    super(DETECTIONS, options);
  }
}
