/** Numbers of the IEEE and IANA registries, and the words under which what carries no TCP or UDP is counted. */

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_TRANSPARENT_BRIDGING = 0x6558;
export const ETHERTYPE_VLAN = 0x8100;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_ERSPAN_3 = 0x22eb;
export const ETHERTYPE_PPP = 0x880b;
export const ETHERTYPE_MPLS = 0x8847;
export const ETHERTYPE_MPLS_MULTICAST = 0x8848;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;
export const ETHERTYPE_JUMBO_LLC = 0x8870;
export const ETHERTYPE_SERVICE_VLAN = 0x88a8;
export const ETHERTYPE_ERSPAN = 0x88be;
export const ETHERTYPE_MACSEC = 0x88e5;
export const ETHERTYPE_BACKBONE = 0x88e7;
export const ETHERTYPE_ARISTA_TIME = 0xd28b;
export const ETHERTYPE_FABRIC_PATH = 0x8903;
export const ETHERTYPE_CISCO_METADATA = 0x8909;
export const ETHERTYPE_VN_TAG = 0x8926;
export const ETHERTYPE_E_TAG = 0x893f;
export const ETHERTYPE_NSH = 0x894f;
export const ETHERTYPE_WCCP = 0x883e;

/** Below this the field behind the MAC addresses is an IEEE 802.3 length. */
export const FIRST_ETHERTYPE = 0x0600;

/** EtherTypes that are known to carry neither TCP nor UDP. */
const ETHERTYPE_NAMES = new Map<number, string>([
  [0x0842, 'wake-on-lan'],
  [0x2000, 'cdp'],
  [0x2001, 'nhrp'],
  [0x22ea, 'srp'],
  [0x22f0, 'avtp'],
  [0x22f3, 'trill'],
  [0x6002, 'decnet'],
  [0x6003, 'decnet'],
  [0x8035, 'rarp'],
  [0x809a, 'ieee802.15.4'],
  [0x809b, 'appletalk'],
  [0x80f3, 'aarp'],
  [0x8137, 'ipx'],
  [0x8138, 'ipx'],
  [0x8808, 'mac-control'],
  [0x8809, 'lacp'],
  [0x8863, 'pppoe-discovery'],
  [0x886f, 'nlb'],
  [0x887b, 'homeplug'],
  [0x888e, 'eapol'],
  [0x8892, 'profinet'],
  [0x8899, 'realtek'],
  [0x88a2, 'aoe'],
  [0x88a4, 'ethercat'],
  [0x88b8, 'goose'],
  [0x88b9, 'goose'],
  [0x88ba, 'sampled-values'],
  [0x88c7, 'eapol'],
  [0x88ca, 'tipc'],
  [0x88cc, 'lldp'],
  [0x88e1, 'homeplug'],
  [0x88e3, 'mrp'],
  [0x88f5, 'mvrp'],
  [0x88f7, 'ptp'],
  [0x88fb, 'prp'],
  [0x8902, 'cfm'],
  [0x8906, 'fcoe'],
  [0x8914, 'fcoe'],
  [0x892f, 'hsr'],
  [0x8947, 'geonetworking'],
  [0x9000, 'loopback'],
  [0xfefe, 'isis'],
]);

/** IP protocols that are known to carry neither TCP nor UDP. */
const PROTOCOL_NAMES = new Map<number, string>([
  [1, 'icmp'],
  [2, 'igmp'],
  [8, 'egp'],
  [9, 'igrp'],
  [33, 'dccp'],
  [46, 'rsvp'],
  [50, 'esp'],
  [58, 'icmpv6'],
  [59, 'ipv6-no-next-header'],
  [84, 'ttp'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [103, 'pim'],
  [108, 'ipcomp'],
  [112, 'vrrp'],
  [113, 'pgm'],
  [115, 'l2tpv3'],
  [124, 'isis'],
  [132, 'sctp'],
  [136, 'udp-lite'],
  [240, 'carp'],
]);

/** The word for a known EtherType without IP; undefined for one we do not know. */
export function ethertypeName(type: number): string | undefined {
  return ETHERTYPE_NAMES.get(type);
}

export function protocolName(protocol: number): string {
  return PROTOCOL_NAMES.get(protocol) ?? 'ip-other';
}

/** The word for what an IEEE 802.2 LLC header's DSAP names. */
export function llcName(dsap: number): string {
  switch (dsap) {
    case 0x42:
      return 'stp';
    case 0xe0:
    case 0xff:
      return 'ipx';
    case 0xf0:
      return 'netbeui';
    case 0xfe:
      return 'isis';
    default:
      return 'llc';
  }
}
