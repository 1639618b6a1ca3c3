import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError } from './output-error.ts';

/** A file cannot be renamed to where a folder is: better said before the work than after it. */
export function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new OutputError(`cannot write ${path}`, new Error('a folder of that name is in the way'));
}

/** A file under a temporary name, until it is whole. Every method but `discard` throws `OutputError`. */
export class PendingFile {
  readonly #path: string;
  readonly #temporary: string;
  #descriptor: number;

  constructor(folder: string, name: string) {
    this.#path = join(folder, name);
    // The process id keeps two runs into one folder from writing into each other's file.
    this.#temporary = join(folder, `.${name}.${process.pid}.tmp`);
    try {
      this.#descriptor = openSync(this.#temporary, 'w');
    } catch (error) {
      throw new OutputError(`cannot write in ${folder}`, error);
    }
  }

  write(bytes: Uint8Array): void {
    try {
      let at = 0;
      while (at < bytes.length) at += writeSync(this.#descriptor, bytes, at, bytes.length - at);
    } catch (error) {
      throw new OutputError(`cannot write ${this.#path}`, error);
    }
  }

  finish(): void {
    try {
      closeSync(this.#descriptor);
      this.#descriptor = -1;
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      throw new OutputError(`cannot write ${this.#path}`, error);
    }
  }

  discard(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
    rmSync(this.#temporary, { force: true });
  }
}
