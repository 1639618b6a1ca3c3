/**
 * The message of BOOTP (RFC 951) and DHCP (RFC 2131 §2): a fixed part of 236 bytes, then options behind a magic cookie
 * (RFC 2132 §2), which option 52 may let go on in the fields `file` and `sname`.
 */
import { lineOf } from '../../src/core/told.ts';

const FIXED = 236;
const CIADDR = 12;
const YIADDR = 16;
const GIADDR = 24;
const CHADDR = 28;
const SNAME = 44;
const FILE = 108;
const COOKIE = 0x63825363;

export const BOOTREQUEST = 1;
export const BOOTREPLY = 2;

/** Values of option 53 (RFC 2132 §9.6, RFC 4388 §6.1); 0 stands for a message of BOOTP, which has none. */
export const BOOTP = 0;
export const DISCOVER = 1;
export const REQUEST = 3;
export const DECLINE = 4;
export const ACK = 5;
export const NAK = 6;
export const RELEASE = 7;
export const INFORM = 8;
export const LEASEACTIVE = 13;
/** The last one that is assigned (RFC 7724). */
const LAST_TYPE = 18;

export const HOST_NAME = 12;
export const DOMAIN_NAME = 15;
const OVERLOAD = 52;
const MESSAGE_TYPE = 53;
export const PARAMETER_REQUEST_LIST = 55;
export const VENDOR_CLASS = 60;
export const CLIENT_IDENTIFIER = 61;
export const CLIENT_FQDN = 81;
export const V_I_VENDOR_CLASS = 124;
const PAD = 0;
const END = 255;

/** Hardware types (IANA) whose addresses are MAC addresses: Ethernet and the other networks of IEEE 802. */
const ETHERNET = 1;
const IEEE_802 = 6;

export interface Message {
  /** BOOTREQUEST or BOOTREPLY. */
  readonly op: number;
  /** Value of option 53. */
  readonly type: number;
  /** IPv4 addresses as 32-bit words; 0 for none. */
  readonly ciaddr: number;
  readonly yiaddr: number;
  readonly giaddr: number;
  /** Hardware address of the client, a 48-bit integer; -1 when it is no unicast MAC. */
  readonly mac: number;
  readonly options: Options;
}

/** Options by code. One that is given in parts is the parts joined (RFC 3396 §7). */
export class Options {
  readonly #parts = new Map<number, Uint8Array[]>();

  add(code: number, part: Uint8Array): void {
    const parts = this.#parts.get(code);
    if (parts === undefined) this.#parts.set(code, [part]);
    else parts.push(part);
  }

  /** The value, or null. Valid as long as the datagram is. */
  get(code: number): Uint8Array | null {
    const parts = this.#parts.get(code);
    if (parts === undefined) return null;
    if (parts.length === 1) return parts[0];
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/**
 * Reads a message; null for what is none. `sure`: take only what cannot be anything else, a message of DHCP with its
 * cookie and type; otherwise BOOTP without options will do, as long as it is of an IEEE 802 client.
 */
export function readMessage(bytes: Uint8Array, sure: boolean): Message | null {
  if (bytes.length < FIXED) return null;
  const op = bytes[0];
  const hardware = bytes[1];
  const hardwareLength = bytes[2];
  const hops = bytes[3];
  // RFC 1542 §4.1.1: a relay discards what has passed more than 16.
  if ((op !== BOOTREQUEST && op !== BOOTREPLY) || hardwareLength > 16 || hops > 16) return null;
  const options = new Options();
  let type = BOOTP;
  if (word32(bytes, FIXED) === COOKIE) {
    readOptions(options, bytes, FIXED + 4, bytes.length);
    overload(options, bytes);
    const value = options.get(MESSAGE_TYPE);
    if (value !== null) {
      type = value[0] ?? BOOTP;
      if (value.length !== 1 || type === BOOTP || type > LAST_TYPE) return null;
    }
  }
  const macs = (hardware === ETHERNET || hardware === IEEE_802) && hardwareLength === 6;
  if (type === BOOTP && (sure || !macs)) return null;
  return {
    op,
    type,
    ciaddr: word32(bytes, CIADDR),
    yiaddr: word32(bytes, YIADDR),
    giaddr: word32(bytes, GIADDR),
    mac: macs ? mac48(bytes, CHADDR) : -1,
    options,
  };
}

/** An option that does not fit ends the reading: what came before it counts, for a capture may have been cut there. */
function readOptions(options: Options, bytes: Uint8Array, start: number, stop: number): void {
  for (let at = start; at < stop; ) {
    const code = bytes[at];
    if (code === END) return;
    if (code === PAD) {
      at++;
      continue;
    }
    const value = at + 2;
    const next = value + bytes[at + 1];
    // Also where the length itself is missing: the sum is then no number.
    if (!(next <= stop)) return;
    options.add(code, bytes.subarray(value, next));
    at = next;
  }
}

/** Option 52 (RFC 2132 §9.3): 1 `file` holds options too, 2 `sname`, 3 both, `file` first (RFC 3396 §5). */
function overload(options: Options, bytes: Uint8Array): void {
  const fields = options.get(OVERLOAD)?.[0] ?? 0;
  if ((fields & 1) !== 0) readOptions(options, bytes, FILE, FIXED);
  if ((fields & 2) !== 0) readOptions(options, bytes, SNAME, FILE);
}

/** The client's name in option 81 (RFC 4702 §2): flags, two codes of no use any more, then text or DNS labels. */
export function readFqdn(value: Uint8Array): string {
  if (value.length < 4) return '';
  const inWireFormat = (value[0] & 0x04) !== 0;
  return inWireFormat ? readLabels(value, 3) : textOf(value.subarray(3)).replace(/\.$/, '');
}

/** Names are shorter, and a longer one is none (RFC 1035 §2.3.4 allows 255 bytes). */
const NAME_LIMIT = 200;

/** Labels of DNS without compression (RFC 1035 §3.1). A name that is only the host's part has no root at its end. */
function readLabels(bytes: Uint8Array, start: number): string {
  const labels: string[] = [];
  if (bytes.length > start + NAME_LIMIT) return '';
  for (let at = start; at < bytes.length && bytes[at] !== 0; ) {
    const next = at + 1 + bytes[at];
    if (bytes[at] > 63 || next > bytes.length) return '';
    const label = textOf(bytes.subarray(at + 1, next));
    if (label === '') return '';
    labels.push(label);
    at = next;
  }
  return labels.join('.');
}

/** Text on one line, without what cannot be seen; '' for what is no text. */
export function textOf(bytes: Uint8Array): string {
  let end = bytes.length;
  // RFC 2132 §2: texts should not end with NUL, and receivers must cope with those that do.
  while (end > 0 && bytes[end - 1] === 0) end--;
  return lineOf(bytes.subarray(0, end));
}

/** The address of one interface; -1 for zero and group addresses. */
function mac48(bytes: Uint8Array, at: number): number {
  const mac = ((bytes[at] << 8) | bytes[at + 1]) * 0x1_0000_0000 + (word32(bytes, at + 2) >>> 0);
  return mac === 0 || (bytes[at] & 1) !== 0 ? -1 : mac;
}

/** 0 beyond the end. */
function word32(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) return 0;
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}
