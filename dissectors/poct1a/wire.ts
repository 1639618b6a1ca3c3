import { MORE, NO, type Verdict, YES } from '../../src/core/dissector.ts';

/**
 * POCT1-A device messaging layer (CLSI POCT1-A2 Appendix B): XML documents one after the other over TCP, whose root is
 * a message's type, such as `HEL.R01`. Values stand in attributes named V.
 */

/** Documents, their prologue included, begin with no more than this before the root. */
const PROLOGUE_LIMIT = 512;

/** Whether a direction begins with a message. Either side may speak first. */
export function probe(head: Uint8Array): Verdict {
  let at = 0;
  for (;;) {
    while (at < head.length && isBlank(head, at)) at++;
    if (at >= head.length) return MORE;
    if (head[at] !== LESS) return NO;
    if (at + 1 >= head.length) return MORE;
    // `<?xml …?>` and `<!DOCTYPE HEL.R01 …>` may precede the root.
    if (head[at + 1] !== QUESTION && head[at + 1] !== EXCLAMATION) return rootAt(head, at + 1);
    if (!isPrologue(head, at)) return NO;
    const end = head.indexOf(GREATER, at);
    if (end < 0) return head.length < PROLOGUE_LIMIT ? MORE : NO;
    at = end + 1;
  }
}

const LESS = 0x3c;
const GREATER = 0x3e;
const QUESTION = 0x3f;
const EXCLAMATION = 0x21;
const DOT = 0x2e;

/** White space, and a byte order mark. */
function isBlank(head: Uint8Array, at: number): boolean {
  const byte = head[at];
  return (
    byte === 0x20 ||
    byte === 0x0a ||
    byte === 0x0d ||
    byte === 0x09 ||
    (at === 0 && byte === 0xef) ||
    (at === 1 && byte === 0xbb) ||
    (at === 2 && byte === 0xbf)
  );
}

const DECLARATION = '<?xml ';
const DOCTYPE = '<!DOCTYPE ';

function isPrologue(head: Uint8Array, at: number): boolean {
  const wanted = head[at + 1] === QUESTION ? DECLARATION : DOCTYPE;
  for (let n = 0; n < wanted.length && at + n < head.length; n++)
    if (head[at + n] !== wanted.charCodeAt(n)) return false;
  return true;
}

/** Types of messages (POCT1-A2 Appendix B §7). */
const TYPES = new Set('ACK DST DTV END EOT ESC EVS HEL KPA OBS OPL PTL REQ'.split(' '));

/** `HEL.R01>`: three letters, a dot, R and two digits. */
function rootAt(head: Uint8Array, at: number): Verdict {
  const length = Math.min(8, head.length - at);
  for (let n = 0; n < length; n++) {
    const byte = head[at + n];
    const fits =
      n < 3
        ? byte >= 0x41 && byte <= 0x5a
        : n === 3
          ? byte === DOT
          : n === 4
            ? byte === 0x52
            : n < 7
              ? byte >= 0x30 && byte <= 0x39
              : byte === GREATER || byte === 0x20 || byte === 0x0d || byte === 0x0a;
    if (!fits) return NO;
    if (n === 2 && !TYPES.has(String.fromCharCode(head[at], head[at + 1], byte))) return NO;
  }
  return length < 8 ? MORE : YES;
}

/** Where in a stream taken up midway a message begins; -1 for nowhere. */
export function find(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(LESS); at >= 0 && at + 9 <= bytes.length; at = bytes.indexOf(LESS, at + 1))
    if (bytes[at + 4] === DOT && rootAt(bytes, at + 1) === YES) return at;
  return -1;
}

/** A start tag's name, V attribute and whether it ends itself; an end tag has `closes`. */
export interface Tag {
  readonly name: string;
  readonly value: string;
  readonly closes: boolean;
  readonly empty: boolean;
}

const VALUE = /\sV\s*=\s*(?:"([^"]*)"|'([^']*)')/;

/** What stands between the brackets of a tag; null for declarations and what is no tag. */
export function readTag(text: string): Tag | null {
  const closes = text[0] === '/';
  const name = /^[A-Za-z_][\w.-]*/.exec(closes ? text.slice(1) : text)?.[0];
  if (name === undefined) return null;
  const value = closes ? null : VALUE.exec(text);
  return { name, value: unescaped(value?.[1] ?? value?.[2] ?? ''), closes, empty: text.endsWith('/') };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Predefined entities and character references (XML 1.0 §4.1, §4.6). */
export function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
