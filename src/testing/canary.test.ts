import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CANARY, canaryPackets } from './canary.ts';
import { pcapFile } from './packets.ts';

const folder = mkdtempSync(join(tmpdir(), 'auscult-canary-'));
afterAll(() => rmSync(folder, { recursive: true }));
const capture = join(folder, 'capture.pcap');
writeFileSync(capture, pcapFile(canaryPackets()));

/** Everything that a replay lets out: what it prints and every file that it writes. */
function replay(name: string, ...options: string[]): Map<string, string> {
  const out = join(folder, name);
  const normal = join(folder, `${name}.json`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...['--import', 'tsx', 'src/main.ts', 'replay', '--out', out, '--write-baseline', normal],
      ...['--suggest-policy', join(out, 'site.yaml'), ...options, capture],
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  expect(status).toBe(0);
  const said = new Map([
    ['stdout', stdout],
    ['stderr', stderr],
    ['baseline', readFileSync(normal, 'utf8')],
  ]);
  for (const file of readdirSync(out)) said.set(file, readFileSync(join(out, file), 'utf8'));
  return said;
}

/** The part of a canary that all have, as it is, in hexadecimal, and in base64 at each of its three alignments. */
function spellings(): string[] {
  const bytes = Buffer.from(CANARY);
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const whole = Math.floor((shift + bytes.length) / 3) * 4;
    return text.slice(shift === 0 ? 0 : 4, whole);
  });
  return [CANARY, CANARY.toUpperCase(), CANARY.toLowerCase(), bytes.toString('hex'), ...aligned].filter(
    (text) => text.length >= 4,
  );
}

function found(said: ReadonlyMap<string, string>): string[] {
  return [...said].flatMap(([where, text]) =>
    spellings()
      .filter((way) => text.includes(way))
      .map((way) => `${where}: …${text.slice(Math.max(0, text.indexOf(way) - 60), text.indexOf(way) + 30)}…`),
  );
}

test('no canary leaves, whatever is asked for', () => {
  const said = replay('sealed', '--verbose');
  expect(found(said)).toEqual([]);
  // It was heard: the identifiers are named and counted.
  const summary = JSON.parse(said.get('summary.json')!) as { phi: { by_protocol: Record<string, number> } };
  expect(summary.phi.by_protocol).toMatchObject({
    dicom: expect.any(Number),
    hl7: expect.any(Number),
    http: expect.any(Number),
  });
  expect(found(replay('as-json', '--format', 'json', '--verbose'))).toEqual([]);
});

test('with --reveal-phi the identifiers stand in eve.json, and nowhere else', () => {
  const said = replay('revealed', '--reveal-phi', '--verbose');
  expect(said.get('eve.json')).toContain(CANARY);
  said.delete('eve.json');
  expect(found(said)).toEqual([]);
});
