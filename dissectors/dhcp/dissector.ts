import type { Address } from '../../src/core/address.ts';
import { hexOf } from '../../src/core/bytes.ts';
import type { DatagramDissector, DissectorContext, Named } from '../../src/core/dissector.ts';
import type { Attribute, ServiceFact } from '../../src/core/facts.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { meaningOf } from './vendor-classes.ts';
import {
  ACK,
  BOOTP,
  BOOTREQUEST,
  CLIENT_FQDN,
  CLIENT_IDENTIFIER,
  DECLINE,
  DISCOVER,
  DOMAIN_NAME,
  HOST_NAME,
  INFORM,
  LEASEACTIVE,
  type Message,
  NAK,
  PARAMETER_REQUEST_LIST,
  RELEASE,
  REQUEST,
  readFqdn,
  readMessage,
  textOf,
  V_I_VENDOR_CLASS,
  VENDOR_CLASS,
} from './wire.ts';

type Context = DissectorContext<Named<'dhcp'>>;

/** Hosts that ask for their address, by MAC, and what they are given. */
export const dhcp: DatagramDissector<'dhcp', Named<'dhcp'>> = {
  name: 'dhcp',
  over: 'udp',
  // The server's alone: a client's port says which end it is too, but not who serves.
  ports: [67],
  datagram(bytes: Uint8Array, direction: Direction, flow: Flow, hinted: boolean, context: Context): boolean {
    const message = readMessage(bytes, !hinted && flow.protocol !== 'dhcp');
    if (message === null) return false;
    if (message.op === BOOTREQUEST) tellOfRequest(message, direction, flow, context);
    else tellOfReply(message, direction, flow, context);
    return true;
  },
};

/** Messages that a client sends of itself. A lease query, which asks about somebody else, is none. */
const OF_CLIENT: ReadonlySet<number> = new Set([BOOTP, DISCOVER, REQUEST, DECLINE, RELEASE, INFORM]);
/** Of these, those whose sender goes on using `ciaddr`. */
const KEEPS_ADDRESS: ReadonlySet<number> = new Set([REQUEST, INFORM]);

function tellOfRequest(message: Message, direction: Direction, flow: Flow, context: Context): void {
  if (direction === TO_SERVER && isUnicast(flow.server.address)) context.tell(ASKED);
  if (!OF_CLIENT.has(message.type)) return;
  const { mac, ciaddr } = message;
  const sender = direction === TO_SERVER ? flow.client.address : flow.server.address;
  // What a client says its address is counts when it also sends from there; a relay's word is not the client's.
  const inUse = KEEPS_ADDRESS.has(message.type) && isHost(ciaddr) && isIpv4(sender, ciaddr);
  const address = inUse ? sender : null;
  if (address === null && mac < 0) return;
  tellOfClient(message, (attribute, value, source) => {
    context.emit({ fact: 'device', address, mac, attribute, value, source });
  });
}

type Say = (attribute: Attribute, value: string, source: string) => void;

function tellOfClient({ options, type, mac }: Message, say: Say): void {
  const hostName = options.get(HOST_NAME);
  if (hostName !== null) sayName(say, textOf(hostName), 'DHCP option 12 (host name)');
  const fqdn = options.get(CLIENT_FQDN);
  if (fqdn !== null) sayName(say, readFqdn(fqdn), 'DHCP option 81 (client FQDN)');
  const vendorClass = textOf(options.get(VENDOR_CLASS) ?? NOTHING);
  if (vendorClass !== '') {
    const source = 'DHCP option 60 (vendor class identifier)';
    say('fingerprint', vendorClass, source);
    for (const [attribute, value] of meaningOf(vendorClass)) say(attribute, value, source);
  }
  const identified = readVendorIdentified(options.get(V_I_VENDOR_CLASS) ?? NOTHING);
  if (identified !== '') say('fingerprint', identified, 'DHCP option 124 (vendor-identifying vendor class)');
  const identifier = readClientIdentifier(options.get(CLIENT_IDENTIFIER) ?? NOTHING, mac);
  if (identifier !== '') say('device-id', identifier, 'DHCP option 61 (client identifier)');
  const wanted = options.get(PARAMETER_REQUEST_LIST) ?? NOTHING;
  // The list of a refusal or of a good-bye is another one, if there is any.
  if (wanted.length > 0 && type !== DECLINE && type !== RELEASE)
    say('fingerprint', wanted.subarray(0, LIST_LIMIT).join(), 'DHCP option 55 (parameter request list)');
}

