import { describe, expect, test } from 'vitest';
import { everyCut, offer } from '../../src/testing/datagrams.ts';
import { exampleFlow } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { unity } from './index.ts';
import { node, SENDER } from './testing.ts';

const to = (port: number) => ({
  flow: {
    client: { ...exampleFlow(port).client, port },
    server: { ...exampleFlow(port).server, port },
  },
});

describe('a node', () => {
  test('that discovers', () => {
    const { claimed, told } = offer(unity, node('ICU|BED7'), to(7000));
    expect(claimed).toBe(true);
    expect(told).toEqual([
      {
        fact: 'attribute',
        side: 'client',
        attribute: 'device-class',
        value: 'medical-device',
        source: 'Unity discovery message (protocol)',
      },
      {
        fact: 'attribute',
        side: 'client',
        attribute: 'vendor',
        value: 'GE Healthcare',
        source: 'Unity discovery message (protocol)',
      },
      {
        fact: 'attribute',
        side: 'client',
        attribute: 'station',
        value: 'ICU|BED7',
        source: 'Unity discovery message (location identifier)',
      },
    ]);
  });

  test('that sets the time', () => {
    const { told } = offer(unity, node('NURSES1|CIC01', { seconds: 3_981_600_000 }), to(2000));
    expect(told.map(({ value }) => value)).toEqual(['medical-device', 'GE Healthcare', 'NURSES1|CIC01']);
  });
});

describe('what is not a node’s', () => {
  test.each([
    ['another sender’s address', node('ICU|BED7', { sender: [10, 9, 9, 9] }), 7000],
    ['no location', node(''), 7000],
    ['a location without a bar', node('ICU'), 7000],
    ['two bars', node('A|B|C'), 7000],
    ['a unit too long', node('ICUWEST1|B'), 7000],
    ['a room too long', node('I|BEDROOM'), 7000],
    ['bytes behind the end of the text', node('ICU\0|BED'), 7000],
    ['unprintable', node('IC\x01|BED7'), 7000],
    ['a time of another century', node('ICU|BED7', { seconds: 1 }), 2000],
    ['a time message of another length', node('ICU|BED7', { seconds: 3_981_600_000, length: 80 }), 2000],
    ['zeros', new Uint8Array(64), 7000],
    ['short', node('ICU|BED7').slice(0, 36), 7000],
  ])('%s', (_, bytes, port) => {
    expect(offer(unity, bytes, to(port))).toEqual({ claimed: false, told: [], malformed: null });
  });

  test('other ports', () => {
    expect(offer(unity, node('ICU|BED7'), { hinted: false }).claimed).toBe(false);
  });

  test('cut anywhere, damaged anyhow', () => {
    everyCut(unity, node('ICU|BED7'), to(7000));
    const random = new Random(7000);
    for (let n = 0; n < 5000; n++) offer(unity, mutateBytes(node('ICU|BED7'), random), to(7000));
  });
});

test('the example’s sender is the flow’s client', () => {
  expect(exampleFlow(1).client.address.text).toBe(SENDER.join('.'));
});
