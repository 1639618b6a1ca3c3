import { cleartextPhi } from './cleartext-phi.ts';

export const phiCleartextHl7 = cleartextPhi({
  id: 'phi.cleartext-hl7',
  title: 'Patient identifiers in cleartext HL7',
  protocol: 'hl7',
  unit: ['HL7 message', 'HL7 messages'],
  why: 'HL7 v2 over MLLP has no protection of its own: PID, NK1, GT1 and IN1 name the patient, relatives and insurance to whoever can read this network, and can be changed on the way.',
  action:
    'Run MLLP inside TLS with certificates on both sides, or an IPsec tunnel, between the two; when one end is outside, cut the path first.',
  reference: 'HL7 v2.5.1 §3.4.2 (PID); IHE ITI-19 (Authenticate Node)',
  example: {
    fires: 'An ADT^A01 with PID-5 and PID-3 goes from the EHR to the integration engine without TLS.',
    silent: 'An acknowledgement, which has no PID; the same message over TLS.',
  },
});
