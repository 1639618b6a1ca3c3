import type { Address } from '../../src/core/address.ts';
import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { type Announcement, readAnnouncement, serverClass } from './browser.ts';
import { isHost, plainText } from './names.ts';
import { decodeName, ipv4At, isUsualName, suffixText } from './netbios.ts';
import { stateOf } from './state.ts';
import type { Name } from './wire.ts';

type Context = DissectorContext<never>;

/** RFC 1002 §4.4.1: type, flags, id, source address and port, length, offset. */
const HEADER = 14;
/** RFC 1002 §4.4.1: direct unique, direct group, broadcast. */
const DATA_TYPES = new Set([0x10, 0x11, 0x12]);

/** The NetBIOS datagram service (RFC 1002 §4.4), and what hosts announce through it ([MS-BRWS]). */
export const nbdgm: DatagramDissector<'nbdgm', never> = {
  name: 'nbdgm',
  over: 'udp',
  ports: [138],
  datagram(bytes, direction, flow, hinted, context): boolean {
    if (!hinted || bytes.length < HEADER || !DATA_TYPES.has(bytes[0])) return false;
    const source = encodedAt(bytes, HEADER);
    if (source === null) return false;
    const destination = encodedAt(bytes, source.end);
    if (destination === null) return false;
    tell(bytes, source.name, destination.end, direction, flow, context);
    return true;
  },
};

/** A name of the datagram service: not compressed. Null when there is none. */
function encodedAt(bytes: Uint8Array, at: number): { name: Name; end: number } | null {
  if (bytes[at] !== 32) return null;
  let end = at + 33;
  // The scope's labels (RFC 1001 §14.1), mostly none.
  while (end < bytes.length && bytes[end] !== 0) {
    if (bytes[end] > 63 || end - at > 255) return null;
    end += bytes[end] + 1;
  }
  if (end >= bytes.length) return null;
  const name = [String.fromCharCode(...bytes.subarray(at + 1, at + 33))];
  return decodeName(name) === null ? null : { name, end: end + 1 };
}

function tell(
  bytes: Uint8Array,
  source: Name,
  data: number,
  direction: Direction,
  flow: Flow,
  context: Context,
): void {
  const { statements } = stateOf(context);
  statements.from(flow, direction);
  // Who speaks, in its own words: a gateway that passes the datagram on has another address.
  const words = ipv4At(bytes, 4);
  if (!isHost(words)) return;
  const address = statements.address(words);
  const named = decodeName(source)!;
  const isComputer = named.suffix === 0x00 || named.suffix === 0x20;
  if (isComputer && isUsualName(named.name))
    statements.of(address, 'hostname', named.name, `NetBIOS datagram source ${suffixText(named.suffix)}`);
  const announcement = readAnnouncement(bytes, data);
  if (announcement !== null) announce(announcement, address, context);
}

function announce(announcement: Announcement, address: Address, context: Context): void {
  const { statements } = stateOf(context);
  const { name, comment, what } = announcement;
  if (what === 'domain') {
    // The name is the domain's here, and the sender its master browser.
    if (isUsualName(name)) statements.of(address, 'domain', name, 'NetBIOS domain announcement');
    return;
  }
  if (isUsualName(name)) statements.of(address, 'hostname', name, 'NetBIOS host announcement');
  const deviceClass = serverClass(announcement.serverType);
  if (deviceClass !== null)
    statements.of(address, 'device-class', deviceClass, 'NetBIOS host announcement (server type)');
  if (announcement.windows !== null)
    statements.of(address, 'os', announcement.windows, 'NetBIOS host announcement (OS version)');
  // The comment is free text, of which only a program's own is told.
  const software = plainText(/^Samba \d[\w.+~:-]*/.exec(comment)?.[0] ?? '');
  if (software !== null) statements.of(address, 'software', software, 'NetBIOS host announcement (comment)');
}
