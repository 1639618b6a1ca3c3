/** The two names of a session request (RFC 1002 §4.3.2). */

/** First-level encoding (RFC 1001 §14.1) of the name at `at`, whose kind has to be one of `suffixes`. */
function nameAt(bytes: Uint8Array, at: number, suffixes: readonly number[]): string | null {
  if (bytes[at] !== 32 || at + 34 > bytes.length) return null;
  let name = '';
  for (let n = 0; n < 16; n++) {
    const high = bytes[at + 1 + 2 * n] - 0x41;
    const low = bytes[at + 2 + 2 * n] - 0x41;
    if (high < 0 || high > 15 || low < 0 || low > 15) return null;
    const code = (high << 4) | low;
    if (n === 15) return suffixes.includes(code) ? name : null;
    name += code < 0x80 ? String.fromCharCode(code) : '\ufffd';
  }
  return null;
}

/** Workstation service or, as some do, the file server's name of the calling host. */
const CALLING = [0x00, 0x20];
/** The file server's. */
const CALLED = [0x20];

/** Null when it is not a computer's. `*SMBSERVER` is no name of anybody. */
export function readCalledName(names: Uint8Array): string | null {
  const name = nameAt(names, 0, CALLED);
  return name === null || name.startsWith('*') ? null : name;
}

export function readCallingName(names: Uint8Array): string | null {
  return nameAt(names, 34, CALLING);
}
