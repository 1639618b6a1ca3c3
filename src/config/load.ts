import { readFileSync, statSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { z } from 'zod';
import { printable } from '../sinks/printable.ts';
import { parseNetwork } from './cidr.ts';
import { PORTS_MEANT, parseService } from './service.ts';
import { CONFIG, type ConfigFile, jsonSchema } from './shape.ts';
import { suggestion } from './suggest.ts';

/** Something a reader of the file should know, where it stands. Lines and columns count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** Dotted path of the key; '' for the file as a whole. */
  readonly key: string;
  readonly message: string;
  /** An error makes the file unusable; a warning does not. */
  readonly level: 'error' | 'warning';
}

export interface Loaded {
  /** Null when there is an error among the problems. */
  readonly config: ConfigFile | null;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}

/** What the program knows, against which ids and thresholds are checked. */
export interface KnownDetection {
  readonly id: string;
  readonly thresholds: Readonly<Record<string, unknown>>;
}

/** Everything that names in a configuration are checked against. */
export interface Known {
  readonly detections: readonly KnownDetection[];
  /** Names of protocols that are recognised; any is taken when there are none. */
  readonly protocols?: readonly string[];
}

/** Keys that this version acts on, by section. The others are checked and have no effect yet, which is said. */
const EFFECTIVE: Readonly<Record<string, 'all' | readonly string[]>> = {
  internal: 'all',
  zones: 'all',
  allow: 'all',
  ae_titles: 'all',
  devices: 'all',
  detections: 'all',
  learn: 'all',
  metrics: 'all',
  limits: ['flows'],
  vulnerabilities: 'all',
};

const MAX_BYTES = 4 * 1024 * 1024;

/** `file:line:column: key: message`, one line, nothing unprintable. */
export function problemText(file: string, problem: Problem): string {
  const key = problem.key === '' ? '' : `${problem.key}: `;
  const level = problem.level === 'warning' ? 'warning: ' : '';
  return printable(`${file}:${problem.line}:${problem.column}: ${level}${key}${problem.message}`);
}

/** Reads and checks a configuration file. Throws what node throws when it cannot be read. */
export function loadConfig(path: string, known: Known): Loaded {
  const { size } = statSync(path);
  if (size > MAX_BYTES)
    return failed([whole(`the file has ${size} bytes; a configuration has at most ${MAX_BYTES}`)]);
  return parseConfig(readFileSync(path), known);
}

/** As `loadConfig`, for the bytes of a file. */
export function parseConfig(bytes: Uint8Array, known: Known): Loaded {
  const read = readYaml(bytes);
  if (Array.isArray(read)) return failed(read);
  const check = new Check(read);
  const parsed = CONFIG.safeParse(read.value);
  if (!parsed.success) check.issues(parsed.error.issues, []);
  else check.effects(parsed.data);
  // Names are looked up whatever else is wrong, so that all there is to correct is said at once.
  check.detections(known);
  check.zones();
  check.allow(known.protocols ?? []);
  check.titles();
  check.devices();
  const problems = check.sorted();
  const usable = parsed.success && problems.every((problem) => problem.level !== 'error');
  return { config: usable ? parsed.data : null, problems };
}

/** A document as it stands in the file and as values. */
interface Read {
  readonly root: Node | null;
  readonly value: unknown;
  at(offset: number): { line: number; column: number };
}

/** Reads YAML, of which JSON is a part; an array of problems when it is none. */
function readYaml(bytes: Uint8Array): Read | Problem[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return [whole('the file is not UTF-8 text')];
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const syntax = document.errors.map((error) => ({
      ...at(error.pos[0]),
      key: '',
      message: `not valid YAML: ${error.message.split('\n')[0]}`,
      level: 'error' as const,
    }));
    return syntax;
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    return [whole(`not usable YAML: ${error instanceof Error ? error.message : String(error)}`)];
  }
  return { root: document.contents as Node | null, value, at };
}

/** What is in a file of a form of its own, when it is right, and what is wrong with it. */
export interface Checked<T> {
  readonly data: T | null;
  readonly problems: readonly Problem[];
}

/**
 * Checks a file against a schema, as the configuration is. `described`: the schema as JSON schema. `otherwise`: takes a
 * document of another form, when it is one.
 */
