import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, Collector, join, pcap, Writer, zstdStored } from './build.ts';
import { compressionOf, createInflater } from './inflate.ts';
import { type InputReport, replayPaths } from './replay.ts';
import { InputError } from './source.ts';

const records = Array.from({ length: 9 }, (_, i) => ({
  time: [1_700_000_000 + i, i] as [number, number],
  data: bytesOf(40 + i, i),
}));
const capture = pcap(records);
const plain = await replayed(capture);

async function replayed(
  bytes: Uint8Array,
  piece = bytes.length,
): Promise<{ report: InputReport; frames: Collector['frames'] }> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece));
  const sink = new Collector();
  const [report] = await replayPaths(['-'], sink, { stdin: Readable.from(pieces) });
  return { report, frames: sink.frames };
}

async function inflate(
  compression: 'gzip' | 'zstd',
  bytes: Uint8Array,
  piece = bytes.length,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const inflater = createInflater(compression, (part) => void parts.push(part.slice()));
  try {
    for (let at = 0; at < bytes.length; at += piece) await inflater.write(bytes.subarray(at, at + piece));
    await inflater.end();
  } finally {
    inflater.close();
  }
  return join(...parts);
}

/** What `zstd -19` makes of TEXT. */
const TEXT = Buffer.from('hello hello hello hello hello hello capture capture capture');
const COMPRESSED = Uint8Array.from(
  Buffer.from('28b52ffd0468ad00006868656c6c6f206361707475726502002b8889588a181f3975', 'hex'),
);
const EMPTY_FRAME = new Writer().u32(0xfd2fb528).u8(0x20).u8(0).number(1, 3).done();
const skippable = (length: number) => join(new Writer().u32(0x184d2a53).u32(length).done(), bytesOf(length));

describe('gzip', () => {
  const gz = new Uint8Array(gzipSync(capture));
  test('whole, in any pieces', async () => {
    for (const piece of [1, 7, gz.length]) {
      const { report, frames } = await replayed(gz, piece);
      expect(frames).toEqual(plain.frames);
      expect(report).toMatchObject({ compression: 'gzip', format: 'pcap', error: null, packets: 9 });
    }
  });
  test('of several members, the cut between them anywhere', async () => {
    const members = join(...[0, 3, 100, 101].map((at, i, all) => gzipSync(capture.subarray(at, all[i + 1]))));
    for (const piece of [5, 23, members.length]) {
      const { report, frames } = await replayed(members, piece);
      expect(report.error).toBeNull();
      expect(frames).toEqual(plain.frames);
    }
  });
  test('cut at every byte: frames before the cut and one error', async () => {
    for (let cut = 4; cut < gz.length; cut += 3) {
      const { report, frames } = await replayed(gz.subarray(0, cut));
      expect(frames).toEqual(plain.frames.slice(0, frames.length));
      expect(report.error).toMatch(
        /^the gzip stream ends too early \(cut, or still being written\), at byte \d+ of the decompressed stream$/,
      );
    }
    const { frames } = await replayed(gz.subarray(0, gz.length - 8));
    expect(frames).toEqual(plain.frames);
  });
  test('a record cut off within is told with its offset in the decompressed stream', async () => {
    const { report, frames } = await replayed(gzipSync(capture.subarray(0, capture.length - 1)));
    expect(frames).toHaveLength(8);
    expect(report.error).toBe(
      `the file ends inside a record at byte ${capture.length - 64} of the decompressed stream, 63 bytes into it (cut, or still being written)`,
    );
  });
  test('text is still no capture', async () => {
    expect((await replayed(gzipSync('some text that is no capture'))).report.error).toMatch(
      'not a capture file: starts with 736f6d65 of the decompressed stream',
    );
    expect((await replayed(gzipSync(''))).report.error).toBe(
      'not a capture file: it is empty once decompressed',
    );
  });
});

