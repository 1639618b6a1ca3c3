import type { Activity, DEVICE_CLASSES } from '../core/facts.ts';
import type { Role } from './asset.ts';

export type Confidence = 'high' | 'medium' | 'low';

export type DeviceClass = (typeof DEVICE_CLASSES)[number];

/** What a device was seen doing, as the rules ask for it. */
export interface Behaviour {
  does(activity: Activity): boolean;
  /** Distinct peers of an activity, counted up to a limit. */
  peers(activity: Activity): number;
  /** Distinct peers of both activities together. */
  peersOfEither(a: Activity, b: Activity): number;
  /** The details an activity was seen with: modality codes, message types. */
  details(activity: Activity): readonly string[];
  /** It answered as a server of one of these protocols. */
  serves(...protocols: string[]): boolean;
  /** It says that it is one of these kinds. */
  is(...classes: DeviceClass[]): boolean;
  /** All images it accepted came from hosts that themselves answer queries. */
  readonly imagesOnlyFromArchives: boolean;
  /** Role of a known device that it says it is, alone; null. */
  readonly product: Role | null;
  /** Role of a known program that it runs, alone; null. */
  readonly program: Role | null;
  /** Distinct devices in whose name it spoke. */
  readonly devices: number;
  /** The address of a gateway itself. */
  readonly gateway: boolean;
  /** It answered somebody as a server; it opened connections. */
  readonly answered: boolean;
  readonly opened: boolean;
}

export interface RoleRule {
  /** Stable name, for the documentation. */
  readonly id: string;
  readonly role: Role;
  readonly confidence: Confidence;
  /** In words, as the README's table has it. */
  readonly when: string;
  readonly test: (b: Behaviour) => boolean;
}

/** Codes of (0008,0060) that are documents or derived objects, which any workstation makes. */
const NOT_ACQUIRED = new Set([
  '',
  'OT',
  'SR',
  'PR',
  'KO',
  'SEG',
  'DOC',
  'REG',
  'RTPLAN',
  'RTSTRUCT',
  'RTDOSE',
  'AU',
]);

export const isAcquired = (modality: string): boolean => !NOT_ACQUIRED.has(modality);

const answersQueries = (b: Behaviour) => b.does('answers-queries') || b.does('answers-retrieve');
const asksQueries = (b: Behaviour) => b.does('asks-queries') || b.does('asks-retrieve');
const asksForWork = (b: Behaviour) => b.does('asks-worklist') || b.does('reports-procedure');
const bothWays = (b: Behaviour) => b.does('sends-messages') && b.does('accepts-messages');

/** Kinds of message that it both takes and passes on. */
function relayed(b: Behaviour): number {
  let kinds = 0;
  if (b.does('accepts-admissions') && b.does('sends-admissions')) kinds++;
  if (b.does('accepts-results') && b.does('sends-results')) kinds++;
  if (b.does('accepts-orders') && b.does('sends-orders')) kinds++;
  if (b.does('accepts-dispense') && b.does('sends-dispense')) kinds++;
  return kinds;
}

/** What it holds of others it can be asked for: its data need not be its own. */
const holdsImages = (b: Behaviour) => b.does('accepts-images') || answersQueries(b);

const servesWeb = (b: Behaviour) => b.serves('http', 'https', 'fhir');
const inOwnName = (b: Behaviour) => b.devices <= 1;

const messagePeers = (b: Behaviour) => b.peersOfEither('sends-messages', 'accepts-messages');

