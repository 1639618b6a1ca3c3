/**
 * JSON as far as it goes: a tolerant reader of a body's beginning. What is cut off is closed, what is wrong ends the
 * reading; it is linear, never deeper than `DEPTH`, and keeps at most `VALUES` values.
 */
export type Json = string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

const DEPTH = 32;
const VALUES = 20_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && !Array.isArray(value);
}

/** A value as a list: itself when it is none, nothing when it is not there. */
export function listOf(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** The text of a string, number or literal; ''. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function emptyObject(): JsonObject {
  // Without a prototype: `__proto__` and the like are keys as any other.
  return Object.create(null) as JsonObject;
}

/** Numbers and literals come as texts, `null` as ''. Null when there is neither object nor array. */
export function readJson(bytes: Uint8Array, start: number, end: number): Json | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  let at = 0;
  const { length } = text;
  const stack: (Json[] | JsonObject)[] = [];
  let root: Json | null = null;
  let top: Json[] | JsonObject | null = null;
  let key: string | null = null;
  let values = 0;

  const add = (value: Json): void => {
    if (top === null) return;
    if (Array.isArray(top)) top.push(value);
    else if (key !== null) {
      top[key] = value;
      key = null;
    }
  };

  while (at < length) {
    const byte = text[at];
    switch (byte) {
      case 0x7b:
      case 0x5b: {
        const made: Json[] | JsonObject = byte === 0x5b ? [] : emptyObject();
        if (stack.length >= DEPTH || ++values > VALUES) return root;
        if (top === null) {
          if (root !== null) return root;
          root = made;
        } else add(made);
        stack.push(made);
        top = made;
        key = null;
        at++;
        break;
      }
      case 0x7d:
      case 0x5d:
        stack.pop();
        if (stack.length === 0) return root;
        top = stack[stack.length - 1];
        key = null;
        at++;
        break;
      case QUOTE: {
        if (top === null) return null;
        let close = at + 1;
        let escaped = false;
        while (close < length && text[close] !== QUOTE) {
          if (text[close] === BACKSLASH) {
            escaped = true;
            close++;
          }
          close++;
        }
        // A string that is cut off is no value.
        if (close >= length || ++values > VALUES) return root;
        const raw = text.toString('utf8', at + 1, close);
        const value = escaped ? unescaped(raw) : raw;
        if (!Array.isArray(top) && key === null) key = value;
        else add(value);
        at = close + 1;
        break;
      }
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
      case 0x2c:
      case 0x3a:
        at++;
        break;
      // A byte order mark.
      case 0xef:
        if (at !== 0) return root;
        at += 3;
        break;
      default: {
        let stop = at;
        while (stop < length && isWord(text[stop])) stop++;
        if (stop === at || top === null || ++values > VALUES || stop === length) return root;
        const word = text.toString('latin1', at, stop);
        add(word === 'null' ? '' : word);
        at = stop;
      }
    }
  }
  return root;
}

/** Of a number or literal. */
function isWord(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unescaped(raw: string): string {
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, character: string) =>
    code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
