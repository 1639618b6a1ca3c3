import type { Association } from '../../dissectors/dicom/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { FlowFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { MINUTE, type Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { didWork, isOnlyVerification, isUnused } from './dicom-association.ts';
import { amount, quote, who } from './words.ts';

/** How it was recognised: by what a tool calls itself or sends, or by what it did. */
type Sign = 'title' | 'print' | 'probe';

interface State {
  readonly signs: Set<Sign>;
  readonly calling: Set<string>;
  readonly called: Set<string>;
  accepted: number;
}

/** An association that looks like a probe, until it is known what else its host does. */
interface Probe {
  readonly flow: Flow;
  readonly time: Micros;
  readonly association: Association;
}

interface Source {
  /** It does other DICOM: asks, sends, serves, or releases what it opened. */
  works: boolean;
  /** It was recognised by a tool's print. */
  printed: boolean;
  /** Called titles under the print of nmap's library, as far as they are needed. */
  readonly titles: Set<string>;
  /** Probes that were found to be a health check, which goes on. */
  readonly checks: Set<string>;
  /** Waiting to be judged by kind (server and titles), as many of each as make a health check; oldest first. */
  readonly probes: Map<string, Probe[]>;
}

const MAX_SOURCES = 8192;
const MAX_KINDS = 16;
const MAX_TITLES = 64;

/** Of nmap's DICOM library, whatever it runs for: also what echoscu of DCMTK 3.6.2 sends, which then releases. */
const NMAP_CLASS_UID = '1.2.276.0.7230010.3.0.3.6.2';
const NMAP_VERSION_NAME = 'OFFIS_DCMTK_362';
const NMAP_CALLING = 'ECHOSCU';
const NMAP_CALLED = 'ANY-SCP';
/** Titles that other scripts for nmap call by. */
const TOOL_TITLES: ReadonlySet<string> = new Set(['NMAP_NSE', 'NMAP-INFO']);

