import { malformed } from './malformed.ts';

/** DICOM that breaks the standard. */
export const dicomMalformed = malformed({
  protocol: 'dicom',
  name: 'DICOM',
  meta: {
    id: 'dicom.malformed',
    title: 'Malformed DICOM',
    severity: 'medium',
    escalation:
      'high with several kinds of anomaly; low while all of it is in flows of which the capture missed bytes',
    why: 'What breaks the framing rules of PS3.8 §9.3 is an attack on a parser, a fuzzer, or a broken implementation. Parsers of DICOM servers have crashed and worse on exactly this.',
    action:
      'Look at the sender: a device of yours is asked for its software and its logs, any other host is taken off. Check that the receiver still answers (C-ECHO) and is patched.',
    reference: 'DICOM PS3.8 §9.3, PS3.7 Annex D; CISA ICSMA-22-174-01',
    attack: ['T1499.004', 'T1210', 'T0814', 'T0866'],
    stage: 'disruption',
    thresholds: { kinds: { default: 3, unit: 'distinct kinds of anomaly for high' } },
    example: {
      fires: 'A presentation context with an even id, or an item that passes the end of its PDU.',
      silent: 'A C-STORE with command and data set in one PDU, which is legal; malformed HL7.',
    },
  },
  severity: (_kind, kinds, { kinds: several }) => (kinds >= several ? 'high' : 'medium'),
});