export function checkFile<T, O>(
  path: string,
  schema: z.ZodType<T>,
  described: () => Record<string, unknown>,
  otherwise: (value: unknown) => Checked<O> | null,
): Checked<T | O> {
  const { size } = statSync(path);
  if (size > MAX_BYTES)
    return { data: null, problems: [whole(`the file has ${size} bytes; at most ${MAX_BYTES} are read`)] };
  const read = readYaml(readFileSync(path));
  if (Array.isArray(read)) return { data: null, problems: read };
  const other = otherwise(read.value);
  if (other !== null) return other;
  const parsed = schema.safeParse(read.value);
  if (parsed.success) return { data: parsed.data, problems: [] };
  const check = new Check(read, described);
  check.issues(parsed.error.issues, []);
  return { data: null, problems: check.sorted() };
}

type Path = readonly (string | number)[];
type Issue = z.core.$ZodIssue;
interface SchemaNode {
  readonly description?: string;
  readonly 'x-expected'?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly type?: string;
}

class Check {
  readonly #root: Node | null;
  readonly #value: unknown;
  readonly #at: (offset: number) => { line: number; column: number };
  readonly #described: () => SchemaNode;
  readonly #problems: Problem[] = [];

  constructor(
    { root, value, at }: Read,
    described = (): Record<string, unknown> => (schemaRoot ??= jsonSchema()),
  ) {
    this.#root = root;
    this.#value = value;
    this.#at = at;
    this.#described = () => described() as SchemaNode;
  }

  issues(issues: readonly Issue[], base: Path): void {
    for (const issue of issues) this.#issue(issue, [...base, ...(issue.path as Path)]);
  }

