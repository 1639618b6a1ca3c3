import { describe, expect, test } from 'vitest';
import {
  block,
  bytesOf,
  describeInterface,
  enhancedPacket,
  join,
  obsoletePacket,
  option,
  readCapture,
  section,
  simplePacket,
  statistics,
  Writer,
} from './build.ts';

const at = 1_700_000_000_123_456n;
const resolution = (value: number) => option(9, Uint8Array.of(value));
const frameCheck = (value: number) => option(13, Uint8Array.of(value));
const end = option(0, new Uint8Array(0));

describe('pcapng', () => {
  for (const little of [true, false]) {
    test(`enhanced packets of several interfaces, ${little ? 'little' : 'big'} endian`, () => {
      const offset = option(14, new Writer(little).u64(-3600n).done(), little);
      const capture = join(
        section(little, little ? -1n : 400n),
        describeInterface(1, [], { little }),
        describeInterface(
          113,
          [option(9, Uint8Array.of(9), little), offset, option(0, end.subarray(4), little)],
          {
            little,
          },
        ),
        enhancedPacket(0, at, bytesOf(61, 1), { little }),
        enhancedPacket(1, at * 1000n + 500n, bytesOf(4, 2), { little, wire: 9000 }),
      );
      const { frames, error, bytes, format } = readCapture(capture);
      expect({ error, bytes, format }).toEqual({ error: null, bytes: 65, format: 'pcapng' });
      expect(frames).toEqual([
        { data: hex(61, 1), captured: 61, wire: 61, time: Number(at), linkType: 1 },
        { data: hex(4, 2), captured: 4, wire: 9000, time: Number(at) + 0.5 - 3600e6, linkType: 113 },
      ]);
    });
  }
  test('sections of different byte orders each have their own interfaces', () => {
    const capture = join(
      section(true),
      describeInterface(1),
      enhancedPacket(0, at, bytesOf(8, 1)),
      section(false),
      describeInterface(276, [], { little: false }),
      enhancedPacket(0, at, bytesOf(8, 2), { little: false }),
      section(true),
      enhancedPacket(0, at, bytesOf(8, 3)),
    );
    const { frames, error } = readCapture(capture);
    expect(frames.map((frame) => frame.linkType)).toEqual([1, 276]);
    expect(error).toBe(
      `a block of interface 0, which the section does not describe, at byte ${capture.length - 40}`,
    );
  });
  test('a simple packet has the snap length of the first interface and the time before it', () => {
    const capture = join(
      section(),
      describeInterface(1, [], { snapLength: 10 }),
      describeInterface(113),
      simplePacket(6, bytesOf(6, 1)),
      enhancedPacket(1, at, bytesOf(4, 2)),
      simplePacket(1500, bytesOf(10, 3)),
    );
    const { frames, error } = readCapture(capture);
    expect(error).toBeNull();
    expect(frames.map(({ captured, wire, time, linkType }) => [captured, wire, time, linkType])).toEqual([
      [6, 6, 0, 1],
      [4, 4, Number(at), 113],
      [10, 1500, Number(at), 1],
    ]);
    expect(frames[2].data).toBe(hex(10, 3));
  });
  test('obsolete packet blocks, with the losses they count', () => {
    const capture = join(
      section(),
      describeInterface(1),
      obsoletePacket(0, 3, at, bytesOf(7, 1)),
      obsoletePacket(0, 0xffff, at, bytesOf(7, 2)),
      obsoletePacket(0, 2, at + 1n, bytesOf(7, 3)),
    );
    const { frames, error, dropped } = readCapture(capture);
    expect({ error, dropped }).toEqual({ error: null, dropped: 5 });
    expect(frames.map((frame) => frame.data)).toEqual([hex(7, 1), hex(7, 2), hex(7, 3)]);
    expect(frames[2].time).toBe(Number(at) + 1);
  });
  test('losses: the last statistics of each interface, or what packets count if that is more', () => {
    const counts = (ifdrop: bigint, osdrop: bigint) =>
      new Map([
        [4, 100n],
        [5, ifdrop],
        [6, 50n],
        [7, osdrop],
      ]);
    const capture = join(
      section(),
      describeInterface(1),
      describeInterface(1),
      statistics(0, counts(3n, 4n)),
      statistics(0, counts(5n, 6n)),
      statistics(1, counts(0xffff_ffff_ffff_ffffn, 2n)),
      enhancedPacket(1, at, bytesOf(5), { options: [option(4, new Writer().u64(30n).done()), end] }),
      section(),
      describeInterface(1),
      statistics(0, counts(1n << 32n, 0n)),
    );
    const { error, dropped } = readCapture(capture);
    expect({ error, dropped }).toEqual({ error: null, dropped: 11 + 30 + 2 ** 32 });
  });
  test('the frame check sequence is taken off, as interface or packet tell', () => {
    const flags = (bytes: number) => [option(2, new Writer().u32(bytes << 5).done()), end];
    const capture = join(
      section(),
      describeInterface(1, [frameCheck(4)]),
      describeInterface(1, [frameCheck(32)]),
      describeInterface(1),
      enhancedPacket(0, at, bytesOf(64)),
      enhancedPacket(1, at, bytesOf(64)),
      enhancedPacket(2, at, bytesOf(64)),
      enhancedPacket(2, at, bytesOf(64), { options: flags(4) }),
      enhancedPacket(0, at, bytesOf(64), { options: flags(2) }),
      enhancedPacket(0, at, bytesOf(64), { options: flags(0) }),
    );
    expect(readCapture(capture).frames.map((frame) => frame.captured)).toEqual([60, 60, 64, 60, 62, 60]);
  });
  test('every other block is skipped, however long', () => {
    const others = [4, 9, 10, 0xbad, 0x40000bad, 0x80001234, 0];
    const capture = join(
      section(),
      ...others.map((type) => block(type, bytesOf(37, type & 255))),
      describeInterface(1),
      block(0xbad, bytesOf(2_000_001)),
      enhancedPacket(0, at, bytesOf(9, 1)),
    );
    for (const piece of [capture.length, 600_001, 70_003]) {
      const { frames, error } = readCapture(capture, piece);
      expect(error).toBeNull();
      expect(frames.map((frame) => frame.data)).toEqual([hex(9, 1)]);
    }
    const cut = readCapture(capture.subarray(0, 1_000_000));
    expect(cut.error).toMatch('the file ends at byte 1000000, inside a record that goes on to byte 2000');
  });
  test('a closing length that differs is damage, also where the block was skipped', () => {
    const start = join(section(), describeInterface(1), enhancedPacket(0, at, bytesOf(9)));
    for (const length of [4, 600_000]) {
      const { frames, error } = readCapture(join(start, block(0xbad, bytesOf(length), true, 77), start));
      expect(frames).toHaveLength(1);
      const place = length === 4 ? start.length : start.length + 8 + length;
      expect(error).toBe(`a block does not end with its length, at byte ${place}`);
    }
  });
  test('a packet longer than its block is damage', () => {
    for (const captured of [12, 0xffffffff]) {
      const packet = enhancedPacket(0, at, bytesOf(8), { captured });
      const { frames, error } = readCapture(join(section(), describeInterface(1), packet));
      expect(frames).toHaveLength(0);
      expect(error).toBe(`a packet of ${captured} bytes in a block of 40, at byte 48`);
    }
  });
  test('a packet of more than the longest frame is delivered cut', () => {
    const capture = join(
      section(),
      describeInterface(189),
      enhancedPacket(0, at, bytesOf(700_000)),
      enhancedPacket(0, at, bytesOf(2, 5)),
    );
    const { frames, error, bytes } = readCapture(capture, 99_991);
    expect({ error, bytes }).toEqual({ error: null, bytes: 700_002 });
    expect(frames.map(({ captured, wire }) => [captured, wire])).toEqual([
      [262_144, 700_000],
      [2, 2],
    ]);
  });
  test('blocks too short for what they are, and lengths no block has', () => {
    const start = join(section(), describeInterface(1));
    for (const type of [1, 2, 3, 5, 6]) {
      expect(readCapture(join(start, block(type, new Uint8Array(0)))).error).toMatch(
        /too short, at byte 48$/,
      );
    }
    expect(readCapture(join(start, new Writer().u32(6).u32(8).u32(0).done())).error).toBe(
      'a block claims 8 bytes, at byte 48',
    );
    expect(readCapture(join(start, new Writer().u32(9).u32(0xfffffff0).u32(0).done())).error).toBe(
      'a block claims 4294967280 bytes, at byte 48',
    );
    expect(readCapture(block(0x0a0d0d0a, new Writer().u32(0x1a2b3c4d).done())).error).toMatch('too short');
    expect(readCapture(block(0x0a0d0d0a, bytesOf(16))).error).toMatch('byte-order magic, at byte 0');
    expect(readCapture(section(true, -1n, 2)).error).toMatch('pcapng version 2');
  });
  test('an interface whose options cannot be read would invent times', () => {
    const capture = join(section(), describeInterface(1, [new Writer().u16(9).u16(200).u32(9).done()]));
    expect(readCapture(capture).error).toMatch('an option of an interface description runs past its block');
  });
  test('hostile interface lists end', () => {
    const many = Array.from({ length: 65_537 }, () => describeInterface(1, [resolution(6)]));
    expect(readCapture(join(section(), ...many)).error).toMatch('more than 65536 interfaces');
  });
});

function hex(length: number, seed: number): string {
  return Buffer.from(bytesOf(length, seed)).toString('hex');
}
