import { deflateRawSync, gzipSync } from 'node:zlib';
import {
  associateAccept,
  associateRequest,
  commandSet,
  dataPdus,
  explicit,
  implicit,
  item,
  pdu,
  releaseRequest,
  releaseResponse,
  UID,
} from './dicom-encode.ts';
import { Connection, type Packet } from './packets.ts';

/**
 * Conversations in which every field that may say something of a patient holds a word of its own that stands nowhere else.
 * Whatever is written anywhere of a capture of them must hold none of these words.
 */

/** Stands in each canary, and in nothing else. */
export const CANARY = 'Zqxjv';

let sung = 0;
const canary = (): string => `${CANARY}${(++sung).toString(36)}`;

const START = Date.parse('2026-03-02T10:00:00Z') * 1000;
let connections = 0;

type Turn = readonly [asked: Buffer | string | null, answered?: Buffer | string | null];

function converse(port: number, turns: readonly Turn[]): Packet[] {
  connections++;
  const connection = new Connection(port, 41_000 + connections, START + connections * 1e6).handshake();
  for (const turn of turns)
    for (const [direction, said] of turn.entries()) {
      if (said === null || said === undefined) continue;
      const bytes = Buffer.from(said as string, 'latin1');
      for (let at = 0; at < bytes.length; at += 1448)
        connection.send(direction as 0 | 1, bytes.subarray(at, at + 1448));
    }
  return connection.close().packets;
}

// ---- HL7 ----

const SEGMENTS =
  'EVN PID PD1 NK1 PV1 PV2 IN1 IN2 GT1 MRG AL1 DG1 PR1 ORC OBR OBX NTE SPM FT1 SCH AIS RXE RXO RXD TXA ROL ZPI ZZZ';
/** Fields that tell of a device or of what is measured, not of whom: they may be told, and hold nothing here. */
const DEVICE_FIELDS: ReadonlySet<string> = new Set(['OBX-2', 'OBX-3', 'OBX-11', 'OBX-18', 'SPM-4']);

function segment(name: string): string {
  const fields: string[] = [name];
  for (let field = 1; field <= 50; field++)
    fields.push(
      DEVICE_FIELDS.has(`${name}-${field}`)
        ? ''
        : `${canary()}^${canary()}&${canary()}^${canary()}~${canary()}^${canary()}`,
    );
  return fields.join('|');
}

function hl7(type: string, control: string): string {
  const head = `MSH|^~\\&|APP1|FAC1|APP2|FAC2|20260302100000|${canary()}|${type}|${control}|P|2.5.1|||AL|AL||UNICODE UTF-8`;
  return [head, ...SEGMENTS.split(' ').map(segment), ''].join('\r');
}

const mllp = (message: string): string => `\x0b${message}\x1c\r`;

function acknowledgement(control: string): string {
  // What an engine says of an error repeats what was wrong with it.
  return (
    `MSH|^~\\&|APP2|FAC2|APP1|FAC1|20260302100001||ACK|A${control}|P|2.5.1\r` +
    `MSA|AE|${control}|${canary()}\rERR||PID^1^5|101|E|||${canary()}|${canary()}\r`
  );
}

function hl7Conversations(): Packet[] {
  const turns = ['ADT^A01', 'ORM^O01', 'ORU^R01', 'SIU^S12', 'MDM^T02', 'ADT^A40'].map(
    (type, index): Turn => {
      const control = `ZC${index}`;
      return [mllp(hl7(type, control)), mllp(acknowledgement(control))];
    },
  );
  return [
    ...converse(2575, turns),
    // Broken on purpose: what is said of an error may not quote it.
    ...converse(2576, [[`\x0b${hl7('ADT^A01', 'ZC8')}\x0b${hl7('ADT^A01', 'ZC9')}\x1cX`]]),
    ...converse(2577, [[`\x0bMSH|^~\\&|APP1|FAC1|${canary()}\x1c\r`]]),
    ...converse(6000, [[hl7('ADT^A08', 'ZC10')]]),
  ];
}

