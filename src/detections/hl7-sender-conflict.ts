import type { Hl7Message } from '../../dissectors/hl7/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { BehaviourFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { MINUTE, type Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import type { Severity } from './finding.ts';
import { type Leg, type SenderName, Traffic } from './hl7-traffic.ts';
import { quote, who } from './words.ts';

interface State {
  /** `application|facility` */
  readonly sender: string;
  /** Who was known to send under it. */
  readonly other: Address;
  readonly otherDestination: Address;
  /** The other one was seen to send after this one began to. */
  alive: boolean;
  /** So many use the name that it is no one's own. */
  shared: boolean;
}

/** Somebody began to send under a name that another one uses. */
interface Conflict {
  readonly leg: Leg;
  readonly other: Leg;
  readonly flow: Flow;
  readonly since: Micros;
  last: Micros;
  /** Messages that are not counted in the finding yet. */
  uncounted: number;
  alive: boolean;
  /** Reported as a sender that moved. */
  moved: boolean;
}

interface Contest {
  readonly conflicts: Conflict[];
  shared: boolean;
}

const MAX_NAMES = 1024;

/**
 * Two addresses send under one MSH-3 and MSH-4. Whoever passes on what it got keeps its origin's name, so addresses
 * between which that name's messages went are no conflict. Its count is messages of the later one.
 */
