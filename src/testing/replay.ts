import { CaptureReader } from '../capture/reader.ts';
import { replayPaths } from '../capture/replay.ts';
import { parseNetwork } from '../config/cidr.ts';
import { DEFAULT_INTERNAL, type Network } from '../core/address.ts';
import type { FrameSink } from '../core/frame.ts';
import { Countries } from '../country.ts';
import { Pipeline, type PipelineOptions } from '../pipeline.ts';
import type { Results } from '../sinks/results.ts';
import type { Sink } from '../sinks/sink.ts';
import { macVendor } from '../vendor.ts';

const INTERNAL = DEFAULT_INTERNAL.map((cidr) => parseNetwork(cidr) as Network);
const COUNTRIES = new Countries();

/** The whole product between capture and sinks, as tests drive it. */
export interface Analysis extends FrameSink, Results {
  /** The capture is over: tells all that was pending. */
  end(): void;
}

/**
 * A fresh pipeline with every dissector, tracker and detection, reporting to `sink`. An exception that is not
 * `Malformed` comes out of it instead of being counted, so that tests see it.
 */
export function openAnalysis(sink: Sink, more: Partial<PipelineOptions> = {}): Analysis {
  return new Pipeline(
    {
      internal: INTERNAL,
      reveal: false,
      hashKey: new Uint8Array(8),
      country: (address) => COUNTRIES.of(address.text),
      vendor: macVendor,
      rethrow: true,
      ...more,
    },
    [sink],
  );
}

/** Feeds a capture file to `target`; returns the reader's error (the file was damaged or cut) or null. */
export async function readInto(path: string, target: FrameSink): Promise<string | null> {
  const [report] = await replayPaths([path], target);
  return report.error;
}

/** As `readInto`, of a capture that arrives in pieces, as from a pipe. */
export function readBytes(pieces: Iterable<Uint8Array>, target: FrameSink): string | null {
  const reader = new CaptureReader(target);
  for (const piece of pieces) if (!reader.push(piece)) return reader.error;
  reader.end();
  return reader.error;
}
