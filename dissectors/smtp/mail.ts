/** A mail on its way: the lines behind DATA (RFC 5321 §4.1.1.4) or the octets behind BDAT (RFC 3030 §2), to a reader of MIME. */
import { HeldBytes } from '../../src/core/contents/held.ts';
import { ContentReader } from '../../src/core/contents/reader.ts';
import type { DissectorContext } from '../../src/core/dissector.ts';
import { MimeReader, PIECE_LIMIT } from './mime.ts';

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

export class Mail {
  readonly #mime: MimeReader;
  /** A line that came in part. */
  readonly #held: HeldBytes;
  /** The line that comes is the rest of a long one. */
  #continues = false;
  /** Dots at lines' starts are doubled, and one alone ends the mail (RFC 5321 §4.5.2). */
  readonly #dots: boolean;
  over = false;
  /** Nothing of it was read yet. */
  empty = true;

  constructor(context: DissectorContext<never>, dots: boolean) {
    this.#mime = new MimeReader(() => new ContentReader(context, 'smtp', 'server'));
    this.#held = new HeldBytes(context.hash, PIECE_LIMIT);
    this.#dots = dots;
  }

  /** Reads from `at` on, at most to `end`; the offset behind what was read. Stops behind the mail's last line. */
  read(bytes: Uint8Array, at: number, end: number): number {
    let start = at;
    while (start < end && !this.over) {
      this.empty = false;
      const found = bytes.indexOf(LF, start);
      const next = found < 0 || found >= end ? end : found + 1;
      const stop = Math.min(next, start + PIECE_LIMIT - this.#held.length);
      const isWhole = stop === next && bytes[next - 1] === LF;
      if (this.#held.length === 0 && (isWhole || stop - start === PIECE_LIMIT))
        this.#piece(bytes, start, stop, isWhole);
      else {
        // Without room for the line's start the rest of it is no line's start either.
        if (this.#held.add(bytes, start, stop) < stop - start) return this.#lost(end);
        if (isWhole || this.#held.length === PIECE_LIMIT) {
          const line = this.#held.view();
          this.#piece(line, 0, line.length, isWhole);
          this.#held.clear();
        }
      }
      start = stop;
    }
    return start;
  }

  /** The mail is over, or cut off. */
  end(): void {
    if (!this.over && this.#held.length > 0) this.#piece(this.#held.view(), 0, this.#held.length, false);
    this.over = true;
    this.#held.release();
    this.#mime.end();
  }

  #lost(end: number): number {
    this.end();
    return end;
  }

  /** A line with its end, or a piece of one. */
  #piece(bytes: Uint8Array, start: number, next: number, isWhole: boolean): void {
    const first = !this.#continues;
    this.#continues = !isWhole;
    let end = next;
    if (isWhole) end = next - start > 1 && bytes[next - 2] === CR ? next - 2 : next - 1;
    let from = start;
    if (this.#dots && first && bytes[start] === DOT) {
      if (isWhole && end === start + 1) {
        this.over = true;
        this.end();
        return;
      }
      from++;
    }
    this.#mime.line(bytes, from, end, next, first);
  }
}
