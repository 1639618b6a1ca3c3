import type { BuildResult } from 'esbuild';

/** The text of `dist/auscult.schema.json`. */
export function configSchema(): Promise<string>;

export function bundle(): Promise<BuildResult<{ write: false; metafile: true }>>;
