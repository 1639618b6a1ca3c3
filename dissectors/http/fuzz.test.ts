import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readXml } from '../../src/core/contents/xml.ts';
import { play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { PacketKeeper, streamsOf } from '../../src/testing/packets.ts';
import { Random } from '../../src/testing/random.ts';
import { readBytes } from '../../src/testing/replay.ts';
import { type Kind, LIMITS, readBody, titleOf } from './bodies.ts';
import { http } from './index.ts';
import { readJson } from './json.ts';

function streams(path: string) {
  const keeper = new PacketKeeper();
  readBytes([readFileSync(path)], keeper);
  return streamsOf(keeper.packets);
}

const CONVERSATIONS = ['orthanc', 'dicomweb', 'servers', 'fhir', 'hl7'].flatMap((name) =>
  streams(`pcaps/http/${name}.pcap`),
);

test('damaged conversations are read without an exception', () => {
  const random = new Random(20260302);
  for (let round = 0; round < 1500; round++) {
    const { clientToServer, serverToClient } = random.pick(CONVERSATIONS);
    const damaged = (bytes: Uint8Array) => (random.oneIn(3) ? bytes : mutateBytes(bytes, random));
    const steps: Step[] = [
      { send: 0, bytes: new Uint8Array(damaged(clientToServer)) },
      { send: 1, bytes: new Uint8Array(damaged(serverToClient)) },
    ];
    if (random.oneIn(3)) steps.splice(1, 0, { gap: 0, length: 1 + random.below(3000) });
    const size = random.pick([7, 61, 536, 1448, 70_000]);
    play(http, steps, {}, (_, length) =>
      Array.from({ length: Math.max(0, Math.ceil(length / size) - 1) }, (_, n) => (n + 1) * size),
    );
  }
});

test('conversations cut off anywhere are read without an exception', () => {
  for (const { clientToServer, serverToClient } of CONVERSATIONS)
    for (const bytes of [clientToServer, serverToClient])
      for (let end = 1; end < bytes.length; end += Math.max(1, bytes.length >> 7)) {
        const direction = bytes === clientToServer ? 0 : 1;
        play(http, [{ send: direction, bytes: new Uint8Array(bytes.subarray(0, end)) }], { close: 'cut' });
      }
});

describe('bodies', () => {
  const KINDS = Object.keys(LIMITS) as Kind[];
  const SEEDS = [
    '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","name":[{"family":"ZZ"}]}}]}',
    '[{"00100010":{"vr":"PN","Value":[{"Alphabetic":"ZZ"}]},"0020000D":{"Value":["1"]}}]',
    '<Patient xmlns="http://hl7.org/fhir"><name><family value="&#90;Z"/></name></Patient>',
    '<ClinicalDocument><recordTarget><patientRole><id extension="ZZ"/></patientRole></recordTarget></ClinicalDocument>',
    'MSH|^~\\&|A|B|C|D|||ADT^A01|1|P|2.5\rPID|1||ZZ1^^^H^MR~2||ZZ^Y||19510203\r',
    '<html><head><title>x</title>',
    `--zz\r\n\r\n${'\0'.repeat(128)}DICM\x02\0\x10\0UI\x12\x001.2.840.10008.1.2\0\x10\0\x10\0\x02\0\0\0ZZ`,
  ].map((text) => Buffer.from(text, 'latin1'));

  test('of any kind and damage', () => {
    const random = new Random(7);
    for (let round = 0; round < 30_000; round++) {
      const bytes = mutateBytes(random.pick(SEEDS), random);
      const end = random.oneIn(3) ? random.below(bytes.length + 1) : bytes.length;
      readBody(random.pick(KINDS), bytes, 0, end);
      titleOf(bytes, 0, end);
    }
  });

  test.each([
    ['[', '['],
    ['{"a":', '{"a":'],
    ['"', '"'],
    ['\\', '"\\'],
    ['<a>', '<a>'],
    ['<', '<'],
    ['<a ', '<a '],
    ['a.', '<x a.'],
    ['a="', '<x a="'],
    ['&', '<a>&'],
    ['<!--', '<!--'],
    ['<![CDATA[', '<a><![CDATA['],
    ['<title ', '<title '],
    ['|', 'MSH|^~\\&|'],
    ['PID|^^^~~~', 'MSH|^~\\&|\rPID|'],
    ['\xfe\xff\x00\xe0\xff\xff\xff\xff', ''],
  ])('full of %j take no time', (piece, start) => {
    const bytes = Buffer.from(start + piece.repeat(65_536 / piece.length), 'latin1');
    const started = process.cpuUsage().user;
    for (const kind of KINDS) readBody(kind, bytes, 0, bytes.length);
    titleOf(bytes, 0, bytes.length);
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(1);
  });

  test('JSON and XML that are whole come as they are', () => {
    const text = '{"a":[1,-2.5e3,true,null,"x\\u0041\\n\\"",{}],"__proto__":{"b":[]},"":""}';
    const bytes = Buffer.from(text);
    const expected = { a: ['1', '-2.5e3', 'true', '', 'xA\n"', {}], '': '' };
    expect(JSON.parse(JSON.stringify(readJson(bytes, 0, bytes.length)))).toEqual(
      JSON.parse(JSON.stringify({ ...expected, ['__proto__']: { b: [] } })),
    );
    const xml = Buffer.from('<?xml?><!DOCTYPE a><p:a x=\'1&amp;2\' p:y="&#65;"><b/>t&lt;<c>u</c></p:a>');
    expect(readXml(xml, 0, xml.length)).toMatchObject({
      name: 'a',
      text: 't<',
      children: [{ name: 'b' }, { name: 'c', text: 'u' }],
    });
  });
});
