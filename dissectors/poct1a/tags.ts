import { readTag, type Tag } from './wire.ts';

/** What is found in one direction of a connection. */
export interface TagHandler {
  tag(tag: Tag): void;
  /** Characters between tags, white space around them taken off, as much as is kept. */
  text(text: string): void;
}

/** Longer than any tag. */
const TAG_LIMIT = 1024;
/** Of the text between tags: names are short, and notes are not wanted. */
const TEXT_LIMIT = 128;

const TEXT = 0;
const TAG = 1;
const COMMENT = 2;
type State = typeof TEXT | typeof TAG | typeof COMMENT;

const LESS = 0x3c;
const GREATER = 0x3e;
const DASH = 0x2d;
/** Bytes that begin or end something in a tag: brackets, quotes, and the dashes of a comment. */
const MARKS = Array.from({ length: 256 }, (_, byte) => [LESS, GREATER, DASH, 0x22, 0x27].includes(byte));

/** Takes a stream of XML documents apart into tags and texts, with a tag's memory and no tree. */
export class TagReader {
  readonly #handler: TagHandler;
  #state: State = TEXT;
  #bytes = new Uint8Array(TAG_LIMIT);
  #length = 0;
  /** The quote that the tag's attribute value began with; 0 outside of one. */
  #quote = 0;
  #dashes = 0;

  constructor(handler: TagHandler) {
    this.#handler = handler;
  }

  /** Bytes are missing: what follows is text until a tag begins. */
  gap(): void {
    this.#clear();
    this.#state = TEXT;
    this.#quote = 0;
  }

  read(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) {
      if (this.#state === TAG) {
        // All but a few bytes of a tag are of no meaning here: they are taken in runs.
        const start = at;
        const stop = Math.min(bytes.length, at + TAG_LIMIT - this.#length - 1);
        while (at < stop && !MARKS[bytes[at]]) this.#bytes[this.#length + at - start] = bytes[at++];
        this.#length += at - start;
        if (at === bytes.length) return;
      }
      this.#byte(bytes[at]);
    }
  }

  #byte(byte: number): void {
    switch (this.#state) {
      case TEXT:
        if (byte === LESS) {
          if (this.#length > 0) this.#text();
          this.#state = TAG;
        } else if (this.#length < TEXT_LIMIT && (this.#length > 0 || byte > 0x20))
          this.#bytes[this.#length++] = byte;
        return;
      case TAG:
        this.#tag(byte);
        return;
      case COMMENT:
        if (byte === GREATER && this.#dashes >= 2) this.#state = TEXT;
        this.#dashes = byte === DASH ? this.#dashes + 1 : 0;
        return;
    }
  }

  #tag(byte: number): void {
    if (this.#quote !== 0) {
      if (byte === this.#quote) this.#quote = 0;
    } else if (byte === GREATER) {
      this.#state = TEXT;
      const tag = readTag(this.#take());
      this.#clear();
      if (tag !== null) this.#handler.tag(tag);
      return;
    } else if (byte === LESS) {
      // No tag has one in it: what came before was none, or its end is missing.
      this.#clear();
      return;
    } else if ((byte === 0x22 || byte === 0x27) && this.#bytes[0] !== 0x21) this.#quote = byte;
    this.#bytes[this.#length++] = byte;
    if (this.#length === TAG_LIMIT) {
      // No tag of this protocol is so long: a quote or bracket went astray.
      this.#clear();
      this.#state = TEXT;
    } else if (this.#length === 3 && this.#bytes[0] === 0x21 && this.#bytes[1] === DASH && byte === DASH) {
      this.#clear();
      this.#dashes = 0;
      this.#state = COMMENT;
    }
  }

  #text(): void {
    const text = this.#take().trim();
    this.#clear();
    if (text !== '') this.#handler.text(text);
  }

  #take(): string {
    return Buffer.from(this.#bytes.buffer, 0, this.#length).toString('utf8');
  }

  #clear(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
    this.#quote = 0;
  }
}
