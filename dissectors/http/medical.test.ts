import { describe, expect, test } from 'vitest';
import { play } from '../../src/testing/every-split.ts';
import { http } from './index.ts';
import {
  activities,
  attributes,
  phi,
  request,
  response,
  said,
  services,
  toClient,
  toServer,
} from './testing.ts';

const NAME = 'ZZTEST^ALPHA';
const PATIENT = ['patient-name', 'medical-record-number', 'birth-date', 'sex'];
const DICOM_JSON = { 'Content-Type': 'application/dicom+json' };
const FHIR = { 'Content-Type': 'application/fhir+json; charset=utf-8' };
const HL7 = { 'Content-Type': 'application/hl7-v2; charset=utf-8' };

const dataSet = (id: string, name: string) => ({
  '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
  '0020000D': { vr: 'UI', Value: ['1.2.3'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: name }] },
  '00100020': { vr: 'LO', Value: [id] },
  '00100030': { vr: 'DA', Value: ['19510203'] },
  '00100040': { vr: 'CS' },
});

describe('DICOMweb', () => {
  test('QIDO-RS', () => {
    const all = said(
      [
        toServer(
          request('GET /dicom-web/studies?PatientName=ZZTEST*&00100020=&limit=2', {
            Accept: 'application/dicom+json',
          }),
        ),
        toClient(
          response(
            '200 OK',
            DICOM_JSON,
            JSON.stringify([dataSet('ZZ1', NAME), dataSet('ZZ2', 'X'), dataSet('ZZ1', NAME)]),
          ),
        ),
      ],
      { stride: 3 },
    );
    expect(services(all, 'dicomweb')).toEqual(['asked', 'answered']);
    expect(activities(all)).toEqual(['client asks-queries', 'server answers-queries']);
    expect(phi(all)).toMatchObject([
      { protocol: 'http', identifiers: ['patient-name'], to: 'server' },
      { protocol: 'http', identifiers: PATIENT.slice(0, 3), to: 'client' },
      { protocol: 'http', identifiers: PATIENT.slice(0, 3), to: 'client' },
    ]);
    expect(phi(all)[1].patient).not.toBe(phi(all)[2].patient);
  });

  test('a question that another server does not know', () => {
    for (const answer of [
      response('404 Not Found', { 'Content-Type': 'text/html' }, '<html>'),
      response('200 OK', { 'Content-Type': 'text/html' }, '<html>'),
      response('401 Unauthorized', { 'WWW-Authenticate': 'Basic realm="zz"' }, ''),
    ]) {
      const all = said([
        toServer(request('GET /dicom-web/studies', { Accept: 'application/dicom+json' })),
        toClient(answer),
      ]);
      expect(services(all, 'dicomweb')).toEqual(['asked']);
      expect(activities(all)).toEqual(['client asks-queries']);
    }
  });

  test('paths of other interfaces that look alike', () => {
    const all = said([
      toServer(request('GET /studies'), request('GET /instances'), request('POST /studies', {}, 'x')),
      toClient(
        response('200 OK', { 'Content-Type': 'application/json' }, '["1"]'),
        response('200 OK', {}, ''),
      ),
      toClient(response('200 OK', {}, '')),
    ]);
    expect(services(all, 'dicomweb')).toEqual([]);
  });

  const part10 = (syntax: string, dataSet: Buffer) => {
    const element = (tag: number, vr: string, value: string) => {
      const padded = value.length % 2 ? `${value}\0` : value;
      const header = Buffer.alloc(8);
      header.writeUInt16LE(tag >>> 16, 0);
      header.writeUInt16LE(tag & 0xffff, 2);
      header.write(vr, 4, 'latin1');
      header.writeUInt16LE(padded.length, 6);
      return Buffer.concat([header, Buffer.from(padded, 'latin1')]);
    };
    return Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      element(0x00020010, 'UI', syntax),
      dataSet,
    ]);
  };
  const explicit = (tag: number, vr: string, value: string) => {
    const header = Buffer.alloc(8);
    header.writeUInt16LE(tag >>> 16, 0);
    header.writeUInt16LE(tag & 0xffff, 2);
    header.write(vr, 4, 'latin1');
    header.writeUInt16LE(value.length, 6);
    return Buffer.concat([header, Buffer.from(value, 'latin1')]);
  };
  const implicit = (tag: number, value: string | Buffer, length = value.length) => {
    const header = Buffer.alloc(8);
    header.writeUInt16LE(tag >>> 16, 0);
    header.writeUInt16LE(tag & 0xffff, 2);
    header.writeUInt32LE(length >>> 0, 4);
    return Buffer.concat([header, Buffer.from(value as string, 'latin1')]);
  };
  const OBJECTS = {
    explicit: part10(
      '1.2.840.10008.1.2.1',
      Buffer.concat([
        explicit(0x00080060, 'CS', 'CT'),
        explicit(0x00080070, 'LO', 'ACME'),
        explicit(0x00100010, 'PN', NAME),
        explicit(0x00100020, 'LO', 'ZZ12'),
        explicit(0x00100030, 'DA', '19510203'),
        explicit(0x00100040, 'CS', 'M '),
        explicit(0x00200010, 'SH', 'ID'),
        Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0, 0, 0x10, 0, 0]),
      ]),
    ),
    implicit: part10(
      '1.2.840.10008.1.2',
      Buffer.concat([
        implicit(0x00080060, 'CT'),
        implicit(0x00080070, 'ACME'),
        // A sequence without a length, an item without one in it, and an element in that.
        implicit(0x00081140, '', 0xffffffff),
        implicit(0xfffee000, '', 0xffffffff),
        implicit(0x00100010, 'NOT^HIM '),
        implicit(0xfffee00d, ''),
        implicit(0xfffee0dd, ''),
        implicit(0x00100010, NAME),
        implicit(0x00100020, 'ZZ12'),
        implicit(0x00100030, '19510203'),
        implicit(0x00100040, 'M '),
        implicit(0x00200010, 'ID'),
      ]),
    ),
  };

  test.each(Object.entries(OBJECTS))('STOW-RS of an object in %s VR', (_, object) => {
    const type = 'multipart/related; type="application/dicom"; boundary=zz';
    const body = Buffer.concat([
      Buffer.from('--zz\r\nContent-Type: application/dicom\r\n\r\n'),
      object,
      Buffer.alloc(300),
      Buffer.from('\r\n--zz--\r\n'),
    ]);
    const all = said(
      [
        toServer(request('POST /dicom-web/studies', { 'Content-Type': type }, body)),
        toClient(response('200 OK', DICOM_JSON, '{"00081199":{"vr":"SQ","Value":[]}}')),
      ],
      { stride: 7 },
    );
    expect(services(all, 'dicomweb')).toEqual(['asked', 'answered']);
    expect(activities(all)).toEqual(['client sends-images CT', 'server accepts-images CT']);
    expect(phi(all)).toMatchObject([{ identifiers: PATIENT, to: 'server' }]);
    expect(attributes(all)).toEqual(['client vendor: ACME (HTTP DICOM object (0008,0070))']);
  });

  test('an object stored through an interface that is none', () => {
    const all = said([
      toServer(
        request('POST /instances', { 'Content-Type': 'application/x-www-form-urlencoded' }, OBJECTS.explicit),
      ),
      toClient(response('200 OK', { 'Content-Type': 'application/json' }, '{"Status":"Success"}')),
    ]);
    expect(services(all, 'dicomweb')).toEqual([]);
    expect(activities(all)).toEqual(['client sends-images CT', 'server accepts-images CT']);
    expect(phi(all)).toMatchObject([{ identifiers: PATIENT, to: 'server' }]);
  });

  test('WADO-RS and WADO-URI', () => {
    const all = said([
      toServer(request('GET /rs/studies/1.2.3/series/4.5.6/instances/7.8.9')),
      toClient(response('200 OK', { 'Content-Type': 'application/dicom' }, OBJECTS.explicit)),
      toServer(request('GET /wado?requestType=WADO&studyUID=1.2.3&seriesUID=1&objectUID=2')),
      toClient(response('200 OK', { 'Content-Type': 'image/jpeg' }, 'xx')),
    ]);
    expect(services(all, 'dicomweb')).toEqual(['asked', 'answered']);
    expect(activities(all)).toEqual(['client asks-retrieve', 'server answers-retrieve']);
    // What the server passes on was made by other equipment.
    expect(attributes(all)).toEqual([]);
    expect(phi(all)).toMatchObject([{ identifiers: PATIENT, to: 'client' }]);
  });

  test('XML', () => {
    const xml = `<?xml version="1.0"?><!-- x --><NativeDicomModel>
      <DicomAttribute tag="00100010" vr="PN"><PersonName number="1"><Alphabetic><FamilyName>ZZTEST</FamilyName>
      <GivenName>ALPHA</GivenName></Alphabetic></PersonName></DicomAttribute>
      <DicomAttribute tag="00100020" vr="LO"><Value number="1">ZZ1</Value></DicomAttribute></NativeDicomModel>`;
    const all = said(
      [
        toServer(request('GET /rs/studies/1.2.3/metadata')),
        toClient(response('200 OK', { 'Content-Type': 'application/dicom+xml' }, xml)),
      ],
      { stride: 5 },
    );
    const json = play(http, [
      toServer(request('GET /rs/studies/1.2.3/metadata')),
      toClient(response('200 OK', DICOM_JSON, JSON.stringify(dataSet('ZZ1', 'ANOTHER^NAME')))),
    ]);
    expect(phi(all)).toMatchObject([
      { identifiers: ['patient-name', 'medical-record-number'], to: 'client' },
    ]);
    expect(phi(all)[0].patient).toBe(phi(json)[0].patient);
  });

  test('an identity that was removed', () => {
    const removed = { ...dataSet('ZZ1', NAME), '00120062': { vr: 'CS', Value: ['YES'] } };
    const all = said([
      toServer(request('GET /studies/1.2/metadata')),
      toClient(response('200 OK', DICOM_JSON, JSON.stringify([removed]))),
    ]);
    expect(phi(all)).toEqual([]);
    expect(services(all, 'dicomweb')).toEqual(['asked', 'answered']);
  });

  test('keywords in the JSON of other interfaces', () => {
    const json = { ID: 'x', MainDicomTags: { PatientName: NAME, PatientID: 'ZZ1', PatientSex: '' } };
    const all = said([
      toServer(request('GET /patients?expand')),
      toClient(
        response(
          '200 OK',
          { 'Content-Type': 'application/json' },
          JSON.stringify([json, { Type: 'Patient' }]),
        ),
      ),
    ]);
    expect(phi(all)).toMatchObject([
      { identifiers: ['patient-name', 'medical-record-number'], to: 'client' },
    ]);
    expect(services(all, 'dicomweb')).toEqual([]);
  });

  test.each([
    ['/viewer?PatientID=ZZ1&StudyInstanceUID=1.2', ['medical-record-number']],
    ['/viewer?patientId=ZZ1', ['medical-record-number']],
    ['/studies?00100010=ZZTEST%5EALPHA&00100030=19510203', ['patient-name', 'birth-date']],
    ['/studies?AccessionNumber=ZZACC1', ['accession-number']],
  ])('a target that names somebody: %s', (target, identifiers) => {
    expect(phi(said([toServer(request(`GET ${target}`))]))).toMatchObject([{ identifiers, to: 'server' }]);
  });

  test.each([
    '/studies?PatientName=*',
    '/studies?PatientID=&PatientSex=M',
    '/studies?limit=1',
    '/?patient=x',
    '/x?%=%',
  ])('a target that names nobody: %s', (target) => {
    expect(phi(said([toServer(request(`GET ${target}`))]))).toEqual([]);
  });
});