// ---- DICOM ----

/** Attributes that name a device, a class or an object: they may be told. */
const DEVICE_TAGS: ReadonlySet<number> = new Set([
  0x0008_0005, 0x0008_0008, 0x0008_0016, 0x0008_0018, 0x0008_0052, 0x0008_0060, 0x0008_0061, 0x0008_0070,
  0x0008_0080, 0x0008_0081, 0x0008_1010, 0x0008_1090, 0x0018_1000, 0x0018_1020, 0x0018_1002, 0x0018_1030,
  0x0018_100b, 0x0040_0241, 0x0040_0242, 0x0040_0001, 0x0040_0010, 0x0012_0062, 0x0008_1040,
]);
const GROUPS = [0x0008, 0x0010, 0x0018, 0x0020, 0x0032, 0x0038, 0x0040, 0x0088, 0x4008];

function* tags(): Iterable<[group: number, element: number]> {
  for (const group of GROUPS)
    for (let element = 0x10; element <= 0x2200; element += 0x10)
      for (let last = 0; last <= (element < 0x200 || (element & 0xff0) === 0x90 ? 8 : 0); last += 1)
        if (!DEVICE_TAGS.has(group * 65_536 + element + last)) yield [group, element + last];
}

const identifiers = (): Buffer[] => [
  explicit(0x0010, 0x0010, 'PN', `${canary()}^${canary()}`),
  explicit(0x0010, 0x0020, 'LO', canary()),
  explicit(0x0010, 0x0030, 'DA', canary().slice(0, 8)),
  explicit(0x0010, 0x1000, 'LO', `${canary()}\\${canary()}`),
  explicit(0x0010, 0x1040, 'LO', canary()),
];

/** Every attribute of the groups, private ones, sequences in sequences, curves and overlays' texts. */
function dataSet(): Buffer {
  const inner = Buffer.concat(identifiers());
  const one = Buffer.concat([Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]), inner]);
  one.writeUInt32LE(inner.length, 4);
  const elements: Buffer[] = [];
  for (const [group, element] of tags()) {
    if (group === 0x0010 && element === 0x10) elements.push(identifiers()[0]);
    else if (group === 0x0008 && element === 0x1110) elements.push(explicit(group, element, 'SQ', one));
    else elements.push(explicit(group, element, 'LO', canary()));
  }
  elements.push(explicit(0x0011, 0x0010, 'LO', 'ZZPRIVATE'));
  elements.push(explicit(0x0011, 0x1001, 'LO', canary()));
  elements.push(explicit(0x7fe0, 0x0010, 'OW', Buffer.from(canary().repeat(16))));
  return Buffer.concat(elements);
}

const CONTEXTS = [
  { id: 1, sopClass: UID.ctImage, syntaxes: [UID.explicitLittle] },
  { id: 3, sopClass: '1.2.840.10008.5.1.4.1.2.2.1', syntaxes: [UID.explicitLittle] },
  { id: 5, sopClass: '1.2.840.10008.5.1.4.31', syntaxes: [UID.explicitLittle] },
  { id: 7, sopClass: UID.procedureStep, syntaxes: [UID.explicitLittle] },
];

