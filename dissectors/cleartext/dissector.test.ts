import { describe, expect, test } from 'vitest';
import { PATIENTS } from '../../pcaps/lab/patients.ts';
import { labelled } from '../../pcaps/lab/written/unclaimed.ts';
import type { UnclaimedReader } from '../../src/core/dissector.ts';
import type { Direction } from '../../src/core/flow.ts';
import { recording } from '../../src/testing/datagrams.ts';
import { type Emitted, exampleFlow } from '../../src/testing/every-split.ts';
import { Random } from '../../src/testing/random.ts';
import { cleartext } from './index.ts';
import { isRandom } from './random.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const [alpha, bravo] = PATIENTS;

function opened(proto: 'tcp' | 'udp' = 'tcp'): { reader: UnclaimedReader; told: Emitted[] } {
  const told: Emitted[] = [];
  const reader = cleartext.open({ ...exampleFlow(9999), proto }, recording(told) as never);
  return { reader, told };
}

/** What one stream says, in pieces of `size`. */
function said(all: Uint8Array, size = all.length, direction: Direction = 0): Emitted[] {
  const { reader, told } = opened();
  for (let at = 0; at < all.length; at += size) {
    const piece = all.slice(at, at + size);
    if (!reader.data(direction, piece)) break;
    piece.fill(0xa5);
  }
  reader.end(direction);
  return told;
}

describe('a stream', () => {
  test('is told of each patient once, without a value, however it is cut', () => {
    const stream = bytes(labelled(alpha) + labelled(bravo) + labelled(alpha));
    const whole = said(stream);
    expect(whole).toMatchObject([
      {
        fact: 'phi',
        protocol: 'unknown',
        identifiers: ['patient-name', 'medical-record-number', 'birth-date'],
        to: 'server',
      },
      { fact: 'phi', to: 'server' },
    ]);
    expect(whole[0].patient).not.toBe(whole[1].patient);
    expect(JSON.stringify(whole)).not.toMatch(/ZZ|1951/);
    for (const size of [1, 2, 7, 64, 100]) expect(said(stream, size)).toEqual(whole);
    expect(said(stream, 64, 1)).toMatchObject([{ to: 'client' }, { to: 'client' }]);
  });

  test('the same patient in both directions is one', () => {
    const { reader, told } = opened();
    reader.data(0, bytes(labelled(alpha)));
    reader.data(1, bytes(labelled(alpha)));
    reader.end(0);
    reader.end(1);
    expect(told).toHaveLength(1);
  });

  test('what a gap parts is not put together', () => {
    const { reader, told } = opened();
    reader.data(0, bytes('PatientName=ZZTEST^ALPHA\r\n'));
    reader.gap(0);
    reader.data(0, bytes('PatientID=ZZMRN73111\r\n'));
    reader.end(0);
    expect(told).toEqual([]);
  });

  test('a label that a gap cuts is forgotten', () => {
    const { reader, told } = opened();
    reader.data(0, bytes('MRN=ZZMRN73111\r\nPatient'));
    reader.gap(0);
    reader.data(0, bytes('Name=ZZTEST^ALPHA\r\n'));
    reader.end(0);
    expect(told).toEqual([]);
  });

  test('no more patients are told than a flow may have', () => {
    const many = Array.from({ length: 40 }, (_, n) => labelled({ ...alpha, id: `ZZMRN7${4000 + n * 7}` }));
    expect(said(bytes(many.join('')))).toHaveLength(16);
  });
});

describe('datagrams', () => {
  test('are whole, each by itself', () => {
    const { reader, told } = opened('udp');
    reader.data(0, bytes('PatientName=ZZTEST^ALPHA;MRN=ZZMRN73111'));
    expect(told).toHaveLength(1);
    reader.data(0, bytes('PatientName=ZZTEST^BRAVO'));
    reader.data(0, bytes('MRN=ZZMRN73222'));
    reader.end(0);
    expect(told).toHaveLength(1);
  });
});

describe('what is encrypted or compressed', () => {
  const random = new Random(3);
  const noise = Uint8Array.from({ length: 1448 }, () => random.below(256));

  test('is given up at once', () => {
    expect(opened().reader.data(0, noise)).toBe(false);
    expect(isRandom(noise)).toBe(true);
  });

  test('is not text, structure, or little', () => {
    expect(isRandom(noise.subarray(0, 255))).toBe(false);
    expect(isRandom(bytes(labelled(alpha).repeat(4)))).toBe(false);
    expect(isRandom(Uint8Array.from({ length: 2000 }, (_, n) => (n % 4 === 0 ? n >> 2 : 0)))).toBe(false);
    expect(isRandom(Uint8Array.from(Buffer.from(noise).toString('base64'), (c) => c.charCodeAt(0)))).toBe(
      false,
    );
  });
});

test('what is kept of all flows is bounded', () => {
  const told: Emitted[] = [];
  const context = recording(told) as never;
  const readers = Array.from({ length: 22_000 }, () => cleartext.open(exampleFlow(9999), context));
  const cut = bytes(`PatientName="${'ZZ'.repeat(100)}`);
  // The last ones fill what the first leave.
  for (const [n, reader] of readers.entries()) reader.data(0, n < 20_000 ? cut : bytes('MRN=ZZ'));
  const first = cleartext.open(exampleFlow(9999), context);
  first.data(0, bytes('PatientName=ZZTEST^ALPHA;MRN=ZZMRN'));
  first.data(0, bytes('73111;'));
  first.end(0);
  // There was no room for the cut record number.
  expect(told).toEqual([]);
  for (const reader of readers) reader.end(0);
  const later = cleartext.open(exampleFlow(9999), context);
  later.data(0, bytes('PatientName=ZZTEST^ALPHA;MRN=ZZMRN'));
  later.data(0, bytes('73111;'));
  later.end(0);
  expect(told).toHaveLength(1);
});
