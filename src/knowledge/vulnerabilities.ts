import { BoundedMap } from '../core/bounded.ts';
import { compareVersions, isPrefix, parseVersion, type Version } from './versions.ts';
import { PRODUCTS, ROWS } from './vulnerability-table.ts';

export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export const GRAVITIES = ['critical', 'high', 'medium', 'low'] as const;
/** Of a vulnerability, by its CVSS base score. */
export type Gravity = (typeof GRAVITIES)[number];

/** One vulnerability of one product. The form in which a site gives newer ones, too. */
export interface VulnerabilityRow {
  readonly cve: string;
  /** A name of `PRODUCTS`, or any name under which the inventory shows a product. */
  readonly product: string;
  /** The first version that has it; absent: the first one there was. */
  readonly from?: string;
  /** The last version known to have it, with all that begin with it: `2` is 2.0, 2.4.1 … Absent: all before `fixedIn`. */
  readonly through?: string;
  /** The first version without it; null when there is none. */
  readonly fixedIn: string | null;
  /** Base score of CVSS 3; null when none was found, and then `gravity` is by the advisory's words. */
  readonly cvss: number | null;
  readonly gravity?: Gravity;
  readonly reference: string;
  /** Where the score was read, or why the gravity is what it is. */
  readonly source?: string;
  /** CISA's catalogue has it (Known Exploited Vulnerabilities). */
  readonly knownExploited?: boolean;
  /** How sure it is that these versions have it; default high. */
  readonly confidence?: Confidence;
  /** Why it is not sure. */
  readonly doubt?: string;
  /** Versions that a distribution has with the fix in it, under the same number. */
  readonly backported?: readonly string[];
  /** Nothing that a distribution would backport, such as a default setting. */
  readonly neverBackported?: boolean;
}

export interface VulnerableProduct {
  /** As findings call it. */
  readonly name: string;
  /** Other names under which it is seen, in any case. */
  readonly names: readonly string[];
  /** Part of other products, whose makers patch it or do not use what is broken. */
  readonly toolkit?: boolean;
  /** Distributions have it: the same version comes with their fixes and without. */
  readonly packaged?: boolean;
}

/** A vulnerability that a version seen on the wire has. */
export interface KnownVulnerability {
  readonly cve: string;
  readonly product: string;
  readonly version: string;
  readonly fixed_in: string | null;
  readonly confidence: Confidence;
  readonly reference: string;
  readonly cvss: number | null;
  readonly gravity: Gravity;
  readonly knownExploited: boolean;
  /** Why the confidence is not high. */
  readonly doubts: readonly string[];
}

const NONE: readonly KnownVulnerability[] = Object.freeze([]);
/** Looked up again and again: a handful of programs in a network. What the wire makes of it is bounded. */
const CACHED = 2048;
/** Characters of a version. */
const LONGEST = 64;

interface Entry {
  readonly row: VulnerabilityRow;
  readonly from: Version | null;
  readonly through: Version | null;
  readonly fixedIn: Version | null;
  readonly backported: readonly Version[];
}

/** Which vulnerabilities a product of a version has. Throws a RangeError for a row that cannot be used. */
export class Vulnerabilities {
  readonly #products = new Map<string, VulnerableProduct>();
  readonly #entries = new Map<VulnerableProduct, Entry[]>();
  readonly #known = new BoundedMap<string, readonly KnownVulnerability[]>(CACHED);

