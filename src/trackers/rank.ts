/**
 * Which of several statements about a device wins: what the device says of itself in a field made for that,
 * before what follows from its software, before what its network card's maker says. Contradictions stay in
 * the evidence. Sources are the dissectors' own words; the first row that matches counts.
 */
export interface RankRow {
  readonly rank: number;
  readonly pattern: RegExp;
  readonly why: string;
}

/** Sources of statements that the inventory makes itself. */
export const SOURCE_MAC = 'MAC vendor (OUI)';
export const SOURCE_IMPLEMENTATION = 'implementation fingerprint';
export const SOURCE_IMPLEMENTATION_ARC = 'implementation arc';
export const SOURCE_PRODUCT = 'known product';

/** The data set of an object: the equipment that made it. */
const OBJECT = /\bobject\b|^DICOM \([0-9a-f]{4},/i;
/** HL7 segments that name the device that measured. */
const DEVICE_SEGMENT = /\b(?:OBX|OBR|PRT|EQU)-/;

export const SOURCE_RANKS: readonly RankRow[] = [
  { rank: 20, pattern: /^MAC vendor/, why: "the network card's maker is often not the device's" },
  { rank: 30, pattern: /^implementation arc$/, why: "a vendor's whole arc of identifiers" },
  { rank: 40, pattern: /^implementation fingerprint$/, why: 'the toolkit inside the device' },
  { rank: 60, pattern: /^known product$/, why: 'a table knows the model' },
  { rank: 90, pattern: OBJECT, why: 'the equipment module of an object the device made' },
  { rank: 85, pattern: DEVICE_SEGMENT, why: 'device identity of the sender of an observation' },
  { rank: 80, pattern: /\bSFT\b/, why: 'the software segment of a message' },
  { rank: 70, pattern: /(?:)/, why: 'any other statement of the device itself' },
];

export function rankOf(source: string): number {
  for (const row of SOURCE_RANKS) if (row.pattern.test(source)) return row.rank;
  return 0;
}

/** Describes the equipment that made the data, which is not whoever passes the data on. */
export function isOfEquipment(source: string): boolean {
  return OBJECT.test(source) || DEVICE_SEGMENT.test(source);
}
