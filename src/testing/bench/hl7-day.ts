import { ACK, CaptureWriter, type Endpoint, FIN, mac, PSH, Random, SYN } from './frames.ts';

/**
 * HL7 v2.5 traffic of many short connections: ten packets each, one message over MLLP and its answer. Senders
 * that open a connection per message are common, and they are what fills a flow table.
 */

const CLIENTS = 2_000;
const ENGINES = 20;
const PATIENTS = 60_000;
const PORT = 2575;
/** Microseconds between two connections' starts; with a mean life of a second, 2,000 are open at once. */
const INTERVAL = 500;
const NOTHING = new Uint8Array(0);
// 2026-03-02 08:00:00 UTC
const START = 1_772_438_400e6;

const GIVEN = ['ALPHA', 'BRAVO', 'CHARLIE', 'DELTA', 'ECHO', 'FOXTROT', 'GOLF', 'HOTEL', 'INDIA', 'JULIETT'];
const FAMILY = [
  'ZZTEST',
  'ZZMUSTER',
  'ZZBENCH',
  'ZZSAMPLE',
  'ZZNOBODY',
  'ZZINVENTED',
  'ZZSPECIMEN',
  'ZZFICTION',
];
const ANALYTES = [
  ['718-7', 'Hemoglobin', 'g/dL', '13.0-17.0'],
  ['2345-7', 'Glucose', 'mg/dL', '70-105'],
  ['2823-3', 'Potassium', 'mmol/L', '3.5-5.1'],
  ['2951-2', 'Sodium', 'mmol/L', '136-145'],
  ['6690-2', 'Leukocytes', '10*3/uL', '4.5-11.0'],
  ['2160-0', 'Creatinine', 'mg/dL', '0.7-1.3'],
] as const;
const ADMISSIONS = ['A01', 'A02', 'A03', 'A04', 'A08', 'A08'] as const;

interface Conversation {
  number: number;
  step: number;
  client: Endpoint;
  engine: Endpoint;
  message: Buffer;
  reply: Buffer;
}

/** Writes the capture in order of time. */
export function hl7Day(path: string, conversations: number): { packets: number; bytes: number } {
  const writer = new CaptureWriter(path);
  const random = new Random(2_575);
  const open = new Map<number, Conversation>();
  const used = new Set<number>();
  const queue = new TimeQueue();
  let started = 0;
  let nextStart = START;
  while (started < conversations || queue.size > 0) {
    if (started < conversations && (queue.size === 0 || nextStart <= queue.soonest)) {
      open.set(started, conversation(started, used, random));
      queue.push(nextStart, started);
      started++;
      nextStart += random.between(1, 2 * INTERVAL);
      continue;
    }
    const time = queue.soonest;
    const number = queue.pop();
    const one = open.get(number)!;
    const pause = send(writer, time, one, random);
    if (pause < 0) open.delete(number);
    else queue.push(time + pause, number);
  }
  writer.close();
  return { packets: writer.packets, bytes: writer.bytes };
}

/** The conversation's next packet; returns microseconds to the one after it, or -1 when that was the last. */
function send(writer: CaptureWriter, time: number, one: Conversation, random: Random): number {
  const { client, engine, message, reply } = one;
  switch (one.step++) {
    case 0:
      writer.tcp(time, client, engine, SYN, NOTHING, 0, 0);
      return random.between(80, 400);
    case 1:
      writer.tcp(time, engine, client, SYN | ACK, NOTHING, 0, 0);
      return random.between(40, 120);
    case 2:
      writer.tcp(time, client, engine, ACK, NOTHING, 0, 0);
      return random.between(300, 3_000);
    case 3:
      writer.tcp(time, client, engine, PSH | ACK, message, 0, message.length);
      return random.between(40, 120);
    case 4:
      writer.tcp(time, engine, client, ACK, NOTHING, 0, 0);
      return random.between(2_000, 60_000);
    case 5:
      writer.tcp(time, engine, client, PSH | ACK, reply, 0, reply.length);
      return random.between(40, 120);
    case 6:
      writer.tcp(time, client, engine, ACK, NOTHING, 0, 0);
      return random.between(500_000, 1_430_000);
    case 7:
      writer.tcp(time, client, engine, FIN | ACK, NOTHING, 0, 0);
      return random.between(60, 300);
    case 8:
      writer.tcp(time, engine, client, FIN | ACK, NOTHING, 0, 0);
      return random.between(40, 120);
    default:
      writer.tcp(time, client, engine, ACK, NOTHING, 0, 0);
      return -1;
  }
}

/** `used`: the client ports taken so far, so that every conversation is a flow of its own. */
function conversation(number: number, used: Set<number>, random: Random): Conversation {
  const client = random.below(CLIENTS);
  const engine = client % ENGINES;
  const patient = random.below(PATIENTS);
  let port: number;
  do port = 32_768 + random.below(28_232);
  while (used.has(client * 65_536 + port));
  used.add(client * 65_536 + port);
  const message = text(number, client, engine, patient, random);
  return {
    number,
    step: 0,
    // Clients in 40 subnets of 50 hosts, ports at random as today's stacks choose them: addresses and ports that
    // are close together are unfair to flow tables hashed by their sum.
    client: endpoint(
      0x001422,
      (10 << 24) |
        ((16 + (client % 40) * 5) << 16) |
        ((client % 7) << 8) |
        (11 + Math.floor(client / 40) * 4),
      port,
      random,
    ),
    engine: endpoint(0x005056, (10 << 24) | (60 << 16) | (engine + 1), PORT, random),
    message: framed(message.segments),
    reply: framed([
      `MSH|^~\\&|ENGINE${engine + 1}|HUB|${message.application}|${message.facility}|20260302080000||ACK^${message.trigger}^ACK|A${String(number).padStart(9, '0')}|P|2.5`,
      `MSA|AA|${message.control}`,
    ]),
  };
}

