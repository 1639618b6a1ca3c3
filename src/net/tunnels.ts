import { u16, word } from './bytes.ts';
import {
  ETHERTYPE_ARP,
  ETHERTYPE_BACKBONE,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
  ETHERTYPE_PPPOE_SESSION,
  ETHERTYPE_SERVICE_VLAN,
  ETHERTYPE_TRANSPARENT_BRIDGING,
  ETHERTYPE_VLAN,
  ethertypeName,
  FIRST_ETHERTYPE,
} from './numbers.ts';

/**
 * What a tunnel over UDP looks like. A port is never proof: each function looks at the tunnel's own header
 * and at what it carries, and answers the offset of the packet inside, or -1 when this is something else,
 * so that an ordinary datagram on such a port stays one. `end` is where the captured bytes end, `wireEnd`
 * where those of the wire do. Ethernet inside may be longer than its datagram, as sensors that mirror only
 * the front of a packet leave it; IP inside may not.
 */

const NOT_A_TUNNEL = -1;

/** An IP header stands here, as far as its own fields tell. */
function looksLikeIp(bytes: Uint8Array, at: number, end: number): boolean {
  return looksLikeIpv4(bytes, at, end) || looksLikeIpv6(bytes, at, end);
}

export function looksLikeIpv4(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 20 || bytes[at] >> 4 !== 4) return false;
  const header = (bytes[at] & 15) << 2;
  const total = u16(bytes, at + 2);
  return header >= 20 && (total >= header || total === 0);
}

export function looksLikeIpv6(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 40 && bytes[at] >> 4 === 6;
}

/** An IP header stands here, and its packet ends where, or before, the bytes on the wire do. */
export function ipFits(bytes: Uint8Array, at: number, end: number, wireEnd: number): boolean {
  if (looksLikeIpv4(bytes, at, end)) return at + u16(bytes, at + 2) <= wireEnd;
  return looksLikeIpv6(bytes, at, end) && at + 40 + u16(bytes, at + 4) <= wireEnd;
}

/** An Ethernet header stands here: a type we know, and IP behind it where the type says so. */
export function looksLikeEthernet(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 14) return false;
  const type = u16(bytes, at + 12);
  switch (type) {
    case ETHERTYPE_IPV4:
      return looksLikeIpv4(bytes, at + 14, end);
    case ETHERTYPE_IPV6:
      return looksLikeIpv6(bytes, at + 14, end);
    case ETHERTYPE_ARP:
    case ETHERTYPE_VLAN:
    case ETHERTYPE_SERVICE_VLAN:
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST:
    case ETHERTYPE_PPPOE_SESSION:
    case ETHERTYPE_BACKBONE:
      return true;
    default:
      if (type >= FIRST_ETHERTYPE) return ethertypeName(type) !== undefined;
      // An 802.3 length: the LLC header behind it must be one of those in use, unnumbered information.
      return type >= 3 && end - at >= 17 && isLlc(bytes[at + 14], bytes[at + 15], bytes[at + 16]);
  }
}

/** SNAP, spanning tree, NetBIOS, IS-IS, IPX. */
function isLlc(dsap: number, ssap: number, control: number): boolean {
  if (dsap !== ssap || control !== 3) return false;
  return dsap === 0xaa || dsap === 0x42 || dsap === 0xf0 || dsap === 0xfe || dsap === 0xe0;
}

/** RFC 7348. The reserved fields are to be ignored, and group policy writes into them. */
export function vxlanInner(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8 + 14 || (bytes[at] & 0x08) === 0) return NOT_A_TUNNEL;
  return looksLikeEthernet(bytes, at + 8, end) ? at + 8 : NOT_A_TUNNEL;
}

/**
 * draft-ietf-nvo3-vxlan-gpe: version 0 and the instance bit set; 1 IPv4, 2 IPv6, 3 Ethernet, 4 NSH. The bit that
 * says the next protocol is stated is not always set by those who state it.
 */
