import type { BehaviourFact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { enumerate, quote, who } from './words.ts';

interface State {
  /** `CALLING>CALLED`. */
  readonly titles: Set<string>;
  /** `C-STORE 1.2.840.10008.5.1.4.1.1.2`. */
  readonly operations: Set<string>;
}

const MAX_NEW = 64;

/** Two hosts do what was not seen of them while the baseline was learned. Its count is what is new. */
export const dicomNewAssociation = defineDetection<State>({
  meta: {
    id: 'dicom.new-association',
    title: 'DICOM between hosts that is new here',
    severity: 'low',
    escalation: 'none',
    why: 'Imaging networks change seldom: the same devices do the same with the same servers for years. A new pair, a new AE title or a device that suddenly queries is a new device, a change of configuration, or somebody who does not belong there.',
    action:
      'Compare with what was installed or changed. What is right is learned anew or put on the ignore list; otherwise look at the source.',
    reference: 'DICOM PS3.8 §9.3.2, PS3.7 §7.1',
    attack: ['T1021', 'T1078', 'T0886'],
    stage: 'access',
    baseline: 'needed',
    thresholds: {},
    example: {
      fires: 'After learning, a workstation that only queried stores images, or calls as another AE title.',
      silent: 'The same before learning is over, or what was seen while it was learned.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const newState = (): State => ({ titles: new Set(), operations: new Set() });

  function behaviour(fact: BehaviourFact, flow: Flow, time: Micros): void {
    const { behaviour: kind, side, value } = fact;
    if (kind !== 'association' && kind !== 'operation') return;
    const source = side === 'client' ? flow.client : flow.server;
    const destination = side === 'client' ? flow.server : flow.client;
    if (context.baseline.judge(kind, source.address, destination.address, value) !== 'new') return;
    const port = side === 'client' ? destination.port : null;
    const found = context.open(source.address, destination.address, port, newState);
    const { titles, operations } = found.state;
    const known = kind === 'association' ? titles : operations;
    if (known.has(value) || known.size >= MAX_NEW) return;
    known.add(value);
    context.hit(found, 'low', flow, time);
  }

  return { facts: { behaviour }, describe: (found) => describe(context, found) };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const titles = [...state.titles];
  const operations = [...state.operations];
  const news: string[] = [];
  if (titles.length > 0) {
    const at = titles[0].indexOf('>');
    const pair = `an association of ${quote(titles[0].slice(0, at))} calling ${quote(titles[0].slice(at + 1))}`;
    news.push(titles.length === 1 ? pair : `${pair} and ${titles.length - 1} more`);
  }
  const shown = operations.slice(0, 4).map((operation) => quote(operation, 80));
  if (operations.length > shown.length) shown.push(`${operations.length - shown.length} more operations`);
  news.push(...shown);
  return {
    summary: `New from ${who(inventory, source)} to ${who(inventory, destination, port)} since the baseline was learned: ${enumerate(news)}.`,
    data: { associations: titles, operations },
  };
}
