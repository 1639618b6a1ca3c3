import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, quote, who } from './words.ts';

interface State {
  readonly names: Set<string>;
  accepted: number;
}

const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';
const MAX_NAMES = 16;

/** An association that is for something other than DICOM. Its count is associations. */
export const dicomUnknownApplicationContext = defineDetection<State>({
  meta: {
    id: 'dicom.unknown-application-context',
    title: 'DICOM association for an unknown application',
    severity: 'low',
    escalation: 'none',
    why: 'There is one application context in DICOM, 1.2.840.10008.3.1.1.1 (PS3.7 §A.2.1). Another one is a fuzzer, an attempt to find out which software a server is, or an application of its own that hides in DICOM.',
    action:
      'Look at what the source is and what it sent under it. A server that accepted it does not check it: tell its vendor.',
    reference: 'DICOM PS3.7 §A.2.1, PS3.8 §9.3.2.1',
    attack: ['T1592.002', 'T1001.003'],
    stage: 'reconnaissance',
    thresholds: {},
    example: {
      fires: 'An A-ASSOCIATE-RQ with the application context 1.2.840.10008.3.1.1.2.',
      silent: 'One with 1.2.840.10008.3.1.1.1 padded with a NUL, or one of which the item was missed.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const newState = (): State => ({ names: new Set(), accepted: 0 });
  return {
    events: {
      'dicom.requested': ({ association }, flow, time) => {
        const { applicationContext, withoutRequest } = association;
        if (applicationContext === APPLICATION_CONTEXT || applicationContext === '' || withoutRequest) return;
        const { client, server } = flow;
        const found = context.open(client.address, server.address, server.port, newState);
        if (found.state.names.size < MAX_NAMES) found.state.names.add(applicationContext);
        context.hit(found, 'low', flow, time);
      },
      'dicom.answered': ({ association }, { client, server }) => {
        const { applicationContext, withoutRequest, accepted } = association;
        if (applicationContext === APPLICATION_CONTEXT || applicationContext === '' || withoutRequest) return;
        const found = context.find(client.address, server.address);
        if (accepted && found !== undefined) found.state.accepted++;
      },
    },
    describe: (found) => describe(context, found),
  };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const { names, accepted } = state;
  const [name] = names;
  const more = names.size > 1 ? ` and ${names.size - 1} more` : '';
  return {
    summary:
      `${who(inventory, source)} asked ${who(inventory, destination, port)} for ` +
      `${amount(found.count, 'association')} with an application context that is not DICOM's ` +
      `(${quote(name, 64)}${more}); ${accepted} accepted.`,
    data: { application_contexts: [...names], accepted, source_country: inventory.country(source) },
  };
}
