/**
 * Unique device identifiers (21 CFR 801 subpart B, MDR Annex VI part C) of the three issuing agencies, in the form
 * printed for people and in the form a data carrier (barcode, RFID) holds:
 *
 * - GS1 (General Specifications §3): `(01)09504000059101(21)12345`, `010950400005910121…`
 * - HIBCC (ANSI/HIBC 2.6): `+A99912345/$$52001510X33`, with asterisks around it when printed
 * - ICCBBA (ISBT 128 ST-001, ST-011): `=/A9999XYZ100T0944=,000025…`
 */
export interface Udi {
  readonly agency: 'GS1' | 'HIBCC' | 'ICCBBA';
  /** The whole as it is printed for people: the same for both forms, but for GS1 elements of other kinds than below. */
  readonly text: string;
  /**
   * UDI-DI: labeler and version or model, as databases (GUDID, EUDAMED) hold it: the GTIN's 14 digits; LIC, PCN and
   * unit of measure without the plus sign; processor's facility and product codes.
   */
  readonly deviceIdentifier: string;
  /** '' where the UDI does not say it, as for all that follows. */
  readonly serial: string;
  readonly lot: string;
  /** ISO 8601: `2014-12-31`, or `2014-12` where the day is not told. */
  readonly manufactured: string;
  readonly expires: string;
  /** Distinct identification code of an HCT/P: donation identification number with its flag characters (ICCBBA). */
  readonly donation: string;
  /** The agency's check character is right. True for ICCBBA, whose identifiers have none. */
  readonly checked: boolean;
}

/** More than any agency's longest identifier in any form (ICCBBA: 86 characters), symbology identifier included. */
const LONGEST = 160;
/** Separates elements of variable length in a data carrier (FNC1). */
const GROUP_SEPARATOR = '\x1d';

interface Parts {
  serial: string;
  lot: string;
  manufactured: string;
  expires: string;
  donation: string;
}

/** Takes a UDI apart; null for a text that is none, or has no device identifier. */
export function parseUdi(text: string): Udi | null {
  if (text.length < 6 || text.length > LONGEST) return null;
  let value = text.trim();
  // What a reader prefixes to say which symbol it read (ISO/IEC 15424): `]d2`, `]C1`, `]e0`, `]Q3`.
  const isCarrier = /^\][A-Za-z][0-9A-Za-z]/.test(value);
  if (isCarrier) value = value.slice(3);
  switch (value[0]) {
    case '(':
      return parseBracketed(value);
    case '*':
    case '+':
      return parseHibcc(value);
    case '=':
      return parseIccbba(value);
    default:
      return parseElements(value, isCarrier);
  }
}

function noParts(): Parts {
  return { serial: '', lot: '', manufactured: '', expires: '', donation: '' };
}

/** Application identifiers of fixed length, which no separator follows (GS1 General Specifications §7.8.5). */
const FIXED = new Map<string, number>([
  ['00', 18],
  ['01', 14],
  ['02', 14],
  ['03', 14],
  ['11', 6],
  ['12', 6],
  ['13', 6],
  ['15', 6],
  ['16', 6],
  ['17', 6],
  ['20', 2],
]);
const MOST_VARIABLE = 20;

/** `(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234` */
function parseBracketed(value: string): Udi | null {
  const parts = noParts();
  let gtin = '';
  // Brackets may stand in a lot or serial number too: only those around two to four digits are delimiters.
  const pieces = value.split(/\((\d{2,4})\)/);
  for (let at = 1; at + 1 < pieces.length; at += 2) {
    if (pieces[at] === '01') gtin = pieces[at + 1].trim();
    else element(pieces[at], pieces[at + 1].trim(), parts);
  }
  return /^\d{14}$/.test(gtin) ? gs1(gtin, value.replace(/\s*(\(\d{2,4}\))\s*/g, '$1'), parts) : null;
}

