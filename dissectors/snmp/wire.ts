/**
 * SNMP messages as values: version 1 (RFC 1157), 2c (RFC 1901, RFC 3416), 3 (RFC 3412, RFC 3414). Community strings and
 * user names are stepped over, never read.
 */
import { BerReader, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE } from '../../src/core/ber.ts';

/** Tags of PDUs (RFC 1157 §4.1, RFC 3416 §3). */
export const GET = 0xa0;
export const GET_NEXT = 0xa1;
export const RESPONSE = 0xa2;
export const SET_REQUEST = 0xa3;
export const TRAP_V1 = 0xa4;
export const GET_BULK = 0xa5;
export const INFORM = 0xa6;
export const TRAP = 0xa7;
export const REPORT = 0xa8;

/** IpAddress (RFC 1155 §6). */
const IP_ADDRESS = 0x40;

export interface Message {
  /** 0 for version 1, 1 for 2c, 3: as it stands in the message. */
  readonly version: number;
  /** Tag of the PDU; -1 when it is encrypted. */
  readonly pdu: number;
  /** Variable bindings; null where they cannot be read or say that something failed. */
  readonly bindings: BerReader | null;
  /** Version 1 traps: what kind of device sends it, and its address as a 32-bit word (0 for none). */
  readonly enterprise: string;
  readonly agent: number;
  /** Version 3: msgAuthoritativeEngineID where it is the sender's own; null else. A view of the bytes. */
  readonly engine: Uint8Array | null;
  /** Nothing of it is missing, and nothing follows. */
  readonly exact: boolean;
}

/** Null when it is no message of SNMP. */
export function readMessage(bytes: Uint8Array): Message | null {
  const outer = new BerReader(bytes);
  if (!outer.next() || outer.tag !== SEQUENCE) return null;
  const exact = outer.whole && outer.done;
  const message = outer.inside();
  if (!message.expect(INTEGER) || message.length !== 1) return null;
  const version = message.integer();
  if (version === 3) return readV3(message, exact);
  if (version !== 0 && version !== 1) return null;
  if (!message.expect(OCTET_STRING) || !message.next()) return null;
  return readPdu(message, exact, null, version);
}

/** SNMPv3Message (RFC 3412 §6) behind its version, with the User-based Security Model (RFC 3414 §2.4). */
function readV3(message: BerReader, exact: boolean): Message | null {
  const header = message.enter(SEQUENCE);
  if (!header?.expect(INTEGER) || !header.expect(INTEGER)) return null;
  if (!header.expect(OCTET_STRING) || header.length !== 1) return null;
  const flags = header.bytes[header.start];
  if (!header.expect(INTEGER)) return null;
  const usm = header.integer() === 3;
  if (!message.expect(OCTET_STRING)) return null;
  let engine: Uint8Array | null = null;
  if (usm) {
    const parameters = message.inside().enter(SEQUENCE);
    if (!parameters?.expect(OCTET_STRING)) return null;
    // Of a message that no report may answer, the sender is the authority (RFC 3412 §6.4, RFC 3414 §1.5.1).
    const reportable = (flags & 4) !== 0;
    if (!reportable && parameters.length > 0) engine = parameters.content();
  }
  if (!message.next()) return null;
  if (message.tag === OCTET_STRING)
    return { version: 3, pdu: -1, bindings: null, enterprise: '', agent: 0, engine, exact };
  if (message.tag !== SEQUENCE) return null;
  const scoped = message.inside();
  if (!scoped.expect(OCTET_STRING) || !scoped.expect(OCTET_STRING) || !scoped.next()) return null;
  return readPdu(scoped, exact, engine, 3);
}

/** The PDU that `reader` stands at. */
function readPdu(
  reader: BerReader,
  exact: boolean,
  engine: Uint8Array | null,
  version: number,
): Message | null {
  const pdu = reader.tag;
  if (pdu < GET || pdu > REPORT || (pdu === TRAP_V1 && version !== 0)) return null;
  const inside = reader.inside();
  let enterprise = '';
  let agent = 0;
  if (pdu === TRAP_V1) {
    if (!inside.expect(OBJECT_IDENTIFIER)) return null;
    enterprise = inside.objectIdentifier();
    if (!inside.expect(IP_ADDRESS) || inside.length !== 4) return null;
    const { bytes, start } = inside;
    agent = (bytes[start] << 24) | (bytes[start + 1] << 16) | (bytes[start + 2] << 8) | bytes[start + 3];
    if (!inside.expect(INTEGER) || !inside.expect(INTEGER) || !inside.next()) return null;
    return { version, pdu, bindings: inside.enter(SEQUENCE), enterprise, agent, engine, exact };
  }
  if (!inside.expect(INTEGER) || !inside.expect(INTEGER)) return null;
  const status = inside.integer();
  if (!inside.expect(INTEGER)) return null;
  const bindings = inside.enter(SEQUENCE);
  if (bindings === null) return null;
  // The two numbers are others in GetBulk; an answer that failed repeats what was asked (RFC 3416 §4.2.1).
  const failed = pdu === RESPONSE && status !== 0;
  return { version, pdu, bindings: failed ? null : bindings, enterprise, agent, engine, exact };
}

/** SnmpEngineID (RFC 3411 §5). */
export interface EngineId {
  /** Private enterprise number. */
  readonly enterprise: number;
  /** 48-bit integer; -1 when it is not made of a MAC address. */
  readonly mac: number;
}

/** Null for one in the form of before RFC 3411, or of no length it may have. */
export function readEngineId(bytes: Uint8Array): EngineId | null {
  if (bytes.length < 5 || bytes.length > 32 || bytes[0] < 0x80) return null;
  const enterprise = ((bytes[0] & 0x7f) << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
  let mac = -1;
  if (bytes[4] === 3 && bytes.length === 11) {
    mac = 0;
    for (let at = 5; at < 11; at++) mac = mac * 256 + bytes[at];
    // A group address or none is nobody's.
    if (mac === 0 || (bytes[5] & 1) !== 0) mac = -1;
  }
  return { enterprise, mac };
}
