/** Session setup of SMB2 and SMB3 ([MS-SMB2] §2.2.5 and §2.2.6). */
import { SMB2_HEADER, u16 } from './wire.ts';

export const SMB2_SESSION_SETUP = 1;
const EMPTY = new Uint8Array(0);

/** The security buffer of a request or reply that begins with its header; empty when there is none in it. */
export function readSecurityBuffer(message: Uint8Array, isReply: boolean): Uint8Array {
  // SecurityBufferOffset counts from the header's start.
  const at = SMB2_HEADER + (isReply ? 4 : 12);
  if (message.length < at + 4) return EMPTY;
  const offset = u16(message, at);
  const length = u16(message, at + 2);
  if (offset < SMB2_HEADER || offset + length > message.length) return EMPTY;
  return message.subarray(offset, offset + length);
}
