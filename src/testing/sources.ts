import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const TREES = ['src', 'dissectors', 'pcaps', 'grafana'].filter(existsSync);

/** Paths (from the repository's root, where tests run) of the project's files that end in `ending`. */
export function sourceFiles(ending: string): string[] {
  return TREES.flatMap((tree) => walk(tree)).filter((path) => path.endsWith(ending));
}

/** Every folder of the project's own that holds something. */
export function sourceFolders(): string[] {
  return [
    ...new Set(TREES.flatMap((tree) => walk(tree)).map((path) => path.slice(0, path.lastIndexOf('/')))),
  ];
}

function walk(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...walk(path));
    else found.push(path);
  }
  return found.sort();
}
