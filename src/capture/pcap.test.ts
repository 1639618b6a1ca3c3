import { describe, expect, test } from 'vitest';
import { bytesOf, join, pcap, readCapture } from './build.ts';

const two = [
  { time: [1_700_000_000, 123_456] as [number, number], data: bytesOf(60, 1) },
  { time: [1_700_000_001, 999_999] as [number, number], data: bytesOf(5, 2), wire: 1500 },
];

describe('classic pcap', () => {
  for (const little of [true, false]) {
    test(`microseconds, ${little ? 'little' : 'big'} endian`, () => {
      const { frames, error, bytes, format } = readCapture(pcap(two, { little, link: 113 }));
      expect(error).toBeNull();
      expect(format).toBe('pcap');
      expect(bytes).toBe(65);
      const linkType = 113;
      expect(frames).toEqual([
        { data: hex(60, 1), captured: 60, wire: 60, time: 1_700_000_000_123_456, linkType },
        { data: hex(5, 2), captured: 5, wire: 1500, time: 1_700_000_001_999_999, linkType },
      ]);
    });
    test(`nanoseconds, ${little ? 'little' : 'big'} endian`, () => {
      const records = [{ time: [1_700_000_000, 123_456_789] as [number, number], data: bytesOf(4) }];
      const { frames, error } = readCapture(pcap(records, { little, magic: 0xa1b23c4d }));
      expect(error).toBeNull();
      expect(frames[0].time).toBe(1_700_000_000_123_456 + 0.75);
    });
    test(`modified, ${little ? 'little' : 'big'} endian`, () => {
      const { frames, error } = readCapture(pcap(two, { little, magic: 0xa1b2cd34 }));
      expect(error).toBeNull();
      expect(frames.map((frame) => frame.data)).toEqual([hex(60, 1), hex(5, 2)]);
    });
  }
  test('Ixia headers of 28 bytes, in microseconds and nanoseconds', () => {
    expect(readCapture(pcap(two, { magic: 0x1c0001ab })).frames[1].time).toBe(1_700_000_001_999_999);
    expect(readCapture(pcap(two, { magic: 0x1c0001ac })).frames[1].time).toBe(1_700_000_001_000_999 + 0.75);
  });
  test('a snap length of 0, negative or smaller than the frames decides nothing', () => {
    for (const snapLength of [0, 3, 0xffffffff]) {
      expect(readCapture(pcap(two, { snapLength })).frames.map((frame) => frame.captured)).toEqual([60, 5]);
    }
  });
  test('seconds beyond 2038 are not negative', () => {
    const { frames } = readCapture(pcap([{ time: [0xfffffffe, 0], data: bytesOf(1) }]));
    expect(frames[0].time).toBe(4_294_967_294e6);
  });
  test('versions before 2.3 have the lengths the other way round, 2.3 either way', () => {
    const record = { data: bytesOf(20), captured: 1500, wire: 20 };
    for (const version of [
      [2, 2],
      [543, 0],
      [2, 3],
    ] as [number, number][]) {
      const { frames, error } = readCapture(pcap([record], { version }));
      expect(error).toBeNull();
      expect(frames).toMatchObject([{ captured: 20, wire: 1500 }]);
    }
    const straight = { data: bytesOf(20), captured: 20, wire: 1500 };
    expect(readCapture(pcap([straight], { version: [2, 3] })).frames).toMatchObject([
      { captured: 20, wire: 1500 },
    ]);
  });
  test('a wire length below the captured one is not believed', () => {
    expect(readCapture(pcap([{ data: bytesOf(20), wire: 0 }])).frames[0].wire).toBe(20);
  });
  test('only the low 16 bits are the link type', () => {
    expect(readCapture(pcap(two, { link: 0x30000084 })).frames[0]).toMatchObject({
      linkType: 0x84,
      captured: 60,
    });
  });
  test('the frame check sequence the header tells of is taken off, as far as it was captured', () => {
    const records = [
      { data: bytesOf(64) },
      { data: bytesOf(62), wire: 64 },
      { data: bytesOf(40), wire: 64 },
      { data: bytesOf(2), wire: 2 },
    ];
    const { frames, bytes } = readCapture(pcap(records, { link: 0x24000001 }));
    expect(frames.map(({ captured, wire }) => [captured, wire])).toEqual([
      [60, 60],
      [60, 60],
      [40, 60],
      [2, 2],
    ]);
    expect(frames[0].linkType).toBe(1);
    expect(bytes).toBe(168);
  });
  test('an empty capture is one', () => {
    expect(readCapture(pcap([]))).toMatchObject({ frames: [], error: null, format: 'pcap' });
  });
  test('an absurd length is damage, told with its offset, after what was sound', () => {
    const whole = pcap(two);
    const broken = join(whole, pcap([{ data: bytesOf(4), captured: 262_145 }]).subarray(24), whole);
    const { frames, error } = readCapture(broken);
    expect(frames).toHaveLength(2);
    expect(error).toBe(`a record claims 262145 captured bytes, of at most 262144, at byte ${whole.length}`);
  });
  test('the longest ordinary record is delivered whole', () => {
    const { frames, error } = readCapture(
      pcap([{ data: bytesOf(262_144) }, { data: bytesOf(3, 9) }]),
      100_000,
    );
    expect(error).toBeNull();
    expect(frames.map((frame) => frame.captured)).toEqual([262_144, 3]);
  });
  test('a USB record may be longer: its start is delivered and the rest skipped', () => {
    const data = bytesOf(3_000_000);
    const capture = pcap([{ data }, { data: bytesOf(3, 9) }], { link: 220 });
    for (const piece of [capture.length, 999_999]) {
      const { frames, error, bytes } = readCapture(capture, piece);
      expect(error).toBeNull();
      expect(frames.map(({ captured, wire }) => [captured, wire])).toEqual([
        [262_144, 3_000_000],
        [3, 3],
      ]);
      expect(frames[1].data).toBe(hex(3, 9));
      expect(bytes).toBe(3_000_003);
    }
    expect(readCapture(capture.subarray(0, 2_000_000)).error).toMatch(
      'the file ends at byte 2000000, inside a record that goes on to byte 3000040',
    );
  });
});

function hex(length: number, seed: number): string {
  return Buffer.from(bytesOf(length, seed)).toString('hex');
}
