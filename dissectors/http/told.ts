/**
 * Lists of facts by what they say: made once for each value, so that a connection which says the same again is known
 * by its list (`DissectorContext.tell`). Bounded; a value that was forgotten is made anew.
 */
import { BoundedMap } from '../../src/core/bounded.ts';
import { printable } from '../../src/core/contents/content.ts';
import type { Activity, Attribute, AttributeFact, Fact, ServiceFact, Side } from '../../src/core/facts.ts';
import {
  CLIENT_PRODUCTS,
  CLIENT_SYSTEMS,
  type Product,
  readProducts,
  SERVER_SYSTEMS,
  systemOf,
  written,
} from './agents.ts';
import { identifyWeb, type KnownProduct, PLACES, type ProductRow } from './products.ts';

const VALUES = 2048;

class Lists<T> {
  readonly #known = new BoundedMap<string, T>(VALUES);

  of(key: string, make: () => T): T {
    let value = this.#known.get(key);
    if (value === undefined) {
      value = make();
      this.#known.set(key, value);
    }
    return value;
  }
}

export type Protocol = 'http' | 'http2' | 'dicomweb' | 'fhir' | 'hl7-over-http';

const MEDICAL: ReadonlySet<Protocol> = new Set<Protocol>(['dicomweb', 'fhir', 'hl7-over-http']);
const services = new Lists<ServiceFact>();

export function serviceFact(protocol: Protocol, state: ServiceFact['state']): ServiceFact {
  return services.of(`${protocol} ${state}`, () => ({
    fact: 'service',
    protocol,
    medical: MEDICAL.has(protocol),
    tls: false,
    state,
  }));
}

const attribute = (side: Side, name: Attribute, value: string, source: string): AttributeFact => ({
  fact: 'attribute',
  side,
  attribute: name,
  value,
  source,
});

/** `Orthanc`, and `Orthanc 1.10.1` where the version was shown. */
function productFacts(side: Side, { row, version }: KnownProduct): AttributeFact[] {
  const source = PLACES[row.where];
  const facts = [attribute(side, 'product', row.product, source)];
  if (version !== '') facts.push(attribute(side, 'software', `${row.product} ${version}`, source));
  return facts;
}

const products = new Lists<readonly Fact[]>();

export function productList(side: Side, known: KnownProduct): readonly Fact[] {
  return products.of(`${side}\n${known.row.where}\n${known.row.product}\n${known.version}`, () =>
    productFacts(side, known),
  );
}

/** What the head of a response says of its sender. */
export interface ServerFacts {
  /** What the service is named after; null when nothing names it. */
  readonly product: Product | null;
  readonly facts: readonly Fact[];
}

/** Fields of a response that say what its sender is; where one may hold more than that, the known part alone. */
export interface ServerFields {
  readonly server: string;
  readonly poweredBy: string;
  readonly aspNet: string;
  readonly known: readonly KnownProduct[];
}

const servers = new Lists<ServerFacts>();

export function serverFacts(fields: ServerFields): ServerFacts {
  const { server, poweredBy, aspNet, known } = fields;
  const rows = known.map(({ row, version }) => `${row.where} ${row.product} ${version}`);
  return servers.of([server, poweredBy, aspNet, ...rows].join('\n'), () => makeServer(fields));
}

function makeServer({ server, poweredBy, aspNet, known }: ServerFields): ServerFacts {
  const facts: AttributeFact[] = [];
  const software = (product: Product, source: string): void => {
    facts.push(attribute('server', 'software', written(product), source));
  };
  const { products: served } = readProducts(server);
  for (const product of served) software(product, PLACES.server);
  const os = systemOf(SERVER_SYSTEMS, server);
  if (os !== '') facts.push(attribute('server', 'os', os, PLACES.server));
  const engine = identifyWeb('powered-by', poweredBy);
  // A name of several words, or a list of products with a comma between.
  if (engine !== null) facts.push(...productFacts('server', engine));
  else
    for (const part of poweredBy.split(',', 4))
      for (const product of readProducts(part).products) software(product, PLACES['powered-by']);
  if (/^[\d.]{3,32}$/.test(aspNet)) software({ name: 'ASP.NET', version: aspNet }, 'HTTP X-AspNet-Version');
  const ofServer = identifyWeb('server', server);
  for (const one of ofServer === null ? known : [ofServer, ...known])
    facts.push(...productFacts('server', one));
  return { product: served[0] ?? null, facts };
}

const named = new Lists<ServiceFact>();

/** HTTP answered by a product. */
export function productService({ name, version }: Product): ServiceFact {
  return named.of(`${name}\n${version}`, () => ({
    ...serviceFact('http', 'answered'),
    product: name,
    ...(version === '' ? {} : { version }),
  }));
}

const agents = new Lists<readonly Fact[]>();

export function agentList(agent: string): readonly Fact[] {
  return agents.of(agent, () => makeAgent(agent));
}

function makeAgent(agent: string): Fact[] {
  const value = printable(agent, 200);
  if (value === '') return [];
  const facts: AttributeFact[] = [attribute('client', 'user-agent', value, PLACES['user-agent'])];
  const os = systemOf(CLIENT_SYSTEMS, value);
  if (os !== '') facts.push(attribute('client', 'os', os, PLACES['user-agent']));
  const known = identifyWeb('user-agent', value);
  if (known !== null) return [...facts, ...productFacts('client', known)];
  const first = /^[^\s(]+/.exec(value);
  const [product] = readProducts(first === null ? '' : first[0]).products;
  if (product !== undefined && CLIENT_PRODUCTS.has(product.name))
    facts.push(attribute('client', 'software', written(product), PLACES['user-agent']));
  return facts;
}

const statements = new Lists<readonly Fact[]>();

export function attributeList(side: Side, name: Attribute, value: string, source: string): readonly Fact[] {
  return statements.of(`${side}\n${name}\n${source}\n${value}`, () => [attribute(side, name, value, source)]);
}

const deeds = new Lists<readonly Fact[]>();

export function activityList(side: Side, activity: Activity, detail: string): readonly Fact[] {
  return deeds.of(`${side}\n${activity}\n${detail}`, () => [{ fact: 'activity', side, activity, detail }]);
}

const softwares = new Lists<readonly Fact[]>();

/** A product that names itself in a document made for that. */
export function softwareList(side: Side, name: string, version: string, source: string): readonly Fact[] {
  return softwares.of(`${side}\n${source}\n${name}\n${version}`, () => [
    attribute(side, 'product', name, source),
    ...(version === '' ? [] : [attribute(side, 'software', `${name} ${version}`, source)]),
  ]);
}

/** `Basic realm="…"`: the realms of known products. */
export function realmOf(value: string): string {
  return /realm="([^"]{1,100})"/i.exec(value)?.[1] ?? '';
}

/** What a response's fields show of known products beside Server and X-Powered-By. */
export function knownOf(
  values: Readonly<Partial<Record<ProductRow['where'], string>>>,
): readonly KnownProduct[] {
  const found: KnownProduct[] = [];
  for (const where of ['realm', 'cookie', 'location'] as const) {
    const value = values[where];
    const known = value === undefined || value === '' ? null : identifyWeb(where, value);
    if (known !== null) found.push(known);
  }
  return found.length === 0 ? NOBODY : found;
}

const NOBODY: readonly KnownProduct[] = [];
