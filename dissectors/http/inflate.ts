import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** What is made of a compressed body's beginning at most. */
const OUTPUT = 262_144;
/** As much of it as is tried again when it swelled beyond that. */
const RETRY = 256;

/**
 * The beginning of a body without its content coding (RFC 9110 §8.4.1); the bytes themselves where there is none;
 * null when they cannot be read. Compressed bodies are cut off, which zlib is told to expect.
 */
export function decoded(bytes: Uint8Array, coding: string): Uint8Array | null {
  switch (coding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return bytes;
    case 'gzip':
    case 'x-gzip':
      return bounded(bytes, gunzipSync);
    case 'deflate':
      // Meant to have a zlib header; some senders leave it out.
      return bounded(bytes, (bytes[0] & 15) === 8 ? inflateSync : inflateRawSync);
    default:
      return null;
  }
}

type Inflate = typeof gunzipSync;

function bounded(bytes: Uint8Array, inflate: Inflate): Uint8Array | null {
  return (
    attempt(bytes, inflate) ?? (bytes.length > RETRY ? attempt(bytes.subarray(0, RETRY), inflate) : null)
  );
}

function attempt(bytes: Uint8Array, inflate: Inflate): Uint8Array | null {
  try {
    return inflate(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: OUTPUT });
  } catch {
    return null;
  }
}
