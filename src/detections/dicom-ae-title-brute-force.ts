import type { Association } from '../../dissectors/dicom/events.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { didWork } from './dicom-association.ts';
import type { Severity } from './finding.ts';
import { amount, enumerate, quote, span, who } from './words.ts';

type Result = 'rejected' | 'unanswered' | 'accepted';

/** One association as far as AE titles go. */
interface Attempt {
  readonly time: Micros;
  readonly called: string;
  readonly calling: string;
  readonly result: Result;
  /** Of an accepted one: what was done with it shows later. */
  readonly association: Association | null;
  /** Rejected for an AE title that is not recognised: result 1, source 1, reason 3 or 7 (PS3.8 §9.3.4). */
  readonly unrecognised: boolean;
}

/** What one source tried on one destination lately. */
interface Pair {
  /** Within the window, oldest first. */
  readonly attempts: Attempt[];
  /** Title pairs that were accepted before anything failed: known to work, so no guess. */
  readonly known: Set<string>;
  /** The last attempts were found to be guessing, until the window has passed without a failure. */
  guessing: boolean;
  lastFailure: Micros;
}

interface State {
  /** Called AE titles tried, and the best result of each. */
  readonly called: Map<string, Result>;
  readonly calling: Set<string>;
  attempts: number;
  rejections: number;
  unanswered: number;
  /** Titles accepted after failures. */
  readonly accepted: string[];
  /** Calling and called title of the first failure. */
  failed: { calling: string; called: string } | null;
  /** Pairs of calling and called title that failed, with how often. */
  readonly failedPairs: Map<string, number>;
  firstTry: Micros;
  lastTry: Micros;
}

const MAX_PAIRS = 4096;
const MAX_KNOWN = 16;
const MAX_TITLES = 256;
const MAX_ACCEPTED = 5;
const MIN_ATTEMPTS = 128;
/** Whoever sets a device up tries as many spellings; guesses are more. */
const FEW = 3;

/**
 * Guessing of AE titles, the only thing most DICOM servers ask for. Attempts are judged per (source,
 * destination) in a sliding window of packet time. A title counts when it was tried and was not known to work
 * before: a server that accepts every title makes guessing no less, and what a router calls each day is known
 * after the first time. Its count is attempts.
 */
