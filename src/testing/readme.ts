/**
 * `npm run readme`: writes into the README what is told of the program by the program itself, so that it cannot be out of
 * date: the tables of detections and of identifiers.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { HIPAA, REGULATED } from '../core/regulation.ts';
import { IDENTIFIERS } from '../core/sealed.ts';
import { DETECTIONS } from '../detections/index.ts';

const README = 'README.md';

const TABLES: Readonly<Record<string, () => string>> = {
  detections: detectionTable,
  identifiers: identifierTable,
};

/** The text of a README with the tables as they should be. Throws when it has no place for one. */
export function withTables(text: string): string {
  for (const [name, table] of Object.entries(TABLES)) {
    const begin = `<!-- ${name}: written by \`npm run readme\` -->\n`;
    const start = text.indexOf(begin) + begin.length;
    const end = text.indexOf(`<!-- /${name} -->`);
    if (start < begin.length || end < start)
      throw new Error(`${README} has no place for the table of ${name}`);
    text = text.slice(0, start) + table() + text.slice(end);
  }
  return text;
}

function detectionTable(): string {
  const rows = DETECTIONS.map(({ meta: { id, title, severity, escalation } }) => {
    const severities = escalation === '' ? severity : `${severity}; ${escalation}`;
    return `| \`${id}\` | ${title} | ${severities} |`;
  });
  return ['| id | what | severity |', '|---|---|---|', ...rows, ''].join('\n');
}

function identifierTable(): string {
  const rows = IDENTIFIERS.map((identifier) => {
    const { hipaa, dicom, hl7 } = REGULATED[identifier];
    const letter = hipaa === '' ? '–' : `(${hipaa}) ${HIPAA[hipaa]}`;
    return `| ${identifier} | ${letter} | ${dicom || '–'} | ${hl7 || '–'} |`;
  });
  return [
    '| identifier | HIPAA, 45 CFR 164.514(b)(2)(i) | DICOM, PS3.15 Annex E | HL7 v2 |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(README, withTables(readFileSync(README, 'utf8')));
