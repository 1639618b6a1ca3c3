import type { ReplayProgress } from '../capture/replay.ts';
import { clip, printable } from '../sinks/printable.ts';
import { bytes, duration, number } from '../sinks/text.ts';

export interface Progress {
  show(progress: ReplayProgress): void;
  /** Takes it off the terminal. */
  stop(): void;
}

/** A bar on stderr where that is a terminal; nothing elsewhere. */
export async function createProgress(quiet: boolean): Promise<Progress> {
  if (quiet || !process.stderr.isTTY) return { show() {}, stop() {} };
  const { SingleBar } = (await import('cli-progress')).default;
  const started = performance.now();
  const bar = new SingleBar({
    format: (_options, { progress }, payload) => {
      const filled = Math.round(Math.min(1, progress) * 24);
      const drawn = payload.known ? `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ` : '';
      return clip(`${drawn}${payload.text}`, process.stderr.columns || 80);
    },
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // A signal is handled by the command, which then reports.
    gracefulExit: false,
  });
  bar.start(1, 0, { text: 'reading', known: false });
  return {
    show(progress) {
      const elapsed = (performance.now() - started) / 1000;
      const share = progress.total === null ? 0 : progress.read / Math.max(1, progress.total);
      bar.update(Math.min(1, share), {
        known: progress.total !== null,
        text: progressText(progress, elapsed),
      });
    },
    stop() {
      bar.stop();
    },
  };
}

/** `412 MB of 676 MB · 480,000 packets/s · 2 s left · monday.pcap`. `elapsed` in seconds. */
export function progressText(progress: ReplayProgress, elapsed: number): string {
  const { read, total, packets } = progress;
  const rate = elapsed > 0 ? Math.round(packets / elapsed) : 0;
  const parts = [total === null ? bytes(read) : `${bytes(Math.min(read, total))} of ${bytes(total)}`];
  parts.push(`${number(rate)} packets/s`);
  if (total !== null && read > 0 && elapsed > 0.5)
    parts.push(`${duration(Math.ceil((Math.max(0, total - read) / read) * elapsed))} left`);
  parts.push(printable(progress.path));
  return parts.join(' · ');
}
