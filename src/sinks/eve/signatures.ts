import type { Severity } from '../../detections/finding.ts';

/**
 * `alert.signature_id` of each detection. The numbers lie in Suricata's range for local rules and stay with
 * their detection for ever: a SIEM has rules on them. A new detection gets the next free number of its group.
 */
export const SIGNATURE_IDS: Readonly<Record<string, number>> = {
  'external.medical-service-exposed': 1_900_101,
  'external.device-to-internet': 1_900_102,
  'external.phi-to-internet': 1_900_103,
  'external.suspicious-port': 1_900_104,
  'phi.cleartext-dicom': 1_900_201,
  'phi.cleartext-hl7': 1_900_202,
  'phi.cleartext-http': 1_900_203,
  'phi.cleartext-other': 1_900_204,
  'dicom.ae-title-brute-force': 1_900_301,
  'dicom.scanner': 1_900_302,
  'dicom.sweep': 1_900_303,
  'dicom.promiscuous-scp': 1_900_304,
  'dicom.ae-title-conflict': 1_900_305,
  'dicom.patient-enumeration': 1_900_306,
  'dicom.unexpected-move-destination': 1_900_307,
  'dicom.bulk-retrieve': 1_900_308,
  'dicom.new-association': 1_900_309,
  'dicom.association-flood': 1_900_310,
  'dicom.half-open': 1_900_311,
  'dicom.malformed': 1_900_312,
  'dicom.suspicious-ae-title': 1_900_313,
  'dicom.cleartext-credentials': 1_900_314,
  'dicom.unknown-application-context': 1_900_315,
  'dicom.nonstandard-port': 1_900_316,
  'dicom.failure-ratio': 1_900_317,
  'dicom.altered-object': 1_900_318,
  'dicom.polyglot': 1_900_319,
  'dicom.covert-channel': 1_900_320,
  'dicom.weak-tls': 1_900_321,
  'hl7.unacknowledged': 1_900_401,
  'hl7.negative-acknowledgements': 1_900_402,
  'hl7.sender-conflict': 1_900_403,
  'hl7.replayed-message': 1_900_404,
  'hl7.unexpected-message-type': 1_900_405,
  'hl7.altered-result': 1_900_406,
  'hl7.malformed': 1_900_407,
  'device.vulnerable-version': 1_900_501,
  'device.cleartext-login': 1_900_502,
  'device.cross-zone': 1_900_503,
  'network.address-conflict': 1_900_601,
};

/** For a detection that has no number yet: the product's own, so that the record is at least attributable. */
export const UNNUMBERED = 1_900_000;

/** `alert.category` by the first word of the detection's id. */
const CATEGORIES: Readonly<Record<string, string>> = {
  external: 'Medical system and the Internet',
  phi: 'Patient data in clear',
  dicom: 'DICOM',
  hl7: 'HL7',
  device: 'Medical device',
  network: 'Network',
};

export function category(detection: string): string {
  return CATEGORIES[detection.slice(0, detection.indexOf('.'))] ?? 'auscult';
}

/** Suricata's scale: 1 is the most severe, 4 the least. `alert.metadata.severity` tells low from info. */
export const ALERT_SEVERITY: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 2,
  medium: 3,
  low: 4,
  info: 4,
};
