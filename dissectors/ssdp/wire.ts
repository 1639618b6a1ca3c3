/**
 * SSDP messages (UPnP Device Architecture 2.0, §1): the start line and header fields of HTTP in a datagram.
 */
export type Kind = 'search' | 'notify' | 'response';

export interface Message {
  readonly kind: Kind;
  /** Names in lower case; of a field that is there twice, the first. */
  readonly fields: ReadonlyMap<string, string>;
}

const STARTS: readonly (readonly [string, Kind])[] = [
  ['M-SEARCH * HTTP/1.', 'search'],
  ['NOTIFY * HTTP/1.', 'notify'],
  ['HTTP/1.', 'response'],
];
/** Octets that are read: messages fit in one frame. */
const LIMIT = 4096;
const FIELDS = 40;
const latin1 = new TextDecoder('latin1');

/** Null when it is no SSDP message. Fields after a cut are left out. */
export function readMessage(bytes: Uint8Array): Message | null {
  const kind = kindOf(bytes);
  if (kind === null) return null;
  const text = latin1.decode(bytes.subarray(0, LIMIT));
  // Old devices end their lines with LF alone.
  const lines = text.split('\n', FIELDS);
  if (kind === 'response' && !/^HTTP\/1\.[01] 200\b/.test(lines[0])) return null;
  const fields = new Map<string, string>();
  for (let n = 1; n < lines.length; n++) {
    const line = lines[n].trimEnd();
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    // The last line may have been cut: it counts when something followed.
    if (name === '' || fields.has(name) || (n === lines.length - 1 && !text.endsWith('\n'))) continue;
    fields.set(name, line.slice(colon + 1).trim());
  }
  return { kind, fields };
}

function kindOf(bytes: Uint8Array): Kind | null {
  for (const [start, kind] of STARTS) {
    if (bytes.length < start.length || bytes[0] !== start.charCodeAt(0)) continue;
    let at = 1;
    while (at < start.length && bytes[at] === start.charCodeAt(at)) at++;
    if (at === start.length) return kind;
  }
  return null;
}

/** What SERVER says (§1.2.2): `OS/version UPnP/2.0 product/version`. Null where a part is missing or a placeholder. */
export interface Server {
  readonly os: string | null;
  /** `product/version`. */
  readonly software: string | null;
  readonly product: string | null;
  readonly version: string | null;
}

const NOTHING: Server = { os: null, software: null, product: null, version: null };
/** Names that the examples of toolkits have, and that makers left in. */
const PLACEHOLDER =
  /^(?:OS|Custom|product|proc|unknown|unspecified|server|[\w-]*\/(?:ver|version|unknown))(?:[/\s]|$)/i;

export function readServer(value: string): Server {
  const found = /(?:^|[\s,])UPnP\/\d\.\d,?(?:\s|$)/i.exec(value);
  if (found === null) return NOTHING;
  const before = tidy(value.slice(0, found.index)).split(' ');
  const after = tidy(value.slice(found.index + found[0].length));
  // DLNA puts its own version between the others: `Debian/12 DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0`.
  const system = tidy(before.filter((word) => !/^DLNADOC\//i.test(word)).join(' '));
  const product = /^([^\s/,;()][^/,;()]{0,59})\/([\w.+~-]{1,40})(?=$|[\s,;(])/.exec(after);
  const named = product !== null && isText(product[0]);
  return {
    os: isText(system) && /[A-Za-z]/.test(system) ? system.replace(/^UPnP\//, '').replace('/', ' ') : null,
    software: named ? product[0] : null,
    product: named ? product[1] : null,
    version: named ? product[2] : null,
  };
}

/** Without commas between the parts, which old devices write, and blanks at either end. */
function tidy(value: string): string {
  return value.replace(/,(?=\s|$)/g, '').trim();
}

function isText(value: string): boolean {
  return value !== '' && value.length <= 100 && /^[\x20-\x7e]+$/.test(value) && !PLACEHOLDER.test(value);
}
