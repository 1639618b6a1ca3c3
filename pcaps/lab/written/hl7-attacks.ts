/** HL7 v2 as an intruder would speak it, and what looks like it and is a hospital's ordinary day. */
import { Connection, type Packet } from '../../../src/testing/packets.ts';
import { acknowledge, adt, labResult } from '../hl7.ts';
import { HOSTS, type HostName, PORTS } from '../hospital.ts';
import { PATIENTS } from '../patients.ts';
import type { WrittenTrace } from './trace.ts';

/** Microseconds: the laboratory's day, one o'clock. */
const START = Date.parse('2026-03-02T13:00:00Z') * 1000;

interface End {
  readonly ip: string;
  readonly mac: string;
}

/** An address of the engine's machine beside the one at which it is spoken to. */
const ENGINE_TOO: End = { ip: '10.20.3.11', mac: HOSTS.engine.mac };
/** A second analyser. */
const LAB_TOO: End = { ip: '10.20.3.31', mac: '00:18:65:20:03:31' };

/** A connection: at which second of the hour it begins, from whom to whom, and what is said. */
interface Exchange {
  readonly at: number;
  readonly from: HostName | End;
  readonly to: HostName;
  readonly port?: number;
  /** A message and its answer; '' for none. */
  readonly turns: readonly (readonly [message: string, answer: string])[];
}

const frame = (message: string): Buffer => Buffer.from(`\x0b${message}\r\x1c\r`, 'latin1');

function packetsOf({ at, from, to, port = PORTS.hl7, turns }: Exchange, number: number): Packet[] {
  const client = typeof from === 'string' ? HOSTS[from] : from;
  const ends: [End, End] = [client, HOSTS[to]];
  const connection = new Connection(port, 51_000 + number, START + at * 1e6).handshake();
  for (const [message, answer] of turns) {
    connection.send(0, frame(message));
    if (answer !== '') connection.send(1, frame(answer));
  }
  connection.close();
  for (const { bytes } of connection.packets) {
    const direction = bytes[5] - 1;
    address(bytes, ends[direction], ends[1 - direction]);
  }
  return connection.packets;
}

/** Writes whose frame it is, and for whom. */
function address(frame: Uint8Array, source: End, destination: End): void {
  frame.set(
    destination.mac.split(':').map((byte) => Number.parseInt(byte, 16)),
    0,
  );
  frame.set(
    source.mac.split(':').map((byte) => Number.parseInt(byte, 16)),
    6,
  );
  frame.set(source.ip.split('.').map(Number), 26);
  frame.set(destination.ip.split('.').map(Number), 30);
}

const trace = (path: string, contains: string, exchanges: readonly Exchange[]): WrittenTrace => ({
  path: `hl7/${path}`,
  from: 'HL7 v2.5.1 §2.9, §2.15.9',
  contains,
  packets: () => exchanges.flatMap(packetsOf).sort((a, b) => a.time - b.time),
});

/** `at`: seconds from the hour. */
const time = (at: number): string =>
  `13${String(Math.floor(at / 60)).padStart(2, '0')}${String(at % 60).padStart(2, '0')}`;

/** A message of the EHR. */
const admission = (control: string, at: number, patient = 0, trigger = 'A08'): string =>
  adt(trigger, { time: time(at), control, patient: PATIENTS[patient] });
const answer = (control: string, at: number, code = 'AA'): string =>
  acknowledge(control, 'A08', code, time(at));
const admits = (control: string, at: number, patient = 0, from: Exchange['from'] = 'ehr'): Exchange => ({
  at,
  from,
  to: 'engine',
  turns: [[admission(control, at, patient), answer(control, at)]],
});
/** The engine sends on what it got. */
const forwards = (
  control: string,
  got: number,
  at: number,
  to: HostName,
  from: Exchange['from'] = 'engine',
): Exchange => ({ at, from, to, turns: [[admission(control, got), answer(control, at)]] });

/** An analyser's result. */
const measured = (control: string, at: number, patient = 1): string =>
  labResult({ time: time(at), control, patient: PATIENTS[patient] });
/** The same result with a header of the engine's own. */
const passedOn = (message: string, control: string, at: number): string =>
  message.replace(
    /^MSH[^\r]*/,
    `MSH|^~\\&|ENGINE|ZZTESTHOSP|ZZEHR|ZZTESTHOSP|20260302${time(at)}||ORU^R01^ORU_R01|${control}|P|2.5.1`,
  );
