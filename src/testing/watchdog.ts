import { Worker } from 'node:worker_threads';

// A loop that never ends cannot be interrupted from inside its thread: another one watches.
const WATCHER = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { beats, label, limitMs, pid } = workerData;
let last = -1;
let since = Date.now();
setInterval(() => {
  const beat = Atomics.load(beats, 0);
  if (beat !== last) { last = beat; since = Date.now(); return; }
  if (Date.now() - since < limitMs) return;
  const length = Atomics.load(beats, 1);
  writeSync(2, 'no progress for ' + limitMs / 1000 + ' s: ' + Buffer.from(label.slice(0, length)).toString() + '\\n');
  process.kill(pid, 'SIGKILL');
}, Math.min(500, limitMs / 4));
`;

/** Ends the process, naming what it was at, when `at` was not called for `limitMs`. */
export class Watchdog {
  readonly #beats = new Int32Array(new SharedArrayBuffer(8));
  readonly #label = new Uint8Array(new SharedArrayBuffer(1024));
  readonly #worker: Worker;

  constructor(limitMs: number) {
    const workerData = { beats: this.#beats, label: this.#label, limitMs, pid: process.pid };
    this.#worker = new Worker(WATCHER, { eval: true, workerData });
    this.#worker.unref();
  }

  /** Work goes on; `what` is begun now. */
  at(what: string): void {
    const { written } = new TextEncoder().encodeInto(what, this.#label);
    Atomics.store(this.#beats, 1, written);
    Atomics.add(this.#beats, 0, 1);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