  #issue(issue: Issue, path: Path): void {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) this.#unknownKey(path, key);
      return;
    }
    if (issue.code === 'invalid_union') {
      // The branch that the value's own kind meant: the one that does not object to the kind.
      const branch = issue.errors.find((errors) =>
        errors.every((error) => error.path.length > 0 || error.code !== 'invalid_type'),
      );
      if (branch !== undefined) {
        this.issues(branch as readonly Issue[], path);
        return;
      }
    }
    const { schema } = this.#schema(path);
    const value = valueAt(this.#value, path);
    if (issue.code === 'invalid_key') {
      const expected = expectation(this.#schema(path.slice(0, -1)).schema?.propertyNames);
      this.#add(path, `this cannot be a key here${expected ? `: expected ${expected}` : ''}`, 'error', true);
    } else if (value === undefined) {
      const name = String(path.at(-1));
      const expected = schema?.description;
      this.#add(path.slice(0, -1), `${name} is missing${expected ? `: ${expected}` : ''}`, 'error', true);
    } else {
      const expected =
        path.length === 0 ? 'a mapping of keys to values' : (expectation(schema) ?? issue.message);
      this.#add(path, `${shown(value)} is not valid: expected ${expected}`, 'error');
    }
  }

  #unknownKey(path: Path, key: string): void {
    const where = [...path, key];
    if (/^reveal[-_]?phi$/i.test(key)) {
      this.#add(
        where,
        'patient data is revealed only by typing --reveal-phi on the command line, never by a file',
        'error',
        true,
      );
      return;
    }
    const known = Object.keys(this.#schema(path).schema?.properties ?? {});
    this.#add(
      where,
      `unknown key${didYouMean(key, known)}; expected one of ${known.join(', ')}`,
      'error',
      true,
    );
  }

  /** Ids and threshold names, which only the catalogue of detections knows. */
  detections({ detections }: Known): void {
    const ids = detections.map(({ id }) => id);
    for (const [id, settings] of this.#entries('detections')) {
      const path = ['detections', id];
      this.#ignored(path, recordOf(settings).ignore);
      const detection = detections.find((candidate) => candidate.id === id);
      if (detection === undefined) {
        this.#add(
          path,
          `there is no such detection${didYouMean(id, ids)}: \`auscult detections\` lists them`,
          'error',
          true,
        );
        continue;
      }
      const names = Object.keys(detection.thresholds);
      for (const name of Object.keys(recordOf(recordOf(settings).thresholds))) {
        if (names.includes(name)) continue;
        const expected = names.length > 0 ? `expected one of ${names.join(', ')}` : 'this detection has none';
        this.#add(
          [...path, 'thresholds', name],
          `unknown threshold${didYouMean(name, names)}; ${expected}`,
          'error',
          true,
        );
      }
    }
  }

  /** What is ignored is forgotten, unless somebody has to look at it again. */
  #ignored(path: Path, entries: unknown): void {
    for (const [index, entry] of listOf(entries).entries()) {
      const { until, reason } = recordOf(entry);
      const missing = [
        ...(until === undefined ? ['until: an end date'] : []),
        ...(reason === undefined ? ['reason: why'] : []),
      ];
      if (missing.length > 0)
        this.#add([...path, 'ignore', index], `better with ${missing.join(', and ')}`, 'warning');
    }
  }

  zones(): void {
    const networks = new Map<string, string>();
    let medical = false;
    const zones = this.#entries('zones');
    for (const [name, zone] of zones) {
      const path = ['zones', name];
      if (name === ANY || parseNetwork(name) !== null)
        this.#add(path, 'this cannot name a zone: in allow it means something else', 'error', true);
      const cidrs = Array.isArray(zone) ? path : [...path, 'cidrs'];
      // What is neither true nor false is told of elsewhere.
      if (![undefined, false].includes(recordOf(zone).medical as boolean | undefined)) medical = true;
      for (const [index, text] of listOf(valueAt(this.#value, cidrs)).entries()) {
        const network = typeof text === 'string' ? parseNetwork(text) : null;
        if (network === null) continue;
        const key = JSON.stringify(network);
        const other = networks.get(key);
        if (other === undefined) networks.set(key, name);
        else
          this.#add(
            [...cidrs, index],
            other === name
              ? `${shown(text)} is named twice`
              : `${shown(text)} is in the zone ${shown(other)} already: a network has one zone`,
            'error',
          );
      }
    }
    if (zones.length > 0 && !medical)
      this.#add(
        ['zones'],
        'no zone has medical: true, so that no traffic between them is judged',
        'warning',
        true,
      );
  }

  /** `allow` speaks of zones and devices by name, and of protocols. */
  allow(protocols: readonly string[]): void {
    const devices = this.#list('devices').map(recordOf);
    const named = (device: Readonly<Record<string, unknown>>) => typeof device.name === 'string';
    const withAddress = new Set(
      devices.filter((device) => named(device) && device.ip !== undefined).map(nameOf),
    );
    const withoutAddress = new Set(devices.filter(named).map(nameOf));
    const names = new Set([ANY, ...this.#entries('zones').map(([name]) => name), ...withAddress]);
    for (const [index, entry] of this.#list('allow').entries()) {
      const record = recordOf(entry);
      for (const end of ['from', 'to'] as const) {
        const place = record[end];
        if (typeof place !== 'string' || place === '' || names.has(place) || parseNetwork(place) !== null)
          continue;
        const problem = withoutAddress.has(place)
          ? `${shown(place)} is known by its MAC alone: give the device its ip`
          : `${shown(place)} is no zone, device or network${didYouMean(place, names)}`;
        this.#add(['allow', index, end], problem, 'error');
      }
      const { service } = record;
      if (typeof service === 'string') this.#protocol(['allow', index, 'service'], service, protocols);
      for (const [at, one] of listOf(service).entries())
        this.#protocol(['allow', index, 'service', at], one, protocols);
    }
  }

  #protocol(path: Path, text: unknown, protocols: readonly string[]): void {
    const protocol = typeof text === 'string' ? (parseService(text)?.protocol ?? null) : null;
    if (protocol === null || protocols.length === 0 || protocols.includes(protocol)) return;
    const port = Object.hasOwn(PORTS_MEANT, protocol) ? PORTS_MEANT[protocol] : null;
    const advice =
      port !== null
        ? `: write ${port}`
        : `${didYouMean(protocol, protocols)}; expected a port such as tcp/443, or one of ${protocols.join(', ')}`;
    this.#add(path, `${shown(protocol)} is not recognised by what it says${advice}`, 'error');
  }

  titles(): void {
    const seen = new Set<string>();
    for (const [title] of this.#entries('ae_titles')) {
      const meant = title.trim();
      if (meant === '') this.#add(['ae_titles', title], 'spaces alone are no AE title', 'error', true);
      else if (seen.has(meant))
        this.#add(
          ['ae_titles', title],
          'the same AE title again: spaces around it do not count (PS3.8 §9.3.2)',
          'error',
          true,
        );
      seen.add(meant);
    }
  }

  devices(): void {
    const zones = new Set(this.#entries('zones').map(([name]) => name));
    const seen = { ip: new Set<string>(), mac: new Set<string>() };
    for (const [index, entry] of this.#list('devices').entries()) {
      const device = recordOf(entry);
      const { name } = device;
      if (typeof name === 'string' && (name === ANY || zones.has(name) || parseNetwork(name) !== null))
        this.#add(
          ['devices', index, 'name'],
          `${shown(name)} means something else in allow${zones.has(name) ? ': a zone has this name' : ''}`,
          'error',
        );
      for (const key of ['ip', 'mac'] as const) {
        const value = device[key];
        if (typeof value !== 'string') continue;
        const plain =
          key === 'mac' ? value.toLowerCase().replaceAll('-', ':') : JSON.stringify(parseNetwork(value));
        if (seen[key].has(plain))
          this.#add(['devices', index, key], `${shown(value)} is another device's already`, 'error');
        seen[key].add(plain);
      }
    }
  }

  /** A section that is a mapping, whatever else is wrong with the file. */
  #entries(section: string): [string, unknown][] {
    return Object.entries(recordOf(recordOf(this.#value)[section]));
  }

  #list(section: string): readonly unknown[] {
    return listOf(recordOf(this.#value)[section]);
  }

  /** Says which sections are without effect, so that nobody relies on them. */
  effects(config: ConfigFile): void {
    for (const [section, value] of Object.entries(config)) {
      const keys = EFFECTIVE[section] ?? [];
      if (keys === 'all') continue;
      const idle = keys.length === 0 ? [[section]] : idleKeys(value, keys).map((key) => [section, key]);
      for (const path of idle)
        this.#add(path, 'checked, but without effect in this version', 'warning', true);
    }
  }

  sorted(): Problem[] {
    return this.#problems.sort((a, b) => a.line - b.line || a.column - b.column);
  }

  #add(path: Path, message: string, level: Problem['level'], atKey = false): void {
    this.#problems.push({ ...this.#at(this.#offset(path, atKey)), key: path.join('.'), message, level });
  }

  /** Where a path stands in the text; what is not there stands where its parent does. */
  #offset(path: Path, atKey: boolean): number {
    let node: Node | null = this.#root;
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, segment] of path.entries()) {
      const last = depth === path.length - 1;
      if (isMap(node)) {
        const pair = node.items.find((item) => keyText(item as Pair) === String(segment)) as Pair | undefined;
        if (pair === undefined) return offset;
        const key = pair.key as Node | null;
        const value = pair.value as Node | null;
        offset = key?.range?.[0] ?? offset;
        if (!(last && atKey)) offset = value?.range?.[0] ?? offset;
        node = value;
      } else if (isSeq(node)) {
        node = (node.items[Number(segment)] as Node | undefined) ?? null;
        if (node === null) return offset;
        offset = node.range?.[0] ?? offset;
      } else return offset;
    }
    return offset;
  }

  #schema(path: Path): { schema: SchemaNode | undefined } {
    let schema: SchemaNode | undefined = this.#described();
    let value: unknown = this.#value;
    for (const segment of path) {
      schema = branchFor(schema, value);
      value = valueAt(value, [segment]);
      if (typeof segment === 'number') schema = schema?.items;
      else if (schema?.properties && Object.hasOwn(schema.properties, segment))
        schema = schema.properties[segment];
      else
        schema = typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    }
    return { schema: branchFor(schema, value) ?? schema };
  }
}

