import type { Network } from '../core/address.ts';
import {
  type KnownTitle,
  NO_POLICY,
  type Place,
  type PolicyView,
  SitePolicy,
  type Zone,
} from '../trackers/policy.ts';
import type { SiteDevice } from '../trackers/site.ts';
import { parseNetwork } from './cidr.ts';
import { parseService } from './service.ts';
import type { ConfigFile } from './shape.ts';

/** What a checked configuration expects on the network; `NO_POLICY` where it says nothing of that. */
export function sitePolicy({ zones, allow, ae_titles: titles, devices }: ConfigFile): PolicyView {
  if (zones === undefined && allow === undefined && titles === undefined) return NO_POLICY;
  const named = Object.entries(zones ?? {}).map(([name, entry]) => {
    const { cidrs, medical = false } = Array.isArray(entry) ? { cidrs: entry } : entry;
    return { zone: { name, medical }, networks: networks(cidrs) };
  });
  const places = new Map<string, Place>([['any', 'any']]);
  for (const { zone } of named) places.set(zone.name, zone satisfies Zone);
  for (const [name, addresses] of addressesByName(devices ?? [])) places.set(name, networks(addresses));
  const place = (text: string): Place => places.get(text) ?? networks([text]);
  return new SitePolicy({
    zones: named,
    allow: (allow ?? []).map(({ from, to, service }) => ({
      from: place(from),
      to: place(to),
      services: service === undefined ? null : [service].flat().flatMap((text) => parseService(text) ?? []),
    })),
    titles: new Map(Object.entries(titles ?? {}).map(([title, entry]) => [title.trim(), knownTitle(entry)])),
  });
}

function knownTitle(entry: NonNullable<ConfigFile['ae_titles']>[string]): KnownTitle {
  if (Array.isArray(entry)) return { hosts: networks(entry), moveDestinations: null };
  const { hosts, move_destinations: destinations } = entry;
  return {
    hosts: networks(hosts),
    moveDestinations: destinations === undefined ? null : new Set(destinations.map((title) => title.trim())),
  };
}

/** The addresses of the devices of each name: one may have several. */
export function addressesByName(devices: NonNullable<ConfigFile['devices']>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, ip } of devices)
    if (name !== undefined && ip !== undefined) found.set(name, [...(found.get(name) ?? []), ip]);
  return found;
}

/** What a checked configuration knows of single devices. */
export function siteDevices({ devices }: ConfigFile): SiteDevice[] {
  return (devices ?? []).map(({ ip, mac, name, role, vendor, model }) => ({
    network: ip === undefined ? null : parseNetwork(ip),
    mac: mac === undefined ? -1 : Number.parseInt(mac.replace(/[:-]/g, ''), 16),
    name: name ?? null,
    role: role ?? null,
    vendor: vendor ?? null,
    model: model ?? null,
  }));
}

function networks(texts: readonly string[]): Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}
