import { parseVersion } from '../knowledge/versions.ts';
import type {
  VulnerabilityRow,
  VulnerabilityTable,
  VulnerableProduct,
} from '../knowledge/vulnerabilities.ts';
import type { Checked, Problem } from './load.ts';

/**
 * Advisories in CSAF 2.0 (Common Security Advisory Framework, OASIS), as CISA publishes them for medical devices
 * (ICSMA). Of an advisory is taken: which ranges of versions of which products have which CVE, its score, and the
 * version that fixes it where the range tells. What cannot be understood is left out, and said.
 */
type Json = Readonly<Record<string, unknown>>;

/** Branches nest as vendor, family, product, version: an advisory that nests deeper is none of these. */
const DEEPEST = 12;

export function isAdvisory(value: unknown): value is Json {
  return typeof recordOf(recordOf(value).document).csaf_version === 'string';
}

/** The versions of one product that an id of the advisory stands for. */
interface Leaf {
  readonly product: string;
  readonly vendor: string;
  readonly range: Range;
}

type Range = Pick<VulnerabilityRow, 'from' | 'through' | 'fixedIn'>;

export function readAdvisory(value: Json): Checked<VulnerabilityTable> {
  const problems: Problem[] = [];
  const warn = (message: string): void => {
    problems.push({ line: 1, column: 1, key: '', message, level: 'warning' });
  };
  const leaves = new Map<string, Leaf>();
  collect(recordOf(value.product_tree), { product: '', vendor: '' }, 0, leaves, warn);

  const tracking = recordOf(recordOf(value.document).tracking);
  const reference = textOf(tracking.id) || 'CSAF advisory';
  const rows: VulnerabilityRow[] = [];
  const products = new Map<string, VulnerableProduct>();
  for (const one of listOf(value.vulnerabilities).map(recordOf)) {
    const cve = textOf(one.cve);
    if (!/^CVE-\d{4}-\d{4,19}$/.test(cve)) {
      warn('a vulnerability without a CVE id is left out');
      continue;
    }
    for (const id of listOf(recordOf(one.product_status).known_affected)) {
      const leaf = leaves.get(textOf(id));
      const cvss = scoreOf(one, textOf(id));
      if (leaf === undefined) continue;
      if (cvss === null) {
        warn(`${cve} has no CVSS 3 score for ${leaf.product}: left out`);
        continue;
      }
      rows.push({ cve, product: leaf.product, ...leaf.range, cvss, reference, source: reference });
      if (leaf.vendor !== '')
        products.set(leaf.product, { name: leaf.product, names: [`${leaf.vendor} ${leaf.product}`] });
    }
  }
  if (rows.length === 0) {
    const message = 'an advisory (CSAF) of which no version of a product could be understood';
    problems.push({ line: 1, column: 1, key: '', message, level: 'error' });
    return { data: null, problems };
  }
  return { data: { rows, products: [...products.values()] }, problems };
}

function collect(
  branch: Json,
  within: { readonly product: string; readonly vendor: string },
  depth: number,
  leaves: Map<string, Leaf>,
  warn: (message: string) => void,
): void {
  if (depth > DEEPEST) return;
  for (const inner of listOf(branch.branches).map(recordOf)) {
    const name = textOf(inner.name);
    const { category } = inner;
    const here = {
      vendor: category === 'vendor' ? name : within.vendor,
      product: category === 'product_name' ? name : within.product,
    };
    const id = textOf(recordOf(inner.product).product_id);
    if (id !== '' && here.product !== '') {
      const range = category === 'product_version' ? exactly(name) : parseRange(name);
      if (range === null) warn(`the versions ${JSON.stringify(name)} of ${here.product} are not understood`);
      else leaves.set(id, { ...here, range });
    }
    collect(inner, here, depth + 1, leaves, warn);
  }
}

const VERSION = String.raw`v?(\d[\w.]*(?: ?\([^)]{1,20}\))?)`;
const FORMS: readonly [RegExp, (...groups: string[]) => Range][] = [
  [new RegExp(`^<\\s*${VERSION}$`, 'i'), (end) => ({ fixedIn: end })],
  [new RegExp(`^(?:<=|≤)\\s*${VERSION}$`, 'i'), (last) => ({ through: last, fixedIn: null })],
  [
    new RegExp(`^>=?\\s*${VERSION}\\s*[|,]?\\s*<\\s*${VERSION}$`, 'i'),
    (first, end) => ({ from: first, fixedIn: end }),
  ],
  [
    new RegExp(`^>=?\\s*${VERSION}\\s*[|,]?\\s*(?:<=|≤)\\s*${VERSION}$`, 'i'),
    (first, last) => ({ from: first, through: last, fixedIn: null }),
  ],
  [
    new RegExp(`^(?:all )?(?:versions )?(?:prior to|before) (?:version )?${VERSION}$`, 'i'),
    (end) => ({ fixedIn: end }),
  ],
  [
    new RegExp(`^(?:versions? )?${VERSION} and (?:prior|earlier)(?: versions)?$`, 'i'),
    (last) => ({ through: last, fixedIn: null }),
  ],
  [new RegExp(`^(?:versions? )?${VERSION}$`, 'i'), (only) => ({ from: only, through: only, fixedIn: null })],
];

/** `< 3.6.7`, `vers:generic/>=4.0|<4.2.3`, `2023.3 and prior`; null when it is none that can be compared. */
export function parseRange(text: string): Range | null {
  const plain = text
    .trim()
    .slice(0, 120)
    .replace(/^vers:\w+\//, '');
  for (const [pattern, make] of FORMS) {
    const match = pattern.exec(plain);
    if (match === null) continue;
    const groups = match.slice(1);
    return groups.every((version) => parseVersion(version) !== null) ? make(...groups) : null;
  }
  return null;
}

function exactly(version: string): Range | null {
  return parseVersion(version) === null
    ? parseRange(version)
    : { from: version, through: version, fixedIn: null };
}

function scoreOf(vulnerability: Json, id: string): number | null {
  for (const score of listOf(vulnerability.scores).map(recordOf)) {
    const of = listOf(score.products);
    if (of.length > 0 && !of.includes(id)) continue;
    const { baseScore } = recordOf(score.cvss_v3);
    if (typeof baseScore === 'number' && baseScore >= 0 && baseScore <= 10) return baseScore;
  }
  return null;
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, 200) : '';
}
