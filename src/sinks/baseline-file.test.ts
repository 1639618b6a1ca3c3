import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SECOND } from '../core/time.ts';
import type { Known } from '../trackers/baseline.ts';
import {
  type BaselineContents,
  BaselineError,
  baselineText,
  bothPeriods,
  type LearnedPeriod,
  parseBaseline,
} from './baseline-file.ts';
import { T0 } from './samples.ts';

const period: LearnedPeriod = { from: T0, to: T0 + 90 * SECOND, seconds: 90 };
const known = (more: Partial<Known> = {}): Known => ({
  behaviour: 'association',
  source: '10.0.0.5',
  destination: '10.0.0.9',
  value: 'CT1>ARCHIVE',
  count: 3,
  firstSeen: T0,
  lastSeen: T0 + SECOND,
  most: 0,
  ...more,
});
const MANY: readonly Known[] = [
  known({ source: '10.0.0.10' }),
  known({ source: '10.0.0.9' }),
  known({ source: 'mac-001b21000001' }),
  known({ source: '2001:db8::7' }),
  known({ behaviour: 'retrieve', value: 'C-GET', most: 123_456 }),
  known({ behaviour: 'message-type', value: 'ZZ|H ADT^A01' }),
  known({ value: 'CT1>OTHER' }),
];
const contents = (more: Partial<BaselineContents> = {}): BaselineContents => ({
  learned: period,
  behaviours: MANY,
  leases: new Map([
    ['10.0.5.20', 'mac-001b21000001'],
    ['10.0.5.3', 'mac-001b21000002'],
  ]),
  ...more,
});
const parse = (text: string, limit = 100) => parseBaseline(Buffer.from(text), limit);

/** The complaint about a file that is right but for what `change` does to it. */
function complaint(change: (file: Spoilt) => void): string {
  const file = JSON.parse(baselineText(contents())) as Spoilt;
  change(file);
  return said(() => parse(JSON.stringify(file)));
}

/** A baseline file as JSON has it, to be spoilt. */
interface Spoilt {
  version: unknown;
  learned: Record<string, unknown>;
  behaviours: Record<string, unknown>[];
  leases?: Record<string, unknown>[];
  [key: string]: unknown;
}

function said(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof BaselineError) return error.message;
    throw error;
  }
  return 'nothing is wrong';
}

describe('the file', () => {
  test('has one behaviour a line, sorted as people sort', () => {
    expect(baselineText(contents())).toBe(`{
  "version": 1,
  "learned": {"from":"2026-03-02T08:15:00.000000Z","to":"2026-03-02T08:16:30.000000Z","seconds":90},
  "behaviours": [
    {"behaviour":"association","source":"10.0.0.5","destination":"10.0.0.9","value":"CT1>OTHER","count":3,"first_seen":"2026-03-02T08:15:00.000000Z","last_seen":"2026-03-02T08:15:01.000000Z"},
    {"behaviour":"association","source":"10.0.0.9","destination":"10.0.0.9","value":"CT1>ARCHIVE","count":3,"first_seen":"2026-03-02T08:15:00.000000Z","last_seen":"2026-03-02T08:15:01.000000Z"},
    {"behaviour":"association","source":"10.0.0.10","destination":"10.0.0.9","value":"CT1>ARCHIVE","count":3,"first_seen":"2026-03-02T08:15:00.000000Z","last_seen":"2026-03-02T08:15:01.000000Z"},
    {"behaviour":"association","source":"2001:db8::7","destination":"10.0.0.9","value":"CT1>ARCHIVE","count":3,"first_seen":"2026-03-02T08:15:00.000000Z","last_seen":"2026-03-02T08:15:01.000000Z"},
    {"behaviour":"association","source":"mac-001b21000001","destination":"10.0.0.9","value":"CT1>ARCHIVE","count":3,"first_seen":"2026-03-02T08:15:00.000000Z","last_seen":"2026-03-02T08:15:01.000000Z"},
    {"behaviour":"message-type","source":"10.0.0.5","destination":"10.0.0.9","value":"ZZ|H ADT^A01","count":3,"first_seen":"2026-03-02T08:15:00.000000Z","last_seen":"2026-03-02T08:15:01.000000Z"},
    {"behaviour":"retrieve","source":"10.0.0.5","destination":"10.0.0.9","value":"C-GET","count":3,"first_seen":"2026-03-02T08:15:00.000000Z","last_seen":"2026-03-02T08:15:01.000000Z","most":123456}
  ],
  "leases": [
    {"address":"10.0.5.3","subject":"mac-001b21000002"},
    {"address":"10.0.5.20","subject":"mac-001b21000001"}
  ]
}
`);
  });

  test('is the same in whatever order the tables were, and read again gives the same', () => {
    const text = baselineText(contents());
    const turned = contents({
      behaviours: [...MANY].reverse(),
      leases: new Map([...contents().leases].reverse()),
    });
    expect(baselineText(turned)).toBe(text);
    expect(baselineText(parse(text))).toBe(text);
  });

  test('whatever was learned, what is written can be read', () => {
    const time = fc.integer({ min: -(2 ** 53), max: 2 ** 53 });
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200, unit: 'binary' }),
        time,
        fc.nat(),
        fc.nat(),
        (wire, from, span, most) => {
          const value = wire.replace(/[^\x20-\x7e\xa1-\xff]/g, '?');
          const one = known({ value, firstSeen: from, lastSeen: from + span, most });
          const text = baselineText(contents({ behaviours: [one] }));
          expect(baselineText(parse(text))).toBe(text);
        },
      ),
    );
  });

  test('of nothing', () => {
    const nothing = contents({
      learned: { from: null, to: null, seconds: 0 },
      behaviours: [],
      leases: new Map(),
    });
    const text = baselineText(nothing);
    expect(text).toContain('"behaviours": [],');
    expect(parse(text)).toEqual(nothing);
  });

  test('addresses may be written in any way', () => {
    const text = baselineText(contents()).replaceAll('2001:db8::7', '2001:DB8:0:0::0:7');
    expect(baselineText(parse(text))).toBe(baselineText(contents()));
  });

  test('leases may be missing', () => {
    const { leases: _, ...rest } = JSON.parse(baselineText(contents()));
    expect(parse(JSON.stringify(rest)).leases.size).toBe(0);
  });
});

