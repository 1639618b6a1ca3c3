import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DataSetWalker, MAX_ELEMENTS, MAX_VALUE } from './dataset.ts';
import { plainValue } from './identity.ts';
import {
  BIG,
  bytes,
  concat,
  DEFLATED,
  dataSet,
  type Element,
  EXPLICIT,
  IMPLICIT,
  image,
  JPEG,
  type Syntax,
  text,
} from './testing.ts';

function walk(data: Uint8Array, syntax: string, size = data.length): DataSetWalker {
  const walker = new DataSetWalker();
  walker.start(syntax);
  for (let at = 0; at < data.length && !walker.done; at += Math.max(1, size))
    walker.feed(data, at, Math.min(data.length, at + Math.max(1, size)));
  walker.finish();
  return walker;
}

const SYNTAXES: readonly (readonly [Syntax, string])[] = [
  ['implicit', IMPLICIT],
  ['explicit', EXPLICIT],
  ['big', BIG],
  ['deflated', DEFLATED],
  ['explicit', JPEG],
];
const NAME: Element = [0x00100010, 'PN', 'TEST^PATIENT'];

describe.each(SYNTAXES)('%s (%s)', (syntax, uid) => {
  test('the same values in chunks of any size, given or inferred', () => {
    const data = image(syntax, 40);
    for (let size = 1; size <= 40; size++)
      for (const given of [uid, '']) {
        const walker = walk(data, given, size);
        expect(plainValue(walker, 'patientName')).toBe('TEST^PATIENT');
        expect(plainValue(walker, 'serial')).toBe('SN-42');
        expect(plainValue(walker, 'studyInstance')).toBe('1.2.3');
        expect(walker.broken).toBe(false);
      }
  });

  test('sequences and items, of defined and undefined length, nested, are passed over', () => {
    for (const undefinedLength of [false, true]) {
      const inner: Element = [0x00100010, 'PN', 'NOT^ME'];
      const nested: Element = [
        0x00081199,
        'SQ',
        [[inner, [0x0008114a, 'SQ', [[inner], []], undefinedLength]]],
        !undefinedLength,
      ];
      const walker = walk(
        dataSet([[0x00081140, 'SQ', [[nested], [inner]], undefinedLength], NAME], syntax),
        uid,
      );
      expect(plainValue(walker, 'patientName')).toBe('TEST^PATIENT');
      expect(walker.broken).toBe(false);
    }
  });

  test('a truncation yields what was whole', () => {
    if (syntax === 'deflated') return;
    const data = image(syntax, 8);
    const whole = walk(data, uid);
    for (let length = 0; length < data.length; length++) {
      const walker = walk(data.subarray(0, length), uid);
      walker.values.forEach((value, slot) => {
        if (value !== undefined) expect(value).toEqual(whole.values[slot]);
      });
    }
  });
});