export const hl7SenderConflict = defineDetection<State>({
  meta: {
    id: 'hl7.sender-conflict',
    title: 'HL7 sender at two addresses',
    severity: 'high',
    escalation:
      'low when the two send to different receivers, when the first one fell silent (it has moved or failed over), or when many share the name',
    why: 'MSH-3 and MSH-4 are all by which a receiver knows a sender. A second address that uses them speaks in its name: what it orders, admits or reports is believed.',
    action:
      'Ask which of the two is the interface. If both are (a cluster, a device type with one name), allow the second in the configuration; if not, take it off and check what the receiver accepted from it.',
    reference: 'HL7 v2.5.1 §2.15.9.3, §2.15.9.4 (MSH-3, MSH-4)',
    attack: ['T1656', 'T0856', 'T1557'],
    stage: 'tampering',
    baseline: 'less',
    thresholds: {
      quiet: { default: 60, unit: 'minutes of silence after which the first sender has moved' },
      memory: { default: 24, unit: 'hours for which a silent sender is remembered' },
      shared: { default: 3, unit: 'addresses from which on a name is no one’s own' },
    },
    example: {
      fires: 'A PC sends ADT to the engine with the MSH-3 and MSH-4 of the EHR, which sends there too.',
      silent: 'The engine sends the EHR’s messages on to the laboratory as they are.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { inventory, baseline, policy, thresholds } = context;
  const quiet = thresholds.quiet * MINUTE;
  const memory = thresholds.memory * 60 * MINUTE;
  const traffic = Traffic.of(inventory);
  const contests = new BoundedMap<SenderName, Contest>(MAX_NAMES);
  /** The flow in which something just went that the baseline knows. */
  let known: Flow | null = null;

  function behaviour({ behaviour: kind, side, value }: BehaviourFact, flow: Flow): void {
    if (kind !== 'message-type' || baseline.state !== 'judging') return;
    const client = side === 'client';
    const source = (client ? flow.client : flow.server).address;
    const destination = (client ? flow.server : flow.client).address;
    known = baseline.judge(kind, source, destination, value) === 'known' ? flow : null;
  }

  function message(event: Hl7Message, flow: Flow, time: Micros): void {
    const sighting = traffic.message(event, flow, time);
    if (sighting === null) return;
    const { leg, newLeg } = sighting;
    if (!newLeg && (contests.size === 0 || !contests.has(leg.name))) return;
    if (newLeg && leg.name.facility !== '') begin(leg, flow, time);
    const contest = contests.get(leg.name);
    if (contest === undefined) return;
    for (const conflict of contest.conflicts) sent(conflict, contest, leg, time);
  }

  function begin(leg: Leg, flow: Flow, time: Micros): void {
    if (flow === known || isAllowed(flow)) return;
    const others = leg.name.legs.filter((other) => isOther(leg, other, time));
    if (others.length === 0) return;
    let contest = contests.get(leg.name);
    if (contest === undefined) {
      contest = { conflicts: [], shared: false };
      contests.set(leg.name, contest);
    }
    if (1 + independent(others) >= thresholds.shared) {
      contest.shared = true;
      for (const { leg: one } of contest.conflicts) share(one);
      return;
    }
    const other = others.find(({ destination }) => destination.text === leg.destination.text) ?? others[0];
    contest.conflicts.push({
      leg,
      other,
      flow,
      since: time,
      last: time,
      uncounted: 0,
      alive: false,
      moved: false,
    });
  }

  function isAllowed({ client, server, proto }: Flow): boolean {
    return policy.allows(client.address, server.address, 'hl7', proto, server.port);
  }

  function isOther({ source, name }: Leg, other: Leg, time: Micros): boolean {
    if (other.source.text === source.text || time - other.lastSeen > memory) return false;
    const asset = inventory.assetId(source.text);
    if (asset !== null && asset === inventory.assetId(other.source.text)) return false;
    return !name.related(source, other.source, true);
  }

  /** A message went under the name of a conflict. */
  function sent(conflict: Conflict, contest: Contest, leg: Leg, time: Micros): void {
    if (leg === conflict.leg) {
      conflict.uncounted++;
      conflict.last = time;
      if (conflict.alive || conflict.moved) report(conflict, contest);
    } else if (!conflict.alive && leg.source.text === conflict.other.source.text) {
      conflict.alive = true;
      conflict.moved = false;
      report(conflict, contest);
    }
  }

  function report(conflict: Conflict, contest: Contest): void {
    const { leg, other, flow, since, last, uncounted, alive } = conflict;
    const { name, source, destination } = leg;
    if (name.related(source, other.source, true)) return;
    const port = flow.client.address.text === source.text ? flow.server.port : null;
    const found = context.open(source, destination, port, () => ({
      sender: `${name.application}|${name.facility}`,
      other: other.source,
      otherDestination: other.destination,
      alive: false,
      shared: false,
    }));
    found.state.alive ||= alive;
    const same = other.destination.text === destination.text;
    const severity: Severity = same && !contest.shared && !conflict.moved ? 'high' : 'low';
    found.state.shared ||= contest.shared;
    // What was held back began earlier than it is told.
    if (found.count === 0) context.hit(found, severity, flow, since);
    else if (uncounted > 0) context.hit(found, severity, flow, last);
    context.hit(found, severity, flow, last, Math.max(0, uncounted - 1));
    conflict.uncounted = 0;
  }

  function share({ source, destination }: Leg): void {
    const found = context.find(source, destination);
    if (found === undefined) return;
    found.state.shared = true;
    context.grade(found, 'low');
  }

  /** What waits for the first sender's next message is decided once that is overdue. */
  function judge(isDue: (conflict: Conflict) => boolean, moved: boolean): void {
    for (const contest of contests.values()) {
      for (const conflict of contest.conflicts) {
        if (conflict.alive || conflict.moved || !isDue(conflict)) continue;
        conflict.moved = moved;
        report(conflict, contest);
      }
    }
  }

  return {
    events: { 'hl7.message': message },
    facts: { behaviour },
    tick: (time) => judge(({ since }) => time - since > quiet, true),
    end: () => judge(() => true, false),
    describe: (found) => describe(context, found),
  };
}

/** How many of the sources have nothing to do with each other. */
function independent(legs: readonly Leg[]): number {
  const sources: Address[] = [];
  for (const { source, name } of legs)
    if (!sources.some((one) => one.text === source.text || name.related(one, source, true)))
      sources.push(source);
  return sources.length;
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { other, otherDestination, alive, shared } = state;
  const same = otherDestination.text === destination.text;
  const also = same ? 'there too' : `to ${who(inventory, otherDestination)}`;
  const end = shared
    ? ' Many others use this name: it is no sender’s own.'
    : alive
      ? ''
      : ' The first one has not been heard since.';
  return {
    summary:
      `${who(inventory, source)} sends HL7 to ${who(inventory, destination, port)} as ${quote(state.sender)}, ` +
      `under which ${who(inventory, other)} sends ${also}.${end}`,
    data: {
      sender: state.sender,
      other_source: other.text,
      other_destination: otherDestination.text,
      other_still_sends: alive,
      shared_name: shared,
      source_country: inventory.country(source),
    },
  };
}
