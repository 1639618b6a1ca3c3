/** Searches, forms and bulk exports that name patients, and programs in the objects that go by. */
import { describe, expect, test } from 'vitest';
import { DOCUMENT, dicomFile, MESSAGE, slice } from '../../src/core/contents/testing.ts';
import { activities, attributes, phi, request, response, said, toClient, toServer } from './testing.ts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'Content-Type': 'application/fhir+json' };
const NAME = ['patient-name'];

describe('a search of FHIR', () => {
  test.each([
    ['Patient?name=ZZTEST', NAME],
    ['Patient?family%3Aexact=ZZTEST&birthdate=ge1951-02-03', ['patient-name', 'birth-date']],
    ['Patient/_search?identifier=urn:x|ZZ1', ['medical-record-number']],
    ['Observation?patient.name=ZZTEST', NAME],
    ['Observation?subject:Patient.identifier=ZZ1&code=1', ['medical-record-number']],
    ['Encounter/_search?patient:Patient.family=ZZTEST', NAME],
  ])('names the patient in its target: %s', (target, identifiers) => {
    expect(phi(said([toServer(request(`GET /fhir/${target}`))]))).toMatchObject([
      { identifiers, to: 'server' },
    ]);
  });

  test.each([
    'Patient?_id=7&_count=10',
    'Patient?gender=male',
    'Patient?name=',
    'Observation?subject=Patient/7',
    'Observation?name=ZZTEST',
    'Device?patient=7&identifier=ZZ1',
    'Practitioner?name=ZZDOCTOR',
    'Organization?partof.name=ZZHOSP',
  ])('near miss: %s', (target) => {
    expect(phi(said([toServer(request(`GET /fhir/${target}`))]))).toEqual([]);
  });

  test.each([
    '/shop/items?name=ZZTEST',
    '/search?q=patient&identifier=1',
    '/api/people?family=ZZTEST',
  ])('near miss, of another interface: %s', (target) =>
    expect(phi(said([toServer(request(`GET ${target}`))]))).toEqual([]));

  test('as a form', () => {
    const search = (path: string, body: string, fields = FORM) =>
      phi(said([toServer(request(`POST ${path}`, fields, body))]));
    expect(search('/fhir/Patient/_search', 'family=ZZTEST&given=ALPHA')).toMatchObject([
      { identifiers: NAME, to: 'server' },
    ]);
    expect(search('/fhir/Condition/_search', 'patient.identifier=ZZ1')).toHaveLength(1);
    expect(search('/fhir/Patient', 'family=ZZTEST')).toEqual([]);
    expect(search('/fhir/Patient/_search', '_count=10')).toEqual([]);
    expect(search('/login', 'name=ZZTEST&identifier=1')).toEqual([]);
  });
});

describe('FHIR in other forms', () => {
  const patient = (id: string) => ({
    resourceType: 'Patient',
    identifier: [{ value: id }],
    name: [{ family: 'ZZTEST' }],
  });
  const answered = (body: string, type = JSON_TYPE) =>
    phi(said([toServer(request('GET /fhir/x')), toClient(response('200 OK', type, body))], { stride: 3 }));

  test('lines of a bulk export, the last of them cut off', () => {
    const lines = [patient('ZZ1'), { resourceType: 'Encounter' }, patient('ZZ2')].map((one) =>
      JSON.stringify(one),
    );
    const type = { 'Content-Type': 'application/fhir+ndjson' };
    expect(answered(`${lines.join('\n')}\n${lines[0].slice(0, 30)}`, type)).toHaveLength(2);
    expect(answered('{"a":1}\n{"b":2}\n', { 'Content-Type': 'application/x-ndjson' })).toEqual([]);
  });

  test('inside of another resource, and as the parameter of an operation', () => {
    expect(
      answered(JSON.stringify({ resourceType: 'Observation', contained: [patient('ZZ1')] })),
    ).toHaveLength(1);
    const match = { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: patient('ZZ1') }] };
    expect(
      phi(said([toServer(request('POST /fhir/Patient/$match', JSON_TYPE, JSON.stringify(match)))])),
    ).toMatchObject([{ identifiers: ['patient-name', 'medical-record-number'] }]);
    const batch = {
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType: 'Bundle', entry: [{ resource: patient('ZZ1') }] } }],
    };
    expect(answered(JSON.stringify(batch))).toHaveLength(1);
    const deep = '{"resourceType":"Bundle","entry":{"resource":'.repeat(5000);
    expect(answered(deep)).toEqual([]);
  });
});

describe('a form with files', () => {
  const upload = (...bodies: (string | Uint8Array)[]) => {
    const parts = bodies.flatMap((body, n) => [
      Buffer.from(`--zz\r\nContent-Disposition: form-data; name="f${n}"; filename="a"\r\n\r\n`),
      Buffer.from(body as string),
      Buffer.from('\r\n'),
    ]);
    const type = { 'Content-Type': 'multipart/form-data; boundary=zz' };
    const all = said(
      [toServer(request('POST /upload', type, Buffer.concat([...parts, Buffer.from('--zz--')])))],
      {
        stride: 11,
      },
    );
    expect(activities(all)).toEqual([]);
    expect(attributes(all)).toEqual([]);
    return all.filter(({ fact }) => fact === 'phi' || fact === 'content').map(({ fact }) => fact);
  };

  test('names the patients of a document', () => {
    expect(upload(dicomFile(slice()))).toEqual(['phi']);
    expect(upload('a comment', MESSAGE)).toEqual(['phi']);
    expect(upload(DOCUMENT)).toEqual(['phi']);
    expect(upload(dicomFile(slice(), { preamble: 'MZ' }))).toEqual(['phi', 'content']);
  });

  test('near miss: other files', () => {
    expect(upload('%PDF-1.7', `MZ${'x'.repeat(500)}`, '<html></html>', 'MSH-12')).toEqual([]);
  });
});

describe('a program in an object', () => {
  const type = { 'Content-Type': 'application/dicom' };
  const polyglot = dicomFile(slice(), { preamble: '\x7fELF' });
  const content = {
    fact: 'content',
    content: 'executable',
    kind: 'Linux executable (ELF)',
    within: 'preamble of a DICOM file',
  };
  const contents = (all: ReturnType<typeof said>) => all.filter(({ fact }) => fact === 'content');

  test('that is stored, and that is fetched', () => {
    const stored = said([toServer(request('POST /instances', type, polyglot))], { stride: 5 });
    expect(contents(stored)).toEqual([{ ...content, to: 'server' }]);
    const fetched = [
      toServer(request('GET /instances/7/file')),
      toClient(response('200 OK', type, polyglot)),
    ];
    expect(contents(said(fetched, { stride: 5 }))).toEqual([{ ...content, to: 'client' }]);
  });

  test('near miss: a header of TIFF; a program that is none', () => {
    const tiff = dicomFile(slice(), { preamble: 'II*\0' });
    expect(contents(said([toServer(request('POST /instances', type, tiff))], { stride: 5 }))).toEqual([]);
    const program = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(300)]);
    expect(contents(said([toServer(request('POST /instances', type, program))], { stride: 5 }))).toEqual([]);
  });
});
