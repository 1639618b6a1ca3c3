import { problemText } from '../config/load.ts';
import type { ConfigFile } from '../config/shape.ts';
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
      const verdict = all.length === 0 ? 'all right' : 'usable, with warnings';
      await print(`${printable(path)}: ${verdict}\n${understood(config)}`);
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

/** What the file holds, so that a section which did not arrive shows. */
function understood(config: ConfigFile): string {
  const zones = Object.values(config.zones ?? {});
  const medical = zones.filter((zone) => !Array.isArray(zone) && zone.medical === true).length;
  const parts = [
    ...(config.internal === undefined ? [] : [amount(config.internal.length, 'internal network')]),
    ...(zones.length === 0 ? [] : [`${amount(zones.length, 'zone')} (${medical} medical)`]),
    ...(config.allow === undefined ? [] : [amount(config.allow.length, 'allow entry', 'allow entries')]),
    ...(config.ae_titles === undefined ? [] : [amount(Object.keys(config.ae_titles).length, 'AE title')]),
    ...(config.devices === undefined ? [] : [amount(config.devices.length, 'device')]),
    ...(config.detections === undefined
      ? []
      : [`settings of ${amount(Object.keys(config.detections).length, 'detection')}`]),
  ];
  return parts.length === 0 ? '' : `it has ${parts.join(', ')}\n`;
}

function amount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
