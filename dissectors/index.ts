/**
 * The dissectors, in the order their probes are asked. A new protocol is its folder here and its line below.
 */
import type { DatagramDissector, Named, StreamDissector } from '../src/core/dissector.ts';
import { dicom } from './dicom/index.ts';
import { ftp } from './ftp/index.ts';
import { hl7 } from './hl7/index.ts';
import { smtp } from './smtp/index.ts';
import { ssh } from './ssh/index.ts';
import { syn } from './syn/index.ts';
import { telnet } from './telnet/index.ts';
import { quic, tls } from './tls/index.ts';

export const dissectors = [dicom, hl7, tls, quic, syn, ssh, ftp, smtp, telnet] as const;

/** What a dissector emits beside facts. */
type EventOf<D> = D extends
  | StreamDissector<string, infer E extends Named<string>>
  | DatagramDissector<string, infer E extends Named<string>>
  ? E
  : never;

/** Every event that any dissector emits. */
export type AnyEvent = EventOf<(typeof dissectors)[number]>;
