/**
 * Complete objects of other people's collections, read by two other implementations: what the walk keeps must be
 * what they find, in every transfer syntax and however the bytes are cut.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import { describe, expect, test } from 'vitest';
import { capturesDir } from '../../src/testing/captures.ts';
import { DataSetWalker, MAX_VALUE, type Slot } from './dataset.ts';
import { plainValue } from './identity.ts';
import { DEFLATED_EXPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from './uids.ts';

const TAGS: readonly (readonly [tag: string, slot: Slot])[] = [
  ['x00080005', 'specificCharacterSet'],
  ['x00080018', 'sopInstance'],
  ['x00080020', 'studyDate'],
  ['x00080050', 'accessionNumber'],
  ['x00080060', 'modality'],
  ['x00080070', 'manufacturer'],
  ['x00080080', 'institution'],
  ['x00080090', 'referringPhysician'],
  ['x00081010', 'station'],
  ['x00081090', 'model'],
  ['x00100010', 'patientName'],
  ['x00100020', 'patientId'],
  ['x00100030', 'birthDate'],
  ['x00100040', 'sex'],
  ['x00101010', 'age'],
  ['x00181000', 'serial'],
  ['x00181020', 'software'],
  ['x0020000d', 'studyInstance'],
];

interface Dcmjs {
  log: { setLevel(level: string): void; getLogger(name: string): { setLevel(level: string): void } };
  data: {
    DicomMessage: {
      readFile(buffer: ArrayBuffer, options: object): { dict: Record<string, { Value?: unknown[] }> };
    };
  };
}
// It comes without types.
const dcmjs = createRequire(import.meta.url)('dcmjs') as Dcmjs;
dcmjs.log.setLevel('silent');
dcmjs.log.getLogger('validation.dcmjs').setLevel('silent');

const root = capturesDir();
const samples = root === null ? [] : files(join(root, 'samples/dicom'));

function files(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? files(path) : [path];
    });
}

/** Where the data set of a Part 10 file starts (PS3.10 §7.1) and how it is encoded; null for other files. */
function part10(file: Uint8Array): { start: number; syntax: string } | null {
  if (Buffer.from(file.subarray(128, 132)).toString('latin1') !== 'DICM') return null;
  let at = 132;
  let syntax = '';
  while (at + 8 <= file.length && file[at] === 2 && file[at + 1] === 0) {
    const vr = Buffer.from(file.subarray(at + 4, at + 6)).toString('latin1');
    const long = vr === 'OB' || vr === 'UN';
    const length = long ? Buffer.from(file).readUInt32LE(at + 8) : file[at + 6] | (file[at + 7] << 8);
    const value = at + (long ? 12 : 8);
    if (file[at + 2] === 0x10 && file[at + 3] === 0)
      syntax = Buffer.from(file.subarray(value, value + length))
        .toString('latin1')
        .replace(/[\0 ]+$/, '');
    at = value + length;
  }
  return syntax === '' ? null : { start: at, syntax };
}

function walk(data: Uint8Array, syntax: string, size: number): DataSetWalker {
  const walker = new DataSetWalker();
  walker.start(syntax);
  for (let at = 0; at < data.length && !walker.done; at += size)
    walker.feed(data, at, Math.min(data.length, at + size));
  walker.finish();
  return walker;
}

const shown = (value: Uint8Array | null | undefined) =>
  value == null ? value : Buffer.from(value).toString('latin1');

describe.runIf(root !== null)('complete objects', () => {
  test('there are samples of every kind of transfer syntax', () => {
    const syntaxes = new Set(samples.map((path) => part10(readFileSync(path))?.syntax));
    for (const wanted of [
      IMPLICIT_LITTLE_ENDIAN,
      EXPLICIT_LITTLE_ENDIAN,
      '1.2.840.10008.1.2.2',
      DEFLATED_EXPLICIT_LITTLE_ENDIAN,
      '1.2.840.10008.1.2.4.50',
      '1.2.840.10008.1.2.5',
    ])
      expect(syntaxes).toContain(wanted);
  });

  test('as dicom-parser reads them, however they are cut, and with the syntax inferred', () => {
    let compared = 0;
    let read = 0;
    for (const path of samples) {
      const file = new Uint8Array(readFileSync(path));
      const meta = part10(file);
      if (meta === null) continue;
      let oracle: ReturnType<typeof dicomParser.parseDicom>;
      try {
        oracle = dicomParser.parseDicom(file, {
          untilTag: 'x7fe00010',
          inflater: (bytes: Uint8Array, position: number) =>
            Buffer.concat([bytes.subarray(0, position), inflateRawSync(bytes.subarray(position))]),
        });
      } catch {
        continue;
      }
      read++;
      const data = file.subarray(meta.start);
      for (const [syntax, size] of [
        [meta.syntax, data.length],
        [meta.syntax, 1],
        [meta.syntax, 37],
        ['', 5],
      ] as const) {
        const walker = walk(data, syntax, Math.max(1, size));
        for (const [tag, slot] of TAGS) {
          const element = oracle.elements[tag];
          const within =
            element !== undefined && element.dataOffset + element.length <= oracle.byteArray.length;
          const expected =
            within && element.length > 0 && element.length <= MAX_VALUE
              ? shown(oracle.byteArray.subarray(element.dataOffset, element.dataOffset + element.length))
              : undefined;
          expect.soft(shown(walker.value(slot)), `${path} ${tag} as ${syntax || 'inferred'}`).toBe(expected);
          if (expected !== undefined) compared++;
        }
      }
    }
    expect(read).toBeGreaterThan(150);
    expect(compared).toBeGreaterThan(5000);
  }, 60_000);

  test('as dcmjs reads them', () => {
    let compared = 0;
    for (const path of samples) {
      const file = new Uint8Array(readFileSync(path));
      const meta = part10(file);
      if (meta === null) continue;
      let dict: Record<string, { Value?: unknown[] }>;
      try {
        dict = dcmjs.data.DicomMessage.readFile(file.buffer, {
          ignoreErrors: true,
          untilTag: '7FE00010',
        }).dict;
      } catch {
        continue;
      }
      const walker = walk(file.subarray(meta.start), meta.syntax, 100);
      for (const [key, slot] of [
        ['00080060', 'modality'],
        ['00080018', 'sopInstance'],
        ['00100020', 'patientId'],
        ['00100030', 'birthDate'],
        ['00081090', 'model'],
        ['0020000D', 'studyInstance'],
      ] as const) {
        const value = dict[key]?.Value?.[0];
        if (typeof value !== 'string' || value.replace(/[\s\0]/g, '') === '') continue;
        expect
          .soft(plainValue(walker, slot).split('\\')[0].trim(), `${path} ${key}`)
          .toBe(value.replace(/[\s\0]+$/, ''));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  }, 60_000);

  test('cut anywhere, they yield what was whole', () => {
    for (const path of samples.filter((_, index) => index % 16 === 0)) {
      const file = new Uint8Array(readFileSync(path));
      const meta = part10(file);
      if (meta === null) continue;
      const data = file.subarray(meta.start, meta.start + 3000);
      const whole = walk(file.subarray(meta.start), meta.syntax, file.length);
      for (let length = 0; length < data.length; length += 3) {
        const walker = walk(data.subarray(0, length), meta.syntax, 1000);
        for (const [, slot] of TAGS) {
          const value = walker.value(slot);
          if (value !== undefined)
            expect(shown(value), `${path} at ${length}`).toBe(shown(whole.value(slot)));
        }
      }
    }
  }, 60_000);
});
