import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  block,
  bytesOf,
  describeInterface,
  enhancedPacket,
  join,
  option,
  pcap,
  readCapture,
  section,
  simplePacket,
  statistics,
} from './build.ts';
import { CaptureReader, CHUNK } from './reader.ts';

const records = [7, 60, 0, 33].map((length, i) => ({
  time: [1_700_000_000 + i, i] as [number, number],
  data: bytesOf(length, i),
}));

/** Small captures, with where each of their records ends: the places at which a file may end. */
const CAPTURES: { name: string; bytes: Uint8Array; ends: number[]; packetEnds: number[] }[] = [
  classic('pcap', 0xa1b2c3d4, true, 16),
  classic('big-endian nanosecond pcap', 0xa1b23c4d, false, 16),
  classic('modified pcap', 0xa1b2cd34, true, 24),
  blocks('pcapng', [
    { bytes: section(), packet: false },
    { bytes: describeInterface(1, [option(9, Uint8Array.of(9))]), packet: false },
    { bytes: enhancedPacket(0, 1_700_000_000_000_000_000n, bytesOf(9, 1)), packet: true },
    { bytes: block(0xbad, bytesOf(30)), packet: false },
    { bytes: simplePacket(6, bytesOf(6)), packet: true },
    { bytes: section(false), packet: false },
    { bytes: describeInterface(113, [], { little: false }), packet: false },
    { bytes: enhancedPacket(0, 1_700_000_000_000_001n, bytesOf(3), { little: false }), packet: true },
    { bytes: statistics(0, new Map([[5, 3n]]), false), packet: false },
  ]),
];

function classic(name: string, magic: number, little: boolean, header: number) {
  const bytes = pcap(records, { magic, little });
  const ends = [24];
  for (const record of records) ends.push(ends[ends.length - 1] + header + record.data.length);
  return { name, bytes, ends, packetEnds: ends.slice(1) };
}

function blocks(name: string, parts: { bytes: Uint8Array; packet: boolean }[]) {
  const ends: number[] = [];
  const packetEnds: number[] = [];
  let at = 0;
  for (const part of parts) {
    at += part.bytes.length;
    ends.push(at);
    if (part.packet) packetEnds.push(at);
  }
  return { name, bytes: join(...parts.map((part) => part.bytes)), ends, packetEnds };
}

describe.each(CAPTURES)('$name', ({ bytes, ends, packetEnds }) => {
  const whole = readCapture(bytes);
  test('whole', () => {
    expect(whole.error).toBeNull();
    expect(whole.frames).toHaveLength(packetEnds.length);
  });
  test('in pieces of every size, and split at every byte', () => {
    for (let piece = 1; piece < bytes.length; piece++) {
      expect(readCapture(bytes, piece)).toEqual(whole);
    }
  });
  test('cut at every byte: what is whole before it, then one error with the offset', () => {
    for (let cut = 0; cut < bytes.length; cut++) {
      const reading = readCapture(bytes.subarray(0, cut), 10);
      expect(reading.frames).toEqual(whole.frames.slice(0, packetEnds.filter((end) => end <= cut).length));
      if (ends.includes(cut)) expect(reading.error).toBeNull();
      else if (cut < 4) expect(reading.error).toMatch(/^not a capture file: /);
      else {
        const start = Math.max(0, ...ends.filter((end) => end < cut));
        expect(reading.error).toContain(
          `at byte ${start}, ${cut - start} bytes into it (cut, or still being written)`,
        );
      }
    }
  });
  test('any bytes at all end in frames or an error, never in an exception', () => {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 200 }),
        (changes, piece) => {
          const broken = bytes.slice();
          for (const [at, value] of changes) broken[at] = value;
          const { frames, error } = readCapture(broken, piece);
          expect(readCapture(broken)).toEqual(readCapture(broken, piece));
          for (const frame of frames) {
            expect(frame.data.length).toBe(2 * frame.captured);
            expect(Number.isFinite(frame.time)).toBe(true);
          }
          if (error !== null) expect(error).not.toBe('');
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });
});

describe('what is no capture', () => {
  const expected = 'expected pcap, pcapng or snoop, plain or compressed with gzip or zstd';
  test('is named by its first four bytes', () => {
    const text = Uint8Array.from(Buffer.from('MSH|^~\\&|ADT1|GOOD HEALTH'));
    for (const piece of [1, 3, text.length]) {
      expect(readCapture(text, piece).error).toBe(`not a capture file: starts with 4d53487c; ${expected}`);
    }
    expect(readCapture(Uint8Array.of(1, 2)).error).toBe(`not a capture file: starts with 0102; ${expected}`);
    expect(readCapture(new Uint8Array(0)).error).toBe('not a capture file: it is empty');
    expect(readCapture(Uint8Array.from(Buffer.from('snoopy!!'))).error).toMatch('starts with 736e6f6f');
  });
});

describe('the reader', () => {
  test('an end between a long skipped block and its closing length is an error', () => {
    const long = block(0xbad, bytesOf(600_000));
    const capture = join(section(), long);
    const { error } = readCapture(capture.subarray(0, capture.length - 4));
    expect(error).toMatch(/^the file ends inside a record at byte \d+, 0 bytes into it/);
    expect(readCapture(capture).error).toBeNull();
  });
  test('a buffer may be shared by readers in turn', () => {
    const buffer = new Uint8Array(CHUNK);
    for (const { bytes, packetEnds } of CAPTURES) {
      let frames = 0;
      const reader = new CaptureReader({ frame: () => void frames++ }, buffer);
      reader.push(bytes);
      reader.end();
      expect([frames, reader.packets, reader.error]).toEqual([packetEnds.length, packetEnds.length, null]);
    }
  });
  test('nothing is delivered after an error', () => {
    let frames = 0;
    const reader = new CaptureReader({ frame: () => void frames++ });
    reader.push(join(pcap([{ captured: 1 << 30 }]), pcap(records).subarray(24)));
    expect(reader.push(pcap(records))).toBe(false);
    reader.end();
    reader.fail('something else');
    expect(frames).toBe(0);
    expect(reader.error).toMatch('a record claims 1073741824');
  });
  test('what the sink throws is not taken for damage', () => {
    const reader = new CaptureReader({
      frame() {
        throw new RangeError('a bug');
      },
    });
    expect(() => reader.push(pcap(records))).toThrow('a bug');
  });
});
