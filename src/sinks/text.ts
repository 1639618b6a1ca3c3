import { isoTime, SECOND } from '../core/time.ts';
import type { Finding, Incident, Severity, Silence } from '../detections/finding.ts';
import type { Asset, AssetVulnerability } from '../trackers/asset.ts';
import type { Conversation, Conversations, Peer } from './conversations.ts';
import { compareAddresses, compareAssets, sortedFindings } from './documents.ts';
import { clip, displayWidth, pad, printable, wrap } from './printable.ts';
import type { ExternalTotals, Results } from './results.ts';
import { SEVERITY_ORDER, SEVERITY_RANK } from './severity.ts';
import { isMedical, type Summary } from './summary.ts';
import type { Tally } from './tally.ts';

export interface TextOptions {
  /** Columns to stay within. */
  readonly width: number;
  readonly color: boolean;
  readonly version: string;
  /** Two-letter code of a public address's country; null unknown. */
  country(address: string): string | null;
  /** Show everything: no list is cut. */
  readonly verbose: boolean;
}

export interface TextSource {
  readonly summary: Summary;
  readonly results: Results;
  readonly tally: Tally;
  readonly conversations: Conversations;
  /** Packets lost before the capture was written. */
  readonly dropped: number;
  /** Files in folders that are no captures and were left out. */
  readonly skipped: number;
  /** What else was not seen or not judged, a sentence each. */
  readonly notes?: readonly string[];
}

/** Rows of a table and findings shown unless `--verbose`. */
const ROWS = 20;
const VULNERABLE = 'device.vulnerable-version';
const COLORS: Readonly<Record<Severity, string>> = {
  critical: '1;97;41',
  high: '1;31',
  medium: '33',
  low: '36',
  info: '2',
};

/**
 * The picture a SOC analyst reads at the end of a replay: what was captured, which medical systems speak, to
 * whom, who is outside, what was found, and what could not be seen. Every value from the wire goes through
 * `printable`.
 */
export function textSummary(source: TextSource, options: TextOptions): string {
  return new Page(source, options).text();
}

class Page {
  readonly #source: TextSource;
  readonly #options: TextOptions;
  readonly #lines: string[] = [];

  constructor(source: TextSource, options: TextOptions) {
    this.#source = source;
    this.#options = options;
  }

  text(): string {
    this.#capture();
    // Of a capture without packets nothing may be concluded, not even that all is well.
    if (this.#source.summary.capture.packets > 0) {
      this.#systems();
      this.#others();
      this.#vulnerabilities();
      this.#contradictions();
      this.#conversations();
      this.#exposed();
      this.#outside();
      this.#phi();
      this.#findings();
    }
    this.#quality();
    return `${this.#lines.join('\n')}\n`;
  }

