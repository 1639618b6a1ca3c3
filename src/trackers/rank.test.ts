import { describe, expect, test } from 'vitest';
import type { Attribute } from '../core/facts.ts';
import { rankOf, SOURCE_RANKS } from './rank.ts';

describe('ranks', () => {
  for (const row of SOURCE_RANKS)
    test(`${row.example}: ${row.why}`, () => {
      const attribute: Attribute = row.of?.[0] ?? 'vendor';
      expect(rankOf(attribute, row.example)).toBe(row.rank);
      expect(
        SOURCE_RANKS.find(
          ({ pattern, of }) => (of === undefined || of.includes(attribute)) && pattern.test(row.example),
        ),
      ).toBe(row);
    });

  /** Best first. */
  const orders: readonly [Attribute, readonly string[]][] = [
    [
      'hostname',
      [
        'LLDP system name',
        'SNMP sysName',
        'DHCP option 81 (client FQDN)',
        'NTLM computer name',
        'DHCP option 12 (host name)',
        'Kerberos machine account',
        'mDNS A',
        'NBNS name registration',
        'SSDP friendly name',
        'DNS A',
        'TLS certificate common name',
        'TLS SNI',
      ],
    ],
    [
      'os',
      [
        'LLDP-MED inventory: software revision',
        'CDP software version',
        'SNMP sysDescr',
        'NTLM version',
        'DHCP option 60 (vendor class identifier)',
        'SSH banner',
        'HTTP User-Agent',
        'DHCP option 55 (parameter request list)',
        'TLS JA4',
        'TCP SYN',
      ],
    ],
    [
      'vendor',
      [
        'DICOM (0008,0070) of a stored object',
        'IntelliVue system model',
        'HL7 OBX-18',
        'LLDP-MED inventory: manufacturer',
        'CDP platform',
        'SNMP sysDescr',
        'known product',
        'SNMP sysObjectID',
        'HTTP Server',
        'MAC vendor (OUI)',
      ],
    ],
  ];
  for (const [attribute, sources] of orders)
    test(`${attribute}: ${sources.join(' > ')}`, () => {
      const ranks = sources.map((source) => rankOf(attribute, source));
      expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => b - a));
    });
});
