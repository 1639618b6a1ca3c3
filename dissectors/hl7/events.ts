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
  /**
   * Keyed digest of all segments behind MSH, the same for the same bytes: 32 bits, signed; 0 of an acknowledgement. Of
   * segments over 512 bytes as much of each field as is read. To compare, and for no output.
   */
  readonly digest: number;
  /** What a message of results says, at most 64 of its OBX; to compare, and for no output. */
  readonly results: readonly Hl7Result[];
}

/**
 * One OBX with a number, a short text or a code in it, belonging to an order that has a number. What is written in
 * another way is the same: blanks, letters' case, zeros around a number, a decimal comma.
 */
export interface Hl7Result {
  /** Keyed digest of patient, order (OBR-2.1, else OBR-3.1), observation (OBX-3.1, OBX-4) and unit (OBX-6.1). */
  readonly key: number;
  /** OBX-3.1: what was observed. */
  readonly observation: string;
  /** Keyed digest of OBX-5. */
  readonly value: number;
  /** OBX-5 is a number, perhaps with a comparator. */
  readonly numeric: boolean;
  /** OBX-11 (table 0085): `F` final, `P` preliminary, `C` corrected; ''. */
  readonly status: string;
}

/**
 * A message that nobody will acknowledge any more, in a session that acknowledges: the connection is over, or so much
 * time has passed (`outstanding.ts`) that no answer is to be expected.
 */
export interface Hl7Unacknowledged {
  readonly type: 'hl7.unacknowledged';
  /** Side that sent it. */
  readonly from: Side;
  readonly messageType: string;
  readonly controlId: string;
  /** Microseconds that it waited. */
  readonly waited: Micros;
  /** How the connection ended; null while it is open. */
  readonly outcome: Hl7Session['outcome'] | null;
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

export type Hl7Event = Hl7Message | Hl7Unacknowledged | Hl7Session;
