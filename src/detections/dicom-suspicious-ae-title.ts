import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Side } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, quote, who } from './words.ts';

/** What is wrong with a name. */
type Fault = 'path' | 'control' | 'repertoire' | 'uid-character' | 'uid-length';

interface State {
  readonly faults: Set<Fault>;
  /** Where it stood, in the standard's words. */
  readonly places: Set<string>;
  /** The first few, as they may be shown. */
  readonly names: Set<string>;
}

const MAX_NAMES = 16;
const LONGEST_UID = 64;

const WORDS: Readonly<Record<Fault, string>> = {
  path: 'parts of a path (/, \\ or ..)',
  control: 'control characters',
  repertoire: 'bytes outside the default repertoire',
  'uid-character': 'characters that no UID has',
  'uid-length': 'more than 64 characters of a UID',
};

/** AE titles and UIDs that are made to be more than a name. Its count is such names. */
export const dicomSuspiciousAeTitle = defineDetection<State>({
  meta: {
    id: 'dicom.suspicious-ae-title',
    title: 'AE title or UID that is no name',
    severity: 'high',
    escalation: 'none',
    why: 'Servers make folders, files, database queries and log lines of AE titles and UIDs. Paths and control characters in them write outside the folder, and overlong UIDs over the end of a buffer: DICOM servers have been taken over that way. PS3.5 §6.2 allows no backslash and no control character in an AE title, PS3.5 §9.1 only digits and dots in a UID.',
    action:
      'Isolate the source. Look for files that the receiver wrote outside its storage at that time, and whether it is patched.',
    reference: 'DICOM PS3.5 §6.2 (AE, UI), §9.1; PS3.8 §9.3.2',
    attack: ['T1190', 'T1210', 'T0866'],
    stage: 'access',
    thresholds: {},
    example: {
      fires: 'An association called ../../etc, or a SOP instance UID ../x.',
      silent: 'Titles padded with spaces or NULs, UIDs padded with a NUL, a title with dots or dashes in it.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const newState = (): State => ({ faults: new Set(), places: new Set(), names: new Set() });

  function report(fault: Fault, name: string, place: string, from: Side, flow: Flow, time: Micros): void {
    const client = from === 'client';
    const source = client ? flow.client.address : flow.server.address;
    const destination = client ? flow.server.address : flow.client.address;
    const found = context.open(source, destination, client ? flow.server.port : null, newState);
    const { faults, places, names } = found.state;
    faults.add(fault);
    if (places.size < MAX_NAMES) places.add(place);
    // Instance UIDs and what stands in their place may be made of a patient's.
    if (names.size < MAX_NAMES && !place.startsWith('SOP instance')) names.add(name);
    context.hit(found, 'high', flow, time);
  }

  function checkTitle(title: string, place: string, from: Side, flow: Flow, time: Micros): void {
    const fault = faultOfTitle(title);
    if (fault !== null) report(fault, title, place, from, flow, time);
  }

  function checkUid(uid: string, place: string, from: Side, flow: Flow, time: Micros): void {
    const fault = faultOfUid(uid);
    if (fault !== null) report(fault, uid, place, from, flow, time);
  }

  function requested(association: Association, flow: Flow, time: Micros): void {
    const { contexts, roles, extendedNegotiation } = association;
    checkTitle(association.callingAe, 'calling AE title', 'client', flow, time);
    checkTitle(association.calledAe, 'called AE title', 'client', flow, time);
    checkUid(association.applicationContext, 'application context', 'client', flow, time);
    checkUid(association.client.classUid, 'implementation class UID', 'client', flow, time);
    for (const { abstractSyntax, transferSyntaxes } of contexts) {
      checkUid(abstractSyntax, 'abstract syntax', 'client', flow, time);
      for (const syntax of transferSyntaxes) checkUid(syntax, 'transfer syntax', 'client', flow, time);
    }
    for (const { sopClass } of roles) checkUid(sopClass, 'SOP class of a role', 'client', flow, time);
    for (const sopClass of extendedNegotiation)
      checkUid(sopClass, 'SOP class of extended negotiation', 'client', flow, time);
  }

  function answered(association: Association, flow: Flow, time: Micros): void {
    checkUid(association.server.classUid, 'implementation class UID', 'server', flow, time);
    for (const { transferSyntax } of association.contexts)
      checkUid(transferSyntax, 'accepted transfer syntax', 'server', flow, time);
  }

  function message(event: DimseMessage, flow: Flow, time: Micros): void {
    const { from, sopClass, sopInstance, moveDestination, moveOriginator } = event;
    // What a response repeats is the requester's.
    if (event.status !== '') return;
    checkUid(sopClass, 'SOP class', from, flow, time);
    checkUid(sopInstance, 'SOP instance UID', from, flow, time);
    if (moveDestination !== '') checkTitle(moveDestination, 'move destination', from, flow, time);
    if (moveOriginator !== '') checkTitle(moveOriginator, 'move originator', from, flow, time);
  }

  return {
    events: {
      'dicom.requested': ({ association }, flow, time) => {
        if (!association.withoutRequest) requested(association, flow, time);
      },
      'dicom.answered': ({ association }, flow, time) => {
        if (association.accepted) answered(association, flow, time);
      },
      'dicom.message': message,
    },
    describe: (found) => describe(context, found),
  };
}

/** The dissector shows what is not printable ASCII as `\xNN`: a backslash is either one, or such a byte. */
function faultOfTitle(title: string): Fault | null {
  for (let i = 0; i < title.length; i++) {
    const code = title.charCodeAt(i);
    if (code === SLASH || (code === DOT && title.charCodeAt(i + 1) === DOT)) return 'path';
    if (code === BACKSLASH) return faultOfEscape(title.slice(i));
  }
  return null;
}

const SLASH = 0x2f;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

function faultOfEscape(text: string): Fault {
  const byte = /^\\x([0-9A-F]{2})/.exec(text);
  if (byte === null) return 'path';
  const code = Number.parseInt(byte[1], 16);
  return code < 0x20 || code === 0x7f ? 'control' : 'repertoire';
}

/** '' is a UID that is not there. */
function faultOfUid(uid: string): Fault | null {
  for (let i = 0; i < uid.length; i++) {
    const code = uid.charCodeAt(i);
    if ((code < 0x30 || code > 0x39) && code !== DOT) return 'uid-character';
  }
  return uid.length > LONGEST_UID ? 'uid-length' : null;
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const faults = [...state.faults].map((fault) => WORDS[fault]);
  const names = [...state.names];
  const shown = names.length === 0 ? '' : ` (${quote(names[0], 40)})`;
  return {
    summary:
      `${who(inventory, source)} sent ${who(inventory, destination, port)} ${amount(found.count, 'name')} with ` +
      `${enumerate(faults)} as ${enumerate([...state.places])}${shown}.`,
    data: {
      faults: [...state.faults].sort(),
      places: [...state.places].sort(),
      names,
      source_country: inventory.country(source),
    },
  };
}
