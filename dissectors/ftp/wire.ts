/** FTP replies (RFC 959 §4.2) as text → values. Pure. */
import { isHostName } from '../../src/core/host-name.ts';

/** What a greeting says of the server; '' where it does not. */
export interface Greeting {
  readonly product: string;
  readonly version: string;
  readonly hostname: string;
  readonly os: string;
  readonly vendor: string;
  readonly model: string;
}

interface Row {
  /** Of the greeting's text. Groups: `version`, `host`, `os`, `vendor`, `model`. */
  readonly pattern: RegExp;
  readonly product: string;
  readonly os?: string;
}

/** Greetings as the programs' sources, manuals and captures have them. The first row that matches counts. */
const GREETINGS: readonly Row[] = [
  { pattern: /^\(vsFTPd (?<version>[\d.]+)\)/, product: 'vsFTPd' },
  { pattern: /^ProFTPD (?<version>\d[\w.]*) Server(?: \((?<os>Debian)\))?/, product: 'ProFTPD' },
  { pattern: /^ProFTPD Server/, product: 'ProFTPD' },
  { pattern: /^-+ Welcome to Pure-FTPd/, product: 'Pure-FTPd' },
  { pattern: /^FileZilla Server(?: version)? (?<version>\d[\d.]*)/, product: 'FileZilla Server' },
  { pattern: /^Microsoft FTP Service/, product: 'Microsoft FTP Service', os: 'Windows' },
  { pattern: /^(?<host>\S+) Microsoft FTP Service/, product: 'Microsoft FTP Service', os: 'Windows' },
  {
    pattern: /^(?<host>\S+) FTP server \(Version \S+\/OpenBSD\/Linux-ftpd-(?<version>[\d.]+)\)/,
    product: 'linux-ftpd',
    os: 'Linux',
  },
  { pattern: /^(?<host>\S+) FTP server \((?<os>NetBSD)-ftpd (?<version>\d+)\)/, product: 'NetBSD ftpd' },
  { pattern: /^(?<host>\S+) FTP server \(GNU inetutils (?<version>[\d.]+)\)/, product: 'GNU inetutils ftpd' },
  { pattern: /^(?<host>\S+) FTP server \(Version wu-(?<version>[\d.]+)/, product: 'wu-ftpd' },
  {
    pattern: /^VxWorks (?:FTP server )?\((?:VxWorks )?(?<version>[\d.]+)\)/,
    product: 'VxWorks FTP server',
    os: 'VxWorks',
  },
  { pattern: /^Serv-U FTP Server v(?<version>[\d.]+)/, product: 'Serv-U FTP Server' },
  { pattern: /^Titan FTP Server (?<version>[\d.]+)/, product: 'Titan FTP Server' },
  { pattern: /^Gene6 FTP Server v(?<version>[\d.]+)/, product: 'Gene6 FTP Server' },
  { pattern: /^pyftpdlib (?:based ftpd|(?<version>[\d.]+)) ready/, product: 'pyftpdlib' },
  { pattern: /^bftpd (?<version>[\d.]+)/, product: 'bftpd' },
  { pattern: /^JD FTP Server Ready/, product: 'HP Jetdirect' },
  {
    pattern:
      /^(?<vendor>RICOH|Lexmark|Xerox|Canon|EPSON|Brother|SHARP|KYOCERA) (?<model>[\w .+/-]{2,40}?) FTP (?:Print )?[Ss]erver/,
    product: '',
  },
  { pattern: /^(?<host>\S+) FTP [Ss]erver\b/, product: '' },
];

/** A reply's text as a greeting. Values are those of the rows and of their groups, never free text. */
export function readGreeting(text: string): Greeting {
  for (const { pattern, product, os = '' } of GREETINGS) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined && !pattern.test(text)) continue;
    const { version = '', host = '', vendor = '', model = '' } = groups ?? {};
    return { product, version, hostname: isHostName(host) ? host : '', os: groups?.os ?? os, vendor, model };
  }
  return { product: '', version: '', hostname: '', os: '', vendor: '', model: '' };
}

/** The system of a reply to SYST (RFC 959 §4.1.3); `UNIX Type: L8` is what everybody claims to be. */
export function systemOf(text: string): string {
  if (/^Windows_NT\b/.test(text)) return 'Windows';
  if (/^VxWorks\b/.test(text)) return 'VxWorks';
  return '';
}

/** Code and text of a reply's line; null when it is none, or in the middle of several. */
export function readReply(line: string): { code: number; text: string } | null {
  const match = /^([1-5]\d\d)[ -](.*)$/.exec(line);
  return match === null ? null : { code: Number(match[1]), text: match[2].trim() };
}

/** A USER command with a name for which any password does (RFC 1635 §2). */
export function isAnonymous(line: string): boolean {
  return /^USER +(?:anonymous|ftp)\s*$/i.test(line);
}

/** Whether a server's `220` says by itself that it is FTP: 1 yes, -1 no, 0 cannot be told. */
export function judgeGreeting(text: string): -1 | 0 | 1 {
  if (/\bE?SMTP\b|\bMAIL Service\b|\bE-MailRelay\b/i.test(text)) return -1;
  if (/ftp|Service ready for new user/i.test(text)) return 1;
  return 0;
}

/** Commands that FTP alone has (RFC 959 §4.1, RFC 2228 §3, RFC 2389 §3); POP3 too has USER, PASS, LIST and QUIT. */
const COMMANDS =
  /^(?:FEAT|SYST|OPTS |PASV|EPSV|PORT |EPRT |TYPE |PWD|XPWD|CWD |SITE |PBSZ |PROT |CLNT |AUTH (?:TLS|SSL))/i;
const SHARED = /^(?:USER |PASS |ACCT )/i;

/** Whether a client that sends these lines speaks FTP: 1 yes, -1 no, 0 cannot be told yet. */
export function judgeCommands(text: string): -1 | 0 | 1 {
  for (const line of text.split('\n')) {
    if (COMMANDS.test(line)) return 1;
    if (line !== '' && !SHARED.test(line) && line.length >= 5) return -1;
  }
  return 0;
}
