import type { Side } from '../../src/core/facts.ts';
import type { Identifier, Sealed } from '../../src/core/sealed.ts';
import type { Micros } from '../../src/core/time.ts';

/** One proposed presentation context and what became of it (PS3.8 §9.3.2.2, §9.3.3.2). */
export interface PresentationContext {
  readonly id: number;
  /** SOP class UID; '' when the request was not seen and nothing in the messages told it. */
  abstractSyntax: string;
  transferSyntaxes: string[];
  /** 0 acceptance, 1 user-rejection, 2 no-reason, 3 abstract-syntax-not-supported, 4 transfer-syntaxes-not-supported; null: not answered. */
  result: number | null;
  /** The transfer syntax accepted, or inferred from the data when the negotiation was not seen; '' unknown. */
  transferSyntax: string;
  /** True when the syntax was inferred from data rather than read from the negotiation. */
  inferred: boolean;
}

export interface Implementation {
  classUid: string;
  versionName: string;
}

/** SCP/SCU role selection (PS3.7 §D.3.3.4). */
export interface RoleSelection {
  readonly sopClass: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

/**
 * `released`: A-RELEASE both ways; `aborted`: A-ABORT or the connection was reset after acceptance;
 * `rejected`: A-ASSOCIATE-RJ; `unanswered`: a request and no answer before the flow ended; `cut`: accepted (or
 * joined mid-stream), then the connection or the capture ended with neither release nor abort.
 */
export type AssociationOutcome = 'released' | 'aborted' | 'rejected' | 'unanswered' | 'cut';

/** All that is known of one association. The same object grows through its events; the last event has it whole. */
export interface Association {
  /** AE titles, trailing and leading spaces removed (PS3.8 §9.3.2), control characters as `\xNN`; '' unknown. */
  callingAe: string;
  calledAe: string;
  /** The A-ASSOCIATE-RQ was not in the capture. */
  withoutRequest: boolean;
  accepted: boolean;
  outcome: AssociationOutcome | null;
  protocolVersion: number;
  applicationContext: string;
  contexts: PresentationContext[];
  client: Implementation;
  server: Implementation;
  /** Maximum length each side is ready to receive (PS3.8 §D.1); 0 unlimited; -1 not seen. */
  maxPduClient: number;
  maxPduServer: number;
  /** Asynchronous operations window proposed (PS3.7 §D.3.3.3): invoked, performed; null when not proposed. */
  asyncOperations: { invoked: number; performed: number } | null;
  roles: RoleSelection[];
  /** SOP classes with (common) extended negotiation (PS3.7 §D.3.3.5, §D.3.3.6). */
  extendedNegotiation: string[];
  /** User identity type (PS3.7 §D.3.3.7): 1 user name, 2 with passcode, 3 Kerberos, 4 SAML, 5 JWT; 0 none. */
  userIdentity: number;
  /**
   * Reserved fields of the A-ASSOCIATE-RQ (bytes 2, 9–10 and 43–74 of PS3.8 Table 9-11, which shall be zero) as 70
   * hexadecimal digits when any of them is not zero, and behind a space each different value of the reserved bytes of
   * its presentation contexts; ''. Whatever somebody hid there: nothing to be shown.
   */
  reserved: string;
  /** The same of the A-ASSOCIATE-AC; '' also where bytes 43–74 are the request's sent back, as Table 9-17 asks for. */
  reservedAnswer: string;
  /** A-ASSOCIATE-RJ (PS3.8 §9.3.4) with its meaning in words. */
  rejection: { result: number; source: number; reason: number; text: string } | null;
  /** A-ABORT (PS3.8 §9.3.8). */
  abort: { source: number; reason: number; text: string; by: Side } | null;
  /** PDUs by type; index 1–7, index 0 those of no known type. */
  pdus: number[];
  /** DIMSE messages by command: `C-STORE-RQ` → count. */
  messages: Record<string, number>;
  /** Responses by command and status: `C-STORE-RSP` → `0000` → count. */
  statuses: Record<string, Record<string, number>>;
  /** Composite objects moved, by SOP class UID. */
  objects: Record<string, number>;
  /** Bytes of PDUs each way, as counted by the parser (gaps excluded). */
  bytesToServer: number;
  bytesToClient: number;
  start: Micros;
  end: Micros;
  /** Anomalies by kind. */
  anomalies: Record<string, number>;
}

/** The request was seen (or an association taken up without one, `withoutRequest`). */
export interface AssociationRequested {
  readonly type: 'dicom.requested';
  readonly association: Association;
}

/** A-ASSOCIATE-AC or -RJ was seen: `association.accepted`, `association.rejection`. */
export interface AssociationAnswered {
  readonly type: 'dicom.answered';
  readonly association: Association;
}

/** One per association, when it is over. */
export interface AssociationEnded {
  readonly type: 'dicom.association';
  readonly association: Association;
}

/** One DIMSE message (command set and, where there is one, its data set up to the limit). */
export interface DimseMessage {
  readonly type: 'dicom.message';
  readonly association: Association;
  /** `C-STORE-RQ`, `N-EVENT-REPORT-RSP`, …; `0x1234` for a command field no standard names. */
  readonly command: string;
  readonly from: Side;
  readonly contextId: number;
  /** (0000,0110) or (0000,0120). */
  readonly messageId: number;
  /** Affected or requested SOP class and instance UIDs; '' when absent. */
  readonly sopClass: string;
  readonly sopInstance: string;
  /** Responses: four hexadecimal digits, its class and its name in PS3.7 Annex C or PS3.4; '' for requests. */
  readonly status: string;
  readonly statusClass: 'success' | 'pending' | 'warning' | 'failure' | 'cancel' | '';
  readonly statusText: string;
  /** C-MOVE destination (0000,0600); ''. */
  readonly moveDestination: string;
  /** Sub-operations remaining, completed, failed, warning ((0000,1020)–(0000,1023)); null when absent. */
  readonly subOperations: { remaining: number; completed: number; failed: number; warning: number } | null;
  /** Responses: microseconds since the request, null when it was not seen. */
  readonly latency: Micros | null;
  /** Bytes of the data set that went by, 0 when there is none. */
  readonly dataSetBytes: number;
  /**
   * The data set did not come to its end (the association ended, a gap, a new command in its place): what is
   * said of it is from the part that was read, and it does not count as an object.
   */
  readonly partial: boolean;
  /** AE title that asked for the C-MOVE of which this C-STORE is a sub-operation (0000,1030); ''. */
  readonly moveOriginator: string;
  /** The data set's transfer syntax UID, '' unknown, and whether it was inferred. */
  readonly transferSyntax: string;
  readonly inferred: boolean;
  /** Identifiers that had a value in the data set, and the patient as a keyed hash. */
  readonly identifiers: readonly Identifier[];
  readonly patient: number | null;
  /** The identifiers themselves, sealed. */
  readonly phi: readonly Sealed[];
  /**
   * Query/retrieve level (0008,0052), and whether the keys of a query/retrieve C-FIND select nobody in particular:
   * wildcards, and dates that are all of time. A worklist's never do: it is asked for all that is scheduled.
   */
  readonly queryLevel: string;
  readonly universalQuery: boolean;
  /**
   * A C-FIND of which nothing but how a name or record number begins (at most three characters) selects anybody, and
   * a keyed hash of that beginning: two numbers differ where two beginnings do; null for all others. It has three parts
   * of 17 bits, for the first character, the first two and all of it; parts that a shorter one has not are 0.
   */
  readonly prefixQuery: boolean;
  readonly queryKey: number | null;
  /** C-FIND requests: days of the study dates asked for; null for all. */
  readonly queryDays: number | null;
  /** (0008,0060) of the data set; ''. */
  readonly modality: string;
  /**
   * C-STORE requests: 32 bits that tell one object's pixel data from another's of the same transfer syntax, from
   * samples of them; null when there are none, or any of the data set was missed. README says what samples can miss.
   */
  readonly pixelDigest: number | null;
}

export type DicomEvent = AssociationRequested | AssociationAnswered | AssociationEnded | DimseMessage;
