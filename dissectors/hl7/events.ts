import type { Side } from '../../src/core/facts.ts';
import type { Identifier, Sealed } from '../../src/core/sealed.ts';
import type { Micros } from '../../src/core/time.ts';

/** One HL7 v2 message on the wire, acknowledgements included (HL7 v2.5.1 §2.9, §2.15.9). */
export interface Hl7Message {
  readonly type: 'hl7.message';
  readonly from: Side;
  /** `ADT^A01`; `ACK` for an acknowledgement without trigger; `` when MSH-9 is empty. */
  readonly messageType: string;
  /** MSH-9.3. */
  readonly structure: string;
  /** MSH-10. */
  readonly controlId: string;
  /** MSH-3.1, MSH-4.1, MSH-5.1, MSH-6.1. */
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly receivingApplication: string;
  readonly receivingFacility: string;
  /** MSH-12.1 and MSH-11.1. */
  readonly version: string;
  readonly processingId: string;
  /** First value of MSH-18; ''. */
  readonly charset: string;
  /** An acknowledgement (has MSA): its code MSA-1 (AA AE AR CA CE CR), '' otherwise. */
  readonly ackCode: string;
  /** MSA-2; ''. */
  readonly ackedControlId: string;
  /** Acknowledgements: microseconds since the message they answer; null when it was not seen. */
  readonly latency: Micros | null;
  /** Bytes without framing, and segments. */
  readonly bytes: number;
  readonly segments: number;
  /** Cut by a gap or longer than the limit: what is said is from the part that was read. */
  readonly partial: boolean;
  /** `mllp` framed; `raw` began with MSH without a start block. */
  readonly framing: 'mllp' | 'raw';
  /** Part of a batch (FHS/BHS). */
  readonly batch: boolean;
  readonly identifiers: readonly Identifier[];
  readonly patient: number | null;
  readonly phi: readonly Sealed[];
}

/** One per connection that spoke HL7, when it is over. */
export interface Hl7Session {
  readonly type: 'hl7.session';
  /** Messages that acknowledge none, and those that do: together all that went by. */
  readonly messages: number;
  readonly acks: number;
  /** Messages that had no acknowledgement when the session ended, in a session that acknowledges at all. */
  readonly unacknowledged: number;
  /** MLLP release 2 commit acknowledgements (ACK 0x06 and NAK 0x15). */
  readonly commitAcks: number;
  readonly commitNaks: number;
  /** `messages` by MSH-9, and `acks` by MSA-1; past a limit as `other`. */
  readonly byType: Readonly<Record<string, number>>;
  readonly byAck: Readonly<Record<string, number>>;
  /** Who spoke, as `application|facility`, at most eight of each. */
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
  readonly patients: number;
  readonly start: Micros;
  readonly end: Micros;
  readonly outcome: 'closed' | 'reset' | 'idle' | 'cut';
  readonly anomalies: Readonly<Record<string, number>>;
}

export type Hl7Event = Hl7Message | Hl7Session;
