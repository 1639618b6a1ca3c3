import type { Endpoint } from '../../src/core/flow.ts';
import { keyOf } from './names.ts';
import type { Message } from './wire.ts';

const SLOTS = 8192;

/**
 * Which questions were asked and not yet answered, so that an answer nobody asked for is known as one: what RFC 5452
 * §3 has a resolver compare. Direct-mapped: of two questions that collide the older is forgotten.
 */
export class Questions {
  readonly #marks = new Int32Array(SLOTS * 2);

  asked(message: Message, asker: Endpoint, server: Endpoint | null): void {
    const [slot, first, second] = hashes(message, asker, server);
    this.#marks[slot] = first;
    this.#marks[slot + 1] = second;
  }

  /** True once for each question. `server`: who was asked; null where many were. */
  answers(message: Message, asker: Endpoint, server: Endpoint | null): boolean {
    const [slot, first, second] = hashes(message, asker, server);
    if (this.#marks[slot] !== first || this.#marks[slot + 1] !== second) return false;
    this.#marks[slot] = this.#marks[slot + 1] = 0;
    return true;
  }
}

function hashes(message: Message, asker: Endpoint, server: Endpoint | null): [number, number, number] {
  const question = message.questions[0];
  const text = `${message.id} ${asker.address.text} ${asker.port} ${server?.address.text ?? ''} ${
    question === undefined ? '' : `${question.type} ${keyOf(question.name)}`
  }`;
  let first = 0x811c9dc5;
  let second = 0x2545f491;
  for (let i = 0; i < text.length; i++) {
    first = Math.imul(first ^ text.charCodeAt(i), 0x01000193);
    second = Math.imul(second, 31) + text.charCodeAt(i);
  }
  return [((first ^ (first >>> 13)) & (SLOTS - 1)) * 2, first | 1, second | 0];
}
