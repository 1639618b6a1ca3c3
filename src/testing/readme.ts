/**
 * `npm run readme`: writes into the README what is told of the program by the program itself, so that it cannot be out of
 * date: the table of detections.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { DETECTIONS } from '../detections/index.ts';

const README = 'README.md';
const BEGIN = '<!-- detections: written by `npm run readme` from the catalogue -->\n';
const END = '<!-- /detections -->';

/** The text of a README with the tables as they should be. Throws when it has no place for them. */
export function withTables(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${README} has no place for the table of detections`);
  return text.slice(0, begin + BEGIN.length) + detectionTable() + text.slice(end);
}

function detectionTable(): string {
  const rows = DETECTIONS.map(({ meta: { id, title, severity, escalation } }) => {
    const severities = escalation === '' ? severity : `${severity}; ${escalation}`;
    return `| \`${id}\` | ${title} | ${severities} |`;
  });
  return ['| id | what | severity |', '|---|---|---|', ...rows, ''].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(README, withTables(readFileSync(README, 'utf8')));
