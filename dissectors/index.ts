/**
 * The dissectors, in the order their probes are asked. A new protocol is its folder here and its line below.
 */
import type { DatagramDissector, Named, StreamDissector } from '../src/core/dissector.ts';
import { astm } from './astm/index.ts';
import { cdp } from './cdp/index.ts';
import { cleartext } from './cleartext/index.ts';
import { dhcp } from './dhcp/index.ts';
import { dhcpv6 } from './dhcpv6/index.ts';
import { dicom, strayPdu } from './dicom/index.ts';
import { dns, dnsTcp, llmnr, mdns, nbdgm, nbns } from './dns/index.ts';
import { file } from './file/index.ts';
import { ftp } from './ftp/index.ts';
import { hl7 } from './hl7/index.ts';
import { http } from './http/index.ts';
import { intellivue } from './intellivue/index.ts';
import { kerberos, kerberosTcp } from './kerberos/index.ts';
import { cldap } from './ldap/index.ts';
import { lldp } from './lldp/index.ts';
import { poct1a } from './poct1a/index.ts';
import { smb } from './smb/index.ts';
import { smtp } from './smtp/index.ts';
import { snmp } from './snmp/index.ts';
import { ssdp } from './ssdp/index.ts';
import { ssh } from './ssh/index.ts';
import { syn } from './syn/index.ts';
import { telnet } from './telnet/index.ts';
import { quic, tls } from './tls/index.ts';
import { unity } from './unity/index.ts';
import { wsd } from './wsd/index.ts';

// biome-ignore format: a line for each kind
export const dissectors = [
  // Over TCP, medical ones first.
  dicom, hl7, astm, poct1a, http, tls, smb, ssh, ftp, smtp, telnet, kerberosTcp, dnsTcp,
  // What is no protocol, last.
  file,
  // Over UDP.
  intellivue, unity, quic, dns, mdns, llmnr, nbns, nbdgm, ssdp, wsd, snmp, kerberos, cldap, dhcp, dhcpv6,
  // Frames without IP, SYNs, and what nobody claims.
  lldp, cdp, syn, cleartext, strayPdu,
] as const;

/** What a dissector emits beside facts. */
type EventOf<D> = D extends
  | StreamDissector<string, infer E extends Named<string>>
  | DatagramDissector<string, infer E extends Named<string>>
  ? E
  : never;

/** Every event that any dissector emits. */
export type AnyEvent = EventOf<(typeof dissectors)[number]>;
