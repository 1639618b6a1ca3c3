import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { capturesDir } from '../testing/captures.ts';
import { readCapture } from './build.ts';
import { type InputReport, replayPaths } from './replay.ts';

const folder = capturesDir();

interface OraclePacket {
  header: {
    timestampSeconds: number;
    timestampMicroseconds: number;
    capturedLength: number;
    originalLength: number;
  };
  data: Buffer;
}
interface OracleParser {
  on(event: 'packet', heard: (packet: OraclePacket) => void): void;
  on(event: 'end' | 'error', heard: (error?: Error) => void): void;
}
const oracle = createRequire(import.meta.url)('pcap-parser') as { parse(stream: Readable): OracleParser };

function oraclePackets(bytes: Buffer): Promise<OraclePacket[]> {
  return new Promise((resolve, reject) => {
    const packets: OraclePacket[] = [];
    const parser = oracle.parse(Readable.from([bytes]));
    parser.on('packet', (packet) => packets.push(packet));
    parser.on('end', () => resolve(packets));
    parser.on('error', reject);
  });
}

function filesIn(root: string, suffix = ''): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((name) => name.endsWith(suffix) && statSync(name).isFile())
    .sort();
}

describe.runIf(folder !== null)('real captures', () => {
  const root = folder ?? '';

  test('all are read without an exception, and only three are damaged', async () => {
    let packets = 0;
    let bytes = 0;
    let captured = 0;
    const reports = await replayPaths([root], {
      frame(frame) {
        packets++;
        bytes += frame.captured;
        if (frame.wire < frame.captured || frame.offset + frame.captured > frame.bytes.length) captured++;
      },
    });
    expect(captured).toBe(0);
    expect(reports.reduce((sum, each) => sum + each.packets, 0)).toBe(packets);
    expect(reports.reduce((sum, each) => sum + each.bytes, 0)).toBeGreaterThanOrEqual(bytes);
    const damaged = reports.filter((each) => each.error !== null);
    expect(
      damaged.map((each) => [each.path.slice(root.length + 1), each.packets, each.error]).sort(),
    ).toEqual([
      [
        'breadth/suricata-verify/bug-1450-04/tls_DER-incomplete-header.pcap',
        6,
        'a record claims 4325376 captured bytes, of at most 262144, at byte 5035',
      ],
      [
        'breadth/suricata-verify/bug-1450-05/tls_DER-incomplete-content.pcap',
        6,
        'a record claims 4325376 captured bytes, of at most 262144, at byte 5035',
      ],
      [
        'breadth/suricata-verify/bug-6875-01/fuzz.pcap',
        1,
        'a record claims 1409179648 captured bytes, of at most 262144, at byte 228',
      ],
    ]);
    const left = reports.filter(
      (each) => each.skipped !== null && /\.(pcap|pcapng|snoop|cap)(\.gz)?$/.test(each.path),
    );
    expect(left).toEqual([]);
    const formats = new Set(reports.map((each) => `${each.format} ${each.compression}`));
    for (const format of ['pcap null', 'pcap gzip', 'pcapng null', 'pcapng gzip', 'snoop null']) {
      expect(formats).toContain(format);
    }
  }, 60_000);

  describe("pcapng-test-generator's answers", () => {
    // A describe that is left out is still collected.
    const answers = folder === null ? [] : filesIn(join(root, 'breadth/pcapng-test-generator'), '.txt');
    test('are many', () => expect(answers.length).toBeGreaterThan(35));
    test.each(answers.map((each) => each.slice(root.length + 1)))('%s', (answer) => {
      const text = readFileSync(join(root, answer), 'utf8');
      const sequence = /Block sequence: ([\s\S]*)/.exec(text)?.[1].trim().split(/,\s*/) ?? [];
      const { frames, error } = readCapture(readFileSync(join(root, answer.replace(/txt$/, 'pcapng'))));
      expect(error).toBeNull();
      expect(frames).toHaveLength(
        sequence.filter((each) => ['EPB', 'SPB', 'PB', 'OPB'].includes(each)).length,
      );
    });
  });

  test('classic captures give the frames that pcap-parser gives', async () => {
    let files = 0;
    let packets = 0;
    for (const name of filesIn(root, '.pcap')) {
      const bytes = readFileSync(name);
      const magic = bytes.toString('hex', 0, 4);
      if ((magic !== 'd4c3b2a1' && magic !== 'a1b2c3d4') || bytes.length > 200_000) continue;
      const reading = readCapture(bytes);
      if (reading.error !== null) continue;
      const expected = await oraclePackets(bytes);
      const told = expected.map(({ header, data }) => ({
        data: data.toString('hex'),
        time: header.timestampSeconds * 1e6 + header.timestampMicroseconds,
        wire: Math.max(header.originalLength, header.capturedLength),
      }));
      const ours = reading.frames.map(({ data, time, wire }) => ({ data, time, wire }));
      // Comparing texts: the matcher takes minutes for so many.
      if (JSON.stringify(ours) !== JSON.stringify(told)) expect(ours, name).toEqual(told);
      files++;
      packets += told.length;
    }
    expect(files).toBeGreaterThan(2500);
    expect(packets).toBeGreaterThan(20_000);
  }, 120_000);

  describe.runIf(spawnSync('capinfos', ['-v']).status === 0)('capinfos', () => {
    test('counts the same packets', async () => {
      const few = [
        'medical',
        'breadth/pcapplusplus',
        'breadth/rusticata',
        'breadth/wireshark',
        'breadth/ja4',
      ];
      const reports = await replayPaths(
        few.map((name) => join(root, name)),
        { frame() {} },
      );
      const captures = reports.filter((each) => each.skipped === null);
      const counts = capinfosCounts(captures);
      const different = captures.filter((each) => counts.get(each.path) !== each.packets);
      expect(different).toEqual([]);
      expect(captures.length).toBeGreaterThan(100);
    }, 60_000);
  });
});

/** `capinfos -T -m -Q -c`: a line of quoted path and count for each file. */
function capinfosCounts(captures: readonly InputReport[]): Map<string, number> {
  const paths = captures.map((each) => each.path);
  const { stdout } = spawnSync('capinfos', ['-T', '-m', '-Q', '-c', '-M', ...paths], { encoding: 'utf8' });
  const counts = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    const match = /^"(.*)","(\d+)"$/.exec(line);
    if (match !== null) counts.set(match[1], Number(match[2]));
  }
  return counts;
}
