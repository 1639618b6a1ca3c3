import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { type Micros, SECOND } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, quote, who } from './words.ts';

type Reason = 'unknown-title' | 'not-allowed' | 'new' | 'refused' | 'failed' | 'outside';

/** A C-MOVE that the archive could not process. */
interface Failure {
  readonly move: Move;
  readonly flow: Flow;
  readonly time: Micros;
}

/** A C-MOVE request. */
interface Move {
  readonly title: string;
  readonly calling: string;
  readonly requester: Address;
  readonly archive: Address;
  /** Where the archive listens; null when it is the one who opened the connection. */
  readonly port: number | null;
  readonly messageId: number;
  /** When it was asked for, or its progress last told. */
  time: Micros;
  /** It counts with a case. */
  counted: boolean;
}

/** What is known of one destination. */
interface Destination {
  readonly reasons: Set<Reason>;
  address: Address | null;
}

interface State {
  readonly destinations: Map<string, Destination>;
  readonly calling: Set<string>;
}

const MAX_TITLES = 4096;
const MAX_MOVES_OF_TITLE = 8;
const MAX_RUNNING = 16;
const MAX_SERVED = 16_384;
const MANY = 16;

/**
 * Objects sent to a third party that nobody expects. The source is who asked for it, the destination the archive; its
 * count is requests. The association that the archive then opens shows where the AE title is at home.
 */
