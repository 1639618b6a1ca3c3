import { fileURLToPath } from 'node:url';
import type { AnyEvent } from '../../dissectors/index.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { isoTime } from '../core/time.ts';
import type { Sink } from '../sinks/sink.ts';
import { openAnalysis, readInto } from './replay.ts';

/** Facts that the events of the same dissector repeat, or that every packet states. */
const PASSED_OVER: ReadonlySet<Fact['fact']> = new Set(['flow', 'phi', 'activity', 'behaviour']);

/** Writes down every event and what is told of devices as one line of JSON: what a golden file holds. */
export class EventRecorder implements Sink {
  readonly lines: string[] = [];

  event(event: AnyEvent, flow: Flow, time: number): void {
    this.#write(time, flow, event);
  }

  fact(fact: Fact, flow: Flow | null, time: number): void {
    if (PASSED_OVER.has(fact.fact)) return;
    if (fact.fact === 'neighbour') {
      if (fact.leased === true) this.#write(time, flow, { ...fact, address: fact.address.text });
      return;
    }
    this.#write(time, flow, fact.fact === 'device' ? { ...fact, address: fact.address?.text ?? null } : fact);
  }

  async close(): Promise<void> {}

  #write(time: number, flow: Flow | null, what: AnyEvent | object): void {
    this.lines.push(
      JSON.stringify({ time: isoTime(time), flow: flow && flowText(flow), ...brief(what) }, plain),
    );
  }
}

/**
 * An association stands in each of its events, with all its contexts: once, at its end, is enough to compare,
 * and a golden file of a retrieve would be forty times its trace.
 */
function brief(what: AnyEvent | object): object {
  if ('type' in what && what.type === 'hl7.message') {
    // Digests are for comparing within a run, and for no output.
    const { digest: _digest, results: _results, ...said } = what;
    return said;
  }
  if (!('association' in what) || what.type === 'dicom.association') return what;
  const { callingAe, calledAe } = what.association;
  return { ...what, association: `${callingAe} > ${calledAe}` };
}

function flowText(flow: Flow): string {
  const { client, server, proto, vlan0, tunnel } = flow;
  const vlan = vlan0 >= 0 ? ` vlan ${vlan0}` : '';
  const inside = tunnel ? ` in ${tunnel}` : '';
  return `${proto} ${client.address.text}:${client.port} > ${server.address.text}:${server.port}${vlan}${inside}`;
}

/** What JSON has no words for. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}

/** The golden lines of a trace: its events in order, then one line of counts. */
export async function recordEvents(trace: string): Promise<string[]> {
  const recorder = new EventRecorder();
  const analysis = openAnalysis(recorder);
  const error = await readInto(trace, analysis);
  analysis.end();
  const net = analysis.net();
  const streams = analysis.streams();
  const counts = {
    packets: net.packets,
    bytes: net.bytes,
    truncated: net.truncated,
    duplicates: net.duplicates,
    undecoded: net.undecoded,
    tcp_flows: streams.tcpFlows,
    udp_flows: streams.udpFlows,
    flows_with_gaps: streams.flowsWithGaps,
    missed_bytes: streams.missedBytes,
    findings: Object.fromEntries(
      analysis
        .findings()
        .map((finding) => [
          `${finding.detection} ${finding.source.ip} > ${finding.destination.ip}`,
          `${finding.severity} ×${finding.count}`,
        ]),
    ),
    error,
  };
  return [...recorder.lines, JSON.stringify({ end: counts }, plain)];
}

// `tsx src/testing/record.ts CAPTURE…` prints them: what auscult makes of a capture, while a dissector is written.
if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const path of process.argv.slice(2))
    process.stdout.write(`${(await recordEvents(path)).join('\n')}\n`);
