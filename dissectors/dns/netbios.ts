import type { Name, Words } from './wire.ts';

/** A NetBIOS name (RFC 1001 §14): 15 characters and what kind of service has it. */
export interface NetbiosName {
  /** Without the padding. */
  readonly name: string;
  /** The sixteenth octet. */
  readonly suffix: number;
}

const A = 0x41;

/** First-level encoding (RFC 1001 §14.1): each half octet is a letter from A to P. Null when it is none. */
export function decodeName(name: Name): NetbiosName | null {
  const encoded = name[0];
  if (encoded === undefined || encoded.length !== 32) return null;
  let text = '';
  for (let at = 0; at < 32; at += 2) {
    const high = encoded.charCodeAt(at) - A;
    const low = encoded.charCodeAt(at + 1) - A;
    if (high < 0 || high > 15 || low < 0 || low > 15) return null;
    text += String.fromCharCode((high << 4) | low);
  }
  return { name: unpadded(text.slice(0, 15)), suffix: text.charCodeAt(15) };
}

/** Names are filled up with blanks; some with zeros. */
export function unpadded(text: string): string {
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trimEnd();
}

/** What Windows lets a computer or workgroup be called, in NetBIOS. */
const USUAL = /^[A-Za-z0-9!@#$%^&()'{}.~_-]+(?: [A-Za-z0-9!@#$%^&()'{}.~_-]+)*$/;
/** Names of services that stand where names of computers do. */
const SERVICES = /^(?:IS~|INet~Services|Forte_|IRIS|\*)/;

export function isUsualName(name: string): boolean {
  return USUAL.test(name) && !SERVICES.test(name) && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
}

/** What having a name says of a host. */
export interface SuffixRow {
  readonly suffix: number;
  readonly group: boolean;
  readonly attribute: 'hostname' | 'domain';
  /** The name's holder is a domain controller. */
  readonly controller?: true;
  readonly source: string;
  readonly example: string;
}

const NBTE = '[MS-NBTE] §1.8 and Microsoft Knowledge Base 163409, NetBIOS suffixes';

export const SUFFIXES: readonly SuffixRow[] = [
  {
    suffix: 0x00,
    group: false,
    attribute: 'hostname',
    source: `${NBTE}: workstation service`,
    example: 'PC-17',
  },
  {
    suffix: 0x20,
    group: false,
    attribute: 'hostname',
    source: `${NBTE}: file server service`,
    example: 'PC-17',
  },
  {
    suffix: 0x00,
    group: true,
    attribute: 'domain',
    source: `${NBTE}: domain or workgroup`,
    example: 'WORKGROUP',
  },
  {
    suffix: 0x1e,
    group: true,
    attribute: 'domain',
    source: `${NBTE}: browser elections`,
    example: 'WORKGROUP',
  },
  {
    suffix: 0x1d,
    group: false,
    attribute: 'domain',
    source: `${NBTE}: master browser`,
    example: 'WORKGROUP',
  },
  {
    suffix: 0x1b,
    group: false,
    attribute: 'domain',
    source: `${NBTE}: domain master browser`,
    example: 'HOSPITAL',
  },
  {
    suffix: 0x1c,
    group: true,
    attribute: 'domain',
    controller: true,
    source: `${NBTE}: domain controllers`,
    example: 'HOSPITAL',
  },
];

export function suffixText(suffix: number): string {
  return `<${suffix.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** An address as it stands in NetBIOS messages. */
export function ipv4At(bytes: Uint8Array, at: number): Words {
  const word = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  return { family: 4, words: [0, 0, 0xffff, word] };
}