/** `01` GTIN and what follows it in a data carrier; `isCarrier`: a symbology identifier stood before it. */
function parseElements(text: string, isCarrier: boolean): Udi | null {
  const value = text[0] === GROUP_SEPARATOR ? text.slice(1) : text;
  if (!/^01\d{14}/.test(value)) return null;
  const gtin = value.slice(2, 16);
  // Sixteen digits may be anybody's number, unless the check digit or the carrier says otherwise.
  if (!isCarrier && !value.includes(GROUP_SEPARATOR) && !isGtin(gtin)) return null;
  const parts = noParts();
  let printed = `(01)${gtin}`;
  for (let at = 16; at < value.length; ) {
    if (value[at] === GROUP_SEPARATOR) {
      at++;
      continue;
    }
    const identifier = value.slice(at, at + 2);
    const fixed = FIXED.get(identifier);
    const separator = value.indexOf(GROUP_SEPARATOR, at);
    const end = fixed === undefined ? (separator < 0 ? value.length : separator) : at + 2 + fixed;
    const content = value.slice(at + 2, end);
    // Separators get lost on the way: two elements that run into each other are nobody's serial number.
    if (content.length === 0 || end > value.length) break;
    if (fixed === undefined && content.length > MOST_VARIABLE) break;
    if (element(identifier, content, parts)) printed += `(${identifier})${content}`;
    at = end;
  }
  return gs1(gtin, printed, parts);
}

/** Takes down an element; false for one of no interest. */
function element(identifier: string, content: string, parts: Parts): boolean {
  switch (identifier) {
    case '10':
      parts.lot = content;
      return true;
    case '11':
      parts.manufactured = yearMonthDay(content);
      return true;
    case '17':
      parts.expires = yearMonthDay(content);
      return true;
    case '21':
      parts.serial = content;
      return true;
    default:
      return false;
  }
}

function gs1(gtin: string, text: string, parts: Parts): Udi {
  return { agency: 'GS1', text, deviceIdentifier: gtin, ...parts, checked: isGtin(gtin) };
}

