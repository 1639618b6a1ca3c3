import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { AttributeFact, DeviceFact } from '../core/facts.ts';
import type { Micros } from '../core/time.ts';
import type { AssetVulnerability } from '../trackers/asset.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { SEVERITIES, type Severity } from './finding.ts';
import { amount, enumerate, quote, who } from './words.ts';

interface State {
  /** What is known, worst first; the last that was, when the version was changed since. */
  known: readonly AssetVulnerability[];
  /** Seen now; false after the device showed another version. */
  current: boolean;
  /** All that was ever known of it, by vulnerability, product and version; the count of the case. */
  readonly counted: Set<string>;
}

/** Devices that showed something since they were last judged, and devices that have a case. */
const MAX_DEVICES = 16_384;
const MAX_COUNTED = 256;
const SHOWN_PRODUCTS = 3;
const SHOWN_CVES = 3;

/** Attributes in which versions are told. */
const TELLING: ReadonlySet<AttributeFact['attribute']> = new Set([
  'software',
  'product',
  'model',
  'hl7-application',
  'implementation-class-uid',
  'implementation-version-name',
] as const);

/**
 * A device runs a version with known vulnerabilities. One case per device, which is source and destination; its
 * count is vulnerabilities. A version seen in passing is a lead: how sure it is limits how loud it is said.
 */
