import type { DissectorContext, Progress, StreamDissector, StreamParser } from '../../src/core/dissector.ts';
import { ReusedProgress } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Activity, Attribute, Fact, ServiceFact, Side } from '../../src/core/facts.ts';
import { type Direction, TO_SERVER } from '../../src/core/flow.ts';
import { PatientNotes } from '../../src/core/patient.ts';
import { told } from '../../src/core/told.ts';
import { TagReader } from './tags.ts';
import { find, probe, type Tag, unescaped } from './wire.ts';

/** Point-of-care devices: POCT1-A device messages over TCP. */
export const poct1a: StreamDissector<'poct1a', never> = {
  name: 'poct1a',
  over: 'tcp',
  // None is assigned; POCT1-A2 leaves it to the installation.
  ports: [],
  probe,
  find,
  open: (_flow, context) => new Poct1aConnection(context),
};

const progress = new ReusedProgress();

class Poct1aConnection implements StreamParser {
  readonly #client: Speaker;
  readonly #server: Speaker;

  constructor(context: DissectorContext<never>) {
    this.#client = new Speaker('client', context);
    this.#server = new Speaker('server', context);
    this.#client.other = this.#server;
    this.#server.other = this.#client;
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    this.#of(direction).tags.read(bytes);
    return progress.set(bytes.length);
  }

  gap(direction: Direction): 'resync' {
    const speaker = this.#of(direction);
    speaker.tags.gap();
    speaker.lose();
    return 'resync';
  }

  end(direction: Direction): void {
    const speaker = this.#of(direction);
    speaker.tags.gap();
    speaker.lose();
  }

  close(): void {}

  #of(direction: Direction): Speaker {
    return direction === TO_SERVER ? this.#client : this.#server;
  }
}

/** What one end of a connection is told to be or do: a concentrator says hello for many, a hostile one without end. */
const MOST_TOLD = 64;

/** A message's root. */
const ROOT = /^[A-Z]{3}\.R\d\d$/;

/** Elements of DEV in HEL.R01 (POCT1-A2 Appendix B, device object), and what they are of a device. */
const DEVICE = new Map<string, Attribute>([
  ['DEV.manufacturer_name', 'vendor'],
  ['DEV.vendor_id', 'vendor'],
  ['DEV.model_id', 'model'],
  ['DEV.device_name', 'product'],
  ['DEV.serial_id', 'serial'],
  ['DEV.sw_version', 'software'],
  ['DEV.device_id', 'device-id'],
]);

/** One end of the connection, as it speaks. */
class Speaker {
  readonly tags: TagReader;
  other: Speaker | null = null;
  readonly #side: Side;
  readonly #context: DissectorContext<never>;
  /** Type of the message that is being read; '' between messages. */
  #root = '';
  /** Element of the patient whose value or parts are being read; ''. */
  #field = '';
  #part = '';
  readonly #device = new Map<string, string>();
  /** The patient of the message, while one is being read. */
  #patient: PatientNotes | null = null;
  /** Results of this side went out and are not acknowledged yet. */
  awaits = false;
  readonly #told = new Set<readonly Fact[]>();

