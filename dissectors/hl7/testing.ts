import type { Direction } from '../../src/core/flow.ts';
import type { Emitted, PlayOptions, Step } from '../../src/testing/every-split.ts';
import { everySplit, play } from '../../src/testing/every-split.ts';
import { hl7 } from './index.ts';

/** Helpers of this folder's tests: conversations written as segments, played, and looked at. */

export const latin1 = (value: string): Buffer => Buffer.from(value, 'latin1');

/** Segments with a carriage return behind each. */
export const message = (...segments: string[]): string => segments.map((segment) => `${segment}\r`).join('');

/** An MLLP block. */
export const block = (content: string): string => `\x0b${content}\x1c\r`;

export const toServer = (value: string): Step => ({ send: 0, bytes: latin1(value) });
export const toClient = (value: string): Step => ({ send: 1, bytes: latin1(value) });
export const gap = (direction: Direction, length: number): Step => ({ gap: direction, length });

/** An MSH from ADMIT at WEST to ENGINE at EAST. */
export const msh = (type: string, id: string, rest = '|P|2.5.1'): string =>
  `MSH|^~\\&|ADMIT|WEST|ENGINE|EAST|20260302081500||${type}|${id}${rest}`;

export const acknowledgement = (code: string, id: string, ackId = `A${id}`): string =>
  block(
    message(`MSH|^~\\&|ENGINE|EAST|ADMIT|WEST|20260302081501||ACK|${ackId}|P|2.5.1`, `MSA|${code}|${id}`),
  );

/** Whoever this is, nobody is: names that no patient has. */
export const PID =
  'PID|1||MRN0042^^^WEST^MR||ZZTESTPATIENT^QUINCY^X||19790704|M|||12 NOSUCH LANE^^NOWHERE^ZZ^00000||555-0142|||||ACC77';

export const admission = (id: string): string =>
  block(message(msh('ADT^A01^ADT_A01', id), 'EVN|A01|20260302081500', PID, 'PV1|1|I|W^389^1'));

export class Said {
  readonly all: readonly Emitted[];

  constructor(all: readonly Emitted[]) {
    this.all = all;
  }

  get messages(): Emitted[] {
    return this.all.filter((event) => event.type === 'hl7.message');
  }

  get session(): Emitted | undefined {
    return this.all.find((event) => event.type === 'hl7.session');
  }

  facts(kind: string): Emitted[] {
    return this.all.filter((event) => event.fact === kind);
  }

  get anomalies(): unknown[] {
    return this.facts('anomaly').map((fact) => fact.kind);
  }

  get types(): unknown[] {
    return this.messages.map((event) => event.messageType);
  }

  /** `side attribute value` of each attribute fact. */
  get attributes(): string[] {
    return this.facts('attribute').map((fact) => `${fact.side} ${fact.attribute} ${fact.value}`);
  }

  get activities(): string[] {
    return this.facts('activity').map((fact) => `${fact.side} ${fact.activity}`);
  }
}

export const said = (steps: readonly Step[], options: PlayOptions = {}): Said =>
  new Said(play(hl7, steps, options));

/** The same, fed in every way TCP could have cut it. */
export const saidHoweverSplit = (steps: readonly Step[], options: PlayOptions = {}): Said =>
  new Said(everySplit(hl7, steps, options));
