import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { progressText } from './cli/progress.ts';
import { replayKey } from './cli/replay.ts';
import { tool } from './testing/tools.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('..', import.meta.url));

function auscult(args: string[], input?: Uint8Array) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    input,
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

/** A classic pcap of `count` tiny Ethernet frames. */
function pcap(count: number): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20);
  const record = Buffer.alloc(16 + 60);
  record.writeUInt32LE(1_772_438_400, 0);
  record.writeUInt32LE(60, 8);
  record.writeUInt32LE(60, 12);
  return Buffer.concat([head, ...Array.from({ length: count }, () => record)]);
}

let base = '';
const at = (name: string) => join(base, name);
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'auscult-main-'));
  writeFileSync(at('good.pcap'), pcap(3));
  writeFileSync(at('cut.pcap'), pcap(3).subarray(0, 24 + 76 + 40));
  writeFileSync(at('bad.yaml'), 'internal:\n  - 10/8\n');
  writeFileSync(at('good.yaml'), 'internal: [10.0.0.0/8]\n');
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('the command line', () => {
  test('help explains every option, and names only what exists', () => {
    const { status, stdout } = auscult(['--help']);
    expect(status).toBe(0);
    for (const option of [
      '--config',
      '--baseline',
      '--write-baseline',
      '--internal',
      '--out',
      '--format',
      '--fail-on',
      '--suggest-policy',
      '--reveal-phi',
      '--quiet',
      '--verbose',
    ])
      expect(
        stdout.match(new RegExp(`${option} `, 'g'))?.length,
        `${option} and its example`,
      ).toBeGreaterThanOrEqual(2);
    expect(stdout).not.toMatch(/listen -i|--bpf|--backend/);
  });

  test.each([
    [['replya'], /unknown command 'replya' \(Did you mean replay\?\)/],
    [['replay'], /missing required argument 'path'/],
    [['replay', '--inernal', 'x', 'y'], /unknown option '--inernal' \(Did you mean --internal\?\)/],
    [['replay', '--fail-on', 'worst', 'x'], /Allowed choices are critical/],
    [['replay', '--internal', '10/8', 'x'], /--internal 10\/8: not a network; write it as/],
    [['replay', '/no/such/file'], /\/no\/such\/file: no such file or folder; give capture files/],
  ])('%j is wrong usage', (args, expected) => {
    const { status, stdout, stderr } = auscult(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('replays, prints JSON and nothing else on stdout, writes the files', () => {
    const { status, stdout, stderr } = auscult([
      'replay',
      '--format',
      'json',
      '--out',
      at('out'),
      at('good.pcap'),
    ]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).capture).toMatchObject({
      packets: 3,
      inputs: [{ path: at('good.pcap'), packets: 3, error: null }],
    });
    expect(readFileSync(at('out/summary.json'), 'utf8')).toBe(stdout);
    for (const name of ['assets.json', 'assets.csv', 'findings.json', 'eve.json', 'metrics.prom'])
      expect(existsSync(at(`out/${name}`)), name).toBe(true);
  });

  test('two replays write the same bytes', () => {
    for (const name of ['one', 'two'])
      expect(auscult(['replay', '--out', at(name), at('good.pcap')]).status).toBe(0);
    for (const name of ['summary.json', 'eve.json', 'metrics.prom', 'assets.csv'])
      expect(readFileSync(at(`one/${name}`), 'utf8')).toBe(readFileSync(at(`two/${name}`), 'utf8'));
  });

  test('a cut capture is reported and exits with 1', () => {
    const { status, stdout, stderr } = auscult(['replay', at('cut.pcap'), at('good.pcap')]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^auscult: .*cut\.pcap: .*\d+.*\n$/);
    expect(stdout).toContain('4 packets');
  });

  const captures = tool('captures', '--fail-on exits by severity on a real capture');
  test.runIf(captures)('--fail-on tells a script', () => {
    // Cleartext HL7 with patients inside the hospital: medium, and nothing worse.
    const capture = join(captures as string, 'medical/HL7-ADT.pcap');
    expect(auscult(['replay', '--fail-on', 'medium', capture]).status).toBe(3);
    expect(auscult(['replay', '--fail-on', 'high', capture]).status).toBe(0);
    expect(auscult(['replay', '--fail-on', 'medium', capture, at('cut.pcap')]).status).toBe(3);
  });

  test('of a capture without packets nothing is concluded', () => {
    writeFileSync(at('none.pcap'), pcap(0));
    const { status, stdout } = auscult(['replay', at('none.pcap')]);
    expect(status).toBe(0);
    expect(stdout).toContain('No packets were read.');
    expect(stdout).not.toMatch(/none$|Nobody|None/m);
  });

  test('a reader of the page may ask for its width', () => {
    const capture = join(ROOT, 'pcaps/hl7/adt.pcap');
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', MAIN, 'replay', capture], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, COLUMNS: '72' },
    });
    const widths = stdout.split('\n').map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(72);
    expect(Math.max(...widths)).toBeGreaterThan(60);
  });

  test('reads standard input', () => {
    const { status, stdout } = auscult(['replay', '-'], pcap(5));
    expect(status).toBe(0);
    expect(stdout).toContain('5 packets');
  });

  test('a folder that cannot be made leaves nothing behind', () => {
    const { status, stderr } = auscult(['replay', '--out', at('good.pcap/x'), at('good.pcap')]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/cannot create the folder .*: a part of the path is a file/);
    auscult(['replay', '--out', at('never/made'), '/no/such/file']);
    const nameless = auscult(['replay', '--out', '', at('good.pcap')]);
    expect(nameless.status).toBe(2);
    expect(nameless.stderr).toMatch(/--out needs the name of a folder/);
    // Where no folder can be, node's own way of making several at once never ends.
    expect(auscult(['replay', '--out', '/proc/auscult/x', at('good.pcap')]).status).toBe(2);
    expect(existsSync(at('never'))).toBe(false);
  });

  test('configurations', () => {
    const bad = auscult(['check-config', at('bad.yaml')]);
    expect(bad.status).toBe(2);
    expect(bad.stdout).toContain('bad.yaml:2:5: internal.0: "10/8" is not valid');
    const good = auscult(['check-config', at('good.yaml')]);
    expect(good.status).toBe(0);
    expect(good.stdout).toMatch(/good\.yaml: all right\nit has 1 internal network\n$/);
    const used = auscult(['replay', '--config', at('bad.yaml'), at('good.pcap')]);
    expect(used.status).toBe(2);
    expect(used.stderr).toContain('bad.yaml:2:5');
    expect(used.stdout).toBe('');
  });

  test('a policy is suggested, with a table beside it, and is a configuration', () => {
    const [yaml, table] = [at('site.yaml'), at('site.csv')];
    const capture = join(ROOT, 'pcaps/hl7/adt.pcap');
    const { status, stderr } = auscult([
      'replay',
      '--suggest-policy',
      yaml,
      '--internal',
      '10.0.0.0/8',
      capture,
    ]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readFileSync(yaml, 'utf8')).toContain('- { from: ehr, to: integration, service: hl7 tcp/');
    expect(readFileSync(table, 'utf8')).toMatch(/\r\n1,allow,ehr,/);
    const { stdout } = auscult(['check-config', yaml]);
    expect(stdout).toMatch(/all right\nit has 1 internal network, 2 zones \(2 medical\), 1 allow entry\n$/);
    const again = auscult(['replay', '--config', yaml, '--format', 'json', capture]);
    expect(again.status).toBe(0);
    expect(again.stdout).not.toContain('cross-zone');
    expect(readdirSync(base).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test.each([
    [['--suggest-policy', 'site.csv'], /--suggest-policy needs the name of a YAML file/],
    [['--suggest-policy', 'good.yaml', '--config', 'good.yaml'], /would overwrite the configuration/],
    [['--suggest-policy', 'no/such/folder/site.yaml'], /cannot write in .*no\/such\/folder/],
  ])('%j is wrong usage, before anything is read', (args, expected) => {
    const paths = args.map((arg) => (arg.startsWith('--') ? arg : at(arg)));
    const { status, stdout, stderr } = auscult(['replay', ...paths, at('good.pcap')]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(expected);
    expect(readFileSync(at('good.yaml'), 'utf8')).toBe('internal: [10.0.0.0/8]\n');
  });

  test('whoever stops reading our output is not told', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', MAIN, 'replay', '--format', 'json', at('good.pcap')],
      { cwd: ROOT },
    );
    let stderr = '';
    child.stderr.on('data', (data) => (stderr += data));
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('stopped by a signal, it reports what it read, though nothing more comes', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', MAIN, 'replay', '--format', 'json', '--out', at('stopped'), '-'],
      { cwd: ROOT },
    );
    let stdout = '';
    child.stdout.on('data', (data) => (stdout += data));
    // 3 MB do not fit the pipe: once they are written, most has been read, and signals are being heard.
    await new Promise((resolve) => child.stdin.write(pcap(40_000), resolve));
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.on('close', resolve));
    child.stdin.destroy();
    expect(status).toBe(130);
    const { capture } = JSON.parse(stdout);
    expect(capture.packets).toBeGreaterThan(0);
    expect(capture.inputs[0].error).toMatch(/^stopped by request, at byte \d+$/);
    expect(readFileSync(at('stopped/summary.json'), 'utf8')).toBe(stdout);
    expect(readdirSync(at('stopped')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('progress', () => {
  test('bytes, rate, time left', () => {
    const text = progressText({ path: 'a\x1b.pcap', read: 25e6, total: 100e6, packets: 50_000 }, 2);
    expect(text).toBe('25.0 MB of 100 MB · 25,000 packets/s · 6 s left · a\\x1b.pcap');
    expect(progressText({ path: '-', read: 25e6, total: null, packets: 0 }, 0)).toBe(
      '25.0 MB · 0 packets/s · -',
    );
  });
});

describe('the key of patients', () => {
  test('is the same for the same capture and another for another', () => {
    const hex = (paths: string[]) => Buffer.from(replayKey(paths)).toString('hex');
    expect(hex([at('good.pcap')])).toBe(hex([at('good.pcap')]));
    expect(hex([at('good.pcap')])).not.toBe(hex([at('cut.pcap')]));
    expect(hex([base])).toBe(hex([base]));
    expect(hex(['-'])).not.toBe(hex(['-']));
    expect(replayKey(['/no/such/file'])).toHaveLength(8);
  });
});
