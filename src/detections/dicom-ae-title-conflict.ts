import type { Association } from '../../dissectors/dicom/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { NeighbourFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { HOUR, type Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { isUnknown, onlyReads, proposesStorage, VERIFICATION } from './dicom-association.ts';
import type { Severity } from './finding.ts';
import { amount, enumerate, quote, who } from './words.ts';

/** What does not fit the one the title belonged to. */
type Change = 'address' | 'mac' | 'implementation' | 'not-at-home';

interface State {
  readonly titles: Set<string>;
  readonly changes: Set<Change>;
  /** Where the first of the titles is at home; '' when only the site's list knows. */
  home: string;
  accepted: number;
  /** The former host was seen after it. */
  alive: boolean;
}

/** Cases that are worse if the host at an address is still the one that it was. */
interface Waiting {
  readonly cases: Case<State>[];
  readonly mac: number;
}

/** Who a calling AE title belongs to. */
interface Home {
  readonly address: Address;
  lastSeen: Micros;
  /** Asset id in the inventory when it was last seen. */
  asset: string | null;
  /** Of the frames it last came in. */
  mac: number;
  /** By the first SOP class proposed: how often each implementation (the root of its class UID) asked for it. */
  readonly implementations: Map<string, Map<string, number>>;
}

interface Title {
  /** IPv4 and IPv6 apart: one host may have both. */
  home4: Home | null;
  home6: Home | null;
  /** Hosts that are called by this title and accept: nodes of one archive may share it. */
  readonly servers: Set<string>;
  /** Hosts that were given objects under this title: they may hand them on under it. */
  readonly relays: Set<string>;
  /** More than reading was done by whoever used it. */
  writes: boolean;
}

const MAX_TITLES = 8192;
const MAX_SERVERS = 16;
const MAX_CLASSES = 16;
const MAX_ROOTS = 4;
const MAX_NAMED = 32;
const MAX_WAITING = 1024;
const MAX_ADDRESSES = 16_384;
const MAX_MACS = 4;
/** Parts of a class UID that say who made an implementation; the rest are its product and version. */
const ROOT_PARTS = 6;

/** Command line tools call themselves this way, wherever they are run: such a title is nobody's. */
const TOOLS: ReadonlySet<string> = new Set([
  'ECHOSCU',
  'STORESCU',
  'FINDSCU',
  'MOVESCU',
  'GETSCU',
  'GDCMSCU',
  'DCMECHO',
  'DCMSND',
  'DCMQR',
  'PYNETDICOM',
]);

/** What programs call themselves until somebody names them: two that nobody named are no attack. */
const DEFAULTS: ReadonlySet<string> = new Set([
  'STORESCP',
  'ANY-SCP',
  'ORTHANC',
  'HOROS',
  'OSIRIX',
  'CONQUESTSRV1',
  'DCM4CHEE',
  'FO-DICOM',
]);

