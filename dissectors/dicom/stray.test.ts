import { expect, test } from 'vitest';
import { type Direction, TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { recording } from '../../src/testing/datagrams.ts';
import { type Emitted, exampleFlow } from '../../src/testing/every-split.ts';
import { strayPdu } from './index.ts';
import { type Bytes, bytes, concat, pdu } from './testing.ts';

function said(
  first: Bytes,
  { port = 104, direction = TO_SERVER, midstream = false }: Partial<Where> = {},
): Emitted[] {
  const told: Emitted[] = [];
  const reader = strayPdu.open({ ...exampleFlow(port), midstream }, recording(told) as never);
  reader.data(direction, first);
  reader.data(direction, pdu(9, bytes()));
  reader.end(direction);
  return told;
}
interface Where {
  port: number;
  direction: Direction;
  midstream: boolean;
}

const zeros = (length: number) => new Uint8Array(length);

test.each([
  ['type 0', pdu(0, zeros(20)), 'pdu-type'],
  ['type 8', pdu(8, zeros(4)), 'pdu-type'],
  ['type 255', pdu(255, zeros(4)), 'pdu-type'],
  ['a request without titles', pdu(1, zeros(10)), 'pdu-length'],
  ['a request of length 0', pdu(1, bytes()), 'pdu-length'],
  ['a release of six bytes', pdu(5, zeros(6)), 'pdu-length'],
])('%s begins a connection to a DICOM port', (_, first, kind) => {
  expect(said(first)).toMatchObject([{ fact: 'anomaly', protocol: 'dicom', kind, from: 'client' }]);
});

test('it is none on another port, from the server, in the middle of a connection, or of another length', () => {
  const first = pdu(8, zeros(20));
  expect(said(first, { port: 502 })).toEqual([]);
  expect(said(first, { direction: TO_CLIENT })).toEqual([]);
  expect(said(first, { midstream: true })).toEqual([]);
  expect(said(concat(first, bytes(0)))).toEqual([]);
  expect(said(first.subarray(0, 10))).toEqual([]);
  expect(said(bytes(8, 0))).toEqual([]);
});

test('nor is a PDU as it should be', () => {
  expect(said(pdu(5, zeros(4)))).toEqual([]);
});