  constructor(rows: readonly VulnerabilityRow[] = ROWS, products: readonly VulnerableProduct[] = PRODUCTS) {
    for (const given of products) {
      // A site may tell more names of a product; what else is known of it stays.
      const product = this.#products.get(keyOf(given.name)) ?? given;
      if (product === given) this.#entries.set(product, []);
      for (const name of [given.name, ...given.names])
        if (!this.#products.has(keyOf(name))) this.#products.set(keyOf(name), product);
    }
    for (const row of rows) this.#entries.get(this.#productOf(row.product))!.push(entryOf(row));
  }

  get size(): number {
    let size = 0;
    for (const entries of this.#entries.values()) size += entries.length;
    return size;
  }

  /**
   * Worst first. Nothing for a version that cannot be compared. `inside`: what it is part of, where that is known.
   * The same list for the same question.
   */
  find(name: string, version: string, inside: string | null = null): readonly KnownVulnerability[] {
    if (!this.#products.has(keyOf(name))) return NONE;
    const key = `${name}\n${version}\n${inside ?? ''}`;
    let found = this.#known.get(key);
    if (found === undefined) {
      found = this.#find(name, version, inside);
      this.#known.set(key, found);
    }
    return found;
  }

  /** As `find`, for a text that has the version behind the name: `Orthanc 1.10.1`, `Mirth Connect/4.3.0`. */
  findText(text: string): readonly KnownVulnerability[] {
    let found = this.#known.get(text);
    if (found === undefined) {
      const match = NAME_AND_VERSION.exec(text);
      found = match === null ? NONE : this.#find(match[1], match[2], null);
      this.#known.set(text, found);
    }
    return found;
  }

  /** The product is known here, as something of its own and not a part of others. */
  isProduct(name: string): boolean {
    const product = this.#products.get(keyOf(name));
    return product !== undefined && product.toolkit !== true;
  }

  #find(name: string, text: string, inside: string | null): readonly KnownVulnerability[] {
    const product = this.#products.get(keyOf(name));
    const entries = product === undefined ? undefined : this.#entries.get(product);
    if (product === undefined || entries === undefined || entries.length === 0) return NONE;
    if (text.length > LONGEST) return NONE;
    const version = parseVersion(text);
    if (version === null) return NONE;
    const found = entries
      .filter((entry) => covers(entry, version))
      .map((entry) => knownOf(entry, product, version, text.trim(), inside));
    return found.length === 0 ? NONE : Object.freeze(found.sort(worstFirst));
  }

  #productOf(name: string): VulnerableProduct {
    const known = this.#products.get(keyOf(name));
    if (known !== undefined) return known;
    const product = { name, names: [] };
    this.#products.set(keyOf(name), product);
    this.#entries.set(product, []);
    return product;
  }
}

const NAME_AND_VERSION = /^(\D.{0,62}?)[ /_]+[vV]?(\d.{0,62})$/;

/** Rows and what they say of products. */
export interface VulnerabilityTable {
  readonly rows: readonly VulnerabilityRow[];
  readonly products: readonly VulnerableProduct[];
}

/** The tables of a site with the built-in one, or without: of a CVE that several have, the last one's. */
export function tableOf(tables: readonly VulnerabilityTable[], replace = false): Vulnerabilities {
  let rows: readonly VulnerabilityRow[] = replace ? [] : ROWS;
  for (const table of tables) {
    const given = new Set(table.rows.map(({ cve }) => cve));
    rows = [...rows.filter(({ cve }) => !given.has(cve)), ...table.rows];
  }
  return new Vulnerabilities(rows, [...PRODUCTS, ...tables.flatMap(({ products }) => products)]);
}

/** 9.0 critical, 7.0 high, 4.0 medium (CVSS 3.1 §5). */
export function gravityOf(cvss: number): Gravity {
  return cvss >= 9 ? 'critical' : cvss >= 7 ? 'high' : cvss >= 4 ? 'medium' : 'low';
}

/** Worst first: by gravity, then what is exploited, then by score, confidence and name. */
export function worstFirst(a: KnownVulnerability, b: KnownVulnerability): number {
  return (
    GRAVITIES.indexOf(a.gravity) - GRAVITIES.indexOf(b.gravity) ||
    Number(b.knownExploited) - Number(a.knownExploited) ||
    (b.cvss ?? 0) - (a.cvss ?? 0) ||
    CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
    (a.cve < b.cve ? -1 : a.cve > b.cve ? 1 : 0)
  );
}

function keyOf(name: string): string {
  return name.trim().toLowerCase();
}

function entryOf(row: VulnerabilityRow): Entry {
  const parsed = (text: string | null | undefined): Version | null => {
    if (text === null || text === undefined) return null;
    const version = parseVersion(text);
    if (version === null) throw new RangeError(`${row.cve}: ${JSON.stringify(text)} is no version`);
    return version;
  };
  const entry = {
    row,
    from: parsed(row.from),
    through: parsed(row.through),
    fixedIn: parsed(row.fixedIn),
    backported: (row.backported ?? []).map((text) => parsed(text)!),
  };
  if (entry.fixedIn === null && entry.through === null)
    throw new RangeError(`${row.cve}: neither a version that has it last nor one that is without it`);
  if (row.cvss === null && row.gravity === undefined)
    throw new RangeError(`${row.cve}: neither a score nor a severity`);
  return entry;
}

function covers({ from, through, fixedIn }: Entry, version: Version): boolean {
  if (from !== null && compareVersions(version, from) < 0) return false;
  if (through !== null) return compareVersions(version, through) <= 0 || isPrefix(through, version);
  return fixedIn !== null && compareVersions(version, fixedIn) < 0;
}

function knownOf(
  { row, fixedIn, backported }: Entry,
  product: VulnerableProduct,
  version: Version,
  text: string,
  inside: string | null,
): KnownVulnerability {
  let confidence = row.confidence ?? 'high';
  const doubts: string[] = [];
  const atMost = (limit: Confidence, doubt: string): void => {
    if (CONFIDENCES.indexOf(limit) > CONFIDENCES.indexOf(confidence)) confidence = limit;
    doubts.push(doubt);
  };
  if (row.doubt !== undefined) doubts.push(row.doubt);
  const { name } = product;
  if (inside !== null) atMost('low', `${name} is part of ${inside}, whose maker may have patched it`);
  else if (product.toolkit)
    atMost(
      'medium',
      `${name} is a toolkit: the product it is part of may be patched, or not use what is broken`,
    );
  if (version.packaged) atMost('low', 'a distribution built it and may have fixed it under the same number');
  else if (backported.some((one) => compareVersions(one, version) === 0))
    atMost('low', `distributions have ${text} with the fix in it`);
  else if (product.packaged && !row.neverBackported)
    atMost('medium', 'the number does not tell whether a distribution built it, with fixes');
  if (fixedIn !== null && version.numbers.length < fixedIn.numbers.length && isPrefix(version, fixedIn))
    atMost('low', `${text} is less exact than the version that fixes it`);
  return {
    cve: row.cve,
    product: name,
    version: text,
    fixed_in: row.fixedIn,
    confidence,
    reference: row.reference,
    cvss: row.cvss,
    gravity: row.gravity ?? gravityOf(row.cvss ?? 0),
    knownExploited: row.knownExploited === true,
    doubts,
  };
}
