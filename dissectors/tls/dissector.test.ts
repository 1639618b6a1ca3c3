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

const CERTIFICATE_DER = (() => {
  const element = (tag: number, ...parts: number[][]) => [tag, ...u8(parts.flat().length), ...parts.flat()];
  const name = (value: string) =>
    element(0x30, element(0x31, element(0x30, element(6, [0x55, 4, 3]), element(0x0c, ascii(value)))));
  const time = element(0x17, ascii('260302000000Z'));
  const subject = name('ct1.zz.example');
  const fields = [element(2, [1]), element(0x30), name('ZZ CA'), element(0x30, time, time), subject];
  return element(0x30, element(0x30, ...fields), element(0x30), element(3, [0]));
})();
const certificateMessage = (der: number[]) => {
  const one = [...u24(der.length), ...der];
  return handshake(11, [...u24(2 * one.length), ...one, ...one]);
};
const CHANGE = record(20, [1]);
const facts = (all: Emitted[]) =>
  all.filter(({ fact }) => fact === 'attribute').map(({ source, value }) => `${source}: ${value}`);

describe('the certificate of the server', () => {
  const answer = [...serverHello([]), ...certificateMessage(CERTIFICATE_DER), ...handshake(14, [])];
  test('is read in the same record, in records of its own, and cut into crumbs', () => {
    const whole = everySplit(tls, [toServer(HELLO), toClient(record(22, answer))]);
    expect(session(whole)).toMatchObject([
      {
        certificate: {
          subject: 'CN=ct1.zz.example',
          issuer: 'CN=ZZ CA',
          notBefore: '2026-03-02T00:00:00',
          notAfter: '2026-03-02T00:00:00',
          names: [],
          selfSigned: false,
          fingerprint: expect.stringMatching(/^(?:[0-9a-f]{2}:){19}[0-9a-f]{2}$/),
        },
      },
    ]);
    expect(facts(whole)).toEqual([
      expect.stringMatching(/^TLS JA4: t13d/),
      'TLS SNI: pacs.hospital.example',
      'TLS certificate subject: CN=ct1.zz.example',
      'TLS certificate name: ct1.zz.example',
    ]);
    for (const size of [1, 5, 50]) {
      const records = Array.from({ length: Math.ceil(answer.length / size) }, (_, n) =>
        record(22, answer.slice(n * size, (n + 1) * size)),
      );
      const cut = play(tls, [toServer(HELLO), toClient(...records)]);
      expect(session(cut)).toEqual(session(whole));
    }
  });

  test('is not waited for when the session goes on without', () => {
    const resumed = everySplit(tls, [
      toServer(HELLO),
      toClient(record(22, serverHello([])), CHANGE, record(22, random)),
      toServer(CHANGE, record(22, random), data(40)),
    ]);
    expect(session(resumed)).toMatchObject([{ version: 'TLS 1.2', certificate: null }]);
    const lost = play(tls, [
      toServer(HELLO),
      toClient(record(22, answer).slice(0, 100)),
      { gap: 1, length: 50 },
      toClient(data(40)),
    ]);
    expect(session(lost)).toMatchObject([{ version: 'TLS 1.2', certificate: null }]);
  });

  test('that is none, empty or longer than its message leaves the session as it is', () => {
    const bad = [
      handshake(11, [0, 0, 0]),
      handshake(11, []),
      certificateMessage([]),
      certificateMessage(random),
      handshake(11, [0, 0, 40, 0, 1, 0, ...random]),
      handshake(11, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      [11, 0xff, 0xff, 0xff, 0, 0, 3, 0, 0, 0],
    ];
    for (const message of bad) {
      const all = everySplit(tls, [toServer(HELLO), toClient(record(22, [...serverHello([]), ...message]))]);
      expect(session(all)).toMatchObject([{ version: 'TLS 1.2', certificate: null }]);
    }
  });

  test('of a name that is none tells no host', () => {
    const wildcard = CERTIFICATE_DER.map((byte, at) =>
      at === CERTIFICATE_DER.lastIndexOf(0x63) ? 0x2a : byte,
    );
    const all = play(tls, [
      toServer(HELLO),
      toClient(record(22, [...serverHello([]), ...certificateMessage(wildcard)])),
    ]);
    expect(facts(all).at(-1)).toBe('TLS certificate subject: CN=*t1.zz.example');
  });
});

test('after a HelloRetryRequest the second hellos are read too: the JA4 of both, the JA3S of the last', () => {
  const second = record(22, clientHello([...EXTENSIONS, ...extension(44, [0, 0])]));
  const all = everySplit(tls, [
    toServer(HELLO),
    toClient(record(22, serverHello(extension(43, u16(0x0304)), 0x0303, 0x1302, RETRY)), CHANGE),
    toServer(CHANGE, second),
    toClient(record(22, serverHello([...extension(51, [0]), ...extension(43, u16(0x0304))], 0x0303, 0x1302))),
    toClient(data(50)),
  ]);
  const ja4 = facts(all).filter((text) => text.startsWith('TLS JA4'));
  expect(new Set(ja4).size).toBe(2);
  expect(session(all)).toMatchObject([{ answered: true, ja4: ja4[0].slice(9) }]);
  expect(session(all)[0].ja3s).not.toBe('');
});

describe('behind', () => {
  const answered = toClient(record(22, serverHello(extension(43, u16(0x0304)))));
  const SOCKS5 = [5, 1, 0, 5, 1, 0, 3, 11, ...ascii('zz.example.'), 1, 187];
  const LOGIN = [5, 2, 0, 2, 1, 1, 0x61, 1, 0x62, 5, 1, 0, 1, 10, 0, 0, 1, 1, 187];
  const RDP = (code: number) => [3, 0, 0, 19, 14, code, 0, 0, 0x12, 0x34, 0, 1, 0, 8, 0, 3, 0, 0, 0];
  test.each([
    ['SOCKS 5', 'socks', SOCKS5, [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['SOCKS 5 with a login', 'socks', LOGIN, [5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['SOCKS 4', 'socks', [4, 1, 1, 187, 10, 0, 0, 1, 0], [0, 90, 0, 0, 0, 0, 0, 0]],
    ['SOCKS 4A', 'socks', [4, 1, 1, 187, 0, 0, 0, 1, 0, 0x7a, 0], [0, 90, 0, 0, 0, 0, 0, 0]],
    ['PostgreSQL', 'postgresql', [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f], [0x53]],
    ['RDP', 'rdp', RDP(0xe0), RDP(0xd0)],
  ])('%s', (_, protocol, up, down) => {
    const all = everySplit(tls, [
      toServer(up),
      toClient(down),
      toServer(HELLO),
      answered,
      toServer(data(40)),
    ]);
    expect(session(all)).toMatchObject([{ version: 'TLS 1.3', sni: 'pacs.hospital.example' }]);
    expect(all.filter(({ fact }) => fact === 'service')).toMatchObject([
      { protocol, tls: true, state: 'asked' },
      { protocol, tls: true, state: 'answered' },
    ]);
    // A SOCKS server is not who the client asks for.
    expect(facts(all).includes('TLS SNI: pacs.hospital.example')).toBe(protocol !== 'socks');
    const probe = (direction: 0 | 1, ...bytes: number[][]) =>
      tls.probe(Uint8Array.from(bytes.flat()), direction);
    for (let length = 0; length <= up.length; length++) expect(probe(0, up.slice(0, length))).toBe(MORE);
    expect(probe(0, up, HELLO)).toBe(FROM_CLIENT);
    expect(probe(0, up, ascii('GET / HTTP/1.1'))).toBe(NO);
    expect(probe(0, up, data(40), data(40))).toBe(NO);
    expect(probe(1, down)).toBe(MORE);
    expect(probe(1, down, record(22, serverHello([])))).toBe(FROM_SERVER);
    expect(probe(1, down, ascii('SSH-2.0'))).toBe(NO);
  });
});
