import { type Scope, walkXml, type XmlVisitor } from './xml.ts';

/**
 * Messages of WS-Discovery over UDP (SOAP-over-UDP 1.1): both the version that devices of Windows' time speak
 * (2005/04) and the OASIS standard (1.1). Bytes to values, pure.
 */
export type Action = 'Hello' | 'Bye' | 'Probe' | 'ProbeMatches' | 'Resolve' | 'ResolveMatches';

/** A type as its name in a namespace. */
export interface QualifiedName {
  readonly namespace: string;
  readonly name: string;
}

/** A target service (§4.1), as Hello, ProbeMatch or ResolveMatch describe it. */
export interface Target {
  /** Of the endpoint reference: `urn:uuid:…`, the same for as long as the device lives. '' for none. */
  address: string;
  types: QualifiedName[];
  /** URIs, as they stand. */
  scopes: string[];
  /** Transport addresses, as they stand. */
  transports: string[];
}

export interface Message {
  readonly action: Action;
  readonly targets: readonly Target[];
}

const DISCOVERY = [
  'http://schemas.xmlsoap.org/ws/2005/04/discovery',
  'http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01',
];
const ENVELOPES = ['http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/'];

/** SOAP-over-UDP has messages fit in a datagram; nobody comes near this. */
const LIMIT = 16 * 1024;
const TARGETS = 16;
const ITEMS = 64;
const utf8 = new TextDecoder();

/** The body's child is the message, and its descendants of the same name as here describe a target. */
const ACTIONS: ReadonlySet<string> = new Set([
  'Hello',
  'Bye',
  'Probe',
  'ProbeMatches',
  'Resolve',
  'ResolveMatches',
]);
const DESCRIBING = new Set(['Hello', 'ProbeMatch', 'ResolveMatch']);

class Reader implements XmlVisitor {
  action: Action | null = null;
  readonly targets: Target[] = [];
  readonly #path: string[] = [];
  #target: Target | null = null;
  #targetDepth = 0;
  #field = '';
  #scope: Scope = { namespaceOf: () => '' };

  open(namespace: string, name: string, scope: Scope): void {
    const path = this.#path;
    const depth = path.push(name);
    this.#scope = scope;
    this.#field = '';
    const discovery = DISCOVERY.includes(namespace);
    if (depth === 3 && path[0] === 'Envelope' && path[1] === 'Body' && discovery && ACTIONS.has(name))
      this.action = name as Action;
    if (depth >= 3 && this.action !== null && discovery && DESCRIBING.has(name)) this.#begin(depth);
    else if (this.#target === null) return;
    else if (depth === this.#targetDepth + 1 && discovery) this.#field = name;
    else if (depth === this.#targetDepth + 2 && name === 'Address' && path[depth - 2] === 'EndpointReference')
      this.#field = name;
  }

  #begin(depth: number): void {
    if (this.targets.length >= TARGETS) return;
    this.#target = { address: '', types: [], scopes: [], transports: [] };
    this.#targetDepth = depth;
    this.targets.push(this.#target);
  }

  text(text: string): void {
    const target = this.#target;
    if (target === null || this.#field === '') return;
    const items = text.split(/\s+/, ITEMS).filter((item) => item !== '');
    if (this.#field === 'Address') target.address = items[0] ?? '';
    else if (this.#field === 'Scopes') target.scopes = items;
    else if (this.#field === 'XAddrs') target.transports = items;
    else if (this.#field === 'Types')
      target.types = items.map((item) => {
        const colon = item.indexOf(':');
        return {
          namespace: this.#scope.namespaceOf(item.slice(0, Math.max(0, colon))),
          name: item.slice(colon + 1),
        };
      });
  }

  close(): void {
    this.#field = '';
    if (this.#path.length === this.#targetDepth) this.#target = null;
    this.#path.pop();
  }
}

/** Null when it is no message of WS-Discovery. One that was cut gives what was whole. */
export function readMessage(bytes: Uint8Array): Message | null {
  if (!mayBeXml(bytes)) return null;
  const text = utf8.decode(bytes.subarray(0, LIMIT));
  // Before any more work: these stand in every message, and in nothing else that is XML in a datagram.
  if (!ENVELOPES.some((uri) => text.includes(uri)) || !DISCOVERY.some((uri) => text.includes(uri)))
    return null;
  const reader = new Reader();
  walkXml(text, reader);
  const { action, targets } = reader;
  return action === null ? null : { action, targets };
}

/** `<`, after a byte order mark or blanks. */
function mayBeXml(bytes: Uint8Array): boolean {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < 8 && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09))
    at++;
  return bytes[at] === 0x3c;
}

/** Host of a URL as four octets in a word; null when it is a name or IPv6. */
export function ipv4Of(url: string): number | null {
  const found = /^https?:\/\/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?=[:/]|$)/i.exec(url);
  if (found === null) return null;
  const octets = found.slice(1).map(Number);
  if (octets.some((octet) => octet > 255)) return null;
  return (octets[0] << 24) | (octets[1] << 16) | (octets[2] << 8) | octets[3];
}
