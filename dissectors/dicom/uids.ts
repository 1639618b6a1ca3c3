/**
 * UIDs by name, as far as anything here speaks of them (PS3.6 Annex A). A UID that is not here is shown as it is.
 */
export const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const DEFLATED_EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';

export const VERIFICATION = '1.2.840.10008.1.1';
export const MODALITY_WORKLIST_FIND = '1.2.840.10008.5.1.4.31';
export const MODALITY_PERFORMED_PROCEDURE_STEP = '1.2.840.10008.3.1.2.3.3';

const PRINT = '1.2.840.10008.5.1.1.';
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const ECG_WAVEFORM = `${STORAGE}9.1.`;
const WAVEFORM = `${STORAGE}9.`;

/** Basic print management: film session, film box, image box, printer, the meta classes (PS3.4 Annex H). */
export function isPrint(sopClass: string): boolean {
  return sopClass.startsWith(PRINT);
}

/** 12-lead, general, ambulatory and later ECG waveform storage. */
export function isEcgStorage(sopClass: string): boolean {
  return sopClass.startsWith(ECG_WAVEFORM);
}

/** Haemodynamic, electrophysiology, respiratory and other waveform storage, ECG included. */
export function isWaveformStorage(sopClass: string): boolean {
  return sopClass.startsWith(WAVEFORM);
}

