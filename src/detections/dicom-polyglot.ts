import type { ContentFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, who } from './words.ts';

interface State {
  /** How often, by kind of program and place. */
  readonly kinds: Map<string, Map<string, number>>;
  /** Protocols that carried them. */
  readonly protocols: Set<string>;
  servicePort: number;
}

/** Kinds and places are dissectors' own words, hence few; no more than so many are kept, whatever comes. */
const MAX_WORDS = 16;

export const dicomPolyglot = defineDetection<State>({
  meta: {
    id: 'dicom.polyglot',
    title: 'Program inside a DICOM object',
    severity: 'high',
    escalation: 'none',
    why: 'The 128 bytes before a DICOM file are free for any use (PS3.10 §7.1). A program written there makes a file that is both: it opens as an image, and it runs when it is started by its name or by another program on the host. It hides among the images of patients, which nobody scans or deletes (CVE-2019-11687). An encapsulated document (0042,0011) that is a program hides in the same way.',
    action:
      'Take the object from the receiver and from every archive that it was sent on to, and look where the sender has it from; let importers clear preambles that are neither zero nor a TIFF header, and refuse objects whose documents are no documents.',
    reference: 'CVE-2019-11687; DICOM PS3.10 §7.1, PS3.3 §C.24.2',
    attack: ['T1036', 'T1027', 'T0849'],
    stage: 'access',
    thresholds: {},
    example: {
      fires:
        'A DICOM file whose preamble begins with MZ is written to a file server, or posted to an archive over HTTP.',
      silent:
        'The same file with zeros or a TIFF header (II*) as its preamble; a program that is no DICOM file.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const newState = (): State => ({ kinds: new Map(), protocols: new Set(), servicePort: 0 });

  function content(fact: ContentFact, flow: Flow, time: Micros): void {
    if (fact.content !== 'executable') return;
    const toServer = fact.to === 'server';
    const source = toServer ? flow.client.address : flow.server.address;
    const destination = toServer ? flow.server.address : flow.client.address;
    const found = context.open(source, destination, toServer ? flow.server.port : null, newState);
    const { state } = found;
    state.servicePort = flow.server.port;
    if (state.protocols.size < MAX_WORDS) state.protocols.add(flow.protocol);
    const places = placesOf(state, fact.kind);
    if (places.has(fact.within) || places.size < MAX_WORDS)
      places.set(fact.within, (places.get(fact.within) ?? 0) + 1);
    context.hit(found, 'high', flow, time);
  }

  return { facts: { content }, describe: (found) => describe(context, found) };
}

/** The places in which this kind was found; those of a kind too many are counted nowhere. */
function placesOf({ kinds }: State, kind: string): Map<string, number> {
  const known = kinds.get(kind);
  if (known !== undefined) return known;
  const places = new Map<string, number>();
  if (kinds.size < MAX_WORDS) kinds.set(kind, places);
  return places;
}

type Found = Parameters<Handlers<State>['describe']>[0];

function describe({ inventory }: Context<State>, { source, destination, port, count, state }: Found) {
  const kinds = [...state.kinds.keys()].sort();
  const places = [...new Set([...state.kinds.values()].flatMap((of) => [...of.keys()]))].sort();
  const protocols = [...state.protocols].sort();
  return {
    summary:
      `${who(inventory, source)} sent ${amount(count, 'DICOM object')} with a program inside to ` +
      `${who(inventory, destination, port)} over ${enumerate(protocols)}: ` +
      `${enumerate(kinds)} in ${enumerate(places)}.`,
    data: {
      kinds: Object.fromEntries(kinds.map((kind) => [kind, Object.fromEntries(state.kinds.get(kind)!)])),
      protocols,
      service_port: state.servicePort,
      source_country: inventory.country(source),
      destination_country: inventory.country(destination),
    },
  };
}
