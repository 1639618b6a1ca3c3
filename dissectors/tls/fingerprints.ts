/**
 * What a hello says of the program that sent it, in values that others know: JA3 and JA3S (their authors' description at
 * https://github.com/salesforce/ja3) and JA4 (https://github.com/FoxIO-LLC/ja4, `technical_details/JA4.md`). All leave
 * GREASE values out.
 */
import { createHash } from 'node:crypto';
import type { ClientHello, ServerHello } from './wire.ts';
import { isGrease } from './wire.ts';

export interface Fingerprints {
  /** 32 hexadecimal digits. */
  readonly ja3: string;
  /** Such as `t13d1516h2_8daaf6152771_e5627efa2ab1`. */
  readonly ja4: string;
}

/** JA3 of a ClientHello before it is hashed: `version,ciphers,extensions,groups,point formats`. */
export function ja3Text(hello: ClientHello): string {
  const { legacyVersion, cipherSuites, extensions, groups, pointFormats } = hello;
  return `${legacyVersion},${decimals(cipherSuites)},${decimals(extensions)},${decimals(groups)},${pointFormats.join('-')}`;
}

/** JA3S of a ServerHello before it is hashed: `version,cipher,extensions`. */
export function ja3sText(hello: ServerHello): string {
  return `${hello.legacyVersion},${hello.cipherSuite},${decimals(hello.extensions)}`;
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

const NOTHING = '000000000000';
const SERVER_NAME = 0;
const ALPN = 16;

/** JA4; `transport` as its first letter: `t` TLS over TCP, `q` QUIC. */
export function ja4(hello: ClientHello, transport: 't' | 'q'): string {
  const ciphers = hello.cipherSuites.filter((value) => !isGrease(value));
  const extensions = hello.extensions.filter((value) => !isGrease(value));
  const named = hello.extensions.includes(SERVER_NAME) ? 'd' : 'i';
  const counts = twoDigits(ciphers.length) + twoDigits(extensions.length);
  const start = transport + versionDigits(hello.version) + named + counts + ends(hello.firstAlpn);
  const hashed = extensions.filter((value) => value !== SERVER_NAME && value !== ALPN);
  const algorithms = hello.signatureAlgorithms.filter((value) => !isGrease(value));
  const signatures = algorithms.length > 0 ? `_${algorithms.map(hex).join(',')}` : '';
  const second = ciphers.length > 0 ? sha256Start(sortedHex(ciphers)) : NOTHING;
  const third = hashed.length > 0 ? sha256Start(sortedHex(hashed) + signatures) : NOTHING;
  return `${start}_${second}_${third}`;
}

function decimals(values: readonly number[]): string {
  let text = '';
  for (const value of values) if (!isGrease(value)) text += text === '' ? value : `-${value}`;
  return text;
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function sortedHex(values: readonly number[]): string {
  return values.map(hex).sort().join(',');
}

function sha256Start(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0');
}

function versionDigits(version: number): string {
  switch (version) {
    case 0x0304:
      return '13';
    case 0x0303:
      return '12';
    case 0x0302:
      return '11';
    case 0x0301:
      return '10';
    case 0x0300:
      return 's3';
    case 0x0002:
      return 's2';
  }
  return '00';
}

/**
 * First and last character of the first protocol offered; where either is no letter or digit, first and last of its
 * hexadecimal digits. The values published with captures have `99` where it begins with a byte that is not ASCII.
 */
function ends(protocol: Uint8Array): string {
  if (protocol.length === 0) return '00';
  const first = protocol[0];
  const last = protocol[protocol.length - 1];
  if (first > 127) return '99';
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  return (first >>> 4).toString(16) + (last & 15).toString(16);
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}
