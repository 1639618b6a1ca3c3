import ts from 'typescript';

/**
 * Who may import whom, and who may touch what is outside the process: the table of the architecture, checked
 * against the imports the compiler sees. Test files may import anything.
 */
interface Layer {
  /** Layers that may be imported in full. */
  readonly imports: readonly string[];
  /** Layers of which only types may be imported: no code of theirs runs. */
  readonly types?: readonly string[];
  /** Modules of node; `*` for all. */
  readonly node?: readonly string[];
  /** Packages; `*` for all. */
  readonly packages?: readonly string[];
  /** May read the clock, the environment or chance, and wait. Without, packet time is the only time. */
  readonly impure?: true;
}

// Computing, with no way to the disk, the network, another process or the clock.
const PURE = ['node:buffer', 'node:crypto', 'node:util', 'node:zlib'];
const FILES = [
  'node:fs',
  'node:fs/promises',
  'node:path',
  'node:os',
  'node:url',
  'node:stream',
  'node:stream/promises',
  'node:events',
];

export const LAYERS: Readonly<Record<string, Layer>> = {
  core: { imports: [], node: PURE },
  // Input only: files and a child process that captures. Nothing here could send a packet.
  capture: {
    imports: ['core'],
    node: [...PURE, ...FILES, 'node:child_process', 'node:module', 'node:perf_hooks'],
    packages: ['fzstd', 'cap'],
    impure: true,
  },
  net: { imports: ['core'], node: PURE },
  streams: { imports: ['core', 'net'], node: PURE },
  'dissectors/*': { imports: ['core'], node: PURE },
  'dissectors/index': { imports: ['core', 'dissectors/*'] },
  knowledge: { imports: ['core'], node: PURE },
  trackers: { imports: ['core', 'knowledge'], node: PURE },
  detections: { imports: ['core'], types: ['trackers', 'dissectors/*', 'dissectors/index'], node: PURE },
  sinks: {
    imports: ['core'],
    types: ['trackers', 'detections', 'dissectors/*', 'dissectors/index'],
    node: ['*'],
    packages: ['*'],
    impure: true,
  },
  grafana: {
    imports: ['sinks/metrics/catalogue'],
    node: FILES,
    packages: ['@grafana/grafana-foundation-sdk', 'zod'],
    impure: true,
  },
  // The files directly in src, and what belongs to the command line alone.
  main: {
    imports: [
      'core',
      'capture',
      'net',
      'streams',
      'dissectors/*',
      'dissectors/index',
      'knowledge',
      'trackers',
      'detections',
      'sinks',
    ],
    node: ['*'],
    packages: ['*'],
    impure: true,
  },
};

/**
 * The layer of a file of the repository (path from its root, with `/`); null for tests and what only they use:
 * `testing.ts` and `fixtures.ts` of any folder, `src/testing`, and the recorders of traces.
 */
export function layerOf(path: string): string | null {
  if (/\.test\.ts$|\/(testing|fixtures)\.ts$|^src\/testing\/|^pcaps\/|\.config\.ts$/.test(path)) return null;
  if (/^dissectors\/[^/]+$/.test(path)) return 'dissectors/index';
  if (path.startsWith('dissectors/')) return 'dissectors/*';
  if (path.startsWith('grafana/')) return 'grafana';
  const match = /^src\/([^/]+)\//.exec(path);
  if (match === null || ['cli', 'config', 'vendor'].includes(match[1])) return 'main';
  return match[1];
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Erased by the compiler: no code of the module runs. */
  readonly typeOnly: boolean;
  readonly line: number;
}

interface Contents {
  imports: Import[];
  /** Uses of the clock, timers, the environment or chance. */
  impurities: { what: string; line: number }[];
}

/** Every import of a source text, dynamic ones and re-exports too, and what in it is not a pure function. */
export function contentsOf(path: string, text: string): Contents {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const contents: Contents = { imports: [], impurities: [] };
  const lineOf = (node: ts.Node): number =>
    source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    // A computed specifier could be anything: it is no literal and so matches no rule.
    const text = specifier && ts.isStringLiteralLike(specifier) ? specifier.text : '(computed)';
    contents.imports.push({ specifier: text, typeOnly, line: lineOf(node) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeImport(node.importClause));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      add(node, node.moduleSpecifier, isTypeExport(node));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true);
    else if (ts.isCallExpression(node) && isImportCall(node)) add(node, node.arguments[0], false);
    const impurity = impurityOf(node);
    if (impurity !== null) contents.impurities.push({ what: impurity, line: lineOf(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return contents;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  // `import { type A } from 'x'` still runs x: under verbatimModuleSyntax only `import type` is erased.
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function isTypeExport(node: ts.ExportDeclaration): boolean {
  return node.isTypeOnly;
}

function isImportCall(node: ts.CallExpression): boolean {
  return (
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === 'require')
  );
}

const IMPURE_CALLS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch']);
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID']);

function impurityOf(node: ts.Node): string | null {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && IMPURE_CALLS.has(node.expression.text))
    return node.expression.text;
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date')
    return (node.arguments?.length ?? 0) === 0 ? 'new Date()' : null;
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const member = `${node.expression.text}.${node.name.text}`;
    if (IMPURE_MEMBERS.has(member) || node.expression.text === 'process') return member;
  }
  return null;
}

/** What breaks the table in one file, as `path:line: sentence`. */
export function violations(path: string, text: string): string[] {
  const name = layerOf(path);
  if (name === null) return [];
  const layer = LAYERS[name];
  if (layer === undefined) return [`${path}: ${name} is no layer of the architecture`];
  const { imports, impurities } = contentsOf(path, text);
  const found: string[] = [];
  for (const { specifier, typeOnly, line } of imports) {
    const problem = judge(path, name, layer, specifier, typeOnly);
    if (problem !== null) found.push(`${path}:${line}: ${problem}`);
  }
  if (!layer.impure)
    for (const { what, line } of impurities) found.push(`${path}:${line}: ${name} uses ${what}`);
  return found;
}

function judge(
  path: string,
  name: string,
  layer: Layer,
  specifier: string,
  typeOnly: boolean,
): string | null {
  if (specifier.startsWith('.')) {
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    return judgeFile(path, name, layer, target, typeOnly);
  }
  if (specifier.startsWith('node:')) {
    const allowed = layer.node?.includes('*') || layer.node?.includes(specifier);
    return allowed || typeOnly ? null : `${name} may not import ${specifier}`;
  }
  const parts = specifier.split('/');
  const packageName = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
  const allowed = layer.packages?.includes('*') || layer.packages?.includes(packageName);
  return allowed ? null : `${name} may not import the package ${specifier}`;
}

function judgeFile(
  path: string,
  name: string,
  layer: Layer,
  target: string,
  typeOnly: boolean,
): string | null {
  const to = layerOf(target);
  if (to === null) return `${name} may not import what only tests use: ${target}`;
  if (to === name) {
    if (name !== 'dissectors/*' || dissectorOf(path) === dissectorOf(target)) return null;
    return `dissectors/${dissectorOf(path)} imports its sibling ${dissectorOf(target)}`;
  }
  if (layer.imports.includes(to)) return null;
  if (layer.imports.some((allowed) => target === `src/${allowed}.ts`)) return null;
  if (layer.types?.includes(to))
    return typeOnly ? null : `${name} may import only types of ${to}: use import type`;
  return `${name} may not import ${to} (${target})`;
}

function dissectorOf(path: string): string {
  return path.split('/')[1];
}
