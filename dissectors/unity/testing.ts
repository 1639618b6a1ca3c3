/** A Unity network message as far as it is documented, for tests and traces; all else in it is zero. */
export const SENDER = [10, 0, 0, 1];

export function node(
  location: string,
  {
    sender = SENDER,
    seconds = 0,
    length = 64,
  }: { sender?: number[]; seconds?: number; length?: number } = {},
): Uint8Array {
  const bytes = Buffer.alloc(length);
  bytes.set(sender, 6);
  bytes.write(location, 24, 13, 'latin1');
  bytes.writeUInt32BE(seconds, 60);
  return Uint8Array.from(bytes);
}