export const deviceVulnerableVersion = defineDetection<State>({
  meta: {
    id: 'device.vulnerable-version',
    title: 'Version with known vulnerabilities',
    severity: 'medium',
    escalation:
      'by the CVSS base score of the worst vulnerability (9.0 critical, 7.0 high, 4.0 medium), at most medium while the confidence is medium and low while it is low; one that is known to be exploited is not held down',
    why: 'A device says in every association or page which program of which version it runs. Medical devices are patched late or never, and attackers read the same advisories: what is listed here is where they begin.',
    action:
      'Look up which version is installed, for distributions fix without a new number and toolkits are patched inside products. Update it or ask the vendor for the fix; until then let only those reach it that must.',
    reference: 'CISA ICS medical advisories, CISA KEV, the CVE records named in the data',
    attack: ['T1190', 'T1210', 'T0866'],
    stage: 'exposure',
    thresholds: {},
    example: {
      fires: 'An SCP announces OFFIS_DCMTK_362; Mirth Connect says at its web page that it is 4.3.0.',
      silent:
        'The same of a fixed version, or a product that shows no version or one that cannot be compared.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { inventory } = context;
  const pending = new BoundedMap<Address, true>(MAX_DEVICES);
  /** All that ever showed something, judged again when the capture is over and all is known. */
  const shown = new BoundedMap<Address, true>(MAX_DEVICES);
  /** The address that speaks for an asset, so that one with two addresses has one case. */
  const speakers = new BoundedMap<string, Address>(MAX_DEVICES);

  function told(address: Address): void {
    if (!address.internal || pending.has(address)) return;
    pending.set(address, true);
    shown.set(address, true);
  }

  function attribute({ attribute: name }: AttributeFact | DeviceFact, address: Address | null): void {
    if (address !== null && TELLING.has(name)) told(address);
  }

  function judgeAll(time: Micros): void {
    if (pending.size === 0) return;
    for (const address of pending.keys()) judge(address, time);
    pending.clear();
  }

  function judge(address: Address, time: Micros): void {
    const known = inventory.vulnerabilities(address.text);
    if (known.length === 0) {
      const found = context.find(address, address);
      if (found !== undefined) found.state.current = false;
      return;
    }
    const id = inventory.assetId(address.text);
    const speaker = (id === null ? undefined : speakers.get(id)) ?? address;
    if (id !== null && speaker === address) speakers.set(id, address);
    const found = context.open(speaker, speaker, null, () => ({
      known: [],
      current: true,
      counted: new Set(),
    }));
    report(found, speaker === address ? known : together(found.state.known, known), time);
  }

  function report(found: Case<State>, known: readonly AssetVulnerability[], time: Micros): void {
    const { state } = found;
    const before = state.counted.size;
    if (known !== state.known)
      for (const { cve, product, version } of known)
        if (state.counted.size < MAX_COUNTED) state.counted.add(`${cve} ${product} ${version}`);
    const news = state.counted.size - before;
    const severity = severityOf(known);
    state.known = known;
    state.current = true;
    if (news > 0) context.hit(found, severity, null, time, news);
    // What became known of the device may make it less sure, too.
    if (found.severity !== severity) context.grade(found, severity);
  }

  return {
    facts: {
      attribute: (fact, flow) => attribute(fact, flow[fact.side].address),
      device: (fact) => attribute(fact, fact.address),
      service(fact, flow) {
        if (fact.version !== undefined) told(flow.server.address);
      },
    },
    tick: judgeAll,
    end(time) {
      judgeAll(time);
      // By now it is known whom an address belongs to, and who only passes on what others say.
      for (const address of shown.keys()) pending.set(address, true);
      judgeAll(time);
    },
    describe: (found) => describe(context, found),
  };
}

function isSame(a: AssetVulnerability, b: AssetVulnerability): boolean {
  return a.cve === b.cve && a.product === b.product && a.version === b.version;
}

function together(
  before: readonly AssetVulnerability[],
  more: readonly AssetVulnerability[],
): readonly AssetVulnerability[] {
  const added = more.filter((one) => !before.some((other) => isSame(one, other)));
  return added.length === 0 ? before : [...before, ...added];
}

/** The most that the confidence lets be said. */
const LOUDEST: Readonly<Record<AssetVulnerability['confidence'], Severity>> = {
  high: 'critical',
  medium: 'medium',
  low: 'low',
};

function severityOfOne({ gravity, confidence, knownExploited }: AssetVulnerability): Severity {
  const loudest = knownExploited ? 'critical' : LOUDEST[confidence];
  return SEVERITIES.indexOf(gravity) < SEVERITIES.indexOf(loudest) ? loudest : gravity;
}

export function severityOf(known: readonly AssetVulnerability[]): Severity {
  return known.map(severityOfOne).sort((a, b) => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b))[0] ?? 'info';
}

/** Those of one version of one product. */
interface Program {
  readonly product: string;
  readonly version: string;
  readonly known: AssetVulnerability[];
}

function programsOf(known: readonly AssetVulnerability[]): Program[] {
  const programs: Program[] = [];
  for (const one of known) {
    const program = programs.find(
      ({ product, version }) => product === one.product && version === one.version,
    );
    if (program === undefined) programs.push({ product: one.product, version: one.version, known: [one] });
    else program.known.push(one);
  }
  return programs;
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { known, current } = found.state;
  const programs = programsOf(known);
  const shown = programs.slice(0, SHOWN_PRODUCTS).map(programText);
  const more = programs.length - shown.length;
  if (more > 0) shown.push(`${more} more`);
  const exploited = known.filter(({ knownExploited }) => knownExploited).map(({ cve }) => cve);
  const since = current ? '' : ' It has shown another version since.';
  const abused =
    exploited.length === 0 ? '' : ` Known to be exploited: ${enumerate([...new Set(exploited)])}.`;
  return {
    summary: `${who(inventory, found.source)} runs ${enumerate(shown)}.${abused}${doubtText(known)}${since}`,
    data: {
      programs: programs.map(({ product, version }) => `${product} ${version}`),
      vulnerabilities: known.map((one) => ({
        cve: one.cve,
        product: one.product,
        version: one.version,
        fixed_in: one.fixed_in,
        cvss: one.cvss,
        confidence: one.confidence,
        known_exploited: one.knownExploited,
        reference: one.reference,
      })),
      known_exploited: exploited,
      doubts: [...new Set(known.flatMap(({ doubts }) => doubts))],
      current,
    },
  };
}

/** `OFFIS DCMTK 3.6.7 with 9 known vulnerabilities (CVE-2024-47796 CVSS 8.4, …)`. The version is the wire's. */
function programText({ product, version, known }: Program): string {
  const cves = known
    .slice(0, SHOWN_CVES)
    .map(({ cve, cvss }) => (cvss === null ? cve : `${cve} CVSS ${cvss}`));
  const rest = known.length > SHOWN_CVES ? ', …' : '';
  const fixedIn = known[0].fixed_in;
  const fix = fixedIn === null ? '' : `; the first is fixed in ${fixedIn}`;
  return (
    `${product} ${/^[\w.+~() -]{1,32}$/.test(version) ? version : quote(version)} with ${amount(known.length, 'known vulnerability', 'known vulnerabilities')} ` +
    `(${cves.join(', ')}${rest}${fix})`
  );
}

/** Why the surest of them is not sure. */
function doubtText(known: readonly AssetVulnerability[]): string {
  const [surest] = [...known].sort((a, b) => rank(a.confidence) - rank(b.confidence));
  if (surest === undefined || surest.confidence === 'high') return '';
  const doubt = surest.doubts[0];
  return ` Confidence is ${surest.confidence}${doubt === undefined ? '' : `: ${doubt}`}.`;
}

function rank(confidence: AssetVulnerability['confidence']): number {
  return confidence === 'high' ? 0 : confidence === 'medium' ? 1 : 2;
}
