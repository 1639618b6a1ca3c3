import { join } from 'node:path';
import * as hl7 from './hl7.ts';
import { HOSTS, OUTSIDE, PORTS } from './hospital.ts';
import { makeSeries, studyUid } from './objects.ts';
import { procedureStep } from './odd-dicom.ts';
import { PATIENTS } from './patients.ts';
import type { Hospital } from './servers.ts';

/** One thing that happens at its time of the day (UTC); recorded by itself, then moved there as a whole. */
export interface Episode {
  /** HH:MM:SS. */
  readonly at: string;
  readonly act: (hospital: Hospital, images: Images) => Promise<unknown>;
  /** Something that should not happen in a hospital. */
  readonly planted: boolean;
}

/** How much of an examination is made: what a day's trace weighs is its images. */
interface Images {
  /** Images of a series at most. */
  readonly series: number;
  /** Pixels along the side of one at most. */
  readonly side: number;
}

export const DAY = '2026-03-02';
const QUIET_DAY = '2026-03-03';

const episodes: Episode[] = [];
const at = (time: string, act: Episode['act']) => episodes.push({ at: time, act, planted: false });
const plantedAt = (time: string, act: Episode['act']) => episodes.push({ at: time, act, planted: true });
const hl7At = (time: string, control: string, patient: number) => ({
  time: time.replaceAll(':', ''),
  control,
  patient: PATIENTS[patient],
});

let control = 0;
const next = (prefix: string) => `${prefix}${String(++control).padStart(5, '0')}`;

function admission(time: string, patient: number, ...triggers: string[]): void {
  const messages = triggers.map((trigger) => hl7.adt(trigger, hl7At(time, next('ADT'), patient)));
  at(time, (h) => h.hl7('ehr', 'engine', messages));
}

function order(time: string, patient: number): void {
  const message = hl7.order(hl7At(time, next('ORD'), patient));
  at(time, (h) => h.hl7('ehr', 'engine', [message], { port: PORTS.engine }));
}

function radiologyResult(time: string, patient: number): void {
  const message = hl7.radiologyResult(hl7At(time, next('RAD'), patient));
  at(time, (h) => h.hl7('engine', 'ehr', [message], { port: PORTS.engine }));
}

function laboratory(time: string, ...patients: number[]): void {
  const messages = patients.map((patient) => hl7.labResult(hl7At(time, next('LAB'), patient)));
  at(time, (h) => h.hl7('lab', 'engine', messages));
}

function pump(time: string, patient: number, volume: number): void {
  const messages = [0, 1, 2].map((i) =>
    hl7.pumpData(hl7At(time, next('PMP'), patient), '125', String(volume - i * 2)),
  );
  at(time, (h) => h.hl7('pumps', 'engine', messages, { stream: true }));
}

const worklist = (time: string) =>
  at(time, (h) =>
    h.worklist([
      'ScheduledProcedureStepSequence[0].Modality=CT',
      'ScheduledProcedureStepSequence[0].ScheduledStationAETitle=CT_REVO1',
      'PatientName',
      'PatientID',
      'PatientBirthDate',
      'AccessionNumber',
    ]),
  );

function scan(time: string, number: number, patient: number, images: number): void {
  at(time, (h, { series, side }) =>
    h.store(
      'ct',
      makeSeries(join(h.folder, 'day'), {
        patient: PATIENTS[patient],
        number,
        modality: 'CT',
        images: Math.min(images, series),
        side: Math.min(128, side),
        time: time.replaceAll(':', ''),
      }),
    ),
  );
}

function radiograph(time: string, number: number, patient: number): void {
  at(time, (h, { side }) =>
    h.store(
      'cr',
      makeSeries(
        join(h.folder, 'day'),
        {
          patient: PATIENTS[patient],
          number,
          modality: 'CR',
          images: 1,
          side: Math.min(192, side),
          time: time.replaceAll(':', ''),
        },
        '+ti',
      ),
      ['-xi'],
    ),
  );
}

const query = (time: string, patient: number) =>
  at(time, (h) =>
    h.find('ws', 'READWS1', [
      'QueryRetrieveLevel=STUDY',
      `PatientID=${PATIENTS[patient].id}`,
      'PatientName',
      'PatientBirthDate',
      'StudyInstanceUID',
      'StudyDate',
    ]),
  );

