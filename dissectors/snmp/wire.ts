import { Ber } from './ber.ts';

/** Tags of X.690 and of RFC 3416 §3. */
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;
const IP_ADDRESS = 0x40;
const TIME_TICKS = 0x43;
const GET_REQUEST = 0xa0;
const RESPONSE = 0xa2;
const TRAP_V1 = 0xa4;
const REPORT = 0xa8;

const BINDINGS = 64;
const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';

export interface Message {
  readonly version: 'v1' | 'v2c' | 'v3';
  /** `encrypted`: a version 3 message whose PDU cannot be read. */
  readonly kind: 'request' | 'response' | 'report' | 'trap' | 'encrypted';
  /** The agent's engine id in hexadecimal; '' for none. */
  readonly engineId: string;
  /** Object identifier → text; of values that are octet strings, and of sysObjectID. */
  readonly values: ReadonlyMap<string, string>;
}

/** A datagram that is one whole SNMP message; null for anything else. */
export function readMessage(bytes: Uint8Array): Message | null {
  const outer = new Ber(bytes, 0, bytes.length);
  if (!outer.expect(SEQUENCE) || !outer.done) return null;
  const message = outer.inside();
  if (!message.expect(INTEGER)) return null;
  switch (message.integer()) {
    case 0:
      return readCommunity(message, 'v1');
    case 1:
      return readCommunity(message, 'v2c');
    case 3:
      return readVersion3(message);
    default:
      return null;
  }
}

function readCommunity(message: Ber, version: 'v1' | 'v2c'): Message | null {
  if (!message.expect(OCTET_STRING) || !message.next() || !message.done) return null;
  return readPdu(message, version, '');
}

/** RFC 3412 §6, and the user-based security model's parameters (RFC 3414 §2.4). */
function readVersion3(message: Ber): Message | null {
  if (!message.expect(SEQUENCE)) return null;
  const header = message.inside();
  if (!header.expect(INTEGER) || !header.expect(INTEGER) || !header.expect(OCTET_STRING)) return null;
  if (!header.expect(INTEGER) || !header.done || !message.expect(OCTET_STRING)) return null;
  const engineId = readEngineId(message.inside());
  if (!message.next() || !message.done) return null;
  if (message.tag === OCTET_STRING) return { version: 'v3', kind: 'encrypted', engineId, values: new Map() };
  if (message.tag !== SEQUENCE) return null;
  const scoped = message.inside();
  if (!scoped.expect(OCTET_STRING) || !scoped.expect(OCTET_STRING)) return null;
  return scoped.next() && scoped.done ? readPdu(scoped, 'v3', engineId) : null;
}

/** RFC 3411 §5: 5 to 32 bytes, not all zero. */
function readEngineId(security: Ber): string {
  if (!security.expect(SEQUENCE)) return '';
  const parameters = security.inside();
  if (!parameters.expect(OCTET_STRING)) return '';
  const { bytes, start, end } = parameters;
  if (end - start < 5 || end - start > 32) return '';
  const id = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('hex');
  return /^(?:00)+$/.test(id) ? '' : id;
}

/** `holder` stands on the PDU. */
function readPdu(holder: Ber, version: Message['version'], engineId: string): Message | null {
  const { tag } = holder;
  if (tag < GET_REQUEST || tag > REPORT) return null;
  const pdu = holder.inside();
  if (tag === TRAP_V1) {
    if (version !== 'v1' || !pdu.expect(OBJECT_IDENTIFIER) || !pdu.expect(IP_ADDRESS)) return null;
    if (!pdu.expect(INTEGER) || !pdu.expect(INTEGER) || !pdu.expect(TIME_TICKS)) return null;
  } else if (!pdu.expect(INTEGER) || !pdu.expect(INTEGER) || !pdu.expect(INTEGER)) return null;
  if (!pdu.expect(SEQUENCE) || !pdu.done) return null;
  const values = readBindings(pdu.inside());
  return values === null ? null : { version, kind: kindOf(tag), engineId, values };
}

function kindOf(tag: number): Message['kind'] {
  if (tag === RESPONSE) return 'response';
  if (tag === REPORT) return 'report';
  // 0xA6 InformRequest and 0xA7 Trap of version 2.
  return tag === TRAP_V1 || tag === 0xa6 || tag === 0xa7 ? 'trap' : 'request';
}

function readBindings(list: Ber): Map<string, string> | null {
  const values = new Map<string, string>();
  for (let count = 0; !list.done && count < BINDINGS; count++) {
    if (!list.expect(SEQUENCE)) return null;
    const binding = list.inside();
    if (!binding.expect(OBJECT_IDENTIFIER)) return null;
    const name = binding.oid();
    if (!binding.next() || !binding.done) return null;
    if (binding.tag === OCTET_STRING) values.set(name, text(binding));
    else if (binding.tag === OBJECT_IDENTIFIER && name === SYS_OBJECT_ID) values.set(name, binding.oid());
  }
  return values;
}

/** DisplayString is ASCII (RFC 2579); newer objects are UTF-8. */
function text({ bytes, start, end }: Ber): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