/** GS1 General Specifications §7.9.1: weights 3 and 1 from the right. */
function isGtin(gtin: string): boolean {
  let sum = 0;
  for (let at = 0; at < 13; at++) sum += Number(gtin[at]) * (at % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10 === Number(gtin[13]);
}

/** Characters by their value for the check character (ANSI/HIBC 2.6 Appendix B). */
const HIBC_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%';

/** `+` LIC PCN unit of measure, `/` and secondary data, further data, check character (ANSI/HIBC 2.6 §2). */
function parseHibcc(text: string): Udi | null {
  let value = text.replace(/^\*|\*$/g, '');
  // A blank may be the check character, and is lost wherever texts are trimmed.
  if (!isChecked(value) && checkCharacter(value) === ' ') value += ' ';
  const last = value.length - 1;
  const checked = isChecked(value);
  const body = value.slice(0, last);
  const [primary, ...data] = body.slice(1).split('/');
  if (value[0] !== '+' || !/^[A-Z][0-9A-Z]{4,21}\d$/.test(primary)) return null;
  // Alone it has nothing but its check character to be told by.
  if (data.length === 0 && !checked) return null;
  // A wrong check character may be none at all: then the last value's end cannot be told.
  if (!checked) data.pop();
  const parts = noParts();
  data.forEach((item, index) => {
    if (index === 0 && /^[$\d]/.test(item)) secondary(item, parts);
    else supplement(item, parts);
  });
  return { agency: 'HIBCC', text: value.trimEnd(), deviceIdentifier: primary, ...parts, checked };
}

function isChecked(value: string): boolean {
  return value[value.length - 1] === checkCharacter(value.slice(0, -1));
}

function checkCharacter(text: string): string {
  let sum = 0;
  for (const character of text) {
    const value = HIBC_CHARACTERS.indexOf(character);
    if (value < 0) return '';
    sum += value;
  }
  return HIBC_CHARACTERS[sum % 43];
}

/** Date formats of secondary data by the digit that says which: how long, and how to read them. */
const SECONDARY_DATES: Readonly<Record<string, readonly [number, (digits: string) => string]>> = {
  2: [6, (digits) => yearMonthDay(digits.slice(4) + digits.slice(0, 4))],
  3: [6, yearMonthDay],
  4: [8, yearMonthDay],
  5: [5, yearDay],
  6: [7, yearDay],
};

/** Lot or serial number, with or without an expiry date: `$`, `$+`, `$$`, `$$+`, or five digits YYJJJ. */
function secondary(item: string, parts: Parts): void {
  if (item[0] !== '$') {
    parts.expires = yearDay(item.slice(0, 5));
    parts.lot = item.slice(5);
    return;
  }
  const isDated = item[1] === '$';
  let at = isDated ? 2 : 1;
  const isSerial = item[at] === '+';
  if (isSerial) at++;
  if (isDated) {
    // A quantity of two or of five digits may come first.
    if (item[at] === '8') at += 3;
    else if (item[at] === '9') at += 6;
    const format = SECONDARY_DATES[item[at]];
    if (format !== undefined) {
      parts.expires = format[1](item.slice(at + 1, at + 1 + format[0]));
      at += 1 + format[0];
    } else if (item[at] === '7') at++;
    else if (/^[01]\d{3}/.test(item.slice(at))) {
      parts.expires = yearMonthDay(`${item.slice(at + 2, at + 4)}${item.slice(at, at + 2)}00`);
      at += 4;
    }
  }
  if (isSerial) parts.serial = item.slice(at);
  else parts.lot = item.slice(at);
}

/** Supplemental data (§2.3.3): serial number S, date of manufacture 16D, date of expiry 14D. */
function supplement(item: string, parts: Parts): void {
  if (item.startsWith('16D')) parts.manufactured = yearMonthDay(item.slice(5), item.slice(3, 5));
  else if (item.startsWith('14D')) parts.expires = yearMonthDay(item.slice(5), item.slice(3, 5));
  else if (item[0] === 'S') parts.serial = item.slice(1);
}

/** Data structures of ISBT 128 by their data identifiers, and how many characters follow each. */
const ISBT: readonly (readonly [string, number])[] = [
  ['=/', 16],
  ['=,', 6],
  ['=>', 6],
  ['=}', 6],
  ['=)', 10],
  ['&)', 10],
  ['&,1', 18],
  // A compound message says first which structures follow.
  ['=+', 5],
];

/** `=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123`; blood bags `=)…&)…`. */
function parseIccbba(value: string): Udi | null {
  const parts = noParts();
  let identifier = '';
  for (let at = 0; at < value.length; ) {
    // Printed with a backslash before the ampersand, where a document's typesetting needs one.
    if (value[at] === '\\') {
      at++;
      continue;
    }
    const structure = ISBT.find(([prefix]) => value.startsWith(prefix, at));
    // A donation number's data identifier is `=` and its own first character, which counts.
    const start = at + (structure?.[0].length ?? 1);
    const end = start + (structure?.[1] ?? 15);
    const content = value.slice(start, end);
    if (end > value.length || !/^[0-9A-Za-z]+$/.test(content)) return null;
    if (structure === undefined && value[at] !== '=') return null;
    switch (structure?.[0]) {
      case '=/':
      case '=)':
        identifier = content;
        break;
      case '=,':
        parts.serial = content;
        break;
      case '=>':
        parts.expires = centuryYearDay(content);
        break;
      case '=}':
        parts.manufactured = centuryYearDay(content);
        break;
      case '&)':
      case '&,1':
        parts.lot = content;
        break;
      case undefined:
        parts.donation = content;
        break;
    }
    at = end;
  }
  if (identifier === '') return null;
  const text = value.replace(/^=\+.{5}/, '').replaceAll('\\', '');
  return { agency: 'ICCBBA', text, deviceIdentifier: identifier, ...parts, checked: true };
}

/** YYMMDD; a day of 00 is none. UDIs came to be in this century, so no other is meant. '' for what is no date. */
function yearMonthDay(digits: string, century = '20'): string {
  if (!/^\d{6}/.test(digits) || !/^\d\d$/.test(century)) return '';
  const month = Number(digits.slice(2, 4));
  const day = Number(digits.slice(4, 6));
  if (month < 1 || month > 12 || day > 31) return '';
  const yearMonth = `${century}${digits.slice(0, 2)}-${digits.slice(2, 4)}`;
  return day === 0 ? yearMonth : `${yearMonth}-${digits.slice(4, 6)}`;
}

/** YYJJJ, the day counted from 1 January; '' for what is no date. */
function yearDay(digits: string): string {
  if (!/^\d{5}/.test(digits)) return '';
  const day = Number(digits.slice(2, 5));
  if (day < 1 || day > 366) return '';
  return new Date(Date.UTC(2000 + Number(digits.slice(0, 2)), 0, day)).toISOString().slice(0, 10);
}

/** cYYJJJ, where c is the third digit of the year's century: always 0 so far. */
function centuryYearDay(digits: string): string {
  return digits[0] === '0' ? yearDay(digits.slice(1)) : '';
}
