import { problemText } from '../config/load.ts';
import { printable } from '../sinks/printable.ts';
import { complain, print, UsageError } from './complain.ts';
import { readProblems, readTables } from './settings.ts';

/** `auscult check-config FILE`: what is wrong goes to stdout, being the result. 0 usable, 2 not. */
export async function checkConfigCommand(path: string): Promise<number> {
  try {
    const { config, problems } = await readProblems(path);
    for (const problem of problems) await print(`${problemText(path, problem)}\n`);
    const all = [...problems];
    for (const table of config === null ? [] : await readTables(config, path)) {
      for (const problem of table.problems) await print(`${problemText(table.path, problem)}\n`);
      all.push(...table.problems);
    }
    const errors = all.filter((problem) => problem.level === 'error').length;
    if (config !== null && errors === 0) {
      await print(`${printable(path)}: ${all.length === 0 ? 'all right' : 'usable, with warnings'}\n`);
      return 0;
    }
    complain(`${path} cannot be used: ${errors === 1 ? 'one error' : `${errors} errors`}`);
    return 2;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    return 2;
  }
}
