import type { Packet } from '../../../src/testing/packets.ts';

/** A trace whose packets are written out, because no program at hand says such things. */
export interface WrittenTrace {
  /** Below `pcaps`, without ending. */
  readonly path: string;
  /** The standard or document it was written from. */
  readonly from: string;
  readonly contains: string;
  packets(): readonly Packet[];
}
