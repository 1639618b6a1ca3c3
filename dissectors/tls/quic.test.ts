import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Direction } from '../../src/core/flow.ts';
import { everyCut, offer, offerAll } from '../../src/testing/datagrams.ts';
import { exampleFlow } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { CryptoStream } from './crypto-stream.ts';
import { quic } from './index.ts';
import { initialKeys, type PacketKeys } from './quic-keys.ts';
import { readLongHeader } from './quic-wire.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const ID = hex('8394c8f03e515708');
const VERSION_2 = 0x6b3343cf;
const DRAFT_29 = 0xff00001d;

/** The version of a long header, as the dissector knows it. */
function versionOf(version: number) {
  const bytes = Buffer.alloc(1200);
  bytes[0] = 0xc0;
  bytes.writeUInt32BE(version, 1);
  return readLongHeader(bytes, 0)!.version!;
}

const varint = (value: number) => [0x40 | (value >> 8), value & 255];
const u16 = (value: number) => [value >> 8, value & 255];
const sized = (bytes: number[]) => [...u16(bytes.length), ...bytes];
const extension = (type: number, body: number[]) => [...u16(type), ...sized(body)];
const ascii = (value: string) => [...Buffer.from(value, 'latin1')];

/** A ClientHello with its header; `padding` makes it as long as those of browsers. */
function clientHello(name: string, padding = 0): number[] {
  const extensions = [
    ...extension(0, sized([0, ...sized(ascii(name))])),
    ...extension(16, sized([2, ...ascii('h3')])),
    ...extension(43, [2, 3, 4]),
    ...extension(57, []),
    ...extension(21, new Array(padding).fill(0)),
  ];
  const body = [3, 3, ...new Array(32).fill(7), 0, ...sized([0x13, 1]), 1, 0, ...sized(extensions)];
  return [1, 0, ...sized(body)];
}

const crypto = (offset: number, bytes: number[]) => [6, ...varint(offset), ...varint(bytes.length), ...bytes];

interface InitialOptions {
  version?: number;
  id?: Uint8Array;
  /** The Connection ID that the keys follow from, where it is not the one in the packet. */
  keyed?: Uint8Array;
  direction?: Direction;
  token?: number[];
  size?: number;
  number?: number;
}

/** An Initial packet as it goes over the wire (RFC 9001 §5). */
function initial(frames: number[], options: InitialOptions = {}): Uint8Array {
  const { version = 1, id = ID, keyed = id, direction = 0, token = [], size = 1162, number = 2 } = options;
  const keys = initialKeys(versionOf(version), keyed)[direction];
  const payload = [...frames, ...new Array(Math.max(0, size - frames.length)).fill(0)];
  const first = version === VERSION_2 ? 0xd3 : 0xc3;
  const header = Buffer.from([
    ...[first, 0, 0, 0, 0, id.length, ...id, 0],
    ...[...varint(token.length), ...token, ...varint(4 + payload.length + 16), 0, 0, 0, number],
  ]);
  header.writeUInt32BE(version, 1);
  return protect(header, Uint8Array.from(payload), number, keys);
}

function protect(header: Buffer, payload: Uint8Array, number: number, keys: PacketKeys): Uint8Array {
  const nonce = Uint8Array.from(keys.iv);
  nonce[11] ^= number;
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonce);
  cipher.setAAD(header);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  const mask = createCipheriv('aes-128-ecb', keys.hp, null).update(sealed.subarray(0, 16));
  header[0] ^= mask[0] & 0x0f;
  for (let n = 0; n < 4; n++) header[header.length - 4 + n] ^= mask[1 + n];
  return Buffer.concat([header, sealed]);
}

const sessions = (told: readonly { type?: string }[]) => told.filter(({ type }) => type === 'quic.session');
const states = (told: readonly Record<string, unknown>[]) =>
  told.filter(({ fact }) => fact === 'service').map(({ state }) => state);

describe('the keys of Initial packets', () => {
  test.each([
    // RFC 9001 Appendix A.1
    [1, '1f369613dd76d5467730efcbe3b1a22d', 'fa044b2f42a3fd3b46fb255c', '9f50449e04a0e810283a1e9933adedd2'],
    // RFC 9369 Appendix A.1
    [
      VERSION_2,
      '8b1a0bc121284290a29e0971b5cd045d',
      '91f73e2351d8fa91660e909f',
      '45b95e15235d6f45a6b19cbcb0294ba9',
    ],
  ])('of version %i', (version, key, iv, hp) => {
    const [client] = initialKeys(versionOf(version), ID);
    expect([client.key, client.iv, client.hp].map(toHex)).toEqual([key, iv, hp]);
  });
});

