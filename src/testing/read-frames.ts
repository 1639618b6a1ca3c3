import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Frame } from '../core/frame.ts';

/**
 * The frames of a classic pcap or pcapng file, for tests of what comes after capture: the file is read whole,
 * and whatever is damaged ends the list. Each `Frame` is a fresh one over the file's bytes.
 */
export function readFrames(path: string): Frame[] {
  let bytes: Uint8Array = readFileSync(path);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = gunzipSync(bytes);
    } catch {
      return [];
    }
  }
  if (bytes.length < 24) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic === 0x0a0d0d0a) return pcapng(bytes, view);
  const little = view.getUint32(0, true);
  if ([0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34].includes(magic)) return pcap(bytes, view, false, magic);
  if ([0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34].includes(little)) return pcap(bytes, view, true, little);
  return [];
}

function pcap(bytes: Uint8Array, view: DataView, little: boolean, magic: number): Frame[] {
  const frames: Frame[] = [];
  const linkType = view.getUint32(20, little) & 0xffff;
  const header = magic === 0xa1b2cd34 ? 24 : 16;
  for (let at = 24; at + header <= bytes.length; ) {
    const captured = view.getUint32(at + 8, little);
    if (at + header + captured > bytes.length || captured > 1 << 24) break;
    const fraction = view.getUint32(at + 4, little);
    const time = view.getUint32(at, little) * 1e6 + (magic === 0xa1b23c4d ? fraction / 1000 : fraction);
    frames.push(frameOf(bytes, at + header, captured, view.getUint32(at + 12, little), time, linkType));
    at += header + captured;
  }
  return frames;
}

function pcapng(bytes: Uint8Array, view: DataView): Frame[] {
  const frames: Frame[] = [];
  let little = false;
  let interfaces: { linkType: number; perSecond: number; snap: number }[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const type = view.getUint32(at, little);
    if (type === 0x0a0d0d0a) {
      little = view.getUint32(at + 8, true) === 0x1a2b3c4d;
      interfaces = [];
    }
    const length = view.getUint32(at + 4, little);
    if (length < 12 || length % 4 !== 0 || at + length > bytes.length) break;
    if (type === 1) {
      const perSecond = resolution(bytes, view, at + 16, at + length - 4, little);
      const snap = view.getUint32(at + 12, little);
      interfaces.push({ linkType: view.getUint16(at + 8, little), perSecond, snap });
    } else if (type === 6 && length >= 32) {
      const from = interfaces[view.getUint32(at + 8, little)];
      const captured = view.getUint32(at + 20, little);
      if (from === undefined || captured > length - 32) break;
      const ticks = view.getUint32(at + 12, little) * 2 ** 32 + view.getUint32(at + 16, little);
      const wire = view.getUint32(at + 24, little);
      frames.push(frameOf(bytes, at + 28, captured, wire, (ticks / from.perSecond) * 1e6, from.linkType));
    } else if (type === 3 && length >= 16) {
      const from = interfaces[0];
      if (from === undefined) break;
      const wire = view.getUint32(at + 8, little);
      const captured = Math.min(wire, length - 16, from.snap === 0 ? Number.POSITIVE_INFINITY : from.snap);
      frames.push(frameOf(bytes, at + 12, captured, wire, 0, from.linkType));
    }
    at += length;
  }
  return frames;
}

function resolution(bytes: Uint8Array, view: DataView, from: number, end: number, little: boolean): number {
  for (let at = from; at + 4 <= end; ) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0) break;
    if (code === 9 && length === 1) {
      const value = bytes[at + 4];
      return value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value;
    }
    at += 4 + ((length + 3) & ~3);
  }
  return 1e6;
}

function frameOf(
  bytes: Uint8Array,
  offset: number,
  captured: number,
  wire: number,
  time: number,
  linkType: number,
): Frame {
  const frame = new Frame();
  frame.bytes = bytes;
  frame.offset = offset;
  frame.captured = captured;
  frame.wire = wire;
  frame.time = time;
  frame.linkType = linkType;
  return frame;
}
