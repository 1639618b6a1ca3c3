import { describe, expect, test } from 'vitest';
import { BIG_ENDIAN, DOCUMENT, dicomFile, MESSAGE, slice } from '../../src/core/contents/testing.ts';
import { MORE, NO, YES } from '../../src/core/dissector.ts';
import type { Direction } from '../../src/core/flow.ts';
import { analysePackets } from '../../src/testing/analyse.ts';
import { everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Connection } from '../../src/testing/packets.ts';
import { Random } from '../../src/testing/random.ts';
import { file } from './index.ts';

const send = (direction: Direction, bytes: Uint8Array | string): Step => ({
  send: direction,
  bytes: Uint8Array.from(Buffer.from(bytes as string)),
});
const probe = (bytes: Uint8Array | string) => file.probe(Buffer.from(bytes as string), 0);
const BATCH = `FHS|^~\\&|LAB\r${MESSAGE}`;

describe('is recognised', () => {
  test.each([
    ['a DICOM file', dicomFile(slice())],
    ['with the header of a TIFF before it', dicomFile(slice(), { preamble: 'II*\0' })],
    ['with that of a program', dicomFile(slice(), { preamble: 'MZ' })],
    ['a batch of messages', Buffer.from(BATCH)],
    ['a CDA document', Buffer.from(DOCUMENT)],
    ['one behind a byte order mark', Buffer.from(`\ufeff${DOCUMENT}`)],
  ])('%s, whatever comes first of it', (_, bytes) => {
    const verdicts = Array.from({ length: Math.min(bytes.length, 400) }, (_, n) =>
      probe(bytes.subarray(0, n)),
    );
    expect(verdicts).not.toContain(NO);
    const first = verdicts.indexOf(YES);
    expect(first).toBeGreaterThan(0);
    expect(verdicts.slice(0, first).every((one) => one === MORE)).toBe(true);
    expect(verdicts.slice(first).every((one) => one === YES)).toBe(true);
  });

  test.each([
    ['a message, which is HL7', MESSAGE],
    ['a block of MLLP', `\x0b${MESSAGE}`],
    ['a request', 'GET / HTTP/1.1\r\n'],
    ['a greeting', '220 ready\r\n'],
    ['a page', '<!DOCTYPE html><html><body>'],
    ['a stream of XMPP', "<?xml version='1.0'?><stream:stream to='a'>"],
    ['a program', `MZ${'\0'.repeat(200)}`],
    ['zeros', Buffer.alloc(132)],
    ['a message of SMB', Buffer.from('00000080fe534d42', 'hex')],
    ['a length, and a little', Buffer.from('0000000c01', 'hex')],
  ])('near miss: %s', (_, bytes) => expect(probe(bytes)).toBe(NO));
});

test('whom a file names, however it is cut and whichever way it goes', () => {
  for (const [direction, to] of [
    [0, 'server'],
    [1, 'client'],
  ] as const)
    for (const bytes of [
      dicomFile(slice(), { syntax: BIG_ENDIAN }),
      Buffer.from(BATCH),
      Buffer.from(DOCUMENT),
    ])
      expect(everySplit(file, [send(direction, bytes)], { stride: 5 })).toMatchObject([
        { fact: 'phi', protocol: 'file', to },
      ]);
});

test('a program in a preamble', () => {
  expect(everySplit(file, [send(0, dicomFile([], { preamble: '#!/bin/sh' }))])).toEqual([
    {
      fact: 'content',
      content: 'executable',
      kind: 'script (#!)',
      within: 'preamble of a DICOM file',
      to: 'server',
    },
  ]);
});

test('a gap ends the reading; what went by before it counts', () => {
  const bytes = dicomFile(slice());
  const steps: Step[] = [
    send(0, bytes.subarray(0, 230)),
    { gap: 0, length: 10 },
    send(0, bytes.subarray(240)),
  ];
  expect(play(file, steps)).toMatchObject([{ identifiers: ['patient-name', 'medical-record-number'] }]);
});

test('damaged files are read without an exception', () => {
  const random = new Random(3);
  for (let n = 0; n < 500; n++) play(file, [send(0, mutateBytes(dicomFile(slice()), random))]);
});

describe('in the engine', () => {
  const seen = (...segments: readonly Uint8Array[]) => {
    const connection = new Connection(41_000).handshake();
    for (const segment of segments) connection.send(1, segment);
    return analysePackets(connection.close().packets).summary.phi;
  };
  const bytes = dicomFile(slice());

  test('segments shorter than a preamble are waited for', () => {
    const short = Array.from({ length: Math.ceil(bytes.length / 50) }, (_, n) =>
      bytes.subarray(n * 50, n * 50 + 50),
    );
    for (const segments of [[bytes], [bytes.subarray(0, 100), bytes.subarray(100)], short])
      expect(seen(...segments).by_protocol).toMatchObject({ file: 1 });
  });

  test('near miss: zeros, and no file behind them', () => {
    expect(seen(Buffer.alloc(100), Buffer.alloc(100), bytes).by_protocol).not.toHaveProperty('file');
  });
});
