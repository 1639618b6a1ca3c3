import type { AllowedService } from '../trackers/policy.ts';

const PORTS = /^(tcp|udp)\/(\d{1,5})(?:-(\d{1,5}))?$/;
const PROTOCOL = /^[a-z][a-z0-9-]*$/;

/**
 * `dicom`, `tcp/104`, `tcp/8000-8010`, or both: `dicom tcp/104`. null when the text is none of them. Whether there is
 * such a protocol is not looked at.
 */
export function parseService(text: string): AllowedService | null {
  const words = text.trim().split(/\s+/);
  const protocol = PROTOCOL.test(words[0]) && !PORTS.test(words[0]) ? words[0] : null;
  const rest = protocol === null ? words : words.slice(1);
  if (rest.length > 1) return null;
  if (rest.length === 0) return { protocol, ports: null };
  const match = PORTS.exec(rest[0]);
  if (match === null) return null;
  const from = Number(match[2]);
  const to = Number(match[3] ?? match[2]);
  if (from > to || to > 65_535) return null;
  return { protocol, ports: { transport: match[1] as 'tcp' | 'udp', from, to } };
}

/** Words that people use for what is not recognised by what it says, with the port they mean. */
export const PORTS_MEANT: Readonly<Record<string, string>> = {
  ntp: 'udp/123',
  syslog: 'udp/514',
  https: 'tcp/443',
  ldaps: 'tcp/636',
  nfs: 'tcp/2049',
  mssql: 'tcp/1433',
  mysql: 'tcp/3306',
  oracle: 'tcp/1521',
  postgres: 'tcp/5432',
  vnc: 'tcp/5900',
  lpd: 'tcp/515',
  jetdirect: 'tcp/9100',
};