const NAMES: Readonly<Record<string, string>> = {
  [APPLICATION_CONTEXT]: 'DICOM Application Context Name',
  [IMPLICIT_LITTLE_ENDIAN]: 'Implicit VR Little Endian',
  [EXPLICIT_LITTLE_ENDIAN]: 'Explicit VR Little Endian',
  [DEFLATED_EXPLICIT_LITTLE_ENDIAN]: 'Deflated Explicit VR Little Endian',
  [EXPLICIT_BIG_ENDIAN]: 'Explicit VR Big Endian',
  '1.2.840.10008.1.2.4.50': 'JPEG Baseline (Process 1)',
  '1.2.840.10008.1.2.4.51': 'JPEG Extended (Process 2 and 4)',
  '1.2.840.10008.1.2.4.57': 'JPEG Lossless, Non-Hierarchical (Process 14)',
  '1.2.840.10008.1.2.4.70': 'JPEG Lossless, Non-Hierarchical, First-Order Prediction',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS Lossless',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS Lossy (Near-Lossless)',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000 (Lossless Only)',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000',
  '1.2.840.10008.1.2.4.100': 'MPEG2 Main Profile / Main Level',
  '1.2.840.10008.1.2.4.102': 'MPEG-4 AVC/H.264 High Profile / Level 4.1',
  '1.2.840.10008.1.2.4.107': 'HEVC/H.265 Main Profile / Level 5.1',
  '1.2.840.10008.1.2.4.201': 'High-Throughput JPEG 2000 (Lossless Only)',
  '1.2.840.10008.1.2.4.203': 'High-Throughput JPEG 2000',
  '1.2.840.10008.1.2.5': 'RLE Lossless',
  [VERIFICATION]: 'Verification',
  '1.2.840.10008.1.20.1': 'Storage Commitment Push Model',
  '1.2.840.10008.1.40': 'Procedural Event Logging',
  [MODALITY_PERFORMED_PROCEDURE_STEP]: 'Modality Performed Procedure Step',
  '1.2.840.10008.3.1.2.3.4': 'Modality Performed Procedure Step Retrieve',
  '1.2.840.10008.3.1.2.3.5': 'Modality Performed Procedure Step Notification',
  [`${PRINT}1`]: 'Basic Film Session',
  [`${PRINT}2`]: 'Basic Film Box',
  [`${PRINT}4`]: 'Basic Grayscale Image Box',
  [`${PRINT}4.1`]: 'Basic Color Image Box',
  [`${PRINT}9`]: 'Basic Grayscale Print Management Meta',
  [`${PRINT}14`]: 'Print Job',
  [`${PRINT}15`]: 'Basic Annotation Box',
  [`${PRINT}16`]: 'Printer',
  [`${PRINT}18`]: 'Basic Color Print Management Meta',
  [`${PRINT}23`]: 'Presentation LUT',
  [`${STORAGE}1`]: 'Computed Radiography Image Storage',
  [`${STORAGE}1.1`]: 'Digital X-Ray Image Storage - For Presentation',
  [`${STORAGE}1.1.1`]: 'Digital X-Ray Image Storage - For Processing',
  [`${STORAGE}1.2`]: 'Digital Mammography X-Ray Image Storage - For Presentation',
  [`${STORAGE}1.2.1`]: 'Digital Mammography X-Ray Image Storage - For Processing',
  [`${STORAGE}1.3`]: 'Digital Intra-Oral X-Ray Image Storage - For Presentation',
  [`${STORAGE}2`]: 'CT Image Storage',
  [`${STORAGE}2.1`]: 'Enhanced CT Image Storage',
  [`${STORAGE}3.1`]: 'Ultrasound Multi-frame Image Storage',
  [`${STORAGE}4`]: 'MR Image Storage',
  [`${STORAGE}4.1`]: 'Enhanced MR Image Storage',
  [`${STORAGE}4.2`]: 'MR Spectroscopy Storage',
  [`${STORAGE}6.1`]: 'Ultrasound Image Storage',
  [`${STORAGE}7`]: 'Secondary Capture Image Storage',
  [`${STORAGE}7.2`]: 'Multi-frame Grayscale Byte Secondary Capture Image Storage',
  [`${STORAGE}7.4`]: 'Multi-frame True Color Secondary Capture Image Storage',
  [`${STORAGE}9.1.1`]: '12-lead ECG Waveform Storage',
  [`${STORAGE}9.1.2`]: 'General ECG Waveform Storage',
  [`${STORAGE}9.1.3`]: 'Ambulatory ECG Waveform Storage',
  [`${STORAGE}9.2.1`]: 'Hemodynamic Waveform Storage',
  [`${STORAGE}9.3.1`]: 'Cardiac Electrophysiology Waveform Storage',
  [`${STORAGE}9.4.1`]: 'Basic Voice Audio Waveform Storage',
  [`${STORAGE}11.1`]: 'Grayscale Softcopy Presentation State Storage',
  [`${STORAGE}12.1`]: 'X-Ray Angiographic Image Storage',
  [`${STORAGE}12.2`]: 'X-Ray Radiofluoroscopic Image Storage',
  [`${STORAGE}13.1.3`]: 'Breast Tomosynthesis Image Storage',
  [`${STORAGE}20`]: 'Nuclear Medicine Image Storage',
  [`${STORAGE}66`]: 'Raw Data Storage',
  [`${STORAGE}66.4`]: 'Segmentation Storage',
  [`${STORAGE}77.1.1`]: 'VL Endoscopic Image Storage',
  [`${STORAGE}77.1.2`]: 'VL Microscopic Image Storage',
  [`${STORAGE}77.1.4`]: 'VL Photographic Image Storage',
  [`${STORAGE}77.1.6`]: 'VL Whole Slide Microscopy Image Storage',
  [`${STORAGE}88.11`]: 'Basic Text SR Storage',
  [`${STORAGE}88.22`]: 'Enhanced SR Storage',
  [`${STORAGE}88.33`]: 'Comprehensive SR Storage',
  [`${STORAGE}88.59`]: 'Key Object Selection Document Storage',
  [`${STORAGE}88.67`]: 'X-Ray Radiation Dose SR Storage',
  [`${STORAGE}104.1`]: 'Encapsulated PDF Storage',
  [`${STORAGE}128`]: 'Positron Emission Tomography Image Storage',
  [`${STORAGE}481.1`]: 'RT Image Storage',
  [`${STORAGE}481.2`]: 'RT Dose Storage',
  [`${STORAGE}481.3`]: 'RT Structure Set Storage',
  [`${STORAGE}481.5`]: 'RT Plan Storage',
  '1.2.840.10008.5.1.4.1.2.1.1': 'Patient Root Query/Retrieve - FIND',
  '1.2.840.10008.5.1.4.1.2.1.2': 'Patient Root Query/Retrieve - MOVE',
  '1.2.840.10008.5.1.4.1.2.1.3': 'Patient Root Query/Retrieve - GET',
  '1.2.840.10008.5.1.4.1.2.2.1': 'Study Root Query/Retrieve - FIND',
  '1.2.840.10008.5.1.4.1.2.2.2': 'Study Root Query/Retrieve - MOVE',
  '1.2.840.10008.5.1.4.1.2.2.3': 'Study Root Query/Retrieve - GET',
  '1.2.840.10008.5.1.4.1.2.3.1': 'Patient/Study Only Query/Retrieve - FIND (Retired)',
  [MODALITY_WORKLIST_FIND]: 'Modality Worklist - FIND',
  '1.2.840.10008.5.1.4.32.1': 'General Purpose Worklist - FIND (Retired)',
  '1.2.840.10008.5.1.4.34.6.1': 'Unified Procedure Step - Push',
  '1.2.840.10008.5.1.4.34.6.3': 'Unified Procedure Step - Pull',
};

/** The name of a SOP class, transfer syntax or other well-known UID; the UID itself where it has none here. */
export function uidName(uid: string): string {
  return Object.hasOwn(NAMES, uid) ? NAMES[uid] : uid;
}
