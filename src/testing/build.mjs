#!/usr/bin/env node
/**
 * Bundles `src/main.ts` into `dist/main.js` with a chunk for everything that is imported dynamically, so that
 * `auscult --help` reads one small file and not a hundred modules.
 *
 * `--if-possible` (what `prepare` calls): where the bundler is not installed, as in a production install,
 * says so and succeeds.
 */
import { chmodSync, existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUT = join(ROOT, 'dist');

// Bundled CommonJS packages ask for node's own modules with `require`, which an ES module has to make itself.
const BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Bundles in memory, or throws with what esbuild found. */
export async function bundle() {
  const esbuild = await import('esbuild');
  return esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: { main: 'src/main.ts' },
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // cap is native and optional; the country table is data, found where it was installed.
    external: ['cap', '@ip-location-db/*'],
    // Names stay, so that a stack trace in a report can be read; the rest is for a short start.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    banner: { js: BANNER },
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
}

/** A TypeScript module of the project, loaded while it is built. */
async function load(source) {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: BANNER },
    write: false,
    logLevel: 'silent',
  });
  // It finds the packages it needs from where it lies, so it must lie somewhere for a moment.
  const path = join(ROOT, `node_modules/.auscult-${basename(source, '.ts')}-${process.pid}.mjs`);
  writeFileSync(path, outputFiles[0].contents);
  try {
    return await import(pathToFileURL(path).href);
  } finally {
    rmSync(path);
  }
}

/** `dist/vendor.bin`: a compact table, so that nobody loads 41 MB of oui-data at run time. */
async function vendorTable() {
  return (await load('src/vendor/build.ts')).buildVendorTable();
}

/** `dist/auscult.schema.json`: what an editor checks and completes configurations with. */
export async function configSchema() {
  return (await load('src/config/schema.ts')).schemaText();
}

/** `dist/auscult-vulnerabilities.schema.json`: the same for tables of vulnerabilities. */
export async function vulnerabilitiesSchema() {
  return (await load('src/config/schema.ts')).vulnerabilitiesSchemaText();
}

/** The old `dist` stays whole until the new one is complete. */
async function build() {
  const [bundled, vendors] = await Promise.all([bundle(), vendorTable()]);
  // One after the other: each lies at the same place for a moment while it is loaded.
  const schema = await configSchema();
  const vulnerabilities = await vulnerabilitiesSchema();
  const files = [
    ...bundled.outputFiles,
    { path: join(OUT, 'vendor.bin'), contents: vendors },
    { path: join(OUT, 'auscult.schema.json'), contents: Buffer.from(schema) },
    { path: join(OUT, 'auscult-vulnerabilities.schema.json'), contents: Buffer.from(vulnerabilities) },
  ];
  rmSync(OUT, { recursive: true, force: true });
  let bytes = 0;
  for (const { path, contents } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
    bytes += contents.length;
  }
  chmodSync(join(OUT, 'main.js'), 0o755);
  return { files: files.length, bytes };
}

async function installed(name) {
  try {
    await import(name);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const ifPossible = process.argv.includes('--if-possible');
  if (ifPossible && (!existsSync(join(ROOT, 'src/main.ts')) || !(await installed('esbuild')))) {
    console.error('auscult: not built here (no sources or no esbuild); what is in dist is used');
  } else {
    const start = performance.now();
    try {
      const { files, bytes } = await build();
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.error(
        `built ${relative(ROOT, OUT)}: ${files} files, ${Math.round(bytes / 1024)} KiB, ${seconds} s`,
      );
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
}