export function vxlanGpeInner(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8 || (bytes[at] & 0x38) !== 0x08) return NOT_A_TUNNEL;
  const inner = at + 8;
  switch (bytes[at + 3]) {
    case 1:
      return looksLikeIpv4(bytes, inner, end) ? inner : NOT_A_TUNNEL;
    case 2:
      return looksLikeIpv6(bytes, inner, end) ? inner : NOT_A_TUNNEL;
    case 3:
      return looksLikeEthernet(bytes, inner, end) ? inner : NOT_A_TUNNEL;
    case 4:
      return end - inner >= 8 && (bytes[inner] & 0xc0) === 0 ? inner : NOT_A_TUNNEL;
    default:
      return NOT_A_TUNNEL;
  }
}

/** RFC 8926: version 0, options counted in words; `protocol` is at offset 2. */
export function geneveInner(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8 || bytes[at] >> 6 !== 0) return NOT_A_TUNNEL;
  const inner = at + 8 + ((bytes[at] & 0x3f) << 2);
  switch (u16(bytes, at + 2)) {
    case ETHERTYPE_TRANSPARENT_BRIDGING:
      return looksLikeEthernet(bytes, inner, end) ? inner : NOT_A_TUNNEL;
    case ETHERTYPE_IPV4:
      return looksLikeIpv4(bytes, inner, end) ? inner : NOT_A_TUNNEL;
    case ETHERTYPE_IPV6:
      return looksLikeIpv6(bytes, inner, end) ? inner : NOT_A_TUNNEL;
    case ETHERTYPE_ARP:
      return end - inner >= 28 && u16(bytes, inner + 2) === ETHERTYPE_IPV4 ? inner : NOT_A_TUNNEL;
    default:
      return NOT_A_TUNNEL;
  }
}

/** Encapsulated protocol of a TZSP header: at offset 2; these are the two that carry data frames. */
export const TZSP_ETHERNET = 1;
export const TZSP_WLAN = 18;

/** TaZmen Sniffer Protocol: version 1, a received (0) or sent (1) packet, tagged fields up to the end tag. */
export function tzspInner(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 5 || bytes[at] !== 1 || bytes[at + 1] > 1) return NOT_A_TUNNEL;
  const protocol = u16(bytes, at + 2);
  let tag = at + 4;
  while (tag < end && bytes[tag] !== 1) {
    if (bytes[tag] === 0) tag++;
    else if (tag + 1 < end) tag += 2 + bytes[tag + 1];
    else return NOT_A_TUNNEL;
  }
  const inner = tag + 1;
  if (protocol === TZSP_ETHERNET) return looksLikeEthernet(bytes, inner, end) ? inner : NOT_A_TUNNEL;
  if (protocol === TZSP_WLAN) return end - inner >= 24 && (bytes[inner] & 3) === 0 ? inner : NOT_A_TUNNEL;
  return NOT_A_TUNNEL;
}

/** RFC 4380 §5.1.1: an authentication and an origin indication may stand before the IPv6 header. */
export function teredoInner(bytes: Uint8Array, at: number, end: number, wireEnd: number): number {
  let inner = at;
  if (end - inner >= 4 && u16(bytes, inner) === 1) {
    inner += 4 + bytes[inner + 2] + bytes[inner + 3] + 9;
  }
  if (end - inner >= 8 && u16(bytes, inner) === 0) inner += 8;
  return bytes[inner] >> 4 === 6 && ipFits(bytes, inner, end, wireEnd) ? inner : NOT_A_TUNNEL;
}

