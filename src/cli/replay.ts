import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { type InputReport, replayPaths, UnreadablePath } from '../capture/replay.ts';
import { siteDevices, sitePolicy } from '../config/policy.ts';
import { Countries } from '../country.ts';
import type { Severity } from '../detections/finding.ts';
import { Pipeline } from '../pipeline.ts';
import { Conversations } from '../sinks/conversations.ts';
import type { Conclusion, OutputFolder } from '../sinks/files.ts';
import { OutputError } from '../sinks/output-error.ts';
import { jsonDocument } from '../sinks/printable.ts';
import { SEVERITY_RANK } from '../sinks/severity.ts';
import type { Sink } from '../sinks/sink.ts';
import { summarize, worstSeverity } from '../sinks/summary.ts';
import { Tally } from '../sinks/tally.ts';
import { textSummary } from '../sinks/text.ts';
import { macVendor } from '../vendor.ts';
import { ReplayBaseline } from './baseline.ts';
import { complain, print, UsageError } from './complain.ts';
import { createProgress } from './progress.ts';
import {
  DEFAULT_MAX_ASSETS,
  detectionSettings,
  internalNetworks,
  knownVulnerabilities,
  readConfig,
} from './settings.ts';
import type { PolicySuggestion } from './suggest-policy.ts';

/** As the command line parsed them. */
export interface ReplayOptions {
  readonly config?: string;
  readonly internal?: readonly string[];
  readonly out?: string;
  readonly format: 'text' | 'json';
  readonly failOn?: Severity;
  readonly revealPhi?: boolean;
  readonly suggestPolicy?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

const ADVICE = '; give capture files, folders of them, or - for standard input';
const DAMAGED = 1;
const WRONG_USAGE = 2;
const FOUND = 3;
/** By convention of shells: 128 and the number of the signal. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Lets the heap grow to twice what is alive before it is collected, not to four times: with
 * 200,000 short conversations the peak is 177 MB instead of 220, for no time that could be measured.
 */
function growSlowly(): void {
  setFlagsFromString('--heap-growing-percent=90');
}

/**
 * `auscult replay`. The exit status: 2 when it could not start or not write; else of the signal that stopped
 * it; else 3 when `--fail-on` asks for it (also when an input was damaged too: who types it wants to know of
 * findings); else 1 when an input was damaged; else 0.
 */
export async function replayCommand(
  paths: readonly string[],
  options: ReplayOptions,
  version: string,
): Promise<number> {
  growSlowly();
  let folder: OutputFolder | null = null;
  let suggestion: PolicySuggestion | null = null;
  let normal: ReplayBaseline | null = null;
  let stop: Stop | null = null;
  try {
    const config = await readConfig(options.config, options.quiet === true);
    const internal = internalNetworks(options.internal, config);
    const vulnerabilities = await knownVulnerabilities(config, options.config, options.quiet === true);
    if (paths.includes('-') && process.stdin.isTTY)
      throw new UsageError('- reads a capture from standard input, which is the terminal: pipe one in');
    if (options.out === '') throw new UsageError('--out needs the name of a folder');
    normal = await ReplayBaseline.open(options, config);
    if (options.out !== undefined) folder = new (await import('../sinks/files.ts')).OutputFolder(options.out);
    if (options.suggestPolicy !== undefined && options.suggestPolicy === options.config)
      throw new UsageError('--suggest-policy would overwrite the configuration that --config reads');
    if (options.suggestPolicy !== undefined)
      suggestion = new (await import('./suggest-policy.ts')).PolicySuggestion(options.suggestPolicy);

    const countries = new Countries();
    const tally = new Tally();
    const conversations = new Conversations();
    const sinks: Sink[] = [tally];
    if (options.format === 'text') sinks.push(conversations);
    if (folder !== null) sinks.push(folder);
    if (suggestion !== null) sinks.push(suggestion.observed);
    const engine = new Pipeline(
      {
        internal,
        reveal: options.revealPhi === true,
        hashKey: replayKey(paths),
        detections: detectionSettings(config),
        policy: sitePolicy(config),
        devices: siteDevices(config),
        baseline: normal.baseline,
        streams: config.limits?.flows === undefined ? undefined : { maxFlows: config.limits.flows },
        country: (address) => countries.of(address.text),
        vendor: macVendor,
        vulnerabilities,
      },
      sinks,
    );

    stop = new Stop([folder, suggestion, normal]);
    const progress = await createProgress(options.quiet === true);
    let reports: InputReport[];
    try {
      reports = await replayPaths(paths, engine, {
        signal: stop.signal,
        onProgress: (state) => progress.show(state),
      });
    } finally {
      progress.stop();
    }
    engine.end();

    report(reports, options);
    const inputs = reports.filter((input) => input.skipped === null);
    const conclusion: Conclusion = {
      results: engine,
      tally,
      inputs,
      version,
      maxAssets: config.metrics?.max_assets ?? DEFAULT_MAX_ASSETS,
    };
    if (folder !== null) await folder.conclude(conclusion);
    suggestion?.conclude(engine, options.internal ?? config.internal ?? null, (ip) => countries.of(ip));
    await normal.conclude(engine);
    if (options.quiet !== true) {
      const damaged = inputs.some((input) => input.error !== null);
      for (const warning of normal.warnings(engine, damaged)) complain(`warning: ${warning}`);
    }
    const summary = summarize(engine, tally, inputs);
    if (options.format === 'json') await print(jsonDocument(summary));
    else
      await print(
        textSummary(
          {
            summary,
            results: engine,
            tally,
            conversations,
            dropped: inputs.reduce((sum, input) => sum + input.dropped, 0),
            skipped: reports.length - inputs.length,
            notes: normal.notes(engine),
          },
          {
            width: pageWidth(),
            color: useColor(),
            version,
            country: (address) => countries.of(address),
            verbose: options.verbose === true,
          },
        ),
      );
    for (const sink of sinks) await sink.close();

    if (stop.signalled !== null) return SIGNALS[stop.signalled];
    const worst = worstSeverity(engine.findings());
    if (
      options.failOn !== undefined &&
      worst !== null &&
      SEVERITY_RANK[worst] <= SEVERITY_RANK[options.failOn]
    )
      return FOUND;
    return inputs.some((input) => input.error !== null) ? DAMAGED : 0;
  } catch (error) {
    folder?.discard();
    suggestion?.discard();
    normal?.discard();
    if (!(error instanceof UsageError || error instanceof OutputError || error instanceof UnreadablePath))
      throw error;
    const advice = error instanceof UnreadablePath ? ADVICE : '';
    for (const line of error.message.split('\n')) complain(line + advice);
    return WRONG_USAGE;
  } finally {
    stop?.release();
  }
}

/** Something that has temporary files. */
interface Unfinished {
  discard(): void;
}

/**
 * On the first signal reading stops and what was read is reported; on the second the program ends at once, and
 * leaves no temporary file either.
 */
class Stop {
  readonly #controller = new AbortController();
  readonly #outputs: readonly (Unfinished | null)[];
  signalled: keyof typeof SIGNALS | null = null;