describe('what is wrong is said, and where', () => {
  test.each([
    ['', 'it is not JSON'],
    ['{"version":1', 'it is not JSON'],
    ['[]', 'it is no baseline: --write-baseline writes one'],
    ['null', 'it is no baseline: --write-baseline writes one'],
    ['{"name":"auscult","version":"0.1.0"}', 'it is no baseline: --write-baseline writes one'],
    [
      '{"version":2,"behaviours":{}}',
      'it has version 2, which a later auscult wrote; this one reads version 1',
    ],
  ])('%s', (text, expected) => {
    expect(said(() => parse(text))).toBe(expected);
  });

  test('bytes that are no text', () => {
    expect(said(() => parseBaseline(Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1), 1))).toBe('it is not UTF-8 text');
    expect(said(() => parseBaseline(new Uint8Array(64_000_001), 1))).toMatch(/has 64000001 bytes/);
  });

  test('nothing of the file is repeated: it might be any file', () => {
    const secret = '{"version":1,"behaviours":[{"behaviour":"ZZCANARY","source":"ZZCANARY^X"}],"learned":1}';
    expect(said(() => parse(secret))).not.toContain('ZZCANARY');
    expect(said(() => parse('ZZCANARY'))).not.toContain('ZZCANARY');
  });

  test.each<[string, (file: Spoilt) => void]>([
    ['version: ', (file) => (file.version = '1')],
    ['version: ', (file) => (file.version = 0)],
    ['unknown key extra', (file) => (file.extra = 1)],
    ['behaviours: expected a list', (file) => Object.assign(file, { behaviours: {} })],
    [
      'behaviours[2].source: expected an IP address, or a MAC such as mac-001b21000001',
      (file) => (file.behaviours[2].source = '10.0.0.256'),
    ],
    ['behaviours[2].source: expected an IP', (file) => (file.behaviours[2].source = 'mac-001B21000001')],
    ['behaviours[0].destination: expected an IP', (file) => delete file.behaviours[0].destination],
    [
      'behaviours[1].behaviour: expected one of association, operation, message-type, move-destination, retrieve',
      (file) => (file.behaviours[1].behaviour = 'telepathy'),
    ],
    ['behaviours[1].value: expected a printable text', (file) => (file.behaviours[1].value = 'A\x1b[2J')],
    [
      'behaviours[1].value: expected a printable text',
      (file) => (file.behaviours[1].value = 'A'.repeat(201)),
    ],
    ['behaviours[1].count: expected a number above 0', (file) => (file.behaviours[1].count = 0)],
    ['behaviours[1].count: expected a whole number', (file) => (file.behaviours[1].count = 1.5)],
    [
      'behaviours[1].first_seen: expected a time such as',
      (file) => (file.behaviours[1].first_seen = '2026-02-30T00:00:00.000000Z'),
    ],
    [
      'behaviours[1]: expected last_seen not before first_seen',
      (file) => (file.behaviours[1].last_seen = '1999-01-01T00:00:00.000000Z'),
    ],
    ['behaviours[1].most: expected a number that is not negative', (file) => (file.behaviours[1].most = -1)],
    ['behaviours[1]: unknown key patient', (file) => (file.behaviours[1].patient = 'x')],
    ['learned.seconds: expected a number', (file) => (file.learned.seconds = 'long')],
    ['learned: expected from and to in this order', (file) => (file.learned.to = null)],
    ['leases[0].address: expected an IP address', (file) => Object.assign(file.leases![0], { address: 'x' })],
    ['leases[1].subject: expected a MAC', (file) => Object.assign(file.leases![1], { subject: '10.0.0.1' })],
  ])('%s', (expected, change) => {
    expect(complaint(change)).toContain(expected);
    expect(complaint(change).startsWith(expected)).toBe(true);
  });

  test('how much more is wrong', () => {
    const change = (file: Spoilt) => {
      for (const one of file.behaviours) one.count = -1;
    };
    expect(complaint(change)).toBe('behaviours[0].count: expected a number above 0; and 6 more');
  });

  test('more than there is room for', () => {
    const text = baselineText(contents());
    expect(said(() => parse(text, 6))).toBe('it has 7 behaviours; there is room for 6');
    expect(said(() => parse(text, 7))).toBe('nothing is wrong');
  });
});

test('two periods of listening', () => {
  const later = { from: T0 + 200 * SECOND, to: T0 + 300 * SECOND, seconds: 100 };
  const nothing = { from: null, to: null, seconds: 0 };
  expect(bothPeriods(period, later)).toEqual({ from: T0, to: later.to, seconds: 190 });
  expect(bothPeriods(later, period)).toEqual(bothPeriods(period, later));
  expect(bothPeriods(nothing, period)).toEqual(period);
  expect(bothPeriods(period, nothing)).toEqual(period);
});
