/** What sysDescr says, where its form is known to say it (RFC 3418 §2 leaves it free text). */
import type { Attribute } from '../../src/core/facts.ts';

export interface DescriptionRow {
  readonly pattern: RegExp;
  /** `$1` is what the pattern's first group holds. */
  readonly tells: readonly (readonly [Attribute, string])[];
  /** Where the example was read. */
  readonly source: string;
  readonly example: string;
}

const fixture = (name: string): string => `LibreNMS, tests/snmpsim/${name}.snmprec`;
const FUSION = 'FusionInventory agent, t/agent/task/netdiscovery';

/** The first row that matches counts. Lengths are bounded by what is read of a value. */
export const DESCRIPTIONS: readonly DescriptionRow[] = [
  {
    pattern: /^Linux \S+ (\d+\.\d+\S*) #\d/,
    tells: [['os', 'Linux $1']],
    source: 'Net-SNMP, snmpd.conf(5): sysDescr is what uname(1) says',
    example: 'Linux pacs01 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64',
  },
  {
    pattern: /^Hardware: .{1,120} - Software: Windows (?:2000 )?Version \d+\.\d+ \(Build (\d+) /,
    tells: [['os', 'Windows build $1']],
    source:
      "Nmap, scripts/snmp-sysdescr and others' walks of Windows; the version stays 6.3 in Windows 10 and 11",
    example:
      'Hardware: Intel64 Family 6 Model 85 Stepping 7 AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build 17763 Multiprocessor Free)',
  },
  {
    pattern: /^Cisco IOS Software(?: \[\w+\]|, IOS-XE Software), .{1,120}?, Version ([^,\s]+)/,
    tells: [
      ['vendor', 'Cisco'],
      ['os', 'Cisco IOS XE $1'],
    ],
    source: 'OSS_SNMP, tests of Platform: Cisco',
    example:
      'Cisco IOS Software [Everest], Catalyst L3 Switch Software (CAT3K_CAA-UNIVERSALK9-M), Version 16.6.2, RELEASE SOFTWARE (fc2)',
  },
  {
    pattern: /^Cisco (?:IOS|Internetwork Operating System) Software\b.{1,160}?, Version ([^,\s]+)/,
    tells: [
      ['vendor', 'Cisco'],
      ['os', 'Cisco IOS $1'],
    ],
    source: 'GLPI, inventory tests: Cisco C2960',
    example:
      'Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(50)SE4, RELEASE SOFTWARE (fc1)',
  },
  {
    pattern: /^Cisco NX-OS\(tm\) [^,]{1,40}, Software \([^)]{1,40}\), Version ([^,\s]+)/,
    tells: [
      ['vendor', 'Cisco'],
      ['os', 'Cisco NX-OS $1'],
    ],
    source: fixture('nxos'),
    example:
      'Cisco NX-OS(tm) n5000, Software (n5000-uk9), Version 7.0(8)N1(1), RELEASE SOFTWARE Copyright (c) 2002-2012 by Cisco Systems, Inc.',
  },
  {
    pattern: /^HP ETHERNET MULTI-ENVIRONMENT,ROM [^,]+,JETDIRECT,\w+,EEPROM ([^,]+)/,
    tells: [
      ['vendor', 'HP'],
      ['device-class', 'printer'],
      ['software', 'JetDirect $1'],
    ],
    source: fixture('jetdirect'),
    example: 'HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD143,EEPROM V.43.92,CIDATE 07/22/2015',
  },
  {
    pattern: /^(?:HP|ProCurve) (?:J\d\w{3,4}|Stack)\b.{0,80}?, revision ([A-Z]+\.[\w.]+)/,
    tells: [
      ['vendor', 'HP'],
      ['device-class', 'switch'],
      ['software', '$1'],
    ],
    source: fixture('procurve'),
    example: 'HP Stack, revision KA.15.03.3004, ROM KA.15.05 (/sw/code/build/tam(KA_15_03))',
  },
  {
    pattern: /^Brother (NC-\w+), Firmware Ver\.([\w.]+)/,
    tells: [
      ['vendor', 'Brother'],
      ['device-class', 'printer'],
      ['software', '$1 $2'],
    ],
    source: fixture('brother'),
    example: 'Brother NC-8300h, Firmware Ver.1.14  (14.11.06),MID 8C5-F01,FID 2',
  },
  {
    pattern: /^RICOH (.{1,60}?) V?(\d+(?:\.\d+)+) \/ RICOH Network Printer\b/,
    tells: [
      ['vendor', 'Ricoh'],
      ['device-class', 'printer'],
      ['model', '$1'],
      ['software', '$2'],
    ],
    source: FUSION,
    example: 'RICOH Aficio AP3800C 1.12 / RICOH Network Printer C model / RICOH Network Scanner C model',
  },
  {
    pattern: /^KYOCERA Document Solutions Printing System$/,
    tells: [
      ['vendor', 'Kyocera'],
      ['device-class', 'printer'],
    ],
    source: 'OpenVAS, gb_kyocera_printer_snmp_detect',
    example: 'KYOCERA Document Solutions Printing System',
  },
  {
    pattern: /^Xerox ([^;]{1,60}); SS [\d.]+, NC /,
    tells: [
      ['vendor', 'Xerox'],
      ['device-class', 'printer'],
      ['model', '$1'],
    ],
    source: fixture('xerox'),
    example: 'Xerox AltaLink C8045; SS 100.002.057.09608, NC 100.002.09608, UI 100.002.09608, ME 063.022.000',
  },
  {
    pattern: /^VMware (ESXi?) (\d[\d.]*) build-(\d+) VMware, Inc\./,
    tells: [
      ['os', 'VMware $1 $2 build $3'],
      ['device-class', 'hypervisor'],
    ],
    source: fixture('vmware-esxi'),
    example: 'VMware ESXi 7.0.0 build-15843807 VMware, Inc. x86_64',
  },
  {
    // Model and serial number in it are the card's, or the whole device's: not told which.
    pattern: /^APC Web\/SNMP Management Card \(MB:\S+ PF:v([\d.]+) /,
    tells: [
      ['vendor', 'APC'],
      ['software', 'APC AOS $1'],
    ],
    source: 'snmpsim, documentation: apc-8932',
    example:
      'APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.7.2 PN:apc_hw05_aos_672.bin AF1:v6.7.2 AN1:apc_hw05_rpdu2g_672.bin MN:AP8932 HR:02 SN: 3F503A169043 MD:01/23/2019)',
  },
  {
    pattern: /^Juniper Networks, Inc\. (\S{1,40}) .{1,40}, kernel JUNOS ([^,\s]+)/,
    tells: [
      ['vendor', 'Juniper Networks'],
      ['model', '$1'],
      ['os', 'JUNOS $2'],
    ],
    source: 'OpenVAS, Junos SNMP detection',
    example: 'Juniper Networks, Inc. m320 internet router, kernel JUNOS 10.1R3.7 #0: 2010-07-10 05:44:37 UTC',
  },
  {
    pattern: /^ArubaOS Version ([\d.-]+)$/,
    tells: [
      ['vendor', 'Aruba'],
      ['os', 'ArubaOS $1'],
    ],
    source: fixture('arubaos'),
    example: 'ArubaOS Version 6.4.4.4-4.2.3.1',
  },
  {
    pattern: /^Palo Alto Networks (PA-\w+ series) firewall$/,
    tells: [
      ['vendor', 'Palo Alto Networks'],
      ['model', '$1'],
    ],
    source: fixture('panos'),
    example: 'Palo Alto Networks PA-3000 series firewall',
  },
  {
    pattern: /^; (AXIS [^;]{1,40}); [^;]{1,40}\bCamera; ([\d.]+);/,
    tells: [
      ['vendor', 'Axis'],
      ['device-class', 'camera'],
      ['model', '$1'],
      ['software', '$2'],
    ],
    source: fixture('axiscam'),
    example: '; AXIS P5534-E; PTZ Dome Network Camera; 5.40.9.2; May 15 2012 09:50; 188.1; 1;',
  },
];

/** What the words tell, as attribute and value; [] where no row knows them. */
export function describe(text: string): (readonly [Attribute, string])[] {
  for (const { pattern, tells } of DESCRIPTIONS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    return tells.map(([attribute, value]) => [
      attribute,
      value.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? ''),
    ]);
  }
  return [];
}
