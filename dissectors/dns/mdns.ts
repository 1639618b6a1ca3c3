import type { Address } from '../../src/core/address.ts';
import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_CLIENT } from '../../src/core/flow.ts';
import { addressOf, readServices, sayServices } from './dnssd.ts';
import { isHost, keyOf, localHostName, plainText } from './names.ts';
import { stateOf } from './state.ts';
import { senderOf, serviceStates } from './statements.ts';
import type { Message, Name, Resource } from './wire.ts';
import {
  A,
  AAAA,
  addressIn,
  CLASS_IN,
  HINFO,
  NO_ERROR,
  OPCODE_QUERY,
  readMessage,
  stringsIn,
} from './wire.ts';

type Context = DissectorContext<never>;

const PORT = 5353;
const SERVICE = serviceStates('mdns');

/** Multicast DNS (RFC 6762): what hosts announce of themselves and of their services (RFC 6763). */
export const mdns: DatagramDissector<'mdns', never> = {
  name: 'mdns',
  over: 'udp',
  ports: [PORT],
  datagram(bytes, direction, flow, hinted, context): boolean {
    if (!hinted) return false;
    const message = readMessage(bytes);
    if (message === null || (message.questions.length === 0 && message.answers.length === 0)) return false;
    // RFC 6762 §18.3, §18.11: messages of another operation, or with an error, are ignored in silence.
    if (message.opcode !== OPCODE_QUERY || message.rcode !== NO_ERROR) return true;
    // §6: an answer comes from the port of the protocol, else it is no answer. The records of a question are what
    // it knows already (§7.1) or would like to be (§8.1): nothing to rely on.
    if (message.response && senderOf(flow, direction).port === PORT)
      readAnnouncement(bytes, message, direction, flow, context);
    return true;
  },
};

function readAnnouncement(
  bytes: Uint8Array,
  message: Message,
  direction: Direction,
  flow: Flow,
  context: Context,
): void {
  const { statements, relays } = stateOf(context);
  statements.from(flow, direction);
  // An answer to one asker (§6.7, §5.4) shows a server; one to all has no server's address.
  if (direction === TO_CLIENT) context.tell(SERVICE.answered);
  const sender = senderOf(flow, direction).address;
  const records = [...message.answers, ...message.additionals];
  const hosts = readHosts(bytes, records, context);
  if (speaksForOthers(hosts, sender)) relays.set(sender.text, true);

  const subjectOf = (target: Name | null): Address | null => {
    const known = target === null ? undefined : stateOf(context).hosts.get(keyOf(target));
    if (known !== undefined) return known;
    return relays.has(sender.text) ? null : sender;
  };
  sayServices(readServices(bytes, records), records, bytes, 'mDNS', context, subjectOf);
  for (const record of records) {
    if (record.type !== HINFO || record.ttl === 0 || record.class !== CLASS_IN) continue;
    // RFC 1035 §3.3.2: the processor, then the operating system.
    const os = plainText(stringsIn(bytes, record)[1] ?? '');
    const subject = addressOf(record.name, records, bytes, context) ?? subjectOf(record.name);
    if (os !== null && subject !== null) statements.of(subject, 'os', os, 'mDNS HINFO (OS)');
  }
}

/** Names the hosts whose addresses are announced; gives the addresses. A lifetime of 0 takes leave (§10.1). */
function readHosts(bytes: Uint8Array, records: readonly Resource[], context: Context): Address[] {
  const { statements, hosts } = stateOf(context);
  const addresses: Address[] = [];
  for (const record of records) {
    if ((record.type !== A && record.type !== AAAA) || record.class !== CLASS_IN || record.ttl === 0)
      continue;
    const words = addressIn(bytes, record);
    const name = localHostName(record.name);
    if (words === null || name === null || !isHost(words)) continue;
    const address = statements.address(words);
    addresses.push(address);
    const key = keyOf(record.name);
    // A host of both families is known by its IPv4 address, as it is wherever else it is spoken of.
    if (address.family === 4 || hosts.get(key)?.family !== 4) hosts.set(key, address);
    statements.of(address, 'hostname', name, record.type === A ? 'mDNS A' : 'mDNS AAAA');
  }
  return addresses;
}

/** It announces addresses of its own family, and its own is not among them. */
function speaksForOthers(announced: readonly Address[], sender: Address): boolean {
  let family = false;
  for (const address of announced) {
    if (address.text === sender.text) return false;
    family ||= address.family === sender.family;
  }
  return family;
}