function endpoint(prefix: number, ip: number, port: number, random: Random): Endpoint {
  return {
    mac: mac(prefix, ip & 0xffffff),
    ip,
    port,
    seq: random.below(0xffffffff),
    ipId: random.below(65_536),
    window: 63,
    tsOffset: random.below(0x7fffffff),
    tsEcho: 0,
  };
}

/** The minimal lower layer protocol: start block, segments each ended by CR, end block, CR. */
function framed(segments: string[]): Buffer {
  return Buffer.from(`\x0b${segments.join('\r')}\r\x1c\r`, 'latin1');
}

function text(number: number, client: number, engine: number, patient: number, random: Random) {
  const kind = client % 4;
  const application = ['ADT', 'RIS', 'LAB', 'PUMPGW'][kind] + String(client + 1);
  const facility = `WARD${(client % 97) + 1}`;
  const control = `${application}-${String(number).padStart(8, '0')}`;
  const name = `${FAMILY[patient % FAMILY.length]}^${GIVEN[(patient >> 3) % GIVEN.length]}${patient}`;
  const born = `19${30 + (patient % 70)}${String(1 + (patient % 12)).padStart(2, '0')}${String(1 + (patient % 28)).padStart(2, '0')}`;
  const clock = `2026030208${String(number % 60).padStart(2, '0')}${String((number >> 6) % 60).padStart(2, '0')}`;
  const sex = patient % 2 ? 'F' : 'M';
  const pid = `PID|1||ZZ${1_000_000 + patient}^^^ZZTEST^MR~${700_000_000 + patient}^^^ZZTEST^SS||${name}^^^||${born}|${sex}|||${patient % 400} Nowhere Lane^^Testville^ZZ^00000||555-01${String(patient % 100).padStart(2, '0')}|||M||ZZV${2_000_000 + patient}`;
  const visit = `PV1|1|I|W${(client % 97) + 1}^${(patient % 30) + 1}^${(patient % 4) + 1}^ZZTEST||||ZZ42^ZZDOCTOR^NOBODY^^^DR|||MED||||1|||ZZ42^ZZDOCTOR^NOBODY|INP|ZZV${2_000_000 + patient}`;
  const event = kind === 0 ? random.pick(ADMISSIONS) : kind === 1 ? 'O01' : 'R01';
  const type = kind === 0 ? `ADT^${event}^ADT_A01` : kind === 1 ? 'ORM^O01^ORM_O01' : 'ORU^R01^ORU_R01';
  const segments = [
    `MSH|^~\\&|${application}|${facility}|ENGINE${engine + 1}|HUB|${clock}||${type}|${control}|P|2.5|||AL|NE||UNICODE UTF-8`,
  ];
  if (kind === 0) {
    segments.push(`EVN|${event}|${clock}`, pid, visit, `AL1|1|DA|^INVENTED ALLERGEN ${patient % 50}|MO|RASH`);
    if (random.below(2)) segments.push(`NK1|1|${FAMILY[patient % FAMILY.length]}^KIN^^^|SPO||555-0199||EC`);
  } else if (kind === 1) {
    segments.push(pid, visit);
    segments.push(`ORC|NW|ZZO${number}^RIS|||SC||^^^${clock}^^R||${clock}|||ZZ42^ZZDOCTOR^NOBODY`);
    segments.push(`OBR|1|ZZO${number}^RIS||CT${patient % 90}^CT EXAMINATION ${patient % 90}^ZZL|||${clock}`);
  } else {
    segments.push(pid);
    segments.push(
      `OBR|1|ZZO${number}^LAB|ZZF${number}^LAB|58410-2^PANEL^LN|||${clock}||||||||ZZ42^ZZDOCTOR^NOBODY`,
    );
    const count = 2 + random.below(4);
    for (let i = 0; i < count; i++) {
      const [code, label, unit, range] = ANALYTES[(patient + i) % ANALYTES.length];
      const value = (random.below(2_000) / 10).toFixed(1);
      segments.push(`OBX|${i + 1}|NM|${code}^${label}^LN||${value}|${unit}|${range}|N|||F|||${clock}`);
    }
  }
  return { segments, application, facility, control, trigger: event };
}

/** A binary heap of (time, number). */
class TimeQueue {
  readonly #times: number[] = [];
  readonly #numbers: number[] = [];

  get size(): number {
    return this.#times.length;
  }

  get soonest(): number {
    return this.#times[0];
  }

  push(time: number, number: number): void {
    let at = this.#times.length;
    this.#times.push(time);
    this.#numbers.push(number);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent] <= time) break;
      this.#times[at] = this.#times[parent];
      this.#numbers[at] = this.#numbers[parent];
      at = parent;
    }
    this.#times[at] = time;
    this.#numbers[at] = number;
  }

  /** Takes the soonest out and returns its number. */
  pop(): number {
    const first = this.#numbers[0];
    const time = this.#times.pop()!;
    const number = this.#numbers.pop()!;
    const size = this.#times.length;
    if (size === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#times[child + 1] < this.#times[child]) child++;
      if (this.#times[child] >= time) break;
      this.#times[at] = this.#times[child];
      this.#numbers[at] = this.#numbers[child];
      at = child;
    }
    this.#times[at] = time;
    this.#numbers[at] = number;
    return first;
  }
}
