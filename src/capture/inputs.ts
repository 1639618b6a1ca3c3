import { accessSync, closeSync, constants, openSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemError } from './source.ts';

/** A path that cannot be read at all. Thrown before anything is processed; the text says what to do. */
export class UnreadablePath extends Error {
  override readonly name = 'UnreadablePath';
  readonly path: string;
  constructor(path: string, reason: string) {
    super(`${path || "''"}: ${reason}`);
    this.path = path;
  }
}

/** One thing to read. */
export interface Input {
  path: string;
  /** Bytes on disk; null for a pipe or a device. */
  size: number | null;
  /** Which of the given paths it comes from. */
  argument: number;
  /** Found in a folder rather than named: not being a capture is then no error. */
  found: boolean;
  /** Why it will not be read; null when it will. */
  skipped: string | null;
  /** Why it cannot be read; null as far as is known. */
  error: string | null;
}

/** Folders within folders, at most. A deeper tree is a loop of mounts or a joke. */
const DEEPEST = 64;

/**
 * The inputs that `paths` name, folders searched through, in the order given and by name within a folder.
 * Links to files are followed, links to folders only when named, so that no loop can be walked.
 */
export function listInputs(paths: readonly string[]): Input[] {
  const inputs: Input[] = [];
  paths.forEach((path, argument) => {
    if (path === '-') {
      inputs.push({ path, size: null, argument, found: false, skipped: null, error: null });
      return;
    }
    const stats = statNamed(path);
    if (stats.isDirectory()) searchFolder(path, argument, inputs);
    else inputs.push(inputOf(path, stats, argument, false));
  });
  return inputs;
}

function statNamed(path: string): Stats {
  try {
    const stats = statSync(path);
    if (stats.isFile()) closeSync(openSync(path, 'r'));
    // Opening a pipe would wait for its writer.
    else if (!stats.isDirectory()) accessSync(path, constants.R_OK);
    return stats;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): UnreadablePath {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return new UnreadablePath(path, 'no such file or folder');
  if (code === 'EACCES' || code === 'EPERM') {
    return new UnreadablePath(path, 'permission denied; make it readable for this user');
  }
  return new UnreadablePath(path, systemError(error));
}

function inputOf(path: string, stats: Stats, argument: number, found: boolean): Input {
  return { path, size: stats.isFile() ? stats.size : null, argument, found, skipped: null, error: null };
}

function searchFolder(folder: string, argument: number, inputs: Input[]): void {
  const before = inputs.length;
  const waiting = [{ path: folder, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, depth } = next;
    const failed = (error: string) =>
      inputs.push({ path, size: null, argument, found: true, skipped: null, error });
    if (depth > DEEPEST) {
      failed(`folders are nested more than ${DEEPEST} deep`);
      continue;
    }
    try {
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        const inside = join(path, entry.name);
        if (entry.isDirectory()) waiting.push({ path: inside, depth: depth + 1 });
        else inputs.push(foundInput(inside, argument));
      }
    } catch (error) {
      if (depth === 0) throw unreadable(path, error);
      failed(`cannot be opened: ${systemError(error)}`);
    }
  }
  if (inputs.length === before) {
    inputs.push({ path: folder, size: null, argument, found: true, skipped: null, error: 'an empty folder' });
  }
  const found = inputs.splice(before).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const input of found) inputs.push(input);
}

function foundInput(path: string, argument: number): Input {
  const input: Input = { path, size: null, argument, found: true, skipped: null, error: null };
  try {
    const stats = statSync(path);
    if (stats.isFile()) input.size = stats.size;
    else input.skipped = stats.isDirectory() ? 'a link to a folder' : 'not a regular file';
  } catch (error) {
    input.error = `cannot be opened: ${systemError(error)}`;
  }
  return input;
}
