/**
 * The Kerberos ticket in a security buffer (RFC 4120 §5.3), which says in clear whom it is for. Around it stand SPNEGO,
 * GSS-API and AP-REQ, with nothing to tell: the ticket is found by its beginning, and read from there.
 */
export interface Ticket {
  readonly realm: string;
  /** Parts of the service's name, such as `cifs` and a host. */
  readonly service: readonly string[];
}

/** tkt-vno [0] 5, and the tag of realm [1]. */
const BEGINNING = Buffer.from('a003020105a1', 'hex');
const GENERAL_STRING = 0x1b;
const SEQUENCE = 0x30;
/** The AP-REQ begins alike; there is one ticket. */
const MOST_BEGINNINGS = 4;

/** Null when there is none. */
export function readTicket(buffer: Uint8Array): Ticket | null {
  const view = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length);
  let at = view.indexOf(BEGINNING);
  for (let tries = 0; at >= 0 && tries < MOST_BEGINNINGS; tries++) {
    const ticket = ticketAt(buffer, at + BEGINNING.length - 1);
    if (ticket !== null) return ticket;
    at = view.indexOf(BEGINNING, at + 1);
  }
  return null;
}

/** Contents `[start, end)` of the element with `tag` at `at`; null when another stands there, or goes beyond `limit`. */
function inside(
  bytes: Uint8Array,
  at: number,
  limit: number,
  tag: number,
): { start: number; end: number } | null {
  if (at + 2 > limit || bytes[at] !== tag) return null;
  let start = at + 2;
  let length = bytes[at + 1];
  // Names are short: two octets of length are more than any has.
  if (length > 0x82 || length === 0x80) return null;
  if (length > 0x80) {
    const octets = length - 0x80;
    if (start + octets > limit) return null;
    length = octets === 1 ? bytes[start] : (bytes[start] << 8) | bytes[start + 1];
    start += octets;
  }
  return start + length <= limit ? { start, end: start + length } : null;
}

function text(bytes: Uint8Array, at: number, limit: number): { value: string; end: number } | null {
  const string = inside(bytes, at, limit, GENERAL_STRING);
  if (string === null || string.end - string.start > 255) return null;
  return { value: Buffer.from(bytes.subarray(string.start, string.end)).toString('latin1'), end: string.end };
}

function ticketAt(bytes: Uint8Array, at: number): Ticket | null {
  const realmField = inside(bytes, at, bytes.length, 0xa1);
  const realm = realmField === null ? null : text(bytes, realmField.start, realmField.end);
  if (realmField === null || realm === null) return null;
  // PrincipalName: type [0], parts [1] (RFC 4120 §5.2.2).
  const nameField = inside(bytes, realmField.end, bytes.length, 0xa2);
  const name = nameField === null ? null : inside(bytes, nameField.start, nameField.end, SEQUENCE);
  const type = name === null ? null : inside(bytes, name.start, name.end, 0xa0);
  const partsField = name === null || type === null ? null : inside(bytes, type.end, name.end, 0xa1);
  const parts = partsField === null ? null : inside(bytes, partsField.start, partsField.end, SEQUENCE);
  if (parts === null) return null;
  const service: string[] = [];
  let next = parts.start;
  while (next < parts.end && service.length < 4) {
    const part = text(bytes, next, parts.end);
    if (part === null) return null;
    service.push(part.value);
    next = part.end;
  }
  return { realm: realm.value, service };
}
