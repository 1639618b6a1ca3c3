import type { Association } from '../../dissectors/dicom/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { MINUTE, type Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { didWork } from './dicom-association.ts';
import { amount, enumerate, quote, who } from './words.ts';

interface State {
  readonly titles: Set<string>;
  /** Of them, those that nobody gave to a server. */
  readonly invented: Set<string>;
}

/** A called title that was accepted, and by whom it was used. */
interface Title {
  readonly client: Address;
  /** More than one client calls it: it is the server's own. */
  shared: boolean;
  /** Its client did more under it than C-ECHO. */
  worked: boolean;
  readonly flow: Flow;
  readonly time: Micros;
}

/** One server's port. */
interface Server {
  readonly titles: Map<string, Title>;
  /** It refused a called title that it did not recognise: it does look at them. */
  refuses: boolean;
  /** When there were enough titles first; -1 before. */
  since: Micros;
  told: boolean;
}

const MAX_SERVERS = 4096;
const MAX_TITLES = 64;

/** Titles that programs call by when nobody told them one. */
const INVENTED: ReadonlySet<string> = new Set(['ANY-SCP', 'ANY_SCP', 'ANYSCP']);

/** A server that lets anybody in, by whatever name it is called. Its count is called titles. */
export const dicomPromiscuousScp = defineDetection<State>({
  meta: {
    id: 'dicom.promiscuous-scp',
    title: 'DICOM server accepts any called AE title',
    severity: 'medium',
    escalation: 'none',
    why: 'The called AE title is one of the two things a DICOM server can check (PS3.8 §9.3.4). One that accepts any name also lets in every scanner, which has to guess nothing.',
    action:
      'Set the server to accept its own AE title only, and known calling titles from known addresses. If it has several titles of its own, list them under ae_titles.',
    reference: 'DICOM PS3.8 §9.3.4 (A-ASSOCIATE-RJ: called-AE-title-not-recognized)',
    attack: ['T1190', 'T1078.001'],
    stage: 'exposure',
    thresholds: {
      titles: { default: 3, unit: 'called AE titles accepted, each of one client only' },
      hold: { default: 10, unit: 'minutes in which other clients of the same titles are waited for' },
    },
    example: {
      fires: 'A server accepts ANY-SCP, or PACS, ARCHIVE and SERVER, which nobody else calls.',
      silent: 'An archive with a title for storage and one for queries, each of which several devices call.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { titles: enough } = context.thresholds;
  const hold = context.thresholds.hold * MINUTE;
  /** Have enough titles and are not judged yet. */
  const waiting = new Set<string>();
  const servers = new BoundedMap<string, Server>(MAX_SERVERS, (key) => waiting.delete(key));

  function serverOf(key: string): Server {
    const known = servers.get(key);
    if (known !== undefined) {
      servers.touch(key);
      return known;
    }
    const made: Server = { titles: new Map(), refuses: false, since: -1, told: false };
    servers.set(key, made);
    return made;
  }

  function accepted(called: string, flow: Flow, time: Micros): void {
    const { client, server } = flow;
    if (called === '' || context.policy.isHome(called, server.address)) return;
    if (INVENTED.has(called)) {
      const found = context.open(client.address, server.address, server.port, newState);
      found.state.invented.add(called);
      if (found.state.titles.size < MAX_TITLES) found.state.titles.add(called);
      context.hit(found, 'medium', flow, time);
      return;
    }
    const key = keyOf(flow);
    const { titles } = serverOf(key);
    const known = titles.get(called);
    if (known !== undefined) {
      if (known.client !== client.address && known.client.text !== client.address.text) known.shared = true;
      return;
    }
    if (titles.size >= MAX_TITLES) return;
    titles.set(called, { client: client.address, shared: false, worked: false, flow, time });
    enqueue(key, time);
  }

  function ended(association: Association, flow: Flow): void {
    const title = servers.get(keyOf(flow))?.titles.get(association.calledAe);
    if (title !== undefined && didWork(association)) title.worked = true;
  }

  function enqueue(key: string, time: Micros): void {
    const one = servers.get(key)!;
    if (ownTitles(one).length < enough) return;
    if (one.since < 0) one.since = time;
    waiting.add(key);
  }

  function judge(now: Micros): void {
    for (const key of waiting) {
      const one = servers.get(key)!;
      if (now - one.since < hold) continue;
      waiting.delete(key);
      one.since = -1;
      const own = ownTitles(one);
      if (!one.refuses && own.length >= enough) tell(own);
    }
  }

  /** All of a server's odd titles are one case: that of the client which called by the last of the first few. */
  function tell(own: readonly (readonly [string, Title])[]): void {
    const { flow } = own[enough - 1][1];
    const found = context.open(flow.client.address, flow.server.address, flow.server.port, newState);
    for (const [called, title] of own) {
      if (found.state.titles.has(called) || found.state.titles.size >= MAX_TITLES) continue;
      found.state.titles.add(called);
      context.hit(found, 'medium', title.flow, title.time);
    }
  }

  return {
    events: {
      'dicom.answered': ({ association }, flow, time) => {
        if (association.withoutRequest) return;
        const { rejection } = association;
        if (association.accepted) accepted(association.calledAe, flow, time);
        else if (rejection !== null && rejection.source === 1 && rejection.reason === 7)
          serverOf(keyOf(flow)).refuses = true;
      },
      'dicom.association': ({ association }, flow) => {
        if (association.accepted && !association.withoutRequest) ended(association, flow);
      },
    },
    tick: (time) => {
      if (waiting.size > 0) judge(time);
    },
    end: () => judge(Number.POSITIVE_INFINITY),
    describe: (found) => describe(context, found),
  };
}

/** Titles that one client alone calls by, without those of a client that works under several: they are the server's own. */
function ownTitles({ titles }: Server): (readonly [string, Title])[] {
  const own = [...titles].filter(([, { shared }]) => !shared);
  const working = new Set<string>();
  const routers = new Set<string>();
  for (const [, { client, worked }] of own) {
    if (!worked) continue;
    if (working.has(client.text)) routers.add(client.text);
    working.add(client.text);
  }
  return own.filter(([, { client, worked }]) => !worked || !routers.has(client.text));
}

const keyOf = ({ server }: Flow): string => `${server.address.text} ${server.port}`;

const newState = (): State => ({ titles: new Set(), invented: new Set() });

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { titles, invented } = state;
  const shown = [...titles].slice(0, 5).map((title) => quote(title));
  if (titles.size > 5) shown.push(`${titles.size - 5} more`);
  const names =
    invented.size === titles.size
      ? `${enumerate(shown)}, a name that programs call by when nobody told them one`
      : `${amount(titles.size, 'AE title')} that no two clients share (${enumerate(shown)})`;
  return {
    summary:
      `${who(inventory, destination, port)} accepts whatever it is called: ${names}; ` +
      `${who(inventory, source)} came in that way.`,
    data: {
      called_ae_titles: [...titles].slice(0, 20),
      invented: [...invented].sort(),
      titles: titles.size,
      source_country: inventory.country(source),
    },
  };
}
