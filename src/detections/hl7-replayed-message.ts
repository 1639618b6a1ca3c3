import type { Hl7Message } from '../../dissectors/hl7/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { MINUTE, type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { type Leg, type Sighting, Traffic } from './hl7-traffic.ts';
import { amount, quote, span, who } from './words.ts';

interface State {
  /** Messages whose MSH-10 had come from another address. */
  moved: number;
  /** Messages whose MSH-10 had come with another body. */
  changed: number;
  /** Where the first ones came from. */
  readonly firstSources: Address[];
  /** Microseconds between the first pair of messages. */
  readonly after: Micros;
  /** `application|facility` */
  readonly sender: string;
  readonly controlIds: string[];
  readonly types: Set<string>;
}

/** A repetition that may be the first of a counter that began anew. */
interface Pending {
  readonly leg: Leg;
  readonly flow: Flow;
  readonly time: Micros;
  readonly after: Micros;
  readonly firstSource: Address | null;
  readonly controlId: string;
  readonly type: string;
}

const MAX_PENDING = 1024;
const MAX_COUNTERS = 4096;
const MAX_IDS = 10;
const MAX_TYPES = 16;
const MAX_SOURCES = 8;
/** Packet time after which the next message of the sender is no longer waited for. */
const PATIENCE = 10 * MINUTE;
/** A clock of minutes gives the same id to all messages of one. */
const CLOCK = MINUTE;

/**
 * A message that its receiver has accepted comes again: with the same MSH-10 and another body, or from another address.
 * Ids of devices that begin to count anew repeat one after the other; one that repeats among new ones does not.
 */
export const hl7ReplayedMessage = defineDetection<State>({
  meta: {
    id: 'hl7.replayed-message',
    title: 'HL7 message replayed',
    severity: 'high',
    escalation: 'none',
    why: 'HL7 v2 authenticates nobody: an order or a result that was recorded is accepted again from anywhere, and one that keeps its control id takes the place of the first. MSH-10 names a message uniquely within its sender.',
    action:
      'Find out what the source is; an unknown one is taken off. Compare both messages at the receiver by their control id, and undo what the second one changed in the record.',
    reference: 'HL7 v2.5.1 §2.15.9.10 (MSH-10), §2.9.2',
    attack: ['T1565.002', 'T0856', 'T1557'],
    stage: 'tampering',
    thresholds: {
      changed: { default: 60, unit: 'minutes within which another body counts' },
      moved: { default: 24, unit: 'hours within which another address counts' },
    },
    example: {
      fires: 'A message that the engine has accepted from the EHR comes to it again from a PC.',
      silent: 'An engine sends the EHR’s message on; the EHR sends it again; a device counts from 1 again.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const changedWithin = context.thresholds.changed * MINUTE;
  const movedWithin = context.thresholds.moved * 60 * MINUTE;
  const traffic = Traffic.of(context.inventory);
  const pending = new BoundedMap<Leg, Pending>(MAX_PENDING);
  /** Legs on which ids are used again and again. */
  const counters = new BoundedMap<Leg, true>(MAX_COUNTERS);

  function message(event: Hl7Message, flow: Flow, time: Micros): void {
    const sighting = traffic.message(event, flow, time);
    if (sighting === null || sighting.repeat === 'resent') return;
    if (sighting.repeat === 'new') {
      if (pending.size > 0) settle(sighting.leg);
      return;
    }
    repeated(event, sighting, flow, time);
  }

  function repeated(event: Hl7Message, sighting: Sighting, flow: Flow, time: Micros): void {
    const { leg, repeat, firstSeen, firstSource, sameBody } = sighting;
    const after = time - firstSeen;
    if (after < 0 || after > (repeat === 'moved' ? movedWithin : changedWithin)) return;
    if (firstSource !== null && leg.name.related(firstSource, leg.source, false)) return;
    const { controlId, messageType: type } = event;
    const one: Pending = { leg, flow, time, after, firstSource, controlId, type };
    if (repeat === 'moved' && sameBody) {
      report(one);
      return;
    }
    if (counters.has(leg) || (after <= CLOCK && isClock(controlId))) return;
    if (pending.has(leg)) {
      pending.delete(leg);
      counters.set(leg, true);
    } else pending.set(leg, one);
  }

  function settle(leg: Leg): void {
    const one = pending.get(leg);
    if (one === undefined) return;
    pending.delete(leg);
    report(one);
  }

  function report({ leg, flow, time, after, firstSource, controlId, type }: Pending): void {
    const { source, destination, name } = leg;
    const port = flow.client.address.text === source.text ? flow.server.port : null;
    const found = context.open(source, destination, port, () => ({
      moved: 0,
      changed: 0,
      firstSources: [],
      after,
      sender: `${name.application}|${name.facility}`,
      controlIds: [],
      types: new Set(),
    }));
    const { state } = found;
    if (firstSource === null) state.changed++;
    else {
      state.moved++;
      const { firstSources } = state;
      if (firstSources.length < MAX_SOURCES && !firstSources.some(({ text }) => text === firstSource.text))
        firstSources.push(firstSource);
    }
    if (state.controlIds.length < MAX_IDS && !state.controlIds.includes(controlId))
      state.controlIds.push(controlId);
    if (state.types.size < MAX_TYPES) state.types.add(type);
    // What the capture missed may have told that a counter began anew.
    const { from, to } = leg.pair;
    const mayBeCounter = state.moved === 0 && state.changed <= Math.max(from.gaps, to.gaps);
    context.hit(found, mayBeCounter ? 'medium' : 'high', flow, time);
  }

  return {
    events: { 'hl7.message': message },
    tick(time) {
      for (const one of pending.values()) if (time - one.time > PATIENCE) settle(one.leg);
    },
    end() {
      for (const one of [...pending.values()]) settle(one.leg);
    },
    describe: (found) => describe(context, found),
  };
}

/** An id made of the time to the second or the minute, as `20260302081500`: not unique, whatever the standard says. */
function isClock(controlId: string): boolean {
  const digits = /(?:19|20)\d{10,}/.exec(controlId)?.[0] ?? '';
  return digits.length === 12 || digits.length === 14;
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state, count } = found;
  const [first] = state.firstSources;
  const from = who(inventory, source);
  const to = who(inventory, destination, port);
  const id = quote(state.controlIds[0]);
  const before =
    first === undefined
      ? `which ${to} had accepted with another body ${span(state.after)} before`
      : `which ${to} had accepted from ${who(inventory, first)} ${span(state.after)} before`;
  return {
    summary: `${from} sent ${amount(count, 'message')} again as ${quote(state.sender)}: MSH-10 ${id}, ${before}.`,
    data: {
      sender: state.sender,
      from_another_address: state.moved,
      with_another_body: state.changed,
      first_sources: state.firstSources.map(({ text }) => text),
      seconds_after: Math.round(state.after / SECOND),
      message_types: [...state.types],
      control_ids: [...state.controlIds],
    },
  };
}
