import type { Packet } from '../../../src/testing/packets.ts';

export interface WrittenTrace {
  readonly path: string;
  readonly from: string;
  readonly contains: string;
  packets(): readonly Packet[];
}
