/** Events, flows and results to test sinks with. Not part of the product. */
import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Hl7Message, Hl7Session } from '../../dissectors/hl7/events.ts';
import { Address } from '../core/address.ts';
import type { Flow } from '../core/flow.ts';
import { type Identifier, Sealed } from '../core/sealed.ts';
import { type Micros, SECOND } from '../core/time.ts';
import type { Finding } from '../detections/finding.ts';
import type { Asset } from '../trackers/asset.ts';
import type { Results } from './results.ts';

/** 2026-03-02T08:15:00Z */
export const T0: Micros = Date.UTC(2026, 2, 2, 8, 15) * 1000;

const interned = new Map<string, Address>();

/** Inside when in 10.0.0.0/8; the same object for the same text, as the packet path has it. */
export function ipv4(text: string): Address {
  const known = interned.get(text);
  if (known !== undefined) return known;
  const word = text.split('.').reduce((value, part) => (value << 8) | Number(part), 0);
  const address = new Address(4, 0, 0, 0xffff, word, text.startsWith('10.'));
  interned.set(text, address);
  return address;
}

export function flow(
  id: number,
  client: string,
  server: string,
  port: number,
  more: Partial<Flow> = {},
): Flow {
  return {
    id,
    proto: 'tcp',
    client: { address: ipv4(client), port: 40_000 + id, mac: -1 },
    server: { address: ipv4(server), port, mac: -1 },
    orientation: 'syn',
    midstream: false,
    bothSides: true,
    vlan0: -1,
    vlan1: -1,
    tunnel: '',
    start: T0,
    last: T0 + 2 * SECOND,
    packetsToServer: 10,
    packetsToClient: 8,
    bytesToServer: 5000,
    bytesToClient: 700,
    missedBytes: 0,
    protocol: 'dicom',
    communityId: () => `1:flow${id}=`,
    ...more,
  };
}

export function association(more: Partial<Association> = {}): Association {
  return {
    callingAe: 'CT01',
    calledAe: 'ORTHANC',
    withoutRequest: false,
    accepted: true,
    outcome: 'released',
    protocolVersion: 1,
    applicationContext: '1.2.840.10008.3.1.1.1',
    contexts: [
      {
        id: 1,
        abstractSyntax: '1.2.840.10008.5.1.4.1.1.2',
        transferSyntaxes: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'],
        result: 0,
        transferSyntax: '1.2.840.10008.1.2.1',
        inferred: false,
      },
    ],
    client: { classUid: '1.2.276.0.7230010.3.0.3.6.7', versionName: 'OFFIS_DCMTK_367' },
    server: { classUid: '', versionName: '' },
    maxPduClient: 16_384,
    maxPduServer: 0,
    asyncOperations: null,
    roles: [],
    extendedNegotiation: [],
    userIdentity: 0,
    reserved: '',
    reservedAnswer: '',
    rejection: null,
    abort: null,
    pdus: [0, 1, 1, 0, 6, 1, 1, 0],
    messages: { 'C-STORE-RQ': 1, 'C-STORE-RSP': 1 },
    statuses: { 'C-STORE-RSP': { '0000': 1 } },
    objects: { '1.2.840.10008.5.1.4.1.1.2': 1 },
    bytesToServer: 4800,
    bytesToClient: 600,
    start: T0,
    end: T0 + 1.5 * SECOND,
    anomalies: {},
    ...more,
  };
}

export function dimse(more: Partial<DimseMessage> = {}): DimseMessage {
  return {
    type: 'dicom.message',
    association: association(),
    command: 'C-STORE-RQ',
    from: 'client',
    contextId: 1,
    messageId: 7,
    sopClass: '1.2.840.10008.5.1.4.1.1.2',
    sopInstance: '1.2.3.4.5',
    status: '',
    statusClass: '',
    statusText: '',
    moveDestination: '',
    subOperations: null,
    latency: null,
    dataSetBytes: 4000,
    partial: false,
    moveOriginator: '',
    transferSyntax: '1.2.840.10008.1.2.1',
    inferred: false,
    identifiers: [],
    patient: null,
    phi: [],
    queryLevel: '',
    universalQuery: false,
    prefixQuery: false,
    queryKey: null,
    queryDays: null,
    pixelDigest: null,
    modality: 'CT',
    ...more,
  };
}