// Machines are switched on, and look for those they work with.
at('07:25:00', (h) => h.resolve('ct', 'pacs', 'worklist', 'print', 'secure', 'ct'));
at('07:25:30', (h) => h.resolve('cr', 'pacs', 'cr'));
at('07:26:00', (h) => h.resolve('engine', 'ehr', 'lab', 'pumps', 'engine', 'dns'));
at('07:26:30', (h) => h.resolve('ws', 'pacs', 'ws', 'pc'));
at('07:28:00', (h) =>
  h.run('engine', [
    'snmpget',
    '-v2c',
    '-c',
    'zzpublic',
    HOSTS.pacs.ip,
    '1.3.6.1.2.1.1.1.0',
    '1.3.6.1.2.1.1.3.0',
    '1.3.6.1.2.1.1.5.0',
  ]),
);
// Morning checks
at('07:30:00', (h) => h.echo('ct', 'CT_REVO1'));
at('07:31:10', (h) => h.echo('cr', 'CR_FDR1'));
at('07:35:00', (h) => h.echo('ws', 'READWS1'));
at('07:36:30', (h) =>
  h.run('ct', ['echoscu', '-aet', 'CT_REVO1', '-aec', 'FILMPRINT1', HOSTS.print.ip, PORTS.print]),
);
// The workstation's user types the title wrong twice: a person, no attack.
at('07:38:00', async (h) => {
  for (const title of ['ARCHVIE1', 'ARCHIV1']) await h.echo('ws', 'READWS1', title, [1]);
});
admission('07:45:00', 0, 'A01');
admission('07:52:00', 1, 'A01', 'A08');
pump('07:58:00', 4, 500);
worklist('08:00:30');
order('08:05:00', 0);
admission('08:12:00', 2, 'A04');
laboratory('08:20:00', 0, 1);
at('08:29:00', (h) => h.converse('ct', 'worklist', 11_113, procedureStep(PATIENTS[0])));
scan('08:42:00', 201, 0, 8);
// Somebody looks at the archive's own pages.
at('08:50:00', (h) => {
  const page = (path: string) => `http://${HOSTS.pacs.ip}:${PORTS.web}${path}`;
  return h.run('ws', [
    'curl',
    '-s',
    '-o',
    'page',
    page('/app/explorer.html'),
    '-o',
    'system',
    page('/system'),
  ]);
});
query('08:55:00', 0);
at('08:56:00', (h) => h.move('READWS1', ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyUid(201)}`]));
radiologyResult('09:20:00', 0);
radiograph('09:31:00', 202, 1);
pump('09:40:00', 4, 430);
order('09:45:00', 2);
worklist('09:50:00');
scan('10:05:00', 203, 2, 8);
at('10:20:00', (h) =>
  h.print(
    makeSeries(join(h.folder, 'day'), {
      patient: PATIENTS[2],
      number: 204,
      modality: 'CT',
      images: 1,
      side: 128,
      time: '101000',
    })[0],
  ),
);
// The scanner asks its maker's server.
plantedAt('10:30:00', (h) =>
  h.run('ct', ['curl', '-s', '-A', 'zzscanner/1.0', `http://${OUTSIDE.vendor.ip}/status?serial=ZZ0000CT1`]),
);
query('10:44:00', 2);
at('10:45:00', (h) => h.get(['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyUid(203)}`]));
radiologyResult('11:10:00', 2);
laboratory('11:25:00', 2, 3, 4);
admission('11:30:00', 3, 'A01');
at('11:40:00', (h) =>
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
    ...makeSeries(join(h.folder, 'day'), {
      patient: PATIENTS[3],
      number: 205,
      modality: 'CT',
      images: 2,
      side: 64,
      time: '113800',
    }),
  ]),
);
pump('12:00:00', 4, 330);
// Noon is quiet.
order('13:10:00', 3);
scan('13:35:00', 206, 3, 6);
// An outside host finds the archive, and its answers.
plantedAt('13:52:00', (h) => h.echo('prober', 'ECHOSCU', 'ANY-SCP', [1]));
plantedAt('13:52:20', async (h) => {
  await h.echo('prober', 'ECHOSCU');
  await h.find('prober', 'FINDSCU', [
    'QueryRetrieveLevel=STUDY',
    'PatientName=*',
    'PatientID',
    'PatientBirthDate',
    'StudyInstanceUID',
  ]);
});
query('14:05:00', 3);
radiologyResult('14:20:00', 3);
// A PC of the office guesses titles; the last guess is right.
plantedAt('14:33:00', async (h) => {
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
});
radiograph('15:02:00', 207, 5);
laboratory('15:15:00', 5, 6);
admission('15:40:00', 1, 'A02');
pump('16:00:00', 4, 120);
order('16:10:00', 6);
worklist('16:15:00');
scan('16:30:00', 208, 6, 6);
admission('17:05:00', 0, 'A03');
admission('17:20:00', 2, 'A03');
at('17:50:00', (h) => h.echo('ct', 'CT_REVO1'));
at('18:00:00', (h) => h.echo('ws', 'READWS1'));

/** Days to record: the first with what is planted, the second without, on less film. */
export const DAYS: readonly {
  readonly trace: string;
  readonly date: string;
  readonly about: string;
  readonly images: Images;
  readonly episodes: readonly Episode[];
}[] = [
  {
    trace: 'hospital-day',
    date: DAY,
    about: 'a day, 07:25 to 18:00',
    images: { series: 8, side: 192 },
    episodes,
  },
  {
    trace: 'quiet-day',
    date: QUIET_DAY,
    about: 'the same work on another day, on which nothing happens that should not',
    images: { series: 2, side: 48 },
    episodes: episodes.filter(({ planted }) => !planted),
  },
];

/** What is planted in the day, for whoever checks what was found. */
export const DAY_FINDINGS = [
  {
    detection: 'dicom.ae-title-brute-force',
    source: HOSTS.pc.ip,
    destination: HOSTS.pacs.ip,
    rejected: 12,
    thenAccepted: true,
  },
  {
    detection: 'external.medical-service-exposed',
    source: OUTSIDE.prober.ip,
    destination: HOSTS.pacs.ip,
    country: OUTSIDE.prober.country,
  },
  {
    detection: 'external.device-to-internet',
    source: HOSTS.ct.ip,
    destination: OUTSIDE.vendor.ip,
    country: OUTSIDE.vendor.country,
  },
  { detection: 'phi.cleartext-dicom', source: HOSTS.ct.ip, destination: HOSTS.pacs.ip },
  { detection: 'phi.cleartext-hl7', source: HOSTS.ehr.ip, destination: HOSTS.engine.ip },
] as const;