function dicomConversations(): Packet[] {
  const name = canary();
  const secret = canary();
  const identity = Buffer.alloc(4);
  identity[0] = 2;
  identity.writeUInt16BE(name.length, 2);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(secret.length);
  const peer = {
    calling: 'ZZCANARY1',
    called: 'ARCHIVE1',
    classUid: '1.2.826.0.1.3680043.10.998.1',
    versionName: 'ZZLAB_1',
    userItems: [item(0x58, identity, name, length, secret)],
  };
  const request = (context: number, sopClass: string, field: number, id: number): Buffer =>
    Buffer.concat([
      dataPdus(
        context,
        'command',
        commandSet([
          [0x0002, sopClass],
          [0x0100, field],
          [0x0110, id],
          [0x0700, 0],
          [0x0800, 1],
          [0x1000, `1.2.826.0.1.3680043.10.998.7.${id}`],
        ]),
      ),
      dataPdus(context, 'data', dataSet()),
    ]);
  const response = (context: number, field: number, id: number, status: number, data: boolean): Buffer =>
    Buffer.concat([
      dataPdus(
        context,
        'command',
        commandSet([
          [0x0100, field],
          [0x0120, id],
          [0x0800, data ? 1 : 0x0101],
          [0x0900, status],
          // (0000,0902) says in words what went wrong, and with whom.
          [0x0902, canary()],
        ]),
      ),
      ...(data ? [dataPdus(context, 'data', dataSet())] : []),
    ]);
  return [
    ...converse(104, [
      [
        associateRequest(peer, CONTEXTS),
        associateAccept(
          peer,
          CONTEXTS.map(({ id }) => ({ id, syntax: UID.explicitLittle })),
        ),
      ],
      [request(1, UID.ctImage, 0x0001, 1), response(1, 0x8001, 1, 0xa900, false)],
      [request(3, CONTEXTS[1].sopClass, 0x0020, 2), response(3, 0x8020, 2, 0xff00, true)],
      [null, response(3, 0x8020, 2, 0, false)],
      [request(5, CONTEXTS[2].sopClass, 0x0020, 3), response(5, 0x8020, 3, 0xff00, true)],
      [request(7, UID.procedureStep, 0x0140, 4), response(7, 0x8140, 4, 0x0110, false)],
      [releaseRequest(), releaseResponse()],
    ]),
    // Garbage after a good start: what is said of an error may not quote it.
    ...converse(104, [
      [associateRequest(peer, CONTEXTS), associateAccept(peer, [{ id: 1, syntax: UID.implicitLittle }])],
      [pdu(4, Buffer.concat([Buffer.from([0, 0, 0xff, 0xff, 1, 3]), implicit(0x0010, 0x0010, canary())]))],
      [pdu(9, Buffer.from(canary()))],
    ]),
  ];
}

// ---- HTTP ----

const http = (line: string, fields: Record<string, string>, body: Buffer | string = ''): Buffer => {
  const bytes = Buffer.from(body as string);
  const head = Object.entries({ ...fields, 'Content-Length': bytes.length }).map(
    ([key, value]) => `${key}: ${value}`,
  );
  return Buffer.concat([Buffer.from([line, ...head, '', ''].join('\r\n')), bytes]);
};

const NAMED = (): Record<string, string> => ({
  Host: 'zztest.example',
  Cookie: `patient=${canary()}`,
  Referer: `http://zztest.example/${canary()}?name=${canary()}`,
  Authorization: `Basic ${Buffer.from(`${canary()}:${canary()}`).toString('base64')}`,
  'X-Patient': canary(),
});

function fhirPatient(): object {
  return {
    resourceType: 'Patient',
    id: canary(),
    identifier: [{ system: canary(), value: canary() }],
    name: [{ text: canary(), family: canary(), given: [canary()] }],
    telecom: [{ value: canary() }],
    address: [{ text: canary(), line: [canary()], city: canary() }],
    birthDate: '1950-02-03',
    contact: [{ name: { family: canary() }, telecom: [{ value: canary() }] }],
    text: { div: `<div>${canary()}</div>` },
  };
}

function cda(): string {
  return (
    `<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>${canary()}</title><recordTarget><patientRole>` +
    `<id extension="${canary()}" root="1.2.3"/><addr><streetAddressLine>${canary()}</streetAddressLine></addr>` +
    `<telecom value="tel:${canary()}"/><patient><name><given>${canary()}</given><family>${canary()}</family></name>` +
    `<birthTime value="19500203"/></patient></patientRole></recordTarget>` +
    `<component><text>${canary()}</text></component></ClinicalDocument>`
  );
}

