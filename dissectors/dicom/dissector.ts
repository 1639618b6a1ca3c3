/**
 * The DICOM Upper Layer as a byte stream: PDUs, the PDVs in them, the messages those are fragments of. Headers
 * are read where they stand; of a data set's bytes only the walker sees the first, and what is behind its last
 * wanted element is skipped by count. Nothing is kept of a PDU but how much of it is still to come.
 */
import {
  type DissectorContext,
  type FlowEnd,
  type Progress,
  ReusedProgress,
  type StreamDissector,
  type StreamParser,
} from '../../src/core/dissector.ts';
import { Malformed } from '../../src/core/errors.ts';
import type { Side } from '../../src/core/facts.ts';
import { type Direction, type Flow, TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { AssociationTracker, SIDES } from './association.ts';
import { DataSetWalker } from './dataset.ts';
import { C_STORE, type CommandSet, decodeCommand, isKnownCommand } from './dimse.ts';
import type { DicomEvent } from './events.ts';
import {
  A_ABORT,
  A_ASSOCIATE_AC,
  A_ASSOCIATE_RJ,
  A_ASSOCIATE_RQ,
  A_RELEASE_RP,
  A_RELEASE_RQ,
  ASSOCIATE_NAMES,
  ASSOCIATE_RESERVED,
  lengthFits,
  P_DATA_TF,
  PDU_HEADER,
  PDU_NAMES,
  PDV_COMMAND,
  PDV_HEADER,
  PDV_LAST,
  USER_INFORMATION_ITEM,
  u16be,
  u32be,
} from './pdu.ts';
import { A_PDU, find, NOT_A_PDU, probe, recognise } from './recognise.ts';

/** 104 and 11112 are registered, 2762 is for TLS (which is not ours to read), the others are what is found. */
const PORTS = [104, 11112, 4242, 2761, 2345, 4100, 5678, 6000, 11113] as const;

/** A command set holds a few UIDs; only N-GET lists attributes. */
const MAX_COMMAND = 16_384;
/** Of all command sets that are waiting for their last fragment, in one association. */
const MAX_COMMANDS_KEPT = 65_536;
/** Data sets walked at a time in one direction; further ones are counted and not looked into. */
const MAX_WALKERS = 4;
/** No implementation sends more in one PDU. */
const MAX_DATA_LENGTH = 1 << 28;
/** A PDU of wrong length or unknown type is stepped over up to this length. */
const MAX_STRAY_LENGTH = 1 << 16;

/** What the next bytes of a direction are. */
const SEARCH = 0;
const HEADER = 1;
const NAMES = 2;
const RESERVED = 3;
const ITEM = 4;
const USER_ITEM = 5;
const SHORT = 6;
const PDV = 7;
const BODY = 8;
const SKIP = 9;

/**
 * Two packets of opposite directions that lie closer together than this (microseconds) may stand in the capture in
 * another order than they had on the wire: a mirror has a queue for each direction.
 */
const CROSSING = 1_500;

/** How far the framing of a direction is to be believed. */
const FOUND = 0;
const ONE_PDU = 1;
const PROVED = 2;

/** Walkers of all associations that have no data set to walk. */
const idleWalkers: DataSetWalker[] = [];
const IDLE_WALKERS = 64;

const EMPTY = new Uint8Array(0);

/** Reserved bytes of an A-ASSOCIATE-RQ or -AC that stand before the AE titles. */
const RESERVED_BEFORE = 3;

/** The message that a direction is sending in one presentation context. */
class Assembly {
  readonly contextId: number;
  /** The command set so far, when it does not come in one piece. */
  commandBytes: Uint8Array = EMPTY;
  commandLength = 0;
  /** Part of the command set was missed, or it is too long to keep: the rest of it is passed over. */
  commandLost = false;
  /** The command set, while its data set is still to come. */
  command: CommandSet | null = null;
  walker: DataSetWalker | null = null;
  dataSetBytes = 0;
  dataStarted = false;
  /** Some of the data set was missed where it was still being read. */
  damaged = false;
  /** What the capture had missed of the flow when the data set began. */
  missedBefore = 0;

  constructor(contextId: number) {
    this.contextId = contextId;
  }
}

/** One direction. */
class Half {
  readonly direction: Direction;
  readonly side: Side;
  state: number;
  trust: number;
  type = 0;
  /** Bytes still to come of the PDU, of the user information item in it, and of the PDV in it. */
  pdu = 0;
  user = 0;
  piece = 0;
  /** Reserved fields of the A-ASSOCIATE-RQ or -AC being read: bytes 2, 9, 10 and 43–74. */
  readonly reserved = new Uint8Array(RESERVED_BEFORE + ASSOCIATE_RESERVED);
  /** An A-ASSOCIATE-RQ or -AC is being read that is to be told at its end. */
  reading = false;
  control = 0;
  assembly: Assembly | null = null;
  readonly assemblies = new Map<number, Assembly>();
  walkers = 0;
  commandsKept = 0;
  /** Bytes given and left unread at the last call. */
  left = 0;
  /** Places passed since the search began. */
  searched = 0;
  /** Some of this direction was missed: what does not fit together may be due to that. */
  lossy: boolean;
  pdus = 0;
  /** This side has sent A-RELEASE-RQ or -RP in the association, after which it has nothing more to send. */
  releaseSent = false;
  strayPdus = 0;
  /** Given up without a word. */
  dead = false;

  constructor(direction: Direction, midstream: boolean) {
    this.direction = direction;
    this.side = SIDES[direction];
    this.state = midstream ? SEARCH : HEADER;
    this.trust = midstream ? FOUND : PROVED;
    this.lossy = midstream;
  }
}

class DicomParser implements StreamParser {
  readonly #flow: Flow;
  readonly #context: DissectorContext<DicomEvent>;
  readonly #halves: readonly [Half, Half];
  readonly #progress = new ReusedProgress();
  #association: AssociationTracker;
  /** Data came while no acceptance was seen: malformed, unless the acceptance was only captured late or missed. */
  #early: { readonly side: Side; readonly since: number } | null = null;

  constructor(flow: Flow, context: DissectorContext<DicomEvent>) {
    this.#flow = flow;
    this.#context = context;
    const joined = flow.midstream || flow.missedBytes > 0;
    this.#halves = [new Half(TO_SERVER, joined), new Half(TO_CLIENT, joined)];
    this.#association = new AssociationTracker(flow, context);
  }

  data(direction: Direction, bytes: Uint8Array): Progress {
    const half = this.#halves[direction];
    const end = bytes.length;
    this.#association.record.end = this.#context.now();
    let at = 0;
    while (at < end && !half.dead) {
      const taken = this.#step(half, bytes, at);
      if (taken < 0) {
        half.left = end - at;
        return this.#progress.set(at, -taken);
      }
      at += taken;
    }
    half.left = 0;
    return this.#progress.set(half.dead ? end : at);
  }

  /**
   * Reads one thing at `at`. Returns the bytes it took, more than there are to have them skipped, or, when it
   * can do nothing with what is there, the bytes it wants as a negative number.
   */
  #step(half: Half, bytes: Uint8Array, at: number): number {
    const there = bytes.length - at;
    switch (half.state) {
      case SEARCH:
        return this.#search(half, bytes, at);
      case HEADER:
        return there < PDU_HEADER ? -PDU_HEADER : this.#header(half, bytes, at);
      case NAMES:
        return there < ASSOCIATE_NAMES ? -ASSOCIATE_NAMES : this.#names(half, bytes, at);
      case RESERVED:
        return there < ASSOCIATE_RESERVED ? -ASSOCIATE_RESERVED : this.#reserved(half, bytes, at);
      case ITEM:
      case USER_ITEM:
        return this.#item(half, bytes, at);
      case SHORT:
        return there < 4 ? -4 : this.#short(half, bytes, at);
      case PDV:
        return this.#pdvHeader(half, bytes, at);
      case BODY:
        return this.#body(half, bytes, at);
      default: {
        const taken = Math.min(half.pdu, there);
        this.#take(half, taken);
        if (half.pdu === 0) {
          this.#endPdu(half);
          return taken;
        }
        // Its last byte must be seen, or a connection that breaks off would look as if all had come.
        const skipped = half.pdu - 1;
        this.#take(half, skipped);
        return taken + skipped;
      }
    }
  }

  #take(half: Half, length: number): void {
    half.pdu -= length;
    this.#association.count(half.direction, length);
  }

  // ---- finding the way ----

  /** Goes on to the next place where a PDU starts, or as far as it is sure that none does. */
  #search(half: Half, bytes: Uint8Array, start: number): number {
    const end = bytes.length;
    let at = start;
    for (; at < end; at++) {
      const type = bytes[at];
      if (type === 0 || type > A_ABORT) continue;
      // Ten bytes that are mostly zero are easily found in an image: short PDUs only where a segment may start.
      const long = type === P_DATA_TF || type === A_ASSOCIATE_RQ || type === A_ASSOCIATE_AC;
      if (!long && half.searched + at - start > 0) continue;
      const found = recognise(bytes, at, end);
      if (found === NOT_A_PDU) continue;
      if (found === A_PDU) {
        half.state = HEADER;
        half.trust = FOUND;
        break;
      }
      if (at === start) return -(end - at + 1);
      break;
    }
    half.searched += at - start;
    return at - start;
  }

  #startSearch(half: Half): void {
    this.#abandon(half);
    this.#endReading(half);
    half.state = SEARCH;
    half.searched = 0;
    half.lossy = true;
    half.pdu = half.piece = half.user = 0;
  }

  /** What does not fit in a direction that was only found is no DICOM, and nothing to be told. */
  #doubted(half: Half): boolean {
    if (half.trust === PROVED) return false;
    this.#startSearch(half);
    half.searched = 1;
    return true;
  }

  /** The framing is lost for good. Who catches this tells it as an anomaly. */
  #lost(half: Half, kind: string, detail: string): never {
    for (const each of this.#halves) each.dead = true;
    this.#association.countAnomaly(kind);
    throw new Malformed(kind, `${detail}, sent by the ${half.side}`);
  }

  #anomaly(half: Half, kind: string, detail: string): void {
    this.#association.anomaly(kind, detail, half.side);
  }

  #header(half: Half, bytes: Uint8Array, at: number): number {
    const type = bytes[at];
    const length = u32be(bytes, at + 2);
    if (half.trust === FOUND) {
      half.trust = ONE_PDU;
    } else if (half.trust === ONE_PDU) {
      // The first PDU was recognised; a second one right behind it proves that it was no chance.
      const fits = type >= 1 && type <= A_ABORT && lengthFits(type, length) && length <= MAX_DATA_LENGTH;
      if (!fits && this.#doubted(half)) return 0;
      half.trust = PROVED;
      this.#association.confirm();
    } else if (half.pdus === 0 && half.direction === TO_CLIENT && type >= 0x20) {
      // A server that answers in another protocol is none of DICOM; whoever asked it is told as unanswered.
      half.dead = true;
      return 0;
    }
    half.pdus++;
    half.reserved[0] = bytes[at + 1];
    this.#begin(half, type, length);
    return PDU_HEADER;
  }

  #begin(half: Half, type: number, length: number): void {
    half.type = type;
    half.pdu = length;
    half.state = SKIP;
    if (type === A_ASSOCIATE_RQ && half.direction === TO_SERVER) this.#nextAssociation();
    this.#association.count(half.direction, PDU_HEADER);
    this.#association.record.pdus[type <= A_ABORT ? type : 0]++;
    switch (type) {
      case A_ASSOCIATE_RQ:
      case A_ASSOCIATE_AC:
        this.#beginAssociate(half, length);
        break;
      case P_DATA_TF:
        this.#beginData(half, length);
        break;
      case A_ASSOCIATE_RJ:
      case A_RELEASE_RQ:
      case A_RELEASE_RP:
      case A_ABORT:
        this.#beginShort(half, length);
        break;
      default:
        this.#stray(half, 'pdu-type', `PDU type ${type} of length ${length}`);
    }
    if (half.state === SKIP && half.pdu === 0) this.#endPdu(half);
  }

  /** Steps over a PDU that should not be; two in a row are no PDUs. */
  #stray(half: Half, kind: string, detail: string): void {
    if (half.pdu > MAX_STRAY_LENGTH || ++half.strayPdus > 1) this.#lost(half, kind, detail);
    this.#anomaly(half, kind, detail);
  }

  /** An A-ASSOCIATE-RQ where another association is over, or was joined and its end missed. */
  #nextAssociation(): void {
    const before = this.#association;
    const [toServer, toClient] = this.#halves;
    if (toServer.pdus + toClient.pdus === 1) return;
    if (before.requestPending) return;
    const missedItsEnd = before.record.withoutRequest && toServer.lossy;
    if (before.confirmed && !before.concluded && !missedItsEnd) return;
    this.#settleEarly();
    for (const half of this.#halves) {
      half.releaseSent = false;
      this.#abandon(half);
      if (half.state === BODY || half.state === PDV) half.state = SKIP;
    }
    if (before.concluded)
      before.anomaly('second-request', 'A-ASSOCIATE-RQ after the association was over', 'client');
    before.close('fin');
    this.#association = new AssociationTracker(this.#flow, this.#context);
  }

  #beginAssociate(half: Half, length: number): void {
    const association = this.#association;
    const name = PDU_NAMES[half.type];
    if (!lengthFits(half.type, length)) {
      this.#stray(half, 'pdu-length', `${name} of length ${length}`);
      return;
    }
    half.strayPdus = 0;
    const request = half.type === A_ASSOCIATE_RQ;
    if (request !== (half.direction === TO_SERVER)) {
      this.#anomaly(half, 'pdu-direction', `${name} sent by the ${half.side}`);
    } else if (request && !association.record.withoutRequest) {
      this.#anomaly(half, 'second-request', 'A-ASSOCIATE-RQ inside an association');
    } else if (!request && association.answered) {
      this.#anomaly(half, 'second-answer', 'A-ASSOCIATE-AC after the association was answered');
    } else {
      half.state = NAMES;
    }
  }

  #beginShort(half: Half, length: number): void {
    if (length === 4) {
      half.strayPdus = 0;
      half.state = SHORT;
      return;
    }
    const kinds: Readonly<Record<number, string>> = {
      [A_ASSOCIATE_RJ]: 'rj-length',
      [A_ABORT]: 'abort-length',
    };
    this.#stray(half, kinds[half.type] ?? 'release-length', `${PDU_NAMES[half.type]} of length ${length}`);
  }

  #beginData(half: Half, length: number): void {
    const association = this.#association;
    const { record } = association;
    if (length > MAX_DATA_LENGTH) this.#lost(half, 'pdu-length', `P-DATA-TF of length ${length}`);
    if (!lengthFits(P_DATA_TF, length)) {
      this.#stray(half, 'pdu-length', `P-DATA-TF of length ${length}`);
      return;
    }
    half.strayPdus = 0;
    half.state = PDV;
    const maximum = half.direction === TO_SERVER ? record.maxPduServer : record.maxPduClient;
    if (maximum > 0 && length > maximum)
      this.#anomaly(
        half,
        'pdu-over-maximum',
        `P-DATA-TF of length ${length} where at most ${maximum} is received`,
      );
    if (association.released) {
      // What the other side sent is no measure: one direction may wait for a hole to be filled, and the other not.
      if (half.releaseSent) this.#anomaly(half, 'data-after-release', 'P-DATA-TF after A-RELEASE-RP');
    } else if (record.rejection !== null) this.#dataBeforeAcceptance(half.side);
    else if (this.#isBeforeAcceptance(half)) this.#early ??= { side: half.side, since: this.#context.now() };
  }

  /** The first word of the server, where the client's has not come yet. */
  #answers(): void {
    const [toServer] = this.#halves;
    this.#association.requestPending = toServer.pdus === 0 && !toServer.lossy && this.#flow.bothSides;
  }

  #dataBeforeAcceptance(side: Side): void {
    const detail = 'P-DATA-TF in an association that is not accepted';
    this.#association.anomaly('data-before-acceptance', detail, side);
  }

  /** It is known now whether an acceptance was on its way when data came. */
  #settleEarly(): void {
    const early = this.#early;
    this.#early = null;
    if (early === null || this.#halves.some((half) => half.lossy)) return;
    this.#dataBeforeAcceptance(early.side);
  }

  /** Data where all that was sent before was seen, and no acceptance was in it. */
  #isBeforeAcceptance(half: Half): boolean {
    const { record } = this.#association;
    if (record.accepted || record.abort !== null) return false;
    const [server, client] = this.#halves;
    if (server.lossy || client.lossy || !this.#flow.bothSides) return false;
    // The answer may have come to the capture late, and wait for what is before it.
    return half.direction === TO_SERVER
      ? this.#flow.bytesToClient <= record.bytesToClient
      : this.#flow.bytesToServer <= record.bytesToServer;
  }

  // ---- A-ASSOCIATE ----

  #names(half: Half, bytes: Uint8Array, at: number): number {
    if (half.type === A_ASSOCIATE_RQ) this.#association.requestNames(bytes, at);
    else {
      this.#answers();
      this.#association.answerNames(bytes, at);
      if (this.#early !== null && this.#context.now() - this.#early.since < CROSSING) this.#early = null;
      this.#settleEarly();
    }
    this.#take(half, ASSOCIATE_NAMES);
    half.reading = true;
    half.state = RESERVED;
    half.reserved[1] = bytes[at + 2];
    half.reserved[2] = bytes[at + 3];
    half.user = 0;
    return ASSOCIATE_NAMES;
  }

  /** The end of the fixed part, with which all reserved fields are there. */
  #reserved(half: Half, bytes: Uint8Array, at: number): number {
    const { reserved } = half;
    reserved.set(bytes.subarray(at, at + ASSOCIATE_RESERVED), RESERVED_BEFORE);
    if (reserved.some((byte) => byte !== 0)) this.#association.reserved(reserved, half.side);
    this.#take(half, ASSOCIATE_RESERVED);
    this.#nextItem(half);
    return ASSOCIATE_RESERVED;
  }

  #nextItem(half: Half): void {
    half.state = half.user > 0 ? USER_ITEM : ITEM;
    if (half.pdu === 0) this.#endPdu(half);
  }

  /** An item of the PDU, or of the user information item in it: type, reserved, 16-bit length (PS3.8 §9.3.2). */
  #item(half: Half, bytes: Uint8Array, at: number): number {
    const there = bytes.length - at;
    const inUser = half.state === USER_ITEM;
    const room = inUser ? half.user : half.pdu;
    if (room < 4) return this.#badItem(half, 0);
    if (there < 4) return -4;
    const type = bytes[at];
    const length = 4 + u16be(bytes, at + 2);
    if (length > room) return this.#badItem(half, type);
    if (type === USER_INFORMATION_ITEM && !inUser) {
      this.#take(half, 4);
      half.user = length - 4;
      this.#nextItem(half);
      return 4;
    }
    if (there < length) return -length;
    const end = at + length;
    const fits = inUser
      ? this.#association.userItem(type, bytes, at + 4, end, half.side)
      : this.#association.item(type, bytes, at + 4, end, half.side);
    if (!fits) this.#anomaly(half, 'item-length', `lengths inside item ${hex(type)} do not fit`);
    this.#take(half, length);
    if (inUser) half.user -= length;
    this.#nextItem(half);
    return length;
  }

  /** The items that follow cannot be found; the PDU's own length leads on. */
  #badItem(half: Half, type: number): number {
    this.#anomaly(half, 'item-length', `item ${hex(type)} does not fit in what contains it`);
    half.state = SKIP;
    return 0;
  }

  #short(half: Half, bytes: Uint8Array, at: number): number {
    const association = this.#association;
    switch (half.type) {
      case A_ASSOCIATE_RJ:
        if (half.direction === TO_SERVER)
          this.#anomaly(half, 'pdu-direction', 'A-ASSOCIATE-RJ sent by the client');
        else if (association.answered)
          this.#anomaly(half, 'second-answer', 'A-ASSOCIATE-RJ after the association was answered');
        else {
          this.#answers();
          association.rejected(bytes, at);
          this.#settleEarly();
        }
        break;
      case A_RELEASE_RQ:
        half.releaseSent = true;
        break;
      case A_RELEASE_RP:
        half.releaseSent = true;
        association.released = true;
        break;
      case A_ABORT:
        association.aborted(bytes, at, half.side);
        this.#settleEarly();
        break;
    }
    // Ten bytes found by chance prove little; ten more from the other side do.
    if (this.#halves[1 - half.direction].pdus > 0) association.confirm();
    this.#take(half, 4);
    this.#endPdu(half);
    return 4;
  }

  #endPdu(half: Half): void {
    half.state = HEADER;
    this.#endReading(half);
  }

  #endReading(half: Half): void {
    if (!half.reading) return;
    half.reading = false;
    if (half.type === A_ASSOCIATE_RQ) this.#association.requestSeen(!half.lossy);
    else this.#association.acceptanceSeen(!half.lossy);
  }

  // ---- P-DATA ----

  /** PDV item: 32-bit length, presentation context id, message control header (PS3.8 §9.3.5.1, Annex E.2). */
  #pdvHeader(half: Half, bytes: Uint8Array, at: number): number {
    if (half.pdu < PDV_HEADER) return this.#badPdv(half, half.pdu);
    if (bytes.length - at < PDV_HEADER) return -PDV_HEADER;
    const length = u32be(bytes, at);
    if (length < 2 || length + 4 > half.pdu) return this.#badPdv(half, length);
    const contextId = bytes[at + 4];
    const control = bytes[at + 5];
    this.#take(half, PDV_HEADER);
    half.piece = length - 2;
    half.control = control;
    half.state = BODY;
    if ((contextId & 1) === 0)
      this.#anomaly(half, 'context-id-even', `PDV with presentation context ${contextId}`);
    else if (this.#association.isUnaccepted(contextId))
      this.#anomaly(half, 'context-not-accepted', `PDV with presentation context ${contextId}`);
    if (control > 3) this.#anomaly(half, 'control-header-bits', `message control header ${hex(control)}`);
    this.#beginFragment(half, contextId, (control & PDV_COMMAND) !== 0);
    if (half.piece === 0) this.#endPdv(half);
    return PDV_HEADER;
  }

  #badPdv(half: Half, length: number): number {
    if (this.#doubted(half)) return 0;
    this.#anomaly(half, 'pdv-length', `PDV item of length ${length} where ${half.pdu} bytes are left`);
    this.#abandon(half);
    half.state = SKIP;
    return 0;
  }

  #beginFragment(half: Half, contextId: number, isCommand: boolean): void {
    let assembly = half.assembly;
    if (assembly === null || assembly.contextId !== contextId) {
      assembly = half.assemblies.get(contextId) ?? new Assembly(contextId);
      half.assemblies.set(contextId, assembly);
      half.assembly = assembly;
    }
    if (isCommand) {
      if (assembly.command === null) return;
      if (!half.lossy)
        this.#anomaly(half, 'message-incomplete', `a command in place of the data set of ${contextId}`);
      this.#finishMessage(half, assembly, true);
    } else if (assembly.command === null) {
      if (!half.lossy)
        this.#anomaly(half, 'data-without-command', `a data set fragment in context ${contextId}`);
    } else if (!assembly.dataStarted) {
      assembly.dataStarted = true;
      this.#startWalk(half, assembly);
    }
  }

  #startWalk(half: Half, assembly: Assembly): void {
    if (half.walkers >= MAX_WALKERS) return;
    const context = this.#association.context(assembly.contextId);
    const negotiated = context !== null && context.result === 0 && !context.inferred;
    half.walkers++;
    assembly.walker = idleWalkers.pop() ?? new DataSetWalker();
    assembly.walker.start(negotiated ? context.transferSyntax : '', assembly.command?.field === C_STORE);
    assembly.missedBefore = this.#flow.missedBytes;
  }

  #body(half: Half, bytes: Uint8Array, at: number): number {
    const assembly = half.assembly as Assembly;
    let taken = Math.min(half.piece, bytes.length - at);
    if ((half.control & PDV_COMMAND) !== 0) {
      const wanted = !assembly.commandLost;
      // Nearly every command set comes in one piece and is read where it stands.
      const whole = assembly.commandLength === 0 && (half.control & PDV_LAST) !== 0 && taken === half.piece;
      if (wanted && whole) {
        assembly.commandLost = true;
        half.piece = 0;
        this.#take(half, taken);
        this.#command(half, assembly, bytes, at, at + taken);
        if (half.state === BODY) this.#endPdv(half);
        return taken;
      }
      if (wanted) this.#keepCommand(half, assembly, bytes, at, at + taken);
    } else {
      const { walker } = assembly;
      walker?.feed(bytes, at, at + taken);
      // The last byte of a PDV must be seen, or a connection that breaks off would look as if all had come.
      const skipped = Math.min(walker?.unneeded ?? half.piece, half.piece - 1 - taken);
      if (skipped > 0) {
        walker?.pass(skipped);
        taken += skipped;
      }
      assembly.dataSetBytes += taken;
    }
    half.piece -= taken;
    this.#take(half, taken);
    if (half.piece === 0) this.#endPdv(half);
    return taken;
  }

  #keepCommand(half: Half, assembly: Assembly, bytes: Uint8Array, start: number, end: number): void {
    const length = assembly.commandLength + end - start;
    if (length > MAX_COMMAND || half.commandsKept + end - start > MAX_COMMANDS_KEPT) {
      this.#anomaly(half, 'command-length', `a command set of more than ${MAX_COMMAND} bytes`);
      this.#forgetCommand(half, assembly);
      assembly.commandLost = true;
      return;
    }
    if (length > assembly.commandBytes.length) {
      const grown = new Uint8Array(Math.max(256, 2 * length));
      grown.set(assembly.commandBytes.subarray(0, assembly.commandLength));
      assembly.commandBytes = grown;
    }
    half.commandsKept += end - start;
    assembly.commandBytes.set(bytes.subarray(start, end), assembly.commandLength);
    assembly.commandLength = length;
  }

  #forgetCommand(half: Half, assembly: Assembly): void {
    half.commandsKept -= assembly.commandLength;
    assembly.commandBytes = EMPTY;
    assembly.commandLength = 0;
    assembly.commandLost = false;
  }

  #endPdv(half: Half): void {
    const assembly = half.assembly as Assembly;
    if ((half.control & PDV_LAST) !== 0) {
      if ((half.control & PDV_COMMAND) !== 0) {
        const { commandBytes, commandLength, commandLost } = assembly;
        this.#forgetCommand(half, assembly);
        if (!commandLost) this.#command(half, assembly, commandBytes, 0, commandLength);
      } else if (assembly.command !== null) {
        assembly.walker?.finish();
        this.#finishMessage(half, assembly, assembly.damaged);
      }
    }
    if (half.state !== BODY) return;
    half.state = PDV;
    if (half.pdu === 0) this.#endPdu(half);
  }

  #command(half: Half, assembly: Assembly, bytes: Uint8Array, start: number, end: number): void {
    const command = decodeCommand(bytes, start, end);
    const fault =
      typeof command === 'string' ? command : isKnownCommand(command.field) ? '' : 'command-field';
    if (fault !== '' && this.#doubted(half)) return;
    // What is left of a command set after a gap is no malformed one.
    if (fault !== '' && !(half.lossy && typeof command === 'string'))
      this.#anomaly(half, fault, 'a command set that PS3.7 does not know');
    if (typeof command === 'string') return;
    half.trust = PROVED;
    this.#association.command(command, half.direction);
    this.#association.inferContext(assembly.contextId, command.sopClass, '');
    if (command.hasDataSet) {
      assembly.command = command;
      assembly.dataSetBytes = 0;
      assembly.dataStarted = false;
      assembly.damaged = false;
    } else {
      this.#association.message(command, half.direction, assembly.contextId, null, 0, false);
    }
  }

  #finishMessage(half: Half, assembly: Assembly, partial: boolean): void {
    const { command, walker } = assembly;
    if (command === null) return;
    const association = this.#association;
    if (walker !== null)
      association.inferContext(assembly.contextId, command.sopClass, walker.transferSyntax);
    // Bytes may have been missed among those that were skipped unseen.
    if (walker !== null && this.#flow.missedBytes !== assembly.missedBefore) walker.pixelDigest = null;
    association.message(command, half.direction, assembly.contextId, walker, assembly.dataSetBytes, partial);
    assembly.command = null;
    assembly.walker = null;
    if (walker === null) return;
    half.walkers--;
    walker.clear();
    if (idleWalkers.length < IDLE_WALKERS) idleWalkers.push(walker);
  }

  /** Messages of a direction that will not be seen to their end. */
  #abandon(half: Half): void {
    for (const assembly of half.assemblies.values()) {
      this.#finishMessage(half, assembly, true);
      this.#forgetCommand(half, assembly);
    }
    half.assemblies.clear();
    half.assembly = null;
  }

  // ---- gaps and the end ----

  /**
   * A gap inside a PDU or PDV is counted off by its length. Skipped bytes are the engine's: it counts what is
   * missing of them off before it calls.
   */
  gap(direction: Direction, length: number): 'resync' | 'give-up' {
    const half = this.#halves[direction];
    if (half.dead) return 'give-up';
    const missed = half.left + length;
    half.left = 0;
    half.lossy = true;
    if (half.state === SEARCH || half.state === HEADER || missed > half.pdu) {
      this.#startSearch(half);
    } else if (half.state === BODY && missed <= half.piece) {
      this.#missBody(half, missed);
    } else {
      if (half.type === A_RELEASE_RP) this.#association.released = half.releaseSent = true;
      this.#abandon(half);
      half.pdu -= missed;
      half.state = SKIP;
      if (half.pdu === 0) this.#endPdu(half);
    }
    return 'resync';
  }

  #missBody(half: Half, missed: number): void {
    const assembly = half.assembly as Assembly;
    half.piece -= missed;
    half.pdu -= missed;
    if ((half.control & PDV_COMMAND) !== 0) {
      this.#forgetCommand(half, assembly);
      assembly.commandLost = true;
    } else {
      assembly.dataSetBytes += missed;
      const { walker } = assembly;
      if (walker !== null && !walker.done) {
        // Behind the last element of interest nothing is lost but the digest of the pixel data.
        if (!walker.complete) assembly.damaged = true;
        walker.stop();
      }
    }
    if (half.piece === 0) this.#endPdv(half);
  }

  end(_direction: Direction): void {
    // The other direction may still have much to say; what is unfinished is told at the close.
  }

  close(how: FlowEnd): void {
    for (const half of this.#halves) {
      this.#abandon(half);
      half.dead = true;
    }
    this.#settleEarly();
    this.#association.close(how);
  }
}

function hex(byte: number): string {
  return `${byte.toString(16).toUpperCase().padStart(2, '0')}H`;
}

export const dicom: StreamDissector<'dicom', DicomEvent> = {
  name: 'dicom',
  over: 'tcp',
  ports: PORTS,
  probe,
  find,
  open: (flow, context) => new DicomParser(flow, context),
};
