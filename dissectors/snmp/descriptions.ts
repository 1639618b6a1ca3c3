import type { Attribute, DEVICE_CLASSES } from '../../src/core/facts.ts';
import { told } from '../../src/core/told.ts';

type Says = Partial<Record<Attribute, string>> & { 'device-class'?: (typeof DEVICE_CLASSES)[number] };

/** What a sysDescr says of the device, where its agent is known to write it so. */
export interface Description {
  readonly pattern: RegExp;
  /** Values; `$1`, … are the pattern's groups. */
  readonly says: Says;
  /** One as it is on the wire, and what it must come to: the test of the row. */
  readonly example: string;
  readonly means: Says;
  readonly source: string;
}

/** The first row that matches counts. A row without a source is not added. */
export const DESCRIPTIONS: readonly Description[] = [
  {
    pattern: /^Linux \S+ (\d+\.\d+[\w.+~-]*) /,
    says: { os: 'Linux $1' },
    example: 'Linux zzserver 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2 (2024-01-31) x86_64',
    means: { os: 'Linux 5.10.0-28-amd64' },
    source: 'net-snmp, snmpd.conf(5): sysDescr is what uname(1) says with -a',
  },
  {
    pattern: /^(FreeBSD|NetBSD|OpenBSD|Darwin|SunOS) \S+ (\d[\w.-]*)/,
    says: { os: '$1 $2' },
    example: 'FreeBSD zzserver 13.2-RELEASE FreeBSD 13.2-RELEASE GENERIC amd64',
    means: { os: 'FreeBSD 13.2-RELEASE' },
    source: 'net-snmp, snmpd.conf(5): sysDescr is what uname(1) says with -a',
  },
  {
    pattern: /^Hardware: .* - Software: Windows (?:2000 |NT |)Version (\d+\.\d+) \(Build (\d+)/,
    says: { os: 'Windows $1 (build $2)' },
    example:
      'Hardware: Intel64 Family 6 Model 85 Stepping 7 AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build 17763 Multiprocessor Free)',
    means: { os: 'Windows 6.3 (build 17763)' },
    source: 'Microsoft, SNMP service: the form of sysDescr in its documentation of MIB-II',
  },
  {
    pattern: /^Cisco (IOS|NX-OS)(?:\(tm\))? ?(?:XE )?Software[\s\S]*?, ?Version ([^,\s]+)/,
    says: { vendor: 'Cisco', software: 'Cisco $1 $2' },
    example:
      'Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE7, RELEASE SOFTWARE (fc1)',
    means: { vendor: 'Cisco', software: 'Cisco IOS 12.2(55)SE7' },
    source: 'Cisco, SNMP object navigator: sysDescr is the first line of `show version`',
  },
  {
    pattern: /^Juniper Networks, Inc\. (\S+) (?:internet router|ethernet switch|.*?), kernel JUNOS (\S+?),? /,
    says: { vendor: 'Juniper Networks', model: '$1', software: 'JUNOS $2' },
    example:
      'Juniper Networks, Inc. ex2200-24t-4g internet router, kernel JUNOS 10.1R1.8 #0: 2010-02-12 17:24:20 UTC',
    means: { vendor: 'Juniper Networks', model: 'ex2200-24t-4g', software: 'JUNOS 10.1R1.8' },
    source: 'Juniper, Network Management Administration Guide: sysDescr of the standard MIBs',
  },
  {
    pattern: /^HP ETHERNET MULTI-ENVIRONMENT(?:.*,PID:([^,]+))?/,
    says: { vendor: 'HP', model: '$1', 'device-class': 'printer' },
    example:
      'HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD149,EEPROM JSI24090012,CIDATE 09/10/2019,PID:HP LaserJet MFP M426fdn',
    means: { vendor: 'HP', model: 'HP LaserJet MFP M426fdn', 'device-class': 'printer' },
    source: 'HP Jetdirect Print Servers Administrator’s Guide, SNMP',
  },
  {
    pattern: /^Brother (NC-\S+), ?Firmware Ver\.([^\s,]+)/,
    says: { vendor: 'Brother', software: 'Brother $1 $2', 'device-class': 'printer' },
    example: 'Brother NC-8300w, Firmware Ver.1.05  (15.03.23),MID 8CE-D30,FID 2',
    means: { vendor: 'Brother', software: 'Brother NC-8300w 1.05', 'device-class': 'printer' },
    source: 'Brother, Network User’s Guide: print server model and firmware in sysDescr',
  },
  {
    pattern: /^VMware ESXi? (\d[\w.]*) build-(\d+)/,
    says: { vendor: 'VMware', os: 'VMware ESXi $1 build $2', 'device-class': 'hypervisor' },
    example: 'VMware ESXi 7.0.3 build-20328353 VMware, Inc. x86_64',
    means: { vendor: 'VMware', os: 'VMware ESXi 7.0.3 build 20328353', 'device-class': 'hypervisor' },
    source: 'VMware, VMWARE-SYSTEM-MIB and vSphere Monitoring and Performance, SNMP agent',
  },
  {
    pattern: /^RouterOS (\S+)/,
    says: { vendor: 'MikroTik', os: 'RouterOS', model: '$1' },
    example: 'RouterOS RB4011iGS+',
    means: { vendor: 'MikroTik', os: 'RouterOS', model: 'RB4011iGS+' },
    source: 'MikroTik, RouterOS manual, SNMP',
  },
];

/** What a sysDescr comes to; nothing for one that no row knows. */
export function describe(sysDescr: string): [Attribute, string][] {
  if (sysDescr.length > LONGEST) return [];
  for (const { pattern, says } of DESCRIPTIONS) {
    const match = pattern.exec(sysDescr);
    if (match === null) continue;
    return Object.entries(says).flatMap(([attribute, form]): [Attribute, string][] => {
      const value = told(form.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? ''));
      return value === '' ? [] : [[attribute as Attribute, value]];
    });
  }
  return [];
}

/** RFC 3418: a DisplayString of at most 255 characters; agents are known to go beyond. */
const LONGEST = 1024;
