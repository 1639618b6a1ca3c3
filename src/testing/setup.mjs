#!/usr/bin/env node
/**
 * Makes a checkout ready to run with nothing but Node and npm: installs what the lock names when something of
 * it is missing or of another version, and builds when a source is newer than `dist`. Does nothing, in a few
 * milliseconds, when all is there. Uses no package: it runs before there are any.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Installs and builds as needed; ends the process with a reason when it cannot. */
export function setup() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) fail(`Node ${process.versions.node} is too old: auscult needs Node 20 or newer`);
  const missing = firstDifference();
  if (missing !== null) install(missing);
  const reason = staleBuild();
  if (reason !== null) {
    console.error(`building: ${reason}`);
    run(process.execPath, [join(ROOT, 'src/testing/build.mjs')]);
  }
}

/** What the lock asks for and node_modules lacks, in words; null when nothing. */
function firstDifference() {
  const wanted = packagesOf(join(ROOT, 'package-lock.json'));
  if (wanted === null) fail('package-lock.json is missing or damaged');
  // npm's own note of what it installed. Compared by content: a fresh checkout's times say nothing.
  const present = packagesOf(join(ROOT, 'node_modules/.package-lock.json'));
  if (present === null) return 'nothing is installed';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.optional || entry.devOptional) continue;
    if (present[path]?.version !== entry.version)
      return `${path.replace(/^.*node_modules\//, '')} is not at ${entry.version}`;
  }
  return null;
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return null;
  }
}

function install(reason) {
  const modules = join(ROOT, 'node_modules');
  // npm ci empties the folder: where it is a link, that is somebody else's.
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    console.error(`node_modules is a link and is left alone, though ${reason}`);
    return;
  }
  console.error(`installing from the lock: ${reason}`);
  const env = { ...process.env };
  // cap is compiled against node's headers. Where they came with node, nothing needs to be fetched.
  const prefix = dirname(dirname(process.execPath));
  if (existsSync(join(prefix, 'include/node/node.h'))) env.npm_package_config_node_gyp_nodedir ??= prefix;
  const npm = process.env.npm_execpath;
  if (npm) run(process.execPath, [npm, 'ci'], env);
  else run('npm', ['ci'], env);
}

/** Why `dist` must be built again, or null. */
function staleBuild() {
  const main = join(ROOT, 'dist/main.js');
  if (!existsSync(main)) return 'there is no dist yet';
  const built = statSync(main).mtimeMs;
  for (const place of ['src', 'dissectors', 'package-lock.json', 'tsconfig.json']) {
    const newer = newerThan(join(ROOT, place), built);
    if (newer !== null) return `${newer.slice(ROOT.length)} is newer than dist`;
  }
  return null;
}

function newerThan(path, time) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs > time ? path : null;
  for (const name of readdirSync(path)) {
    if (name === 'testing' || name.endsWith('.test.ts') || name.endsWith('.md')) continue;
    const newer = newerThan(join(path, name), time);
    if (newer !== null) return newer;
  }
  return null;
}

function run(command, args, env = process.env) {
  // What these print is progress: it goes to stderr, stdout is for results.
  const result = spawnSync(command, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
  if (result.error) fail(`${command}: ${result.error.message}`);
  if (result.status !== 0)
    fail(`${[command, ...args].join(' ')} ended with ${result.status ?? result.signal}`);
}

function fail(message) {
  console.error(`auscult: ${message}`);
  process.exit(1);
}

if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) setup();