  constructor(side: Side, context: DissectorContext<never>) {
    this.#side = side;
    this.#context = context;
    this.tags = new TagReader({ tag: (tag) => this.#tag(tag), text: (text) => this.#value(unescaped(text)) });
  }

  /** The rest of the message is missing; half of it is not told. */
  lose(): void {
    this.#root = '';
    this.#forget();
  }

  #forget(): void {
    this.#field = this.#part = '';
    this.#device.clear();
    this.#patient?.clear();
    this.#patient = null;
  }

  #tell(list: readonly Fact[]): void {
    if (this.#told.has(list) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(list);
    this.#context.tell(list);
  }

  #tag(tag: Tag): void {
    const { name } = tag;
    if (ROOT.test(name)) {
      if (tag.closes) {
        if (name === this.#root) this.#finish();
        this.lose();
      } else if (!tag.empty) {
        this.lose();
        this.#root = name;
        this.#tell(SPEAKS[this.#side]);
      }
      return;
    }
    if (this.#root === '') return;
    if (name === 'PT') {
      if (tag.closes) this.#exposed();
      else if (!tag.empty) this.#patient ??= new PatientNotes();
      return;
    }
    if (name === 'ACK.type_cd' || name === 'ACK.type_id') this.#acknowledge(tag.value);
    if (name.startsWith('DEV.') && this.#root === 'HEL.R01') {
      if (tag.value !== '') this.#device.set(name, tag.value);
      return;
    }
    if (this.#patient === null) return;
    if (name.startsWith('PT.')) this.#field = tag.closes || tag.empty ? '' : name;
    // Parts of a name or an address (XML data types): GIV, FAM, …
    else this.#part = tag.closes || tag.empty ? '' : name;
    if (tag.value !== '') this.#note(name.startsWith('PT.') ? name : this.#field, name, tag.value);
  }

  /** Text between tags: some put the value there instead of in V. */
  #value(text: string): void {
    if (this.#patient !== null && this.#field !== '') this.#note(this.#field, this.#part, text);
  }

  #note(field: string, part: string, value: string): void {
    const patient = this.#patient;
    if (patient === null || !/[\p{L}\p{N}]/u.test(value)) return;
    switch (field) {
      case 'PT.patient_id':
        patient.number = value.trim();
        patient.saw('medical-record-number');
        return;
      case 'PT.name':
        if (/GIV/i.test(part)) patient.given = value.trim();
        else if (patient.family === '' || /FAM/i.test(part)) patient.family = value.trim();
        patient.saw('patient-name');
        return;
      case 'PT.birth_date': {
        const digits = value.replace(/\D/g, '').slice(0, 8);
        if (digits.length < 8) return;
        patient.birthDate = digits;
        patient.saw('birth-date');
        return;
      }
      case 'PT.gender_cd':
        if (/^[MF]/i.test(value)) patient.saw('sex');
        return;
      case 'PT.address':
        patient.saw('address');
        return;
      case 'PT.telephone':
        patient.saw('telephone');
        return;
    }
  }

  #exposed(): void {
    const fact = this.#patient?.fact(
      'poct1a',
      this.#side === 'client' ? 'server' : 'client',
      this.#context.hash,
    );
    this.#patient?.clear();
    this.#patient = null;
    this.#field = this.#part = '';
    if (fact) this.#context.emit(fact);
  }

  #acknowledge(code: string): void {
    if (code !== 'AA' || !this.other?.awaits) return;
    this.other.awaits = false;
    this.#tell(DOES['accepts-results'][this.#side]);
  }

  #finish(): void {
    if (this.#root === 'HEL.R01') this.#tell(deviceOf(this.#device, this.#side));
    if (this.#root === 'OBS.R01' || this.#root === 'OBS.R02') {
      this.awaits = true;
      this.#tell(DOES['sends-lab-results'][this.#side]);
    }
  }
}

/** What devices said of themselves, so that the same words are the same list. */
const lists = new FactLists(1024);

function deviceOf(device: ReadonlyMap<string, string>, side: Side): readonly Fact[] {
  const values = [...DEVICE.keys()].map((name) => device.get(name) ?? '');
  return lists.of(`${side}\0${values.join('\0')}`, () => {
    const facts: Fact[] = [
      {
        fact: 'attribute',
        side,
        attribute: 'device-class',
        value: 'lab-analyzer',
        source: 'POCT1-A HEL.R01 (message)',
      },
    ];
    for (const [name, attribute] of DEVICE) {
      // A maker's name says more than its code.
      if (name === 'DEV.vendor_id' && told(device.get('DEV.manufacturer_name') ?? '') !== '') continue;
      const value = told(device.get(name) ?? '');
      if (value !== '') facts.push({ fact: 'attribute', side, attribute, value, source: `POCT1-A ${name}` });
    }
    return facts;
  });
}

function service(state: ServiceFact['state']): ServiceFact {
  return { fact: 'service', protocol: 'poct1a', medical: true, tls: false, state };
}

const SPEAKS: Readonly<Record<Side, readonly Fact[]>> = {
  client: [service('asked')],
  server: [service('answered')],
};

type Told = Extract<Activity, 'sends-lab-results' | 'accepts-results'>;

function does(activity: Told): Readonly<Record<Side, readonly Fact[]>> {
  const list = (side: Side): readonly Fact[] => [{ fact: 'activity', side, activity, detail: '' }];
  return { client: list('client'), server: list('server') };
}
const DOES: Readonly<Record<Told, Readonly<Record<Side, readonly Fact[]>>>> = {
  'sends-lab-results': does('sends-lab-results'),
  'accepts-results': does('accepts-results'),
};
