/** UIDs that something is decided by here (PS3.6 Annex A). How a UID is called is for whoever shows it. */
export const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const DEFLATED_EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';

export const VERIFICATION = '1.2.840.10008.1.1';
export const MODALITY_WORKLIST_FIND = '1.2.840.10008.5.1.4.31';
export const MODALITY_PERFORMED_PROCEDURE_STEP = '1.2.840.10008.3.1.2.3.3';

const QUERY_RETRIEVE = '1.2.840.10008.5.1.4.1.2.';

/** Patient root, study root and patient/study only information models (PS3.4 §C.3). */
export function isQueryRetrieve(sopClass: string): boolean {
  return sopClass.startsWith(QUERY_RETRIEVE);
}

export const STORAGE_COMMITMENT = '1.2.840.10008.1.20.1';

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
