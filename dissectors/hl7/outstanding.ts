import { MINUTE, type Micros } from '../../src/core/time.ts';
import type { Exchange, Terms } from './messages.ts';

/** A message that waits for its acknowledgement. */
export interface Waiting {
  readonly controlId: string;
  readonly at: Micros;
  readonly exchange: Exchange;
  readonly terms: Terms;
  /** Part of a batch, which is acknowledged as a whole (§2.10.3). */
  readonly batch: boolean;
  acknowledged: boolean;
}

/**
 * Messages of one direction that are not acknowledged yet, oldest first. Acknowledgements nearly always come in
 * order, so the first entry is nearly always the one looked for.
 */
export class Outstanding {
  #waiting: Waiting[] = [];
  /** Messages given up unacknowledged because too many waited: all, and those that demanded an answer. */
  #forgotten = 0;
  #forgottenDemanded = 0;

  /** Acknowledgements of the last moments that name no known message: control id and time. */
  #early: { readonly controlId: string; readonly at: Micros }[] | null = null;

  add(message: Waiting): void {
    if (this.#early !== null) {
      const found = this.#early.findIndex(({ controlId }) => controlId === message.controlId);
      const [early] = found < 0 ? [] : this.#early.splice(found, 1);
      if (early !== undefined && message.at - early.at < CROSSING) message.acknowledged = true;
    }
    if (this.#waiting.length >= LIMIT) {
      const oldest = this.#waiting.shift();
      if (oldest !== undefined && !oldest.acknowledged) this.#forget(oldest);
    }
    // A list made with its first entry takes no room for others; most connections never need it.
    if (this.#waiting.length === 0) this.#waiting = [message];
    else this.#waiting.push(message);
  }

  /** The oldest message, once it has waited longer than anybody takes to answer; it waits no more then. */
  giveUp(now: Micros): Waiting | undefined {
    const oldest = this.#waiting[0];
    if (oldest === undefined || oldest.acknowledged || now - oldest.at < PATIENCE) return undefined;
    this.#waiting.shift();
    this.#forget(oldest);
    return oldest;
  }

  /** Messages that wait still and nobody acknowledged. */
  unanswered(): readonly Waiting[] {
    return this.#waiting.length === 0 ? NOBODY : this.#waiting.filter(({ acknowledged }) => !acknowledged);
  }

  /**
   * The message that an acknowledgement names; undefined when it is not known. After a commit acknowledgement
   * (enhanced mode, §2.9.3) it stays where an application acknowledgement is to follow.
   */
  acknowledge(controlId: string, commit: boolean): Waiting | undefined {
    for (let i = 0; i < this.#waiting.length; i++) {
      const message = this.#waiting[i];
      if (message.controlId !== controlId) continue;
      this.#settle(i, message, commit);
      return message;
    }
    return undefined;
  }

  /**
   * An acknowledgement names a message that was not seen: its message may yet come, where the capture has a queue
   * for each direction.
   */
  acknowledgedEarly(controlId: string, at: Micros): void {
    this.#early ??= [];
    if (this.#early.length >= EARLY_LIMIT) this.#early.shift();
    this.#early.push({ controlId, at });
  }

  /** The capture missed bytes of the other side: what waits may have been acknowledged in them. */
  excuse(): void {
    for (const message of this.#waiting) message.acknowledged = true;
  }

  /** An acknowledgement without an id, of MLLP release 2: it answers the oldest message that has none. */
  acknowledgeOldest(): void {
    const index = this.#waiting.findIndex((message) => !message.acknowledged);
    if (index >= 0) this.#waiting[index].acknowledged = true;
  }

  /** How many wait still. */
  count(demandedOnly: boolean): number {
    let count = demandedOnly ? this.#forgottenDemanded : this.#forgotten;
    for (const message of this.#waiting) {
      if (!message.acknowledged && (message.terms.demanded || !demandedOnly)) count++;
    }
    return count;
  }

  #forget(message: Waiting): void {
    this.#forgotten++;
    if (message.terms.demanded) this.#forgottenDemanded++;
  }

  #settle(index: number, message: Waiting, commit: boolean): void {
    message.acknowledged = true;
    if (commit && message.terms.application) return;
    if (index === 0) this.#waiting.shift();
    else this.#waiting.splice(index, 1);
  }
}

const NOBODY: readonly Waiting[] = Object.freeze([]);
const LIMIT = 256;
/** Microseconds after which no acknowledgement is expected any more. */
const PATIENCE = 5 * MINUTE;
const EARLY_LIMIT = 8;
/** Microseconds by which a message may come to the capture after its acknowledgement. */
const CROSSING = 10_000;
