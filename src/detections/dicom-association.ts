import type { Association } from '../../dissectors/dicom/events.ts';

/** What several detections ask of an association. */

export const VERIFICATION = '1.2.840.10008.1.1';
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
/** Patient root, study root, patient/study only (PS3.4 §C.3). */
const QUERY_RETRIEVE = '1.2.840.10008.5.1.4.1.2.';
const WORKLIST = '1.2.840.10008.5.1.4.31';

/** Nothing but Verification was proposed. */
export function isOnlyVerification({ contexts }: Association): boolean {
  return contexts.length === 1 && contexts[0].abstractSyntax === VERIFICATION;
}

export function proposesStorage({ contexts }: Association): boolean {
  return contexts.some(({ abstractSyntax }) => abstractSyntax.startsWith(STORAGE));
}

/** What was proposed is not known: the request was not in the capture, or cut. */
export function isUnknown({ contexts }: Association): boolean {
  return contexts.every(({ abstractSyntax }) => abstractSyntax === '');
}

/** Verification, queries and what answers them: storage is proposed for C-GET only, beside its own class. */
export function onlyReads({ contexts }: Association): boolean {
  let asks = false;
  let stores = false;
  for (const { abstractSyntax } of contexts) {
    if (abstractSyntax.startsWith(STORAGE)) stores = true;
    else if (abstractSyntax.startsWith(QUERY_RETRIEVE) || abstractSyntax === WORKLIST) asks = true;
    else if (abstractSyntax !== VERIFICATION && abstractSyntax !== '') return false;
  }
  return asks || !stores;
}

/** No message went by. */
export function isUnused({ messages }: Association): boolean {
  for (const _ in messages) return false;
  return true;
}

/** Something other than C-ECHO was asked or answered: the association was used for what DICOM is for. */
export function didWork({ messages }: Association): boolean {
  for (const name in messages) if (name !== 'C-ECHO-RQ' && name !== 'C-ECHO-RSP') return true;
  return false;
}

/** A C-ECHO was answered and the association released, as it should be. */
export function isProperEcho({ statuses, outcome }: Association): boolean {
  return outcome === 'released' && (statuses['C-ECHO-RSP']?.['0000'] ?? 0) > 0;
}