describe('oddities', () => {
  test('private elements, VRs of the future, and none at all', () => {
    const data = concat(
      dataSet([
        [0x00090010, 'LO', 'ACME 1.0'],
        [0x00091001, 'OB', bytes(1, 2, 3, 4)],
        [0x00091002, 'ZZ', ''] as unknown as Element,
      ]).slice(0, -8),
      bytes(9, 0, 2, 0x10, 0x5a, 0x5a, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4),
      dataSet([NAME]),
    );
    expect(plainValue(walk(data, EXPLICIT), 'patientName')).toBe('TEST^PATIENT');
    const none = concat(
      dataSet([[0x00080060, 'CS', 'CT']]),
      bytes(9, 0, 2, 0x10, 0, 0, 4, 0),
      dataSet([NAME]),
    );
    const walker = walk(none, EXPLICIT);
    expect(plainValue(walker, 'modality')).toBe('CT');
    expect(walker.value('patientName')).toBeUndefined();
    expect(walker.broken).toBe(true);
  });

  test('UN of undefined length holds an implicit little endian sequence', () => {
    const items = concat(
      bytes(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff),
      dataSet(
        [
          [0x00100010, 'PN', 'NOT^ME'],
          [0x00081140, 'SQ', [[[0x00081155, 'UI', '1.2']]], true],
        ],
        'implicit',
      ),
      bytes(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0),
      bytes(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0),
    );
    const unknown = concat(bytes(9, 0, 1, 0x10), text('UN'), bytes(0, 0, 0xff, 0xff, 0xff, 0xff), items);
    for (const size of [1, 5, 1000])
      expect(plainValue(walk(concat(unknown, dataSet([NAME])), EXPLICIT, size), 'patientName')).toBe(
        'TEST^PATIENT',
      );
  });

  test('encapsulated icons are passed over by their fragments', () => {
    const fragments = concat(
      bytes(0xe0, 0x7f, 0x10, 0),
      text('OB'),
      bytes(0, 0, 0xff, 0xff, 0xff, 0xff),
      bytes(0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0),
      bytes(0xfe, 0xff, 0, 0xe0, 6, 0, 0, 0),
      bytes(0x10, 0, 0x10, 0, 0x50, 0x4e),
      bytes(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0),
    );
    const icon = concat(
      bytes(8, 0, 0x88, 0x88),
      text('SQ'),
      bytes(0, 0, 0xff, 0xff, 0xff, 0xff),
      bytes(0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff),
      fragments,
      bytes(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0),
      bytes(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0),
    );
    expect(plainValue(walk(concat(icon, dataSet([NAME])), EXPLICIT), 'patientName')).toBe('TEST^PATIENT');
  });

  test('encapsulated pixel data leave the inferred syntax unknown', () => {
    const pixels = concat(bytes(0xe0, 0x7f, 0x10, 0), text('OB'), bytes(0, 0, 0xff, 0xff, 0xff, 0xff));
    expect(walk(concat(dataSet([NAME]), pixels), '').transferSyntax).toBe('');
    expect(walk(image('explicit'), '').transferSyntax).toBe(EXPLICIT);
  });

  test('a length that points past its item ends the walk', () => {
    const item = concat(
      bytes(0xfe, 0xff, 0, 0xe0, 10, 0, 0, 0),
      bytes(0x10, 0, 0x20, 0),
      text('LO'),
      bytes(99, 0),
      text('X '),
    );
    const sequence = concat(bytes(0x10, 0, 0x02, 0x10), text('SQ'), bytes(0, 0, item.length, 0, 0, 0), item);
    const walker = walk(concat(sequence, text('X'.repeat(200))), EXPLICIT);
    expect(walker.broken).toBe(true);
    expect(walker.value('otherPatientId')).toBeUndefined();
  });

  test('a delimiter of nothing ends the walk', () => {
    expect(walk(concat(bytes(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0), dataSet([NAME])), EXPLICIT).broken).toBe(
      true,
    );
    expect(walk(concat(bytes(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0), dataSet([NAME])), EXPLICIT).broken).toBe(
      true,
    );
  });
});

describe('limits', () => {
  test('nesting beyond any use ends the walk quietly', () => {
    const open = concat(
      bytes(8, 0, 0x40, 0x11),
      bytes(0xff, 0xff, 0xff, 0xff),
      bytes(0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff),
    );
    const walker = walk(concat(...Array.from({ length: 10_000 }, () => open)), IMPLICIT);
    expect(walker.done).toBe(true);
  });

  test('elements without number end the walk', () => {
    const empty = dataSet([[0x00081140, 'SQ', [[]]]], 'explicit');
    const walker = new DataSetWalker();
    walker.start(EXPLICIT);
    for (let i = 0; i < MAX_ELEMENTS && !walker.done; i++) walker.feed(empty, 0, empty.length);
    walker.feed(empty, 0, empty.length);
    expect(walker.done).toBe(true);
  });

  test('a long value is there, and is not kept', () => {
    const walker = walk(dataSet([[0x00104000, 'LT', 'x'.repeat(MAX_VALUE + 2)]]), EXPLICIT, 100);
    expect(walker.value('patientComments')).toBeNull();
  });

  test('no more is kept of one data set than a few kilobytes', () => {
    const long = 'x'.repeat(MAX_VALUE);
    const tags = [
      0x00100010, 0x00100020, 0x00101000, 0x00101001, 0x00101040, 0x00102154, 0x00102160, 0x00102180,
      0x00104000, 0x00181000,
    ];
    const walker = walk(dataSet(tags.map((tag): Element => [tag, 'LO', long])), EXPLICIT);
    const kept = walker.values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    expect(kept).toBeLessThanOrEqual(8192);
    expect(walker.value('serial')).toBeNull();
  });

  test('a deflated data set that swells without end gives its beginning', () => {
    const bomb = new Uint8Array(deflateRawSync(concat(dataSet([NAME]), new Uint8Array(20_000_000))));
    const started = process.hrtime.bigint();
    const walker = walk(bomb, DEFLATED);
    expect(['', 'TEST^PATIENT']).toContain(plainValue(walker, 'patientName'));
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(500);
    expect(walk(bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), DEFLATED).broken).toBe(true);
  });
});
