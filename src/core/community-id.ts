import { createHash } from 'node:crypto';
import type { Address } from './address.ts';

/** Community ID v1 with seed 0 (https://github.com/corelight/community-id-spec) for TCP (6) and UDP (17). */
export function communityId(proto: number, a: Address, aPort: number, b: Address, bPort: number): string {
  const width = a.family === 4 ? 4 : 16;
  const ordered = compare(a, b) < 0 || (compare(a, b) === 0 && aPort <= bPort);
  const [low, lowPort, high, highPort] = ordered ? [a, aPort, b, bPort] : [b, bPort, a, aPort];
  const bytes = Buffer.alloc(2 + 2 * width + 6);
  writeAddress(bytes, 2, low);
  writeAddress(bytes, 2 + width, high);
  bytes[2 + 2 * width] = proto;
  bytes.writeUInt16BE(lowPort, 4 + 2 * width);
  bytes.writeUInt16BE(highPort, 6 + 2 * width);
  return `1:${createHash('sha1').update(bytes).digest('base64')}`;
}

function compare(a: Address, b: Address): number {
  return a.w0 >>> 0 !== b.w0 >>> 0
    ? (a.w0 >>> 0) - (b.w0 >>> 0)
    : a.w1 >>> 0 !== b.w1 >>> 0
      ? (a.w1 >>> 0) - (b.w1 >>> 0)
      : a.w2 >>> 0 !== b.w2 >>> 0
        ? (a.w2 >>> 0) - (b.w2 >>> 0)
        : (a.w3 >>> 0) - (b.w3 >>> 0);
}

function writeAddress(bytes: Buffer, offset: number, address: Address): void {
  if (address.family === 4) {
    bytes.writeInt32BE(address.w3 | 0, offset);
    return;
  }
  bytes.writeInt32BE(address.w0, offset);
  bytes.writeInt32BE(address.w1, offset + 4);
  bytes.writeInt32BE(address.w2, offset + 8);
  bytes.writeInt32BE(address.w3, offset + 12);
}