describe('FHIR', () => {
  const patient = {
    resourceType: 'Patient',
    id: '1',
    identifier: [
      { type: { coding: [{ code: 'SS' }] }, value: '900-00-1' },
      { type: { coding: [{ code: 'MR' }] }, value: 'ZZ1' },
    ],
    name: [{ family: 'ZZTEST', given: ['ALPHA'] }],
    telecom: [
      { system: 'phone', value: '555' },
      { system: 'email', value: 'zz@example' },
    ],
    gender: 'male',
    birthDate: '1951-02-03',
    address: [{ line: ['11 ZZNOWHERE LANE'] }],
    contact: [{ name: { text: 'ZZ' } }],
  };
  const IDENTIFIERS = [
    'patient-name',
    'medical-record-number',
    'birth-date',
    'sex',
    'address',
    'telephone',
    'email',
    'social-security-number',
    'relative-name',
  ];

  test('a patient in JSON and in XML', () => {
    const json = said(
      [
        toServer(request('GET /fhir/Patient/1', { Accept: 'application/fhir+json' })),
        toClient(response('200 OK', FHIR, JSON.stringify(patient))),
      ],
      { stride: 5 },
    );
    expect(services(json, 'fhir')).toEqual(['asked', 'answered']);
    expect(phi(json)).toMatchObject([{ identifiers: IDENTIFIERS, to: 'client' }]);
    const xml = `<?xml version="1.0"?><Patient xmlns="http://hl7.org/fhir"><identifier><type><coding><code value="SS"/>
      </coding></type><value value="900-00-1"/></identifier><identifier><type><coding><code value="MR"/></coding></type>
      <value value="ZZ1"/></identifier><name><family value="ZZTEST"/><given value="ALPHA"/></name><telecom><system
      value="phone"/><value value="555"/></telecom><telecom><system value="email"/><value value="zz@example"/></telecom>
      <gender value="male"/><birthDate value="1951-02-03"/><address><line value="11 ZZNOWHERE LANE"/></address>
      <contact><name><text value='ZZ'/></name></contact></Patient>`;
    const other = said(
      [toServer(request('PUT /fhir/Patient/1', { 'Content-Type': 'application/fhir+xml' }, xml))],
      {
        stride: 7,
      },
    );
    expect(phi(other)).toMatchObject([
      { identifiers: IDENTIFIERS, to: 'server', patient: phi(json)[0].patient },
    ]);
  });

  test('a bundle, of which the beginning is read', () => {
    const entry = Array.from({ length: 2000 }, (_, n) => ({
      resource: { resourceType: 'Patient', identifier: [{ value: `ZZ${n}` }], name: [{ family: 'ZZ' }] },
    }));
    const all = play(http, [
      toServer(request('GET /fhir/Patient?family=ZZ&_count=9', { Accept: 'application/fhir+json' })),
      toClient(response('200 OK', FHIR, JSON.stringify({ resourceType: 'Bundle', entry }))),
    ]);
    expect(phi(all)[0]).toMatchObject({ identifiers: ['patient-name'], to: 'server' });
    expect(phi(all)).toHaveLength(257);
  });

  test('another resource that names its subject', () => {
    const observation = {
      resourceType: 'Observation',
      subject: { reference: 'Patient/1', display: 'Alpha Zztest' },
    };
    const group = { resourceType: 'Observation', subject: { reference: 'Group/1', display: 'Ward 3' } };
    const all = said([
      toServer(request('POST /fhir/Observation', FHIR, JSON.stringify(observation))),
      toServer(request('POST /fhir/Observation', FHIR, JSON.stringify(group))),
      toClient('HTTP/1.1 201 Created\r\n\r\n'),
    ]);
    expect(phi(all)).toMatchObject([{ identifiers: ['patient-name'], patient: null, to: 'server' }]);
    expect(services(all, 'fhir')).toEqual(['asked', 'answered']);
  });

  test('what the server says of itself', () => {
    const statement = {
      resourceType: 'CapabilityStatement',
      software: { name: 'Acme Repository', version: '7.1' },
      implementation: { description: 'not told' },
      fhirVersion: '4.0.1',
    };
    const all = said([
      toServer(request('GET /metadata')),
      toClient(
        response(
          '200 OK',
          { 'Content-Type': 'application/json', 'X-Powered-By': 'HAPI FHIR 6.10.5 REST Server' },
          JSON.stringify(statement),
        ),
      ),
    ]);
    expect(services(all, 'fhir')).toEqual(['answered']);
    expect(attributes(all)).toEqual([
      'server product: HAPI FHIR (HTTP X-Powered-By)',
      'server software: HAPI FHIR 6.10.5 (HTTP X-Powered-By)',
      'server product: Acme Repository (FHIR CapabilityStatement.software)',
      'server software: Acme Repository 7.1 (FHIR CapabilityStatement.software)',
    ]);
  });

  test('the device that a client reports of, unless it reports of several', () => {
    const device = (serialNumber: string) => ({
      resourceType: 'Device',
      manufacturer: 'Acme',
      modelNumber: 'Pump 3',
      serialNumber,
      udiCarrier: [{ carrierHRF: '(01)00844588003288(21)ZZ1' }],
    });
    const bundle = (...resources: object[]) =>
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: resources.map((one) => ({ resource: one })),
      });
    const one = said([
      toServer(request('POST /fhir', FHIR, bundle(device('ZZ1'), { resourceType: 'Observation' }))),
    ]);
    expect(attributes(one)).toEqual([
      'client vendor: Acme (FHIR Device.manufacturer)',
      'client model: Pump 3 (FHIR Device.modelNumber)',
      'client serial: ZZ1 (FHIR Device.serialNumber)',
      'client udi: (01)00844588003288(21)ZZ1 (FHIR Device.udiCarrier)',
    ]);
    expect(
      attributes(said([toServer(request('POST /fhir', FHIR, bundle(device('ZZ1'), device('ZZ2'))))])),
    ).toEqual([]);
    const read = said([
      toServer(request('GET /fhir/Device/1')),
      toClient(response('200 OK', FHIR, JSON.stringify(device('ZZ1')))),
    ]);
    expect(attributes(read)).toEqual([]);
  });

  test('that lets nobody in', () => {
    const outcome = '{"resourceType":"OperationOutcome"}';
    const all = said([
      toServer(request('GET /Patient/1')),
      toClient(response('401 Unauthorized', FHIR, outcome)),
    ]);
    expect(services(all, 'fhir')).toEqual(['asked', 'refused']);
  });
});

