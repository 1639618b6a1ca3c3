/**
 * `npm run check` and, with `--all`, `npm test`: every check in turn, a line and a time for each, what was
 * left out for want of what, and the counts. `--complete` (continuous integration) fails when anything was
 * left out. Writes the counts to `out/tests/result.json`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileReport } from './reporter.ts';
import { type LeftOut, TOOLS } from './tools.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUT = join(ROOT, 'out/tests');
const LEFT_OUT = join(OUT, 'left-out.jsonl');
const TEST_REPORT = join(OUT, 'files.json');

/** Test files that are a step of their own; every other file is a unit test. */
const GROUPS: readonly { name: string; files: RegExp; slow?: true; mayBeEmpty?: true }[] = [
  { name: 'layering', files: /^src\/testing\/layers\.test\.ts$/ },
  { name: 'docs', files: /^src\/testing\/docs\.test\.ts$/ },
  {
    name: 'units',
    files: /^(?!src\/testing\/(layers|docs|golden|fuzz|privacy|captures)\.test\.ts$)(?!.*\.slow\.test\.ts$)/,
  },
  { name: 'goldens', files: /^src\/testing\/golden\.test\.ts$/ },
  { name: 'fuzz smoke', files: /^src\/testing\/fuzz\.test\.ts$/ },
  { name: 'privacy', files: /^src\/testing\/privacy\.test\.ts$/ },
  { name: 'captures sweep', files: /^src\/testing\/captures\.test\.ts$/, slow: true },
  { name: 'slow tests', files: /\.slow\.test\.ts$/, slow: true, mayBeEmpty: true },
];

/** Longer than any step takes on a loaded two-core machine; a step that hangs is ended and fails. */
const STEP_LIMIT_MS = 12 * 60_000;

interface Outcome {
  passed: number;
  failed: number;
}

async function main(): Promise<void> {
  const all = process.argv.includes('--all');
  const complete = process.argv.includes('--complete');
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });

  const total: Outcome = { passed: 0, failed: 0 };
  const add = (outcome: Outcome): void => {
    total.passed += outcome.passed;
    total.failed += outcome.failed;
  };
  add(
    await command('types', 'tsc', ['-p', '.', '--incremental', '--tsBuildInfoFile', 'out/types.tsbuildinfo']),
  );
  add(await command('lint and format', 'biome', ['check', '--error-on-warnings']));
  const tests = await vitest(all);
  add(tests.outcome);

  const leftOut = readLeftOut();
  for (const line of describeLeftOut(leftOut, tests.skipped)) print(line);
  const left = leftOut.length + tests.skipped.length;
  if (complete && left > 0) {
    print('not complete: something was left out');
    total.failed++;
  }
  writeFileSync(join(OUT, 'result.json'), `${JSON.stringify({ ...total, leftOut: left })}\n`);
  // `.ci/run`, which asks for completeness, says the counts last and once.
  if (!complete) print(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** A program of node_modules/.bin that succeeds or fails as a whole. */
async function command(name: string, program: string, args: string[]): Promise<Outcome> {
  const start = performance.now();
  const { ok, output } = await run(program, args);
  report(name, ok ? 'ok' : 'FAILED', performance.now() - start);
  if (!ok) print(output);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

async function vitest(all: boolean): Promise<{ outcome: Outcome; skipped: string[] }> {
  const args = ['run', '--silent=passed-only', '--reporter=dot', '--reporter=./src/testing/reporter.ts'];
  if (!all)
    for (const pattern of ['src/testing/captures.test.ts', '**/*.slow.test.ts'])
      args.push('--exclude', pattern);
  const start = performance.now();
  const { ok, output } = await run('vitest', args);
  const outcome: Outcome = { passed: 0, failed: 0 };
  const files = readReport();
  const groups = GROUPS.map((group) => ({ ...group, ran: 0, passed: 0, failed: 0, ms: 0 }));
  for (const file of files) {
    const group = groups.find((candidate) => candidate.files.test(file.path));
    if (!group) throw new Error(`${file.path} belongs to no group`);
    group.ran++;
    group.passed += file.passed;
    group.failed += file.failed;
    group.ms += file.ms;
  }
  for (const group of groups) {
    if (group.slow && !all) continue;
    // A renamed file must not make its step pass by not running.
    if (group.ran === 0 && !group.mayBeEmpty) group.failed++;
    const verdict = group.failed > 0 ? `${group.failed} FAILED` : 'ok';
    report(group.name, `${verdict}, ${group.passed} passed`, group.ms);
    outcome.passed += group.passed;
    outcome.failed += group.failed;
  }
  if (!ok && outcome.failed === 0) {
    // An error outside every test, or no report at all.
    report('vitest', 'FAILED', performance.now() - start);
    outcome.failed = 1;
  }
  if (!ok) print(output);
  const skipped = files.filter((file) => file.skipped > 0 && file.failed === 0);
  return { outcome, skipped: skipped.map((file) => `${file.skipped} of ${file.path}`) };
}

function readReport(): FileReport[] {
  try {
    return JSON.parse(readFileSync(TEST_REPORT, 'utf8')) as FileReport[];
  } catch {
    return [];
  }
}

function readLeftOut(): LeftOut[] {
  let text: string;
  try {
    text = readFileSync(LEFT_OUT, 'utf8');
  } catch {
    return [];
  }
  // The same check may ask several times; once is enough to tell.
  const lines = new Set(text.split('\n').filter((line) => line !== ''));
  return [...lines].sort().map((line) => JSON.parse(line) as LeftOut);
}

/** Tests skipped by vitest are told only where no missing tool explains a skip: then nobody said why. */
function describeLeftOut(leftOut: readonly LeftOut[], skipped: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [name, { install }] of Object.entries(TOOLS)) {
    const checks = leftOut.filter((entry) => entry.tool === name);
    if (checks.length === 0) continue;
    lines.push(
      `left out: ${checks.length} ${checks.length === 1 ? 'check' : 'checks'} for want of ${name} (${install})`,
    );
    for (const { check } of checks) lines.push(`  - ${check}`);
  }
  if (skipped.length > 0) lines.push(`tests skipped: ${skipped.join(', ')}`);
  return lines;
}

/** Runs to its end with its output kept, which is wanted only when it failed. */
function run(program: string, args: string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules/.bin', program), args, {
      cwd: ROOT,
      env: {
        ...process.env,
        AUSCULT_LEFT_OUT: LEFT_OUT,
        AUSCULT_TEST_REPORT: TEST_REPORT,
        ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what it started ends with it.
      detached: true,
    });
    const end = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    const interrupted = (): void => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const timer = setTimeout(() => {
      chunks.push(Buffer.from(`\n${program} did not end within ${STEP_LIMIT_MS / 60_000} minutes\n`));
      end();
    }, STEP_LIMIT_MS);
    const done = (ok: boolean): void => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      resolve({ ok, output: Buffer.concat(chunks).toString() });
    };
    child.on('error', (error) => {
      chunks.push(Buffer.from(error.message));
      done(false);
    });
    child.on('close', (code) => done(code === 0));
  });
}

function report(name: string, verdict: string, ms: number): void {
  print(`${name.padEnd(16)} ${verdict.padEnd(24)} ${(ms / 1000).toFixed(1).padStart(6)} s`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
