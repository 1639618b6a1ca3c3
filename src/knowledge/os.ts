/**
 * Families of operating systems, to tell whether two statements contradict each other or only differ in how much they
 * say: `Windows` and `Windows 10 build 19045` agree. The first row that matches counts.
 */
export interface OsFamilyRow {
  readonly family: string;
  readonly pattern: RegExp;
  readonly source: string;
  readonly example: string;
}

export const OS_FAMILIES: readonly OsFamilyRow[] = [
  {
    family: 'windows',
    pattern: /\bwindows\b|\bMSFT\b|\bWin(?:32|64|NT|CE)\b/i,
    source: 'MS-SMB §2.2.4.6.2 (NativeOS); DHCP vendor class MSFT 5.0 (MS-DHCPE §2.2.3)',
    example: 'Windows 10 build 19045',
  },
  {
    family: 'android',
    pattern: /\bandroid\b/i,
    source: 'Android DhcpClient.java, vendor class android-dhcp-<release>',
    example: 'Android 14',
  },
  {
    family: 'cisco',
    pattern: /\bcisco\b|\bIOS[- ]XE\b|\bNX-OS\b/i,
    source: 'sysDescr of Cisco IOS, IOS XE and NX-OS (Cisco MIB documentation)',
    example: 'Cisco IOS Software, C2960 Software',
  },
  {
    family: 'apple',
    pattern: /\bmac ?os\b|\bos x\b|\bi(?:pad|phone )?os\b|\bdarwin\b|\btvos\b|\bwatchos\b/i,
    source: 'Apple Technical Note on the User-Agent of WebKit; uname of Darwin',
    example: 'macOS 14.5',
  },
  {
    family: 'linux',
    pattern:
      /\blinux\b|\bubuntu\b|\bdebian\b|\braspbian\b|\bcentos\b|\bred ?hat\b|\brhel\b|\bfedora\b|\bsuse\b|\bsles\b|\balpine\b|\brocky\b|\balmalinux\b|\bopenwrt\b/i,
    source: 'os-release(5): NAME of the distributions',
    example: 'Debian 12',
  },
  {
    family: 'bsd',
    pattern: /\b(?:free|open|net|dragonfly)bsd\b|\bBSD\b|\bpfsense\b|\bopnsense\b|\btruenas\b/i,
    source: 'uname(1) of the BSDs',
    example: 'FreeBSD 13.2',
  },
  {
    family: 'solaris',
    pattern: /\bsolaris\b|\bSunOS\b/i,
    source: 'uname(1) of Solaris',
    example: 'SunOS 5.10',
  },
  { family: 'esxi', pattern: /\bESXi?\b/i, source: 'sysDescr of VMware ESXi', example: 'VMware ESXi 7.0.3' },
  {
    family: 'vxworks',
    pattern: /\bvxworks\b/i,
    source: 'sysDescr of VxWorks agents',
    example: 'VxWorks 6.9',
  },
  { family: 'qnx', pattern: /\bqnx\b/i, source: 'uname(1) of QNX Neutrino', example: 'QNX 6.5.0' },
  { family: 'junos', pattern: /\bjunos\b/i, source: 'sysDescr of Junos', example: 'JUNOS 20.4R3' },
];

/** The family a statement names; '' where no row knows it. */
export function osFamily(text: string): string {
  return OS_FAMILIES.find(({ pattern }) => pattern.test(text))?.family ?? '';
}
