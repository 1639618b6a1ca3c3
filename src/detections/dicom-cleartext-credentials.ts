import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, who } from './words.ts';

interface State {
  readonly types: Set<number>;
  accepted: number;
}

/** User identity types (PS3.7 Table D.3-14); the first two are secrets as they stand. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'a user name',
  2: 'a user name and passcode',
  3: 'a Kerberos ticket',
  4: 'a SAML assertion',
  5: 'a JSON Web Token',
};
const WORDS: Readonly<Record<number, string>> = {
  1: 'username',
  2: 'username and passcode',
  3: 'kerberos',
  4: 'saml',
  5: 'jwt',
};

/** Somebody's identity in an association request in clear. Its count is requests. */
export const dicomCleartextCredentials = defineDetection<State>({
  meta: {
    id: 'dicom.cleartext-credentials',
    title: 'Credentials in a DICOM association in clear',
    severity: 'high',
    escalation: 'medium for Kerberos tickets, SAML assertions and web tokens',
    why: 'The user identity of an association request (PS3.7 §D.3.3.7) stands in it as it is. Anyone on the way reads user name and passcode, and can use them wherever else they are valid; tokens can be sent again until they expire.',
    action:
      'Turn on TLS between the two (PS3.15 Annex B) or turn the user identity off, and change the passcodes that went by.',
    reference: 'DICOM PS3.7 §D.3.3.7, PS3.15 Annex B',
    attack: ['T1040', 'T1552', 'T0859'],
    stage: 'exposure',
    thresholds: {},
    example: {
      fires: 'storescu --user, without TLS.',
      silent: 'An association without user identity; one over TLS.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const newState = (): State => ({ types: new Set(), accepted: 0 });
  return {
    events: {
      'dicom.requested': ({ association }, flow, time) => {
        const { userIdentity } = association;
        if (userIdentity === 0 || !(userIdentity in NAMES)) return;
        const { client, server } = flow;
        const found = context.open(client.address, server.address, server.port, newState);
        found.state.types.add(userIdentity);
        context.hit(found, userIdentity <= 2 ? 'high' : 'medium', flow, time);
      },
      'dicom.answered': ({ association }, { client, server }) => {
        if (association.userIdentity === 0 || !association.accepted) return;
        const found = context.find(client.address, server.address);
        if (found !== undefined) found.state.accepted++;
      },
    },
    describe: (found) => describe(context, found),
  };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const types = [...state.types].sort();
  return {
    summary:
      `${who(inventory, source)} sent ${enumerate(types.map((type) => NAMES[type]))} in clear to ` +
      `${who(inventory, destination, port)} in ${amount(found.count, 'association request')}, ${state.accepted} accepted.`,
    data: {
      types: types.map((type) => WORDS[type]),
      accepted: state.accepted,
      destination_country: inventory.country(destination),
    },
  };
}
