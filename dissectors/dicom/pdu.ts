/**
 * PDUs of the DICOM Upper Layer (PS3.8 §9.3): headers, items and what their codes mean. Pure: bytes to values.
 * Everything outside the P-DATA payload is big endian.
 */

export const A_ASSOCIATE_RQ = 1;
export const A_ASSOCIATE_AC = 2;
export const A_ASSOCIATE_RJ = 3;
export const P_DATA_TF = 4;
export const A_RELEASE_RQ = 5;
export const A_RELEASE_RP = 6;
export const A_ABORT = 7;

export const PDU_NAMES = [
  'unknown',
  'A-ASSOCIATE-RQ',
  'A-ASSOCIATE-AC',
  'A-ASSOCIATE-RJ',
  'P-DATA-TF',
  'A-RELEASE-RQ',
  'A-RELEASE-RP',
  'A-ABORT',
] as const;

/** PDU type, reserved byte, 32-bit length of what follows. */
export const PDU_HEADER = 6;
/** Length of a PDV item, presentation context id, message control header (§9.3.5.1, Annex E.2). */
export const PDV_HEADER = 6;
/** What of an A-ASSOCIATE-RQ or -AC follows the PDU header and precedes its items (Table 9-11). */
export const ASSOCIATE_FIXED = 68;
/** As far as the AE titles: after them only 32 reserved bytes remain of the fixed part. */
export const ASSOCIATE_NAMES = 36;
export const ASSOCIATE_RESERVED = 32;
/**
 * 128 contexts with every transfer syntax there is and generous user information stay well below this; the
 * standard gives no limit.
 */
export const MAX_ASSOCIATE_LENGTH = 1 << 20;

export const APPLICATION_CONTEXT_ITEM = 0x10;
export const PRESENTATION_CONTEXT_RQ_ITEM = 0x20;
export const PRESENTATION_CONTEXT_AC_ITEM = 0x21;
export const ABSTRACT_SYNTAX_ITEM = 0x30;
export const TRANSFER_SYNTAX_ITEM = 0x40;
export const USER_INFORMATION_ITEM = 0x50;
export const MAXIMUM_LENGTH_ITEM = 0x51;
export const IMPLEMENTATION_CLASS_UID_ITEM = 0x52;
export const ASYNCHRONOUS_OPERATIONS_ITEM = 0x53;
export const ROLE_SELECTION_ITEM = 0x54;
export const IMPLEMENTATION_VERSION_NAME_ITEM = 0x55;
export const EXTENDED_NEGOTIATION_ITEM = 0x56;
export const COMMON_EXTENDED_NEGOTIATION_ITEM = 0x57;
export const USER_IDENTITY_RQ_ITEM = 0x58;
export const USER_IDENTITY_AC_ITEM = 0x59;

/** Message control header (Annex E.2): bit 0 command or data set, bit 1 last fragment. */
export const PDV_COMMAND = 1;
export const PDV_LAST = 2;

export const u16be = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];
export const u32be = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;

const texts = new Map<string, string>();
const TEXTS_KEPT = 4096;

/** The one copy of a text that comes again and again: AE titles and UIDs are few and held by every association. */
function shared(text: string): string {
  const before = texts.get(text);
  if (before !== undefined) return before;
  if (texts.size >= TEXTS_KEPT) texts.clear();
  texts.set(text, text);
  return text;
}

const CHUNK = 1024;

/**
 * Bytes as the characters of the same number. Adding them up one by one would leave a chain of as many pieces in
 * memory as there are characters.
 */
export function latin1Text(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += CHUNK) {
    const chunk = bytes.subarray(at, Math.min(end, at + CHUNK));
    text += String.fromCharCode.apply(null, chunk as unknown as number[]);
  }
  return text;
}

/** Printable ASCII as it is, anything else as `\xNN`: what the wire says can be shown and compared anywhere. */
export function visibleText(bytes: Uint8Array, start: number, end: number): string {
  let plain = true;
  for (let at = start; at < end; at++) if (bytes[at] < 0x20 || bytes[at] > 0x7e) plain = false;
  if (plain) return shared(latin1Text(bytes, start, end));
  return shared(
    Array.from(bytes.subarray(start, end), (byte) =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  );
}

const SPACE = 0x20;

/**
 * An AE title without the spaces around it, which carry no meaning (PS3.5 §6.2, PS3.8 §9.3.2). NULs at its end
 * are the padding of careless implementations and go too, also the one that C puts before the padding.
 */
export function aeTitle(bytes: Uint8Array, start: number, end: number): string {
  let last = end;
  while (last > start && (bytes[last - 1] === 0 || bytes[last - 1] === SPACE)) last--;
  let first = start;
  while (first < last && bytes[first] === SPACE) first++;
  return visibleText(bytes, first, last);
}

/** Longer than any UID may be (64), so that an overlong one still shows as such. */
const UID_SHOWN = 128;

/** A UID without its padding: one NUL inside data sets, none on the upper layer, spaces from the careless. */
export function uid(bytes: Uint8Array, start: number, end: number): string {
  let last = end;
  while (last > start && (bytes[last - 1] === 0 || bytes[last - 1] === SPACE)) last--;
  return visibleText(bytes, start, Math.min(last, start + UID_SHOWN));
}

const REJECTED: Readonly<Record<number, string>> = { 1: 'rejected-permanent', 2: 'rejected-transient' };

const REJECTION_REASONS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: {
    1: 'no-reason-given',
    2: 'application-context-name-not-supported',
    3: 'calling-AE-title-not-recognized',
    7: 'called-AE-title-not-recognized',
  },
  2: { 1: 'no-reason-given', 2: 'protocol-version-not-supported' },
  3: { 1: 'temporary-congestion', 2: 'local-limit-exceeded' },
};

const REJECTION_SOURCES: Readonly<Record<number, string>> = {
  1: 'service-user',
  2: 'service-provider (ACSE)',
  3: 'service-provider (presentation)',
};

/** Table 9-21 in words: `rejected-permanent by service-user: called-AE-title-not-recognized`. */
export function rejectionText(result: number, source: number, reason: number): string {
  const what = REJECTED[result] ?? `result ${result}`;
  const who = REJECTION_SOURCES[source] ?? `source ${source}`;
  return `${what} by ${who}: ${REJECTION_REASONS[source]?.[reason] ?? `reason ${reason}`}`;
}

const ABORT_REASONS: Readonly<Record<number, string>> = {
  0: 'reason-not-specified',
  1: 'unrecognized-PDU',
  2: 'unexpected-PDU',
  4: 'unrecognized-PDU-parameter',
  5: 'unexpected-PDU-parameter',
  6: 'invalid-PDU-parameter-value',
};

/** Table 9-26 in words. The reason has a meaning only when the provider aborts. */
export function abortText(source: number, reason: number): string {
  if (source === 0) return 'service-user';
  if (source !== 2) return `source ${source}`;
  return `service-provider: ${ABORT_REASONS[reason] ?? `reason ${reason}`}`;
}

/** Lengths that can stand in the header of a PDU of this type; P-DATA is open-ended above. */
export function lengthFits(type: number, length: number): boolean {
  switch (type) {
    case A_ASSOCIATE_RQ:
    case A_ASSOCIATE_AC:
      return length >= ASSOCIATE_FIXED && length <= MAX_ASSOCIATE_LENGTH;
    case P_DATA_TF:
      return length >= PDV_HEADER;
    case A_ASSOCIATE_RJ:
    case A_RELEASE_RQ:
    case A_RELEASE_RP:
    case A_ABORT:
      return length === 4;
    default:
      return false;
  }
}
