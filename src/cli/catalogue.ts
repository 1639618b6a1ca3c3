import { DETECTIONS, type DetectionMeta } from '../detections/index.ts';

/** What is told of a detection: all that it says of itself, with thresholds as plain numbers. */
export interface DetectionEntry extends Omit<DetectionMeta, 'thresholds'> {
  readonly thresholds: Readonly<Record<string, number>>;
}

const ALL: readonly string[] = [
  'external.phi-to-internet',
  'external.suspicious-port',
  'phi.cleartext-http',
  'phi.cleartext-other',
  'dicom.scanner',
  'dicom.sweep',
  'dicom.promiscuous-scp',
  'dicom.ae-title-conflict',
  'dicom.patient-enumeration',
  'dicom.unexpected-move-destination',
  'dicom.bulk-retrieve',
  'dicom.new-association',
  'dicom.association-flood',
  'dicom.half-open',
  'dicom.suspicious-ae-title',
  'dicom.cleartext-credentials',
  'dicom.unknown-application-context',
  'dicom.nonstandard-port',
  'dicom.failure-ratio',
  'dicom.altered-object',
  'dicom.polyglot',
  'dicom.covert-channel',
  'dicom.weak-tls',
  'hl7.unacknowledged',
  'hl7.negative-acknowledgements',
  'hl7.sender-conflict',
  'hl7.replayed-message',
  'hl7.unexpected-message-type',
  'hl7.altered-result',
  'hl7.malformed',
  'device.vulnerable-version',
  'device.cleartext-login',
  'device.cross-zone',
  'network.address-conflict',
];

/** Ids a configuration may name although this version does not have them, so that one file serves several. */
export const PLANNED: readonly string[] = ALL.filter((id) => !DETECTIONS.some(({ meta }) => meta.id === id));

/** The detections of this version. */
export function catalogue(): readonly DetectionEntry[] {
  return DETECTIONS.map(({ meta }) => ({
    ...meta,
    thresholds: Object.fromEntries(
      Object.entries(meta.thresholds).map(([name, { default: value }]) => [name, value]),
    ),
  }));
}
