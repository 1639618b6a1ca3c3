import {
  announcement,
  browserDatagram,
  ipv4,
  message,
  name,
  nb,
  netbios,
  nodeStatus,
  srv,
  strings,
} from '../../../dissectors/dns/testing.ts';
import { type Datagram, datagramPackets } from './datagram.ts';
import type { WrittenTrace } from './trace.ts';

const [A, CNAME, PTR, TXT, SRV, NB, NBSTAT] = [1, 5, 12, 16, 33, 32, 33];

const DNS_SERVER = '10.20.0.53:53';
const PC = '10.20.3.17';
const WORKSTATION = '10.20.3.50';
const MDNS = '224.0.0.251:5353';
const LLMNR = '224.0.0.252:5355';
const EVERYBODY = '10.20.255.255';

const LINES = (...lines: string[]): Uint8Array => Buffer.from([...lines, '', ''].join('\r\n'));

const asked = { name: 'ct1.hospital.example', type: A };
const dns: Datagram[] = [
  // A host registers itself, insecurely, before it does so with a key.
  {
    from: `${PC}:50001`,
    to: DNS_SERVER,
    bytes: message({
      id: 1,
      flags: 0x2800,
      questions: [{ name: 'hospital.example', type: 6 }],
      authorities: [
        { name: 'reading17.hospital.example', type: A, class: 255, ttl: 0, data: Buffer.alloc(0) },
        { name: 'reading17.hospital.example', type: A, ttl: 1200, data: ipv4(PC) },
      ],
    }),
  },
  { from: DNS_SERVER, to: `${PC}:50001`, bytes: message({ id: 1, flags: 0xa805 }) },
  // An answer with a record that nobody asked for in it, then one that came before any question.
  {
    from: `${WORKSTATION}:50002`,
    to: DNS_SERVER,
    bytes: message({ id: 2, flags: 0x0100, questions: [asked] }),
  },
  {
    from: DNS_SERVER,
    to: `${WORKSTATION}:50002`,
    bytes: message({
      id: 2,
      flags: 0x8180,
      questions: [asked],
      answers: [
        { ...asked, type: CNAME, data: name('modality4.hospital.example') },
        { name: 'modality4.hospital.example', type: A, data: ipv4('10.20.2.4') },
        { name: 'pacs.hospital.example', type: A, data: ipv4('10.20.66.66') },
      ],
    }),
  },
  {
    from: DNS_SERVER,
    to: `${WORKSTATION}:50003`,
    bytes: message({
      id: 3,
      flags: 0x8180,
      questions: [{ name: 'pacs.hospital.example', type: A }],
      answers: [{ name: 'pacs.hospital.example', type: A, data: ipv4('10.20.66.66') }],
    }),
  },
];

const queue = ['Front desk', '_ipp', '_tcp', 'local'];
const mdns: Datagram[] = [
  // A print server's queue; then a reflector that repeats what a scanner said in another network.
  {
    from: `${PC}:5353`,
    to: MDNS,
    bytes: message({
      flags: 0x8400,
      answers: [
        { name: '_ipp._tcp.local', type: PTR, data: name(queue) },
        { name: queue, type: SRV, class: 0x8001, data: srv('reading17.local', 631) },
        { name: queue, type: TXT, class: 0x8001, data: strings('rp=printers/front', 'ty=Example Laser 400') },
      ],
      additionals: [{ name: 'reading17.local', type: A, class: 0x8001, data: ipv4(PC) }],
    }),
  },
  {
    from: '10.20.0.1:5353',
    to: MDNS,
    bytes: message({
      flags: 0x8400,
      answers: [
        { name: ['CT', '_dicom', '_tcp', 'local'], type: SRV, class: 0x8001, data: srv('ct-4.local', 11112) },
        {
          name: ['CT', '_dicom', '_tcp', 'local'],
          type: TXT,
          class: 0x8001,
          data: strings('AET=CT4', 'PrimaryDeviceType=CT'),
        },
      ],
      additionals: [{ name: 'ct-4.local', type: A, class: 0x8001, data: ipv4('10.30.2.4') }],
    }),
  },
  // The scanner takes leave.
  {
    from: '10.20.0.1:5353',
    to: MDNS,
    bytes: message({
      flags: 0x8400,
      answers: [{ name: 'gone.local', type: A, ttl: 0, data: ipv4('10.30.2.5') }],
    }),
  },
];

