import { basename, dirname, extname } from 'node:path';
import { policyCsv, policyYaml } from '../config/suggest/document.ts';
import { Observed } from '../config/suggest/observed.ts';
import { suggest } from '../config/suggest/suggest.ts';
import { DETECTIONS } from '../detections/index.ts';
import { PendingFile, refuseFolder } from '../sinks/pending-file.ts';
import type { Results } from '../sinks/results.ts';
import { UsageError } from './complain.ts';

/** The two files of `--suggest-policy FILE`: a configuration, and a table beside it. */
export class PolicySuggestion {
  readonly observed = new Observed();
  readonly #table: string;
  readonly #files: readonly PendingFile[];

  /** Makes temporary files at once, to fail before the work and not after. Throws `OutputError`, `UsageError`. */
  constructor(path: string) {
    const extension = extname(path);
    if (path === '' || !/^\.ya?ml$/i.test(extension))
      throw new UsageError('--suggest-policy needs the name of a YAML file, such as site.yaml');
    const folder = dirname(path);
    const stem = basename(path, extension);
    this.#table = `${stem}.csv`;
    refuseFolder(path);
    refuseFolder(`${folder}/${this.#table}`);
    const yaml = new PendingFile(folder, basename(path));
    try {
      this.#files = [yaml, new PendingFile(folder, this.#table)];
    } catch (error) {
      yaml.discard();
      throw error;
    }
  }

  /** `internal`: the networks that were called internal, null for the usual ones. Throws `OutputError`. */
  conclude(
    results: Results,
    internal: readonly string[] | null,
    country: (address: string) => string | null,
  ): void {
    const stages = new Map(DETECTIONS.map(({ meta }) => [meta.id, meta.stage]));
    const suggestion = suggest(this.observed, {
      assets: results.assets(),
      findings: results.findings(),
      stage: (detection) => stages.get(detection),
      country,
    });
    const { packets, first, last } = results.net();
    const texts = [
      policyYaml(suggestion, { packets, first, last, internal, table: this.#table }),
      policyCsv(suggestion),
    ];
    this.#files.forEach((file, i) => {
      file.write(Buffer.from(texts[i]));
    });
    for (const file of this.#files) file.finish();
  }

  discard(): void {
    for (const file of this.#files) file.discard();
  }
}