/** Somebody looks who speaks DICOM. Its count is associations. */
export const dicomScanner = defineDetection<State>({
  meta: {
    id: 'dicom.scanner',
    title: 'DICOM scanner',
    severity: 'medium',
    escalation: 'high when it comes from outside',
    why: 'A scanner opens an association for Verification to learn whether a DICOM server is there and lets strangers in, and closes the connection without the A-RELEASE that every DICOM program sends (PS3.8 §7.2). It is the first step to AE titles and patient data.',
    action:
      'Find out who runs it. An inventory or a load balancer of your own is put on the ignore list; anything else is stopped at the firewall, and the server is told to accept known AE titles from known addresses only.',
    reference: 'DICOM PS3.8 §7.2, PS3.4 Annex A; nmap scripts dicom-ping and dicom-brute',
    attack: ['T1046', 'T1595.001', 'T0846', 'T0888'],
    stage: 'reconnaissance',
    baseline: 'less',
    thresholds: {
      hold: { default: 5, unit: 'minutes in which other DICOM of the host is waited for' },
      repeats: { default: 5, unit: 'same probes within that time, which make a health check' },
      titles: { default: 5, unit: 'called AE titles under the print of nmap, rejected' },
    },
    example: {
      fires: 'nmap --script dicom-ping; an association for Verification alone, closed without A-RELEASE.',
      silent: 'echoscu, which releases; a modality that forgets to release and sends images a minute later.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const hold = context.thresholds.hold * MINUTE;
  const { repeats, titles } = context.thresholds;
  const waiting = new Set<string>();
  const sources = new BoundedMap<string, Source>(MAX_SOURCES, (text) => waiting.delete(text));
  /** What was told last, until it is known how its connection ended. */
  let last: { readonly flow: Flow; readonly association: Association } | null = null;

  function sourceOf({ text }: Address): Source {
    const known = sources.get(text);
    if (known !== undefined) {
      sources.touch(text);
      return known;
    }
    const made: Source = {
      works: false,
      printed: false,
      titles: new Set(),
      checks: new Set(),
      probes: new Map(),
    };
    sources.set(text, made);
    return made;
  }

  function hit(sign: Sign, association: Association, flow: Flow, time: Micros): void {
    const { client, server } = flow;
    const found = context.open(client.address, server.address, server.port, newState);
    const { state } = found;
    state.signs.add(sign);
    if (state.calling.size < MAX_TITLES) state.calling.add(association.callingAe);
    if (state.called.size < MAX_TITLES) state.called.add(association.calledAe);
    if (association.accepted) state.accepted++;
    context.hit(found, client.address.external ? 'high' : 'medium', flow, time);
  }

  function ended(association: Association, flow: Flow, how: FlowFact['how'], time: Micros): void {
    if (association.withoutRequest) return;
    if (TOOL_TITLES.has(association.callingAe)) {
      hit('title', association, flow, time);
      return;
    }
    const over = how === 'fin' || how === 'rst' || association.rejection !== null;
    const unused = association.outcome !== 'released' && isUnused(association);
    if (over && unused && isNmap(association) && isPrinted(association, flow)) {
      hit('print', association, flow, time);
      return;
    }
    if (!isProbe(association, flow, how, unused)) return;
    const { callingAe, calledAe } = association;
    const { client, server } = flow;
    const source = sourceOf(client.address);
    const value = `${callingAe}>${calledAe}`;
    if (context.baseline.judge('association', client.address, server.address, value) === 'known') return;
    const probe: Probe = { flow, time, association };
    const key = keyOf(probe);
    if (source.checks.has(key)) return;
    const alike = source.probes.get(key);
    if (alike === undefined) {
      if (source.probes.size < MAX_KINDS) source.probes.set(key, [probe]);
    } else if (alike.length < repeats) alike.push(probe);
    waiting.add(client.address.text);
  }

  /** The print is a tool's: it calls as nmap does, or under many titles that are rejected. */
  function isPrinted(association: Association, flow: Flow): boolean {
    const source = sourceOf(flow.client.address);
    if (association.calledAe === NMAP_CALLED) source.printed = true;
    else if (!association.accepted && source.titles.size < titles) source.titles.add(association.calledAe);
    if (source.titles.size >= titles) source.printed = true;
    return source.printed;
  }

  /** Probes of a host that did nothing else, and of which none is one of many alike. */
  function judge(text: string, { probes, works, checks }: Source): void {
    waiting.delete(text);
    if (works) return;
    const others: Probe[] = [];
    for (const [key, alike] of probes) {
      if (alike.length < repeats) others.push(...alike);
      else if (checks.size < MAX_TITLES) checks.add(key);
    }
    others.sort((a, b) => a.time - b.time);
    for (const { association, flow, time } of others) hit('probe', association, flow, time);
  }

  function judgeAll(now: Micros): void {
    for (const text of waiting) {
      const source = sources.get(text)!;
      const [oldest] = source.probes.values();
      if (oldest !== undefined && now - oldest[0].time < hold) continue;
      judge(text, source);
      source.probes.clear();
    }
  }

  return {
    events: {
      'dicom.answered': ({ association }, flow) => {
        // Who is called and accepts is a DICOM application of its own.
        if (association.accepted) sourceOf(flow.server.address).works = true;
      },
      'dicom.association': ({ association }, flow) => {
        const released = association.outcome === 'released';
        if (released || association.withoutRequest || didWork(association))
          sourceOf(flow.client.address).works = true;
        else last = { flow, association };
      },
    },
    facts: {
      flow: (fact, flow, time) => {
        if (fact.state !== 'end' || last === null) return;
        const { association } = last;
        const same = last.flow === flow;
        last = null;
        if (same) ended(association, flow, fact.how, time);
      },
    },
    tick: (time) => {
      if (waiting.size > 0) judgeAll(time);
    },
    end: () => judgeAll(Number.POSITIVE_INFINITY),
    describe: (found) => describe(context, found),
  };
}

function isNmap(association: Association): boolean {
  const { classUid, versionName } = association.client;
  return (
    classUid === NMAP_CLASS_UID &&
    versionName === NMAP_VERSION_NAME &&
    association.callingAe === NMAP_CALLING &&
    isOnlyVerification(association)
  );
}

/** Accepted for Verification alone, then closed by the client without a release that the capture could have missed. */
function isProbe(association: Association, flow: Flow, how: FlowFact['how'], unused: boolean): boolean {
  const { accepted, outcome, abort } = association;
  if (!accepted || !isOnlyVerification(association) || flow.missedBytes > 0) return false;
  if (outcome === 'cut') return how === 'fin';
  return outcome === 'aborted' && unused && abort?.by !== 'server';
}

const keyOf = ({ flow, association }: Probe): string =>
  `${flow.server.address.text} ${association.callingAe}\\${association.calledAe}`;

const newState = (): State => ({ signs: new Set(), calling: new Set(), called: new Set(), accepted: 0 });

const DEEDS: Readonly<Record<Sign, string>> = {
  print: "as nmap's DICOM scripts send them",
  title: 'a name that scripts for nmap call by',
  probe: 'for Verification alone, closed without A-RELEASE',
};

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { signs, calling, called, accepted } = state;
  const sign = (['print', 'title', 'probe'] as const).find((one) => signs.has(one)) ?? 'probe';
  return {
    summary:
      `${who(inventory, source)} scanned ${who(inventory, destination, port)} for DICOM: ` +
      `${amount(found.count, 'association')} as ${quote([...calling][0])}, ${DEEDS[sign]}; ` +
      `${accepted === 0 ? 'none' : accepted} ${accepted > 1 ? 'were' : 'was'} accepted.`,
    data: {
      signs: [...signs].sort(),
      calling_ae_titles: [...calling].slice(0, 20),
      called_ae_titles: [...called].slice(0, 20),
      accepted,
      source_country: inventory.country(source),
    },
  };
}
