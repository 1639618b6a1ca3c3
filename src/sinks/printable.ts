/**
 * What keeps text from the wire harmless where people and programs read it: on a terminal, in JSON, in CSV.
 */

/** Controls, bidirectional controls, zero-width and line separators, and halves of surrogate pairs. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** The text on one line with nothing a terminal would obey or a reader could not see: `\x1b`, `\u{202e}`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) as number;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

const UNSAFE_IN_JSON = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Escapes, in a JSON text, what JSON itself permits in the clear but a terminal may obey. Still the same JSON. */
export function escapeJson(json: string): string {
  return json.replace(
    UNSAFE_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A document for a file or a pipe: two-space JSON, safe to `cat`, ending in a line feed. */
export function jsonDocument(value: unknown): string {
  return `${escapeJson(JSON.stringify(value, null, 2))}\n`;
}

/** Columns a text takes on a terminal: two for East Asian wide and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character.codePointAt(0) as number);
  return width;
}

function characterWidth(code: number): number {
  if (code < 0x300) return 1;
  if (COMBINING.test(String.fromCodePoint(code))) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

const COMBINING = /^\p{M}$/u;

/** Cuts to at most `columns`, with `…` when something was cut. */
export function clip(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 0;
  let kept = '';
  for (const character of text) {
    width += characterWidth(character.codePointAt(0) as number);
    if (width > columns - 1) break;
    kept += character;
  }
  return columns > 0 ? `${kept}…` : '';
}

/** Pads with spaces to `columns` (or leaves a longer text as it is). */
export function pad(text: string, columns: number): string {
  const missing = columns - displayWidth(text);
  return missing > 0 ? text + ' '.repeat(missing) : text;
}

/** Words of `text` in lines of at most `columns`; a longer word is cut where the line ends. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (let word of text.split(' ')) {
    let size = displayWidth(word);
    while (size > columns) {
      if (line !== '') lines.push(line);
      let head = '';
      let headWidth = 0;
      for (const character of word) {
        const step = characterWidth(character.codePointAt(0) as number);
        if (headWidth + step > columns && head !== '') break;
        head += character;
        headWidth += step;
      }
      lines.push(head);
      word = word.slice(head.length);
      size -= headWidth;
      line = '';
      width = 0;
    }
    if (line !== '' && width + 1 + size > columns) {
      lines.push(line);
      line = '';
      width = 0;
    }
    width += line === '' ? size : size + 1;
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}
