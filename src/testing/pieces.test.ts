import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Analysed, analyseFile, analysePieces } from './analyse.ts';

/** However a capture arrives, what it says is the same to the byte. */
const TRACES = [
  'hospital-day',
  'dicom/get',
  'dicom/store-deflated',
  'dicom/store-gap',
  'dicom/store-vxlan-duplicated',
  'dicom/malformed-item-past-pdu',
  'hl7/large-gap',
  'hl7/broken-framing',
  'tls/hl7-1.3',
];

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const said = ({ lines, findings, assets, summary, error }: Analysed) =>
  JSON.stringify({ lines, findings, assets, summary, error });

describe.each(TRACES)('%s', (path) => {
  const file = `pcaps/${path}.pcap`;

  test('in pieces of one byte, seven, and 64 KiB, as from the file', async () => {
    const whole = said(await analyseFile(file));
    const bytes = readFileSync(file);
    for (const size of [1, 7, 65_536, bytes.length])
      expect(said(analysePieces([...pieces(bytes, size)])) === whole, `pieces of ${size}`).toBe(true);
  });

  test('in copies that are overwritten once they were taken', () => {
    const bytes = readFileSync(file);
    const whole = said(analysePieces([bytes]));
    const volatile = function* () {
      for (const piece of pieces(bytes, 4_099)) {
        const copy = Uint8Array.from(piece);
        yield copy;
        copy.fill(0xee);
      }
    };
    expect(said(analysePieces(volatile())) === whole).toBe(true);
  });
});
