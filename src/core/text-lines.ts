import { latin1 } from './bytes.ts';
import { type Progress, ReusedProgress } from './dissector.ts';

const progress = new ReusedProgress();
/** More than any flow has: everything that follows is passed over. */
const EVERYTHING = Number.MAX_SAFE_INTEGER;
const LF = 10;
const CR = 13;

/**
 * The lines of one direction of a protocol that greets in text (SSH, FTP, SMTP, …), until nothing more is wanted of it:
 * the rest of the direction passes unseen.
 */
export class TextLines {
  readonly #limit: number;
  readonly #line: (text: string) => boolean;
  #over = false;

  /** `limit`: bytes of the longest line that is read; `line` returns false when it was the last one wanted. */
  constructor(limit: number, line: (text: string) => boolean) {
    this.#limit = limit;
    this.#line = line;
  }

  /** Lines come without their end (CR LF, or LF alone), one character for each byte. */
  read(bytes: Uint8Array): Progress {
    let at = 0;
    while (!this.#over) {
      const end = bytes.indexOf(LF, at);
      if (end < 0 || end - at > this.#limit) {
        if (bytes.length - at <= this.#limit && end < 0) return progress.set(at, 0);
        break;
      }
      const last = end > at && bytes[end - 1] === CR ? end - 1 : end;
      this.#over = !this.#line(latin1(bytes, at, last));
      at = end + 1;
    }
    this.#over = true;
    return progress.set(EVERYTHING);
  }

  stop(): void {
    this.#over = true;
  }
}
