import { execFileSync } from 'node:child_process';

/** What tshark finds in a trace: the second opinion that the tests compare with. */
export interface Seen {
  readonly packets: number;
  readonly dicom: { pdus: Record<string, number>; messages: Record<string, number> };
  /** As in a replay's summary: `messages` and `byType` without acknowledgements, those in `acks` and, by MSA-1, `byAck`. */
  readonly hl7: {
    messages: number;
    acks: number;
    byType: Record<string, number>;
    byAck: Record<string, number>;
  };
}

const PDU_NAMES: Record<string, string> = {
  '01': 'A-ASSOCIATE-RQ',
  '02': 'A-ASSOCIATE-AC',
  '03': 'A-ASSOCIATE-RJ',
  '04': 'P-DATA-TF',
  '05': 'A-RELEASE-RQ',
  '06': 'A-RELEASE-RP',
  '07': 'A-ABORT',
};

/** Ports of the laboratory that tshark does not know to be DICOM or HL7. */
const DICOM_PORTS = [104, 10_004, 11_112, 50_000, ...range(11_113, 11_131)];
const HL7_PORTS = [2_575, 6_661, 2_580, 2_581, ...range(6_670, 6_679)];

export function tshark(path: string): Seen {
  const details = run(path, '-V', '-O', 'dicom,hl7');
  const packets = (details.match(/^Frame \d+:/gm) ?? []).length;
  const pdus: Record<string, number> = {};
  const commands: Record<string, number> = {};
  const byType: Record<string, number> = {};
  let messages = 0;
  let acks = 0;
  let segment = '';
  for (const line of details.split('\n')) {
    const pdu = /^\s+PDU Type: .*\(0x(0[1-7])\)$/.exec(line);
    if (pdu) count(pdus, PDU_NAMES[pdu[1]]);
    const command = /^\s+\(0000,0100\)\s+2 Command Field\s+(\S+)$/.exec(line);
    if (command) count(commands, command[1]);
    const head = /^ {4}(\w{3}) \(/.exec(line);
    if (head) segment = head[1];
    // tshark numbers the segment's name as field 1, and MSH-1 not at all.
    const field = /^ {8}field 9: (.*)$/.exec(line);
    if (!field || segment !== 'MSH') continue;
    if (field[1].startsWith('ACK')) {
      acks++;
    } else {
      messages++;
      count(byType, field[1].split('^').slice(0, 2).join('^'));
    }
  }
  return {
    packets,
    dicom: { pdus: sorted(pdus), messages: sorted(most(commands, summaries(path))) },
    hl7: { messages, acks, byType: sorted(byType), byAck: sorted(acknowledgements(path)) },
  };
}

/**
 * The commands named in tshark's one-line summaries: right where its details are not (in contexts of encapsulated or
 * deflated syntaxes, a response is taken for the continuation of the object it answers as soon as details are wanted).
 */
function summaries(path: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const text = run(path);
  for (const [name] of text.matchAll(/\b[CN]-[A-Z]+(?:-REPORT)?-R(?:Q|SP)\b(?!-DATA)/g)) count(counts, name);
  return counts;
}

/** tshark drops a last segment that no CR ends, as simple-hl7's MSA: read it from the frames tshark took for HL7. */
function acknowledgements(path: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of run(
    path,
    '-Y',
    'hl7 && !tcp.analysis.retransmission',
    '-T',
    'fields',
    '-e',
    'tcp.payload',
  ).split('\n')) {
    const text = Buffer.from(line.replace(/[^0-9a-f]/g, ''), 'hex').toString('latin1');
    for (const [, code] of text.matchAll(/[\r\n]MSA[|!]([AC][AER])\b/g)) count(counts, code);
  }
  return counts;
}

function run(path: string, ...options: string[]): string {
  const rules = [
    ...DICOM_PORTS.map((port) => `tcp.port==${port},dicom`),
    ...HL7_PORTS.map((port) => `tcp.port==${port},hl7`),
  ];
  const argv = ['-n', '-r', path, ...rules.flatMap((rule) => ['-d', rule]), ...options];
  return execFileSync('tshark', argv, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function most(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, Math.max(one[key] ?? 0, other[key] ?? 0)]));
}

function count(into: Record<string, number>, key: string): void {
  into[key] = (into[key] ?? 0) + 1;
}

function sorted(record: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
