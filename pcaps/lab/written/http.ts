/** HTTP conversations of programs that are not at hand, written out from their standards. Patients are of patients.ts. */
import { Connection, type Packet } from '../../../src/testing/packets.ts';
import { PATIENTS, type Patient } from '../patients.ts';
import { dicomFile, element } from './part10.ts';
import type { WrittenTrace } from './trace.ts';

/** Microseconds: the laboratory's day, eleven and a half. */
const START = Date.parse('2026-03-02T11:30:00Z') * 1000;

type Fields = Readonly<Record<string, string>>;

function message(line: string, fields: Fields, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body as string);
  const all = { ...fields, 'Content-Length': String(bytes.length) };
  const head = [line, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );
  return Buffer.concat([Buffer.from(head), bytes]);
}

const request = (line: string, fields: Fields = {}, body: string | Buffer = ''): Buffer =>
  message(`${line} HTTP/1.1`, { Host: 'zztest.example', ...fields }, body);
const response = (status: string, fields: Fields = {}, body = ''): Buffer =>
  message(`HTTP/1.1 ${status}`, fields, body);

/** Bytes in segments of the usual size. */
function sendAll(connection: Connection, direction: 0 | 1, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 1448) connection.send(direction, bytes.subarray(at, at + 1448));
}

function exchange(port: number, clientPort: number, turns: readonly (readonly [Buffer, Buffer])[]): Packet[] {
  const connection = new Connection(port, clientPort, START).handshake();
  for (const [asked, answered] of turns) {
    sendAll(connection, 0, asked);
    sendAll(connection, 1, answered);
  }
  return connection.close().packets;
}

const FHIR = { 'Content-Type': 'application/fhir+json;charset=UTF-8' };
const HAPI = { ...FHIR, 'X-Powered-By': 'HAPI FHIR 6.10.5 REST Server (FHIR Server; FHIR 4.0.1/R4)' };
const CLIENT = {
  'User-Agent': 'HAPI-FHIR/6.10.5 (FHIR Client; FHIR 4.0.1/R4; apache)',
  Accept: 'application/fhir+json',
};

function fhirPatient({ id, family, given, birthDate, sex, address }: Patient): object {
  return {
    resourceType: 'Patient',
    id: '7',
    identifier: [{ type: { coding: [{ code: 'MR' }] }, value: id }],
    name: [{ family, given: [given] }],
    gender: sex === 'M' ? 'male' : 'female',
    birthDate: `${birthDate.slice(0, 4)}-${birthDate.slice(4, 6)}-${birthDate.slice(6)}`,
    address: [{ line: [address] }],
  };
}

function fhir(): Packet[] {
  const capability = {
    resourceType: 'CapabilityStatement',
    status: 'active',
    software: { name: 'Acme Repository', version: '3.2.1' },
    fhirVersion: '4.0.1',
  };
  const bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: PATIENTS.slice(0, 3).map((patient) => ({ resource: fhirPatient(patient) })),
  };
  const device = {
    resourceType: 'Device',
    manufacturer: 'Acme Instruments',
    modelNumber: 'Monitor 5',
    serialNumber: 'ZZ0000FM1',
    udiCarrier: [{ carrierHRF: '(01)00844588003288(21)ZZ0000FM1' }],
  };
  const reported = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: device }] };
  const search = `GET /fhir/Patient?family=${PATIENTS[0].family}`;
  return exchange(8080, 50_001, [
    [request('GET /fhir/metadata', CLIENT), response('200 OK', HAPI, JSON.stringify(capability))],
    [request(search, CLIENT), response('200 OK', HAPI, JSON.stringify(bundle))],
    [
      request('POST /fhir', { ...CLIENT, ...FHIR }, JSON.stringify(reported)),
      response('200 OK', HAPI, '{"resourceType":"Bundle","type":"transaction-response"}'),
    ],
  ]);
}