const NOTHING = new Uint8Array(0);
/** Parameters shown: as many as fit a value. */
const LIST_LIMIT = 50;

function tellOfReply(message: Message, direction: Direction, flow: Flow, context: Context): void {
  const receiver = direction === TO_SERVER ? flow.server.address : flow.client.address;
  // A relay hands a reply on to the client with its own address still in it, and is no server for that.
  const fromRelay = message.giaddr !== 0 && !isIpv4(receiver, message.giaddr);
  if (direction !== TO_SERVER && !fromRelay) context.tell(message.type === NAK ? REFUSED : ANSWERED);
  const { type, mac, yiaddr, ciaddr } = message;
  const leased = type === BOOTP || type === ACK ? yiaddr : type === LEASEACTIVE ? ciaddr : 0;
  // An INFORM is answered without a lease: the address is the client's own word.
  const informed = type === ACK && yiaddr === 0 ? ciaddr : 0;
  const word = isHost(leased) ? leased : informed;
  if (!isHost(word)) return;
  const address = context.address(4, 0, 0, 0xffff, word);
  if (mac >= 0)
    context.emit(
      word === leased
        ? { fact: 'neighbour', address, mac, leased: true }
        : { fact: 'neighbour', address, mac },
    );
  const { options } = message;
  const say: Say = (attribute, value, source) => {
    context.emit({ fact: 'device', address, mac, attribute, value, source });
  };
  const hostName = options.get(HOST_NAME);
  if (hostName !== null) sayName(say, textOf(hostName), 'DHCP option 12 (host name) of the server');
  const fqdn = options.get(CLIENT_FQDN);
  if (fqdn !== null) sayName(say, readFqdn(fqdn), 'DHCP option 81 (client FQDN) of the server');
  const domain = textOf(options.get(DOMAIN_NAME) ?? NOTHING).replace(/\.$/, '');
  if (isName(domain)) say('domain', domain, 'DHCP option 15 (domain name)');
}

function service(state: ServiceFact['state']): readonly ServiceFact[] {
  return [{ fact: 'service', protocol: 'dhcp', medical: false, tls: false, state }];
}

const ASKED = service('asked');
const ANSWERED = service('answered');
const REFUSED = service('refused');

/**
 * RFC 3925 §3: enterprise number and length of each vendor's part, in which every class has a length of its own. The
 * first class, where it is text.
 */
function readVendorIdentified(value: Uint8Array): string {
  if (value.length < 7) return '';
  const end = Math.min(value.length, 6 + value[5]);
  return textOf(value.subarray(6, end));
}

/** Type 0 is a name, 255 a DUID behind an interface's number (RFC 4361 §6.1); any other a hardware address. */
function readClientIdentifier(value: Uint8Array, mac: number): string {
  if (value.length < 3) return '';
  const rest = value.subarray(1);
  if (value[0] === 0) return isName(textOf(rest)) ? textOf(rest) : '';
  if (value[0] === 255)
    return value.length > 7 && value.length <= 100 ? `DUID ${hexOf(value.subarray(5))}` : '';
  return value[0] === 1 && rest.length === 6 && mac < 0 ? hexOf(rest) : '';
}

function sayName(say: Say, name: string, source: string): void {
  if (isName(name)) say('hostname', name, source);
}

/** A name that somebody gave: not the default of a system without one, nor an address. */
export function isName(text: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text) || /^(localhost(\..*)?|\(none\)|none|unknown)$/i.test(text)) return false;
  return !/^\d+\.\d+\.\d+\.\d+$/.test(text) && !/^[0-9a-f]*:[0-9a-f:.]+$/i.test(text);
}

/** An IPv4 address that one host can have. */
function isHost(word: number): boolean {
  const first = word >>> 24;
  return first !== 0 && first !== 127 && first < 224;
}

function isIpv4(address: Address, word: number): boolean {
  return address.family === 4 && address.w3 >>> 0 === word >>> 0;
}

function isUnicast(address: Address): boolean {
  return address.family === 4 && isHost(address.w3);
}
