/**
 * The dissectors, in the order their probes are asked. A new protocol is its folder here and its line below.
 */
import type { DatagramDissector, Named, StreamDissector } from '../src/core/dissector.ts';
import { cdp } from './cdp/index.ts';
import { dhcp } from './dhcp/index.ts';
import { dhcpv6 } from './dhcpv6/index.ts';
import { dicom } from './dicom/index.ts';
import { hl7 } from './hl7/index.ts';
import { lldp } from './lldp/index.ts';
import { tls } from './tls/index.ts';

export const dissectors = [dicom, hl7, tls, lldp, cdp, dhcp, dhcpv6] as const;

/** What a dissector emits beside facts. */
type EventOf<D> = D extends
  | StreamDissector<string, infer E extends Named<string>>
  | DatagramDissector<string, infer E extends Named<string>>
  ? E
  : never;

/** Every event that any dissector emits. */
export type AnyEvent = EventOf<(typeof dissectors)[number]>;
