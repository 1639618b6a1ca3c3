import { describe, expect, test } from 'vitest';
import { bytesOf, join, readCapture, Writer } from './build.ts';

function header(version = 2, link = 4): Uint8Array {
  return join(Uint8Array.from(Buffer.from('snoop\0\0\0')), new Writer(false).u32(version).u32(link).done());
}

function record(data: Uint8Array, drops: number, wire = data.length): Uint8Array {
  const length = 24 + ((data.length + 3) & ~3);
  return new Writer(false)
    .u32(wire)
    .u32(data.length)
    .u32(length)
    .u32(drops)
    .u32(1_000)
    .u32(5)
    .raw(data)
    .pad()
    .done();
}

describe('Solaris snoop', () => {
  const capture = join(header(), record(bytesOf(61), 0), record(bytesOf(10, 2), 7, 900));
  test('frames, times, losses', () => {
    for (let piece = 1; piece <= capture.length; piece++) {
      const { frames, error, dropped, format } = readCapture(capture, piece);
      expect({ error, dropped, format }).toEqual({ error: null, dropped: 7, format: 'snoop' });
      expect(frames).toMatchObject([
        { captured: 61, wire: 61, time: 1_000_000_005, linkType: 1 },
        { captured: 10, wire: 900, data: Buffer.from(bytesOf(10, 2)).toString('hex') },
      ]);
    }
  });
  test('what it does not know it names', () => {
    expect(readCapture(header(3)).error).toMatch('snoop version 3');
    expect(readCapture(header(2, 99)).error).toMatch('snoop link type 99');
  });
  test('a record shorter than its packet is damage', () => {
    const broken = join(capture, new Writer(false).u32(8).u32(8).u32(28).u32(0).u32(0).u32(0).u64(0).done());
    const { frames, error } = readCapture(broken);
    expect(frames).toHaveLength(2);
    expect(error).toBe(`a record of 28 bytes claims 8 captured ones, at byte ${capture.length}`);
  });
});
