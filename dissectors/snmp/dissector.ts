import type { Address } from '../../src/core/address.ts';
import type { BerReader } from '../../src/core/ber.ts';
import { OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE } from '../../src/core/ber.ts';
import { BoundedMap } from '../../src/core/bounded.ts';
import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import type { Attribute, Fact, ServiceFact, Side } from '../../src/core/facts.ts';
import type { Direction, Endpoint, Flow } from '../../src/core/flow.ts';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { isHostName } from '../../src/core/host-name.ts';
import { told } from '../../src/core/told.ts';
import { describe } from './descriptions.ts';
import {
  ENTITY,
  ENTITY_CLASS,
  ENTITY_CONTAINED_IN,
  ENTITY_MODEL,
  ENTITY_SERIAL,
  ENTITY_VENDOR,
  HR_DEVICE_DESCR,
  HR_DEVICE_PRINTER,
  HR_DEVICE_TYPE,
  identityOf,
  isRead,
  makerOf,
  OBJECTS,
  PRINTER_MIB,
  SYS_DESCR,
  SYS_NAME,
  SYS_OBJECT_ID,
  WHOLE,
} from './objects.ts';
import type { Message } from './wire.ts';
import {
  GET,
  GET_BULK,
  GET_NEXT,
  INFORM,
  REPORT,
  RESPONSE,
  readEngineId,
  readMessage,
  SET_REQUEST,
  TRAP,
  TRAP_V1,
} from './wire.ts';

type Context = DissectorContext<never>;

