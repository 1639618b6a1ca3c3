import { describe, expect, test } from 'vitest';
import {
  der,
  error,
  field,
  framed,
  integer,
  PREAUTH_REQUIRED,
  principal,
  reply,
  request,
  sequence,
  WINDOWS_REQUEST,
  WORKSTATION,
} from '../../pcaps/lab/written/kerberos.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO } from '../../src/core/dissector.ts';
import { TO_CLIENT } from '../../src/core/flow.ts';
import { everyCut, offer } from '../../src/testing/datagrams.ts';
import { type Emitted, everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { kerberos, kerberosTcp } from './index.ts';
import { readMessage } from './wire.ts';

const REALM = 'HOSPITAL.EXAMPLE';

/** `attribute source: value`. */
function lines(told: readonly Emitted[]): string[] {
  return told.map((fact) =>
    fact.fact === 'attribute'
      ? `${fact.side} ${fact.attribute} ${fact.source}: ${fact.value}`
      : `${fact.fact} ${fact.state ?? fact.kind}`,
  );
}

const said = (bytes: Uint8Array): string[] => lines(offer(kerberos, bytes).told);
const answered = (bytes: Uint8Array): string[] =>
  lines(offer(kerberos, bytes, { direction: TO_CLIENT }).told);
const client = (parts: readonly string[], type = 1): Buffer => request({ client: principal(type, ...parts) });

describe('datagrams', () => {
  test('a Windows computer, by its account and its address', () => {
    expect(said(WINDOWS_REQUEST)).toEqual([
      'service asked',
      'client domain Kerberos realm: HOSPITAL.EXAMPLE',
      'client hostname Kerberos machine account: READING-3',
      'client hostname Kerberos host address: READING-3',
    ]);
  });

  test('the ticket, and an error', () => {
    expect(answered(reply(11, REALM, WORKSTATION))).toEqual([
      'service answered',
      'client domain Kerberos realm: HOSPITAL.EXAMPLE',
      'client hostname Kerberos machine account: READING-3',
    ]);
    expect(answered(error(PREAUTH_REQUIRED, REALM))).toEqual(['service answered']);
  });

  test('the host of another realm', () => {
    for (const type of [1, 2, 3])
      expect(said(client(['host', 'ct3.hospital.example'], type)).at(-1)).toBe(
        'client hostname Kerberos machine account: ct3.hospital.example',
      );
  });

  test('a ticket for a service is of a realm that need not be the client’s', () => {
    expect(said(request({ type: 12, realm: 'OTHER.EXAMPLE' }))).toEqual(['service asked']);
  });

  test.each([
    [['ward5']],
    [['ward5', 'admin']],
    [['HTTP', 'web.hospital.example']],
    [['host', 'localhost']],
    [['host', '10.1.2.3']],
    [['$']],
    [['host', 'a', 'b']],
  ])('%j is no computer', (parts) => {
    const told = said(client(parts));
    expect(told).toEqual(['service asked', 'client domain Kerberos realm: HOSPITAL.EXAMPLE']);
  });

  test('a service account that ends as computers do, on a computer that says its name', () => {
    const told = said(request({ client: principal(1, 'svc_pacs$'), addresses: [[20, 'READING-3       ']] }));
    expect(told.slice(2)).toEqual(['client hostname Kerberos host address: READING-3']);
  });

  test('addresses of other types, and a NetBIOS one of another length', () => {
    const told = said(
      request({
        addresses: [
          [2, '\x0a\x01\x02\x03'],
          [20, 'SHORT'],
        ],
      }),
    );
    expect(told).toHaveLength(2);
  });

  test('what goes the wrong way says nothing, and is claimed', () => {
    expect(offer(kerberos, WINDOWS_REQUEST, { direction: TO_CLIENT })).toMatchObject({
      claimed: true,
      told: [],
    });
  });

  test('no port is needed', () => {
    expect(offer(kerberos, WINDOWS_REQUEST, { hinted: false }).claimed).toBe(true);
  });

  test('whole or not at all', () => {
    everyCut(kerberos, WINDOWS_REQUEST);
    for (const bytes of [WINDOWS_REQUEST, reply(13, REALM, WORKSTATION), error(6, REALM)]) {
      for (let length = 0; length < bytes.length; length++)
        expect(offer(kerberos, bytes.subarray(0, length)).claimed).toBe(false);
      expect(offer(kerberos, Buffer.concat([bytes, Buffer.from([0])])).claimed).toBe(false);
    }
  });

  test('other messages of the same form', () => {
    const unlike = [
      der(0x6a, sequence(field(1, integer(4)), field(2, integer(10)))),
      der(0x6a, sequence(field(1, integer(5)), field(2, integer(12)))),
      der(0x6e, sequence(field(0, integer(5)), field(1, integer(14)))),
      der(0x6a),
      Buffer.from([0x6a, 0x80, 0x30, 0x80, 0, 0, 0, 0]),
      Buffer.from([0x6a, 0x85, 1, 0, 0, 0, 0]),
    ];
    for (const bytes of unlike) expect(readMessage(bytes)).toBeNull();
  });
});

const STEPS: readonly Step[] = [
  { send: 0, bytes: framed(WINDOWS_REQUEST) },
  { send: 1, bytes: framed(error(PREAUTH_REQUIRED, REALM)) },
  { send: 0, bytes: Buffer.concat([framed(WINDOWS_REQUEST), framed(request({ type: 12 }))]) },
  { send: 1, bytes: framed(reply(13, REALM, WORKSTATION)) },
];

describe('over TCP', () => {
  test('however it is cut', () => {
    const told = new Set(lines(everySplit(kerberosTcp, STEPS)));
    expect([...told]).toEqual([
      'service asked',
      'client domain Kerberos realm: HOSPITAL.EXAMPLE',
      'client hostname Kerberos machine account: READING-3',
      'client hostname Kerberos host address: READING-3',
      'service answered',
    ]);
  });

  test('every head waits, then says who sent it', () => {
    for (const [message, verdict] of [
      [WINDOWS_REQUEST, FROM_CLIENT],
      [reply(11, REALM, WORKSTATION), FROM_SERVER],
      [error(6, REALM), FROM_SERVER],
      [Buffer.concat([request({ realm: 'R' })]), FROM_CLIENT],
    ] as const) {
      const bytes = framed(message);
      let waits = 0;
      while (kerberosTcp.probe(bytes.subarray(0, waits), 0) === MORE && waits < bytes.length) waits++;
      expect(waits).toBeLessThanOrEqual(30);
      expect(kerberosTcp.probe(bytes.subarray(0, 64), 0)).toBe(verdict);
      expect(kerberosTcp.find(bytes)).toBe(0);
      const wrong = Buffer.from(bytes);
      wrong[3] ^= 1;
      expect(kerberosTcp.probe(wrong, 0)).toBe(NO);
    }
  });

  test('a gap ends the direction, and what is no message is an anomaly', () => {
    const gap: Step[] = [STEPS[0], { gap: 0, length: 9 }, STEPS[2]];
    expect(lines(play(kerberosTcp, gap))).toHaveLength(4);
    const bad: Step[] = [{ send: 0, bytes: framed(Buffer.from('no message')) }];
    expect(lines(play(kerberosTcp, bad))).toEqual(['malformed kerberos-message']);
    const extension: Step[] = [{ send: 0, bytes: Buffer.from('80000001', 'hex') }];
    expect(lines(play(kerberosTcp, extension))).toEqual(['malformed kerberos-length']);
  });
});

test('damaged messages are refused or read, and nothing else happens', () => {
  const random = new Random(20260302);
  const messages = [WINDOWS_REQUEST, reply(11, REALM, WORKSTATION), error(6, REALM)];
  for (let round = 0; round < 6000; round++) {
    const bytes = mutateBytes(random.pick(messages), random);
    for (const fact of offer(kerberos, bytes).told)
      if (fact.fact === 'attribute') expect(String(fact.value)).toMatch(/^[\w.-]{1,200}$/);
    play(kerberosTcp, [{ send: 0, bytes: mutateBytes(framed(bytes), random) }]);
    expect([NO, MORE, FROM_CLIENT, FROM_SERVER]).toContain(
      kerberosTcp.probe(framed(bytes).subarray(0, 64), 0),
    );
  }
});
