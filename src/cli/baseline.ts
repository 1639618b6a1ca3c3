import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseDuration } from '../config/duration.ts';
import type { ConfigFile } from '../config/shape.ts';
import { isoTime, type Micros, SECOND } from '../core/time.ts';
import { DETECTIONS, type DetectionMeta } from '../detections/index.ts';
import type { BaselineContents, LearnedPeriod } from '../sinks/baseline-file.ts';
import { PendingFile, refuseFolder } from '../sinks/pending-file.ts';
import type { NetCounts, Results } from '../sinks/results.ts';
import { SEVERITY_RANK } from '../sinks/severity.ts';
import { duration, number, plural } from '../sinks/text.ts';
import { Baseline, MOST_BEHAVIOURS } from '../trackers/baseline.ts';
import { UsageError } from './complain.ts';
import { unreadable } from './settings.ts';

/** As typed. */
export interface BaselineOptions {
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

/** Findings named in a warning. */
const SHOWN = 5;

/** What has to be known of a detection here. */
interface Judging {
  readonly meta: Pick<DetectionMeta, 'id' | 'baseline'>;
}

/**
 * What a replay knows and learns of what is normal. Who writes a baseline learns from all that is replayed, and judges
 * nothing by it; else who gives one judges by it from the first packet on; else `learn:` says how long to learn.
 */
export class ReplayBaseline {
  readonly baseline: Baseline;
  readonly #given: { readonly path: string; readonly contents: BaselineContents } | null;
  readonly #output: { readonly path: string; readonly file: PendingFile } | null;
  readonly #learn: Micros;
  /** Those that run. */
  readonly #detections: readonly Judging['meta'][];

  /** Throws `UsageError` for a baseline that cannot be used, `OutputError` for one that could not be written. */
  static async open(
    options: BaselineOptions,
    config: ConfigFile,
    detections: readonly Judging[] = DETECTIONS,
  ): Promise<ReplayBaseline> {
    const given = options.baseline === undefined ? null : await readBaseline(options.baseline);
    // Last: from here on there is a temporary file.
    return new ReplayBaseline(given, options.writeBaseline, config, detections);
  }

  private constructor(
    given: { path: string; contents: BaselineContents } | null,
    output: string | undefined,
    config: ConfigFile,
    detections: readonly Judging[],
  ) {
    this.#given = given;
    this.#detections = detections
      .map(({ meta }) => meta)
      .filter(({ id }) => config.detections?.[id]?.enabled !== false);
    this.#output = output === undefined ? null : { path: output, file: openOutput(output) };
    if (output !== undefined) this.#learn = Number.POSITIVE_INFINITY;
    else if (given !== null || config.learn === undefined) this.#learn = 0;
    else this.#learn = parseDuration(config.learn) ?? 0;
    this.baseline = new Baseline({
      known: given?.contents.behaviours,
      leases: given?.contents.leases,
      learn: this.#learn,
    });
  }