/** 3GPP TS 29.281 §5: version 1, a G-PDU, the optional fields and extension headers, then IP. */
export function gtpUserInner(bytes: Uint8Array, at: number, end: number, wireEnd: number): number {
  if (end - at < 8 || bytes[at] >> 4 !== 3 || bytes[at + 1] !== 0xff) return NOT_A_TUNNEL;
  let inner = at + 8;
  if ((bytes[at] & 7) !== 0) {
    inner += 4;
    if ((bytes[at] & 4) !== 0) {
      while (inner < end && bytes[inner - 1] !== 0) {
        if (bytes[inner] === 0) return NOT_A_TUNNEL;
        inner += bytes[inner] << 2;
      }
    }
  }
  // A header whose length is right may carry a packet that was cut before it was wrapped.
  if (at + 8 + u16(bytes, at + 2) === wireEnd && looksLikeIp(bytes, inner, end)) return inner;
  return ipFits(bytes, inner, end, wireEnd) ? inner : NOT_A_TUNNEL;
}

/** RFC 8086: a GRE header of version 0 without routing, and what it announces behind it. Answers `at` itself. */
export function greInUdpInner(bytes: Uint8Array, at: number, end: number, wireEnd: number): number {
  if (end - at < 4) return NOT_A_TUNNEL;
  const flags = u16(bytes, at);
  if ((flags & 0x4fff) !== 0) return NOT_A_TUNNEL;
  let inner = at + 4;
  if ((flags & 0x8000) !== 0) inner += 4;
  if ((flags & 0x2000) !== 0) inner += 4;
  if ((flags & 0x1000) !== 0) inner += 4;
  switch (u16(bytes, at + 2)) {
    case ETHERTYPE_IPV4:
    case ETHERTYPE_IPV6:
      return ipFits(bytes, inner, end, wireEnd) ? at : NOT_A_TUNNEL;
    case ETHERTYPE_TRANSPARENT_BRIDGING:
      return looksLikeEthernet(bytes, inner, end) ? at : NOT_A_TUNNEL;
    default:
      return NOT_A_TUNNEL;
  }
}

/** RFC 7510. The label stack stands at once behind the UDP header. */
export function mplsInUdpInner(bytes: Uint8Array, at: number, end: number, wireEnd: number): number {
  for (let label = 0; label < 8; label++) {
    const next = at + 4 * (label + 1);
    if (next > end) return NOT_A_TUNNEL;
    if ((bytes[next - 2] & 1) !== 0) return ipFits(bytes, next, end, wireEnd) ? at : NOT_A_TUNNEL;
  }
  return NOT_A_TUNNEL;
}

/** RFC 2661 §3.1, data messages of version 2, whose PPP frame carries IP. */
export function l2tpInner(bytes: Uint8Array, at: number, end: number, wireEnd: number): number {
  if (end - at < 8 || (bytes[at] & 0x80) !== 0 || (bytes[at + 1] & 15) !== 2) return NOT_A_TUNNEL;
  const flags = bytes[at];
  let inner = at + 6;
  if ((flags & 0x40) !== 0) inner += 2;
  if ((flags & 0x08) !== 0) inner += 4;
  if ((flags & 0x02) !== 0) {
    if (inner + 2 > end) return NOT_A_TUNNEL;
    inner += 2 + u16(bytes, inner);
  }
  let ppp = inner;
  if (ppp + 24 > end) return NOT_A_TUNNEL;
  if (bytes[ppp] === 0xff && bytes[ppp + 1] === 3) ppp += 2;
  if (bytes[ppp] === 0) ppp++;
  // IPv4 or IPv6; the version that follows must agree.
  if (bytes[ppp] !== (bytes[ppp + 1] >> 4 === 4 ? 0x21 : 0x57)) return NOT_A_TUNNEL;
  return ipFits(bytes, ppp + 1, end, wireEnd) ? inner : NOT_A_TUNNEL;
}

/** Anything In Anything (draft-massar-v6ops-ayiya): lengths in the first word, IPv6 or IPv4 behind the signature. */
export function ayiyaInner(bytes: Uint8Array, at: number, end: number, wireEnd: number): number {
  if (end - at < 8 || (bytes[at + 2] & 15) !== 1) return NOT_A_TUNNEL;
  const inner = at + 8 + (1 << (bytes[at] >> 4)) + ((bytes[at + 1] >> 4) << 2);
  if (bytes[at + 3] !== 41 && bytes[at + 3] !== 4) return NOT_A_TUNNEL;
  return ipFits(bytes, inner, end, wireEnd) ? inner : NOT_A_TUNNEL;
}