/** One calling AE title that two hosts use, or a host that is not the one it was. Its count is associations. */
export const dicomAeTitleConflict = defineDetection<State>({
  meta: {
    id: 'dicom.ae-title-conflict',
    title: 'AE title used by another host',
    severity: 'high',
    escalation:
      'medium until the former host is seen again; when all that uses the title reads, and nobody is called by it; or when only the software changed; low for titles that programs have until somebody names them (ORTHANC, STORESCP)',
    why: 'A server knows its clients by the AE title they give themselves (PS3.8 §9.3.2). Whoever takes over the title of a modality or workstation gets its rights: to query, to fetch, to store under its name.',
    action:
      'Ask who owns the title. If the device has moved or has several nodes, list their addresses under ae_titles; if not, isolate the host that uses it and look at what it was given.',
    reference: 'DICOM PS3.8 §9.3.2, PS3.15 Annex B',
    attack: ['T1036', 'T1078', 'T0856'],
    stage: 'access',
    baseline: 'less',
    thresholds: {
      moved: { default: 24, unit: 'hours without the former host, after which a title has moved' },
      established: { default: 3, unit: 'associations of one implementation before another one is a change' },
    },
    example: {
      fires: 'CT_1 calls the archive from 10.0.0.5, then from 10.0.0.99.',
      silent: 'CT_1 gets another address by DHCP and keeps its MAC; a gateway calls for many titles.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const moved = context.thresholds.moved * HOUR;
  const { established } = context.thresholds;
  const { inventory, policy, baseline } = context;
  const titles = new BoundedMap<string, Title>(MAX_TITLES);
  const bound = new BoundedMap<string, number[]>(MAX_ADDRESSES);
  /** Cases that are worse if the host at this address is still there. */
  const waiting = new BoundedMap<string, Waiting>(MAX_WAITING);

  function titleOf(name: string): Title {
    const known = titles.get(name);
    if (known !== undefined) {
      titles.touch(name);
      return known;
    }
    const made: Title = { home4: null, home6: null, servers: new Set(), relays: new Set(), writes: false };
    titles.set(name, made);
    return made;
  }

  function calls(association: Association, flow: Flow, time: Micros): void {
    const { callingAe } = association;
    if (callingAe === '') return;
    const { address } = flow.client;
    const known = policy.title(callingAe);
    if (known !== null && known.hosts.length > 0) {
      if (!policy.isHome(callingAe, address)) report('not-at-home', association, null, flow, time);
      return;
    }
    if (TOOLS.has(callingAe.toUpperCase())) return;
    const title = titleOf(callingAe);
    // A capture of one direction does not show that it was accepted.
    if (!flow.bothSides) handedOver(title, association, flow);
    const home = address.family === 4 ? title.home4 : title.home6;
    if (home === null) return;
    if (home.address.text === address.text) {
      const change = changeOf(home, association, flow);
      if (change !== null) report(change, association, home, flow, time);
    } else if (isAnother(title, home, association, flow, time)) {
      report('address', association, home, flow, time);
    }
  }

  /** Another host than the one at home, which was there lately. */
  function isAnother(title: Title, home: Home, association: Association, flow: Flow, time: Micros): boolean {
    const { client, server } = flow;
    if (time - home.lastSeen > moved) return false;
    const { text } = client.address;
    if (title.servers.has(text) && title.servers.has(home.address.text)) return false;
    // A router hands on under the title that it was given the objects under.
    if (title.relays.has(text) || title.relays.has(home.address.text)) return false;
    if (server.address.text === home.address.text && isHandedOver(association)) return false;
    const asset = inventory.assetId(text);
    if (asset !== null && (asset === home.asset || asset === inventory.assetId(home.address.text)))
      return false;
    const value = `${association.callingAe}>${association.calledAe}`;
    return baseline.judge('association', client.address, server.address, value) !== 'known';
  }

  /** ARP, NDP or a lease said that the address is this MAC's: what frames come in may be a router's. */
  const isBound = ({ text }: Address, mac: number): boolean => bound.get(text)?.includes(mac) ?? false;

  function bind({ address: { text }, mac }: NeighbourFact): void {
    const macs = bound.get(text);
    if (macs === undefined) bound.set(text, [mac]);
    else if (!macs.includes(mac)) {
      if (macs.length >= MAX_MACS) macs.shift();
      macs.push(mac);
    }
  }

  /** What changed of the host at home since it was last seen. */
  function changeOf(home: Home, association: Association, { client }: Flow): Change | null {
    const { mac } = client;
    if (mac !== home.mac && isBound(client.address, mac) && isBound(client.address, home.mac)) return 'mac';
    const roots = home.implementations.get(classOf(association));
    const root = rootOf(association);
    if (roots === undefined || root === '' || roots.has(root)) return null;
    for (const count of roots.values()) if (count >= established) return 'implementation';
    return null;
  }

  function report(
    change: Change,
    association: Association,
    home: Home | null,
    flow: Flow,
    time: Micros,
  ): void {
    const { client, server } = flow;
    const found = context.open(client.address, server.address, server.port, newState);
    const { state } = found;
    if (state.titles.size < MAX_NAMED) state.titles.add(association.callingAe);
    state.changes.add(change);
    if (state.home === '' && home !== null) state.home = home.address.text;
    const severity = severityOf(change, association);
    // Who has moved is not at its former address any more.
    const mayHaveMoved = home !== null && change === 'address' && severity === 'high' && !state.alive;
    if (mayHaveMoved) wait(found, home);
    context.hit(found, mayHaveMoved ? 'medium' : severity, flow, time);
  }

  function wait(found: Case<State>, { address: { text }, mac }: Home): void {
    const cases = waiting.get(text)?.cases;
    if (cases === undefined) waiting.set(text, { cases: [found], mac });
    else if (cases.length < MAX_NAMED && !cases.includes(found)) cases.push(found);
  }

  /** Anything that comes from the former host. */
  function seen({ address: { text }, mac }: Flow['client'], flow: Flow, time: Micros): void {
    const known = waiting.get(text);
    if (known === undefined) return;
    // Somebody else has got the address since. Behind a router all have one MAC.
    if (mac !== known.mac && mac >= 0 && known.mac >= 0 && !inventory.sharedMac(known.mac)) return;
    waiting.delete(text);
    for (const found of known.cases) {
      found.state.alive = true;
      context.hit(found, 'high', flow, time, 0);
    }
  }

  function severityOf(change: Change, association: Association): Severity {
    if (DEFAULTS.has(association.callingAe.toUpperCase())) return 'low';
    if (change === 'implementation') return 'medium';
    if (change !== 'address' || !onlyReads(association)) return 'high';
    const { writes, servers } = titleOf(association.callingAe);
    return writes || servers.size > 0 ? 'high' : 'medium';
  }

  /** Counts an acceptance of what was told of; false when nothing was. */
  function noteAccepted(callingAe: string, { client, server }: Flow): boolean {
    const found = context.find(client.address, server.address);
    if (found === undefined || !found.state.titles.has(callingAe)) return false;
    found.state.accepted++;
    return true;
  }

  /** An accepted title is its host's. */
  function settle(association: Association, flow: Flow, time: Micros): void {
    const { callingAe, calledAe } = association;
    const { client, server } = flow;
    if (calledAe !== '') {
      const { servers } = titleOf(calledAe);
      if (servers.size < MAX_SERVERS) servers.add(server.address.text);
    }
    const isTold = noteAccepted(callingAe, flow);
    // What is outside owns no title of this place.
    if (callingAe === '' || client.address.external) return;
    const title = titleOf(callingAe);
    handedOver(title, association, flow);
    if (!onlyReads(association)) title.writes = true;
    const slot = client.address.family === 4 ? 'home4' : 'home6';
    let home = title[slot];
    const elsewhere = home !== null && home.address.text !== client.address.text;
    // One of several nodes leaves the title where it is, and so does who was told of.
    const { text } = client.address;
    if (elsewhere && (isTold || title.servers.has(text) || title.relays.has(text))) return;
    if (home === null || home.address.text !== client.address.text) {
      home = { address: client.address, lastSeen: time, asset: null, mac: -1, implementations: new Map() };
      title[slot] = home;
    }
    home.lastSeen = time;
    home.asset = inventory.assetId(client.address.text);
    home.mac = client.mac;
    const root = rootOf(association);
    const name = classOf(association);
    if (root === '' || name === VERIFICATION) return;
    const { implementations } = home;
    const roots = implementations.get(name) ?? new Map<string, number>();
    if (!implementations.has(name)) {
      if (implementations.size >= MAX_CLASSES) return;
      implementations.set(name, roots);
    }
    if (roots.has(root) || roots.size < MAX_ROOTS) roots.set(root, (roots.get(root) ?? 0) + 1);
  }

  return {
    events: {
      'dicom.requested': ({ association }, flow, time) => {
        if (!association.withoutRequest) calls(association, flow, time);
      },
      'dicom.answered': ({ association }, flow, time) => {
        if (association.accepted) settle(association, flow, time);
      },
    },
    facts: {
      neighbour: bind,
      flow: ({ state }, flow, time) => {
        if (waiting.size === 0) return;
        if (state === 'open') seen(flow.client, flow, time);
        else if (flow.bothSides) seen(flow.server, flow, time);
      },
    },
    describe: (found) => describe(context, found),
  };
}

/** Objects are given to somebody of another name, who may hand them on. */
function handedOver({ relays }: Title, association: Association, { client, server }: Flow): void {
  if (client.address.text === server.address.text || relays.size >= MAX_SERVERS) return;
  if (isHandedOver(association)) relays.add(server.address.text);
}

function isHandedOver(association: Association): boolean {
  const { callingAe, calledAe } = association;
  return (
    callingAe !== calledAe &&
    (isUnknown(association) || (proposesStorage(association) && !onlyReads(association)))
  );
}

const classOf = ({ contexts }: Association): string => contexts[0]?.abstractSyntax ?? '';

/** `1.2.276.0.7230010.3`: who made it. */
const rootOf = ({ client }: Association): string => client.classUid.split('.', ROOT_PARTS).join('.');

const newState = (): State => ({
  titles: new Set(),
  changes: new Set(),
  home: '',
  accepted: 0,
  alive: false,
});

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { titles, changes, home, accepted } = state;
  const shown = [...titles].slice(0, 5).map((title) => quote(title));
  if (titles.size > 5) shown.push(`${titles.size - 5} more`);
  const why: string[] = [];
  if (changes.has('not-at-home')) why.push('which the site has at other addresses');
  if (changes.has('address')) why.push(`which ${home} uses too`);
  if (changes.has('mac')) why.push('with another MAC address than before');
  if (changes.has('implementation')) why.push('with the software of another maker than before');
  return {
    summary:
      `${who(inventory, source)} called ${who(inventory, destination, port)} as ${enumerate(shown)}, ` +
      `${enumerate(why)}: ${amount(found.count, 'association')}, ${accepted} accepted.`,
    data: {
      ae_titles: [...titles].slice(0, 20),
      changes: [...changes].sort(),
      home: home === '' ? null : home,
      accepted,
      source_country: inventory.country(source),
    },
  };
}
