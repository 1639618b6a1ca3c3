/** Telnet (RFC 854) and what hosts print before a login. Pure. */
import { isHostName } from '../../src/core/host-name.ts';

/** Commands (RFC 854, «TELNET COMMAND STRUCTURE»). */
export const IAC = 255;
const DONT = 254;
const WILL = 251;
const SB = 250;
const SE = 240;
/** The last option code of RFC 855 and its successors that anybody negotiates first (IANA, «Telnet Options»). */
const LAST_OPTION = 49;

/** Whether WILL, WONT, DO or DONT stands at the beginning; null while that is open. */
export function isNegotiation(bytes: Uint8Array): boolean | null {
  if (bytes.length > 0 && bytes[0] !== IAC) return false;
  if (bytes.length > 1 && (bytes[1] < WILL || bytes[1] > DONT)) return false;
  if (bytes.length > 2) return bytes[2] <= LAST_OPTION;
  return null;
}

/** Takes the commands out of a stream, byte by byte. */
export class CommandFilter {
  /** 0 text, 1 behind IAC, 2 behind a command with an option, 3 in a subnegotiation, 4 behind IAC in one. */
  #state = 0;

  /** Whether `byte` is text. */
  isText(byte: number): boolean {
    switch (this.#state) {
      case 0:
        if (byte !== IAC) return true;
        this.#state = 1;
        return false;
      case 1:
        this.#state = byte === SB ? 3 : byte >= WILL && byte <= DONT ? 2 : 0;
        // IAC twice is the byte itself.
        return byte === IAC;
      case 2:
        this.#state = 0;
        return false;
      case 3:
        if (byte === IAC) this.#state = 4;
        return false;
      default:
        this.#state = byte === SE ? 0 : 3;
        return false;
    }
  }
}

/** What a line says of the host; '' where it does not. */
export interface HostLine {
  readonly product: string;
  readonly os: string;
  readonly hostname: string;
  readonly vendor: string;
  readonly printer: boolean;
}

interface Row {
  /** Groups: `os`, `version`, `host`. */
  readonly pattern: RegExp;
  readonly product?: string;
  readonly os?: string;
  readonly vendor?: string;
  readonly printer?: true;
}

/** Lines that systems print before a login, as their issue files and manuals have them. */
const LINES: readonly Row[] = [
  { pattern: /^(?<os>(?:Debian|Raspbian) GNU\/Linux) (?<version>\d[\d.]*)(?: (?<host>\S+))?/ },
  { pattern: /^(?<os>Ubuntu) (?<version>\d[\d.]*)(?: LTS)?(?: (?<host>\S+))?\s*$/ },
  {
    pattern:
      /^(?<os>CentOS(?: Linux)?|Red Hat Enterprise Linux(?: Server)?|Fedora(?: Core)?|Rocky Linux|AlmaLinux) release (?<version>\d[\d.]*)/,
  },
  { pattern: /^Kernel \d[\w.-]* on an? \w+/, os: 'Linux' },
  { pattern: /^(?<os>FreeBSD|OpenBSD|NetBSD)\/\w+ \((?<host>[^)]+)\)/ },
  { pattern: /^(?<os>SunOS) (?<version>\d[\d.]*)\s*$/ },
  {
    pattern: /^Welcome to Microsoft Telnet (?:Service|Server)/,
    product: 'Microsoft Telnet Service',
    os: 'Windows',
  },
  { pattern: /^HP JetDirect\s*$/, product: 'HP JetDirect', vendor: 'HP', printer: true },
  { pattern: /^MikroTik v?(?<version>\d[\d.]*)/, os: 'RouterOS' },
  { pattern: /^VxWorks login: $/, os: 'VxWorks' },
  { pattern: /^(?<host>\S+) login: $/ },
];

/** Words that stand in a host's place and are none. */
const NO_HOST = new Set([
  'last',
  'user',
  'vxworks',
  'none',
  'username',
  'account',
  'telnet',
  'remote',
  'console',
]);

/** A line as it was printed, without its end; a prompt with the blank that follows it. */
export function readHostLine(line: string): HostLine | null {
  for (const { pattern, product = '', os = '', vendor = '', printer = false } of LINES) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const { os: system = os, version = '', host = '' } = found.groups ?? {};
    const hostname = isHostName(host) && !NO_HOST.has(host.toLowerCase()) ? host : '';
    return { product, os: version === '' ? system : `${system} ${version}`, hostname, vendor, printer };
  }
  return null;
}

/** Where a login is asked for; what follows is not the host's greeting any more. */
export function isPrompt(line: string): boolean {
  // `Last login:` is what comes after one.
  return (
    !/last login: ?$/i.test(line) && /(?:login|Login|Username|User Name|Password|password): ?$/.test(line)
  );
}

/** Where a password is asked for. */
export function isPasswordPrompt(line: string): boolean {
  return /(?:password|passcode):$/i.test(line);
}

/**
 * What a line behind a password says of it: refused, accepted, or nothing (null). A line that ends in a blank may be a
 * prompt, and is judged as such: a shell's is `$`, `#`, `%` or `>` and a blank.
 */
export function judgeLogin(line: string): boolean | null {
  if (/incorrect|invalid|denied|fail(?:ed|ure)|wrong|not allowed|try again/i.test(line)) return false;
  if (/^Last login\b|^Welcome\b|\blogged in\b|(?:\S[$#%>]|^[$#>]) $/.test(line)) return true;
  return null;
}
