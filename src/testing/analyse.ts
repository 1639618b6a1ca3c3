import type { AnyEvent } from '../../dissectors/index.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Finding } from '../detections/finding.ts';
import type { Sink } from '../sinks/sink.ts';
import { type Summary, summarize } from '../sinks/summary.ts';
import { Tally } from '../sinks/tally.ts';
import type { Asset } from '../trackers/asset.ts';
import { feed, type Packet } from './packets.ts';
import { EventRecorder } from './record.ts';
import { type Analysis, openAnalysis, readBytes, readInto } from './replay.ts';

/** All that a replay concludes. */
export interface Analysed {
  readonly summary: Summary;
  readonly findings: readonly Finding[];
  readonly assets: readonly Asset[];
  readonly events: readonly AnyEvent[];
  /** Events and anomalies as golden files have them. */
  readonly lines: readonly string[];
  /** Why the capture was not read to its end; null when it was. */
  readonly error: string | null;
}

/** Counts and keeps what the pipeline says. */
class Witness implements Sink {
  readonly tally = new Tally();
  readonly recorder = new EventRecorder();
  readonly events: AnyEvent[] = [];

  event(event: AnyEvent, flow: Flow, time: number): void {
    this.tally.event(event, flow);
    this.recorder.event(event, flow, time);
    this.events.push(event);
  }

  fact(fact: Fact, flow: Flow | null, time: number): void {
    this.recorder.fact(fact, flow, time);
  }

  async close(): Promise<void> {}
}

function begin(): { witness: Witness; analysis: Analysis; end(error: string | null): Analysed } {
  const witness = new Witness();
  const analysis = openAnalysis(witness);
  return {
    witness,
    analysis,
    end: (error) => {
      analysis.end();
      return {
        summary: summarize(analysis, witness.tally, []),
        findings: analysis.findings(),
        assets: analysis.assets(),
        events: witness.events,
        lines: witness.recorder.lines,
        error,
      };
    },
  };
}

/** A capture file through the whole product. */
export async function analyseFile(path: string): Promise<Analysed> {
  const { analysis, end } = begin();
  return end(await readInto(path, analysis));
}

/** A capture that arrives in pieces. */
export function analysePieces(pieces: Iterable<Uint8Array>): Analysed {
  const { analysis, end } = begin();
  return end(readBytes(pieces, analysis));
}

/** Packets without a file around them. */
export function analysePackets(packets: readonly Packet[]): Analysed {
  const { analysis, end } = begin();
  feed(packets, analysis);
  return end(null);
}

/** What tshark counts too, in the shape of `expected.json`: what was not seen has no key. */
export function countsOf({ summary: { capture, dicom, hl7 } }: Analysed) {
  return {
    packets: capture.packets,
    dicom: { pdus: seen(dicom.pdus), messages: seen(dicom.messages) },
    hl7: { messages: hl7.messages, acks: hl7.acks, byType: seen(hl7.by_type), byAck: seen(hl7.by_ack) },
  };
}

function seen(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