export const dicomAeTitleBruteForce = defineDetection<State>({
  meta: {
    id: 'dicom.ae-title-brute-force',
    title: 'AE titles are being guessed',
    severity: 'high',
    escalation:
      'critical when one is then accepted; medium for a host inside when no more than three pairs of titles failed (a device set up wrongly), when all were accepted, or when nothing was answered',
    why: 'An AE title is the only credential of most DICOM servers. Tools try lists of usual ones until an association is accepted, and then read or write patient data.',
    action:
      'Find out what the source is and stop it; when a title was accepted, look at what was asked under it. Let servers accept known calling AE titles from known addresses only.',
    reference: 'DICOM PS3.8 §9.3.4 (A-ASSOCIATE-RJ: result 1, source 1, reasons 3 and 7)',
    attack: ['T1110', 'T1046', 'T0846'],
    stage: 'access',
    thresholds: {
      titles: { default: 5, unit: 'distinct called AE titles' },
      rejections: { default: 10, unit: 'A-ASSOCIATE-RJ for an AE title not recognised' },
      window: { default: 60, unit: 'seconds' },
    },
    example: {
      fires: 'Fourteen called AE titles within a minute, of which thirteen are rejected.',
      silent:
        'Four titles rejected within a minute; five that were accepted one by one before; a router that stores under eight.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { titles, rejections, window: seconds } = context.thresholds;
  const window = seconds * SECOND;
  const maxAttempts = Math.max(MIN_ATTEMPTS, 2 * titles, 2 * rejections);
  const pairs = new BoundedMap<string, Pair>(MAX_PAIRS);

  function tried(association: Association, result: Result, flow: Flow, time: Micros): void {
    const key = keyOf(flow);
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { attempts: [], known: new Set(), guessing: false, lastFailure: Number.NEGATIVE_INFINITY };
      pairs.set(key, pair);
    }
    const { callingAe: calling, calledAe: called, rejection } = association;
    const titlePair = pairOf(calling, called);
    const quiet = time - pair.lastFailure > window;
    if (quiet) pair.guessing = false;
    if (result === 'accepted') {
      if (pair.known.has(titlePair)) return;
      if (quiet) {
        if (pair.known.size < MAX_KNOWN) pair.known.add(titlePair);
      }
    } else pair.lastFailure = time;

    while (pair.attempts.length > 0 && time - pair.attempts[0].time > window) pair.attempts.shift();
    if (pair.attempts.length >= maxAttempts) pair.attempts.shift();
    const attempt: Attempt = {
      time,
      called,
      calling,
      result,
      association: result === 'accepted' ? association : null,
      unrecognised: rejection !== null && (rejection.reason === 3 || rejection.reason === 7),
    };
    pair.attempts.push(attempt);

    if (pair.guessing) {
      note(open(flow), attempt);
      report(open(flow), flow, time, 1);
    } else if (isGuessing(pair, attempt)) begin(pair, flow, time);
  }

  function begin(pair: Pair, flow: Flow, time: Micros): void {
    pair.guessing = true;
    const found = open(flow);
    for (const one of pair.attempts) note(found, one);
    report(found, flow, time, pair.attempts.length);
  }

  /** Titles that were all accepted are judged by what was done under them, which shows at the end. */
  function ended(flow: Flow, time: Micros): void {
    const pair = pairs.get(keyOf(flow));
    if (pair === undefined || pair.guessing || pair.attempts.length < titles) return;
    if (isGuessing(pair, null)) begin(pair, flow, time);
  }

  const open = (flow: Flow): Case<State> =>
    context.open(flow.client.address, flow.server.address, flow.server.port, newState);

  function isGuessing({ attempts, known }: Pair, latest: Attempt | null): boolean {
    const failed = new Set<string>();
    const accepted = new Set<string>();
    let unrecognised = 0;
    for (const { called, calling, result, unrecognised: counts } of attempts) {
      if (counts) unrecognised++;
      // A server that hangs leaves unanswered what it took before.
      if (result === 'unanswered' && known.has(pairOf(calling, called))) continue;
      if (result !== 'accepted') failed.add(called);
    }
    if (unrecognised >= rejections) return true;
    // Few failures among titles that are worked under are a router's wrong routes: those count that were only tried.
    const all = failed.size >= FEW;
    for (const one of attempts) {
      if (one.association === null) continue;
      const isNow = one === latest && failed.size > 0;
      const { outcome } = one.association;
      if (all || isNow || (outcome !== null && !didWork(one.association))) accepted.add(one.called);
    }
    // A title that failed under one calling title and was accepted under another is one title.
    for (const called of accepted) failed.delete(called);
    return failed.size + accepted.size >= titles;
  }

  function report(found: Case<State>, flow: Flow, time: Micros, times: number): void {
    const severity = severityOf(found, rejections);
    context.hit(found, severity, flow, time, times);
    // What is tried over and over is no guess: it may turn out to be a device that was set up wrongly.
    if (severity !== found.severity) context.grade(found, severity);
  }

  return {
    events: {
      'dicom.answered': ({ association }, flow, time) => {
        if (association.withoutRequest) return;
        if (association.accepted) tried(association, 'accepted', flow, time);
        else if (isAboutTitles(association)) tried(association, 'rejected', flow, time);
      },
      'dicom.association': ({ association }, flow, time) => {
        const { withoutRequest, accepted, rejection, outcome } = association;
        if (withoutRequest || rejection !== null) return;
        if (accepted) {
          ended(flow, time);
          return;
        }
        // A capture of one direction only shows no answers at all.
        if (flow.bothSides && (outcome === 'unanswered' || outcome === 'aborted'))
          tried(association, 'unanswered', flow, time);
      },
    },
    describe: (found) => describe(context, found),
  };
}

/**
 * A rejection that may be due to the AE titles: permanent, by the service user, with no reason or reason 3 or 7.
 * Transient ones (result 2: busy) and those about versions or the application context say nothing of titles.
 */
function isAboutTitles({ rejection }: Association): boolean {
  if (rejection === null || rejection.result !== 1 || rejection.source !== 1) return false;
  return rejection.reason === 1 || rejection.reason === 3 || rejection.reason === 7;
}

const keyOf = ({ client, server }: Flow): string => `${client.address.text} ${server.address.text}`;

const pairOf = (calling: string, called: string): string => `${calling}\\${called}`;

const newState = (): State => ({
  called: new Map(),
  calling: new Set(),
  attempts: 0,
  rejections: 0,
  unanswered: 0,
  accepted: [],
  failed: null,
  failedPairs: new Map(),
  firstTry: Number.POSITIVE_INFINITY,
  lastTry: Number.NEGATIVE_INFINITY,
});

function note({ state }: Case<State>, attempt: Attempt): void {
  const { called, calling, result, time } = attempt;
  const failedBefore = state.rejections + state.unanswered > 0;
  state.attempts++;
  state.firstTry = Math.min(state.firstTry, time);
  state.lastTry = Math.max(state.lastTry, time);
  if (result === 'rejected') state.rejections++;
  else if (result === 'unanswered') state.unanswered++;
  if (state.called.size < MAX_TITLES || state.called.has(called)) {
    const before = state.called.get(called);
    if (before !== 'accepted' && (result !== 'unanswered' || before === undefined))
      state.called.set(called, result);
  }
  if (state.calling.size < MAX_TITLES) state.calling.add(calling);
  if (result !== 'accepted') {
    state.failed ??= { calling, called };
    const tried = pairOf(calling, called);
    const { failedPairs } = state;
    if (failedPairs.size < MAX_TITLES || failedPairs.has(tried))
      failedPairs.set(tried, (failedPairs.get(tried) ?? 0) + 1);
  }
  if (result === 'accepted' && failedBefore)
    if (state.accepted.length < MAX_ACCEPTED && !state.accepted.includes(called)) state.accepted.push(called);
}

/** `retries`: failures of one pair of titles that make it a device that does not give up. */
function severityOf({ source, state }: Case<State>, retries: number): Severity {
  const few = isFew(state, retries);
  if (state.accepted.length > 0 && !few) return 'critical';
  return source.external || !(few || isHanging(state)) ? 'high' : 'medium';
}

function isFew({ failedPairs }: State, retries: number): boolean {
  if (failedPairs.size > 2 * FEW) return false;
  let guesses = 0;
  for (const count of failedPairs.values()) if (count < retries) guesses++;
  return guesses <= FEW;
}

/** Nothing was answered at all: the server hangs, as far as anybody can tell. */
function isHanging({ attempts, unanswered }: State): boolean {
  return attempts === unanswered;
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const results = [...state.called.values()];
  const rejected = results.filter((result) => result === 'rejected').length;
  const unanswered = results.filter((result) => result === 'unanswered').length;
  const time = span(state.lastTry - state.firstTry);
  const from = who(inventory, source);
  const to = who(inventory, destination, port);
  return {
    summary: state.failedPairs.size === 1 ? retries() : guesses(),
    data: {
      titles_tried: state.called.size,
      titles_rejected: rejected,
      titles_unanswered: unanswered,
      titles_accepted: [...state.accepted],
      called_ae_titles: [...state.called.keys()].slice(0, 20),
      calling_ae_titles: [...state.calling].slice(0, 20),
      attempts: state.attempts,
      rejections: state.rejections,
      seconds: Math.round((state.lastTry - state.firstTry) / SECOND),
      source_country: inventory.country(source),
    },
  };

  function retries(): string {
    const { calling, called } = state.failed ?? { calling: '', called: '' };
    return (
      `${from} was rejected ${amount(state.rejections, 'time')} in ${time} by ${to} as ${quote(calling)} calling ` +
      `${quote(called)}: always the same AE titles, as a device set up wrongly does.`
    );
  }

  function guesses(): string {
    const many = state.called.size >= MAX_TITLES ? 'at least ' : '';
    const tried =
      state.called.size === 1
        ? `${amount(state.calling.size, 'calling AE title')} for ${quote([...state.called.keys()][0])}`
        : amount(state.called.size, 'AE title');
    const failures: string[] = [];
    if (state.called.size === 1) failures.push(`${amount(state.rejections, 'attempt')} rejected`);
    else {
      if (rejected > 0) failures.push(`${rejected} ${rejected === 1 ? 'was' : 'were'} rejected`);
      if (unanswered > 0) failures.push(`${unanswered} went unanswered`);
    }
    const accepted = enumerate(state.accepted.map((title) => quote(title)));
    const end =
      accepted === ''
        ? failures.length === 0
          ? 'all of them were accepted'
          : 'none of them was accepted'
        : `${accepted} ${state.accepted.length === 1 ? 'was' : 'were'} then accepted`;
    return `${from} tried ${many}${tried} on ${to} in ${time}; ${[...failures, end].join(', ')}.`;
  }
}
