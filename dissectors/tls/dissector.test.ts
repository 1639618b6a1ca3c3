import { describe, expect, test } from 'vitest';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, YES } from '../../src/core/dissector.ts';
import type { Emitted, PlayOptions, Step } from '../../src/testing/every-split.ts';
import { everySplit, exampleFlow, play } from '../../src/testing/every-split.ts';
import { tls } from './index.ts';

const u8 = (value: number) => [value & 255];
const u16 = (value: number) => [(value >> 8) & 255, value & 255];
const u24 = (value: number) => [(value >> 16) & 255, ...u16(value)];
const ascii = (value: string) => [...Buffer.from(value, 'latin1')];
const sized = (bytes: number[]) => [...u16(bytes.length), ...bytes];

const record = (type: number, body: number[], version = 0x0303) => [type, ...u16(version), ...sized(body)];
const handshake = (type: number, body: number[]) => [type, ...u24(body.length), ...body];
const extension = (type: number, body: number[]) => [...u16(type), ...sized(body)];

const random = Array.from({ length: 32 }, (_, n) => (n * 37 + 11) & 255);
const RETRY = [...Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex')];

const serverName = (name: string) => extension(0, sized([0, ...sized(ascii(name))]));
const protocols = (...names: string[]) =>
  extension(16, sized(names.flatMap((name) => [name.length, ...ascii(name)])));
const versions = (...offered: number[]) => extension(43, [2 * offered.length, ...offered.flatMap(u16)]);

const clientHello = (extensions: number[], version = 0x0303) =>
  handshake(1, [
    ...u16(version),
    ...random,
    ...u8(32),
    ...random,
    ...sized([0x13, 0x01, 0xc0, 0x2f]),
    1,
    0,
    ...sized(extensions),
  ]);
const serverHello = (extensions: number[], version = 0x0303, cipher = 0xc02f, of = random) =>
  handshake(2, [
    ...u16(version),
    ...of,
    0,
    ...u16(cipher),
    0,
    ...(extensions.length ? sized(extensions) : []),
  ]);

const EXTENSIONS = [
  ...extension(0x0a0a, []),
  ...serverName('pacs.hospital.example'),
  ...protocols('h2', 'http/1.1'),
  ...versions(0x2a2a, 0x0304, 0x0303),
];
const HELLO = record(22, clientHello(EXTENSIONS), 0x0301);
const data = (length: number) =>
  record(
    23,
    Array.from({ length }, (_, n) => (n * 73) & 255),
  );

const toServer = (...bytes: number[][]): Step => ({ send: 0, bytes: Uint8Array.from(bytes.flat()) });
const toClient = (...bytes: number[][]): Step => ({ send: 1, bytes: Uint8Array.from(bytes.flat()) });
const onPort = (port: number): PlayOptions => ({ flow: { server: exampleFlow(port).server } });
const session = (all: Emitted[]) => all.filter((event) => event.type === 'tls.session');
const services = (all: Emitted[]) =>
  all.filter((event) => event.fact === 'service').map((fact) => fact.state);

describe('a connection', () => {
  test('of TLS 1.3', () => {
    const all = everySplit(
      tls,
      [
        toServer(HELLO),
        toClient(
          record(22, serverHello(extension(43, u16(0x0304)), 0x0303, 0x1301)),
          record(20, [1]),
          data(90),
        ),
        toServer(record(20, [1]), data(60), data(300)),
        toClient(data(200)),
      ],
      onPort(443),
    );
    expect(session(all)).toEqual([
      {
        type: 'tls.session',
        version: 'TLS 1.3',
        sni: 'pacs.hospital.example',
        cipherSuite: '1301',
        alpn: 'h2,http/1.1',
        inside: '',
        answered: true,
        ja3: '336f5f33f4497e06a9cd5231997c3982',
        ja4: 't13d0203h2_c1929292aa6b_b9a491fefe05',
        ja3s: 'cce84e7a8b742462e40afb585a3e3ccc',
        certificate: null,
      },
    ]);
    expect(all.filter((event) => event.fact === 'service')).toEqual([
      { fact: 'service', protocol: 'tls', medical: false, tls: true, state: 'asked' },
      { fact: 'service', protocol: 'tls', medical: false, tls: true, state: 'answered' },
    ]);
  });

  test('of TLS 1.2, whose server says the application protocol in clear', () => {
    const all = everySplit(tls, [
      toServer(HELLO),
      toClient(
        record(22, [...serverHello(protocols('h2')), ...handshake(11, [0, 0, 0]), ...handshake(14, [])]),
      ),
    ]);
    expect(session(all)).toMatchObject([{ version: 'TLS 1.2', cipherSuite: 'c02f', alpn: 'h2' }]);
  });

  test('of SSL 3.0, without extensions', () => {
    const all = everySplit(tls, [
      toServer(record(22, clientHello([], 0x0300), 0x0300)),
      toClient(record(22, serverHello([], 0x0300, 0x0005), 0x0300)),
    ]);
    expect(session(all)).toMatchObject([{ version: 'SSL 3.0', cipherSuite: '0005', sni: '', alpn: '' }]);
  });

  test('that begins with an SSL 2.0 hello', () => {
    const body = [1, ...u16(0x0301), ...u16(3), ...u16(0), ...u16(16), 0, 0, 5, ...random.slice(0, 16)];
    const all = everySplit(tls, [
      toServer([0x80, body.length, ...body]),
      toClient(record(22, serverHello([], 0x0301, 0x0005), 0x0301)),
    ]);
    expect(session(all)).toMatchObject([{ version: 'TLS 1.0', answered: true }]);
    expect(all.some((event) => event.fact === 'anomaly')).toBe(false);
  });

  test('with a HelloRetryRequest', () => {
    const all = everySplit(tls, [
      toServer(HELLO),
      toClient(record(22, serverHello(extension(43, u16(0x0304)), 0x0303, 0x1302, RETRY))),
      toServer(record(20, [1]), HELLO),
      toClient(record(22, serverHello(extension(43, u16(0x0304)), 0x0303, 0x1302)), data(80)),
    ]);
    expect(session(all)).toMatchObject([{ version: 'TLS 1.3', cipherSuite: '1302', answered: true }]);
  });

  test('whose hellos are cut into small records', () => {
    const cut = (bytes: number[], size: number) =>
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        record(22, bytes.slice(n * size, (n + 1) * size)),
      ).flat();
    for (const size of [1, 7, 40]) {
      const hello = cut(clientHello(EXTENSIONS), size);
      expect(tls.probe(Uint8Array.from(hello), 0)).toBe(FROM_CLIENT);
      const all = play(tls, [toServer(hello), toClient(cut(serverHello([]), size))]);
      expect(session(all)).toMatchObject([{ sni: 'pacs.hospital.example', version: 'TLS 1.2' }]);
    }
  });

  test('that the server refuses, or leaves unanswered', () => {
    const refused = everySplit(tls, [toServer(HELLO), toClient(record(21, [2, 40]))], onPort(2762));
    expect(session(refused)).toMatchObject([{ answered: false, version: '', inside: 'dicom' }]);
    expect(services(refused)).toEqual(['asked', 'refused']);
    const unanswered = everySplit(tls, [toServer(HELLO)], onPort(2762));
    expect(session(unanswered)).toMatchObject([{ answered: false, sni: 'pacs.hospital.example' }]);
    expect(services(unanswered)).toEqual(['asked']);
  });

  test.each([
    [2762, 'dicom'],
    [11112, 'dicom'],
    [2575, 'hl7'],
    [6661, 'hl7'],
    [443, ''],
  ])('to port %i has %j inside', (port, inside) => {
    const all = play(tls, [toServer(HELLO), toClient(record(22, serverHello([])))], onPort(port));
    expect(session(all)).toMatchObject([{ inside }]);
    expect(all.find((event) => event.fact === 'service')).toMatchObject({
      protocol: inside || 'tls',
      medical: inside !== '',
      tls: true,
    });
  });

  test('taken up in its middle', () => {
    const all = everySplit(tls, [toServer(data(300), data(40)), toClient(data(100))], {
      flow: { midstream: true },
    });
    expect(session(all)).toMatchObject([{ version: '', cipherSuite: '', answered: true }]);
    expect(services(all)).toEqual(['asked', 'answered']);
  });

  test('taken up in the middle of a record on one side', () => {
    const all = play(tls, [toServer(data(300)), toClient(random, data(100), data(40)), toClient(data(7))], {
      flow: { midstream: true },
    });
    expect(services(all)).toEqual(['asked', 'answered']);
    expect(all.some((event) => event.fact === 'anomaly')).toBe(false);
  });

  test('with a gap still has one record', () => {
    const all = play(tls, [
      toServer(HELLO.slice(0, 50)),
      { gap: 0, length: 20 },
      toServer(HELLO.slice(70)),
      toClient(record(22, serverHello([]))),
    ]);
    expect(session(all)).toMatchObject([{ version: 'TLS 1.2', sni: '' }]);
  });

  test('that stops making sense is left alone', () => {
    const all = everySplit(tls, [toServer(HELLO, ascii('this is no record at all'), ascii('nor is this'))]);
    expect(all.filter((event) => event.fact === 'anomaly')).toMatchObject([{ kind: 'record-header' }]);
  });

  test('passes over application data unseen', () => {
    const parser = tls.open(exampleFlow(443), {
      emit: () => {},
      tell: () => {},
      now: () => 0,
      reveal: false,
      hash: undefined as never,
      address: undefined as never,
    });
    const bytes = Uint8Array.from(record(23, new Array(16_384).fill(0)).slice(0, 100));
    expect(parser.data(0, bytes).consumed).toBe(16_384 + 5);
  });
});

