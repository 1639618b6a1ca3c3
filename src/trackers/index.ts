import type { Address } from '../core/address.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { virtualRouter } from '../knowledge/macs.ts';
import type { Vulnerabilities } from '../knowledge/vulnerabilities.ts';
import type { Asset, AssetVulnerability, Role } from './asset.ts';
import { Baseline } from './baseline.ts';
import { Countries, ExternalTracker } from './external.ts';
import { INVENTORY_LIMITS, Inventory, type InventoryLimits } from './inventory.ts';
import { PhiTracker } from './phi.ts';
import { type SiteDevice, SiteDevices } from './site.ts';
import type { ExternalTotals, PhiTotals } from './totals.ts';

export interface TrackerLimits {
  inventory: InventoryLimits;
  /** Distinct peers outside and distinct patients counted exactly; beyond, with 0.8 % standard error. */
  peers: number;
  patients: number;
  /** Open flows across the border that are remembered as counted. */
  externalFlows: number;
}

export const TRACKER_LIMITS: TrackerLimits = {
  inventory: INVENTORY_LIMITS,
  peers: 65_536,
  patients: 100_000,
  externalFlows: 65_536,
};

export interface TrackerOptions {
  /** ISO 3166 alpha-2 country of an outside address; null when unknown. Asked once per address. */
  country(address: Address): string | null;
  /** Vendor that a MAC (48-bit integer) is registered to; null when unknown. Asked once per MAC. */
  vendor(mac: number): string | null;
  /** Empty and learning nothing, unless it is given. */
  baseline?: Baseline;
  /** What the site knows of its devices. */
  devices?: readonly SiteDevice[];
  /** The built-in table, unless another is given. */
  vulnerabilities?: Vulnerabilities;
  limits?: Partial<TrackerLimits>;
}

/** What detections and sinks may ask of the trackers while packets still come. */
export interface InventoryView {
  /** Brings roles and ids up to date with all that is known of all devices. For reports, not for every packet. */
  settle(): void;
  /** Id of the asset that has an address; null when it is none. May change as more becomes known. */
  assetId(ip: string): string | null;
  role(ip: string): Role;
  /** True for a device of medical work: by role, by a medical service it offers, or by what it sends. */
  medical(ip: string): boolean;
  /** What is known to be wrong with the versions that a device shows, worst first. */
  vulnerabilities(ip: string): readonly AssetVulnerability[];
  /** ISO 3166 alpha-2; null when unknown or not outside. */
  country(address: Address): string | null;
  /** True for a MAC (48-bit integer) of a range that standards keep for addresses several machines share. */
  sharedMac(mac: number): boolean;
}

/** Everything that is concluded from neutral facts. Facts come in packet order, after the engine's own state. */
export class Trackers implements InventoryView {
  readonly inventory: Inventory;
  readonly baseline: Baseline;
  readonly #external: ExternalTracker;
  readonly #phi: PhiTracker;
  readonly #countries: Countries;

  constructor(options: TrackerOptions) {
    const limits = { ...TRACKER_LIMITS, ...options.limits };
    this.#countries = new Countries((address) => options.country(address));
    this.inventory = new Inventory(
      (mac) => options.vendor(mac),
      limits.inventory,
      (host, role) => this.#external.evicted(host, role),
      new SiteDevices(options.devices ?? []),
      options.vulnerabilities,
    );
    this.#external = new ExternalTracker(this.inventory, this.#countries, limits.peers, limits.externalFlows);
    this.#phi = new PhiTracker(limits.patients);
    this.baseline = options.baseline ?? new Baseline();
  }

  /** Packet time goes on. Once a second at most. */
  tick(time: Micros): void {
    this.baseline.tick(time);
  }

  fact(fact: Fact, flow: Flow | null, time: Micros): void {
    if (fact.fact === 'neighbour') {
      this.inventory.neighbour(fact, time);
      if (fact.leased === true) this.baseline.lease(fact.address, fact.mac);
    } else if (fact.fact === 'device') this.inventory.device(fact, time);
    if (flow === null) return;
    switch (fact.fact) {
      case 'flow':
        this.inventory.flow(fact, flow, time);
        this.#external.flow(fact, flow, time);
        return;
      case 'phi':
        this.#phi.fact(fact, flow);
        return;
      case 'attribute':
        this.inventory.attribute(fact, flow, time);
        return;
      case 'activity':
        this.inventory.activity(fact, flow, time);
        return;
      case 'service':
        this.inventory.service(fact, flow, time);
        this.#external.service(fact, flow);
        return;
      case 'behaviour':
        this.baseline.fact(fact, flow, time);
        return;
    }
  }

  assets(): readonly Asset[] {
    return this.inventory.assets();
  }

  external(): ExternalTotals {
    return this.#external.totals();
  }

  phi(): PhiTotals {
    return this.#phi.totals();
  }

  settle(): void {
    this.inventory.assets();
  }

  assetId(ip: string): string | null {
    return this.inventory.assetId(ip);
  }

  role(ip: string): Role {
    return this.inventory.role(ip);
  }

  medical(ip: string): boolean {
    return this.inventory.medical(ip);
  }

  vulnerabilities(ip: string): readonly AssetVulnerability[] {
    return this.inventory.vulnerabilities(ip);
  }

  country(address: Address): string | null {
    return this.#countries.of(address);
  }

  sharedMac(mac: number): boolean {
    return virtualRouter(mac) !== null;
  }

  /** Entries pushed out of full tables, for the metric. */
  evictions(): Record<string, number> {
    return {
      assets: this.inventory.evictions,
      macs: this.inventory.macEvictions,
      'told-macs': this.inventory.cardEvictions,
      'former-holders': this.inventory.pastEvictions,
      'external-flows': this.#external.evictions,
      baseline: this.baseline.evictions,
      'baseline-leases': this.baseline.leaseEvictions,
    };
  }
}