export const dicomUnexpectedMoveDestination = defineDetection<State>({
  meta: {
    id: 'dicom.unexpected-move-destination',
    title: 'Objects are moved to an unexpected destination',
    severity: 'high',
    escalation:
      'critical when the destination, or who asked, is outside; medium when an archive only failed to process the request, as some do for a destination they do not know',
    why: 'A C-MOVE makes an archive send studies to any AE title in its table. An attacker who has one of his own put there, or takes the address of one, has the archive itself carry the data out; trying titles shows which ones are there.',
    action:
      'Ask who uses the source whether the move was meant. Look up the destination in the archive’s table of AE titles, remove it if nobody knows it, and see what was sent there.',
    reference: 'DICOM PS3.7 §9.1.4, PS3.4 §C.4.2.1.5 (A801)',
    attack: ['T1537', 'T1048', 'T1074'],
    stage: 'exfiltration',
    baseline: 'more',
    thresholds: {
      window: { default: 60, unit: 'seconds from a C-MOVE to the association that follows from it' },
    },
    example: {
      fires:
        'A C-MOVE that is answered A801; one after which the archive opens an association to a public address.',
      silent: 'A workstation that has a study moved to itself, or to where it was moved before.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const window = context.thresholds.window * SECOND;
  const { baseline, policy } = context;
  /** By destination: the latest of each requester and archive. */
  const moves = new BoundedMap<string, Move[]>(MAX_TITLES);
  /** Those that were not answered for good. */
  const running = new WeakMap<Association, Move[]>();
  /** Archive and destination of moves that went well. */
  const served = new BoundedMap<string, true>(MAX_SERVED);
  /** By archive and destination: those that failed at once, until it is known whether others go well. */
  const failed = new BoundedMap<string, Failure[]>(MAX_TITLES);
  /** Associations of which a stored object was looked at. */
  const looked = new WeakSet<Association>();

  function judge(move: Move, reason: Reason, flow: Flow, time: Micros, address: Address | null = null): void {
    const { requester, archive, port, title, calling } = move;
    const found = context.open(requester, archive, port, newState);
    const { calling: titles, destinations } = found.state;
    if (titles.size < MANY) titles.add(calling);
    let destination = destinations.get(title);
    if (destination === undefined) {
      destination = { reasons: new Set(), address: null };
      if (destinations.size < MANY) destinations.set(title, destination);
    }
    destination.reasons.add(reason);
    destination.address = address ?? destination.address;
    const outside = requester.external || address?.external === true;
    const severity = outside ? 'critical' : reason === 'failed' ? 'medium' : 'high';
    context.hit(found, severity, flow, time, move.counted ? 0 : 1);
    move.counted = true;
  }

  function asked(event: DimseMessage, flow: Flow, time: Micros): void {
    const { association, from, moveDestination: title, messageId } = event;
    if (title === '') return;
    const fromClient = from === 'client';
    const [requester, archive] = fromClient ? [flow.client, flow.server] : [flow.server, flow.client];
    const move: Move = {
      title,
      calling: fromClient ? association.callingAe : association.calledAe,
      requester: requester.address,
      archive: archive.address,
      port: fromClient ? archive.port : null,
      messageId,
      time,
      counted: false,
    };
    remember(move);
    let all = running.get(association);
    if (all === undefined) running.set(association, (all = []));
    if (all.length === MAX_RUNNING) all.shift();
    all.push(move);
    const reason = reasonAgainst(move);
    if (reason !== null) judge(move, reason, flow, time);
  }

  function remember(move: Move): void {
    let known = moves.get(move.title);
    if (known === undefined) moves.set(move.title, (known = []));
    else moves.touch(move.title);
    const before = known.findIndex(
      ({ requester, archive }) =>
        requester.text === move.requester.text && archive.text === move.archive.text,
    );
    if (before >= 0) known.splice(before, 1);
    else if (known.length === MAX_MOVES_OF_TITLE) known.shift();
    known.push(move);
  }

  /** What the site says goes before what was learned. */
  function reasonAgainst({ title, calling, requester, archive }: Move): Reason | null {
    if (policy.knowsTitles) {
      if (policy.title(title) === null) return 'unknown-title';
      const allowed = policy.title(calling)?.moveDestinations ?? null;
      if (allowed !== null) return allowed.has(title) || title === calling ? null : 'not-allowed';
    }
    return baseline.judge('move-destination', requester, archive, title) === 'new' ? 'new' : null;
  }

  function answered(event: DimseMessage, flow: Flow, time: Micros): void {
    const { association, messageId, status, statusClass } = event;
    const all = running.get(association);
    const at = all?.findIndex((move) => move.messageId === messageId) ?? -1;
    if (all === undefined || at < 0) return;
    const move = all[at];
    move.time = time;
    if (statusClass === 'pending') return;
    all.splice(at, 1);
    const place = `${move.archive.text} ${move.title}`;
    if (status === 'A801') judge(move, 'refused', flow, time);
    else if (failedAtOnce(event) && !served.has(place)) wait(place, { move, flow, time });
    else if (statusClass === 'success' && (event.subOperations?.completed ?? 0) > 0) {
      served.set(place, true);
      failed.delete(place);
    }
  }

  /** An archive also fails to process a move of a study that it has not got. */
  function wait(place: string, failure: Failure): void {
    const known = failed.get(place);
    if (known === undefined) failed.set(place, [failure]);
    else if (known.length < MANY) known.push(failure);
  }

  function judgeFailed(now: Micros): void {
    for (const [place, failures] of failed.entries()) {
      if (now - failures[0].time <= window) continue;
      failed.delete(place);
      for (const { move, flow, time } of failures) judge(move, 'failed', flow, time);
    }
  }

  /** The AE title's address is known now: an association to it was opened. */
  function opened(move: Move, flow: Flow, time: Micros): void {
    const { address } = flow.server;
    if (address.external && !policy.isHome(move.title, address)) judge(move, 'outside', flow, time, address);
    const known = context.find(move.requester, move.archive)?.state.destinations.get(move.title);
    if (known !== undefined) known.address = address;
  }

  function requested({ calledAe }: Association, flow: Flow, time: Micros): void {
    for (const move of moves.get(calledAe) ?? [])
      if (move.archive.text === flow.client.address.text && time - move.time <= window)
        opened(move, flow, time);
  }

  /** An archive of several hosts moves from another address than it was asked at, and says for whom. */
  function stored({ association, moveOriginator }: DimseMessage, flow: Flow, time: Micros): void {
    if (looked.has(association)) return;
    looked.add(association);
    for (const move of moves.get(association.calledAe) ?? [])
      if (move.calling === moveOriginator && time - move.time <= window) opened(move, flow, time);
  }

  return {
    events: {
      'dicom.requested': ({ association }, flow, time) => requested(association, flow, time),
      'dicom.message': (event, flow, time) => {
        if (event.command === 'C-STORE-RQ') {
          if (event.moveOriginator !== '' && event.from === 'client') stored(event, flow, time);
        } else if (event.command === 'C-MOVE-RQ') asked(event, flow, time);
        else if (event.command === 'C-MOVE-RSP') answered(event, flow, time);
      },
    },
    tick: (time) => {
      if (failed.size > 0) judgeFailed(time);
    },
    end: () => judgeFailed(Number.POSITIVE_INFINITY),
    describe: (found) => describe(context, found),
  };
}

/** «Unable to process» before any object was looked for: what Orthanc says of a destination that it does not know. */
function failedAtOnce({ status, subOperations: counts }: DimseMessage): boolean {
  if (status !== 'C000') return false;
  return counts === null || counts.remaining + counts.completed + counts.failed + counts.warning === 0;
}

const newState = (): State => ({ destinations: new Map(), calling: new Set() });

const WORDS: Readonly<Record<Reason, string>> = {
  'unknown-title': 'an AE title the site does not know',
  'not-allowed': 'not among those it may move to',
  new: 'never moved to before',
  refused: 'unknown to the archive',
  failed: 'which the archive could not process',
  outside: 'outside',
};

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state, count } = found;
  const destinations = [...state.destinations];
  const told = destinations.slice(0, 3).map(([title, { reasons, address }]) => {
    const place = address === null ? '' : ` at ${who(inventory, address)}`;
    return `${quote(title)}${place} (${enumerate([...reasons].map((reason) => WORDS[reason]))})`;
  });
  if (destinations.length > told.length) told.push(`${destinations.length - told.length} more`);
  const titles = enumerate([...state.calling].sort().map((title) => quote(title)));
  return {
    summary:
      `${who(inventory, source)} as ${titles} asked ${who(inventory, destination, port)} ` +
      `${amount(count, 'time')} to send objects to ${enumerate(told)}.`,
    data: {
      destinations: destinations.map(([title, { reasons, address }]) => ({
        ae_title: title,
        address: address?.text ?? null,
        country: address === null ? null : inventory.country(address),
        reasons: [...reasons].sort(),
      })),
      calling_ae_titles: [...state.calling].sort(),
      requests: count,
      source_country: inventory.country(source),
    },
  };
}
