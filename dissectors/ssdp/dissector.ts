import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Attribute, Fact, Side } from '../../src/core/facts.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { classOf } from './tables.ts';
import { type Message, readMessage, readServer } from './wire.ts';

type Context = DissectorContext<never>;

/** Simple service discovery (UPnP): what devices announce, and answer to a search. */
export const ssdp: DatagramDissector<'ssdp', never> = {
  name: 'ssdp',
  over: 'udp',
  ports: [1900],
  datagram(bytes, direction, flow, hinted, context): boolean {
    const message = readMessage(bytes);
    if (message === null || !isSsdp(message, hinted)) return false;
    if (message.kind === 'search') sayControlPoint(message, direction, context);
    else if (isOfSender(message, direction, flow)) sayDevice(message, direction, context);
    return true;
  },
};

/** Fields that make it SSDP. Without the port, what the standard requires has to be there (§1.2.2, §1.3.2, §1.3.3). */
function isSsdp({ kind, fields }: Message, hinted: boolean): boolean {
  if (kind === 'notify') return fields.has('nt') || (hinted && fields.has('usn'));
  if (kind === 'response') return fields.has('st') && (hinted || fields.has('usn'));
  return hinted || fields.get('man') === '"ssdp:discover"';
}

/** Who leaves says nothing of itself; whose description lies at another address speaks for that one. */
function isOfSender({ fields }: Message, direction: Direction, flow: Flow): boolean {
  if (fields.get('nts') === 'ssdp:byebye') return false;
  const sender = (direction === TO_SERVER ? flow.client : flow.server).address.text;
  const host = /^https?:\/\/(\d+\.\d+\.\d+\.\d+)(?=[:/]|$)/i.exec(fields.get('location') ?? '')?.[1];
  return host === undefined || sender.includes(':') || host === sender;
}

function sayControlPoint({ fields }: Message, direction: Direction, context: Context): void {
  const agent = fields.get('user-agent') ?? '';
  if (/^[\x20-\x7e]{1,200}$/.test(agent)) say('user-agent', agent, 'SSDP USER-AGENT', direction, context);
}

function sayDevice({ kind, fields }: Message, direction: Direction, context: Context): void {
  const server = fields.get('server') ?? '';
  const { os, software, product, version } = readServer(server);
  if (os !== null) say('os', os, 'SSDP SERVER (OS)', direction, context);
  if (software !== null) say('software', software, 'SSDP SERVER (product)', direction, context);
  const target = kind === 'notify' ? 'nt' : 'st';
  const deviceClass = classOf(fields.get(target) ?? '', server);
  if (deviceClass !== null)
    say('device-class', deviceClass, `SSDP ${target.toUpperCase()}`, direction, context);
  // Devices inside a device have others: the root's is the one that stands for it (§1.1.4).
  const uuid = ROOT.exec(fields.get('usn') ?? '')?.[1];
  if (uuid !== undefined) say('device-id', uuid.toLowerCase(), 'SSDP USN', direction, context);
  // Who answers one asker shows a server; who speaks to all does not.
  if (direction === TO_CLIENT)
    tell(
      {
        fact: 'service',
        protocol: 'ssdp',
        medical: false,
        tls: false,
        state: 'answered',
        ...(product !== null && version !== null ? { product, version } : {}),
      },
      software ?? '',
      context,
    );
}

const ROOT = /^uuid:([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})::upnp:rootdevice$/i;

function say(
  attribute: Attribute,
  value: string,
  source: string,
  direction: Direction,
  context: Context,
): void {
  const side: Side = direction === TO_SERVER ? 'client' : 'server';
  tell({ fact: 'attribute', side, attribute, value, source }, `${side}|${source}|${value}`, context);
}

const LISTS = 1024;
/** What was told, for each engine of its own: the same statement is the same list again, and known as such. */
const told = new WeakMap<Context, FactLists>();

function tell(fact: Fact, key: string, context: Context): void {
  let lists = told.get(context);
  if (lists === undefined) {
    lists = new FactLists(LISTS);
    told.set(context, lists);
  }
  context.tell(lists.of(key, () => [fact]));
}