function hl7(): Packet[] {
  const { id, family, given, birthDate, sex } = PATIENTS[2];
  const type = { 'Content-Type': 'application/hl7-v2; charset=utf-8' };
  const adt = [
    'MSH|^~\\&|HIS|ZZHOSP|ENGINE|ZZHOSP|20260302113000||ADT^A01^ADT_A01|ZZ1|P|2.5.1',
    `PID|1||${id}^^^ZZHOSP^MR||${family}^${given}||${birthDate}|${sex}`,
  ];
  const ack = ['MSH|^~\\&|ENGINE|ZZHOSP|HIS|ZZHOSP|20260302113000||ACK^A01|ZZ2|P|2.5.1', 'MSA|AA|ZZ1'];
  return exchange(8089, 50_002, [
    [
      request('POST /adt', { ...type, 'User-Agent': 'Java/17.0.9' }, `${adt.join('\r')}\r`),
      response('200 OK', { ...type, Server: 'Jetty(9.4.53.v20231009)' }, `${ack.join('\r')}\r`),
    ],
  ]);
}

function document(): Packet[] {
  const { id, family, given, birthDate, sex } = PATIENTS[3];
  const cda = `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole><id extension="${id}" root="1.2.3"/>
<patient><name><given>${given}</given><family>${family}</family></name><administrativeGenderCode code="${sex}"/>
<birthTime value="${birthDate}"/></patient></patientRole></recordTarget></ClinicalDocument>`;
  return exchange(8090, 50_003, [
    [request('POST /documents', { 'Content-Type': 'application/xml' }, cda), response('202 Accepted')],
  ]);
}

const HTML = { 'Content-Type': 'text/html;charset=UTF-8' };

const engine = (version: string) => (): Packet[] => {
  const jnlp = { 'Content-Type': 'application/x-java-jnlp-file' };
  return exchange(8081, 50_004, [
    [
      request('GET /', {
        'User-Agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0',
      }),
      response('200 OK', HTML, '<html><head><title>Mirth Connect Administrator</title></head></html>'),
    ],
    [
      request('GET /webstart.jnlp'),
      response(
        '200 OK',
        jnlp,
        '<jnlp><information><title>Mirth Connect Administrator VERSION</title></information></jnlp>'.replace(
          'VERSION',
          version,
        ),
      ),
    ],
  ]);
};

/** A tunnel through a proxy, and an upgrade: HTTP no longer, and no anomaly. */
function tunnels(): Packet[] {
  const tls = Buffer.from('160301000401000000', 'hex');
  const upgrade = { Upgrade: 'websocket', Connection: 'Upgrade' };
  return [
    ...exchange(3128, 50_005, [
      [request('CONNECT zztest.example:443'), Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n')],
      [tls, tls],
    ]),
    ...exchange(8082, 50_006, [
      [
        request('GET /live', upgrade),
        Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
      ],
      [Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x69, 0x6b]), Buffer.from([0x81, 2, 0x68, 0x69])],
    ]),
  ];
}

/** What is nearly HTTP, on its port: another protocol with its methods, and one with its start. */
function nearly(): Packet[] {
  const rtsp = Buffer.from(
    'OPTIONS rtsp://zztest.example/live RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: curl/8.0\r\n\r\n',
  );
  const answer = Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: nginx/1.0\r\n\r\n');
  const icap = Buffer.from('OPTIONS icap://zztest.example/scan ICAP/1.0\r\nHost: zztest.example\r\n\r\n');
  return [
    ...exchange(80, 50_007, [[rtsp, answer]]),
    ...exchange(8080, 50_008, [[icap, Buffer.from('ICAP/1.0 200 OK\r\nService: zztest\r\n\r\n')]]),
  ];
}

/** A medical question to a server that is none. */
function asked(): Packet[] {
  return exchange(80, 50_009, [
    [
      request('GET /dicom-web/studies', { Accept: 'application/dicom+json' }),
      response(
        '404 Not Found',
        { ...HTML, Server: 'nginx/1.22.1' },
        '<html><title>404 Not Found</title></html>',
      ),
    ],
    [
      request('GET /app/explorer.html'),
      response(
        '404 Not Found',
        { ...HTML, Server: 'nginx/1.22.1' },
        '<html><title>404 Not Found</title></html>',
      ),
    ],
  ]);
}

