import { BoundedMap } from '../../src/core/bounded.ts';
import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import type { Attribute, Fact, Side } from '../../src/core/facts.ts';
import { type Direction, TO_SERVER } from '../../src/core/flow.ts';
import { told } from '../../src/core/told.ts';
import { describe } from './descriptions.ts';
import { vendorOf } from './enterprises.ts';
import { type Message, readMessage } from './wire.ts';

/** SNMP v1, v2c and v3 over UDP: what agents answer about themselves. */
export const snmp: DatagramDissector<'snmp', never> = {
  name: 'snmp',
  over: 'udp',
  ports: [161, 162],
  datagram(bytes, direction, _flow, _hinted, context): boolean {
    const message = readMessage(bytes);
    if (message === null) return false;
    const side: Side = direction === TO_SERVER ? 'client' : 'server';
    if (message.kind === 'response' || message.kind === 'report') sayAgent(message, side, context);
    else if (message.kind === 'request') context.tell(ASKED);
    // An encrypted answer shows that a service answers, and whose engine it is.
    else if (message.kind === 'encrypted' && isFromAgent(direction)) sayAgent(message, side, context);
    return true;
  },
};

/** Which side of an encrypted exchange is the agent can only be told by who was asked. */
function isFromAgent(direction: Direction): boolean {
  return direction !== TO_SERVER;
}

type Context = DissectorContext<never>;

const service = (state: 'asked' | 'answered', version?: string): readonly Fact[] => [
  { fact: 'service', protocol: 'snmp', medical: false, tls: false, state, ...(version && { version }) },
];
const ASKED = service('asked');
const ANSWERED = {
  v1: service('answered', 'v1'),
  v2c: service('answered', 'v2c'),
  v3: service('answered', 'v3'),
};

const ENTITY = '1.3.6.1.2.1.47.1.1.1.1';
/** Of RFC 6933 the first entity: the chassis, or the whole device. */
const OBJECTS: readonly (readonly [oid: string, attribute: Attribute, source: string])[] = [
  ['1.3.6.1.2.1.1.5.0', 'hostname', 'SNMP sysName'],
  [`${ENTITY}.10.1`, 'software', 'SNMP entPhysicalSoftwareRev'],
  [`${ENTITY}.11.1`, 'serial', 'SNMP entPhysicalSerialNum'],
  [`${ENTITY}.12.1`, 'vendor', 'SNMP entPhysicalMfgName'],
  [`${ENTITY}.13.1`, 'model', 'SNMP entPhysicalModelName'],
  ['1.3.6.1.2.1.43.5.1.1.17.1', 'serial', 'SNMP prtGeneralSerialNumber'],
];
const PRINTER_SERIAL = '1.3.6.1.2.1.43.5.1.1.17.1';

function sayAgent({ version, engineId, values }: Message, side: Side, context: Context): void {
  if (side === 'server') context.tell(ANSWERED[version]);
  if (engineId !== '') say('device-id', engineId, 'SNMP engine id', side, context);
  for (const [oid, attribute, source] of OBJECTS)
    say(attribute, told(values.get(oid) ?? ''), source, side, context);
  if (values.has(PRINTER_SERIAL))
    say('device-class', 'printer', 'SNMP prtGeneralSerialNumber', side, context);
  say('vendor', vendorOf(values.get('1.3.6.1.2.1.1.2.0') ?? ''), 'SNMP sysObjectID', side, context);
  for (const [attribute, value] of describe(values.get('1.3.6.1.2.1.1.1.0') ?? ''))
    say(attribute, value, 'SNMP sysDescr', side, context);
}

/** What was said already, as the lists that the engine knows again. */
const said = new BoundedMap<string, readonly Fact[]>(4096);

function say(attribute: Attribute, value: string, source: string, side: Side, context: Context): void {
  if (value === '' || (attribute === 'hostname' && !isHostName(value))) return;
  const key = `${side} ${source} ${attribute} ${value}`;
  let facts = said.get(key);
  if (facts === undefined) {
    facts = [{ fact: 'attribute', side, attribute, value, source }];
    said.set(key, facts);
  }
  context.tell(facts);
}

/** sysName is meant to be the host's name; what is left at its default names nobody. */
function isHostName(value: string): boolean {
  return (
    /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(value) &&
    !/^\d+(\.\d+)*$/.test(value) &&
    !/^localhost(\.|$)/i.test(value)
  );
}
