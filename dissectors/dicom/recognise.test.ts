import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, YES } from '../../src/core/dissector.ts';
import { find, probe } from './recognise.ts';
import {
  abort,
  associateAc,
  associateRj,
  associateRq,
  bytes,
  COMMAND,
  concat,
  echoRq,
  echoRsp,
  image,
  LAST,
  message,
  pData,
  releaseRp,
  releaseRq,
  storeRq,
  text,
} from './testing.ts';

const data = () => pData({ control: 0, body: image('explicit', 100).subarray(0, 200) });

const FOREIGN: [string, Uint8Array][] = [
  ['HTTP', text('GET /dicom-web/studies HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['TLS', concat(bytes(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3), new Uint8Array(300).fill(7))],
  ['HL7', text('\x0bMSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r\x1c\r')],
  [
    'SMB2',
    concat(
      bytes(0, 0, 0, 0x4d),
      text('\xfeSMB'),
      bytes(64, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0),
      new Uint8Array(40),
    ),
  ],
  ['SSH', text('SSH-2.0-OpenSSH_9.6\r\n')],
  ['SOCKS5', bytes(5, 1, 0)],
  ['DCE/RPC', bytes(5, 0, 0x0b, 3, 0x10, 0, 0, 0, 0x48, 0, 0, 0, 1, 0, 0, 0)],
  ['RDP', bytes(3, 0, 0, 0x13, 0x0e, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0)],
  [
    'a link layer full of ones and zeros',
    bytes(
      1,
      0,
      0,
      0,
      0x26,
      0xdd,
      0,
      1,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      0x83,
      0x71,
      1,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
    ),
  ],
  ['zeros', new Uint8Array(200)],
  ['ones', new Uint8Array(200).fill(1)],
  ['fours', new Uint8Array(200).fill(4)],
];

describe('probe', () => {
  test.each([
    ['A-ASSOCIATE-RQ', associateRq(), FROM_CLIENT],
    ['A-ASSOCIATE-AC', associateAc(), FROM_SERVER],
    ['A-ASSOCIATE-RJ', associateRj(1, 1, 7), FROM_SERVER],
    ['A-RELEASE-RQ', releaseRq(), YES],
    ['A-RELEASE-RP', releaseRp(), YES],
    ['A-ABORT', abort(2, 1), YES],
    ['P-DATA with a request', message(echoRq()), FROM_CLIENT],
    ['P-DATA with a response', message(echoRsp()), FROM_SERVER],
    ['P-DATA with C-STORE-RQ, which either side may send', message(storeRq()), YES],
    ['P-DATA with part of a data set', data(), YES],
    [
      'P-DATA with command and data set',
      pData({ control: COMMAND | LAST, body: storeRq() }, { control: LAST, body: bytes(1, 2) }),
      YES,
    ],
  ])('%s', (_, sent, verdict) => {
    expect(probe(sent)).toBe(verdict);
    // Less of it is a question, or already the answer, and never no.
    for (let length = 0; length < sent.length; length++)
      expect([MORE, YES, verdict], `${length} bytes`).toContain(probe(sent.subarray(0, length)));
    expect(probe(sent.subarray(0, 64))).not.toBe(MORE);
  });

  test('odd associations are associations', () => {
    const odd = (change: (sent: Uint8Array) => void, options = {}) => {
      const sent = associateRq(options);
      change(sent);
      return probe(sent);
    };
    expect(odd((sent) => sent.fill(0x5a, 1, 2))).toBe(FROM_CLIENT);
    expect(odd((sent) => sent.fill(2, 7, 8))).toBe(FROM_CLIENT);
    expect(odd((sent) => sent.fill(9, 9, 10))).toBe(FROM_CLIENT);
    expect(odd((sent) => sent.fill(9, 50, 60))).toBe(FROM_CLIENT);
    expect(odd(() => {}, { calling: '\x01\x02', called: '../..' })).toBe(FROM_CLIENT);
    expect(odd(() => {}, { calling: 'A'.padEnd(16, '\0'), called: 'B'.padEnd(16, '\0') })).toBe(FROM_CLIENT);
  });

  test.each(FOREIGN)('%s is refused', (_, sent) => {
    expect(probe(sent)).toBe(NO);
    expect(find(sent)).toBe(-1);
    for (let from = 1; from < sent.length; from++) expect(find(sent.subarray(from))).toBe(-1);
  });

  test('PDUs that contradict themselves are refused', () => {
    const wrong = (sent: Uint8Array, at: number, value: number) => {
      const changed = sent.slice();
      changed[at] = value;
      return probe(changed);
    };
    expect(wrong(data(), 9, 0x7f)).toBe(NO);
    expect(wrong(data(), 9, 0xff)).toBe(NO);
    expect(wrong(data(), 10, 2)).toBe(NO);
    expect(wrong(data(), 11, 4)).toBe(NO);
    expect(wrong(message(echoRq()), 16, 5)).toBe(NO);
    expect(wrong(associateRj(1, 1, 7), 7, 3)).toBe(NO);
    expect(wrong(associateRj(1, 1, 7), 5, 5)).toBe(NO);
    expect(wrong(releaseRq(), 9, 1)).toBe(NO);
    expect(wrong(abort(0, 0), 8, 7)).toBe(NO);
  });
});

describe('find', () => {
  const chain = concat(data(), data(), message(echoRq()));

  test('the next PDU, from anywhere in the one before', () => {
    const first = data().length;
    for (let from = 1; from < first; from++) expect(find(chain.subarray(from))).toBe(first - from);
  });

  test('a PDU that another protocol follows is none', () => {
    expect(find(concat(bytes(7, 7, 7), data(), text('HTTP/1.1 200 OK\r\n\r\n')))).toBe(-1);
  });

  test('short PDUs are believed where a segment starts only', () => {
    expect(find(releaseRq())).toBe(0);
    expect(find(concat(bytes(9, 9), releaseRq(), new Uint8Array(20)))).toBe(-1);
  });

  test('noise has none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 100, maxLength: 1448 }), (noise) => find(noise) === -1),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe('a request in disguise', () => {
  const disguised = (type: number, length: number) => {
    const all = associateRq().slice();
    all[0] = type;
    new DataView(all.buffer).setUint32(2, length);
    return all;
  };

  test.each([
    ['of a type that is none', disguised(8, 204)],
    ['of type 0', disguised(0, 204)],
    ['of a length that no PDU has', disguised(1, 0xffffffff)],
    ['of a length too short for it', disguised(1, 12)],
  ])('%s is recognised at the head of a connection, and not before it is sure', (_, all) => {
    expect(probe(all)).not.toBe(NO);
    expect(probe(all)).not.toBe(MORE);
    for (let seen = 1; seen < 42; seen++) expect(probe(all.subarray(0, seen))).toBe(MORE);
    expect(find(concat(bytes(0xff), all))).toBe(-1);
  });

  test('is none without both titles, another version, or a letter in front', () => {
    const titles = disguised(8, 204);
    titles[12] = 7;
    expect(probe(titles)).toBe(NO);
    const version = disguised(8, 204);
    version[7] = 2;
    expect(probe(version)).toBe(NO);
    expect(probe(disguised(0x41, 204))).toBe(NO);
  });
});
