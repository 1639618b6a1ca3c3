import type { Frame, FrameSink } from '../core/frame.ts';
import type { Micros } from '../core/time.ts';
import { mac48, u16, u16le, u32le, word } from './bytes.ts';
import { Duplicates } from './duplicates.ts';
import { type Datagram, Fragments } from './fragments.ts';
import * as N from './numbers.ts';
import { PROTO_TCP, PROTO_UDP, Segment, type SegmentSink } from './segment.ts';
import * as T from './tunnels.ts';
import * as W from './wlan.ts';

export interface NetOptions {
  /** Fragmented datagrams being put together at one time. */
  fragmentDatagrams?: number;
  /** Bytes of their buffers. */
  fragmentBytes?: number;
  /** Whether packets that a mirror port delivers twice are recognised and left out. */
  duplicates?: boolean;
}

/** Tunnels around one packet. More is a decoder bomb, not a network. */
const MAX_LAYERS = 8;
/** VLAN tags, MPLS labels or IPv6 extension headers in a row. */
const MAX_REPEATS = 16;
/** Kinds of `undecoded`, `nonTransport` that come from numbers in the input. */
const MAX_LINK_TYPES = 32;

/** Times outside 1970 … 2100 do not count for `first` and `last`: a damaged capture can name any time. */
const LATEST_SANE: Micros = 4_102_444_800_000_000;

const GRE = T.tunnelCode('gre');
const ERSPAN_1 = T.tunnelCode('erspan1');
const ERSPAN_2 = T.tunnelCode('erspan2');
const ERSPAN_3 = T.tunnelCode('erspan3');
const VXLAN = T.tunnelCode('vxlan');
const VXLAN_GPE = T.tunnelCode('vxlan-gpe');
const GENEVE = T.tunnelCode('geneve');
const TZSP = T.tunnelCode('tzsp');
const IPIP = T.tunnelCode('ipip');
const SIX_IN_FOUR = T.tunnelCode('6in4');
const TEREDO = T.tunnelCode('teredo');
const GTP_U = T.tunnelCode('gtp-u');
const MPLS = T.tunnelCode('mpls');
const L2TP = T.tunnelCode('l2tp');
const NSH = T.tunnelCode('nsh');
const ETHERIP = T.tunnelCode('etherip');
const AYIYA = T.tunnelCode('ayiya');
const PBB = T.tunnelCode('pbb');
const CAPWAP = T.tunnelCode('capwap');
const FABRIC_PATH = T.tunnelCode('fabricpath');
const SRV6 = T.tunnelCode('srv6');

const EMPTY = new Uint8Array(0);

/**
 * Takes frames apart: link layer, tunnels, IP, fragments, TCP and UDP headers, all in place. What is left is
 * handed on in one `Segment` that is filled again for every packet. Nothing is allocated for an ordinary
 * packet, and no checksum is looked at: offload makes them wrong in every capture taken on a host.
 *
 * Every frame is counted, and one that yields no segment is counted again: in `duplicates`, in
 * `nonTransport` (recognised, but neither TCP nor UDP), in `undecoded` by reason, or in `fragments`.
 */
export class Net implements FrameSink {
  packets = 0;
  /** Bytes on the wire and, of them, captured. */
  bytes = 0;
  capturedBytes = 0;
  /** Frames of which a part is missing: cut by the snap length, or shorter than their IP header says. */
  truncated = 0;
  /** Packets not passed on because the same packet was seen just before. */
  duplicates = 0;
  /** IP fragments, and the segments put together from them. */
  fragments = 0;
  reassembled = 0;
  /** Frames that yielded a segment, and the segments. */
  handedOn = 0;
  tcpSegments = 0;
  udpDatagrams = 0;
  /** Packets that lie in `undecoded`, all reasons. */
  undecodedPackets = 0;
  /** What could not be decoded, by a short stable word. */
  readonly undecoded = new Map<string, number>();
  /** What was recognised and carries neither TCP nor UDP: `arp`, `icmp`, `lldp`, … */
  readonly nonTransport = new Map<string, number>();
  /** Earliest and latest sane packet time; NaN before the first packet. */
  first: Micros = Number.NaN;
  last: Micros = Number.NaN;

  readonly #sink: SegmentSink;
  readonly #segment = new Segment();
  readonly #duplicates: Duplicates | null;
  readonly #fragments: Fragments;
  readonly #names = new T.TunnelNames();
  readonly #words: [number, number, number, number] = [0, 0, 0, 0];

  // The packet at hand. The captured bytes end at `#end`, those of the wire at `#wireEnd`, both as offsets in
  // `#bytes`; each header that knows its length draws them closer.
  #bytes: Uint8Array = EMPTY;
  #end = 0;
  #wireEnd = 0;
  /** Tunnels entered, and the node of their joined names. */
  #layers = 0;
  #tunnel = 0;
  /** IP identification of the innermost packet (of a datagram for a reassembled one), 0 for none. */
  #id = 0;
  /** The frame at hand was counted in `truncated`. */
  #cut = false;

