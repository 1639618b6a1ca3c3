const LONGEST = 200;

/**
 * A value from the wire as it may be told: trimmed, at most 200 characters; '' for one that is empty, says only that
 * it is unknown, or has anything unprintable in it.
 */
export function told(value: string): string {
  const text = value.trim();
  if (text === '' || text.length > LONGEST) return '';
  if (UNPRINTABLE.test(text)) return '';
  return /[\p{L}\p{N}]/u.test(text) && !NOTHING.test(text) ? text : '';
}

/** What is filled in where there is nothing to say. */
const NOTHING = /^(?:unknown|none|null|nil|n\/a|not available|0+)$/i;

/** Controls, line and paragraph ends, marks that turn text round, halves of characters, what was no character. */
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffd]/;

/**
 * Text of the wire as a key that can be written down: `?` for each character that `told` would refuse, and at most 200
 * characters, of which the last then is `…`. The same again for what it made.
 */
export function visible(value: string): string {
  const text = value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value;
  return UNPRINTABLE.test(text) ? text.replace(EACH_UNPRINTABLE, '?') : text;
}

const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, 'g');

const decoder = new TextDecoder('utf-8');

/**
 * Text of the wire on one line of at most 200 characters, without what cannot be seen; '' for what is no text. No more
 * is decoded than may be shown: a hostile length costs nothing.
 */
export function lineOf(bytes: Uint8Array): string {
  const text = decoder.decode(bytes.subarray(0, 4 * LONGEST));
  if (text.includes('\0') || text.slice(0, LONGEST).includes('\ufffd')) return '';
  return text
    .slice(0, LONGEST)
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
}
