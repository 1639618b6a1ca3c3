import { sourceFiles } from './sources.ts';

/** The committed traces, from the repository's root, in a fixed order. */
export function traces(): string[] {
  return ['.pcap', '.pcapng']
    .flatMap((ending) => sourceFiles(ending))
    .filter((path) => path.startsWith('pcaps/'));
}

/** Where the golden events of a trace are kept: beside it. */
export function goldenOf(trace: string): string {
  return trace.replace(/\.pcap(ng)?$/, '.events.jsonl');
}
