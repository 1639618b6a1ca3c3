import { printable } from '../sinks/printable.ts';

/** Wrong usage or configuration: the message is complete, for the user. Ends the program with 2. */
export class UsageError extends Error {}

/** One line on stderr. What the user typed or a file is called may hold anything: it is made printable. */
export function complain(message: string): void {
  process.stderr.write(`auscult: ${printable(message)}\n`);
}

/** Writes to stdout and waits until it is taken, so that the end of the program cuts nothing off. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