const reports = (message: string, control: string, at: number): Exchange => ({
  at,
  from: 'lab',
  to: 'engine',
  turns: [[message, acknowledge(control, 'R01', 'AA', time(at))]],
});
const delivers = (message: string, control: string, at: number): Exchange => ({
  at,
  from: 'engine',
  to: 'ehr',
  port: PORTS.engine,
  turns: [[passedOn(message, control, at), acknowledge(control, 'R01', 'AA', time(at))]],
});
/** Under a control id of its own: only the order's number is the same. */
const corrected = (message: string): string =>
  message
    .replace('|ZZD411|P|', '|ZZD412|P|')
    .replace('||4.1|', '||4.3|')
    .replace('3.5-5.1|N|||F', '3.5-5.1|N|||C');

/** Twenty messages over one connection, of which the last `refused` are answered AE. */
const naks = (refused: number): Exchange => ({
  at: 0,
  from: 'ehr',
  to: 'engine',
  turns: Array.from({ length: 20 }, (_, i) => {
    const control = `ZZD5${String(i).padStart(2, '0')}`;
    return [admission(control, i, i % 8), answer(control, i, i < 20 - refused ? 'AA' : 'AE')];
  }),
});

/** One application name in two facilities: the second analyser's is another. */
const ofOtherFacility = (message: string): string =>
  message.replace('|ATELLICA|ZZTESTHOSP|', '|ATELLICA|ZZTESTEAST|');

export const traces: readonly WrittenTrace[] = [
  trace('replayed', 'a PC sends a message again that the engine has accepted from the EHR', [
    admits('ZZD101', 0),
    admits('ZZD102', 10, 2),
    { ...admits('ZZD101', 0), at: 100, from: 'pc' },
    admits('ZZD103', 120, 3),
  ]),
  trace(
    'forwarded',
    'an engine sends the EHR’s messages on unaltered, the EHR repeats one that got no answer: near miss',
    [
      admits('ZZD201', 0),
      forwards('ZZD201', 0, 1, 'lab'),
      forwards('ZZD201', 0, 2, 'worklist'),
      { ...admits('ZZD202', 10), turns: [[admission('ZZD202', 10), '']] },
      { ...admits('ZZD202', 10), at: 40 },
      forwards('ZZD202', 10, 41, 'lab'),
      admits('ZZD203', 60),
      forwards('ZZD203', 60, 61, 'lab'),
    ],
  ),
  trace('second-sender', 'a PC sends in the EHR’s name, with control ids of its own', [
    admits('ZZD301', 0),
    admits('ZZPC01', 30, 4, 'pc'),
    admits('ZZPC02', 35, 5, 'pc'),
    admits('ZZD302', 60),
  ]),
  trace(
    'second-address',
    'an engine gets at one address and sends on from another; two analysers of one name in two facilities: near miss',
    [
      admits('ZZD311', 0),
      forwards('ZZD311', 0, 1, 'lab', ENGINE_TOO),
      reports(measured('ZZD312', 10), 'ZZD312', 10),
      { ...reports(ofOtherFacility(measured('ZZD313', 20, 2)), 'ZZD313', 20), from: LAB_TOO },
      reports(measured('ZZD314', 30), 'ZZD314', 30),
      admits('ZZD315', 40),
      forwards('ZZD315', 40, 41, 'lab', ENGINE_TOO),
    ],
  ),
  trace('altered-result', 'the engine sends a potassium of 7.9 that came with 4.1', [
    reports(measured('ZZD401', 0), 'ZZD401', 0),
    delivers(measured('ZZD401', 0), 'ZZE401', 2),
    reports(measured('ZZD402', 60, 4), 'ZZD402', 60),
    delivers(measured('ZZD402', 60, 4).replace('||4.1|', '||7.9|'), 'ZZE402', 62),
  ]),
  trace(
    'corrected-result',
    'a potassium that the analyser corrects, and numbers that the engine writes otherwise: near miss',
    [
      reports(measured('ZZD411', 0), 'ZZD411', 0),
      delivers(measured('ZZD411', 0).replace('||4.1|mmol/L', '|| 4.10 |MMOL/L'), 'ZZE411', 2),
      reports(corrected(measured('ZZD411', 60)), 'ZZD412', 60),
      delivers(corrected(measured('ZZD411', 60)).replace('||92|', '||092.0|'), 'ZZE412', 62),
      delivers(measured('ZZD411', 0), 'ZZE413', 70),
    ],
  ),
  trace('many-naks', 'two of twenty messages are answered AE', [naks(2)]),
  trace('few-naks', 'one of twenty messages is answered AE: near miss', [naks(1)]),
];
