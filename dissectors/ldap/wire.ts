/** LDAP in datagrams ([MS-ADTS] §3.1.1.3.5.2, RFC 4511 §4) as values: what clients ask a domain controller, and its answer. */
import { BerReader, INTEGER, OCTET_STRING, SEQUENCE, SET } from '../../src/core/ber.ts';

/** protocolOp (RFC 4511 §4.5). */
const SEARCH_REQUEST = 0x63;
const SEARCH_ENTRY = 0x64;
const SEARCH_DONE = 0x65;
/** Filter (RFC 4511 §4.5.1): and, equalityMatch. */
const AND = 0xa0;
const EQUALITY = 0xa3;
const BOOLEAN = 0x01;
const ENUMERATED = 0x0a;

const ITEMS = 32;
const TEXT_LIMIT = 255;

export interface Message {
  readonly kind: 'request' | 'entry' | 'done';
  /** A request or an answer of the locator of domain controllers ([MS-ADTS] §6.3.3). */
  readonly netlogon: boolean;
  /** Request: the computer that asks, as it names itself in the filter. */
  readonly host: string;
  /** Entry: what the domain controller says of itself. */
  readonly controller: Controller | null;
  /** Entry of the server itself (RFC 4512 §5.1): dnsHostName. */
  readonly dnsHostName: string;
}

/** NETLOGON_SAM_LOGON_RESPONSE_EX ([MS-ADTS] §6.3.1.9); the name of the user that was asked for is not kept. */
export interface Controller {
  readonly dnsDomain: string;
  readonly dnsHost: string;
  readonly domain: string;
  readonly computer: string;
}

type Draft = { -readonly [K in keyof Message]: Message[K] };

/** The first message of a datagram; null when it is none of a search. */
export function readMessage(bytes: Uint8Array): Message | null {
  const fields = new BerReader(bytes);
  if (!fields.expect(SEQUENCE)) return null;
  const inside = fields.inside();
  if (!inside.expect(INTEGER) || !inside.next() || !inside.whole) return null;
  const message: Draft = { kind: 'done', netlogon: false, host: '', controller: null, dnsHostName: '' };
  switch (inside.tag) {
    case SEARCH_REQUEST:
      message.kind = 'request';
      return readRequest(inside.inside(), message) ? message : null;
    case SEARCH_ENTRY:
      message.kind = 'entry';
      return readEntry(inside.inside(), message) ? message : null;
    case SEARCH_DONE:
      return inside.inside().expect(ENUMERATED) ? message : null;
  }
  return null;
}

/** baseObject, scope, derefAliases, sizeLimit, timeLimit, typesOnly, filter, attributes. */
function readRequest(search: BerReader, message: Draft): boolean {
  for (const tag of [OCTET_STRING, ENUMERATED, ENUMERATED, INTEGER, INTEGER, BOOLEAN])
    if (!search.expect(tag)) return false;
  if (!search.next()) return false;
  if (search.tag === AND) readFilter(search.inside(), message);
  const attributes = search.enter(SEQUENCE);
  if (attributes === null) return false;
  for (let n = 0; n < ITEMS && attributes.expect(OCTET_STRING); n++)
    message.netlogon ||= isNetlogon(text(attributes));
  return true;
}

/** The items of a conjunction; some clients put one into another. */
function readFilter(items: BerReader, message: Draft): void {
  for (let n = 0; n < ITEMS && items.next(); n++) {
    if (items.tag === EQUALITY) readEquality(items.inside(), message);
    else if (items.tag === AND) {
      const inner = items.inside();
      for (let m = 0; m < ITEMS && inner.next(); m++)
        if (inner.tag === EQUALITY) readEquality(inner.inside(), message);
    }
  }
}

function readEquality(item: BerReader, message: Draft): void {
  if (!item.expect(OCTET_STRING) || text(item).toLowerCase() !== 'host') return;
  if (item.expect(OCTET_STRING)) message.host = text(item);
}

/** objectName, attributes. */
function readEntry(entry: BerReader, message: Draft): boolean {
  if (!entry.expect(OCTET_STRING)) return false;
  const root = entry.length === 0;
  const attributes = entry.enter(SEQUENCE);
  if (attributes === null) return false;
  for (let n = 0; n < ITEMS && attributes.next(); n++) {
    if (attributes.tag !== SEQUENCE) return false;
    const attribute = attributes.inside();
    if (!attribute.expect(OCTET_STRING)) return false;
    const type = text(attribute).toLowerCase();
    const values = attribute.enter(SET);
    if (!root || !values?.expect(OCTET_STRING)) continue;
    if (isNetlogon(type)) {
      message.netlogon = true;
      message.controller = readController(values.content());
    } else if (type === 'dnshostname') message.dnsHostName = text(values);
  }
  return true;
}

function isNetlogon(type: string): boolean {
  return type.toLowerCase() === 'netlogon';
}

/** LOGON_SAM_LOGON_RESPONSE_EX, LOGON_SAM_USER_UNKNOWN_EX ([MS-ADTS] §6.3.1.3). */
const RESPONSES = new Set([23, 25]);
/** Operation code, reserved, flags, GUID of the domain. */
const NAMES = 24;

function readController(value: Uint8Array): Controller | null {
  if (value.length <= NAMES || !RESPONSES.has(value[0] | (value[1] << 8))) return null;
  const names: string[] = [];
  let at = NAMES;
  // The forest, then the four that are wanted; behind them a user and sites.
  for (let n = 0; n < 5; n++) {
    const name = readName(value, at);
    if (name === null) return null;
    names.push(name.text);
    at = name.end;
  }
  const [, dnsDomain, dnsHost, domain, computer] = names;
  return { dnsDomain, dnsHost, domain, computer };
}

const POINTER = 0xc0;
const JUMPS = 16;

/** A name in the compression of RFC 1035 §4.1.4, counted from the beginning of the value; null when it is none. */
function readName(value: Uint8Array, start: number): { text: string; end: number } | null {
  let at = start;
  let end = -1;
  let text = '';
  for (let jumps = 0; jumps <= JUMPS; ) {
    if (at >= value.length) return null;
    const length = value[at];
    if (length === 0) return { text, end: end < 0 ? at + 1 : end };
    if (length >= POINTER) {
      if (at + 1 >= value.length) return null;
      if (end < 0) end = at + 2;
      const target = ((length & 0x3f) << 8) | value[at + 1];
      // Backwards only, so that it ends.
      if (target >= at) return null;
      at = target;
      jumps++;
      continue;
    }
    if (length > 63 || at + 1 + length > value.length) return null;
    const label = ascii(value.subarray(at + 1, at + 1 + length));
    if (label === '' || text.length + label.length >= TEXT_LIMIT) return null;
    text += text === '' ? label : `.${label}`;
    at += 1 + length;
  }
  return null;
}

function text(field: BerReader): string {
  return field.length > TEXT_LIMIT ? '' : ascii(field.content());
}

function ascii(bytes: Uint8Array): string {
  let value = '';
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e) return '';
    value += String.fromCharCode(byte);
  }
  return value;
}
