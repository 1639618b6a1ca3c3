import type { Association, AssociationOutcome, DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Hl7Message } from '../../dissectors/hl7/events.ts';
import type { AnyEvent } from '../../dissectors/index.ts';
import type { Flow } from '../core/flow.ts';
import { SECOND } from '../core/time.ts';
import { Counts, Distribution, OTHER } from './counts.ts';
import type { Sink } from './sink.ts';

/** PDU types by number (PS3.8 §9.3.1); index 0 stands for those of no known type. */
export const PDU_NAMES = [
  OTHER,
  'A-ASSOCIATE-RQ',
  'A-ASSOCIATE-AC',
  'A-ASSOCIATE-RJ',
  'P-DATA-TF',
  'A-RELEASE-RQ',
  'A-RELEASE-RP',
  'A-ABORT',
] as const;

export const OUTCOMES: readonly AssociationOutcome[] = [
  'released',
  'aborted',
  'rejected',
  'unanswered',
  'cut',
];

/** MSA-1 (HL7 table 0008): original mode and enhanced mode. */
const ACK_CODES: ReadonlySet<string> = new Set(['AA', 'AE', 'AR', 'CA', 'CE', 'CR']);

/** Bucket bounds in seconds. An association lasts from an echo's milliseconds to a study's minutes. */
export const ASSOCIATION_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600] as const;
export const ACKNOWLEDGEMENT_SECONDS = [
  0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

// MSH-9 as the standard writes it. Anything else is noise, or a field of a broken message that is not a type.
const MESSAGE_TYPE = /^[A-Za-z0-9_]{1,8}(?:\^[A-Za-z0-9_]{1,8})?$/;

/**
 * Counts what the events say of DICOM and HL7, for summary.json and the metrics. Plain numbers, cheap per
 * event, read whenever somebody wants them.
 */
export class Tally implements Sink {
  readonly dicom = {
    associations: 0,
    accepted: 0,
    withoutRequest: 0,
    overTls: 0,
    /** All keys of `OUTCOMES`; they add up to `associations`. */
    outcomes: { released: 0, aborted: 0, rejected: 0, unanswered: 0, cut: 0 } as Record<
      AssociationOutcome,
      number
    >,
    /** By type, as `PDU_NAMES`. */
    pdus: [0, 0, 0, 0, 0, 0, 0, 0],
    bytesToServer: 0,
    bytesToClient: 0,
    durations: new Distribution(ASSOCIATION_SECONDS),
  };
  readonly hl7 = {
    /** Messages that are no acknowledgement; with `acks`, every message on the wire. */
    messages: 0,
    /** Messages with an MSA segment, or of type ACK. */
    acks: 0,
    unacknowledged: 0,
    sessions: 0,
    overTls: 0,
    bytes: 0,
    /** MSH-9 type and trigger of those that are no acknowledgement: adds up to `messages`. */
    byType: new Counts(),
    /** MSA-1: adds up to `acks`; a code the standard does not have is `other`. */
    byAck: new Counts(8),
    latencies: new Distribution(ACKNOWLEDGEMENT_SECONDS),
  };
  /** TLS connections, QUIC's among them, whatever is inside. */
  tlsSessions = 0;
  /** command → status (four digits, '' for requests) → count. */
  readonly #commands = new Map<string, Counts>();
  // The wire can name 65,536 commands and as many statuses.
  readonly #commandLimit = 40;
  readonly #statusLimit = 32;
  readonly #types = new Map<string, string>();

  event(event: AnyEvent, _flow: Flow): void {
    switch (event.type) {
      case 'hl7.message':
        this.#hl7Message(event);
        break;
      case 'dicom.message':
        this.#dimse(event);
        break;
      case 'dicom.association':
        this.#association(event.association);
        break;
      case 'hl7.session':
        this.hl7.sessions++;
        this.hl7.unacknowledged += event.unacknowledged;
        break;
      case 'tls.session':
        this.tlsSessions++;
        if (event.inside === 'dicom') this.dicom.overTls++;
        else if (event.inside === 'hl7') this.hl7.overTls++;
        break;
      case 'quic.session':
        this.tlsSessions++;
        break;
    }
  }

  async close(): Promise<void> {}

  /** DIMSE messages by command and status, sorted. */
  dimse(): { command: string; status: string; count: number }[] {
    const rows: { command: string; status: string; count: number }[] = [];
    for (const [command, statuses] of this.#commands)
      for (const [status, count] of statuses.entries()) rows.push({ command, status, count });
    return rows.sort((a, b) => compare(a.command, b.command) || compare(a.status, b.status));
  }

  /** DIMSE messages by command, sorted. */
  commands(): Record<string, number> {
    const totals: Record<string, number> = {};
    for (const { command, count } of this.dimse()) totals[command] = (totals[command] ?? 0) + count;
    return totals;
  }

  #hl7Message(message: Hl7Message): void {
    const { hl7 } = this;
    hl7.bytes += message.bytes;
    if (isAcknowledgement(message)) {
      hl7.acks++;
      hl7.byAck.add(ACK_CODES.has(message.ackCode) ? message.ackCode : OTHER);
      if (message.latency !== null) hl7.latencies.observe(message.latency / SECOND);
    } else {
      hl7.messages++;
      hl7.byType.add(this.#type(message.messageType));
    }
  }

  #type(raw: string): string {
    let label = this.#types.get(raw);
    if (label === undefined) {
      label = MESSAGE_TYPE.test(raw) ? raw : OTHER;
      if (this.#types.size < 1024) this.#types.set(raw, label);
    }
    return label;
  }

  #dimse(message: DimseMessage): void {
    let statuses = this.#commands.get(message.command);
    if (statuses === undefined) {
      const known = !message.command.startsWith('0x') && this.#commands.size < this.#commandLimit;
      const command = known ? message.command : OTHER;
      statuses = this.#commands.get(command);
      if (statuses === undefined) this.#commands.set(command, (statuses = new Counts(this.#statusLimit)));
    }
    statuses.add(message.status);
  }

  #association(association: Association): void {
    const { dicom } = this;
    dicom.associations++;
    if (association.accepted) dicom.accepted++;
    if (association.withoutRequest) dicom.withoutRequest++;
    dicom.outcomes[association.outcome ?? 'cut']++;
    for (let type = 0; type < 8; type++) dicom.pdus[type] += association.pdus[type] ?? 0;
    dicom.bytesToServer += association.bytesToServer;
    dicom.bytesToClient += association.bytesToClient;
    dicom.durations.observe((association.end - association.start) / SECOND);
  }
}

/** A message with an MSA segment answers another, whatever its type; an ACK without one answers badly. */
export function isAcknowledgement(message: Hl7Message): boolean {
  return (
    message.ackCode !== '' ||
    message.ackedControlId !== '' ||
    message.messageType === 'ACK' ||
    message.messageType.startsWith('ACK^')
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
