import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { AnyEvent } from '../../dissectors/index.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import type { Finding, FindingChange } from '../detections/finding.ts';
import { assetsCsv } from './csv.ts';
import { assetDocuments, findingDocument, sortedFindings } from './documents.ts';
import { EveLog } from './eve/eve.ts';
import { Exporter } from './metrics/exporter.ts';
import { OutputError } from './output-error.ts';
import { PendingFile, refuseFolder } from './pending-file.ts';
import { jsonDocument } from './printable.ts';
import type { Results } from './results.ts';
import type { Sink } from './sink.ts';
import { type Input, summarize } from './summary.ts';
import type { Tally } from './tally.ts';

/** What `--out` receives. */
const NAMES = ['eve.json', 'assets.json', 'assets.csv', 'findings.json', 'metrics.prom', 'summary.json'];

export interface Conclusion {
  readonly results: Results;
  readonly tally: Tally;
  readonly inputs: readonly Input[];
  readonly version: string;
  readonly maxAssets: number;
}

/**
 * The files of `--out DIR`. `eve.json` grows while packets are read; the rest is written by `conclude`, once
 * the capture is over. Everything goes to a temporary name beside its place and is renamed at the very end:
 * a file is whole or absent, and `summary.json`, renamed last, says that the set is complete. Nothing in them
 * depends on the clock, the machine or the process, so the same input and options write the same bytes.
 */
export class OutputFolder implements Sink {
  readonly #folder: string;
  /** The outermost folder that had to be made, as an absolute path. */
  readonly #made: string | undefined;
  readonly #eve: EveLog;
  readonly #eveFile: PendingFile;
  #pending: PendingFile[] = [];

  /** Creates the folder (and those it lies in), and the first temporary file in it, to fail before the work and not after. */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      this.#made = makeFolder(resolve(folder));
      if (!statSync(folder).isDirectory()) throw new Error('a file of that name is in the way');
    } catch (error) {
      throw new OutputError(`cannot create the folder ${folder}`, error);
    }
    for (const name of NAMES) refuseFolder(join(folder, name));
    this.#eveFile = this.#open('eve.json');
    this.#eve = new EveLog((bytes) => this.#eveFile.write(bytes));
  }

  event(event: AnyEvent, flow: Flow, time: Micros): void {
    this.#eve.event(event, flow, time);
  }

  fact(fact: Fact, flow: Flow | null, time: Micros): void {
    this.#eve.fact(fact, flow, time);
  }

  finding(finding: Finding, change: FindingChange, flow: Flow | null, time: Micros): void {
    this.#eve.finding(finding, change, flow, time);
  }

  /** Writes what is only known at the end, then gives every file its name. Throws `OutputError`. */
  async conclude(conclusion: Conclusion): Promise<void> {
    const { results, tally, inputs } = conclusion;
    const assets = assetDocuments(results.assets());
    const summary = summarize(results, tally, inputs);
    const last = results.net().last;
    for (const asset of assets) this.#eve.asset(asset, last);
    const { version: _, ...totals } = summary;
    this.#eve.stats(totals, last);
    this.#eve.flush();

    this.#write('assets.json', jsonDocument(assets));
    this.#write('assets.csv', assetsCsv(assets));
    this.#write('findings.json', jsonDocument(sortedFindings(results.findings()).map(findingDocument)));
    this.#write('metrics.prom', await new Exporter(conclusion).text());
    this.#write('summary.json', jsonDocument(summary));
    for (const file of this.#pending) file.finish();
    this.#pending = [];
  }

  /** Removes what was not concluded: after an error nothing half-written stays, nor an empty folder. */
  discard(): void {
    for (const file of this.#pending) file.discard();
    this.#pending = [];
    if (this.#made === undefined) return;
    try {
      for (let folder = resolve(this.#folder); ; folder = dirname(folder)) {
        rmdirSync(folder);
        if (folder === this.#made) break;
      }
    } catch {
      // Somebody put something there meanwhile: it stays.
    }
  }

  async close(): Promise<void> {
    this.#eve.flush();
  }

  #write(name: string, text: string): void {
    this.#open(name).write(Buffer.from(text));
  }

  #open(name: string): PendingFile {
    const file = new PendingFile(this.#folder, name);
    this.#pending.push(file);
    return file;
  }
}

/**
 * Makes a folder with those it lies in; the outermost that had to be made, undefined when it was there. Node's
 * `recursive` goes round for ever where a folder cannot hold one, as in /proc.
 */
function makeFolder(folder: string): string | undefined {
  if (existsSync(folder)) return undefined;
  const outer = makeFolder(dirname(folder));
  mkdirSync(folder);
  return outer ?? folder;
}