export function hl7(more: Partial<Hl7Message> = {}): Hl7Message {
  return {
    type: 'hl7.message',
    from: 'client',
    messageType: 'ADT^A01',
    structure: 'ADT_A01',
    controlId: 'MSG00001',
    sendingApplication: 'ADMIT',
    sendingFacility: 'NORTH',
    receivingApplication: 'ENGINE',
    receivingFacility: 'NORTH',
    version: '2.3',
    processingId: 'P',
    charset: '',
    ackCode: '',
    ackedControlId: '',
    latency: null,
    bytes: 512,
    segments: 6,
    partial: false,
    framing: 'mllp',
    batch: false,
    identifiers: [],
    patient: null,
    phi: [],
    digest: 0,
    results: [],
    ...more,
  };
}

export function session(more: Partial<Hl7Session> = {}): Hl7Session {
  return {
    type: 'hl7.session',
    messages: 2,
    acks: 1,
    unacknowledged: 0,
    commitAcks: 0,
    commitNaks: 0,
    byType: { ACK: 1, 'ADT^A01': 1 },
    byAck: { AA: 1 },
    senders: ['ADMIT|NORTH'],
    receivers: ['ENGINE|NORTH'],
    patients: 1,
    start: T0,
    end: T0 + SECOND,
    outcome: 'closed',
    anomalies: {},
    ...more,
  };
}

/** Sealed values as a dissector makes them: with their text only when it may be revealed. */
export function sealed(texts: Partial<Record<Identifier, string>>, reveal: boolean) {
  const identifiers = Object.keys(texts) as Identifier[];
  const phi = identifiers.map((kind) => new Sealed(kind, reveal ? (texts[kind] as string) : null));
  return { identifiers, phi, patient: 0x1b2c3d4e5f607 };
}

export function asset(ip: string, more: Partial<Asset> = {}): Asset {
  return {
    id: `ip-${ip}`,
    ips: [ip],
    macs: [],
    hostname: null,
    vendor: null,
    model: null,
    serial: null,
    software: null,
    os: null,
    role: 'unknown',
    modality: null,
    ae_titles: [],
    hl7_applications: [],
    hl7_facilities: [],
    implementation: { class_uid: null, version_name: null, product: null, version: null },
    services: [],
    exposure: { inbound: 0, outbound: 0, countries: [] },
    crossings: [],
    vulnerabilities: [],
    firstSeen: T0,
    lastSeen: T0 + SECOND,
    confidence: 'low',
    evidence: [],
    contradictions: [],
    ...more,
  };
}

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    detection: 'phi.cleartext-dicom',
    title: 'Patient data in DICOM without encryption',
    severity: 'medium',
    source: { ip: '10.0.0.5', asset: null },
    destination: { ip: '10.0.0.9', port: 4242, asset: null, country: null },
    count: 1,
    firstSeen: T0,
    lastSeen: T0 + SECOND,
    summary: 'Names of one patient went from 10.0.0.5 to 10.0.0.9 in clear.',
    data: { patients: 1 },
    attack: ['T1040'],
    communityIds: ['1:abc='],
    incident: null,
    silence: {
      key: 'detections.phi.cleartext-dicom.ignore',
      source: '10.0.0.5',
      destination: '10.0.0.9',
    },
    ...more,
  };
}

export function results(more: Partial<Results> = {}): Results {
  return {
    net: () => ({
      packets: 1234,
      bytes: 567_890,
      truncated: 0,
      duplicates: 0,
      undecoded: new Map(),
      first: T0,
      last: T0 + 90 * SECOND,
    }),
    streams: () => ({
      tcpFlows: 12,
      udpFlows: 3,
      activeTcp: 0,
      activeUdp: 0,
      flowsWithGaps: 0,
      missedBytes: 0,
      dissectorErrors: new Map(),
    }),
    assets: () => [],
    external: () => ({
      peers: 0,
      inboundConnections: 0,
      outboundConnections: 0,
      byCountry: {},
      connections: [],
    }),
    phi: () => ({ exposures: 0, patients: 0, byProtocol: {}, byIdentifier: {}, series: [] }),
    findings: () => [],
    evictions: () => new Map(),
    ignored: () => 0,
    ...more,
  };
}
