import { jsonSchema } from './shape.ts';

/** The text of `dist/auscult.schema.json`, which the build writes. */
export function schemaText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}