  constructor(outputs: readonly (Unfinished | null)[]) {
    this.#outputs = outputs;
    for (const name of Object.keys(SIGNALS)) process.on(name, this.#handle);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  release(): void {
    for (const name of Object.keys(SIGNALS)) process.off(name, this.#handle);
  }

  readonly #handle = (name: keyof typeof SIGNALS): void => {
    if (this.signalled !== null) {
      for (const output of this.#outputs) output?.discard();
      process.exit(SIGNALS[name]);
    }
    this.signalled = name;
    this.#controller.abort();
  };
}

/** Errors of inputs to stderr, one line each; with `--verbose` also what the others were. */
function report(reports: readonly InputReport[], options: ReplayOptions): void {
  for (const input of reports) {
    if (input.error !== null) complain(`${input.path}: ${input.error}`);
    else if (options.verbose === true && input.skipped !== null)
      complain(`${input.path}: left out: ${input.skipped}`);
    else if (options.verbose === true)
      complain(
        `${input.path}: ${[input.format ?? 'empty', input.compression].filter(Boolean).join(', ')}, ` +
          `${input.packets} packets, ${input.bytes} bytes`,
      );
  }
}

/** Columns of the printed page: the terminal's, in bounds; a pipe's reader may ask by COLUMNS. */
function pageWidth(): number {
  const columns = process.stdout.isTTY ? process.stdout.columns : Number(process.env.COLUMNS);
  return columns > 0 ? Math.max(60, Math.min(160, Math.floor(columns))) : 120;
}

/** https://no-color.org */
function useColor(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

const KEY_BYTES = 8;
const SAMPLE = 64 * 1024;

/**
 * The key of the hash that tells patients apart. It must be secret, for hashes of names can be guessed, and
 * the same whenever the same capture is replayed, for beyond a limit patients are counted by an estimate that
 * depends on it. So it is made from the capture: who has that has the names. A pipe, which cannot be read
 * ahead, gets a random one.
 */
export function replayKey(paths: readonly string[]): Uint8Array {
  const hash = createHash('sha256');
  let known = false;
  for (const path of paths) {
    if (path === '-') continue;
    try {
      const stats = statSync(path);
      if (stats.isFile()) hash.update(head(path)).update(String(stats.size));
      else if (stats.isDirectory()) hash.update(readdirSync(path).sort().join('\0'));
      else continue;
      known = true;
    } catch {
      // Whoever reads the path says what is wrong with it.
    }
  }
  return known ? hash.digest().subarray(0, KEY_BYTES) : randomBytes(KEY_BYTES);
}

function head(path: string): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    const sample = Buffer.alloc(SAMPLE);
    return sample.subarray(0, readSync(descriptor, sample, 0, SAMPLE, 0));
  } finally {
    closeSync(descriptor);
  }
}
