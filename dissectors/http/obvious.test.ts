import { describe, expect, test } from 'vitest';
import { PATIENTS } from '../../pcaps/lab/patients.ts';
import { Address } from '../../src/core/address.ts';
import { formText } from './obvious.ts';
import { phi, request, response, said, toClient, toServer } from './testing.ts';

const [alpha] = PATIENTS;
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const PAGE = { 'Content-Type': 'text/html; charset=utf-8' };
const page = `<html><head><title>Chart</title></head><body><table><tr><th>Patient name</th><td>${alpha.family}, ${alpha.given}</td></tr>
<tr><th>MRN</th><td>${alpha.id}</td></tr></table></body></html>`;
const own = `{"patientName":"${alpha.family}^${alpha.given}","mrn":"${alpha.id}","dob":"1951-02-03"}`;

const posted = (fields: Record<string, string>, body: string) =>
  phi(said([toServer(request('POST /a', fields, body))]));
const answered = (fields: Record<string, string>, body: string, flow = {}) =>
  phi(said([toServer(request('GET /a')), toClient(response('200 OK', fields, body))], { flow }));

describe('bodies of no medical format', () => {
  test('a form', () => {
    const told = posted(FORM, `ward=7&patient_name=${alpha.family}%2C+${alpha.given}&dob=02%2F03%2F1951&x=1`);
    expect(told).toMatchObject([
      { protocol: 'http', identifiers: ['patient-name', 'birth-date'], to: 'server' },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/ZZ|1951/);
  });

  test("somebody's own JSON, in both directions; the patient is the one of other protocols", () => {
    const [sent] = posted(JSON_TYPE, own);
    const [got] = answered(JSON_TYPE, own);
    expect(sent).toMatchObject({
      identifiers: ['patient-name', 'medical-record-number', 'birth-date'],
      to: 'server',
    });
    expect(got).toMatchObject({ to: 'client', patient: sent.patient });
    const [dicom] = posted(
      JSON_TYPE,
      `{"PatientName":"${alpha.family}^${alpha.given}","PatientID":"${alpha.id}"}`,
    );
    expect(dicom.patient).toBe(sent.patient);
  });

  test('a page inside; none of a server outside', () => {
    expect(answered(PAGE, page)).toMatchObject([
      { identifiers: ['patient-name', 'medical-record-number'], to: 'client' },
    ]);
    const server = { address: new Address(4, 0, 0, 0xffff, 0x05060708, false), port: 80, mac: -1 };
    expect(answered(PAGE, page, { server })).toEqual([]);
  });

  test('near misses: an empty form, a schema, an HL7 message as an example', () => {
    expect(posted(FORM, 'patient_name=&mrn=&dob=')).toEqual([]);
    expect(posted(JSON_TYPE, '{"patientName":"string","mrn":"string","dob":"date"}')).toEqual([]);
    const example = `<pre>\nPID|1||${alpha.id}||${alpha.family}^${alpha.given}||19510203|M\n</pre>`;
    expect(answered(PAGE, example)).toEqual([]);
  });
});

test('fields of a form as text', () => {
  const text = (body: string) => Buffer.from(formText(Buffer.from(body, 'latin1'))).toString('latin1');
  expect(text('a=1+2&b=%41%7e%zz%4')).toBe('a=1 2&b=A~%zz%4');
});
