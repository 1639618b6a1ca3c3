import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { withTables } from './readme.ts';
import { sourceFiles, sourceFolders } from './sources.ts';

test('every folder says what belongs in it: a README, or a header in its index', () => {
  const silent = sourceFolders().filter((folder) => !saysWhatItIs(folder));
  expect(silent).toEqual([]);
});

function saysWhatItIs(folder: string): boolean {
  if (existsSync(join(folder, 'README.md'))) return true;
  // A folder of nothing but data is told of in the README above it.
  if (!readdirSync(folder).some((name) => name.endsWith('.ts')) && dirname(folder) !== '.')
    return existsSync(join(dirname(folder), 'README.md'));
  const index = join(folder, 'index.ts');
  return existsSync(index) && /^(#!.*\n)?\/\*\*/.test(readFileSync(index, 'utf8'));
}

test('no word of unfinished work is left in the sources', () => {
  const word = new RegExp(
    `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b|\\.(skip|only|todo)\\(|@ts-ignore`,
  );
  const found = sourceFiles('.ts')
    .filter((path) => path !== 'src/testing/docs.test.ts')
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line, index) => (word.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
  expect(found).toEqual([]);
});

test('the README lists the detections that there are (npm run readme writes it)', () => {
  const text = readFileSync('README.md', 'utf8');
  expect(withTables(text)).toBe(text);
});
