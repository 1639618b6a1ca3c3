import type { Attribute, DEVICE_CLASSES } from '../../src/core/facts.ts';

/** What a vendor class identifier (option 60) says of the client, where its maker has written down what it means. */
export interface VendorClass {
  readonly pattern: RegExp;
  /** Values; `$1`, … are the pattern's groups. */
  readonly says: Partial<Record<Attribute, string>> & { 'device-class'?: (typeof DEVICE_CLASSES)[number] };
  /** One as it is on the wire, and what it must come to: the test of the row. */
  readonly example: string;
  readonly means: Partial<Record<Attribute, string>>;
  readonly source: string;
}

/** The first row that matches counts. A row without a source is not added. */
export const VENDOR_CLASSES: readonly VendorClass[] = [
  {
    // Not `MSFT 5.0 XBOX`, whose sender by the same section may or may not be one.
    pattern: /^MSFT (?:5\.0|98)$/,
    says: { os: 'Windows' },
    example: 'MSFT 5.0',
    means: { os: 'Windows' },
    source: '[MS-DHCPE] §2.2.3, Vendor Class Identifier Option',
  },
  {
    pattern: /^android-dhcp-(\d[\w.]*)$/,
    says: { os: 'Android $1' },
    example: 'android-dhcp-14',
    means: { os: 'Android 14' },
    source: 'Android Open Source Project, android.net.dhcp.DhcpPacket: the prefix and Build.VERSION.RELEASE',
  },
  {
    pattern: /^dhcpcd-(\d[^:\s]*):([A-Z][A-Za-z]+)-([^:\s]+).*$/,
    says: { software: 'dhcpcd $1', os: '$2 $3' },
    example: 'dhcpcd-5.5.6:NetBSD-6.99.5:i386:i386',
    means: { software: 'dhcpcd 5.5.6', os: 'NetBSD 6.99.5' },
    source: 'dhcpcd.conf(5), vendorclassid: version, operating system, machine, platform',
  },
  {
    pattern: /^dhcpcd[- ](\d[^:\s]*).*$/,
    says: { software: 'dhcpcd $1' },
    example: 'dhcpcd-5.5.6',
    means: { software: 'dhcpcd 5.5.6' },
    source: 'dhcpcd.conf(5), vendorclassid',
  },
  {
    pattern: /^udhcp (\d\S*)$/,
    says: { software: 'BusyBox udhcpc $1' },
    example: 'udhcp 1.35.0',
    means: { software: 'BusyBox udhcpc 1.35.0' },
    source: 'udhcpc(8), option -V: the default vendor identifier',
  },
  {
    pattern: /^Cisco Systems, Inc\. IP Phone (CP-\w+)$/,
    says: { vendor: 'Cisco', model: '$1', 'device-class': 'phone' },
    example: 'Cisco Systems, Inc. IP Phone CP-7940G',
    means: { vendor: 'Cisco', model: 'CP-7940G', 'device-class': 'phone' },
    source: 'Microsoft, "Configure DHCP Using Policy-based Assignment": its example of telephones',
  },
  {
    pattern: /^Cisco AP (c\d+)$/,
    says: { vendor: 'Cisco', model: 'AP $1', 'device-class': 'access-point' },
    example: 'Cisco AP c1240',
    means: { vendor: 'Cisco', model: 'AP c1240', 'device-class': 'access-point' },
    source: 'Cisco Aironet 1200 Series Access Point Hardware Installation Guide (OL-8370-04), table G-1',
  },
  {
    pattern: /^Airespace\.AP1200$/,
    says: { vendor: 'Cisco', model: 'Aironet 1000 series', 'device-class': 'access-point' },
    example: 'Airespace.AP1200',
    means: { vendor: 'Cisco', model: 'Aironet 1000 series', 'device-class': 'access-point' },
    source: 'Cisco Aironet 1200 Series Access Point Hardware Installation Guide (OL-8370-04), table G-1',
  },
  {
    pattern: /^Aruba(?:Instant)?AP$/,
    says: { vendor: 'Aruba', 'device-class': 'access-point' },
    example: 'ArubaInstantAP',
    means: { vendor: 'Aruba', 'device-class': 'access-point' },
    source: 'HPE Aruba Networking, "DHCP for APs", option 60 of campus and instant access points',
  },
  {
    pattern: /^Hewlett-Packard JetDirect$/,
    says: { vendor: 'Hewlett-Packard', 'device-class': 'printer' },
    example: 'Hewlett-Packard JetDirect',
    means: { vendor: 'Hewlett-Packard', 'device-class': 'printer' },
    source: 'Microsoft, "Configure DHCP Using Policy-based Assignment": its example of printers',
  },
];

/** What a vendor class says, attribute by attribute; nothing for those that are not known. */
export function meaningOf(vendorClass: string): readonly (readonly [Attribute, string])[] {
  const row = VENDOR_CLASSES.find(({ pattern }) => pattern.test(vendorClass));
  if (row === undefined) return [];
  return Object.entries(row.says).map(([attribute, template]) => [
    attribute as Attribute,
    vendorClass.replace(row.pattern, template),
  ]);
}
