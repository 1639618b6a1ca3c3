import { expect, test } from 'vitest';
import { KeyedHash } from './hash.ts';
import { PatientNotes } from './patient.ts';

const hash = new KeyedHash(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));

test('a patient by number, else by name and birth date', () => {
  const notes = new PatientNotes();
  notes.saw('medical-record-number');
  notes.number = 'MRN1';
  const byNumber = notes.fact('x', 'server', hash);
  expect(byNumber).toMatchObject({ identifiers: ['medical-record-number'], patient: hash.text('MRN1') });
  expect(notes.fact('x', 'server', hash)?.identifiers).toBe(byNumber?.identifiers);
  notes.clear();
  notes.saw('patient-name');
  notes.family = 'ZZTEST';
  expect(notes.fact('x', 'client', hash)).toMatchObject({ patient: hash.text('ZZTEST^\0'), to: 'client' });
});

test('what identifies nobody is no exposure', () => {
  const notes = new PatientNotes();
  notes.saw('sex');
  notes.saw('age');
  expect(notes.fact('x', 'server', hash)).toBeNull();
  notes.saw('birth-date');
  expect(notes.fact('x', 'server', hash)).toMatchObject({
    identifiers: ['birth-date', 'sex', 'age'],
    patient: null,
  });
});
