import { jsonSchema } from './shape.ts';
import { vulnerabilitiesSchema } from './vulnerabilities.ts';

/** The text of `dist/auscult.schema.json`, which the build writes. */
export function schemaText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}

/** The text of `dist/auscult-vulnerabilities.schema.json`. */
export function vulnerabilitiesSchemaText(): string {
  return `${JSON.stringify(vulnerabilitiesSchema(), null, 2)}\n`;
}
