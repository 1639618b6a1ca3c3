import type { AnyEvent } from '../../dissectors/index.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import type { Finding, FindingChange } from '../detections/finding.ts';

/**
 * Something that takes what the pipeline concludes: a file, a counter, a page. Called synchronously in
 * packet order; a sink that writes elsewhere buffers and never blocks. All methods but `close` are optional.
 */
export interface Sink {
  event?(event: AnyEvent, flow: Flow, time: Micros): void;
  fact?(fact: Fact, flow: Flow | null, time: Micros): void;
  finding?(finding: Finding, change: FindingChange, flow: Flow | null, time: Micros): void;
  /** Once a second of packet time at most. */
  tick?(time: Micros): void;
  /** The capture is over and all that was pending has been told. */
  close(): Promise<void>;
}
