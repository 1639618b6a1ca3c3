import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Activity, Attribute, Fact, PhiFact, ServiceFact, Side } from '../../src/core/facts.ts';
import { type Direction, type Flow, TO_SERVER } from '../../src/core/flow.ts';
import { PatientNotes } from '../../src/core/patient.ts';
import { MonitorNotes, notePatient } from './identity.ts';
import {
  ACCEPT,
  ALERT_MONITOR,
  CONFIRMED_ACTION,
  CONFIRMED_EVENT_REPORT,
  CONNECT_INDICATION,
  DATA_EXPORT,
  ENDING,
  EVENT_REPORT,
  forEachAttribute,
  forEachPolled,
  INVOKE,
  kindOf,
  LINKED_RESULT,
  MDS_CREATE,
  MEDICAL_DEVICE_SYSTEM,
  NOTHING,
  NUMERIC,
  type Operation,
  PATIENT_DEMOGRAPHICS,
  POLL,
  POLL_EXTENDED,
  REFUSE,
  REQUEST,
  RESULT,
  readOperation,
  readReply,
  WAVE,
} from './wire.ts';

/** Philips IntelliVue Data Export over UDP: connect indications, association control, polled data. */
export const intellivue: DatagramDissector<'intellivue', never> = {
  name: 'intellivue',
  over: 'udp',
  ports: [24105, 24005],
  datagram,
};

function datagram(
  bytes: Uint8Array,
  direction: Direction,
  _flow: Flow,
  hinted: boolean,
  context: DissectorContext<never>,
): boolean {
  const kind = kindOf(bytes, hinted);
  if (kind === NOTHING) return false;
  const sender: Side = direction === TO_SERVER ? 'client' : 'server';
  switch (kind) {
    case CONNECT_INDICATION: {
      const { start, end } = readOperation(bytes);
      readMonitor(bytes, start, end, sender, 'connect indication', context);
      return true;
    }
    case REQUEST:
      if (sender === 'client') context.tell(ASKED);
      return true;
    case ACCEPT:
      context.tell(speaks(sender));
      return true;
    case REFUSE:
      if (sender === 'server') context.tell(REFUSED);
      return true;
    case ENDING:
      return true;
    case DATA_EXPORT:
      readExport(bytes, readOperation(bytes), sender, context);
      return true;
  }
}

function readExport(
  bytes: Uint8Array,
  operation: Operation,
  sender: Side,
  context: DissectorContext<never>,
): void {
  const { type, command, subject, start, end } = operation;
  const isReport = command === EVENT_REPORT || command === CONFIRMED_EVENT_REPORT;
  if (type === INVOKE && isReport) {
    // MdsCreateInfo: the object once more, then its attributes.
    if (subject === MDS_CREATE) readMonitor(bytes, start + 6, end, sender, 'MDS create event', context);
    return;
  }
  if (type === INVOKE) {
    if (sender === 'client') context.tell(ASKED);
    return;
  }
  if (type !== RESULT && type !== LINKED_RESULT) return;
  if (command !== CONFIRMED_ACTION || (subject !== POLL && subject !== POLL_EXTENDED)) return;
  const reply = readReply(bytes, operation);
  if (reply === null) return;
  switch (reply.objectClass) {
    case NUMERIC:
    case ALERT_MONITOR:
      context.tell(reply.contexts > 0 ? sends('sends-monitor-data', sender) : speaks(sender));
      return;
    case WAVE:
      context.tell(reply.contexts > 0 ? sends('sends-waveforms', sender) : speaks(sender));
      return;
    case MEDICAL_DEVICE_SYSTEM:
      monitor.clear();
      forEachPolled(bytes, reply.list, end, noteMonitor(bytes));
      tellMonitor(sender, 'poll result', context);
      return;
    case PATIENT_DEMOGRAPHICS: {
      const phi = readPatient(bytes, reply.list, end, sender, context);
      context.tell(speaks(sender));
      if (phi !== null) context.emit(phi);
      return;
    }
  }
}

const monitor = new MonitorNotes();
const patient = new PatientNotes();

const noteMonitor = (bytes: Uint8Array) => (attribute: number, start: number, end: number) =>
  monitor.attribute(bytes, attribute, start, end);

