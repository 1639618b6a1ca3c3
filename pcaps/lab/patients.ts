/**
 * Every patient in the project's traces. All invented, and recognisable as such: whoever checks that no output shows
 * an identifier searches for the words of `patientWords()`.
 */
export interface Patient {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  /** YYYYMMDD. */
  readonly birthDate: string;
  readonly sex: 'M' | 'F';
  readonly address: string;
  readonly phone: string;
  readonly socialSecurity: string;
  readonly accession: string;
}

export const PATIENTS: readonly Patient[] = [
  patient(1, 'ZZTEST', 'ALPHA', '19510203', 'M'),
  patient(2, 'ZZTEST', 'BRAVO', '19620304', 'F'),
  patient(3, 'ZZMUSTER', 'ERIKA', '19640812', 'F'),
  patient(4, 'ZZMUSTER', 'MAXIMILIANUS', '19430929', 'M'),
  patient(5, 'ZZDUPONT', 'JEANNETTE', '19781130', 'F'),
  patient(6, 'ZZSAMPLE', 'CHARLIE', '19851017', 'M'),
  patient(7, 'ZZNOBODY', 'DELTA', '20010606', 'F'),
  patient(8, 'ZZINVENTED', 'ECHO', '20190101', 'M'),
];

function patient(n: number, family: string, given: string, birthDate: string, sex: 'M' | 'F'): Patient {
  return {
    id: `ZZMRN${73_000 + n * 111}`,
    family,
    given,
    birthDate,
    sex,
    address: `${n * 11} ZZNOWHERE LANE`,
    phone: `555-014${n}-ZZ`,
    socialSecurity: `900-00-${7_000 + n * 37}`,
    accession: `ZZACC${40_000 + n * 13}`,
  };
}

/** Patient names no `Patient` carries but that stand in objects with other character sets. */
export const OTHER_NAMES: readonly string[] = ['ΖΖΔΟΚΙΜΗ', 'ΑΛΦΑ', 'ZZYAMADA'];

/** The word every one of these patients' data contains somewhere, and the words nobody else's data contains. */
export function patientWords(): string[] {
  const words = new Set<string>(OTHER_NAMES);
  for (const one of PATIENTS) {
    for (const word of [
      one.id,
      one.family,
      one.given,
      one.birthDate,
      one.address,
      one.phone,
      one.socialSecurity,
    ])
      words.add(word);
  }
  // Given names that are ordinary words elsewhere (ECHO in C-ECHO) would find what is no patient.
  for (const common of ['ECHO', 'ALPHA', 'DELTA']) words.delete(common);
  return [...words];
}
