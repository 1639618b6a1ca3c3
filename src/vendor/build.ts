import { createRequire } from 'node:module';
import { packVendors } from './table.ts';

/**
 * The bytes of `dist/vendor.bin`, from the IEEE registry as the package `oui-data` (BSD-2-Clause) has it. The
 * build calls this; without a build, the program does so itself when it first meets a MAC address. Throws when
 * the package is not installed.
 */
export function buildVendorTable(): Uint8Array {
  const registry = createRequire(import.meta.url)('oui-data') as Record<string, string>;
  return packVendors(
    // A value is the name, then the lines of a postal address.
    Object.entries(registry).map(([prefix, value]) => [prefix, vendorName(value.split('\n', 1)[0])] as const),
  );
}

/** Names as registered; '' for prefixes whose holder the registry does not tell. */
function vendorName(line: string): string {
  const name = line.trim().replace(/\s+/g, ' ');
  return name === 'Private' || name === 'IEEE Registration Authority' ? '' : name;
}
