import type { Attribute } from '../core/facts.ts';
import { type Implementation, identifyImplementation } from '../knowledge/fingerprints.ts';
import { type KnownVulnerability, type Vulnerabilities, worstFirst } from '../knowledge/vulnerabilities.ts';
import type { AnnouncedImplementation, Host, Statement } from './host.ts';

/** What a device says of the programs it runs. */
export interface Said {
  readonly hosts: readonly Host[];
  /** Of the device itself, not of equipment whose data it passes on. */
  stated(attribute: Attribute): readonly Statement[];
  /** The one known program that it runs; null for none and for several. */
  program(): string | null;
  /** Several devices behind one address: nothing can be put together. */
  readonly several: boolean;
}

const NONE: readonly KnownVulnerability[] = Object.freeze([]);
const LIMIT = 64;
const SEVERAL = 'several devices are behind the address: it may be another';

/** Worst first; each one of each product and version once. */
export function vulnerabilitiesOf(said: Said, known: Vulnerabilities): readonly KnownVulnerability[] {
  const found: KnownVulnerability[] = [];
  const add = (some: readonly KnownVulnerability[]): void => {
    for (const one of some) if (!found.some((other) => isSame(one, other))) found.push(one);
  };
  const served = servedProducts(said.hosts);
  for (const [product, version] of served) add(known.find(product, version));
  for (const text of newest(said.stated('software'), served)) add(known.findText(text));
  for (const { value } of said.stated('hl7-application')) add(known.findText(value));
  if (!said.several)
    for (const { value: model } of said.stated('model'))
      for (const { value: version } of said.stated('software')) add(known.find(model, version));
  const toolkits = toolkitsOf(said.hosts);
  if (toolkits.length > 0) {
    const program = said.program();
    for (const { product, version } of toolkits) {
      if (version === null) continue;
      add(known.find(product, version, program !== null && !known.isProduct(product) ? program : null));
    }
  }
  if (found.length === 0) return NONE;
  return (said.several ? found.map(doubted) : found).sort(worstFirst).slice(0, LIMIT);
}

function isSame(a: KnownVulnerability, b: KnownVulnerability): boolean {
  return a.cve === b.cve && a.product === b.product && a.version === b.version;
}

function doubted(one: KnownVulnerability): KnownVulnerability {
  return { ...one, confidence: 'low', doubts: [...one.doubts, SEVERAL] };
}

/** Products with their versions, as their services say it now. */
function servedProducts(hosts: readonly Host[]): Map<string, string> {
  const served = new Map<string, string>();
  for (const host of hosts)
    for (const { product, version } of host.services ?? [])
      if (product !== null && version !== null) served.set(product, version);
  return served;
}

/**
 * Of what was said of one program by one source, what was said last, and nothing where a service says it: programs
 * are updated.
 */
function newest(statements: readonly Statement[], served: ReadonlyMap<string, string>): Iterable<string> {
  const last = new Map<string, Statement>();
  for (const statement of statements) {
    const name = nameOf(statement.value);
    if (served.has(name)) continue;
    const key = `${name}\n${statement.source}`;
    const before = last.get(key);
    if (before === undefined || statement.at >= before.at) last.set(key, statement);
  }
  return [...last.values()].map(({ value }) => value);
}

/** `Orthanc` of `Orthanc 1.10.1`. */
function nameOf(text: string): string {
  return text.replace(/[ /_]+[vV]?\d.*$/, '');
}

/**
 * What was announced in associations. At a port of its own, what was announced last: a server is one program, and is
 * updated. As a client a device may use several.
 */
function toolkitsOf(hosts: readonly Host[]): Implementation[] {
  const found: Implementation[] = [];
  for (const { implementations } of hosts) {
    if (implementations === null) continue;
    const byPort = new Map<number, AnnouncedImplementation>();
    for (const one of implementations) {
      if (one.port === 0) found.push(...identified(one));
      else if ((byPort.get(one.port)?.last ?? 0) <= one.last) byPort.set(one.port, one);
    }
    for (const one of byPort.values()) found.push(...identified(one));
  }
  return found;
}

/** Makers of devices set a class UID of their own and leave the toolkit's name. */
function identified({ classUid, versionName }: AnnouncedImplementation): Implementation[] {
  const byBoth = identifyImplementation(classUid, versionName);
  if (byBoth?.version != null) return [byBoth];
  const byName = identifyImplementation('', versionName);
  return byName === null ? [] : [byName];
}
