/** SSH identification strings (RFC 4253 §4.2) as text → values. Pure. */

export interface Identification {
  /** `2.0`, `1.99`, `1.5`. */
  readonly protocol: string;
  /** softwareversion as it stands: `OpenSSH_9.2p1`. */
  readonly software: string;
  readonly product: string;
  /** '' when the software does not say. */
  readonly version: string;
  /** Operating system that the string names: `Debian 12`, `Ubuntu`, `Windows`; ''. */
  readonly os: string;
}

// SSH-protoversion-softwareversion SP comments; neither version has white space, and the first no minus sign.
const LINE = /^SSH-(\d\.\d{1,2})-([\x21-\x7e]{1,120})(?: (.*))?$/;
/** A name and a version with `_` or `-` between, as nearly everybody writes it. */
const SOFTWARE = /^([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z]+)*)[_-]v?(\d[\w.+]*)(?:[_-].*)?$/;

/** The line without its end; null when it is no identification string. */
export function readIdentification(line: string): Identification | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const [, protocol, software, comments = ''] = match;
  // The first SSH of all gives its version alone: `SSH-1.5-1.2.26`.
  if (/^\d[\d.]*$/.test(software)) return { protocol, software, product: '', version: software, os: '' };
  const parts = SOFTWARE.exec(software);
  return {
    protocol,
    software,
    product: (parts?.[1] ?? software).replaceAll('_', ' '),
    version: parts?.[2] ?? '',
    os: systemOf(software, comments),
  };
}

/** What distributions write behind OpenSSH's version, and software that is part of a system. */
function systemOf(software: string, comments: string): string {
  // Debian names the release in the version of a package that was updated in it: `+deb12u3`.
  const debian = /^(Debian|Raspbian)-[^ ]*?(?:[+~]deb(\d+)u\d+)?$/.exec(comments);
  // Ubuntu's packages were marked so before 2011: `Debian-5ubuntu1`.
  if (/^(?:Ubuntu-|Debian-[^ ]*ubuntu)/.test(comments)) return 'Ubuntu';
  if (debian !== null) return debian[2] === undefined ? debian[1] : `${debian[1]} ${debian[2]}`;
  if (comments.startsWith('FreeBSD-')) return 'FreeBSD';
  if (comments.startsWith('NetBSD')) return 'NetBSD';
  if (software.startsWith('OpenSSH_for_Windows')) return 'Windows';
  if (software.startsWith('Sun_SSH')) return 'Solaris';
  if (software === 'ROSSSH') return 'RouterOS';
  return '';
}
