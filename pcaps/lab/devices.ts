import { WEB } from './web.ts';
import { traces as associations } from './written/associations.ts';
import { traces as cdp } from './written/cdp.ts';
import { traces as bedside } from './written/devices.ts';
import { traces as dhcp } from './written/dhcp.ts';
import { traces as dhcpv6 } from './written/dhcpv6.ts';
import { traces as greetings } from './written/greetings.ts';
import { traces as hl7Attacks } from './written/hl7-attacks.ts';
import { traces as http } from './written/http.ts';
import { traces as kerberos } from './written/kerberos.ts';
import { traces as ldap } from './written/ldap.ts';
import { traces as lldp } from './written/lldp.ts';
import { traces as names } from './written/names.ts';
import { traces as quic } from './written/quic.ts';
import { traces as retrieval } from './written/retrieval.ts';
import { traces as smb } from './written/smb.ts';
import { traces as snmp } from './written/snmp.ts';
import type { WrittenTrace } from './written/trace.ts';
import { traces as unclaimed } from './written/unclaimed.ts';

/** A trace of what devices say of themselves, recorded from a program. */
export interface DeviceTrace {
  /** Below `pcaps`, without ending. */
  readonly path: string;
  readonly program: string;
  readonly about: string;
}

/** Recorded from real programs: those of WEB with the others, the rest one by one (link/record.sh for the link). */
export const DEVICE_TRACES: readonly DeviceTrace[] = [
  ...WEB,
  {
    path: 'dhcp/leases',
    program: 'dnsmasq; dhclient, udhcpc, dhcpcd',
    about: 'three leases, a renewal, a release',
  },
  {
    path: 'dhcp/relayed',
    program: 'dnsmasq, dhcrelay, udhcpc',
    about: 'a lease through a relay, option 82',
  },
  {
    path: 'dhcpv6/leases',
    program: 'dnsmasq; dhclient, dhcpcd',
    about: 'two leases, DUID-LL and DUID-LLT',
  },
  {
    path: 'dhcpv6/relayed',
    program: 'dnsmasq as server and relay, dhclient',
    about: 'a lease through a relay, option 79',
  },
  {
    path: 'lldp/lldpd',
    program: 'lldpd',
    about: 'a switch, a telephone with LLDP-MED, good-byes',
  },
  { path: 'cdp/lldpd', program: 'lldpd', about: 'the same two in CDPv2' },
  {
    path: 'dns/dnsmasq',
    program: 'dnsmasq, dig',
    about: 'A, AAAA, CNAME, PTR, SRV, no such name, refused, over UDP and TCP; an outside address',
  },
  {
    path: 'mdns/avahi',
    program: 'avahi-daemon, dig',
    about: 'probing, announcing _dicom._tcp, _ipp._tcp and _workstation, unicast answers, good-bye',
  },
  {
    path: 'netbios/samba',
    program: 'nmbd, nmblookup',
    about: 'registrations, election, host and domain announcements, node status',
  },
  { path: 'wsd/wsdd', program: 'wsdd', about: 'Hello, Probe, Resolve and their answers, two hosts' },
  {
    path: 'tls/certificate',
    program: 'openssl s_server, s_client',
    about: 'TLS 1.2: a certificate in clear',
  },
  {
    path: 'tls/hello-retry',
    program: 'openssl s_server, s_client',
    about: 'TLS 1.3 with a HelloRetryRequest',
  },
  {
    path: 'tls/dicom-weak-cipher',
    program: 'openssl s_server, s_client',
    about: 'port 2762: TLS 1.2 without encryption (NULL-SHA256)',
  },
  {
    path: 'tls/dicom-old-version',
    program: 'openssl s_server, s_client',
    about: 'port 2762: TLS 1.1',
  },
  {
    path: 'tls/dicom-self-signed',
    program: 'openssl s_server, s_client',
    about: 'port 2762: TLS 1.2, a certificate that signed itself',
  },
  {
    path: 'tls/dicom-good',
    program: 'openssl s_server, s_client',
    about: 'port 2762: TLS 1.2, ECDHE and AES-GCM, a certificate of an authority',
  },
  { path: 'quic/ngtcp2', program: 'ngtcp2 client and server', about: 'QUIC version 1, one connection' },
  { path: 'quic/ngtcp2-retry', program: 'ngtcp2 client and server', about: 'the same after a Retry' },
  { path: 'ssh/openssh', program: 'OpenSSH', about: 'banners, keys exchanged' },
  { path: 'ftp/vsftpd', program: 'vsftpd, curl', about: 'a login and a listing' },
  { path: 'smtp/exim', program: 'Exim', about: 'a greeting, a mail, STARTTLS offered' },
  { path: 'telnet/busybox', program: 'BusyBox telnetd', about: 'options negotiated, a login prompt' },
  { path: 'smb/samba', program: 'smbd, smbclient', about: 'SMB 3 with NTLM' },
  { path: 'smb/samba-plain', program: 'smbd, smbclient', about: 'SMB without extended security' },
  { path: 'smb/samba-smb1', program: 'smbd, smbclient', about: 'SMB 1: native system and LAN manager' },
  {
    path: 'smb/dicom-file',
    program: 'smbd, smbclient',
    about:
      'DICOM files and an HL7 message written and read, SMB 3 and SMB 1; one with a program in its preamble',
  },
  {
    path: 'ftp/dicom-file',
    program: 'vsftpd, curl',
    about: 'DICOM files sent and fetched, passive and active; one with a program in its preamble',
  },
  {
    path: 'smtp/hl7-attachment',
    program: "Python's smtpd, curl",
    about: 'a mail with an HL7 message and a DICOM file attached, in base64',
  },
  { path: 'kerberos/mit-udp', program: 'MIT Kerberos', about: 'tickets asked and given, by datagram' },
  { path: 'kerberos/mit-tcp', program: 'MIT Kerberos', about: 'the same over TCP' },
  { path: 'snmp/net-snmp', program: 'snmpd, snmpget', about: 'what an agent answers of itself' },
  { path: 'snmp/trap', program: 'snmptrap', about: 'traps of versions 1 and 2c' },
  {
    path: 'snmp/agent',
    program: 'snmpd, snmpget, snmpbulkwalk',
    about: 'the system group asked in v1, v2c and v3, in clear and encrypted; a wrong community',
  },
];

/** Written out from standards: `npm run record -- --only-derive` writes them anew. */
export const WRITTEN_TRACES: readonly WrittenTrace[] = [
  ...associations,
  ...cdp,
  ...bedside,
  ...dhcp,
  ...dhcpv6,
  ...hl7Attacks,
  ...http,
  ...ldap,
  ...lldp,
  ...names,
  ...greetings,
  ...quic,
  ...retrieval,
  ...smb,
  ...snmp,
  ...kerberos,
  ...unclaimed,
];
