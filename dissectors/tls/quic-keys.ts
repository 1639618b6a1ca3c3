/** Protection of QUIC's Initial packets (RFC 9001 §5): its keys follow from what everybody on the way can read. */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { copyOf } from '../../src/core/bytes.ts';
import type { LongHeader, QuicVersion } from './quic-wire.ts';

export interface PacketKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** Header protection. */
  readonly hp: Uint8Array;
}

/** Keys of the client's and of the server's Initial packets, by direction (RFC 9001 §5.2). */
export function initialKeys(
  version: QuicVersion,
  connectionId: Uint8Array,
): readonly [PacketKeys, PacketKeys] {
  const secret = hmac(version.salt, connectionId);
  return [
    packetKeys(version, expand(secret, 'client in', 32)),
    packetKeys(version, expand(secret, 'server in', 32)),
  ];
}

function packetKeys(version: QuicVersion, secret: Uint8Array): PacketKeys {
  return {
    key: expand(secret, `${version.label}key`, 16),
    iv: expand(secret, `${version.label}iv`, 12),
    hp: expand(secret, `${version.label}hp`, 16),
  };
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}

/** HKDF-Expand-Label (RFC 8446 §7.1) without context, of at most 32 bytes: one round of HKDF-Expand (RFC 5869 §2.3). */
function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([Uint8Array.of(0, length, name.length), name, Uint8Array.of(0, 1)]);
  return hmac(secret, info).subarray(0, length);
}

const SAMPLE = 16;
const TAG = 16;

/** What an Initial packet holds (RFC 9001 §5.3, §5.4), copied; null when these are not its keys. */
export function open(
  bytes: Uint8Array,
  start: number,
  header: LongHeader,
  keys: PacketKeys,
): Uint8Array | null {
  const { number, end } = header;
  if (end > bytes.length || number + 4 + SAMPLE > end) return null;
  const cipher = createCipheriv('aes-128-ecb', keys.hp, null);
  const mask = cipher.update(bytes.subarray(number + 4, number + 4 + SAMPLE));
  const size = ((bytes[start] ^ mask[0]) & 3) + 1;
  const clear = copyOf(bytes, start, number + size);
  clear[0] ^= mask[0] & 0x0f;
  const nonce = copyOf(keys.iv, 0, 12);
  // Nothing was acknowledged yet, so that the packet number stands here whole (RFC 9000 §17.1).
  for (let n = 0; n < size; n++) {
    const at = number - start + n;
    clear[at] ^= mask[1 + n];
    nonce[12 - size + n] ^= clear[at];
  }
  const body = number + size;
  if (end - TAG < body) return null;
  const decipher = createDecipheriv('aes-128-gcm', keys.key, nonce);
  decipher.setAAD(clear);
  decipher.setAuthTag(bytes.subarray(end - TAG, end));
  const plain = decipher.update(bytes.subarray(body, end - TAG));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plain;
}
