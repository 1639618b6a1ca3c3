/** SMTP replies and commands (RFC 5321 §4.1, §4.2) as text → values. Pure. */
import { isHostName } from '../../src/core/host-name.ts';

/** What a greeting says of the server; '' where it does not. */
export interface Greeting {
  readonly product: string;
  readonly version: string;
  readonly hostname: string;
  readonly os: string;
}

interface Row {
  /** Of the greeting's text behind the domain. Groups: `version`, `os`. */
  readonly pattern: RegExp;
  readonly product: string;
  readonly os?: string;
}

/** Greetings as the programs' sources, manuals and captures have them. */
const GREETINGS: readonly Row[] = [
  { pattern: /^ESMTP Postfix(?: \((?<os>Debian|Ubuntu|Raspbian)[)/])?/, product: 'Postfix' },
  { pattern: /^ESMTP Exim (?<version>\d[\w.]*)(?: (?<os>Ubuntu))?/, product: 'Exim' },
  { pattern: /^ESMTP Sendmail (?:AIX[\d.]*\/)?(?<version>\d[\w.]*)/, product: 'Sendmail' },
  {
    pattern: /^Microsoft ESMTP MAIL Service, Version: (?<version>[\d.]+)/,
    product: 'Microsoft ESMTP MAIL Service',
    os: 'Windows',
  },
  { pattern: /^Microsoft ESMTP MAIL Service/, product: 'Microsoft ESMTP MAIL Service', os: 'Windows' },
  { pattern: /^ESMTP OpenSMTPD/, product: 'OpenSMTPD' },
  { pattern: /^ESMTP MDaemon (?<version>[\d.]+)/, product: 'MDaemon' },
  { pattern: /^ESMTP Haraka(?:\/(?<version>[\d.]+))?/, product: 'Haraka' },
  { pattern: /^ESMTP Service \((?:Lotus|IBM|HCL) Domino Release (?<version>[\w.]+)\)/, product: 'Domino' },
  { pattern: /^-- E-MailRelay V(?<version>[\w.]+)/, product: 'E-MailRelay' },
  { pattern: /^Kerio Connect (?<version>[\d.]+)/, product: 'Kerio Connect' },
  { pattern: /^ESMTP CommuniGate Pro (?<version>[\w.]+)/, product: 'CommuniGate Pro' },
];

/** The text of a 220 reply: a domain, then free text (RFC 5321 §4.2, §4.3.1). Free text is never repeated. */
export function readGreeting(text: string): Greeting {
  const match = /^(\S+)(?: +(.*))?$/.exec(text.trim());
  const host = match?.[1] ?? '';
  const rest = match?.[2] ?? '';
  const hostname = isHostName(host) && isDomain(host, rest) ? host : '';
  for (const { pattern, product, os = '' } of GREETINGS) {
    const found = pattern.exec(rest);
    if (found === null) continue;
    return { product, version: found.groups?.version ?? '', hostname, os: found.groups?.os ?? os };
  }
  return { product: '', version: '', hostname, os: '' };
}

/** Some begin with other words than their name: one without a dot counts before what only SMTP says. */
function isDomain(host: string, rest: string): boolean {
  return host.includes('.') || /^(?:Microsoft )?E?SMTP\b/.test(rest);
}

/** The client's name in EHLO or HELO (RFC 5321 §4.1.1.1); '' when it is an address literal or no name. */
export function readHello(line: string): string {
  const name = /^(?:EHLO|HELO) +(\S+)\s*$/i.exec(line)?.[1] ?? '';
  return isHostName(name) ? name : '';
}

/** Code and text of a reply's line; null when it is none. */
export function readReply(line: string): { code: number; text: string; last: boolean } | null {
  const match = /^([2-5]\d\d)([ -])(.*)$/.exec(line);
  return match === null ? null : { code: Number(match[1]), text: match[3], last: match[2] === ' ' };
}

/** Whether a server's `220` says by itself that it is SMTP: 1 yes, -1 no, 0 cannot be told. */
export function judgeGreeting(text: string): -1 | 0 | 1 {
  if (/\bE?SMTP\b|\bMAIL Service\b|\bE-MailRelay\b/.test(text)) return 1;
  if (/ftp|Service ready for new user/i.test(text)) return -1;
  return 0;
}

/** The mechanism of AUTH in capitals, and whether what it needs came with it (RFC 4954 §4); null when it is none. */
export function readAuthentication(line: string): { mechanism: string; initial: boolean } | null {
  const match = /^AUTH +([A-Z\d_-]{1,20})(?: +(\S+))?\s*$/i.exec(line);
  if (match === null) return null;
  return { mechanism: match[1].toUpperCase(), initial: match[2] !== undefined && match[2] !== '=' };
}
