import { describe, expect, test } from 'vitest';
import { session } from '../../pcaps/lab/written/smb.ts';
import { dicomFile, MESSAGE, slice } from '../../src/core/contents/testing.ts';
import type { Direction } from '../../src/core/flow.ts';
import { everySplit, type PlayOptions, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { smb } from './index.ts';

const FILE = dicomFile(slice());
const POLYGLOT = dicomFile(slice(), { preamble: 'MZ' });

interface Options {
  readonly command: number;
  readonly id?: number;
  readonly reply?: boolean;
  readonly status?: number;
  readonly next?: number;
}

/** [MS-SMB2] §2.2.1.2. */
function smb2({ command, id = 1, reply = false, status = 0, next = 0 }: Options, body: Uint8Array): Buffer {
  const header = Buffer.alloc(64);
  header.write('\xfeSMB', 'latin1');
  header.writeUInt16LE(64, 4);
  header.writeUInt32LE(status, 8);
  header.writeUInt16LE(command, 12);
  header.writeUInt32LE(reply ? 1 : 0, 16);
  header.writeUInt32LE(next, 20);
  header.writeUInt32LE(id, 24);
  return Buffer.concat([header, body]);
}

function request(
  command: number,
  file: number,
  offset: number,
  data: Uint8Array,
  more: Partial<Options> = {},
) {
  const body = Buffer.alloc(48);
  body.writeUInt16LE(49);
  body.writeUInt16LE(112, 2);
  body.writeUInt32LE(data.length, 4);
  body.writeUInt32LE(offset % 2 ** 32, 8);
  body.writeUInt32LE(Math.floor(offset / 2 ** 32), 12);
  body.writeUInt32LE(file, 16);
  return smb2({ command, ...more }, Buffer.concat([body, data]));
}

const EMPTY = new Uint8Array(0);
const write2 = (file: number, offset: number, data: Uint8Array, more: Partial<Options> = {}) =>
  request(9, file, offset, data, more);
const read2 = (file: number, offset: number, id: number) => request(8, file, offset, EMPTY, { id });

function answer2(id: number, data: Uint8Array, status = 0): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt16LE(17);
  body[2] = 80;
  body.writeUInt32LE(data.length, 4);
  return smb2({ command: 8, id, reply: true, status }, Buffer.concat([body, data]));
}

function close2(file: number): Buffer {
  const body = Buffer.alloc(24);
  body.writeUInt16LE(24);
  body.writeUInt32LE(file, 8);
  return smb2({ command: 6 }, body);
}

/** [MS-CIFS] §2.2.3.1. */
function smb1(command: number, words: Buffer, data: Uint8Array, id = 1, reply = false): Buffer {
  const header = Buffer.alloc(32);
  header.write('\xffSMB', 'latin1');
  header[4] = command;
  header[9] = reply ? 0x80 : 0;
  header.writeUInt16LE(id, 30);
  const count = Buffer.alloc(2);
  count.writeUInt16LE(data.length & 0xffff);
  return Buffer.concat([header, Buffer.from([words.length / 2]), words, count, data]);
}

function write1(file: number, offset: number, data: Uint8Array): Buffer {
  const words = Buffer.alloc(28);
  words.writeUInt16LE(file, 4);
  words.writeUInt32LE(offset, 6);
  words.writeUInt16LE(data.length, 20);
  words.writeUInt16LE(32 + 1 + 28 + 2, 22);
  return smb1(0x2f, words, data);
}

function read1(file: number, offset: number, id: number): Buffer {
  const words = Buffer.alloc(24);
  words.writeUInt16LE(file, 4);
  words.writeUInt32LE(offset, 6);
  return smb1(0x2e, words, EMPTY, id);
}

function answer1(id: number, data: Uint8Array): Buffer {
  const words = Buffer.alloc(24);
  words.writeUInt16LE(data.length, 10);
  words.writeUInt16LE(32 + 1 + 24 + 2, 12);
  return smb1(0x2e, words, data, id, true);
}

const send = (direction: Direction, ...messages: Uint8Array[]): Step => ({
  send: direction,
  bytes: Uint8Array.from(Buffer.concat(messages.map((one) => session(one)))),
});
const up = (...messages: Uint8Array[]) => send(0, ...messages);
const down = (...messages: Uint8Array[]) => send(1, ...messages);

/** `phi to …` and `content to …`, in order. */
function told(steps: readonly Step[], how: 'split' | 'whole' = 'split', options: PlayOptions = {}): string[] {
  const all = how === 'split' ? everySplit(smb, steps, { stride: 3, ...options }) : play(smb, steps, options);
  return all
    .filter(({ fact }) => fact === 'phi' || fact === 'content')
    .map(({ fact, protocol = 'smb', to }) => `${protocol} ${fact} to ${to}`);
}

const pieces = (bytes: Uint8Array, size: number): [offset: number, piece: Uint8Array][] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => [
    n * size,
    bytes.subarray(n * size, (n + 1) * size),
  ]);

