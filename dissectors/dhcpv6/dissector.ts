import type { Address } from '../../src/core/address.ts';
import { BoundedMap } from '../../src/core/bounded.ts';
import { hexOf } from '../../src/core/bytes.ts';
import type { DatagramDissector, DissectorContext, Named } from '../../src/core/dissector.ts';
import type { Attribute, ServiceFact } from '../../src/core/facts.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { meaningOf } from './vendor-classes.ts';
import {
  ADVERTISE,
  assignedAddresses,
  CLIENT_FQDN,
  CLIENT_ID,
  type Message,
  macOfDuid,
  OPTION_REQUEST,
  REPLY,
  readFqdn,
  readMessage,
  readOptionRequest,
  readVendorClass,
  VENDOR_CLASS,
} from './wire.ts';

type Context = DissectorContext<Named<'dhcpv6'>>;

/** Solicit, request, confirm, renew, rebind, release, decline, information-request (RFC 8415 §7.3). */
const OF_CLIENT: ReadonlySet<number> = new Set([1, 3, 4, 5, 6, 8, 9, 11]);

/** Hosts that ask for IPv6 addresses or settings, and what they are given. */
export const dhcpv6: DatagramDissector<'dhcpv6', Named<'dhcpv6'>> = {
  name: 'dhcpv6',
  over: 'udp',
  ports: [547],
  datagram(bytes: Uint8Array, direction: Direction, flow: Flow, hinted: boolean, context: Context): boolean {
    // Nothing in a message is its own mark: without the port it could be too much else.
    if (!hinted && flow.protocol !== 'dhcpv6') return false;
    const message = readMessage(bytes);
    if (message === null) return false;
    const fromServer = direction !== TO_SERVER;
    if (OF_CLIENT.has(message.type)) {
      if (!fromServer && isHost(flow.server.address)) context.tell(ASKED);
      tellOfClient(message, fromServer ? flow.server : flow.client, flow, context);
    } else if (message.type === REPLY || message.type === ADVERTISE) {
      if (fromServer) context.tell(ANSWERED);
      if (message.type === REPLY) tellOfReply(message, fromServer ? flow.client : flow.server, flow, context);
    }
    return true;
  },
};

/**
 * MACs that relays told of in a flow, by transaction: the server's reply to the relay has the client's address, but
 * not its MAC any more.
 */
const told = new WeakMap<Flow, BoundedMap<number, number>>();
const TRANSACTIONS = 64;

function tellOfClient(message: Message, sender: Flow['client'], flow: Flow, context: Context): void {
  const { options, peer, peerMac, transaction } = message;
  const duid = options.first.get(CLIENT_ID) ?? NOTHING;
  let mac = peer === null ? macOnLink(sender) : peerMac;
  if (peerMac >= 0) {
    let macs = told.get(flow);
    if (macs === undefined) told.set(flow, (macs = new BoundedMap(TRANSACTIONS)));
    macs.set(transaction, peerMac);
  }
  // An address of another link is not told: it is link-local, and may be somebody else's here.
  const address = peer === null && isHost(sender.address) ? sender.address : null;
  if (mac < 0) mac = macOfDuid(duid);
  if (address === null && mac < 0) return;
  const say = (attribute: Attribute, value: string, source: string): void => {
    context.emit({ fact: 'device', address, mac, attribute, value, source });
  };
  const name = readFqdn(options.first.get(CLIENT_FQDN) ?? NOTHING);
  if (isName(name)) say('hostname', name, 'DHCPv6 option 39 (client FQDN)');
  const { enterprise, text } = readVendorClass(options.first.get(VENDOR_CLASS) ?? NOTHING);
  if (text !== '') say('fingerprint', text, VENDOR_CLASS_SOURCE);
  for (const [attribute, value] of meaningOf(enterprise, text)) say(attribute, value, VENDOR_CLASS_SOURCE);
  const wanted = readOptionRequest(options.first.get(OPTION_REQUEST) ?? NOTHING, LIST_LIMIT);
  if (wanted.length > 0) say('fingerprint', wanted.join(), 'DHCPv6 option 6 (option request)');
  if (duid.length > 2 && duid.length <= DUID_LIMIT)
    say('device-id', `DUID ${hexOf(duid)}`, 'DHCPv6 option 1 (client identifier)');
}

const NOTHING = new Uint8Array(0);
const VENDOR_CLASS_SOURCE = 'DHCPv6 option 16 (vendor class)';
/** As many as fit a value. */
const LIST_LIMIT = 30;
const DUID_LIMIT = 95;

function tellOfReply(message: Message, receiver: Flow['client'], flow: Flow, context: Context): void {
  const { options, peer, transaction } = message;
  // No MAC from the DUID here: images of one disk share a DUID, and a wrong binding is worse than none.
  const mac = peer === null ? macOnLink(receiver) : (told.get(flow)?.get(transaction) ?? -1);
  const name = readFqdn(options.first.get(CLIENT_FQDN) ?? NOTHING);
  for (const words of assignedAddresses(options)) {
    const address = context.address(6, ...words);
    if (!isHost(address)) continue;
    if (mac >= 0) context.emit({ fact: 'neighbour', address, mac, leased: true });
    if (isName(name))
      context.emit({
        fact: 'device',
        address,
        mac,
        attribute: 'hostname',
        value: name,
        source: 'DHCPv6 option 39 (client FQDN) of the server',
      });
  }
}

/** The MAC in the frames of an end, where no router can have put its own: link-local addresses are not forwarded. */
function macOnLink({ address, mac }: Flow['client']): number {
  const linkLocal = address.family === 6 && address.w0 >>> 22 === 0x3fa;
  return linkLocal && mac > 0 && Math.floor(mac / 0x100_0000_0000) % 2 === 0 ? mac : -1;
}

function service(state: ServiceFact['state']): readonly ServiceFact[] {
  return [{ fact: 'service', protocol: 'dhcpv6', medical: false, tls: false, state }];
}

const ASKED = service('asked');
const ANSWERED = service('answered');

/** A name that somebody gave: not the default of a system without one, nor an address. */
function isName(text: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text) || /^(localhost(\..*)?|\(none\)|none|unknown)$/i.test(text)) return false;
  return !/^\d+\.\d+\.\d+\.\d+$/.test(text) && !/^[0-9a-f]*:[0-9a-f:.]+$/i.test(text);
}

/** An address that one host can have: not unspecified, loopback or multicast. */
function isHost({ w0, w1, w2, w3 }: Pick<Address, 'w0' | 'w1' | 'w2' | 'w3'>): boolean {
  return w0 >>> 24 !== 0xff && ((w0 | w1 | w2) !== 0 || w3 >>> 0 > 1);
}