describe('a connection', () => {
  test.each([
    [1, '1'],
    [VERSION_2, '2'],
    [DRAFT_29, 'draft-29'],
  ])('of version %i, on any port', (version, quicVersion) => {
    const bytes = initial(crypto(0, clientHello('archive.zztest.example')), { version });
    const said = offer(quic, bytes, { hinted: false });
    expect(said.claimed).toBe(true);
    expect(sessions(said.told)).toEqual([
      {
        type: 'quic.session',
        version: 'QUIC',
        quicVersion,
        sni: 'archive.zztest.example',
        alpn: 'h3',
        ja3: expect.stringMatching(/^[0-9a-f]{32}$/),
        ja4: expect.stringMatching(/^q13d0105h3_[0-9a-f]{12}_[0-9a-f]{12}$/),
      },
    ]);
    expect(states(said.told)).toEqual(['asked']);
  });

  test('whose hello is spread over packets, frames and datagrams, in any order', () => {
    const hello = clientHello('archive.zztest.example', 1700);
    const half = 1000;
    const first = initial([...crypto(40, hello.slice(40, half)), 1, 0, 0, ...crypto(0, hello.slice(0, 40))]);
    const second = initial([2, 0, 0, 0, 0, ...crypto(half, hello.slice(half))], { number: 3 });
    for (const order of [
      [first, second],
      [second, first],
      [second, second, first, first],
    ]) {
      const said = offerAll(
        quic,
        order.map((bytes) => ({ bytes })),
        { hinted: false },
      );
      expect(sessions(said.told)).toHaveLength(1);
      expect(said.claimed).toBe(true);
    }
    // Both in one datagram.
    const small = initial(crypto(0, hello.slice(0, 300)), { size: 400 });
    const rest = initial(crypto(300, hello.slice(300)), { number: 3 });
    expect(sessions(offer(quic, Buffer.concat([small, rest])).told)).toHaveLength(1);
  });

  test('that is answered, refused, or sent elsewhere', () => {
    const hello = initial(crypto(0, clientHello('archive.zztest.example')));
    const serverHello = initial(crypto(0, [2, 0, 0, 2, 3, 3]), { keyed: ID, id: hex('aa'), direction: 1 });
    const close = initial([0x1c, 2, 0, 0], { keyed: ID, id: hex('aa'), direction: 1 });
    const answered = offerAll(quic, [
      { bytes: hello },
      { bytes: serverHello, direction: 1 },
      { bytes: hello },
    ]);
    expect(states(answered.told)).toEqual(['asked', 'answered']);
    expect(answered.told.find(({ attribute }) => attribute === 'hostname')).toMatchObject({
      side: 'server',
      value: 'archive.zztest.example',
      source: 'TLS SNI',
    });
    const refused = offerAll(quic, [{ bytes: hello }, { bytes: close, direction: 1 }]);
    expect(states(refused.told)).toEqual(['asked', 'refused']);
    expect(refused.told.some(({ attribute }) => attribute === 'hostname')).toBe(false);
  });

  test('that a Retry gives another Connection ID', () => {
    const large = clientHello('archive.zztest.example', 1700);
    const cut = initial(crypto(0, large.slice(0, 1000)));
    const retry = Buffer.concat([hex('f000000001000401020304'), Buffer.alloc(40, 9)]);
    const id = hex('01020304');
    const again = { id, token: new Array(24).fill(9) };
    const said = offerAll(quic, [
      { bytes: cut },
      { bytes: retry, direction: 1 },
      { bytes: initial(crypto(0, large.slice(0, 1000)), again) },
      { bytes: initial(crypto(1000, large.slice(1000)), { ...again, number: 3 }) },
    ]);
    expect(sessions(said.told)).toHaveLength(1);
    expect(states(said.told)).toEqual(['asked', 'answered']);
  });

  test('of which later packets only count', () => {
    const hello = initial(crypto(0, clientHello('archive.zztest.example')));
    const short = Buffer.alloc(60, 0x41);
    const flow = { protocol: 'quic' };
    expect(offer(quic, short, { flow }).claimed).toBe(true);
    expect(offer(quic, short).claimed).toBe(false);
    // Twice the same: one event, as every packet may be sent again.
    expect(sessions(offerAll(quic, [{ bytes: hello }, { bytes: hello }]).told)).toHaveLength(1);
  });
});

