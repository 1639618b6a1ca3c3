/**
 * Builds of Windows, by the version that NTLM announces ([MS-NLMP] §2.2.2.10). Client and server editions share their
 * builds, so that a row names both. Samba announces 6.1 build 0, Linux its own version, other programs what they like:
 * what has no row is no system.
 */
export interface BuildRow {
  /** `major.minor.build`. */
  readonly version: string;
  readonly os: string;
  readonly source: string;
  /** The eight octets of the Version structure, in hexadecimal. */
  readonly example: string;
}

const LIFECYCLE = 'Microsoft Lifecycle, Windows';
const CLIENT10 = 'Microsoft Learn, Windows 10 release information';
const CLIENT11 = 'Microsoft Learn, Windows 11 release information';
const SERVER = 'Microsoft Learn, Windows Server release information';
const VERSIONS = 'Microsoft Learn, Operating System Version (Win32)';

export const BUILDS: readonly BuildRow[] = [
  row('5.1.2600', 'Windows XP', VERSIONS),
  row('5.2.3790', 'Windows Server 2003 / Windows XP x64', VERSIONS),
  row('6.0.6000', 'Windows Vista', VERSIONS),
  row('6.0.6001', 'Windows Vista SP1 / Server 2008', VERSIONS),
  row('6.0.6002', 'Windows Vista SP2 / Server 2008 SP2', VERSIONS),
  row('6.0.6003', 'Windows Server 2008 SP2', `${LIFECYCLE} Server 2008 (KB4489887 raises the build)`),
  // Not 6.1 build 7600, Windows 7 without service pack: Apple's clients announce it.
  row('6.1.7601', 'Windows 7 SP1 / Server 2008 R2 SP1', VERSIONS),
  row('6.2.9200', 'Windows 8 / Server 2012', VERSIONS),
  row('6.3.9600', 'Windows 8.1 / Server 2012 R2', VERSIONS),
  row('10.0.10240', 'Windows 10 1507', CLIENT10),
  row('10.0.10586', 'Windows 10 1511', CLIENT10),
  row('10.0.14393', 'Windows 10 1607 / Server 2016', `${CLIENT10}; ${SERVER}`),
  row('10.0.15063', 'Windows 10 1703', CLIENT10),
  row('10.0.16299', 'Windows 10 1709 / Server 1709', `${CLIENT10}; ${SERVER}`),
  row('10.0.17134', 'Windows 10 1803 / Server 1803', `${CLIENT10}; ${SERVER}`),
  row('10.0.17763', 'Windows 10 1809 / Server 2019', `${CLIENT10}; ${SERVER}`),
  // Later releases by enablement package keep announcing the build they were made from.
  row('10.0.18362', 'Windows 10 1903–1909 / Server 1903–1909', `${CLIENT10}; ${SERVER}`),
  row('10.0.18363', 'Windows 10 1909 / Server 1909', `${CLIENT10}; ${SERVER}`),
  row('10.0.19041', 'Windows 10 2004–22H2 / Server 2004–20H2', `${CLIENT10}; ${SERVER}`),
  row('10.0.19042', 'Windows 10 20H2 / Server 20H2', `${CLIENT10}; ${SERVER}`),
  row('10.0.19043', 'Windows 10 21H1', CLIENT10),
  row('10.0.19044', 'Windows 10 21H2', CLIENT10),
  row('10.0.19045', 'Windows 10 22H2', CLIENT10),
  row('10.0.20348', 'Windows Server 2022', SERVER),
  row('10.0.22000', 'Windows 11 21H2', CLIENT11),
  row('10.0.22621', 'Windows 11 22H2–23H2', CLIENT11),
  row('10.0.22631', 'Windows 11 23H2', CLIENT11),
  row('10.0.25398', 'Windows Server 23H2', SERVER),
  row('10.0.26100', 'Windows 11 24H2 / Server 2025', `${CLIENT11}; ${SERVER}`),
  row('10.0.26200', 'Windows 11 25H2', CLIENT11),
];

function row(version: string, os: string, source: string): BuildRow {
  const [major, minor, build] = version.split('.').map(Number);
  // NTLMSSP_REVISION_W2K3 is the last octet.
  const octets = [major, minor, build & 255, build >> 8, 0, 0, 0, 15];
  return {
    version,
    os,
    source,
    example: octets.map((octet) => octet.toString(16).padStart(2, '0')).join(''),
  };
}

const byVersion = new Map(BUILDS.map(({ version, os }) => [version, os]));

/** The system of a version, with the build that was announced; null when no row has it. */
export function windowsOf(major: number, minor: number, build: number): string | null {
  const os = byVersion.get(`${major}.${minor}.${build}`);
  return os === undefined ? null : `${os} (build ${build})`;
}
