import type { WrittenTrace } from './written/trace.ts';

/** A trace of what devices say of themselves, recorded from a program. */
export interface DeviceTrace {
  /** Below `pcaps`, without ending. */
  readonly path: string;
  readonly program: string;
  readonly about: string;
}

/** Recorded from real programs, in namespaces or on loopback, one by one: `npm run record` does not repeat them. */
export const DEVICE_TRACES: readonly DeviceTrace[] = [];

/** Written out from standards: `npm run record -- --only-derive` writes them anew. */
export const WRITTEN_TRACES: readonly WrittenTrace[] = [];
