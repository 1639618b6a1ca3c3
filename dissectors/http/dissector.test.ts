import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FROM_CLIENT, FROM_SERVER, MORE, NO } from '../../src/core/dissector.ts';
import { exampleFlow, play } from '../../src/testing/every-split.ts';
import { LIMITS } from './bodies.ts';
import { http } from './index.ts';
import {
  anomalies,
  attributes,
  chunked,
  request,
  response,
  said,
  services,
  toClient,
  toServer,
} from './testing.ts';

const SERVER = { Server: 'nginx/1.22.1' };
const PAGE = '<html><head><title>Orthanc Explorer</title></head></html>';
const ORTHANC = 'server product: Orthanc (HTTP page title)';
const HTML = { 'Content-Type': 'text/html' };

describe('a connection', () => {
  test('of one request', () => {
    const all = said([
      toServer(request('GET /', { 'User-Agent': 'curl/7.88.1' })),
      toClient(response('200 OK', SERVER, 'hello')),
    ]);
    expect(all).toEqual([
      { fact: 'service', protocol: 'http', medical: false, tls: false, state: 'asked' },
      {
        fact: 'attribute',
        side: 'client',
        attribute: 'user-agent',
        value: 'curl/7.88.1',
        source: 'HTTP User-Agent',
      },
      {
        fact: 'attribute',
        side: 'client',
        attribute: 'software',
        value: 'curl 7.88.1',
        source: 'HTTP User-Agent',
      },
      {
        fact: 'service',
        protocol: 'http',
        medical: false,
        tls: false,
        state: 'answered',
        product: 'nginx',
        version: '1.22.1',
      },
      {
        fact: 'attribute',
        side: 'server',
        attribute: 'software',
        value: 'nginx 1.22.1',
        source: 'HTTP Server',
      },
    ]);
  });

  test('of several, the answers with every kind of length', () => {
    const all = said([
      toServer(request('GET /1'), request('HEAD /2'), request('GET /3'), request('POST /4', {}, 'a=b')),
      toClient(response('200 OK', {}, 'one'), 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n'),
      toClient('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n'),
      toClient('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', chunked('ab', 'cdefghijkl')),
      toServer(request('GET /5'), request('DELETE /6'), request('GET /7')),
      toClient('HTTP/1.1 204 No Content\r\n\r\n'),
      toClient('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'),
      toClient('3;x=y\r\nabc\r\n0\r\nTrailer: x\r\n\r\n'),
      toClient(response('200 OK', { ...HTML, ...SERVER }, PAGE)),
    ]);
    expect(anomalies(all)).toEqual([]);
    expect(attributes(all)).toEqual(['server software: nginx 1.22.1 (HTTP Server)', ORTHANC]);
  });

  test('whose last answer ends with it', () => {
    const all = said([
      toServer(request('GET /')),
      toClient('HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n', PAGE),
    ]);
    expect(attributes(all)).toEqual([ORTHANC]);
  });

  test('with bare line feeds, blanks, folded and strange lines', () => {
    const all = said([
      toServer('\r\n\r\nGET / HTTP/1.1\nUSER-AGENT :x\nuser-agent: \tcurl/8.0 \n folded\nx\n\n'),
      toClient('HTTP/1.1 200\r\nserver:a/1\r\ncontent-length:0\r\n\r\n'),
    ]);
    expect(attributes(all)).toEqual([
      'client user-agent: curl/8.0 (HTTP User-Agent)',
      'client software: curl 8.0 (HTTP User-Agent)',
      'server software: a 1 (HTTP Server)',
    ]);
  });

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('with a page in %s', (coding, compress) => {
    const page = compress(Buffer.from(PAGE + 'x'.repeat(30_000)));
    const fields = { ...HTML, 'Content-Encoding': coding };
    const all = play(http, [toServer(request('GET /')), toClient(response('200 OK', fields, page))]);
    expect(attributes(all)).toEqual([ORTHANC]);
  });

  test('with a page that swells', () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(PAGE), Buffer.alloc(64 << 20)]));
    const started = process.cpuUsage().user;
    play(http, [
      toServer(request('GET /')),
      toClient(response('200 OK', { ...HTML, 'Content-Encoding': 'gzip' }, bomb)),
    ]);
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(1);
  });

  test.each([
    ['101 Switching Protocols', 'GET /ws', { Upgrade: 'websocket' }],
    ['200 Connection established', 'CONNECT b.example:443', {}],
  ])('that becomes another (%s)', (status, line, fields) => {
    const all = said([
      toServer(request(line, fields)),
      toClient(`HTTP/1.1 ${status}\r\nServer: squid/5.7\r\n\r\n`, '\x16\x03\x03 no HTTP at all\n'),
      toServer('\x16\x03\x01 nor this\n\n'),
      toClient('nor\nthat'),
    ]);
    expect(anomalies(all)).toEqual([]);
    expect(attributes(all)).toEqual(['server software: squid 5.7 (HTTP Server)']);
  });

  test('that becomes no other, since it was refused', () => {
    const all = said([
      toServer(request('CONNECT b.example:443')),
      toClient(response('403 Forbidden', {}, 'no')),
      toServer(request('GET /')),
      toClient(response('200 OK', HTML, PAGE)),
    ]);
    expect(attributes(all)).toEqual([ORTHANC]);
  });

  test('of HTTP/2 with prior knowledge', () => {
    const all = said([
      toServer('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Uint8Array.from([0, 0, 0, 4, 0, 0, 0, 0, 0])),
      toClient(Uint8Array.from([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100])),
    ]);
    expect(all).toEqual([
      { fact: 'service', protocol: 'http2', medical: false, tls: false, state: 'asked' },
      { fact: 'service', protocol: 'http2', medical: false, tls: false, state: 'answered' },
    ]);
  });

  test('of which one side was captured', () => {
    const asked = said([
      toServer(request('GET /1'), request('POST /2', {}, 'x'.repeat(100)), request('GET /3')),
    ]);
    expect(services(asked, 'http')).toEqual(['asked']);
    // Nobody knows that the first answers a HEAD.
    const answered = said([
      toClient('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n'),
      toClient(response('200 OK', HTML, PAGE), response('200 OK', {}, 'HTTP or something')),
      toClient(response('200 OK', SERVER, 'x')),
    ]);
    expect(anomalies(answered)).toEqual([]);
    expect(attributes(answered)).toEqual([ORTHANC, 'server software: nginx 1.22.1 (HTTP Server)']);
  });

  test('that stops making sense', () => {
    const all = said([
      toServer(request('GET /'), 'this is\nno request\n\n'),
      toClient(response('200 OK', {}, 'x'), 'nor\nis this\n', response('200 OK', HTML, PAGE)),
    ]);
    expect(anomalies(all)).toEqual(['start-line', 'start-line']);
    expect(attributes(all)).toEqual([ORTHANC]);
  });

  test.each([
    ['content-length', 'POST / HTTP/1.1\r\nContent-Length: 5, 6\r\n\r\n'],
    ['transfer-encoding', 'POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n'],
    ['chunk-size', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['chunk-end', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n'],
    ['line-length', `GET / HTTP/1.1\r\nA: ${'x'.repeat(70_000)}`],
  ])('malformed: %s', (kind, text) => {
    expect(anomalies(play(http, [toServer(text)]))).toEqual([kind]);
  });
});

test('the version that Mirth Connect tells who asks as its clients do', () => {
  const asked = (fields: Record<string, string>, body: string) =>
    attributes(
      said([
        toServer(request('GET /api/server/version', fields)),
        toClient(response('200 OK', { 'Content-Type': 'text/plain' }, body)),
      ]),
    );
  const openApi = { 'X-Requested-With': 'OpenAPI' };
  expect(asked(openApi, '4.4.0')).toEqual([
    'server product: Mirth Connect (HTTP Mirth Connect /api/server/version)',
    'server software: Mirth Connect 4.4.0 (HTTP Mirth Connect /api/server/version)',
  ]);
  expect(asked(openApi, 'ZZTEST 4.4.0')).toEqual([]);
  expect(asked({}, '4.4.0')).toEqual([]);
});

describe('what was missed', () => {
  test('inside a body of known length loses nothing', () => {
    const body = 'x'.repeat(5000);
    const all = play(http, [
      toServer(request('GET /')),
      toClient(response('200 OK', { 'Content-Type': 'image/png' }, body).subarray(0, 1000)),
      { gap: 1, length: 4000 },
      toClient(
        response('200 OK', { 'Content-Type': 'image/png' }, body).subarray(5000),
        response('200 OK', HTML, PAGE),
      ),
    ]);
    expect(anomalies(all)).toEqual([]);
    expect(attributes(all)).toEqual([ORTHANC]);
  });

  test('inside a head leaves what was seen of it', () => {
    const all = play(http, [
      toServer('GET / HTTP/1.1\r\nUser-Agent: curl/8.0\r\nAcc'),
      { gap: 0, length: 400 },
      toClient('HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nCont'),
    ]);
    expect(services(all, 'http')).toEqual(['asked', 'answered']);
    expect(attributes(all)).toHaveLength(3);
    expect(anomalies(all)).toEqual([]);
  });

  test('elsewhere is followed by the next sound start', () => {
    const all = said([
      toServer(request('GET /', SERVER)),
      { gap: 0, length: 100 },
      toServer('of a body HTTP/1.1\r\n\r\n', request('GET /x', { 'User-Agent': 'okhttp/4.9.0' })),
      toClient('HTTP/1.1 200 OK\r\nServer: lo'),
      { gap: 1, length: 30 },
      toClient('rest of something', response('200 OK', HTML, PAGE)),
    ]);
    expect(anomalies(all)).toEqual([]);
    expect(attributes(all)).toContain(ORTHANC);
    expect(attributes(all)).toContain('client software: okhttp 4.9.0 (HTTP User-Agent)');
  });
});

describe('bulk', () => {
  test('is passed over by count', () => {
    const parser = http.open(exampleFlow(80), {
      emit: () => {},
      tell: () => {},
      now: () => 0,
      reveal: false,
      hash: undefined as never,
      address: undefined as never,
    });
    const head = Buffer.from(
      'HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\nabc',
    );
    parser.data(0, request('GET /'));
    expect(parser.data(1, head).consumed).toBe(head.length - 3 + 1_000_000);
  });

  test('that is looked into is held to a limit', () => {
    const json = `[${'"x",'.repeat(100_000)}1]`;
    const all = play(
      http,
      [
        toServer(request('GET /')),
        toClient(response('200 OK', { 'Content-Type': 'application/json' }, json)),
        toServer(request('GET /')),
        toClient(response('200 OK', HTML, PAGE)),
      ],
      {},
      (_, length) => Array.from({ length: Math.floor(length / 1448) }, (_, n) => (n + 1) * 1448),
    );
    expect(json.length).toBeGreaterThan(LIMITS.json);
    expect(attributes(all)).toEqual([ORTHANC]);
  });
});

describe('recognition', () => {
  const probe = (text: string) => http.probe(Buffer.from(text, 'latin1'), 0);

  test.each([
    'GET / HTTP/1.1\r\n',
    'GET / HTTP/1.0\n',
    'OPTIONS * HTTP/1.1\r\n',
    'CONNECT b.example:443 HTTP/1.1\r\n',
    'GET http://b.example/ HTTP/1.1\r\n',
    'BITS_POST /x HTTP/1.1\r\n',
    `GET /${'x'.repeat(100)}`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ])('of a request: %j', (text) => {
    expect(probe(text)).toBe(FROM_CLIENT);
    expect(http.probe(Buffer.from(text), 1)).toBe(FROM_CLIENT);
  });

  test('of a response', () => {
    expect(probe('HTTP/1.1 200 OK\r\n')).toBe(FROM_SERVER);
    expect(probe('HTTP/1.0 404\r\n')).toBe(FROM_SERVER);
  });

  test('takes as many bytes as it needs', () => {
    for (const text of ['GET /index.html HTTP/1.1\r', 'HTTP/1.1 200 ', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'])
      for (let length = 0; length < text.length; length++) expect(probe(text.slice(0, length))).toBe(MORE);
  });

  test.each([
    'OPTIONS rtsp://b.example/media RTSP/1.0\r\n',
    'OPTIONS sip:nobody@b.example SIP/2.0\r\n',
    'GET / RTSP/1.0\r\n',
    'GET\r\n',
    'GET /x\r\n',
    'SUBSCRIBE sip:a@b SIP/2.0',
    'HELO mail.example\r\n',
    'USER nobody\r\n',
    'HTTP/2.0 200 OK\r\n',
    'HTTP/1.1 2xx\r\n',
    'SSH-2.0-OpenSSH_9.2\r\n',
    'MSH|^~\\&|A',
    '\x16\x03\x01',
    '220 ready\r\n',
    `VERYLONGMETHODNAME /${'x'.repeat(100)}`,
    `UNKNOWN /${'x'.repeat(100)}`,
  ])('says no to %j', (text) => {
    expect(probe(text)).toBe(NO);
  });

  test('in the middle', () => {
    const find = (text: string) => http.find(Buffer.from(text, 'latin1'));
    expect(find('xyz\r\nHTTP/1.1 200 OK\r\nServer: a\r\n')).toBe(5);
    expect(find('{"a":1}POST /x HTTP/1.1\r\nHost: a\r\n')).toBe(7);
    expect(find('HTTP/1.1 200 OK\r\n')).toBe(-1);
    expect(find('say HTTP/1.1 200 OK\r\nis what a server says\r\n')).toBe(-1);
    expect(find('GET /x HTTP/1.1\r\n\r\n')).toBe(-1);
    expect(find('no GET HTTP/1.1\r\nHost: a\r\n')).toBe(-1);
  });

  test('in a megabyte of what looks like starts takes no time', () => {
    for (const noise of ['H', 'HTTP/1.', ' HTTP/1.1\r\n', 'GET / HTTP/1.1\r\n', 'HTTP/1.1 200 OK\r\n\r\n']) {
      const bytes = Buffer.from(noise.repeat((1 << 20) / noise.length));
      const started = process.cpuUsage().user;
      expect(http.find(bytes)).toBe(-1);
      expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(1);
    }
  });
});
