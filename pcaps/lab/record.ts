/**
 * `npm run record [-- NAME…]`: records the traces anew in network namespaces, makes the derived ones, and writes what
 * tshark finds in each (`expected.json`) and where each comes from (`README.md`). Names choose traces by a part of
 * their path; `hospital-day` and `quiet-day` are the days; `--only-derive` records nothing. Needs root and the programs of README.md.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pcapFile } from '../../src/testing/packets.ts';
import { DAY, DAY_FINDINGS, DAYS } from './day.ts';
import { DEVICE_TRACES, WRITTEN_TRACES } from './devices.ts';
import { type Seen, tshark } from './expect.ts';
import { HOSTS, OUTSIDE } from './hospital.ts';
import { requirePrograms } from './network.ts';
import { moveTo, type Packet, readPcap, writePcap } from './pcap.ts';
import { Hospital } from './servers.ts';
import { DERIVED, RECORDED, type Recorded } from './traces.ts';
import { WEB } from './web.ts';

type Day = (typeof DAYS)[number];

const PCAPS = fileURLToPath(new URL('..', import.meta.url));
const PROGRAMS =
  'ip ss ethtool sysctl tcpdump tshark openssl curl nmap Orthanc gdcmscu dump2dcm dcmcjpeg dcmcrle echoscu storescu storescp findscu movescu getscu wlmscpfs dcmpsprt dcmprscu dcmprscp'.split(
    ' ',
  );
/** Traces of the list are moved to this day too, a minute after one another. */
const START = Date.parse(`${DAY}T09:00:00Z`) * 1_000;

const names = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const deriveOnly = process.argv.includes('--only-derive');
const failures: string[] = [];
const wanted = (path: string) => names.length === 0 || names.some((name) => path.includes(name));
const file = (path: string) => join(PCAPS, `${path}.pcap`);

if (!deriveOnly) await recordAll();
deriveAll();
if ([...RECORDED, ...DERIVED].every(({ path }) => existsSync(file(path)))) document();
if (failures.length > 0) {
  say(`\nnot recorded:\n${failures.join('\n')}`);
  process.exitCode = 1;
}