/** In `allow`: everybody. */
const ANY = 'any';

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function nameOf({ name }: Readonly<Record<string, unknown>>): string {
  return String(name);
}

/** Keys of a section, where it is a mapping, that are not among the effective ones. */
function idleKeys(section: unknown, effective: readonly string[]): string[] {
  return Object.keys(section ?? {}).filter((key) => !effective.includes(key));
}

let schemaRoot: Record<string, unknown> | undefined;

/** Of alternatives the one for the value's kind; with none, the whole. */
function branchFor(schema: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  if (schema?.anyOf === undefined) return schema;
  const kind = Array.isArray(value) ? 'array' : typeof value;
  return schema.anyOf.find((branch) => branch.type === kind) ?? schema;
}

const KINDS: Readonly<Record<string, string>> = { array: 'a list', object: 'a mapping' };

/** What a value has to be, in words. */
function expectation(schema: SchemaNode | undefined): string | undefined {
  if (schema === undefined) return undefined;
  if (schema['x-expected'] !== undefined) return schema['x-expected'];
  const kind = schema.type === undefined || schema.anyOf !== undefined ? undefined : KINDS[schema.type];
  return kind !== undefined && schema.description !== undefined
    ? `${kind} (${schema.description})`
    : schema.description;
}

function keyText(pair: Pair): string {
  const { key } = pair;
  return isScalar(key) ? String(key.value) : String(key);
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const segment of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = (current as Record<string | number, unknown>)[segment];
  }
  return current;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = suggestion(word, candidates);
  return meant === null ? '' : ` (did you mean ${meant}?)`;
}

function whole(message: string): Problem {
  return { line: 1, column: 1, key: '', message, level: 'error' };
}

function failed(problems: readonly Problem[]): Loaded {
  return { config: null, problems };
}
