import { dirname, resolve } from 'node:path';
import { parseNetwork } from '../config/cidr.ts';
import type { Problem } from '../config/load.ts';
import type { ConfigFile } from '../config/shape.ts';
import { DEFAULT_INTERNAL, type Network } from '../core/address.ts';
import { HOUR, type Micros } from '../core/time.ts';
import type { DetectionSettings } from '../detections/index.ts';
import { tableOf, type Vulnerabilities, type VulnerabilityTable } from '../knowledge/vulnerabilities.ts';
import { catalogue } from './catalogue.ts';
import { complain, UsageError } from './complain.ts';
import { PROTOCOLS } from './protocols.ts';

export const DEFAULT_MAX_ASSETS = 2000;

/**
 * The configuration file, or an empty one without. Warnings go to stderr; errors throw `UsageError`. What reads
 * it (YAML, the schema: several MB, some 50 ms) is loaded only when there is one.
 */
export async function readConfig(path: string | undefined, quiet: boolean): Promise<ConfigFile> {
  if (path === undefined) return {};
  const { problemText } = await import('../config/load.ts');
  const { config, problems } = await readProblems(path);
  if (config === null) {
    const errors = problems.filter((problem) => problem.level === 'error');
    const [first, ...others] = errors.map((problem) => problemText(path, problem));
    const more = others.length > 0 ? `\n${others.join('\n')}` : '';
    throw new UsageError(`${first}${more}`);
  }
  if (!quiet) for (const problem of problems) complain(problemText(path, problem));
  return config;
}

/** As `loadConfig`, with a `UsageError` for a file that cannot be read. */
export async function readProblems(
  path: string,
): Promise<{ config: ConfigFile | null; problems: readonly Problem[] }> {
  const { loadConfig } = await import('../config/load.ts');
  try {
    return loadConfig(path, { detections: catalogue(), protocols: PROTOCOLS });
  } catch (error) {
    throw unreadable('the configuration', path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

/** A file that the user named and that node could not read. */
export function unreadable(what: string, path: string, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new UsageError(`cannot read ${what} ${path}: ${REASONS[code ?? ''] ?? message}`);
}

/** Tables of vulnerabilities that a configuration names, and what is wrong with each. */
export async function readTables(
  config: ConfigFile,
  configPath: string,
): Promise<{ path: string; table: VulnerabilityTable | null; problems: readonly Problem[] }[]> {
  const { files } = tablesOf(config);
  if (files.length === 0) return [];
  const { loadVulnerabilities } = await import('../config/vulnerabilities.ts');
  return files.map((file) => {
    const path = resolve(dirname(configPath), file);
    try {
      const { data, problems } = loadVulnerabilities(path);
      return { path, table: data, problems };
    } catch (error) {
      throw unreadable('the vulnerabilities', path, error);
    }
  });
}

/** The table of known vulnerabilities: the built-in one with what the configuration names. Errors throw `UsageError`. */
export async function knownVulnerabilities(
  config: ConfigFile,
  configPath: string | undefined,
  quiet: boolean,
): Promise<Vulnerabilities | undefined> {
  if (configPath === undefined || config.vulnerabilities === undefined) return undefined;
  const { problemText } = await import('../config/load.ts');
  const tables: VulnerabilityTable[] = [];
  for (const { path, table, problems } of await readTables(config, configPath)) {
    const lines = problems.filter(({ level }) => level === 'error').map((one) => problemText(path, one));
    if (table === null) throw new UsageError(lines.join('\n'));
    if (!quiet) for (const problem of problems) complain(problemText(path, problem));
    tables.push(table);
  }
  return tableOf(tables, tablesOf(config).replace);
}

function tablesOf({ vulnerabilities }: ConfigFile): { files: readonly string[]; replace: boolean } {
  const listed = (file: string | readonly string[]) => (typeof file === 'string' ? [file] : file);
  if (vulnerabilities === undefined) return { files: [], replace: false };
  if (typeof vulnerabilities === 'string' || Array.isArray(vulnerabilities))
    return { files: listed(vulnerabilities), replace: false };
  return { files: listed(vulnerabilities.file), replace: vulnerabilities.replace === true };
}

/** What was typed wins over the file, the file over the private ranges. */
export function internalNetworks(
  typed: readonly string[] | undefined,
  config: ConfigFile,
): readonly Network[] {
  return (typed ?? config.internal ?? DEFAULT_INTERNAL).map((text) => {
    const network = parseNetwork(text);
    if (network === null)
      throw new UsageError(`--internal ${text}: not a network; write it as 10.20.0.0/16 or 2001:db8::/32`);
    return network;
  });
}

/** The file's settings of detections as the engine takes them: networks parsed, moments as packet time. */
export function detectionSettings(config: ConfigFile): Record<string, DetectionSettings> {
  const entries = Object.entries(config.detections ?? {}).map(([id, settings]) => {
    const ignore = settings.ignore?.map(({ source, destination, until, reason }) => ({
      source: source === undefined ? null : parseNetwork(source),
      destination: destination === undefined ? null : parseNetwork(destination),
      reason,
      until: until === undefined ? undefined : endOf(until),
    }));
    return [id, { ...settings, ignore }] as const;
  });
  return Object.fromEntries(entries);
}

/** A date alone is to its end, in UTC. */
function endOf(moment: string): Micros {
  const time = Date.parse(moment) * 1000;
  return moment.includes('T') ? time : time + 24 * HOUR;
}
