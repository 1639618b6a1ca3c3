/** Invented flows and facts for the tests of trackers and detections. Nothing in the product imports this. */

import ipaddr from 'ipaddr.js';
import { Address } from '../../core/address.ts';
import { communityId } from '../../core/community-id.ts';
import type { Activity, Attribute, Fact, FlowFact, PhiFact, ServiceFact, Side } from '../../core/facts.ts';
import type { Flow } from '../../core/flow.ts';
import { KeyedHash } from '../../core/hash.ts';
import { type Micros, SECOND } from '../../core/time.ts';
import type { Baseline } from '../../trackers/baseline.ts';
import { type TrackerLimits, Trackers } from '../../trackers/index.ts';

/** 2026-03-02T08:15:00Z */
export const START: Micros = Date.UTC(2026, 2, 2, 8, 15) * 1000;
export const at = (seconds: number): Micros => START + seconds * SECOND;

const INTERNAL = ['10.0.0.0/8', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'].map((text) =>
  ipaddr.parseCIDR(text),
);

const interned = new Map<string, Address>();

export function address(text: string): Address {
  const known = interned.get(text);
  if (known !== undefined) return known;
  const parsed = ipaddr.parse(text);
  const bytes = parsed.toByteArray();
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const internal = INTERNAL.some(
    ([net, bits]) => net.kind() === parsed.kind() && parsed.match([net, bits] as never),
  );
  const made =
    bytes.length === 4
      ? new Address(4, 0, 0, 0xffff, view.getInt32(0), internal)
      : new Address(6, view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12), internal);
  interned.set(text, made);
  return made;
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

let flows = 0;

/** A TCP flow with a SYN that both sides spoke in; anything can be overridden. */
export function flow(
  client: string,
  server: string,
  port = 104,
  with_: Partial<Writable<Flow>> & { clientMac?: number; serverMac?: number } = {},
): Writable<Flow> {
  const { clientMac = -1, serverMac = -1, ...rest } = with_;
  const id = ++flows;
  return {
    id,
    proto: 'tcp',
    client: { address: address(client), port: 40_000 + (id % 20_000), mac: clientMac },
    server: { address: address(server), port, mac: serverMac },
    orientation: 'syn',
    midstream: false,
    bothSides: true,
    vlan0: -1,
    vlan1: -1,
    tunnel: '',
    start: START,
    last: START,
    packetsToServer: 3,
    packetsToClient: 3,
    bytesToServer: 100,
    bytesToClient: 100,
    missedBytes: 0,
    protocol: '',
    communityId() {
      return communityId(
        this.proto === 'tcp' ? 6 : 17,
        this.client.address,
        this.client.port,
        this.server.address,
        this.server.port,
      );
    },
    ...rest,
  };
}

/** A flow of which only the client's first packet was seen. */
export function attempt(client: string, server: string, port = 104): Writable<Flow> {
  return flow(client, server, port, {
    bothSides: false,
    packetsToServer: 1,
    packetsToClient: 0,
    bytesToServer: 0,
    bytesToClient: 0,
  });
}

export const flowFact = (state: FlowFact['state']): FlowFact =>
  state === 'end' ? { fact: 'flow', state, how: 'fin' } : { fact: 'flow', state };

export const attribute = (side: Side, name: Attribute, value: string, source = 'test'): Fact => ({
  fact: 'attribute',
  side,
  attribute: name,
  value,
  source,
});

/** Told of an address, a MAC, or both; `null` and -1 for none. */
export const device = (
  ip: string | null,
  mac: number,
  name: Attribute,
  value: string,
  source = 'test',
): Fact => ({
  fact: 'device',
  address: ip === null ? null : address(ip),
  mac,
  attribute: name,
  value,
  source,
});

export const neighbour = (ip: string, mac: number, vlan?: number): Fact => ({
  fact: 'neighbour',
  address: address(ip),
  mac,
  ...(vlan === undefined ? {} : { vlan }),
});

export const lease = (ip: string, mac: number): Fact => ({
  fact: 'neighbour',
  address: address(ip),
  mac,
  leased: true,
});

export const activity = (side: Side, name: Activity, detail = ''): Fact => ({
  fact: 'activity',
  side,
  activity: name,
  detail,
});

export const service = (
  state: ServiceFact['state'],
  protocol = 'dicom',
  more: Partial<ServiceFact> = {},
): ServiceFact => ({ fact: 'service', protocol, medical: true, tls: false, state, ...more });

export const login = (accepted: boolean | null, method = 'FTP PASS'): Fact => ({
  fact: 'login',
  method,
  accepted,
});

const PATIENTS = new KeyedHash(new Uint8Array(8));
export const NAMES = Object.freeze(['patient-name', 'medical-record-number', 'birth-date'] as const);

export const phi = (
  protocol: string,
  to: Side,
  patient: string | number | null,
  identifiers = NAMES,
): PhiFact => ({
  fact: 'phi',
  protocol,
  identifiers,
  patient: typeof patient === 'string' ? PATIENTS.text(patient) : patient,
  to,
});

const COUNTRIES: Record<string, string> = { '203.0.113.7': 'IR', '198.51.100.9': 'US', '2001:db8::7': 'DE' };
const VENDORS: Record<number, string> = { 6945: 'Acme Networks', 5694: 'Example Devices' };

export function trackers(limits?: Partial<TrackerLimits>, baseline?: Baseline): Trackers {
  return new Trackers({
    country: ({ text }) => COUNTRIES[text] ?? null,
    vendor: (mac) => VENDORS[Math.floor(mac / 2 ** 24)] ?? null,
    limits,
    baseline,
  });
}

/** Opens a flow, tells facts about it, and ends it. */
export function play(to: Trackers, one: Flow, facts: readonly Fact[] = [], time = START): void {
  to.fact(flowFact('open'), one, time);
  if (one.bothSides) to.fact(flowFact('established'), one, time);
  for (const fact of facts) to.fact(fact, one, time);
  to.fact(flowFact('end'), one, time);
}