  /** Writes what was learned, where that was asked for. Throws `OutputError`. */
  async conclude(results: Results): Promise<void> {
    if (this.#output === null) return;
    const { baselineText, bothPeriods } = await import('../sinks/baseline-file.ts');
    const period = periodOf(results.net());
    const learned = this.#given === null ? period : bothPeriods(this.#given.contents.learned, period);
    this.#output.file.write(Buffer.from(baselineText({ learned, ...this.baseline.learned() })));
    this.#output.file.finish();
  }

  discard(): void {
    this.#output?.file.discard();
  }

  /** What whoever uses the baseline should know. `damaged`: an input was not read to its end. */
  warnings(results: Results, damaged: boolean): string[] {
    const found: string[] = [];
    const { baseline } = this;
    if (this.#output !== null) {
      const { path } = this.#output;
      const severe = results
        .findings()
        .filter(({ severity }) => SEVERITY_RANK[severity] <= SEVERITY_RANK.high)
        .map(({ detection, source, destination }) => `${detection} ${source.ip} → ${destination.ip}`);
      const unnamed = severe.splice(SHOWN).length;
      if (severe.length > 0)
        found.push(
          `${path}: what was done there was learned as normal too: ${severe.join(', ')}${unnamed > 0 ? ` and ${number(unnamed)} more` : ''}`,
        );
      if (damaged) found.push(`${path}: learned only from what could be read`);
      if (baseline.size === 0) found.push(`${path}: nothing was learned: by this baseline everything is new`);
      if (baseline.evictions > 0)
        found.push(
          `${path}: ${number(baseline.evictions)} behaviours found no room among ${number(MOST_BEHAVIOURS)}: they will be new`,
        );
      return found;
    }
    if (this.#given === null) return found;
    const { path, contents } = this.#given;
    const { from } = contents.learned;
    const { times, familiar } = baseline.judged;
    const { packets, first } = results.net();
    if (baseline.size === 0) found.push(`${path}: nothing was learned: everything is new`);
    else if (times > 0 && !familiar)
      found.push(`${path}: none of the addresses that were seen is in it: is it of another network?`);
    if (packets > 0 && from !== null && first < from)
      found.push(
        `${path}: learned from ${isoTime(from)} on, and the capture begins before: what ended until then is new`,
      );
    return found;
  }

  /** What could not be judged and why, for the printed page; and what was learned. */
  notes(results: Results): string[] {
    const unjudged = this.#unjudged();
    const { baseline } = this;
    if (this.#output !== null) {
      const before = this.#given?.contents.behaviours.length;
      const what = plural(baseline.size, 'behaviour');
      const fresh =
        before === undefined ? '' : `, ${number(Math.max(0, baseline.size - before))} of them new`;
      return [
        `all was learned as normal into ${this.#output.path} (${what}${fresh})${unjudged === '' ? '' : `, so it was not judged: ${unjudged}`}`,
      ];
    }
    if (unjudged === '') return [];
    if (baseline.state === 'none')
      return [
        `not judged, for want of a baseline: ${unjudged}. A capture of days that you trust teaches one: replay it with --write-baseline normal.json, then others with --baseline normal.json`,
      ];
    const learn = duration(this.#learn / SECOND);
    if (baseline.state === 'learning')
      return [
        `not judged, for the capture ends after ${duration(periodOf(results.net()).seconds)} and learn: asks for ${learn}: ${unjudged}`,
      ];
    return this.#learn > 0 ? [`learned for ${learn}, and not judged until then: ${unjudged}`] : [];
  }

  /** The detections that say nothing, or less, without a baseline; '' for none. */
  #unjudged(): string {
    const idsOf = (need: 'needed' | 'more') =>
      this.#detections
        .filter((meta) => meta.baseline === need)
        .map(({ id }) => id)
        .join(', ');
    const more = idsOf('more');
    return [idsOf('needed'), more === '' ? '' : `in part ${more}`].filter((ids) => ids !== '').join('; ');
  }
}

async function readBaseline(path: string): Promise<{ path: string; contents: BaselineContents }> {
  const { BaselineError, MOST_BYTES, parseBaseline } = await import('../sinks/baseline-file.ts');
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES)
      throw new UsageError(`${path}: it has ${size} bytes; a baseline has at most ${MOST_BYTES}`);
    bytes = readFileSync(path);
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable('the baseline', path, error);
  }
  try {
    return { path, contents: parseBaseline(bytes, MOST_BEHAVIOURS) };
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    throw new UsageError(`${path} cannot be used as a baseline: ${error.message}`);
  }
}

/** Where a baseline will be. Refuses what would be lost: a capture that was typed in its place, a device. */
function openOutput(path: string): PendingFile {
  if (path === '') throw new UsageError('--write-baseline needs the name of a file');
  const place = existsSync(path) ? realpathSync(path) : path;
  if (existsSync(place)) {
    refuseFolder(place);
    if (!mayBeReplaced(place))
      throw new UsageError(`--write-baseline ${path}: that is there and is no baseline; it stays as it is`);
  }
  return new PendingFile(dirname(place), basename(place));
}

/** An empty file, or one that begins as a baseline does. */
function mayBeReplaced(path: string): boolean {
  const stats = statSync(path);
  if (!stats.isFile()) return false;
  if (stats.size === 0) return true;
  const head = Buffer.alloc(64);
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    const length = readSync(descriptor, head, 0, head.length, 0);
    return /^\s*\{\s*"version"/.test(head.toString('latin1', 0, length));
  } finally {
    closeSync(descriptor);
  }
}

function periodOf({ packets, first, last }: NetCounts): LearnedPeriod {
  if (packets === 0 || !Number.isFinite(first)) return { from: null, to: null, seconds: 0 };
  const from = Math.floor(first);
  const to = Math.max(from, Math.floor(last));
  return { from, to, seconds: (to - from) / SECOND };
}