describe('a file that is written', () => {
  test.each([
    ['SMB2', write2],
    ['SMB1', write1],
  ])('over %s, at once or in pieces of any size', (_, write) => {
    expect(told([up(write(7, 0, POLYGLOT))])).toEqual(['smb content to server', 'smb phi to server']);
    for (const size of [50, 150, 500])
      expect(
        told([up(...pieces(FILE, size).map(([offset, piece]) => write(7, offset, piece)))], 'whole'),
      ).toEqual(['smb phi to server']);
  });

  test('several at a time, each by its own handle', () => {
    const steps = pieces(FILE, 100).flatMap(([offset, piece]) => [
      up(write2(7, offset, piece), write2(8, offset, piece)),
    ]);
    expect(told(steps, 'whole')).toEqual(['smb phi to server', 'smb phi to server']);
  });

  test('a message that ends when the file is closed, or the connection', () => {
    const short = Buffer.from(MESSAGE.slice(0, -1));
    expect(told([up(write2(7, 0, short), close2(7)), down(answer2(9, FILE))])).toEqual(['smb phi to server']);
    expect(told([up(write2(7, 0, short))])).toEqual(['smb phi to server']);
  });

  test('what stands behind it in a compound is read', () => {
    const first = write2(7, 0, FILE.subarray(0, 200), { next: 312 });
    expect(told([up(Buffer.concat([first, write2(7, 200, FILE.subarray(200))]))])).toEqual([
      'smb phi to server',
    ]);
  });
});

describe('a file that is read', () => {
  test.each([
    ['SMB2', read2, answer2],
    ['SMB1', read1, answer1],
  ])('over %s, in pieces', (_, read, answer) => {
    const steps = pieces(FILE, 200).flatMap(([offset, piece], n) => [
      up(read(7, offset, n)),
      down(answer(n, piece)),
    ]);
    expect(told(steps, 'whole')).toEqual(['smb phi to client']);
    expect(told([up(read(7, 0, 5)), down(answer(5, POLYGLOT))])).toEqual([
      'smb content to client',
      'smb phi to client',
    ]);
  });

  test('asked at once, and answered later', () => {
    const pending = smb2({ command: 8, id: 5, reply: true, status: 0x103 }, Buffer.alloc(16));
    expect(
      told([up(read2(7, 0, 5), read2(8, 0, 6)), down(pending, answer2(6, EMPTY), answer2(5, FILE))]),
    ).toEqual(['smb phi to client']);
  });
});

describe('what is not told', () => {
  const bulk = Buffer.alloc(3000, 0x42);

  test.each([
    ['other files', [up(write2(7, 0, bulk), write2(7, 3000, FILE))]],
    ['what does not begin a file', [up(write2(7, 128, FILE))]],
    [
      'what comes before its turn',
      [up(write2(7, 0, FILE.subarray(0, 140)), write2(7, 300, FILE.subarray(140)))],
    ],
    ['far into a large file', [up(write2(7, 2 ** 32, FILE))]],
    ['an answer to nobody', [down(answer2(5, FILE))]],
    ['what goes the wrong way', [down(write2(7, 0, FILE))]],
    ['an extent beyond its message', [up(write2(7, 0, FILE).subarray(0, 200))]],
    ['an identity removed', [up(write2(7, 0, dicomFile([])))]],
  ])('%s', (_, steps: Step[]) => expect(told(steps, 'whole')).toEqual([]));

  test('behind a gap in the file, but what follows in the connection', () => {
    const first = session(write2(7, 0, FILE));
    const steps: Step[] = [
      { send: 0, bytes: Uint8Array.from(first.subarray(0, 360)) },
      { gap: 0, length: first.length - 360 },
      up(write2(7, FILE.length, FILE), write2(8, 0, FILE)),
    ];
    // The name stood before the gap.
    expect(told(steps, 'whole')).toEqual(['smb phi to server', 'smb phi to server']);
  });
});

test('files that are followed are limited: the ones that wait longest go', () => {
  const open = Array.from({ length: 40 }, (_, n) => write2(100 + n, 0, FILE.subarray(0, 140)));
  const rest = Array.from({ length: 40 }, (_, n) => write2(100 + n, 140, FILE.subarray(140)));
  expect(told([up(...open), up(...rest)], 'whole')).toHaveLength(16);
});

test('damaged messages are read without an exception', () => {
  const random = new Random(11);
  const whole = Buffer.concat(
    [write2(7, 0, FILE), write1(7, 0, FILE), read2(8, 0, 5)].map((one) => session(one)),
  );
  const back = Buffer.concat([session(answer2(5, FILE)), session(answer1(1, FILE))]);
  for (let n = 0; n < 1000; n++) {
    const steps: Step[] = [
      { send: 0, bytes: Uint8Array.from(mutateBytes(whole, random)) },
      { send: 1, bytes: Uint8Array.from(mutateBytes(back, random)) },
    ];
    play(smb, steps);
  }
});
