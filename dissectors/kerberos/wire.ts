/** Messages between client and KDC (RFC 4120 §5.4 and §5.9.1). Principals of users are read to be left alone. */

import { type Element, OCTET_STRING, SEQUENCE } from '../../src/core/ber.ts';
import { elements, fields, GENERAL_STRING, integerIn, only, textOf } from './der.ts';

/** Application tag and msg-type (RFC 4120 §7.5.7). */
export const AS_REQ = 10;
export const AS_REP = 11;
export const TGS_REQ = 12;
export const TGS_REP = 13;
export const KRB_ERROR = 30;
const TYPES: readonly number[] = [AS_REQ, AS_REP, TGS_REQ, TGS_REP, KRB_ERROR];

/** Name types (RFC 4120 §6.2) under which a host may be a client. */
const NT_PRINCIPAL = 1;
const NT_SRV_INST = 2;
const NT_SRV_HST = 3;
/** RFC 4120 §7.5.3. */
const ADDRESS_NETBIOS = 20;
const NETBIOS_LENGTH = 16;

export interface Message {
  readonly type: number;
  /** The client's realm, as it or the KDC says; ''. */
  readonly realm: string;
  /** Name of the host whose account the client is; '' when it is a user, or was not said. */
  readonly machine: string;
  /** NetBIOS name among the client's addresses; ''. */
  readonly netbios: string;
}

export function isQuestion(type: number): boolean {
  return type === AS_REQ || type === TGS_REQ;
}

/** The type of message that an identifier octet begins, or 0. */
export function typeOfTag(tag: number): number {
  const type = tag - 0x60;
  return TYPES.includes(type) ? type : 0;
}

/** The message that `bytes` are, to the octet; null when they are none. */
export function readMessage(bytes: Uint8Array): Message | null {
  const type = bytes.length === 0 ? 0 : typeOfTag(bytes[0]);
  if (type === 0) return null;
  const outer = only(bytes, 0, bytes.length, bytes[0]);
  const all = outer === null ? null : fields(bytes, outer.start, outer.end);
  if (all === null) return null;
  const first = isQuestion(type) ? 1 : 0;
  if (integerIn(bytes, all.get(first)) !== 5 || integerIn(bytes, all.get(first + 1)) !== type) return null;
  if (isQuestion(type)) return readRequest(bytes, type, all);
  return type === KRB_ERROR ? readError(bytes, all) : readReply(bytes, type, all);
}

type Fields = ReadonlyMap<number, Element>;

/** KDC-REQ (RFC 4120 §5.4.1). */
function readRequest(bytes: Uint8Array, type: number, all: Fields): Message | null {
  const field = all.get(4);
  const body = field === undefined ? null : fields(bytes, field.start, field.end);
  if (body === null || !sequenceOrNone(bytes, all.get(3))) return null;
  const realm = stringIn(bytes, body.get(2));
  // Options, nonce and encryption types are in each.
  if (realm === null || !body.has(0) || integerIn(bytes, body.get(7)) === null || !body.has(8)) return null;
  const client = principalIn(bytes, body.get(1));
  const addresses = addressIn(bytes, body.get(9));
  if (client === null || addresses === null) return null;
  // A ticket for a service is asked of that service's realm, which may be another than the client's.
  return { type, realm: type === AS_REQ ? realm : '', machine: machineOf(client), netbios: addresses };
}

/** KDC-REP (RFC 4120 §5.4.2). */
function readReply(bytes: Uint8Array, type: number, all: Fields): Message | null {
  const realm = stringIn(bytes, all.get(3));
  const client = principalIn(bytes, all.get(4));
  if (realm === null || client === null || !all.has(4) || !all.has(5) || !all.has(6)) return null;
  return { type, realm, machine: machineOf(client), netbios: '' };
}

/** KRB-ERROR (RFC 4120 §5.9.1). */
function readError(bytes: Uint8Array, all: Fields): Message | null {
  if (!all.has(4) || integerIn(bytes, all.get(5)) === null || integerIn(bytes, all.get(6)) === null)
    return null;
  if (stringIn(bytes, all.get(9)) === null || !all.has(10)) return null;
  const realm = all.has(7) ? stringIn(bytes, all.get(7)) : '';
  const client = principalIn(bytes, all.get(8));
  if (realm === null || client === null) return null;
  return { type: KRB_ERROR, realm, machine: machineOf(client), netbios: '' };
}

function stringIn(bytes: Uint8Array, field: Element | undefined): string | null {
  const string = field === undefined ? null : only(bytes, field.start, field.end, GENERAL_STRING);
  return string === null ? null : textOf(bytes, string);
}

function sequenceOrNone(bytes: Uint8Array, field: Element | undefined): boolean {
  return field === undefined || only(bytes, field.start, field.end, SEQUENCE) !== null;
}

interface Principal {
  readonly type: number;
  readonly parts: readonly string[];
}
const NOBODY: Principal = { type: 0, parts: [] };

/** PrincipalName (RFC 4120 §5.2.2); nobody when the field is not there, null when it is something else. */
function principalIn(bytes: Uint8Array, field: Element | undefined): Principal | null {
  if (field === undefined) return NOBODY;
  const all = fields(bytes, field.start, field.end);
  const type = all === null ? null : integerIn(bytes, all.get(0));
  const names = all?.get(1);
  const list = names === undefined ? null : only(bytes, names.start, names.end, SEQUENCE);
  const strings = list === null ? null : elements(bytes, list.start, list.end);
  if (type === null || strings === null) return null;
  if (!strings.every(({ tag }) => tag === GENERAL_STRING)) return null;
  return { type, parts: strings.map((string) => textOf(bytes, string)) };
}

/** `WS01$`, the account of a computer in a domain; `host/ws01.example`, the one in other realms. */
function machineOf({ type, parts }: Principal): string {
  if (parts.length === 1 && type === NT_PRINCIPAL && parts[0].length > 1 && parts[0].endsWith('$'))
    return parts[0].slice(0, -1);
  const isService = type === NT_PRINCIPAL || type === NT_SRV_INST || type === NT_SRV_HST;
  return isService && parts.length === 2 && parts[0].toLowerCase() === 'host' ? parts[1] : '';
}

/** The NetBIOS one of HostAddresses (RFC 4120 §5.2.5); '' for none, null when it is something else. */
function addressIn(bytes: Uint8Array, field: Element | undefined): string | null {
  if (field === undefined) return '';
  const list = only(bytes, field.start, field.end, SEQUENCE);
  const all = list === null ? null : elements(bytes, list.start, list.end);
  if (all === null) return null;
  let name = '';
  for (const { tag, start, end } of all) {
    if (tag !== SEQUENCE) return null;
    const inside = elements(bytes, start, end);
    if (inside === null || inside.length !== 2 || inside[0].tag !== 0xa0 || inside[1].tag !== 0xa1)
      return null;
    const address = only(bytes, inside[1].start, inside[1].end, OCTET_STRING);
    if (address === null) return null;
    const isNetbios = integerIn(bytes, inside[0]) === ADDRESS_NETBIOS;
    // The sixteenth octet is the kind of name (RFC 1001 §14.1), or a blank more.
    if (isNetbios && address.end - address.start === NETBIOS_LENGTH && name === '')
      name = textOf(bytes, { ...address, end: address.end - 1 }).replace(/[\0 ]+$/, '');
  }
  return name;
}
