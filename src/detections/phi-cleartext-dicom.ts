import { cleartextPhi } from './cleartext-phi.ts';

export const phiCleartextDicom = cleartextPhi({
  id: 'phi.cleartext-dicom',
  title: 'Patient identifiers in cleartext DICOM',
  protocol: 'dicom',
  unit: ['DICOM message', 'DICOM messages'],
  why: 'Whoever can read this network reads names, record numbers and birth dates with every image and query. The identifiers are those of DICOM PS3.15 Annex E; a de-identified data set does not count.',
  action:
    'Use the Secure Transport Connection Profiles of PS3.15 Annex B (DICOM over TLS) between the two, or keep both in one isolated segment; when one end is outside, cut the path first.',
  reference: 'DICOM PS3.15 Annex B, Annex E',
  example: {
    fires: 'A modality stores images with (0010,0010) and (0010,0020) filled, on an association without TLS.',
    silent: 'The same over TLS, or with an anonymous data set.',
  },
});
