/**
 * The fields of an X.509 certificate that name its holder (RFC 5280 §4.1), read out of DER (ITU-T X.690) with every
 * length checked against what encloses it. Pure. Nothing is verified: a certificate says what it likes.
 */
import {
  type Element,
  elementAt,
  elementsAt,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
  SET,
} from '../../src/core/ber.ts';
import { printable, uint16 } from './wire.ts';

export interface Certificate {
  /** Distinguished names in the order they are encoded, as `C=DE, O=Hospital, CN=pacs.hospital.example`. */
  readonly subject: string;
  readonly issuer: string;
  /** As `2026-03-02T00:00:00`, UTC; '' when it is no time. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** DNS names and IP addresses of subjectAltName (RFC 5280 §4.2.1.6). */
  readonly names: readonly string[];
  /** Subject and issuer are the same; the signature is not checked. */
  readonly selfSigned: boolean;
  /** The last common name of the subject; ''. */
  readonly commonName: string;
}

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const BMP_STRING = 0x1e;
const UTF8_STRING = 0x0c;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

const NAMES_LIMIT = 32;
const ATTRIBUTES_LIMIT = 24;
const EXTENSIONS_LIMIT = 64;
const TEXT_LIMIT = 200;

/** Attribute types by the contents of their OID in hexadecimal digits (RFC 4514 §3, RFC 5280 Appendix A.1). */
const ATTRIBUTES = new Map<string, string>([
  ['550403', 'CN'],
  ['550405', 'serialNumber'],
  ['550406', 'C'],
  ['550407', 'L'],
  ['550408', 'ST'],
  ['550409', 'STREET'],
  ['55040a', 'O'],
  ['55040b', 'OU'],
  ['55040c', 'title'],
  ['0992268993f22c640101', 'UID'],
  ['0992268993f22c640119', 'DC'],
  ['2a864886f70d010901', 'emailAddress'],
]);
const SUBJECT_ALT_NAME = '551d11';

/** The certificate in `der`; null when it is none. */
export function readCertificate(der: Uint8Array): Certificate | null {
  const outer = elementAt(der, 0, der.length);
  if (outer?.tag !== SEQUENCE) return null;
  const tbs = elementAt(der, outer.start, outer.end);
  if (tbs?.tag !== SEQUENCE) return null;
  const fields = children(der, tbs, 12);
  // version [0] is left out of a certificate of version 1.
  const first = fields[0]?.tag === VERSION ? 1 : 0;
  const [, , issuer, validity, subject] = fields.slice(first);
  if (issuer?.tag !== SEQUENCE || validity?.tag !== SEQUENCE || subject?.tag !== SEQUENCE) return null;
  const [notBefore, notAfter] = children(der, validity, 2);
  const extensions = fields.find((field) => field.tag === EXTENSIONS);
  const holder = distinguishedName(der, subject);
  return {
    subject: holder.text,
    issuer: distinguishedName(der, issuer).text,
    notBefore: time(der, notBefore),
    notAfter: time(der, notAfter),
    names: extensions === undefined ? [] : alternativeNames(der, extensions),
    selfSigned: sameBytes(der, issuer, subject),
    commonName: holder.commonName,
  };
}

/** The elements inside one, at most so many. */
function children(der: Uint8Array, parent: Element, limit: number): Element[] {
  return elementsAt(der, parent.start, parent.end, limit);
}

/** Name (RFC 5280 §4.1.2.4): a sequence of sets of (type, value). */
function distinguishedName(der: Uint8Array, name: Element): { text: string; commonName: string } {
  const parts: string[] = [];
  let commonName = '';
  for (const set of children(der, name, ATTRIBUTES_LIMIT)) {
    if (set.tag !== SET) continue;
    for (const pair of children(der, set, 4)) {
      const [type, value] = children(der, pair, 2);
      if (type?.tag !== OBJECT_IDENTIFIER || value === undefined) continue;
      const label = ATTRIBUTES.get(hex(der, type));
      if (label === undefined || parts.length >= ATTRIBUTES_LIMIT) continue;
      const text = string(der, value);
      if (label === 'CN') commonName = visible(text);
      parts.push(`${label}=${visible(text.replace(/[\\,+"<>;]/g, '\\$&'))}`);
    }
  }
  return { text: parts.join(', '), commonName };
}

/** A DirectoryString or IA5String (RFC 5280 §4.1.2.4). */
function string(der: Uint8Array, value: Element): string {
  const end = Math.min(value.end, value.start + TEXT_LIMIT);
  if (value.tag === UTF8_STRING) return utf8.decode(der.subarray(value.start, end));
  let text = '';
  if (value.tag === BMP_STRING)
    for (let at = value.start; at + 1 < end; at += 2) text += String.fromCharCode(uint16(der, at));
  else for (let at = value.start; at < end; at++) text += String.fromCharCode(der[at]);
  return text;
}

const utf8 = new TextDecoder();

/** What cannot be printed as `\xNN`. */
function visible(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/g, (unit) => {
    return `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** UTCTime and GeneralizedTime (RFC 5280 §4.1.2.5), both in UTC. */
function time(der: Uint8Array, value: Element | undefined): string {
  if (value === undefined) return '';
  const digits = printable(der, value.start, Math.min(value.end, value.start + 16));
  const short = value.tag === UTC_TIME ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(digits) : null;
  const long =
    value.tag === GENERALIZED_TIME ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(digits) : null;
  const match = short ?? long;
  if (match === null) return '';
  const [, year, month, day, hour, minute, second = '00'] = match;
  // Two digits mean 1950 to 2049.
  const century = long !== null ? '' : Number(year) < 50 ? '20' : '19';
  return `${century}${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

function alternativeNames(der: Uint8Array, field: Element): string[] {
  const list = elementAt(der, field.start, field.end);
  if (list?.tag !== SEQUENCE) return [];
  for (const extension of children(der, list, EXTENSIONS_LIMIT)) {
    const parts = children(der, extension, 3);
    const value = parts[parts.length - 1];
    if (parts[0]?.tag !== OBJECT_IDENTIFIER || value?.tag !== OCTET_STRING) continue;
    if (hex(der, parts[0]) !== SUBJECT_ALT_NAME) continue;
    const names = elementAt(der, value.start, value.end);
    if (names?.tag !== SEQUENCE) return [];
    return children(der, names, NAMES_LIMIT).flatMap((name) => alternativeName(der, name));
  }
  return [];
}

function alternativeName(der: Uint8Array, name: Element): string[] {
  if (name.tag === DNS_NAME) return [printable(der, name.start, Math.min(name.end, name.start + TEXT_LIMIT))];
  if (name.tag !== IP_ADDRESS) return [];
  const length = name.end - name.start;
  if (length === 4) return [der.subarray(name.start, name.end).join('.')];
  if (length !== 16) return [];
  const groups: string[] = [];
  for (let at = name.start; at < name.end; at += 2) groups.push(uint16(der, at).toString(16));
  return [groups.join(':')];
}

function hex(der: Uint8Array, { start, end }: Element): string {
  let text = '';
  for (let at = start; at < end && at < start + 16; at++) text += der[at].toString(16).padStart(2, '0');
  return text;
}

function sameBytes(der: Uint8Array, one: Element, other: Element): boolean {
  const length = one.end - one.start;
  if (length !== other.end - other.start) return false;
  for (let n = 0; n < length; n++) if (der[one.start + n] !== der[other.start + n]) return false;
  return true;
}