describe('what is no QUIC', () => {
  const good = initial(crypto(0, clientHello('archive.zztest.example')));
  const changed = (at: number, value: number) => {
    const bytes = Uint8Array.from(good);
    bytes[at] = value;
    return bytes;
  };
  test('is not claimed on another port, unless it decrypts', () => {
    expect(offer(quic, changed(600, good[600] ^ 1), { hinted: false })).toMatchObject({
      claimed: false,
      told: [],
    });
    expect(offer(quic, good, { hinted: false, direction: 1 })).toMatchObject({ claimed: false, told: [] });
  });
  test.each([
    ['no fixed bit', changed(0, 0x83)],
    ['an unknown version', changed(1, 0x0a)],
    ['an endless Connection ID', changed(5, 200)],
    ['text', Uint8Array.from(Buffer.from('M-SEARCH * HTTP/1.1\r\n'))],
    ['nothing', new Uint8Array(0)],
    ['DTLS', hex('16feff0000000000000000005a0100004e')],
  ])('not even on its own: %s', (_, bytes) => {
    expect(offer(quic, bytes)).toMatchObject({ claimed: false, told: [] });
  });
  test('cut at every length, or damaged, is survived', () => {
    everyCut(quic, good);
    everyCut(quic, good, { hinted: false });
    const random = new Random(9);
    for (let n = 0; n < 3000; n++) offer(quic, mutateBytes(good, random), { hinted: random.oneIn(2) });
  });
  test('frames that lie are survived: they are sealed, and yet anybody can seal them', () => {
    const random = new Random(11);
    const frames = [2, 4, 1, 1, 0, 1, 1, ...crypto(0, clientHello('archive.zztest.example')), 0x1c, 1, 2, 3];
    for (let n = 0; n < 3000; n++) {
      const lies = [...mutateBytes(Uint8Array.from(frames), random)];
      const said = offer(quic, initial(lies, { size: 300 }), { hinted: false });
      expect(said.malformed).toBeNull();
      expect(sessions(said.told).length).toBeLessThanOrEqual(1);
    }
  });
});

test('of a flow that never comes to an end only so many packets are decrypted', () => {
  const flow = exampleFlow(443);
  let opened = 0;
  const context = { emit: () => {}, tell: () => {} } as never;
  const started = process.cpuUsage().user;
  for (let n = 0; n < 20_000; n++) {
    const bytes = initialOf(n);
    if (quic.datagram(bytes, 0, flow, true, context)) opened++;
  }
  expect(opened).toBe(20_000);
  expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(2);
});

const template = initial(crypto(0, clientHello('archive.zztest.example').slice(0, 20)));
/** Another Connection ID each time, so that none decrypts. */
function initialOf(n: number): Uint8Array {
  const bytes = Uint8Array.from(template);
  bytes[6] = n & 255;
  bytes[7] = n >> 8;
  return bytes;
}

describe('CRYPTO frames', () => {
  test('are put together however they come, and the first copy wins', () => {
    const random = new Random(5);
    const message = Uint8Array.from([1, 0, 3, 232, ...Array.from({ length: 1000 }, (_, n) => n & 255)]);
    for (let round = 0; round < 300; round++) {
      const stream = new CryptoStream();
      let tries = 0;
      while (stream.hello() === null && tries++ < 5000) {
        const start = random.oneIn(20) ? 0 : random.below(message.length);
        stream.add(start, message.subarray(start, start + 1 + random.below(200)));
      }
      expect(toHex(stream.hello()!)).toBe(toHex(message.subarray(4)));
    }
    const stream = new CryptoStream();
    stream.add(4, Uint8Array.of(5, 5));
    stream.add(0, Uint8Array.of(1, 0, 0, 2, 6, 6));
    expect([...stream.hello()!]).toEqual([5, 5]);
  });
  test('beyond all bounds are passed over', () => {
    const stream = new CryptoStream();
    stream.add(2 ** 40, Uint8Array.of(1));
    for (let n = 0; n < 4000; n++) stream.add(2 * n + 1, Uint8Array.of(1));
    stream.add(0, Uint8Array.of(9));
    expect(stream.hello()).toBeNull();
  });
});