describe('HL7 over HTTP', () => {
  const ADT = [
    'MSH|^~\\&|HIS|ZZHOSP|ENGINE|CENTRAL|20260302||ADT^A01^ADT_A01|1|P|2.5.1',
    'PID|1||ZZ1^^^H^MR||ZZTEST^ALPHA||19510203|M|||11 ZZNOWHERE LANE||555',
  ].join('\r');
  const ACK = 'MSH|^~\\&|ENGINE|CENTRAL|HIS|ZZHOSP|20260302||ACK^A01|1|P|2.5.1\rMSA|AA|1\r';

  test.each([
    ['its own type', HL7],
    ['its newer type', { 'Content-Type': 'application/hl7-v2+er7' }],
    ['its draft type', { 'Content-Type': 'x-application/hl7-v2+er7; charset=utf-8' }],
    ['plain text', { 'Content-Type': 'text/plain' }],
  ])('with %s', (_, fields) => {
    const all = said([toServer(request('POST /in', fields, ADT)), toClient(response('200 OK', fields, ACK))]);
    expect(services(all, 'hl7-over-http')).toEqual(['asked', 'answered']);
    expect(activities(all)).toEqual([
      'client sends-messages ADT',
      'client sends-admissions ADT',
      'server accepts-messages ADT',
      'server accepts-admissions ADT',
    ]);
    expect(attributes(all)).toEqual([
      'client hl7-application: HIS (HL7 MSH-3)',
      'client hl7-facility: ZZHOSP (HL7 MSH-4)',
      'server hl7-application: ENGINE (HL7 MSH-5)',
      'server hl7-facility: CENTRAL (HL7 MSH-6)',
      'server hl7-application: ENGINE (HL7 MSH-3)',
      'server hl7-facility: CENTRAL (HL7 MSH-4)',
    ]);
    expect(phi(all)).toMatchObject([
      {
        identifiers: ['patient-name', 'medical-record-number', 'birth-date', 'sex', 'address', 'telephone'],
        to: 'server',
      },
    ]);
  });

  test('refused', () => {
    const all = said([
      toServer(request('POST /in', HL7, ADT)),
      toClient(response('500 Error', HL7, ACK.replace('AA', 'AE'))),
    ]);
    expect(services(all, 'hl7-over-http')).toEqual(['asked', 'refused']);
    expect(activities(all)).not.toContain('server accepts-messages ADT');
  });

  test('the same patient as in other forms', () => {
    const hl7 = phi(play(http, [toServer(request('POST /in', HL7, ADT))]))[0].patient;
    const dicom = phi(
      play(http, [
        toServer(request('GET /studies/1.2/metadata')),
        toClient(response('200 OK', DICOM_JSON, JSON.stringify(dataSet('ZZ1', NAME)))),
      ]),
    )[0].patient;
    expect(hl7).toBe(dicom);
    expect(hl7).not.toBeNull();
  });
});

