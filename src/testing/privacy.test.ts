import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { patientWords } from '../../pcaps/lab/patients.ts';
import { traces } from './traces.ts';

const folder = mkdtempSync(join(tmpdir(), 'auscult-privacy-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything that a replay of all traces lets out, by where. */
function replay(name: string, ...options: string[]): Map<string, string> {
  const out = join(folder, name);
  const normal = join(folder, `${name}.json`);
  const result = spawnSync(
    process.execPath,
    [
      ...['--import', 'tsx', 'src/main.ts', 'replay', '--out', out, '--write-baseline', normal],
      ...['--suggest-policy', join(out, 'site.yaml'), ...options, ...traces()],
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  expect(result.stderr).not.toContain('    at ');
  expect(result.status).toBe(0);
  const said = new Map([
    ['stdout', result.stdout],
    ['stderr', result.stderr],
    ['normal.json', readFileSync(normal, 'utf8')],
  ]);
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' }))
    said.set(file, readFileSync(join(out, file), 'utf8'));
  return said;
}

/** Ways in which a word may be written down that a reader, or a program, turns back with ease. */
function spellings(word: string): string[] {
  const ways = [
    word,
    Buffer.from(word).toString('base64').replace(/=+$/, '').slice(0, -1),
    Buffer.from(word).toString('hex'),
    encodeURIComponent(word),
    JSON.stringify(word).slice(1, -1),
  ];
  // Dates also as people and JSON write them.
  const date = /^(\d{4})(\d\d)(\d\d)$/.exec(word);
  if (date) ways.push(`${date[1]}-${date[2]}-${date[3]}`);
  return [...new Set(ways)];
}

/** The hospital of the traces (0008,0080) and its domain, called like two patients, may be told. */
const HOSPITAL = /zztest (?:general )?hospital|zztest\.example/g;

function found(said: ReadonlyMap<string, string>): string[] {
  const spelt = patientWords().flatMap((word) =>
    spellings(word).map((way) => ({ word, way: way.toLowerCase() })),
  );
  return [...said].flatMap(([where, text]) => {
    const lower = text.toLowerCase().replace(HOSPITAL, '');
    return spelt
      .filter(({ way }) => contains(lower, way))
      .map(({ word, way }) => `${where}: ${word} as ${way}`);
  });
}

/** As a word of its own: a UID holds any run of digits, and a hospital may be called like a patient. */
function contains(text: string, way: string): boolean {
  for (let at = text.indexOf(way); at >= 0; at = text.indexOf(way, at + 1))
    if (!PART_OF_WORD.test(text[at - 1] ?? ' ') && !PART_OF_WORD.test(text[at + way.length] ?? ' '))
      return true;
  return false;
}

const PART_OF_WORD = /[\p{L}\d]/u;

describe('patients of the traces', () => {
  test('there are words to look for', () => {
    expect(patientWords().length).toBeGreaterThan(20);
  });

  for (const format of ['text', 'json']) {
    test(`none is in any output, ${format}`, () => {
      const said = replay(format, '--format', format, '--verbose');
      expect([...said.keys()]).toEqual(expect.arrayContaining(['eve.json', 'site.yaml', 'site.csv']));
      expect(found(said)).toEqual([]);
    });
  }

  test('they are when --reveal-phi is typed: the search finds what is there', () => {
    expect(found(replay('revealed', '--reveal-phi')).length).toBeGreaterThan(5);
  });
});