function dicomJson(): string {
  const value = (vr: string) => ({
    vr,
    Value: [vr === 'PN' ? { Alphabetic: `${canary()}^${canary()}` } : canary()],
  });
  return JSON.stringify([
    { '00100010': value('PN'), '00100020': value('LO'), '00100040': value('CS'), '00081030': value('LO') },
  ]);
}

function httpConversations(): Packet[] {
  const json = { 'Content-Type': 'application/fhir+json' };
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const part10 = Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    explicit(2, 0x10, 'UI', UID.explicitLittle),
    dataSet(),
  ]);
  const multipart = Buffer.concat([
    Buffer.from(
      `--zz\r\nContent-Type: application/dicom\r\nContent-Disposition: attachment; filename="${canary()}"\r\n\r\n`,
    ),
    part10,
    Buffer.from('\r\n--zz--\r\n'),
  ]);
  const stow = { ...NAMED(), 'Content-Type': 'multipart/related; type="application/dicom"; boundary=zz' };
  const search = `GET /fhir/Patient?family=${canary()}&identifier=${canary()}&birthdate=1950-02-03 HTTP/1.1`;
  const bundle = () => JSON.stringify({ resourceType: 'Bundle', entry: [{ resource: fhirPatient() }] });
  const outcome = JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ diagnostics: canary() }] });
  return [
    ...converse(8080, [
      [http(search, NAMED()), http('HTTP/1.1 200 OK', { ...json, 'Set-Cookie': canary() }, bundle())],
      [
        http('POST /fhir/Patient HTTP/1.1', { ...NAMED(), ...json }, JSON.stringify(fhirPatient())),
        http('HTTP/1.1 400 Bad', json, outcome),
      ],
      [
        http(`GET /fhir/Patient/${canary()} HTTP/1.1`, NAMED()),
        http('HTTP/1.1 200 OK', { ...json, 'Content-Encoding': 'gzip' }, gzipSync(bundle())),
      ],
      [
        http('PUT /xds HTTP/1.1', { ...NAMED(), 'Content-Type': 'text/xml' }, cda()),
        http('HTTP/1.1 201 Created', {}),
      ],
      [
        http(
          'POST /hl7 HTTP/1.1',
          { ...NAMED(), 'Content-Type': 'x-application/hl7-v2+er7' },
          hl7('ADT^A01', 'ZC20'),
        ),
        http('HTTP/1.1 200 OK', {}),
      ],
    ]),
    ...converse(8042, [
      [
        http('POST /dicom-web/studies HTTP/1.1', stow, multipart),
        http('HTTP/1.1 200 OK', { 'Content-Type': 'application/dicom+json' }, dicomJson()),
      ],
      [
        http(`GET /dicom-web/studies?PatientName=${canary()}*&00100020=${canary()} HTTP/1.1`, NAMED()),
        http('HTTP/1.1 200 OK', { 'Content-Type': 'application/dicom+json' }, dicomJson()),
      ],
    ]),
    ...converse(80, [
      [
        http('POST /login.php HTTP/1.1', { ...NAMED(), ...form }, `user=${canary()}&password=${canary()}`),
        http(
          'HTTP/1.1 200 OK',
          { 'Content-Type': 'text/html' },
          `<html><title>${canary()}</title>Patient Name: ${canary()} MRN: ${canary()} DOB: 1950-02-03</html>`,
        ),
      ],
      [
        http(
          'POST /api HTTP/1.1',
          { ...NAMED(), 'Content-Type': 'application/json' },
          `{"patientName":"${canary()}","mrn":"${canary()}","dob":"1950-02-03"}`,
        ),
        http('HTTP/1.1 500 Error', { 'Content-Encoding': 'deflate' }, deflateRawSync(canary())),
      ],
    ]),
  ];
}

// ---- Devices, files, mail, and what nobody knows ----

function astm(): string {
  const record = (type: string) =>
    `${type}|1|${Array.from({ length: 30 }, () => `${canary()}^${canary()}`).join('|')}\r`;
  return `H|\\^&|||ZZANALYZER^1.0|||||||P|1394-97|20260302\r${record('P')}${record('C')}${record('O')}R|1|^^^GLU|${canary()}|mg/dL\r${record('M')}L|1|N\r`;
}

