import { dirname, join } from 'node:path';
import { says } from './conversation.ts';
import {
  both,
  duplicated,
  fromMiddle,
  gap,
  inErspan,
  inVxlan,
  oneSided,
  reordered,
  snapped,
  type Transform,
  tagged,
} from './derive.ts';
import * as hl7 from './hl7.ts';
import { HOSTS, OUTSIDE, PORTS } from './hospital.ts';
import { makeSeries, studyUid, transcode } from './objects.ts';
import {
  abortedMidObject,
  asynchronous,
  MALFORMED,
  manyItems,
  procedureStep,
  reset,
  unanswered,
  withoutRelease,
} from './odd-dicom.ts';
import { PATIENTS } from './patients.ts';
import type { Hospital } from './servers.ts';

/** A trace of its own: what is recorded while `act` runs. */
export interface Recorded {
  readonly path: string;
  readonly program: string;
  readonly about: string;
  readonly act: (hospital: Hospital) => Promise<unknown>;
  /** Segmentation offload on: what a capture made on a host itself looks like. */
  readonly offload?: boolean;
  readonly findings?: readonly string[];
  /** Done before the recording starts. */
  readonly before?: (hospital: Hospital) => Promise<unknown>;
  /** Why tshark's counts are not to be compared with, and then what is in the trace. */
  readonly blind?: string;
  readonly truth?: Readonly<Record<string, number>>;
}

/** A trace made from another one by a transform. */
export interface Derived {
  readonly path: string;
  readonly from: string;
  readonly about: string;
  readonly transform: Transform;
  /** Nothing is lost: what is in the source is in it too. */
  readonly whole: boolean;
}

const [alpha, bravo, erika, maximilianus, jeannette, charlie, delta, echo] = PATIENTS;
const recorded: Recorded[] = [];
const derived: Derived[] = [];

function record(
  path: string,
  program: string,
  about: string,
  act: Recorded['act'],
  more: Partial<Recorded> = {},
): void {
  recorded.push({ path, program, about, act, ...more });
}

function derive(path: string, from: string, about: string, whole: boolean, transform: Transform): void {
  derived.push({ path, from, about, whole, transform });
}

const ct = (hospital: Hospital, number: number, images = 2, side = 64, patient = alpha) =>
  makeSeries(join(hospital.folder, 'objects'), {
    patient,
    number,
    modality: 'CT',
    images,
    side,
    time: '091000',
  });

// ---- DICOM ----