async function recordAll(): Promise<void> {
  requirePrograms(PROGRAMS);
  const folder = mkdtempSync(join(tmpdir(), 'auscult-lab-'));
  const hospital = new Hospital(folder);
  const destroy = () => hospital.net.destroy();
  process.once('exit', destroy);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  try {
    await hospital.open();
    for (const day of DAYS) if (wanted(day.trace)) await recordDay(hospital, day);
    for (const [index, trace] of [...RECORDED, ...WEB].entries()) {
      if (!wanted(trace.path)) continue;
      // One program's failure leaves that trace as it was, and the others are recorded all the same.
      await recordOne(hospital, trace, START + index * 60e6).catch((error: Error) =>
        failures.push(`${trace.path}: ${error.message}`),
      );
    }
  } finally {
    await hospital.close();
    process.off('exit', destroy);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function recordOne(hospital: Hospital, trace: Recorded, start: number): Promise<void> {
  say(trace.path);
  if (trace.offload) hospital.net.offload(true);
  try {
    await trace.before?.(hospital);
    const packets = await capture(hospital, trace.path, () => trace.act(hospital));
    mkdirSync(dirname(file(trace.path)), { recursive: true });
    writePcap(file(trace.path), moveTo(packets, start));
  } finally {
    if (trace.offload) hospital.net.offload(false);
  }
}

async function recordDay(hospital: Hospital, { trace, date, images, episodes }: Day): Promise<void> {
  const packets: Packet[] = [];
  for (const { at, act } of episodes) {
    say(`${trace} ${at}`);
    const episode = await capture(hospital, `${trace} ${at}`, () => act(hospital, images));
    packets.push(...moveTo(episode, Date.parse(`${date}T${at}Z`) * 1_000));
  }
  for (let i = 1; i < packets.length; i++) {
    if (packets[i].time < packets[i - 1].time) throw new Error('episodes of the day overlap');
  }
  writePcap(file(trace), packets);
}

async function capture(hospital: Hospital, what: string, act: () => Promise<unknown>): Promise<Packet[]> {
  const path = join(hospital.folder, 'capture.pcap');
  rmSync(path, { force: true });
  await hospital.net.record(path, async () => {
    await act();
  });
  const packets = readPcap(path);
  if (packets.length === 0) throw new Error(`${what}: nothing was recorded`);
  return packets;
}

function deriveAll(): void {
  for (const { path, from, transform } of DERIVED) {
    if (existsSync(file(from))) writePcap(file(path), transform(readPcap(file(from))));
  }
  for (const { path, packets } of WRITTEN_TRACES) {
    mkdirSync(dirname(file(path)), { recursive: true });
    writeFileSync(file(path), pcapFile([...packets()]));
  }
}

function document(): void {
  const traces: Record<string, unknown> = {};
  for (const { trace, episodes } of DAYS) {
    const findings = episodes.some(({ planted }) => planted) ? DAY_FINDINGS : [];
    traces[trace] = { comparable: true, tshark: tshark(file(trace)), findings };
  }
  for (const { path, findings = [], blind = null, truth = null } of RECORDED)
    traces[path] = { comparable: blind === null, blind, truth, tshark: tshark(file(path)), findings };
  for (const { path, from, whole } of DERIVED) {
    // Where nothing is lost the source's numbers hold; else tshark's say what another program makes of the rest.
    const source = traces[from] as { tshark: Seen };
    const { length } = readPcap(file(path));
    traces[path] = {
      from,
      whole,
      comparable: whole,
      tshark: whole ? { ...source.tshark, packets: length } : tshark(file(path)),
      findings: [],
    };
  }
  const hosts = Object.values(HOSTS).map(({ name, hostname, ip, mac, vendor, role, aeTitles }) => ({
    name,
    hostname,
    ip,
    mac,
    vendor,
    role,
    aeTitles,
  }));
  const outside = Object.values(OUTSIDE).map(({ name, ip, country }) => ({ name, ip, country }));
  writeFileSync(join(PCAPS, 'expected.json'), `${JSON.stringify({ hosts, outside, traces }, null, 1)}\n`);
  writeFileSync(join(PCAPS, 'README.md'), readme(traces as Record<string, { tshark: Seen }>));
}

function readme(traces: Record<string, { tshark: Seen }>): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const row = (path: string, made: string, about: string) => {
    const { packets, dicom, hl7 } = traces[path].tshark;
    const content =
      [list(dicom.messages), list(hl7.byType)].filter(Boolean).join(', ') || list(dicom.pdus) || '–';
    const size = Math.ceil(statSync(file(path)).size / 1_000);
    return `| ${path}.pcap | ${made} | ${about} | ${packets} | ${size} | ${content} |`;
  };
  const versions = [
    ['dcmtk', 'echoscu --version'],
    ['Orthanc', 'Orthanc --version'],
    ['GDCM', 'gdcmscu --version'],
    ['nmap', 'nmap --version'],
    ['OpenSSL', 'openssl version'],
    ['curl', 'curl --version'],
    ['tshark', 'tshark --version'],
    ['tcpdump', 'tcpdump --version'],
  ].map(([name, command]) => `${name} ${version(command)}`);
  const simple = JSON.parse(
    readFileSync(join(PCAPS, '..', 'node_modules', 'simple-hl7', 'package.json'), 'utf8'),
  ) as { version: string };
  return `# Traces

Written by \`npm run record\` (pcaps/lab), which made every file here; edit that, not this.

Each was recorded on the bridge of a hospital in network namespaces (pcaps/lab/README.md), from real programs:
${versions.join(' · ')} · simple-hl7 ${simple.version}.
Where the program is \`conversation.ts\`, both sides' bytes are written out in pcaps/lab (odd-dicom.ts, traces.ts): things that no
program at hand would say. Derived traces are made from another one by pcaps/lab/derive.ts.
Patients are invented (pcaps/lab/patients.ts has all of them). Times are moved: each trace as a whole to ${DAY}; in the days,
each of their ${DAYS.map(({ episodes }) => episodes.length).join(' and ')} episodes to its hour, distances inside an episode kept.

\`expected.json\` has for each trace what tshark finds (PDUs, DIMSE commands, HL7 messages, acknowledgements), what is
planted in it, and who the hosts are. Golden events lie beside each trace, made by \`npm run golden -- --update\`.

| trace | made by | contains | packets | kB | messages (tshark) |
|---|---|---|---|---|---|
${DAYS.map(({ trace, about }) => row(trace, 'all of the below', about)).join('\n')}
${RECORDED.map(({ path, program, about }) => row(path, program, about)).join('\n')}
${DERIVED.map(({ path, from, about }) => row(path, `derived from ${from}`, about)).join('\n')}

## What devices say of themselves
Recorded from the programs named, in namespaces or on loopback, or written out from the standard named
(pcaps/lab/written): then no program said it.

| trace | made by | contains | kB |
|---|---|---|---|
${DEVICE_TRACES.map(({ path, program, about }) => deviceRow(path, program, about)).join('\n')}
${WRITTEN_TRACES.map(({ path, from, contains }) => deviceRow(path, `written from ${from}`, contains)).join('\n')}
`;
}

function deviceRow(path: string, made: string, about: string): string {
  return `| ${path}.pcap | ${made} | ${about} | ${Math.ceil(statSync(file(path)).size / 1_000)} |`;
}

function version(command: string): string {
  const [program, argument] = command.split(' ');
  const text = execFileSync(program, [argument], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? 'of unknown version';
}

function say(text: string): void {
  process.stderr.write(`${process.uptime().toFixed(1).padStart(6)} s  ${text}\n`);
}
