/** The maker of a network card, from the table the build made (`dist/vendor.bin`), loaded when first asked. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildVendorTable } from './vendor/build.ts';
import { VendorTable } from './vendor/table.ts';

let table: VendorTable | null | undefined;

/** The name the IEEE has for a MAC address (48-bit integer); null unknown, made up, a group, or no table. */
export function macVendor(mac: number): string | null {
  if (table === undefined) table = load();
  return table?.vendor(mac) ?? null;
}

function load(): VendorTable | null {
  try {
    return new VendorTable(read() ?? buildVendorTable());
  } catch {
    // Neither built nor the registry's package here: an inventory without vendors is still an inventory.
    return null;
  }
}

/** Beside the bundled program, or in `dist` when it runs from its sources. */
function read(): Uint8Array | null {
  for (const place of ['./vendor.bin', '../dist/vendor.bin']) {
    const path = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(path)) return readFileSync(path);
  }
  return null;
}