  #capture(): void {
    const { capture, flows } = this.#source.summary;
    const names = capture.inputs.map((input) => printable(input.path));
    const shown = names.length > 3 ? `${names.length} captures` : names.join(', ');
    this.#push(this.#style('1', `auscult ${this.#options.version}`) + (shown ? ` · ${clip(shown, 70)}` : ''));
    if (capture.packets === 0) {
      this.#push('No packets were read.');
      return;
    }
    this.#paragraph(
      `${period(capture)} · ` +
        `${plural(capture.packets, 'packet')}, ${bytes(capture.bytes)} · ` +
        `${plural(flows.tcp, 'TCP flow')}, ${plural(flows.udp, 'UDP flow')}`,
      '',
    );
  }

  #systems(): void {
    const { results, summary } = this.#source;
    const medical = results.assets().filter(isMedical);
    this.#heading(`Medical systems`, `${medical.length} of ${plural(summary.assets.total, 'device')}`);
    if (medical.length === 0) {
      this.#push('  None was recognised.');
      return;
    }
    medical.sort(compareAssets);
    this.#table(
      ['address', 'role', 'product', 'AE titles, HL7 applications', 'services'],
      medical.map((asset) => [
        named(asset),
        asset.modality ? `${asset.role} ${asset.modality}` : asset.role,
        withSystem(asset),
        [...asset.ae_titles, ...asset.hl7_applications].join(' '),
        services(asset),
      ]),
    );
  }

  /** Devices of no medical role that are known by more than an address. */
  #others(): void {
    const others = this.#source.results.assets().filter((asset) => !isMedical(asset));
    const known = others.filter(isKnown);
    if (others.length === 0) return;
    this.#heading(
      'Other devices',
      `${known.length} of ${plural(this.#source.summary.assets.total, 'device')}`,
    );
    if (known.length < others.length)
      this.#push(
        `  Of ${number(others.length - known.length)} more nothing is known but that they are there.`,
      );
    if (known.length === 0) return;
    known.sort(compareAssets);
    this.#table(
      ['address', 'role', 'product', 'services'],
      known.map((asset) => [named(asset), asset.role, withSystem(asset), services(asset, true)]),
    );
  }

  /** Which versions are known to be vulnerable, worst first, and who runs them. */
  #vulnerabilities(): void {
    const assets = this.#source.results.assets();
    const versions = vulnerableVersions(assets);
    if (versions.length === 0) return;
    const devices = assets.filter((asset) => asset.vulnerabilities.length > 0).length;
    this.#heading('Known vulnerabilities', `in versions that ${plural(devices, 'device')} showed`);
    this.#table(
      ['program', 'known', 'worst', 'fixed in', 'confidence', 'devices'],
      versions.map(({ product, version, known, devices }) => [
        `${product} ${version}`,
        number(known.length),
        worstText(known),
        known[0].fixed_in ?? '-',
        known[0].confidence,
        devices.join(' '),
      ]),
    );
  }

  /** What devices say against themselves. For those who want to know all. */
  #contradictions(): void {
    if (!this.#options.verbose) return;
    const rows = this.#source.results
      .assets()
      .flatMap((asset) =>
        asset.contradictions.map(({ attribute, said }) => [
          addresses(asset),
          attribute,
          said.map(({ value, source }) => `${value} (${source})`).join(', '),
        ]),
      );
    if (rows.length === 0) return;
    this.#heading('Contradictions', plural(rows.length, 'attribute'));
    this.#table(['address', 'attribute', 'said'], rows);
  }

  #conversations(): void {
    const all = this.#source.conversations.list();
    const clear = all.filter((conversation) => !conversation.tls);
    const encrypted = all.filter((conversation) => conversation.tls);
    const { dicom, hl7 } = this.#source.summary;
    this.#heading('Who talks to whom in clear', `${plural(clear.length, 'conversation')}`);
    if (clear.length === 0) this.#push('  Nobody speaks DICOM or HL7 in clear here.');
    else this.#conversationTable(clear);
    if (this.#source.conversations.omitted > 0)
      this.#push(
        `  and ${plural(this.#source.conversations.omitted, 'connection')} of pairs beyond the table`,
      );
    this.#protocols();
    if (encrypted.length > 0) {
      this.#heading('Encrypted (TLS)', plural(dicom.over_tls + hl7.over_tls, 'connection'));
      this.#conversationTable(encrypted);
    }
  }

  #conversationTable(conversations: readonly Conversation[]): void {
    this.#table(
      ['protocol', 'from', 'to', 'what'],
      conversations.map((conversation) => [
        conversation.protocol === 'dicom' ? 'DICOM' : 'HL7',
        party(conversation.client.text, conversation.callers),
        party(endpoint(conversation.server.text, conversation.port), conversation.called),
        conversationText(conversation),
      ]),
    );
  }

  #protocols(): void {
    const { dicom, hl7 } = this.#source.summary;
    if (dicom.associations > 0) {
      const outcomes = Object.entries(this.#source.tally.dicom.outcomes)
        .filter(([, count]) => count > 0)
        .map(([outcome, count]) => `${number(count)} ${outcome}`);
      const messages = Object.entries(dicom.messages)
        .filter(([command, count]) => count > 0 && command.endsWith('-RQ'))
        .map(([command, count]) => `${number(count)} ${command}`);
      this.#paragraph(
        `DICOM: ${plural(dicom.associations, 'association')} (${outcomes.join(', ')})` +
          (messages.length > 0 ? `; ${messages.join(', ')}` : ''),
      );
    }
    if (hl7.messages + hl7.acks > 0) {
      const types = Object.entries(hl7.by_type)
        .sort((a, b) => b[1] - a[1])
        .slice(0, 6)
        .map(([type, count]) => `${number(count)} ${type}`);
      const codes = Object.entries(hl7.by_ack).map(([code, count]) => `${number(count)} ${code}`);
      const median = this.#source.tally.hl7.latencies.quantile(0.5);
      this.#paragraph(
        `HL7: ${plural(hl7.messages, 'message')}${types.length > 0 ? ` (${types.join(', ')})` : ''}, ` +
          `${plural(hl7.acks, 'acknowledgement')}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}` +
          (median === null ? '' : `, half of them within ${seconds(median)}`) +
          (hl7.unacknowledged > 0 ? `; ${number(hl7.unacknowledged)} never acknowledged` : ''),
      );
    }
  }

  /** Which kinds of medical systems the outside reaches and which call it, by country. */
  #exposed(): void {
    const { connections } = this.#source.results.external();
    if (connections.length === 0) return;
    const assets = this.#source.results.assets();
    const rows = [...connections.filter(isMedical), ...askedOnly(assets)];
    const exposed = assets.filter(isExposed);
    this.#heading(
      'Exposed medical systems',
      rows.length === 0 ? 'none' : `${plural(exposed.length, 'device')} by role and country`,
    );
    if (rows.length > 0)
      this.#table(
        ['role', 'direction', 'country', 'connections', 'service', 'devices', 'with'],
        rows.sort(byExposure).map((row) => exposureRow(row, exposed)),
      );
    const others = otherConnections(connections, rows);
    if (others !== '') this.#paragraph(`Other systems: ${others}`);
  }

  #outside(): void {
    const peers = this.#source.conversations.peers();
    const { external } = this.#source.summary;
    if (peers.length === 0 && external.peers === 0) return;
    this.#heading(
      'Outside',
      `${plural(Math.max(peers.length, external.peers), 'public address', 'public addresses')}`,
    );
    if (peers.length === 0) return;
    this.#table(
      ['address', 'country', 'came in', 'called', 'bytes', 'with'],
      peers.map((peer) => this.#peerRow(peer)),
    );
  }

  #peerRow(peer: Peer): string[] {
    return [
      peer.address.text,
      this.#options.country(peer.address.text) ?? '?',
      peer.inbound > 0 ? number(peer.inbound) : '-',
      peer.outbound > 0 ? number(peer.outbound) : '-',
      bytes(peer.bytes),
      `${peer.insiders.join(' ')} on ${peer.ports.join(' ')}`,
    ];
  }

  #phi(): void {
    const { phi } = this.#source.summary;
    if (phi.exposures === 0) return;
    this.#heading('Patient data in clear', `of ${plural(phi.patients, 'patient')}`);
    const identifiers = Object.entries(phi.by_identifier)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(([identifier, count]) => `${identifier.replaceAll('-', ' ')} ${number(count)}×`);
    this.#paragraph(`${plural(phi.exposures, 'exposure')}: ${identifiers.join(', ')}`);
  }

  #findings(): void {
    const findings = sortedFindings(this.#source.results.findings());
    const counts = this.#source.summary.findings;
    const totals = SEVERITY_ORDER.filter((severity) => counts[severity] > 0).map((severity) =>
      this.#style(COLORS[severity], `${counts[severity]} ${severity}`),
    );
    this.#heading('Findings', totals.length > 0 ? totals.join(', ') : 'none');
    for (const finding of findings) if (finding.incident?.story) this.#incident(finding, finding.incident);
    const alone = findings
      .filter(({ incident }) => incident === null)
      .filter((finding) => !this.#isAbove(finding));
    const shown = this.#options.verbose ? alone : alone.slice(0, ROWS);
    for (const finding of shown) this.#finding(finding);
    if (shown.length < alone.length)
      this.#push(
        `  … and ${number(alone.length - shown.length)} more: --verbose or findings.json shows them`,
      );
    const above = findings.filter((finding) => this.#isAbove(finding)).length;
    if (above > 0)
      this.#push(`  ${VULNERABLE} on ${plural(above, 'device')}: in the table of versions above`);
  }

  /** Which versions are vulnerable stands in a table of its own: only grave ones are told twice. */
  #isAbove({ detection, severity, incident }: Finding): boolean {
    return (
      detection === VULNERABLE &&
      !this.#options.verbose &&
      incident === null &&
      SEVERITY_RANK[severity] > SEVERITY_RANK.high
    );
  }

  /** What one actor did, step by step. */
  #incident(lead: Finding, { severity, story }: Incident): void {
    const steps = story ?? [];
    this.#push(
      `  ${this.#style(COLORS[severity], severity.toUpperCase())} incident of ${lead.source.ip}: ` +
        `${plural(steps.length, 'step')} from ${clock(lead.firstSeen)}`,
    );
    const shown = this.#options.verbose ? steps : steps.slice(0, ROWS);
    for (const [index, step] of shown.entries()) {
      this.#push(
        `    ${index + 1}. ${clock(step.firstSeen)} ` +
          `${this.#style(COLORS[step.severity], step.severity.toUpperCase())} ${step.detection}`,
      );
      this.#paragraph(printable(step.summary), '       ');
    }
    if (shown.length < steps.length)
      this.#push(`    … and ${plural(steps.length - shown.length, 'more step')}`);
  }

  #finding(finding: Finding): void {
    const { source, destination } = finding;
    const country = destination.country ? ` (${destination.country})` : '';
    const to = destination.port === null ? destination.ip : endpoint(destination.ip, destination.port);
    const between = source.ip === to ? source.ip : `${source.ip} → ${to}${country}`;
    const times = finding.count > 1 ? ` ×${number(finding.count)}` : '';
    this.#push(
      `  ${this.#style(COLORS[finding.severity], finding.severity.toUpperCase())} ` +
        printable(`${finding.detection}  ${between}${times}`),
    );
    this.#paragraph(printable(finding.summary), '    ');
    if (this.#options.verbose) this.#push(`    silence it: ${silencing(finding.silence)}`);
  }

  #quality(): void {
    const { capture, flows } = this.#source.summary;
    const notes: string[] = [...(this.#source.notes ?? [])];
    if (flows.with_gaps > 0)
      notes.push(
        `${plural(flows.with_gaps, 'flow')} with gaps: ${bytes(flows.missed_bytes)} are missing from the capture`,
      );
    if (capture.truncated_packets > 0)
      notes.push(`${plural(capture.truncated_packets, 'packet')} cut by the snap length`);
    if (capture.duplicate_packets > 0)
      notes.push(`${plural(capture.duplicate_packets, 'packet')} delivered twice, analysed once`);
    if (capture.undecoded_packets > 0) {
      const reasons = [...this.#source.results.net().undecoded]
        .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
        .slice(0, this.#options.verbose ? undefined : 8)
        .map(([reason, count]) => `${reason} ${number(count)}`);
      notes.push(
        `${plural(capture.undecoded_packets, 'packet')} not decoded to TCP or UDP: ${reasons.join(', ')}`,
      );
    }
    const { outsideOnly } = this.#source.conversations;
    if (outsideOnly > 0)
      notes.push(
        `${plural(outsideOnly, 'flow')} between two public addresses, judged as somebody else's: if one is yours, name your networks with --internal`,
      );
    if (this.#source.dropped > 0)
      notes.push(`${plural(this.#source.dropped, 'packet')} lost while capturing, says the capture`);
    const evicted = [...this.#source.results.evictions()].filter(([, count]) => count > 0);
    if (evicted.length > 0)
      notes.push(
        `tables were full: ${evicted.map(([table, count]) => `${table} ${number(count)}×`).join(', ')}`,
      );
    const errors = [...this.#source.results.streams().dissectorErrors].filter(([, count]) => count > 0);
    if (errors.length > 0)
      notes.push(
        `a dissector failed and left flows unread (a fault of auscult: please report it): ${errors.map(([name, count]) => `${name} ${number(count)}×`).join(', ')}`,
      );
    for (const input of capture.inputs) if (input.error !== null) notes.push(`${input.path}: ${input.error}`);
    if (this.#source.skipped > 0)
      notes.push(`${plural(this.#source.skipped, 'file')} left out, being no captures`);
    if (notes.length === 0) return;
    this.#heading('What was not seen', '');
    for (const note of notes) this.#paragraph(printable(note));
  }

  #heading(title: string, note: string): void {
    this.#push('');
    this.#push(this.#style('1', title.toUpperCase()) + (note === '' ? '' : `  ${note}`));
  }

  /** A table whose widest columns give way when the page is narrow; their cells go on below. */
  #table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const shown = this.#options.verbose ? rows : rows.slice(0, ROWS);
    const cells = shown.map((row) => row.map(printable));
    const widths = shrink(
      head.map((title, column) =>
        Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[column]))),
      ),
      this.#options.width - 2,
    );
    const line = (row: readonly string[]) =>
      `  ${row.map((cell, column) => pad(cell, widths[column])).join(' '.repeat(GAP))}`.trimEnd();
    this.#push(this.#style('2', line(head.map((title, column) => clip(title, widths[column])))));
    for (const row of cells) {
      const wrapped = row.map((cell, column) => wrap(cell, widths[column]));
      const height = Math.max(...wrapped.map((lines) => lines.length));
      for (let i = 0; i < Math.min(height, TALLEST); i++) {
        const more = i === TALLEST - 1 && height > TALLEST;
        this.#push(line(wrapped.map((lines, column) => cellLine(lines, i, more, widths[column]))));
      }
    }
    if (shown.length < rows.length)
      this.#push(`  … and ${number(rows.length - shown.length)} more (--verbose)`);
  }

  #paragraph(text: string, indent = '  '): void {
    for (const line of wrap(text, Math.max(20, this.#options.width - indent.length)))
      this.#push(indent + line);
  }

  #push(line: string): void {
    this.#lines.push(line);
  }

  #style(code: string, text: string): string {
    return this.#options.color ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

interface VulnerableVersion {
  readonly product: string;
  readonly version: string;
  /** Worst first. */
  known: Asset['vulnerabilities'];
  readonly devices: string[];
}

function vulnerableVersions(assets: readonly Asset[]): VulnerableVersion[] {
  const versions = new Map<string, VulnerableVersion>();
  for (const asset of [...assets].sort(compareAssets)) {
    for (const { product, version } of asset.vulnerabilities) {
      const key = `${product}\n${version}`;
      const known = asset.vulnerabilities.filter((one) => one.product === product && one.version === version);
      const found = versions.get(key);
      if (found === undefined) versions.set(key, { product, version, known, devices: [addresses(asset)] });
      else if (!found.devices.includes(addresses(asset))) {
        found.devices.push(addresses(asset));
        // Of several devices the one that shows it most surely.
        if (surer(known[0], found.known[0])) found.known = known;
      }
    }
  }
  return [...versions.values()].sort(
    (a, b) =>
      SEVERITY_RANK[a.known[0].gravity] - SEVERITY_RANK[b.known[0].gravity] ||
      (b.known[0].cvss ?? 0) - (a.known[0].cvss ?? 0) ||
      b.devices.length - a.devices.length,
  );
}

const SURENESS = { high: 0, medium: 1, low: 2 };

function surer(a: AssetVulnerability, b: AssetVulnerability): boolean {
  return SURENESS[a.confidence] < SURENESS[b.confidence];
}

/** `CVE-2023-43208 9.8 critical, exploited`. */
function worstText(known: Asset['vulnerabilities']): string {
  const [worst] = known;
  const score = worst.cvss === null ? '' : ` ${worst.cvss.toFixed(1)}`;
  const exploited = known.some(({ knownExploited }) => knownExploited) ? ', exploited' : '';
  return `${worst.cve}${score} ${worst.gravity}${exploited}`;
}

type Connections = ExternalTotals['connections'][number];

function isExposed(asset: Asset): boolean {
  return isMedical(asset) ? asset.crossings.length > 0 : asset.crossings.some(({ medical }) => medical);
}

/** A system of no medical role that the outside asked for a medical service is exposed all the same. */
function askedOnly(assets: readonly Asset[]): Connections[] {
  const rows = new Map<string, Connections>();
  for (const asset of assets) {
    if (isMedical(asset)) continue;
    for (const { direction, country, count, medical } of asset.crossings) {
      if (!medical) continue;
      const key = `${asset.role} ${direction} ${country}`;
      const before = rows.get(key)?.count ?? 0;
      rows.set(key, { direction, role: asset.role, country, count: before + count });
    }
  }
  return [...rows.values()];
}

/** What comes in before what goes out, the most first. */
function byExposure(a: Connections, b: Connections): number {
  return (
    Number(a.direction === 'outbound') - Number(b.direction === 'outbound') ||
    b.count - a.count ||
    (a.role < b.role ? -1 : a.role > b.role ? 1 : 0) ||
    (a.country < b.country ? -1 : 1)
  );
}

const DIRECTIONS = { inbound: 'reached from', outbound: 'calls out to' } as const;
/** Who is named in a cell before the rest is counted. */
const NAMED = 3;

function exposureRow({ role, direction, country, count }: Connections, assets: readonly Asset[]): string[] {
  const devices: string[] = [];
  const services = new Set<string>();
  const peers = new Set<string>();
  for (const asset of assets) {
    const ways = asset.crossings.filter(
      (way) => way.direction === direction && way.country === country && (way.medical || isMedical(asset)),
    );
    if (asset.role !== role || ways.length === 0) continue;
    devices.push(named(asset));
    for (const { protocol, proto, port, peers: some } of ways) {
      services.add(`${protocol === '' ? proto : protocol}:${port}`);
      for (const peer of some) peers.add(peer);
    }
  }
  return [
    role,
    DIRECTIONS[direction],
    country === 'ZZ' ? '?' : country,
    number(count),
    some([...services]),
    some(devices),
    some([...peers]),
  ];
}

/** The first few, and how many more. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${shown} +${names.length - NAMED}` : shown || '-';
}

/** Of all connections those that no row shows: `12 came in (US 8, DE 4), 3 called out (US 3)`. */
function otherConnections(all: readonly Connections[], rows: readonly Connections[]): string {
  const parts: string[] = [];
  for (const [direction, words] of [
    ['inbound', 'came in'],
    ['outbound', 'called out'],
  ] as const) {
    const countries = new Map<string, number>();
    const add = (row: Connections, sign: 1 | -1) => {
      if (row.direction === direction)
        countries.set(row.country, (countries.get(row.country) ?? 0) + sign * row.count);
    };
    for (const row of all) add(row, 1);
    for (const row of rows) add(row, -1);
    const sorted = [...countries]
      .filter(([, count]) => count > 0)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (sorted.length === 0) continue;
    const total = sorted.reduce((sum, [, count]) => sum + count, 0);
    const shown = sorted
      .slice(0, 6)
      .map(([country, count]) => `${country === 'ZZ' ? '?' : country} ${number(count)}`);
    if (sorted.length > shown.length) shown.push(`${sorted.length - shown.length} more countries`);
    parts.push(`${number(total)} ${words} (${shown.join(', ')})`);
  }
  return parts.join(', ');
}

const GAP = 2;
/** Lines of one cell. */
const TALLEST = 4;

function cellLine(lines: readonly string[], index: number, last: boolean, width: number): string {
  const line = lines[index] ?? '';
  return last && lines.length > index + 1 ? clip(`${line}…`, width) : line;
}

const NARROWEST = 8;

/** Narrows the widest columns until all fit; none below `NARROWEST`. */
function shrink(widths: number[], available: number): number[] {
  const fitted = [...widths];
  let excess = fitted.reduce((sum, width) => sum + width + GAP, -GAP) - available;
  while (excess > 0) {
    const widest = fitted.indexOf(Math.max(...fitted));
    if (fitted[widest] <= NARROWEST) break;
    fitted[widest]--;
    excess--;
  }
  return fitted;
}

function addresses(asset: Asset): string {
  const [first = asset.macs[0] ?? asset.id, ...more] = [...asset.ips].sort(compareAddresses);
  return more.length > 0 ? `${first} +${more.length}` : first;
}

function isKnown(asset: Asset): boolean {
  return asset.hostname !== null || asset.os !== null || product(asset) !== '-' || asset.services.length > 0;
}

/** Address and name, in one cell that gives way. */
function named(asset: Asset): string {
  // Without its domain, which all have in common.
  return asset.hostname === null ? addresses(asset) : `${addresses(asset)} ${asset.hostname.split('.')[0]}`;
}

function withSystem(asset: Asset): string {
  if (asset.os === null) return product(asset);
  return product(asset) === '-' ? asset.os : `${product(asset)}, ${asset.os}`;
}

/** `programs`: with what each service says it is. */
function services(asset: Asset, programs = false): string {
  return asset.services
    .filter((service) => service.protocol !== '')
    .map((service) => {
      const where = `${service.protocol}:${service.port}${service.tls ? ' (TLS)' : ''}`;
      return programs && service.product !== null
        ? `${where} ${service.product} ${service.version ?? ''}`.trim()
        : where;
    })
    .join(programs ? ', ' : ' ');
}

function product(asset: Asset): string {
  const maker = asset.vendor ?? '';
  const model = asset.model ?? served(asset) ?? implemented(asset);
  return (model.startsWith(maker) ? model : `${maker} ${model}`).trim() || '-';
}

/** The product that a service of its own names, rather than the toolkit inside it. */
function served({ software, services }: Asset): string | null {
  if (software === null) return null;
  const product = software.split(' ')[0];
  return services.some((service) => service.product === product) ? software : null;
}

function implemented({ implementation: { product, version } }: Asset): string {
  return `${product ?? ''} ${version ?? ''}`.trim();
}

function party(where: string, names: readonly string[]): string {
  return names.length === 0 ? where : `${where} ${names.join(' ')}`;
}

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function conversationText(conversation: Conversation): string {
  const parts: string[] = [];
  if (conversation.objects > 0) parts.push(plural(conversation.objects, 'object'));
  if (conversation.messages > 0) parts.push(plural(conversation.messages, 'message'));
  if (conversation.bytes > 0) parts.push(bytes(conversation.bytes));
  parts.push(
    plural(
      conversation.connections,
      conversation.tls ? 'connection' : conversation.protocol === 'dicom' ? 'association' : 'session',
    ),
  );
  if (conversation.refused > 0) parts.push(`${number(conversation.refused)} refused or unanswered`);
  return parts.join(', ');
}

/** Thousands apart, in the one notation that does not depend on the machine's language. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Decimal units, as disks and links are measured. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `9 h 3 min`, `42.1 s`. */
export function duration(total: number): string {
  if (total < 120) return seconds(total);
  const minutes = Math.round(total / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

function seconds(value: number): string {
  if (value >= 1 || value === 0) return `${Number(value.toFixed(1))} s`;
  return value >= 0.001 ? `${Math.round(value * 1000)} ms` : `${Math.round(value * 1e6)} µs`;
}

/** `2026-03-02 08:15:00` of an ISO time. */
function period({ first, last, seconds }: Summary['capture']): string {
  if (first === '') return 'at no believable time';
  return `${moment(first)} to ${moment(last)} UTC, ${duration(seconds)}`;
}

/** The entry of the configuration after which a finding is not reported again. */
function silencing({ key, source, destination }: Silence): string {
  return `${key}: [{source: ${source}, destination: ${destination}, until: <day>, reason: <why>}]`;
}

/** The time of day, UTC. */
function clock(micros: number): string {
  return isoTime(micros).slice(11, 19);
}

function moment(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

/** Microseconds as a moment of the day in UTC. */
export function momentOf(micros: number): string {
  return moment(isoTime(Math.floor(micros / SECOND) * SECOND));
}
