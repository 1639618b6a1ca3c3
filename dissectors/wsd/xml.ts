/**
 * A reader of small XML documents (XML 1.0, Namespaces in XML 1.0), as SOAP datagrams are: one pass, no document type, no
 * entities but the five that are predefined and characters by number, and never deeper than it can count.
 */
export interface XmlVisitor {
  /** An element begins. `namespace`: what its prefix stands for, '' for none. */
  open(namespace: string, name: string, scope: Scope): void;
  /** Text of the element that was opened last and is not closed: once, references replaced. */
  text(text: string): void;
  close(): void;
}

/** What prefixes stand for at a place. */
export interface Scope {
  /** '' when the prefix is not declared. */
  namespaceOf(prefix: string): string;
}

const DEPTH = 32;
const BINDINGS = 128;

const TAG =
  /<(?:(\/)?([^\s<>/=?!]{1,200})((?:[^<>"']|"[^"<]*"|'[^'<]*')*?)(\/)?>|!--[\s\S]*?-->|\?[\s\S]*?\?>|!\[CDATA\[([\s\S]*?)\]\]>)/y;
const DECLARATION = /\sxmlns(?::([^\s=]{1,100}))?\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

class Bindings implements Scope {
  readonly #prefixes: string[] = [];
  readonly #namespaces: string[] = [];
  readonly #depths: number[] = [];

  /** False: there are more than anybody needs. */
  declare(prefix: string, namespace: string, depth: number): boolean {
    if (this.#prefixes.length >= BINDINGS) return false;
    this.#prefixes.push(prefix);
    this.#namespaces.push(namespace);
    this.#depths.push(depth);
    return true;
  }

  leave(depth: number): void {
    while (this.#depths.length > 0 && this.#depths[this.#depths.length - 1] >= depth) {
      this.#prefixes.pop();
      this.#namespaces.pop();
      this.#depths.pop();
    }
  }

  namespaceOf(prefix: string): string {
    const at = this.#prefixes.lastIndexOf(prefix);
    return at < 0 ? '' : this.#namespaces[at];
  }
}

/**
 * Walks through `text` and tells `visitor`. False when it is not well-formed as far as it is read, has a document type,
 * or nests too deep; what was told until then was there.
 */
export function walkXml(text: string, visitor: XmlVisitor): boolean {
  const open: string[] = [];
  const bindings = new Bindings();
  let at = 0;
  let said = '';
  for (;;) {
    const next = text.indexOf('<', at);
    if (next < 0) return open.length === 0 && at > 0;
    said += text.slice(at, next);
    TAG.lastIndex = next;
    const tag = TAG.exec(text);
    if (tag === null) return false;
    at = TAG.lastIndex;
    const [, closing, name, attributes, empty, data] = tag;
    if (name === undefined) {
      if (data !== undefined) said += data.replaceAll('&', '&amp;');
      continue;
    }
    if (open.length > 0 && said !== '') visitor.text(withoutReferences(said));
    said = '';
    if (closing !== undefined) {
      if (open.pop() !== name) return false;
      visitor.close();
      bindings.leave(open.length + 1);
      continue;
    }
    if (open.length >= DEPTH) return false;
    open.push(name);
    for (const [, prefix, double, single] of attributes.matchAll(DECLARATION))
      if (!bindings.declare(prefix ?? '', double ?? single, open.length)) return false;
    const colon = name.indexOf(':');
    visitor.open(bindings.namespaceOf(name.slice(0, Math.max(0, colon))), name.slice(colon + 1), bindings);
    if (empty === undefined) continue;
    open.pop();
    visitor.close();
    bindings.leave(open.length + 1);
  }
}

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with its references replaced; those of entities that nobody declared stay as they are. */
function withoutReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g,
    (all, decimal, hex, name) => {
      if (name !== undefined) return PREDEFINED[name as string];
      const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : (all as string);
    },
  );
}