  constructor(sink: SegmentSink, options: NetOptions = {}) {
    this.#sink = sink;
    this.#duplicates = options.duplicates === false ? null : new Duplicates();
    this.#fragments = new Fragments({
      datagrams: options.fragmentDatagrams ?? 1024,
      bytes: options.fragmentBytes ?? 8 << 20,
    });
  }

  /** Fragments that overlapped others. The bytes that came first are kept. */
  get fragmentOverlaps(): number {
    return this.#fragments.overlaps;
  }

  /** Fragments given up because there were too many. */
  get fragmentsEvicted(): number {
    return this.#fragments.overLimit;
  }

  /** Fragments that never became a datagram: worthless, timed out, or over the limits. */
  get fragmentsDropped(): number {
    return this.#fragments.malformed + this.#fragments.timedOut + this.#fragments.overLimit;
  }

  frame(frame: Frame): void {
    const bytes = frame.bytes;
    const at = frame.offset;
    const time = frame.time;
    let captured = frame.captured;
    if (captured > bytes.length - at) captured = bytes.length - at;
    const wire = frame.wire > captured ? frame.wire : captured;
    this.packets++;
    this.bytes += wire;
    this.capturedBytes += captured;
    if (time >= 0 && time <= LATEST_SANE) {
      // Written so that the NaN of the beginning loses.
      if (!(time >= this.first)) this.first = time;
      if (!(time <= this.last)) this.last = time;
    }
    this.#bytes = bytes;
    this.#end = at + captured;
    this.#wireEnd = at + wire;
    this.#layers = 0;
    this.#tunnel = 0;
    this.#id = 0;
    this.#cut = wire > captured;
    if (this.#cut) this.truncated++;
    const segment = this.#segment;
    segment.time = time;
    segment.vlan0 = -1;
    segment.vlan1 = -1;
    segment.srcMac = -1;
    segment.dstMac = -1;
    segment.tunnel = '';
    segment.reassembled = false;
    if (frame.linkType === 1 ? this.#ethernet(at) : this.#link(frame.linkType, at, 0)) this.handedOn++;
  }

  /** The capture is over: fragments that still wait are given up and counted. */
  close(): void {
    this.#fragments.close();
    this.#countFragmentLosses();
  }

  // ── Link layers ────────────────────────────────────────────────────────────────────────────────────────

  #ethernet(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 14) return this.#lost('truncated-link');
    const segment = this.#segment;
    segment.dstMac = mac48(bytes, at);
    segment.srcMac = mac48(bytes, at + 6);
    const type = u16(bytes, at + 12);
    if (type === N.ETHERTYPE_IPV4) return this.#ipv4(at + 14);
    return this.#ethertype(type, at + 14);
  }

  /** What stands at `at` is of EtherType (or 802.3 length) `type`. Tags that only wrap are taken off in turn. */
  #ethertype(firstType: number, firstAt: number): boolean {
    const bytes = this.#bytes;
    let type = firstType;
    let at = firstAt;
    for (let tags = 0; tags <= MAX_REPEATS; tags++) {
      // Bytes of the tag, the next EtherType being its last two.
      let tag = 0;
      switch (type) {
        case N.ETHERTYPE_IPV4:
          return this.#ipv4(at);
        case N.ETHERTYPE_IPV6:
          return this.#ipv6(at);
        case N.ETHERTYPE_ARP:
          return this.#arp(at);
        case N.ETHERTYPE_VLAN:
        case N.ETHERTYPE_SERVICE_VLAN:
        case 0x9100:
        case 0x9200:
        case 0x9300:
          if (this.#end - at < 4) return this.#lost('truncated-link');
          this.#vlan(u16(bytes, at) & 0x0fff);
          tag = 4;
          break;
        case N.ETHERTYPE_VN_TAG:
          tag = 6;
          break;
        case N.ETHERTYPE_E_TAG:
          tag = 8;
          break;
        case N.ETHERTYPE_CISCO_METADATA:
          // Version 1, then the options' length in words; in practice one security group tag.
          if (this.#end - at < 2) return this.#lost('truncated-link');
          tag = 4 + (bytes[at + 1] << 2);
          break;
        case N.ETHERTYPE_ARISTA_TIME:
          // Subtype, version, and a time stamp of 48 bits, or of 64 in versions that end in 0x10.
          if (this.#end - at < 4) return this.#lost('truncated-link');
          tag = 6 + (bytes[at + 3] === 0x10 ? 8 : 6);
          break;
        case N.ETHERTYPE_PPP:
          return this.#ppp(at);
        case N.ETHERTYPE_MPLS:
        case N.ETHERTYPE_MPLS_MULTICAST:
          return this.#mpls(at);
        case N.ETHERTYPE_PPPOE_SESSION:
          return this.#pppoe(at);
        case N.ETHERTYPE_JUMBO_LLC:
          return this.#nest() && this.#llc(at);
        case N.ETHERTYPE_NSH:
          return this.#nsh(at);
        case N.ETHERTYPE_TRANSPARENT_BRIDGING:
          return this.#nest() && this.#ethernet(at);
        case N.ETHERTYPE_BACKBONE:
          // IEEE 802.1ah: the service tag, then the customer's frame.
          return this.#enterEthernet(PBB, at + 4);
        case N.ETHERTYPE_FABRIC_PATH:
          // Cisco's: two bytes of tag and time to live, then the frame as its host sent it.
          return this.#enterEthernet(FABRIC_PATH, at + 2);
        case N.ETHERTYPE_MACSEC:
          return this.#lost('macsec');
        default: {
          if (type < N.FIRST_ETHERTYPE) return this.#ieee8023(type, at);
          const name = N.ethertypeName(type);
          if (name === undefined) return this.#lost('ethertype');
          this.#sink.link?.(type, this.#segment, bytes, at, this.#end);
          return this.#other(name);
        }
      }
      if (this.#end - at < tag) return this.#lost('truncated-link');
      type = u16(bytes, at + tag - 2);
      at += tag;
    }
    return this.#lost('nesting');
  }

  #vlan(id: number): void {
    // Id 0 is a priority without a VLAN (IEEE 802.1Q §9.6).
    if (id === 0) return;
    const segment = this.#segment;
    if (segment.vlan0 < 0) segment.vlan0 = id;
    else if (segment.vlan1 < 0) segment.vlan1 = id;
  }

  #ieee8023(length: number, at: number): boolean {
    this.#limit(at + length);
    return this.#llc(at);
  }

  /** IEEE 802.2, with SNAP (RFC 1042) for what else travels behind it. */
  #llc(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 3) return this.#lost('truncated-link');
    const dsap = bytes[at];
    if (dsap === 0xaa && bytes[at + 1] === 0xaa && bytes[at + 2] === 3) {
      if (this.#end - at < 8) return this.#lost('truncated-link');
      const oui = (bytes[at + 3] << 16) | u16(bytes, at + 4);
      const type = u16(bytes, at + 6);
      if (oui === 0 || oui === 0x0000f8) {
        if (type < N.FIRST_ETHERTYPE) return this.#other('llc');
        return this.#ethertype(type, at + 8);
      }
      // IEEE 802.1 bridged Ethernet, with or without its checksum (RFC 2684 §5.2).
      if (oui === 0x0080c2 && (type === 1 || type === 7)) {
        return this.#nest() && this.#ethernet(at + 10);
      }
      this.#sink.link?.(oui * 65_536 + type, this.#segment, bytes, at + 8, this.#end);
      if (oui === 0x00000c) return this.#other(type === 0x2000 ? 'cdp' : 'cisco');
      return this.#other('snap');
    }
    // SAP 6 is IP itself.
    if (dsap === 6 && bytes[at + 1] === 6 && bytes[at + 2] === 3) return this.#ip(at + 3);
    return this.#other(N.llcName(dsap));
  }

  /** Everything but plain Ethernet. `within` counts headers that name another link type behind them. */
  #link(linkType: number, at: number, within: number): boolean {
    const bytes = this.#bytes;
    const left = this.#end - at;
    switch (linkType) {
      case 0:
      case 108:
        return this.#null(at);
      case 1:
        return this.#ethernet(at);
      case 6:
        return this.#tokenRing(at);
      case 8:
        // SLIP: a direction and 15 bytes of compressed header before the packet.
        return this.#ip(at + 16);
      case 9:
        return this.#ppp(at);
      case 10:
        return this.#fddi(at);
      case 12:
      case 14:
      case 101:
        return this.#ip(at);
      case 50:
      case 104:
        return this.#hdlc(at);
      case 51:
        return this.#pppoe(at);
      case 100:
        return this.#llc(at);
      case 105:
        return this.#wlan(at, 0);
      case 107:
        return this.#frameRelay(at);
      case 113:
        return this.#linuxCooked(at);
      case 119: {
        const avs = W.avsLength(bytes, at, this.#end);
        const length = avs >= 0 ? avs : W.prismLength(bytes, at, this.#end);
        return length < 0 ? this.#lost('truncated-link') : this.#wlan(at + length, 0);
      }
      case 127:
        return this.#radiotap(at);
      case 138:
        // Apple IP over IEEE 1394: two 8-byte addresses and an EtherType.
        if (left < 18) return this.#lost('truncated-link');
        return this.#ethertype(u16(bytes, at + 16), at + 18);
      case 149:
      case 258:
        return this.#pktap(at, within);
      case 163: {
        const length = W.avsLength(bytes, at, this.#end);
        return length < 0 ? this.#lost('truncated-link') : this.#wlan(at + length, 0);
      }
      case 178:
        return this.#juniper(at);
      case 192:
        return this.#ppi(at, within);
      case 204:
        return this.#ppp(at + 1);
      case 219:
        return this.#mpls(at);
      case 226:
        // Solaris ipnet.
        return this.#ip(at + 24);
      case 228:
        return this.#ipv4(at);
      case 229:
        return this.#ipv6(at);
      case 239:
        return this.#nflog(at);
      case 240:
        // netANALYZER: four bytes of its own, and the frame check sequence at the end.
        return this.#ethernet(at + 4);
      case 242:
        // IP over InfiniBand: the global routing header's 40 bytes, then RFC 4391's four.
        if (left < 44) return this.#lost('truncated-link');
        return this.#ethertype(u16(bytes, at + 40), at + 44);
      case 253:
        return this.#other('netlink');
      case 276:
        return this.#linuxCooked2(at);
      case 281:
      case 284:
        return this.#switchTag(at, 4);
      case 282:
        return this.#ethernet(at + 4);
      case 285:
        return this.#switchTag(at, 8);
      default:
        return this.#unknownLink(linkType);
    }
  }

  /** Ethernet with a switch chip's own tag of `length` bytes between the addresses and the EtherType. */
  #switchTag(at: number, length: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 14 + length) return this.#lost('truncated-link');
    const segment = this.#segment;
    segment.dstMac = mac48(bytes, at);
    segment.srcMac = mac48(bytes, at + 6);
    return this.#ethertype(u16(bytes, at + 12 + length), at + 14 + length);
  }

  /** BSD loopback: the address family in the writer's byte order; the numbers for IPv6 differ by system. */
  #null(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 4) return this.#lost('truncated-link');
    const little = u32le(bytes, at);
    const family = little > 0xffff ? word(bytes, at) >>> 0 : little;
    switch (family) {
      case 2:
        return this.#ipv4(at + 4);
      case 10:
      case 24:
      case 28:
      case 30:
        return this.#ipv6(at + 4);
      case 7:
        return this.#other('isis');
      default:
        // Some writers put an EtherType here.
        if (family >= N.FIRST_ETHERTYPE && family <= 0xffff) return this.#ethertype(family, at + 4);
        // Others write nonsense before a sound packet.
        if (T.ipFits(bytes, at + 4, this.#end, this.#wireEnd)) return this.#ip(at + 4);
        return this.#lost('address-family');
    }
  }

  #tokenRing(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 17) return this.#lost('truncated-link');
    // Frame type 01 is LLC; the first bit of the source address announces routing information.
    if ((bytes[at + 1] & 0xc0) !== 0x40) return this.#other('token-ring-mac');
    const segment = this.#segment;
    segment.dstMac = mac48(bytes, at + 2);
    segment.srcMac = mac48(bytes, at + 8) % 0x8000_0000_0000;
    const routed = (bytes[at + 8] & 0x80) !== 0;
    return this.#llc(at + 14 + (routed ? bytes[at + 14] & 0x1f : 0));
  }

  #fddi(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 16) return this.#lost('truncated-link');
    if ((bytes[at] & 0x38) !== 0x10) return this.#other('fddi-mac');
    const segment = this.#segment;
    segment.dstMac = mac48(bytes, at + 1);
    segment.srcMac = mac48(bytes, at + 7);
    return this.#llc(at + 13);
  }

  /** RFC 1661 and 1662: address and control may be left out, the protocol's first byte as well. */
  #ppp(from: number): boolean {
    const bytes = this.#bytes;
    let at = from;
    if (this.#end - at < 4) return this.#lost('truncated-link');
    if (bytes[at] === 0xff && bytes[at + 1] === 3) at += 2;
    let protocol = bytes[at++];
    if ((protocol & 1) === 0) protocol = (protocol << 8) | bytes[at++];
    switch (protocol) {
      case 0x0021:
        return this.#ipv4(at);
      case 0x0057:
        return this.#ipv6(at);
      case 0x0281:
      case 0x0283:
        return this.#mpls(at);
      case 0x0053:
      case 0x00fb:
      case 0x00fd:
        // Encrypted or compressed.
        return this.#lost('ppp-compressed');
      default:
        return this.#other('ppp');
    }
  }

  /** PPP in HDLC framing or Cisco's HDLC: the address byte tells. */
  #hdlc(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 4) return this.#lost('truncated-link');
    if (bytes[at] !== 0x0f && bytes[at] !== 0x8f) return this.#ppp(at);
    const type = u16(bytes, at + 2);
    if (type === 0x8035) return this.#other('slarp');
    if (type === 0xfefe) return this.#other('isis');
    return this.#ethertype(type, at + 4);
  }

  #pppoe(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 6) return this.#lost('truncated-link');
    if (bytes[at] !== 0x11 || bytes[at + 1] !== 0) return this.#other('pppoe-discovery');
    this.#limit(at + 6 + u16(bytes, at + 4));
    return this.#ppp(at + 6);
  }

  /** RFC 2427 over a two-byte address. */
  #frameRelay(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 4) return this.#lost('truncated-link');
    let nlpid = at + 2;
    // The first address byte has its last bit clear, the last one set.
    while (nlpid < at + 4 && (bytes[nlpid - 1] & 1) === 0) nlpid++;
    if (bytes[nlpid] !== 3) {
      // Cisco's own: an EtherType behind the address.
      if (nlpid + 2 > this.#end) return this.#lost('truncated-link');
      return this.#ethertype(u16(bytes, nlpid), nlpid + 2);
    }
    nlpid++;
    if (nlpid < this.#end && bytes[nlpid] === 0) nlpid++;
    if (nlpid >= this.#end) return this.#lost('truncated-link');
    switch (bytes[nlpid]) {
      case 0xcc:
        return this.#ipv4(nlpid + 1);
      case 0x8e:
        return this.#ipv6(nlpid + 1);
      case 0x80: {
        if (this.#end - nlpid < 6) return this.#lost('truncated-link');
        const oui = (bytes[nlpid + 1] << 16) | u16(bytes, nlpid + 2);
        if (oui === 0) return this.#ethertype(u16(bytes, nlpid + 4), nlpid + 6);
        if (oui === 0x0080c2 && (u16(bytes, nlpid + 4) & ~6) === 1) return this.#ethernet(nlpid + 6);
        return this.#other('snap');
      }
      default:
        return this.#other('frame-relay');
    }
  }

  /** LINKTYPE_LINUX_SLL: hardware type, address and EtherType, of the one end that is not this host. */
  #linuxCooked(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 16) return this.#lost('truncated-link');
    if (u16(bytes, at + 4) === 6) this.#segment.srcMac = mac48(bytes, at + 6);
    return this.#cooked(u16(bytes, at + 2), u16(bytes, at + 14), at + 16);
  }

  #linuxCooked2(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 20) return this.#lost('truncated-link');
    if (bytes[at + 11] === 6) this.#segment.srcMac = mac48(bytes, at + 12);
    return this.#cooked(u16(bytes, at + 8), u16(bytes, at), at + 20);
  }

  #cooked(hardware: number, protocol: number, at: number): boolean {
    if (hardware === 803) return this.#radiotap(at);
    if (hardware === 824) return this.#other('netlink');
    if (hardware === 802) return this.#wlan(at, 0);
    if (protocol === 4) return this.#llc(at);
    if (protocol === 1) return this.#other('ipx');
    if (protocol < N.FIRST_ETHERTYPE) return this.#other('linux-cooked');
    return this.#ethertype(protocol, at);
  }

  #radiotap(at: number): boolean {
    const bytes = this.#bytes;
    const length = W.radiotapLength(bytes, at, this.#end);
    if (length < 0) return this.#lost('truncated-link');
    const flags = W.radiotapFlags(bytes, at, length);
    if ((flags & W.RADIOTAP_BAD_FCS) !== 0) return this.#lost('802.11-bad-fcs');
    if ((flags & W.RADIOTAP_FCS) !== 0) this.#limit(this.#wireEnd - 4);
    return this.#wlan(at + length, flags);
  }

  /** IEEE 802.11 data frames, one or (A-MSDU) several packets each. `swapped`: 1 when frame control is. */
  #wlan(at: number, radiotapFlags: number, swapped = 0): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 2) return this.#lost('truncated-link');
    const control = bytes[at + swapped];
    const flags = bytes[at + 1 - swapped];
    if ((control & 3) !== 0) return this.#other('802.11-extension');
    switch ((control >> 2) & 3) {
      case 0:
        return this.#other('802.11-management');
      case 1:
        return this.#other('802.11-control');
      case 3:
        return this.#other('802.11-extension');
    }
    const subtype = control >> 4;
    if ((subtype & 4) !== 0) return this.#other('802.11-null');
    const wds = (flags & 3) === 3;
    const qosAt = at + (wds ? 30 : 24);
    const qos = (subtype & 8) !== 0;
    let header = (wds ? 30 : 24) + (qos ? 2 : 0);
    // With QoS the order bit announces an HT control field.
    if (qos && (flags & 0x80) !== 0) header += 4;
    if ((radiotapFlags & W.RADIOTAP_PADDED) !== 0) header = (header + 3) & ~3;
    const body = at + header;
    if (body + 8 > this.#end) return this.#lost('truncated-link');
    // A capture decrypted by its driver may keep the bit: believe it only where no LLC header shows.
    if ((flags & 0x40) !== 0 && (word(bytes, body) | 0) !== (0xaaaa0300 | 0))
      return this.#lost('802.11-protected');
    if ((bytes[at + 22] & 15) !== 0) return this.#lost('802.11-fragment');
    const segment = this.#segment;
    segment.dstMac = mac48(bytes, (flags & 1) !== 0 ? at + 16 : at + 4);
    segment.srcMac = mac48(bytes, wds ? at + 24 : (flags & 2) !== 0 ? at + 16 : at + 10);
    if (qos && (bytes[qosAt] & 0x80) !== 0) return this.#aggregate(body);
    return this.#llc(body);
  }

  /** A-MSDU subframes: destination, source, length, then LLC, each padded to four bytes but the last. */
  #aggregate(from: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    const wireEnd = this.#wireEnd;
    const segment = this.#segment;
    let at = from;
    let handedOn = false;
    while (end - at >= 17) {
      const length = u16(bytes, at + 12);
      this.#bytes = bytes;
      this.#end = end;
      this.#wireEnd = wireEnd;
      this.#layers = 0;
      this.#tunnel = 0;
      this.#id = 0;
      segment.vlan0 = -1;
      segment.vlan1 = -1;
      segment.tunnel = '';
      segment.reassembled = false;
      segment.dstMac = mac48(bytes, at);
      segment.srcMac = mac48(bytes, at + 6);
      this.#limit(at + 14 + length);
      if (this.#llc(at + 14)) handedOn = true;
      at += (14 + length + 3) & ~3;
    }
    return handedOn;
  }

  /** Junos before Ethernet: «MGC», flags, and with the first flag an extension of stated length. */
  #juniper(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 6 || word(bytes, at) >>> 8 !== 0x4d4743) return this.#lost('truncated-link');
    const flags = bytes[at + 3];
    const header = (flags & 0x80) !== 0 ? 6 + u16(bytes, at + 4) : 4;
    // The second flag: the link header was left out, and what follows is of a kind we cannot tell.
    if ((flags & 0x02) !== 0) return this.#lost('juniper');
    return this.#ethernet(at + header);
  }

  /** Per-Packet Information: its own length and the link type behind it, both little-endian. */
  #ppi(at: number, within: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 8) return this.#lost('truncated-link');
    const length = u16le(bytes, at + 2);
    if (length < 8 || length > this.#end - at) return this.#lost('truncated-link');
    if (within > 0) return this.#lost('nesting');
    return this.#link(u32le(bytes, at + 4), at + length, within + 1);
  }

  /** Apple's PKTAP: length, record type and link type, little-endian; type 1 is a packet. */
  #pktap(at: number, within: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 12) return this.#lost('truncated-link');
    const length = u32le(bytes, at);
    if (length < 12 || length > this.#end - at) return this.#lost('truncated-link');
    if (within > 0) return this.#lost('nesting');
    if (u32le(bytes, at + 4) !== 1) return this.#other('pktap');
    return this.#link(u32le(bytes, at + 8), at + length, within + 1);
  }

  /** Netfilter log: fields of length, type and value; type 9 is the packet. Lengths in the writer's order. */
  #nflog(at: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    if (end - at < 8 || bytes[at + 1] !== 0) return this.#lost('truncated-link');
    let field = at + 4;
    const little = u16le(bytes, field) <= u16(bytes, field);
    for (let fields = 0; fields < 64 && field + 4 <= end; fields++) {
      const length = little ? u16le(bytes, field) : u16(bytes, field);
      const type = little ? u16le(bytes, field + 2) : u16(bytes, field + 2);
      if (length < 4) return this.#lost('truncated-link');
      if ((type & 0x3fff) === 9) return this.#ip(field + 4);
      field += (length + 3) & ~3;
    }
    return this.#other('nflog');
  }

  // ── Between link and IP ────────────────────────────────────────────────────────────────────────────────

  #mpls(from: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = from;
    for (let labels = 0; ; labels++) {
      if (end - at < 5) return this.#lost('truncated-link');
      if (labels >= MAX_REPEATS) return this.#lost('nesting');
      at += 4;
      if ((bytes[at - 2] & 1) !== 0) break;
    }
    // Nothing says what is behind the last label (RFC 4928): IP by its first nibble, else a pseudo-wire.
    if (T.looksLikeIpv4(bytes, at, end)) return this.#ipv4(at);
    if (T.looksLikeIpv6(bytes, at, end) && !T.looksLikeEthernet(bytes, at, end)) return this.#ipv6(at);
    if (T.looksLikeEthernet(bytes, at, end)) return this.#enterEthernet(MPLS, at);
    if (T.looksLikeControlWord(bytes, at, end)) return this.#enterEthernet(MPLS, at + 4);
    if (bytes[at] >> 4 === 1) return this.#other('mpls-oam');
    return this.#lost('mpls');
  }

  /** Network Service Header (RFC 8300): length in words, next protocol 1 IPv4, 2 IPv6, 3 Ethernet, 5 MPLS. */
  #nsh(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 8) return this.#lost('truncated-link');
    const length = (bytes[at + 1] & 0x3f) << 2;
    if (length < 8 || length > this.#end - at) return this.#lost('truncated-link');
    switch (bytes[at + 3]) {
      case 1:
        return this.#enterIp(NSH, at + length);
      case 2:
        return this.#enterIp(NSH, at + length);
      case 3:
        return this.#enterEthernet(NSH, at + length);
      case 5:
        return this.#enter(NSH) && this.#mpls(at + length);
      default:
        return this.#other('nsh');
    }
  }

  #arp(at: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end < at + 28 ? this.#end : at + 28;
    if (end - at < 8) return this.#lost('truncated-link');
    if (this.#duplicates?.link(this.#segment, bytes, at, end)) return this.#twice();
    // Ethernet (or IEEE 802) for IPv4, a request or a reply.
    const hardware = u16(bytes, at);
    const operation = u16(bytes, at + 6);
    if (
      end - at === 28 &&
      (hardware === 1 || hardware === 6) &&
      u16(bytes, at + 2) === N.ETHERTYPE_IPV4 &&
      u16(bytes, at + 4) === 0x0604 &&
      (operation === 1 || operation === 2)
    ) {
      this.#neighbour(4, 0, 0, 0xffff, word(bytes, at + 14), mac48(bytes, at + 8));
    }
    return this.#other('arp');
  }

  // ── Tunnels ────────────────────────────────────────────────────────────────────────────────────────────

  /** One more layer whose content may again be anything; false, and counted, when there are too many. */
  #nest(): boolean {
    return this.#layers++ < MAX_LAYERS || this.#lost('nesting');
  }

  /** Notes one more tunnel around the packet; false, and counted, when there are too many. */
  #enter(code: number): boolean {
    if (!this.#nest()) return false;
    this.#tunnel = this.#names.enter(this.#tunnel, code);
    const segment = this.#segment;
    segment.tunnel = this.#names.text[this.#tunnel];
    segment.srcMac = -1;
    segment.dstMac = -1;
    return true;
  }

  #enterEthernet(code: number, at: number): boolean {
    return this.#enter(code) && this.#ethernet(at);
  }

  #enterIp(code: number, at: number): boolean {
    return this.#enter(code) && this.#ip(at);
  }

  /** RFC 2784 and 2890 (version 0), RFC 1701's routing, RFC 2637's PPTP (version 1). */
  #gre(at: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    if (end - at < 4) return this.#lost('gre');
    const flags = u16(bytes, at);
    const type = u16(bytes, at + 2);
    const version = flags & 7;
    let inner = at + 4;
    if (version === 1) {
      if (type !== N.ETHERTYPE_PPP || (flags & 0x2000) === 0) return this.#lost('gre');
      inner += 4;
      if ((flags & 0x1000) !== 0) inner += 4;
      if ((flags & 0x0080) !== 0) inner += 4;
      if (inner > end) return this.#lost('gre');
      const payload = u16(bytes, at + 4);
      // An acknowledgement alone carries nothing.
      if (payload === 0) return this.#other('gre');
      this.#limit(inner + payload);
      return this.#enter(GRE) && this.#ppp(inner);
    }
    if (version !== 0) return this.#lost('gre');
    if ((flags & 0xc000) !== 0) inner += 4;
    if ((flags & 0x2000) !== 0) inner += 4;
    if ((flags & 0x1000) !== 0) inner += 4;
    if ((flags & 0x4000) !== 0) {
      // Source route entries: family, offset, length, address; an empty one ends them.
      for (let length = 1; length !== 0; ) {
        if (inner + 4 > end) return this.#lost('gre');
        length = bytes[inner + 3];
        if (length === 0 && u16(bytes, inner) !== 0) return this.#lost('gre');
        inner += 4 + length;
      }
    }
    if (inner > end) return this.#lost('gre');
    if (type === 0) return this.#other('gre');
    if (!this.#enter(GRE)) return false;
    switch (type) {
      case N.ETHERTYPE_ERSPAN:
        return this.#erspan((flags & 0x1000) !== 0 ? 2 : 1, inner);
      case N.ETHERTYPE_ERSPAN_3:
        return this.#erspan(3, inner);
      case N.ETHERTYPE_PPP:
        return this.#ppp(inner);
      case N.ETHERTYPE_WCCP:
        // Version 2 puts four bytes of its own before the redirected packet.
        return this.#ip(inner < end && bytes[inner] >> 4 === 4 ? inner : inner + 4);
      case 0x8200:
      case 0x8210:
      case 0x8220:
      case 0x8230:
      case 0x8240:
      case 0x8250:
      case 0x8260:
      case 0x8270:
      case 0x8300:
      case 0x8310:
      case 0x8320:
      case 0x8330:
      case 0x8340:
      case 0x8350:
      case 0x8360:
      case 0x8370:
      case 0x9000:
      case 0x9100:
      case 0x9110:
        // Aruba's access points.
        return this.#wlan(inner, 0);
      default:
        return this.#ethertype(type, inner);
    }
  }

  /** draft-foschiano-erspan: type I has no header, II eight bytes, III twelve and perhaps eight more. */
  #erspan(type: number, at: number): boolean {
    const bytes = this.#bytes;
    if (type === 1) return this.#enterEthernet(ERSPAN_1, at);
    if (type === 2) {
      if (this.#end - at < 8) return this.#lost('erspan');
      return this.#enterEthernet(ERSPAN_2, at + 8);
    }
    if (this.#end - at < 12) return this.#lost('erspan');
    // Frame type 0 is Ethernet, 2 IP; the last bit announces the platform's own eight bytes.
    const frameType = (bytes[at + 10] >> 2) & 0x1f;
    const inner = at + 12 + ((bytes[at + 11] & 1) !== 0 ? 8 : 0);
    if (frameType === 2) return this.#enterIp(ERSPAN_3, inner);
    if (frameType !== 0) return this.#lost('erspan');
    return this.#enterEthernet(ERSPAN_3, inner);
  }

  /** RFC 3378: version 3, then an Ethernet frame. */
  #etherIp(at: number): boolean {
    if (this.#end - at < 2 || this.#bytes[at] >> 4 !== 3) return this.#lost('etherip');
    return this.#enterEthernet(ETHERIP, at + 2);
  }

  /** Tries the tunnel that a UDP port suggests; null when the datagram is none. */
  #udpTunnel(port: number, at: number): boolean | null {
    const bytes = this.#bytes;
    const end = this.#end;
    let inner: number;
    switch (port) {
      case 4789:
      case 8472:
        inner = T.vxlanInner(bytes, at, end);
        return inner < 0 ? null : this.#enterEthernet(VXLAN, inner);
      case 4790:
        inner = T.vxlanGpeInner(bytes, at, end);
        if (inner < 0) return null;
        if (bytes[at + 3] === 3) return this.#enterEthernet(VXLAN_GPE, inner);
        if (bytes[at + 3] !== 4) return this.#enterIp(VXLAN_GPE, inner);
        return this.#enter(VXLAN_GPE) && this.#nsh(inner);
      case 6081:
        inner = T.geneveInner(bytes, at, end);
        if (inner < 0) return null;
        if (u16(bytes, at + 2) === N.ETHERTYPE_TRANSPARENT_BRIDGING)
          return this.#enterEthernet(GENEVE, inner);
        return this.#enter(GENEVE) && this.#ethertype(u16(bytes, at + 2), inner);
      case 37008:
        inner = T.tzspInner(bytes, at, end);
        if (inner < 0) return null;
        if (u16(bytes, at + 2) === T.TZSP_ETHERNET) return this.#enterEthernet(TZSP, inner);
        return this.#enter(TZSP) && this.#wlan(inner, 0);
      case 2152:
        inner = T.gtpUserInner(bytes, at, end, this.#wireEnd);
        return inner < 0 ? null : this.#enterIp(GTP_U, inner);
      case 3544:
        inner = T.teredoInner(bytes, at, end, this.#wireEnd);
        return inner < 0 ? null : this.#enterIp(TEREDO, inner);
      case 6635:
        inner = T.mplsInUdpInner(bytes, at, end, this.#wireEnd);
        return inner < 0 ? null : this.#enter(MPLS) && this.#mpls(inner);
      case 1701:
        inner = T.l2tpInner(bytes, at, end, this.#wireEnd);
        return inner < 0 ? null : this.#enter(L2TP) && this.#ppp(inner);
      case 4754:
        inner = T.greInUdpInner(bytes, at, end, this.#wireEnd);
        return inner < 0 ? null : this.#gre(inner);
      case 5247:
        inner = T.capwapInner(bytes, at, end);
        if (inner < 0) return null;
        if ((bytes[at + 2] & 1) === 0) return this.#enterEthernet(CAPWAP, inner);
        return this.#enter(CAPWAP) && this.#wlan(inner, 0, T.capwapWlanSwapped(bytes, inner, end));
      case 5072:
        inner = T.ayiyaInner(bytes, at, end, this.#wireEnd);
        return inner < 0 ? null : this.#enterIp(AYIYA, inner);
      default:
        return null;
    }
  }

  // ── IP ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** IP of either version, told by its first nibble. */
  #ip(at: number): boolean {
    if (this.#end <= at) return this.#lost('truncated-ip');
    const version = this.#bytes[at] >> 4;
    if (version === 4) return this.#ipv4(at);
    if (version === 6) return this.#ipv6(at);
    return this.#lost('ip-header');
  }

  #ipv4(at: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    if (end - at < 20) return this.#lost('truncated-ip');
    const first = bytes[at];
    const header = (first & 15) << 2;
    if (first >> 4 !== 4 || header < 20) return this.#lost('ip-header');
    const total = u16(bytes, at + 2);
    if (total >= header) this.#narrow(at + total);
    else if (total !== 0) return this.#lost('ip-length');
    // A total length of 0 is what a host's own capture shows of a packet over 65,535 bytes: it ends with the frame.
    if (at + header > this.#end) return this.#lost('truncated-ip');
    const segment = this.#segment;
    segment.family = 4;
    segment.src0 = 0;
    segment.src1 = 0;
    segment.src2 = 0xffff;
    segment.src3 = word(bytes, at + 12);
    segment.dst0 = 0;
    segment.dst1 = 0;
    segment.dst2 = 0xffff;
    segment.dst3 = word(bytes, at + 16);
    segment.ttl = bytes[at + 8];
    const protocol = bytes[at + 9];
    segment.proto = protocol;
    this.#id = u16(bytes, at + 4);
    const fragment = u16(bytes, at + 6);
    if ((fragment & 0x3fff) !== 0) {
      return this.#fragment(
        this.#id,
        protocol,
        (fragment & 0x1fff) << 3,
        (fragment & 0x2000) !== 0,
        at + header,
      );
    }
    if (protocol === PROTO_TCP) return this.#tcp(at + header);
    return this.#transport(protocol, at + header);
  }

  #ipv6(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 40) return this.#lost('truncated-ip');
    if (bytes[at] >> 4 !== 6) return this.#lost('ip-header');
    const segment = this.#segment;
    segment.family = 6;
    segment.src0 = word(bytes, at + 8);
    segment.src1 = word(bytes, at + 12);
    segment.src2 = word(bytes, at + 16);
    segment.src3 = word(bytes, at + 20);
    segment.dst0 = word(bytes, at + 24);
    segment.dst1 = word(bytes, at + 28);
    segment.dst2 = word(bytes, at + 32);
    segment.dst3 = word(bytes, at + 36);
    segment.ttl = bytes[at + 7];
    this.#id = 0;
    const next = bytes[at + 6];
    const payload = u16(bytes, at + 4);
    const body = at + 40;
    if (payload !== 0) this.#narrow(body + payload);
    else if (next === 0) this.#jumbo(body);
    // Otherwise, as with IPv4, 0 means «to the end of the frame».
    segment.proto = next;
    if (next === PROTO_TCP) return this.#tcp(body);
    return this.#transport(next, body);
  }

  /** RFC 2675: the true length stands in an option of the hop-by-hop header, and counts from `at`. */
  #jumbo(at: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    if (end - at < 8) return;
    const stop = Math.min(end, at + 8 + (bytes[at + 1] << 3));
    let option = at + 2;
    while (option + 1 < stop) {
      if (bytes[option] === 0) option++;
      else {
        if (bytes[option] === 0xc2 && bytes[option + 1] === 4 && option + 6 <= stop) {
          const length = word(bytes, option + 2) >>> 0;
          if (length > 65_535) this.#narrow(at + length);
          return;
        }
        option += 2 + bytes[option + 1];
      }
    }
  }

  #fragment(id: number, protocol: number, offset: number, more: boolean, at: number): boolean {
    this.fragments++;
    const segment = this.#segment;
    const length = this.#wireEnd - at;
    const extra = (offset << 1) | (more ? 1 : 0);
    if (this.#duplicates?.other(segment, this.#bytes, at, this.#end, id, length, extra)) return this.#twice();
    const fragments = this.#fragments;
    const bytes = this.#bytes;
    const captured = this.#end > at ? this.#end - at : 0;
    const datagram = fragments.add(segment, id, protocol, offset, more, bytes, at, length, captured);
    this.#countFragmentLosses();
    return datagram !== null && this.#whole(datagram);
  }

  /** A datagram is complete: it is decoded on as if it had come in one frame. */
  #whole(datagram: Datagram): boolean {
    const segment = this.#segment;
    this.reassembled++;
    segment.reassembled = true;
    segment.proto = datagram.protocol;
    this.#bytes = datagram.bytes;
    this.#end = Math.min(datagram.total, datagram.whole);
    this.#wireEnd = datagram.total;
    this.#id = datagram.id;
    const handedOn = this.#transport(datagram.protocol, 0);
    this.#fragments.release(datagram);
    return handedOn;
  }

  #fragmentsLost = 0;

  /** Fragments that were given up since the last call become `undecoded`. */
  #countFragmentLosses(): void {
    const dropped = this.fragmentsDropped;
    if (dropped === this.#fragmentsLost) return;
    const { malformed, timedOut, overLimit } = this.#fragments;
    this.undecodedPackets += dropped - this.#fragmentsLost;
    this.#fragmentsLost = dropped;
    if (malformed > 0) this.undecoded.set('fragment-malformed', malformed);
    if (timedOut > 0) this.undecoded.set('fragment-incomplete', timedOut);
    if (overLimit > 0) this.undecoded.set('fragment-limit', overLimit);
  }

  /** What an IP header (or an extension header) says comes next. */
  #transport(firstProtocol: number, firstAt: number): boolean {
    const bytes = this.#bytes;
    let protocol = firstProtocol;
    let at = firstAt;
    for (let headers = 0; headers <= MAX_REPEATS; headers++) {
      switch (protocol) {
        case PROTO_TCP:
          this.#segment.proto = PROTO_TCP;
          return this.#tcp(at);
        case PROTO_UDP:
          this.#segment.proto = PROTO_UDP;
          return this.#udp(at);
        case 4:
          return this.#enterIp(IPIP, at);
        case 41:
          return this.#enterIp(SIX_IN_FOUR, at);
        case 47:
          return this.#gre(at);
        case 97:
          return this.#etherIp(at);
        case 137:
          return this.#enter(MPLS) && this.#mpls(at);
        case 143:
          // RFC 8986: an Ethernet frame in SRv6.
          return this.#enterEthernet(SRV6, at);
        case 0:
        case 43:
        case 60:
        case 135:
        case 139:
        case 140: {
          if (this.#segment.family !== 6) return this.#notTransport(protocol, at);
          // Next header, then the length in units of eight bytes beyond the first eight.
          if (this.#end - at < 8) return this.#lost('truncated-ip');
          protocol = bytes[at];
          at += 8 + (bytes[at + 1] << 3);
          break;
        }
        case 51:
          // The authentication header counts in words, less two (RFC 4302).
          if (this.#end - at < 12) return this.#lost('truncated-ip');
          protocol = bytes[at];
          at += (bytes[at + 1] + 2) << 2;
          break;
        case 44: {
          if (this.#segment.family !== 6) return this.#notTransport(protocol, at);
          if (this.#end - at < 8) return this.#lost('truncated-ip');
          const next = bytes[at];
          const field = u16(bytes, at + 2);
          // An atomic fragment (RFC 6946) is a whole packet.
          if ((field & 0xfff9) !== 0) {
            const id = word(bytes, at + 4);
            this.#id = id;
            return this.#fragment(id, next, field & 0xfff8, (field & 1) !== 0, at + 8);
          }
          this.#id = word(bytes, at + 4);
          protocol = next;
          at += 8;
          break;
        }
        default:
          return this.#notTransport(protocol, at);
      }
      if (at > this.#wireEnd) return this.#lost('ip-length');
      if (at > this.#end) return this.#lost('truncated-ip');
    }
    return this.#lost('nesting');
  }

  #notTransport(protocol: number, at: number): boolean {
    const segment = this.#segment;
    segment.proto = protocol;
    const length = this.#wireEnd - at;
    if (this.#duplicates?.other(segment, this.#bytes, at, this.#end, this.#id, length, 0))
      return this.#twice();
    if (protocol === 58 && segment.family === 6) this.#neighbourDiscovery(at);
    return this.#other(N.protocolName(protocol));
  }

  // ── TCP and UDP ────────────────────────────────────────────────────────────────────────────────────────

  #tcp(at: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    if (end - at < 20) return this.#lost(this.#wireEnd - at < 20 ? 'tcp-header' : 'truncated-tcp');
    const header = (bytes[at + 12] >> 4) << 2;
    const payload = at + header;
    const wireEnd = this.#wireEnd;
    if (header < 20 || payload > wireEnd) return this.#lost('tcp-header');
    const segment = this.#segment;
    segment.srcPort = u16(bytes, at);
    segment.dstPort = u16(bytes, at + 2);
    segment.seq = word(bytes, at + 4) >>> 0;
    segment.ack = word(bytes, at + 8) >>> 0;
    segment.flags = bytes[at + 13];
    segment.window = u16(bytes, at + 14);
    segment.bytes = bytes;
    segment.optionsOffset = at + 20;
    segment.payloadWire = wireEnd - payload;
    if (payload <= end) {
      segment.optionsLength = header - 20;
      segment.payloadOffset = payload;
      segment.payloadLength = end - payload;
    } else {
      // The snap length cut the options: of the payload there is nothing.
      segment.optionsLength = end - at - 20;
      segment.payloadOffset = end;
      segment.payloadLength = 0;
    }
    if (this.#duplicates?.tcp(segment, at, this.#id, wireEnd - at)) return this.#twice();
    this.tcpSegments++;
    this.#sink.tcp(segment);
    return true;
  }

  #udp(at: number): boolean {
    const bytes = this.#bytes;
    if (this.#end - at < 8) return this.#lost(this.#wireEnd - at < 8 ? 'udp-header' : 'truncated-udp');
    // 0 stands in jumbograms (RFC 2675 §4) and in a host's own capture of oversized packets.
    const length = u16(bytes, at + 4);
    if (length < 8 && length !== 0) return this.#lost('udp-header');
    if (length !== 0) this.#limit(at + length);
    const srcPort = u16(bytes, at);
    const dstPort = u16(bytes, at + 2);
    const payload = at + 8;
    let tunnel = this.#udpTunnel(dstPort, payload);
    // Answers come from the well-known port in the tunnels that have a client.
    if (tunnel === null) tunnel = this.#udpTunnel(srcPort, payload);
    if (tunnel !== null) return tunnel;
    const segment = this.#segment;
    segment.srcPort = srcPort;
    segment.dstPort = dstPort;
    segment.seq = 0;
    segment.ack = 0;
    segment.flags = 0;
    segment.window = 0;
    segment.optionsOffset = payload;
    segment.optionsLength = 0;
    segment.bytes = bytes;
    segment.payloadOffset = payload;
    segment.payloadLength = this.#end - payload;
    segment.payloadWire = this.#wireEnd - payload;
    if (this.#duplicates?.udp(segment, at, this.#id, this.#wireEnd - at)) return this.#twice();
    this.udpDatagrams++;
    this.#sink.udp(segment);
    return true;
  }

  // ── Neighbours ─────────────────────────────────────────────────────────────────────────────────────────

  /** RFC 4861: who solicits or announces names its own link-layer address in an option. Hop limit 255 or a forgery. */
  #neighbourDiscovery(at: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    const segment = this.#segment;
    if (segment.ttl !== 255 || end - at < 8) return;
    const type = bytes[at];
    let option: number;
    // Router and neighbour solicitation and advertisement: source link-layer address 1, target's 2.
    if (type === 133) option = at + 8;
    else if (type === 134) option = at + 16;
    else if (type === 135 || type === 136) option = at + 24;
    else return;
    const wanted = type === 136 ? 2 : 1;
    while (option + 8 <= end) {
      const length = bytes[option + 1] << 3;
      if (length === 0) return;
      if (bytes[option] === wanted && length === 8) {
        const mac = mac48(bytes, option + 2);
        if (type === 136) {
          const target = at + 8;
          const w3 = word(bytes, target + 12);
          this.#neighbour(6, word(bytes, target), word(bytes, target + 4), word(bytes, target + 8), w3, mac);
        } else {
          this.#neighbour(6, segment.src0, segment.src1, segment.src2, segment.src3, mac);
        }
        return;
      }
      option += length;
    }
  }

  #neighbour(family: 4 | 6, w0: number, w1: number, w2: number, w3: number, mac: number): void {
    // Not an interface: the group bit of the first byte, or no address at all.
    if (mac === 0 || Math.floor(mac / 0x100_0000_0000) % 2 === 1) return;
    if (family === 4 ? w3 >>> 24 === 0 || w3 >>> 28 >= 14 : w0 >>> 24 === 0xff || (w0 | w1 | w2 | w3) === 0)
      return;
    const words = this.#words;
    words[0] = w0;
    words[1] = w1;
    words[2] = w2;
    words[3] = w3;
    this.#sink.neighbour?.(family, words, mac, this.#segment.time, this.#segment.vlan0);
  }

  // ── Lengths and counts ─────────────────────────────────────────────────────────────────────────────────

  /** An IP header says its packet ends at `end`, perhaps beyond what the frame holds: then the rest is missing. */
  #narrow(end: number): void {
    if (end > this.#wireEnd && !this.#cut) {
      this.#cut = true;
      this.truncated++;
    }
    this.#wireEnd = end;
    if (end < this.#end) this.#end = end;
  }

  /** A header of a lower or higher layer says its content ends at `end`; one that says too much is not believed. */
  #limit(end: number): void {
    if (end < this.#wireEnd) this.#wireEnd = end;
    if (end < this.#end) this.#end = end;
  }

  #other(kind: string): boolean {
    this.nonTransport.set(kind, (this.nonTransport.get(kind) ?? 0) + 1);
    return false;
  }

  #lost(reason: string): boolean {
    this.undecodedPackets++;
    this.undecoded.set(reason, (this.undecoded.get(reason) ?? 0) + 1);
    return false;
  }

  #twice(): boolean {
    this.duplicates++;
    return false;
  }

  #unknownLink(linkType: number): boolean {
    const reason = `link-type-${linkType}`;
    if (this.undecoded.has(reason) || this.#unknownLinks++ < MAX_LINK_TYPES) return this.#lost(reason);
    return this.#lost('link-type-other');
  }

  #unknownLinks = 0;
}
