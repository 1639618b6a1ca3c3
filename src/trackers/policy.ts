import type { Address, Network } from '../core/address.ts';

/** A part of the network that the site named. */
export interface Zone {
  readonly name: string;
  readonly medical: boolean;
}

/** An AE title that the site knows. */
export interface KnownTitle {
  /** Where it is at home. */
  readonly hosts: readonly Network[];
  /** AE titles it may have objects moved to; null when the site did not say. */
  readonly moveDestinations: ReadonlySet<string> | null;
}

/** What the site says is expected. All of it may be empty: then nothing is unexpected. */
export interface PolicyView {
  /** The zone an address lies in: the one with the longest prefix; null for none. */
  zone(address: Address): Zone | null;
  /** An `allow` entry expects the flow. `protocol`: a dissector's name, '' unknown. */
  allows(client: Address, server: Address, protocol: string, transport: 'tcp' | 'udp', port: number): boolean;
  /** An `allow` entry names this port of this server in so many words, from wherever. */
  namesPort(server: Address, transport: 'tcp' | 'udp', port: number): boolean;
  /** null when the site does not know the title. */
  title(title: string): KnownTitle | null;
  /** The site listed AE titles at all: one that is not among them is unknown. */
  readonly knowsTitles: boolean;
  /** The AE title is at home at this address. */
  isHome(title: string, address: Address): boolean;
}

/** A site that said nothing. */
export const NO_POLICY: PolicyView = {
  zone: () => null,
  allows: () => false,
  namesPort: () => false,
  title: () => null,
  knowsTitles: false,
  isHome: () => false,
};