const TRAP_PORT = 162;
/** snmpTrapOID.0 (RFC 3418 §2), which every inform has, and so the answer that repeats it. */
const SNMP_TRAP_OID = [0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/** Bindings looked at in one message: more fit into a datagram of an ordinary size only if they say nothing. */
const BINDINGS_LIMIT = 256;
/** Longest value read. */
const VALUE_LIMIT = 1024;
/** Longest value told. */
const TOLD_LIMIT = 200;

/** SNMP of every version: what agents say of the device they run on. */
export const snmp: DatagramDissector<'snmp', never> = {
  name: 'snmp',
  over: 'udp',
  ports: [161, TRAP_PORT],
  datagram(bytes, direction, flow, hinted, context) {
    // 30 .. 02 01 version: anything else is refused before a reader is made.
    if (bytes.length < 20 || bytes[0] !== SEQUENCE) return false;
    const message = readMessage(bytes);
    if (message === null) return false;
    // On another port anything may be sent once; that it is answered in kind makes it SNMP.
    if (!hinted && !(message.exact && (message.pdu === RESPONSE || message.pdu === REPORT))) return false;
    new Statement(context, flow, direction, message).make();
    return true;
  },
};

const LISTS = 4096;
const lists = new BoundedMap<string, readonly Fact[]>(LISTS);

const SERVICE = { asked: service('asked'), answered: service('answered') };

const LOGIN: readonly Fact[] = [{ fact: 'login', method: 'SNMP community (SetRequest)', accepted: null }];

function service(state: ServiceFact['state']): readonly ServiceFact[] {
  return [{ fact: 'service', protocol: 'snmp', medical: false, tls: false, state }];
}

/** What one message says. */
class Statement {
  readonly #context: Context;
  readonly #direction: Direction;
  readonly #flow: Flow;
  readonly #message: Message;
  /** Who sent it. */
  readonly #side: Side;
  /** A printer says so; what it says of its first device is then of itself. */
  #printer = false;
  #firstDevice = '';
  /** Entities of the physical table that are the device as a whole. */
  readonly #whole = new Set(['1']);
  readonly #entities: { index: string; attribute: Attribute; value: string; object: string }[] = [];

  constructor(context: Context, flow: Flow, direction: Direction, message: Message) {
    this.#context = context;
    this.#flow = flow;
    this.#direction = direction;
    this.#message = message;
    this.#side = direction === TO_SERVER ? 'client' : 'server';
  }

  make(): void {
    const { version, pdu, bindings, enterprise, engine } = this.#message;
    const traps = this.#flow.client.port === TRAP_PORT || this.#flow.server.port === TRAP_PORT;
    switch (pdu) {
      case GET:
      case GET_NEXT:
      case GET_BULK:
      case SET_REQUEST:
        if (this.#direction !== TO_SERVER) return;
        this.#context.tell(SERVICE.asked);
        // Communities that only read go by with every poll; one that changes a device is a password.
        if (pdu === SET_REQUEST && version !== 3) this.#context.tell(LOGIN);
        return;
      case RESPONSE:
      case REPORT:
        if (this.#direction === TO_CLIENT && !traps) this.#context.tell(SERVICE.answered);
        // What answers an inform repeats what another one said of itself.
        if (pdu === RESPONSE && !traps && bindings !== null) this.#bindings(bindings);
        break;
      case INFORM:
      case TRAP:
        if (bindings !== null) this.#bindings(bindings);
        break;
      case TRAP_V1:
        this.#trap(enterprise);
        return;
      default:
        // Encrypted: what it is follows from where it goes.
        if (!traps) this.#context.tell(this.#direction === TO_CLIENT ? SERVICE.answered : SERVICE.asked);
        if (!traps && this.#direction === TO_SERVER) return;
    }
    if (engine !== null) this.#engine(engine);
  }

  /** A trap may be passed on by another host: who it is about stands in it (RFC 1157 §4.1.6). */
  #trap(enterprise: string): void {
    const { agent, bindings } = this.#message;
    const row = identityOf(enterprise);
    const own =
      agent === 0 || agent === (this.#sender().address.w3 | 0) || this.#sender().address.family === 6;
    const address = own ? null : this.#context.address(4, 0, 0, 0xffff, agent);
    if (row?.vendor !== undefined) this.#say('vendor', row.vendor, 'SNMP trap enterprise', address);
    if (own && bindings !== null) this.#bindings(bindings);
  }

  /** snmpEngineID names who made the engine, and often a MAC of the device. */
  #engine(bytes: Uint8Array): void {
    const engine = readEngineId(bytes);
    if (engine === null) return;
    const vendor = makerOf(engine.enterprise);
    if (vendor === '') return;
    if (engine.mac < 0) this.#say('vendor', vendor, 'SNMP engine ID');
    else this.#say('vendor', vendor, 'SNMP engine ID', this.#sender().address, engine.mac);
  }

  #sender(): Endpoint {
    return this.#direction === TO_SERVER ? this.#flow.client : this.#flow.server;
  }

  #bindings(bindings: BerReader): void {
    const { bytes } = bindings;
    for (let n = 0; n < BINDINGS_LIMIT && bindings.next(); n++) {
      if (bindings.tag !== SEQUENCE) return;
      const binding = bindings.inside();
      if (!binding.expect(OBJECT_IDENTIFIER)) return;
      if (this.#message.pdu === RESPONSE && isTrapOid(bytes, binding.start, binding.stop)) return;
      if (!isRead(bytes, binding.start, binding.stop)) continue;
      const oid = binding.objectIdentifier();
      if (binding.next() && binding.whole) this.#object(oid, binding);
    }
    if (this.#printer) {
      this.#say('device-class', 'printer', 'SNMP Printer-MIB');
      this.#say('model', this.#firstDevice, 'SNMP hrDeviceDescr');
    }
    const said = new Set<Attribute>();
    for (const { index, attribute, value, object } of this.#entities) {
      // The members of a stack have a serial number each: the first's stands for it.
      if (!this.#whole.has(index) || said.has(attribute) || value === '') continue;
      said.add(attribute);
      this.#say(attribute, value, `SNMP ${object}`);
    }
  }

  /** One object and its value. */
  #object(oid: string, value: BerReader): void {
    if (oid === SYS_OBJECT_ID || oid === HR_DEVICE_TYPE) {
      if (value.tag !== OBJECT_IDENTIFIER) return;
      const identifier = value.objectIdentifier();
      if (oid === HR_DEVICE_TYPE) this.#printer ||= identifier === HR_DEVICE_PRINTER;
      else this.#identity(identifier);
      return;
    }
    if (oid.startsWith(ENTITY)) {
      this.#entity(oid.slice(ENTITY.length), value);
      return;
    }
    // An exception (noSuchObject, endOfMibView) is no value.
    if (oid.startsWith(PRINTER_MIB)) this.#printer ||= value.tag < 0x80 && value.length > 0;
    if (value.tag !== OCTET_STRING) return;
    if (oid === SYS_DESCR) this.#description(textOf(value));
    else if (oid === SYS_NAME) {
      const name = textOf(value);
      if (isHostName(name)) this.#say('hostname', name, 'SNMP sysName');
    } else if (oid === HR_DEVICE_DESCR) this.#firstDevice = textOf(value);
    else {
      const row = OBJECTS.find((one) => one.oid === oid);
      if (row !== undefined) this.#say(row.attribute, textOf(value), `SNMP ${row.object}`);
    }
  }

  #identity(oid: string): void {
    const row = identityOf(oid);
    if (row === null) return;
    const source = 'SNMP sysObjectID';
    this.#say('vendor', row.vendor ?? '', source);
    this.#say('os', row.os ?? '', source);
    this.#say('software', row.software ?? '', source);
    this.#say('device-class', row.deviceClass ?? '', source);
    this.#printer ||= row.deviceClass === 'printer';
  }

  #description(text: string): void {
    if (text === '') return;
    this.#say('description', text.slice(0, TOLD_LIMIT).trimEnd(), 'SNMP sysDescr');
    for (const [attribute, value] of describe(text)) this.#say(attribute, value, 'SNMP sysDescr');
  }

  /** A column of entPhysicalTable: parts of a device have serial numbers too, which are not the device's. */
  #entity(columnAndIndex: string, value: BerReader): void {
    const [column, index = ''] = columnAndIndex.split('.', 2);
    switch (column) {
      case ENTITY_CLASS:
        if (WHOLE.has(value.integer())) this.#whole.add(index);
        else this.#whole.delete(index);
        break;
      case ENTITY_CONTAINED_IN:
        if (value.integer() === 0) this.#whole.add(index);
        break;
      case ENTITY_SERIAL:
        this.#physical(index, 'serial', value, 'entPhysicalSerialNum');
        break;
      case ENTITY_VENDOR:
        this.#physical(index, 'vendor', value, 'entPhysicalMfgName');
        break;
      case ENTITY_MODEL:
        this.#physical(index, 'model', value, 'entPhysicalModelName');
        break;
    }
  }

  #physical(index: string, attribute: Attribute, value: BerReader, object: string): void {
    if (value.tag === OCTET_STRING) this.#entities.push({ index, attribute, value: textOf(value), object });
  }

  /** `address`: of whom, when not of the sender; with a MAC it is told of both. */
  #say(attribute: Attribute, value: string, source: string, address: Address | null = null, mac = -1): void {
    const text = told(value);
    if (text === '') return;
    const key = `${address === null ? this.#side : `${address.text} ${mac}`}|${attribute}|${text}|${source}`;
    let list = lists.get(key);
    const first = list?.[0];
    // Addresses are interned for a while only: a list with a former object would name another one.
    if (list === undefined || (first?.fact === 'device' && first.address !== address)) {
      list =
        address === null
          ? [{ fact: 'attribute', side: this.#side, attribute, value: text, source }]
          : [{ fact: 'device', address, mac, attribute, value: text, source }];
      lists.set(key, list);
    }
    this.#context.tell(list);
  }
}

function isTrapOid(bytes: Uint8Array, start: number, stop: number): boolean {
  return (
    stop - start === SNMP_TRAP_OID.length && SNMP_TRAP_OID.every((byte, at) => bytes[start + at] === byte)
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** DisplayString or SnmpAdminString (RFC 2579, RFC 3411 §5) on one line; '' for bytes that are no text. */
function textOf(value: BerReader): string {
  if (value.length > VALUE_LIMIT) return '';
  // Some agents count the zero that ends a string in C.
  const content = value.content();
  const end = content.indexOf(0);
  try {
    return utf8
      .decode(end < 0 ? content : content.subarray(0, end))
      .replace(/\s+/g, ' ')
      .trim();
  } catch {
    return '';
  }
}
