import type { Frame } from '../core/frame.ts';
import { CaptureReader } from './reader.ts';

/** Captures built byte by byte, and frames collected from them: for tests only. */

export interface Record {
  /** Seconds and fraction (in the file's own units). */
  time?: [number, number];
  data?: Uint8Array;
  /** Stated captured and wire lengths; the data's when absent. */
  captured?: number;
  wire?: number;
}

/** Writes fixed-size fields one after the other. */
export class Writer {
  readonly #bytes: number[] = [];
  readonly little: boolean;
  constructor(little = true) {
    this.little = little;
  }
  number(value: number | bigint, size: number): this {
    let rest = BigInt.asUintN(size * 8, BigInt(value));
    const bytes: number[] = [];
    for (let i = 0; i < size; i++) {
      bytes.push(Number(rest & 255n));
      rest >>= 8n;
    }
    this.#bytes.push(...(this.little ? bytes : bytes.reverse()));
    return this;
  }
  u8(value: number): this {
    return this.number(value, 1);
  }
  u16(value: number): this {
    return this.number(value, 2);
  }
  u32(value: number): this {
    return this.number(value, 4);
  }
  u64(value: number | bigint): this {
    return this.number(value, 8);
  }
  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
  /** Zeros up to a multiple of four. */
  pad(): this {
    while (this.#bytes.length % 4 !== 0) this.#bytes.push(0);
    return this;
  }
  get length(): number {
    return this.#bytes.length;
  }
  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** `length` bytes that differ from their neighbours and from those of another `seed`. */
export function bytesOf(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed * 13 + 1) & 255);
}

export interface PcapOptions {
  little?: boolean;
  magic?: number;
  version?: [number, number];
  snapLength?: number;
  link?: number;
}

export function pcap(records: readonly Record[], options: PcapOptions = {}): Uint8Array {
  const magic = options.magic ?? 0xa1b2c3d4;
  const [major, minor] = options.version ?? [2, 4];
  const writer = new Writer(options.little ?? true).u32(magic).u16(major).u16(minor).u32(0).u32(0);
  writer.u32(options.snapLength ?? 262_144).u32(options.link ?? 1);
  if (magic >>> 1 === 0x1c0001ab >>> 1 || magic === 0x1c0001ac) writer.u32(0);
  for (const record of records) {
    const data = record.data ?? new Uint8Array(0);
    const [seconds, fraction] = record.time ?? [0, 0];
    writer.u32(seconds).u32(fraction);
    writer.u32(record.captured ?? data.length).u32(record.wire ?? data.length);
    if (magic === 0xa1b2cd34) writer.u32(2).u16(8).u8(0).u8(0);
    writer.raw(data);
  }
  return writer.done();
}

/** A pcapng block around `body`, padded; `stated` replaces the closing length. */
export function block(type: number, body: Uint8Array, little = true, stated?: number): Uint8Array {
  const length = 12 + ((body.length + 3) & ~3);
  return new Writer(little)
    .u32(type)
    .u32(length)
    .raw(body)
    .pad()
    .u32(stated ?? length)
    .done();
}

export function option(code: number, value: Uint8Array, little = true): Uint8Array {
  return new Writer(little).u16(code).u16(value.length).raw(value).pad().done();
}

export function section(little = true, length = -1n, version = 1): Uint8Array {
  const body = new Writer(little).u32(0x1a2b3c4d).u16(version).u16(0).u64(length);
  return block(0x0a0d0d0a, body.done(), little);
}

export function describeInterface(
  link: number,
  options: Uint8Array[] = [],
  { little = true, snapLength = 0 } = {},
): Uint8Array {
  const body = new Writer(little)
    .u16(link)
    .u16(0)
    .u32(snapLength)
    .raw(join(...options));
  return block(1, body.done(), little);
}

export function enhancedPacket(
  source: number,
  units: bigint,
  data: Uint8Array,
  { little = true, wire = data.length, captured = data.length, options = [] as Uint8Array[] } = {},
): Uint8Array {
  const body = new Writer(little)
    .u32(source)
    .u32(Number(units >> 32n))
    .u32(Number(units & 0xffffffffn));
  body
    .u32(captured)
    .u32(wire)
    .raw(data)
    .pad()
    .raw(join(...options));
  return block(6, body.done(), little);
}

export function obsoletePacket(
  source: number,
  drops: number,
  units: bigint,
  data: Uint8Array,
  little = true,
): Uint8Array {
  const body = new Writer(little).u16(source).u16(drops);
  body.u32(Number(units >> 32n)).u32(Number(units & 0xffffffffn));
  return block(2, body.u32(data.length).u32(data.length).raw(data).done(), little);
}

export function simplePacket(wire: number, data: Uint8Array, little = true): Uint8Array {
  return block(3, new Writer(little).u32(wire).raw(data).done(), little);
}

export function statistics(source: number, counts: ReadonlyMap<number, bigint>, little = true): Uint8Array {
  const body = new Writer(little).u32(source).u32(0).u32(0);
  for (const [code, count] of counts) body.raw(option(code, new Writer(little).u64(count).done(), little));
  return block(5, body.raw(option(0, new Uint8Array(0), little)).done(), little);
}

/** A frame as it was during the call. */
export interface Seen {
  data: string;
  captured: number;
  wire: number;
  time: number;
  linkType: number;
}

export function seen(frame: Frame): Seen {
  const { offset, captured, wire, time, linkType } = frame;
  const data = Buffer.from(frame.bytes.subarray(offset, offset + captured)).toString('hex');
  return { data, captured, wire, time, linkType };
}

/** Keeps a copy of every frame. */
export class Collector {
  readonly frames: Seen[] = [];
  #instance: Frame | null = null;

  frame(frame: Frame): void {
    if (this.#instance !== null && this.#instance !== frame)
      throw new Error('the frame is not the one instance');
    this.#instance = frame;
    this.frames.push(seen(frame));
  }
}

export interface Reading {
  frames: Seen[];
  error: string | null;
  dropped: number;
  bytes: number;
  format: string | null;
}

/** Reads a capture given in pieces of `piece` bytes. */
export function readCapture(capture: Uint8Array, piece = capture.length): Reading {
  const collector = new Collector();
  const reader = new CaptureReader(collector);
  for (let at = 0; at < capture.length; at += piece) {
    if (!reader.push(capture.subarray(at, at + piece))) break;
  }
  reader.end();
  if (reader.packets !== collector.frames.length) throw new Error('packets are counted wrongly');
  const { error, dropped, bytes, format } = reader;
  return { frames: collector.frames, error, dropped, bytes, format };
}

/** A zstd frame of stored blocks (RFC 8878 §3.1.1), which needs no compressor. */
export function zstdStored(bytes: Uint8Array, blockLength = 100): Uint8Array {
  // Single segment, four bytes of content size, no checksum.
  const writer = new Writer().u32(0xfd2fb528).u8(0xa0).u32(bytes.length);
  for (let at = 0; at < bytes.length; at += blockLength) {
    const part = bytes.subarray(at, at + blockLength);
    const last = at + blockLength >= bytes.length ? 1 : 0;
    writer.number((part.length << 3) | last, 3).raw(part);
  }
  return writer.done();
}
