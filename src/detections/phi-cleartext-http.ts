import { cleartextPhi } from './cleartext-phi.ts';

export const phiCleartextHttp = cleartextPhi({
  id: 'phi.cleartext-http',
  title: 'Patient identifiers in cleartext HTTP',
  protocol: 'http',
  unit: ['HTTP message', 'HTTP messages'],
  why: 'FHIR, DICOMweb, HL7 over HTTP and CDA documents name patients in bodies, and searches name them in the address, which proxies and servers also keep in their logs. Without TLS whoever can read this network reads them, and can change them. DICOM PS3.18 §5 and FHIR R4 (Security) ask for TLS.',
  action:
    'Serve the interface over HTTPS only and refuse plain HTTP; search with POST …/_search instead of names in the address; when one end is outside, cut the path first.',
  reference: 'DICOM PS3.15 Annex B, PS3.18; HL7 FHIR R4 Security; 45 CFR 164.514(b)(2)',
  example: {
    fires:
      'A FHIR search for patients answered with a Bundle of Patient resources, or a search that has a name in its address.',
    silent: 'The same over TLS; a CapabilityStatement; a search by modality and date alone.',
  },
});
