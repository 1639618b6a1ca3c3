import { malformed } from './malformed.ts';

/** A message over the limit alone is a document somebody scanned, more often than an attack. */
const LARGE = 'message-over-limit';

/** HL7 that breaks the framing or the encoding rules. */
export const hl7Malformed = malformed({
  protocol: 'hl7',
  name: 'HL7',
  meta: {
    id: 'hl7.malformed',
    title: 'Malformed HL7',
    severity: 'medium',
    escalation:
      'low while all of it is in flows of which the capture missed bytes, or nothing but messages over 1 MiB',
    why: 'Receivers take MLLP and the delimiters of MSH on trust: a frame that does not end, or a header shorter than its own delimiters, has crashed them and can hide a second message from what filters before them.',
    action:
      'Look at the sender: an interface of yours is mended where it frames messages; any other host is taken off. Check that the receiver still answers.',
    reference: 'HL7 v2.5.1 §2.5, §2.5.4; MLLP transport specification; CISA ICSMA-25-224-01 (CVE-2025-53948)',
    attack: ['T1499.004', 'T1210', 'T0814', 'T0866'],
    stage: 'disruption',
    thresholds: {},
    example: {
      fires:
        'An end block without the carriage return; a start block inside a message; an MSH of four bytes.',
      silent: 'Segments ended by LF; other delimiters than the usual; malformed DICOM.',
    },
  },
  severity: (kind) => (kind === LARGE ? 'low' : 'medium'),
});