describe('a CDA document', () => {
  const CDA = `<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole>
    <id nullFlavor="UNK"/><id extension="ZZ1" root="1.2"/><addr><city>ZZTOWN</city></addr><telecom value="tel:555"/>
    <patient><name><given>ALPHA</given><family>ZZTEST</family></name><administrativeGenderCode code="M"/>
    <birthTime value="19510203"/></patient></patientRole></recordTarget><component/></ClinicalDocument>`;
  const IDENTIFIERS = ['patient-name', 'medical-record-number', 'birth-date', 'sex', 'address', 'telephone'];

  test.each([
    ['alone', { 'Content-Type': 'application/xml' }, CDA],
    [
      'in a message of parts',
      { 'Content-Type': 'multipart/related; type="application/xop+xml"' },
      `--x\r\n\r\n${CDA}`,
    ],
    ['with prefixes', { 'Content-Type': 'text/xml' }, CDA.replaceAll(/<(\/?)(\w)/g, '<$1c:$2')],
  ])('%s', (_, fields, body) => {
    const all = said([toServer(request('POST /documents', fields, body))], { stride: 9 });
    expect(phi(all)).toMatchObject([{ identifiers: IDENTIFIERS, to: 'server' }]);
  });
});

test('nothing that is told holds a word of a patient', () => {
  const text = JSON.stringify(
    said([
      toServer(request('GET /p/ZZTEST/ALPHA/explorer.html?PatientName=ZZTEST', { 'User-Agent': 'curl/8' })),
      toClient(
        response(
          '200 OK',
          { 'Content-Type': 'text/html', Server: 'a' },
          '<title>ALPHA ZZTEST 19510203</title>',
        ),
      ),
      toServer(request('POST /in', HL7, 'MSH|^~\\&|A|B|C|D|||ADT^A01|1|P|2.5\rPID|||ZZ1||ZZTEST^ALPHA')),
    ]),
  );
  expect(text).not.toMatch(/ZZTEST|ALPHA|ZZ1|19510203/);
});