/**
 * RFC 5415 §4.3, data messages that are neither encrypted, fragments nor keep-alives: Ethernet, or 802.11 data
 * in clear as an access point hands it to its controller.
 */
export function capwapInner(bytes: Uint8Array, at: number, end: number): number {
  // One byte of version and type, five bits of header length in words, radio, binding, then the flags.
  if (end - at < 8 || bytes[at] !== 0) return NOT_A_TUNNEL;
  const inner = at + ((bytes[at + 1] >> 3) << 2);
  const flags = u16(bytes, at + 2);
  if (inner < at + 8 || (flags & 0x0088) !== 0) return NOT_A_TUNNEL;
  if ((flags & 0x0100) === 0) return looksLikeEthernet(bytes, inner, end) ? inner : NOT_A_TUNNEL;
  const binding = (flags >> 9) & 0x1f;
  if (binding !== 1) return NOT_A_TUNNEL;
  return capwapWlanSwapped(bytes, inner, end) >= 0 ? inner : NOT_A_TUNNEL;
}

/** How the 802.11 frame control of a CAPWAP message lies: 0 in order, 1 swapped, as Cisco's does; -1 for no data frame. */
export function capwapWlanSwapped(bytes: Uint8Array, at: number, end: number): number {
  for (let swapped = 0; swapped < 2; swapped++) {
    const control = bytes[at + swapped];
    const flags = bytes[at + 1 - swapped];
    // Data with a body. Its LLC header settles it.
    if ((control & 0x4f) !== 0x08 || (flags & 0x40) !== 0) continue;
    const body = at + 24 + ((flags & 3) === 3 ? 6 : 0) + ((control & 0x80) !== 0 ? 2 : 0);
    if (body + 8 <= end && word(bytes, body) >>> 8 === 0xaaaa03) return swapped;
  }
  return -1;
}

/** An MPLS pseudo-wire's control word (RFC 4385): first nibble 0, and Ethernet behind it. */
export function looksLikeControlWord(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && word(bytes, at) >>> 28 === 0 && looksLikeEthernet(bytes, at + 4, end);
}

/** The layers that `TunnelNames` knows; the number is the code that `TunnelNames.enter` wants. */
export const TUNNELS = [
  '',
  'gre',
  'erspan1',
  'erspan2',
  'erspan3',
  'vxlan',
  'vxlan-gpe',
  'geneve',
  'tzsp',
  'ipip',
  '6in4',
  'teredo',
  'gtp-u',
  'mpls',
  'l2tp',
  'nsh',
  'etherip',
  'ayiya',
  'pbb',
  'capwap',
  'srv6',
  'fabricpath',
] as const;

export type TunnelName = (typeof TUNNELS)[number];

export function tunnelCode(name: TunnelName): number {
  return TUNNELS.indexOf(name);
}

/**
 * The joined names of nested tunnels, each combination made once: a tree whose nodes are numbers. A network
 * has a handful; one that invents more than `MOST` keeps the name of the layers that were known.
 */
export class TunnelNames {
  static readonly MOST = 1024;
  static readonly ROOT = 0;
  /** The text of each node: `gre/erspan2`. */
  readonly text: string[] = [''];
  readonly #children = new Map<number, number>();

  /** The node for tunnel `code` inside `node`. */
  enter(node: number, code: number): number {
    const key = node * TUNNELS.length + code;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    if (this.text.length >= TunnelNames.MOST) return node;
    this.text.push(this.text[node] === '' ? TUNNELS[code] : `${this.text[node]}/${TUNNELS[code]}`);
    this.#children.set(key, this.text.length - 1);
    return this.text.length - 1;
  }
}
