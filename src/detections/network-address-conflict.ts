import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { FlowFact, NeighbourFact } from '../core/facts.ts';
import type { Endpoint, Flow } from '../core/flow.ts';
import { macText } from '../core/mac.ts';
import { type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, who } from './words.ts';

interface State {
  /** Who had the address first, and who claimed it against it. */
  readonly holder: number;
  readonly claimant: number;
  readonly vlan: number;
}

/** Who claims one address in one VLAN. */
interface Dispute {
  readonly vlan: number;
  /** The MAC that claims it now, and the one that did before; -1 for none. */
  current: number;
  former: number;
  /** The one of the two that had the address first. */
  holder: number;
  /** When it went from one of the two to the other, newest last. */
  turns: Micros[];
}

/** What is known of a MAC that claims addresses. */
interface Claimant {
  /** The first two addresses that it claimed: the one that nobody disputes is most likely its own. */
  readonly first: Address;
  second: Address | null;
  /** Networks of which it claimed addresses, up to `ROUTER_NETWORKS`. */
  readonly networks: number[];
  /** Changes of addresses from or to it, newest last. */
  readonly turns: Turn[];
}

/** An address that went from a MAC to another, or back. */
interface Turn {
  readonly time: Micros;
  readonly address: Address;
  readonly other: number;
}

const MAX_ADDRESSES = 16_384;
const MAX_VLANS = 8;
const MAX_MACS = 16_384;
const MAX_TURNS = 32;
/** Who answers for addresses of so many networks (/24, or /64) passes packets on. */
const ROUTER_NETWORKS = 3;
/** Ports of one card, or interfaces of one machine, have numbers as near as this. */
const ONE_CARD = 16;
const OCTET_40 = 2 ** 40;

/**
 * Two MACs claim one address in turn: both are there, and one is not who it says. A single change is a device replaced,
 * a cluster that failed over or an address handed on; only an address that goes to and fro is in dispute. So are addresses
 * of several that go to one MAC at once, once the first comes back: who sits between two takes both. A former holder who
 * opens or takes a connection claims it, too. One case per address and claimant, whose source is the address that the
 * claimant had before, where it had one.
 */
