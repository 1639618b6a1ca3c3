/**
 * The dissectors, in the order their probes are asked. A new protocol is its folder here and its line below.
 */
import type { DatagramDissector, Named, StreamDissector } from '../src/core/dissector.ts';
import { astm } from './astm/index.ts';
import { dicom } from './dicom/index.ts';
import { hl7 } from './hl7/index.ts';
import { intellivue } from './intellivue/index.ts';
import { poct1a } from './poct1a/index.ts';
import { tls } from './tls/index.ts';
import { unity } from './unity/index.ts';

export const dissectors = [dicom, hl7, tls, astm, poct1a, intellivue, unity] as const;

/** What a dissector emits beside facts. */
type EventOf<D> = D extends
  | StreamDissector<string, infer E extends Named<string>>
  | DatagramDissector<string, infer E extends Named<string>>
  ? E
  : never;

/** Every event that any dissector emits. */
export type AnyEvent = EventOf<(typeof dissectors)[number]>;
