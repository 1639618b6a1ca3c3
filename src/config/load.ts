import { readFileSync, statSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { z } from 'zod';
import { printable } from '../sinks/printable.ts';
import { parseNetwork } from './cidr.ts';
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

/** Keys that this version acts on, by section. The others are checked and have no effect yet, which is said. */
const EFFECTIVE: Readonly<Record<string, 'all' | readonly string[]>> = {
  internal: 'all',
  detections: 'all',
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
export function loadConfig(
  path: string,
  detections: readonly KnownDetection[],
  planned: readonly string[],
): Loaded {
  const { size } = statSync(path);
  if (size > MAX_BYTES)
    return failed([whole(`the file has ${size} bytes; a configuration has at most ${MAX_BYTES}`)]);
  return parseConfig(readFileSync(path), detections, planned);
}

/** As `loadConfig`, for the bytes of a file. `planned`: ids that a later version will have. */
export function parseConfig(
  bytes: Uint8Array,
  detections: readonly KnownDetection[],
  planned: readonly string[],
): Loaded {
  const read = readYaml(bytes);
  if (Array.isArray(read)) return failed(read);
  const check = new Check(read);
  const parsed = CONFIG.safeParse(read.value);
  if (!parsed.success) check.issues(parsed.error.issues, []);
  else {
    check.detections(parsed.data, detections, planned);
    check.places(parsed.data);
    check.effects(parsed.data);
  }
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
  detections(config: ConfigFile, known: readonly KnownDetection[], planned: readonly string[]): void {
    const ids = known.map(({ id }) => id);
    for (const [id, settings] of Object.entries(config.detections ?? {})) {
      const path = ['detections', id];
      const detection = known.find((candidate) => candidate.id === id);
      if (detection === undefined) {
        if (planned.includes(id))
          this.#add(path, 'this version does not have this detection yet: no effect', 'warning', true);
        else
          this.#add(
            path,
            `there is no such detection${didYouMean(id, [...ids, ...planned])}: \`auscult detections\` lists them`,
            'error',
            true,
          );
        continue;
      }
      const names = Object.keys(detection.thresholds);
      for (const name of Object.keys(settings.thresholds ?? {})) {
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

  /** `allow` speaks of zones and devices by name. */
  places(config: ConfigFile): void {
    const names = new Set(['any', ...Object.keys(config.zones ?? {})]);
    for (const device of config.devices ?? []) if (device.name !== undefined) names.add(device.name);
    for (const [index, entry] of (config.allow ?? []).entries())
      for (const end of ['from', 'to'] as const) {
        const place = entry[end];
        if (names.has(place) || parseNetwork(place) !== null) continue;
        this.#add(
          ['allow', index, end],
          `${shown(place)} is no zone, device or network${didYouMean(place, names)}`,
          'error',
        );
      }
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
