/** Product tokens of Server and X-Powered-By (RFC 9110 §5.6.6, §10.1.5, §10.2.4), and what User-Agent tells. */
import { printable } from '../../src/core/contents/content.ts';

export interface Product {
  readonly name: string;
  /** '' for none. */
  readonly version: string;
}

const PRODUCTS_LIMIT = 4;
const NAME_LIMIT = 64;
/** `name/version`, a comment, or a bare word. Jetty writes its version in a comment, and so do others. */
const PIECE =
  /([!#$%&'*+\-.^_`|~\w:]+)(?:\/([!#$%&'*+\-.^_`|~\w:]+))?(?:\((\d[^()\s]{0,40})\))?|\(([^()]{0,200})\)?/g;

export interface Products {
  readonly products: readonly Product[];
  readonly comments: readonly string[];
}

/**
 * The products of a field. One whose tokens have no version at all is no list of products but a name of several words:
 * it is told whole.
 */
export function readProducts(value: string): Products {
  const text = printable(value, 256);
  const products: Product[] = [];
  const comments: string[] = [];
  for (const [, name, version, attached, comment] of text.matchAll(PIECE)) {
    if (comment !== undefined) comments.push(comment);
    else if (products.length < PRODUCTS_LIMIT)
      products.push({
        name: name.slice(0, NAME_LIMIT),
        version: (version ?? attached ?? '').slice(0, NAME_LIMIT),
      });
  }
  if (products.length > 1 && products.every(({ version }) => version === '')) {
    const name = text.replace(/\(.*/, '').trim().slice(0, NAME_LIMIT);
    return { products: name === '' ? [] : [{ name, version: '' }], comments };
  }
  return { products, comments };
}

export function written({ name, version }: Product): string {
  return version === '' ? name : `${name} ${version}`;
}

interface SystemRow {
  readonly pattern: RegExp;
  readonly os: string;
  readonly source: string;
  readonly example: string;
}

const MICROSOFT =
  'Microsoft Learn, Operating System Version: the version number of several products is the same';
const MOZILLA = 'MDN, User-Agent header, Firefox user agent string reference';

/** Operating systems that a User-Agent names. The first row that matches counts. */
export const CLIENT_SYSTEMS: readonly SystemRow[] = [
  {
    pattern: /Windows NT 10\.0/,
    os: 'Windows 10 / Server 2016 or later',
    source: MICROSOFT,
    example:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  },
  {
    pattern: /Windows NT 6\.3/,
    os: 'Windows 8.1 / Server 2012 R2',
    source: MICROSOFT,
    example: 'Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0) like Gecko',
  },
  {
    pattern: /Windows NT 6\.2/,
    os: 'Windows 8 / Server 2012',
    source: MICROSOFT,
    example: 'Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)',
  },
  {
    pattern: /Windows NT 6\.1/,
    os: 'Windows 7 / Server 2008 R2',
    source: MICROSOFT,
    example: 'Mozilla/5.0 (Windows NT 6.1; WOW64; rv:52.0) Gecko/20100101 Firefox/52.0',
  },
  {
    pattern: /Windows NT 6\.0/,
    os: 'Windows Vista / Server 2008',
    source: MICROSOFT,
    example: 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)',
  },
  {
    pattern: /Windows NT 5\.2/,
    os: 'Windows XP x64 / Server 2003',
    source: MICROSOFT,
    example: 'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.2)',
  },
  {
    pattern: /Windows NT 5\.1/,
    os: 'Windows XP',
    source: MICROSOFT,
    example: 'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)',
  },
  {
    pattern: /Windows NT 5\.0/,
    os: 'Windows 2000',
    source: MICROSOFT,
    example: 'Mozilla/4.0 (compatible; MSIE 5.01; Windows NT 5.0)',
  },
  {
    pattern: /^Microsoft[ -](?:CryptoAPI|BITS|NCSI|WNS|Delivery-Optimization)|^Windows-Update-Agent/,
    os: 'Windows',
    source: 'Microsoft Learn: components of Windows that use HTTP',
    example: 'Microsoft-CryptoAPI/10.0',
  },
  {
    pattern: /Android (\d[\d.]*)/,
    os: 'Android',
    source: MOZILLA,
    example: 'Dalvik/2.1.0 (Linux; U; Android 9; SM-T510 Build/PPR1)',
  },
  {
    pattern: /\b(?:iPhone|iPad|iPod)\b/,
    os: 'iOS',
    source: MOZILLA,
    example: 'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)',
  },
  {
    pattern: /\bMac OS X\b|\bMacintosh\b/,
    os: 'macOS',
    source: MOZILLA,
    example: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)',
  },
  {
    pattern: /\bCrOS\b/,
    os: 'ChromeOS',
    source: 'Chromium user agent documentation',
    example: 'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko)',
  },
  {
    pattern: /\bUbuntu\b/,
    os: 'Ubuntu',
    source: MOZILLA,
    example: 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0',
  },
  {
    pattern: /\bX11; Linux\b|\(Linux\b|\blinux-gnu\b/,
    os: 'Linux',
    source: `${MOZILLA}; GNU Wget manual`,
    example: 'Wget/1.21 (linux-gnu)',
  },
];

/** Operating systems that a Server field names, in its comment or by a product that runs on one only. */
export const SERVER_SYSTEMS: readonly SystemRow[] = [
  {
    pattern: /\(Debian\b/i,
    os: 'Debian',
    source: 'Apache HTTP Server, ServerTokens OS',
    example: 'Apache/2.4.57 (Debian)',
  },
  {
    pattern: /\(Ubuntu\b/i,
    os: 'Ubuntu',
    source: 'Apache HTTP Server, ServerTokens OS',
    example: 'nginx/1.18.0 (Ubuntu)',
  },
  {
    pattern: /\(Raspbian\b/i,
    os: 'Raspbian',
    source: 'Apache HTTP Server, ServerTokens OS',
    example: 'Apache/2.4.10 (Raspbian)',
  },
  {
    pattern: /\(CentOS\b/i,
    os: 'CentOS',
    source: 'Apache HTTP Server, ServerTokens OS',
    example: 'Apache/2.4.6 (CentOS)',
  },
  {
    pattern: /\(Red Hat\b/i,
    os: 'Red Hat Enterprise Linux',
    source: 'Apache HTTP Server, ServerTokens OS',
    example: 'Apache/2.2.15 (Red Hat)',
  },
  {
    pattern: /\(FreeBSD\b/i,
    os: 'FreeBSD',
    source: 'Apache HTTP Server, ServerTokens OS',
    example: 'Apache/2.4.54 (FreeBSD)',
  },
  {
    pattern: /\(Win(?:32|64)\b|^Microsoft-(?:IIS|HTTPAPI)\//i,
    os: 'Windows',
    source: 'Apache HTTP Server, ServerTokens OS; Microsoft Learn, IIS and HTTP.sys',
    example: 'Microsoft-IIS/10.0',
  },
];

/** What an operating system's row says; a version where its pattern catches one. '' when none matches. */
export function systemOf(rows: readonly SystemRow[], value: string): string {
  for (const { pattern, os } of rows) {
    const match = pattern.exec(value);
    if (match !== null) return match[1] === undefined ? os : `${os} ${match[1].slice(0, 16)}`;
  }
  return '';
}

/** Programs and libraries whose first product token is their name and version. Browsers call themselves Mozilla. */
export const CLIENT_PRODUCTS: ReadonlyMap<string, string> = new Map([
  ['curl', 'curl, src/tool_operate.c'],
  ['Wget', 'GNU Wget manual'],
  ['okhttp', 'square/okhttp, internal/Util.kt'],
  ['python-requests', 'psf/requests, utils.py'],
  ['Python-urllib', 'CPython, urllib/request.py'],
  ['aiohttp', 'aio-libs/aiohttp, http.py'],
  ['Java', 'OpenJDK, sun.net.www.protocol.http.HttpURLConnection'],
  ['Java-http-client', 'OpenJDK, jdk.internal.net.http'],
  ['Apache-HttpClient', 'apache/httpcomponents-client'],
  ['Go-http-client', 'Go, net/http'],
  ['axios', 'axios/axios, lib/adapters/http.js'],
  ['node-fetch', 'node-fetch/node-fetch'],
  ['libwww-perl', 'libwww-perl, LWP::UserAgent'],
  ['WinHttp-Autoproxy-Service', 'Microsoft, WinHTTP'],
  ['PostmanRuntime', 'postmanlabs/postman-runtime'],
]);