export const networkAddressConflict = defineDetection<State>({
  meta: {
    id: 'network.address-conflict',
    title: 'Two devices claim one address',
    severity: 'high',
    escalation: 'none',
    why: "Whoever makes others believe that an address is its own gets what was meant for it: so were vital signs intercepted and replaced between a patient monitor and its central station. ARP and NDP have no proof of who is who. The same picture, two devices with one address set by hand, loses a monitor's alarms as well.",
    action:
      'Find both MACs in the switches (show mac address-table). Unplug the one that is not the device; where both are devices, give one another address. Then dynamic ARP inspection for this VLAN.',
    reference:
      'McAfee, 80 to 0 in Under 5 Seconds: Falsifying a Medical Patient’s Vitals (2018); RFC 826; RFC 5227; RFC 4861 §11',
    attack: ['T1557.002', 'T0830'],
    stage: 'tampering',
    thresholds: {
      changes: { default: 3, unit: 'changes of the address between the same two MACs' },
      seconds: { default: 600, unit: 'seconds in which they are counted' },
      together: { default: 60, unit: 'seconds in which those between one MAC and several are counted' },
    },
    example: {
      fires: "A PC answers ARP requests for a central station's address, which the station goes on to claim.",
      silent:
        'A new device with the address of the one it replaces; a cluster that fails over and back; VRRP; a lease that goes to another device.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { inventory } = context;
  const { changes, seconds, together } = context.thresholds;
  /** Addresses that went from one MAC to another. */
  const contested = new Set<string>();
  const addresses = new BoundedMap<string, Dispute[]>(MAX_ADDRESSES, (text) => contested.delete(text));
  const macs = new BoundedMap<number, Claimant>(MAX_MACS);

  function claimant(mac: number, address: Address): Claimant {
    let known = macs.get(mac);
    if (known === undefined) {
      known = { first: address, second: null, networks: [], turns: [] };
      macs.set(mac, known);
    } else if (known.second === null && known.first.text !== address.text) known.second = address;
    const network = networkOf(address);
    if (known.networks.length < ROUTER_NETWORKS && !known.networks.includes(network))
      known.networks.push(network);
    return known;
  }

  function disputeOf(disputes: Dispute[], vlan: number, mac: number): Dispute {
    let found = disputes.find((one) => one.vlan === vlan);
    if (found === undefined) {
      found = { vlan, current: mac, former: -1, holder: mac, turns: [] };
      if (disputes.length >= MAX_VLANS) disputes.shift();
      disputes.push(found);
    }
    return found;
  }

  function claimed({ address, mac, vlan = -1, leased }: NeighbourFact, time: Micros): void {
    if (inventory.sharedMac(mac)) return;
    let disputes = addresses.get(address.text);
    if (disputes === undefined) {
      disputes = [];
      addresses.set(address.text, disputes);
    }
    if (leased) {
      // Handed to another by who may: what was before is over. To one of the two that dispute it: nothing new.
      for (const one of disputes)
        if (one.current !== mac && one.former !== mac) {
          one.current = one.holder = mac;
          one.former = -1;
          one.turns.length = 0;
        }
      return;
    }
    const by = claimant(mac, address);
    const dispute = disputeOf(disputes, vlan, mac);
    if (dispute.current === mac) return;
    if (dispute.former !== mac) {
      // Somebody new: between these two it begins here.
      dispute.turns.length = 0;
      dispute.holder = dispute.current;
    }
    dispute.former = dispute.current;
    dispute.current = mac;
    contested.add(address.text);
    const { turns } = dispute;
    turns.push(time);
    while (turns.length > 0 && (time - turns[0] > seconds * SECOND || turns.length > Math.max(changes, 1)))
      turns.shift();
    const from = macs.get(dispute.former);
    if (isOneCard(mac, dispute.former) || isRouter(by) || isRouter(from)) return;
    const taker = takerOf(dispute, address, by, from, time);
    if (taker >= 0 || turns.length >= changes) report(address, dispute, taker, time);
  }

  /** Which of the two also takes what is of others, when there is one: -1 for none. */
  function takerOf(
    { current, former }: Dispute,
    address: Address,
    by: Claimant,
    from: Claimant | undefined,
    time: Micros,
  ): number {
    const taken = tookOfSeveral(by.turns, { time, address, other: former });
    if (taken) return current;
    return from !== undefined && tookOfSeveral(from.turns, { time, address, other: current }) ? former : -1;
  }

  /** Adds a change, and says whether there are enough of them, of several addresses, with several others. */
  function tookOfSeveral(turns: Turn[], turn: Turn): boolean {
    turns.push(turn);
    while (turn.time - turns[0].time > together * SECOND || turns.length > MAX_TURNS) turns.shift();
    if (turns.length < changes) return false;
    const elsewhere = turns.some(
      ({ address, other }) => address.text !== turn.address.text && other !== turn.other,
    );
    // One that came back: else they were handed on.
    return elsewhere && turns.some((one, at) => turns.some((two, i) => i > at && isSame(one, two)));
  }

  /** Somebody from whom an address was taken uses it all the same. */
  function used({ address, mac }: Endpoint, time: Micros): void {
    if (!contested.has(address.text)) return;
    for (const { former, vlan } of addresses.get(address.text) ?? [])
      if (former === mac) claimed({ fact: 'neighbour', address, mac, vlan }, time);
  }

  function flowed({ state }: FlowFact, flow: Flow, time: Micros): void {
    // What is left of a connection from before the change may still go by.
    if (contested.size === 0 || state !== 'established' || flow.midstream) return;
    used(flow.client, time);
    used(flow.server, time);
  }

  function report(
    address: Address,
    { holder, current, former, vlan }: Dispute,
    taker: number,
    time: Micros,
  ): void {
    const other = holder === current ? former : current;
    // Who takes what is of several is the one who took it; else who has an address of its own beside the disputed one,
    // whoever was seen first.
    const own = ownAddress(other, address) === null && ownAddress(holder, address) !== null;
    const swapped = taker >= 0 ? taker === holder : own;
    const claimant = swapped ? holder : other;
    const source = ownAddress(claimant, address) ?? address;
    const found = context.open(source, address, null, () => ({
      holder: swapped ? other : holder,
      claimant,
      vlan,
    }));
    context.hit(found, 'high', null, time);
  }

  /** An address of its own: none that went from one to another, for that may be the next victim's. */
  function ownAddress(mac: number, disputed: Address): Address | null {
    const known = macs.get(mac);
    if (known === undefined) return null;
    const isOwn = ({ text }: Address) => text !== disputed.text && !contested.has(text);
    if (isOwn(known.first)) return known.first;
    return known.second !== null && isOwn(known.second) ? known.second : null;
  }

  return {
    facts: { neighbour: (fact, _flow, time) => claimed(fact, time), flow: flowed },
    describe: (found) => describe(context, found),
  };
}

const isSame = (one: Turn, two: Turn): boolean =>
  one.other === two.other && one.address.text === two.address.text;

function isRouter(claimant: Claimant | undefined): boolean {
  return claimant !== undefined && claimant.networks.length >= ROUTER_NETWORKS;
}

/** /24 or /64, as a number that tells them apart well enough. */
function networkOf({ family, w0, w1, w3 }: Address): number {
  return family === 4 ? w3 >>> 8 : (w0 ^ Math.imul(w1, 0x9e3779b1)) | 0;
}

/** Two ports of one card, or a machine's own and one that its software made of it (the U/L bit). */
function isOneCard(a: number, b: number): boolean {
  return Math.abs(universal(a) - universal(b)) < ONE_CARD;
}

function universal(mac: number): number {
  return (Math.floor(mac / OCTET_40) & 2) !== 0 ? mac - 2 * OCTET_40 : mac;
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, state, count } = found;
  const holder = macText(state.holder);
  const claimant = macText(state.claimant);
  const where = state.vlan < 0 ? '' : ` in VLAN ${state.vlan}`;
  const known = source.text === destination.text ? '' : `, the MAC of ${who(inventory, source)},`;
  return {
    summary:
      `${who(inventory, destination)} is claimed by ${enumerate([holder, claimant])}${where} in turn: ` +
      `${claimant}${known} took it from ${holder}, which is still there (seen ${amount(count, 'time')}).`,
    data: {
      address: destination.text,
      holder_mac: holder,
      claimant_mac: claimant,
      vlan: state.vlan < 0 ? null : state.vlan,
    },
  };
}
