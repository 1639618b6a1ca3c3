/** Both sides of an ASTM E1381 (LIS1) exchange, for tests and traces. */

const STX = '\x02';
const ETX = '\x03';
const ETB = '\x17';
export const EOT = '\x04';
export const ENQ = '\x05';
export const ACK = '\x06';
export const NAK = '\x15';

export function checksum(text: string): string {
  const sum = [...Buffer.from(text, 'latin1')].reduce((total, byte) => total + byte, 0);
  return (sum & 0xff).toString(16).toUpperCase().padStart(2, '0');
}

/** A frame; `more`: the record goes on in the next one. */
export function frame(number: number, text: string, more = false): string {
  const body = `${number % 8}${text}${more ? ETB : `\r${ETX}`}`;
  return `${STX}${body}${checksum(body)}\r\n`;
}

/** Each record in a frame of its own. */
export function frames(...records: string[]): string[] {
  return records.map((record, n) => frame(n + 1, record));
}

export function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

export const HEADER = 'H|\\^&|||ARCHITECT^8.10^F3453010020^H1P1O1R1C1Q1L1|||||||P|1|20260302081500';
export const PATIENT = 'P|1|ZZMRN73111|||ZZTEST^ALPHA||19510203|M||11 ZZNOWHERE LANE||555-0141-ZZ|ZZDOC';
export const ORDER = 'O|1|SP0001||^^^16^TSH^UNDILUTED^P|R||||||||||||||||||||F';
export const RESULT =
  'R|1|^^^16^TSH^UNDILUTED^P^47331M100^00788^^F|2.1|uIU/mL||||F||||20260302080000|I2SR01234';
export const TERMINATOR = 'L|1|N';
export const RESULTS = [HEADER, PATIENT, ORDER, RESULT, TERMINATOR];
