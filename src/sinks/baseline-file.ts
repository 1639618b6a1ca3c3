import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { Address } from '../core/address.ts';
import type { Behaviour } from '../core/facts.ts';
import { fromIsoTime, isoTime, type Micros, SECOND } from '../core/time.ts';
import { visible } from '../core/told.ts';
import type { Known, Learned } from '../trackers/baseline.ts';
import { compareAddresses } from './documents.ts';
import { escapeJson } from './printable.ts';

/**
 * What was learned of a network as a file: JSON, one behaviour a line, sorted, so that two of them can be compared
 * line by line. Text in, text out; who reads and writes it is elsewhere.
 */

/** From when to when it was learned; null when no packet was seen. `seconds`: how long somebody listened. */
export interface LearnedPeriod {
  readonly from: Micros | null;
  readonly to: Micros | null;
  readonly seconds: number;
}

export interface BaselineContents extends Learned {
  readonly learned: LearnedPeriod;
}

/** A text is no baseline, or one that cannot be used. The message says what is wrong and where, without the file's name. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
}

const VERSION = 1;
/** A full baseline has some 20 MB. */
export const MOST_BYTES = 64_000_000;

/** Every kind there is: the compiler misses none. */
const BEHAVIOURS: Readonly<Record<Behaviour, true>> = {
  association: true,
  operation: true,
  'message-type': true,
  'move-destination': true,
  retrieve: true,
};

/** The same bytes for the same contents, in whatever order they come. */
export function baselineText({ learned, behaviours, leases }: BaselineContents): string {
  const head = {
    from: learned.from === null ? null : isoTime(learned.from),
    to: learned.to === null ? null : isoTime(learned.to),
    seconds: learned.seconds,
  };
  const known = [...behaviours].sort(compare).map((one) => ({
    behaviour: one.behaviour,
    source: one.source,
    destination: one.destination,
    value: one.value,
    count: one.count,
    first_seen: isoTime(one.firstSeen),
    last_seen: isoTime(one.lastSeen),
    ...(one.most > 0 ? { most: one.most } : {}),
  }));
  const leased = [...leases]
    .sort(([a], [b]) => compareAddresses(a, b))
    .map(([address, subject]) => ({ address, subject }));
  return (
    `{\n  "version": ${VERSION},\n  "learned": ${JSON.stringify(head)},\n` +
    `  "behaviours": ${lines(known)},\n  "leases": ${lines(leased)}\n}\n`
  );
}

function lines(entries: readonly object[]): string {
  if (entries.length === 0) return '[]';
  return `[\n${entries.map((entry) => `    ${escapeJson(JSON.stringify(entry))}`).join(',\n')}\n  ]`;
}