function poct1a(): string {
  return (
    `<OBS.R01><HDR><HDR.control_id V="1"/></HDR><SVC><PT><PT.patient_id V="${canary()}"/><PT.name V="${canary()}"><FAM V="${canary()}"/></PT.name>` +
    `<PT.birth_date V="1950-02-03"/><OBS><OBS.observation_id V="GLU"/><OBS.value V="${canary()}"/><NTE.text V="${canary()}"/></OBS></PT></SVC></OBS.R01>`
  );
}

function mail(): Turn[] {
  const attached = Buffer.from(hl7('ORU^R01', 'ZC30')).toString('base64');
  const body =
    `From: ${canary()} <${canary()}@zztest.example>\r\nTo: ${canary()}@zztest.example\r\nSubject: ${canary()}\r\nMIME-Version: 1.0\r\n` +
    `Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n\r\nPatient: ${canary()}\r\n--zz\r\nContent-Type: text/plain; name="${canary()}.hl7"\r\n` +
    `Content-Transfer-Encoding: base64\r\n\r\n${attached.replace(/(.{76})/g, '$1\r\n')}\r\n--zz--\r\n.\r\n`;
  return [
    [null, '220 mail.zztest.example ESMTP ZZMail 1.0\r\n'],
    ['EHLO client.zztest.example\r\n', '250-mail.zztest.example\r\n250 AUTH PLAIN LOGIN\r\n'],
    [`AUTH PLAIN ${Buffer.from(`\0${canary()}\0${canary()}`).toString('base64')}\r\n`, '235 OK\r\n'],
    [`MAIL FROM:<${canary()}@zztest.example>\r\n`, '250 OK\r\n'],
    [`RCPT TO:<${canary()}@zztest.example>\r\n`, `550 no ${canary()}\r\n`],
    ['DATA\r\n', '354 go on\r\n'],
    [body, '250 OK\r\n'],
    ['QUIT\r\n', '221 bye\r\n'],
  ];
}

function otherConversations(): Packet[] {
  const labelled = `PatientName=${canary()};MRN=${canary()};DOB=1950-02-03\r\n`;
  return [
    ...converse(5000, [[`\x05`, '\x06'], [`\x02${astm()}\x03`, '\x06'], ['\x04']]),
    ...converse(5001, [[astm()]]),
    ...converse(5002, [[poct1a(), '<ACK.R01><HDR><HDR.control_id V="1"/></HDR></ACK.R01>']]),
    ...converse(21, [
      [null, '220 (vsFTPd 3.0.3)\r\n'],
      [`USER ${canary()}\r\n`, '331 Please specify the password.\r\n'],
      [`PASS ${canary()}\r\n`, '230 Login successful.\r\n'],
      [`STOR ${canary()}.dcm\r\n`, `150 Ok to send ${canary()}\r\n`],
    ]),
    ...converse(20_000, [
      [
        Buffer.concat([
          Buffer.alloc(128),
          Buffer.from('DICM'),
          explicit(2, 0x10, 'UI', UID.explicitLittle),
          dataSet(),
        ]),
      ],
    ]),
    ...converse(25, mail()),
    ...converse(23, [
      [null, 'zz login: '],
      [`${canary()}\r\n`, 'Password: '],
      [`${canary()}\r\n`, `Last login: ${canary()}\r\n$ `],
    ]),
    ...converse(7000, [[labelled.repeat(4), `OK ${canary()}\r\n`]]),
    ...converse(7001, [[Buffer.from(labelled, 'utf16le')]]),
    ...converse(22, [[`SSH-2.0-OpenSSH_9.2 \r\n`, `SSH-2.0-OpenSSH_9.2\r\n${canary()}`]]),
  ];
}

/** All of them, one after another. */
export function canaryPackets(): Packet[] {
  return [...hl7Conversations(), ...dicomConversations(), ...httpConversations(), ...otherConversations()];
}