const single = { name: 'READING17', type: A };
const llmnr: Datagram[] = [
  { from: `${WORKSTATION}:51000`, to: LLMNR, bytes: message({ id: 4, questions: [single] }) },
  {
    from: `${PC}:5355`,
    to: `${WORKSTATION}:51000`,
    bytes: message({
      id: 4,
      flags: 0x8000,
      questions: [single],
      answers: [{ ...single, ttl: 30, data: ipv4(PC) }],
    }),
  },
  // What a poisoner says before anybody asks.
  {
    from: '10.20.66.66:5355',
    to: `${WORKSTATION}:51001`,
    bytes: message({
      id: 5,
      flags: 0x8000,
      questions: [{ name: 'fileserver', type: A }],
      answers: [{ name: 'fileserver', type: A, ttl: 30, data: ipv4('10.20.66.66') }],
    }),
  },
];

const claims = (text: string, suffix: number, flags: number): Datagram => ({
  from: `${PC}:137`,
  to: `${EVERYBODY}:137`,
  bytes: message({
    id: 6,
    flags: 0x2910,
    questions: [{ name: netbios(text, suffix), type: NB }],
    additionals: [{ name: netbios(text, suffix), type: NB, ttl: 300_000, data: nb(flags, PC) }],
  }),
});
const wins = { name: netbios('HOSPITAL', 0x1c), type: NB };
const windows: Datagram[] = [
  claims('READING17', 0x00, 0),
  claims('HOSPITAL', 0x00, 0x8000),
  claims('A.BEISPIEL', 0x03, 0),
  { from: `${PC}:137`, to: '10.20.0.20:137', bytes: message({ id: 7, flags: 0x0100, questions: [wins] }) },
  {
    from: '10.20.0.20:137',
    to: `${PC}:137`,
    bytes: message({
      id: 7,
      flags: 0x8580,
      answers: [{ ...wins, data: Buffer.concat([nb(0xe000, '10.20.0.20'), nb(0xe000, '10.20.0.21')]) }],
    }),
  },
  {
    from: '10.20.0.9:1037',
    to: `${PC}:137`,
    bytes: message({ id: 8, questions: [{ name: netbios('*', 0), type: NBSTAT }] }),
  },
  {
    from: `${PC}:137`,
    to: '10.20.0.9:1037',
    bytes: message({
      id: 8,
      flags: 0x8400,
      answers: [
        {
          name: netbios('*', 0),
          type: NBSTAT,
          ttl: 0,
          data: nodeStatus(
            [
              ['READING17', 0x00, 0x0400],
              ['HOSPITAL', 0x00, 0x8400],
              ['READING17', 0x20, 0x0400],
            ],
            '00:1e:c9:14:03:11',
          ),
        },
      ],
    }),
  },
  {
    from: `${PC}:138`,
    to: `${EVERYBODY}:138`,
    bytes: browserDatagram(
      'READING17',
      PC,
      ['HOSPITAL', 0x1d],
      announcement(1, 'READING17', [6, 1], 0x00011003, 'Reading room'),
    ),
  },
];