function compare(a: Known, b: Known): number {
  return (
    compareText(a.behaviour, b.behaviour) ||
    compareAddresses(a.source, b.source) ||
    compareAddresses(a.destination, b.destination) ||
    compareText(a.value, b.value)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As the packet path writes the address; null when it is none. */
function addressText(text: string): string | null {
  const family = ipaddr.IPv4.isValidFourPartDecimal(text) ? 4 : ipaddr.IPv6.isValid(text) ? 6 : null;
  if (family === null || text.includes('%')) return null;
  const bytes = new DataView(Uint8Array.from(ipaddr.parse(text).toByteArray()).buffer);
  const word = (index: number) => bytes.getInt32(4 * index);
  return family === 4
    ? new Address(4, 0, 0, 0xffff, word(0), false).text
    : new Address(6, word(0), word(1), word(2), word(3), false).text;
}

const MAC_SUBJECT = /^mac-[0-9a-f]{12}$/;

function rewritten(what: string, rewrite: (text: string) => string | null) {
  return z.string(`expected ${what}`).transform((text, context) => {
    const value = rewrite(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `expected ${what}` });
    return z.NEVER;
  });
}

const ADDRESS = rewritten('an IP address', addressText);
const MAC = rewritten('a MAC such as mac-001b21000001', (text) => (MAC_SUBJECT.test(text) ? text : null));
const SUBJECT = rewritten('an IP address, or a MAC such as mac-001b21000001', (text) =>
  MAC_SUBJECT.test(text) ? text : addressText(text),
);
const VALUE = rewritten('a printable text of at most 200 characters', (text) =>
  visible(text) === text ? text : null,
);
const MOMENT = z.string('expected a time').transform((text, context) => {
  const time = fromIsoTime(text);
  if (time !== null) return time;
  context.addIssue({ code: 'custom', message: 'expected a time such as 2026-03-02T08:15:00.000000Z' });
  return z.NEVER;
});
const kinds = Object.keys(BEHAVIOURS) as Behaviour[];
const COUNT = z.int('expected a whole number').min(1, 'expected a number above 0');
const NOT_NEGATIVE = z.number('expected a number').min(0, 'expected a number that is not negative');

const KNOWN = z
  .strictObject({
    behaviour: z.enum(kinds, `expected one of ${kinds.join(', ')}`),
    source: SUBJECT,
    destination: SUBJECT,
    value: VALUE,
    count: COUNT,
    first_seen: MOMENT,
    last_seen: MOMENT,
    most: NOT_NEGATIVE.optional(),
  })
  .refine(({ first_seen, last_seen }) => first_seen <= last_seen, 'expected last_seen not before first_seen');

const FILE = z.strictObject({
  version: z.literal(VERSION),
  learned: z
    .strictObject({ from: MOMENT.nullable(), to: MOMENT.nullable(), seconds: NOT_NEGATIVE })
    .refine(
      ({ from, to }) => (from === null) === (to === null) && (from ?? 0) <= (to ?? 0),
      'expected from and to in this order, or both null',
    ),
  behaviours: z.array(KNOWN, 'expected a list'),
  leases: z.array(z.strictObject({ address: ADDRESS, subject: MAC }), 'expected a list').optional(),
});

/** The contents of a baseline file. `limit`: behaviours that there is room for. Throws `BaselineError`. */
export function parseBaseline(bytes: Uint8Array, limit: number): BaselineContents {
  if (bytes.length > MOST_BYTES)
    throw new BaselineError(`it has ${bytes.length} bytes; a baseline has at most ${MOST_BYTES}`);
  const value = jsonOf(bytes);
  // Before all else: of what a later version wrote, every complaint would be beside the point.
  if (typeof value !== 'object' || value === null || !('version' in value) || !('behaviours' in value))
    throw new BaselineError('it is no baseline: --write-baseline writes one');
  const { version } = value;
  if (typeof version === 'number' && Number.isInteger(version) && version > VERSION)
    throw new BaselineError(
      `it has version ${version}, which a later auscult wrote; this one reads version ${VERSION}`,
    );
  if (Array.isArray(value.behaviours) && value.behaviours.length > limit)
    throw new BaselineError(`it has ${value.behaviours.length} behaviours; there is room for ${limit}`);
  const parsed = FILE.safeParse(value);
  if (!parsed.success) throw new BaselineError(complaint(parsed.error.issues));
  const { learned, behaviours, leases = [] } = parsed.data;
  return {
    learned,
    behaviours: behaviours.map(({ first_seen: firstSeen, last_seen: lastSeen, most = 0, ...known }) => ({
      ...known,
      firstSeen,
      lastSeen,
      most,
    })),
    leases: new Map(leases.map(({ address, subject }) => [address, subject])),
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BaselineError('it is not UTF-8 text');
  }
  try {
    return JSON.parse(text);
  } catch {
    // What V8 says of it quotes the file.
    throw new BaselineError('it is not JSON');
  }
}

/** The first of what is wrong, where it stands; how much more there is. */
function complaint(issues: readonly z.core.$ZodIssue[]): string {
  const [first] = issues;
  const keys = first.code === 'unrecognized_keys' ? `unknown key ${first.keys.join(', ')}` : first.message;
  const path = first.path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
  const more = issues.length > 1 ? `; and ${issues.length - 1} more` : '';
  return `${path === '' ? '' : `${path}: `}${keys}${more}`;
}

/** Two periods in which was listened. */
export function bothPeriods(a: LearnedPeriod, b: LearnedPeriod): LearnedPeriod {
  if (a.from === null || a.to === null) return b;
  if (b.from === null || b.to === null) return a;
  const seconds = (Math.round(a.seconds * SECOND) + Math.round(b.seconds * SECOND)) / SECOND;
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), seconds };
}