describe('hellos that lie', () => {
  test('about their lengths leave values out and nothing else happens', () => {
    const whole = clientHello(EXTENSIONS);
    for (let at = 4; at < whole.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bad = [...whole];
        bad[at] = value;
        const all = play(tls, [toServer(record(22, bad)), toClient(record(22, serverHello([])))]);
        expect(session(all)).toHaveLength(1);
      }
    }
  });

  test('of absurd size', () => {
    const all = everySplit(tls, [toServer(record(22, [1, 0xff, 0xff, 0xff, 3, 3, ...random]))]);
    expect(all.filter((event) => event.fact === 'anomaly')).toMatchObject([{ kind: 'hello-length' }]);
  });

  test('about their name show it harmlessly', () => {
    const all = play(tls, [toServer(record(22, clientHello(serverName('a\x00<b>\x7f\xff'))))]);
    expect(session(all)[0].sni).toBe('a\\x00<b>\\x7f\\xff');
  });
});

describe('recognition', () => {
  const probe = (...bytes: number[][]) => tls.probe(Uint8Array.from(bytes.flat()), 0);

  test('by the hello', () => {
    expect(probe(HELLO)).toBe(FROM_CLIENT);
    expect(probe(HELLO.slice(0, 11))).toBe(FROM_CLIENT);
    expect(probe(record(22, serverHello([])))).toBe(FROM_SERVER);
    expect(probe(record(21, [2, 40]))).toBe(YES);
    for (let length = 0; length < 11; length++) expect(probe(HELLO.slice(0, length))).toBe(MORE);
  });

  test('by the chain of records, mid-stream', () => {
    expect(probe(data(100), data(50))).toBe(YES);
    const stream = Uint8Array.from([...random, ...data(100), ...data(50)]);
    expect(tls.find(stream)).toBe(32);
    const large = Uint8Array.from([...random, ...record(23, new Array(16_384 + 24).fill(7)).slice(0, 1000)]);
    expect(tls.find(large)).toBe(32);
    expect(tls.find(Uint8Array.from(random))).toBe(-1);
  });

  test.each([
    ['HTTP', ascii('GET / HTTP/1.1\r\n')],
    ['MLLP', ascii('\x0bMSH|^~\\&|A')],
    ['DICOM', [1, 0, 0, 0, 0, 205, 0, 1, 0, 0]],
    ['a record of another protocol', [22, 3, 1, 0xff, 0xff, 1, 0, 0]],
    [
      'a handshake that is no hello',
      record(22, handshake(9, [1, 2, 3, 4, 5, 6, 7])).concat([1, 2, 3, 4, 5, 6]),
    ],
    ['application data of nobody', [23, 3, 3, 1, 0, ...random]],
    ['high bytes', [0x80, 0x2e, 2, 0, 2, 0, 3, 0, 0, 0, 16]],
    ['SMB', [0, 0, 0, 0x85, 0xff, 0x53, 0x4d, 0x42]],
  ])('says no to %s', (_, bytes) => {
    expect(probe(bytes)).toBe(NO);
  });
});