function readMonitor(
  bytes: Uint8Array,
  start: number,
  end: number,
  sender: Side,
  where: Where,
  context: DissectorContext<never>,
): void {
  monitor.clear();
  forEachAttribute(bytes, start, end, noteMonitor(bytes));
  tellMonitor(sender, where, context);
}

/** A patient's demographics; whoever it is, the notes forget it before this returns. */
function readPatient(
  bytes: Uint8Array,
  list: number,
  end: number,
  sender: Side,
  context: DissectorContext<never>,
): PhiFact | null {
  patient.clear();
  try {
    forEachPolled(bytes, list, end, (attribute, from, to) =>
      notePatient(patient, bytes, attribute, from, to),
    );
    return patient.fact('intellivue', sender === 'client' ? 'server' : 'client', context.hash);
  } finally {
    patient.clear();
  }
}

type Where = 'connect indication' | 'MDS create event' | 'poll result';

/** Manufacturer codes of the guide, and whom they mean. */
const MANUFACTURERS = new Map([
  ['PHIL', 'Philips'],
  ['PHILIPS', 'Philips'],
  ['HP', 'Hewlett-Packard'],
]);

/** What monitors said of themselves, so that the same words are the same list. */
const lists = new FactLists(1024);

function tellMonitor(side: Side, where: Where, context: DissectorContext<never>): void {
  // A connect indication is broadcast: there is no server at its other end. All else is said within an association.
  const isAnswer = where !== 'connect indication';
  const list = lists.of(`${side}\0${where}\0${monitor.key()}`, () => {
    const facts: Fact[] = [];
    const state = (attribute: Attribute, value: string, what: string): void => {
      if (value !== '')
        facts.push({ fact: 'attribute', side, attribute, value, source: `IntelliVue ${where} (${what})` });
    };
    state('device-class', 'patient-monitor', 'protocol');
    state(
      'vendor',
      MANUFACTURERS.get(monitor.manufacturer.toUpperCase()) ?? monitor.manufacturer,
      'manufacturer',
    );
    state('model', monitor.model, 'model number');
    state('serial', monitor.serial, 'serial number');
    state('software', monitor.software, 'software revision');
    state('device-id', monitor.systemId, 'system id');
    state('station', monitor.bed, 'bed label');
    if (isAnswer && side === 'server') facts.push(service('answered'));
    return facts;
  });
  context.tell(list);
  if (monitor.mac > 0 && monitor.mac < 0xffffffffffff && monitor.ipv4 !== 0)
    context.emit({
      fact: 'neighbour',
      address: context.address(4, 0, 0, 0xffff, monitor.ipv4),
      mac: monitor.mac,
    });
}

function service(state: ServiceFact['state']): ServiceFact {
  return { fact: 'service', protocol: 'intellivue', medical: true, tls: false, state };
}

const ASKED: readonly Fact[] = [service('asked')];
const REFUSED: readonly Fact[] = [service('refused')];

/** The sender is a monitor: nobody else answers in this protocol. */
function speaking(side: Side): readonly Fact[] {
  const isMonitor: Fact = {
    fact: 'attribute',
    side,
    attribute: 'device-class',
    value: 'patient-monitor',
    source: 'IntelliVue data export (protocol)',
  };
  return side === 'server' ? [service('answered'), isMonitor] : [isMonitor];
}
const SPEAKING = { client: speaking('client'), server: speaking('server') };
const speaks = (side: Side): readonly Fact[] => SPEAKING[side];

type Exported = Extract<Activity, 'sends-monitor-data' | 'sends-waveforms'>;

function sending(activity: Exported): Readonly<Record<Side, readonly Fact[]>> {
  const list = (side: Side): readonly Fact[] => [
    ...speaking(side),
    { fact: 'activity', side, activity, detail: '' },
  ];
  return { client: list('client'), server: list('server') };
}
const SENDING = {
  'sends-monitor-data': sending('sends-monitor-data'),
  'sends-waveforms': sending('sends-waveforms'),
};
const sends = (activity: Exported, side: Side): readonly Fact[] => SENDING[activity][side];
