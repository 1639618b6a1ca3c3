import { contains, type Network } from '../core/address.ts';
import type { Role } from './asset.ts';
import type { Host } from './host.ts';

/** What the site says of one of its devices. It makes no asset: it names one that is seen. */
export interface SiteDevice {
  /** Its address as a network of one; null when the site did not say. */
  readonly network: Network | null;
  /** 48-bit integer, -1 when the site did not say. */
  readonly mac: number;
  readonly name: string | null;
  readonly role: Role | null;
  readonly vendor: string | null;
  readonly model: string | null;
}

/** The site's own list of devices. */
export class SiteDevices {
  readonly #byMac = new Map<number, SiteDevice>();
  readonly #byAddress = new Map<string, SiteDevice>();

  constructor(devices: readonly SiteDevice[]) {
    for (const device of devices) {
      if (device.mac !== -1) this.#byMac.set(device.mac, device);
      if (device.network !== null) this.#byAddress.set(keyOf(device.network.words), device);
    }
  }

  get size(): number {
    return this.#byMac.size + this.#byAddress.size;
  }

  /**
   * The entry of whoever has these addresses and MACs of its own. A MAC names a device wherever it is; an address
   * names who has it now, unless the site gave a MAC too and that is another's.
   */
  of(hosts: readonly Host[], macs: readonly number[]): SiteDevice | null {
    if (this.size === 0) return null;
    for (const mac of macs) {
      const known = this.#byMac.get(mac);
      if (known !== undefined) return known;
    }
    const known = this.#byAddressOf(hosts);
    return known === null || (known.mac !== -1 && macs.length > 0) ? null : known;
  }

  /** The entry of one of these addresses which the site knows by another MAC; null for none. */
  elsewhere(hosts: readonly Host[], macs: readonly number[]): SiteDevice | null {
    const known = macs.length === 0 ? null : this.#byAddressOf(hosts);
    return known === null || known.mac === -1 || macs.includes(known.mac) ? null : known;
  }

  #byAddressOf(hosts: readonly Host[]): SiteDevice | null {
    for (const { address, closed } of hosts) {
      if (closed !== -1) continue;
      const known = this.#byAddress.get(keyOf([address.w0, address.w1, address.w2, address.w3]));
      if (known?.network != null && contains(known.network, address)) return known;
    }
    return null;
  }
}

function keyOf(words: readonly number[]): string {
  return words.map((word) => word | 0).join(' ');
}
