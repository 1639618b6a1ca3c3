/**
 * A copy of `bytes[start, end)` that nobody else writes to. Not `slice`: on a Buffer, which chunks of a file
 * are, that is a view of the same memory.
 */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}
