/**
 * `npm run bench -- [--runs N] [--small] [--only dicom|hl7] [--profile] [--tshark PACKETS|all]`: whole processes, in turn, on the same
 * captures: auscult with everything on, and the programs one would otherwise reach for. It measures; it does not
 * judge, since the machine it runs on has other things to do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compare, median, type Program, prefix, type Result, table } from './compare.ts';
import { benchFolder, dicomWorkload, hl7Workload, type Workload } from './workloads.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'dist', 'main.js');
/** Packets given to tshark unless `--tshark` says how many: it takes minutes for all of them. */
const TSHARK_PACKETS = { dicom: 100_000, hl7: 500_000 };

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    small: { type: 'boolean', default: false },
    only: { type: 'string' },
    tshark: { type: 'string' },
    profile: { type: 'boolean', default: false },
    folder: { type: 'string', default: benchFolder() },
  },
});

/** Every dissector, tracker and detection, and the printed report. */
const auscult: Program = { name: 'auscult', argv: [process.execPath, MAIN, 'replay', '--quiet', '{file}'] };
/** The same, and every file: an EVE line for each message, association, session and flow. */
const auscultOut: Program = {
  name: 'auscult --out',
  argv: [process.execPath, MAIN, 'replay', '--quiet', '--out', '{out}', '{file}'],
};
const others: Program[] = [
  { name: 'cat', argv: ['cat', '{file}'] },
  { name: 'tcpdump -w /dev/null', argv: ['tcpdump', '-r', '{file}', '-w', '/dev/null'] },
  { name: 'ndpiReader', argv: ['ndpiReader', '-q', '-i', '{file}'] },
];

process.exitCode = main();

function main(): number {
  const runs = Number(options.runs);
  if (!Number.isInteger(runs) || runs < 1) return refuse(`--runs ${options.runs}: a whole number from 1 on`);
  if (options.only !== undefined && options.only !== 'dicom' && options.only !== 'hl7')
    return refuse(`--only ${options.only}: dicom or hl7`);
  if (!existsSync(MAIN)) return refuse(`${MAIN} is not there: build it first (npm run build)`);
  const folder = options.folder;
  say(`captures in ${folder} (made when missing)`);
  const workloads: Workload[] = [];
  if (options.only !== 'hl7')
    workloads.push(dicomWorkload({ folder, ...(options.small && { slices: [20, 5, 5, 5] }) }));
  if (options.only !== 'dicom')
    workloads.push(hl7Workload({ folder, ...(options.small && { conversations: 10_000 }) }));
  for (const workload of workloads) {
    if (options.profile) profile(workload);
    else measure(workload, runs);
  }
  if (!options.profile && options.only !== 'dicom') memory(folder, runs);
  return 0;
}

function measure(workload: Workload, runs: number): void {
  say(`\n${describe(workload)}\n`);
  say(verify(workload));
  say(table(compare([auscult, auscultOut, ...others], workload.path, runs)));
  const wanted = options.tshark === undefined ? TSHARK_PACKETS[workload.protocol] : Number(options.tshark);
  const packets = Number.isInteger(wanted) ? Math.min(wanted, workload.packets) : workload.packets;
  const part = packets === workload.packets ? workload.path : prefix(workload.path, packets);
  const tshark = { name: 'tshark', argv: ['tshark', ...workload.tshark, '-r', '{file}'] };
  say(`\nits first ${packets.toLocaleString('en')} packets\n`);
  say(table(compare([auscult, tshark], part, Math.min(runs, packets === workload.packets ? 1 : 3))));
}

/** The same conversations, a hundred times more of them: memory has to stay where it was. */
function memory(folder: string, runs: number): void {
  const counts = options.small ? [2_000, 10_000] : [2_000, 200_000];
  const peaks = counts.map((conversations) => {
    const { path } = hl7Workload({ folder, conversations });
    return peak(compare([auscult], path, Math.min(runs, 3))[0]);
  });
  const [few, many] = counts.map((count) => count.toLocaleString('en'));
  say(`\nauscult's peak memory: ${peaks[0]} with ${few} flows, ${peaks[1]} with ${many}`);
}

function peak(result: Result): string {
  const memory = result.samples.flatMap((sample) => sample.megabytes ?? []);
  return memory.length
    ? `${median(memory).toFixed(0)} MB`
    : (result.missing ?? 'unknown (GNU time is not installed)');
}

/** A program that skips its work is fast: says what auscult found of what is there. */
function verify(workload: Workload): string {
  const folder = mkdtempSync(join(tmpdir(), 'auscult-bench-'));
  try {
    const argv = auscultOut.argv.map((part) =>
      part.replace('{file}', workload.path).replace('{out}', folder),
    );
    const child = spawnSync(argv[0], argv.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
    const path = join(folder, 'summary.json');
    if (!existsSync(path)) return `auscult wrote no summary.json (exit ${child.status}): ${child.stderr}`;
    const summary = JSON.parse(readFileSync(path, 'utf8')) as {
      capture: { packets: number };
      flows: { tcp: number };
      dicom: { messages: Record<string, number> };
      hl7: { messages: number; acks: number };
    };
    const found =
      workload.protocol === 'dicom'
        ? `${summary.dicom.messages['C-STORE-RQ'] ?? 0} of ${workload.items} C-STORE requests`
        : `${summary.hl7.messages} of ${workload.items} messages, ${summary.hl7.acks} of ${workload.items} acknowledgements`;
    return `auscult finds ${summary.capture.packets} of ${workload.packets} packets, ${summary.flows.tcp} of ${workload.flows} flows, ${found}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function profile(workload: Workload): void {
  const folder = resolve(options.folder, 'profiles');
  mkdirSync(folder, { recursive: true });
  const out = mkdtempSync(join(tmpdir(), 'auscult-bench-'));
  const name = `${workload.protocol}-${Date.now()}.cpuprofile`;
  try {
    const argv = auscult.argv.map((part) => part.replace('{file}', workload.path).replace('{out}', out));
    spawnSync(
      argv[0],
      ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}`, ...argv.slice(1)],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const file = join(folder, name);
    say(
      existsSync(file)
        ? `\n${describe(workload)}\n${hottest(file)}\nprofile: ${file}`
        : 'no profile was written',
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The functions with the most time of their own. */
function hottest(file: string): string {
  const data = JSON.parse(readFileSync(file, 'utf8')) as {
    nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
    samples: number[];
    timeDeltas: number[];
  };
  const byId = new Map(data.nodes.map((node) => [node.id, node.callFrame]));
  const own = new Map<string, number>();
  data.samples.forEach((id, index) => {
    const frame = byId.get(id)!;
    const place = `${frame.functionName || '(anonymous)'} ${frame.url.split('/').at(-1)}:${frame.lineNumber + 1}`;
    own.set(place, (own.get(place) ?? 0) + data.timeDeltas[index]);
  });
  return [...own]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 25)
    .map(([place, micros]) => `${(micros / 1000).toFixed(0).padStart(7)} ms  ${place}`)
    .join('\n');
}

function describe(workload: Workload): string {
  const count = (n: number) => n.toLocaleString('en');
  const what = workload.protocol === 'dicom' ? 'C-STOREs' : 'HL7 messages, each acknowledged,';
  return `${count(workload.items)} ${what} in ${count(workload.flows)} flows, ${count(workload.packets)} packets, ${(workload.bytes / 1e6).toFixed(0)} MB`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function refuse(text: string): number {
  process.stderr.write(`bench: ${text}\n`);
  return 2;
}