const TELEVISION = '10.20.5.40';
const GATEWAY = '10.20.0.1';
const SSDP = '239.255.255.250:1900';
const ROUTER = 'uuid:5e0a7c11-3d52-4a68-8f1e-001ec9140001';
const ssdp: Datagram[] = [
  {
    from: `${GATEWAY}:1900`,
    to: SSDP,
    bytes: LINES(
      'NOTIFY * HTTP/1.1',
      'HOST: 239.255.255.250:1900',
      'CACHE-CONTROL: max-age=1800',
      `LOCATION: http://${GATEWAY}:5000/rootDesc.xml`,
      'SERVER: Example/3.10 UPnP/1.1 MiniUPnPd/2.3.1',
      'NT: urn:schemas-upnp-org:device:InternetGatewayDevice:1',
      `USN: ${ROUTER}::urn:schemas-upnp-org:device:InternetGatewayDevice:1`,
      'NTS: ssdp:alive',
    ),
  },
  {
    from: `${GATEWAY}:1900`,
    to: SSDP,
    bytes: LINES(
      'NOTIFY * HTTP/1.1',
      'HOST: 239.255.255.250:1900',
      `LOCATION: http://${GATEWAY}:5000/rootDesc.xml`,
      'SERVER: Example/3.10 UPnP/1.1 MiniUPnPd/2.3.1',
      'NT: upnp:rootdevice',
      `USN: ${ROUTER}::upnp:rootdevice`,
      'NTS: ssdp:alive',
    ),
  },
  {
    from: `${WORKSTATION}:52000`,
    to: SSDP,
    bytes: LINES(
      'M-SEARCH * HTTP/1.1',
      'HOST: 239.255.255.250:1900',
      'MAN: "ssdp:discover"',
      'MX: 1',
      'ST: urn:schemas-upnp-org:device:MediaRenderer:1',
      'USER-AGENT: Example/10.0 UPnP/1.1 Viewer/4.2',
    ),
  },
  {
    from: `${TELEVISION}:1900`,
    to: `${WORKSTATION}:52000`,
    bytes: LINES(
      'HTTP/1.1 200 OK',
      'CACHE-CONTROL: max-age=1800',
      'EXT:',
      `LOCATION: http://${TELEVISION}:7676/rcr/`,
      'SERVER: SHP, UPnP/1.0, Example TV SDK/1.0',
      'ST: urn:schemas-upnp-org:device:MediaRenderer:1',
      'USN: uuid:5e0a7c11-3d52-4a68-8f1e-001ec9140528::urn:schemas-upnp-org:device:MediaRenderer:1',
    ),
  },
];

const PUMP = '10.20.6.11';
const WSD = '239.255.255.250:3702';
const envelope = (action: string, body: string): Uint8Array =>
  Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<s12:Envelope xmlns:s12="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing"' +
      ' xmlns:wsd="http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01"' +
      ' xmlns:dpws="http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01"' +
      ' xmlns:mdpws="http://standards.ieee.org/downloads/11073/11073-20702-2016">' +
      `<s12:Header><wsa:Action>http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01/${action}</wsa:Action>` +
      '<wsa:MessageID>urn:uuid:5e0a7c11-3d52-4a68-8f1e-0000000000aa</wsa:MessageID></s12:Header>' +
      `<s12:Body>${body}</s12:Body></s12:Envelope>`,
  );
const target = (scopes: string): string =>
  '<wsa:EndpointReference><wsa:Address>urn:uuid:5e0a7c11-3d52-4a68-8f1e-001ec914060b</wsa:Address></wsa:EndpointReference>' +
  `<wsd:Types>dpws:Device mdpws:MedicalDevice</wsd:Types><wsd:Scopes>${scopes}</wsd:Scopes>` +
  `<wsd:XAddrs>https://${PUMP}:6464/5e0a7c11</wsd:XAddrs><wsd:MetadataVersion>1</wsd:MetadataVersion>`;
const LOCATED =
  'sdc.mds.pkp:1.2.840.10004.20701.1.1 sdc.cdc.type:///69985 ' +
  'sdc.ctxt.loc:/sdc.ctxt.loc.detail/HOSP1%2F%2F%2FICU2%2F%2F7?fac=HOSP1&amp;poc=ICU2&amp;bed=7';
