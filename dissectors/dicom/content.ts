const MAGICS: readonly (readonly [magic: string, kind: string])[] = [
  ['4d5a', 'Windows executable (MZ)'],
  ['7f454c46', 'ELF executable'],
  ['feedface', 'Mach-O executable'],
  ['feedfacf', 'Mach-O executable'],
  ['cefaedfe', 'Mach-O executable'],
  ['cffaedfe', 'Mach-O executable'],
  ['cafebabe', 'Mach-O universal executable or Java class'],
  ['2321', 'script (#!)'],
];

/** What kind of program begins with these bytes, of which `length` count; '' for none. */
export function executableKind(head: Uint8Array, length: number): string {
  if (length < 2) return '';
  const found = MAGICS.find(([magic]) => length * 2 >= magic.length && startsWith(head, magic));
  return found?.[1] ?? '';
}

function startsWith(head: Uint8Array, magic: string): boolean {
  for (let at = 0; at * 2 < magic.length; at++)
    if (head[at] !== Number.parseInt(magic.slice(at * 2, at * 2 + 2), 16)) return false;
  return true;
}
