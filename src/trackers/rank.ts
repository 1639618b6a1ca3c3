import type { Attribute } from '../core/facts.ts';

/**
 * Which of several statements about a device wins: what the device says of itself in a field made for that,
 * before what follows from its software, before what its network card's maker says. Contradictions stay in
 * the evidence. Sources are the dissectors' own words, the protocol first; the first row that matches counts.
 */
export interface RankRow {
  readonly rank: number;
  readonly pattern: RegExp;
  /** Only of these; of any when absent. */
  readonly of?: readonly Attribute[];
  readonly why: string;
  /** A source that the row is for. */
  readonly example: string;
}

/** Sources of statements that the inventory makes itself. */
export const SOURCE_MAC = 'MAC vendor (OUI)';
export const SOURCE_IMPLEMENTATION = 'implementation fingerprint';
export const SOURCE_IMPLEMENTATION_ARC = 'implementation arc';
export const SOURCE_PRODUCT = 'known product';
export const SOURCE_SITE = 'site configuration';

/** The data set of an object: the equipment that made it. */
const OBJECT = /\bobject\b|^DICOM \([0-9a-f]{4},/i;
/** HL7 segments and ASTM records that name the device that measured. */
const DEVICE_SEGMENT = /\b(?:OBX|OBR|PRT|EQU)-|^ASTM R-/;
/** A record of a device that a server keeps. */
const DEVICE_RESOURCE = /^FHIR Device\b/;

const SYSTEM = ['os', 'vendor', 'model', 'software', 'product', 'serial'] as const;

export const SOURCE_RANKS: readonly RankRow[] = [
  {
    rank: 100,
    pattern: /^site configuration$/,
    why: 'whoever runs the device says what it is',
    example: SOURCE_SITE,
  },
  {
    rank: 20,
    pattern: /^MAC vendor/,
    why: "the network card's maker is often not the device's",
    example: SOURCE_MAC,
  },
  {
    rank: 30,
    pattern: /^implementation arc$/,
    why: "a vendor's whole arc of identifiers",
    example: SOURCE_IMPLEMENTATION_ARC,
  },
  {
    rank: 40,
    pattern: /^implementation fingerprint$/,
    why: 'the toolkit inside the device',
    example: SOURCE_IMPLEMENTATION,
  },
  { rank: 60, pattern: /^known product$/, why: 'a table knows the model', example: SOURCE_PRODUCT },
  {
    rank: 92,
    pattern: /^DICOM .*(?:\bworklist answer\b|\bperformed procedure step\b)/,
    why: "the modality's own name for itself, as its department configured it",
    example: 'DICOM (0040,0242) of a performed procedure step',
  },
  {
    rank: 90,
    pattern: OBJECT,
    why: 'the equipment module of an object the device made',
    example: 'DICOM (0008,1090) of a stored object',
  },
  {
    rank: 85,
    pattern: DEVICE_SEGMENT,
    why: 'device identity of the sender of an observation',
    example: 'HL7 OBX-18',
  },
  {
    rank: 85,
    pattern: DEVICE_RESOURCE,
    why: 'the record of a device that a server keeps',
    example: 'FHIR Device.serialNumber',
  },
  { rank: 80, pattern: /\bSFT\b/, why: 'the software segment of a message', example: 'HL7 SFT-2' },
  {
    rank: 88,
    pattern: /^(?:IntelliVue|ASTM|POCT1|SDC|WS-Discovery.*11073|CARESCAPE|Unity|Alaris)/,
    why: 'a protocol of medical devices, in which a device introduces itself',
    example: 'IntelliVue system model',
  },

  // What a device is called.
  {
    rank: 78,
    pattern: /^(?:LLDP|CDP)/,
    of: ['hostname'],
    why: 'its own configuration, told to the neighbour',
    example: 'LLDP system name',
  },
  {
    rank: 76,
    pattern: /^SNMP/,
    of: ['hostname'],
    why: 'its own configuration, told to its manager',
    example: 'SNMP sysName',
  },
  {
    rank: 74,
    pattern: /^DHCP(?:v6)?\b.*\b(?:81|39)\b/,
    of: ['hostname'],
    why: 'the whole name a client asks to be registered under',
    example: 'DHCP option 81 (client FQDN)',
  },
  {
    rank: 72,
    pattern: /^(?:NTLM|SMB|RDP|LDAP)/,
    of: ['hostname'],
    why: "the computer's name in its domain",
    example: 'NTLM computer name',
  },
  {
    rank: 70,
    pattern: /^DHCP/,
    of: ['hostname'],
    why: 'the name a client gives itself',
    example: 'DHCP option 12 (host name)',
  },
  {
    rank: 66,
    pattern: /^Kerberos/,
    of: ['hostname'],
    why: 'a machine account or the host of a service',
    example: 'Kerberos machine account',
  },
  {
    rank: 64,
    pattern: /^(?:mDNS|LLMNR)/,
    of: ['hostname'],
    why: 'the name it answers to in its own subnet, with a number behind it after a conflict',
    example: 'mDNS A',
  },
  {
    rank: 62,
    pattern: /^NBNS|^NetBIOS/,
    of: ['hostname'],
    why: 'cut at 15 characters',
    example: 'NBNS name registration',
  },
  {
    rank: 60,
    pattern: /^(?:SSDP|UPnP|WS-Discovery|WSD)/,
    of: ['hostname'],
    why: 'a name for people to choose by',
    example: 'SSDP friendly name',
  },
  {
    rank: 55,
    pattern: /^(?:SMTP|FTP|Telnet|SSH|POP3|IMAP)/,
    of: ['hostname'],
    why: 'the name in a greeting, often that of a service',
    example: 'SMTP greeting',
  },
  {
    rank: 58,
    pattern: /^DNS UPDATE/,
    of: ['hostname'],
    why: 'the name it registers for itself, or its DHCP server for it',
    example: 'DNS UPDATE',
  },
  {
    rank: 40,
    pattern: /^DNS/,
    of: ['hostname'],
    why: 'what others call it: one address has many such names',
    example: 'DNS A',
  },
  {
    rank: 35,
    pattern: /^(?:TLS|QUIC|DTLS).*certificate/,
    of: ['hostname'],
    why: 'a certificate names services, often with a wildcard or for several hosts',
    example: 'TLS certificate common name',
  },
  {
    rank: 25,
    pattern: /^(?:TLS|QUIC|DTLS|HTTP)/,
    of: ['hostname'],
    why: 'what a client asked for: a name of a service, chosen by the client',
    example: 'TLS SNI',
  },

  // What it runs and what it is made of.
  {
    rank: 10,
    pattern: /^TCP SYN/,
    why: 'how a stack opens connections: a family, and anybody can tune it',
    example: 'TCP SYN',
  },
  {
    rank: 12,
    pattern: /\bJA[34]|^(?:TLS|QUIC)/,
    of: SYSTEM,
    why: 'the library in use',
    example: 'TLS JA4',
  },
  {
    rank: 20,
    pattern: /^DHCP option 55/,
    of: SYSTEM,
    why: 'the order of what a client asks for',
    example: 'DHCP option 55 (parameter request list)',
  },
  {
    rank: 30,
    pattern: /User-Agent/i,
    of: SYSTEM,
    why: 'one of its programs, which may say what it likes',
    example: 'HTTP User-Agent',
  },
  {
    rank: 40,
    pattern: /^(?:HTTP|FTP|SMTP|SSH|Telnet|POP3|IMAP|Kerberos|DNS)/,
    of: SYSTEM,
    why: 'the banner of a service, as its packager wrote it',
    example: 'SSH banner',
  },
  {
    rank: 45,
    pattern: /^SNMP sysObjectID/,
    of: SYSTEM,
    why: "the agent's maker, where the device's did not set it",
    example: 'SNMP sysObjectID',
  },
  {
    rank: 50,
    pattern: /^(?:DHCP|mDNS|LLMNR|NBNS|NetBIOS|SSDP|UPnP|WS-Discovery|WSD)/,
    of: SYSTEM,
    why: 'said in a discovery protocol, by the system or one of its programs',
    example: 'DHCP option 60 (vendor class identifier)',
  },
  {
    rank: 62,
    pattern: /^(?:NTLM|SMB|RDP)/,
    of: SYSTEM,
    why: 'the build of the system itself',
    example: 'NTLM version',
  },
  {
    rank: 74,
    pattern: /^SNMP/,
    of: SYSTEM,
    why: 'its own description, told to its manager',
    example: 'SNMP sysDescr',
  },
  {
    rank: 82,
    pattern: /^LLDP-MED|^LLDP.*\b(?:MED|inventory)\b/i,
    of: SYSTEM,
    why: 'fields made for an inventory',
    example: 'LLDP-MED inventory: serial number',
  },
  {
    rank: 76,
    pattern: /^(?:LLDP|CDP)/,
    of: SYSTEM,
    why: 'its own description, told to the neighbour',
    example: 'CDP platform',
  },
  {
    rank: 65,
    pattern: /(?:)/,
    why: 'any other statement of the device itself',
    example: 'HL7 MSH-3',
  },
];

/** Sources are few and said again and again; what the wire makes of them is bounded. */
const known = new Map<string, number>();
const KNOWN = 4096;

export function rankOf(attribute: string, source: string): number {
  const key = `${attribute} ${source}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const row = SOURCE_RANKS.find(
    ({ pattern, of }) => (of === undefined || of.some((one) => one === attribute)) && pattern.test(source),
  );
  if (known.size >= KNOWN) known.clear();
  known.set(key, row?.rank ?? 0);
  return row?.rank ?? 0;
}

/** Describes the equipment that made the data, which is not whoever passes the data on. */
export function isOfEquipment(source: string): boolean {
  return OBJECT.test(source) || DEVICE_SEGMENT.test(source) || DEVICE_RESOURCE.test(source);
}
