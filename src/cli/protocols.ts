import { dissectors } from '../../dissectors/index.ts';

/** What dissectors recognise inside a flow that has another's name. */
const WITHIN = ['dicomweb', 'fhir', 'hl7-over-http', 'http2', 'sdc', 'rdp', 'postgresql', 'socks'];

/** Every protocol that `allow` may name. */
export const PROTOCOLS: readonly string[] = [
  ...new Set([
    ...dissectors.filter(({ over }) => over === 'tcp' || over === 'udp').map(({ name }) => name),
    ...WITHIN,
  ]),
].sort();
