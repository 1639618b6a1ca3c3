import { cleartextPhi } from './cleartext-phi.ts';

/** Those that have a detection of their own. */
const OWN: readonly string[] = ['dicom', 'hl7', 'http'];

export const phiCleartextOther = cleartextPhi({
  id: 'phi.cleartext-other',
  title: 'Patient identifiers in clear in another protocol',
  protocol: (protocol) => !OWN.includes(protocol),
  unit: ['message', 'messages'],
  why: 'Laboratory and bedside protocols (ASTM, POCT1-A, IntelliVue, device discovery) have no protection at all, and what a home-made interface sends is seldom looked at by anybody. Names, record numbers and birth dates are read by whoever can read this network.',
  action:
    'Find out which interface this is (the service port and both ends). Put it inside TLS or an IPsec tunnel, or into a network of its own; when one end is outside, cut the path first.',
  reference: 'CLSI LIS2-A2 §7.5; CLSI POCT1-A; IEEE 11073-20701 §9.4; DICOM PS3.15 Annex E',
  example: {
    fires:
      'An analyzer sends ASTM P records; a program writes `PatientName=…` and `MRN=…` to a plain TCP port.',
    silent:
      'An empty form with the same labels; the same program over TLS; DICOM and HL7, which have their own.',
  },
});
