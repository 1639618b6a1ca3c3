import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OutputFolder } from './files.ts';
import { OutputError } from './output-error.ts';
import { asset, association, dimse, finding, flow, hl7, results, sealed, session, T0 } from './samples.ts';
import { type Summary, summarize } from './summary.ts';
import { Tally } from './tally.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'auscult-files-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const NAMES = ['assets.csv', 'assets.json', 'eve.json', 'findings.json', 'metrics.prom', 'summary.json'];
const PHI = {
  'patient-name': 'ZZCANARY^NAME',
  'medical-record-number': 'CANARY-4711',
  'birth-date': '19010203',
} as const;

async function run(folder: string, order: 1 | -1 = 1): Promise<Record<string, string>> {
  const tally = new Tally();
  const output = new OutputFolder(folder);
  const one = flow(1, '10.0.0.5', '10.0.0.9', 104);
  for (const sink of [tally, output]) {
    sink.event(hl7(sealed(PHI, false)), one, T0);
    sink.event(dimse(sealed(PHI, false)), one, T0);
    sink.event({ type: 'dicom.association', association: association() }, one, T0);
    sink.event(session(), one, T0);
  }
  output.fact({ fact: 'flow', state: 'end', how: 'fin' }, one, T0);
  const findings = [finding(), finding({ severity: 'high', source: { ip: '10.0.0.50', asset: null } })];
  const assets = [asset('10.0.0.9', { role: 'pacs' }), asset('10.0.0.10'), asset('10.0.0.5')];
  output.finding(findings[0], 'new', one, T0);
  const view = results({
    assets: () => (order === 1 ? assets : [...assets].reverse()),
    findings: () => (order === 1 ? findings : [...findings].reverse()),
  });
  await output.conclude({
    results: view,
    tally,
    inputs: [{ path: 'day.pcap', packets: 4, bytes: 400, error: null }],
    version: '0.1.0',
    maxAssets: 10,
  });
  await output.close();
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

describe('the output folder', () => {
  test('has the files of the contract and no other', async () => {
    const files = await run(join(base, 'a', 'b'));
    expect(Object.keys(files).sort()).toEqual(NAMES);
    const summary = JSON.parse(files['summary.json']) as Summary;
    expect(summary.version).toBe(1);
    expect(summary.capture.inputs).toEqual([{ path: 'day.pcap', packets: 4, bytes: 400, error: null }]);
    expect(JSON.parse(files['findings.json']).map((entry: { severity: string }) => entry.severity)).toEqual([
      'high',
      'medium',
    ]);
    expect(JSON.parse(files['assets.json']).map((entry: { ips: string[] }) => entry.ips[0])).toEqual([
      '10.0.0.5',
      '10.0.0.9',
      '10.0.0.10',
    ]);
    const events = files['eve.json']
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).event_type);
    expect(events).toEqual([
      'hl7',
      'dicom',
      'dicom',
      'hl7',
      'flow',
      'alert',
      'asset',
      'asset',
      'asset',
      'stats',
    ]);
  });

  test('the same run writes the same bytes, whatever the order in the tables', async () => {
    const first = await run(join(base, 'one'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await run(join(base, 'two'), -1)).toEqual(first);
  });

  test('no patient in any of them', async () => {
    for (const [name, text] of Object.entries(await run(join(base, 'out'))))
      expect(text, name).not.toMatch(/CANARY|19010203|a1b2c3d4e5f60718/);
  });

  test('nothing has its name before the end, and nothing stays after an error', () => {
    const folder = join(base, 'new', 'deep');
    const output = new OutputFolder(folder);
    for (let i = 0; i < 2000; i++) output.event(hl7(), flow(i, '10.0.0.5', '10.0.0.9', 104), T0);
    expect(readdirSync(folder).filter((name) => NAMES.includes(name))).toEqual([]);
    output.discard();
    expect(existsSync(join(base, 'new'))).toBe(false);
    expect(existsSync(base)).toBe(true);
  });

  test('a run that fails leaves the files of the run before', async () => {
    const folder = join(base, 'out');
    const before = await run(folder);
    new OutputFolder(folder).discard();
    const names = readdirSync(folder).sort();
    expect(names).toEqual(NAMES);
    expect(readFileSync(join(folder, 'summary.json'), 'utf8')).toBe(before['summary.json']);
  });

  test('says why it cannot be written', () => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    expect(() => new OutputFolder(file)).toThrow(OutputError);
    expect(() => new OutputFolder(join(file, 'below'))).toThrow(/a part of the path is a file/);
  });

  test('says which file it could not write', async () => {
    const folder = join(base, 'out');
    mkdirSync(join(folder, 'summary.json', 'in the way'), { recursive: true });
    await expect(run(folder)).rejects.toThrow(/cannot write .*summary\.json: a folder of that name/);
    expect(readdirSync(folder)).toEqual(['summary.json']);
  });
});

describe('summary.json', () => {
  test('has every key of the contract also when nothing was seen', () => {
    const net = { ...results().net(), packets: 0, bytes: 0 };
    const summary = summarize(results({ net: () => net }), new Tally(), []);
    expect(summary).toMatchObject({
      capture: { inputs: [], packets: 0, first: '', last: '', seconds: 0 },
      flows: { tcp: 12, udp: 3, with_gaps: 0, missed_bytes: 0 },
      dicom: {
        associations: 0,
        unanswered: 0,
        without_request: 0,
        over_tls: 0,
        pdus: {
          'A-ASSOCIATE-RQ': 0,
          'A-ASSOCIATE-AC': 0,
          'A-ASSOCIATE-RJ': 0,
          'P-DATA-TF': 0,
          'A-RELEASE-RQ': 0,
          'A-RELEASE-RP': 0,
          'A-ABORT': 0,
        },
        messages: { 'C-STORE-RQ': 0, 'C-STORE-RSP': 0, 'C-FIND-RQ': 0 },
      },
      hl7: { messages: 0, acks: 0, unacknowledged: 0, over_tls: 0, by_type: {}, by_ack: {} },
      assets: { total: 0, medical: 0, by_role: {} },
      external: { peers: 0, inbound_connections: 0, outbound_connections: 0, by_country: {}, by_role: {} },
      phi: { exposures: 0, patients: 0, by_protocol: { dicom: 0, hl7: 0 }, by_identifier: {} },
      findings: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    });
  });
});
