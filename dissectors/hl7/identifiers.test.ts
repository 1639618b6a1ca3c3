import { describe, expect, test } from 'vitest';
import { exposes } from './identifiers.ts';
import { block, message, msh, said, toServer } from './testing.ts';

/** Identifiers that a message with these segments says had a value, and whether it exposes a patient. */
function found(segments: string[], header = msh('ADT^A01', 'M1')) {
  const all = said([toServer(block(message(header, ...segments)))]);
  return { identifiers: all.messages[0].identifiers, exposed: all.facts('phi').length > 0 };
}

const field = (segment: string, number: number, value: string) => `${segment}${'|'.repeat(number)}${value}`;

describe('fields that identify', () => {
  test.each([
    ['PID', 2, 'MRN1', ['medical-record-number']],
    ['PID', 3, 'MRN1^^^WEST^MR', ['medical-record-number']],
    [
      'PID',
      3,
      'MRN1^^^W^MR~123456789^^^USA^SS~D1^^^X^DL',
      ['medical-record-number', 'social-security-number', 'driver-license'],
    ],
    ['PID', 3, 'V1^^^W^VN~A1^^^W^AN~H1^^^W^HC', ['account-number', 'insurance-number', 'visit-number']],
    ['PID', 4, 'ALT1', ['other-patient-id']],
    ['PID', 5, 'ZZTEST^PAT', ['patient-name']],
    ['PID', 6, 'ZZMAIDEN', ['relative-name']],
    ['PID', 7, '19790704', ['birth-date']],
    ['PID', 9, 'ZZALIAS^PAT', ['other-patient-name']],
    ['PID', 11, '12 NOSUCH LANE', ['address']],
    ['PID', 11, '^^NOWHERE', ['address']],
    ['PID', 13, '555-0100', ['telephone']],
    ['PID', 13, '555-0100^^^pat@nowhere.example', ['telephone', 'email']],
    ['PID', 13, '^NET^Internet^pat@nowhere.example', ['email']],
    ['PID', 13, 'pat@nowhere.example', ['email']],
    ['PID', 14, '^WPN^PH^^^555^0100', ['telephone']],
    ['PID', 18, 'ACC1', ['account-number']],
    ['PID', 19, '999-99-9999', ['social-security-number']],
    ['PID', 20, 'D123^ZZ', ['driver-license']],
    ['NK1', 2, 'ZZKIN^PAT', ['relative-name']],
    ['NK1', 4, '12 NOSUCH LANE', ['address']],
    ['NK1', 5, '555-0100', ['telephone']],
    ['GT1', 3, 'ZZPAYER^PAT', ['relative-name']],
    ['GT1', 12, '999-99-9999', ['social-security-number']],
    ['IN1', 16, 'ZZINSURED^PAT', ['relative-name']],
    ['IN1', 16, 'ZZINSURED^PAT|SEL', ['patient-name']],
    ['IN1', 36, 'POL1', ['insurance-number']],
    ['IN2', 2, '999-99-9999', ['social-security-number']],
    ['PV1', 19, 'V1', ['visit-number']],
    ['MRG', 1, 'OLD1', ['medical-record-number']],
    ['MRG', 7, 'ZZOLD^PAT', ['patient-name']],
    ['QPD', 3, '@PID.5.1^ZZTEST~@PID.7^19790704', ['patient-name', 'birth-date']],
    ['QPD', 3, 'MRN1^^^WEST', ['medical-record-number']],
    ['QRD', 8, 'MRN1^ZZTEST', ['patient-name', 'medical-record-number']],
  ])('%s-%i with %j', (segment, number, value, identifiers) => {
    expect(found([field(segment, number, value)])).toEqual({ identifiers, exposed: true });
  });

  test.each([
    ['PID', 8, 'F', ['sex']],
    ['PID', 10, '2106-3', ['ethnic-group']],
    ['PV1', 7, '0047^WHO^DOCTOR', ['physician-name']],
    ['OBR', 3, 'ACC1', ['accession-number']],
    ['ORC', 2, 'ORD1', ['accession-number']],
    ['OBR', 16, '0047^WHO^DOCTOR', ['physician-name']],
  ])('%s-%i with %j is told, and exposes nobody by itself', (segment, number, value, identifiers) => {
    expect(found([field(segment, number, value)])).toEqual({ identifiers, exposed: false });
  });

  test.each([
    ['PID', 3, '^^^WEST^MR'],
    ['PID', 5, '""'],
    ['PID', 5, '^^^^^^L'],
    ['PID', 5, '~^^^^^^S'],
    ['PID', 7, '1979'],
    ['PID', 11, '^^^^^USA'],
    ['PID', 11, '^^^ZZ'],
    ['PID', 13, '^PRN^PH'],
    ['PID', 22, ' '],
    ['PV1', 7, '0047'],
    ['NK1', 3, 'WIFE'],
    ['QPD', 3, '@PID.5.1^~@OBR.5^X'],
    ['QPD', 4, '10'],
    ['ZID', 5, 'ZZTEST^PAT'],
  ])('%s-%i with %j says nothing', (segment, number, value) => {
    expect(found([field(segment, number, value)])).toEqual({ identifiers: [], exposed: false });
  });

  test('with other delimiters', () => {
    const header = 'MSH@~&#\\@ADMIT@WEST@ENGINE@EAST@2026@@ADT~A01@M1@P@2.5';
    const all = found(['PID@1@@MRN1~~~WEST~MR@@ZZTEST~PAT@@@M@@@~~~~~USA'], header);
    expect(all.identifiers).toEqual(['patient-name', 'medical-record-number', 'sex']);
  });

  test('in any letter case of the segment', () => {
    expect(found(['pid|1||MRN1']).identifiers).toEqual(['medical-record-number']);
  });
});

test('no identifiers expose nobody', () => {
  expect(exposes(0)).toBe(false);
});
