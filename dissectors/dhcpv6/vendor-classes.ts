import type { Attribute } from '../../src/core/facts.ts';

/** What a vendor class (option 16) says of the client, where its maker has written down what it means. */
export interface VendorClass {
  /** IANA enterprise number that it must stand under. */
  readonly enterprise: number;
  readonly pattern: RegExp;
  /** Values; `$1`, … are the pattern's groups. */
  readonly says: Partial<Record<Attribute, string>>;
  /** One as it is on the wire, and what it must come to: the test of the row. */
  readonly example: string;
  readonly means: Partial<Record<Attribute, string>>;
  readonly source: string;
}

const MICROSOFT = 311;
const DHCPCD = 40712;

/** A row without a source is not added. */
export const VENDOR_CLASSES: readonly VendorClass[] = [
  {
    enterprise: MICROSOFT,
    // Not `MSFT 5.0 XBOX`, whose sender by the same section may or may not be one.
    pattern: /^MSFT 5\.0$/,
    says: { os: 'Windows' },
    example: 'MSFT 5.0',
    means: { os: 'Windows' },
    source: '[MS-DHCPE] §2.2.5, Vendor Class Option',
  },
  {
    enterprise: DHCPCD,
    pattern: /^dhcpcd-(\d[^:\s]*):([A-Z][A-Za-z]+)-([^:\s]+).*$/,
    says: { software: 'dhcpcd $1', os: '$2 $3' },
    example: 'dhcpcd-9.4.1:Linux-6.1.0-18-amd64:x86_64:GenuineIntel',
    means: { software: 'dhcpcd 9.4.1', os: 'Linux 6.1.0-18-amd64' },
    source:
      'dhcpcd.conf(5), vendorclassid: version, operating system, machine, platform; so sent by dhcpcd 9.4.1',
  },
];

/** What a vendor class says, attribute by attribute; nothing for those that are not known. */
export function meaningOf(enterprise: number, text: string): readonly (readonly [Attribute, string])[] {
  const row = VENDOR_CLASSES.find((one) => one.enterprise === enterprise && one.pattern.test(text));
  if (row === undefined) return [];
  return Object.entries(row.says).map(([attribute, template]) => [
    attribute as Attribute,
    text.replace(row.pattern, template),
  ]);
}
