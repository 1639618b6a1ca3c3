/**
 * A copy of `bytes[start, end)` that nobody else writes to. Not `slice`: on a Buffer, which chunks of a file
 * are, that is a view of the same memory.
 */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}

type Latin1Slice = (this: Uint8Array, start: number, end: number) => string;
/** Works on any Uint8Array, and is several times faster than a TextDecoder on short values. */
const latin1Slice = (Buffer.prototype as unknown as { latin1Slice: Latin1Slice }).latin1Slice;

/** ISO 8859-1 text of `bytes[start, end)`: a character for each byte. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end);
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