/** An object as DICOMweb stores it (PS3.18 §10.5) and as it is fetched (§10.4), with these bytes before `DICM`. */
function objects(clientPort: number, preamble: Uint8Array): Packet[] {
  const { id, family, given, birthDate, sex } = PATIENTS[5];
  const uid = '1.2.826.0.1.3680043.10.998.7.1';
  const file = dicomFile(preamble, [
    element(0x0008, 0x0016, 'UI', '1.2.840.10008.5.1.4.1.1.7'),
    element(0x0008, 0x0018, 'UI', uid),
    element(0x0008, 0x0060, 'CS', 'OT'),
    element(0x0010, 0x0010, 'PN', `${family}^${given}`),
    element(0x0010, 0x0020, 'LO', id),
    element(0x0010, 0x0030, 'DA', birthDate),
    element(0x0010, 0x0040, 'CS', sex),
    element(0x0020, 0x000d, 'UI', uid),
  ]);
  const parts = Buffer.concat([
    Buffer.from('--zz\r\nContent-Type: application/dicom\r\n\r\n'),
    file,
    Buffer.from('\r\n--zz--\r\n'),
  ]);
  const type = { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=zz' };
  const done = { 'Content-Type': 'application/dicom+json' };
  return exchange(8080, clientPort, [
    [request('POST /dicom-web/studies', type, parts), response('200 OK', done, '{}')],
    [
      request('GET /dicom-web/studies/1.2.3', { Accept: type['Content-Type'] }),
      response('404 Not Found', { 'Content-Type': 'application/json' }, '{}'),
    ],
  ]);
}

export const traces: readonly WrittenTrace[] = [
  {
    path: 'http/fhir',
    from: 'FHIR R4, HAPI FHIR',
    contains: 'CapabilityStatement, a search for patients, a Device that a client reports',
    packets: fhir,
  },
  {
    path: 'http/hl7',
    from: 'HL7 over HTTP (HAPI)',
    contains: 'an ADT^A01 and its acknowledgement as bodies',
    packets: hl7,
  },
  { path: 'http/document', from: 'HL7 CDA R2', contains: 'a document posted', packets: document },
  {
    path: 'http/engine',
    from: 'Mirth Connect, public_html and webstart.jnlp',
    contains: 'the launch page of an integration engine, with its version',
    packets: engine('4.4.0'),
  },
  {
    path: 'http/engine-fixed',
    from: 'Mirth Connect, public_html and webstart.jnlp',
    contains: 'the same of the version that fixes what is known of the other',
    packets: engine('4.4.1'),
  },
  {
    path: 'http/tunnels',
    from: 'RFC 9110 §9.3.6, §7.8',
    contains: 'CONNECT and Upgrade: another protocol follows',
    packets: tunnels,
  },
  {
    path: 'http/nearly',
    from: 'RFC 2326, RFC 3507',
    contains: 'RTSP and ICAP on ports of HTTP: near miss',
    packets: nearly,
  },
  {
    path: 'http/asked',
    from: 'PS3.18',
    contains: 'DICOMweb and an archive asked of a web server that is neither: near miss',
    packets: asked,
  },
  {
    path: 'http/polyglot',
    from: 'PS3.10 §7.1, CVE-2019-11687',
    contains: 'an object stored by DICOMweb whose preamble begins as a Windows program',
    packets: () => objects(50_010, Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1')),
  },
  {
    path: 'http/dual-tiff',
    from: 'PS3.10 §7.1, TIFF 6.0',
    contains: 'the same with the header of a TIFF, a dual-personality file: near miss',
    packets: () => objects(50_011, Buffer.from('II*\0\x08\0\0\0', 'latin1')),
  },
];
