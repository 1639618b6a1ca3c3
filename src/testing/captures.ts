import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The folder of real captures that the tests read when it lies beside the checkout (or where
 * AUSCULT_CAPTURES says); null where there is none. A test that does nothing without it asks for
 * `tool('captures', …)` of tools.ts instead, which also tells the user what was left out.
 */
export function capturesDir(): string | null {
  const beside = fileURLToPath(new URL('../../../shared/captures', import.meta.url));
  for (const folder of [process.env.AUSCULT_CAPTURES, beside]) {
    if (folder && existsSync(folder)) return folder;
  }
  return null;
}
