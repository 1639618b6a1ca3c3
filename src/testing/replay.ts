import type { FrameSink } from '../core/frame.ts';
import type { Results } from '../sinks/results.ts';
import type { Sink } from '../sinks/sink.ts';

/** The whole product between capture and sinks, as tests drive it. */
export interface Analysis extends FrameSink {
  readonly results: Results;
  /** The capture is over: tells all that was pending. */
  finish(): void;
}

/**
 * A fresh pipeline with every dissector, tracker and detection, reporting to `sink`. An exception that is not
 * `Malformed` comes out of it instead of being counted, so that tests see it.
 */
export function openAnalysis(_sink: Sink): Analysis {
  throw new Error('no pipeline yet');
}

/** Feeds a capture file to `target`; returns the reader's error (the file was damaged or cut) or null. */
export async function readInto(_path: string, _target: FrameSink): Promise<string | null> {
  throw new Error('no capture reader yet');
}