record('dicom/echo', 'echoscu', 'C-ECHO, answered, released', (h) => h.echo('ct', 'CT_REVO1'));
record('dicom/echo-gdcm', 'gdcmscu', 'C-ECHO by a second implementation', (h) =>
  h.run(
    'ws',
    ['gdcmscu', '--echo', '--aetitle', 'READWS1', '--call', 'ARCHIVE1', HOSTS.pacs.ip, PORTS.dicom],
    [0, 134],
  ),
);
record('dicom/store-implicit', 'storescu, storescp', 'two CT slices in implicit VR little endian', (h) =>
  h.push(ct(h, 1), ['-xi']),
);
record('dicom/store-explicit-le', 'storescu, storescp', 'two CT slices in explicit VR little endian', (h) =>
  h.push(ct(h, 2), ['-xe', '-R']),
);
record('dicom/store-explicit-be', 'storescu, storescp', 'two CT slices in explicit VR big endian', (h) =>
  h.push(
    makeSeries(
      join(h.folder, 'objects'),
      { patient: bravo, number: 3, modality: 'CT', images: 2, side: 64, time: '091000' },
      '+tb',
    ),
    ['-xb', '-R'],
  ),
);
record(
  'dicom/store-deflated',
  'storescu, storescp',
  'two CT slices in deflated explicit VR little endian',
  (h) =>
    h.push(
      makeSeries(
        join(h.folder, 'objects'),
        { patient: bravo, number: 4, modality: 'CT', images: 2, side: 64, time: '091000' },
        '+td',
      ),
      ['-xd', '-R'],
    ),
);
record(
  'dicom/store-jpeg',
  'dcmcjpeg, storescu, storescp',
  'two CT slices in JPEG lossless, encapsulated',
  (h) =>
    h.push(
      ct(h, 5).map((file) => transcode(file, 'jpeg')),
      ['-xs', '-R'],
    ),
);
record('dicom/store-rle', 'dcmcrle, storescu, storescp', 'two CT slices in RLE, encapsulated', (h) =>
  h.push(
    ct(h, 6).map((file) => transcode(file, 'rle')),
    ['-xr', '-R'],
  ),
);
record(
  'dicom/store-large-pdu',
  'storescu --max-pdu 131072',
  'PDUs up to the size the receiver allows, all contexts proposed',
  (h) => h.push(ct(h, 7, 1, 128), ['-pdu', '131072']),
);
record(
  'dicom/store-tso',
  'storescu, storescp',
  'packets larger than the network allows, as seen where segmentation is offloaded',
  (h) => h.push(ct(h, 8, 2, 192), ['-R']),
  { offload: true },
);
record(
  'dicom/store-charsets',
  'storescu, storescp',
  'a Greek name in ISO_IR 192 and one with ISO 2022 IR 87 declared',
  (h) => {
    const folder = join(h.folder, 'objects');
    const common = { modality: 'CR', images: 1, side: 32, time: '101500' } as const;
    return h.push(
      [
        ...makeSeries(folder, {
          ...common,
          patient: jeannette,
          number: 9,
          charset: 'ISO_IR 192',
          name: 'ΖΖΔΟΚΙΜΗ^ΑΛΦΑ',
        }),
        ...makeSeries(folder, {
          ...common,
          patient: charlie,
          number: 10,
          charset: '\\ISO 2022 IR 87',
          name: 'ZZYAMADA^TAROU=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B',
        }),
      ],
      ['-R'],
    );
  },
);
record('dicom/store-archive', 'storescu, Orthanc', 'one association, six CT slices of one patient', (h) =>
  h.store('ct', ct(h, 11, 6, 64, erika)),
);
record(
  'dicom/find',
  'findscu, Orthanc',
  'study root C-FIND by patient id: pending responses with the data set, then success',
  (h) =>
    h.find('ws', 'READWS1', [
      'QueryRetrieveLevel=STUDY',
      `PatientID=${erika.id}`,
      'PatientName',
      'PatientBirthDate',
      'StudyInstanceUID',
      'StudyDate',
      'ModalitiesInStudy',
    ]),
);
record('dicom/find-everyone', 'findscu, Orthanc', 'C-FIND with nothing but wildcards', (h) =>
  h.find('pc', 'FINDSCU', ['QueryRetrieveLevel=STUDY', 'PatientName=*', 'PatientID', 'StudyInstanceUID']),
);
record('dicom/move', 'movescu, Orthanc, storescp', 'C-MOVE and the storage association it causes', (h) =>
  h.move('READWS1', ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyUid(15)}`]),
);
record(
  'dicom/move-unknown-destination',
  'movescu, Orthanc',
  'C-MOVE to an AE title the archive does not know',
  (h) => h.move('NOWHERE9', ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyUid(15)}`], [0, 1, 69]),
);
record('dicom/get', 'getscu, Orthanc', 'C-GET: the objects come back in the same association', (h) =>
  h.get(['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyUid(15)}`]),
);
record('dicom/worklist', 'findscu -W, wlmscpfs', 'modality worklist query, four scheduled patients', (h) =>
  h.worklist([
    'ScheduledProcedureStepSequence[0].Modality=CT',
    'ScheduledProcedureStepSequence[0].ScheduledStationAETitle=CT_REVO1',
    'PatientName',
    'PatientID',
    'PatientBirthDate',
    'AccessionNumber',
  ]),
);
record(
  'dicom/print',
  'dcmpsprt, dcmprscu, dcmprscp',
  'a film printed: N-GET, N-CREATE, N-SET, N-ACTION, N-DELETE',
  (h) => h.print(ct(h, 12, 1, 128)[0]),
);
record('dicom/mpps', 'conversation.ts', 'N-CREATE and N-SET of a modality performed procedure step', (h) =>
  h.converse('ct', 'worklist', 11_113, procedureStep(alpha)),
);
record('dicom/rejected', 'echoscu, Orthanc', 'A-ASSOCIATE-RJ: called AE title not recognised', (h) =>
  h.echo('ct', 'CT_REVO1', 'ARCHIVE', [1]),
);
record('dicom/aborted', 'echoscu --abort', 'A-ABORT by the user after an echo', (h) =>
  h.run('ct', ['echoscu', '--abort', '-aet', 'CT_REVO1', '-aec', 'ARCHIVE1', HOSTS.pacs.ip, PORTS.dicom]),
);
record('dicom/aborted-mid-object', 'conversation.ts', 'A-ABORT in the middle of an object', (h) =>
  h.converse('ct', 'worklist', 11_114, abortedMidObject(bravo)),
);
record('dicom/no-release', 'conversation.ts', 'an echo, then FIN without A-RELEASE', (h) =>
  h.converse('ct', 'worklist', 11_115, withoutRelease),
);
record('dicom/reset', 'conversation.ts', 'RST after acceptance', (h) =>
  h.converse('ct', 'worklist', 11_116, reset),
);
record('dicom/unanswered', 'conversation.ts', 'A-ASSOCIATE-RQ without any answer', (h) =>
  h.converse('ct', 'worklist', 11_117, unanswered),
);
record(
  'dicom/asynchronous',
  'conversation.ts',
  'window of four: three requests, then three answers in another order',
  (h) => h.converse('ct', 'worklist', 11_118, asynchronous(charlie)),
);
record(
  'dicom/many-items',
  'conversation.ts',
  'command and data in one PDU, 64-byte items, two messages in a PDU',
  (h) => h.converse('ct', 'worklist', 11_119, manyItems(delta)),
);
record(
  'dicom/user-identity',
  'storescu --user',
  'user name and passcode in clear in the association request',
  (h) => h.push(ct(h, 13, 1, 32), ['-R', '-usr', 'zzradiographer', '-pwd', 'zzsecret']),
);
record('dicom/odd-port', 'echoscu, storescp', 'DICOM on port 50000', async (h) => {
  const server = await h.net.serve('ws', 50_000, [
    'storescp',
    '-dhl',
    '--ignore',
    '-aet',
    'READWS1',
    '50000',
  ]);
  await h.run('ct', ['echoscu', '-aet', 'CT_REVO1', '-aec', 'READWS1', HOSTS.ws.ip, '50000']);
  await h.net.stop(server);
});
record(
  'dicom/brute-force',
  'echoscu, Orthanc',
  'twelve called AE titles tried within a minute, all rejected, then the right one',
  async (h) => {
    for (const title of [
      'ANY-SCP',
      'PACS',
      'ORTHANC',
      'DCM4CHEE',
      'ARCHIVE',
      'STORESCP',
      'CONQUEST',
      'IMAGES',
      'PACS1',
      'SERVER',
      'DICOM',
      'HOROS',
    ])
      await h.echo('pc', 'ECHOSCU', title, [1]);
    await h.echo('pc', 'ECHOSCU', 'ARCHIVE1');
  },
  { findings: ['dicom.ae-title-brute-force'] },
);
record(
  'dicom/brute-force-nmap',
  'nmap --script dicom-brute, Orthanc',
  'the same by the tool made for it',
  async (h) => {
    await h.run('pc', [
      'sh',
      '-c',
      'printf "%s\\n" PACS ORTHANC DCM4CHEE ARCHIVE STORESCP CONQUEST IMAGES PACS1 SERVER DICOM HOROS OSIRIX > titles; nmap -Pn -n -p 104 --script dicom-brute --script-args passdb=titles,brute.firstonly=true --disable-arp-ping ' +
        HOSTS.pacs.ip,
    ]);
  },
  { findings: ['dicom.ae-title-brute-force'] },
);
record(
  'dicom/mistyped-title',
  'echoscu, Orthanc',
  'two rejected titles, then the right one: a person typing, no brute force',
  async (h) => {
    for (const title of ['ARCHVIE1', 'ARCHIV1']) await h.echo('ws', 'READWS1', title, [1]);
    await h.echo('ws', 'READWS1');
  },
);
record(
  'dicom/scanner-nmap',
  'nmap --script dicom-ping, Orthanc',
  'a scanner: one Verification context, no release',
  (h) =>
    h.run('pc', [
      'nmap',
      '-Pn',
      '-n',
      '-p',
      '104',
      '--script',
      'dicom-ping',
      '--disable-arp-ping',
      HOSTS.pacs.ip,
    ]),
);
for (const [name, conversation] of Object.entries(MALFORMED)) {
  record(
    `dicom/malformed-${name}`,
    'conversation.ts',
    `not allowed by PS3.8: ${name.replaceAll('-', ' ')}`,
    (h) => h.converse('pc', 'worklist', 11_130, conversation),
    { findings: ['dicom.malformed'] },
  );
}

derive(
  'dicom/store-from-middle',
  'dicom/store-archive',
  'the first 45 % of the packets missing: no SYN, no A-ASSOCIATE',
  false,
  fromMiddle(0.45),
);
derive('dicom/store-gap', 'dicom/store-archive', 'three segments of an object missing', false, gap(12, 3));
derive(
  'dicom/store-duplicated',
  'dicom/store-explicit-le',
  'every packet twice, as a SPAN port delivers them',
  true,
  duplicated,
);
derive('dicom/store-reordered', 'dicom/store-explicit-le', 'segments out of order', true, reordered);
derive('dicom/store-vlan', 'dicom/store-explicit-le', 'IEEE 802.1Q, VLAN 20', true, tagged(20));
derive('dicom/store-qinq', 'dicom/store-explicit-le', 'two tags', true, tagged(100, 20));
derive('dicom/store-vxlan', 'dicom/store-explicit-le', 'mirrored through VXLAN', true, inVxlan);
derive('dicom/store-erspan', 'dicom/store-explicit-le', 'mirrored through ERSPAN type II', true, inErspan);
derive(
  'dicom/store-vxlan-duplicated',
  'dicom/store-explicit-le',
  'mirrored twice through VXLAN',
  true,
  both(duplicated, inVxlan),
);
derive('dicom/store-snapped', 'dicom/store-archive', 'a snap length of 96 bytes', false, snapped(96));
derive(
  'dicom/store-one-sided',
  'dicom/store-archive',
  'only what the scanner sends',
  false,
  oneSided(PORTS.dicom, 'client'),
);

// ---- HL7 ----

const at = (time: string, control: string, patient = alpha) => ({ time, control, patient });
const MLLP = (message: string) => `\x0b${message}\r\x1c\r`;

record(
  'hl7/adt',
  'simple-hl7',
  'A01, A08, A02, A03, each in a connection of its own, each acknowledged AA',
  (h) =>
    h.hl7(
      'ehr',
      'engine',
      ['A01', 'A08', 'A02', 'A03'].map((trigger, i) =>
        hl7.adt(trigger, at(`0800${i}0`, `ZZC10${i}`, PATIENTS[i])),
      ),
    ),
);
record('hl7/adt-one-connection', 'simple-hl7', 'six ADT over one connection', (h) =>
  h.hl7(
    'ehr',
    'engine',
    PATIENTS.slice(0, 6).map((patient, i) => hl7.adt('A04', at(`0810${i}0`, `ZZC20${i}`, patient))),
    { stream: true },
  ),
);
record(
  'hl7/orders-and-results',
  'simple-hl7',
  'ORM^O01 to the engine, ORU^R01 from the engine',
  async (h) => {
    await h.hl7(
      'ehr',
      'engine',
      [hl7.order(at('083000', 'ZZC301', erika)), hl7.order(at('083100', 'ZZC302', maximilianus))],
      { port: PORTS.engine },
    );
    await h.hl7('engine', 'ehr', [hl7.radiologyResult(at('093000', 'ZZC303', erika))], {
      port: PORTS.engine,
    });
  },
);
record('hl7/laboratory', 'simple-hl7', 'ORU^R01 of an analyser with OBX-18 and SFT', (h) =>
  h.hl7('lab', 'engine', [hl7.labResult(at('090500', 'ZZC401', bravo))]),
);
record(
  'hl7/pump',
  'simple-hl7',
  'infusion pump data as IHE PCD-01, three observations over one connection',
  (h) =>
    h.hl7(
      'pumps',
      'engine',
      [0, 1, 2].map((i) =>
        hl7.pumpData(at(`09${10 + i}00`, `ZZC50${i}`, jeannette), '125', String(500 - i * 2)),
      ),
      { stream: true },
    ),
);
record('hl7/nak-ae', 'simple-hl7', 'three messages, all answered AE', (h) =>
  h.hl7(
    'ehr',
    'engine',
    [0, 1, 2].map((i) => hl7.adt('A08', at(`10000${i}`, `ZZC60${i}`, charlie))),
    { port: 2580 },
  ),
);
record('hl7/nak-ar', 'simple-hl7', 'one message, answered AR', (h) =>
  h.hl7('ehr', 'engine', [hl7.adt('A08', at('100100', 'ZZC610', charlie))], { port: 2581 }),
);
record('hl7/large', 'simple-hl7', 'MDM^T02 with a document of 60 KB: one message over many segments', (h) =>
  h.hl7('ehr', 'engine', [
    hl7.document(at('103000', 'ZZC701', erika), Buffer.alloc(45_000, 'ZZinvented').toString('base64')),
  ]),
);
record('hl7/batch', 'conversation.ts', 'FHS/BHS with three ADT in one frame, one acknowledgement', (h) => {
  const messages = [0, 1, 2].map((i) => hl7.adt('A08', at(`11000${i}`, `ZZC80${i}`, PATIENTS[i])));
  return h.converse('ehr', 'engine', 6_670, {
    turns: [
      says('client', MLLP(hl7.batch(messages, '110000'))),
      says('server', MLLP(hl7.acknowledge('ZZC800', 'A08', 'AA', '110001'))),
    ],
    end: { by: 'client', how: 'fin' },
  });
});
record(
  'hl7/enhanced',
  'conversation.ts',
  'enhanced mode: commit accept CA, then application accept AA',
  (h) =>
    h.converse('ehr', 'engine', 6_671, {
      turns: [
        says('client', MLLP(hl7.adt('A01', at('111000', 'ZZC901', delta), '|||AL|AL'))),
        says(
          'server',
          MLLP(hl7.acknowledge('ZZC901', 'A01', 'CA', '111000')),
          MLLP(hl7.acknowledge('ZZC901', 'A01', 'AA', '111002')),
        ),
      ],
      end: { by: 'client', how: 'fin' },
    }),
);
record(
  'hl7/mllp2',
  'conversation.ts',
  'MLLP release 2: commit acknowledgement 06, then 15, beside the messages',
  (h) =>
    h.converse('ehr', 'engine', 6_672, {
      turns: [
        says('client', MLLP(hl7.adt('A01', at('112000', 'ZZC911', echo)))),
        says('server', '\x0b\x06\x1c\r', MLLP(hl7.acknowledge('ZZC911', 'A01', 'AA', '112001'))),
        says('client', '\x0b\x06\x1c\r', MLLP(hl7.adt('A08', at('112100', 'ZZC912', echo)))),
        says('server', '\x0b\x15\x1c\r'),
      ],
      end: { by: 'client', how: 'fin' },
    }),
);
record(
  'hl7/several-per-segment',
  'conversation.ts',
  'three messages in one TCP segment, their answers in one; then one message in five segments',
  (h) => {
    const messages = [0, 1, 2].map((i) => MLLP(hl7.order(at(`11300${i}`, `ZZC92${i}`, PATIENTS[i]))));
    const answers = [0, 1, 2].map((i) => MLLP(hl7.acknowledge(`ZZC92${i}`, 'O01', 'AA', '113005')));
    const last = MLLP(hl7.order(at('113100', 'ZZC923', delta)));
    const pieces = [0, 1, 2, 3, 4].map((i) =>
      last.slice(Math.floor((i * last.length) / 5), Math.floor(((i + 1) * last.length) / 5)),
    );
    return h.converse('ehr', 'engine', 6_673, {
      turns: [
        says('client', messages.join('')),
        says('server', answers.join('')),
        says('client', ...pieces),
        says('server', MLLP(hl7.acknowledge('ZZC923', 'O01', 'AA', '113101'))),
      ],
      end: { by: 'client', how: 'fin' },
    });
  },
);
record(
  'hl7/broken-framing',
  'conversation.ts',
  'end block without CR, a start block inside a message, bytes between frames',
  (h) => {
    const one = (i: number) => hl7.adt('A08', at(`11400${i}`, `ZZC93${i}`, PATIENTS[i]));
    const cut = one(1);
    return h.converse('pc', 'engine', 6_674, {
      turns: [
        says(
          'client',
          `\x0b${one(0)}\r\x1c`,
          `\x0b${cut.slice(0, 120)}`,
          MLLP(one(2)),
          `ZZNOISE${MLLP(one(3))}`,
        ),
        says('server', MLLP(hl7.acknowledge('ZZC930', 'A08', 'AA', '114010'))),
      ],
      end: { by: 'client', how: 'fin' },
    });
  },
);
record('hl7/line-feeds', 'conversation.ts', 'segments ended by LF and by CR LF', (h) =>
  h.converse('ehr', 'engine', 6_675, {
    turns: [
      says('client', MLLP(hl7.adt('A08', at('115000', 'ZZC941', alpha)).replaceAll('\r', '\n'))),
      says('server', MLLP(hl7.acknowledge('ZZC941', 'A08', 'AA', '115001').replaceAll('\r', '\r\n'))),
    ],
    end: { by: 'client', how: 'fin' },
  }),
);
record('hl7/odd-delimiters', 'conversation.ts', 'MSH-1 and MSH-2 other than usual', (h) =>
  h.converse('ehr', 'engine', 6_676, {
    turns: [
      says('client', MLLP(hl7.oddDelimiters(at('115500', 'ZZC951', bravo)))),
      says('server', MLLP(hl7.acknowledge('ZZC951', 'A08', 'AA', '115501'))),
    ],
    end: { by: 'client', how: 'fin' },
  }),
);
record('hl7/raw', 'conversation.ts', 'messages without start and end block', (h) =>
  h.converse('pc', 'engine', 6_677, {
    turns: [
      says('client', `${hl7.adt('A08', at('115800', 'ZZC961', charlie))}\r`),
      says('server', `${hl7.acknowledge('ZZC961', 'A08', 'AA', '115801')}\r`),
    ],
    end: { by: 'client', how: 'fin' },
  }),
);
record(
  'hl7/unacknowledged',
  'conversation.ts',
  'two messages, the first acknowledged, the second never',
  (h) =>
    h.converse('ehr', 'engine', 6_678, {
      turns: [
        says('client', MLLP(hl7.adt('A01', at('120000', 'ZZC971', erika)))),
        says('server', MLLP(hl7.acknowledge('ZZC971', 'A01', 'AA', '120001'))),
        says('client', MLLP(hl7.adt('A08', at('120100', 'ZZC972', erika)))),
      ],
      end: { by: 'client', how: 'fin' },
    }),
);

derive(
  'hl7/adt-from-middle',
  'hl7/adt-one-connection',
  'the first 40 % of the packets missing',
  false,
  fromMiddle(0.4),
);
derive('hl7/large-gap', 'hl7/large', 'two segments of the large message missing', false, gap(10, 2));
derive('hl7/adt-duplicated', 'hl7/adt', 'every packet twice', true, duplicated);
derive('hl7/adt-vlan', 'hl7/adt', 'IEEE 802.1Q, VLAN 30', true, tagged(30));
derive('hl7/adt-snapped', 'hl7/adt', 'a snap length of 200 bytes', false, snapped(200));

// ---- TLS ----

record('tls/dicom', 'storescu +tla, storescp +tls', 'two CT slices over TLS on port 2762', (h) =>
  h.run('ct', [
    'storescu',
    '-aet',
    'CT_REVO1',
    '-aec',
    'SECARCH1',
    '+tla',
    '-ic',
    '-R',
    HOSTS.secure.ip,
    PORTS.tls,
    ...ct(h, 14, 2, 48),
  ]),
);
for (const version of ['1.2', '1.3'] as const) {
  record(
    `tls/hl7-${version}`,
    'conversation.ts (TLS of Node)',
    `an ADT and its answer over TLS ${version}`,
    (h) => {
      const [key, certificate] = h.certificate();
      return h.converse('ehr', 'engine', PORTS.hl7Tls, {
        turns: [
          says('client', MLLP(hl7.adt('A01', at('121000', 'ZZC981', delta)))),
          says('server', MLLP(hl7.acknowledge('ZZC981', 'A01', 'AA', '121001'))),
        ],
        tls: { version: `TLSv${version}`, key, certificate },
        end: { by: 'client', how: 'fin' },
      });
    },
  );
}

// ---- The outside ----

record(
  'external/archive-queried',
  'echoscu, findscu, Orthanc',
  'an outside host asks the archive: C-ECHO and C-FIND, both answered',
  async (h) => {
    await h.echo('prober', 'ECHOSCU');
    await h.find('prober', 'FINDSCU', [
      'QueryRetrieveLevel=STUDY',
      'PatientName=*',
      'PatientID',
      'StudyInstanceUID',
    ]);
  },
  { findings: ['external.medical-service-exposed'] },
);
record(
  'external/archive-only-asked',
  'echoscu, Orthanc',
  'an outside host asks the archive and is rejected',
  (h) => h.echo('prober', 'ECHOSCU', 'ANY-SCP', [1]),
  {
    findings: ['external.medical-service-exposed'],
  },
);
record(
  'external/device-to-internet',
  'storescu, curl',
  'the scanner opens a connection to a web server outside',
  async (h) => {
    await h.store('ct', ct(h, 16, 1, 32));
    await h.run('ct', [
      'curl',
      '-s',
      '-A',
      'zzscanner/1.0',
      `http://${OUTSIDE.vendor.ip}/status?serial=ZZ0000CT1`,
    ]);
  },
  { findings: ['external.device-to-internet'] },
);
record(
  'external/device-to-intranet',
  'storescu, curl',
  'the same to a server inside: nothing to report',
  async (h) => {
    await h.store('ct', ct(h, 17, 1, 32));
    await h.run('ct', ['curl', '-s', '-A', 'zzscanner/1.0', `http://${HOSTS.engine.ip}/status`]);
  },
);
record(
  'external/office-to-internet',
  'curl',
  'a PC that is no medical device, to the web server outside',
  (h) => h.run('pc', ['curl', '-s', `http://${OUTSIDE.vendor.ip}/news`]),
);

record(
  'external/hl7-sent',
  'simple-hl7',
  'the engine sends results to a host outside, which acknowledges them',
  (h) =>
    h.hl7('engine', 'vendor', [hl7.radiologyResult({ time: '150000', control: 'OUT00001', patient: erika })]),
);
record(
  'external/archive-emptied',
  'getscu, Orthanc',
  'an outside host gets a study from the archive by C-GET',
  (h) => h.get(['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyUid(15)}`], 'prober', 'GETSCU'),
);
record(
  'external/archive-moved',
  'movescu, Orthanc, storescp',
  'the workstation has the archive send a study to an AE outside',
  (h) => h.move('COLLECT1', ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyUid(15)}`]),
);
record(
  'dicom/incident',
  'echoscu, findscu, getscu, Orthanc',
  'a PC guesses AE titles until one is accepted, lists everybody, and gets a study',
  async (h) => {
    for (const title of ['ANY-SCP', 'PACS', 'ORTHANC', 'ARCHIVE', 'STORESCP', 'IMAGES'])
      await h.echo('pc', 'ECHOSCU', title, [1]);
    await h.echo('pc', 'ECHOSCU');
    await h.find('pc', 'FINDSCU', [
      'QueryRetrieveLevel=STUDY',
      'PatientName=*',
      'PatientID',
      'StudyInstanceUID',
    ]);
    await h.get(['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyUid(15)}`], 'pc', 'GETSCU');
  },
  { findings: ['dicom.ae-title-brute-force'] },
);

record(
  'external/login-in-clear',
  'storescu, curl, Orthanc',
  'the scanner stores an image, then somebody logs in to the archive by HTTP Basic',
  async (h) => {
    await h.store('ct', ct(h, 18, 1, 32));
    const page = `http://${HOSTS.pacs.ip}:${PORTS.web}/system`;
    await h.run('pc', ['curl', '-s', '-o', 'page', '-u', 'zzadmin:zzsecret', page]);
  },
);

// ---- What an intruder does with everybody's tools ----

const asks = (called: string, calling = 'ECHOSCU') =>
  `echoscu -aet ${calling} -aec ${called} ${HOSTS.pacs.ip} ${PORTS.dicom}`;
const shell = (h: Hospital, host: 'pc' | 'pumps', script: string) => h.run(host, ['bash', '-c', script]);

record(
  'attacks/title-borrowed',
  'storescu, Orthanc',
  'the scanner stores, then a PC stores under the scanner’s AE title, then the scanner again',
  async (h) => {
    await h.store('ct', ct(h, 31, 1, 32));
    await h.run('pc', [
      ...['storescu', '-aet', 'CT_REVO1', '-aec', 'ARCHIVE1'],
      ...[HOSTS.pacs.ip, PORTS.dicom, ...ct(h, 32, 1, 32)],
    ]);
    await h.store('ct', ct(h, 33, 1, 32));
  },
);
record(
  'attacks/flood',
  'echoscu, Orthanc',
  'a PC asks for associations as fast as it can, for seconds',
  (h) =>
    shell(
      h,
      'pc',
      `for i in $(seq 8); do (while [ $SECONDS -lt 4 ]; do ${asks('ARCHIVE1')} || true; done) & done; wait`,
    ),
);
record(
  'attacks/half-open',
  'bash, wlmscpfs',
  'sixty connections to the worklist on which nothing is said for more than half a minute',
  async (h) => {
    await h.worklist(['ScheduledProcedureStepSequence[0].Modality=CT', 'PatientID']);
    const open = `exec 3<>/dev/tcp/${HOSTS.worklist.ip}/${PORTS.worklist}; sleep 32`;
    await shell(h, 'pc', `for i in $(seq 60); do timeout 34 bash -c '${open}' & sleep 0.05; done; wait`);
  },
);
record(
  'attacks/message-replayed',
  'simple-hl7',
  'the EHR’s message, accepted, is sent again by a PC',
  async (h) => {
    const messages = [hl7.adt('A01', at('140000', 'ZZE101')), hl7.adt('A03', at('140001', 'ZZE102'))];
    await h.hl7('ehr', 'engine', messages);
    await h.hl7('pc', 'engine', messages.slice(0, 1));
    await h.hl7('ehr', 'engine', [hl7.adt('A08', at('140005', 'ZZE103'))]);
  },
);
record(
  'attacks/result-altered',
  'simple-hl7',
  'the analyser’s result reaches the EHR with another value than the engine received',
  async (h) => {
    const result = hl7.labResult(at('141000', 'ZZE201', bravo));
    await h.hl7('lab', 'engine', [result]);
    await h.hl7('engine', 'ehr', [result.replace('||4.1|', '||6.9|')], { port: PORTS.engine });
  },
);
record(
  'attacks/sender-borrowed',
  'simple-hl7',
  'a PC sends messages of its own under the EHR’s name',
  async (h) => {
    await h.hl7('ehr', 'engine', [hl7.adt('A01', at('142000', 'ZZE301'))]);
    await h.hl7('pc', 'engine', [hl7.adt('A08', at('142001', 'ZZE302', bravo))]);
    await h.hl7('ehr', 'engine', [hl7.adt('A08', at('142002', 'ZZE303', erika))]);
  },
);
record(
  'attacks/beacon',
  'simple-hl7, bash',
  'the pump gateway reports, and tries a public address on the port of line printers',
  async (h) => {
    await h.hl7('pumps', 'engine', [hl7.pumpData(at('143000', 'ZZE401', jeannette), '125', '500')]);
    const knock = `(exec 3<>/dev/tcp/${OUTSIDE.vendor.ip}/515) 2>/dev/null || true`;
    await shell(h, 'pumps', `for i in 1 2 3; do ${knock}; sleep 1; done`);
  },
);

/** The archive has a study of six slices to find and to move. */
const archived = { before: (hospital: Hospital) => hospital.store('ct', ct(hospital, 15, 6, 64, erika)) };

const MORE: Readonly<Record<string, Partial<Recorded>>> = {
  'dicom/find': archived,
  'dicom/find-everyone': archived,
  'dicom/move': archived,
  'dicom/move-unknown-destination': archived,
  'dicom/get': archived,
  'dicom/incident': archived,
  'external/archive-queried': archived,
  'external/archive-emptied': archived,
  'external/archive-moved': archived,
  'hl7/batch': {
    blind: 'tshark reads no batches',
    truth: { messages: 3, acks: 1 },
  },
  'hl7/odd-delimiters': {
    blind: 'tshark knows the usual delimiters only',
    truth: { messages: 1, acks: 1 },
  },
  'hl7/raw': { blind: 'tshark wants start blocks', truth: { messages: 1, acks: 1 } },
  'hl7/broken-framing': { blind: 'what counts as a message is a matter of judgement here' },
  ...Object.fromEntries(
    Object.keys(MALFORMED).map((name) => [
      `dicom/malformed-${name}`,
      { blind: 'what counts as a PDU is a matter of judgement here' },
    ]),
  ),
};

export const RECORDED: readonly Recorded[] = recorded.map((trace) => ({ ...trace, ...MORE[trace.path] }));
export const DERIVED: readonly Derived[] = derived;

/** Folders the traces lie in, below `pcaps/`. */
export const FOLDERS = [...new Set([...recorded, ...derived].map(({ path }) => dirname(path)))];