describe('zstd', () => {
  test('a compressed block', async () => {
    for (let piece = 1; piece <= COMPRESSED.length; piece++) {
      expect(Buffer.from(await inflate('zstd', COMPRESSED, piece))).toEqual(TEXT);
    }
  });
  test('stored blocks, several frames, skippable and empty ones', async () => {
    const stream = join(
      skippable(10),
      zstdStored(capture.subarray(0, 150), 1),
      EMPTY_FRAME,
      zstdStored(capture.subarray(150)),
      skippable(0),
    );
    for (const piece of [1, 2, 17, stream.length]) {
      const { report, frames } = await replayed(stream, piece);
      expect(report).toMatchObject({ compression: 'zstd', error: null, packets: 9 });
      expect(frames).toEqual(plain.frames);
    }
  });
  test('a great many frames do not exhaust the stack', async () => {
    const frames = join(...Array.from({ length: 20_000 }, () => join(skippable(0), EMPTY_FRAME)));
    expect(await inflate('zstd', join(frames, COMPRESSED))).toHaveLength(TEXT.length);
  });
  test('a repeated byte', async () => {
    const header = new Writer().u32(0xfd2fb528).u8(0x80).u8(0x58).u32(1000);
    const stream = header
      .number((1000 << 3) | 2 | 1, 3)
      .u8(0x61)
      .done();
    expect(Buffer.from(await inflate('zstd', stream))).toEqual(Buffer.alloc(1000, 'a'));
  });
  test('cut at every byte: the blocks before the cut and one error', async () => {
    const first = zstdStored(capture.subarray(0, 200));
    const stream = join(first, zstdStored(capture.subarray(200)));
    for (let cut = 4; cut < stream.length; cut += 5) {
      if (cut === first.length) continue;
      const { report, frames } = await replayed(stream.subarray(0, cut));
      expect(frames).toEqual(plain.frames.slice(0, frames.length));
      expect(report.error).toMatch(
        /ends too early \(cut, or still being written\), at byte \d+ of the decompressed/,
      );
    }
    for (let cut = 4; cut < COMPRESSED.length; cut++) {
      await expect(inflate('zstd', COMPRESSED.subarray(0, cut))).rejects.toThrow('ends too early');
    }
    const { frames } = await replayed(zstdStored(capture).subarray(0, -1));
    expect(frames.length).toBeGreaterThan(5);
  });
  test('windows and blocks beyond what is given are refused before memory is', async () => {
    const window = new Writer().u32(0xfd2fb528).u8(0x80).u8(0xf8).u32(1).number(1, 3).done();
    await expect(inflate('zstd', window)).rejects.toThrow('needs a window of 2199023255552 bytes');
    const segment = new Writer()
      .u32(0xfd2fb528)
      .u8(0xe0)
      .u64(1n << 40n)
      .number(1, 3)
      .done();
    await expect(inflate('zstd', segment)).rejects.toThrow('needs a window of 1099511627776 bytes');
    const run = new Writer()
      .u32(0xfd2fb528)
      .u8(0x80)
      .u8(0x58)
      .u32(0)
      .number((0x1fffff << 3) | 2, 3)
      .u8(0)
      .done();
    await expect(inflate('zstd', run)).rejects.toThrow('damaged at byte 10 of the file: a block header');
    await expect(inflate('zstd', join(COMPRESSED, bytesOf(20)))).rejects.toThrow(
      'damaged at byte 34 of the file',
    );
  });
  test('any bytes end in an output or an InputError', async () => {
    const change = fc.tuple(
      fc.integer({ min: 4, max: COMPRESSED.length - 1 }),
      fc.integer({ min: 0, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const broken = COMPRESSED.slice();
        for (const [at, value] of changes) broken[at] = value;
        try {
          await inflate('zstd', broken);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 200, seed: 11 },
    );
  });
  const tool = spawnSync('zstd', ['--version']).status === 0;
  describe.runIf(tool)('what the zstd tool writes', () => {
    const long = pcap(Array.from({ length: 4000 }, (_, i) => ({ data: bytesOf(i % 300, i) })));
    for (const options of [['-1'], ['-19'], ['--no-check', '-3'], ['-3', '-B65536', '-T2']]) {
      test(options.join(' '), async () => {
        const { stdout, status } = spawnSync('zstd', ['-q', '-c', ...options], {
          input: long,
          maxBuffer: 1 << 24,
        });
        expect(status).toBe(0);
        const { report } = await replayed(stdout, 4096);
        expect(report).toMatchObject({ error: null, packets: 4000, compression: 'zstd' });
        expect(Buffer.compare(await inflate('zstd', stdout), long)).toBe(0);
      });
    }
  });
});

describe('compression', () => {
  test('is told by content', () => {
    expect(compressionOf(gzipSync('x'), 4)).toBe('gzip');
    expect(compressionOf(COMPRESSED, 4)).toBe('zstd');
    expect(compressionOf(skippable(1), 4)).toBe('zstd');
    expect(compressionOf(capture, 4)).toBeNull();
    expect(compressionOf(COMPRESSED, 3)).toBeNull();
  });
  test('what the sink throws is not taken for damage', async () => {
    for (const bytes of [gzipSync(capture), zstdStored(capture)]) {
      const sink = {
        frame() {
          throw new RangeError('a bug');
        },
      };
      await expect(replayPaths(['-'], sink, { stdin: Readable.from([bytes]) })).rejects.toThrow('a bug');
    }
  });
});
