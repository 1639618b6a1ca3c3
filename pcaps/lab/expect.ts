import { execFileSync } from 'node:child_process';

/** What tshark finds in a trace: the second opinion that the tests compare with. */
export interface Seen {
  readonly packets: number;
  readonly dicom: { pdus: Record<string, number>; messages: Record<string, number> };
  /** `byType` has acknowledgements too, as they name themselves in MSH-9; `acks` by MSA-1. */
  readonly hl7: { messages: number; byType: Record<string, number>; acks: Record<string, number> };
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
  const decode = [
    ...DICOM_PORTS.map((port) => `tcp.port==${port},dicom`),
    ...HL7_PORTS.map((port) => `tcp.port==${port},hl7`),
  ];
  const argv = ['-n', '-r', path, ...decode.flatMap((rule) => ['-d', rule]), '-V', '-O', 'dicom,hl7'];
  const text = execFileSync('tshark', argv, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const packets = (text.match(/^Frame \d+:/gm) ?? []).length;
  const pdus: Record<string, number> = {};
  const messages: Record<string, number> = {};
  const byType: Record<string, number> = {};
  const acks: Record<string, number> = {};
  let hl7Messages = 0;
  let segment = '';
  for (const line of text.split('\n')) {
    const pdu = /^\s+PDU Type: .*\(0x(0[1-7])\)$/.exec(line);
    if (pdu) count(pdus, PDU_NAMES[pdu[1]]);
    const command = /^\s+\(0000,0100\)\s+2 Command Field\s+(\S+)$/.exec(line);
    if (command) count(messages, command[1]);
    const head = /^ {4}(\w{3}) \(/.exec(line);
    if (head) segment = head[1];
    if (segment === 'MSH' && head) hl7Messages++;
    // tshark numbers the segment's name as field 1, and MSH-1 not at all.
    const field = /^ {8}field (\d+): (.*)$/.exec(line);
    if (field && segment === 'MSH' && field[1] === '9')
      count(byType, field[2].split('^').slice(0, 2).join('^'));
    if (field && segment === 'MSA' && field[1] === '2') count(acks, field[2]);
  }
  return {
    packets,
    dicom: { pdus: sorted(pdus), messages: sorted(messages) },
    hl7: { messages: hl7Messages, byType: sorted(byType), acks: sorted(acks) },
  };
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
