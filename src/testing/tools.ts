import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { capturesDir } from './captures.ts';

/**
 * Programs and privileges that some tests compare with or drive. A test asks here, so that a bare machine
 * passes and is told what was left out, and a full one fails when anything was.
 */
export const TOOLS = {
  tshark: program('tshark', 'tshark'),
  tcpdump: program('tcpdump', 'tcpdump'),
  dcmtk: program('storescu', 'dcmtk'),
  orthanc: program('Orthanc', 'orthanc'),
  ndpiReader: program('ndpiReader', 'libndpi-bin'),
  nmap: program('nmap', 'nmap'),
  zstd: program('zstd', 'zstd'),
  openssl: program('openssl', 'openssl'),
  promtool: program('promtool', 'prometheus'),
  pydicom: {
    install: 'apt-get install python3-pydicom',
    find: () => (runs('python3', ['-c', 'import pydicom']) ? onPath('python3') : null),
  },
  /** Network namespaces: root (or the capabilities) and a kernel that permits them. */
  netns: {
    install: 'run as root, with iproute2, where network namespaces are allowed',
    find: () => (runs('unshare', ['--net', 'true']) ? onPath('ip') : null),
  },
  /** The folder of real captures that lies beside the checkout. */
  captures: { install: 'set AUSCULT_CAPTURES to a folder of captures', find: capturesDir },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

interface Tool {
  /** What to type to have it. */
  readonly install: string;
  /** Its path, or null. */
  find(): string | null;
}

/** A test that was not run, one line of the file that AUSCULT_LEFT_OUT names. */
export interface LeftOut {
  readonly tool: ToolName;
  readonly check: string;
}

const found = new Map<ToolName, string | null>();

/**
 * The path of a tool, or null, which is then noted: `check` is what cannot be tested without it, in words that
 * complete "left out: …". Meant for `describe.runIf(tool('tshark', 'PDU counts agree with tshark'))`.
 */
export function tool(name: ToolName, check: string): string | null {
  let path = found.get(name);
  if (path === undefined) {
    path = TOOLS[name].find();
    found.set(name, path);
  }
  if (path === null) note({ tool: name, check });
  return path;
}

/** As `tool` for several at once: true when all are there; every missing one is noted. */
export function tools(names: readonly ToolName[], check: string): boolean {
  return names.map((name) => tool(name, check)).every((path) => path !== null);
}

function note(leftOut: LeftOut): void {
  const file = process.env.AUSCULT_LEFT_OUT;
  if (!file) return;
  mkdirSync(dirname(file), { recursive: true });
  // One short write with O_APPEND: whole, whichever test processes write at the same time.
  appendFileSync(file, `${JSON.stringify(leftOut)}\n`);
}

function program(command: string, debian: string): Tool {
  return { install: `apt-get install ${debian}`, find: () => onPath(command) };
}

function onPath(command: string): string | null {
  // Servers of Debian live in sbin, which is not on everybody's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    const path = join(folder, command);
    if (folder !== '' && existsSync(path)) return path;
  }
  return null;
}

function runs(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
}
