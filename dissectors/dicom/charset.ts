/**
 * Text of a data set in its Specific Character Set (0008,0005), with code extensions (PS3.5 §6.1.2, PS3.3
 * §C.12.1.1.2). Pure. What a repertoire does not have becomes U+FFFD: no character is guessed.
 */
import { latin1Text } from './pdu.ts';

const REPLACEMENT = '\uFFFD';
const ESC = 0x1b;

/** How bytes 80H–FFH (G1) of a single-byte set are read, or a whole text in a multi-byte one. */
type Decode = (bytes: Uint8Array) => string;

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

function through(label: string): Decode {
  return (bytes) => {
    let decoder = decoders.get(label);
    if (decoder === undefined) {
      decoder = new TextDecoder(label);
      decoders.set(label, decoder);
    }
    return decoder.decode(bytes);
  };
}

const ascii: Decode = (bytes) => {
  if (bytes.every((byte) => byte < 0x80)) return latin1Text(bytes, 0, bytes.length);
  let text = '';
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : REPLACEMENT;
  return text;
};

// The web's «iso-8859-1» is windows-1252, which is another set in 80H–9FH.
const latin1: Decode = (bytes) => {
  let text = '';
  for (const byte of bytes) text += byte >= 0x80 && byte < 0xa0 ? REPLACEMENT : String.fromCharCode(byte);
  return text;
};

/** JIS X 0201: katakana above; below ASCII but for yen sign and overline. */
const jisX0201: Decode = (bytes) => {
  let text = '';
  for (const byte of bytes) {
    if (byte === 0x5c) text += '\u00A5';
    else if (byte === 0x7e) text += '\u203E';
    else if (byte < 0x80) text += String.fromCharCode(byte);
    else text += byte > 0xa0 && byte < 0xe0 ? String.fromCharCode(0xff61 + byte - 0xa1) : REPLACEMENT;
  }
  return text;
};

/** Multi-byte sets that are designated to G0 come as 7-bit pairs; EUC is the same with the high bits set. */
function highBits(decode: Decode, prefix: number): Decode {
  return (bytes) => {
    const euc: number[] = [];
    bytes.forEach((byte, index) => {
      if (prefix !== 0 && index % 2 === 0) euc.push(prefix);
      euc.push(byte | 0x80);
    });
    return decode(Uint8Array.from(euc));
  };
}

const eucJp = through('euc-jp');

/** By the number that `ISO_IR n` and `ISO 2022 IR n` share: single-byte sets, whose lower half is ASCII. */
const SINGLE_BYTE: Readonly<Record<string, Decode>> = {
  '6': ascii,
  '13': jisX0201,
  '100': latin1,
  '101': through('iso-8859-2'),
  '109': through('iso-8859-3'),
  '110': through('iso-8859-4'),
  '126': through('iso-8859-7'),
  '127': through('iso-8859-6'),
  '138': through('iso-8859-8'),
  '144': through('iso-8859-5'),
  // These differ from the web's supersets only in 80H–9FH, which no value uses.
  '148': through('windows-1254'),
  '166': through('windows-874'),
  '203': through('iso-8859-15'),
};

const WHOLE_TEXT: Readonly<Record<string, Decode>> = {
  'ISO_IR 192': through('utf-8'),
  GB18030: through('gb18030'),
  GBK: through('gbk'),
};

/** Escape sequences (without ESC) by what they designate: the half of the code table, and how it reads. */
const ESCAPES: readonly (readonly [sequence: string, half: 0 | 1, decode: Decode])[] = [
  ['(B', 0, ascii],
  ['(J', 0, jisX0201],
  [')I', 1, jisX0201],
  ['-A', 1, latin1],
  ['-B', 1, SINGLE_BYTE['101']],
  ['-C', 1, SINGLE_BYTE['109']],
  ['-D', 1, SINGLE_BYTE['110']],
  ['-F', 1, SINGLE_BYTE['126']],
  ['-G', 1, SINGLE_BYTE['127']],
  ['-H', 1, SINGLE_BYTE['138']],
  ['-L', 1, SINGLE_BYTE['144']],
  ['-M', 1, SINGLE_BYTE['148']],
  ['-T', 1, SINGLE_BYTE['166']],
  ['-b', 1, SINGLE_BYTE['203']],
  ['$B', 0, highBits(eucJp, 0)],
  ['$(D', 0, highBits(eucJp, 0x8f)],
  ['$)C', 1, through('euc-kr')],
  ['$)A', 1, through('gbk')],
];

/** JIS sets in G0 take two 7-bit bytes a character, among them those of delimiters. */
const WIDE_G0 = new Set<Decode>([ESCAPES[14][2], ESCAPES[15][2]]);

/** Line ends, TAB and FF, and the delimiters of names and of several values put the first sets back (§6.1.2.5.3). */
function isDelimiter(byte: number): boolean {
  return (byte >= 0x09 && byte <= 0x0d) || byte === 0x5c || byte === 0x5e || byte === 0x3d;
}

/** The text of a value. `characterSet` is (0008,0005) as it stands in the data set, '' for none. */
export function decodeText(bytes: Uint8Array, characterSet: string): string {
  if (isPlainAscii(bytes)) return latin1Text(bytes, 0, bytes.length);
  const first = characterSet.split('\\', 1)[0].trim();
  const whole = WHOLE_TEXT[first];
  if (whole !== undefined) return whole(bytes);
  const number = /^ISO(?:_IR| 2022 IR) (\d+)$/.exec(first)?.[1] ?? '6';
  return decodeExtended(bytes, SINGLE_BYTE[number] ?? ascii);
}

function isPlainAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80 || byte === ESC) return false;
  return true;
}

function decodeExtended(bytes: Uint8Array, initial: Decode): string {
  let lower: Decode = initial === jisX0201 ? jisX0201 : ascii;
  let upper = initial;
  const lowerFirst = lower;
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === ESC) {
      const found = ESCAPES.find(([sequence]) => follows(bytes, at + 1, sequence));
      if (found === undefined) {
        text += REPLACEMENT;
        at++;
        continue;
      }
      if (found[1] === 0) lower = found[2];
      else upper = found[2];
      at += 1 + found[0].length;
      continue;
    }
    const wide = WIDE_G0.has(lower);
    if (byte < 0x80 && !wide && isDelimiter(byte)) {
      // A backslash that separates values stays one, even where JIS X 0201 would print a yen sign.
      text += String.fromCharCode(byte);
      lower = lowerFirst;
      upper = initial;
      at++;
      continue;
    }
    const high = byte >= 0x80;
    let end = at + 1;
    while (
      end < bytes.length &&
      bytes[end] !== ESC &&
      bytes[end] >= 0x80 === high &&
      (high || wide || !isDelimiter(bytes[end]))
    )
      end++;
    text += (high ? upper : lower)(bytes.subarray(at, end));
    at = end;
  }
  return text;
}

function follows(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
