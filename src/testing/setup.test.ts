import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'auscult-setup-'));
const at = (path: string): string => join(root, path);

afterAll(() => rmSync(root, { recursive: true }));

/** A checkout in small, everything in place; npm and the bundler only say that they were called. */
beforeEach(() => {
  rmSync(root, { recursive: true });
  for (const folder of ['src/testing', 'dissectors', 'dist', 'node_modules'])
    mkdirSync(at(folder), { recursive: true });
  copyFileSync('src/testing/setup.mjs', at('src/testing/setup.mjs'));
  writeFileSync(at('package.json'), '{"type":"module"}');
  writeFileSync(at('tsconfig.json'), '{}');
  writeFileSync(at('src/main.ts'), '');
  writeFileSync(at('npm.cjs'), "console.log('npm', process.argv.slice(2).join(' '))");
  writeFileSync(at('src/testing/build.mjs'), "console.log('build')");
  lock({ a: '1.0.0', b: '2.0.0' }, { optional: 'b' });
  installed({ a: '1.0.0' });
  for (const source of ['src/main.ts', 'package-lock.json', 'tsconfig.json'])
    utimesSync(at(source), 1000, 1000);
  writeFileSync(at('dist/main.js'), '');
});

function lock(versions: Record<string, string>, { optional = '' } = {}): void {
  write('package-lock.json', versions, optional);
}

function installed(versions: Record<string, string>): void {
  write('node_modules/.package-lock.json', versions, '');
}

function write(path: string, versions: Record<string, string>, optional: string): void {
  const packages: Record<string, unknown> = { '': { name: 'auscult' } };
  for (const [name, version] of Object.entries(versions))
    packages[`node_modules/${name}`] = { version, ...(name === optional ? { optional: true } : {}) };
  writeFileSync(at(path), JSON.stringify({ packages }));
}

function setup(): string {
  const result = spawnSync(process.execPath, [at('src/testing/setup.mjs')], {
    env: { ...process.env, npm_execpath: at('npm.cjs') },
    encoding: 'utf8',
  });
  expect(result.stdout).toBe('');
  return `${result.status} ${result.stderr.trim().replaceAll('\n', ' | ')}`.trim();
}

test('all in place: nothing is done, an optional package may be missing', () => {
  expect(setup()).toBe('0');
});

test('nothing installed, or an older version: npm ci', () => {
  installed({ a: '0.9.0' });
  expect(setup()).toBe('0 installing from the lock: a is not at 1.0.0 | npm ci');
  rmSync(at('node_modules'), { recursive: true });
  expect(setup()).toBe('0 installing from the lock: nothing is installed | npm ci');
});

test('node_modules that is a link is left alone', () => {
  rmSync(at('node_modules'), { recursive: true });
  mkdirSync(at('elsewhere'));
  symlinkSync(at('elsewhere'), at('node_modules'));
  expect(setup()).toBe('0 node_modules is a link and is left alone, though nothing is installed');
});

test('no dist, or one older than a source: build', () => {
  utimesSync(at('dist/main.js'), 500, 500);
  expect(setup()).toMatch(
    /^0 building: \S*package-lock.json is newer than dist \| build$|^0 building: src\/main.ts/,
  );
  rmSync(at('dist'), { recursive: true });
  expect(setup()).toBe('0 building: there is no dist yet | build');
});

test('a newer test builds nothing', () => {
  writeFileSync(at('src/main.test.ts'), '');
  utimesSync(at('src/main.test.ts'), 4e9, 4e9);
  expect(setup()).toBe('0');
});

test('what fails is said, and fails', () => {
  writeFileSync(at('src/testing/build.mjs'), 'process.exit(3)');
  rmSync(at('dist'), { recursive: true });
  expect(setup()).toMatch(/^1 .*build\.mjs ended with 3$/);
});
