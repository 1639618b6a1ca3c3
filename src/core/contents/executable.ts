/** What programs begin with, as the loaders of operating systems have it. */
const MAGICS: readonly (readonly [kind: string, ...bytes: number[]])[] = [
  ['Windows executable (MZ)', 0x4d, 0x5a],
  ['script (#!)', 0x23, 0x21],
  ['Linux executable (ELF)', 0x7f, 0x45, 0x4c, 0x46],
  ['macOS executable (Mach-O)', 0xfe, 0xed, 0xfa, 0xce],
  ['macOS executable (Mach-O)', 0xfe, 0xed, 0xfa, 0xcf],
  ['macOS executable (Mach-O)', 0xce, 0xfa, 0xed, 0xfe],
  ['macOS executable (Mach-O)', 0xcf, 0xfa, 0xed, 0xfe],
  ['macOS executable (Mach-O)', 0xca, 0xfe, 0xba, 0xbe],
];

/** Bytes that are wanted to know. */
export const EXECUTABLE_HEAD = 4;

/** What kind of program begins at `start`; null for none, or when there are too few bytes to tell. */
export function executableAt(bytes: Uint8Array, start: number, end: number): string | null {
  // Nearly always a preamble of zeros.
  if (bytes[start] === 0) return null;
  for (const [kind, ...magic] of MAGICS)
    if (start + magic.length <= end && magic.every((byte, n) => bytes[start + n] === byte)) return kind;
  return null;
}