const sdc: Datagram[] = [
  {
    from: `${PUMP}:40100`,
    to: WSD,
    bytes: envelope('Hello', `<wsd:Hello>${target(LOCATED)}</wsd:Hello>`),
  },
  {
    from: `${WORKSTATION}:53000`,
    to: WSD,
    bytes: envelope('Probe', '<wsd:Probe><wsd:Types>mdpws:MedicalDevice</wsd:Types></wsd:Probe>'),
  },
  // By now it is connected to a patient, and says so.
  {
    from: `${PUMP}:3702`,
    to: `${WORKSTATION}:53000`,
    bytes: envelope(
      'ProbeMatches',
      `<wsd:ProbeMatches><wsd:ProbeMatch>${target(`${LOCATED} sdc.ctxt.pat:/hosp1.example/TEST-4711`)}</wsd:ProbeMatch></wsd:ProbeMatches>`,
    ),
  },
];

/** Bytes that are no message of the protocol whose port they go to. */
const others = (port: number): Datagram[] => [
  {
    from: `${PC}:40001`,
    to: `${WORKSTATION}:${port}`,
    bytes: Buffer.from('syslog: nothing of interest here'),
  },
  { from: `${PC}:40002`, to: `${WORKSTATION}:${port}`, bytes: Buffer.alloc(48, 0x55) },
  // Begins as one, and is none.
  {
    from: `${PC}:40003`,
    to: `${WORKSTATION}:${port}`,
    bytes: Buffer.from('NOTIFY sip:ward@10.20.3.50 SIP/2.0\r\nVia: SIP/2.0/UDP 10.20.3.17\r\n\r\n'),
  },
  {
    from: `${PC}:40004`,
    to: `${WORKSTATION}:${port}`,
    bytes: Buffer.from('<?xml version="1.0"?><Envelope><Body/></Envelope>'),
  },
  {
    from: `${PC}:40005`,
    to: `${WORKSTATION}:${port}`,
    bytes: Buffer.from('000184000000000100000000c00c000100010000007800040a140311', 'hex'),
  },
];

const trace = (
  path: string,
  from: string,
  contains: string,
  datagrams: readonly Datagram[],
): WrittenTrace => ({
  path,
  from,
  contains,
  packets: () => datagramPackets(datagrams),
});

export const traces: WrittenTrace[] = [
  trace(
    'dns/answers',
    'RFC 1035, RFC 2136',
    'a host that registers itself; an answer with a record nobody asked for; an answer to no question',
    dns,
  ),
  trace(
    'mdns/relayed',
    'RFC 6762, RFC 6763, DICOM PS3.15 Annex H.2',
    "a print server's queue, a scanner's announcement through a reflector, a goodbye",
    mdns,
  ),
  trace('llmnr/answers', 'RFC 4795', 'an answer to a question, and one to none', llmnr),
  trace(
    'netbios/windows',
    'RFC 1002, [MS-NBTE], [MS-BRWS]',
    'registrations, domain controllers from WINS, node status, host announcement',
    windows,
  ),
  trace(
    'ssdp/announcements',
    'UPnP Device Architecture 2.0',
    'a router and a television that announce themselves, a search and its answer',
    ssdp,
  ),
  trace(
    'wsd/sdc',
    'IEEE 11073-20701 and 20702, WS-Discovery 1.1',
    'an infusion pump: Hello with its place, ProbeMatch with its patient',
    sdc,
  ),
  trace('dns/other-bytes', 'no standard', 'other bytes on port 53', others(53)),
  trace('mdns/other-bytes', 'no standard', 'other bytes on port 5353', others(5353)),
  trace('llmnr/other-bytes', 'no standard', 'other bytes on port 5355', others(5355)),
  trace('netbios/other-bytes', 'no standard', 'other bytes on ports 137 and 138', [
    ...others(137),
    ...others(138),
  ]),
  trace('ssdp/other-bytes', 'no standard', 'other bytes on port 1900', others(1900)),
  trace('wsd/other-bytes', 'no standard', 'other bytes on port 3702', others(3702)),
];
