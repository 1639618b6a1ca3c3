import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Frame, FrameSink } from '../core/frame.ts';
import {
  bytesOf,
  Collector,
  describeInterface,
  enhancedPacket,
  join,
  pcap,
  section,
  statistics,
  zstdStored,
} from './build.ts';
import { type ReplayProgress, replayPaths, UnreadablePath } from './replay.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path(tmpdir(), 'auscult-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A capture of one packet at `second`, whose only byte is `mark`. */
function one(second: number, mark: number): Uint8Array {
  return pcap([{ time: [second, 0], data: Uint8Array.of(mark) }]);
}

function file(name: string, bytes: Uint8Array): string {
  const full = path(folder, name);
  mkdirSync(path(full, '..'), { recursive: true });
  writeFileSync(full, bytes);
  return full;
}

/** The first byte of every packet. */
class Marks implements FrameSink {
  readonly marks: number[] = [];
  frame(frame: Frame): void {
    this.marks.push(frame.bytes[frame.offset]);
  }
}

describe('a request to stop', () => {
  const capture = pcap([{ time: [1, 0], data: Uint8Array.of(1) }]);
  test.each([
    ['plain', capture, 41],
    ['cut inside the head', capture.subarray(0, 3), 3],
    ['gzip', gzipSync(capture).subarray(0, -8), 41],
    ['nothing yet', new Uint8Array(0), 0],
  ])('ends the wait for a silent pipe: %s', async (_, bytes, offset) => {
    const stdin = new Readable({ read() {} });
    if (bytes.length > 0) stdin.push(bytes);
    const controller = new AbortController();
    const done = replayPaths(['-'], new Marks(), { stdin, signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    const [report] = await done;
    expect(report.error).toMatch(new RegExp(`^stopped by request, at byte ${offset}\\b`));
    expect(report.packets).toBe(offset === 41 ? 1 : 0);
    expect(stdin.destroyed).toBe(true);
  });

  test('ends the wait for a named pipe that nobody writes to, and its opening', async () => {
    const fifo = path(folder, 'fifo');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    const controller = new AbortController();
    const done = replayPaths([fifo], new Marks(), { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    const [report] = await done;
    expect(report).toMatchObject({ packets: 0, error: 'stopped by request, at byte 0' });
    const write = () => closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
    await vi.waitFor(() => expect(write).toThrow('ENXIO'), 10_000);
  });
});

describe('a folder', () => {
  test('is read in the order of first packets, whatever is in it and however it is named', async () => {
    const inside = (name: string) => path(folder, 'messy', name);
    file('messy/a.pcap', one(300, 3));
    file('messy/deep/er/b.txt', gzipSync(one(100, 1)));
    file('messy/c.pcapng', one(200, 2));
    file(
      'messy/d',
      zstdStored(join(section(), describeInterface(1), enhancedPacket(0, 400_000_000n, bytesOf(1, 0)))),
    );
    file('messy/same-2.pcap', one(300, 5));
    file('messy/same-1.pcap', one(300, 4));
    file('messy/README.pcap', Buffer.from('Not a capture, in spite of its name'));
    file('messy/notes.gz', gzipSync('nor this'));
    file('messy/empty.pcap', new Uint8Array(0));
    file('messy/header-only.pcap', pcap([]));
    file('messy/cut.pcap', join(one(500, 6), one(501, 7).subarray(24, 35)));
    symlinkSync(path(folder, 'messy'), inside('loop'));
    symlinkSync(inside('missing'), inside('broken'));
    const sink = new Marks();
    const reports = await replayPaths([path(folder, 'messy')], sink);
    expect(sink.marks).toEqual([1, 2, 3, 4, 5, 1, 6]);
    const read = reports
      .filter((each) => each.error === null && each.skipped === null)
      .map((each) => each.path);
    expect(read).toEqual(
      ['deep/er/b.txt', 'c.pcapng', 'a.pcap', 'same-1.pcap', 'same-2.pcap', 'd', 'header-only.pcap'].map(
        inside,
      ),
    );
    const skipped = Object.fromEntries(
      reports.filter((each) => each.skipped).map((each) => [each.path, each.skipped]),
    );
    expect(Object.keys(skipped).sort()).toEqual(
      ['README.pcap', 'empty.pcap', 'loop', 'notes.gz'].map(inside),
    );
    expect(skipped[inside('README.pcap')]).toMatch('not a capture file: starts with 4e6f7420');
    expect(skipped[inside('empty.pcap')]).toMatch('it is empty');
    expect(skipped[inside('loop')]).toBe('a link to a folder');
    const failed = Object.fromEntries(
      reports.filter((each) => each.error).map((each) => [each.path, each.error]),
    );
    expect(Object.keys(failed).sort()).toEqual([inside('broken'), inside('cut.pcap')]);
    expect(failed[inside('cut.pcap')]).toMatch('inside a record at byte 41, 11 bytes into it');
    expect(failed[inside('broken')]).toMatch('ENOENT');
  });
  test('without anything in it is an error', async () => {
    mkdirSync(path(folder, 'void'));
    const [report] = await replayPaths([path(folder, 'void')], new Marks());
    expect(report).toMatchObject({ path: path(folder, 'void'), error: 'an empty folder', packets: 0 });
  });
});

describe('named paths', () => {
  test('are read in time order and reported in the order given', async () => {
    const later = file('named/later.pcap', one(20, 2));
    const sooner = file('named/sooner.pcap', one(10, 1));
    const sink = new Marks();
    const reports = await replayPaths([later, sooner], sink);
    expect(sink.marks).toEqual([1, 2]);
    expect(reports.map((each) => each.path)).toEqual([later, sooner]);
  });
  test('that are no captures are errors, and the rest is still read', async () => {
    const text = file('named/text.pcap', Buffer.from('plain text'));
    const good = file('named/good.pcap', one(1, 9));
    const sink = new Marks();
    const reports = await replayPaths([text, good], sink);
    expect(reports.map((each) => each.error)).toEqual([
      'not a capture file: starts with 706c6169; expected pcap, pcapng or snoop, plain or compressed with gzip or zstd',
      null,
    ]);
    expect(sink.marks).toEqual([9]);
  });
  test('that cannot be read stop everything before the first packet', async () => {
    const good = file('named/good.pcap', one(1, 9));
    const sink = new Marks();
    const missing = path(folder, 'missing.pcap');
    await expect(replayPaths([good, missing], sink)).rejects.toThrow(UnreadablePath);
    await expect(replayPaths([missing], sink)).rejects.toThrow(`${missing}: no such file or folder`);
    await expect(replayPaths([path(good, 'below')], sink)).rejects.toThrow('no such file or folder');
    expect(sink.marks).toEqual([]);
  });
  test('that this user may not read stop everything, too', async () => {
    const closed = file('named/closed.pcap', one(1, 9));
    const closedFolder = path(folder, 'closed');
    mkdirSync(closedFolder, { mode: 0 });
    chmodSync(folder, 0o755);
    chmodSync(closed, 0);
    // The superuser may read everything, so for a moment we are nobody.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      await expect(replayPaths([closed], new Marks())).rejects.toThrow(`${closed}: permission denied`);
      await expect(replayPaths([closedFolder], new Marks())).rejects.toThrow(
        `${closedFolder}: permission denied`,
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(closedFolder, 0o755);
    }
  });
  test('report what a capture lost', async () => {
    const lost = file(
      'named/lost.pcapng',
      join(section(), describeInterface(1), statistics(0, new Map([[5, 42n]]))),
    );
    const [report] = await replayPaths([lost], new Marks());
    expect(report).toEqual({
      path: lost,
      format: 'pcapng',
      compression: null,
      packets: 0,
      bytes: 0,
      dropped: 42,
      error: null,
      skipped: null,
    });
  });
});

describe('a damaged gzip file', () => {
  test('gives all it holds before the damage', async () => {
    const records = Array.from({ length: 3000 }, (_, i) => ({ data: bytesOf(50 + (i % 40), i) }));
    const capture = pcap(records);
    const whole = new Collector();
    await replayPaths([file('gz/whole.gz', gzipSync(capture))], whole);
    const packed = gzipSync(capture);
    const sum = Uint8Array.from(packed);
    sum[sum.length - 6] ^= 1;
    const wrongSum = new Collector();
    const [report] = await replayPaths([file('gz/sum.gz', sum)], wrongSum);
    expect(report.error).toBe(
      `the gzip stream is damaged: incorrect data check, at byte ${capture.length} of the decompressed stream`,
    );
    expect(wrongSum.frames).toEqual(whole.frames);
    const stored = Uint8Array.from(gzipSync(capture, { level: 0 }));
    // Of the second stored block the length no longer agrees with its complement.
    const second = 10 + 5 + stored[11] + (stored[12] << 8);
    stored[second + 1] ^= 1;
    const cut = new Collector();
    const [{ error, packets }] = await replayPaths([file('gz/stored.gz', stored)], cut);
    expect(error).toMatch(
      `damaged: invalid stored block lengths, at byte ${second - 15} of the decompressed stream`,
    );
    expect(packets).toBeGreaterThan(200);
    expect(cut.frames).toEqual(whole.frames.slice(0, packets));
  });
});

describe('a file that changes while it is read', () => {
  const many = pcap(Array.from({ length: 1500 }, (_, i) => ({ data: bytesOf(1400, i) })));
  test('is read up to where it ends when the end is met', async () => {
    const growing = file('grow/growing.pcap', many);
    let appended = false;
    let packets = 0;
    const [report] = await replayPaths([growing], {
      frame() {
        packets++;
        if (appended) return;
        appended = true;
        appendFileSync(growing, join(one(1, 1).subarray(24), one(1, 2).subarray(24, 30)));
      },
    });
    expect(packets).toBe(1501);
    expect(report.error).toMatch(
      /inside a record at byte 2124041, 6 bytes into it \(cut, or still being written\)/,
    );
  });
  test('and may shrink', async () => {
    const shrinking = file('grow/shrinking.pcap', many);
    let packets = 0;
    const [report] = await replayPaths([shrinking], {
      frame() {
        if (packets++ === 0) truncateSync(shrinking, 100);
      },
    });
    expect(packets).toBeGreaterThan(0);
    expect(report.error).toMatch('(cut, or still being written)');
  });
});

describe('streams', () => {
  const capture = pcap(Array.from({ length: 50 }, (_, i) => ({ time: [i, 0], data: bytesOf(100, i) })));
  test('standard input, given piece by piece', async () => {
    const pieces = Array.from({ length: Math.ceil(capture.length / 7) }, (_, i) =>
      capture.subarray(7 * i, 7 * i + 7),
    );
    const sink = new Marks();
    const [report] = await replayPaths(['-'], sink, { stdin: Readable.from(pieces) });
    expect(report).toMatchObject({ path: '-', packets: 50, bytes: 5000, error: null });
    expect(sink.marks).toHaveLength(50);
  });
  test('that break off say so', async () => {
    const stream = new Readable({
      read() {
        this.push(capture.subarray(0, 300));
        this.destroy(new Error('EPIPE: broken pipe, read'));
      },
    });
    const [report] = await replayPaths(['-'], new Marks(), { stdin: stream });
    expect(report.error).toMatch('cannot be read on from byte');
  });
  describe.runIf(spawnSync('mkfifo', ['--version']).status === 0)('named pipes', () => {
    test('are read', async () => {
      const pipe = path(folder, 'pipe');
      spawnSync('mkfifo', [pipe]);
      const writer = spawn('sh', ['-c', `cat "$1" > "$2"`, 'sh', file('piped.pcap', capture), pipe]);
      const [report] = await replayPaths([pipe], new Marks());
      expect(report).toMatchObject({ packets: 50, error: null });
      if (writer.exitCode === null) await new Promise((resolve) => writer.once('exit', resolve));
      expect(statSync(pipe).isFIFO()).toBe(true);
    });
  });
});

describe('progress', () => {
  const big = pcap(Array.from({ length: 40 }, (_, i) => ({ data: new Uint8Array(200_000).fill(i) })));
  test('reaches the end of every input', async () => {
    const first = file('progress/1.pcap', big);
    const second = file('progress/2.pcap.gz', gzipSync(big));
    const shown: ReplayProgress[] = [];
    const slow = {
      frame() {
        const until = performance.now() + 5;
        while (performance.now() < until);
      },
    };
    await replayPaths([first, second], slow, { onProgress: (each) => shown.push({ ...each }) });
    const total = statSync(first).size + statSync(second).size;
    expect(shown[shown.length - 1]).toEqual({ path: second, read: total, total, packets: 80 });
    expect(shown.length).toBeGreaterThan(3);
    for (let i = 1; i < shown.length; i++) {
      expect(shown[i].read).toBeGreaterThanOrEqual(shown[i - 1].read);
      expect(shown[i].packets).toBeGreaterThanOrEqual(shown[i - 1].packets);
    }
  });
  test('the event loop runs between the chunks of a file', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const slow = {
      frame() {
        const until = performance.now() + 5;
        while (performance.now() < until);
      },
    };
    await replayPaths([file('progress/1.pcap', big)], slow);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
  test('has no total when a stream is among the inputs', async () => {
    const shown: ReplayProgress[] = [];
    const options = { onProgress: (each: ReplayProgress) => shown.push(each), stdin: Readable.from([big]) };
    await replayPaths(['-'], new Marks(), options);
    expect(shown[shown.length - 1]).toMatchObject({ total: null, read: big.length, packets: 40 });
  });
  test('can be stopped, and says so of every input', async () => {
    const paths = [file('progress/1.pcap', big), file('progress/2.pcap', big)];
    const controller = new AbortController();
    let packets = 0;
    const reports = await replayPaths(
      paths,
      {
        frame() {
          if (packets++ === 0) controller.abort();
        },
      },
      { signal: controller.signal },
    );
    expect(packets).toBeLessThan(40);
    expect(reports[0].packets).toBe(packets);
    expect(reports[0].error).toMatch(/^stopped by request, at byte \d+$/);
    expect(reports[1]).toMatchObject({ packets: 0, error: 'not read: stopped by request' });
  });
});
