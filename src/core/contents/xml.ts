/**
 * XML as far as it goes: elements, attributes and text of a body's beginning. No entities but the five of the standard
 * and character references, nothing is loaded, nothing recurses; what is cut off is closed.
 */
export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  /** By local name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  /** Its own, the first 1,024 characters. */
  text: string;
}

const DEPTH = 64;
const ELEMENTS = 8192;
const TEXT = 1024;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

export function readXml(bytes: Uint8Array, start: number, end: number): XmlElement | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  const stack: XmlElement[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  let at = text.indexOf('<');
  while (at >= 0) {
    const skipped = skip(text, at);
    if (skipped < 0) return root;
    let close: number;
    if (skipped > 0) close = skipped;
    else {
      close = text.indexOf('>', at);
      if (close < 0) return root;
      const top = stack[stack.length - 1];
      if (text[at + 1] === '/') {
        stack.pop();
        if (stack.length === 0) return root;
      } else {
        if (++elements > ELEMENTS || stack.length >= DEPTH) return root;
        const empty = text[close - 1] === '/';
        const element = readTag(text.slice(at + 1, empty ? close - 1 : close));
        if (top === undefined) {
          if (root !== null) return root;
          root = element;
        } else top.children.push(element);
        if (!empty) stack.push(element);
        else if (top === undefined) return root;
      }
    }
    const next = text.indexOf('<', close + 1);
    const holder = stack[stack.length - 1];
    if (holder !== undefined && next > close + 1 && holder.text.length < TEXT)
      holder.text += unescaped(text.slice(close + 1, Math.min(next, close + 1 + TEXT)));
    at = next;
  }
  return root;
}

/** The last character of a comment, declaration, instruction or CDATA at `at`; 0 when there is none, -1 when cut off. */
function skip(text: string, at: number): number {
  const second = text[at + 1];
  if (second === '?') return endOf(text, '?>', at);
  if (second !== '!') return 0;
  if (text.startsWith('<!--', at)) return endOf(text, '-->', at + 4);
  if (text.startsWith('<![CDATA[', at)) return endOf(text, ']]>', at);
  return endOf(text, '>', at);
}

function endOf(text: string, mark: string, at: number): number {
  const found = text.indexOf(mark, at);
  return found < 0 ? -1 : found + mark.length - 1;
}

const ATTRIBUTE = /(?<![\w.-])([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ATTRIBUTES = 32;

function readTag(tag: string): XmlElement {
  const blank = tag.search(/\s/);
  const name = local(blank < 0 ? tag : tag.slice(0, blank));
  if (blank < 0) return { name, attributes: NO_ATTRIBUTES, children: [], text: '' };
  const attributes = new Map<string, string>();
  for (const [, key, double, single] of tag.slice(blank, blank + 4096).matchAll(ATTRIBUTE)) {
    if (attributes.size >= ATTRIBUTES) break;
    attributes.set(key, unescaped(double ?? single ?? ''));
  }
  return { name, attributes, children: [], text: '' };
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name as string] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

export function child(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((one) => one.name === name);
  return found;
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((one) => one.name === name) ?? [];
}

export function attribute(element: XmlElement | undefined, name: string): string {
  return element?.attributes.get(name)?.trim() ?? '';
}