/** The first rule that holds gives the role. Behaviour comes before names; nothing comes from a port. */
export const ROLE_RULES: readonly RoleRule[] = [
  {
    id: 'known-product',
    role: 'unknown', // the product's own
    confidence: 'high',
    when: 'says in a device identity field that it is a product of a known kind, and speaks for one device only',
    test: (b) => b.product !== null && inOwnName(b) && relayed(b) === 0 && !holdsImages(b),
  },
  {
    id: 'archive',
    role: 'pacs',
    confidence: 'high',
    when: 'accepts images and answers queries or retrievals',
    test: (b) => b.does('accepts-images') && answersQueries(b),
  },
  {
    id: 'archive-with-worklist',
    role: 'pacs',
    confidence: 'medium',
    when: 'accepts images and answers worklist queries',
    test: (b) => b.does('accepts-images') && b.does('answers-worklist'),
  },
  {
    id: 'worklist',
    role: 'worklist-server',
    confidence: 'high',
    when: 'answers worklist queries',
    test: (b) => b.does('answers-worklist'),
  },
  {
    id: 'printer',
    role: 'print-server',
    confidence: 'high',
    when: 'accepts print sessions',
    test: (b) => b.does('answers-print'),
  },
  {
    id: 'archive-unfed',
    role: 'pacs',
    confidence: 'medium',
    when: 'answers queries or retrievals; storing to it was not seen',
    test: answersQueries,
  },
  {
    id: 'electrocardiograph',
    role: 'ecg',
    confidence: 'high',
    when: 'sends ECG waveforms and accepts no images',
    test: (b) => !b.does('accepts-images') && (b.does('sends-ecg') || onlyDetail(b, 'sends-images', 'ECG')),
  },
  {
    id: 'scanner',
    role: 'modality',
    confidence: 'high',
    when: 'sends images, and asks for a worklist or reports performed procedures',
    test: (b) => b.does('sends-images') && asksForWork(b),
  },
  {
    id: 'viewer',
    role: 'workstation',
    confidence: 'high',
    when: 'accepts images and asks queries or retrievals',
    test: (b) => b.does('accepts-images') && asksQueries(b),
  },
  {
    id: 'image-source',
    role: 'modality',
    confidence: 'high',
    when: 'sends images of an acquiring modality, accepts none and asks no queries',
    test: (b) =>
      b.does('sends-images') &&
      !b.does('accepts-images') &&
      !asksQueries(b) &&
      b.details('sends-images').some(isAcquired),
  },
  {
    id: 'image-source-and-queries',
    role: 'modality',
    confidence: 'medium',
    when: 'sends images of an acquiring modality and accepts none, and asks queries too',
    test: (b) =>
      b.does('sends-images') && !b.does('accepts-images') && b.details('sends-images').some(isAcquired),
  },
  {
    id: 'waiting-scanner',
    role: 'modality',
    confidence: 'medium',
    when: 'asks for a worklist or reports performed procedures',
    test: asksForWork,
  },
  {
    id: 'asking',
    role: 'workstation',
    confidence: 'medium',
    when: 'asks queries or retrievals',
    test: asksQueries,
  },
  {
    id: 'fed-by-archives',
    role: 'workstation',
    confidence: 'medium',
    when: 'accepts images, only from hosts that answer queries',
    test: (b) => b.does('accepts-images') && b.imagesOnlyFromArchives && !b.does('sends-images'),
  },
  {
    id: 'image-sink',
    role: 'pacs',
    confidence: 'low',
    when: 'accepts images; nothing else is known',
    test: (b) => b.does('accepts-images'),
  },
  {
    id: 'image-source-unknown',
    role: 'modality',
    confidence: 'low',
    when: 'sends objects whose modality is not known or is no acquiring one',
    test: (b) => b.does('sends-images'),
  },
  {
    id: 'procedure-sink',
    role: 'worklist-server',
    confidence: 'medium',
    when: 'accepts reports of performed procedures',
    test: (b) => b.does('accepts-procedure'),
  },
  {
    id: 'relay',
    role: 'integration-engine',
    confidence: 'high',
    when: 'takes messages of one kind (admissions, orders, results, dispenses) and sends the same kind, with two peers or more',
    test: (b) => bothWays(b) && relayed(b) >= 1 && messagePeers(b) >= 2,
  },
  {
    id: 'device-gateway',
    role: 'integration-engine',
    confidence: 'medium',
    when: 'sends device data in the name of several devices',
    test: (b) => b.devices > 1 && (b.does('sends-pump-data') || b.does('sends-monitor-data')),
  },
  {
    id: 'says-pump',
    role: 'infusion-pump',
    confidence: 'high',
    when: 'says that it is an infusion pump, and speaks for one device only',
    test: (b) => b.is('infusion-pump') && inOwnName(b),
  },
  {
    id: 'says-monitor',
    role: 'patient-monitor',
    confidence: 'high',
    when: 'says that it is a patient monitor or a ventilator, and speaks for one device only',
    test: (b) => b.is('patient-monitor', 'ventilator') && inOwnName(b),
  },
  {
    id: 'says-ecg',
    role: 'ecg',
    confidence: 'high',
    when: 'says that it is an electrocardiograph, and speaks for one device only',
    test: (b) => b.is('ecg') && inOwnName(b),
  },
  {
    id: 'says-analyzer',
    role: 'lab-analyzer',
    confidence: 'high',
    when: 'says that it is a laboratory analyzer, and speaks for one device only',
    test: (b) => b.is('lab-analyzer') && inOwnName(b),
  },
  {
    id: 'pump',
    role: 'infusion-pump',
    confidence: 'high',
    when: 'sends infusion pump data',
    test: (b) => b.does('sends-pump-data'),
  },
  {
    id: 'monitor',
    role: 'patient-monitor',
    confidence: 'high',
    when: 'sends vital signs or waveforms of a monitor',
    test: (b) => b.does('sends-monitor-data') || b.does('sends-waveforms'),
  },
  {
    id: 'analyzer',
    role: 'lab-analyzer',
    confidence: 'high',
    when: 'sends laboratory results and accepts none',
    test: (b) => b.does('sends-lab-results') && !b.does('accepts-results'),
  },
  {
    id: 'dispenser',
    role: 'medication-dispensing',
    confidence: 'high',
    when: 'sends dispense messages and no admissions',
    test: (b) => b.does('sends-dispense') && !b.does('sends-admissions'),
  },
  {
    id: 'measuring-device',
    role: 'lab-analyzer',
    confidence: 'medium',
    when: 'sends results that name the device which measured them, and accepts none',
    test: (b) =>
      b.devices >= 1 &&
      b.does('sends-results') &&
      !b.does('accepts-results') &&
      !b.does('sends-admissions') &&
      !b.does('sends-orders'),
  },
  {
    id: 'record-system',
    role: 'ehr',
    confidence: 'high',
    when: 'sends admissions, and sends orders or accepts results',
    test: (b) => b.does('sends-admissions') && (b.does('accepts-results') || b.does('sends-orders')),
  },
  {
    id: 'hub',
    role: 'integration-engine',
    confidence: 'medium',
    when: 'accepts messages from two peers or more and sends to two or more',
    test: (b) => b.peers('accepts-messages') >= 2 && b.peers('sends-messages') >= 2,
  },
  {
    id: 'admitting-system',
    role: 'ehr',
    confidence: 'medium',
    when: 'sends admissions',
    test: (b) => b.does('sends-admissions'),
  },
  {
    id: 'results-and-orders',
    role: 'ehr',
    confidence: 'medium',
    when: 'accepts results, and accepts admissions or sends orders',
    test: (b) => b.does('accepts-results') && (b.does('accepts-admissions') || b.does('sends-orders')),
  },
  {
    id: 'web-record-system',
    role: 'ehr',
    confidence: 'medium',
    when: 'accepts admissions or results, passes none on, and serves web pages or FHIR',
    test: (b) =>
      (b.does('accepts-admissions') || b.does('accepts-results')) &&
      !b.does('sends-admissions') &&
      !b.does('sends-results') &&
      servesWeb(b),
  },
  {
    id: 'known-program',
    role: 'unknown', // the program's own
    confidence: 'medium',
    when: 'runs a program of a known kind; its behaviour does not tell more',
    test: (b) => b.program !== null,
  },
  {
    id: 'web-archive',
    role: 'pacs',
    confidence: 'low',
    when: 'answered DICOMweb; nothing else is known',
    test: (b) => b.serves('dicomweb'),
  },
  {
    id: 'fhir-server',
    role: 'ehr',
    confidence: 'low',
    when: 'answered FHIR; nothing else is known',
    test: (b) => b.serves('fhir'),
  },
  {
    id: 'message-sink',
    role: 'integration-engine',
    confidence: 'low',
    when: 'accepts messages; nothing else is known',
    test: (b) => b.does('accepts-messages'),
  },
  {
    id: 'medication-orders',
    role: 'medication-dispensing',
    confidence: 'low',
    when: 'sends medication orders, and neither admissions nor other orders',
    test: (b) => b.does('sends-medication-orders') && !b.does('sends-admissions') && !b.does('sends-orders'),
  },
  {
    id: 'order-source',
    role: 'ehr',
    confidence: 'low',
    when: 'sends orders; nothing else is known',
    test: (b) => b.does('sends-orders'),
  },
  {
    id: 'gateway',
    role: 'network',
    confidence: 'high',
    when: 'its own address is bound to a MAC that carries the packets of many others',
    test: (b) => b.gateway,
  },
  {
    id: 'says-network',
    role: 'network',
    confidence: 'high',
    when: 'says that it is a router, a switch or an access point',
    test: (b) => b.is('router', 'switch', 'access-point'),
  },
  {
    id: 'says-printer',
    role: 'printer',
    confidence: 'high',
    when: 'says that it is a printer, or answered a printing protocol',
    test: (b) => b.is('printer') || b.serves('ipp', 'ipps', 'jetdirect', 'lpd'),
  },
  {
    id: 'says-server',
    role: 'server',
    confidence: 'high',
    when: 'says that it is a server, a storage or a hypervisor',
    test: (b) => b.is('server', 'storage', 'hypervisor'),
  },
  {
    id: 'says-client',
    role: 'client',
    confidence: 'high',
    when: 'says that it is a workstation, a phone, a tablet or a television',
    test: (b) => b.is('workstation', 'phone', 'mobile', 'television'),
  },
  {
    id: 'any-server',
    role: 'server',
    confidence: 'medium',
    when: 'answered connections',
    test: (b) => b.answered,
  },
  {
    id: 'any-client',
    role: 'client',
    confidence: 'medium',
    when: 'opened connections only',
    test: (b) => b.opened,
  },
];

function onlyDetail(b: Behaviour, activity: Activity, detail: string): boolean {
  const details = b.details(activity);
  return details.length > 0 && details.every((found) => found === detail);
}

export interface RoleDecision {
  role: Role;
  confidence: Confidence;
  /** Id of the rule; '' for none. */
  rule: string;
}

export function decideRole(behaviour: Behaviour): RoleDecision {
  for (const rule of ROLE_RULES) {
    if (!rule.test(behaviour)) continue;
    return { role: roleBy(rule, behaviour), confidence: rule.confidence, rule: rule.id };
  }
  return { role: 'unknown', confidence: 'low', rule: '' };
}

function roleBy({ id, role }: RoleRule, { product, program }: Behaviour): Role {
  const named = id === 'known-product' ? product : id === 'known-program' ? program : null;
  return named ?? role;
}
